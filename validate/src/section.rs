//! A section from a well outwards, on a rectilinear grid of one row.
//!
//! Columns are rings: with rows of one metre, the rock of a ring of mean radius r counts 2πr times, so that areas, storage and
//! the flow through a ring's layers are those of the ring, and the resistance across it is exactly ln(r₂/r₁)/(2πKb). Flow to a well
//! is then as fine as a grid of a few hundred columns can make it.

use std::f64::consts::TAU;

use quanyu_flow::{Model, Problem, check};

use crate::case::Stop;
use crate::models::Block;

/// Rings around a well.
pub(crate) struct Section {
    /// Radii of the rings' edges \[m\], rising; the well lies within the first.
    pub(crate) edges: Vec<f64>,
    /// Top and the bottom of each layer \[m\].
    pub(crate) surfaces: Vec<f64>,
    /// Conductivity \[m/d\].
    pub(crate) conductivity: f64,
    /// Specific storage \[1/m\].
    pub(crate) specific_storage: f64,
}

impl Section {
    /// Edges from `first` to beyond `last` \[m\], each by `ratio` farther out.
    pub(crate) fn edges(first: f64, ratio: f64, last: f64) -> Vec<f64> {
        let mut edges = vec![first];
        while edges[edges.len() - 1] < last {
            edges.push(edges[edges.len() - 1] * ratio);
        }
        edges
    }

    /// Radius of the middle of a ring \[m\], where its head counts.
    pub(crate) fn middle(&self, ring: usize) -> f64 {
        0.5 * (self.edges[ring] + self.edges[ring + 1])
    }

    /// The ring whose middle is nearest to a radius \[m\].
    pub(crate) fn nearest(&self, radius: f64) -> usize {
        let off = |ring: usize| (self.middle(ring) - radius).abs();
        (0..self.edges.len() - 1).min_by(|a, b| off(*a).total_cmp(&off(*b))).unwrap_or_default()
    }

    /// Area of a ring \[m²\].
    pub(crate) fn area(&self, ring: usize) -> f64 {
        TAU * self.middle(ring) * (self.edges[ring + 1] - self.edges[ring])
    }

    /// The model, still to be checked.
    pub(crate) fn model(&self) -> Model {
        let widths: Vec<f64> = self.edges.windows(2).map(|edge| edge[1] - edge[0]).collect();
        let mut model = Block {
            surfaces: self.surfaces.clone(),
            ..Block::confined(widths, vec![1.0], self.conductivity, self.specific_storage)
        }
        .model();
        let rings = self.edges.len() - 1;
        for cell in 0..model.grid.cells() {
            let ring = cell % rings;
            let mean = TAU * self.middle(ring);
            let through = TAU * (self.edges[ring + 1] - self.edges[ring])
                / (self.edges[ring + 1] / self.edges[ring]).ln();
            model.properties.conductivity[cell] *= through;
            model.properties.vertical_conductivity[cell] *= mean;
            model.properties.specific_storage[cell] *= mean;
        }
        model
    }

    /// The problem.
    pub(crate) fn problem(&self) -> Result<Problem, Stop> {
        check(self.model()).map_err(Stop::faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_has_its_area_and_its_nearest_radius() {
        let section = Section {
            edges: vec![1.0, 2.0, 4.0],
            surfaces: vec![1.0, 0.0],
            conductivity: 1.0,
            specific_storage: 0.0,
        };
        assert!((section.area(1) - std::f64::consts::PI * 12.0).abs() < 1e-12);
        assert_eq!((section.nearest(1.4), section.nearest(10.0)), (0, 1));
    }
}
