//! Recharge, drawn jointly with the take and the springs that it must feed.
//!
//! A basin whose wells take much and whose soils let in little feeds its springs only with a high infiltration multiplier. A draw that
//! does not know this spends members on basins that no mark believes. So the multiplier `m` is proposed last, given all else that
//! the member drew, from the steady water balance of the conceptual model:
//!
//! `m R = T + S + O`
//!
//! - `R`, recharge at `m = 1`: the member's infiltration coefficients over their areas, times its rain over the years of the marks;
//! - `T`, mean take of the member's wells inside the basins over those years;
//! - `S`, discharge of the springs that have a mark in use: triangular from none, through the sum of the least that the marks allow, to
//!   that of the most. It peaks at the least since the marks together ask for more than the soils let in;
//! - `O`, drainage of the mines at its best figure. Nothing is published of what rivers, small springs and storage give and take: they
//!   are left out.
//!
//! This triangle `g(m)`, cut to the range of the multiplier, is half of the proposal, and the prior `p(m)` the other half (a defensive
//! mixture, after Hesterberg, 1995, Technometrics 37). A member carries the importance weight `p / (½ p + ½ g)`, at most two, into
//! its weight: what weighted members stand for is the stated prior, whatever the balance is worth, and the marks count once, in
//! [`super::log_weight`]. Held-out marks propose nothing. Where the balance asks for what hardly lies in the range, or no mark on a
//! spring is in use, the prior alone is drawn from, at weight one.

use geo::{BoundingRect, Contains, point};
use quanyu_basin::{Basin, GroupKind, MarkQuantity, MarkUse, ParameterKind, Placement};

use super::{Factor, Freedom, LatinHypercube, draw};
use crate::Demand;
use crate::demand::Ends;

/// Share of the members that are drawn from the prior as it is.
const FROM_PRIOR: f64 = 0.5;
/// Least share of the triangle inside the multiplier's range with which it proposes.
const LEAST_INSIDE: f64 = 0.1;
/// Points across an outline, each way, on which the areas of the surfaces are counted. An error of theirs is undone by the weights.
const POINTS: usize = 60;
/// Halvings that find a score: to the last bit of a double.
const HALVINGS: usize = 60;
/// Seconds of a mean year.
const SECONDS: f64 = 86_400.0 * 365.2425;

/// Where the balance wants a member's infiltration multiplier: lower end, peak and upper end \[-\], before it is cut to its range.
pub type Wanted = [f64; 3];

/// What members have in common: areas of the surfaces, marks, and the flows besides.
#[derive(Debug)]
struct Balance {
    /// Place of the multiplier among the factors.
    factor: usize,
    /// Area of each recharge area that no later one covers \[m²\].
    areas: Vec<f64>,
    /// Years of the marks.
    years: std::ops::RangeInclusive<i16>,
    /// Discharge of the marked springs: none, the least and the most of the marks \[m³/a\].
    springs: [f64; 3],
    /// Drainage of the mines at its best figure \[m³/a\].
    others: f64,
}

impl LatinHypercube {
    /// The same sample with recharge drawn jointly with what it must feed: the score of the infiltration multiplier moves, the others
    /// stay. As it is where the basin has no such multiplier to draw, or no mark on a spring in use.
    #[must_use]
    pub fn feeding(mut self, basin: &Basin, freedom: &Freedom, factors: &[Factor]) -> Self {
        let Some(balance) = Balance::of(basin, factors) else { return self };
        let factor = &factors[balance.factor];
        for member in 0..self.importance.len() {
            let drawn = draw(basin, freedom, factors, &self, member).basin;
            let Some(wanted) = balance.wanted(&drawn) else { continue };
            let Some(proposal) = Proposal::new(factor, wanted) else { continue };
            let score = &mut self.columns[balance.factor][member];
            *score = proposal.score(*score);
            self.importance[member] = -proposal.density(*score).ln();
            self.wanted[member] = Some(wanted);
        }
        self
    }
}

