//! The rows of one package over all steps, as a package of MODFLOW. A stress period gets rows of its own only where they differ
//! from those of the one before.

use quanyu_files::modflow as document;
use quanyu_files::modflow::{
    FileName, Interpolation, ListPackage, Mark, PackageOptions, Period, Periods, RowPlace, StressRow,
    TimeSeries, UppermostOptions, Value,
};
use quanyu_flow::{self as flow, Fault, NamedPackage, Problem, Stresses};

use super::{beyond, model};

/// Rates that differ by less than this share are the same multiple.
const SAME: f64 = 1e-14;

/// A package being kept.
#[derive(Debug)]
pub(super) struct Kept {
    /// Its name in MODFLOW.
    pub(super) name: String,
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    Wells {
        reduction: f64,
        periods: Vec<Period<document::Well>>,
    },
    /// Rivers as the flows that resulted.
    Flows(Vec<Period<document::Well>>),
    Rivers(Vec<Period<document::River>>),
    Drains(Vec<Period<document::Drain>>),
    GeneralHeads(Vec<Period<document::GeneralHead>>),
    ConstantHeads(Vec<Period<document::ConstantHead>>),
    /// One rate a period, and each row's share of it.
    Recharge {
        rates: Vec<f64>,
        periods: Vec<Period<document::Recharge>>,
    },
    Evapotranspiration(Vec<Period<document::Evapotranspiration>>),
}

impl Kept {
    pub(super) fn new(at: usize, named: &NamedPackage, stresses: &Stresses) -> Self {
        let routed =
            stresses.streams.iter().any(|stream| stream.reaches.iter().any(|reach| reach.package == at));
        let rows = match &named.package {
            flow::Package::Wells(wells) => Rows::Wells { reduction: wells.reduction, periods: Vec::new() },
            flow::Package::Rivers(rows) if routed || rows.iter().any(|row| row.limit.is_finite()) => {
                Rows::Flows(Vec::new())
            }
            flow::Package::Rivers(_) => Rows::Rivers(Vec::new()),
            flow::Package::Drains(_) => Rows::Drains(Vec::new()),
            flow::Package::GeneralHeads(_) => Rows::GeneralHeads(Vec::new()),
            flow::Package::ConstantHeads(_) => Rows::ConstantHeads(Vec::new()),
            flow::Package::Recharge(_) => Rows::Recharge { rates: Vec::new(), periods: Vec::new() },
            flow::Package::Evapotranspiration(_) => Rows::Evapotranspiration(Vec::new()),
        };
        Self { name: named.name.to_ascii_uppercase().chars().take(16).collect(), rows }
    }

    /// Takes the rows of a step, and what flowed through them.
    pub(super) fn add(
        &mut self,
        problem: &Problem,
        number: usize,
        package: &flow::Package,
        flows: &[f64],
    ) -> Result<(), Fault> {
        match (&mut self.rows, package) {
            (Rows::Wells { periods, .. }, flow::Package::Wells(wells)) => {
                if wells.fading.is_some() {
                    return Err(beyond(flow::Origin::NONE, "wells that fade over heights of their own"));
                }
                let rows = wells.rows.iter().filter(|row| row.rate != 0.0);
                append(periods, number, rows.map(|row| well(row.cell, row.rate)).collect());
            }
            (Rows::Flows(periods), flow::Package::Rivers(rivers)) => {
                let rows = rivers.iter().zip(flows).filter(|(_, flow)| **flow != 0.0);
                append(periods, number, rows.map(|(row, flow)| well(row.cell, *flow)).collect());
            }
            (Rows::Rivers(periods), flow::Package::Rivers(rivers)) => {
                let river = |row: &flow::River| document::River {
                    place: place(row.cell, []),
                    stage: Value::Number(row.stage),
                    conductance: Value::Number(row.conductance),
                    bottom: Value::Number(row.bottom),
                };
                append(periods, number, rivers.iter().map(river).collect());
            }
            (Rows::Drains(periods), flow::Package::Drains(drains)) => {
                if let Some(row) = drains.iter().find(|row| row.depth != 0.0) {
                    return Err(beyond(row.origin, "drains that open over a depth, in an export"));
                }
                let drain = |row: &flow::Drain| document::Drain {
                    place: place(row.cell, []),
                    elevation: Value::Number(row.elevation),
                    conductance: Value::Number(row.conductance),
                };
                let open = drains.iter().filter(|row| row.conductance != 0.0);
                append(periods, number, open.map(drain).collect());
            }
            (Rows::GeneralHeads(periods), flow::Package::GeneralHeads(heads)) => {
                let head = |row: &flow::GeneralHead| document::GeneralHead {
                    place: place(row.cell, []),
                    head: Value::Number(row.head),
                    conductance: Value::Number(row.conductance),
                };
                append(periods, number, heads.iter().map(head).collect());
            }
            (Rows::ConstantHeads(periods), flow::Package::ConstantHeads(heads)) => {
                let head = |row: &flow::ConstantHead| document::ConstantHead {
                    place: place(row.cell, []),
                    head: Value::Number(row.head),
                };
                append(periods, number, heads.iter().map(head).collect());
            }
            (Rows::Recharge { rates, periods }, flow::Package::Recharge(rows)) => {
                recharge(problem, rates, periods, number, rows);
            }
            (Rows::Evapotranspiration(periods), flow::Package::Evapotranspiration(rows)) => {
                if let Some(row) =
                    rows.iter().find(|row| !row.bends.is_empty() || row.surface_share.is_some())
                {
                    return Err(beyond(row.origin, "evapotranspiration in segments, in an export"));
                }
                let zone = |row: &flow::Evapotranspiration| document::Evapotranspiration {
                    place: place(row.cell, []),
                    surface: Value::Number(row.surface),
                    rate: Value::Number(row.rate),
                    depth: Value::Number(row.depth),
                    segments: Box::new([]),
                    surface_share: None,
                };
                append(periods, number, rows.iter().map(zone).collect());
            }
            _ => return Err(beyond(flow::Origin::NONE, "packages that change their kind")),
        }
        Ok(())
    }

