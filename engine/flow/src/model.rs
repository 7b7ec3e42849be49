//! A model that may be wrong, and the problem that cannot be.

use crate::fault::{Fault, Origin};
use crate::geometry::Geometry;
use crate::grid::Grid;
use crate::laws::storage::StoringLaw;
use crate::options::Laws;
use crate::properties::{Barrier, Properties};

/// How the conductance between two cells follows the water table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Formulation {
    /// MODFLOW's standard: each cell's transmissivity from its own wetted thickness, harmonic mean of the two.
    #[default]
    Central,
    /// MODFLOW's Newton formulation: saturated conductance times the smoothed saturation of the upstream cell;
    /// cells may run dry and stay in the problem.
    Upstream,
}

/// Where the parts of a model came from, for faults that belong to no single row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelOrigins {
    /// Grid shape, widths, surfaces and cell kinds.
    pub grid: Origin,
    /// Conductivity along rows, and its anisotropy.
    pub conductivity: Origin,
    /// Vertical conductivity.
    pub vertical_conductivity: Origin,
    /// Specific storage, specific yield and the convertible flag.
    pub storage: Origin,
    /// Initial heads.
    pub initial_head: Origin,
}

/// A groundwater model as its author describes it; it may be wrong. See [`check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The grid.
    pub grid: Grid,
    /// The rock.
    pub properties: Properties,
    /// Barriers between neighbours.
    pub barriers: Vec<Barrier>,
    /// Head at the start \[m\], one per cell; read in active cells only.
    pub initial_head: Vec<f64>,
    /// How conductance follows the water table.
    pub formulation: Formulation,
    /// Which laws it follows where there are several.
    pub laws: Laws,
    /// Where the parts came from.
    pub origins: ModelOrigins,
}

/// A model that was checked: immutable, shared between threads and runs.
#[derive(Clone, Debug)]
pub struct Problem {
    model: Model,
    geometry: Geometry,
}

impl Problem {
    /// The grid.
    pub fn grid(&self) -> &Grid {
        &self.model.grid
    }

    /// The rock at the start; a simulation may change its own copy.
    pub fn properties(&self) -> &Properties {
        &self.model.properties
    }

    /// Barriers between neighbours.
    pub fn barriers(&self) -> &[Barrier] {
        &self.model.barriers
    }

    /// Head at the start \[m\], one per cell.
    pub fn initial_head(&self) -> &[f64] {
        &self.model.initial_head
    }

    /// How conductance follows the water table.
    pub fn formulation(&self) -> Formulation {
        self.model.formulation
    }

    /// Which laws the model follows.
    pub fn laws(&self) -> &Laws {
        &self.model.laws
    }

    /// Whether the conductance of some faces is that of an upstream cell that may dry.
    pub(crate) fn has_upstream_films(&self) -> bool {
        self.model.formulation == Formulation::Upstream && self.geometry.any_convertible
    }

    /// Thickness of a cell through which water moves while it is full \[m\].
    #[inline]
    pub(crate) fn transmitting_thickness(&self, cell: usize) -> f64 {
        let thickness = self.geometry.thickness[cell];
        match &self.model.laws.starting_saturation {
            Some(shares) if !self.geometry.convertible[cell] => thickness * shares[cell],
            _ => thickness,
        }
    }

    /// How a cell stores.
    #[inline]
    pub(crate) fn storing_law(&self, cell: usize) -> StoringLaw {
        let law = &self.model.laws.storage;
        let convertible = law.convertible.as_ref().map_or(self.geometry.convertible[cell], |c| c[cell]);
        match (convertible, law.confined_only) {
            (false, _) => StoringLaw::Confined,
            (true, false) => StoringLaw::Convertible,
            (true, true) => StoringLaw::ElasticWhileFull,
        }
    }

    pub(crate) fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Gives the model back, to be changed and checked again.
    pub fn into_model(self) -> Model {
        self.model
    }
}

/// Checks a model; all faults at once.
///
/// # Errors
/// Every fault found: wrong lengths, numbers that are not finite or out of range, a bottom above its top, a barrier
/// between cells that do not touch.
pub fn check(model: Model) -> Result<Problem, Vec<Fault>> {
    let faults = crate::check::model_faults(&model);
    if !faults.is_empty() {
        return Err(faults);
    }
    let geometry = Geometry::new(&model.grid, &model.properties);
    Ok(Problem { model, geometry })
}
