//! What is wrong with a model is said with file, line and value, all at once.

use std::fs;
use std::path::Path;

use quanyu_files::modflow::read;
use tempfile::TempDir;

use crate::cases::case_folder;

struct Workshop(TempDir);

impl Workshop {
    fn new(case: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(case_folder(case)).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        Self(folder)
    }

    /// Puts `new` in the place of the first `old` of a file.
    fn replace(&self, file: &str, old: &str, new: &str) -> &Self {
        let path = self.0.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{old:?} is not in {file}");
        fs::write(path, text.replacen(old, new, 1)).unwrap();
        self
    }

    /// All faults as `file:line: message [value]`.
    fn faults(&self) -> Vec<String> {
        let wrong = read(self.0.path()).err().map(|wrong| {
            let faults = wrong.faults.iter().map(|fault| {
                let place = wrong.sources.place(fault.origin);
                let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
                let place =
                    place.map_or_else(String::new, |place| format!("{}:{}: ", name(place.path), place.line));
                format!("{place}{} [{}]", fault.message, fault.value)
            });
            faults.collect()
        });
        wrong.unwrap_or_default()
    }
}

fn check(case: &str, changes: &[(&str, &str, &str)], expected: &[&str]) {
    let workshop = Workshop::new(case);
    for (file, old, new) in changes {
        workshop.replace(file, old, new);
    }
    assert_eq!(workshop.faults(), expected);
}

#[test]
fn faults_of_many_files_come_together() {
    check(
        "steady-confined-barrier",
        &[
            ("gwf.dis", "CONSTANT     -40.00000000", "CONSTANT 1."),
            ("gwf.wel", "MAXBOUND", "MAXBOUND 1 #"),
            ("gwf.npf", "icelltype", "icelltyp"),
            ("gwf.hfb", "1 4 12  1 4 13", "1 4 12  1 4 14"),
            ("gwf.drn", "BEGIN period  1", "BEGIN period  one"),
            ("gwf.oc", "HEAD  ALL", "HEAD  EVERY"),
            ("gwf.ghb", "1 1 1 ", "1 21 1 "),
            ("gwf.ic", "strt", "start"),
            ("gwf.rcha", "CONSTANT", "CONSTAND"),
            ("steady-confined-barrier.ims", "OUTER_DVCLOSE  1.0", "OUTER_DVCLOSE  -1.0"),
            ("steady-confined-barrier.tdis", "NPER  1", "NPER  2"),
        ],
        &[
            "steady-confined-barrier.tdis:11: the TDIS file has another number of rows than NPER says [1]",
            "steady-confined-barrier.ims:7: OUTER_DVCLOSE is out of range [-0.00000001]",
            "gwf.dis:22: the bottom of cell (3,1,1) and 479 more of the line is not below its top [bottom 1, top 0]",
            "gwf.ic:5: the GRIDDATA of the IC package lacks STRT [nothing]",
            "gwf.ic:6: the GRIDDATA of the IC package knows no such word [START]",
            "gwf.npf:6: the GRIDDATA of the NPF package lacks ICELLTYPE [nothing]",
            "gwf.npf:7: the GRIDDATA of the NPF package knows no such word [ICELLTYP]",
            "gwf.oc:8: the times of SAVE or PRINT knows no such word [EVERY]",
            "gwf.hfb:10: the cells of a barrier do not lie side by side [(1,4,12) and (1,4,14)]",
            "gwf.wel:9: a PERIOD block of the WEL package has more rows than MAXBOUND says [3 rows]",
            "gwf.ghb:10: a row of the GHB package lies outside the grid [(1,21,1)]",
            "gwf.drn:9: a PERIOD block names no stress period [one]",
            "gwf.rcha:8: the array RECHARGE begins with no control record [CONSTAND  4.00000000E-04]",
        ],
    );
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    check(
        "steady-confined-barrier",
        &[
            ("gwf.nam", "DIS6  gwf.dis", "DISV6  gwf.dis"),
            ("gwf.nam", "WEL6  gwf.wel", "MAW6  gwf.wel"),
            ("gwf.nam", "OC6", "OCC6"),
            ("mfsim.nam", "BEGIN exchanges", "BEGIN exchanges\n  GWF6-GWF6 a.exg a b"),
            ("mfsim.nam", "gwf6  gwf.nam  gwf", "gwf6  gwf.nam  gwf\n  gwt6  gwt.nam  gwt"),
        ],
        &[
            "mfsim.nam:11: GWT6 in MODELS is not supported [gwt6  gwt.nam  gwt]",
            "mfsim.nam:15: an exchange between models is not supported [GWF6-GWF6 a.exg a b]",
            "gwf.nam:7: the package is not supported [DISV6]",
            "gwf.nam:10: the PACKAGES of the model knows no such word [OCC6]",
            "gwf.nam:11: the package is not supported [MAW6]",
        ],
    );
    check(
        "newton-sloping-base",
        &[("gwf.npf", "SAVE_SPECIFIC", "XT3D RHS\nSAVE_SPECIFIC")],
        &["gwf.npf:3: the NPF package asks for something that is not supported [XT3D RHS]"],
    );
    check(
        "newton-sloping-base",
        &[("gwf.npf", "SAVE_SPECIFIC", "PERCHED\nSAVE_SPECIFIC")],
        &["gwf.npf:7: an option of the NPF package does not go with NEWTON [PERCHED]"],
    );
}

