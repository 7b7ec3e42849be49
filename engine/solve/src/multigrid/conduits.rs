//! Thin lines of high conductance, solved by themselves before and after each cycle.
//!
//! Sweeps and aggregates of a few cells move a conduit's cells against one another slowly: along it the system is one-dimensional, and a
//! mode that is smooth along the line and absent beside it is neither smoothed nor seen by the coarse levels. Conduits are a per cent of
//! the cells or two, so that a solve of the whole line, `S ≈ A_cc⁻¹` with all other cells held, costs nothing beside a sweep.
//! The cycle `B` between two of them is `I − M A = (I − S A)(I − B A)(I − S A)`: symmetric and positive where `B` is.
//!
//! `S` is an incomplete Cholesky factorisation without fill, ends of lines first, which is exact where the lines branch without closing
//! rings (J. A. Meijerink and H. A. van der Vorst, Mathematics of Computation 31, 1977). It is computed in double precision: what holds a
//! line may be a millionth of what its faces carry.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use super::layout::{Colours, RED};
use super::level::Level;
use crate::aggregation::Cells;

/// A cell may belong to a conduit where its strongest horizontal face carries at least this many times what its weakest does; from 5 to 50
/// the same lines are found.
const CONTRAST: f32 = 20.0;
/// More than one cell in so many are no thin lines.
const THIN: usize = 16;
/// A cell of high contrast belongs to a conduit if a face of at least this part of its strongest leads to another such cell.
const ALONG: f32 = 0.25;
/// A pivot below this part of the diagonal is rounding: nothing holds the line.
const HELD: f64 = 1e-12;
/// In place of a number in [`Conduits::number`].
const NONE: u32 = u32::MAX;

/// The conduits of a level, numbered in the order of elimination, and their rim: all cells that are joined to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Conduits {
    /// The places of the conduits' cells, then of the others at the rim.
    places: Vec<u32>,
    /// How many are conduits' cells.
    count: usize,
    /// Where the faces of each conduit's cell start, and the faces: the number of the cell beyond and the coefficient.
    start: Vec<u32>,
    faces: Vec<(u32, f64)>,
    extra: Vec<f64>,
    /// The factor: one over each pivot, where the entries of each row start, and these: a later number and a multiplier.
    inverse: Vec<f64>,
    later_start: Vec<u32>,
    later: Vec<(u32, f64)>,
    /// The first places of the red columns that have cells at the rim.
    columns: Vec<u32>,
    /// The level's right-hand side before conduits were solved, by numbers.
    rhs: Vec<f32>,
    /// The correction of the solve before the cycle, zero at the rim; then the solution.
    values: Vec<f64>,
    work: Vec<f64>,
    /// Scratch of the set-up, by places.
    number: Vec<u32>,
}

impl Conduits {
    /// Finds the conduits of a symmetric level and factorises them.
    pub(super) fn rebuild(&mut self, level: &Level) {
        self.clear();
        let mut found = find(level);
        self.number.clear();
        self.number.resize(level.places(), NONE);
        for (at, place) in found.iter().enumerate() {
            self.number[*place as usize] = at as u32;
        }
        found.retain(|place| {
            let (mut strongest, mut along) = (0.0_f32, 0.0_f32);
            Cells::coefficients(level, *place as usize, |face| {
                if face.line.is_some() {
                    strongest = strongest.max(face.value);
                    if self.number[face.neighbour] != NONE {
                        along = along.max(face.value);
                    }
                }
            });
            along > 0.0 && along >= ALONG * strongest
        });
        if found.is_empty() || found.len() * THIN > level.layout.shape.cells() {
            return;
        }
        self.order(level, &found);
        self.list_faces(level);
        self.factorise();
        self.list_columns(level);
        for vector in [&mut self.values, &mut self.work] {
            vector.resize(self.places.len(), 0.0);
        }
        self.rhs.resize(self.places.len(), 0.0);
    }

    fn clear(&mut self) {
        self.count = 0;
        for list in [&mut self.places, &mut self.start, &mut self.later_start, &mut self.columns] {
            list.clear();
        }
        for list in [&mut self.faces, &mut self.later] {
            list.clear();
        }
        for list in [&mut self.extra, &mut self.inverse, &mut self.values, &mut self.work] {
            list.clear();
        }
        self.rhs.clear();
    }

