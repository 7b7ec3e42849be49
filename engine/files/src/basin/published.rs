//! Published marks and sums, and whether the groups add up to the sums.

use quanyu_basin::{Basin, Booking, Group, Mark, MarkQuantity, MarkUse, Source, Tie, UseSeries, Zone};
use quanyu_flow::FaultKind;

use super::tables::{Names, Tables};
use super::users::BOOKINGS;
use crate::diagnostic::Collector;
use crate::document::row::{Domain, Row};

/// Quantities that a mark may have.
#[derive(Clone, Copy)]
enum Quantity {
    SpringFlow,
    LevelTrend,
    FlowTrend,
    FlowChange,
}

pub(super) fn read_sources(tables: &Tables, faults: &mut Collector) -> Vec<Source> {
    tables
        .sources
        .rows
        .iter()
        .map(|row| Source {
            id: row.text("id", faults),
            citation: row.text("citation", faults),
            origin: row.origin,
        })
        .collect()
}

pub(super) fn read_marks(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<Mark> {
    let quantities = [
        ("spring-flow", Quantity::SpringFlow),
        ("level-trend", Quantity::LevelTrend),
        ("flow-trend", Quantity::FlowTrend),
        ("flow-change", Quantity::FlowChange),
    ];
    let uses = [("calibrate", MarkUse::Calibrate), ("hold-out", MarkUse::HoldOut)];
    tables
        .marks
        .rows
        .iter()
        .map(|row| {
            let quantity = row.choice("quantity", &quantities, faults);
            let ids = if matches!(quantity, Quantity::LevelTrend) { &names.zones } else { &names.springs };
            let place = row.reference("place", ids, faults);
            let (from, to) = years(row, faults);
            Mark {
                id: row.text("id", faults),
                names: row.names(faults),
                quantity: match quantity {
                    Quantity::SpringFlow => MarkQuantity::SpringFlow { spring: place },
                    Quantity::LevelTrend => MarkQuantity::LevelTrend { zone: place },
                    Quantity::FlowTrend => MarkQuantity::FlowTrend { spring: place },
                    Quantity::FlowChange => MarkQuantity::FlowChange { spring: place },
                },
                from,
                to,
                value: row.figure("value", Domain::OpenRange, &names.sources, faults),
                usage: row.choice("use", &uses, faults),
                origin: row.origin,
            }
        })
        .collect()
}

fn years(row: &Row, faults: &mut Collector) -> (i16, i16) {
    let before = faults.len();
    let (from, to) = (row.year("from", faults), row.year("to", faults));
    if from > to && faults.len() == before {
        faults.add(
            FaultKind::BadDate,
            row.place("to"),
            "the period ends before it begins",
            to,
            format!("{from} or later"),
            "",
        );
    }
    (from, to)
}

pub(super) fn read_ties(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<Tie> {
    tables
        .ties
        .rows
        .iter()
        .map(|row| {
            let (from, to) = years(row, faults);
            Tie {
                id: row.text("id", faults),
                county: row.optional_reference("county", &names.counties, faults),
                zone: row.optional_reference("zone", &names.zones, faults),
                booking: row.cell("booking").map(|_| row.choice("booking", &BOOKINGS, faults)),
                from,
                to,
                total: row.figure("total_wan_m3", Domain::Positive, &names.sources, faults),
                tolerance: row.number("tolerance_share", Domain::NonNegative, faults),
                origin: row.origin,
            }
        })
        .collect()
}

/// Take of a group in a year \[m³/a\]: that of its base year, carried on by its use series.
///
/// `take(y) = take(base) · index(y) / index(base)`; `None` where the index of the base year is zero.
fn take_in(group: &Group, series: &[UseSeries], year: i16) -> Option<f64> {
    let series = series.iter().find(|series| series.id == group.series)?;
    let base = series.index(group.base_year, |figure| figure.value);
    (base > 0.0).then(|| group.take.value * series.index(year, |figure| figure.value) / base)
}

/// A fault for every group whose series is zero in its base year: nothing can be scaled from it.
pub(super) fn check_series(basin: &Basin, tables: &Tables, faults: &mut Collector) {
    for (group, row) in basin.groups.iter().zip(&tables.groups.rows) {
        if group.take.value > 0.0 && take_in(group, &basin.use_series, group.base_year).is_none() {
            let message =
                format!("the series `{}` is zero in the base year of the group `{}`", group.series, group.id);
            faults.add(
                FaultKind::Inconsistent,
                row.place("base_year"),
                message,
                group.base_year,
                "a year with use",
                "",
            );
        }
    }
}

fn in_zone(group: &Group, zone: &str, zones: &[Zone]) -> bool {
    group.zone.as_deref().is_some_and(|own| {
        own == zone || zones.iter().any(|other| other.id == own && other.parent.as_deref() == Some(zone))
    })
}

fn booking_word(booking: Booking) -> &'static str {
    BOOKINGS.iter().find(|(_, known)| *known == booking).map_or("", |(word, _)| word)
}

/// A fault for every published sum that the groups do not add up to.
pub(super) fn check_ties(basin: &Basin, tables: &Tables, faults: &mut Collector) {
    for (tie, row) in basin.ties.iter().zip(&tables.ties.rows) {
        let groups: Vec<&Group> = basin
            .groups
            .iter()
            // What lies outside the city is in no sum that the city publishes.
            .filter(|group| group.county.is_some() && (tie.county.is_none() || group.county == tie.county))
            .filter(|group| tie.zone.as_deref().is_none_or(|zone| in_zone(group, zone, &basin.zones)))
            .filter(|group| tie.booking.is_none_or(|booking| group.booking == booking))
            .collect();
        let years = f64::from(tie.to - tie.from + 1);
        let sum: f64 = (tie.from..=tie.to)
            .flat_map(|year| groups.iter().filter_map(move |group| take_in(group, &basin.use_series, year)))
            .sum::<f64>()
            / years;
        let difference = sum - tie.total.value;
        if difference.abs() <= tie.tolerance * tie.total.value {
            continue;
        }
        let place = [
            tie.county.as_ref().map(|id| format!("county {id}")),
            tie.zone.as_ref().map(|id| format!("zone {id}")),
            tie.booking.map(|booking| format!("booked as {}", booking_word(booking))),
        ];
        let place: Vec<String> = place.into_iter().flatten().collect();
        let place = if place.is_empty() { "all counties".to_owned() } else { place.join(", ") };
        let wan = |volume: f64| format!("{:.2}", volume / 1e4);
        faults.add(
            FaultKind::Inconsistent,
            row.place("total_wan_m3"),
            format!(
                "the groups do not add up to the tie `{}` ({place}, {} to {}): sum {} wan m³/a, published {}, difference {} ({:+.2} %)",
                tie.id,
                tie.from,
                tie.to,
                wan(sum),
                wan(tie.total.value),
                wan(difference),
                100.0 * difference / tie.total.value,
            ),
            format!("{} wan m³/a from {} groups", wan(sum), groups.len()),
            format!("{} wan m³/a, to within a share of {}", wan(tie.total.value), tie.tolerance),
            "mend the takes of the groups or the index of their series",
        );
    }
}
