//! The problems, by name and seed, made by the program itself.

mod basin;
mod jincheng;
pub(crate) mod random;

use std::fmt;
use std::str::FromStr;

use quanyu_solve::{
    CgSettings, LayeredOperator, LinearOperator, SolveError, SymmetricSettings, SymmetricSolver, vector,
};

/// A problem's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Name {
    /// Log-normal rock in three layers with this standard deviation of ln K.
    Rough(f64),
    /// One-cell conduits of this contrast, barriers, a tight middle layer and a bottom layer that pinches out.
    Karst(f64),
    /// This many thin anisotropic layers.
    Layers(usize),
    /// The Jincheng basin with cells of this many metres.
    Jincheng(u16),
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "“{text}” is no problem: s1, s2, karst-1e4, karst-1e6, layers-1, -3, -10 or basin-500, -250, -100"
            )
        };
        if let Some(contrast) = text.strip_prefix("karst-") {
            let contrast = contrast.parse().map_err(|_| wrong())?;
            return if (1.0..=1e12).contains(&contrast) { Ok(Self::Karst(contrast)) } else { Err(wrong()) };
        }
        if let Some(layers) = text.strip_prefix("layers-") {
            let layers = layers.parse().map_err(|_| wrong())?;
            return if (1..=100).contains(&layers) { Ok(Self::Layers(layers)) } else { Err(wrong()) };
        }
        if let Some(cell) = text.strip_prefix("basin-") {
            let cell = cell.parse().map_err(|_| wrong())?;
            return if (50..=5_000).contains(&cell) { Ok(Self::Jincheng(cell)) } else { Err(wrong()) };
        }
        match text {
            "s1" => Ok(Self::Rough(1.0)),
            "s2" => Ok(Self::Rough(2.0)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rough(sigma) => write!(f, "s{sigma}"),
            Self::Karst(contrast) => write!(f, "karst-{contrast:e}"),
            Self::Layers(layers) => write!(f, "layers-{layers}"),
            Self::Jincheng(cell) => write!(f, "basin-{cell}"),
        }
    }
}

/// A symmetric system.
pub(crate) struct Problem {
    pub(crate) name: String,
    pub(crate) seed: u64,
    pub(crate) operator: LayeredOperator,
    pub(crate) rhs: Vec<f64>,
    /// Mean level outside, weighed with what ties cells to it.
    pub(crate) level: f64,
}

impl Problem {
    /// The problem of a name with about this many boxes; a basin has as many as its cells' width makes, and no seed.
    pub(crate) fn generate(name: Name, cells: usize, seed: u64) -> Result<Self, String> {
        if let Name::Jincheng(cell) = name {
            return jincheng::generate(name.to_string(), f64::from(cell));
        }
        let layers = if let Name::Layers(layers) = name { layers } else { 3 };
        let side = (cells as f64 / layers as f64).sqrt().round() as usize;
        if side < 12 {
            return Err(format!("{name} with {cells} cells is only {side} cells wide; take at least 12"));
        }
        basin::generate(name, layers, side, seed)
    }

    /// Checks a system and finds the mean level outside, weighed with what ties cells to it.
    fn with_mean_level(
        name: String,
        seed: u64,
        operator: LayeredOperator,
        rhs: Vec<f64>,
    ) -> Result<Self, String> {
        operator.check().map_err(|error| format!("{name}, seed {seed}: {error}"))?;
        let ties: f64 = operator.extra.iter().sum();
        let held = operator.extra.iter().zip(&rhs).filter(|(extra, _)| **extra > 0.0);
        let level = held.map(|(_, b)| *b).sum::<f64>() / ties;
        Ok(Self { name, seed, operator, rhs, level })
    }

    /// Unknowns that are solved for.
    pub(crate) fn active(&self) -> usize {
        self.operator.active().iter().filter(|active| **active).count()
    }

    /// `max(1e-8 ‖b − A h̄‖₂, ε ‖|A||x| + |b|‖₂)`: the residual that a solution must reach.
    ///
    /// The rounding floor needs a solution; ours to the first bound serves for all methods.
    pub(crate) fn target(&self) -> Result<f64, String> {
        let cells = self.rhs.len();
        let mut residual = vec![0.0; cells];
        self.operator.residual(&self.rhs, &vec![self.level; cells], &mut residual);
        let bound = 1e-8 * vector::norm(&residual);
        let stop = CgSettings { relative_tolerance: 0.0, absolute_tolerance: bound, ..CgSettings::default() };
        let settings = SymmetricSettings { stop, ..SymmetricSettings::default() };
        let mut x = vec![0.0; cells];
        let solved =
            SymmetricSolver::new(self.operator.shape, settings).solve(&self.operator, &self.rhs, &mut x);
        // Where the bound lies below the floor the solution is still good enough to know the floor by.
        if let Err(error) = solved
            && !matches!(error, SolveError::NotConverged { .. })
        {
            return Err(format!("{}, seed {}: {error}", self.name, self.seed));
        }
        Ok(bound.max(f64::EPSILON * self.size(&x)))
    }

    /// `‖|A||x| + |b|‖₂`.
    fn size(&self, x: &[f64]) -> f64 {
        let operator = &self.operator;
        let x: Vec<f64> = x.iter().map(|x| x.abs()).collect();
        let mut sum = vec![0.0; x.len()];
        operator.diagonal(&mut sum);
        sum.iter_mut().zip(&x).zip(&self.rhs).for_each(|((sum, x), b)| *sum = *sum * x + b.abs());
        let steps = [1, operator.shape.columns, operator.shape.layer_cells()];
        for (faces, step) in [&operator.east, &operator.south, &operator.down].into_iter().zip(steps) {
            for n in (0..x.len()).filter(|n| faces[*n] > 0.0) {
                sum[n] += faces[n] * x[n + step];
                sum[n + step] += faces[n] * x[n];
            }
        }
        vector::norm(&sum)
    }

    /// `‖b − A x‖₂`, in double precision and flux form.
    pub(crate) fn residual(&self, x: &[f64]) -> f64 {
        let mut residual = vec![0.0; x.len()];
        self.operator.residual(&self.rhs, x, &mut residual);
        vector::norm(&residual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for text in ["s1", "s2", "karst-1e4", "karst-1e6", "layers-10", "basin-500"] {
            assert_eq!(text.parse::<Name>().unwrap().to_string(), text);
        }
        for text in ["s3", "karst-", "karst-0", "layers-0", "basin-", "basin-1", ""] {
            assert!(text.parse::<Name>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_basin_is_a_problem_too() {
        let problem = Problem::generate(Name::Jincheng(2_000), 0, 7).unwrap();
        assert!(problem.active() > 3_000 && problem.rhs.len() > problem.active());
        assert!(
            problem.target().unwrap() > 0.0 && (0.0..2_500.0).contains(&problem.level),
            "{}",
            problem.level
        );
        assert_eq!(problem.operator, Problem::generate(Name::Jincheng(2_000), 0, 1).unwrap().operator);
    }

    #[test]
    fn every_problem_can_be_solved_and_repeats() {
        for text in ["s1", "karst-1e6", "layers-1", "layers-10"] {
            let make = |seed| Problem::generate(text.parse().unwrap(), 12_000, seed).unwrap();
            let problem = make(3);
            problem.operator.check().unwrap();
            assert!(problem.active() > 6_000 && problem.target().unwrap() > 0.0, "{text}");
            assert_eq!(problem.operator, make(3).operator);
            assert_ne!(problem.rhs, make(4).rhs);
        }
    }
}