    /// Whether there is nothing to solve.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Numbers cells by how few neighbours they have left, so that lines are taken from their ends.
    fn order(&mut self, level: &Level, found: &[u32]) {
        self.number.fill(NONE);
        for (at, place) in found.iter().enumerate() {
            self.number[*place as usize] = at as u32;
        }
        let number = &self.number;
        let neighbours = |at: usize| {
            let mut list = [NONE; 6];
            let mut count = 0;
            Cells::coefficients(level, found[at] as usize, |face| {
                if number[face.neighbour] != NONE {
                    list[count] = number[face.neighbour];
                    count += 1;
                }
            });
            (list, count)
        };
        let mut left: Vec<usize> = (0..found.len()).map(|at| neighbours(at).1).collect();
        let mut queue: BinaryHeap<_> =
            left.iter().enumerate().map(|(at, left)| Reverse((*left, at))).collect();
        while let Some(Reverse((was, at))) = queue.pop() {
            if left[at] != was {
                continue;
            }
            left[at] = usize::MAX;
            self.places.push(found[at]);
            let (list, count) = neighbours(at);
            for m in list[..count].iter().map(|m| *m as usize) {
                if left[m] != usize::MAX {
                    left[m] -= 1;
                    queue.push(Reverse((left[m], m)));
                }
            }
        }
        self.count = self.places.len();
        for (at, place) in self.places.iter().enumerate() {
            self.number[*place as usize] = at as u32;
        }
    }

    fn list_faces(&mut self, level: &Level) {
        self.start.push(0);
        for at in 0..self.count {
            let (number, places, faces) = (&mut self.number, &mut self.places, &mut self.faces);
            let extra = Cells::coefficients(level, places[at] as usize, |face| {
                let number = &mut number[face.neighbour];
                if *number == NONE {
                    *number = places.len() as u32;
                    places.push(face.neighbour as u32);
                }
                faces.push((*number, f64::from(face.value)));
            });
            self.extra.push(f64::from(extra));
            self.start.push(self.faces.len() as u32);
        }
    }

    fn faces_of(&self, at: usize) -> &[(u32, f64)] {
        &self.faces[self.start[at] as usize..self.start[at + 1] as usize]
    }

    fn later_of(&self, at: usize) -> std::ops::Range<usize> {
        self.later_start[at] as usize..self.later_start[at + 1] as usize
    }

    fn factorise(&mut self) {
        self.later_start.push(0);
        let mut pivots = Vec::with_capacity(self.count);
        for at in 0..self.count {
            let begin = self.later.len();
            let own = self.start[at] as usize..self.start[at + 1] as usize;
            let mut diagonal = self.extra[at];
            for &(m, value) in &self.faces[own] {
                diagonal += value;
                if (m as usize) < self.count && m as usize > at {
                    self.later.push((m, value));
                }
            }
            self.later[begin..].sort_unstable_by_key(|entry| entry.0);
            self.later_start.push(self.later.len() as u32);
            pivots.push([diagonal; 2]);
        }
        for at in 0..self.count {
            let [pivot, diagonal] = pivots[at];
            let inverse = if pivot > HELD * diagonal { pivot.recip() } else { 0.0 };
            self.inverse.push(inverse);
            for entry in self.later_of(at) {
                let (m, value) = self.later[entry];
                pivots[m as usize][0] -= value * value * inverse;
                for other in entry + 1..self.later_of(at).end {
                    let (n, beside) = self.later[other];
                    let row = self.later_of(m as usize);
                    if let Ok(there) = self.later[row.clone()].binary_search_by_key(&n, |entry| entry.0) {
                        self.later[row.start + there].1 += value * beside * inverse;
                    }
                }
            }
        }
    }

    /// `work ← S work` in the conduits' cells.
    fn solve(&mut self) {
        for at in 0..self.count {
            let value = self.work[at] * self.inverse[at];
            for entry in self.later_of(at) {
                let (m, coefficient) = self.later[entry];
                self.work[m as usize] += coefficient * value;
            }
        }
        for at in (0..self.count).rev() {
            let mut sum = self.work[at];
            for entry in self.later_of(at) {
                let (m, coefficient) = self.later[entry];
                sum += coefficient * self.work[m as usize];
            }
            self.work[at] = sum * self.inverse[at];
        }
    }

    fn list_columns(&mut self, level: &Level) {
        let layout = level.layout;
        let red = self.places.iter().map(|place| *place as usize).filter(|place| *place < layout.length());
        self.columns.extend(red.map(|place| {
            let row = place / layout.row_length();
            let within = place % layout.row_length();
            (row * layout.row_length() + within % layout.stride) as u32
        }));
        self.columns.sort_unstable();
        self.columns.dedup();
    }

