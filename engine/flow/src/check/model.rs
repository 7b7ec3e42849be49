//! Faults of a model and of changes of its rock.

use super::{Faults, place};
use crate::fault::{Fault, FaultKind, Origin};
use crate::grid::{CellKind, Grid};
use crate::model::{Model, Problem};
use crate::properties::{Barrier, PropertyChange};

/// All faults of a model.
pub(crate) fn model_faults(model: &Model) -> Vec<Fault> {
    let mut faults = Faults::default();
    if shape(model, &mut faults) {
        geometry(model, &mut faults);
        properties(model, &mut faults);
        barriers(&model.grid, &model.barriers, &mut faults);
        super::laws::law_faults(model, &mut faults);
    }
    faults.list
}

/// Lengths and counts; without them nothing else can be looked at.
fn shape(model: &Model, faults: &mut Faults) -> bool {
    let (grid, rock, origins) = (&model.grid, &model.properties, &model.origins);
    let counts = [("layers", grid.layers), ("rows", grid.rows), ("columns", grid.columns)];
    for (name, _) in counts.iter().filter(|(_, count)| *count == 0) {
        let message = format!("The grid has no {name}.");
        faults.add(origins.grid, FaultKind::BadGeometry, message, "0".into(), "1 or more", "");
    }
    let per_layer = grid.rows.checked_mul(grid.columns);
    let Some((per_layer, cells)) = per_layer.and_then(|p| Some((p, p.checked_mul(grid.layers)?))) else {
        let value = format!("{} × {} × {}", grid.layers, grid.rows, grid.columns);
        let message = "The grid has more cells than this machine can count.".into();
        faults.add(
            origins.grid,
            FaultKind::BadGeometry,
            message,
            value,
            "fewer cells",
            "Use a coarser grid.",
        );
        return false;
    };
    let lengths = [
        ("column widths", grid.column_widths.len(), grid.columns, origins.grid),
        ("row heights", grid.row_heights.len(), grid.rows, origins.grid),
        ("top", grid.top.len(), per_layer, origins.grid),
        ("bottom", grid.bottom.len(), cells, origins.grid),
        ("cell kind", grid.kind.len(), cells, origins.grid),
        ("conductivity", rock.conductivity.len(), cells, origins.conductivity),
        ("anisotropy", rock.anisotropy.as_ref().map_or(cells, Vec::len), cells, origins.conductivity),
        ("vertical conductivity", rock.vertical_conductivity.len(), cells, origins.vertical_conductivity),
        ("specific storage", rock.specific_storage.len(), cells, origins.storage),
        ("specific yield", rock.specific_yield.len(), cells, origins.storage),
        ("convertible flag", rock.convertible.len(), cells, origins.storage),
        ("initial head", model.initial_head.len(), cells, origins.initial_head),
    ];
    for (name, found, expected, origin) in lengths {
        if found != expected {
            let message = format!("The {name} has the wrong number of values.");
            let allowed = format!("{expected} values");
            faults.add(
                origin,
                FaultKind::BadGeometry,
                message,
                found.to_string(),
                &allowed,
                "Give one value each.",
            );
        }
    }
    faults.list.is_empty()
}

