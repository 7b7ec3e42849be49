//! The document of an export: grid, rock, time, solver and output.

use quanyu_files::modflow::{
    Action, Barrier, Barriers, CellAveraging, CellValues, Complexity, FileName, FlowModel, Grid, Initial,
    LayerValues, Mark, Output, OutputControl, OutputRow, Package, Period, Periods, Property, Simulation,
    Solver, Storage, StressPeriod, Time, TimeUnit, VaryingConductivity, When,
};
use quanyu_flow::{CellKind, Formulation, Problem};

use super::Export;
use super::kept::Kept;

/// Stem of the model's files.
pub(super) const NAME: &str = "basin";

/// Largest change of head of the last outer iteration \[m\].
const OUTER_CLOSURE: f64 = 1e-8;
/// The same of an inner iteration \[m\].
const INNER_CLOSURE: f64 = 1e-9;
/// Largest residual of an inner solution \[m³/d\].
const INNER_RESIDUAL: f64 = 1e-6;
/// Iterations allowed, outer and inner.
const ITERATIONS: usize = 500;

pub(super) fn simulation(export: &Export<'_>) -> Simulation {
    let packages = export.packages.iter().filter(|kept| kept.has_rows());
    let packages: Vec<Package> = packages.map(|kept| kept.package(&export.lengths)).collect();
    let solver = Solver {
        outer_closure: OUTER_CLOSURE,
        outer_maximum: ITERATIONS,
        inner_closure: INNER_CLOSURE,
        inner_residual: INNER_RESIDUAL,
        inner_maximum: ITERATIONS,
        ..Solver::preset(Complexity::Complex)
    };
    Simulation {
        continue_unconverged: false,
        checked: !export.packages.iter().any(Kept::below_bottoms),
        time: time(export),
        time_file: format!("{NAME}.tdis"),
        solver,
        solver_file: format!("{NAME}.ims"),
        model: model(export, packages),
    }
}

/// The name of a package in MODFLOW.
pub(super) fn package_name(name: &str) -> String {
    const LONGEST: usize = 16;
    name.to_ascii_uppercase().chars().take(LONGEST).collect()
}

/// The file of changing conductivities.
pub(super) fn varying_name() -> String {
    format!("{NAME}.tvk")
}

fn time(export: &Export<'_>) -> Time {
    let period = |length: &f64| StressPeriod {
        length: *length,
        steps: 1,
        multiplier: 1.0,
        adaptive: None,
        mark: Mark::default(),
    };
    Time {
        unit: TimeUnit::Days,
        start: export.start_date.clone(),
        periods: export.lengths.iter().map(period).collect(),
    }
}

fn model(export: &Export<'_>, packages: Vec<Package>) -> FlowModel {
    let problem = export.problem;
    let barriers: Vec<Barrier> = problem
        .barriers()
        .iter()
        .map(|barrier| Barrier {
            cells: [barrier.cell_a, barrier.cell_b],
            characteristic: barrier.hydraulic_characteristic,
            mark: Mark::default(),
        })
        .collect();
    FlowModel {
        name: NAME.to_ascii_uppercase(),
        file: format!("{NAME}.nam"),
        listing: format!("{NAME}.lst"),
        print_input: false,
        print_flows: false,
        save_flows: true,
        newton: problem.formulation() == Formulation::Upstream,
        newton_under_relaxation: problem.formulation() == Formulation::Upstream,
        grid: grid(problem),
        initial: Initial {
            head: where_active(problem, |cell| export.start[cell], 0.0),
            mark: Mark::default(),
        },
        property: property(export),
        storage: Some(storage(problem)),
        output: output(export.lengths.len()),
        barriers: (!barriers.is_empty()).then(|| Barriers {
            name: "HFB".to_owned(),
            print_input: false,
            maximum: barriers.len(),
            periods: first(barriers),
            mark: Mark::default(),
        }),
        observations: Vec::new(),
        packages,
        mark: Mark::default(),
    }
}

/// Rows that hold from the first stress period on.
fn first<R>(rows: Vec<R>) -> Periods<R> {
    Periods::from_list(vec![Period { number: 0, rows, mark: Mark::default() }])
}

