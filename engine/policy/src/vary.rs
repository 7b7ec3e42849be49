//! The figures of a scenario's measures that a search may vary: each with its name, its bounds and which way is stricter.

use crate::{Cut, LimitRule, Measure, MeasureKind, SavingRate, Scenario, Schedule};

/// How many times the stated value a figure without a natural bound may reach.
const MOST_TIMES: f64 = 10.0;

/// What a figure is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Share, 0 to 1 \[-\].
    Share,
    /// Ratio that may exceed one \[-\], such as the rise of a price, or a quota in its own unit.
    Ratio,
    /// Volume a year \[m³/a\].
    Volume,
    /// Area \[m²\].
    Area,
    /// Tax \[yuan/m³\].
    Tax,
}

/// A figure of one measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Index of the measure in the scenario.
    pub measure: usize,
    /// Id of the measure.
    pub id: String,
    /// Name of the figure, as in a scenario file; `to` is the rate that saving leads to.
    pub parameter: &'static str,
    /// What it is measured in.
    pub quantity: Quantity,
    /// Its value in the scenario.
    pub value: f64,
    /// Where it asks least: the search for the least that is enough begins here.
    pub lax: f64,
    /// Where it asks most.
    pub strict: f64,
}

impl Variable {
    /// Its name on the command line, `MEASURE.parameter`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.id, self.parameter)
    }
}

impl Scenario {
    /// Every figure that can be varied, in the order of the measures. A figure without a natural bound goes up to ten times what
    /// the scenario states; one that is zero there then has both ends at zero.
    pub fn variables(&self) -> Vec<Variable> {
        let of_measure = |(index, measure): (usize, &Measure)| {
            let variable = move |(parameter, quantity, value, lax, strict)| Variable {
                measure: index,
                id: measure.id.clone(),
                parameter,
                quantity,
                value,
                lax,
                strict,
            };
            figures(measure).into_iter().map(variable).collect::<Vec<_>>()
        };
        self.measures.iter().enumerate().flat_map(of_measure).collect()
    }

    /// The scenario with one figure at another value. A schedule keeps its dates and its shape: what its last stage or the end of
    /// its ramp becomes, the stages before become in proportion.
    pub fn varied(&self, variable: &Variable, value: f64) -> Self {
        let mut scenario = self.clone();
        if let Some(measure) = scenario.measures.get_mut(variable.measure) {
            set(measure, variable.parameter, value);
        }
        scenario
    }
}

