//! Runs that end otherwise than well.

use std::fs;

use quanyu_files::Style;
use quanyu_files::modflow::render;
use quanyu_modflow::Stopped;

use crate::folder::{copy, heads, play, replace};

fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn faults_of_files_and_of_the_model_are_found_before_anything_is_written() {
    let folder = copy("steady-confined-barrier");
    replace(folder.path(), "gwf.npf", "icelltype", "icelltypes");
    replace(folder.path(), "gwf.nam", "DRN6", "SFR6");
    let before = names(folder.path());
    let Err(Stopped::Input(wrong)) = play(folder.path()) else { panic!("no fault") };
    let text = render(&wrong.sources, &wrong.faults, Style::Plain);
    assert!(text.contains("gwf.npf") && text.contains("ICELLTYPES") && text.contains("SFR6"), "{text}");
    assert_eq!(names(folder.path()), before);
}

#[test]
fn a_step_without_an_outlet_ends_with_time_cell_cause_and_remedy_and_keeps_what_was_written() {
    let folder = copy("transient-wells-timeseries");
    // The second period is at rest, too, and nothing gives the wells water.
    replace(folder.path(), "gwf.sto", "TRANSIENT", "STEADY-STATE");
    for file in ["gwf.chd", "gwf.riv"] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        let (first, _) = text.split_once("END period  1").unwrap();
        let kept = format!("{first}END period  1\nBEGIN period 2\nEND period\n");
        fs::write(folder.path().join(file), kept).unwrap();
    }
    let Err(Stopped::Step(stopped)) = play(folder.path()) else { panic!("no failure") };
    assert_eq!((stopped.period, stopped.step), (2, 1));
    let text = stopped.to_string();
    for part in ["days", "cell (", "cause:", "remedy:"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let last = heads(folder.path(), "gwf.hds").last().unwrap().period;
    assert_eq!(last, 1);
    let listing = fs::read_to_string(folder.path().join("gwf.lst")).unwrap();
    assert!(listing.contains("FAILURE") && !listing.contains("Normal termination"));
}
