//! The rows of one package over all steps, as a package of MODFLOW. A stress period gets rows of its own only where they differ
//! from those of the one before; only these are held.

use std::io;

use quanyu_files::modflow as document;
use quanyu_files::modflow::{
    FileName, Grid, Interpolation, ListPackage, Mark, PackageOptions, Periods, RowPlace, StressRow,
    TimeSeries, UppermostOptions, Value, period_block,
};
use quanyu_flow::{self as flow, NamedPackage, Problem, Stresses};

use super::spool::Spool;
use super::{ExportFailure, beyond, model};

/// Rates that differ by less than this share are the same multiple.
const SAME: f64 = 1e-14;

/// A package being kept.
#[derive(Debug)]
pub(super) struct Kept {
    /// Its name in MODFLOW.
    pub(super) name: String,
    rows: Rows,
    blocks: Blocks,
}

/// The blocks written so far.
#[derive(Debug)]
struct Blocks {
    spool: Spool,
    /// Most rows of a block.
    most: usize,
    /// Whether there is any block.
    begun: bool,
    /// Whether a level lies below the bottom of its cell, which MODFLOW takes only unchecked.
    below: bool,
}

/// The rows of the last block.
#[derive(Debug)]
enum Rows {
    Wells {
        reduction: f64,
        last: Vec<document::Well>,
    },
    /// Rivers as the flows that resulted.
    Flows(Vec<document::Well>),
    Rivers(Vec<document::River>),
    Drains(Vec<document::Drain>),
    GeneralHeads(Vec<document::GeneralHead>),
    ConstantHeads(Vec<document::ConstantHead>),
    /// One rate a period, and each row's share of it.
    Recharge {
        rates: Vec<f64>,
        last: Vec<document::Recharge>,
    },
    Evapotranspiration(Vec<document::Evapotranspiration>),
}

impl Blocks {
    /// Begins a block where the rows differ from those that hold.
    fn append<R: StressRow>(
        &mut self,
        (grid, number): (&Grid, usize),
        last: &mut Vec<R>,
        rows: Vec<R>,
    ) -> io::Result<()> {
        let same = if self.begun { *last == rows } else { rows.is_empty() };
        if same { Ok(()) } else { self.begin((grid, number), last, rows, &[]) }
    }

    fn begin<R: StressRow>(
        &mut self,
        (grid, number): (&Grid, usize),
        last: &mut Vec<R>,
        rows: Vec<R>,
        series: &[TimeSeries],
    ) -> io::Result<()> {
        self.begun = true;
        self.most = self.most.max(rows.len());
        self.spool.write(&period_block(grid, number, &rows, series))?;
        *last = rows;
        Ok(())
    }

    /// Takes note of the levels of rows.
    fn levels(&mut self, problem: &Problem, levels: impl Iterator<Item = (usize, f64)>) {
        let (grid, convertible) = (problem.grid(), &problem.properties().convertible);
        let mut levels = levels;
        self.below |= levels.any(|(cell, level)| convertible[cell] && level < grid.bottom[cell]);
    }
}

impl Kept {
    pub(super) fn new(
        at: usize,
        name: String,
        spool: Spool,
        named: &NamedPackage,
        stresses: &Stresses,
    ) -> Self {
        let routed =
            stresses.streams.iter().any(|stream| stream.reaches.iter().any(|reach| reach.package == at));
        let rows = match &named.package {
            flow::Package::Wells(wells) => Rows::Wells { reduction: wells.reduction, last: Vec::new() },
            flow::Package::Rivers(rows) if routed || rows.iter().any(|row| row.limit.is_finite()) => {
                Rows::Flows(Vec::new())
            }
            flow::Package::Rivers(_) => Rows::Rivers(Vec::new()),
            flow::Package::Drains(_) => Rows::Drains(Vec::new()),
            flow::Package::GeneralHeads(_) => Rows::GeneralHeads(Vec::new()),
            flow::Package::ConstantHeads(_) => Rows::ConstantHeads(Vec::new()),
            flow::Package::Recharge(_) => Rows::Recharge { rates: Vec::new(), last: Vec::new() },
            flow::Package::Evapotranspiration(_) => Rows::Evapotranspiration(Vec::new()),
        };
        Self { name, rows, blocks: Blocks { spool, most: 0, begun: false, below: false } }
    }

