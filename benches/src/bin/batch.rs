//! How fast a batch is: members a minute, what a second thread brings, where a member's time goes, what sharing saves.
//!
//! `cargo run -p benches --release --bin batch -- scenarios/batches/five.toml --cell 1000 --members 4`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use clap::Parser;
use quanyu_basin::{GridSpec, Layout, Mining, Parameters};
use quanyu_files::{Batch, Sources, Style, read_batch, render};
use quanyu_flow::Settings;
use quanyu_policy::ensemble::{Factor, LatinHypercube, carried_out, draw, factors};
use quanyu_policy::history::{Course, hold_take, spin_up};
use quanyu_policy::{Ends, Plan, TargetTest, apply, settle};

/// Residual of a step over its gross flow, as the program has it.
const TOLERANCE: f64 = 1e-7;
/// Parts of a member's time, in the order of [`Member::seconds`].
const PARTS: [&str; 7] = [
    "draw and plan",
    "grid",
    "steady state",
    "shared history",
    "scenarios from there",
    "storage tests",
    "ledgers",
];

/// How fast a batch is.
#[derive(Parser)]
struct Arguments {
    /// Batch file.
    batch: PathBuf,
    /// Cell size [m].
    #[arg(long, default_value_t = 1000.0)]
    cell: f64,
    /// Members that are timed on each number of threads.
    #[arg(long, default_value_t = 4)]
    members: usize,
    /// Largest number of threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

/// What one member took.
#[derive(Clone, Copy, Default)]
struct Member {
    seconds: [f64; PARTS.len()],
    shared: usize,
    alone: usize,
}

/// Goes on to the next part whenever it is told to.
struct Watch {
    member: Member,
    since: Instant,
}

impl Watch {
    fn lap(&mut self, part: usize) {
        self.member.seconds[part] += self.since.elapsed().as_secs_f64();
        self.since = Instant::now();
    }
}

fn member(
    batch: &Batch,
    layout: &Layout,
    factors: &[Factor],
    sample: &LatinHypercube,
    number: usize,
) -> Result<Member, String> {
    let mut watch = Watch { member: Member::default(), since: Instant::now() };
    let folder = batch.study.basins.first().ok_or("the batch has no basin")?;
    let mut drawn = draw(&folder.basin, &batch.freedom, factors, sample, number);
    drawn.basin.time.monthly_from = batch.monthly_from;
    let basin = &drawn.basin;
    let periods = basin.time.periods();
    let plans: Vec<Plan> = batch
        .study
        .scenarios
        .iter()
        .map(|file| apply(basin, &carried_out(&file.scenario, drawn.compliance), &periods, Ends::Value))
        .collect::<Result<_, _>>()
        .map_err(|faults| format!("{faults:?}"))?;
    watch.lap(0);
    let gridded = layout.fill(basin, &Parameters::of(basin)).map_err(|faults| format!("{faults:?}"))?;
    watch.lap(1);
    let settings = Settings { tolerance: TOLERANCE, ..Settings::default() };
    let start = spin_up(basin, &gridded, settings).map_err(|failure| failure.to_string())?;
    watch.lap(2);
    let held =
        batch.study.scenarios.iter().flat_map(|file| &file.scenario.targets).find_map(|target| match target
            .test
        {
            TargetTest::Balance { .. } => Some(target.by.year()),
            _ => None,
        });
    let before = |period: &usize| held.is_none_or(|year| periods[*period].year() < year);
    let same = |period: &usize| plans.iter().all(|plan| plans[0].asks_the_same(plan, *period));
    let shared = (0..periods.len()).take_while(before).take_while(same).count();
    let mut course = Course::new(basin, &gridded, &plans[0], start.state.clone(), Mining::On, settings)
        .map_err(|faults| format!("{faults:?}"))?;
    for _ in 0..shared {
        course.advance().map_err(|failure| failure.to_string())?;
    }
    let past = course.checkpoint();
    watch.lap(3);
    for plan in &plans {
        let mut course = Course::resume(basin, &gridded, plan, past.clone(), Mining::On, settings)
            .map_err(|faults| format!("{faults:?}"))?;
        let mut state = None;
        while let Some(played) = course.advance().map_err(|failure| failure.to_string())? {
            if Some(played.period.year()) == held && played.period.month().is_none_or(|month| month == 12) {
                state = Some(course.state().clone());
            }
        }
        watch.lap(4);
        if let (Some(state), Some(year)) = (state, held) {
            hold_take(basin, &gridded, plan, year, state, settings, &|| true)
                .map_err(|failure| failure.to_string())?;
        }
        watch.lap(5);
        let (_, delivered) = course.finish();
        settle(plan, &delivered).map_err(|faults| format!("{faults:?}"))?;
        watch.lap(6);
    }
    (watch.member.shared, watch.member.alone) = (shared, plans.len() * (periods.len() - shared));
    Ok(watch.member)
}

/// All members on some threads, one member a thread: seconds by the wall, and each.
fn timed(
    threads: usize,
    members: usize,
    one: &(dyn Fn(usize) -> Result<Member, String> + Sync),
) -> Result<(f64, Vec<Member>), String> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= members {
                        return;
                    }
                    let member = match &pool {
                        Ok(pool) => pool.install(|| one(number)),
                        Err(error) => Err(error.to_string()),
                    };
                    if let Ok(mut done) = done.lock() {
                        done.push(member);
                    }
                }
            });
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    let done = done.into_inner().map_err(|error| error.to_string())?;
    Ok((seconds, done.into_iter().collect::<Result<_, _>>()?))
}

