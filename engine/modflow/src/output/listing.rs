//! The listings: that of the model with its budget tables, and that of the simulation (`mfsim.lst`).

use std::io::Write;

use quanyu_files::modflow::results::{
    Budget, NORMAL_TERMINATION, neighbours, write_head_table, write_time_summary,
};
use quanyu_files::modflow::{Action, Output, TimeStep};
use quanyu_flow::{self as flow, NamedPackage};

use super::file::{Folder, OutputFile};
use super::{Known, Solved};
use crate::faces::Connected;
use crate::failure::{StepStopped, Stopped};
use crate::run::Finished;

/// Name of the listing of the simulation.
const SIMULATION: &str = "mfsim.lst";

/// Both listings.
#[derive(Debug)]
pub(super) struct Listing {
    model: OutputFile,
    simulation: OutputFile,
}

impl Listing {
    pub(super) fn open(folder: &Folder, known: Known<'_>, remarks: &[String]) -> Result<Self, Stopped> {
        let model = &known.simulation.model;
        let grid = &model.grid;
        let mut simulation = folder.make(SIMULATION)?;
        let mut listing = folder.make(&model.listing)?;
        let version = env!("CARGO_PKG_VERSION");
        for file in [&mut simulation, &mut listing] {
            file.line(&format!(
                "quanyu-mf6 {version}: a MODFLOW 6 simulation run by the flow engine of quanyu"
            ))?;
            file.line("")?;
        }
        listing.line(&format!(
            " GROUNDWATER FLOW MODEL {}: {} LAYERS, {} ROWS, {} COLUMNS",
            model.name, grid.layers, grid.rows, grid.columns
        ))?;
        listing.line(&format!(
            " FORMULATION: {}",
            if model.newton { "NEWTON-RAPHSON WITH UPSTREAM WEIGHTING" } else { "STANDARD" }
        ))?;
        for package in &model.packages {
            listing.line(&format!(" PACKAGE {}: {}", package.name(), package.kind()))?;
        }
        for remark in remarks {
            simulation.line(&format!(" {remark}"))?;
        }
        simulation.flush()?;
        listing.flush()?;
        Ok(Self { model: listing, simulation })
    }

    /// Lists the rows of packages that ask for it.
    pub(super) fn rows(
        &mut self,
        known: Known<'_>,
        step: &TimeStep,
        packages: &[NamedPackage],
    ) -> Result<(), Stopped> {
        let model = &known.simulation.model;
        for (document, named) in model.packages.iter().zip(packages) {
            if !(document.common().print_input || model.print_input) {
                continue;
            }
            let title = format!(
                "\n {} ({}) STRESS PERIOD {}, TIME STEP {}: {} ROWS",
                named.name,
                document.kind(),
                step.period + 1,
                step.step,
                named.package.len()
            );
            self.model.line(&title)?;
            for row in 0..named.package.len() {
                let cell = model.grid.label(named.package.row(row).0);
                let numbers: Vec<String> =
                    numbers(&named.package, row).iter().map(|value| format!("{value:16.8e}")).collect();
                self.model.line(&format!(" {:8} {cell:>18} {}", row + 1, numbers.join(" ")))?;
            }
        }
        Ok(())
    }

    pub(super) fn write(
        &mut self,
        known: Known<'_>,
        solved: &Solved<'_>,
        budget: &Budget,
    ) -> Result<(), Stopped> {
        let (simulation, step) = (known.simulation, solved.step);
        let (model, control) = (&simulation.model, &simulation.model.output);
        let file = &mut self.model;
        for note in &solved.engine.report.notes {
            let (period, step) = (step.period + 1, step.step);
            file.line(&format!("\n STRESS PERIOD {period}, TIME STEP {step}: {note}"))?;
        }
        let wants =
            |output: Output| control.wants(Action::Print, output, step.period, step.step, step.ends_period);
        if wants(Output::Head) {
            let format = control.head_format.unwrap_or_default();
            file.write(|out| write_head_table(out, &model.grid, solved.time(), format, solved.head()))?;
        }
        if control.prints_budget(step.period, step.step, step.ends_period, true) {
            print_flows(file, known, solved)?;
            file.write(|out| {
                budget.write_table(out, step.step, step.period + 1)?;
                write_time_summary(out, simulation.time.unit, solved.time())
            })?;
        }
        file.flush()
    }

    pub(super) fn finish(&mut self, finished: Finished) -> Result<(), Stopped> {
        for file in [&mut self.model, &mut self.simulation] {
            if let Some(words) = finished.failures() {
                file.line(&format!("\n {words}"))?;
            }
            file.write(|out| writeln!(out, "\n {NORMAL_TERMINATION}"))?;
            file.flush()?;
        }
        Ok(())
    }

    pub(super) fn fail(&mut self, stopped: &StepStopped) -> Result<(), Stopped> {
        for file in [&mut self.model, &mut self.simulation] {
            file.write(|out| {
                writeln!(out, "\n FAILURE: {stopped}\n\n Premature termination of simulation.")
            })?;
            file.flush()?;
        }
        Ok(())
    }
}

/// Flows of the rows of packages that ask for it.
fn print_flows(file: &mut OutputFile, known: Known<'_>, solved: &Solved<'_>) -> Result<(), Stopped> {
    let model = &known.simulation.model;
    let (period, step) = (solved.step.period + 1, solved.step.step);
    for (at, document) in model.packages.iter().enumerate() {
        if !(document.common().print_flows || model.print_flows) {
            continue;
        }
        let (named, notes) = (&solved.packages()[at], &solved.notes[at]);
        file.line(&format!(
            "\n {} PACKAGE ({}) FLOW RATES AT END OF TIME STEP {step}, STRESS PERIOD {period}",
            document.kind(),
            named.name
        ))?;
        for (row, flow) in solved.flows[at].iter().enumerate() {
            let cell = model.grid.label(named.package.row(row).0);
            file.line(&format!(" {:8} {cell:>18} {flow:16.8e}", notes.number(row) + 1))?;
        }
    }
    if model.property.print_flows || model.print_flows {
        file.line(&format!("\n FLOWS BETWEEN CELLS AT END OF TIME STEP {step}, STRESS PERIOD {period}"))?;
        let grid = &model.grid;
        for cell in 0..grid.cells() {
            for other in neighbours(grid, cell).iter().copied() {
                if other > cell {
                    let flow = solved.engine.inflow(grid, cell, other);
                    file.line(&format!(" {:>18} {:>18} {flow:16.8e}", grid.label(cell), grid.label(other)))?;
                }
            }
        }
    }
    Ok(())
}

/// The numbers of a row in the order of its package's columns, multiplier applied.
fn numbers(package: &flow::Package, row: usize) -> Vec<f64> {
    match package {
        flow::Package::Wells(wells) => vec![wells.rows[row].rate],
        flow::Package::Drains(rows) => vec![rows[row].elevation, rows[row].conductance],
        flow::Package::Rivers(rows) => vec![rows[row].stage, rows[row].conductance, rows[row].bottom],
        flow::Package::GeneralHeads(rows) => vec![rows[row].head, rows[row].conductance],
        flow::Package::ConstantHeads(rows) => vec![rows[row].head],
        flow::Package::Recharge(rows) => vec![rows[row].rate],
        flow::Package::Evapotranspiration(rows) => {
            vec![rows[row].surface, rows[row].rate, rows[row].depth]
        }
    }
}
