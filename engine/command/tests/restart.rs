//! Checkpoints: a run that branches from one gives the same as a run from the beginning.

mod support;

use std::fs;
use std::path::Path;

use support::*;

const FILES: [&str; 6] =
    ["verdict.json", "ledger.csv", "budget.csv", "springs.csv", "levels.csv", "warnings.csv"];

fn heads(folder: &Path) -> Vec<Vec<u32>> {
    let heads = quanyu_files::read_run(folder).expect("read back").heads().expect("heads");
    let periods = heads.head_periods().expect("periods").len();
    let bits =
        |record| heads.heads(record).expect("a record").iter().map(|head| (*head as f32).to_bits()).collect();
    (0..periods).map(bits).collect()
}

#[test]
fn a_branched_run_equals_an_unbranched_one() {
    let folder = copy();
    let run = |arguments: &[&str]| {
        let run = quanyu(folder.path(), &[&["run", "--cell", "4km", "--quiet"], arguments].concat());
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        text(&run.stderr)
    };
    // Inside the years that are simulated by month, so that the memory of the seasons counts.
    let told = run(&[
        "scenarios/cut-pumping.toml",
        "scenarios/swap-to-surface-water.toml",
        "--checkpoint",
        "2012-08-01",
        "--out",
        "first",
    ]);
    let checkpoint = "first/checkpoint-jincheng-2012-08-01.quanyu";
    assert!(told.contains(checkpoint), "{told}");
    run(&["scenarios/cut-pumping.toml", "--out", "alone"]);
    run(&["scenarios/cut-pumping.toml", "--from", checkpoint, "--out", "branched"]);
    // From one checkpoint to a later one.
    run(&[
        "scenarios/cut-pumping.toml",
        "--from",
        checkpoint,
        "--checkpoint",
        "2015-01-01",
        "--out",
        "later",
    ]);
    run(&[
        "scenarios/cut-pumping.toml",
        "--from",
        "later/checkpoint-jincheng-2015-01-01.quanyu",
        "--out",
        "twice",
    ]);
    let of = |out: &str| folder.path().join(out).join("cut-pumping");
    for other in ["first", "branched", "later", "twice"] {
        for file in FILES {
            let read = |out: &str| fs::read(of(out).join(file)).expect("a file");
            assert!(read("alone") == read(other), "{file} of {other} differs");
        }
        assert!(heads(&of("alone")) == heads(&of(other)), "heads of {other} differ");
    }
}

#[test]
fn a_checkpoint_that_does_not_fit_is_refused_and_nothing_is_written() {
    let folder = copy();
    let at = |arguments: &[&str]| {
        quanyu(folder.path(), &[&["run", "scenarios/cut-pumping.toml", "--quiet"], arguments].concat())
    };
    let refused = |arguments: &[&str], parts: &[&str]| {
        let run = at(&[arguments, &["--out", "refused"]].concat());
        assert_eq!(run.status.code(), Some(2), "{}", text(&run.stderr));
        for part in parts {
            assert!(text(&run.stderr).contains(part), "{part:?} is not in {}", text(&run.stderr));
        }
        assert!(!folder.path().join("refused").exists());
    };
    let coarse = ["--cell", "5km"];
    let made = at(&[&coarse[..], &["--checkpoint", "2001-01-01", "--out", "first"]].concat());
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let checkpoint = "first/checkpoint-jincheng-2001-01-01.quanyu";
    let from = ["--from", checkpoint];

    refused(
        &[&coarse[..], &["--checkpoint", "2001-01-15"]].concat(),
        &["no period begins on that day", "of a month from 2000-01-01 on"],
    );
    refused(&[&coarse[..], &["--checkpoint", "1957-01-01"]].concat(), &["nothing is simulated before"]);
    refused(&[&coarse[..], &["--checkpoint", "2024-01-01"]].concat(), &["give a day up to then"]);
    refused(&[&coarse[..], &["--checkpoint", "soon"]].concat(), &["soon"]);
    refused(&[&coarse[..], &from, &["--checkpoint", "2000-01-01"]].concat(), &["stands later"]);
    refused(&[&["--cell", "4km"][..], &from].concat(), &["has cells of 5000 m, this run 4000 m"]);
    refused(&[&coarse[..], &from, &from].concat(), &["is given already"]);
    refused(&[&coarse[..], &["--from", "none.quanyu"]].concat(), &["none.quanyu", "cannot be read"]);
    refused(&[&coarse[..], &["--from", "scenarios/cut-pumping.toml"]].concat(), &["is no checkpoint"]);

    let path = folder.path().join(checkpoint);
    let whole = fs::read(&path).expect("bytes");
    fs::write(&path, &whole[..whole.len() / 2]).expect("written");
    refused(&[&coarse[..], &from].concat(), &["cut short or altered"]);
    fs::write(&path, whole).expect("written");

    let scenario = folder.path().join("scenarios/cut-pumping.toml");
    let kept = fs::read_to_string(&scenario).expect("text");
    let climate = "climate = { from = 1990, to = 1999, rain = \"90 %\" }\n\n[[measure]]";
    replace(&scenario, "[[measure]]", climate);
    refused(&[&coarse[..], &from].concat(), &["asks something else of the aquifer from 1990-01-01 on"]);
    fs::write(&scenario, kept).expect("written");

    let layers = folder.path().join("seeds/jincheng/basin.toml");
    let basin = fs::read_to_string(&layers).expect("text");
    fs::write(&layers, format!("{basin}\n# edited\n")).expect("written");
    refused(&[&coarse[..], &from].concat(), &["was made of other files of the basin"]);
}
