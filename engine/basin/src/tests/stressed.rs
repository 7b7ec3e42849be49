//! Stresses over time.

use jiff::civil::date;
use quanyu_flow::{Package, Stresses};

use super::gridded;
use crate::synthetic::basin;
use crate::{
    Basin, GridSpec, MINE_DRAINAGE, Mining, NaturalStresses, PACKAGE_NAMES, Parameters, Period, RECHARGE,
    RIVERS, SPRINGS, WELLS, discretise,
};

fn year(year: i16) -> Period {
    Period { start: date(year, 1, 1), end: date(year + 1, 1, 1) }
}

fn recharge(stresses: &Stresses, area: f64) -> f64 {
    let Package::Recharge(rows) = &stresses.packages[RECHARGE].package else { panic!("not recharge") };
    rows.iter().map(|row| row.rate * area).sum()
}

fn drains(stresses: &Stresses, package: usize) -> &[quanyu_flow::Drain] {
    let Package::Drains(rows) = &stresses.packages[package].package else { panic!("not drains") };
    rows
}

#[test]
fn months_make_up_the_year() {
    let (basin, gridded) = (basin(), gridded(1000.0));
    let natural = NaturalStresses::new(&basin, &gridded, Mining::Off);
    let mut stresses = natural.empty();
    natural.write(&mut stresses, year(1976));
    let area = gridded.footprint.column_area();
    let whole = recharge(&stresses, area) * 366.0;
    let coefficient: f64 = gridded.recharge.iter().map(|row| row.coefficient).sum();
    assert!((whole / (coefficient * area * 0.48) - 1.0).abs() < 1e-12);
    let inflow = stresses.streams[0].inflow;
    assert!((inflow - 2.0 * 86_400.0).abs() < 1e-6);
    let (mut sum, mut flow) = (0.0, 0.0);
    for month in 1..=12i8 {
        let end = if month == 12 { date(1977, 1, 1) } else { date(1976, month + 1, 1) };
        let period = Period { start: date(1976, month, 1), end };
        natural.write(&mut stresses, period);
        sum += recharge(&stresses, area) * period.days();
        flow += stresses.streams[0].inflow * period.days();
    }
    assert!((sum / whole - 1.0).abs() < 1e-12);
    assert!((flow / (2.0 * 86_400.0 * 365.2425) - 1.0).abs() < 1e-12);
    natural.write_mean(&mut stresses);
    assert!((recharge(&stresses, area) * 365.2425 / (coefficient * area * 0.6) - 1.0).abs() < 1e-12);
}

#[test]
fn rows_belong_to_what_the_maps_say() {
    let (basin, gridded) = (basin(), gridded(500.0));
    let natural = NaturalStresses::new(&basin, &gridded, Mining::On);
    let mut stresses = natural.empty();
    assert!(stresses.packages.iter().map(|named| named.name.as_str()).eq(PACKAGE_NAMES));
    natural.set_abstraction(&mut stresses, 2, 5000.0);
    natural.set_river_take(&mut stresses, 1, 700.0);
    let Package::Wells(wells) = &stresses.packages[WELLS].package else { panic!("not wells") };
    for (number, rows) in natural.well_rows().iter().enumerate() {
        let rate: f64 = wells.rows[rows.clone()].iter().map(|row| row.rate).sum();
        let expected = if number == 2 { -5000.0 } else { 0.0 };
        assert!((rate - expected).abs() < 1e-9);
        let cells = wells.rows[rows.clone()].iter().map(|row| row.cell);
        assert!(cells.eq(gridded.wells[number].iter().map(|part| part.cell)));
    }
    assert_eq!(natural.well_rows().last().unwrap().end, wells.rows.len());
    let Package::Rivers(rows) = &stresses.packages[RIVERS].package else { panic!("not rivers") };
    assert_eq!(natural.river_rows().last().unwrap().end, rows.len());
    assert_eq!(natural.reach_rows(0, 1).end, natural.river_rows()[0].end);
    assert_eq!(natural.reach_rows(1, 0), natural.river_rows()[1]);
    assert_eq!(stresses.streams[1].takes[0].rate, -700.0);
    assert_eq!(stresses.streams[1].tributary_of, gridded.rivers[1].joins);
    assert_eq!(stresses.streams[0].reaches.len(), gridded.rivers[0].rows.len());
    assert_eq!(natural.mine_rows()[0].len(), gridded.mines[0].columns.len());
    // Policy's rates survive a new period, and the spin-up puts them to rest.
    natural.write(&mut stresses, year(2005));
    let Package::Wells(wells) = &stresses.packages[WELLS].package else { panic!("not wells") };
    assert!(wells.rows.iter().any(|row| row.rate < 0.0));
    natural.write_mean(&mut stresses);
    let Package::Wells(wells) = &stresses.packages[WELLS].package else { panic!("not wells") };
    assert!(wells.rows.iter().all(|row| row.rate == 0.0) && stresses.streams[1].takes[0].rate == 0.0);
}

