//! `calibrated.toml`, as a calibration leaves it for the next run.

use std::path::Path;

use crate::{OutputFailure, write_whole};

/// Writes calibrated parameter values, beside the file and renamed, so that it is there whole or not at all. Every line of `remark`
/// becomes a comment at the top: say what was fitted, to what, with which version.
///
/// # Errors
///
/// Where an id is not one that a key of TOML can be without quotes, a value is not finite, or the file cannot be written.
pub fn write_calibration(path: &Path, remark: &str, values: &[(String, f64)]) -> Result<(), OutputFailure> {
    let mut text: String = remark.lines().map(|line| format!("# {line}\n")).collect();
    text.push_str("[parameter]\n");
    for (id, value) in values {
        let plain = !id.is_empty()
            && id.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
        if !plain || !value.is_finite() {
            return Err(OutputFailure::new(path, "write", format!("`{id}` = {value}")));
        }
        // Debug keeps the point that makes a whole number a decimal, and every digit.
        text.push_str(&format!("{id} = {value:?}\n"));
    }
    write_whole(path, text)
}
