//! The cheapest mix: how far each of some measures goes for targets to hold at the least cost.
//!
//! With extents x (0: not at all, 1: as the scenario states it), a cost C(x) and margins g(x) of the targets, it solves
//!
//! min C(x) subject to g(x) ≥ r, 0 ≤ x ≤ 1,
//!
//! where r are reserves, by a sequence of linear programs: C and g are replaced by their slopes at the point reached, a step may
//! go no farther than a trust width, and what a margin lacks is priced above anything that a measure could cost (the ℓ₁ penalty method; Nocedal and
//! Wright, Numerical Optimization, 2nd edition 2006, section 18.5). Measures overlap, so that C and g have kinks and the problem is not convex: the answer is the cheaper of
//! two searches, down from all measures in full and up from none, and a cheapest mix nearby, not proven to be the cheapest of all.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, constraint, microlp, variable};

/// How a search goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MixSettings {
    /// Width over which slopes are taken \[-\].
    pub difference: f64,
    /// Trust width below which a search ends \[-\].
    pub narrowest: f64,
    /// Most linearisations of one search.
    pub rounds: usize,
    /// What a lacking m³ a year is priced at \[yuan\]: above what any measure could cost.
    pub penalty: f64,
    /// A step that saves less than this share of the cost of all measures in full ends a search \[-\].
    pub saving: f64,
}

impl Default for MixSettings {
    fn default() -> Self {
        Self { difference: 0.02, narrowest: 1e-3, rounds: 60, penalty: 1e4, saving: 1e-5 }
    }
}

/// What is found at some extents.
#[derive(Clone, Debug, PartialEq)]
pub struct MixPoint {
    /// Cost \[yuan\].
    pub cost: f64,
    /// Margin of every target \[m³ a year\], positive where it holds.
    pub margins: Vec<f64>,
}

/// A mix.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    /// How far each measure goes, 0 to 1 \[-\].
    pub extents: Vec<f64>,
    /// What was found there.
    pub point: MixPoint,
    /// Whether every margin reaches its reserve.
    pub holds: bool,
    /// What one more m³ a year of each margin costs there \[yuan\]; nothing where no extent can bring it.
    pub prices: Vec<Option<f64>>,
    /// Cost that each of the two searches ended with, down from all and up from none; of one that never held, nothing \[yuan\].
    pub ends: [Option<f64>; 2],
    /// Points that were tried.
    pub tried: usize,
}

/// What finds cost and margins at each of some extents.
type Evaluate<'a, E> = dyn FnMut(&[Vec<f64>]) -> Result<Vec<MixPoint>, E> + 'a;

/// Margins within this of their reserve hold \[m³ a year\]: sums are of whole litres.
const SLACK: f64 = 1.0;
/// Linear programs are in millions of m³ and of yuan, so that their numbers are near one.
const MILLION: f64 = 1e6;

/// Slopes at a point.
struct Slopes {
    cost: Vec<f64>,
    margins: Vec<Vec<f64>>,
}

/// Searches for the cheapest mix of `count` measures whose margins reach `reserves`. `evaluate` finds cost and margins at each of
/// some extents, in any order it likes.
///
/// # Errors
/// The first error of `evaluate`.
pub fn cheapest_mix<'e, E>(
    count: usize,
    reserves: &[f64],
    settings: &MixSettings,
    evaluate: &'e mut Evaluate<'e, E>,
) -> Result<Mix, E> {
    let mut search = Search { reserves, settings, evaluate, tried: 0, scale: 0.0 };
    let starts = [vec![1.0; count], vec![0.0; count]];
    let points = search.find(&starts)?;
    search.scale = points[0].cost.abs();
    let mut found = Vec::with_capacity(2);
    for (start, point) in starts.into_iter().zip(points) {
        found.push(search.from(start, point)?);
    }
    let merits = [search.merit(&found[0].1), search.merit(&found[1].1)];
    let ends = [0, 1].map(|index| search.holds(&found[index].1).then_some(found[index].1.cost));
    let (extents, point) = found.swap_remove(usize::from(merits[1] < merits[0]));
    let slopes = search.slopes(&extents, &point, settings.difference)?;
    let prices = (0..reserves.len()).map(|target| search.price(&extents, &point, &slopes, target)).collect();
    let holds = search.holds(&point);
    Ok(Mix { extents, holds, prices, ends, tried: search.tried, point })
}

struct Search<'a, E> {
    reserves: &'a [f64],
    settings: &'a MixSettings,
    evaluate: &'a mut Evaluate<'a, E>,
    tried: usize,
    /// Cost of all measures in full.
    scale: f64,
}

