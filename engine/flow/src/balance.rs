//! The equations: net inflow of every cell at some heads.
//!
//! `F(h)ₙ = Σₘ Cₙₘ(h) (hₘ − hₙ) + Σ Q(hₙ) + (V(old)ₙ − V(h)ₙ) / Δt`, zero at the solution. Every term is the value that
//! the budget reports.

use crate::boundaries::{Boundaries, Cells, InOut};
use crate::faces::Faces;
use crate::grid::CellKind;
use crate::laws::saturation::{NEWTON_OMEGA, Saturation};
use crate::lines::{self, Around, Line};
use crate::model::{Formulation, Problem};
use crate::options::Drying;
use crate::rock::{Rock, Wetness};
use crate::state::{DRY_HEAD, NO_HEAD, State};
use crate::stresses::Stresses;
use quanyu_solve::vector;

/// What is stored in the step being solved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Storing {
    /// Nothing: steady.
    Nothing,
    /// What the rock stores, over these days.
    Rock(f64),
    /// A made-up storage over a pseudo-time, which vanishes with the change of head.
    Pseudo(f64),
}

impl Storing {
    /// Length of the step \[d\]; 0 where nothing is stored that the rock knows of.
    pub(crate) fn days(self) -> f64 {
        if let Self::Rock(days) = self { days } else { 0.0 }
    }
}

/// How far from a solution some heads are \[m³/d\].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Measure {
    /// 2-norm of the net inflows.
    pub(crate) norm: f64,
    /// Their sum.
    pub(crate) sum: f64,
    /// Gross flow through the model: mean of all inflows and all outflows.
    pub(crate) gross: f64,
    /// The 2-norm that rounding of the heads alone causes.
    pub(crate) rounding: f64,
    /// The sum that it may cause.
    pub(crate) rounding_sum: f64,
}

/// All arrays of the equations of one simulation.
#[derive(Debug)]
pub(crate) struct Balance {
    pub(crate) rock: Rock,
    pub(crate) faces: Faces,
    pub(crate) wet: Wetness,
    pub(crate) boundaries: Boundaries,
    /// Heads \[m\]; those of joining pass-through cells lie between their neighbours', of others are 0.
    pub(crate) head: Vec<f64>,
    /// Net inflow of each cell \[m³/d\]; 0 where it is not to be solved.
    pub(crate) residual: Vec<f64>,
    /// Minus the derivative of storage release and boundary flows with head \[m²/d\].
    pub(crate) slope: Vec<f64>,
    /// Sums over the faces of each cell.
    pub(crate) around: Vec<Around>,
    /// Release from storage of each cell \[m³/d\].
    pub(crate) release: Vec<f64>,
    /// Cells cut off from everything, whose heads are held.
    pub(crate) held: Vec<usize>,
    /// In and out through the cells of given head, in the order of `boundaries.fixed_cells`.
    pub(crate) fixed_flows: Vec<InOut>,
    /// Stored volumes and heads at which the (sub-)step began.
    pub(crate) old_elastic: Vec<f64>,
    pub(crate) old_drainable: Vec<f64>,
    pub(crate) old_head: Vec<f64>,
    /// Sums over each line of cells.
    pub(crate) lines: Vec<Line>,
    /// A line of faces that are closed.
    pub(crate) none: Vec<f64>,
    /// Smoothing of the saturation's corners \[-\].
    pub(crate) omega: f64,
    /// Which cells left the problem because they are dry; empty where none ever does.
    pub(crate) dry: Vec<bool>,
    /// Whether the slopes are those of Picard's linear model: of what is held at the present heads, none.
    picard: bool,
    /// Whether the flows of packages have their slopes all the same, which stand on the diagonal alone.
    pub(crate) slopes_of_packages: bool,
}

impl Balance {
    pub(crate) fn new(problem: &Problem, state: &State, picard: bool) -> Self {
        let grid = problem.grid();
        let cells = grid.cells();
        let rock = Rock::new(problem, &state.changes);
        let faces = Faces::new(problem, &rock);
        let zero = || vec![0.0; cells];
        Self {
            rock,
            faces,
            wet: Wetness::new(cells),
            boundaries: Boundaries::new(cells),
            head: zero(),
            residual: zero(),
            slope: zero(),
            around: vec![Around::default(); cells],
            release: zero(),
            held: Vec::new(),
            fixed_flows: Vec::new(),
            old_elastic: zero(),
            old_drainable: zero(),
            old_head: zero(),
            lines: vec![Line::default(); grid.layers * grid.rows],
            none: vec![0.0; grid.columns],
            omega: match problem.formulation() {
                Formulation::Central => 0.0,
                Formulation::Upstream => NEWTON_OMEGA,
            },
            dry: match problem.laws().drying {
                Drying::Stay => Vec::new(),
                Drying::Leave(_) => vec![false; cells],
            },
            picard,
            slopes_of_packages: false,
        }
    }

