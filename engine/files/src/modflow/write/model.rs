//! The name file of a model and the files of its own packages.

use super::package;
use super::text::{Number, Text, TextFile, quoted};
use crate::modflow::model::default_listing;
use crate::modflow::output_control::Notation;
use crate::modflow::{
    Action, Barriers, CellAveraging, ConductivityChange, FlowModel, Grid, Initial, ObservationFile, Output,
    OutputControl, Property, Quantity, Storage, Target, VaryingConductivity, When,
};

/// The name of a file beside the model's name file: its stem and an ending.
pub(super) fn beside(model: &FlowModel, ending: &str) -> String {
    let listing = default_listing(&model.file);
    format!("{}.{ending}", listing.trim_end_matches(".lst"))
}

pub(super) fn files(model: &FlowModel) -> Vec<TextFile> {
    let mut names = Text::new();
    names.block("OPTIONS", "", true, |text| {
        if model.listing != default_listing(&model.file) {
            text.line(format!("LIST {}", quoted(&model.listing)));
        }
        text.flag("PRINT_INPUT", model.print_input);
        text.flag("PRINT_FLOWS", model.print_flows);
        text.flag("SAVE_FLOWS", model.save_flows);
        if model.newton {
            text.line(if model.newton_under_relaxation { "NEWTON UNDER_RELAXATION" } else { "NEWTON" });
        }
    });
    let mut files = vec![
        grid(&model.grid).named(&model.grid.file),
        initial(model, &model.initial).named(beside(model, "ic")),
        property(model, &model.property).named(beside(model, "npf")),
        output(&model.output).named(beside(model, "oc")),
    ];
    let mut listed = vec![
        format!("DIS6 {}", quoted(&model.grid.file)),
        format!("IC6 {}", quoted(&beside(model, "ic"))),
        format!("NPF6 {}", quoted(&beside(model, "npf"))),
        format!("OC6 {}", quoted(&beside(model, "oc"))),
    ];
    if let Some(varying) = &model.property.varying {
        files.push(varying_conductivity(&model.grid, varying).named(&varying.file.name));
    }
    if let Some(sto) = &model.storage {
        files.push(storage(model, sto).named(beside(model, "sto")));
        listed.push(format!("STO6 {}", quoted(&beside(model, "sto"))));
    }
    if let Some(hfb) = &model.barriers {
        files.push(barriers(model, hfb).named(beside(model, "hfb")));
        listed.push(format!("HFB6 {} {}", quoted(&beside(model, "hfb")), hfb.name));
    }
    for file in &model.observations {
        files.push(observations(&model.grid, file, "GWF"));
        listed.push(format!("OBS6 {}", quoted(&file.file.name)));
    }
    for package in &model.packages {
        let name = beside(model, &package.name().to_ascii_lowercase());
        listed.push(format!("{}6 {} {}", package.kind(), quoted(&name), package.name()));
        files.extend(package::files(model, package, &name));
    }
    names.block("PACKAGES", "", true, |text| listed.iter().for_each(|line| text.line(line)));
    files.insert(0, names.named(&model.file));
    files
}

fn grid(grid: &Grid) -> Text {
    let mut text = Text::new();
    text.block("OPTIONS", "", true, |text| {
        if let Some(units) = &grid.length_units {
            text.line(format!("LENGTH_UNITS {units}"));
        }
        text.flag("NOGRB", grid.no_grid_file);
        if let Some(file) = &grid.grid_file {
            text.line(format!("GRB6 FILEOUT {}", quoted(&file.name)));
        }
        for (word, value) in
            [("XORIGIN", grid.x_origin), ("YORIGIN", grid.y_origin), ("ANGROT", grid.rotation)]
        {
            text.line(format!("{word} {}", value.text()));
        }
        if let Some(coordinates) = &grid.coordinates {
            text.line(format!("CRS {}", quoted(coordinates)));
        }
    });
    text.block("DIMENSIONS", "", true, |text| {
        text.line(format!("NLAY {}", grid.layers));
        text.line(format!("NROW {}", grid.rows));
        text.line(format!("NCOL {}", grid.columns));
    });
    text.block("GRIDDATA", "", true, |text| {
        text.array("DELR", &grid.column_widths, grid.columns);
        text.array("DELC", &grid.row_heights, grid.rows);
        text.array("TOP", &grid.top, grid.columns);
        text.cells("BOTM", &grid.bottom, grid.columns);
        text.cells("IDOMAIN", &grid.domain, grid.columns);
    });
    text
}