impl Balance {
    fn of(basin: &Basin, factors: &[Factor]) -> Option<Self> {
        let multiplier =
            basin.parameters.iter().find(|parameter| parameter.kind == ParameterKind::Infiltration)?;
        let id = format!("parameter:{}", multiplier.id);
        let factor = factors.iter().position(|factor| factor.id == id)?;
        let mut springs = [0.0; 3];
        let mut seen: Vec<&str> = Vec::new();
        let (mut from, mut to) = (i16::MAX, i16::MIN);
        for mark in basin.marks.iter().filter(|mark| mark.usage == MarkUse::Calibrate) {
            let MarkQuantity::SpringFlow { spring } = &mark.quantity else { continue };
            let ends = [0.0, mark.value.low(), mark.value.high()];
            if seen.contains(&spring.as_str()) || ends.iter().any(|end| !end.is_finite()) {
                continue;
            }
            seen.push(spring);
            springs.iter_mut().zip(ends).for_each(|(sum, end)| *sum += end * SECONDS);
            (from, to) = (from.min(mark.from), to.max(mark.to));
        }
        if seen.is_empty() || to < from {
            return None;
        }
        let mines = basin.groups.iter().filter(|group| matches!(group.kind, GroupKind::MineDrainage { .. }));
        let others = mines.map(|group| group.take.value).sum();
        Some(Self { factor, areas: areas(basin), years: from..=to, springs, others })
    }

    /// Recharge at a multiplier of one \[m³/a\].
    fn recharge(&self, basin: &Basin) -> f64 {
        let taken_in: f64 = basin
            .recharge_areas
            .iter()
            .zip(&self.areas)
            .map(|(own, area)| own.kind.coefficient.value * area)
            .sum();
        let rain: f64 = self.years.clone().map(|year| basin.climate.year(year) / 1000.0).sum();
        taken_in * rain / self.years.clone().count() as f64
    }

    /// Mean take of the wells inside the basins \[m³/a\]. What is taken from a spring's flow is part of that flow.
    fn take(&self, basin: &Basin) -> Option<f64> {
        let demand = Demand::new(basin, Ends::Value, 1.0).ok()?;
        let fed = |group: &usize| {
            let own = &basin.groups[*group];
            own.kind == GroupKind::Wells && own.placement != Placement::Outside
        };
        let of_year = |year: i16| -> f64 {
            (0..basin.groups.len()).filter(fed).map(|group| demand.year(group, year).cubic_metres()).sum()
        };
        Some(self.years.clone().map(of_year).sum::<f64>() / self.years.clone().count() as f64)
    }

    fn wanted(&self, member: &Basin) -> Option<Wanted> {
        let (recharge, take) = (self.recharge(member), self.take(member)?);
        let wanted = self.springs.map(|springs| (take + springs + self.others) / recharge);
        (recharge > 0.0 && wanted.iter().all(|end| end.is_finite())).then_some(wanted)
    }
}

/// Area of each recharge area inside the outlines that no later one covers \[m²\].
fn areas(basin: &Basin) -> Vec<f64> {
    let mut areas = vec![0.0; basin.recharge_areas.len()];
    for outline in &basin.outlines {
        let Some(bounds) = outline.polygon.bounding_rect() else { continue };
        let (wide, high) = (bounds.width() / POINTS as f64, bounds.height() / POINTS as f64);
        for place in 0..POINTS * POINTS {
            let x = bounds.min().x + wide * ((place % POINTS) as f64 + 0.5);
            let y = bounds.min().y + high * ((place / POINTS) as f64 + 0.5);
            let at = point!(x: x, y: y);
            if !outline.polygon.contains(&at) {
                continue;
            }
            let covers = |place: &usize| {
                basin.recharge_areas[*place].polygon.as_ref().is_none_or(|polygon| polygon.contains(&at))
            };
            if let Some(place) = (0..areas.len()).rev().find(covers) {
                areas[place] += wide * high;
            }
        }
    }
    areas
}

