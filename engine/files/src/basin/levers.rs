//! What the levers need: sectors, crops, unconventional sources, rain enhancement, capacities of projects by year and in dry years.

use quanyu_basin::{
    CapacityYear, Crop, DryYears, LeastUse, Levers, RainProgramme, Sector, SectorRates, UnconventionalKind,
    UnconventionalSource, WarningGrade, WarningIndicator, WarningThreshold,
};
use quanyu_flow::FaultKind;

use super::tables::{Names, Tables};
use super::users::SECTORS;
use crate::diagnostic::Collector;
use crate::document::dates::Day;
use crate::document::row::{Cell, Domain, Row};

pub(crate) const SOURCE_KINDS: [(&str, UnconventionalKind); 3] = [
    ("reclaimed", UnconventionalKind::Reclaimed),
    ("mine-water", UnconventionalKind::MineWater),
    ("cistern", UnconventionalKind::Cistern),
];

const INDICATORS: [(&str, WarningIndicator); 3] = [
    ("overdraft", WarningIndicator::Overdraft),
    ("level-fall", WarningIndicator::LevelFall),
    ("spring-decay", WarningIndicator::SpringDecay),
];
const GRADES: [(&str, WarningGrade); 3] = [
    ("attention", WarningGrade::Attention),
    ("overdrawn", WarningGrade::Overdrawn),
    ("severe", WarningGrade::Severe),
];

pub(super) fn read_levers(tables: &Tables, names: &Names, faults: &mut Collector) -> Levers {
    // Years of projects that do not exist would be read by nobody.
    for row in &tables.project_years.rows {
        row.reference("project", &names.projects, faults);
    }
    Levers {
        sectors: read_sectors(tables, names, faults),
        crops: (tables.crops.rows.iter())
            .map(|row| Crop {
                id: row.text("id", faults),
                names: row.names(faults),
                quota: row.figure("quota_m3_per_mu", Domain::Positive, &names.sources, faults),
                origin: row.origin,
            })
            .collect(),
        warnings: read_warnings(tables, names, faults),
        rain: (tables.rain_enhancement.rows.iter())
            .map(|row| RainProgramme {
                id: row.text("id", faults),
                names: row.names(faults),
                gain: row.figure("gain_share", Domain::Share, &names.sources, faults),
                origin: row.origin,
            })
            .collect(),
        sources: tables.unconventional.rows.iter().map(|row| read_source(row, names, faults)).collect(),
    }
}

