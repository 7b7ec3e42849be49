//! The MODFLOW 6 cases: read, their grids written and compared with MODFLOW's own files.

use std::fs;
use std::path::{Path, PathBuf};

use quanyu_files::modflow::results::{Connectivity, RecordTime, read_heads, write_grid_file, write_heads};
use quanyu_files::modflow::{Package, ReadSimulation, read};

/// The folder of one case.
pub(crate) fn case_folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../validate/modflow/cases").join(name)
}

pub(crate) fn cases() -> Vec<PathBuf> {
    let folder = case_folder("");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert_eq!(cases.len(), 17);
    cases
}

pub(crate) fn read_case(case: &Path) -> ReadSimulation {
    read(case).unwrap_or_else(|wrong| panic!("{}: {:#?}", case.display(), wrong.faults))
}

#[test]
fn every_case_is_read_without_a_remark() {
    for case in cases() {
        let read = read_case(&case);
        assert!(read.notes.is_empty(), "{}: {:?}", case.display(), read.notes);
    }
}

#[test]
fn steps_terms_and_heads_agree_with_modflow_s_results() {
    for case in cases() {
        let simulation = read_case(&case).simulation;
        let model = &simulation.model;
        let rates = fs::read_to_string(case.join("budget_rates.csv")).unwrap();
        let mut lines = rates.lines();
        let head: Vec<&str> =
            lines.next().unwrap().split(',').skip(1).take_while(|name| *name != "TOTAL_IN").collect();
        let mut terms = Vec::new();
        if let Some(storage) = &model.storage {
            terms.push("STO-SS_IN".to_owned());
            terms.extend(storage.has_yield().then(|| "STO-SY_IN".to_owned()));
        }
        terms.extend(model.packages.iter().map(|package: &Package| format!("{}_IN", package.term())));
        assert_eq!(terms, head, "{}", case.display());
        let times: Vec<f64> = lines.map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
        if simulation.time.periods.iter().all(|period| period.adaptive.is_none()) {
            let mut ends = Vec::new();
            let mut begin = 0.0;
            for period in &simulation.time.periods {
                ends.extend(period.step_ends(begin));
                begin = *ends.last().unwrap();
            }
            assert_eq!(ends.len(), times.len(), "{}", case.display());
            for (end, time) in ends.iter().zip(times) {
                assert!((end - time).abs() <= 1e-4 * time.max(1.0), "{}: {end} {time}", case.display());
            }
        }
        let heads = fs::read_to_string(case.join("heads_last.csv")).unwrap();
        assert_eq!(
            heads.lines().filter(|line| !line.starts_with('#')).count(),
            model.grid.layers * model.grid.rows
        );
    }
}

#[test]
fn grid_files_are_modflow_s_byte_for_byte() {
    let mut compared = 0;
    for case in cases() {
        let simulation = read_case(&case).simulation;
        let name = simulation.model.grid.grid_file_name().unwrap();
        let Ok(theirs) = fs::read(case.join(&name)) else { continue };
        let mut ours = Vec::new();
        let connectivity = Connectivity::new(&simulation.model.grid);
        write_grid_file(&mut ours, &simulation.model.grid, &simulation.model.property, &connectivity)
            .unwrap();
        let differs = ours.iter().zip(&theirs).position(|(a, b)| a != b);
        assert_eq!((differs, ours.len()), (None, theirs.len()), "{}", case.display());
        compared += 1;
    }
    assert_eq!(compared, 6);
}

#[test]
fn head_files_written_again_are_the_same_bytes() {
    let mut compared = 0;
    for case in cases() {
        let Ok(theirs) = fs::read(case.join("gwf.hds")) else { continue };
        let simulation = read_case(&case).simulation;
        let records = read_heads(&theirs).unwrap();
        let mut ours = Vec::new();
        for step in records.chunks(simulation.model.grid.layers) {
            let heads: Vec<f64> = step.iter().flat_map(|record| record.values.clone()).collect();
            let time = RecordTime {
                step: step[0].step as usize,
                period: step[0].period as usize,
                length: 0.0,
                period_time: step[0].period_time,
                total_time: step[0].total_time,
            };
            write_heads(&mut ours, &simulation.model.grid, time, &heads).unwrap();
        }
        let differs = ours.iter().zip(&theirs).position(|(a, b)| a != b);
        assert_eq!((differs, ours.len()), (None, theirs.len()), "{}", case.display());
        compared += 1;
    }
    assert_eq!(compared, 16);
}