    /// Takes the heads of a state.
    pub(crate) fn load(&mut self, problem: &Problem, head: &[f64]) {
        let grid = problem.grid();
        for (cell, (own, given)) in self.head.iter_mut().zip(head).enumerate() {
            *own = if grid.kind[cell] == CellKind::Active { *given } else { 0.0 };
        }
        self.find_dry(problem);
        self.interpolate(problem);
    }

    /// Gives the heads back to a state.
    pub(crate) fn store(&self, problem: &Problem, head: &mut [f64]) {
        let grid = problem.grid();
        for (cell, (own, given)) in self.head.iter().zip(head).enumerate() {
            *given = if grid.kind[cell] == CellKind::Active { *own } else { NO_HEAD };
        }
    }

    /// Whether a cell is out of the problem because it is dry.
    #[inline]
    pub(crate) fn is_dry(&self, cell: usize) -> bool {
        self.dry.get(cell) == Some(&true)
    }

    /// Finds the dry cells by their heads.
    fn find_dry(&mut self, problem: &Problem) {
        let convertible = &problem.geometry().convertible;
        for (cell, dry) in self.dry.iter_mut().enumerate() {
            *dry = convertible[cell] && self.head[cell] == DRY_HEAD;
        }
    }

    /// Takes note of cells that dried or came back.
    pub(crate) fn follow_dry_cells(&mut self, problem: &Problem, stresses: &Stresses) {
        self.interpolate(problem);
        self.boundaries.book_steady(problem, stresses, &self.dry);
    }

    /// Puts the heads of joining pass-through cells on the line between their neighbours', where they belong.
    fn interpolate(&mut self, problem: &Problem) {
        let stride = problem.grid().cells_per_layer();
        for run in &problem.geometry().runs {
            let ends = [run.above, run.below].map(|end| (!self.is_dry(end)).then_some(self.head[end]));
            let (above, below) = match ends {
                [Some(above), Some(below)] => (above, below),
                [Some(head), None] | [None, Some(head)] => (head, head),
                [None, None] => (0.0, 0.0),
            };
            for step in 1..=run.count {
                let share = step as f64 / (run.count + 1) as f64;
                self.head[run.above + step * stride] = above + share * (below - above);
            }
        }
    }

    /// Begins a (sub-)step at the present heads: remembers what is stored, then sets the given heads.
    pub(crate) fn begin(&mut self, problem: &Problem) {
        self.wet.update(problem, &self.rock, self.omega, &self.head);
        self.old_elastic.copy_from_slice(&self.wet.elastic);
        self.old_drainable.copy_from_slice(&self.wet.drainable);
        self.old_head.copy_from_slice(&self.head);
        for (cell, dry) in self.dry.iter().enumerate().filter(|(_, dry)| **dry) {
            debug_assert!(dry);
            // A cell that comes back fills from its bottom.
            let stored = self.rock.store(problem, cell).at(problem.grid().bottom[cell], self.omega);
            (self.old_elastic[cell], self.old_drainable[cell]) = (stored.elastic, stored.drainable);
        }
        for &(cell, head) in &self.boundaries.fixed_cells {
            self.head[cell] = head;
            if let Some(dry) = self.dry.get_mut(cell) {
                *dry = false;
            }
        }
        self.interpolate(problem);
    }

    /// Moves the heads that are to be found to a first guess.
    pub(crate) fn start_near(&mut self, problem: &Problem, guess: &[f64]) {
        let grid = problem.grid();
        for (cell, head) in self.head.iter_mut().enumerate() {
            if grid.kind[cell] == CellKind::Active && guess[cell].is_finite() {
                *head = guess[cell];
            }
        }
        for &(cell, head) in &self.boundaries.fixed_cells {
            self.head[cell] = head;
        }
        self.interpolate(problem);
    }

    /// Goes back to the heads at which the (sub-)step began.
    pub(crate) fn go_back(&mut self, problem: &Problem) {
        self.head.copy_from_slice(&self.old_head);
        self.find_dry(problem);
    }

    /// The part of it that follows the cell's own water: storage, boundaries, and outflow, whose conductance is its own.
    pub(crate) fn own_steepness(&self, cell: usize) -> f64 {
        self.slope[cell] + self.around[cell].film + self.around[cell].outward
    }

    /// Diagonal of the linear model \[m²/d\].
    pub(crate) fn steepness(&self, cell: usize) -> f64 {
        self.around[cell].joined + self.own_steepness(cell) - self.around[cell].outward
    }

