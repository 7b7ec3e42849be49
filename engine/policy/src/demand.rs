//! Demand: how much each group wants in each period.
//!
//! annual(year) = take × index(year) / index(base year), rounded once to the litre; a year's months are cut from it at the
//! rounded running sum of the month shape, so that they add up to the year exactly.

use jiff::civil::Date;
use quanyu_basin::{Basin, Fault, FaultKind, Figure, Group, GroupKind, Period, UseSeries};

use crate::Litres;
use crate::ties::{Fitted, fit};

/// Largest take of a group that is believed \[m³/a\]; also keeps sums of litres far from overflow.
const LARGEST_TAKE: f64 = 1.0e11;

/// Which end of the ranges of take and use index the demand is computed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ends {
    /// The figures' own values.
    #[default]
    Value,
    /// The least take that the ranges allow: the least demand, and projects and sources that bring their most.
    Low,
    /// The most take that the ranges allow: the most demand, and projects and sources that bring their least.
    High,
}

impl Ends {
    /// The figure at this end.
    pub fn pick(self, figure: &Figure) -> f64 {
        match self {
            Self::Value => figure.value,
            Self::Low => figure.low(),
            Self::High => figure.high(),
        }
    }

    /// The figure at this end where more of it means less taken: what a project or another source can bring.
    pub fn pick_relief(self, figure: &Figure) -> f64 {
        match self {
            Self::Value => figure.value,
            Self::Low => figure.high(),
            Self::High => figure.low(),
        }
    }
}

/// Demand of every group of a basin; mine drainage wants nothing (what flows into a mine is the model's answer).
#[derive(Clone, Debug)]
pub struct Demand<'b> {
    groups: Vec<Option<GroupDemand<'b>>>,
    ends: Ends,
    unmet_sums: Vec<(String, f64)>,
}

#[derive(Clone, Debug)]
struct GroupDemand<'b> {
    take: f64,
    base_year: i16,
    series: &'b UseSeries,
    /// Share of the year wanted before each month begins; the last is 1.
    before: [f64; 13],
}

impl<'b> Demand<'b> {
    /// Demand at one end of the ranges, times `scale` \[-\] (1 as it stands). At an end, the takes are held to the published
    /// sums (`Basin::ties`): not every group can be high at once.
    ///
    /// # Errors
    /// Every unknown series or shape, every take, index or shape that is not a usable number.
    pub fn new(basin: &'b Basin, ends: Ends, scale: f64) -> Result<Self, Vec<Fault>> {
        Self::focused(basin, ends, scale, None)
    }

