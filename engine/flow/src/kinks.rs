//! Kinks of the laws, met exactly.
//!
//! A correction `δ` comes from a linear model with the slopes at the present head. Where the head crosses the bottom or the
//! top of a convertible cell on the way, the store it fills or drains is another one. Each such cell is put where its own
//! store takes up what the linear model promised it, neighbours standing where the model puts them:
//! `r (δ − d) + S δ = (V(h + d) − V(h)) / Δt`, with `S = V′(h)/Δt` and `r` the rest of the diagonal.
//!
//! What a cell sheds to its neighbours and to its boundaries has kinks too. They show where the balance of a cell
//! is evaluated after the correction; see [`Overshoot`].

use crate::balance::Balance;
use crate::laws::saturation::Saturation;
use crate::laws::storage::Store;
use crate::model::{Formulation, Problem};

/// Halvings of the last bracket: enough to reach the last bit of a head.
const HALVINGS: usize = 60;

/// A cell on the way of its correction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    /// Where it starts \[m\].
    pub(crate) from: f64,
    /// Where the linear model puts it \[m\].
    pub(crate) to: f64,
    /// Diagonal of the linear model \[m²/d\].
    pub(crate) steepness: f64,
    /// Length of the step \[d\].
    pub(crate) days: f64,
}

/// The head at which the cell's store takes up what the linear model promised, between where it starts and where the model
/// puts it.
pub(crate) fn settle(store: &Store, omega: f64, step: Move) -> f64 {
    let Move { from, to, steepness, days } = step;
    let (bottom, top) = (store.bottom, store.bottom + store.thickness);
    if !crosses(from, to, bottom) && !crosses(from, to, top) {
        return to;
    }
    let stored = |head: f64| store.at(head, omega);
    let start = stored(from);
    let capacity = start.capacity / days;
    let rest = (steepness - capacity).max(0.0);
    let promised = |head: f64| {
        let now = stored(head);
        let filled = (now.elastic - start.elastic) + (now.drainable - start.drainable);
        rest * (to - head) + capacity * (to - from) - filled / days
    };
    let upward = to > from;
    let short = |head: f64| (promised(head) > 0.0) == upward;
    if short(to) {
        return to;
    }
    last_short(from, to, [bottom, top], short)
}

/// Whether a level lies between two heads.
#[inline]
pub(crate) fn crosses(from: f64, to: f64, level: f64) -> bool {
    (from < level) != (to < level)
}

/// The head between two others up to which a cell falls short of its balance, looking at kinks first.
fn last_short(from: f64, to: f64, kinks: [f64; 2], short: impl Fn(f64) -> bool) -> f64 {
    let (mut near, mut far) = (from, to);
    for level in kinks {
        if (level - near) * (level - far) < 0.0 {
            if short(level) {
                near = level;
            } else {
                far = level;
            }
        }
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (near + far);
        if middle == near || middle == far {
            break;
        }
        if short(middle) {
            near = middle;
        } else {
            far = middle;
        }
    }
    far
}

/// A cell whose own balance says that its correction went too far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overshoot {
    /// Where it started \[m\].
    pub(crate) from: f64,
    /// Where it is \[m\].
    pub(crate) at: f64,
    /// Its net inflow there \[m³/d\].
    pub(crate) residual: f64,
    /// Diagonal of the linear model there \[m²/d\].
    pub(crate) steepness: f64,
}

impl Overshoot {
    /// Back along the slope where it is.
    pub(crate) fn back(&self) -> f64 {
        let back = self.at + self.residual / self.steepness;
        if (back - self.from) * (self.at - self.from) > 0.0 { back } else { self.from }
    }

    /// Back to where its balance holds, neighbours standing where they are, in a cell that stores over these days (if it
    /// does): `net` is what flows in through its horizontal faces at a head and saturation, `rest` the diagonal without those
    /// faces and without storage.
    pub(crate) fn back_in_film(
        &self,
        store: &Store,
        omega: f64,
        days: Option<f64>,
        rest: f64,
        net: impl Fn(f64, f64) -> f64,
    ) -> f64 {
        let inflow = |head: f64| {
            let saturation = Saturation::at(head, store.bottom, store.thickness, omega);
            let released = days.map_or(0.0, |days| {
                let stored = store.at(head, omega);
                -(stored.elastic + stored.drainable) / days
            });
            net(head, saturation.value) + released - rest * head
        };
        let here = inflow(self.at);
        let upward = self.at > self.from;
        let short = |head: f64| (self.residual + (inflow(head) - here) > 0.0) == upward;
        if !short(self.from) {
            return self.from;
        }
        last_short(self.from, self.at, [store.bottom, store.bottom + store.thickness], short)
    }
}

/// Puts dry cells that gain water, and whose flows follow no head as long as they are dry, to where their saturation begins to follow
/// theirs; whether there were any.
pub(crate) fn lift_stranded(problem: &Problem, balance: &mut Balance) -> bool {
    if problem.formulation() != Formulation::Upstream {
        return false;
    }
    let (grid, geometry) = (problem.grid(), problem.geometry());
    let mut any = false;
    for cell in 0..balance.head.len() {
        let stranded = balance.residual[cell] > 0.0 && balance.head[cell] <= grid.bottom[cell];
        if stranded && geometry.convertible[cell] && balance.steepness(cell) == 0.0 {
            balance.head[cell] = grid.bottom[cell] + balance.omega * geometry.thickness[cell];
            any = true;
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::storage::StoringLaw;

    const STORE: Store = Store {
        bottom: 10.0,
        thickness: 4.0,
        elastic: 0.004,
        drainable: 400.0,
        law: StoringLaw::Convertible,
    };

    #[test]
    fn a_cell_that_crosses_nothing_goes_where_it_is_put() {
        for (from, to) in [(11.0, 13.0), (2.0, 9.0), (20.0, 15.0)] {
            let step = Move { from, to, steepness: 200.0, days: 2.0 };
            assert_eq!(settle(&STORE, 0.0, step), to);
        }
    }

    #[test]
    fn a_dry_cell_rises_to_its_bottom_and_fills_from_there() {
        // 5 m²/d of conductance, dry: a linear model puts it 60 m higher, 40 m above its bottom.
        let step = Move { from: -30.0, to: 30.0, steepness: 5.0, days: 2.0 };
        let head = settle(&STORE, 0.0, step);
        // 5 · 20 m³/d are left at the bottom and fill 100 m² of pores; 50 m²/d of storage against 5 m²/d.
        assert!((head - (10.0 + 100.0 / 55.0)).abs() < 1e-4, "{head}");
    }

    #[test]
    fn a_confined_cell_falls_below_its_top_and_drains_pores() {
        let step = Move { from: 15.0, to: 5.0, steepness: 5.002, days: 2.0 };
        let head = settle(&STORE, 0.0, step);
        assert!((head - (14.0 - 45.0 / 55.0)).abs() < 1e-3, "{head}");
        assert_eq!(settle(&STORE, 0.0, Move { from: 15.0, to: 14.5, ..step }), 14.5);
    }
}
