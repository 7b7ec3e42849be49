//! Setting the few free parameters, once, against the published marks that can bear it.
//!
//! Minimises `J(p) = Σ (2 mᵢ)² + Σ xⱼ²` over the marks in use and the free parameters. `mᵢ` is the distance of mark `i` outside
//! its published range over the range's half-width (nothing inside); `xⱼ = ln(pⱼ / prior) / σⱼ`. A range counts as `±2 σ`
//! on both sides, hence the two. A parameter therefore moves only as far as the marks pay for, and marks held out never enter. The search is the
//! simplex of Nelder and Mead (1965) in `x`, which needs no derivatives of the kinks at the ends of the ranges.

use std::cell::RefCell;

use argmin::core::{CostFunction, Error, Executor, State as _};
use argmin::solver::neldermead::NelderMead;
use quanyu_basin::{
    Basin, Fault, FaultKind, GridSpec, Gridded, MarkUse, Mining, Names, Origin, Parameters, TimeFrame,
    discretise,
};
use quanyu_flow::Settings;
use serde::Serialize;

use super::{Course, CourseFailure, MarkResult, Record, SpinUp, compare_with_marks, spin_up};
use crate::{Ends, ReportWindow, Scenario, apply};

/// Cost of parameters with which the model cannot be solved: worse than any that can.
const UNSOLVED: f64 = 1e6;

/// First step of the simplex along each parameter, in prior standard deviations.
const FIRST_STEP: f64 = 0.7;

/// Simplex spread at which the search ends, in units of the cost.
const SPREAD: f64 = 1e-3;

/// A free parameter before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// Id.
    pub id: String,
    /// Prior best value \[-\].
    pub prior: f64,
    /// Lower end of the prior range \[-\].
    pub low: f64,
    /// Upper end of the prior range \[-\].
    pub high: f64,
    /// Calibrated value \[-\].
    pub value: f64,
    /// How far it moved, in prior standard deviations \[-\].
    pub deviations: f64,
}

/// What a calibration found.
#[derive(Clone, Debug, Serialize)]
pub struct Calibration {
    /// Cell size \[m\].
    pub cell: f64,
    /// Evaluations of the model.
    pub evaluations: usize,
    /// Cost at the priors.
    pub cost_before: f64,
    /// Cost at the calibrated values.
    pub cost_after: f64,
    /// Parameters.
    pub parameters: Vec<Moved>,
    /// Marks at the priors.
    pub marks_before: Vec<MarkResult>,
    /// Marks at the calibrated values.
    pub marks_after: Vec<MarkResult>,
}

/// Why a calibration ended without a result.
#[derive(Debug)]
pub enum CalibrationError {
    /// The basin is at fault.
    Faults(Vec<Fault>),
    /// A history could not be solved.
    Unsolved(CourseFailure),
    /// It was asked to stop.
    Stopped,
}

/// The history alone: no measures, one step a year from the basin's first year to `to`, from a spun-up state. `goes_on` is asked
/// before each year.
///
/// # Errors
/// The basin is at fault, a step could not be solved, or `goes_on` said no.
pub fn history(
    basin: &Basin,
    gridded: &Gridded,
    start: &SpinUp,
    to: i16,
    mining: Mining,
    settings: Settings,
    goes_on: &dyn Fn() -> bool,
) -> Result<Record, CalibrationError> {
    let frame = TimeFrame { to, monthly_from: to.saturating_add(1), ..basin.time };
    let first = jiff::civil::date(frame.history_from, 1, 1);
    let undisturbed = Scenario {
        name: "history".into(),
        title: Names::default(),
        measures: Vec::new(),
        targets: Vec::new(),
        report: ReportWindow { from: first, to: first },
        climate: None,
        project_changes: Vec::new(),
    };
    let plan = apply(basin, &undisturbed, &frame.periods(), Ends::Value).map_err(CalibrationError::Faults)?;
    let mut course = Course::new(basin, gridded, &plan, start.state.clone(), mining, settings)
        .map_err(CalibrationError::Faults)?;
    loop {
        if !goes_on() {
            return Err(CalibrationError::Stopped);
        }
        if course.advance().map_err(CalibrationError::Unsolved)?.is_none() {
            return Ok(course.finish().0);
        }
    }
}

/// Grid, steady state and history of a basin with its parameters as they stand.
fn simulate(
    basin: &Basin,
    cell: f64,
    to: i16,
    settings: Settings,
    goes_on: &dyn Fn() -> bool,
) -> Result<Record, CalibrationError> {
    let gridded =
        discretise(basin, &Parameters::of(basin), &GridSpec { cell }).map_err(CalibrationError::Faults)?;
    let start = spin_up(basin, &gridded, settings).map_err(CalibrationError::Unsolved)?;
    history(basin, &gridded, &start, to, Mining::On, settings, goes_on)
}

