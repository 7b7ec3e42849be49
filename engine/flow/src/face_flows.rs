//! What flows through the faces between cells.

use crate::balance::Balance;
use crate::model::Problem;

/// Flow through every face \[m³/d\], held with its western, northern or upper cell and positive out of it: to the east, to
/// the south, downwards. One value per cell; 0 where there is no face. A face across pass-through cells is held with the active
/// cell above them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaceFlows {
    /// To the next cell in the east.
    pub east: Vec<f64>,
    /// To the next cell in the south.
    pub south: Vec<f64>,
    /// To the next active cell below.
    pub down: Vec<f64>,
}

impl FaceFlows {
    /// Rewrites all flows for the heads and conductances of a balance.
    pub(crate) fn write(&mut self, problem: &Problem, balance: &Balance) {
        let grid = problem.grid();
        let stride = grid.cells_per_layer();
        let (faces, head) = (&balance.faces, &balance.head);
        let named = [
            (&mut self.east, &faces.east, 1),
            (&mut self.south, &faces.south, grid.columns),
            (&mut self.down, &faces.down, stride),
        ];
        for (flows, conductances, step) in named {
            flows.clear();
            flows.resize(grid.cells(), 0.0);
            for (cell, (flow, conductance)) in flows.iter_mut().zip(conductances).enumerate() {
                if *conductance > 0.0 {
                    *flow = if step == stride {
                        faces.flow_down(cell, head, stride)
                    } else {
                        conductance * (head[cell] - head[cell + step])
                    };
                }
            }
        }
        for run in &problem.geometry().runs {
            for step in 1..=run.count {
                self.down[run.above + step * stride] = 0.0;
            }
        }
    }
}
