//! The members that are drawn from the basin of Jincheng: within their ranges, and true to what was published.

use std::path::Path;

use quanyu_basin::{Basin, GroupKind, Placement, Sureness};
use quanyu_files::{Sources, read_basin};
use quanyu_policy::ensemble::{ClimateStart, Freedom, LatinHypercube, draw, factors};
use quanyu_policy::{Demand, Ends};

const MEMBERS: usize = 24;

fn basin() -> Basin {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds/jincheng");
    read_basin(&folder, &mut Sources::new()).expect("the basin is without fault").basin
}

fn freedom() -> Freedom {
    Freedom {
        climate_variation: Some([0.15, 0.3]),
        climate_persistence: Some([0.0, 0.3]),
        project_delay_years: Some([0.0, 3.0]),
        compliance: Some([0.6, 1.0]),
        projects_from: Some(jiff::civil::date(2019, 1, 1)),
        ..Freedom::default()
    }
}

fn members(basin: &Basin) -> Vec<Basin> {
    let factors = factors(basin, &freedom());
    let sample = LatinHypercube::new(&factors, MEMBERS, 188);
    (0..MEMBERS).map(|member| draw(basin, &freedom(), &factors, &sample, member).basin).collect()
}

#[test]
fn drawn_figures_lie_in_their_ranges_and_quoted_ones_stay() {
    let basin = basin();
    let members = members(&basin);
    for member in &members {
        for (own, known) in member.rocks.iter().zip(&basin.rocks) {
            let (low, high) = (known.conductivity.low(), known.conductivity.high());
            assert!((low..=high).contains(&own.conductivity.value), "{}", known.id);
        }
        assert!(member.zones.iter().flat_map(|zone| &zone.allowable).all(|figure| figure.range.is_none()));
        for (own, known) in member.projects.iter().zip(&basin.projects) {
            if known.capacity.sureness == Sureness::Quoted && known.capacity.range.is_none() {
                assert_eq!(own.capacity.value, known.capacity.value, "{}", known.id);
            }
            assert!(own.start >= known.start, "{}", known.id);
        }
    }
    let mut drawn: Vec<f64> = members.iter().map(|member| member.rocks[0].conductivity.value).collect();
    drawn.sort_by(f64::total_cmp);
    drawn.dedup();
    assert_eq!(drawn.len(), MEMBERS, "every member draws its own");
    let middle = 0.5 * (drawn[MEMBERS / 2 - 1] + drawn[MEMBERS / 2]);
    let value = basin.rocks[0].conductivity.value;
    assert!(
        (middle / value - 1.0).abs() < 0.2,
        "half of the members lie below the value: {middle} for {value}"
    );
}

#[test]
fn the_take_of_every_member_adds_up_to_what_was_published_for_the_city_in_2009() {
    let basin = basin();
    let published = 20_097.45e4;
    for member in members(&basin) {
        let demand = Demand::new(&member, Ends::Value, 1.0).expect("the demand of a member");
        let counted = member.groups.iter().enumerate().filter(|(_, group)| {
            group.county.is_some()
                && group.booking == quanyu_basin::Booking::Groundwater
                && !matches!(group.kind, GroupKind::MineDrainage { .. })
        });
        let sum: f64 = counted.map(|(index, _)| demand.year(index, 2009).cubic_metres()).sum();
        assert!((sum / published - 1.0).abs() < 0.001, "{sum} m³ in 2009");
    }
}

#[test]
fn synthetic_weather_keeps_what_is_known() {
    let basin = basin();
    let quoted: Vec<_> = basin.climate.years.iter().filter(|row| row.precipitation.range.is_none()).collect();
    assert!(!quoted.is_empty());
    let block =
        |climate: &quanyu_basin::Climate| (1977..=1987).map(|year| climate.year(year)).sum::<f64>() / 11.0;
    let mut all = Vec::new();
    for member in members(&basin) {
        for row in &quoted {
            assert_eq!(member.climate.year(row.year), row.precipitation.value);
        }
        assert!(
            (block(&member.climate) / block(&basin.climate) - 1.0).abs() < 1e-9,
            "the block keeps its mean"
        );
        all.extend((2011..=2035).map(|year| member.climate.year(year) / basin.climate.mean.value));
    }
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    let variance = all.iter().map(|ratio| (ratio - mean).powi(2)).sum::<f64>() / all.len() as f64;
    assert!((mean - 1.0).abs() < 0.04, "mean {mean}");
    assert!((0.15..0.32).contains(&variance.sqrt()), "variation {}", variance.sqrt());
}

/// Members that draw one thing more.
fn members_that_draw(basin: &Basin, freedom: Freedom) -> Vec<Basin> {
    let factors = factors(basin, &freedom);
    let sample = LatinHypercube::new(&factors, MEMBERS, 188);
    (0..MEMBERS).map(|member| draw(basin, &freedom, &factors, &sample, member).basin).collect()
}