    /// As [`Demand::new`], but the end is that of some groups' sum: they go to their end, and the others give way as far as
    /// their ranges and the published sums let them.
    pub(crate) fn focused(
        basin: &'b Basin,
        ends: Ends,
        scale: f64,
        focus: Option<&[usize]>,
    ) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let groups: Vec<_> = basin
            .groups
            .iter()
            .map(|group| match group.kind {
                GroupKind::MineDrainage { .. } => None,
                GroupKind::Wells | GroupKind::SpringIntake { .. } => {
                    GroupDemand::new(basin, group, ends, &mut faults)
                }
            })
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut demand = Self { groups, ends, unmet_sums: Vec::new() };
        if ends != Ends::Value {
            demand.hold_to_published_sums(basin, focus);
        }
        for group in demand.groups.iter_mut().flatten() {
            group.take *= scale;
        }
        Ok(demand)
    }

    fn hold_to_published_sums(&mut self, basin: &Basin, focus: Option<&[usize]>) {
        let in_focus = |group: usize| focus.is_none_or(|focus| focus.contains(&group));
        let mut takes: Vec<Fitted> = (basin.groups.iter().enumerate())
            .map(|(index, group)| Fitted {
                take: if in_focus(index) { self.ends.pick(&group.take) } else { group.take.value },
                low: group.take.low(),
                high: group.take.high(),
                last: in_focus(index),
            })
            .collect();
        let growth = |group: usize, year: i16| {
            self.groups[group].as_ref().map_or(0.0, |group| group.growth(year, self.ends))
        };
        self.unmet_sums = fit(basin, self.ends, &mut takes, growth);
        for (group, fitted) in self.groups.iter_mut().zip(takes) {
            if let Some(group) = group {
                group.take = fitted.take;
            }
        }
    }

    /// Published sums that the ranges cannot meet at this end, with what remains relative to them \[-\].
    pub fn unmet_sums(&self) -> &[(String, f64)] {
        &self.unmet_sums
    }

    /// Take of a group in its base year at this end, held to the published sums \[m³/a\].
    pub(crate) fn take(&self, group: usize) -> f64 {
        self.groups[group].as_ref().map_or(0.0, |group| group.take)
    }

    /// Use of a group in a year relative to its base year \[-\].
    pub(crate) fn growth(&self, group: usize, year: i16) -> f64 {
        self.groups[group].as_ref().map_or(0.0, |group| group.growth(year, self.ends))
    }

    /// Demand of a year.
    pub fn year(&self, group: usize, year: i16) -> Litres {
        self.groups[group].as_ref().map_or(Litres::ZERO, |group| group.year(year, self.ends))
    }

    /// Demand of a calendar month (1–12).
    pub fn month(&self, group: usize, year: i16, month: i8) -> Litres {
        self.groups[group].as_ref().map_or(Litres::ZERO, |group| group.month(year, month, self.ends))
    }

    /// Demand of a period: a calendar month or a calendar year.
    pub fn period(&self, group: usize, period: &Period) -> Litres {
        match period.month() {
            Some(month) => self.month(group, period.year(), month),
            None => self.year(group, period.year()),
        }
    }

    /// Demand of the same calendar month (all twelve where `month` is `None`) in the last twelve whole months before a date.
    pub fn before(&self, group: usize, date: Date, month: Option<i8>) -> Litres {
        let in_month = |month: i8| {
            let year = if month < date.month() { date.year() } else { date.year() - 1 };
            self.month(group, year, month)
        };
        match month {
            Some(month) => in_month(month),
            None => (1..=12).map(in_month).sum(),
        }
    }
}

impl<'b> GroupDemand<'b> {
    fn new(basin: &'b Basin, group: &Group, ends: Ends, faults: &mut Vec<Fault>) -> Option<Self> {
        let before_count = faults.len();
        let series = basin.use_series.iter().find(|series| series.id == group.series);
        let shape = basin.month_shapes.iter().find(|shape| shape.0 == group.shape);
        if series.is_none() {
            faults.push(unknown(group, "use series", &group.series));
        }
        if shape.is_none() {
            faults.push(unknown(group, "month shape", &group.shape));
        }
        let take = ends.pick(&group.take);
        let (low, value, high) = (group.take.low(), group.take.value, group.take.high());
        if !(0.0 <= low && low <= value && value <= high && high <= LARGEST_TAKE) {
            faults.push(Fault {
                origin: group.take.origin,
                kind: FaultKind::OutOfRange,
                message: format!("The take of group {} is not a usable volume.", group.id),
                value: format!("{value} m³/a, from {low} to {high}"),
                allowed: format!("0 to {LARGEST_TAKE:e} m³/a, the value within its range"),
                remedy: "Correct the take or its range.".into(),
            });
        }
        let (series, shape) = (series?, &shape?.1);
        check_index(series, group, ends, faults);
        check_shape(shape, group, faults);
        if faults.len() > before_count {
            return None;
        }
        let mut before = [0.0; 13];
        for month in 0..12 {
            before[month + 1] = before[month] + shape[month];
        }
        let total = before[12];
        for share in &mut before {
            *share /= total;
        }
        let demand = Self { take, base_year: group.base_year, series, before };
        let most = series.years.iter().map(|row| take * demand.growth(row.year, ends)).fold(0.0, f64::max);
        if most > LARGEST_TAKE {
            faults.push(Fault {
                origin: series.origin,
                kind: FaultKind::OutOfRange,
                message: format!(
                    "Use series {} carries group {} beyond any usable volume.",
                    series.id, group.id
                ),
                value: format!("{most:e} m³/a"),
                allowed: format!("0 to {LARGEST_TAKE:e} m³/a"),
                remedy: "Correct the index or the take.".into(),
            });
            return None;
        }
        Some(demand)
    }

