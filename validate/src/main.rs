//! Runs every case, slow ones too, prints the table that the README shows, and fails on a miss.
//!
//! `cargo run -p validate --release [NAME...]` runs those whose names contain one of the words.

use std::io::{self, Write};
use std::process::ExitCode;

use validate::{Row, cases, markdown, run};

fn main() -> io::Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let all = cases();
    let chosen: Vec<_> = all
        .iter()
        .filter(|case| words.is_empty() || words.iter().any(|word| case.name.contains(word.as_str())))
        .collect();
    if chosen.is_empty() {
        writeln!(io::stderr(), "no case has a name that contains one of {words:?}")?;
        return Ok(ExitCode::from(2));
    }
    let mut rows: Vec<Row<'_>> = Vec::new();
    for case in chosen {
        let row = run(case);
        writeln!(io::stderr(), "{:40} {} ({:.1} s)", case.name, row.verdict(), row.seconds)?;
        rows.push(row);
    }
    write!(io::stdout(), "{}", markdown(&rows))?;
    let failed = rows.iter().any(Row::fails);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