    /// Whether it has a row in any step.
    pub(super) fn has_rows(&self) -> bool {
        self.blocks.begun
    }

    /// Whether a drain, a river's bottom or a head outside lies below the bottom of its cell.
    pub(super) fn below_bottoms(&self) -> bool {
        self.blocks.below
    }

    /// Its blocks.
    pub(super) fn into_spool(self) -> Spool {
        self.blocks.spool
    }

    /// Takes the rows of a step, and what flowed through them.
    pub(super) fn add(
        &mut self,
        (problem, grid, number): (&Problem, &Grid, usize),
        package: &flow::Package,
        flows: &[f64],
    ) -> Result<(), ExportFailure> {
        let Self { rows, blocks, .. } = self;
        let at = (grid, number);
        let beyond = |origin, what| Err(ExportFailure::Beyond(vec![beyond(origin, what)]));
        match (rows, package) {
            (Rows::Wells { last, .. }, flow::Package::Wells(wells)) => {
                if wells.fading.is_some() {
                    return beyond(flow::Origin::NONE, "wells that fade over heights of their own");
                }
                let rows = wells.rows.iter().filter(|row| row.rate != 0.0);
                blocks.append(at, last, rows.map(|row| well(row.cell, row.rate)).collect())?;
            }
            (Rows::Flows(last), flow::Package::Rivers(rivers)) => {
                let rows = rivers.iter().zip(flows).filter(|(_, flow)| **flow != 0.0);
                blocks.append(at, last, rows.map(|(row, flow)| well(row.cell, *flow)).collect())?;
            }
            (Rows::Rivers(last), flow::Package::Rivers(rivers)) => {
                let river = |row: &flow::River| document::River {
                    place: place(row.cell, []),
                    stage: Value::Number(row.stage),
                    conductance: Value::Number(row.conductance),
                    bottom: Value::Number(row.bottom),
                };
                blocks.levels(problem, rivers.iter().map(|row| (row.cell, row.bottom)));
                blocks.append(at, last, rivers.iter().map(river).collect())?;
            }
            (Rows::Drains(last), flow::Package::Drains(drains)) => {
                if let Some(row) = drains.iter().find(|row| row.depth != 0.0) {
                    return beyond(row.origin, "drains that open over a depth, in an export");
                }
                let drain = |row: &flow::Drain| document::Drain {
                    place: place(row.cell, []),
                    elevation: Value::Number(row.elevation),
                    conductance: Value::Number(row.conductance),
                };
                let open = drains.iter().filter(|row| row.conductance != 0.0);
                blocks.levels(problem, open.clone().map(|row| (row.cell, row.elevation)));
                blocks.append(at, last, open.map(drain).collect())?;
            }
            (Rows::GeneralHeads(last), flow::Package::GeneralHeads(heads)) => {
                let head = |row: &flow::GeneralHead| document::GeneralHead {
                    place: place(row.cell, []),
                    head: Value::Number(row.head),
                    conductance: Value::Number(row.conductance),
                };
                blocks.levels(problem, heads.iter().map(|row| (row.cell, row.head)));
                blocks.append(at, last, heads.iter().map(head).collect())?;
            }
            (Rows::ConstantHeads(last), flow::Package::ConstantHeads(heads)) => {
                let head = |row: &flow::ConstantHead| document::ConstantHead {
                    place: place(row.cell, []),
                    head: Value::Number(row.head),
                };
                blocks.append(at, last, heads.iter().map(head).collect())?;
            }
            (Rows::Recharge { rates, last }, flow::Package::Recharge(rows)) => {
                recharge(problem, (rates, last), blocks, at, rows)?;
            }
            (Rows::Evapotranspiration(last), flow::Package::Evapotranspiration(rows)) => {
                if let Some(row) =
                    rows.iter().find(|row| !row.bends.is_empty() || row.surface_share.is_some())
                {
                    return beyond(row.origin, "evapotranspiration in segments, in an export");
                }
                let zone = |row: &flow::Evapotranspiration| document::Evapotranspiration {
                    place: place(row.cell, []),
                    surface: Value::Number(row.surface),
                    rate: Value::Number(row.rate),
                    depth: Value::Number(row.depth),
                    segments: Box::new([]),
                    surface_share: None,
                };
                blocks.append(at, last, rows.iter().map(zone).collect())?;
            }
            _ => return beyond(flow::Origin::NONE, "packages that change their kind"),
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
            Rows::Wells { reduction, .. } => {
                let mut package = self.list::<document::Well>();
                package.options = document::WellOptions::default();
                package.options.reduction = (*reduction > 0.0).then_some(*reduction);
                document::Package::Wells(package)
            }
            Rows::Flows(_) => document::Package::Wells(self.list()),
            Rows::Rivers(_) => document::Package::Rivers(self.list()),
            Rows::Drains(_) => document::Package::Drains(self.list()),
            Rows::GeneralHeads(_) => document::Package::GeneralHeads(self.list()),
            Rows::ConstantHeads(_) => document::Package::ConstantHeads(self.list()),
            Rows::Evapotranspiration(_) => document::Package::Evapotranspirations(self.list()),
            Rows::Recharge { rates, .. } => {
                let mut package = self.list();
                package.options = UppermostOptions { fixed_cell: true };
                package.common.auxiliary = vec!["SHARE".to_owned()];
                package.common.multiplier = Some(0);
                let mark = Mark::default();
                let name = format!("{}.{}.ts", model::NAME, self.name.to_ascii_lowercase());
                package.common.series_files = vec![FileName { name, mark }];
                let mut times = vec![0.0];
                lengths.iter().for_each(|length| times.push(times[times.len() - 1] + length));
                let values = rates.iter().chain(rates.last()).copied().collect();
                package.series = vec![TimeSeries { times, values, ..rate() }];
                document::Package::Recharges(package)
            }
        }
    }

