//! What a plan adds to and takes from the recharge: water let in by measures, and return flow lost with what is saved.

use quanyu_basin::{Basin, ColumnPart, Fault, FaultKind, Gridded, NaturalStresses, Origin};
use quanyu_flow::Stresses;

use crate::Plan;

/// Columns of a plan's recharge sites and of its groups in the model.
///
/// The recharge of the data is held to contain what seeps back today, as a yearly sum: the loss of it is taken from the
/// columns under the group, and may in a dry month be more than what the rain brings there.
#[derive(Clone, Debug)]
pub(super) struct AddedColumns {
    sites: Vec<Vec<ColumnPart>>,
    groups: Vec<Vec<ColumnPart>>,
}

impl AddedColumns {
    /// Finds the columns.
    ///
    /// # Errors
    /// Every site that covers no column of the grid.
    pub(super) fn new(basin: &Basin, gridded: &Gridded, plan: &Plan) -> Result<Self, Vec<Fault>> {
        let columns = |site: &Option<crate::RechargeSite>| {
            site.as_ref().map(|site| site.columns(basin, gridded)).unwrap_or_default()
        };
        let sites: Vec<Vec<ColumnPart>> = plan.sites.iter().map(columns).collect();
        let faults: Vec<Fault> = (plan.sites.iter().zip(&sites).zip(&plan.measures))
            .filter(|((site, columns), _)| site.is_some() && columns.is_empty())
            .map(|(_, measure)| Fault {
                origin: Origin::NONE,
                kind: FaultKind::EmptySelection,
                message: format!("The site of measure {} covers no column of the grid.", measure.id),
                value: format!("cells of {} m", gridded.footprint.cell),
                allowed: "a site in the spring basins that covers the centre of a cell".into(),
                remedy: "Enlarge the site or refine the grid.".into(),
            })
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let groups = (0..plan.groups.len()).map(|group| gridded.columns_of_group(group)).collect();
        Ok(Self { sites, groups })
    }

    /// Writes the weighted mean of some periods; the weights sum to one.
    pub(super) fn write(
        &self,
        natural: &NaturalStresses<'_>,
        stresses: &mut Stresses,
        plan: &Plan,
        periods: &[(usize, f64)],
    ) {
        for &(period, weight) in periods {
            for added in plan.added_recharge(period) {
                natural.add_recharge(stresses, &self.sites[added.measure], weight * added.rate);
            }
            for (group, columns) in self.groups.iter().enumerate() {
                let lost = plan.lost_return_rate(group, period);
                if lost > 0.0 {
                    natural.add_recharge(stresses, columns, -weight * lost);
                }
            }
        }
    }
}