    /// Solves the conduits for the level's right-hand side and leaves there what remains for the cycle, the red columns solved.
    pub(super) fn before(&mut self, level: &mut Level) {
        let length = level.layout.length();
        for (at, place) in self.places.iter().enumerate() {
            self.rhs[at] = *value_at(&mut level.rhs, length, *place);
        }
        for at in 0..self.count {
            self.work[at] = f64::from(self.rhs[at]);
        }
        self.solve();
        let Self { work, values, .. } = self;
        values[..self.count].copy_from_slice(&work[..self.count]);
        values[self.count..].fill(0.0);
        work.fill(0.0);
        for at in 0..self.count {
            let here = self.values[at];
            let mut sum = self.extra[at] * here;
            for face in self.start[at] as usize..self.start[at + 1] as usize {
                let (m, value) = self.faces[face];
                let flow = value * (here - self.values[m as usize]);
                sum += flow;
                if m as usize >= self.count {
                    self.work[m as usize] -= flow;
                }
            }
            self.work[at] = sum;
        }
        for (at, place) in self.places.iter().enumerate() {
            let left = f64::from(self.rhs[at]) - self.work[at];
            *value_at(&mut level.rhs, length, *place) = left as f32;
        }
        for column in &self.columns {
            level.solve_red_column(*column as usize);
        }
    }

    /// After the cycle: puts the right-hand side back, adds what was solved before and solves the conduits again. Given the products of the cycle's
    /// solution with its right-hand side and with `image`, returns those of the whole solution with the whole right-hand side and with `image`.
    pub(super) fn after(
        &mut self,
        level: &mut Level,
        [mut product, mut overlap]: [f64; 2],
        image: Option<&Colours>,
    ) -> [f64; 2] {
        let length = level.layout.length();
        for (at, place) in self.places.iter().enumerate() {
            let rhs = value_at(&mut level.rhs, length, *place);
            let own = *value_at(&mut level.x, length, *place);
            product += f64::from(own) * (f64::from(self.rhs[at]) - f64::from(*rhs));
            *rhs = self.rhs[at];
            // The cycle's own, to know by how much the whole one differs.
            self.rhs[at] = own;
            self.values[at] += f64::from(own);
        }
        for at in 0..self.count {
            let here = self.values[at];
            let rhs = f64::from(*value_at(&mut level.rhs, length, self.places[at]));
            let flows = self.faces_of(at).iter().map(|(m, value)| value * (here - self.values[*m as usize]));
            self.work[at] = rhs - self.extra[at] * here - flows.sum::<f64>();
        }
        self.solve();
        for at in 0..self.count {
            let place = self.places[at];
            let whole = (self.values[at] + self.work[at]) as f32;
            *value_at(&mut level.x, length, place) = whole;
            let more = f64::from(whole) - f64::from(self.rhs[at]);
            product += more * f64::from(*value_at(&mut level.rhs, length, place));
            if let Some(image) = image {
                let (colour, at) = (place as usize / length, place as usize % length);
                overlap += more * f64::from(image[colour][at]);
            }
        }
        [product, overlap]
    }
}

fn value_at(colours: &mut Colours, length: usize, place: u32) -> &mut f32 {
    &mut colours[place as usize / length][place as usize % length]
}

/// The places of all cells with faces of high contrast, in the order of rows.
fn find(level: &Level) -> Vec<u32> {
    let layout = level.layout;
    let rows: Vec<Vec<u32>> = (0..layout.shape.rows)
        .into_par_iter()
        .map(|row| {
            let mut found = Vec::new();
            for colour in 0..2 {
                let faces = level.carried_by(colour).row(layout, row, colour);
                let first = colour * layout.length() + layout.first(row);
                for layer in 0..layout.shape.layers {
                    for at in layer * layout.stride..layer * layout.stride + layout.half {
                        let around = [faces.west[at], faces.east[at], faces.north[at], faces.south[at]];
                        let strongest = around.iter().fold(0.0_f32, |most, value| most.max(*value));
                        let there = around.iter().filter(|value| **value > 0.0);
                        let weakest = there.fold(f32::INFINITY, |least, value| least.min(*value));
                        if strongest > 0.0 && strongest >= CONTRAST * weakest {
                            found.push((first + at) as u32);
                        }
                    }
                }
            }
            found
        })
        .collect();
    rows.concat()
}

