//! The race of linear solvers: which systems, which methods, on how many threads.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::method::{self, Method};
use crate::problem::{Name, Problem};
use crate::report::{self, Row};
use crate::{clock, hypre, matrix_market, plot, stream, summary};

/// What is raced.
#[derive(Args, Clone)]
pub(crate) struct Solvers {
    /// Problems: s1, s2, karst-1e4, karst-1e6, layers-1, layers-3, layers-10, basin-500, basin-250, basin-100.
    #[arg(long = "problem", value_delimiter = ',', default_values = ["s1", "s2", "karst-1e4", "karst-1e6"])]
    pub(crate) problems: Vec<Name>,
    /// Sizes in boxes, as 270k or 1.08M; a basin has its own.
    #[arg(long, alias = "sizes", value_delimiter = ',', default_values = ["30k", "270k"], value_parser = count)]
    pub(crate) cells: Vec<usize>,
    /// Methods; all where none is named, but the slow ones on large systems.
    #[arg(long = "method", value_delimiter = ',')]
    pub(crate) methods: Vec<Method>,
    /// Numbers of threads (and of ranks for hypre).
    #[arg(long, value_delimiter = ',', default_values = ["1", "2"])]
    pub(crate) threads: Vec<usize>,
    /// How many seeds of each problem; medians are shown.
    #[arg(long, default_value_t = 1)]
    pub(crate) seeds: u64,
    /// How often each solve is repeated; the fastest counts.
    #[arg(long, default_value_t = 1)]
    pub(crate) repeats: usize,
    /// Also write each system as Matrix Market files into this folder.
    #[arg(long)]
    pub(crate) export: Option<PathBuf>,
    /// Race this Matrix Market system, as written by --export, in place of named ones.
    #[arg(long)]
    pub(crate) import: Vec<PathBuf>,
    /// Where the table, the CSV and the charts go.
    #[arg(long, default_value = "results/benches")]
    pub(crate) out: PathBuf,
}

/// Threads that solve, and the bandwidth they have.
struct Pool {
    threads: usize,
    pool: rayon::ThreadPool,
    stream: f64,
}

/// Races all that is asked, and writes table, CSV and charts.
pub(crate) fn run(runs: &[Solvers], out: &Path) -> Result<String, String> {
    crate::create(out)?;
    let mut all_threads: Vec<usize> = runs.iter().flat_map(|run| run.threads.iter().copied()).collect();
    all_threads.sort_unstable();
    all_threads.dedup();
    let mut machine = clock::machine();
    let mut pools = Vec::new();
    for threads in all_threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| format!("{threads} threads: {error}"))?;
        let stream = pool.install(stream::triad);
        machine.push(("triad GB/s", format!("{threads} threads: {:.1}", stream * 1e-9)));
        pools.push(Pool { threads, pool, stream });
    }
    if let Some(why) = hypre::missing() {
        println!("hypre takes no part: {why}");
    }
    let mut rows = Vec::new();
    for asked in runs {
        let mut compete = |problem: &Problem| {
            if let Some(folder) = &asked.export {
                crate::create(folder)?;
                println!("{}", matrix_market::export(folder, problem)?.display());
            }
            let target = problem.target()?;
            for pool in pools.iter().filter(|pool| asked.threads.contains(&pool.threads)) {
                race(asked, (problem, target), pool, &mut rows);
            }
            Ok::<(), String>(())
        };
        for path in &asked.import {
            compete(&matrix_market::import(path)?)?;
        }
        let named = if asked.import.is_empty() { &asked.problems[..] } else { &[] };
        for &name in named {
            if let Name::Jincheng(_) = name {
                compete(&Problem::generate(name, 0, 0)?)?;
                continue;
            }
            for &cells in &asked.cells {
                for seed in 1..=asked.seeds {
                    compete(&Problem::generate(name, cells, seed)?)?;
                }
            }
        }
        // Large systems take long, and what is finished should outlast an interruption.
        tell(&machine, &rows, out)?;
    }
    let text = tell(&machine, &rows, out)?;
    println!("{text}");
    plot::draw(out, &rows)?;
    Ok(text)
}

/// Writes what is known so far as tables and CSV.
fn tell(machine: &[(&str, String)], rows: &[Row], out: &Path) -> Result<String, String> {
    let head: Vec<String> = machine.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let parts = [head.join("  \n"), summary::table(rows), report::table(rows), report::threads_table(rows)];
    let text = parts.join("\n\n") + "\n";
    crate::write(&out.join("solvers.md"), &text)?;
    report::write_csv(&out.join("solvers.csv"), rows, machine)?;
    Ok(text)
}

/// Runs every method on a system and adds what it took.
fn race(asked: &Solvers, (problem, target): (&Problem, f64), pool: &Pool, rows: &mut Vec<Row>) {
    let (cells, active) = (problem.rhs.len(), problem.active());
    let unnamed = asked.methods.is_empty();
    let methods = if unnamed { &Method::ALL[..] } else { &asked.methods[..] };
    for &method in methods {
        let slow = matches!(method.name(), "incomplete-cholesky" | "jacobi" | "faer-cholesky");
        let away = matches!(method, Method::BoomerAmg | Method::Pfmg) && hypre::missing().is_some();
        if away || (unnamed && slow && cells > 100_000) {
            continue;
        }
        let threads = pool.threads;
        let result = pool.pool.install(|| method::measure(method, problem, target, threads, asked.repeats));
        let row = Row {
            problem: problem.name.clone(),
            cells,
            active,
            seed: problem.seed,
            method: method.name(),
            threads,
            stream: pool.stream,
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
pub(crate) fn count(text: &str) -> Result<usize, String> {
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
