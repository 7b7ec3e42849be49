//! How the cells of a structured level are found by those who join them to aggregates.

use super::layout::{BLACK, Faces, RED, parity};
use super::level::Level;
use crate::aggregation::{Cells, Face};

/// Side of a block in plan.
const SIDE: usize = 32;

/// A cell's place is its colour's length times its colour and its place among that colour: red cells, which have a residual, come first.
impl Cells for Level {
    fn places(&self) -> usize {
        2 * self.layout.length()
    }

    fn blocks(&self) -> usize {
        let shape = self.layout.shape;
        shape.rows.div_ceil(SIDE) * shape.columns.div_ceil(SIDE)
    }

    fn block(&self, block: usize, places: &mut Vec<u32>) {
        let (layout, shape) = (self.layout, self.layout.shape);
        let across = shape.columns.div_ceil(SIDE);
        let (top, left) = (block / across * SIDE, block % across * SIDE);
        for row in top..shape.rows.min(top + SIDE) {
            for column in left..shape.columns.min(left + SIDE) {
                let colour = (row + column) & 1;
                for layer in 0..shape.layers {
                    let at = layout.place(layer, row, column);
                    // Where there is no pivot there is nothing to solve.
                    if self.inverse[colour][at] > 0.0 {
                        places.push((colour * layout.length() + at) as u32);
                    }
                }
            }
        }
    }

    /// Groups of 2 × 2 cells of a layer, split where two parts are joined too weakly.
    fn group(&self, block: usize, groups: &mut Vec<u32>) -> u32 {
        let (layout, shape) = (self.layout, self.layout.shape);
        let across = shape.columns.div_ceil(SIDE);
        let (top, left) = (block / across * SIDE, block % across * SIDE);
        let (bottom, right) = (shape.rows.min(top + SIDE), shape.columns.min(left + SIDE));
        // The cells' positions in the order of `block`.
        let mut position = Vec::with_capacity(SIDE * SIDE * shape.layers);
        let mut cells = 0_u32;
        for row in top..bottom {
            for column in left..right {
                for layer in 0..shape.layers {
                    let held = self.inverse[(row + column) & 1][layout.place(layer, row, column)] > 0.0;
                    position.push(if held { cells } else { u32::MAX });
                    cells += u32::from(held);
                }
            }
        }
        groups.clear();
        groups.resize(cells as usize, u32::MAX);
        let mut count = 0;
        let mut stack = Vec::with_capacity(shape.layers);
        for row in (top..bottom).step_by(2) {
            for column in (left..right).step_by(2) {
                stack.clear();
                for layer in 0..shape.layers {
                    let mut square = Square::default();
                    for corner in 0..4 {
                        let (row, column) = (row + corner / 2, column + corner % 2);
                        if row >= bottom || column >= right {
                            continue;
                        }
                        let at = ((row - top) * (right - left) + column - left) * shape.layers + layer;
                        if position[at] != u32::MAX {
                            self.enter(layer, row, column, corner, &mut square);
                            square.position[corner] = position[at];
                        }
                    }
                    stack.push(square);
                }
                for layer in 0..shape.layers {
                    let square = with_columns(&stack, layer);
                    let mut take = |part: u8| {
                        for corner in (0..4).filter(|corner| part >> corner & 1 == 1) {
                            groups[square.position[corner] as usize] = count;
                        }
                        count += 1;
                    };
                    if square.holds_together() {
                        take(square.members);
                    } else {
                        square.split(square.members, &mut take);
                    }
                }
            }
        }
        count
    }

    fn coefficients(&self, place: usize, mut add: impl FnMut(Face)) -> f32 {
        let layout = self.layout;
        let (colour, at) = self.colour_and_place(place);
        let length = layout.row_length();
        let parity = parity(at / length - 1, colour);
        let Faces { west, east, north, south } = &self.horizontal[0];
        // Red cells keep the faces; beyond a neighbour lie cells of this one's colour.
        let (around, beyond) = if colour == RED {
            (
                [west[at], east[at], north[at], south[at]],
                [
                    (east, at - 1),
                    (west, at + 1),
                    (south, at.wrapping_sub(2 * length)),
                    (north, at + 2 * length),
                ],
            )
        } else {
            (
                [east[at + parity - 1], west[at + parity], south[at - length], north[at + length]],
                [(west, at + parity - 1), (east, at + parity), (north, at - length), (south, at + length)],
            )
        };
        let first = (1 - colour) * layout.length() + at;
        let places = [first + parity - 1, first + parity, first - length, first + length];
        let steps = [place - 1, place + 1, place.wrapping_sub(2 * length), place + 2 * length];
        for direction in 0..4 {
            let value = around[direction];
            if value > 0.0 {
                let behind = direction ^ 1;
                let (faces, there) = beyond[direction];
                let line = Some([(places[behind], around[behind]), (steps[direction], faces[there])]);
                add(Face { neighbour: places[direction], value, line });
            }
        }
        let down = &self.down[0][colour];
        let layer = at % length / layout.stride;
        if layer > 0 && down[at - layout.stride] > 0.0 {
            add(Face { neighbour: place - layout.stride, value: down[at - layout.stride], line: None });
        }
        if layer + 1 < layout.shape.layers && down[at] > 0.0 {
            add(Face { neighbour: place + layout.stride, value: down[at], line: None });
        }
        self.extra[colour][at]
    }
}

