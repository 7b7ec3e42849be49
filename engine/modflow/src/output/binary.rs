//! The binary files: heads (`.hds`) and flows (`.cbc`).

use quanyu_files::modflow::results::{BudgetRow, CellBudgetWriter, neighbours, write_heads};
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
        let active = |cell: &usize| grid.is_active(*cell);
        let cells = || (0..grid.cells()).filter(active);
        if let Some(storage) = model.storage.as_ref().filter(|sto| sto.save_flows || model.save_flows) {
            let terms = ["STO-SS", "STO-SY"];
            for (part, term) in terms.iter().enumerate().take(1 + usize::from(storage.has_yield())) {
                let released =
                    |cell: usize| if active(&cell) { solved.engine.storage_split(cell)[part] } else { 0.0 };
                file.write(|out| writer.write_cells(out, time, term, (0..grid.cells()).map(released)))?;
            }
        }
        if property.save_flows || model.save_flows {
            let own = own_flows(known, solved);
            let faces = solved.engine;
            let row = |cell: usize| {
                let near = neighbours(grid, cell);
                let from = move |at: usize| near.get(at).map(|other| faces.inflow(grid, cell, *other));
                let net = own[cell] + faces.net(grid, cell);
                std::iter::once(net).chain((0..6).map_while(from))
            };
            file.write(|out| writer.write_faces(out, time, known.connections, cells().flat_map(row)))?;
            let count = if property.save_specific_discharge || property.save_saturation {
                cells().count()
            } else {
                0
            };
            let saturation = solved.engine.saturation();
            if property.save_specific_discharge {
                let (head, convertible) = (solved.head(), known.convertible);
                let wet = Wet { head, saturation, convertible, newton: model.newton };
                let discharge = cells().map(|cell| (cell, faces.specific_discharge(grid, wet, cell)));
                file.write(|out| writer.write_specific_discharge(out, time, "NPF", count, discharge))?;
            }
            if property.save_saturation {
                let saturation = cells().map(|cell| (cell, saturation[cell]));
                file.write(|out| writer.write_saturation(out, time, "NPF", count, saturation))?;
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
fn own_flows(known: Known<'_>, solved: &Solved<'_>) -> Vec<f64> {
    let grid = &known.simulation.model.grid;
    let stored = |cell: usize| {
        if grid.is_active(cell) { solved.engine.storage_split(cell).iter().sum() } else { 0.0 }
    };
    let mut own: Vec<f64> = (0..grid.cells()).map(stored).collect();
    for (named, flows) in solved.packages().iter().zip(solved.flows) {
        for (row, flow) in flows.iter().enumerate() {
            own[solved.engine.acting_cell(&named.package, row)] += flow;
        }
    }
    own
}
