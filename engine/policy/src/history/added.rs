//! What a plan adds to and takes from the recharge: water let in by measures, rain that they bring, and return flow lost with what is
//! saved.

use std::collections::BTreeMap;

use quanyu_basin::{Basin, ColumnPart, CoveredColumn, Fault, FaultKind, Gridded, NaturalStresses, Origin};
use quanyu_flow::Stresses;

use crate::{Measure, MeasureKind, Plan, Scenario};

/// Columns of a plan's recharge sites and of its groups in the model.
///
/// The recharge of the data is held to contain what seeps back today, as a yearly sum: the loss of it is taken from the
/// columns under the group. In a dry month it may be more than what the rain brings to all of them; the rest then stays, since a
/// column that loses more than it gets would have to be pumped, and cannot be where its rock is dry.
#[derive(Clone, Debug)]
pub(super) struct AddedColumns {
    sites: Vec<Vec<ColumnPart>>,
    groups: Vec<Vec<ColumnPart>>,
    /// Per place in the recharge: which rains of the plan fall on it, and on how much of it.
    rains: Vec<(usize, Vec<(usize, f64)>)>,
}

fn covers_nothing(measure: &str, origin: Origin, gridded: &Gridded) -> Fault {
    Fault {
        origin,
        kind: FaultKind::EmptySelection,
        message: format!("The site of measure {measure} covers no column of the grid."),
        value: format!("cells of {} m", gridded.footprint.cell),
        allowed: "a site in the spring basins that covers the centre of a cell".into(),
        remedy: "Enlarge the site or refine the grid.".into(),
    }
}

/// A fault for every measure of a scenario whose site covers no column of a grid.
pub fn check_sites(basin: &Basin, scenario: &Scenario, gridded: &Gridded) -> Vec<Fault> {
    let nowhere = |measure: &&Measure| match &measure.kind {
        MeasureKind::Recharge(rule) => rule.site.columns(basin, gridded).is_empty(),
        MeasureKind::Rain(rule) => rule.site.columns(basin, gridded).is_empty(),
        _ => false,
    };
    let measures = scenario.measures.iter().filter(nowhere);
    measures.map(|measure| covers_nothing(&measure.id, measure.origin, gridded)).collect()
}

/// A period's part in what is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct PeriodPart {
    /// Number of the period in the plan.
    pub(super) period: usize,
    /// Its share of the days \[-\].
    pub(super) of_days: f64,
    /// Its share of the rain \[-\].
    pub(super) of_rain: f64,
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
        let rains: Vec<Vec<CoveredColumn>> =
            plan.rains.iter().map(|rain| rain.site.columns(basin, gridded)).collect();
        let nowhere = plan.rains.iter().zip(&rains).filter(|(_, columns)| columns.is_empty());
        let nowhere = nowhere.map(|(rain, _)| rain.measure);
        let faults: Vec<Fault> = (plan.sites.iter().zip(&sites).enumerate())
            .filter(|(_, (site, columns))| site.is_some() && columns.is_empty())
            .map(|(measure, _)| measure)
            .chain(nowhere)
            .map(|measure| covers_nothing(&plan.measures[measure].id, Origin::NONE, gridded))
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let groups = (0..plan.groups.len()).map(|group| gridded.columns_of_group(group)).collect();
        Ok(Self { sites, groups, rains: by_row(&rains) })
    }

    /// Writes the weighted mean of some periods; their shares sum to one. Returns the return flow that is lost by the plan and stays
    /// because nothing recharges that it could be taken from \[m³/d\].
    pub(super) fn write(
        &self,
        natural: &NaturalStresses<'_>,
        stresses: &mut Stresses,
        plan: &Plan,
        periods: &[PeriodPart],
    ) -> f64 {
        // What the rain brings goes before what is let in, which no cloud raises. Over one column gains add up: areas side by side
        // share it, and of two programmes over one area neither works on the other's rain.
        let gain = |rain: usize| -> f64 {
            periods.iter().map(|part| part.of_rain * plan.rains[rain].gains[part.period]).sum()
        };
        let raised = self.rains.iter().map(|(row, parts)| {
            (*row, parts.iter().map(|(rain, covered)| covered * gain(*rain)).sum::<f64>())
        });
        natural.raise_rain(stresses, raised);
        let mut kept = 0.0;
        for &PeriodPart { period, of_days: weight, .. } in periods {
            for added in plan.added_recharge(period) {
                natural.add_recharge(stresses, &self.sites[added.measure], weight * added.rate);
            }
            for (group, columns) in self.groups.iter().enumerate() {
                let lost = plan.lost_return_rate(group, period);
                if lost > 0.0 {
                    kept += natural.lose_recharge(stresses, columns, weight * lost);
                }
            }
        }
        kept
    }
}

/// Which rains fall on each place in the recharge, ascending.
fn by_row(rains: &[Vec<CoveredColumn>]) -> Vec<(usize, Vec<(usize, f64)>)> {
    let mut rows: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
    for (rain, columns) in rains.iter().enumerate() {
        for column in columns {
            rows.entry(column.row).or_default().push((rain, column.share));
        }
    }
    rows.into_iter().collect()
}
