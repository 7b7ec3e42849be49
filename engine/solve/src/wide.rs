//! Loops over rows, compiled twice: for any processor, and for vectors of 256 bits where the one at hand has them.
//!
//! Both do the same operations in the same order (no multiplication is fused with an addition), so that the bits do not depend on the
//! processor either.

/// Whether the processor has vectors of 256 bits.
#[inline]
pub(crate) fn available() -> bool {
    #[cfg(test)]
    if PLAIN.load(std::sync::atomic::Ordering::Relaxed) {
        return false;
    }
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Makes [`available`] say no, so that a test can compare both ways.
#[cfg(test)]
pub(crate) static PLAIN: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// Defines functions that choose at run time between two translations of the same body.
macro_rules! wide {
    ($($(#[$doc:meta])* $visible:vis fn $name:ident($($argument:ident: $kind:ty),* $(,)?) $(-> $result:ty)? $body:block)*) => {$(
        $(#[$doc])*
        $visible fn $name($($argument: $kind),*) $(-> $result)? {
            #[inline(always)]
            fn plain($($argument: $kind),*) $(-> $result)? $body
            #[cfg(target_arch = "x86_64")]
            if $crate::wide::available() {
                #[target_feature(enable = "avx2")]
                fn on_wide_vectors($($argument: $kind),*) $(-> $result)? {
                    plain($($argument),*)
                }
                // SAFETY: the body is safe code; what makes the call unsafe is only that the processor must have AVX2, which was
                // asked in the line before.
                #[allow(unsafe_code)]
                return unsafe { on_wide_vectors($($argument),*) };
            }
            plain($($argument),*)
        }
    )*};
}

pub(crate) use wide;

#[cfg(test)]
mod tests {
    use super::PLAIN;
    use crate::{
        Cycle, LayeredOperator, LayeredShape, Method, MultigridSettings, SymmetricSettings, SymmetricSolver,
    };
    use std::sync::atomic::Ordering::Relaxed;

    /// Rough rock with gaps; odd widths, so that no loop ends with a whole vector.
    fn system(layers: usize, rows: usize, columns: usize) -> (LayeredOperator, Vec<f64>) {
        let shape = LayeredShape { layers, rows, columns };
        let value = |n: usize| ((n * 2_654_435_761) % 1_000_003) as f64 / 1_000_003.0;
        let active: Vec<bool> = (0..shape.cells()).map(|n| value(n + 7) > 0.1).collect();
        let mut a = LayeredOperator::new(shape, active.clone()).unwrap();
        for n in (0..shape.cells()).filter(|n| active[*n]) {
            a.extra[n] = 0.01 * value(n);
            for face in 0..3 {
                if shape.neighbour(n, face).is_some_and(|m| active[m]) {
                    [&mut a.east, &mut a.south, &mut a.down][face][n] = (6.0 * value(3 * n + face)).exp();
                }
            }
        }
        let b = (0..shape.cells()).map(|n| if active[n] { value(5 * n) - 0.3 } else { 0.0 }).collect();
        (a, b)
    }

    #[test]
    fn wide_vectors_give_the_same_bits() {
        for (layers, rows, columns) in [(1, 5, 7), (3, 61, 83), (4, 19, 130)] {
            let (a, b) = system(layers, rows, columns);
            for (method, cycle) in [
                (Method::Multigrid, Cycle::V),
                (Method::Multigrid, Cycle::K),
                (Method::Aggregation, Cycle::K),
            ] {
                let solve = |plain: bool| {
                    PLAIN.store(plain, Relaxed);
                    let multigrid = MultigridSettings { direct_cost: 1000, cycle };
                    let settings = SymmetricSettings { method, multigrid, ..Default::default() };
                    let mut x = vec![0.0; b.len()];
                    SymmetricSolver::new(a.shape, settings).solve(&a, &b, &mut x).unwrap();
                    PLAIN.store(false, Relaxed);
                    x
                };
                assert_eq!(solve(true), solve(false), "{layers}×{rows}×{columns}, {method:?} {cycle:?}");
            }
        }
    }
}