    /// What would flow into a cell through its horizontal faces at another head and saturation of its own \[m³/d\].
    pub(crate) fn horizontal_inflow(
        &self,
        problem: &Problem,
        cell: usize,
        head: f64,
        saturation: f64,
    ) -> f64 {
        let wetness = |other: usize| {
            let value = if other == cell { saturation } else { self.wet.saturation[other] };
            Saturation { value, slope: 0.0 }
        };
        let heads = |other: usize| if other == cell { head } else { self.head[other] };
        let columns = problem.grid().columns;
        let face = |first: usize, east: bool| {
            let step = if east { 1 } else { columns };
            let flow = self.faces.conductance(problem, &self.rock, &wetness, &heads, first, east).value
                * (heads(first) - heads(first + step));
            if first == cell { -flow } else { flow }
        };
        let mut net = 0.0;
        for (east, step) in [(true, 1), (false, columns)] {
            if self.faces.full(cell, east) > 0.0 {
                net += face(cell, east);
            }
            if let Some(before) = cell.checked_sub(step)
                && self.faces.full(before, east) > 0.0
            {
                net += face(before, east);
            }
        }
        net
    }

    /// Release from the elastic and from the drainable store of a cell over a step \[m³/d\].
    pub(crate) fn releases(&self, cell: usize, days: f64) -> (f64, f64) {
        if self.boundaries.fixed[cell] || self.is_dry(cell) {
            return (0.0, 0.0);
        }
        let elastic = self.old_elastic[cell] - self.wet.elastic[cell];
        let drainable = self.old_drainable[cell] - self.wet.drainable[cell];
        (elastic * days.recip(), drainable * days.recip())
    }

    /// Rewrites residual, slope and release for the present heads.
    pub(crate) fn evaluate(&mut self, problem: &Problem, stresses: &Stresses, storing: Storing) -> Measure {
        self.wet.update(problem, &self.rock, self.omega, &self.head);
        let (heads, dry) = (&self.head, &self.dry);
        self.faces.update(problem, &self.rock, &self.wet.saturation, heads, dry, self.omega);
        if self.picard {
            // Nothing follows the saturation while its conductances are held.
            self.wet.steepness.fill(0.0);
        }
        self.sum(problem, stresses, storing)
    }

    /// The same with the conductances of the last evaluation, as flows are after the last of Picard's iterations.
    pub(crate) fn evaluate_flows(
        &mut self,
        problem: &Problem,
        stresses: &Stresses,
        storing: Storing,
    ) -> Measure {
        self.wet.update(problem, &self.rock, self.omega, &self.head);
        self.sum(problem, stresses, storing)
    }

    fn sum(&mut self, problem: &Problem, stresses: &Stresses, storing: Storing) -> Measure {
        lines::write(problem, self, storing);
        let Self { boundaries, faces, head, dry, residual, slope, .. } = self;
        faces.let_fall(problem, head, residual);
        let cells = Cells { head, dry, residual, slope, held: self.picard && !self.slopes_of_packages };
        let (mut total, rounding) = boundaries.exchange(problem, stresses, cells);
        self.enter_fixed(problem, &mut total);
        for (cell, dry) in self.dry.iter().enumerate() {
            if *dry {
                (self.residual[cell], self.slope[cell], self.release[cell]) = (0.0, 0.0, 0.0);
            }
        }
        for &cell in &self.held {
            self.residual[cell] = 0.0;
            self.release[cell] = 0.0;
        }
        let mut measure = Measure { rounding_sum: rounding.sum, ..Measure::default() };
        let mut squared = rounding.squared;
        for line in &self.lines {
            total.inflow += line.storage.inflow;
            total.outflow += line.storage.outflow;
            measure.rounding_sum += line.rounding;
            squared += line.rounding_squared;
        }
        measure.gross = 0.5 * (total.inflow + total.outflow);
        measure.rounding = squared.sqrt();
        measure.norm = vector::norm(&self.residual);
        measure.sum = ordered_sum(&self.residual);
        measure
    }

    /// Flow through the faces of cells of given head; their own balance is nobody's business.
    fn enter_fixed(&mut self, problem: &Problem, total: &mut InOut) {
        let fixed = &self.boundaries.fixed;
        self.fixed_flows.clear();
        for &(cell, _) in &self.boundaries.fixed_cells {
            let mut flows = InOut::default();
            self.faces.around(problem, cell, &self.head, |neighbour, flow| {
                if !fixed[neighbour] {
                    flows.add(flow);
                }
            });
            total.inflow += flows.inflow;
            total.outflow += flows.outflow;
            self.fixed_flows.push(flows);
            self.residual[cell] = 0.0;
            self.slope[cell] = 0.0;
        }
    }
}

/// Sum over fixed chunks, added in order: the same to the bit on any number of threads.
pub(crate) fn ordered_sum(values: &[f64]) -> f64 {
    values.chunks(vector::CHUNK).map(|chunk| chunk.iter().sum::<f64>()).sum()
}