#[test]
fn mines_drain_break_the_rock_and_lose_recharge_as_dated() {
    let (basin, gridded) = (basin(), gridded(500.0));
    let natural = NaturalStresses::new(&basin, &gridded, Mining::On);
    let without = NaturalStresses::new(&basin, &gridded, Mining::Off);
    let (mut stresses, mut bare) = (natural.empty(), without.empty());
    let area = gridded.footprint.column_area();
    let mine_area: f64 = gridded.mines[0].columns.iter().map(|part| part.area).sum();
    // Full lattice coverage inside the mine; its edge columns carry their share.
    for (in_year, mined, drained) in
        [(1979, 0.0, 0.0), (1990, 0.525, 0.525), (2005, 1.0, 1.0), (2010, 1.0, 0.0)]
    {
        natural.write(&mut stresses, year(in_year));
        without.write(&mut bare, year(in_year));
        let conductance: f64 = drains(&stresses, MINE_DRAINAGE).iter().map(|row| row.conductance).sum();
        assert!((conductance / (1e-4 * mine_area) - drained).abs() < 1e-3, "{in_year}");
        assert!(drains(&bare, MINE_DRAINAGE).iter().all(|row| row.conductance == 0.0));
        let lost = recharge(&bare, area) - recharge(&stresses, area);
        let rate = 0.04 * 0.6 / year(in_year).days();
        assert!((lost - rate * mine_area * 0.4 * mined).abs() < 1e-3 * rate * mine_area, "{in_year}: {lost}");
    }
    let inside = gridded.mines[0].columns.iter().find(|part| part.share == 1.0).unwrap().coal_cell;
    let conductivity = |in_year: i16| {
        let changes = natural.property_changes(year(in_year));
        changes.iter().find(|change| change.cell == inside).and_then(|change| change.vertical_conductivity)
    };
    assert_eq!(conductivity(1975), None);
    assert_eq!(conductivity(1979), None);
    assert!((conductivity(1990).unwrap() / (1e-4 * (1.0 + 0.525 * 49.0)) - 1.0).abs() < 1e-3);
    assert!((conductivity(2000).unwrap() / (1e-4 * 50.0) - 1.0).abs() < 1e-9);
    assert_eq!(conductivity(2002), None, "nothing changes any more");
    assert_eq!(natural.property_changes(year(1990)).len(), gridded.mines[0].columns.len());
    let june = Period { start: date(1990, 6, 1), end: date(1990, 7, 1) };
    assert!(natural.property_changes(june).is_empty());
    assert!(without.property_changes(year(1990)).is_empty());
}

#[test]
fn a_mine_costs_recharge_under_its_whole_area_also_where_the_seam_is_absent() {
    let mut basin = basin();
    basin.mines[0].polygon =
        crate::synthetic::square(crate::synthetic::at(10.0, 8.0), crate::synthetic::at(19.0, 14.0));
    let gridded = discretise(&basin, &Parameters::default(), &GridSpec { cell: 500.0 }).unwrap();
    let with_seam: f64 = gridded.mines[0].columns.iter().map(|part| part.area).sum();
    let whole: f64 = gridded.mines[0].surface.iter().map(|part| part.area).sum();
    assert!((whole / 54e6 - 1.0).abs() < 0.01, "{whole}");
    assert!(with_seam < 0.7 * whole, "{with_seam}");
    let lost = |mining| {
        let natural = NaturalStresses::new(&basin, &gridded, mining);
        let mut stresses = natural.empty();
        natural.write(&mut stresses, year(2005));
        recharge(&stresses, gridded.footprint.column_area())
    };
    let factor = basin.mines[0].recharge_factor.value;
    let expected: f64 = gridded.mines[0]
        .surface
        .iter()
        .map(|part| {
            let row = gridded.recharge.iter().find(|row| row.column == part.column).unwrap();
            row.coefficient * part.share * gridded.footprint.column_area() * (1.0 - factor)
        })
        .sum::<f64>()
        * 0.6
        / year(2005).days();
    let found = lost(Mining::Off) - lost(Mining::On);
    assert!((found / expected - 1.0).abs() < 1e-9, "{found} against {expected}");
}

