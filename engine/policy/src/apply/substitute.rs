//! Projects: what they can bring in a period, and who gets it.

use quanyu_basin::{Period, Project, days_between};

use super::{Draft, Work};
use crate::plan::ProjectUse;
use crate::schedule::ramp_mean;
use crate::{Litres, MeasureKind};

/// Mean length of a calendar year \[d\], for ramps stated in years.
const DAYS_PER_YEAR: f64 = 365.25;

impl Draft<'_> {
    /// What each project can bring to users in a period.
    pub(super) fn capacities(&self, period: &Period) -> Vec<ProjectUse> {
        let capacity = |project| ProjectUse { capacity: capacity(project, period), used: Litres::ZERO };
        self.basin.projects.iter().map(capacity).collect()
    }

    /// Step 4: projects serve what was closed and what is to be swapped, each litre of capacity once.
    pub(super) fn substitute(&self, period: &Period, work: &mut Work) {
        for (index, resolved) in self.measures.iter().enumerate() {
            match &resolved.measure.kind {
                MeasureKind::CloseWells { .. } => {
                    for &group in &resolved.selected {
                        let wanted = work.closed[index][group];
                        let given = self.serve(index, group, wanted, work);
                        if given < wanted {
                            work.plan.entries[group].unmet.push((index, wanted - given));
                        }
                    }
                }
                MeasureKind::Swap { share, .. } => {
                    let share = share.mean(period);
                    for &group in &resolved.selected {
                        let claim = work.allowed[group].share(share);
                        let wanted = claim.min(work.pumped[group]);
                        let given = self.serve(index, group, wanted, work);
                        work.pumped[group] -= given;
                        let effect = &mut work.plan.effects[index];
                        effect.claimed += claim;
                        effect.reduced += given;
                        effect.forestalled += claim - wanted;
                    }
                }
                MeasureKind::Cut { .. } | MeasureKind::Freeze(_) => {}
            }
        }
    }

    /// Gives a group up to `wanted` from a measure's projects in order, and books it; returns how much.
    fn serve(&self, measure: usize, group: usize, wanted: Litres, work: &mut Work) -> Litres {
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

/// What a project can bring to users in a period: yearly capacity × days of the period over days of its year × mean of the
/// ramp since the start × (1 − loss), in whole litres that it holds.
pub(crate) fn capacity(project: &Project, period: &Period) -> Litres {
    let year = jiff::civil::date(period.year(), 1, 1);
    let days_of_year = days_between(year, jiff::civil::date(period.year() + 1, 1, 1));
    let ramp = ramp_mean(project.start, project.ramp_years.value * DAYS_PER_YEAR, period);
    let share = ramp * period.days() / days_of_year;
    Litres::within_cubic_metres(project.capacity.value * share * (1.0 - project.loss.value))
}