/// One value a cell, layer by layer.
fn cells<T: Copy + PartialEq>(problem: &Problem, value: impl Fn(usize) -> T) -> CellValues<T> {
    let per_layer = problem.grid().cells_per_layer();
    let layer =
        |layer: usize| LayerValues::each((layer * per_layer..(layer + 1) * per_layer).map(&value).collect());
    CellValues::new((0..problem.grid().layers).map(layer).collect())
}

/// One value an active cell, and the same in all others.
fn where_active(problem: &Problem, value: impl Fn(usize) -> f64, other: f64) -> CellValues<f64> {
    cells(problem, |cell| if problem.grid().is_active(cell) { value(cell) } else { other })
}

pub(super) fn grid(problem: &Problem) -> Grid {
    let grid = problem.grid();
    Grid {
        file: format!("{NAME}.dis"),
        length_units: Some("METERS".to_owned()),
        no_grid_file: false,
        grid_file: None,
        x_origin: grid.corner[0],
        y_origin: grid.corner[1] - grid.row_heights.iter().sum::<f64>(),
        rotation: 0.0,
        coordinates: None,
        layers: grid.layers,
        rows: grid.rows,
        columns: grid.columns,
        column_widths: LayerValues::each(grid.column_widths.clone()),
        row_heights: LayerValues::each(grid.row_heights.clone()),
        top: LayerValues::each(grid.top.clone()),
        bottom: cells(problem, |cell| grid.bottom[cell]),
        domain: cells(problem, |cell| match grid.kind[cell] {
            CellKind::Active => 1,
            CellKind::Inactive => 0,
            CellKind::PassThrough => -1,
        }),
        mark: Mark::default(),
    }
}

fn property(export: &Export<'_>) -> Property {
    let problem = export.problem;
    let rock = problem.properties();
    let mark = Mark::default();
    Property {
        save_flows: true,
        print_flows: false,
        save_specific_discharge: true,
        save_saturation: false,
        averaging: CellAveraging::Harmonic,
        starting_thickness: false,
        variable_vertical: false,
        dewatered: false,
        perched: false,
        rewetting: None,
        highest_cell_saturation: false,
        k22_is_ratio: rock.anisotropy.is_some(),
        k33_is_ratio: false,
        cell_type: cells(problem, |cell| i32::from(rock.convertible[cell])),
        k: where_active(problem, |cell| rock.conductivity[cell], 1.0),
        k22: rock.anisotropy.as_ref().map(|ratio| where_active(problem, |cell| ratio[cell], 1.0)),
        k33: Some(where_active(problem, |cell| rock.vertical_conductivity[cell], 1.0)),
        angle1: None,
        angle2: None,
        angle3: None,
        wet_dry: None,
        varying: export.changes.is_some().then(|| VaryingConductivity {
            file: FileName { name: varying_name(), mark },
            print_input: false,
            periods: Periods::default(),
        }),
        mark,
    }
}

fn storage(problem: &Problem) -> Storage {
    let rock = problem.properties();
    Storage {
        save_flows: true,
        coefficient: false,
        confined_only: false,
        convertible: cells(problem, |cell| i32::from(rock.convertible[cell])),
        specific_storage: where_active(problem, |cell| rock.specific_storage[cell], 0.0),
        specific_yield: where_active(problem, |cell| rock.specific_yield[cell], 0.0),
        transient: first(vec![true]),
        mark: Mark::default(),
    }
}

/// Heads of every step, and the flows of the last.
fn output(periods: usize) -> OutputControl {
    let mark = Mark::default();
    let file = |ending: &str| Some(FileName { name: format!("{NAME}.{ending}"), mark });
    let save = |output: Output| OutputRow { action: Action::Save, output, when: When::All, mark };
    let mut blocks = vec![Period { number: 0, rows: vec![save(Output::Head)], mark }];
    let last = Period {
        number: periods.saturating_sub(1),
        rows: vec![save(Output::Head), save(Output::Budget)],
        mark,
    };
    if last.number == 0 {
        blocks.clear();
    }
    blocks.push(last);
    OutputControl {
        heads: file("hds"),
        budget: file("cbc"),
        budget_csv: file("budget.csv"),
        head_format: None,
        periods: Periods::from_list(blocks),
    }
}