    /// Growth since the base year. Its range is the hull of the three paths value, low and high, each relative to its own
    /// base year: at the base year the take's own range is the only uncertainty, and low never exceeds high.
    fn growth(&self, year: i16, ends: Ends) -> f64 {
        let ratio = |end: Ends| {
            let index = |year| self.series.index(year, |figure| end.pick(figure));
            index(year) / index(self.base_year)
        };
        let value = ratio(Ends::Value);
        match ends {
            Ends::Value => value,
            Ends::Low => value.min(ratio(Ends::Low)).min(ratio(Ends::High)),
            Ends::High => value.max(ratio(Ends::Low)).max(ratio(Ends::High)),
        }
    }

    fn year(&self, year: i16, ends: Ends) -> Litres {
        Litres::from_cubic_metres(self.take * self.growth(year, ends))
    }

    fn month(&self, year: i16, month: i8, ends: Ends) -> Litres {
        let total = self.year(year, ends);
        let month = usize::from(month.clamp(1, 12).unsigned_abs());
        total.share(self.before[month]) - total.share(self.before[month - 1])
    }
}

fn unknown(group: &Group, what: &str, name: &str) -> Fault {
    Fault {
        origin: group.origin,
        kind: FaultKind::UnknownName,
        message: format!("Group {} refers to a {what} that does not exist.", group.id),
        value: name.to_owned(),
        allowed: format!("a {what} of the basin"),
        remedy: format!("Correct the name or add the {what}."),
    }
}

fn check_index(series: &UseSeries, group: &Group, ends: Ends, faults: &mut Vec<Fault>) {
    let unusable = |index: f64| !(0.0..=1.0e9).contains(&index);
    let picks: &[Ends] =
        if ends == Ends::Value { &[Ends::Value] } else { &[Ends::Value, Ends::Low, Ends::High] };
    for end in picks {
        for row in series.years.iter().filter(|row| unusable(end.pick(&row.index))) {
            faults.push(Fault {
                origin: row.index.origin,
                kind: FaultKind::OutOfRange,
                message: format!(
                    "The index of use series {} in {} is not a usable number.",
                    series.id, row.year
                ),
                value: end.pick(&row.index).to_string(),
                allowed: "0 or more".into(),
                remedy: "Correct the index or the end of its range.".into(),
            });
        }
        let base = series.index(group.base_year, |figure| end.pick(figure));
        if !(base > 1.0e-9 && base.is_finite()) {
            faults.push(Fault {
                origin: group.origin,
                kind: FaultKind::Inconsistent,
                message: format!(
                    "Use series {} is not above zero in {}, the base year of group {}, so its take cannot be carried \
                     to other years.",
                    series.id, group.base_year, group.id
                ),
                value: base.to_string(),
                allowed: "above 0".into(),
                remedy: "Give the series an index above zero there, or the group another base year.".into(),
            });
        }
    }
}

fn check_shape(shape: &[f64; 12], group: &Group, faults: &mut Vec<Fault>) {
    let sum: f64 = shape.iter().sum();
    if shape.iter().any(|share| !(0.0..=1.0).contains(share)) || (sum - 1.0).abs() > 1.0e-6 {
        faults.push(Fault {
            origin: group.origin,
            kind: FaultKind::OutOfRange,
            message: format!("Month shape {} of group {} does not share out a year.", group.shape, group.id),
            value: format!("shares {shape:?}, sum {sum}"),
            allowed: "twelve shares between 0 and 1 that sum to 1 within 1e-6".into(),
            remedy: "Correct the shape.".into(),
        });
    }
}
