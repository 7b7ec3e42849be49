//! Settling: what the physics gives meets what was asked.

use crate::fixture::*;
use quanyu_policy::{
    Basis, Cause, Delivered, Dimension, Ends, LedgerRow, Litres, apply, settle, settle_as_requested,
    settle_in_proportion,
};

fn m3(volume: f64) -> Litres {
    Litres::from_cubic_metres(volume)
}

#[test]
fn aquifer_spring_and_mine_answer() {
    let basin = basin();
    let plan = apply(&basin, &scenario(Vec::new(), Vec::new()), &months(2018, 2018), Ends::Value).unwrap();
    let mut delivered = all_delivered(&basin, &plan, 5000.0, 1234.5);
    delivered.record_wells(0, 0, plan.requested_rate(0, 0) * 0.75);
    let ledger = settle(&plan, &delivered).unwrap();
    let wells = ledger.entry(0, 0);
    assert_eq!((wells.requested, wells.delivered), (m3(3.0e5), m3(2.25e5)));
    assert_eq!(wells.unmet, vec![(Cause::Aquifer, m3(7.5e4))]);
    // The intake asks for 200,000 in 31 days; the spring has 155,000.
    let intake = ledger.entry(index_of(&basin, "yc-intake"), 0);
    assert_eq!((intake.delivered, intake.unmet_by(Cause::Spring)), (m3(1.55e5), m3(4.5e4)));
    let outside = ledger.entry(index_of(&basin, "yc-outside"), 0);
    assert_eq!(outside.delivered, m3(5.0e4));
    let mine = ledger.entry(index_of(&basin, "mine-water"), 0);
    let inflow = m3(1234.5 * 31.0);
    assert_eq!(
        (mine.demanded, mine.permitted, mine.requested, mine.delivered),
        (inflow, inflow, inflow, inflow)
    );
    assert_eq!(ledger.check(), Ok(()));
}

#[test]
fn two_intakes_share_one_spring() {
    let mut basin = basin();
    let mut second = basin.groups[4].clone();
    second.id = "second".into();
    basin.groups.push(second);
    let plan = apply(&basin, &scenario(Vec::new(), Vec::new()), &months(2018, 2018), Ends::Value).unwrap();
    let ledger = settle(&plan, &all_delivered(&basin, &plan, 10_000.0, 0.0)).unwrap();
    assert_eq!(ledger.entry(4, 0).delivered, m3(2.0e5));
    assert_eq!(ledger.entry(7, 0).delivered, m3(1.1e5));
}

#[test]
fn a_dry_river_leaves_the_last_served_short() {
    let basin = basin();
    let selection = ids(&["gp-industry", "zz-industry"]);
    let measures = vec![measure("swap", selection, swap(2019, 0.25, &["north"]))];
    let plan = apply(&basin, &scenario(measures, Vec::new()), &months(2018, 2021), Ends::Value).unwrap();
    let month = 30; // July 2020: 75,000 and 25,000 wanted, 101,639 to be had.
    let mut delivered = all_delivered(&basin, &plan, 1.0e5, 0.0);
    delivered.record_river_take(0, month, plan.river_takes(month)[0].rate * 0.6);
    let ledger = settle(&plan, &delivered).unwrap();
    assert_eq!(ledger.entry(3, month).unmet, vec![(Cause::River(0), m3(2.5e4))]);
    assert_eq!(ledger.entry(0, month).unmet, vec![(Cause::River(0), m3(1.5e4))]);
    assert_eq!(ledger.entry(0, month).substituted, vec![(0, m3(6.0e4))]);
    assert_eq!(ledger.row(3, month).unmet_by, "river:north=25000.000");
}

#[test]
fn totals_add_up_by_every_dimension() {
    let basin = basin();
    let measures = vec![
        measure("close", ids(&["gp-industry", "zz-industry"]), close(2019, 0.3, &["north"])),
        measure("cut", ids(&["yc-intake"]), cut(2019, 0.5, 0.0)),
    ];
    let plan = apply(&basin, &scenario(measures, Vec::new()), &months(2018, 2021), Ends::Value).unwrap();
    let ledger = settled(&basin, &plan);
    let all = ledger.year(2020, |_| true);
    assert_eq!(all.demanded, all.saved + all.substituted + all.delivered + all.unmet());
    for dimension in [
        Dimension::County,
        Dimension::Basin,
        Dimension::Layer,
        Dimension::Sector,
        Dimension::Owner,
        Dimension::Booking,
    ] {
        let sum: Litres = (ledger.annual(dimension).iter())
            .filter(|total| total.start.year() == 2020)
            .map(|total| total.account.delivered)
            .sum();
        assert_eq!(sum, all.delivered, "{dimension:?}");
    }
    let annual = ledger.annual(Dimension::Zone);
    let zone =
        |id: &str| annual.iter().find(|total| total.key.as_deref() == Some(id)).unwrap().account.delivered;
    assert_eq!(zone("suburb"), zone("bagong") + zone("urban"));
    assert_eq!(zone("suburb"), m3(2.4e6));
    let projects = ledger.annual(Dimension::Project);
    let north =
        projects.iter().find(|total| total.key.as_deref() == Some("north") && total.start.year() == 2020);
    let spent: Litres = (24..36).map(|period| plan.project(0, period).used).sum();
    assert_eq!(north.unwrap().account.substituted, spent);
    assert!(spent > Litres::ZERO);
    // As a table: every dimension but the zones and the projects adds up to all, row by row of the same litres.
    let rows = ledger.total_rows();
    for dimension in Dimension::ALL {
        let of_2020 = rows.iter().filter(|row| row.dimension == dimension.word() && row.year == 2020);
        let demanded: Litres = of_2020.map(|row| row.demanded_m3).sum();
        // The suburb is there with and within its sub-zones; a project only serves.
        let twice = if dimension == Dimension::Zone { m3(2.4e6) } else { Litres::ZERO };
        assert_eq!(demanded, all.demanded + twice, "{dimension:?}");
    }
    let row = |dimension: &str, id: &str| {
        rows.iter()
            .find(|row| row.dimension == dimension && row.id.as_deref() == Some(id) && row.year == 2020)
    };
    assert_eq!(
        row("zone", "suburb").unwrap().delivered_m3,
        m3(1.2e6 + 0.7 * 1.2e6),
        "three tenths are closed"
    );
    assert_eq!(row("project", "north").unwrap().substituted_m3, spent);
    let monthly = ledger.by_period(Dimension::Basin);
    let sangu: Litres = (monthly.iter())
        .filter(|total| total.key.as_deref() == Some("sangu") && total.start.year() == 2020)
        .map(|total| total.account.delivered)
        .sum();
    assert_eq!(sangu, ledger.year(2020, |group| group.basin.is_some()).delivered);
}

