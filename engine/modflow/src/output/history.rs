//! How each step converges, written while it does: the outer iterations as CSV, with where it hurts most.
//!
//! The first ten columns are MODFLOW's own (`CSV_OUTER_OUTPUT`); the others say where the largest change and the largest net inflow
//! are, and which packages sit there.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quanyu_files::modflow::{Grid, TimeStep};
use quanyu_flow::{NamedPackage, OuterIteration};

use super::Known;
use super::file::{Folder, OutputFile};
use crate::failure::{Stopped, centre};

/// Outer iterations of which the worst cells are remembered for a failure.
const REMEMBERED: usize = 4;

const HEAD: &str = "total_inner_iterations,totim,kper,kstp,nouter,inner_iterations,solution_outer_dvmax,\
    solution_outer_dvmax_model,solution_outer_dvmax_package,solution_outer_dvmax_node,dvmax_layer,dvmax_row,\
    dvmax_column,dvmax_x,dvmax_y,dvmax_packages,residual,residual_node,residual_layer,residual_row,residual_column,\
    residual_x,residual_y,residual_packages,relative_residual,dry_cells";

/// The history of outer iterations, shared with the engine that tells of them.
#[derive(Clone, Debug)]
pub(crate) struct History(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    file: Option<OutputFile>,
    period: usize,
    step: usize,
    total_time: f64,
    inner: usize,
    /// Cells with rows of packages, ascending, and the packages' places.
    sites: Vec<(u32, u16)>,
    names: Vec<String>,
    last: VecDeque<OuterIteration>,
    failed: Option<Stopped>,
}

impl History {
    /// Opens the file of outer iterations where IMS names one.
    pub(crate) fn open(folder: &Folder, known: Known<'_>) -> Result<Self, Stopped> {
        let mut file =
            known.simulation.solver.outer_csv.as_ref().map(|file| folder.make(&file.name)).transpose()?;
        if let Some(file) = &mut file {
            file.line(HEAD)?;
            file.flush()?;
        }
        let names = known.simulation.model.packages.iter().map(|package| package.name().to_owned()).collect();
        Ok(Self(Arc::new(Mutex::new(Kept { file, names, ..Kept::default() }))))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers which packages sit where.
    pub(crate) fn set_rows(&self, packages: &[NamedPackage]) {
        let mut kept = self.kept();
        if kept.file.is_none() {
            return;
        }
        kept.sites.clear();
        for (at, named) in packages.iter().enumerate() {
            let rows = 0..named.package.len();
            kept.sites.extend(rows.map(|row| (named.package.row(row).0 as u32, at as u16)));
        }
        kept.sites.sort_unstable();
        kept.sites.dedup();
    }

    /// A step, or another try of it, begins.
    pub(crate) fn begin(&self, step: &TimeStep) {
        let mut kept = self.kept();
        (kept.period, kept.step, kept.total_time) = (step.period + 1, step.step, step.total_time);
        kept.inner = 0;
        kept.last.clear();
    }

    /// Takes an outer iteration; a failure to write is kept for [`Self::check`].
    pub(crate) fn note(&self, grid: &Grid, iteration: OuterIteration) {
        let mut kept = self.kept();
        kept.inner += iteration.inner;
        if kept.last.len() == REMEMBERED {
            kept.last.pop_front();
        }
        kept.last.push_back(iteration);
        let line = kept.row(grid, &iteration);
        if let Some(file) = &mut kept.file
            && let Err(error) = file.line(&line).and_then(|()| file.flush())
        {
            kept.failed.get_or_insert(error);
        }
    }

    /// Whether all could be written so far.
    pub(crate) fn check(&self) -> Result<(), Stopped> {
        self.kept().failed.take().map_or(Ok(()), Err)
    }

    /// The cells of the last iterations whose heads changed most, the latest first, each once.
    pub(crate) fn restless(&self) -> Vec<(usize, f64)> {
        let mut found: Vec<(usize, f64)> = Vec::new();
        for iteration in self.kept().last.iter().rev() {
            if iteration.change != 0.0 && !found.iter().any(|(cell, _)| *cell == iteration.change_cell) {
                found.push((iteration.change_cell, iteration.change));
            }
        }
        found
    }
}

impl Kept {
    fn row(&self, grid: &Grid, iteration: &OuterIteration) -> String {
        let place = |cell: usize| {
            let (layer, row, column) = grid.layer_row_column(cell);
            let [x, y] = centre(grid, cell);
            let first = self.sites.partition_point(|(site, _)| (*site as usize) < cell);
            let names: Vec<&str> = self.sites[first..]
                .iter()
                .take_while(|(site, _)| *site as usize == cell)
                .map(|(_, package)| self.names[usize::from(*package)].as_str())
                .collect();
            format!("{},{},{},{x},{y},{}", layer + 1, row + 1, column + 1, names.join(" "))
        };
        format!(
            "{},{},{},{},{},{},{:e},1,,{},{},{:e},{},{},{:e},{}",
            self.inner,
            self.total_time,
            self.period,
            self.step,
            iteration.iteration,
            iteration.inner,
            iteration.change,
            iteration.change_cell + 1,
            place(iteration.change_cell),
            iteration.residual,
            iteration.residual_cell + 1,
            place(iteration.residual_cell),
            iteration.relative_residual,
            iteration.dry_cells,
        )
    }
}
