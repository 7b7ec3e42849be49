//! Input without fault becomes what it says.

use crate::small_basin::Workshop;
use jiff::civil::date;
use quanyu_basin::{GroupKind, MarkQuantity, Placement, Sureness};
use quanyu_files::{Sources, Style, read_basin, read_scenarios, render, write_calibration};
use quanyu_policy::{Cut, MeasureKind, Schedule, TargetTest};

#[test]
fn a_basin_without_fault_is_read_whole() {
    let workshop = Workshop::new();
    let mut sources = Sources::new();
    let read = read_basin(&workshop.path("basin"), &mut sources);
    let folder = read.unwrap_or_else(|faults| panic!("{}", render(&sources, &faults, Style::Plain)));
    let basin = &folder.basin;
    assert_eq!(basin.id, "small");
    assert_eq!(basin.title.zh, "小泉域");
    assert_eq!((basin.crs.epsg, basin.boundary.as_ref()), (32649, None));
    assert_eq!((basin.ground.corner, basin.ground.cell), ([500_000.0, 3_910_000.0], 1000.0));
    assert_eq!(basin.ground.values[[0, 1]], 995.0);
    assert_eq!(basin.ground.provenance.range.unwrap().high, 40.0);
    assert_eq!(basin.layers.len(), 2);
    assert_eq!(basin.layers[1].bottom.values[[9, 11]], 345.0);
    assert_eq!(basin.layers[1].bottom.provenance.value, 50.0);
    assert_eq!(basin.recharge_areas.len(), 2);
    assert!(basin.recharge_areas[0].polygon.is_none());
    assert_eq!(basin.recharge_areas[1].kind.coefficient.value, 0.25);
    assert_eq!(basin.mines[0].end, date(2010, 12, 31));
    assert_eq!(basin.springs[0].stages[0].months, [6, 7, 8]);
    assert_eq!(basin.springs[1].dried, Some(date(1998, 5, 1)));
    assert_eq!(basin.climate.year(1997), 300.0);
    assert_eq!(basin.climate.year(1998), 600.0);
    assert_eq!(basin.climate.monthly[6], 0.24);
    let factory = &basin.groups[1];
    assert_eq!(factory.take.value, 5e6);
    assert_eq!(factory.take.range.unwrap().low, 4e6);
    assert_eq!(factory.take.sureness, Sureness::Assumed);
    assert_eq!(factory.placement, Placement::Zone("town".to_owned()));
    assert_eq!(factory.tags, ["big", "pit-side"]);
    assert_eq!(basin.groups[3].kind, GroupKind::SpringIntake { spring: "big".to_owned() });
    assert_eq!(basin.use_series[1].years.len(), 2);
    assert_eq!(basin.projects[0].capacity.value, 1e7);
    assert_eq!(basin.marks[1].quantity, MarkQuantity::LevelTrend { zone: "town".to_owned() });
    assert_eq!(basin.marks[1].value.low(), f64::NEG_INFINITY);
    assert_eq!(basin.zones[0].allowable.as_ref().unwrap().value, 8e6);
    assert_eq!(basin.parameters[0].calibrated, None);
    assert_eq!(folder.targets[0].test, TargetTest::Cap { most: 1e7 });
    assert_eq!(folder.targets[0].by, date(2020, 12, 31));
    let place = sources.place(factory.take.origin).unwrap();
    assert_eq!((place.line, place.text), (3, "500"));
    assert_eq!(folder.inputs.len(), 30, "30 files have a hash");
}

#[test]
fn a_calibration_fills_the_parameters() {
    let workshop = Workshop::new();
    let path = workshop.path("basin/calibrated.toml");
    for value in [2.5, 1.0 / 3.0, 4.0] {
        write_calibration(&path, "Fitted by a test,\nto nothing.", &[("k".to_owned(), value)]).unwrap();
        let folder = read_basin(&workshop.path("basin"), &mut Sources::new()).unwrap();
        assert_eq!(folder.basin.parameters[0].value(), value);
    }
    for (id, value) in [("a = 1", 1.0), ("k", f64::NAN)] {
        assert!(write_calibration(&path, "", &[(id.to_owned(), value)]).is_err());
    }
    assert!(
        workshop.read("basin/calibrated.toml").contains("k = 4.0"),
        "a failure leaves the file as it was"
    );
}

