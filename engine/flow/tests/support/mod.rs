//! Small models for the tests.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses its own part")]

pub mod rough;

use quanyu_flow::*;

/// A box of equal layers and of the given plan, uniform rock, all cells active and confined.
pub struct Box {
    pub widths: Vec<f64>,
    pub heights: Vec<f64>,
    /// Top of the grid and the bottom of each layer.
    pub surfaces: Vec<f64>,
    pub conductivity: f64,
    pub vertical_conductivity: f64,
    pub specific_storage: f64,
    pub specific_yield: f64,
    pub convertible: bool,
    pub head: f64,
    pub formulation: Formulation,
}

impl Default for Box {
    fn default() -> Self {
        Self {
            widths: vec![100.0; 10],
            heights: vec![100.0],
            surfaces: vec![10.0, 0.0],
            conductivity: 5.0,
            vertical_conductivity: 0.5,
            specific_storage: 1e-5,
            specific_yield: 0.1,
            convertible: false,
            head: 10.0,
            formulation: Formulation::Central,
        }
    }
}

impl Box {
    pub fn model(&self) -> Model {
        let layers = self.surfaces.len() - 1;
        let per_layer = self.widths.len() * self.heights.len();
        let cells = layers * per_layer;
        Model {
            grid: Grid {
                layers,
                rows: self.heights.len(),
                columns: self.widths.len(),
                column_widths: self.widths.clone(),
                row_heights: self.heights.clone(),
                top: vec![self.surfaces[0]; per_layer],
                bottom: self.surfaces[1..].iter().flat_map(|bottom| vec![*bottom; per_layer]).collect(),
                kind: vec![CellKind::Active; cells],
                corner: [0.0, 0.0],
            },
            properties: Properties {
                conductivity: vec![self.conductivity; cells],
                anisotropy: None,
                vertical_conductivity: vec![self.vertical_conductivity; cells],
                specific_storage: vec![self.specific_storage; cells],
                specific_yield: vec![self.specific_yield; cells],
                convertible: vec![self.convertible; cells],
            },
            barriers: Vec::new(),
            initial_head: vec![self.head; cells],
            formulation: self.formulation,
            laws: Laws::default(),
            origins: ModelOrigins::default(),
        }
    }

    pub fn problem(&self) -> Problem {
        problem(self.model())
    }
}

pub fn problem(model: Model) -> Problem {
    check(model).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

pub fn simulation<'p>(problem: &'p Problem, packages: Vec<NamedPackage>) -> Simulation<'p> {
    let mut simulation = Simulation::new(problem, Settings::default(), State::start(problem)).unwrap();
    simulation.stresses_mut().packages = packages;
    simulation
}

pub fn named(name: &str, package: Package) -> NamedPackage {
    NamedPackage { name: name.into(), package }
}

pub fn wells(rows: &[(usize, f64)]) -> NamedPackage {
    let rows =
        rows.iter().map(|(cell, rate)| Well { cell: *cell, rate: *rate, origin: Origin::NONE }).collect();
    named("wells", Package::Wells(Wells { rows, reduction: 0.1, fading: None }))
}

pub fn constant_heads(rows: &[(usize, f64)]) -> NamedPackage {
    let rows =
        rows.iter().map(|(cell, head)| ConstantHead { cell: *cell, head: *head, origin: Origin::NONE });
    named("constant heads", Package::ConstantHeads(rows.collect()))
}

pub fn general_heads(rows: &[(usize, f64, f64)]) -> NamedPackage {
    let row = |(cell, head, conductance): &(usize, f64, f64)| GeneralHead {
        cell: *cell,
        head: *head,
        conductance: *conductance,
        origin: Origin::NONE,
    };
    named("general heads", Package::GeneralHeads(rows.iter().map(row).collect()))
}

pub fn drains(rows: &[(usize, f64, f64)]) -> NamedPackage {
    let row = |(cell, elevation, conductance): &(usize, f64, f64)| Drain {
        cell: *cell,
        elevation: *elevation,
        conductance: *conductance,
        depth: 0.0,
        origin: Origin::NONE,
    };
    named("drains", Package::Drains(rows.iter().map(row).collect()))
}

pub fn recharge(cells: impl Iterator<Item = usize>, rate: f64) -> NamedPackage {
    let rows = cells.map(|cell| Recharge { cell, rate, fixed_cell: false, origin: Origin::NONE }).collect();
    named("recharge", Package::Recharge(rows))
}

/// Exponential integral E₁(u): the power series below 1, a continued fraction above.
pub fn exponential_integral(u: f64) -> f64 {
    if u <= 1.0 {
        let euler = 0.577_215_664_901_532_9;
        let (mut sum, mut term) = (-euler - u.ln(), -1.0);
        for k in 1..100 {
            let k = f64::from(k);
            term *= -u / k;
            sum += term / k;
        }
        sum
    } else {
        let mut fraction = 0.0;
        for k in (1..200).rev() {
            let k = f64::from(k);
            fraction = k / (1.0 + k / (u + fraction));
        }
        (-u).exp() / (u + fraction)
    }
}

/// Modified Bessel function K₀(x) = ∫₀^∞ exp(−x cosh t) dt by the trapezoidal rule, which converges geometrically here.
pub fn bessel_k0(x: f64) -> f64 {
    let step: f64 = 0.01;
    let values = (1..2000).map(|k| (-x * (step * f64::from(k)).cosh()).exp());
    step * (0.5 * (-x).exp() + values.sum::<f64>())
}
