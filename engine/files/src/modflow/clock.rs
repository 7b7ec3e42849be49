//! The time steps of a simulation, one after another, fixed or adapting.
//!
//! An adaptive step grows by its factor when the one before took fewer outer iterations than a share of those allowed, and
//! shrinks by it when it took more than all but that share. A step that failed is tried again with its length divided,
//! unless that falls below the least. The first step of a period is the one stated for it.

use super::time::{AdaptiveSteps, Time};

/// One time step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeStep {
    /// Stress period, from nought.
    pub period: usize,
    /// Step within the period, from one.
    pub step: usize,
    /// Length.
    pub length: f64,
    /// Time at its beginning since the start of the simulation.
    pub begin: f64,
    /// Time at its end since the start of the period.
    pub period_time: f64,
    /// Time at its end since the start of the simulation.
    pub total_time: f64,
    /// It ends its period.
    pub ends_period: bool,
}

/// Walks through the steps of a simulation.
#[derive(Clone, Debug)]
pub struct Clock<'a> {
    time: &'a Time,
    share: f64,
    allowed: usize,
    last: Option<TimeStep>,
    period_begin: f64,
    /// Time since the start of the period at the beginning of the last step.
    period_before: f64,
    /// Outer iterations of the last step, if they say anything.
    iterations: Option<usize>,
    /// Shortest length asked for and not yet used.
    asked: Option<f64>,
}

impl<'a> Clock<'a> {
    /// At the start; `share` and `allowed` are the solver's share of outer iterations and their greatest number.
    pub fn new(time: &'a Time, share: f64, allowed: usize) -> Self {
        Self {
            time,
            share,
            allowed,
            last: None,
            period_begin: 0.0,
            period_before: 0.0,
            iterations: Some(0),
            asked: None,
        }
    }

    /// The step after one that took so many outer iterations (nought before the first; `None` where it was solved in a way of its own,
    /// which says nothing about how long the next should be); nothing after the end.
    pub fn advance(&mut self, iterations: Option<usize>) -> Option<TimeStep> {
        self.iterations = iterations;
        let (number, step, begin, mut length, period_time) = match self.last {
            None => (0, 1, 0.0, 0.0, 0.0),
            Some(last) if last.ends_period => (last.period + 1, 1, last.total_time, last.length, 0.0),
            Some(last) => (last.period, last.step + 1, last.total_time, last.length, last.period_time),
        };
        let period = self.time.periods.get(number)?;
        if step == 1 {
            self.period_begin = begin;
        }
        if let Some(steps) = &period.adaptive {
            // What was asked for before the last step counts no more, also where the first step of a period had no use for it.
            self.asked = None;
            self.ask(steps, length);
            length = self.adapted(steps, step, length);
            if period_time + length > period.length - steps.least {
                length = period.length - period_time;
            }
        } else if step == 1 {
            length = period.first_step();
        } else if step == period.steps {
            length = self.period_begin + period.length - begin;
        } else {
            length *= period.multiplier;
        }
        Some(self.set(number, step, begin, period_time, length))
    }

    /// The last step again, shorter; nothing where it does not adapt or would become too short.
    pub fn retry(&mut self) -> Option<TimeStep> {
        let last = self.last?;
        let steps = self.time.periods[last.period].adaptive.as_ref()?;
        let length = last.length / steps.retry;
        if steps.retry <= 1.0 || length < steps.least {
            return None;
        }
        Some(self.set(last.period, last.step, last.begin, self.period_before, length))
    }

    fn ask(&mut self, steps: &AdaptiveSteps, length: f64) {
        if steps.growth <= 1.0 || self.share <= 0.0 {
            return;
        }
        let low = self.allowed as f64 * self.share;
        let (low, high) = (low as usize, (self.allowed as f64 - low) as usize);
        let Some(iterations) = self.iterations else { return };
        let wanted = match iterations {
            few if few < low => length * steps.growth,
            many if many > high => length / steps.growth,
            _ => return,
        };
        if wanted > 0.0 && self.asked.is_none_or(|asked| wanted < asked) {
            self.asked = Some(wanted);
        }
    }

    fn adapted(&mut self, steps: &AdaptiveSteps, step: usize, length: f64) -> f64 {
        let wanted = if step > 1 {
            self.asked.take().unwrap_or(length)
        } else if steps.first != 0.0 {
            steps.first
        } else {
            length
        };
        wanted.max(steps.least).min(steps.greatest)
    }

