//! The linear system of a steady state, lent to whoever wants to solve it with something else.

use crate::assembly;
use crate::balance::Storing;
use crate::failure::StepFailure;
use crate::simulation::Simulation;
use quanyu_solve::{LayeredOperator, LinearOperator};

impl Simulation<'_> {
    /// The symmetric matrix `A` \[m²/d\] and the right-hand side `b` \[m³/d\] of the steady state under the present stresses, linearised at the
    /// present heads: conductances follow those heads, and `b = A h + ` net inflow, so that `A h' = b` is what the first outer iteration
    /// solves for the heads `h'` \[m\]. Cells without an unknown head are inactive and ask for nothing.
    ///
    /// # Errors
    /// The stresses do not fit the problem, or a part of it has no outlet.
    pub fn linearised(&mut self) -> Result<(LayeredOperator, Vec<f64>), StepFailure> {
        self.prepare()?;
        self.find_islands(false)?;
        self.balance.begin(self.problem);
        self.balance.evaluate(self.problem, &self.stresses, Storing::Nothing);
        let mut matrix = assembly::empty(self.problem);
        assembly::write(self.problem, &self.balance, &mut matrix);
        let mut rhs = vec![0.0; matrix.size()];
        matrix.apply(&self.balance.head, &mut rhs);
        for (cell, rhs) in rhs.iter_mut().enumerate() {
            *rhs = if matrix.active()[cell] { *rhs + self.balance.residual[cell] } else { 0.0 };
        }
        Ok((matrix, rhs))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::*;
    use quanyu_solve::{SymmetricSettings, SymmetricSolver};

    /// Confined rock between two given heads, with rain: linear, so that its system has the steady heads for a solution.
    #[test]
    fn the_system_of_a_linear_model_gives_its_steady_heads() {
        let (rows, columns) = (4, 9);
        let cells = rows * columns;
        let model = Model {
            grid: Grid {
                layers: 1,
                rows,
                columns,
                column_widths: vec![100.0; columns],
                row_heights: vec![50.0; rows],
                top: vec![0.0; cells],
                bottom: vec![-10.0; cells],
                kind: vec![CellKind::Active; cells],
                corner: [0.0, 0.0],
            },
            properties: Properties {
                conductivity: (0..cells).map(|cell| 1.0 + (cell % 5) as f64).collect(),
                anisotropy: None,
                vertical_conductivity: vec![1.0; cells],
                specific_storage: vec![1e-5; cells],
                specific_yield: vec![0.1; cells],
                convertible: vec![false; cells],
            },
            barriers: Vec::new(),
            initial_head: vec![3.0; cells],
            formulation: Formulation::Central,
            laws: Laws::default(),
            origins: ModelOrigins::default(),
        };
        let problem = check(model).unwrap();
        let given = [(0, 5.0), (cells - 1, 8.0)];
        let heads = given.map(|(cell, head)| ConstantHead { cell, head, origin: Origin::NONE });
        let rain =
            (0..cells).map(|cell| Recharge { cell, rate: 1e-3, fixed_cell: false, origin: Origin::NONE });
        let named = |name: &str, package| NamedPackage { name: name.into(), package };
        let mut simulation = Simulation::new(&problem, Settings::default(), State::start(&problem)).unwrap();
        simulation.stresses_mut().packages = vec![
            named("given", Package::ConstantHeads(heads.to_vec())),
            named("rain", Package::Recharge(rain.collect())),
        ];
        let (matrix, rhs) = simulation.linearised().unwrap();
        assert_eq!(matrix.active().iter().filter(|active| !**active).count(), 2);
        let mut heads = vec![0.0; cells];
        (heads[0], heads[cells - 1]) = (5.0, 8.0);
        SymmetricSolver::new(matrix.shape, SymmetricSettings::default())
            .solve(&matrix, &rhs, &mut heads)
            .unwrap();
        let steady = simulation.steady().unwrap();
        for (ours, theirs) in heads.iter().zip(steady.head) {
            assert!((ours - theirs).abs() < 1e-5, "{ours} {theirs}");
        }
    }
}
