//! Whole simulations, written as text and run: what goes on after a failure, what a failure says, and odd spellings.

#![allow(clippy::unwrap_used, reason = "a test says by it what must be there")]

use std::fs;
use std::path::Path;

use quanyu_files::modflow::results::read_heads;
use quanyu_modflow::{Finished, Progress, Stopped, run};
use tempfile::TempDir;

/// Five columns between two given heads, the middle one on a step, one well.
const FILES: [(&str, &str); 9] = [
    (
        "mfsim.nam",
        "BEGIN OPTIONS\nEND OPTIONS\nBEGIN TIMING\nTDIS6 m.tdis\nEND TIMING\nBEGIN MODELS\nGWF6 m.nam m\nEND MODELS\n\
         BEGIN EXCHANGES\nEND EXCHANGES\nBEGIN SOLUTIONGROUP 1\nIMS6 m.ims m\nEND SOLUTIONGROUP\n",
    ),
    (
        "m.tdis",
        "BEGIN OPTIONS\nTIME_UNITS DAYS\nEND OPTIONS\nBEGIN DIMENSIONS\nNPER 2\nEND DIMENSIONS\n\
         BEGIN PERIODDATA\n10.0 1 1.0\n10.0 2 1.5\nEND PERIODDATA\n",
    ),
    (
        "m.ims",
        "BEGIN NONLINEAR\nOUTER_DVCLOSE 1e-9\nOUTER_MAXIMUM 30\nEND NONLINEAR\n\
         BEGIN LINEAR\nINNER_MAXIMUM 50\nINNER_DVCLOSE 1e-10\nINNER_RCLOSE 1e-7\nEND LINEAR\n",
    ),
    (
        "m.nam",
        "BEGIN OPTIONS\nNEWTON\nEND OPTIONS\nBEGIN PACKAGES\nDIS6 m.dis\nIC6 m.ic\nNPF6 m.npf\nCHD6 m.chd\n\
         WEL6 m.wel take\nOC6 m.oc\nEND PACKAGES\n",
    ),
    (
        "m.dis",
        "BEGIN DIMENSIONS\nNLAY 1\nNROW 1\nNCOL 5\nEND DIMENSIONS\nBEGIN GRIDDATA\nDELR\nCONSTANT 100.0\n\
         DELC\nCONSTANT 100.0\nTOP\nCONSTANT 20.0\nBOTM\nINTERNAL FACTOR 1.0\n0.0 0.0 6.0 0.0 0.0\nEND GRIDDATA\n",
    ),
    ("m.npf", "BEGIN GRIDDATA\nICELLTYPE\nCONSTANT 1\nK\nCONSTANT 5.0\nEND GRIDDATA\n"),
    ("m.chd", "BEGIN DIMENSIONS\nMAXBOUND 1\nEND DIMENSIONS\nBEGIN PERIOD 1\n1 1 1 8.0\nEND PERIOD\n"),
    (
        "m.wel",
        "BEGIN DIMENSIONS\nMAXBOUND 2\nEND DIMENSIONS\nBEGIN PERIOD 1\n1 1 5 -1.0\nEND PERIOD\n\
         BEGIN PERIOD 2\n1 1 5 -1.0\n1 1 3 -2.0\nEND PERIOD\n",
    ),
    (
        "m.oc",
        "BEGIN OPTIONS\nHEAD FILEOUT m.hds\nEND OPTIONS\nBEGIN PERIOD 1\nSAVE HEAD ALL\nPRINT BUDGET ALL\nEND PERIOD\n",
    ),
];

/// The files, `IC` among them, in a folder of their own, each as `rewrite` makes it.
fn written(rewrite: impl Fn(&str, &str) -> String) -> TempDir {
    let folder = TempDir::new().unwrap();
    let initial = ("m.ic", "BEGIN GRIDDATA\nSTRT\nCONSTANT 8.0\nEND GRIDDATA\n");
    for (name, text) in FILES.iter().chain([&initial]) {
        fs::write(folder.path().join(name), rewrite(name, text)).unwrap();
    }
    folder
}

fn heads(folder: &Path) -> Vec<Vec<f64>> {
    let records = read_heads(&fs::read(folder.join("m.hds")).unwrap()).unwrap();
    records.into_iter().map(|record| record.values).collect()
}

/// A drain in place of the end of the row, and a well beyond the step that asks for far more than can reach it.
fn too_much(name: &str, text: &str) -> String {
    match name {
        "m.wel" => text.replace("1 1 5 -1.0\n1 1 3 -2.0", "1 1 5 -1e9"),
        "m.chd" => text.replace("8.0", "5.0"),
        "m.ic" => text.replace("8.0", "7.0"),
        _ => text.to_owned(),
    }
}

