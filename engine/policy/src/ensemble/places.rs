//! Places of takes whose place nobody published.
//!
//! The data spread such a take evenly over a disc that covers where it may stand. A member puts it into a smaller disc inside that
//! one, somewhere: the smaller, the more the take bears on one spot. Groups that the data put into one disc move together, for they
//! are the users of one district.

use std::f64::consts::TAU;

use geo::{Contains, point};
use quanyu_basin::{Basin, Placement};
use rand_chacha::rand_core::RngCore;

use super::sample::uniform;

/// Largest number of halvings of the way from the middle when a disc's middle falls outside the spring basins.
const HALVINGS: u32 = 6;

/// Scatters them; `spread` is the radius of the smaller disc over that of the larger \[-\].
pub(super) fn scatter(basin: &mut Basin, spread: f64, random: &mut impl RngCore) {
    let mut moved: Vec<([f64; 2], f64, [f64; 2])> = Vec::new();
    let outlines: Vec<_> = basin.outlines.iter().map(|outline| outline.polygon.clone()).collect();
    let inside = |[x, y]: [f64; 2]| outlines.iter().any(|outline| outline.contains(&point!(x: x, y: y)));
    for group in basin.groups.iter_mut().filter(|group| group.location_unknown) {
        let Placement::Point { position, radius } = &mut group.placement else { continue };
        let from = *position;
        let known = moved.iter().find(|(place, size, _)| *place == from && *size == *radius);
        let to = known.map(|(_, _, to)| *to).unwrap_or_else(|| {
            let way = (1.0 - spread) * *radius * uniform(random).sqrt();
            let (sine, cosine) = (TAU * uniform(random)).sin_cos();
            let at = |way: f64| [from[0] + way * cosine, from[1] + way * sine];
            let reached = (0..HALVINGS).map(|halving| at(way * 0.5_f64.powi(halving as i32)));
            let to = reached.into_iter().find(|place| inside(*place)).unwrap_or(from);
            moved.push((from, *radius, to));
            to
        });
        (*position, *radius) = (to, *radius * spread);
    }
}
