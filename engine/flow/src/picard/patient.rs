//! A slower way through drying and rewetting, for steps that MODFLOW's way does not solve.
//!
//! Dry cells are tried only when the heads have settled, changes are damped wherever they turn round, and a cell that has dried again
//! each time it was brought back stays dry. What is found satisfies the same equations; only cells of the last kind may have a
//! neighbour whose head would bring them back, as they have wherever MODFLOW's interval of rewetting is long.

use super::settings::{PicardSettings, UnderRelaxation};
use super::wetting::Trial;
use super::{CLOSED, Picard, formulate};
use crate::balance::Balance;
use crate::outer::{self, Effort, Solved, Task, Unsolved};
use crate::watch::Watch;

/// How often a cell is brought back.
const RETURNS: u8 = 3;
/// Outer iterations after which dry cells are tried although the heads have not settled.
const WAIT: usize = 25;
/// Outer iterations of all.
const MOST: usize = 3000;
/// How changes are damped.
const DAMPING: UnderRelaxation =
    UnderRelaxation::DeltaBarDelta { theta: 0.7, kappa: 0.07, gamma: 0.0, momentum: 0.0 };
/// Share of the height above its bottom that a head falls at once towards or below it, before the cell dries.
const FALL: f64 = 0.8;
/// Height above its bottom, as a share of the thickness, below which it does dry.
const THIN: f64 = 1e-4;

impl Picard {
    /// Solves from the present heads of `balance`; with the solution the number of cells that were left dry for good.
    pub(crate) fn solve_patiently(
        &mut self,
        settings: PicardSettings,
        task: Task<'_>,
        balance: &mut Balance,
        effort: &mut Effort,
        watch: &mut Watch<'_>,
    ) -> Result<(Solved, usize), Unsolved> {
        balance.slopes_of_packages = true;
        let solved = self.go_patiently(settings, task, balance, effort, watch);
        balance.slopes_of_packages = false;
        solved
    }

    fn go_patiently(
        &mut self,
        settings: PicardSettings,
        task: Task<'_>,
        balance: &mut Balance,
        effort: &mut Effort,
        watch: &mut Watch<'_>,
    ) -> Result<(Solved, usize), Unsolved> {
        let mut returns = vec![0; balance.dry.len()];
        let (mut settled, mut waited) = (false, WAIT);
        for iteration in 1..=MOST {
            let tries = settled || waited >= WAIT;
            let were_dry = balance.dry.iter().filter(|dry| **dry).count();
            let trial = if tries { Trial::Patient(&mut returns, RETURNS) } else { Trial::Wait };
            let measure = formulate(task, balance, trial, iteration == 1)?;
            waited = if tries { 0 } else { waited + 1 };
            let dry = balance.dry.iter().filter(|dry| **dry).count();
            let (inside, largest) =
                self.iterate(settings, task, balance, (&measure, iteration), effort, watch)?;
            let small = largest.abs() <= settings.outer_change && (inside.sound || self.reached <= CLOSED);
            if small && tries && dry == were_dry {
                balance.slopes_of_packages = false;
                let measure = self.close(settings, task, balance, iteration)?;
                self.reached = outer::relative(&measure);
                let given_up = returns.iter().zip(&balance.dry).filter(|(n, dry)| **n >= RETURNS && **dry);
                return Ok((Solved { measure, at_rounding: false }, given_up.count()));
            }
            settled = small;
            if small {
                continue;
            }
            let solved = self.matrix.solved();
            self.relaxation.apply(DAMPING, iteration, largest, solved, &self.before, &mut balance.head);
            self.fall_slowly(task, balance);
        }
        Err(Unsolved::NotConverged)
    }

    /// A head falls no more than most of the way to its bottom in one iteration, so that a change that goes too far dries no cell.
    fn fall_slowly(&self, task: Task<'_>, balance: &mut Balance) {
        let (bottom, geometry) = (&task.problem.grid().bottom, task.problem.geometry());
        for (cell, solved) in self.matrix.solved().iter().enumerate() {
            if !*solved || !geometry.convertible[cell] || balance.is_dry(cell) {
                continue;
            }
            let height = self.before[cell] - bottom[cell];
            let lowest = bottom[cell] + (1.0 - FALL) * height;
            if balance.head[cell] < lowest && height > THIN * geometry.thickness[cell] {
                balance.head[cell] = lowest;
            }
        }
    }
}