#[test]
fn the_two_bases_count_what_they_say() {
    let mut basin = basin();
    basin.groups[3].county = None;
    let plan = apply(&basin, &scenario(Vec::new(), Vec::new()), &months(2018, 2018), Ends::Value).unwrap();
    let ledger = settled(&basin, &plan);
    let wells = 3.6e6 + 2.4e6 + 1.2e6 + 6.0e5;
    assert_eq!(ledger.abstraction(2018, Basis::Statistical), m3(wells));
    assert_eq!(ledger.abstraction(2018, Basis::Physical), m3(wells + 2.4e6 + 365_000.0));
}

#[test]
fn rows_lose_nothing() {
    let basin = basin();
    let measures = vec![measure("close", ids(&["gp-industry"]), close(2018, 1.0 / 3.0, &["north"]))];
    let plan = apply(&basin, &scenario(measures, Vec::new()), &months(2018, 2020), Ends::Value).unwrap();
    let ledger = settled(&basin, &plan);
    let rows: Vec<LedgerRow> = ledger.rows().collect();
    assert_eq!(rows.len(), 7 * 36);
    for row in &rows {
        assert_eq!(
            row.demanded_m3,
            row.saved_m3 + row.substituted_m3 + row.delivered_m3 + row.unmet_m3,
            "{}",
            row.group
        );
        let text = serde_json::to_string(row).unwrap();
        assert_eq!(serde_json::from_str::<LedgerRow>(&text).unwrap(), *row);
    }
    assert_eq!(rows[0].unmet_by, "measure:close=100000.000");
    assert_eq!(rows[24].substituted_by, "north=100000.000");
    assert_eq!(rows[2 * 36].parent_zones, "suburb");
}

#[test]
fn missing_and_contradicting_answers_are_faults() {
    let basin = basin();
    let plan = apply(&basin, &scenario(Vec::new(), Vec::new()), &months(2018, 2018), Ends::Value).unwrap();
    let faults = settle(&plan, &Delivered::new(&basin, &plan)).unwrap_err();
    assert_eq!(faults.len(), (4 + 1 + 1) * 12);
    let mut delivered = all_delivered(&basin, &plan, 1.0e5, 0.0);
    delivered.record_wells(0, 3, plan.requested_rate(0, 3) * 1.01);
    delivered.record_mine(0, 2, f64::NAN);
    assert_eq!(settle(&plan, &delivered).unwrap_err().len(), 2);
}

#[test]
fn an_unsimulated_end_delivers_what_it_requests() {
    let mut basin = basin();
    basin.groups[0].take = assumed(3.6e6, 3.0e6, 4.8e6);
    let at = |ends| apply(&basin, &scenario(Vec::new(), Vec::new()), &months(2018, 2018), ends).unwrap();
    let value = settled(&basin, &at(Ends::Value));
    let high = settle_as_requested(&at(Ends::High), &value).unwrap();
    assert_eq!(high.entry(0, 0).delivered, m3(4.0e5));
    assert_eq!(high.entry(6, 0), value.entry(6, 0));
    let short = apply(&basin, &scenario(Vec::new(), Vec::new()), &months(2018, 2019), Ends::High).unwrap();
    assert!(settle_as_requested(&short, &value).is_err());
}

#[test]
fn what_was_refused_of_one_plan_is_refused_of_another_in_proportion() {
    let basin = basin();
    let plan = |share: f64| {
        let cut = measure("cut", ids(&["gp-industry"]), cut(2018, share, 0.0));
        apply(&basin, &scenario(vec![cut], Vec::new()), &months(2018, 2019), Ends::Value).unwrap()
    };
    let whole = plan(0.0);
    let mut delivered = all_delivered(&basin, &whole, 1.0e5, 1000.0);
    let group = index_of(&basin, "gp-industry");
    for period in 0..whole.periods.len() {
        delivered.record_wells(group, period, 0.8 * whole.requested_rate(group, period));
    }
    let simulated = settle(&whole, &delivered).unwrap();
    let near = settle_in_proportion(&plan(0.5), &simulated).unwrap();
    let (year, other) =
        (|group: &quanyu_policy::GroupRow| group.id == "gp-industry", index_of(&basin, "zz-domestic"));
    // Half of 3.6e6 is asked, four fifths of it given; nobody else is refused anything.
    assert!((near.year(2018, year).delivered.cubic_metres() - 1.44e6).abs() < 1.0);
    assert!((near.year(2018, year).unmet_aquifer.cubic_metres() - 0.36e6).abs() < 1.0);
    assert_eq!(near.entry(other, 3), simulated.entry(other, 3));
    let mine = index_of(&basin, "mine-water");
    assert_eq!(near.entry(mine, 3), simulated.entry(mine, 3), "mines drain what they did");
}
