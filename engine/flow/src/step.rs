//! What a step reports: heads, flows, budget, streams and how it was solved.

use crate::balance::Balance;
use crate::boundaries::Boundaries;
use crate::face_flows::FaceFlows;
use crate::fault::Fault;
use crate::linear::LinearChoice;
use crate::model::Problem;
use crate::package::Package;
use crate::properties::PropertyChange;
use crate::stream::StreamFlow;
use crate::stresses::Stresses;
use crate::zone::ZoneBudget;

/// A solved step, lent by the simulation. All flows are means over `days`, positive into the aquifer.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Length of the step \[d\]; 0 for a steady solution.
    pub days: f64,
    /// Time at its end since the start \[d\].
    pub time: f64,
    /// Head at its end \[m\], one per cell; [`crate::NO_HEAD`] where the cell is not active.
    pub head: &'a [f64],
    /// Flow of every row of every package \[m³/d\], in the order of the stresses; for wells, the delivered rate.
    pub flows: &'a [Vec<f64>],
    /// Net release of water from storage \[m³/d\].
    pub storage: f64,
    /// Release of water from storage in each cell \[m³/d\].
    pub storage_by_cell: &'a [f64],
    /// The budget, from the same values.
    pub budget: &'a Budget,
    /// Each stream of the stresses.
    pub streams: &'a [StreamFlow],
    /// How the step was solved.
    pub report: &'a StepReport,
    /// The stresses under which it was solved.
    pub stresses: &'a Stresses,
    /// The rock's changes so far, at most one per cell and ordered by cell.
    pub changes: &'a [PropertyChange],
    pub(crate) problem: &'a Problem,
    pub(crate) balance: &'a Balance,
}

impl Step<'_> {
    /// Writes what flows through the faces at the end of the step; see [`FaceFlows`].
    pub fn write_face_flows(&self, flows: &mut FaceFlows) {
        flows.write(self.problem, self.balance);
    }

    /// The water budget of every zone over the last sub-step, by number; `zones` has one number a cell, which is read in active cells
    /// only.
    ///
    /// # Errors
    /// Another number of values than cells.
    pub fn zone_budgets(&self, zones: &[u32]) -> Result<Vec<ZoneBudget>, Fault> {
        crate::zone::budgets(self.problem, self.stresses, self.balance, self.report.last_substep, zones)
    }

    /// Flow out of a cell to the next one in the east \[m³/d\]; see [`FaceFlows`].
    pub fn flow_east(&self, cell: usize) -> f64 {
        self.flow(&self.balance.faces.east, cell, 1)
    }

    /// Flow out of a cell to the next one in the south \[m³/d\].
    pub fn flow_south(&self, cell: usize) -> f64 {
        self.flow(&self.balance.faces.south, cell, self.problem.grid().columns)
    }

    /// Flow out of an active cell to the next active one below \[m³/d\].
    pub fn flow_down(&self, cell: usize) -> f64 {
        let faces = &self.balance.faces;
        let stride = self.problem.grid().cells_per_layer();
        if faces.down[cell] > 0.0 { faces.flow_down(cell, &self.balance.head, stride) } else { 0.0 }
    }

    fn flow(&self, conductance: &[f64], cell: usize, step: usize) -> f64 {
        let head = &self.balance.head;
        if conductance[cell] > 0.0 { conductance[cell] * (head[cell] - head[cell + step]) } else { 0.0 }
    }

    /// Release from elastic storage and from the pores at the water table in a cell \[m³/d\] (MODFLOW's STO-SS and STO-SY), over
    /// the last sub-step; zero in a steady solution.
    pub fn storage_split(&self, cell: usize) -> [f64; 2] {
        let days = self.report.last_substep;
        if days > 0.0 { self.balance.releases(cell, days).into() } else { [0.0; 2] }
    }

    /// Wet share of the thickness of every cell \[-\], at the end of the step.
    pub fn saturation(&self) -> &[f64] {
        &self.balance.wet.saturation
    }

    /// The cell in which a row of a package acts: its own, or the one that its recharge or evapotranspiration moves to.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn acting_cell(&self, package: &Package, row: usize) -> usize {
        Boundaries::acting_cell(self.problem, &self.balance.dry, package, row)
    }
}

/// In and out of one term of the budget \[m³/d\], both non-negative.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BudgetTerm {
    /// The package's name.
    pub name: String,
    /// Flow into the aquifer.
    pub inflow: f64,
    /// Flow out of the aquifer.
    pub outflow: f64,
}

/// The water budget of a step \[m³/d\]: sums of the same exchanges that the residual is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Budget {
    /// One term a package, in the order of the stresses.
    pub terms: Vec<BudgetTerm>,
    /// Release from and uptake into elastic storage (MODFLOW's STO-SS).
    pub elastic_storage: BudgetTerm,
    /// Release from and uptake into the pores at the water table (MODFLOW's STO-SY).
    pub drainable_storage: BudgetTerm,
    /// Sum of all inflows.
    pub inflow: f64,
    /// Sum of all outflows.
    pub outflow: f64,
    /// (inflow − outflow) over the mean of the two; 0 where nothing flows.
    pub closure: f64,
}

/// How a step was solved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepReport {
    /// Outer (non-linear) iterations, all sub-steps and retries together.
    pub outer_iterations: usize,
    /// Inner (linear) iterations, all outer iterations together.
    pub linear_iterations: usize,
    /// Sub-steps taken; 1 if the step succeeded whole, and the number of pseudo-time steps of a steady solution.
    pub substeps: usize,
    /// Length of the last sub-step \[d\]; 0 for a steady solution.
    pub last_substep: f64,
    /// Sub-steps that failed and were cut.
    pub failed_substeps: usize,
    /// 2-norm of the final residual over the gross flow (the worst of the sub-steps).
    pub relative_residual: f64,
    /// Cell of the largest final residual and that residual \[m³/d\].
    pub worst_cell: Option<(usize, f64)>,
    /// Cells cut off from every source, sink and storage, whose heads were held (steady solutions).
    pub held_cells: usize,
    /// Whether a (sub-)step ended above the tolerance because rounding of the heads allows no better.
    pub at_rounding_floor: bool,
    /// The preconditioners in use, and why.
    pub linear_choice: LinearChoice,
    /// Remarks on how the step was solved, in plain words.
    pub notes: Vec<String>,
}

impl StepReport {
    /// Empties the report, keeping its memory.
    pub(crate) fn clear(&mut self) {
        let mut notes = std::mem::take(&mut self.notes);
        notes.clear();
        *self = Self { notes, ..Self::default() };
    }
}
