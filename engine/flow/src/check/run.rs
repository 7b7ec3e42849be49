//! Faults of a state and of settings.

use super::model::Range;
use super::{Faults, change_faults, place};
use crate::fault::{Fault, FaultKind, Origin};
use crate::model::Problem;
use crate::options::Drying;
use crate::picard::{PicardSettings, UnderRelaxation};
use crate::settings::{Method, Settings};
use crate::state::State;

/// All faults of a state for a problem.
pub(crate) fn state_faults(problem: &Problem, state: &State) -> Vec<Fault> {
    let grid = problem.grid();
    let mut faults = Faults::default();
    if state.head.len() != grid.cells() {
        let message = "The state has the wrong number of heads.".into();
        let allowed = format!("{} values", grid.cells());
        let remedy = "Start from a state of the same grid.";
        faults.add(Origin::NONE, FaultKind::NotTied, message, state.head.len().to_string(), &allowed, remedy);
        return faults.list;
    }
    faults.each(0..grid.cells(), |cell| {
        let head = state.head[*cell];
        (grid.is_active(*cell) && !Range::FINITE.holds(head)).then(|| Fault {
            origin: Origin::NONE,
            kind: FaultKind::OutOfRange,
            message: format!("The state's head at {} is not finite.", place(grid, *cell)),
            value: head.to_string(),
            allowed: Range::FINITE.text.into(),
            remedy: String::new(),
        })
    });
    let times = [("time", Some(state.time), Range::FINITE), ("sub-step", state.substep, Range::POSITIVE)];
    for (name, value, range) in times {
        if let Some(value) = value.filter(|value| !range.holds(*value)) {
            let message = format!("The state's {name} is out of range.");
            faults.add(Origin::NONE, FaultKind::OutOfRange, message, value.to_string(), range.text, "");
        }
    }
    if !state.changes.is_sorted_by(|a, b| a.cell < b.cell) {
        let message = "The state's changes of the rock are not one a cell in the order of cells.".into();
        faults.add(Origin::NONE, FaultKind::Inconsistent, message, String::new(), "one change a cell", "");
    }
    faults.list.extend(change_faults(problem, &state.changes));
    faults.list
}

/// All faults of the settings for a problem.
pub(crate) fn settings_faults(problem: &Problem, settings: &Settings) -> Vec<Fault> {
    let mut faults = Faults::default();
    method_faults(problem, settings, &mut faults);
    let share = "above 0 and below 1";
    let numbers = [
        ("tolerance", settings.tolerance, settings.tolerance > 0.0 && settings.tolerance < 1.0, share),
        ("forcing", settings.forcing, settings.forcing > 0.0 && settings.forcing < 1.0, share),
        (
            "substep_factor",
            settings.substep_factor,
            settings.substep_factor > 1.0 && settings.substep_factor.is_finite(),
            "above 1",
        ),
        ("max_outer", settings.max_outer as f64, settings.max_outer > 0, "1 or more"),
        ("max_inner", settings.max_inner as f64, settings.max_inner > 0, "1 or more"),
        ("max_cuts", settings.max_cuts as f64, settings.max_cuts <= 100, "0 to 100"),
        ("max_halvings", settings.max_halvings as f64, settings.max_halvings <= 50, "0 to 50"),
    ];
    for (name, value, good, allowed) in numbers {
        if !good {
            let message = format!("The setting `{name}` is out of range.");
            faults.add(Origin::NONE, FaultKind::OutOfRange, message, value.to_string(), allowed, "");
        }
    }
    faults.list
}

fn method_faults(problem: &Problem, settings: &Settings, faults: &mut Faults) {
    let none = Origin::NONE;
    for (name, value) in
        [("largest_change", settings.largest_change), ("largest_residual", settings.largest_residual)]
    {
        if value.is_nan() || value <= 0.0 {
            let message = format!("The setting `{name}` is out of range.");
            faults.add(
                none,
                FaultKind::OutOfRange,
                message,
                value.to_string(),
                "above 0; infinite for none",
                "",
            );
        }
    }
    let vertical = problem.laws().vertical;
    let leave = problem.laws().drying != Drying::Stay || vertical.varying || vertical.perched;
    match &settings.method {
        Method::Residual if leave => {
            let message = "Cells that leave the problem, and vertical conductances that vary, need the method `Picard`.".into();
            faults.add(
                none,
                FaultKind::Inconsistent,
                message,
                "Residual".into(),
                "Picard",
                "Choose that method.",
            );
        }
        Method::Picard(picard) => picard_faults(picard, faults),
        Method::Residual => {}
    }
}

fn picard_faults(settings: &PicardSettings, faults: &mut Faults) {
    let mut ask = |name: &str, value: f64, range: &Range| {
        if !range.holds(value) {
            let message = format!("The setting `{name}` of Picard's iteration is out of range.");
            faults.add(Origin::NONE, FaultKind::OutOfRange, message, value.to_string(), range.text, "");
        }
    };
    let counts = [("outer_maximum", settings.outer_maximum), ("inner_maximum", settings.inner_maximum)];
    for (name, count) in counts {
        ask(name, count as f64, &Range::POSITIVE);
    }
    ask("outer_change", settings.outer_change, &Range::POSITIVE);
    ask("inner_change", settings.inner_change, &Range::NOT_NEGATIVE);
    ask("inner_residual", settings.inner_residual, &Range::NOT_NEGATIVE);
    ask("relaxation", settings.relaxation, &Range::SHARE);
    let shares: &[(&str, f64)] = match &settings.under_relaxation {
        UnderRelaxation::None => &[],
        UnderRelaxation::Simple { gamma } | UnderRelaxation::Cooley { gamma } => &[("gamma", *gamma)],
        UnderRelaxation::DeltaBarDelta { theta, kappa, gamma, momentum } => {
            &[("theta", *theta), ("kappa", *kappa), ("gamma", *gamma), ("momentum", *momentum)]
        }
    };
    for (name, value) in shares {
        ask(name, *value, &Range::SHARE);
    }
    if let Some(back) = settings.backtracking {
        ask("tolerance of backtracking", back.tolerance, &Range::POSITIVE);
        ask("reduction of backtracking", back.reduction, &Range::SHARE);
        ask("limit of backtracking", back.limit, &Range::NOT_NEGATIVE);
    }
}
