//! Grid, rock and barriers of the flow engine from those of the documents.

use quanyu_files::modflow::{CellAveraging, Conductivity, ConductivityChange, FlowModel, Grid, Property};
use quanyu_flow::{
    Averaging, Barrier, CellKind, Drying, Formulation, Grid as FlowGrid, Laws, Model, ModelOrigins, Origin,
    Properties, PropertyChange, Rewetting, StorageLaw, VerticalConductance, WettingHead,
};

/// The model as it is in the first stress period: only the barriers may change later.
pub(crate) fn model(document: &FlowModel) -> Model {
    let origins = ModelOrigins {
        grid: document.grid.mark.0,
        conductivity: document.property.mark.0,
        vertical_conductivity: document.property.mark.0,
        storage: document.storage.as_ref().map_or(Origin::NONE, |storage| storage.mark.0),
        initial_head: document.initial.mark.0,
    };
    Model {
        grid: grid(&document.grid),
        properties: properties(document),
        barriers: barriers(document, 0),
        initial_head: document.initial.head.to_vec(),
        formulation: if document.newton { Formulation::Upstream } else { Formulation::Central },
        laws: laws(document),
        origins,
    }
}

/// The grid; its corner is the north-west one before any turn, as MODFLOW's origin is the south-west one.
fn grid(document: &Grid) -> FlowGrid {
    let row_heights: Vec<f64> = document.row_heights.iter().collect();
    let kind = |domain: i32| match domain {
        1.. => CellKind::Active,
        0 => CellKind::Inactive,
        _ => CellKind::PassThrough,
    };
    FlowGrid {
        layers: document.layers,
        rows: document.rows,
        columns: document.columns,
        column_widths: document.column_widths.iter().collect(),
        corner: [document.x_origin, document.y_origin + row_heights.iter().sum::<f64>()],
        row_heights,
        top: document.top.iter().collect(),
        bottom: document.bottom.to_vec(),
        kind: document.domain.iter().map(kind).collect(),
    }
}

/// Whether a water table may stand in a cell: a type below nought means a fixed thickness where `THICKSTRT` is given.
pub(crate) fn convertible(property: &Property, cell: usize) -> bool {
    match property.cell_type.at(cell) {
        0 => false,
        1.. => true,
        _ => !property.starting_thickness,
    }
}

fn properties(document: &FlowModel) -> Properties {
    let (grid, property) = (&document.grid, &document.property);
    let cells = grid.cells();
    let mut along_row = property.k.to_vec();
    let mut anisotropy = property.k22.as_ref().map(|k22| k22.to_vec());
    let mut vertical = property.k33.as_ref().map_or_else(|| along_row.clone(), |k33| k33.to_vec());
    if property.k33.is_some() && property.k33_is_ratio {
        vertical.iter_mut().zip(&along_row).for_each(|(ratio, k)| *ratio *= k);
    }
    if let Some(anisotropy) = &mut anisotropy
        && !property.k22_is_ratio
    {
        anisotropy.iter_mut().zip(&along_row).for_each(|(k22, k)| *k22 /= k);
    }
    if let Some(anisotropy) = &mut anisotropy {
        turn(property, &mut along_row, anisotropy, &mut vertical);
    }
    let storage = document.storage.as_ref();
    Properties {
        conductivity: along_row,
        anisotropy,
        vertical_conductivity: vertical,
        specific_storage: storage.map_or_else(|| vec![0.0; cells], |s| s.specific_storage.to_vec()),
        specific_yield: storage.map_or_else(|| vec![0.0; cells], |s| s.specific_yield.to_vec()),
        convertible: (0..cells).map(|cell| convertible(property, cell)).collect(),
    }
}

/// Whether the cells of a model leave the problem as they dry: MODFLOW's standard formulation with convertible cells.
pub(crate) fn cells_leave(document: &FlowModel) -> bool {
    let may = |cell: usize| document.grid.is_active(cell) && convertible(&document.property, cell);
    !document.newton && (0..document.grid.cells()).any(may)
}

fn laws(document: &FlowModel) -> Laws {
    let (grid, property, storage) = (&document.grid, &document.property, document.storage.as_ref());
    let rewetting = property.rewetting.map(|rewetting| Rewetting {
        threshold: property.wet_dry.as_ref().map_or_else(|| vec![0.0; grid.cells()], |wet| wet.to_vec()),
        factor: rewetting.factor,
        interval: rewetting.interval,
        start: if rewetting.equation == 0 { WettingHead::Neighbour } else { WettingHead::Threshold },
    });
    let starting = property.starting_thickness
        && (0..grid.cells()).any(|cell| grid.is_active(cell) && property.cell_type.at(cell) < 0);
    let share = |cell: usize| {
        let fixed = grid.is_active(cell) && property.cell_type.at(cell) < 0;
        if fixed { starting_share(document, cell) } else { 1.0 }
    };
    let stores = |cell: usize| storage.is_some_and(|storage| storage.convertible.at(cell) != 0);
    let differs = (0..grid.cells())
        .any(|cell| grid.is_active(cell) && storage.is_some() && stores(cell) != convertible(property, cell));
    Laws {
        averaging: match property.averaging {
            CellAveraging::Harmonic => Averaging::Harmonic,
            CellAveraging::Logarithmic => Averaging::Logarithmic,
            CellAveraging::ArithmeticLogarithmic => Averaging::ThicknessLogarithmic,
            CellAveraging::ArithmeticHarmonic => Averaging::ThicknessHarmonic,
        },
        vertical: VerticalConductance {
            varying: property.variable_vertical,
            dewatered: property.dewatered,
            perched: property.perched,
        },
        storage: StorageLaw {
            coefficient: storage.is_some_and(|storage| storage.coefficient),
            confined_only: storage.is_some_and(|storage| storage.confined_only),
            convertible: differs.then(|| (0..grid.cells()).map(stores).collect()),
        },
        drying: if cells_leave(document) { Drying::Leave(rewetting) } else { Drying::Stay },
        starting_saturation: starting.then(|| (0..grid.cells()).map(share).collect()),
        highest_bottom: property.highest_cell_saturation,
    }
}

