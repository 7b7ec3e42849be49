//! Small models for the cases, and how they are run.

use quanyu_flow::{
    CellKind, ConstantHead, Formulation, GeneralHead, Grid, Laws, Model, ModelOrigins, NamedPackage, Origin,
    Package, Problem, Properties, Recharge, Settings, Simulation, State, Well, Wells, check,
};

use crate::case::Stop;

/// A box of uniform rock, all of its cells active: the shape that most cases start from.
pub(crate) struct Block {
    /// Widths of the columns \[m\].
    pub(crate) widths: Vec<f64>,
    /// Heights of the rows \[m\].
    pub(crate) heights: Vec<f64>,
    /// Top of the grid and the bottom of each layer \[m\].
    pub(crate) surfaces: Vec<f64>,
    /// Conductivity \[m/d\], across layers the same.
    pub(crate) conductivity: f64,
    /// Specific storage \[1/m\].
    pub(crate) specific_storage: f64,
    /// Specific yield \[-\].
    pub(crate) specific_yield: f64,
    /// Whether a water table may stand in the cells.
    pub(crate) convertible: bool,
    /// Head at the start \[m\].
    pub(crate) head: f64,
    /// How conductance follows the water table.
    pub(crate) formulation: Formulation,
    /// Which laws it follows where there are several.
    pub(crate) laws: Laws,
}

impl Default for Block {
    fn default() -> Self {
        Self {
            widths: vec![1.0],
            heights: vec![1.0],
            surfaces: vec![1.0, 0.0],
            conductivity: 1.0,
            specific_storage: 1e-5,
            specific_yield: 0.1,
            convertible: false,
            head: 0.0,
            formulation: Formulation::Central,
            laws: Laws::default(),
        }
    }
}

impl Block {
    /// A confined block one metre thick, so that conductivity is transmissivity and specific storage the storage coefficient.
    pub(crate) fn confined(widths: Vec<f64>, heights: Vec<f64>, transmissivity: f64, storage: f64) -> Self {
        Self { widths, heights, conductivity: transmissivity, specific_storage: storage, ..Self::default() }
    }

    /// The model, still to be checked.
    pub(crate) fn model(&self) -> Model {
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
                vertical_conductivity: vec![self.conductivity; cells],
                specific_storage: vec![self.specific_storage; cells],
                specific_yield: vec![self.specific_yield; cells],
                convertible: vec![self.convertible; cells],
            },
            barriers: Vec::new(),
            initial_head: vec![self.head; cells],
            formulation: self.formulation,
            laws: self.laws.clone(),
            origins: ModelOrigins::default(),
        }
    }

    /// The problem.
    pub(crate) fn problem(&self) -> Result<Problem, Stop> {
        check(self.model()).map_err(Stop::faults)
    }
}

/// A run from the start of a problem under the given packages.
pub(crate) fn simulation(problem: &Problem, packages: Vec<NamedPackage>) -> Result<Simulation<'_>, Stop> {
    simulation_to(problem, packages, 1e-10)
}

/// The same, solved to a residual of this share of the gross flow.
pub(crate) fn simulation_to(
    problem: &Problem,
    packages: Vec<NamedPackage>,
    tolerance: f64,
) -> Result<Simulation<'_>, Stop> {
    let settings = Settings { tolerance, ..Settings::default() };
    let mut simulation = Simulation::new(problem, settings, State::start(problem)).map_err(Stop::faults)?;
    simulation.stresses_mut().packages = packages;
    Ok(simulation)
}

/// Wells of cell and rate \[m³/d\], never reduced.
pub(crate) fn wells(rows: impl IntoIterator<Item = (usize, f64)>) -> NamedPackage {
    let rows = rows.into_iter().map(|(cell, rate)| Well { cell, rate, origin: Origin::NONE }).collect();
    NamedPackage { name: "wells".into(), package: Package::Wells(Wells { rows, ..Wells::default() }) }
}

/// Given heads \[m\] by cell.
pub(crate) fn constant_heads(rows: impl IntoIterator<Item = (usize, f64)>) -> NamedPackage {
    let rows =
        rows.into_iter().map(|(cell, head)| ConstantHead { cell, head, origin: Origin::NONE }).collect();
    NamedPackage { name: "constant heads".into(), package: Package::ConstantHeads(rows) }
}

/// General heads of cell, head \[m\] and conductance \[m²/d\].
pub(crate) fn general_heads(rows: impl IntoIterator<Item = (usize, f64, f64)>) -> NamedPackage {
    let row = |(cell, head, conductance)| GeneralHead { cell, head, conductance, origin: Origin::NONE };
    NamedPackage {
        name: "general heads".into(),
        package: Package::GeneralHeads(rows.into_iter().map(row).collect()),
    }
}

/// Recharge \[m/d\] by cell.
pub(crate) fn recharge(rows: impl IntoIterator<Item = (usize, f64)>) -> NamedPackage {
    let rows = rows.into_iter().map(|(cell, rate)| Recharge { cell, rate, ..Recharge::default() }).collect();
    NamedPackage { name: "recharge".into(), package: Package::Recharge(rows) }
}

/// Widths that start with `first` and grow by `ratio` up to `widest`, until they reach `length` \[m\].
pub(crate) fn growing(first: f64, ratio: f64, widest: f64, length: f64) -> Vec<f64> {
    let (mut widths, mut width, mut sum) = (Vec::new(), first, 0.0);
    while sum < length {
        widths.push(width);
        sum += width;
        width = (width * ratio).min(widest);
    }
    widths
}

/// Lengths of steps that end at every one of the rising `times` \[d\] and grow in between by at most the share `growth` of the time
/// that has passed; the first is the share `first` of the first time. A `true` marks those that end at one of the times.
pub(crate) fn steps(times: &[f64], first: f64, growth: f64) -> Vec<(f64, bool)> {
    let mut steps = Vec::new();
    let mut now = times[0] * first;
    steps.push((now, false));
    for time in times {
        let count = ((time / now).ln() / (1.0 + growth).ln()).ceil().max(1.0);
        let ratio = (time / now).powf(1.0 / count);
        for step in 1..=count as usize {
            let last = step == count as usize;
            let next = if last { *time } else { now * ratio };
            steps.push((next - now, last));
            now = next;
        }
    }
    steps
}

/// The largest of some errors; no number if one of them is none, so that it never passes.
pub(crate) fn worst(errors: impl IntoIterator<Item = f64>) -> f64 {
    errors.into_iter().fold(0.0, |worst, error| if worst.is_nan() || error < worst { worst } else { error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_end_at_the_times_asked_for() {
        let steps = steps(&[1.0, 10.0, 25.0], 1e-3, 0.05);
        let mut now = 0.0;
        let mut ends = Vec::new();
        for (days, asked) in &steps {
            now += days;
            if *asked {
                ends.push(now);
            }
        }
        assert_eq!(ends.len(), 3);
        assert!(ends.iter().zip([1.0, 10.0, 25.0]).all(|(end, time)| (end - time).abs() < 1e-12 * time));
    }

    #[test]
    fn no_number_is_the_worst_error() {
        assert_eq!(worst([0.1, 0.3, 0.2]), 0.3);
        assert!(worst([0.1, f64::NAN, 0.2]).is_nan());
        assert!(worst([f64::NAN, 0.2]).is_nan());
    }
}