/// Calibrates. `progress` is told the evaluations so far and the best cost; `goes_on` is asked before each year of each of them.
///
/// # Errors
/// See [`CalibrationError`].
pub fn calibrate(
    basin: &Basin,
    cell: f64,
    evaluations: usize,
    settings: Settings,
    goes_on: &dyn Fn() -> bool,
    progress: impl FnMut(usize, f64),
) -> Result<Calibration, CalibrationError> {
    let free: Vec<usize> =
        (0..basin.parameters.len()).filter(|&index| basin.parameters[index].free).collect();
    let used: Vec<_> = basin.marks.iter().filter(|mark| mark.usage == MarkUse::Calibrate).collect();
    if free.is_empty() || used.is_empty() {
        return Err(CalibrationError::Faults(vec![Fault {
            origin: Origin::NONE,
            kind: FaultKind::Missing,
            message: "There is nothing to calibrate.".into(),
            value: format!("{} free parameters, {} marks for calibration", free.len(), used.len()),
            allowed: "at least one of each".into(),
            remedy: "Set `free` to true in the parameters, or `use` to calibrate in the marks.".into(),
        }]));
    }
    let to = used.iter().map(|mark| mark.to).max().unwrap_or(basin.time.to).min(basin.time.to);
    let last = basin.marks.iter().map(|mark| mark.to).max().unwrap_or(to).max(to).min(basin.time.to);
    let search = Search {
        basin,
        cell,
        to,
        settings,
        goes_on,
        free: &free,
        trace: RefCell::new(Trace::new(evaluations, progress)),
    };
    let priors = vec![0.0; free.len()];
    let first = simulate(&search.moved(&priors), cell, last, settings, goes_on)?;
    let marks_before = compare_with_marks(basin, &first);
    let mut simplex = vec![priors.clone()];
    for place in 0..free.len() {
        let mut corner = priors.clone();
        corner[place] = FIRST_STEP;
        simplex.push(corner);
    }
    let solver = NelderMead::new(simplex)
        .with_sd_tolerance(SPREAD)
        .map_err(|error| CalibrationError::Faults(vec![unusable(&error)]))?;
    let outcome = Executor::new(search, solver).configure(|state| state.max_iters(evaluations as u64)).run();
    let (search, best) = match outcome {
        Ok(result) => {
            let best = result.state.get_best_param().cloned();
            (result.problem.problem, best)
        }
        Err(error) if error.is::<Stopped>() => (None, None),
        Err(error) => return Err(CalibrationError::Faults(vec![unusable(&error)])),
    };
    let Some(search) = search else { return Err(CalibrationError::Stopped) };
    let trace = search.trace.borrow();
    let point = trace.best.clone().or(best).unwrap_or(priors);
    let record = simulate(&search.moved(&point), cell, last, settings, goes_on)?;
    let parameters = free
        .iter()
        .zip(&point)
        .map(|(&index, &x)| {
            let parameter = &basin.parameters[index];
            Moved {
                id: parameter.id.clone(),
                prior: parameter.prior.value,
                low: parameter.prior.low(),
                high: parameter.prior.high(),
                value: search.value(index, x),
                deviations: x,
            }
        })
        .collect();
    Ok(Calibration {
        cell,
        evaluations: trace.evaluations,
        cost_before: cost(&marks_before, &vec![0.0; free.len()]),
        cost_after: cost(&compare_with_marks(basin, &record), &point),
        parameters,
        marks_before,
        marks_after: compare_with_marks(basin, &record),
    })
}

fn unusable(error: &Error) -> Fault {
    Fault {
        origin: Origin::NONE,
        kind: FaultKind::Inconsistent,
        message: format!("The search broke down: {error}."),
        value: String::new(),
        allowed: String::new(),
        remedy: "Narrow the prior ranges of the parameters.".into(),
    }
}

fn cost(marks: &[MarkResult], point: &[f64]) -> f64 {
    let missed: f64 = marks
        .iter()
        .filter(|mark| mark.calibrated)
        .map(|mark| (2.0 * mark.misfit.unwrap_or(0.0)).powi(2))
        .sum();
    missed + point.iter().map(|x| x * x).sum::<f64>()
}

/// The search was told to stop.
#[derive(Debug)]
struct Stopped;

impl std::fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the search was told to stop")
    }
}

impl std::error::Error for Stopped {}

struct Trace<P> {
    most: usize,
    evaluations: usize,
    best: Option<Vec<f64>>,
    best_cost: f64,
    progress: P,
}

impl<P> Trace<P> {
    fn new(most: usize, progress: P) -> Self {
        Self { most, evaluations: 0, best: None, best_cost: f64::INFINITY, progress }
    }
}

struct Search<'a, P> {
    basin: &'a Basin,
    cell: f64,
    to: i16,
    settings: Settings,
    goes_on: &'a dyn Fn() -> bool,
    free: &'a [usize],
    trace: RefCell<Trace<P>>,
}

impl<P> Search<'_, P> {
    fn value(&self, index: usize, x: f64) -> f64 {
        let prior = &self.basin.parameters[index].prior;
        let deviation = (prior.high() / prior.low()).ln() / 4.0;
        // Beyond its range the cost still rises, and brings the search back.
        (prior.value * (x * deviation).exp()).clamp(prior.low(), prior.high())
    }

    fn moved(&self, point: &[f64]) -> Basin {
        let mut basin = self.basin.clone();
        for (&index, &x) in self.free.iter().zip(point) {
            basin.parameters[index].calibrated = Some(self.value(index, x));
        }
        basin
    }
}

impl<P: FnMut(usize, f64)> CostFunction for Search<'_, P> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, point: &Self::Param) -> Result<f64, Error> {
        let mut trace = self.trace.borrow_mut();
        if trace.evaluations >= trace.most {
            // The simplex is left as it is: a flat cost ends the search at once.
            return Ok(trace.best_cost);
        }
        let basin = self.moved(point);
        let found = match simulate(&basin, self.cell, self.to, self.settings, self.goes_on) {
            Ok(record) => cost(&compare_with_marks(&basin, &record), point),
            Err(CalibrationError::Stopped) => return Err(Stopped.into()),
            Err(_) => UNSOLVED + point.iter().map(|x| x * x).sum::<f64>(),
        };
        trace.evaluations += 1;
        if found < trace.best_cost {
            trace.best_cost = found;
            trace.best = Some(point.clone());
        }
        let (evaluations, best) = (trace.evaluations, trace.best_cost);
        (trace.progress)(evaluations, best);
        Ok(found)
    }
}
