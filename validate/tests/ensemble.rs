//! The members that are drawn from the basin of Jincheng: within their ranges, and true to what was published.

use std::path::Path;

use quanyu_basin::{Basin, GroupKind, Sureness};
use quanyu_files::{Sources, read_basin};
use quanyu_policy::ensemble::{Freedom, LatinHypercube, draw, factors};
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
    }
}

fn members(basin: &Basin) -> Vec<Basin> {
    let factors = factors(basin, &freedom());
    let sample = LatinHypercube::new(&factors, MEMBERS, 188);
    (0..MEMBERS).map(|member| draw(basin, &[], &freedom(), &factors, &sample, member).0).collect()
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