#[test]
fn a_run_that_begins_after_mining_did_sees_all_of_it_at_once() {
    let mut basin = basin();
    basin.time.history_from = 1990;
    let gridded = discretise(&basin, &Parameters::default(), &GridSpec { cell: 1000.0 }).unwrap();
    let natural = NaturalStresses::new(&basin, &gridded, Mining::On);
    assert_eq!(natural.property_changes(year(1990)).len(), gridded.mines[0].columns.len());
}

#[test]
fn a_boundary_alternative_acts_when_it_is_chosen() {
    let run = |boundary: Option<&str>| {
        let basin = Basin { boundary: boundary.map(str::to_owned), ..basin() };
        discretise(&basin, &Parameters::default(), &GridSpec { cell: 500.0 })
    };
    assert!(run(None).unwrap().boundary.is_empty());
    let leaky = run(Some("leaky-north")).unwrap();
    let conductance: f64 = leaky.boundary.iter().map(|row| row.conductance).sum();
    let length = 1000.0 * 8.9f64.hypot(1.6);
    assert!((conductance / (2.0 * 0.01 * length) - 1.0).abs() < 1e-9, "{conductance}");
    assert!(run(Some("leaky-south")).is_err());
}

#[test]
fn a_dated_stage_raises_the_drain() {
    let mut basin = basin();
    basin.springs[1].stages.push(crate::OutletStage {
        from: date(2001, 1, 1),
        to: None,
        months: Vec::new(),
        stage: crate::synthetic::figure(606.0),
    });
    let gridded = discretise(&basin, &Parameters::default(), &GridSpec { cell: 1000.0 }).unwrap();
    let natural = NaturalStresses::new(&basin, &gridded, Mining::On);
    let mut stresses = natural.empty();
    natural.write(&mut stresses, year(2000));
    assert_eq!(drains(&stresses, SPRINGS)[1].elevation, 600.0);
    natural.write(&mut stresses, year(2001));
    assert_eq!(drains(&stresses, SPRINGS)[1].elevation, 606.0);
    assert_eq!(drains(&stresses, SPRINGS)[0].elevation, 620.0);
    natural.write_mean(&mut stresses);
    assert_eq!(drains(&stresses, SPRINGS)[1].elevation, 600.0);
}

#[test]
fn water_added_to_the_recharge_reaches_its_columns_whole() {
    let (basin, gridded) = (basin(), gridded(500.0));
    let natural = NaturalStresses::new(&basin, &gridded, Mining::Off);
    let area = gridded.footprint.column_area();
    let mut stresses = natural.empty();
    let polygon = basin.zones[0].polygon.clone();
    for columns in [
        gridded.columns_of_group(2),
        gridded.columns_of_zone(0),
        gridded.columns_of_reach(0, 0),
        gridded.columns_in(&polygon),
    ] {
        natural.write(&mut stresses, year(1976));
        let before = recharge(&stresses, area);
        natural.add_recharge(&mut stresses, &columns, 321.0);
        assert!((recharge(&stresses, area) - before - 321.0).abs() < 1e-6 * before);
        natural.write(&mut stresses, year(1976));
        assert_eq!(natural.lose_recharge(&mut stresses, &columns, 321.0), 0.0);
        assert!((recharge(&stresses, area) - before + 321.0).abs() < 1e-6 * before);
        let Package::Recharge(rows) = &stresses.packages[RECHARGE].package else { panic!("not recharge") };
        let touched = rows.iter().zip(&gridded.recharge).enumerate();
        let (coefficient, days) = (basin.climate.year(1976) / 1000.0, 366.0);
        for (row, (rate, column)) in touched {
            let lowered = (rate.rate - column.coefficient * coefficient / days).abs() > 1e-15;
            assert_eq!(lowered, columns.iter().any(|part| part.row == row && part.share > 0.0));
        }
    }
}

