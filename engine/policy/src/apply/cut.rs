//! Cut of pumping (压减开采): by a share or a volume, over a ramp, down to a floor; nothing replaces it.

use quanyu_basin::Period;

use super::{Draft, Resolved, Work};
use crate::Litres;
use crate::{Cut, Schedule};

impl Draft<'_> {
    /// Lowers what is permitted.
    pub(super) fn cut(
        &self,
        index: usize,
        resolved: &Resolved,
        (by, ramp, floor): (&Cut, &Schedule, f64),
        period: &Period,
        work: &mut Work,
    ) {
        let in_force = ramp.mean(period) * resolved.measure.compliance;
        let share = match by {
            Cut::Share(share) => *share,
            Cut::Volume(volume) => self.volume_share(*volume, resolved, period),
        };
        for &group in &resolved.selected {
            let claim = match by {
                Cut::Share(_) => work.allowed[group],
                Cut::Volume(_) => self.wanted(group, period),
            }
            .share(in_force * share);
            let least = work.allowed[group].share(floor);
            let cut = work.lower(index, group, claim, least);
            if cut > Litres::ZERO {
                work.plan.entries[group].add_unmet(index, cut);
            }
        }
    }

    /// Share of every selected group's demand that a yearly volume is \[-\], at most all of it. It goes by the demand of the
    /// calendar year before any freeze, so that a freeze on some groups does not shift the cut onto others.
    fn volume_share(&self, volume: f64, resolved: &Resolved, period: &Period) -> f64 {
        let demand = self.wanted_of_year(&resolved.selected, period.year()).cubic_metres();
        if volume < demand { volume / demand } else { 1.0 }
    }
}