    fn set(&mut self, number: usize, step: usize, begin: f64, period_time: f64, length: f64) -> TimeStep {
        let period = &self.time.periods[number];
        self.period_before = period_time;
        let period_time = period_time + length;
        let ends_period = match &period.adaptive {
            Some(steps) => (period_time - period.length).abs() < steps.least,
            None => step == period.steps,
        };
        let step = TimeStep {
            period: number,
            step,
            length,
            begin,
            period_time: if ends_period { period.length } else { period_time },
            total_time: begin + length,
            ends_period,
        };
        self.last = Some(step);
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modflow::{Mark, StressPeriod, TimeUnit};

    fn time(periods: Vec<StressPeriod>) -> Time {
        Time { unit: TimeUnit::Days, start: None, periods }
    }

    fn period(length: f64, growth: f64, greatest: f64) -> StressPeriod {
        let mark = Mark::default();
        let adaptive = AdaptiveSteps { first: 20.0, least: 0.01, greatest, growth, retry: 5.0, mark };
        StressPeriod { length, steps: 1, multiplier: 1.0, adaptive: Some(adaptive), mark }
    }

    #[test]
    fn a_step_that_was_solved_in_its_own_way_does_not_lengthen_the_next() {
        let time = time(vec![period(100.0, 2.0, 50.0)]);
        let second = |iterations| {
            let mut clock = Clock::new(&time, 1.0 / 3.0, 30);
            clock.advance(Some(0)).unwrap();
            clock.advance(iterations).unwrap().length
        };
        assert_eq!((second(Some(0)), second(None)), (40.0, 20.0));
    }

    /// The case `adaptive-steps` as MODFLOW ran it: the first step of the second period fails once; what the numbers of
    /// iterations were is told by whether the next step grew.
    #[test]
    fn steps_grow_shrink_and_are_tried_again_as_modflow_s_do() {
        let time = time(vec![period(100.0, 2.0, 50.0), period(100.0, 2.0, 50.0), period(200.0, 1.5, 60.0)]);
        let mut clock = Clock::new(&time, 1.0 / 3.0, 30);
        let (few, some, many) = (9, 10, 21);
        let mut iterations = 0;
        let mut ends = Vec::new();
        while let Some(mut step) = clock.advance(Some(iterations)) {
            if (step.period, step.step) == (1, 1) {
                assert_eq!(step.length, 20.0);
                step = clock.retry().unwrap();
            }
            iterations = match (step.period, step.step) {
                (0, 1) => many,
                (1, 9) | (2, 5..) => few,
                _ => some,
            };
            ends.push(step.total_time);
        }
        let theirs = [
            20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 104.0, 108.0, 112.0, 116.0, 120.0, 124.0,
            128.0, 132.0, 136.0, 144.0, 152.0, 160.0, 168.0, 176.0, 184.0, 192.0, 200.0, 220.0, 240.0, 260.0,
            280.0, 300.0, 330.0, 375.0, 400.0,
        ];
        assert_eq!(ends, theirs);
    }

    #[test]
    fn fixed_steps_are_those_of_the_period() {
        let mark = Mark::default();
        let fixed =
            |length, steps, multiplier| StressPeriod { length, steps, multiplier, adaptive: None, mark };
        let time = time(vec![fixed(1.0, 1, 1.0), fixed(365.0, 12, 1.1), fixed(0.3, 3, 1.0)]);
        let mut clock = Clock::new(&time, 1.0 / 3.0, 30);
        let mut ends = Vec::new();
        let mut periods = Vec::new();
        while let Some(step) = clock.advance(Some(5)) {
            ends.push(step.total_time);
            periods.extend(step.ends_period.then_some(step.period_time));
        }
        assert_eq!(clock.retry(), None);
        let mut expected = time.periods[0].step_ends(0.0);
        expected.extend(time.periods[1].step_ends(1.0));
        expected.extend(time.periods[2].step_ends(366.0));
        assert_eq!((ends, periods), (expected, vec![1.0, 365.0, 0.3]));
    }

    #[test]
    fn a_step_is_not_tried_again_below_the_least() {
        let time = time(vec![period(100.0, 2.0, 50.0)]);
        let mut clock = Clock::new(&time, 1.0 / 3.0, 30);
        clock.advance(Some(0)).unwrap();
        let mut lengths = Vec::new();
        while let Some(step) = clock.retry() {
            lengths.push(step.length);
        }
        assert_eq!(lengths.len(), 4);
        assert!(lengths[3] >= 0.01 && lengths[3] / 5.0 < 0.01);
    }
}
