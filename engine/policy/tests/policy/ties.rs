//! Published sums confine the ends of the demand range.

use crate::fixture::*;
use quanyu_basin::{Basin, Booking, Origin, Tie};
use quanyu_policy::{Demand, Ends, apply};

fn tie(id: &str, zone: Option<&str>, total: f64) -> Tie {
    Tie {
        id: id.into(),
        county: None,
        zone: zone.map(str::to_owned),
        booking: Some(Booking::Groundwater),
        from: 2018,
        to: 2018,
        total: quoted(total),
        tolerance: 1.0e-6,
        origin: Origin(3),
    }
}

/// Wells of the city take 9.0e6, those of the suburb 2.4e6; every take is unsure by 40 %.
fn unsure() -> Basin {
    let mut basin = basin();
    for group in &mut basin.groups {
        group.take = assumed(group.take.value, 0.6 * group.take.value, 1.4 * group.take.value);
    }
    basin.ties = vec![tie("city", None, 9.0e6), tie("suburb", Some("suburb"), 2.4e6)];
    basin
}

fn year(basin: &Basin, ends: Ends, groups: &[usize]) -> f64 {
    let demand = Demand::new(basin, ends, 1.0).expect("usable figures");
    groups.iter().map(|group| demand.year(*group, 2018).cubic_metres()).sum()
}

#[test]
fn what_is_published_leaves_only_the_rest_to_the_range() {
    let basin = unsure();
    for (ends, sign) in [(Ends::Low, -1.0), (Ends::High, 1.0)] {
        assert!((year(&basin, ends, &[0, 1, 2, 3, 5]) - 9.0e6 * (1.0 + sign * 1e-6)).abs() < 0.01);
        assert!((year(&basin, ends, &[2, 3]) - 2.4e6 * (1.0 + sign * 1e-6)).abs() < 0.01);
        // The intake is under no published sum and keeps its own range.
        assert!((year(&basin, ends, &[4]) - 2.4e6 * (1.0 + sign * 0.4)).abs() < 0.01);
    }
    let free = Basin { ties: Vec::new(), ..unsure() };
    assert!((year(&free, Ends::High, &[2, 3]) - 2.4e6 * 1.4).abs() < 0.01);
}

#[test]
fn growth_away_from_the_published_years_stays_unsure() {
    let mut basin = unsure();
    let mut rising = series("unsure", &[(2018, 1.0), (2020, 1.0)]);
    rising.years[1].index = assumed(1.0, 0.8, 1.1);
    basin.use_series.push(rising);
    for group in &mut basin.groups {
        group.series = "unsure".into();
    }
    let sum = |ends| {
        let demand = Demand::new(&basin, ends, 1.0).unwrap();
        [2, 3].iter().map(|group| demand.year(*group, 2020).cubic_metres()).sum::<f64>()
    };
    assert!((sum(Ends::Low) - 0.8 * 2.4e6).abs() < 5.0);
    assert!((sum(Ends::High) - 1.1 * 2.4e6).abs() < 5.0);
}

#[test]
fn a_sum_out_of_reach_is_said() {
    let mut basin = unsure();
    basin.ties[1].total = quoted(1.0e6);
    let plan = apply(&basin, &scenario(Vec::new(), Vec::new()), &months(2018, 2018), Ends::Low).unwrap();
    let said = plan.notes.iter().any(|note| note.text.en.contains("cannot meet the published sum suburb"));
    assert!(said, "{:?}", plan.notes);
    assert!(Demand::new(&unsure(), Ends::Low, 1.0).unwrap().unmet_sums().is_empty());
}

#[test]
fn a_sum_that_holds_mine_drainage_confines_nothing() {
    let mut basin = unsure();
    basin.ties = vec![Tie { booking: None, county: Some("gaoping".into()), ..tie("all", None, 7.0e6) }];
    let demand = Demand::new(&basin, Ends::High, 1.0).unwrap();
    assert!(demand.unmet_sums().is_empty());
    assert!((year(&basin, Ends::High, &[0, 1]) - 1.4 * 6.0e6).abs() < 0.01);
}