    /// What its file says of itself.
    pub(super) fn comment(&self) -> &'static str {
        match self.rows {
            Rows::Flows(_) => {
                "Rivers routed downstream, which lose no more than flows in them (by season within a year) and of which water is\n\
                 taken: MODFLOW has nothing like it, so each row is the flow that resulted, positive into the aquifer."
            }
            Rows::Recharge { .. } => "Each row takes its share of the time series.",
            Rows::Wells { .. } => "Requested rates; they fade as cells dry (AUTO_FLOW_REDUCE).",
            _ => "",
        }
    }

    /// The package as a document; `lengths` are those of the stress periods.
    pub(super) fn package(&self, lengths: &[f64]) -> document::Package {
        match &self.rows {
            Rows::Wells { reduction, periods } => {
                let mut package = self.list(periods);
                package.options = document::WellOptions::default();
                package.options.reduction = (*reduction > 0.0).then_some(*reduction);
                document::Package::Wells(package)
            }
            Rows::Flows(periods) => document::Package::Wells(self.list(periods)),
            Rows::Rivers(periods) => document::Package::Rivers(self.list(periods)),
            Rows::Drains(periods) => document::Package::Drains(self.list(periods)),
            Rows::GeneralHeads(periods) => document::Package::GeneralHeads(self.list(periods)),
            Rows::ConstantHeads(periods) => document::Package::ConstantHeads(self.list(periods)),
            Rows::Evapotranspiration(periods) => document::Package::Evapotranspirations(self.list(periods)),
            Rows::Recharge { rates, periods } => {
                let mut package = self.list(periods);
                package.options = UppermostOptions { fixed_cell: true };
                package.common.auxiliary = vec!["SHARE".to_owned()];
                package.common.multiplier = Some(0);
                let mark = Mark::default();
                let name = format!("{}.{}.ts", model::NAME, self.name.to_ascii_lowercase());
                package.common.series_files = vec![FileName { name, mark }];
                let mut times = vec![0.0];
                lengths.iter().for_each(|length| times.push(times[times.len() - 1] + length));
                let values = rates.iter().chain(rates.last()).copied().collect();
                let method = Interpolation::Stepwise;
                package.series =
                    vec![TimeSeries { name: "RATE".to_owned(), method, times, values, file: 0, mark }];
                document::Package::Recharges(package)
            }
        }
    }

    fn list<R: StressRow>(&self, periods: &[Period<R>]) -> ListPackage<R> {
        ListPackage {
            name: self.name.clone(),
            common: PackageOptions::default(),
            options: R::Options::default(),
            maximum: periods.iter().map(|period| period.rows.len()).max().unwrap_or(0).max(1),
            series: Vec::new(),
            observations: Vec::new(),
            periods: Periods::from_list(periods.to_vec()),
            mark: Mark::default(),
        }
    }
}

fn place<const N: usize>(cell: usize, auxiliary: [Value; N]) -> RowPlace {
    RowPlace { cell, auxiliary: Box::new(auxiliary), boundname: None, mark: Mark::default() }
}

fn well(cell: usize, rate: f64) -> document::Well {
    document::Well { place: place(cell, []), rate: Value::Number(rate) }
}

/// Begins a block where the rows differ from those that hold.
fn append<R: PartialEq>(periods: &mut Vec<Period<R>>, number: usize, rows: Vec<R>) {
    let same = periods.last().map_or(rows.is_empty(), |last| last.rows == rows);
    if !same {
        periods.push(Period { number, rows, mark: Mark::default() });
    }
}

/// Recharge as shares of the largest rate. Shares that hold are kept, so that most periods need nothing but the rate.
fn recharge(
    problem: &Problem,
    rates: &mut Vec<f64>,
    periods: &mut Vec<Period<document::Recharge>>,
    number: usize,
    rows: &[flow::Recharge],
) {
    let whole = rows
        .iter()
        .map(|row| row.rate)
        .fold(0.0, |most: f64, rate| if rate.abs() > most.abs() { rate } else { most });
    if whole == 0.0 {
        return rates.push(0.0);
    }
    let wet: Vec<(usize, f64)> = rows
        .iter()
        .filter(|row| row.rate != 0.0)
        .filter_map(|row| Some((problem.grid().uppermost_active(row.cell)?, row.rate)))
        .collect();
    let share = |row: &document::Recharge| match row.place.auxiliary[..] {
        [Value::Number(share)] => share,
        _ => 0.0,
    };
    // Where the rates are multiples of the shares that hold, the multiple is the rate.
    if let Some(last) = periods.last().filter(|last| last.rows.len() == wet.len() && !wet.is_empty()) {
        let multiple = wet[0].1 / share(&last.rows[0]);
        let same = last.rows.iter().zip(&wet).all(|(row, (cell, rate))| {
            row.place.cell == *cell && (share(row) * multiple - rate).abs() <= SAME * rate.abs()
        });
        if same {
            return rates.push(multiple);
        }
    }
    rates.push(whole);
    let row = |(cell, rate): &(usize, f64)| document::Recharge {
        place: place(*cell, [Value::Number(rate / whole)]),
        rate: Value::Series(0),
    };
    periods.push(Period { number, rows: wet.iter().map(row).collect(), mark: Mark::default() });
}