/// Two parts of a square are torn apart where what joins them is less than this part of what joins each to the rest of the layer.
const TORN: f32 = 0.05;

/// Four cells of a layer, corner by corner: north-west, north-east, south-west, south-east. Sets of corners are bit masks.
#[derive(Clone, Copy, Debug, Default)]
struct Square {
    members: u8,
    position: [u32; 4],
    /// The sum of all horizontal coefficients of each corner.
    around: [f32; 4],
    /// Coefficients between corners: 0–1, 2–3, 0–2, 1–3.
    inside: [f32; 4],
    /// Coefficients to the cells below.
    down: [f32; 4],
}

/// The square of a layer, with what its cells are joined to by way of the cells above and below them: as much as the columns carry.
fn with_columns(stack: &[Square], layer: usize) -> Square {
    let mut square = stack[layer];
    let mut go = |layers: &mut dyn Iterator<Item = usize>, down: bool| {
        let mut chain = [f32::INFINITY; 4];
        for at in layers {
            let carried = if down { &stack[at - 1].down } else { &stack[at].down };
            let other = &stack[at];
            for (corner, (chain, carried)) in chain.iter_mut().zip(carried).enumerate() {
                *chain = least(*chain, *carried);
                square.around[corner] += least(*chain, other.around[corner]);
            }
            for ((own, value), [one, other]) in square.inside.iter_mut().zip(other.inside).zip(PAIRS) {
                *own += least(value, least(chain[one], chain[other]));
            }
            if chain.iter().all(|chain| *chain == 0.0) {
                break;
            }
        }
    };
    go(&mut (layer + 1..stack.len()), true);
    go(&mut (0..layer).rev(), false);
    square
}

fn least(one: f32, other: f32) -> f32 {
    if one < other { one } else { other }
}

/// The corners that each of `inside` joins.
const PAIRS: [[usize; 2]; 4] = [[0, 1], [2, 3], [0, 2], [1, 3]];
/// The same as sets.
const ENDS: [u8; 4] = [0b0011, 0b1100, 0b0101, 0b1010];

impl Square {
    /// Whether a whole square certainly need not be split, which most need not: any cut goes through two of the ring's four coefficients,
    /// and the half with the weaker ties has half of them at most.
    fn holds_together(&self) -> bool {
        let [north, south, west, east] = self.inside;
        let weakest = least(least(north, south) + least(west, east), least(north + south, west + east));
        self.members == 0b1111 && weakest >= TORN * 0.5 * self.around(self.members)
    }

    /// Splits a set of corners into parts that hold together.
    ///
    /// A coarse value stands for a part well if what joins any two halves of it is not much less than what joins either half
    /// to others: a half with weak ties follows the other through their common face; one of two with strong ties does not.
    fn split(&self, set: u8, take: &mut impl FnMut(u8)) {
        if set == 0 {
            return;
        }
        let lowest = set & set.wrapping_neg();
        let mut worst = (TORN, 0);
        // All halves that hold the lowest corner.
        for half in 1..set {
            if half & !set != 0 || half & lowest == 0 {
                continue;
            }
            let joined = self.between(half, set & !half);
            let (one, other) = (self.around(half) - joined, self.around(set & !half) - joined);
            let bound = if one < other { one } else { other };
            if joined < worst.0 * bound {
                worst = (joined / bound, half);
            }
        }
        if worst.1 == 0 {
            take(set);
        } else {
            self.split(worst.1, take);
            self.split(set & !worst.1, take);
        }
    }

    /// What sweeps have to move the corners of a part against.
    fn around(&self, part: u8) -> f32 {
        (0..4).filter(|corner| part >> corner & 1 == 1).map(|corner| self.around[corner]).sum()
    }

    /// What joins two parts.
    fn between(&self, one: u8, other: u8) -> f32 {
        let joins = |ends: &u8| ends & one != 0 && ends & other != 0;
        self.inside.iter().zip(ENDS).filter(|(_, ends)| joins(ends)).map(|(value, _)| value).sum()
    }
}

impl Level {
    /// A cell's colour and its place among that colour.
    fn colour_and_place(&self, place: usize) -> (usize, usize) {
        let length = self.layout.length();
        if place >= length { (BLACK, place - length) } else { (RED, place) }
    }

    /// Enters a cell at a corner of its square.
    fn enter(&self, layer: usize, row: usize, column: usize, corner: usize, square: &mut Square) {
        let (layout, colour) = (self.layout, (row + column) & 1);
        let faces = self.carried_by(colour).row(layout, row, colour);
        let at = layer * layout.stride + column / 2;
        square.members |= 1 << corner;
        square.around[corner] = (faces.west[at] + faces.east[at]) + (faces.north[at] + faces.south[at]);
        square.down[corner] = self.down[0][colour][layout.place(layer, row, column)];
        match corner {
            0 => (square.inside[0], square.inside[2]) = (faces.east[at], faces.south[at]),
            1 => square.inside[3] = faces.south[at],
            2 => square.inside[1] = faces.east[at],
            _ => {}
        }
    }
}

const _: () = assert!(RED == 0 && BLACK == 1, "red cells must come first");
