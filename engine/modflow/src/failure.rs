//! How a run ends otherwise than well.

use std::fmt;
use std::io;
use std::path::PathBuf;

use quanyu_files::modflow::{Grid, InputFaults, TimeStep, TimeUnit};
use quanyu_flow::{FailureCause, NamedPackage, Sign, StepFailure};

/// Why a run stopped.
#[derive(Debug)]
pub enum Stopped {
    /// The input is wrong; nothing was written.
    Input(InputFaults),
    /// A time step could not be solved; what was written up to it stays readable.
    Step(Box<StepStopped>),
    /// A file could not be written.
    Output(PathBuf, io::Error),
}

impl fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(wrong) => write!(formatter, "the input has {} fault(s)", wrong.faults.len()),
            Self::Step(step) => step.fmt(formatter),
            Self::Output(path, error) => write!(formatter, "cannot write {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for Stopped {}

/// A step that could not be solved: when, where, why, and what to try.
#[derive(Clone, Debug, PartialEq)]
pub struct StepStopped {
    /// Stress period, from one.
    pub period: usize,
    /// Time step, from one.
    pub step: usize,
    /// When it began and ended, in words.
    pub span: String,
    /// What happened.
    pub happened: String,
    /// The worst cells, in words.
    pub cells: Vec<String>,
    /// Likely cause.
    pub cause: String,
    /// What to try.
    pub remedy: String,
}

impl fmt::Display for StepStopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "stress period {}, time step {} ({}): {}",
            self.period, self.step, self.span, self.happened
        )?;
        for cell in &self.cells {
            writeln!(formatter, "  where:  {cell}")?;
        }
        writeln!(formatter, "  cause:  {}", self.cause)?;
        write!(formatter, "  remedy: {}", self.remedy)
    }
}

/// A cell as its modeller knows it: layer, row and column, coordinates, and the packages in it.
pub(crate) fn place(grid: &Grid, packages: &[NamedPackage], cell: usize) -> String {
    let [x, y] = centre(grid, cell);
    let there = packages_at(packages, cell);
    let there = if there.is_empty() { "no package".to_owned() } else { there.join(", ") };
    format!("cell {} at x {x}, y {y} ({there})", grid.label(cell))
}

/// Names of the packages that have a row in a cell.
pub(crate) fn packages_at(packages: &[NamedPackage], cell: usize) -> Vec<String> {
    let has = |named: &&NamedPackage| (0..named.package.len()).any(|row| named.package.row(row).0 == cell);
    packages.iter().filter(has).map(|named| named.name.clone()).collect()
}

/// Coordinates of the centre of a cell, the grid's turn about its lower-left corner counted.
pub(crate) fn centre(grid: &Grid, cell: usize) -> [f64; 2] {
    let (_, row, column) = grid.layer_row_column(cell);
    let east: f64 =
        (0..column).map(|at| grid.column_widths.at(at)).sum::<f64>() + 0.5 * grid.column_widths.at(column);
    let north: f64 =
        (row + 1..grid.rows).map(|at| grid.row_heights.at(at)).sum::<f64>() + 0.5 * grid.row_heights.at(row);
    let (sin, cos) = grid.rotation.to_radians().sin_cos();
    [grid.x_origin + east * cos - north * sin, grid.y_origin + east * sin + north * cos]
}

/// When a step begins and ends, in words.
pub(crate) fn span(step: &TimeStep, unit: TimeUnit) -> String {
    let unit = match unit {
        TimeUnit::Undefined => String::new(),
        stated => format!(" {}", stated.name().to_lowercase()),
    };
    format!("time {} to {}{unit}", step.begin, step.total_time)
}

