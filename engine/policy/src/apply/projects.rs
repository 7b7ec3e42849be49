//! Projects: what they can bring in a period, and who gets it.

use quanyu_basin::{Climate, Period, Project, days_between};

use super::{Draft, Work};
use crate::plan::ProjectUse;
use crate::schedule::ramp_mean;
use crate::{Ends, Litres};

/// Mean length of a calendar year \[d\], for ramps stated in years.
const DAYS_PER_YEAR: f64 = 365.25;

impl Draft<'_> {
    /// What each project, and after them each unconventional source, can bring to users in a period.
    pub(super) fn capacities(&self, period: &Period) -> Vec<ProjectUse> {
        let usable = |capacity| ProjectUse { capacity, used: Litres::ZERO };
        let projects =
            self.projects.iter().map(|project| capacity(project, &self.climate, period, self.ends));
        let sources = (0..self.basin.levers.sources.len())
            .map(|source| Litres::within_cubic_metres(self.source_volume(source, period)));
        projects.chain(sources).map(usable).collect()
    }

    /// Gives a group up to `wanted` from a measure's projects in order, and books it; returns how much.
    pub(super) fn serve(&self, measure: usize, group: usize, wanted: Litres, work: &mut Work) -> Litres {
        let mut left = wanted;
        for &project in self.measures[measure].projects.iter().filter(|project| self.reach[**project][group])
        {
            let spent = &mut work.plan.projects[project];
            let given = left.min(spent.unused());
            if given > Litres::ZERO {
                spent.used += given;
                left -= given;
                let substituted = &mut work.plan.entries[group].substituted;
                match substituted.iter_mut().find(|(of, _)| *of == project) {
                    Some((_, volume)) => *volume += given,
                    None => substituted.push((project, given)),
                }
            }
        }
        let effect = &mut work.plan.effects[measure];
        effect.substituted += wanted - left;
        effect.shortfall += left;
        wanted - left
    }
}

/// Days of a period over those of its calendar year \[-\].
pub(super) fn share_of_year(period: &Period) -> f64 {
    let year = jiff::civil::date(period.year(), 1, 1);
    period.days() / days_between(year, jiff::civil::date(period.year() + 1, 1, 1))
}

/// What a project can bring to users in a period: capacity of the year × days of the period over days of its year × mean of the
/// ramp since the start × its share in a dry year × (1 − loss), in whole litres that it holds. At an end of the ranges each figure
/// stands where it brings the most (the least take) or the least (the most take).
pub(crate) fn capacity(project: &Project, climate: &Climate, period: &Period, ends: Ends) -> Litres {
    let ramp = ramp_mean(project.start, ends.pick(&project.ramp_years) * DAYS_PER_YEAR, period);
    let rows = project.capacity_years.partition_point(|row| row.year <= period.year());
    let of_year = rows.checked_sub(1).map_or(&project.capacity, |row| &project.capacity_years[row].capacity);
    let dry = project
        .dry
        .as_ref()
        .filter(|dry| climate.year(period.year()) < ends.pick(&dry.below) * climate.mean.value);
    let kept = dry.map_or(1.0, |dry| ends.pick_relief(&dry.share));
    let share = ramp * share_of_year(period);
    let brought = ends.pick_relief(of_year) * share * kept * (1.0 - ends.pick(&project.loss));
    Litres::within_cubic_metres(brought)
}