/// Share of a cell's thickness that lies below its starting head, which stays wet for good under `THICKSTRT`.
fn starting_share(document: &FlowModel, cell: usize) -> f64 {
    let (top, bottom) = (document.grid.cell_top(cell), document.grid.bottom.at(cell));
    ((document.initial.head.at(cell) - bottom) / (top - bottom)).clamp(0.0, 1.0)
}

/// Turned axes: without the full tensor a face sees the conductivity of the ellipsoid along the face's normal,
/// 1/K = e₁²/K₁ + e₂²/K₂ + e₃²/K₃ with the normal's parts e along the axes (MODFLOW 6 NPF without XT3D).
fn turn(property: &Property, along_row: &mut [f64], anisotropy: &mut [f64], vertical: &mut [f64]) {
    let Some(angle1) = &property.angle1 else { return };
    let angle2 = property.angle2.as_ref();
    let angle3 = angle2.and(property.angle3.as_ref());
    for cell in 0..along_row.len() {
        let axes = Axes::new(
            angle1.at(cell),
            angle2.map_or(0.0, |angle| angle.at(cell)),
            angle3.map_or(0.0, |angle| angle.at(cell)),
        );
        let main = [along_row[cell], anisotropy[cell] * along_row[cell], vertical[cell]];
        let east = axes.conductivity(main, 0);
        along_row[cell] = east;
        anisotropy[cell] = axes.conductivity(main, 1) / east;
        if angle2.is_some() {
            vertical[cell] = axes.conductivity(main, 2);
        }
    }
}

/// The three axes of a cell's conductivity, as columns over east, north and up.
struct Axes([[f64; 3]; 3]);

impl Axes {
    /// From the turn in plan, the dip and the turn about the first axis \[degrees\].
    fn new(angle1: f64, angle2: f64, angle3: f64) -> Self {
        let [(s1, c1), (s2, c2), (s3, c3)] =
            [angle1, angle2, angle3].map(|angle| angle.to_radians().sin_cos());
        Self([
            [c1 * c2, c1 * s2 * s3 - s1 * c3, -c1 * s2 * c3 - s1 * s3],
            [s1 * c2, s1 * s2 * s3 + c1 * c3, -s1 * s2 * c3 + c1 * s3],
            [s2, -c2 * s3, c2 * c3],
        ])
    }

    /// Conductivity along east (0), north (1) or up (2).
    fn conductivity(&self, main: [f64; 3], direction: usize) -> f64 {
        let resistance: f64 = self.0[direction].iter().zip(main).map(|(part, k)| part * part / k).sum();
        resistance.recip()
    }
}

/// The barriers that stand in a stress period (from nought).
pub(crate) fn barriers(document: &FlowModel, period: usize) -> Vec<Barrier> {
    let rows = document.barriers.as_ref().and_then(|barriers| barriers.periods.at(period)).unwrap_or(&[]);
    let barrier = |row: &quanyu_files::modflow::Barrier| Barrier {
        cell_a: row.cells[0],
        cell_b: row.cells[1],
        hydraulic_characteristic: row.characteristic,
        origin: row.mark.0,
    };
    rows.iter().map(barrier).collect()
}

/// Conductivities that change at the beginning of a stress period (from nought).
pub(crate) fn changes(document: &FlowModel, period: usize) -> Vec<PropertyChange> {
    let varying = document.property.varying.as_ref().filter(|varying| varying.periods.begins(period));
    let rows = varying.and_then(|varying| varying.periods.at(period)).unwrap_or(&[]);
    let change = |row: &ConductivityChange| {
        let change = PropertyChange { cell: row.cell, origin: row.mark.0, ..PropertyChange::default() };
        match row.which {
            Conductivity::Third => PropertyChange { vertical_conductivity: Some(row.value), ..change },
            Conductivity::First | Conductivity::Second => {
                PropertyChange { conductivity: Some(row.value), ..change }
            }
        }
    };
    rows.iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_exchanges_the_axes() {
        let axes = Axes::new(90.0, 0.0, 0.0);
        let main = [8.0, 2.0, 0.5];
        assert!((axes.conductivity(main, 0) - 2.0).abs() < 1e-12);
        assert!((axes.conductivity(main, 1) - 8.0).abs() < 1e-12);
        assert!((axes.conductivity(main, 2) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn half_a_right_angle_gives_the_harmonic_mean() {
        let axes = Axes::new(45.0, 0.0, 0.0);
        assert!((axes.conductivity([8.0, 2.0, 0.5], 0) - 3.2).abs() < 1e-12);
        let dipping = Axes::new(0.0, 45.0, 0.0);
        assert!((dipping.conductivity([8.0, 1.0, 2.0], 2) - 3.2).abs() < 1e-12);
    }
}