impl Level {
    /// Solves one red column; `first` is the place of its uppermost cell.
    fn solve_red_column(&mut self, first: usize) {
        let (stride, layers) = (self.layout.stride, self.layout.shape.layers);
        let (rhs, x, inverse) = (&self.rhs[RED], &mut self.x[RED], &self.inverse[RED]);
        let couple = &self.couple[0][RED];
        x[first] = rhs[first];
        for layer in 1..layers {
            let at = first + layer * stride;
            x[at] = rhs[at] + couple[at - stride] * x[at - stride];
        }
        let last = first + (layers - 1) * stride;
        x[last] *= inverse[last];
        for layer in (0..layers - 1).rev() {
            let at = first + layer * stride;
            x[at] = inverse[at] * x[at] + couple[at] * x[at + stride];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::hierarchy::{Coarsening, Hierarchy};
    use super::super::level::Stencil;
    use super::*;
    use crate::layered::{LayeredOperator, LayeredShape};
    use crate::operator::LinearOperator;

    const SHAPE: LayeredShape = LayeredShape { layers: 2, rows: 41, columns: 37 };

    /// Even rock with a line of faces that carry `contrast` times as much, a branch and a shaft to the other layer; held at one corner.
    fn winding(contrast: f64) -> LayeredOperator {
        let mut a = LayeredOperator::new(SHAPE, vec![true; SHAPE.cells()]).unwrap();
        for n in 0..SHAPE.cells() {
            for face in 0..3 {
                if SHAPE.neighbour(n, face).is_some() {
                    [&mut a.east, &mut a.south, &mut a.down][face][n] = 1.0 + (n % 7) as f64 / 7.0;
                }
            }
        }
        // Down two, right two, by turns; the branch leads west from row 20.
        for at in 0..32_usize {
            let (row, column) =
                (4 + at / 4 * 2 + (at % 4).min(2), 5 + at / 4 * 2 + (at % 4).saturating_sub(2));
            let faces = if at % 4 < 2 { &mut a.south } else { &mut a.east };
            faces[SHAPE.index(0, row, column)] = contrast;
        }
        (8..20).for_each(|column| a.east[SHAPE.index(0, 20, column)] = contrast);
        a.down[SHAPE.index(0, 20, 8)] = contrast;
        a.extra[0] = 1.0;
        a
    }

    fn hierarchy(a: &LayeredOperator) -> Hierarchy {
        let mut diagonal = vec![0.0; SHAPE.cells()];
        a.diagonal(&mut diagonal);
        let mut hierarchy = Hierarchy::new(SHAPE, true, Coarsening::Aggregates { geometric: 0 });
        hierarchy.rebuild(&Stencil::of(a), &diagonal);
        hierarchy
    }

    fn rhs() -> Vec<f64> {
        (0..SHAPE.cells()).map(|n| ((n * 40_503) % 10_007) as f64 / 10_007.0 - 0.5).collect()
    }

    #[test]
    fn lines_that_branch_are_solved_exactly() {
        let a = winding(1e6);
        let mut hierarchy = hierarchy(&a);
        hierarchy.begin(&rhs());
        let (levels, _) = hierarchy.finest();
        let level = &mut levels[0];
        let mut conduits = Conduits::default();
        conduits.rebuild(level);
        assert!((40..120).contains(&conduits.count), "{} cells", conduits.count);
        conduits.before(level);
        let length = level.layout.length();
        for place in &conduits.places[..conduits.count] {
            let left = *value_at(&mut level.rhs, length, *place);
            assert!(left.abs() < 1e-5, "{left} is left at place {place}");
        }
        assert!(conduits.rhs.iter().any(|value| value.abs() > 0.1));
    }

    #[test]
    fn rock_without_lines_has_no_conduits() {
        let mut conduits = Conduits::default();
        for contrast in [2.0, 1e6] {
            conduits.rebuild(&hierarchy(&winding(contrast)).finest().0[0]);
        }
        assert!(!conduits.is_empty());
        conduits.rebuild(&hierarchy(&winding(2.0)).finest().0[0]);
        assert!(conduits.is_empty() && conduits.places.is_empty());
    }

    #[test]
    fn products_are_those_of_the_whole_correction() {
        let a = winding(1e4);
        let mut hierarchy = hierarchy(&a);
        let mut x = vec![0.0; SHAPE.cells()];
        hierarchy.begin(&rhs());
        for iteration in 0..3 {
            let [product, overlap] = hierarchy.correct();
            let (levels, recurrence) = hierarchy.finest();
            let sum = |other: &Colours| -> f64 {
                let pairs = levels[0].x.iter().flatten().zip(other.iter().flatten());
                pairs.map(|(one, other)| f64::from(*one) * f64::from(*other)).sum()
            };
            let expected = [sum(&levels[0].rhs), sum(recurrence.image())];
            let size = expected[0].abs();
            assert!((product - expected[0]).abs() < 1e-5 * size, "{product} {expected:?}");
            assert!((overlap - expected[1]).abs() < 1e-5 * size, "{overlap} {expected:?}");
            let factor = (iteration > 0).then_some(0.1);
            let [curvature, along] = hierarchy.turn(factor);
            hierarchy.step(along / curvature, &mut x);
        }
    }
}
