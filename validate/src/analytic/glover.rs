//! Glover and Balmer (1954): what a stream in full contact gives of a well's rate, `q/Q = erfc √(d² S / (4 T t))`, and its volume after
//! Jenkins (1968).

use super::stream::{Bank, DISTANCE, Depletion, STORAGE, TRANSMISSIVITY};
use crate::case::{Case, Measure, Outcome, Speed};
use crate::figures::rows;
use crate::models::{constant_heads, worst};

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "glover-depletion",
        checks: "rate and volume that a well takes from a stream in full contact",
        source: "Glover and Balmer (1954); Jenkins (1968)",
        reason: "steps of 1 % of the time that has passed leave 6e-4 of the well's rate, half as much when halved; 10 m cells",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let bank = Bank::new(false)?;
    let factor = DISTANCE * DISTANCE * STORAGE / TRANSMISSIVITY;
    let glover = rows(include_str!("../../figures/depletion.csv"));
    let jenkins = rows(include_str!("../../figures/jenkins.csv"));
    // Moment, rate and, after Jenkins, volume.
    let mut moments: Vec<(f64, f64, Option<f64>)> =
        glover.iter().map(|figure| (figure[0], figure[1], None)).collect();
    moments.extend(jenkins.iter().map(|figure| (figure[0] * factor, figure[1], Some(figure[2]))));
    moments.sort_by(|a, b| a.0.total_cmp(&b.0));
    let times: Vec<f64> = moments.iter().map(|moment| moment.0).collect();
    let found = bank.deplete(constant_heads(bank.stream.iter().map(|cell| (*cell, 0.0))), &times)?;
    let rate = |(found, moment): (&Depletion, &(f64, f64, Option<f64>))| (found.rate - moment.1).abs();
    let volume =
        |(found, moment): (&Depletion, &(f64, f64, Option<f64>))| Some((found.volume - moment.2?).abs());
    Ok(vec![
        Measure::share("q/Q", worst(found.iter().zip(&moments).map(rate)), 1e-3),
        Measure::share("v/(Qt)", worst(found.iter().zip(&moments).filter_map(volume)), 1e-3),
    ])
}
