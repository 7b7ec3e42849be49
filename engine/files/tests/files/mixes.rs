//! A mix of measures, written as a scenario and read again.

use quanyu_files::{Mixed, ScenarioFile, Sources, Style, read_scenarios, render, why_no_mix, write_mix};

use crate::levers::{EVERY, workshop};
use crate::small_basin::Workshop;

fn read(workshop: &Workshop, file: &str) -> ScenarioFile {
    let mut sources = Sources::new();
    let study = read_scenarios(&[workshop.path(file)], None, &mut sources);
    study.unwrap_or_else(|faults| panic!("{}", render(&sources, &faults, Style::Plain))).scenarios.remove(0)
}

#[test]
fn a_mix_reads_back_as_what_was_mixed() {
    let workshop = workshop();
    workshop.write("scenarios/every.toml", EVERY);
    let scenario = read(&workshop, "scenarios/every.toml").scenario;
    let index = |id: &str| scenario.measures.iter().position(|measure| measure.id == id).unwrap();
    // One with both kinds of cost, one that is left out, one in full.
    let extents = [(index("save"), 0.375), (index("pit-water"), 0.0), (index("exit"), 1.0)];
    let until = ["cap/city/cap".to_owned()];
    std::fs::create_dir_all(workshop.path("scenarios/mixes")).unwrap();
    let path = workshop.path("scenarios/mixes/every-cheap.toml");
    let base = workshop.path("scenarios/every.toml");
    write_mix(&path, &Mixed { scenario: &scenario, base: &base, extents: &extents, until: &until }).unwrap();
    let written = read(&workshop, "scenarios/mixes/every-cheap.toml").scenario;
    let mixed = scenario.mixed(&extents);
    assert_eq!((written.name.as_str(), written.measures.len()), ("every-cheap", scenario.measures.len() - 1));
    for measure in &written.measures {
        let wanted = mixed.measures.iter().find(|mixed| mixed.id == measure.id).unwrap();
        assert_eq!((measure.compliance, &measure.cost), (wanted.compliance, &wanted.cost), "{}", measure.id);
        assert_eq!(format!("{:?}", measure.kind), format!("{:?}", wanted.kind), "{}", measure.id);
    }
    let save = &written.measures[written.measures.iter().position(|measure| measure.id == "save").unwrap()];
    assert_eq!(save.compliance, 0.9 * 0.375);
    assert_eq!(save.cost.as_ref().unwrap().once.unwrap().0.value, 3e7 * 0.375);
}

#[test]
fn a_file_that_no_scenario_can_have_is_refused() {
    let workshop = workshop();
    assert_eq!(why_no_mix(&workshop.path("scenarios/good.toml")), None);
    let why = why_no_mix(&workshop.path("scenarios/a b.toml")).unwrap();
    assert!(why.contains("`a b` cannot name a scenario"), "{why}");
    let why = why_no_mix(&workshop.path("no-such/good.toml")).unwrap();
    assert!(why.contains("there is no folder"), "{why}");
}