fn initial(model: &FlowModel, initial: &Initial) -> Text {
    let mut text = Text::new();
    text.block("GRIDDATA", "", true, |text| text.cells("STRT", &initial.head, model.grid.columns));
    text
}

fn property(model: &FlowModel, property: &Property) -> Text {
    let mut text = Text::new();
    text.block("OPTIONS", "", true, |text| {
        text.flag("SAVE_FLOWS", property.save_flows);
        text.flag("PRINT_FLOWS", property.print_flows);
        let words = CellAveraging::WORDS.iter();
        for (word, _) in words.filter(|(_, averaging)| *averaging == property.averaging) {
            text.line(format!("ALTERNATIVE_CELL_AVERAGING {word}"));
        }
        text.flag("THICKSTRT", property.starting_thickness);
        if property.variable_vertical {
            text.line(if property.dewatered { "VARIABLECV DEWATERED" } else { "VARIABLECV" });
        }
        text.flag("PERCHED", property.perched);
        if let Some(rewet) = property.rewetting {
            let factor = rewet.factor.text();
            text.line(format!("REWET WETFCT {factor} IWETIT {} IHDWET {}", rewet.interval, rewet.equation));
        }
        text.flag("HIGHEST_CELL_SATURATION", property.highest_cell_saturation);
        text.flag("SAVE_SPECIFIC_DISCHARGE", property.save_specific_discharge);
        text.flag("SAVE_SATURATION", property.save_saturation);
        text.flag("K22OVERK", property.k22_is_ratio);
        text.flag("K33OVERK", property.k33_is_ratio);
        if let Some(varying) = &property.varying {
            text.line(format!("TVK6 FILEIN {}", quoted(&varying.file.name)));
        }
    });
    let columns = model.grid.columns;
    text.block("GRIDDATA", "", true, |text| {
        text.cells("ICELLTYPE", &property.cell_type, columns);
        text.cells("K", &property.k, columns);
        for (name, values) in [
            ("K22", &property.k22),
            ("K33", &property.k33),
            ("ANGLE1", &property.angle1),
            ("ANGLE2", &property.angle2),
            ("ANGLE3", &property.angle3),
            ("WETDRY", &property.wet_dry),
        ] {
            if let Some(values) = values {
                text.cells(name, values, columns);
            }
        }
    });
    text
}

fn varying_conductivity(grid: &Grid, varying: &VaryingConductivity) -> Text {
    let mut text = Text::new();
    text.block("OPTIONS", "", false, |text| text.flag("PRINT_INPUT", varying.print_input));
    for period in varying.periods.list() {
        changes(&mut text, grid, period.number, &period.rows);
    }
    text
}

fn changes(text: &mut Text, grid: &Grid, number: usize, rows: &[ConductivityChange]) {
    text.block("PERIOD", &(number + 1).to_string(), true, |text| {
        for change in rows {
            let (cell, value) = (cell(grid, change.cell), change.value.text());
            text.line(format!("{cell} {} {value}", change.which.word()));
        }
    });
}

/// The `PERIOD` block of a TVK file, for a writer that has not all periods at once: the stress period (from nought) and what changes.
pub fn conductivity_block(grid: &Grid, number: usize, rows: &[ConductivityChange]) -> String {
    let mut text = Text::new();
    changes(&mut text, grid, number, rows);
    text.into_string()
}

fn storage(model: &FlowModel, storage: &Storage) -> Text {
    let mut text = Text::new();
    text.block("OPTIONS", "", true, |text| {
        text.flag("SAVE_FLOWS", storage.save_flows);
        text.flag("STORAGECOEFFICIENT", storage.coefficient);
        text.flag("SS_CONFINED_ONLY", storage.confined_only);
    });
    let columns = model.grid.columns;
    text.block("GRIDDATA", "", true, |text| {
        text.cells("ICONVERT", &storage.convertible, columns);
        text.cells("SS", &storage.specific_storage, columns);
        text.cells("SY", &storage.specific_yield, columns);
    });
    for period in storage.transient.list() {
        text.block("PERIOD", &(period.number + 1).to_string(), true, |text| {
            for transient in &period.rows {
                text.line(if *transient { "TRANSIENT" } else { "STEADY-STATE" });
            }
        });
    }
    text
}

