//! How fast the solvers are: named problems, named methods, peers beside them.
//!
//! `cargo run -p benches --release -- solvers` writes a table, a CSV and charts. See `--help`, and README.md beside this crate.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod cholesky;
mod clock;
mod hypre;
mod matrix_market;
mod memory;
mod method;
mod plot;
mod problem;
mod report;
mod stream;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use method::Method;
use problem::{Name, Problem};
use report::Row;

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
}

#[derive(Args)]
struct Solvers {
    /// Problems: s1, s2, karst-1e4, karst-1e6, layers-1, layers-3, layers-10.
    #[arg(long = "problem", value_delimiter = ',', default_values = ["s1", "s2", "karst-1e4", "karst-1e6"])]
    problems: Vec<Name>,
    /// Sizes in boxes, as 270k or 1.08M.
    #[arg(long, value_delimiter = ',', default_values = ["30k", "270k"], value_parser = count)]
    cells: Vec<usize>,
    /// Methods; all where none is named, but the slow ones on large systems.
    #[arg(long = "method", value_delimiter = ',')]
    methods: Vec<Method>,
    /// Numbers of threads (and of ranks for hypre).
    #[arg(long, value_delimiter = ',', default_values = ["1", "2"])]
    threads: Vec<usize>,
    /// How many seeds of each problem; medians are shown.
    #[arg(long, default_value_t = 1)]
    seeds: u64,
    /// How often each solve is repeated; the fastest counts.
    #[arg(long, default_value_t = 1)]
    repeats: usize,
    /// Also write each system as Matrix Market files into this folder.
    #[arg(long)]
    export: Option<PathBuf>,
    /// Race this Matrix Market system, as written by --export, in place of named ones.
    #[arg(long)]
    import: Vec<PathBuf>,
    /// Where the table, the CSV and the charts go.
    #[arg(long, default_value = "results/benches")]
    out: PathBuf,
}

fn main() {
    let Question::Solvers(solvers) = Command::parse().question;
    if let Err(error) = run(&solvers) {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn run(asked: &Solvers) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", asked.out.display());
    std::fs::create_dir_all(&asked.out).map_err(failed)?;
    let mut machine = clock::machine();
    let mut pools = Vec::new();
    for &threads in &asked.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| format!("{threads} threads: {error}"))?;
        let stream = pool.install(stream::triad);
        machine.push(("triad GB/s", format!("{threads} threads: {:.1}", stream * 1e-9)));
        pools.push((threads, pool, stream));
    }
    if let Some(why) = hypre::missing() {
        println!("hypre takes no part: {why}");
    }
    let mut rows = Vec::new();
    let mut compete = |problem: Problem| {
        if let Some(folder) = &asked.export {
            std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            println!("{}", matrix_market::export(folder, &problem)?.display());
        }
        let target = problem.target()?;
        for (threads, pool, stream) in &pools {
            race(asked, (&problem, target), (*threads, *stream), pool, &mut rows);
        }
        Ok::<(), String>(())
    };
    for path in &asked.import {
        compete(matrix_market::import(path)?)?;
    }
    let named = if asked.import.is_empty() { &asked.problems[..] } else { &[] };
    for &name in named {
        for &cells in &asked.cells {
            for seed in 1..=asked.seeds {
                compete(Problem::generate(name, cells, seed)?)?;
            }
        }
    }
    let table = report::table(&rows);
    let head: Vec<String> = machine.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let text = format!("{}\n\n{table}\n", head.join("\n"));
    println!("{text}");
    std::fs::write(asked.out.join("solvers.md"), &text).map_err(failed)?;
    report::write_csv(&asked.out.join("solvers.csv"), &rows, &machine)?;
    plot::draw(&asked.out, &rows)
}

/// Runs every method on a system and adds what it took.
fn race(
    asked: &Solvers,
    (problem, target): (&Problem, f64),
    (threads, stream): (usize, f64),
    pool: &rayon::ThreadPool,
    rows: &mut Vec<Row>,
) {
    let (cells, active) = (problem.rhs.len(), problem.active());
    let unnamed = asked.methods.is_empty();
    let methods = if unnamed { &Method::ALL[..] } else { &asked.methods[..] };
    for &method in methods {
        let slow = matches!(method.name(), "incomplete-cholesky" | "jacobi" | "faer-cholesky");
        let away = matches!(method, Method::BoomerAmg | Method::Pfmg) && hypre::missing().is_some();
        if away || (unnamed && slow && cells > 300_000) {
            continue;
        }
        let result = pool.install(|| method::measure(method, problem, target, threads, asked.repeats));
        let row = Row {
            problem: problem.name.clone(),
            cells,
            active,
            seed: problem.seed,
            method: method.name(),
            threads,
            stream,
            target,
            result,
        };
        match (&row.result, row.seconds()) {
            (Ok(measured), Some(seconds)) => eprintln!(
                "{} {cells} seed {} {} on {threads}: {seconds:.3} s, {} iterations",
                row.problem, row.seed, row.method, measured.iterations
            ),
            (Err(error), _) => eprintln!("{} {cells} seed {} {}: {error}", row.problem, row.seed, row.method),
            _ => {}
        }
        rows.push(row);
    }
}

/// A number with k or M behind it.
fn count(text: &str) -> Result<usize, String> {
    let (digits, factor) = match text.as_bytes().last() {
        Some(b'k') => (&text[..text.len() - 1], 1e3),
        Some(b'M') => (&text[..text.len() - 1], 1e6),
        _ => (text, 1.0),
    };
    let value: f64 =
        digits.parse().map_err(|_| format!("“{text}” is no number of cells; write 270k or 1.08M"))?;
    let value = value * factor;
    if (1.0..=1e9).contains(&value) {
        Ok(value as usize)
    } else {
        Err(format!("{text} cells are out of range"))
    }
}
