//! The passes over the finest level, one at a time, for measuring how fast each is.

use super::LayeredMultigrid;

/// A pass over the finest level, as an iteration of conjugate gradients with a multigrid cycle makes them, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinestPass {
    /// Black sweep, residual of the red cells, and its sum over coarse cells.
    Descend,
    /// Coarse correction, black and red sweep, and the products of the solution with residual and image.
    Ascend,
    /// New direction and its image, and their products.
    Turn,
    /// Step along the direction, in double precision.
    Advance,
    /// New residual, its norm, and the red sweep of the next cycle.
    Reduce,
}

impl FinestPass {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Descend, Self::Ascend, Self::Turn, Self::Advance, Self::Reduce];

    /// What it is called in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Descend => "black sweep, residual, restriction",
            Self::Ascend => "correction, black and red sweep, products",
            Self::Turn => "direction, image, products",
            Self::Advance => "step in double precision",
            Self::Reduce => "residual, norm, red sweep",
        }
    }

    /// Single-precision arrays of one colour that it reads or writes, each counted once; coarse ones are a quarter as long.
    fn arrays(self) -> f64 {
        match self {
            // Faces 4, columns and right-hand side of black 3, both colours of x, and both of the coarse right-hand side.
            Self::Descend => 4.0 + 3.0 + 2.0 + 0.5,
            // Faces 4, columns 4, right-hand sides 2, image 2, old red, new red and black, coarse solution.
            Self::Ascend => 4.0 + 4.0 + 2.0 + 2.0 + 3.0 + 0.5,
            // Faces 4, and of both colours extra, down, z, direction, image and residual.
            Self::Turn => 4.0 + 6.0 * 2.0,
            // Direction, and the solution, whose values are twice as long.
            Self::Advance => 2.0 + 4.0,
            // Image and residual, columns and solution of red.
            Self::Reduce => 4.0 + 3.0,
        }
    }
}

impl LayeredMultigrid {
    /// Runs one pass over the finest level, alone; `x` is the solution that [`FinestPass::Advance`] goes along from. Returns the bytes of
    /// the arrays it reads and writes, each counted once. Call it after [`rebuild`](Self::rebuild); it leaves vectors that mean nothing.
    pub fn run_pass(&mut self, pass: FinestPass, x: &mut [f64]) -> f64 {
        let (levels, recurrence) = self.hierarchy.finest();
        let Some((fine, rest)) = levels.split_first_mut() else { return 0.0 };
        if recurrence.image()[0].is_empty() {
            recurrence.begin(fine, &vec![1.0; x.len()], 1.0);
        }
        match pass {
            FinestPass::Descend => fine.descend(rest.first_mut()),
            FinestPass::Ascend => {
                fine.ascend(rest.first(), Some(recurrence.image()));
            }
            FinestPass::Turn => {
                recurrence.turn(fine, Some(0.5));
            }
            FinestPass::Advance => recurrence.advance(fine, 1e-3, 1.0, x),
            FinestPass::Reduce => {
                recurrence.reduce(fine, 1e-3);
            }
        }
        pass.arrays() * (size_of::<f32>() * fine.layout.length()) as f64
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::FinestPass;
    use crate::{LayeredMultigrid, LayeredOperator, LayeredShape, MultigridSettings};

    #[test]
    fn every_pass_moves_its_arrays() {
        let shape = LayeredShape { layers: 2, rows: 40, columns: 50 };
        let mut a = LayeredOperator::new(shape, vec![true; shape.cells()]).unwrap();
        a.extra.fill(1.0);
        let mut m =
            LayeredMultigrid::new(shape, MultigridSettings { direct_cost: 100, ..Default::default() });
        m.rebuild(&a);
        let mut x = vec![0.0; shape.cells()];
        let cells = shape.cells() as f64;
        for pass in FinestPass::ALL {
            let bytes = m.run_pass(pass, &mut x) / cells;
            // Ghost cells come on top.
            assert!((12.0..45.0).contains(&bytes), "{}: {bytes} bytes a cell", pass.name());
        }
        assert!(x.iter().any(|x| *x != 0.0));
    }
}
