//! `quanyu check`: read everything, put it on the grid, plan; simulate and write nothing.

use quanyu_basin::{GridSpec, Parameters, discretise};
use quanyu_files::Sources;
use quanyu_policy::history::check_sites;
use quanyu_policy::{Ends, apply};

use crate::arguments::CheckArguments;
use crate::outcome::{CommandError, Outcome};
use crate::progress::result;
use crate::run::{read, wrong};

/// Checks the scenarios.
pub(crate) fn check(arguments: &CheckArguments) -> Result<Outcome, CommandError> {
    let mut sources = Sources::new();
    let study = read(&arguments.scenarios, &mut sources)?;
    let mut faults = Vec::new();
    let mut lines = Vec::new();
    for (number, folder) in study.basins.iter().enumerate() {
        let basin = &folder.basin;
        match discretise(basin, &Parameters::of(basin), &GridSpec { cell: arguments.cell }) {
            Ok(gridded) => {
                let grid = gridded.problem.grid();
                lines.push(format!(
                    "basin {}: {} layers × {} rows × {} columns, {} groups, {} springs",
                    basin.id,
                    grid.layers,
                    grid.rows,
                    grid.columns,
                    basin.groups.len(),
                    basin.springs.len()
                ));
                lines.extend(gridded.notes.iter().map(|note| format!("  note: {}", note.message)));
                let on_it = study.scenarios.iter().filter(|file| file.basin == number);
                faults.extend(on_it.flat_map(|file| check_sites(basin, &file.scenario, &gridded)));
            }
            Err(more) => faults.extend(more),
        }
    }
    for file in &study.scenarios {
        let basin = &study.basin_of(file).basin;
        for ends in [Ends::Value, Ends::Low, Ends::High] {
            match apply(basin, &file.scenario, &basin.time.periods(), ends) {
                Ok(plan) if ends == Ends::Value => {
                    lines.push(format!("scenario {}: {} measures", file.scenario.name, plan.measures.len()));
                    lines.extend(plan.notes.iter().map(|note| format!("  note: {}", note.named())));
                }
                Ok(_) => {}
                Err(more) => faults.extend(more),
            }
        }
    }
    if !faults.is_empty() {
        return Err(wrong(&sources, &faults));
    }
    lines.push("no fault found".into());
    result(&lines.join("\n"));
    Ok(Outcome::Done)
}