#[test]
fn a_step_that_fails_names_the_well_and_what_to_do() {
    let folder = written(too_much);
    let Err(Stopped::Step(stopped)) = run(folder.path(), |_| {}) else { panic!("it was solved") };
    let text = stopped.to_string();
    assert!(stopped.cells.iter().any(|cell| cell.contains("(1,1,5)") && cell.contains("TAKE")), "{text}");
    assert!(stopped.remedy.contains("AUTO_FLOW_REDUCE"), "{text}");
    let listing = fs::read_to_string(folder.path().join("m.lst")).unwrap();
    assert!(listing.contains("Premature termination") && listing.contains("AUTO_FLOW_REDUCE"));
}

#[test]
fn with_continue_a_run_goes_on_after_a_step_that_fails_and_counts_it() {
    let folder = written(|name, text| match name {
        "mfsim.nam" => text.replace("BEGIN OPTIONS\n", "BEGIN OPTIONS\nCONTINUE\n"),
        _ => too_much(name, text),
    });
    let mut told = Vec::new();
    let finished = run(folder.path(), |progress| {
        if let Progress::Remark(text) = progress {
            told.push(text.to_owned());
        }
    });
    let finished = finished.unwrap();
    assert!(finished.steps > 1 && finished.unconverged > 0, "{finished:?}");
    assert!(told.iter().any(|text| text.contains("CONTINUE") && text.contains("not converged")), "{told:?}");
    let count = format!("Simulation convergence failure occurred {} time(s).", finished.unconverged);
    for name in ["m.lst", "mfsim.lst"] {
        let listing = fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(
            listing.contains(&count) && listing.contains("Normal termination of simulation."),
            "{listing}"
        );
    }
    assert_eq!(heads(folder.path()).len(), finished.steps);
    assert_eq!(Finished { steps: 1, unconverged: 0 }.failures(), None);
}

/// Every spelling says the same, so that the heads are the same to the bit.
#[test]
fn odd_spellings_of_a_model_are_the_same_model() {
    let plain = written(|_, text| text.to_owned());
    run(plain.path(), |_| {}).unwrap();
    let expected = heads(plain.path());
    assert_eq!(expected.len(), 3);
    assert!(expected[2][4] < 7.72 && expected[2][4] > 7.71, "{expected:?}");
    let remarks = |text: &str| {
        let lines = text.lines().map(|line| format!("{line}  # as {line}\n\n// nothing\n!\n"));
        format!("# a remark\n\n{}", lines.collect::<String>())
    };
    type Rewrite = fn(&str, &str) -> String;
    let spellings: [(&str, Rewrite); 7] = [
        ("ends of lines as on Windows", |_, text| text.replace('\n', "\r\n")),
        ("a byte-order mark and no last end", |_, text| format!("\u{feff}{}", text.trim_end())),
        ("tabs and commas", |_, text| text.replace("1 1 5", "\t1,1 ,\t5").replace(' ', "\t")),
        ("small letters", |_, text| text.to_lowercase()),
        ("exponents of Fortran", |_, text| text.replace("100.0", "1.0D+02").replace("5.0\n", ".5d1\n")),
        ("repeated values over several lines", |_, text| {
            text.replace(
                "INTERNAL FACTOR 1.0\n0.0 0.0 6.0 0.0 0.0",
                "INTERNAL FACTOR 2. IPRN 3\n2*0.0\n3.0\n2*0",
            )
        }),
        ("more rows announced than given, and words after a number", |_, text| {
            text.replace("MAXBOUND 2", "MAXBOUND 200 rows").replace("PERIOD 2", "PERIOD 2 again")
        }),
    ];
    let odd = |name: &str, folder: TempDir| {
        run(folder.path(), |_| {}).unwrap_or_else(|stopped| panic!("{name}: {stopped}"));
        assert_eq!(heads(folder.path()), expected, "{name}");
    };
    for (name, rewrite) in spellings {
        odd(name, written(rewrite));
    }
    odd(
        "remarks and empty lines",
        written(|name, text| if name == "m.dis" { text.to_owned() } else { remarks(text) }),
    );
    // A quoted name with a blank, a block in a file of its own, an array in a binary file whose header speaks of another size.
    let folder = written(|name, text| match name {
        "m.nam" => text.replace("m.wel take", "'.\\my wells.wel' take"),
        "m.chd" => text.replace("1 1 1 8.0", "OPEN/CLOSE given.txt"),
        "m.dis" => text.replace("DELR\nCONSTANT 100.0", "DELR\nOPEN/CLOSE delr.bin FACTOR 50.0 (BINARY)"),
        _ => text.to_owned(),
    });
    fs::rename(folder.path().join("m.wel"), folder.path().join("my wells.wel")).unwrap();
    fs::write(folder.path().join("given.txt"), "# the sea\n1 1 1 8.0").unwrap();
    let mut binary = vec![0_u8; 40];
    binary.extend([5, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0]);
    binary.extend([2.0_f64; 5].iter().flat_map(|width| width.to_le_bytes()));
    fs::write(folder.path().join("delr.bin"), binary).unwrap();
    odd("names, blocks and arrays elsewhere", folder);
}