/// A failed step of the flow engine in the words of a MODFLOW modeller; `restless` are the cells whose heads changed most in the
/// last outer iterations, `signs` what the engine sees, and `rewets` says whether dry cells may come back.
pub(crate) fn of_step(
    failure: &StepFailure,
    (restless, signs, rewets): (&[(usize, f64)], &[Sign], bool),
    step: &TimeStep,
    unit: TimeUnit,
    grid: &Grid,
    packages: &[NamedPackage],
) -> StepStopped {
    let (happened, cause, remedy) = match &failure.cause {
        FailureCause::NotConverged => (
            format!(
                "the outer iterations did not converge (net inflows of cells remain at {:.1e} of the gross flow)",
                failure.relative_residual
            ),
            "the step is too long for how sharply cells dry, wet or drain near the cells named, or a stress there asks \
             for more than the aquifer can give",
            "look at rates, elevations and conductivity near the cells named; let the step adapt (ATS) or give the period \
             more steps; where cells dry, use NEWTON (with UNDER_RELAXATION) and AUTO_FLOW_REDUCE for wells; raise \
             OUTER_MAXIMUM",
        ),
        FailureCause::LinearSolver(what) => (
            format!("the linear equations could not be solved: {what}"),
            "conductivities or cell sizes differ by too many orders of magnitude, or a part of the model is cut off",
            "look at the contrasts near the cells named; raise INNER_MAXIMUM",
        ),
        FailureCause::DryConstantHead => (
            "a cell of given head went dry, which ends the run as it ends MODFLOW's".to_owned(),
            "the given head is not above the bottom of its cell, which is convertible",
            "raise the head, lower the bottom (BOTM), move the CHD row a layer down, or make the cell confined (ICELLTYPE 0)",
        ),
        FailureCause::NotFinite => (
            "a head or flow became infinite or undefined".to_owned(),
            "numbers of extreme size in the input",
            "look at conductivity, storage, heads and stresses near the cells named",
        ),
        FailureCause::NoOutlet(cells) => (
            format!("{cells} joined cell(s) gain or lose water that nothing can balance"),
            "the period is at steady state and a part of the model has sources but no boundary whose flow follows the head",
            "give that part a CHD, GHB, RIV or DRN, take its sources away, make it inactive, or let it store water",
        ),
        FailureCause::Stresses(faults) => (
            faults.first().map_or_else(|| "the stresses are wrong".to_owned(), ToString::to_string),
            "a row of a package does not fit the model in this step",
            "correct the row",
        ),
        other => (format!("{other:?}"), "the step cannot be taken", failure.advice),
    };
    let (cause, remedy) = match signs.first() {
        Some(Sign::CutOff { .. }) => (
            "the period is at steady state, and dry cells cut a part of the model off that gains or loses water which nothing there \
             can balance: it has no solution",
            "let dry cells come back (REWET) or use NEWTON, where cells stay joined; give that part a boundary whose flow \
             follows the head, take its sources away, or make it inactive; start from higher heads (IC)",
        ),
        Some(Sign::Overdrawn { .. }) => (
            "wells take more than can reach their cells, which run dry, and nothing reduces the rates",
            "give the WEL package AUTO_FLOW_REDUCE, or lower the rates of the wells named",
        ),
        _ if rewets && matches!(failure.cause, FailureCause::NotConverged) => (
            "cells near those named dry and come back in turn",
            "raise IWETIT and WETDRY, lower WETFCT, damp the changes (UNDER_RELAXATION), or use NEWTON in place of REWET",
        ),
        _ => (cause, remedy),
    };
    let signs = signs.iter().filter_map(|sign| match sign {
        Sign::CutOff { cell, cells, source } => Some(format!(
            "{}: first of {cells} cell(s) that dry cells cut off, with a net source of {source:.3e}",
            place(grid, packages, *cell)
        )),
        Sign::Overdrawn { cell, package, rate } => Some(format!(
            "{}: {package} takes {:.3e} from it, and its head fell below its bottom",
            place(grid, packages, *cell),
            -rate
        )),
        _ => None,
    });
    let worst = failure.worst.map(|worst| {
        format!("{}: a net inflow of {:.3e} remained", place(grid, packages, worst.cell), worst.residual)
    });
    let moving = restless.iter().filter(|(cell, _)| failure.worst.is_none_or(|worst| worst.cell != *cell));
    let moving = moving.map(|(cell, change)| {
        format!("{}: its head still changed by {change:.3e}", place(grid, packages, *cell))
    });
    StepStopped {
        period: step.period + 1,
        step: step.step,
        span: span(step, unit),
        happened,
        cells: signs.chain(worst).chain(moving).collect(),
        cause: cause.to_owned(),
        remedy: remedy.to_owned(),
    }
}