    /// The package without its blocks.
    fn list<R: StressRow>(&self) -> ListPackage<R> {
        ListPackage {
            name: self.name.clone(),
            common: PackageOptions::default(),
            options: R::Options::default(),
            maximum: self.blocks.most.max(1),
            series: Vec::new(),
            observations: Vec::new(),
            periods: Periods::default(),
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

/// The series of recharge that shares refer to, without its numbers.
fn rate() -> TimeSeries {
    TimeSeries {
        name: "RATE".to_owned(),
        method: Interpolation::Stepwise,
        times: Vec::new(),
        values: Vec::new(),
        file: 0,
        mark: Mark::default(),
    }
}

/// Recharge as shares of the largest rate. Shares that hold are kept, so that most periods need nothing but the rate.
fn recharge(
    problem: &Problem,
    (rates, last): (&mut Vec<f64>, &mut Vec<document::Recharge>),
    blocks: &mut Blocks,
    at: (&Grid, usize),
    rows: &[flow::Recharge],
) -> io::Result<()> {
    let whole = rows
        .iter()
        .map(|row| row.rate)
        .fold(0.0, |most: f64, rate| if rate.abs() > most.abs() { rate } else { most });
    if whole == 0.0 {
        rates.push(0.0);
        return Ok(());
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
    if blocks.begun && last.len() == wet.len() && !wet.is_empty() {
        let multiple = wet[0].1 / share(&last[0]);
        let same = last.iter().zip(&wet).all(|(row, (cell, rate))| {
            row.place.cell == *cell && (share(row) * multiple - rate).abs() <= SAME * rate.abs()
        });
        if same {
            rates.push(multiple);
            return Ok(());
        }
    }
    rates.push(whole);
    let row = |(cell, rate): &(usize, f64)| document::Recharge {
        place: place(*cell, [Value::Number(rate / whole)]),
        rate: Value::Series(0),
    };
    blocks.begin(at, last, wet.iter().map(row).collect(), &[rate()])
}