fn run(arguments: &Arguments) -> Result<String, String> {
    let mut sources = Sources::new();
    let batch = read_batch(&arguments.batch, &mut sources)
        .map_err(|faults| render(&sources, &faults, Style::Plain))?;
    let folder = batch.study.basins.first().ok_or("the batch has no basin")?;
    let factors = factors(&folder.basin, &batch.freedom);
    let sample = LatinHypercube::new(&factors, arguments.members.max(2), batch.seed).feeding(
        &folder.basin,
        &batch.freedom,
        &factors,
    );
    let began = Instant::now();
    let layout = Layout::new(&folder.basin, &GridSpec { cell: arguments.cell })
        .map_err(|faults| format!("{faults:?}"))?;
    let laid_out = began.elapsed().as_secs_f64();
    let one = |number| member(&batch, &layout, &factors, &sample, number);
    let (alone, members) = timed(1, arguments.members, &one)?;
    let count = members.len() as f64;
    let mut text = format!(
        "{}: {} scenarios, cells of {} m, months from {}, {} members on one thread; their grid is laid out once, in {laid_out:.2} s\n",
        batch.name,
        batch.study.scenarios.len(),
        arguments.cell,
        batch.monthly_from,
        members.len()
    );
    let mean = |part: usize| members.iter().map(|member| member.seconds[part]).sum::<f64>() / count;
    let whole: f64 = (0..PARTS.len()).map(mean).sum();
    for (part, name) in PARTS.iter().enumerate() {
        text.push_str(&format!(
            "  {name:22} {:8.2} s a member  {:4.0} %\n",
            mean(part),
            100.0 * mean(part) / whole
        ));
    }
    let steps = |of: fn(&Member) -> usize| members.iter().map(of).sum::<usize>() as f64 / count;
    text.push_str(&format!(
        "  {:.0} steps shared, {:.0} in all scenarios after that\n",
        steps(|member| member.shared),
        steps(|member| member.alone)
    ));
    let scenarios = batch.study.scenarios.len() as f64;
    let apart = whole + (scenarios - 1.0) * (mean(1) + mean(2) + mean(3));
    text.push_str(&format!(
        "one thread: {:.2} members a minute, {:.2} s each; with nothing shared {apart:.2} s: sharing saves {:.0} %\n",
        60.0 * count / alone,
        alone / count,
        100.0 * (1.0 - whole / apart)
    ));
    for threads in 2..=arguments.threads {
        let (seconds, members) = timed(threads, arguments.members, &one)?;
        text.push_str(&format!(
            "{threads} threads: {:.2} members a minute, speed-up {:.2}\n",
            60.0 * members.len() as f64 / seconds,
            alone / seconds
        ));
    }
    Ok(text)
}

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "this is a program")]
fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(text) => {
            println!("{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
