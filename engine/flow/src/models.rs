//! When to solve with which linear model.
//!
//! In time the symmetric model is the cheaper: storage keeps it from going astray, and mostly it leaves a small share of the
//! residual. Close to the solution, where thin films decide, that share may come near one; Newton's model then
//! ends it in a few rounds. In a steady state films decide from the beginning. So: Newton's first where nothing is stored and
//! conductance is that of the upstream cell, else the symmetric one; and from each to the other when it makes no headway.

use crate::settings::LinearModel;

/// A round that leaves more than this share of the residual is slow.
const SLOW: f64 = 0.25;
/// Slow rounds in a row before the symmetric model is left.
const FIRST_WAIT: usize = 2;
/// Rounds without a new least residual before Newton's model is left.
const LENIENCE: usize = 6;

/// Which model is in use, and how it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Models {
    pub(crate) newton: bool,
    automatic: bool,
    slow: usize,
    wait: usize,
    last: f64,
    least: f64,
}

impl Models {
    /// The model to begin with at a residual; `films`: whether thin films decide from the beginning.
    pub(crate) fn new(model: LinearModel, films: bool, residual: f64) -> Self {
        Self {
            newton: model == LinearModel::Newton || (model == LinearModel::Automatic && films),
            automatic: model == LinearModel::Automatic,
            slow: 0,
            wait: FIRST_WAIT,
            last: residual,
            least: residual,
        }
    }

    /// Takes note of the residual after a round.
    pub(crate) fn judge(&mut self, residual: f64) {
        let left = residual / self.last;
        let new_least = residual < self.least;
        self.last = residual;
        self.least = self.least.min(residual);
        if !self.automatic {
            return;
        }
        let slow = if self.newton {
            !new_least
        } else {
            // A residual that rises is still looking for which cells are wet; steady progress is ripe for Newton.
            left > SLOW && left < 1.0
        };
        self.slow = if slow { self.slow + 1 } else { 0 };
        if self.newton && self.slow >= LENIENCE {
            *self = Self { newton: false, slow: 0, wait: 2 * self.wait, ..*self };
        } else if !self.newton && self.slow >= self.wait {
            *self = Self { newton: true, slow: 0, ..*self };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn play(models: &mut Models, residuals: &[f64]) -> Vec<bool> {
        let one = |residual: &f64| {
            models.judge(*residual);
            models.newton
        };
        residuals.iter().map(one).collect()
    }

    #[test]
    fn newton_takes_over_from_slow_progress_and_gives_back_what_it_cannot_do() {
        let mut models = Models::new(LinearModel::Automatic, false, 100.0);
        assert!(!play(&mut models, &[10.0, 9.0, 18.0, 2.0, 1.8]).contains(&true));
        assert_eq!(play(&mut models, &[1.7, 0.1]), [true, true]);
        assert_eq!(play(&mut models, &[0.2; 6]), [true, true, true, true, true, false]);
        assert_eq!(play(&mut models, &[0.19, 0.18, 0.17, 0.16]), [false, false, false, true]);
    }

    #[test]
    fn newton_begins_where_films_decide() {
        assert!(Models::new(LinearModel::Automatic, true, 1.0).newton);
        assert!(!Models::new(LinearModel::Symmetric, true, 1.0).newton);
    }

    #[test]
    fn a_chosen_model_stays() {
        for (model, newton) in [(LinearModel::Symmetric, false), (LinearModel::Newton, true)] {
            let mut models = Models::new(model, false, 1.0);
            assert_eq!(play(&mut models, &[0.9; 20]), [newton; 20]);
        }
    }
}