impl<E> Search<'_, E> {
    fn find(&mut self, at: &[Vec<f64>]) -> Result<Vec<MixPoint>, E> {
        self.tried += at.len();
        (self.evaluate)(at)
    }

    fn lacks(&self, margins: &[f64]) -> f64 {
        margins.iter().zip(self.reserves).map(|(margin, reserve)| (reserve - margin).max(0.0)).sum()
    }

    fn holds(&self, point: &MixPoint) -> bool {
        point.margins.iter().zip(self.reserves).all(|(margin, reserve)| *margin >= reserve - SLACK)
    }

    fn merit(&self, point: &MixPoint) -> f64 {
        point.cost + self.settings.penalty * self.lacks(&point.margins)
    }

    /// One search, from a start.
    fn from(&mut self, mut extents: Vec<f64>, mut point: MixPoint) -> Result<(Vec<f64>, MixPoint), E> {
        let mut trust: f64 = 1.0;
        for _ in 0..self.settings.rounds {
            let slopes = self.slopes(&extents, &point, trust.min(self.settings.difference))?;
            let merit = self.merit(&point);
            let accepted = loop {
                let Some(step) = self.step(&extents, &point, &slopes, self.reserves, trust) else {
                    break None;
                };
                let expected = merit - self.merit(&linear(&point, &slopes, &step));
                if expected <= self.settings.saving * self.scale {
                    break None;
                }
                let next: Vec<f64> =
                    extents.iter().zip(&step).map(|(extent, step)| (extent + step).clamp(0.0, 1.0)).collect();
                let found = self.find(std::slice::from_ref(&next))?.swap_remove(0);
                let reached = merit - self.merit(&found);
                let length = step.iter().fold(0.0, |longest: f64, step| longest.max(step.abs()));
                if reached >= 0.1 * expected {
                    if reached >= 0.75 * expected {
                        trust = f64::min(1.0, trust.max(2.0 * length));
                    }
                    break Some((next, found));
                }
                trust = 0.5 * length;
                if trust < self.settings.narrowest {
                    break None;
                }
            };
            match accepted {
                Some(next) => (extents, point) = next,
                None => break,
            }
        }
        Ok((extents, point))
    }

    /// Slopes by one-sided differences towards the inside.
    fn slopes(&mut self, extents: &[f64], point: &MixPoint, width: f64) -> Result<Slopes, E> {
        let sides: Vec<f64> =
            extents.iter().map(|extent| if *extent >= width { -width } else { width }).collect();
        let beside: Vec<Vec<f64>> = (0..extents.len())
            .map(|moved| {
                let mut beside = extents.to_vec();
                beside[moved] += sides[moved];
                beside
            })
            .collect();
        let found = self.find(&beside)?;
        let cost = found.iter().zip(&sides).map(|(found, side)| (found.cost - point.cost) / side).collect();
        let of_margin = |target: usize| {
            let slope =
                |(found, side): (&MixPoint, &f64)| (found.margins[target] - point.margins[target]) / side;
            found.iter().zip(&sides).map(slope).collect()
        };
        Ok(Slopes { cost, margins: (0..self.reserves.len()).map(of_margin).collect() })
    }

    /// The best step of the linear program; nothing where it has no solution.
    fn step(
        &self,
        extents: &[f64],
        point: &MixPoint,
        slopes: &Slopes,
        reserves: &[f64],
        trust: f64,
    ) -> Option<Vec<f64>> {
        let mut variables = ProblemVariables::new();
        let steps: Vec<_> = extents
            .iter()
            .map(|extent| {
                let (least, most) = ((-extent).max(-trust), (1.0 - extent).min(trust));
                variables.add(variable().min(least).max(most.max(least)))
            })
            .collect();
        let lacks: Vec<_> = reserves.iter().map(|_| variables.add(variable().min(0.0))).collect();
        let mut cost = Expression::from(0.0);
        for (step, slope) in steps.iter().zip(&slopes.cost) {
            cost += *step * (slope / MILLION);
        }
        for lack in &lacks {
            cost += *lack * self.settings.penalty;
        }
        let mut program = variables.minimise(cost).using(microlp);
        for (target, reserve) in reserves.iter().enumerate() {
            let mut margin = Expression::from(point.margins[target] / MILLION);
            for (step, slope) in steps.iter().zip(&slopes.margins[target]) {
                margin += *step * (slope / MILLION);
            }
            margin += lacks[target];
            program = program.with(constraint!(margin >= reserve / MILLION));
        }
        let solution = program.solve().ok()?;
        Some(steps.iter().map(|step| solution.value(*step)).collect())
    }

    /// What one more m³ a year of a target's margin costs, by the slopes.
    fn price(&self, extents: &[f64], point: &MixPoint, slopes: &Slopes, target: usize) -> Option<f64> {
        let trust = self.settings.difference;
        let costs = |reserves: &[f64]| {
            let step = self.step(extents, point, slopes, reserves, trust)?;
            let reached = linear(point, slopes, &step);
            let lacks =
                reached.margins.iter().zip(reserves).any(|(margin, reserve)| *margin < reserve - SLACK);
            (!lacks).then_some(reached.cost)
        };
        let mut more = self.reserves.to_vec();
        // Little beside what a measure brings within the trust width.
        let step =
            slopes.margins[target].iter().fold(0.0, |most: f64, slope| most.max(slope.abs())) * trust * 0.1;
        more[target] += step;
        if step == 0.0 {
            return None;
        }
        Some(((costs(&more)? - costs(self.reserves)?) / step).max(0.0))
    }
}

