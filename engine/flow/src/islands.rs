//! Parts of the aquifer that are cut off from the rest.
//!
//! Where nothing is stored, a connected part needs something that answers to its head (a drain, a river, a given head).
//! Without it and without any flow its heads may stand anywhere: they are held. With a flow it has no steady state.

use crate::balance::Balance;
use crate::model::Problem;
use crate::package::Package;
use crate::stresses::Stresses;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Islands {
    /// All parts can be solved; those that were cut off are listed in `balance.held`.
    Sound,
    /// A part receives or loses water that nothing can balance.
    NoOutlet {
        /// Its first cell.
        cell: usize,
        /// Its net source \[m³/d\].
        source: f64,
        /// Number of its cells.
        cells: usize,
    },
}

/// What is known of a connected part, kept at its root.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    answers: bool,
    source: f64,
    touched: bool,
    cells: usize,
}

/// Finds the parts and lists in `balance.held` the cells whose heads are to be held. `storing`: whether the rock stores.
pub(crate) fn find(problem: &Problem, stresses: &Stresses, storing: bool, balance: &mut Balance) -> Islands {
    let pairs = balance.faces.full_pairs(problem.grid());
    let (mut parent, parts) = parts(problem, stresses, storing, balance, pairs);
    balance.held.clear();
    let unknown = &problem.geometry().unknown;
    for cell in (0..parent.len()).filter(|cell| unknown[*cell]) {
        let at = root(&mut parent, cell);
        let part = parts[at];
        if part.answers {
            continue;
        }
        if part.touched {
            return Islands::NoOutlet { cell: at, source: part.source, cells: part.cells };
        }
        balance.held.push(cell);
    }
    Islands::Sound
}

/// The largest part that gains or loses water and that dry cells, at the heads of the moment, cut off from all that could balance it:
/// a cell of it, the number of its cells and what it gains \[m³/d\].
pub(crate) fn cut_off(
    problem: &Problem,
    stresses: &Stresses,
    balance: &Balance,
) -> Option<(usize, usize, f64)> {
    let pairs = balance.faces.open_pairs(problem.grid());
    let (_, parts) = parts(problem, stresses, false, balance, pairs);
    let stranded = parts.iter().enumerate().filter(|(_, part)| !part.answers && part.source != 0.0);
    let largest = stranded.max_by_key(|(cell, part)| (part.cells, std::cmp::Reverse(*cell)));
    largest.map(|(cell, part)| (cell, part.cells, part.source))
}

/// The parts that pairs of cells join: the parent of every cell, and what is known of the part at each root.
fn parts(
    problem: &Problem,
    stresses: &Stresses,
    storing: bool,
    balance: &Balance,
    pairs: impl Iterator<Item = (usize, usize)>,
) -> (Vec<usize>, Vec<Part>) {
    let cells = problem.grid().cells();
    let unknown = &problem.geometry().unknown;
    let mut parent: Vec<usize> = (0..cells).collect();
    for (cell, neighbour) in pairs {
        let (a, b) = (root(&mut parent, cell), root(&mut parent, neighbour));
        parent[a.max(b)] = a.min(b);
    }
    let mut parts = vec![Part::default(); cells];
    for cell in (0..cells).filter(|cell| unknown[*cell]) {
        let part = &mut parts[root(&mut parent, cell)];
        part.cells += 1;
        part.source += balance.boundaries.source[cell];
        part.touched |= balance.boundaries.source[cell] != 0.0;
        part.answers |= balance.boundaries.fixed[cell];
        part.answers |= storing && balance.rock.elastic[cell] + balance.rock.drainable[cell] > 0.0;
    }
    for named in &stresses.packages {
        let package = &named.package;
        for row in 0..package.len() {
            if answers(package, row) {
                parts[root(&mut parent, package.row(row).0)].answers = true;
            }
        }
    }
    (parent, parts)
}

/// Whether what a row exchanges depends on head.
fn answers(package: &Package, row: usize) -> bool {
    match package {
        Package::Wells(wells) => wells.rows[row].rate < 0.0 && wells.fading(row, 1.0) > 0.0,
        Package::Drains(rows) => rows[row].conductance > 0.0,
        Package::Rivers(rows) => rows[row].conductance > 0.0,
        Package::GeneralHeads(rows) => rows[row].conductance > 0.0,
        Package::ConstantHeads(_) => true,
        Package::Recharge(_) => false,
        Package::Evapotranspiration(rows) => rows[row].rate > 0.0,
    }
}

/// The root of a cell's part; shortens the way on the way.
fn root(parent: &mut [usize], mut cell: usize) -> usize {
    while parent[cell] != cell {
        parent[cell] = parent[parent[cell]];
        cell = parent[cell];
    }
    cell
}
