//! The K-cycle: a coarse system is solved by two steps of conjugate gradients that the next cycle preconditions
//! (Y. Notay and P. S. Vassilevski, Numerical Linear Algebra with Applications 15, 2008).

/// Where the first step brings the squared residual below this part, the second is left out.
const ENOUGH: f64 = 0.0625;

/// A level with a right-hand side and a solution, which [`solve`] corrects.
pub(crate) trait KrylovLevel {
    /// Keeps the solution as the first direction `c`, computes its image `v = A c`; returns `c·v`, `c·b` and `b·b`.
    fn keep_first(&mut self) -> [f64; 3];

    /// `b ← b − factor v`; returns `b·b`.
    fn reduce(&mut self, factor: f64) -> f64;

    /// With `d` the solution: `d·A d`, `d·b` and `d·v`.
    fn second_products(&mut self) -> [f64; 3];

    /// Solution `← one c + two d`.
    fn combine(&mut self, one: f64, two: f64);
}

/// Solves the system of a level, where `cycle` solves it roughly from its right-hand side to its solution.
///
/// `level` says which of the things that `cycle` works on is meant.
pub(crate) fn solve<T: ?Sized, L: KrylovLevel>(
    system: &mut T,
    level: impl Fn(&mut T) -> &mut L,
    mut cycle: impl FnMut(&mut T),
) {
    cycle(system);
    let [curvature, along, size] = level(system).keep_first();
    // Nothing to do, or a direction in which single precision sees no curvature: the cycle's own answer stands.
    if !(curvature > 0.0 && along.is_finite()) {
        level(system).combine(1.0, 0.0);
        return;
    }
    let step = along / curvature;
    let left = level(system).reduce(step);
    if left <= ENOUGH * size {
        level(system).combine(step, 0.0);
        return;
    }
    cycle(system);
    let [second, along_second, crossed] = level(system).second_products();
    let rest = second - crossed * crossed / curvature;
    if rest > 1e-6 * second && along_second.is_finite() {
        let two = along_second / rest;
        level(system).combine(step - two * crossed / curvature, two);
    } else {
        level(system).combine(step, 0.0);
    }
}