fn geometry(model: &Model, faults: &mut Faults) {
    let (grid, origin) = (&model.grid, model.origins.grid);
    let lengths = [("The width of column", &grid.column_widths), ("The height of row", &grid.row_heights)];
    for (what, values) in lengths {
        faults.each(values.iter().enumerate(), |(at, size)| {
            (!Range::POSITIVE.holds(**size)).then(|| Fault {
                origin,
                kind: FaultKind::BadGeometry,
                message: format!("{what} {} is not a positive length.", at + 1),
                value: size.to_string(),
                allowed: Range::POSITIVE.text.into(),
                remedy: String::new(),
            })
        });
    }
    if !grid.corner.iter().all(|x| x.is_finite()) {
        let message = "The corner of the grid is not a finite place.".into();
        faults.add(
            origin,
            FaultKind::BadGeometry,
            message,
            format!("{:?}", grid.corner),
            "finite numbers",
            "",
        );
    }
    faults.each(0..grid.cells(), |cell| {
        let thickness = grid.thickness(*cell);
        let (kind, allowed) = match grid.kind[*cell] {
            CellKind::Active if thickness > 0.0 && thickness.is_finite() => return None,
            CellKind::Active => ("active", "a top above the bottom"),
            CellKind::PassThrough if thickness >= 0.0 && thickness.is_finite() => return None,
            CellKind::PassThrough => ("pass-through", "a top not below the bottom"),
            CellKind::Inactive => return None,
        };
        Some(Fault {
            origin,
            kind: FaultKind::BadGeometry,
            message: format!("The {kind} cell at {} is not thick enough to exist.", place(grid, *cell)),
            value: format!("top {}, bottom {}", grid.cell_top(*cell), grid.bottom[*cell]),
            allowed: allowed.into(),
            remedy: "Raise its top, lower its bottom, or make the layer absent there.".into(),
        })
    });
    if grid.active_cells() == 0 {
        let message = "The grid has no active cell.".into();
        faults.add(origin, FaultKind::Inconsistent, message, "0 active cells".into(), "1 or more", "");
    }
}

fn properties(model: &Model, faults: &mut Faults) {
    let (rock, origins) = (&model.properties, &model.origins);
    let named: [(&str, Option<&[f64]>, Origin, Range); 6] = [
        ("conductivity", Some(&rock.conductivity), origins.conductivity, Range::NOT_NEGATIVE),
        ("anisotropy", rock.anisotropy.as_deref(), origins.conductivity, Range::POSITIVE),
        (
            "vertical conductivity",
            Some(&rock.vertical_conductivity),
            origins.vertical_conductivity,
            Range::NOT_NEGATIVE,
        ),
        ("specific storage", Some(&rock.specific_storage), origins.storage, Range::NOT_NEGATIVE),
        ("specific yield", Some(&rock.specific_yield), origins.storage, Range::SHARE),
        ("initial head", Some(&model.initial_head), origins.initial_head, Range::FINITE),
    ];
    for (name, values, origin, range) in named {
        let Some(values) = values else { continue };
        let grid = &model.grid;
        faults.each(0..grid.cells(), |cell| {
            let bad = grid.is_active(*cell) && !range.holds(values[*cell]);
            bad.then(|| out_of_range(grid, name, *cell, values[*cell], &range, origin))
        });
    }
}

fn out_of_range(grid: &Grid, name: &str, cell: usize, value: f64, range: &Range, origin: Origin) -> Fault {
    Fault {
        origin,
        kind: FaultKind::OutOfRange,
        message: format!("The {name} at {} is out of range.", place(grid, cell)),
        value: value.to_string(),
        allowed: range.text.into(),
        remedy: String::new(),
    }
}

/// All faults of barriers.
pub(crate) fn barrier_faults(grid: &Grid, barriers: &[Barrier]) -> Vec<Fault> {
    let mut faults = Faults::default();
    self::barriers(grid, barriers, &mut faults);
    faults.list
}

fn barriers(grid: &Grid, barriers: &[Barrier], faults: &mut Faults) {
    shares_alone(grid, barriers, faults);
    for barrier in barriers {
        let Barrier { cell_a, cell_b, hydraulic_characteristic: characteristic, origin } = *barrier;
        if !Range::FINITE.holds(characteristic) {
            faults.add(
                origin,
                FaultKind::OutOfRange,
                "The hydraulic characteristic of a barrier is out of range.".into(),
                characteristic.to_string(),
                Range::FINITE.text,
                "Give the barrier's conductivity over its width, or minus the share of the conductance that it leaves.",
            );
        }
        if cell_a >= grid.cells() || cell_b >= grid.cells() {
            let (message, value) = (
                "A barrier lies outside the grid.".into(),
                format!("cells {} and {}", cell_a + 1, cell_b + 1),
            );
            let allowed = format!("cells 1 to {}", grid.cells());
            faults.add(origin, FaultKind::NotTied, message, value, &allowed, "");
            continue;
        }
        let ((l, r, c), (m, s, d)) = (grid.layer_row_column(cell_a), grid.layer_row_column(cell_b));
        let value = format!("{} and {}", place(grid, cell_a), place(grid, cell_b));
        if l != m || r.abs_diff(s) + c.abs_diff(d) != 1 {
            let message = "A barrier lies between two cells that do not share a vertical face.".into();
            let allowed = "two neighbours of one layer, to the east, west, north or south";
            faults.add(
                origin,
                FaultKind::BadGeometry,
                message,
                value,
                allowed,
                "Split it into one barrier a face.",
            );
        } else if !grid.is_active(cell_a) || !grid.is_active(cell_b) {
            let message = "A barrier lies beside a cell that is not active.".into();
            faults.add(
                origin,
                FaultKind::NotTied,
                message,
                value,
                "two active cells",
                "Drop it: nothing flows there.",
            );
        }
    }
}