#[test]
fn faults_of_the_grid_do_not_hide_others() {
    check(
        "transient-wells-timeseries",
        &[
            ("gwf.dis", "CONSTANT     -40.00000000", ""),
            ("gwf.wel", "q2", "q3"),
            ("pump.ts", "60.0", "-60.0"),
            ("o.obs", "2 5 5", "2 5 55"),
        ],
        &[
            "gwf.dis:19: the array BOTM (layer 3) has no control record [end of block]",
            "o.obs:8: a row of the OBS file lies outside the grid [(2,5,55)]",
            "gwf.wel:13: Q in a list of the WEL package is no number [q3]",
            "pump.ts:9: the times of a time series do not rise [-60]",
        ],
    );
}

#[test]
fn a_missing_file_is_a_fault_of_the_line_that_names_it() {
    let workshop = Workshop::new("transient-wells-timeseries");
    for file in ["gwf.ic", "pump.ts", "o.obs"] {
        fs::remove_file(workshop.0.path().join(file)).unwrap();
    }
    let faults = workshop.faults();
    let starts = [
        "gwf.nam:8: the file cannot be read",
        "gwf.nam:15: the file cannot be read",
        "gwf.wel:4: the file cannot be read",
    ];
    for (fault, start) in faults.iter().zip(starts) {
        assert!(fault.starts_with(start), "{fault}");
    }
    assert_eq!(faults.len(), 5, "{faults:#?}");
}

#[test]
fn a_folder_without_a_simulation_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = read(folder.path()).unwrap_err();
    assert_eq!(wrong.faults.len(), 1);
    assert!(wrong.faults[0].value.ends_with("mfsim.nam"));
}

#[test]
fn nonsense_makes_faults_and_no_panic() {
    let cases =
        ["steady-confined-barrier", "water-table-picard", "irregular-spacing-arrays", "adaptive-steps"];
    let nonsense = [
        "",
        "BEGIN",
        "END",
        "BEGIN period 1",
        "1 1",
        "-1e400",
        "'",
        "OPEN/CLOSE",
        "9999999999 1 1 1",
        "\u{0}",
    ];
    for case in cases {
        let workshop = Workshop::new(case);
        let names: Vec<_> =
            fs::read_dir(workshop.0.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        for path in names
            .iter()
            .filter(|path| !["csv", "grb", "hds"].iter().any(|end| path.extension() == Some((*end).as_ref())))
        {
            let text = fs::read_to_string(path).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            let step = (lines.len() / 8).max(1);
            for (at, wrong) in (0..lines.len()).step_by(step).zip(nonsense.iter().cycle()) {
                let mut changed = lines.clone();
                changed[at] = wrong;
                fs::write(path, changed.join("\n")).unwrap();
                let _ = read(workshop.0.path());
                fs::write(path, lines[..at].join("\n")).unwrap();
                let _ = read(workshop.0.path());
            }
            fs::write(path, text).unwrap();
        }
        assert_eq!(workshop.faults(), Vec::<String>::new());
    }
}
