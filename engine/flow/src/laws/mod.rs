//! The laws of flow: saturation, conductance and storage, each with its slope.
//!
//! They are pure functions of heads and rock; residual, matrix and budget all call the same ones.

pub mod anisotropy;
pub mod averaging;
pub mod conductance;
pub mod saturation;
pub mod storage;

#[cfg(test)]
pub(crate) fn slopes_agree(at: &[f64], law: impl Fn(f64) -> crate::package::Exchange) {
    for &head in at {
        let step = 1e-6;
        let numeric = (law(head + step).flow - law(head - step).flow) / (2.0 * step);
        let slope = law(head).slope;
        assert!(
            (numeric - slope).abs() <= 1e-6 * (1.0 + slope.abs()),
            "at {head}: {numeric} against {slope}"
        );
    }
}
