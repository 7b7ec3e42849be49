//! hypre as a child process: the same matrix, the same right-hand side, the same target, one rank a thread.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use quanyu_solve::LinearOperator;

use crate::clock::Seconds;
use crate::method::Measured;
use crate::problem::Problem;

/// hypre's program is stopped after this.
const LONGEST: Duration = Duration::from_secs(300);
/// The three settings of BoomerAMG that are tried.
const SETTINGS: [&str; 3] =
    ["HMIS extended+i 0.25", "HMIS extended+i 0.25, one aggressive level", "PMIS 0.5 l1"];

/// Why hypre takes no part, if it does not.
pub(crate) fn missing() -> Option<String> {
    match option_env!("HYPRE_PEER") {
        Some(program) if Path::new(program).exists() => None,
        Some(_) => Some("its program was built but is gone; build again".into()),
        None => Some(option_env!("HYPRE_MISSING").unwrap_or("libhypre was not found at build time").into()),
    }
}

/// BoomerAMG with conjugate gradients, the fastest of its settings.
pub(crate) fn boomer_amg(
    problem: &Problem,
    target: f64,
    threads: usize,
    repeats: usize,
) -> Result<Measured, String> {
    let rows = Rows::of(problem);
    let mut best: Option<Measured> = None;
    for (at, setting) in SETTINGS.iter().enumerate() {
        let run = |target| {
            let (mut measured, x) = run_peer(&rows.bytes(target), &at.to_string(), threads, repeats)?;
            measured.residual = problem.residual(&rows.spread(&x, problem.rhs.len()));
            Ok(measured)
        };
        let mut measured = until_reached(target, run)?;
        measured.note = (*setting).into();
        if best.as_ref().is_none_or(|best| total(&measured) < total(best)) {
            best = Some(measured);
        }
    }
    best.ok_or_else(|| "nothing was run".into())
}

/// PFMG with conjugate gradients, on the whole box; cells that are not active get a row of their own.
pub(crate) fn pfmg(
    problem: &Problem,
    target: f64,
    threads: usize,
    repeats: usize,
) -> Result<Measured, String> {
    let operator = &problem.operator;
    let shape = operator.shape;
    let mut diagonal = vec![0.0; shape.cells()];
    operator.diagonal(&mut diagonal);
    diagonal.iter_mut().filter(|d| **d == 0.0).for_each(|d| *d = 1.0);
    until_reached(target, |target| {
        let sizes = [1, shape.cells() as i64, shape.layers as i64, shape.rows as i64, shape.columns as i64];
        let mut bytes = head(sizes, target);
        for values in [&diagonal, &operator.east, &operator.south, &operator.down] {
            push(&mut bytes, values);
        }
        let active = operator.active().iter().zip(&problem.rhs);
        let rhs: Vec<f64> = active.map(|(active, b)| if *active { *b } else { 0.0 }).collect();
        push(&mut bytes, &rhs);
        let (mut measured, parts) = run_peer(&bytes, "0", threads, repeats)?;
        // Each rank gives its rows of all layers.
        let mut x = vec![0.0; shape.cells()];
        let mut values = parts.into_iter();
        for rank in 0..threads {
            let rows = shape.rows * rank / threads..shape.rows * (rank + 1) / threads;
            for layer in 0..shape.layers {
                let start = shape.index(layer, rows.start, 0);
                let own = start..start + rows.len() * shape.columns;
                x[own].iter_mut().zip(&mut values).for_each(|(x, value)| *x = value);
            }
        }
        measured.residual = problem.residual(&x);
        Ok(measured)
    })
}

/// Asks for a little more where the recurrence stopped before the true residual got there.
fn until_reached(target: f64, run: impl Fn(f64) -> Result<Measured, String>) -> Result<Measured, String> {
    let mut asked = target;
    for _ in 0..3 {
        let measured = run(asked)?;
        if measured.residual <= target {
            return Ok(measured);
        }
        asked *= 0.9 * target / measured.residual;
    }
    run(asked)
}

fn total(measured: &Measured) -> f64 {
    measured.setup.wall + measured.solve.wall
}

/// The active rows, column by column with the layers side by side: the order that suits BoomerAMG best.
struct Rows {
    cells: Vec<usize>,
    start: Vec<i64>,
    column: Vec<i32>,
    value: Vec<f64>,
    rhs: Vec<f64>,
}

