//! Each way to break what a basin says of levers: sectors, crops, sources, thresholds, measured levels.

use crate::levers::{EVERY, read, workshop};

#[test]
fn every_break_of_the_data_of_levers_is_told() {
    let breaks: &[(&str, &str, &str, &[&str])] = &[
        ("sectors.csv", "industry,-0.4", "industry,0.4", &["an elasticity must not be positive"]),
        ("sectors.csv", "industry,", "domestic,", &["the sector stands twice"]),
        ("measured_levels.csv", "w1,2014", "w1,2015", &["the year 2015 of the observation", "stands twice"]),
        ("measured_levels.csv", "w1,2014", "w2,2014", &["no observation `w2`"]),
        ("measured_levels.csv", "640.2", "deep", &["`level_m`"]),
        ("warnings.csv", "town,", "twon,", &["no zone `twon`", "did you mean `town`?"]),
        (
            "warnings.csv",
            ",overdraft,severe,0.3,0.3",
            ",overdraft,severe,-0.3,-0.3",
            &["a graver warning holds below"],
        ),
        ("warnings.csv", ",overdraft,severe", ",overdraft,attention", &["the threshold stands twice"]),
        ("warnings.csv", "town,overdraft", "town,overdraught", &["cannot be `overdraught`"]),
        ("crops.csv", ",100,200,", ",,,", &["range"]),
        ("unconventional.csv", "mine-water,120", "mine-watr,120", &["cannot be `mine-watr`"]),
        ("unconventional.csv", "industry;irrigation", "industry;irigation", &["cannot be `irigation`"]),
        ("unconventional.csv", "0.75,,", ",2020-01,", &["`least_from` dates a least share"]),
        ("rain_enhancement.csv", ",0.1,0,0.2,", ",1.1,0,0.2,", &["from 0 to 1"]),
        ("rain_enhancement.csv", ",0.1,0,0.2,", ",0.1,,,", &["range"]),
        ("project_years.csv", "reservoir,", "resevoir,", &["no project `resevoir`"]),
        ("projects.csv", "0.8,0.7", "0.8,", &["dry years need `dry_share` too"]),
        ("zones.geojson", "\"severe\"", "\"sever\"", &["cannot be `sever`"]),
    ];
    for (file, old, new, parts) in breaks {
        let workshop = workshop();
        workshop.write("scenarios/every.toml", EVERY);
        workshop.replace(&format!("basin/{file}"), old, new);
        let message = read(&workshop).map(|_| ()).unwrap_err();
        for part in parts.iter().chain([&format!("--> basin/{file}:").as_str()]) {
            assert!(message.contains(part), "{file}: `{old}` → `{new}`: no `{part}` in\n{message}");
        }
    }
}

#[test]
fn levels_belong_to_measured_wells() {
    let workshop = workshop();
    workshop.write("scenarios/every.toml", EVERY);
    workshop.replace("basin/observations.csv", "town,true", "town,false");
    let message = read(&workshop).map(|_| ()).unwrap_err();
    assert!(message.contains("the observation `w1` is no measured well"), "{message}");
    assert!(message.contains("--> basin/measured_levels.csv:2:1"), "{message}");
}