fn output(output: &OutputControl) -> Text {
    let mut text = Text::new();
    text.block("OPTIONS", "", true, |text| {
        for (word, file) in
            [("HEAD", &output.heads), ("BUDGET", &output.budget), ("BUDGETCSV", &output.budget_csv)]
        {
            if let Some(file) = file {
                text.line(format!("{word} FILEOUT {}", quoted(&file.name)));
            }
        }
        if let Some(format) = output.head_format {
            let (columns, width, digits) = (format.columns, format.width, format.digits);
            let words = Notation::WORDS.iter();
            for (word, _) in words.filter(|(_, notation)| *notation == format.notation) {
                text.line(format!(
                    "HEAD PRINT_FORMAT COLUMNS {columns} WIDTH {width} DIGITS {digits} {word}"
                ));
            }
        }
    });
    for period in output.periods.list() {
        text.block("PERIOD", &(period.number + 1).to_string(), true, |text| {
            for row in &period.rows {
                let action = if row.action == Action::Save { "SAVE" } else { "PRINT" };
                let what = if row.output == Output::Head { "HEAD" } else { "BUDGET" };
                let when = match &row.when {
                    When::All => "ALL".to_owned(),
                    When::First => "FIRST".to_owned(),
                    When::Last => "LAST".to_owned(),
                    When::Frequency(every) => format!("FREQUENCY {every}"),
                    When::Steps(steps) => {
                        let steps: Vec<String> = steps.iter().map(usize::to_string).collect();
                        format!("STEPS {}", steps.join(" "))
                    }
                };
                text.line(format!("{action} {what} {when}"));
            }
        });
    }
    text
}

/// Layer, row and column of a cell from one, with blanks between.
pub(super) fn cell(grid: &Grid, cell: usize) -> String {
    let (layer, row, column) = grid.layer_row_column(cell);
    format!("{} {} {}", layer + 1, row + 1, column + 1)
}

fn barriers(model: &FlowModel, barriers: &Barriers) -> Text {
    let mut text = Text::new();
    text.block("OPTIONS", "", true, |text| text.flag("PRINT_INPUT", barriers.print_input));
    text.block("DIMENSIONS", "", true, |text| text.line(format!("MAXHFB {}", barriers.maximum)));
    for period in barriers.periods.list() {
        text.block("PERIOD", &(period.number + 1).to_string(), true, |text| {
            for row in &period.rows {
                let [first, second] = row.cells.map(|at| cell(&model.grid, at));
                text.line(format!("{first} {second} {}", row.characteristic.text()));
            }
        });
    }
    text
}

pub(super) fn observations(grid: &Grid, file: &ObservationFile, kind: &str) -> TextFile {
    let mut text = Text::new();
    text.block("OPTIONS", "", true, |text| {
        if file.digits > 0 {
            text.line(format!("DIGITS {}", file.digits));
        }
        text.flag("PRINT_INPUT", file.print_input);
    });
    for output in &file.outputs {
        let binary = if output.binary { " BINARY" } else { "" };
        let argument = format!("FILEOUT {}{binary}", quoted(&output.file.name));
        text.block("CONTINUOUS", &argument, true, |text| {
            for observation in &output.observations {
                let word = match observation.quantity {
                    Quantity::Head => "HEAD",
                    Quantity::Drawdown => "DRAWDOWN",
                    Quantity::FaceFlow => "FLOW-JA-FACE",
                    Quantity::PackageFlow => kind,
                    Quantity::WellReduction => "WEL-REDUCTION",
                };
                let target = match &observation.target {
                    Target::Cell(at) => cell(grid, *at),
                    Target::Face(first, second) => format!("{} {}", cell(grid, *first), cell(grid, *second)),
                    Target::Boundname(name) => quoted(name),
                };
                text.line(format!("{} {word} {target}", quoted(&observation.name)));
            }
        });
    }
    text.named(&file.file.name)
}
