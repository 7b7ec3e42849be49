//! From the basin to the grid.

mod barriers;
mod boundary;
mod context;
mod course;
mod domain;
mod heads;
mod layout;
mod log;
mod masks;
mod mines;
mod recharge;
mod rivers;
mod rock;
mod springs;
mod surfaces;

pub use layout::Layout;

pub(crate) use context::Context;
pub(crate) use log::Log;

use quanyu_flow::{Fault, Formulation, Laws, Model, ModelOrigins, check};

use crate::placement;
use crate::{Basin, FaultKind, GridSpec, Gridded, LayerRole, Origin, ParameterKind, Parameters};

/// Lays a grid over the basin and everything of the basin on the grid.
///
/// - A column is active where the spring basins' outlines cover at least half of it, and in the columns of springs; only
///   the largest connected body is kept.
/// - Surfaces are averaged over cells. A layer thinner than its least thickness is absent: inactive where no present layer
///   lies above it (outcrop), passed through between present layers. The deepest karst layer is present everywhere.
/// - Conductivity and storage are arithmetic means over the rock areas in a cell: belts of strong rock keep what they carry.
/// - Whatever is an amount over an area or along a line (recharge, mined area, river bed) is counted on a lattice of
///   points or by length, so that its total hardly depends on the cell size. Spring outlets carry a correction for the
///   cell size (see [`crate::SpringCell`]).
///
/// The same input gives the same result, to the bit. What was decided along the way stands in [`Gridded::notes`].
///
/// # Errors
/// All faults of the basin that show on the grid, each with the origin of its row: unknown names, figures out of range,
/// dates out of order, places outside the outlines, surfaces that are unknown where needed.
pub fn discretise(basin: &Basin, parameters: &Parameters, spec: &GridSpec) -> Result<Gridded, Vec<Fault>> {
    match Layout::new(basin, spec) {
        Ok(layout) => layout.fill(basin, parameters),
        Err(mut faults) => {
            let mut log = Log::default();
            check_parameters(parameters, &mut log);
            log.faults.append(&mut faults);
            Err(log.faults)
        }
    }
}

impl Layout {
    /// Lays everything of a basin on the grid; its outlines, zones, surfaces and places of springs are those that the grid was laid out for.
    ///
    /// # Errors
    /// As [`discretise`].
    pub fn fill(&self, basin: &Basin, parameters: &Parameters) -> Result<Gridded, Vec<Fault>> {
        let mut log = Log::default();
        check_parameters(parameters, &mut log);
        log.append(&self.laid);
        let Self { domain, grid, .. } = self;
        let Some(properties) = rock::properties(basin, parameters, domain, grid, &mut log) else {
            return Err(log.faults);
        };
        let context = Context { basin, parameters, domain, grid, properties: &properties };
        let barriers = barriers::barriers(&context, &mut log);
        let recharge = recharge::columns(&context, &mut log);
        let springs = springs::outlets(&context, &mut log);
        let rivers = rivers::courses(&context, &mut log);
        let mines = mines::cells(&context, &mut log);
        let boundary = boundary::general_heads(&context, &mut log);
        let places = placement::places(&context, &mut log);
        let observations = masks::observations(&context, &mut log);
        log.append(&self.zoned);
        if !log.faults.is_empty() {
            return Err(log.faults);
        }
        let initial_head = heads::guess(basin, domain, grid, &springs);
        let karst = |layer: &usize| basin.layers[*layer].role == LayerRole::Karst;
        let karst_layers = (0..basin.layers.len()).filter(karst).collect();
        let origins = ModelOrigins { grid: basin.ground.provenance.origin, ..ModelOrigins::default() };
        let formulation = Formulation::Upstream;
        let problem = check(Model {
            grid: grid.clone(),
            properties,
            barriers,
            initial_head,
            formulation,
            laws: Laws::default(),
            origins,
        })?;
        Ok(Gridded {
            problem,
            footprint: domain.footprint.clone(),
            recharge,
            springs,
            rivers,
            mines,
            boundary,
            wells: places.wells,
            intake_springs: places.intake_springs,
            drained_mines: places.drained_mines,
            observations,
            outlines: self.outlines.clone(),
            zones: self.zones.clone(),
            karst_layers,
            notes: log.notes,
        })
    }
}

fn check_parameters(parameters: &Parameters, log: &mut Log) {
    for kind in ParameterKind::ALL {
        let value = parameters.get(kind);
        if !(value.is_finite() && value > 0.0) {
            log.fault(
                Origin::NONE,
                FaultKind::OutOfRange,
                [
                    format!("The multiplier of {kind:?} is not a positive number."),
                    value.to_string(),
                    "more than 0".into(),
                    "Correct the parameter.".into(),
                ],
            );
        }
    }
}