type Row = (&'static str, Quantity, f64, f64, f64);

fn figures(measure: &Measure) -> Vec<Row> {
    use Quantity::{Area, Ratio, Share, Tax, Volume};
    let share = |name, value| (name, Share, value, 0.0, 1.0);
    let open = |name, quantity, value| (name, quantity, value, 0.0, MOST_TIMES * value);
    let mut rows: Vec<Row> = match &measure.kind {
        MeasureKind::CloseWells { stages, .. } => vec![share("share", last(stages))],
        MeasureKind::Swap { share: of, .. } => vec![share("share", last(of))],
        MeasureKind::Cut { by, floor, .. } => vec![
            match *by {
                Cut::Share(by) => share("by", by),
                Cut::Volume(by) => open("by", Volume, by),
            },
            ("floor", Share, *floor, 1.0, 0.0),
        ],
        MeasureKind::Limit(rule) | MeasureKind::LimitIntake(rule) => {
            let most = rule.most.last().map_or(0.0, |stage| stage.1);
            vec![("most", Volume, most, MOST_TIMES * most, 0.0)]
        }
        MeasureKind::Land(rule) => {
            let fallow = rule.rotation.as_ref().map(|rotation| share("fallow", rotation.fallow));
            [open("area", Area, rule.area)].into_iter().chain(fallow).collect()
        }
        MeasureKind::Save(rule) => {
            let (quantity, strict) = match rule.rate {
                SavingRate::Leakage => (Share, 0.0),
                SavingRate::Efficiency | SavingRate::Recycling => (Share, 1.0),
                SavingRate::Quota => (Ratio, 0.0),
            };
            vec![("to", quantity, rule.to, rule.from, strict)]
        }
        MeasureKind::Unconventional(rule) => {
            vec![share("share", last(&rule.rate)), share("most", rule.most)]
        }
        MeasureKind::Exit(rule) => vec![share("share", last(&rule.stages))],
        MeasureKind::Relocate(rule) => vec![share("share", last(&rule.stages))],
        MeasureKind::Price(rule) => vec![open("rise", Ratio, rule.rise), open("tax", Tax, rule.tax)],
        MeasureKind::Metering(rule) => vec![share("share", last(&rule.share))],
        MeasureKind::Trade(rule) => vec![share("most", rule.most)],
        MeasureKind::Recharge(rule) => vec![open("volume", Volume, rule.volume)],
        MeasureKind::Rain(rule) => vec![share("share", last(&rule.share))],
        MeasureKind::Freeze(_) | MeasureKind::Landscape(_) | MeasureKind::Ban(_) => Vec::new(),
    };
    if !matches!(measure.kind, MeasureKind::Freeze(_) | MeasureKind::Landscape(_)) {
        rows.push(share("compliance", measure.compliance));
    }
    rows
}

fn set(measure: &mut Measure, parameter: &str, value: f64) {
    match (&mut measure.kind, parameter) {
        (_, "compliance") => measure.compliance = value,
        (MeasureKind::CloseWells { stages: of, .. } | MeasureKind::Swap { share: of, .. }, "share") => {
            scale_to(of, value);
        }
        (MeasureKind::Exit(rule), "share") => scale_to(&mut rule.stages, value),
        (MeasureKind::Relocate(rule), "share") => scale_to(&mut rule.stages, value),
        (MeasureKind::Rain(rule), "share") => scale_to(&mut rule.share, value),
        (MeasureKind::Metering(rule), "share") => scale_to(&mut rule.share, value),
        (MeasureKind::Unconventional(rule), "share") => scale_to(&mut rule.rate, value),
        (MeasureKind::Unconventional(rule), "most") => rule.most = value,
        (MeasureKind::Cut { by: Cut::Share(by) | Cut::Volume(by), .. }, "by") => *by = value,
        (MeasureKind::Cut { floor, .. }, "floor") => *floor = value,
        (MeasureKind::Limit(rule) | MeasureKind::LimitIntake(rule), "most") => limit_to(rule, value),
        (MeasureKind::Land(rule), "area") => rule.area = value,
        (MeasureKind::Land(rule), "fallow") => {
            if let Some(rotation) = &mut rule.rotation {
                rotation.fallow = value;
            }
        }
        (MeasureKind::Save(rule), "to") => rule.to = value,
        (MeasureKind::Price(rule), "rise") => rule.rise = value,
        (MeasureKind::Price(rule), "tax") => rule.tax = value,
        (MeasureKind::Trade(rule), "most") => rule.most = value,
        (MeasureKind::Recharge(rule), "volume") => rule.volume = value,
        _ => {}
    }
}

fn last(schedule: &Schedule) -> f64 {
    match schedule {
        Schedule::Stages(stages) => stages.last().map_or(0.0, |stage| stage.1),
        Schedule::Ramp { value, .. } => *value,
    }
}

/// Stages before a last one of zero have no proportion to it and stay.
fn scale_to(schedule: &mut Schedule, value: f64) {
    let before = last(schedule);
    match schedule {
        Schedule::Ramp { value: end, .. } => *end = value,
        Schedule::Stages(stages) => {
            let count = stages.len();
            for (index, stage) in stages.iter_mut().enumerate() {
                if index + 1 == count {
                    stage.1 = value;
                } else if before > 0.0 {
                    stage.1 = (stage.1 * value / before).clamp(0.0, 1.0);
                }
            }
        }
    }
}

fn limit_to(rule: &mut LimitRule, value: f64) {
    let before = rule.most.last().map_or(0.0, |stage| stage.1);
    let count = rule.most.len();
    for (index, stage) in rule.most.iter_mut().enumerate() {
        if index + 1 == count {
            stage.1 = value;
        } else if before > 0.0 {
            stage.1 *= value / before;
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn stages_keep_their_shape_and_a_ramp_its_dates() {
        let mut stages = Schedule::Stages(vec![(date(2019, 1, 1), 0.5), (date(2020, 1, 1), 1.0)]);
        scale_to(&mut stages, 0.5);
        assert_eq!(stages, Schedule::Stages(vec![(date(2019, 1, 1), 0.25), (date(2020, 1, 1), 0.5)]));
        let ramp = |value| Schedule::Ramp { from: date(2018, 1, 1), to: date(2021, 1, 1), value };
        let mut half = ramp(1.0);
        scale_to(&mut half, 0.5);
        assert_eq!(half, ramp(0.5));
    }

    #[test]
    fn a_limit_asks_more_the_lower_it_is() {
        let mut rule =
            LimitRule { most: vec![(date(2019, 1, 1), 4.0), (date(2020, 1, 1), 2.0)], exempt: Vec::new() };
        limit_to(&mut rule, 1.0);
        assert_eq!(rule.most, vec![(date(2019, 1, 1), 2.0), (date(2020, 1, 1), 1.0)]);
    }
}
