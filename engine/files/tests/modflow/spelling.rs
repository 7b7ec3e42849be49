//! The same models in other spellings give the same documents.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use quanyu_files::modflow::{Simulation, read};

use crate::cases::{cases, read_case};

/// Writes a case again, each text file as `respell` gives it; further files go into the folder.
fn respelled(case: &Path, respell: impl Fn(&Path, &str, &str) -> String) -> Simulation {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(case).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !["csv", "grb", "hds"].iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read_to_string(&path).unwrap();
            fs::write(folder.path().join(&name), respell(folder.path(), &name, &text)).unwrap();
        }
    }
    let read = read(folder.path());
    read.unwrap_or_else(|wrong| panic!("{}: {:#?}", case.display(), wrong.faults)).simulation
}

fn is_number(word: &str) -> bool {
    word.parse::<f64>().is_ok()
}

fn is_numbers(line: &str) -> bool {
    !line.trim().is_empty() && line.split_whitespace().all(is_number)
}

fn names_a_file(line: &str) -> bool {
    line.contains("FILE")
        || line.contains("gwf.")
        || line.contains(".obs")
        || line.contains(".tdis")
        || line.contains(".ims")
}

#[test]
fn case_separators_remarks_and_fortran_s_numbers_change_nothing() {
    for case in cases() {
        let other = respelled(&case, |_, _, text| {
            let mut out = String::from("// another spelling\r\n");
            for line in text.lines() {
                if names_a_file(line) {
                    writeln!(out, "\t{line}\r").unwrap();
                    continue;
                }
                let upside = |letter: char| {
                    if letter.is_lowercase() {
                        letter.to_ascii_uppercase()
                    } else {
                        letter.to_ascii_lowercase()
                    }
                };
                let words: Vec<String> = line
                    .split_whitespace()
                    .map(|word| {
                        let number = is_number(word) && word.contains('.');
                        if number && word.contains('E') {
                            word.replace('E', "d")
                        } else {
                            word.chars().map(upside).collect()
                        }
                    })
                    .collect();
                let names = line.trim_start().to_ascii_uppercase();
                let remark =
                    if names.starts_with("AUXILIARY") || is_numbers(line) { "" } else { " ! remark" };
                writeln!(out, "  ,{}{remark}", words.join(" ,\t")).unwrap();
                if !is_numbers(line) && !names.starts_with("INTERNAL") {
                    out.push_str("\n  # remark: 1 2 3\n! another\n");
                }
            }
            out
        });
        assert!(other == read_case(&case).simulation, "{}", case.display());
    }
}

/// Takes the numbers after each `INTERNAL` out of a text and puts in their place what `put` says of them.
fn arrays_elsewhere(text: &str, put: impl Fn(usize, &[&str]) -> String) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    let mut count = 0;
    while let Some(line) = lines.next() {
        if !line.trim_start().starts_with("INTERNAL") {
            writeln!(out, "{line}").unwrap();
            continue;
        }
        let mut taken = Vec::new();
        while let Some(numbers) = lines.next_if(|line| is_numbers(line)) {
            taken.push(numbers);
        }
        count += 1;
        writeln!(out, "{}", put(count, &taken)).unwrap();
    }
    out
}

#[test]
fn arrays_may_stand_in_text_files() {
    for case in cases() {
        let other = respelled(&case, |folder, name, text| {
            arrays_elsewhere(text, |count, lines| {
                let file = format!("{name} {count}.txt");
                let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
                let per_line = lines[0].split_whitespace().count();
                let whole = words.iter().all(|word| !word.contains('.'));
                // Halved here and doubled by the factor, which is exact in binary arithmetic.
                let half = |word: &&str| format!("{:e}", word.parse::<f64>().unwrap() / 2.0);
                let words: Vec<String> =
                    words.iter().map(|word| if whole { (*word).to_owned() } else { half(word) }).collect();
                let rows: Vec<String> = words
                    .chunks(per_line)
                    .map(|row| match row.iter().all(|word| *word == row[0]) {
                        true => format!("{}*{}", row.len(), row[0]),
                        false => row.join("\n"),
                    })
                    .collect();
                fs::write(folder.join(&file), rows.join("\n\n")).unwrap();
                format!("open/close '{file}' {} IPRN -1", if whole { "" } else { "factor 2.0" })
            })
        });
        assert!(other == read_case(&case).simulation, "{}", case.display());
    }
}

#[test]
fn arrays_may_stand_in_binary_files() {
    let mut written = 0;
    for case in cases() {
        let count_before = written;
        let counter = std::cell::Cell::new(0);
        let other = respelled(&case, |folder, name, text| {
            arrays_elsewhere(text, |count, lines| {
                let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
                let mut bytes = Vec::new();
                bytes.extend(1i32.to_le_bytes().repeat(2));
                bytes.extend(1.0f64.to_le_bytes().repeat(2));
                bytes.extend(format!("{:<16}", "ARRAY").into_bytes());
                for size in [words.len() as i32, 1, 1] {
                    bytes.extend(size.to_le_bytes());
                }
                if words.iter().all(|word| !word.contains('.')) {
                    bytes.extend(words.iter().flat_map(|word| word.parse::<i32>().unwrap().to_le_bytes()));
                } else {
                    bytes.extend(words.iter().flat_map(|word| word.parse::<f64>().unwrap().to_le_bytes()));
                }
                let file = format!("{name}.{count}.bin");
                fs::write(folder.join(&file), bytes).unwrap();
                counter.set(counter.get() + 1);
                format!("OPEN/CLOSE {file} (binary)")
            })
        });
        written += counter.get();
        assert!(other == read_case(&case).simulation, "{}", case.display());
        assert!(written >= count_before);
    }
    assert!(written > 50, "only {written} arrays went through binary files");
}

#[test]
fn lists_may_stand_in_files_of_their_own() {
    let mut moved = 0;
    for case in cases() {
        let counter = std::cell::Cell::new(0);
        let other = respelled(&case, |folder, name, text| {
            let list = ["wel", "drn", "riv", "ghb", "chd", "rch", "evt", "hfb", "oc", "sto", "tdis", "ts"];
            if !list.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
                return text.to_owned();
            }
            let mut out = String::new();
            let mut body: Option<Vec<&str>> = None;
            for line in text.lines() {
                let upper = line.to_ascii_uppercase();
                if upper.starts_with("BEGIN") && upper != "BEGIN GRIDDATA" {
                    body = Some(Vec::new());
                    writeln!(out, "{line}").unwrap();
                } else if let Some(lines) = body.take_if(|_| upper.starts_with("END")) {
                    let file = format!("{name}.{}.list", out.len());
                    fs::write(folder.join(&file), lines.join("\n")).unwrap();
                    writeln!(out, "OPEN/CLOSE \"{file}\"\n{line}").unwrap();
                    counter.set(counter.get() + 1);
                } else {
                    match &mut body {
                        Some(lines) => lines.push(line),
                        None => writeln!(out, "{line}").unwrap(),
                    }
                }
            }
            out
        });
        moved += counter.get();
        assert!(other == read_case(&case).simulation, "{}", case.display());
    }
    assert!(moved > 100, "only {moved} blocks were moved");
}
