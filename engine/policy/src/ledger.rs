//! The ledger: one account of every litre, after the physics has answered.

use quanyu_basin::{Fault, FaultKind, Origin, Period};

use crate::{GroupRow, Litres, MeasureRow, ProjectRow};

/// Why demand stays unmet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// A measure forbids the take and nothing replaces it: index in [`Ledger::measures`].
    Measure(usize),
    /// A project's river had less than its take: index in [`Ledger::projects`].
    River(usize),
    /// The aquifer could not deliver what its wells asked for.
    Aquifer,
    /// The spring flowed less than its intakes asked for.
    Spring,
}

/// One group in one period. Every volume is ≥ 0.
///
/// `demanded = saved + Σ substituted + delivered + Σ unmet`, `requested = delivered + unmet by aquifer and spring`,
/// `requested ≤ permitted`, to the litre. For mine drainage, demanded, permitted, requested and delivered are all the
/// model's inflow to the mine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What the users want.
    pub demanded: Litres,
    /// What they no longer need.
    pub saved: Litres,
    /// The same by measure: (index of the measure, volume).
    pub saved_by: Vec<(usize, Litres)>,
    /// What had seeped back of the saved water and no longer does; beside the account, not in it.
    pub lost_return: Litres,
    /// What projects serve instead: (index of the project, volume).
    pub substituted: Vec<(usize, Litres)>,
    /// What the measures let the group take.
    pub permitted: Litres,
    /// What it asks of the aquifer or spring.
    pub requested: Litres,
    /// What the aquifer or spring gives: the abstraction.
    pub delivered: Litres,
    /// What stays unmet, by cause.
    pub unmet: Vec<(Cause, Litres)>,
}

impl Entry {
    /// Unmet for one cause.
    pub fn unmet_by(&self, cause: Cause) -> Litres {
        self.unmet.iter().filter(|(of, _)| *of == cause).map(|(_, volume)| *volume).sum()
    }

    /// All that stays unmet.
    pub fn unmet_total(&self) -> Litres {
        self.unmet.iter().map(|(_, volume)| *volume).sum()
    }

    /// All that projects serve.
    pub fn substituted_total(&self) -> Litres {
        self.substituted.iter().map(|(_, volume)| *volume).sum()
    }

    /// What breaks the identities, in words; `None` where they hold.
    fn imbalance(&self) -> Option<String> {
        let negative = |(_, volume): &(usize, Litres)| *volume < Litres::ZERO;
        let volumes = [self.demanded, self.saved, self.permitted, self.requested, self.delivered];
        if volumes.iter().any(|volume| *volume < Litres::ZERO)
            || self.substituted.iter().any(negative)
            || self.unmet.iter().any(|(_, volume)| *volume < Litres::ZERO)
        {
            return Some("a volume is negative".into());
        }
        if self.saved_by.iter().map(|(_, volume)| *volume).sum::<Litres>() != self.saved
            || self.lost_return > self.saved
        {
            return Some(
                "what is saved is not the sum of its causes, or less than the return flow lost with it"
                    .into(),
            );
        }
        let served = self.saved + self.substituted_total() + self.delivered + self.unmet_total();
        if self.demanded != served {
            return Some(format!("demanded {} m³, accounted for {served} m³", self.demanded));
        }
        let answered = self.delivered + self.unmet_by(Cause::Aquifer) + self.unmet_by(Cause::Spring);
        if self.requested != answered {
            return Some(format!("requested {} m³, answered {answered} m³", self.requested));
        }
        (self.requested > self.permitted)
            .then(|| format!("requested {} m³, permitted {} m³", self.requested, self.permitted))
    }
}

/// Every group in every period. Made by [`crate::settle`]; every total in a verdict or report is a sum over it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    /// Periods.
    pub periods: Vec<Period>,
    /// Groups.
    pub groups: Vec<GroupRow>,
    /// Measures that causes refer to.
    pub measures: Vec<MeasureRow>,
    /// Projects that substitutions refer to.
    pub projects: Vec<ProjectRow>,
    /// Per period, per group.
    pub(crate) entries: Vec<Vec<Entry>>,
}

impl Ledger {
    /// A group in a period.
    pub fn entry(&self, group: usize, period: usize) -> &Entry {
        &self.entries[period][group]
    }

    /// Verifies the identities of [`Entry`] in every entry.
    ///
    /// # Errors
    /// One fault per entry that does not close; there are none unless the program is wrong.
    pub fn check(&self) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        for (period, entries) in self.periods.iter().zip(&self.entries) {
            for (group, entry) in self.groups.iter().zip(entries) {
                if let Some(imbalance) = entry.imbalance() {
                    faults.push(Fault {
                        origin: Origin::NONE,
                        kind: FaultKind::Inconsistent,
                        message: format!(
                            "The account of group {} from {} does not close.",
                            group.id, period.start
                        ),
                        value: imbalance,
                        allowed: "accounts that close to the litre".into(),
                        remedy: "This is an error of the program: please report it with the input.".into(),
                    });
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}