/// A barrier that leaves a share of the conductance must be alone on its face.
fn shares_alone(grid: &Grid, barriers: &[Barrier], faults: &mut Faults) {
    let face = |barrier: &Barrier| {
        let (a, b) = (barrier.cell_a, barrier.cell_b);
        (a.min(b), a.max(b))
    };
    let mut sorted: Vec<&Barrier> =
        barriers.iter().filter(|barrier| face(barrier).1 < grid.cells()).collect();
    sorted.sort_by_key(|barrier| face(barrier));
    for pair in sorted.windows(2) {
        let share = pair.iter().any(|barrier| barrier.hydraulic_characteristic < 0.0);
        if share && face(pair[0]) == face(pair[1]) {
            let message = "A barrier that leaves a share of the conductance is not alone on its face.".into();
            let value = format!("{} and {}", place(grid, pair[1].cell_a), place(grid, pair[1].cell_b));
            let remedy = "Put the barriers of a face into one.";
            faults.add(pair[1].origin, FaultKind::Collision, message, value, "one barrier a face", remedy);
        }
    }
}

/// All faults of changes of the rock.
pub(crate) fn change_faults(problem: &Problem, changes: &[PropertyChange]) -> Vec<Fault> {
    let grid = problem.grid();
    let mut faults = Faults::default();
    for change in changes {
        if change.cell >= grid.cells() || !grid.is_active(change.cell) {
            let value = if change.cell < grid.cells() {
                place(grid, change.cell)
            } else {
                format!("cell {}", change.cell + 1)
            };
            let message = "A change of the rock names a cell that is not active.".into();
            faults.add(change.origin, FaultKind::NotTied, message, value, "an active cell of the grid", "");
            continue;
        }
        let named = [
            ("conductivity", change.conductivity, Range::NOT_NEGATIVE),
            ("vertical conductivity", change.vertical_conductivity, Range::NOT_NEGATIVE),
            ("specific storage", change.specific_storage, Range::NOT_NEGATIVE),
            ("specific yield", change.specific_yield, Range::SHARE),
        ];
        for (name, value, range) in named {
            if let Some(value) = value.filter(|value| !range.holds(*value)) {
                let name = format!("changed {name}");
                faults.list.push(out_of_range(grid, &name, change.cell, value, &range, change.origin));
            }
        }
    }
    faults.list
}

/// A range of numbers, and what it is called.
pub(super) struct Range {
    least: f64,
    open: bool,
    most: f64,
    pub(super) text: &'static str,
}

impl Range {
    pub(super) const FINITE: Self =
        Self { least: f64::MIN, open: false, most: f64::MAX, text: "a finite number" };
    pub(super) const NOT_NEGATIVE: Self = Self { least: 0.0, open: false, most: f64::MAX, text: "0 or more" };
    pub(super) const POSITIVE: Self = Self { least: 0.0, open: true, most: f64::MAX, text: "above 0" };
    pub(super) const SHARE: Self = Self { least: 0.0, open: false, most: 1.0, text: "0 to 1" };

    pub(super) fn holds(&self, value: f64) -> bool {
        // Written so that what is not a number fails.
        value >= self.least && value <= self.most && !(self.open && value == self.least)
    }
}
