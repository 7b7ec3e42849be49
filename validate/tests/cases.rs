//! Every fast case holds, and what the README shows is what there is.

use std::collections::BTreeSet;

use validate::{Row, Speed, cases, markdown, run};

#[test]
fn every_fast_case_holds() {
    let all = cases();
    let rows: Vec<Row<'_>> = all.iter().filter(|case| case.speed == Speed::Fast).map(run).collect();
    let wrong: Vec<&str> = rows.iter().filter(|row| row.fails()).map(|row| row.case.name).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{}", markdown(&rows));
}

#[test]
fn every_case_says_what_where_from_and_why() {
    let all = cases();
    let names: BTreeSet<&str> = all.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), all.len(), "two cases have the same name");
    for case in &all {
        let told = [case.checks, case.source, case.reason].iter().all(|text| !text.trim().is_empty());
        assert!(told, "{} leaves something unsaid", case.name);
    }
}

/// The cells of the README's table, a row a case.
fn shown() -> Vec<Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = std::fs::read_to_string(path).expect("the README can be read");
    let after = readme.split_once("<!-- validation -->").expect("the README has the table").1;
    let table = after.split_once("<!-- end of validation -->").expect("the table ends").0;
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    table.lines().filter(|line| line.starts_with('|')).skip(2).map(cells).collect()
}

#[test]
fn the_readme_shows_every_case_and_no_other() {
    let all = cases();
    let listed: Vec<[&str; 3]> = all.iter().map(|case| [case.name, case.checks, case.source]).collect();
    let shown = shown();
    let shown: Vec<[&str; 3]> = shown.iter().map(|row| [&*row[0], &*row[1], &*row[2]]).collect();
    assert_eq!(
        shown, listed,
        "print the table with `cargo run -p validate --release` and show it in the README"
    );
}