fn linear(point: &MixPoint, slopes: &Slopes, step: &[f64]) -> MixPoint {
    let along = |slopes: &[f64]| slopes.iter().zip(step).fold(0.0, |sum, (slope, step)| sum + slope * step);
    MixPoint {
        cost: point.cost + along(&slopes.cost),
        margins: point
            .margins
            .iter()
            .zip(&slopes.margins)
            .map(|(margin, slopes)| margin + along(slopes))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn mix(count: usize, reserves: &[f64], at: impl Fn(&[f64]) -> MixPoint) -> Mix {
        let mut evaluate = |all: &[Vec<f64>]| Ok::<_, Infallible>(all.iter().map(|one| at(one)).collect());
        let Ok(found) = cheapest_mix(count, reserves, &MixSettings::default(), &mut evaluate);
        found
    }

    /// Three measures that bring 4, 6 and 10 million m³ at 1, 2 and 3 yuan; 8 are wanted.
    #[test]
    fn measures_that_do_not_overlap_are_taken_by_their_price() {
        let (brings, prices) = ([4e6, 6e6, 10e6], [1.0, 2.0, 3.0]);
        let at = |extents: &[f64]| MixPoint {
            cost: (0..3).map(|index| extents[index] * brings[index] * prices[index]).sum(),
            margins: vec![(0..3).map(|index| extents[index] * brings[index]).sum::<f64>() - 8e6],
        };
        let found = mix(3, &[0.0], at);
        assert!(found.holds);
        for (extent, expected) in found.extents.iter().zip([1.0, 4.0 / 6.0, 0.0]) {
            assert!((extent - expected).abs() < 1e-6, "{found:?}");
        }
        assert!((found.point.cost - 12e6).abs() < 10.0, "{found:?}");
        assert!((found.prices[0].expect("a price") - 2.0).abs() < 1e-6, "{found:?}");
        // A reserve is kept, too.
        assert!((mix(3, &[1e6], at).point.cost - 14e6).abs() < 10.0);
    }

    /// Two measures close the same 10 million m³, one after the other; the second is dearer and acts first.
    #[test]
    fn of_two_that_overlap_the_cheaper_remains() {
        let at = |extents: &[f64]| {
            let dear = 10e6 * extents[1];
            let cheap = (10e6 - dear) * extents[0];
            MixPoint { cost: cheap + 5.0 * dear, margins: vec![cheap + dear - 9e6] }
        };
        let found = mix(2, &[0.0], at);
        assert!(found.holds && (found.point.cost - 9e6).abs() < 2e3, "{found:?}");
        assert!((found.extents[0] - 0.9).abs() < 1e-3 && found.extents[1] < 1e-3, "{found:?}");
    }

    #[test]
    fn what_all_together_cannot_reach_is_said() {
        let at = |extents: &[f64]| MixPoint { cost: extents[0], margins: vec![extents[0] * 1e6 - 2e6] };
        let found = mix(1, &[0.0], at);
        assert!(!found.holds && found.ends == [None, None]);
        assert_eq!(found.extents, [1.0], "it goes as far as it can");
        assert_eq!(found.prices, [None]);
        let nothing_to_do = mix(1, &[0.0], |extents| MixPoint { cost: extents[0], margins: vec![5.0] });
        assert_eq!((nothing_to_do.holds, nothing_to_do.extents), (true, vec![0.0]));
    }

    /// Two targets, each with a measure of its own and one that serves both.
    #[test]
    fn several_targets_share_what_serves_both() {
        let at = |extents: &[f64]| MixPoint {
            cost: 3e6 * extents[0] + 3e6 * extents[1] + 4e6 * extents[2],
            margins: [extents[0] + extents[2] - 0.5, extents[1] + extents[2] - 0.5]
                .iter()
                .map(|m| m * 1e6)
                .collect(),
        };
        let found = mix(3, &[0.0, 0.0], at);
        assert!(found.holds && (found.point.cost - 2e6).abs() < 10.0, "{found:?}");
    }
}