const BASE: &str = r#"name = "base"
title = { zh = "基准", en = "Base" }
basin = "../basin"
report = { from = "2005-01", to = "2030-12" }

[[measure]]
id = "close"
kind = "close_wells"
where = { owner = "self-supply", zone = ["town"] }
stages = [["2020-01", 0.4], ["2021-01", 1.0]]
replaced_by = ["reservoir"]

[[measure]]
id = "cut"
title = "Cut"
kind = "cut"
where = { sector = ["irrigation", "industry"], at_least = "150 wan_m3_per_year" }
by = "30 %"
ramp = ["2020-01", "2022-01"]

[[measure]]
id = "freeze"
kind = "freeze"
where = { county = "upper" }
from = 2018-07-01
domestic_exempt = true
"#;

const PATCH: &str = r#"name = "patch"
title = "Patch"
base = "base.toml"
drop = ["freeze"]

[[measure]]
id = "cut"
by = "500 wan_m3_per_year"
floor = 0.2

[[measure]]
id = "swap"
kind = "swap"
where = { tag = "big" }
projects = ["reservoir"]
ramp = ["2016-01", "2018-01"]
share = "50 %"

[[target]]
id = "cap"
most = "900 wan_m3_per_year"

[[target]]
id = "karst"
test = "karst-take"
base_year = 2010
by = "2025"
required = false
"#;

#[test]
fn a_patch_merges_measures_by_id_and_tightens_targets() {
    let workshop = Workshop::new();
    workshop.write("scenarios/base.toml", BASE);
    workshop.write("scenarios/patch.toml", &PATCH.replace("\"2025\"", "\"2025-12\""));
    let mut sources = Sources::new();
    let read = read_scenarios(&[workshop.path("scenarios")], None, &mut sources);
    let study = read.unwrap_or_else(|faults| panic!("{}", render(&sources, &faults, Style::Plain)));
    assert_eq!(study.basins.len(), 1, "both scenarios share their basin");
    let names: Vec<&str> = study.scenarios.iter().map(|file| file.scenario.name.as_str()).collect();
    assert_eq!(names, ["base", "patch"]);

    let base = &study.scenarios[0].scenario;
    assert_eq!(base.report.to, date(2030, 12, 31));
    assert_eq!(base.measures.len(), 3);
    assert!(matches!(&base.measures[2].kind, MeasureKind::Freeze(rule) if rule.from == date(2018, 7, 1)));
    assert_eq!(base.targets[0].test, TargetTest::Cap { most: 1e7 });

    let patch = &study.scenarios[1].scenario;
    let ids: Vec<&str> = patch.measures.iter().map(|measure| measure.id.as_str()).collect();
    assert_eq!(ids, ["close", "cut", "swap"]);
    let MeasureKind::Cut { by, ramp, floor } = &patch.measures[1].kind else { panic!("not a cut") };
    assert_eq!((*by, *floor), (Cut::Volume(5e6), 0.2));
    assert_eq!(*ramp, Schedule::Ramp { from: date(2020, 1, 1), to: date(2022, 1, 1), value: 1.0 });
    assert_eq!(patch.measures[1].names.en, "Cut");
    let MeasureKind::Swap { share, .. } = &patch.measures[2].kind else { panic!("not a swap") };
    assert_eq!(*share, Schedule::Ramp { from: date(2016, 1, 1), to: date(2018, 1, 1), value: 0.5 });
    assert_eq!(patch.targets.len(), 4);
    assert_eq!(patch.targets[0].test, TargetTest::Cap { most: 9e6 });
    assert_eq!(patch.targets[3].test, TargetTest::KarstTake { base_year: 2010 });
    let hashes: Vec<&str> = study.scenarios[1].inputs.iter().map(|input| input.path.as_str()).collect();
    assert!(hashes.len() == 2 && hashes.iter().all(|path| path.ends_with(".toml")), "{hashes:?}");
    let read_again =
        read_scenarios(&[workshop.path("scenarios/base.toml")], Some(&workshop.path("basin")), &mut sources);
    assert_eq!(read_again.unwrap().scenarios.len(), 1);
    assert!(workshop.folder().exists());
}
