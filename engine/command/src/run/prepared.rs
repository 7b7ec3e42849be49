//! What all scenarios of a basin share: the grid, the steady state before the history, and the planned demand.

use quanyu_basin::{Fault, GridSpec, Gridded, Parameters, discretise};
use quanyu_files::{BasinFolder, Study};
use quanyu_flow::Settings;
use quanyu_policy::history::{CourseFailure, SpinUp, spin_up};
use quanyu_policy::{Ends, Plan, apply};

/// Residual of a step over its gross flow \[-\]: a tenth of what a water budget must close to, and an outer iteration or two
/// fewer a step than the engine's own default.
pub(crate) const TOLERANCE: f64 = 1e-7;

/// A basin on a grid, at rest.
pub(crate) struct Prepared<'a> {
    /// The basin as read.
    pub(crate) folder: &'a BasinFolder,
    /// On the grid.
    pub(crate) gridded: Gridded,
    /// Before anyone pumped.
    pub(crate) start: SpinUp,
    /// Cell size \[m\].
    pub(crate) cell: f64,
    /// How steps are solved.
    pub(crate) settings: Settings,
}

/// Why a basin could not be prepared.
pub(crate) enum PrepareError {
    /// Its data do not fit the grid.
    Faults(Vec<Fault>),
    /// Its steady state could not be solved.
    Unsolved(CourseFailure),
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(folder: &'a BasinFolder, cell: f64) -> Result<Self, PrepareError> {
        let basin = &folder.basin;
        let settings = Settings { tolerance: TOLERANCE, ..Settings::default() };
        let gridded =
            discretise(basin, &Parameters::of(basin), &GridSpec { cell }).map_err(PrepareError::Faults)?;
        let start = spin_up(basin, &gridded, settings).map_err(PrepareError::Unsolved)?;
        Ok(Self { folder, gridded, start, cell, settings })
    }
}

/// A scenario's plan at the demand's own values and at both ends of its range.
pub(crate) struct Plans {
    pub(crate) value: Plan,
    pub(crate) low: Plan,
    pub(crate) high: Plan,
}

/// Plans of all scenarios, or all faults of all of them: nothing may be simulated or written before.
pub(crate) fn plan_all(study: &Study, prepared: &[Prepared<'_>]) -> Result<Vec<Plans>, Vec<Fault>> {
    let (mut plans, mut faults) = (Vec::new(), Vec::new());
    for file in &study.scenarios {
        let basin = &prepared[file.basin].folder.basin;
        let periods = basin.time.periods();
        let mut plan = |ends| match apply(basin, &file.scenario, &periods, ends) {
            Ok(plan) => Some(plan),
            Err(more) => {
                faults.extend(more);
                None
            }
        };
        if let (Some(value), Some(low), Some(high)) = (plan(Ends::Value), plan(Ends::Low), plan(Ends::High)) {
            plans.push(Plans { value, low, high });
        }
    }
    if faults.is_empty() { Ok(plans) } else { Err(faults) }
}