impl Rows {
    fn of(problem: &Problem) -> Self {
        let operator = &problem.operator;
        let shape = operator.shape;
        let plan = shape.layer_cells();
        let mut diagonal = vec![0.0; shape.cells()];
        operator.diagonal(&mut diagonal);
        let mut place = vec![-1_i32; shape.cells()];
        let mut cells = Vec::new();
        for at in 0..plan {
            for n in (0..shape.layers).map(|layer| layer * plan + at).filter(|n| operator.active()[*n]) {
                place[n] = cells.len() as i32;
                cells.push(n);
            }
        }
        let rhs = cells.iter().map(|n| problem.rhs[*n]).collect();
        let (mut start, mut column, mut value) = (vec![0], Vec::new(), Vec::new());
        let steps = [1, shape.columns, plan];
        for &n in &cells {
            let mut row = vec![(place[n], diagonal[n])];
            for (faces, step) in [&operator.east, &operator.south, &operator.down].into_iter().zip(steps) {
                if faces[n] > 0.0 {
                    row.push((place[n + step], -faces[n]));
                }
                if let Some(m) = n.checked_sub(step).filter(|m| faces[*m] > 0.0) {
                    row.push((place[m], -faces[m]));
                }
            }
            row.sort_by_key(|entry| entry.0);
            column.extend(row.iter().map(|entry| entry.0));
            value.extend(row.iter().map(|entry| entry.1));
            start.push(column.len() as i64);
        }
        Self { cells, start, column, value, rhs }
    }

    fn bytes(&self, target: f64) -> Vec<u8> {
        let mut bytes = head([0, self.cells.len() as i64, self.column.len() as i64, 0, 0], target);
        self.start.iter().for_each(|v| bytes.extend(v.to_le_bytes()));
        self.column.iter().for_each(|v| bytes.extend(v.to_le_bytes()));
        push(&mut bytes, &self.value);
        push(&mut bytes, &self.rhs);
        bytes
    }

    fn spread(&self, values: &[f64], cells: usize) -> Vec<f64> {
        let mut x = vec![0.0; cells];
        self.cells.iter().zip(values).for_each(|(n, value)| x[*n] = *value);
        x
    }
}

fn head(sizes: [i64; 5], target: f64) -> Vec<u8> {
    let mut bytes: Vec<u8> = sizes.iter().flat_map(|v| v.to_le_bytes()).collect();
    bytes.extend(target.to_le_bytes());
    bytes
}

fn push(bytes: &mut Vec<u8>, values: &[f64]) {
    values.iter().for_each(|v| bytes.extend(v.to_le_bytes()));
}

fn run_peer(
    system: &[u8],
    setting: &str,
    threads: usize,
    repeats: usize,
) -> Result<(Measured, Vec<f64>), String> {
    let program = option_env!("HYPRE_PEER").ok_or_else(|| missing().unwrap_or_default())?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (input, output) = (folder.path().join("system"), folder.path().join("solution"));
    let mut file = std::fs::File::create(&input).map_err(|error| error.to_string())?;
    file.write_all(system).map_err(|error| error.to_string())?;
    let mut command = if threads == 1 {
        Command::new(program)
    } else {
        let mut command = Command::new("mpirun");
        command.args(["--oversubscribe", "--bind-to", "none", "-np", &threads.to_string(), program]);
        // A container's only user may be root.
        command.envs([("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")]);
        command
    };
    command.arg(&input).arg(&output).arg(setting).arg(repeats.max(1).to_string());
    let ran = said_in_time(command)?;
    let said = String::from_utf8_lossy(&ran.stdout);
    if !ran.status.success() {
        let complaint = String::from_utf8_lossy(&ran.stderr);
        return Err(format!("hypre's program failed: {}", complaint.lines().next().unwrap_or("no message")));
    }
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [iterations, setup_wall, setup_cpu, solve_wall, solve_cpu, bytes] = numbers[..] else {
        return Err(format!("hypre's program said “{}”", said.trim()));
    };
    let solution = std::fs::read(&output).map_err(|error| error.to_string())?;
    let (values, _) = solution.as_chunks::<8>();
    let measured = Measured {
        setup: Seconds { wall: setup_wall, processor: setup_cpu },
        solve: Seconds { wall: solve_wall, processor: solve_cpu },
        iterations: iterations as usize,
        residual: f64::INFINITY,
        bytes: bytes as usize,
        history: Vec::new(),
        note: String::new(),
    };
    Ok((measured, values.iter().map(|value| f64::from_le_bytes(*value)).collect()))
}

/// What a program says, unless it takes too long.
fn said_in_time(mut command: Command) -> Result<Output, String> {
    let failed = |error: std::io::Error| format!("hypre's program cannot be run: {error}");
    // It says a line or two, which a pipe holds.
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let begun = Instant::now();
    while child.try_wait().map_err(failed)?.is_none() {
        if begun.elapsed() > LONGEST {
            child.kill().map_err(failed)?;
            child.wait().map_err(failed)?;
            return Err(format!("hypre was stopped after {} s", LONGEST.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hypre_solves_what_it_is_given() {
        if let Some(why) = missing() {
            println!("hypre takes no part: {why}");
            return;
        }
        let problem = Problem::generate("s1".parse().unwrap(), 6_000, 1).unwrap();
        let target = problem.target().unwrap();
        for threads in [1, 2] {
            for measured in [boomer_amg(&problem, target, threads, 1), pfmg(&problem, target, threads, 1)] {
                let measured = measured.unwrap();
                assert!(measured.residual <= target && measured.iterations > 1, "{measured:?}");
            }
        }
    }
}