/// Half the prior, half the triangle cut to the factor's range; in scores, where the prior is uniform.
#[derive(Debug)]
struct Proposal<'f> {
    factor: &'f Factor,
    wanted: Wanted,
    /// Share of the triangle below the range, and inside.
    below: f64,
    inside: f64,
}

impl<'f> Proposal<'f> {
    /// `None` where hardly any of the triangle lies in the range.
    fn new(factor: &'f Factor, wanted: Wanted) -> Option<Self> {
        let [low, peak, high] = wanted;
        if !(low < high && (low..=high).contains(&peak)) {
            return None;
        }
        let below = share_below(wanted, factor.low);
        let inside = share_below(wanted, factor.high) - below;
        (inside >= LEAST_INSIDE).then_some(Self { factor, wanted, below, inside })
    }

    /// Share of the proposal below a score.
    fn share(&self, score: f64) -> f64 {
        let fed = (share_below(self.wanted, self.factor.at(score)) - self.below) / self.inside;
        FROM_PRIOR * score + (1.0 - FROM_PRIOR) * fed
    }

    /// The score below which a share of the proposal lies.
    fn score(&self, share: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if self.share(middle) < share {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    /// Density of the proposal over that of the prior.
    fn density(&self, score: f64) -> f64 {
        let [low, peak, high] = self.wanted;
        let value = self.factor.at(score);
        let height = 2.0 / (high - low);
        let fed = if value <= low || value >= high {
            0.0
        } else if value < peak {
            height * (value - low) / (peak - low)
        } else {
            height * (high - value) / (high - peak)
        };
        FROM_PRIOR + (1.0 - FROM_PRIOR) * fed * self.factor.slope(score) / self.inside
    }
}

/// Share of a triangle below a value.
fn share_below([low, peak, high]: Wanted, value: f64) -> f64 {
    if value <= low {
        0.0
    } else if value >= high {
        1.0
    } else if value < peak {
        (value - low).powi(2) / ((high - low) * (peak - low))
    } else {
        1.0 - (high - value).powi(2) / ((high - low) * (high - peak))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Even ranks stand for a large sample: what is left is the error of the rule itself.
    #[test]
    fn the_weights_undo_the_proposal() {
        let narrow = Factor::new("m", 0.7, 1.0, 1.4);
        let wide = Factor::new("m", 0.2, 1.0, 5.0);
        for (factor, wanted) in [
            (&narrow, [0.8, 1.0, 1.2]),
            (&narrow, [1.1, 1.3, 1.7]),
            (&narrow, [0.1, 0.5, 0.9]),
            (&wide, [0.1, 2.0, 3.0]),
        ] {
            let proposal = Proposal::new(factor, wanted).expect("much of it lies inside");
            let count = 100_000;
            let [mut mass, mut mean, mut square, mut proposed, mut prior] = [0.0; 5];
            for rank in 0..count {
                let share = (f64::from(rank) + 0.5) / f64::from(count);
                let score = proposal.score(share);
                let value = factor.at(score);
                assert!((factor.low..=factor.high).contains(&value), "{value} leaves its range");
                let weight = 1.0 / proposal.density(score);
                assert!(weight <= 1.0 / FROM_PRIOR + 1e-12, "{weight}");
                mass += weight / f64::from(count);
                mean += weight * score / f64::from(count);
                square += weight * score * score / f64::from(count);
                proposed += value / f64::from(count);
                prior += factor.at(share) / f64::from(count);
            }
            // Scores of the prior are uniform.
            assert!((mass - 1.0).abs() < 1e-3, "{wanted:?}: mass {mass}");
            assert!((mean - 0.5).abs() < 1e-3, "{wanted:?}: mean {mean}");
            assert!((square - 1.0 / 3.0).abs() < 1e-3, "{wanted:?}: square {square}");
            let towards = (wanted[1] - prior).signum();
            assert!(
                (proposed - prior).abs() < 1e-6 || (proposed - prior).signum() == towards || wanted[1] == 1.0
            );
        }
        assert!(Proposal::new(&narrow, [1.3, 2.0, 3.0]).is_none(), "hardly any of it lies inside");
    }
}
