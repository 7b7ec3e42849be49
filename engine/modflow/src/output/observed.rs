//! Observations and reduced wells: one row a step.

use quanyu_files::modflow::results::{
    write_observation_head, write_observations, write_reduction, write_reduction_head,
};
use quanyu_files::modflow::{
    ArrayKind, ArrayPackage, ListPackage, Observation, ObservationFile, ObservationOutput, Package, Quantity,
    StressRow, Target,
};
use quanyu_flow::{self as flow, NamedPackage};

use super::file::{Folder, OutputFile};
use super::{Known, Solved};
use crate::faces::Connected;
use crate::failure::Stopped;

/// What MODFLOW writes for an observation that nothing answers to.
const NO_DATA: f64 = 3.0e30;

/// All files of observations and of reduced wells.
#[derive(Debug)]
pub(super) struct Observed {
    outputs: Vec<Watching>,
    reductions: Vec<(usize, OutputFile)>,
}

/// One output file.
#[derive(Debug)]
struct Watching {
    file: OutputFile,
    output: ObservationOutput,
    digits: usize,
    /// The package observed, by its place; nothing for the model itself.
    package: Option<usize>,
    /// Starting heads of cells whose drawdown is observed, else nought.
    starts: Vec<f64>,
    /// Rows of the package that each observation sums.
    rows: Vec<Vec<usize>>,
    values: Vec<f64>,
}

impl Observed {
    pub(super) fn open(folder: &Folder, known: Known<'_>) -> Result<Self, Stopped> {
        let model = &known.simulation.model;
        let mut files: Vec<(Option<usize>, &ObservationFile)> =
            model.observations.iter().map(|file| (None, file)).collect();
        for (at, package) in model.packages.iter().enumerate() {
            files.extend(package.observations().iter().map(|file| (Some(at), file)));
        }
        let mut outputs = Vec::new();
        for (package, file) in files {
            for output in &file.outputs {
                let mut made = folder.make(&output.file.name)?;
                made.write(|out| write_observation_head(out, output))?;
                made.flush()?;
                let start = |observation: &Observation| match observation.target {
                    Target::Cell(cell) if observation.quantity == Quantity::Drawdown => known.start[cell],
                    _ => 0.0,
                };
                outputs.push(Watching {
                    file: made,
                    digits: file.digits,
                    package,
                    starts: output.observations.iter().map(start).collect(),
                    rows: vec![Vec::new(); output.observations.len()],
                    values: Vec::with_capacity(output.observations.len()),
                    output: output.clone(),
                });
            }
        }
        let mut reductions = Vec::new();
        for (at, package) in model.packages.iter().enumerate() {
            let Package::Wells(wells) = package else { continue };
            if let Some(file) = &wells.options.reduction_csv {
                let mut made = folder.make(&file.name)?;
                made.write(write_reduction_head)?;
                made.flush()?;
                reductions.push((at, made));
            }
        }
        Ok(Self { outputs, reductions })
    }

    /// Finds the rows that observations of packages sum in a stress period (from nought).
    pub(super) fn find_rows(&mut self, known: Known<'_>, period: usize, packages: &[NamedPackage]) {
        for watching in &mut self.outputs {
            let Some(at) = watching.package else { continue };
            let package = &known.simulation.model.packages[at];
            for (rows, observation) in watching.rows.iter_mut().zip(&watching.output.observations) {
                *rows = match &observation.target {
                    Target::Boundname(name) => named_rows(package, period, name),
                    Target::Cell(cell) | Target::Face(cell, _) => (0..packages[at].package.len())
                        .filter(|row| packages[at].package.row(*row).0 == *cell)
                        .collect(),
                };
            }
        }
    }

    pub(super) fn write(&mut self, known: Known<'_>, solved: &Solved<'_>) -> Result<(), Stopped> {
        for watching in &mut self.outputs {
            watching.write(known, solved)?;
        }
        for (at, file) in &mut self.reductions {
            let flow::Package::Wells(wells) = &solved.packages()[*at].package else { continue };
            for (row, (well, flow)) in wells.rows.iter().zip(solved.flows[*at]).enumerate() {
                if well.rate < 0.0 && *flow > well.rate {
                    file.write(|out| write_reduction(out, solved.time(), row, well.cell, well.rate, *flow))?;
                }
            }
            file.flush()?;
        }
        Ok(())
    }
}

impl Watching {
    fn write(&mut self, known: Known<'_>, solved: &Solved<'_>) -> Result<(), Stopped> {
        let grid = &known.simulation.model.grid;
        self.values.clear();
        for (at, observation) in self.output.observations.iter().enumerate() {
            let rows = &self.rows[at];
            let sum = |value: &dyn Fn(usize, usize) -> f64| match self.package {
                Some(package) if !rows.is_empty() => rows.iter().map(|row| value(package, *row)).sum(),
                _ => NO_DATA,
            };
            self.values.push(match (observation.quantity, &observation.target) {
                (Quantity::Head, Target::Cell(cell)) => solved.head()[*cell],
                (Quantity::Drawdown, Target::Cell(cell)) => self.starts[at] - solved.head()[*cell],
                (Quantity::FaceFlow, Target::Face(first, second)) => {
                    solved.engine.inflow(grid, *first, *second)
                }
                (Quantity::PackageFlow, _) => sum(&|package, row| solved.flows[package][row]),
                (Quantity::WellReduction, _) => {
                    sum(&|package, row| match &solved.packages()[package].package {
                        flow::Package::Wells(wells) => wells.rows[row].rate - solved.flows[package][row],
                        _ => 0.0,
                    })
                }
                _ => NO_DATA,
            });
        }
        let (output, digits, values) = (&self.output, self.digits, &self.values);
        self.file.write(|out| write_observations(out, output, digits, solved.step.total_time, values))?;
        self.file.flush()
    }
}

/// Rows of a package that bear a name in a stress period (from nought).
fn named_rows(package: &Package, period: usize, name: &str) -> Vec<usize> {
    fn list<R: StressRow>(package: &ListPackage<R>, period: usize, name: &str) -> Vec<usize> {
        let rows = package.rows(period).iter().enumerate();
        rows.filter(|(_, row)| row.place().boundname.as_deref() == Some(name)).map(|(at, _)| at).collect()
    }
    fn arrays<K: ArrayKind>(_: &ArrayPackage<K>) -> Vec<usize> {
        Vec::new()
    }
    match package {
        Package::Wells(p) => list(p, period, name),
        Package::Drains(p) => list(p, period, name),
        Package::Rivers(p) => list(p, period, name),
        Package::GeneralHeads(p) => list(p, period, name),
        Package::ConstantHeads(p) => list(p, period, name),
        Package::Recharges(p) => list(p, period, name),
        Package::Evapotranspirations(p) => list(p, period, name),
        Package::RechargeArrays(p) => arrays(p),
        Package::EvapotranspirationArrays(p) => arrays(p),
    }
}
