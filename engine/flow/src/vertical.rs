//! Faces between cells one above the other, which may follow the water table.
//!
//! `C = A / (s₁ b₁ / 2 K₁ + s₂ b₂ / 2 K₂)`, with both saturations `s` 1 unless the model says that the upper one's (MODFLOW's
//! VARIABLECV) or both (DEWATERED) count. Water that meets a cell below which is not full may fall freely (PERCHED): the flow is then
//! `C (h − z)` with the bottom `z` of the cell above, whatever the head below (Langevin and others, 2017).

use crate::laws::conductance;
use crate::model::Problem;
use crate::rock::Rock;

/// Calls `visit(above, below, spread)` for every pair of active cells that touch or have only pass-through cells between them.
/// `spread(values, whole)` writes the conductance of the pair to the faces between them: `count + 1` equal faces in series
/// carry exactly the flow of the one they stand for.
pub(crate) fn each(problem: &Problem, mut visit: impl FnMut(usize, usize, &dyn Fn(&mut [f64], f64))) {
    let grid = problem.grid();
    let stride = grid.cells_per_layer();
    for cell in 0..grid.cells() - stride {
        if grid.is_active(cell) && grid.is_active(cell + stride) {
            visit(cell, cell + stride, &|values, whole| values[cell] = whole);
        }
    }
    for run in &problem.geometry().runs {
        visit(run.above, run.below, &|values, whole| {
            for step in 0..=run.count {
                values[run.above + step * stride] = (run.count + 1) as f64 * whole;
            }
        });
    }
}

/// Conductance between two full cells \[m²/d\].
pub(crate) fn full(problem: &Problem, rock: &Rock, above: usize, below: usize) -> f64 {
    wetted(problem, rock, [above, below], [1.0, 1.0])
}

fn wetted(problem: &Problem, rock: &Rock, [above, below]: [usize; 2], shares: [f64; 2]) -> f64 {
    conductance::vertical(
        problem.grid().area(above),
        problem.transmitting_thickness(above) * shares[0],
        rock.vertical[above],
        problem.transmitting_thickness(below) * shares[1],
        rock.vertical[below],
    )
}

/// Rewrites the faces downwards, and the elevations from which water falls freely, for these saturations and heads.
pub(crate) fn write(
    problem: &Problem,
    rock: &Rock,
    saturation: &[f64],
    head: &[f64],
    dry: &[bool],
    down: &mut [f64],
    fall: &mut [f64],
) {
    let (grid, geometry, law) = (problem.grid(), problem.geometry(), problem.laws().vertical);
    let is_dry = |cell: usize| dry.get(cell) == Some(&true);
    let brim = |cell: usize| head[cell] >= grid.cell_top(cell);
    each(problem, |above, below, spread| {
        let gone = is_dry(above) || is_dry(below);
        let convertible = geometry.convertible[above] || geometry.convertible[below];
        let whole = if gone {
            0.0
        } else if law.varying && convertible && !(brim(above) && brim(below)) {
            let lower = if law.dewatered { saturation[below] } else { 1.0 };
            wetted(problem, rock, [above, below], [saturation[above], lower])
        } else {
            full(problem, rock, above, below)
        };
        let falls = law.perched && !gone && geometry.convertible[below] && !brim(below);
        // Falling water is not held up by the faces that it passes.
        let count = ((below - above) / grid.cells_per_layer()) as f64;
        spread(down, if falls { whole / count } else { whole });
        if law.perched {
            spread(fall, f64::NAN);
            if falls {
                spread(fall, grid.bottom[above] / count);
            }
        }
    });
}
