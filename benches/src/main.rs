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

use std::path::{Path, PathBuf};

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
    /// The runs that README.md records, up to 4.3 million cells: some eight minutes on a quiet machine.
    Record {
        /// Where the table, the CSV and the charts go.
        #[arg(long, default_value = "results/benches")]
        out: PathBuf,
    },
}

#[derive(Args)]
struct Solvers {
    /// Problems: s1, s2, karst-1e4, karst-1e6, layers-1, layers-3, layers-10.
    #[arg(long = "problem", value_delimiter = ',', default_values = ["s1", "s2", "karst-1e4", "karst-1e6"])]
    problems: Vec<Name>,
    /// Sizes in boxes, as 270k or 1.08M.
    #[arg(long, alias = "sizes", value_delimiter = ',', default_values = ["30k", "270k"], value_parser = count)]
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
    let (runs, out) = match Command::parse().question {
        Question::Solvers(solvers) => {
            let out = solvers.out.clone();
            (vec![solvers], out)
        }
        Question::Record { out } => (recorded(&out), out),
    };
    if let Err(error) = run(&runs, &out) {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

/// What is recorded: fewer seeds and methods the larger the systems are.
fn recorded(out: &Path) -> Vec<Solvers> {
    let run =
        |problems: &[Name], cells: &[usize], seeds: u64, threads: &[usize], methods: &[Method]| Solvers {
            problems: problems.to_vec(),
            cells: cells.to_vec(),
            methods: methods.to_vec(),
            threads: threads.to_vec(),
            seeds,
            repeats: 1,
            export: None,
            import: Vec::new(),
            out: out.to_path_buf(),
        };
    let [_, k, aggregation, auto, .., hypre, _] = Method::ALL;
    let (rough, karst) = ([Name::Rough(1.0), Name::Rough(2.0)], [Name::Karst(1e4), Name::Karst(1e6)]);
    vec![
        run(&rough, &[30_000], 1, &[1, 2], &[]),
        run(&karst, &[30_000], 1, &[1, 2], &[]),
        run(&rough, &[270_000], 3, &[1, 2], &[k, aggregation, auto, hypre]),
        run(&karst, &[270_000], 3, &[1, 2], &[aggregation, auto, hypre]),
        run(&rough, &[1_080_000], 1, &[1, 2], &[k, aggregation, hypre]),
        run(&karst, &[1_080_000], 1, &[1, 2], &[aggregation, hypre]),
        run(&rough[..1], &[4_320_000], 1, &[1], &[k, hypre]),
        run(&karst[..1], &[4_320_000], 1, &[1], &[aggregation, hypre]),
    ]
}

fn run(runs: &[Solvers], out: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", out.display());
    std::fs::create_dir_all(out).map_err(failed)?;
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
        pools.push((threads, pool, stream));
    }
    if let Some(why) = hypre::missing() {
        println!("hypre takes no part: {why}");
    }
    let mut rows = Vec::new();
    for asked in runs {
        let mut compete = |problem: Problem| {
            if let Some(folder) = &asked.export {
                std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
                println!("{}", matrix_market::export(folder, &problem)?.display());
            }
            let target = problem.target()?;
            for (threads, pool, stream) in pools.iter().filter(|pool| asked.threads.contains(&pool.0)) {
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
    }
    let table = report::table(&rows);
    let head: Vec<String> = machine.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let text = format!("{}\n\n{table}\n", head.join("\n"));
    println!("{text}");
    std::fs::write(out.join("solvers.md"), &text).map_err(failed)?;
    report::write_csv(&out.join("solvers.csv"), &rows, &machine)?;
    plot::draw(out, &rows)
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
        if away || (unnamed && slow && cells > 100_000) {
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
