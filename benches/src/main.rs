//! How fast the solvers are: named problems, named methods, peers beside them.
//!
//! `cargo run -p benches --release -- solvers` writes a table, a CSV and charts. See `--help`, and README.md beside this crate.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod clock;
mod drying;
mod hypre;
mod kernels;
mod matrix_market;
mod memory;
mod method;
mod plot;
mod problem;
mod record;
mod report;
mod sequences;
mod sides;
mod solvers;
mod stream;
mod summary;
mod transient;

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use method::Method;
use problem::{Name, Problem};
use sequences::{Line, Outcome};
use solvers::{Solvers, count};

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// How fast the solvers are, with peers beside them.
#[derive(Parser)]
#[command(name = "benches")]
struct Command {
    #[command(subcommand)]
    question: Question,
}

#[derive(Subcommand)]
enum Question {
    /// Linear solvers on named systems: time, iterations, bytes, true residual.
    Solvers(Solvers),
    /// How near the passes over the finest level come to the machine's bandwidth; take sizes far beyond the cache.
    Kernels {
        /// Sizes in boxes.
        #[arg(long, value_delimiter = ',', default_values = ["4.32M"], value_parser = count)]
        cells: Vec<usize>,
        /// Numbers of threads.
        #[arg(long, value_delimiter = ',', default_values = ["1", "2"])]
        threads: Vec<usize>,
        /// Where the table and the CSV go.
        #[arg(long, default_value = "results/benches")]
        out: PathBuf,
    },
    /// 24 months of a confined aquifer: all of them against one cold solve.
    Months {
        /// Problems, as for `solvers`.
        #[arg(long = "problem", value_delimiter = ',', default_values = ["s1", "karst-1e4"])]
        problems: Vec<Name>,
        #[command(flatten)]
        sequence: Sequence,
    },
    /// Newton's method on a rough water table that dries, with the flow engine's default settings.
    Drying {
        /// Standard deviations of ln K.
        #[arg(long, value_delimiter = ',', default_values = ["2"])]
        sigma: Vec<f64>,
        #[command(flatten)]
        sequence: Sequence,
    },
    /// Eight right-hand sides of one matrix, all at once against one after another.
    Sides {
        /// Problems, as for `solvers`.
        #[arg(long = "problem", value_delimiter = ',', default_values = ["s1", "karst-1e4"])]
        problems: Vec<Name>,
        /// Sizes in boxes.
        #[arg(long, value_delimiter = ',', default_values = ["10k", "270k"], value_parser = count)]
        cells: Vec<usize>,
        /// Numbers of threads.
        #[arg(long, value_delimiter = ',', default_values = ["1", "2"])]
        threads: Vec<usize>,
        /// Where the table goes.
        #[arg(long, default_value = "results/benches")]
        out: PathBuf,
    },
    /// The runs that README.md records: some half an hour on a quiet machine.
    Record {
        /// Where the page with all tables, the CSVs and the charts go.
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/recorded"))]
        out: PathBuf,
        /// Five seeds of the largest systems, too, 10 million cells, and the basin at 100 m: hours.
        #[arg(long)]
        full: bool,
    },
}

/// What a sequence is played on.
#[derive(clap::Args)]
struct Sequence {
    /// Sizes in boxes.
    #[arg(long, value_delimiter = ',', default_values = ["270k"], value_parser = count)]
    cells: Vec<usize>,
    /// How many seeds.
    #[arg(long, default_value_t = 1)]
    seeds: u64,
    /// Numbers of threads.
    #[arg(long, value_delimiter = ',', default_values = ["1"])]
    threads: Vec<usize>,
    /// Where the table and the CSV go.
    #[arg(long, default_value = "results/benches")]
    out: PathBuf,
}