/// A higher grade must not hold below a lower one, in general or of a zone.
fn read_warnings(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<WarningThreshold> {
    let mut warnings: Vec<WarningThreshold> = Vec::new();
    for row in &tables.warnings.rows {
        let (indicator, grade) =
            (row.choice("indicator", &INDICATORS, faults), row.choice("grade", &GRADES, faults));
        let above = row.figure("above", Domain::Finite, &names.sources, faults);
        let zone = row.optional_reference("zone", &names.zones, faults);
        let known = warnings.iter().filter(|known| known.indicator == indicator && known.zone == zone);
        for known in known {
            if known.grade == grade {
                let message = "the threshold stands twice";
                let allowed = "each indicator and grade once in general and once a zone";
                faults.add(FaultKind::Collision, row.place("grade"), message, "", allowed, "remove a row");
            } else if (known.grade < grade) != (known.above.value < above.value) {
                let message = "a graver warning holds below a lighter one";
                let allowed = "thresholds that rise with the grade";
                faults.add(FaultKind::Inconsistent, row.place("above"), message, above.value, allowed, "");
            }
        }
        warnings.push(WarningThreshold { zone, indicator, grade, above, origin: row.origin });
    }
    warnings
}

fn read_sectors(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<SectorRates> {
    let mut sectors: Vec<SectorRates> = Vec::new();
    for row in &tables.sectors.rows {
        let sector = row.choice("sector", &SECTORS, faults);
        if row.cell("sector").is_some() && sectors.iter().any(|known| known.sector == sector) {
            let message = "the sector stands twice";
            faults.add(
                FaultKind::Collision,
                row.place("sector"),
                message,
                "",
                "each sector once",
                "remove a row",
            );
        }
        let elasticity = row.figure("elasticity", Domain::Finite, &names.sources, faults);
        if elasticity.value > 0.0 || elasticity.high() > 0.0 {
            let message = "an elasticity must not be positive";
            let kind = FaultKind::OutOfRange;
            faults.add(kind, row.place("elasticity"), message, elasticity.value, "0 or less", "");
        }
        sectors.push(SectorRates {
            sector,
            elasticity,
            price: row.figure("price_yuan_per_m3", Domain::Positive, &names.sources, faults),
            value: row.figure("value_yuan_per_m3", Domain::NonNegative, &names.sources, faults),
            returned: row.figure("returned_share", Domain::Share, &names.sources, faults),
            origin: row.origin,
        });
    }
    sectors
}

fn read_source(row: &Row, names: &Names, faults: &mut Collector) -> UnconventionalSource {
    row.needed("counties", faults);
    row.needed("sectors", faults);
    let share = row.optional_figure("least_share", Domain::Share, &names.sources, faults);
    let from = row.optional_date("least_from", Day::First, faults);
    if share.is_none() && from.is_some() {
        let message = "`least_from` dates a least share that is not stated";
        faults.add(FaultKind::Missing, row.place("least_from"), message, "", "", "fill in `least_share`");
    }
    UnconventionalSource {
        id: row.text("id", faults),
        names: row.names(faults),
        kind: row.choice("kind", &SOURCE_KINDS, faults),
        available: row.figure("available_wan_m3", Domain::NonNegative, &names.sources, faults),
        least: share.map(|share| LeastUse { share, from }),
        counties: row.references("counties", &names.counties, faults),
        sectors: read_sector_list(row, faults),
        origin: row.origin,
    }
}

fn read_sector_list(row: &Row, faults: &mut Collector) -> Vec<Sector> {
    let mut sectors = Vec::new();
    for item in row.items("sectors") {
        match SECTORS.iter().find(|(word, _)| *word == item) {
            Some((_, sector)) => sectors.push(*sector),
            None => {
                let cell = Cell { text: item, origin: row.place("sectors") };
                row.unknown_word(&cell, "sectors", SECTORS.iter().map(|(word, _)| *word), faults);
            }
        }
    }
    sectors
}

/// Capacities of a project by year, ascending.
pub(super) fn capacity_years(
    tables: &Tables,
    names: &Names,
    project: Option<&Cell>,
    faults: &mut Collector,
) -> Vec<CapacityYear> {
    let Some(project) = project else { return Vec::new() };
    let own = |row: &&Row| row.cell("project").is_some_and(|cell| cell.text == project.text);
    let mut years: Vec<CapacityYear> = Vec::new();
    for row in tables.project_years.rows.iter().filter(own) {
        let year = row.year("year", faults);
        if years.iter().any(|known| known.year == year) {
            let message = format!("the year {year} of the project `{}` stands twice", project.text);
            faults.add(FaultKind::Collision, row.place("year"), message, year, "each year once", "");
        }
        let capacity = row.figure("capacity_wan_m3", Domain::NonNegative, &names.sources, faults);
        years.push(CapacityYear { year, capacity });
    }
    years.sort_by_key(|row| row.year);
    years
}

/// What a project brings in dry years; both figures or neither.
pub(super) fn dry_years(row: &Row, names: &Names, faults: &mut Collector) -> Option<DryYears> {
    let below = row.optional_figure("dry_below_share", Domain::NonNegative, &names.sources, faults);
    let share = row.optional_figure("dry_share", Domain::Share, &names.sources, faults);
    match (below, share) {
        (Some(below), Some(share)) => Some(DryYears { below, share }),
        (None, None) => None,
        (below, _) => {
            let absent = if below.is_some() { "dry_share" } else { "dry_below_share" };
            let message = format!("a project's dry years need `{absent}` too");
            let remedy = format!("fill in `{absent}`");
            faults.add(FaultKind::Missing, row.place(absent), message, "", "both or neither", remedy);
            None
        }
    }
}