#[test]
fn no_column_loses_more_than_recharges_it() {
    let (basin, gridded) = (basin(), gridded(500.0));
    let natural = NaturalStresses::new(&basin, &gridded, Mining::Off);
    let area = gridded.footprint.column_area();
    let mut stresses = natural.empty();
    natural.write(&mut stresses, year(1976));
    let columns = gridded.columns_of_zone(0);
    let rates = |stresses: &Stresses| -> Vec<f64> {
        let Package::Recharge(rows) = &stresses.packages[RECHARGE].package else { panic!("not recharge") };
        rows.iter().map(|row| row.rate).collect()
    };
    let before = rates(&stresses);
    let there: f64 = columns.iter().map(|part| before[part.row] * area).sum();
    // All of it from one column and a little from each other: what the one lacks the others give.
    let mut uneven = columns.clone();
    let (first, others) = (0.9, 0.1 / (columns.len() - 1) as f64);
    uneven
        .iter_mut()
        .enumerate()
        .for_each(|(index, part)| part.share = if index == 0 { first } else { others });
    let wanted = 0.5 * there;
    assert!(first * wanted > before[columns[0].row] * area, "more than the one column has");
    assert_eq!(natural.lose_recharge(&mut stresses, &uneven, wanted), 0.0);
    let after = rates(&stresses);
    assert!(after.iter().all(|rate| *rate >= 0.0), "{after:?}");
    let left: f64 = columns.iter().map(|part| after[part.row] * area).sum();
    assert!((there - left - wanted).abs() <= 1e-9 * there, "{left} of {there}");
    // More than there is: what stays is told.
    let kept = natural.lose_recharge(&mut stresses, &uneven, there);
    assert!((kept - (there - left)).abs() <= 1e-9 * there, "{kept}");
    assert!(columns.iter().all(|part| rates(&stresses)[part.row].abs() <= 1e-15));
    for (row, rate) in rates(&stresses).iter().enumerate() {
        assert!(columns.iter().any(|part| part.row == row) || *rate == before[row], "another column");
    }
}

#[test]
fn a_changed_climate_changes_its_years_only() {
    let basin = basin();
    let dry = basin.climate.changed(1976..=1977, 0.5);
    for year in 1950..2000 {
        let factor = if (1976..=1977).contains(&year) { 0.5 } else { 1.0 };
        assert!((dry.year(year) - factor * basin.climate.year(year)).abs() < 1e-12, "{year}");
    }
    assert_eq!(dry.mean.value, basin.climate.mean.value);
    let gridded = gridded(1000.0);
    let natural = NaturalStresses::new(&basin, &gridded, Mining::Off);
    let (mut own, mut changed) = (natural.empty(), natural.empty());
    natural.write(&mut own, year(1976));
    natural.clone().with_climate(&dry).write(&mut changed, year(1976));
    assert!((recharge(&changed, 1.0) / recharge(&own, 1.0) - 0.5).abs() < 1e-12);
}

#[test]
fn seeded_clouds_raise_what_the_rain_brings_as_far_as_they_cover() {
    let (basin, gridded) = (basin(), gridded(1000.0));
    let natural = NaturalStresses::new(&basin, &gridded, Mining::Off);
    let rates = |stresses: &quanyu_flow::Stresses| -> Vec<f64> {
        let Package::Recharge(rows) = &stresses.packages[RECHARGE].package else { panic!("not recharge") };
        rows.iter().map(|row| row.rate).collect()
    };
    let mut stresses = natural.empty();
    natural.write(&mut stresses, year(1976));
    let before = rates(&stresses);
    let covered = gridded.covered_by_zone(0);
    assert!(covered.iter().all(|column| column.share > 0.0 && column.share <= 1.0) && covered.len() > 1);
    natural.raise_rain(&mut stresses, covered.iter().map(|column| (column.row, 0.1 * column.share)));
    for (row, (rate, before)) in rates(&stresses).iter().zip(&before).enumerate() {
        let share = covered.iter().find(|column| column.row == row).map_or(0.0, |column| column.share);
        assert!((rate - before * (1.0 + 0.1 * share)).abs() < 1e-15, "row {row}");
    }
    // All spring basins together cover every column once.
    let mut whole = natural.empty();
    natural.write(&mut whole, year(1976));
    let outlines = 0..basin.outlines.len();
    let mut share = vec![0.0; before.len()];
    for column in outlines.flat_map(|outline| gridded.covered_by_outline(outline)) {
        share[column.row] += column.share;
    }
    assert!(share.iter().all(|share| (share - 1.0).abs() < 1e-9));
}