#[test]
fn takes_of_unknown_place_move_within_their_discs_and_others_stay() {
    let basin = basin();
    let members = members_that_draw(&basin, Freedom { place_spread: Some([0.4, 1.0]), ..Freedom::default() });
    let mut farthest = 0.0_f64;
    for member in &members {
        for (own, known) in member.groups.iter().zip(&basin.groups) {
            let (Placement::Point { position, radius }, Placement::Point { position: from, radius: whole }) =
                (&own.placement, &known.placement)
            else {
                assert_eq!(own.placement, known.placement);
                continue;
            };
            let way = (position[0] - from[0]).hypot(position[1] - from[1]);
            if known.location_unknown {
                assert!(way + radius <= whole * (1.0 + 1e-9), "{} leaves its disc", known.id);
                assert!((0.4 - 1e-9..=1.0 + 1e-9).contains(&(radius / whole)), "{}", known.id);
                farthest = farthest.max(way);
            } else {
                assert_eq!((own.placement.clone(), way), (known.placement.clone(), 0.0), "{}", known.id);
            }
            let together = |basin: &Basin| {
                let group = basin.groups.iter().find(|group| group.id == "gp-industry");
                group.map(|group| group.placement.clone())
            };
            if known.id == "gp-mines" {
                assert_eq!(Some(own.placement.clone()), together(member), "one district moves as one");
            }
        }
    }
    assert!(farthest > 2000.0, "no take moved farther than {farthest} m");
}

#[test]
fn mines_meters_and_the_first_years_are_drawn_as_a_whole() {
    let basin = basin();
    let freedom = Freedom {
        mining_shift_years: Some([-5.0, 5.0]),
        metering_error: Some([-0.1, 0.1]),
        climate_start: Some(ClimateStart { factor: [0.8, 1.2], from: 2018, to: 2022 }),
        ..Freedom::default()
    };
    let plain = members_that_draw(&basin, Freedom::default());
    let members = members_that_draw(&basin, freedom);
    let (mut shifts, mut errors, mut spells) = (Vec::new(), Vec::new(), Vec::new());
    for (member, plain) in members.iter().zip(&plain) {
        let days = |date: jiff::civil::Date, from: jiff::civil::Date| {
            f64::from(date.since(from).expect("dates apart").get_days())
        };
        let shift = days(member.mines[0].start, plain.mines[0].start) / 365.25;
        for (own, known) in member.mines.iter().zip(&plain.mines) {
            assert!((days(own.end, known.end) / 365.25 - shift).abs() < 0.02, "{}", own.id);
        }
        let ratio = |group: usize| member.groups[group].take.value / plain.groups[group].take.value;
        let wells: Vec<usize> = (0..basin.groups.len())
            .filter(|&group| {
                basin.groups[group].kind == GroupKind::Wells && plain.groups[group].take.value > 0.0
            })
            .collect();
        assert!(wells.iter().all(|&group| (ratio(group) - ratio(wells[0])).abs() < 1e-12));
        let spell = |year| member.climate.year(year) / plain.climate.year(year);
        assert!((spell(2018) - spell(2022)).abs() < 1e-12 && (spell(2023) - 1.0).abs() < 1e-12);
        shifts.push(shift);
        errors.push(ratio(wells[0]) - 1.0);
        spells.push(spell(2020));
    }
    for (drawn, low, high) in [(shifts, -5.05, 5.05), (errors, -0.1, 0.1), (spells, 0.8, 1.2)] {
        let (least, most) =
            drawn.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
        assert!(low <= least && most <= high, "{least} to {most}");
        assert!(most - least > 0.8 * (high - low), "the range is covered: {least} to {most}");
    }
}

#[test]
fn figures_of_the_levers_are_drawn_where_they_are_assumed() {
    let basin = basin();
    let members = members_that_draw(&basin, Freedom::default());
    for (place, known) in basin.levers.sectors.iter().enumerate() {
        let (low, high) = (known.elasticity.low(), known.elasticity.high());
        let mut drawn: Vec<f64> =
            members.iter().map(|member| member.levers.sectors[place].elasticity.value).collect();
        assert!(drawn.iter().all(|value| (low..=high).contains(value)));
        drawn.sort_by(f64::total_cmp);
        drawn.dedup();
        assert_eq!(drawn.len(), if low < high { MEMBERS } else { 1 }, "{:?}", known.sector);
    }
    let quotas: Vec<f64> = members.iter().map(|member| member.levers.crops[0].quota.value).collect();
    assert!(quotas.iter().any(|quota| *quota != quotas[0]));
}