fn main() {
    let result = match Command::parse().question {
        Question::Solvers(asked) => solvers::run(std::slice::from_ref(&asked), &asked.out).map(|_| ()),
        Question::Kernels { cells, threads, out } => run_kernels(&cells, &threads, &out).map(|_| ()),
        Question::Months { problems, sequence } => {
            each(&sequence, &mut |cells, seed, threads| play_months(&problems, cells, seed, threads))
        }
        Question::Drying { sigma, sequence } => {
            each(&sequence, &mut |cells, seed, threads| Ok(play_drying(&sigma, cells, seed, threads)))
        }
        Question::Sides { problems, cells, threads, out } => {
            sides::run(&problems, &cells, &threads, &out).map(|_| ())
        }
        Question::Record { out, full } => record::run(&out, full),
    };
    if let Err(error) = result {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

/// Runs work on a number of threads of its own.
fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R, String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    Ok(pool.map_err(|error| format!("{threads} threads: {error}"))?.install(work))
}

fn run_kernels(cells: &[usize], threads: &[usize], out: &Path) -> Result<String, String> {
    let mut all = Vec::new();
    for &cells in cells {
        let problem = Problem::generate(Name::Rough(1.0), cells, 1)?;
        for &threads in threads {
            all.extend(on_threads(threads, || kernels::measure(&problem, threads, stream::triad))??);
        }
    }
    create(out)?;
    let table = kernels::table(&all);
    println!("{table}");
    write(&out.join("kernels.md"), &format!("{table}\n"))?;
    kernels::write_csv(&out.join("kernels.csv"), &all)?;
    Ok(table)
}

/// Plays sequences of all sizes, seeds and numbers of threads.
fn each(
    asked: &Sequence,
    play: &mut dyn FnMut(usize, u64, usize) -> Result<Vec<Line>, String>,
) -> Result<(), String> {
    let mut lines = Vec::new();
    for &cells in &asked.cells {
        for seed in 1..=asked.seeds {
            for &threads in &asked.threads {
                lines.extend(play(cells, seed, threads)?);
            }
        }
    }
    finish(&lines, &asked.out).map(|_| ())
}

/// Tells and writes sequences.
fn finish(lines: &[Line], out: &Path) -> Result<String, String> {
    create(out)?;
    let mut text = String::new();
    if lines.iter().any(|line| !line.problem.starts_with("drying")) {
        text.push_str(&format!("{}\n\n", sequences::months_table(lines)));
    }
    if lines.iter().any(|line| line.problem.starts_with("drying")) {
        text.push_str(&format!("{}\n", sequences::newton_table(lines)));
    }
    println!("{text}");
    write(&out.join("sequences.md"), &text)?;
    sequences::write_csv(&out.join("sequences.csv"), lines)?;
    Ok(text)
}

fn play_months(problems: &[Name], cells: usize, seed: u64, threads: usize) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    for &name in problems {
        let problem = Problem::generate(name, cells, seed)?;
        let [_, k, aggregation, ..] = Method::ALL;
        let method = if matches!(name, Name::Karst(_)) { aggregation } else { k };
        let result = on_threads(threads, || transient::play(&problem, method, 2))?;
        let result = result.map(|played| Outcome::Months(method.name(), played));
        eprintln!("{name} {cells} seed {seed}: months played on {threads}");
        lines.push(Line { problem: problem.name, cells: problem.rhs.len(), seed, threads, result });
    }
    Ok(lines)
}

fn play_drying(sigma: &[f64], cells: usize, seed: u64, threads: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for &sigma in sigma {
        let line = |result| Line { problem: format!("drying-s{sigma}"), cells, seed, threads, result };
        match on_threads(threads, || drying::play(cells, sigma, seed)) {
            Ok(Ok(played)) => {
                lines.extend(played.into_iter().map(|played| line(Ok(Outcome::Newton(played)))))
            }
            Ok(Err(error)) | Err(error) => lines.push(line(Err(error))),
        }
        eprintln!("drying-s{sigma} {cells} seed {seed}: played on {threads}");
    }
    lines
}

fn create(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
