//! The least that is enough: where, between a lax and a strict end, a test begins to hold.
//!
//! Both ends are tried first, then points between them at equal distances, then the interval in which the test first turns is
//! halved until it is narrow enough. With a test that turns once the answer is that turn; one that turns more than once is
//! noticed as far as the trials show it, and then the answer is the first turn that was found.

/// A value that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial<T> {
    /// Value.
    pub value: f64,
    /// Whether the test holds there.
    pub meets: bool,
    /// What else was found.
    pub outcome: T,
}

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Least {
    /// The test holds at the lax end already.
    AtOnce,
    /// It holds at `value`, and at `short`, which asks less, it does not.
    At {
        /// Where it holds.
        value: f64,
        /// Where it does not yet.
        short: f64,
    },
    /// It holds nowhere that was tried.
    Nowhere,
}

/// A search and its trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    /// What it came to.
    pub least: Least,
    /// All trials, in the order from lax to strict.
    pub trials: Vec<Trial<T>>,
}

impl<T> Found<T> {
    /// False where a stricter value was tried at which the test fails although it holds at a laxer one.
    pub fn turns_once(&self) -> bool {
        let first = self.trials.iter().position(|trial| trial.meets).unwrap_or(self.trials.len());
        self.trials[first..].iter().all(|trial| trial.meets)
    }
}

/// How a search goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeastSettings {
    /// End that asks least.
    pub lax: f64,
    /// End that asks most.
    pub strict: f64,
    /// Width of the last interval, in the unit of the value.
    pub tolerance: f64,
    /// Points between the ends that are tried before halving.
    pub between: usize,
}

/// Searches.
///
/// # Errors
/// The first error of a trial.
pub fn least<T, E>(
    settings: &LeastSettings,
    mut test: impl FnMut(f64) -> Result<(bool, T), E>,
) -> Result<Found<T>, E> {
    let LeastSettings { lax, strict, tolerance, between } = *settings;
    let mut trials: Vec<(f64, Trial<T>)> = Vec::new();
    // Values by how far they lie on the way from the lax to the strict end.
    let mut at = |way: f64, trials: &mut Vec<(f64, Trial<T>)>| -> Result<bool, E> {
        let value = if way == 1.0 { strict } else { lax + way * (strict - lax) };
        let (meets, outcome) = test(value)?;
        trials.push((way, Trial { value, meets, outcome }));
        Ok(meets)
    };
    at(0.0, &mut trials)?;
    if strict != lax {
        at(1.0, &mut trials)?;
        for point in 1..=between {
            at(point as f64 / (between + 1) as f64, &mut trials)?;
        }
    }
    trials.sort_by(|a, b| a.0.total_cmp(&b.0));
    let first = trials.iter().position(|(_, trial)| trial.meets);
    let found = match first {
        None => Least::Nowhere,
        Some(0) => Least::AtOnce,
        Some(first) => {
            let (mut short, mut enough) = (trials[first - 1].0, trials[first].0);
            let width = tolerance.abs() / (strict - lax).abs();
            while enough - short > width {
                let middle = 0.5 * (short + enough);
                if middle <= short || middle >= enough {
                    break;
                }
                if at(middle, &mut trials)? { enough = middle } else { short = middle }
            }
            let value = |way: f64| if way == 1.0 { strict } else { lax + way * (strict - lax) };
            Least::At { value: value(enough), short: value(short) }
        }
    };
    trials.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(Found { least: found, trials: trials.into_iter().map(|(_, trial)| trial).collect() })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn search(lax: f64, strict: f64, holds: impl Fn(f64) -> bool) -> Found<()> {
        let settings = LeastSettings { lax, strict, tolerance: 1e-3, between: 3 };
        let Ok(found) = least(&settings, |value| Ok::<_, Infallible>((holds(value), ())));
        found
    }

    #[test]
    fn the_turn_is_found_whichever_way_is_stricter() {
        for (lax, strict, turn) in [(0.0, 1.0, 0.3217), (10.0, 2.0, 3.3)] {
            let up = strict > lax;
            let found = search(lax, strict, |value| if up { value >= turn } else { value <= turn });
            let Least::At { value, short } = found.least else { panic!("{found:?}") };
            assert!((value - short).abs() <= 1e-3 && (value - turn).abs() <= 1e-3, "{value} {short}");
            assert!(if up { short < turn && turn <= value } else { value <= turn && turn < short });
            assert!(found.turns_once());
            assert!(found.trials.windows(2).all(|pair| (pair[0].value < pair[1].value) == up));
        }
    }

    #[test]
    fn ends_are_tried_first_and_end_the_search() {
        assert_eq!(search(0.0, 1.0, |_| true).least, Least::AtOnce);
        let never = search(0.0, 1.0, |_| false);
        assert_eq!((never.least, never.trials.len()), (Least::Nowhere, 5));
        assert_eq!(search(2.0, 2.0, |_| false).trials.len(), 1);
        assert_eq!(search(0.0, 1.0, |value| value == 1.0).trials.last().map(|last| last.meets), Some(true));
    }

    #[test]
    fn a_test_that_turns_back_is_noticed() {
        let found = search(0.0, 1.0, |value| (0.2..0.6).contains(&value));
        let Least::At { value, .. } = found.least else { panic!("{found:?}") };
        assert!((value - 0.2).abs() <= 1e-3, "the first turn");
        assert!(!found.turns_once());
        // It holds without the measure and not with all of it.
        let harmful = search(0.0, 1.0, |value| value < 0.5);
        assert_eq!(harmful.least, Least::AtOnce);
        assert!(!harmful.turns_once());
    }
}
