//! The binary files: heads (`.hds`) and flows (`.cbc`).

use quanyu_files::modflow::results::{BudgetRow, CellBudgetWriter, write_heads};
use quanyu_files::modflow::{Action, Output, Package};

use super::file::{Folder, OutputFile};
use super::{Known, Solved};
use crate::faces::{Connected, Wet};
use crate::failure::Stopped;

/// Heads and flows.
#[derive(Debug)]
pub(super) struct Binary {
    heads: Option<OutputFile>,
    flows: Option<OutputFile>,
    writer: CellBudgetWriter,
    /// Storage and boundary flows of each cell, then the flows of all connections.
    own: Vec<f64>,
    connected: Vec<f64>,
}

impl Binary {
    pub(super) fn open(folder: &Folder, known: Known<'_>) -> Result<Self, Stopped> {
        let model = &known.simulation.model;
        let make = |file: &Option<quanyu_files::modflow::FileName>| {
            file.as_ref().map(|file| folder.make(&file.name)).transpose()
        };
        Ok(Self {
            heads: make(&model.output.heads)?,
            flows: make(&model.output.budget)?,
            writer: CellBudgetWriter::new(&model.name, &model.grid),
            own: Vec::new(),
            connected: Vec::new(),
        })
    }

    pub(super) fn write(&mut self, known: Known<'_>, solved: &Solved<'_>) -> Result<(), Stopped> {
        let model = &known.simulation.model;
        let step = solved.step;
        let wants = |output: Output| {
            model.output.wants(Action::Save, output, step.period, step.step, step.ends_period)
        };
        if let Some(file) = self.heads.as_mut().filter(|_| wants(Output::Head)) {
            file.write(|out| write_heads(out, &model.grid, solved.time(), solved.head()))?;
            file.flush()?;
        }
        if wants(Output::Budget) {
            self.write_flows(known, solved)?;
        }
        Ok(())
    }

    fn write_flows(&mut self, known: Known<'_>, solved: &Solved<'_>) -> Result<(), Stopped> {
        let Some(file) = &mut self.flows else { return Ok(()) };
        let (model, time) = (&known.simulation.model, solved.time());
        let (grid, property, writer) = (&model.grid, &model.property, &self.writer);
        if let Some(storage) = model.storage.as_ref().filter(|sto| sto.save_flows || model.save_flows) {
            for (part, term) in
                ["STO-SS", "STO-SY"].iter().enumerate().take(1 + usize::from(storage.has_yield()))
            {
                let active = |cell: usize| !known.connectivity.row(cell).is_empty();
                let released =
                    |cell| if active(cell) { solved.engine.storage_split(cell)[part] } else { 0.0 };
                let values: Vec<f64> = (0..grid.cells()).map(released).collect();
                file.write(|out| writer.write_cells(out, time, term, &values))?;
            }
        }
        if property.save_flows || model.save_flows {
            own_flows(known, solved, &mut self.own);
            solved.faces.write_connected(grid, known.connectivity, &self.own, &mut self.connected);
            file.write(|out| writer.write_faces(out, time, known.connectivity, &self.connected))?;
            self.connected = Vec::new();
            if property.save_specific_discharge {
                let wet = Wet {
                    head: solved.head(),
                    saturation: solved.engine.saturation(),
                    convertible: known.convertible,
                    newton: model.newton,
                };
                let cells = solved.faces.specific_discharge(grid, known.connectivity, wet);
                file.write(|out| writer.write_specific_discharge(out, time, "NPF", &cells))?;
            }
            if property.save_saturation {
                let active = (0..grid.cells()).filter(|cell| !known.connectivity.row(*cell).is_empty());
                let cells: Vec<(usize, f64)> =
                    active.map(|cell| (cell, solved.engine.saturation()[cell])).collect();
                file.write(|out| writer.write_saturation(out, time, "NPF", &cells))?;
            }
        }
        for (at, package) in model.packages.iter().enumerate() {
            let common = package.common();
            if !(common.save_flows || model.save_flows) {
                continue;
            }
            let (rows, notes, flows) = (&solved.packages()[at].package, &solved.notes[at], solved.flows[at]);
            let names = &common.auxiliary;
            let rows = (0..rows.len()).map(|row| BudgetRow {
                cell: solved.engine.acting_cell(rows, row),
                other: notes.number(row),
                flow: flows[row],
                auxiliary: notes.auxiliary(row, names.len()),
            });
            file.write(|out| {
                writer.write_package(out, time, package.term(), Package::name(package), names, rows)
            })?;
        }
        file.flush()
    }
}

/// Storage and boundary flows of every cell together.
fn own_flows(known: Known<'_>, solved: &Solved<'_>, own: &mut Vec<f64>) {
    own.clear();
    own.extend((0..known.simulation.model.grid.cells()).map(|cell| {
        if known.connectivity.row(cell).is_empty() {
            0.0
        } else {
            solved.engine.storage_split(cell).iter().sum()
        }
    }));
    for (named, flows) in solved.packages().iter().zip(solved.flows) {
        for (row, flow) in flows.iter().enumerate() {
            own[solved.engine.acting_cell(&named.package, row)] += flow;
        }
    }
}
