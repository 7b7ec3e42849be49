//! Where water that people add to the ground, or no longer let seep, reaches it: columns of the grid and their shares.

use geo::MultiPolygon;

use crate::sampling::contains;
use crate::{ColumnPart, CoveredColumn, Gridded, Mask};

impl Gridded {
    /// Columns of a group's wells, by the share of its take; empty for a group without wells in the model. What seeps back
    /// from the group's fields or streets is taken to do so there.
    pub fn columns_of_group(&self, group: usize) -> Vec<ColumnPart> {
        let per_layer = self.footprint.len();
        self.parts(self.wells[group].iter().map(|part| (part.cell % per_layer, part.share)))
    }

    /// Columns of a zone, by area.
    pub fn columns_of_zone(&self, zone: usize) -> Vec<ColumnPart> {
        self.parts(self.zones[zone].columns.iter().map(|part| (part.column, part.area)))
    }

    /// Columns of a river's reach, by the length of the course in each.
    pub fn columns_of_reach(&self, river: usize, reach: usize) -> Vec<ColumnPart> {
        let (course, per_layer) = (&self.rivers[river], self.footprint.len());
        let rows = &course.rows[course.reaches[reach].clone()];
        self.parts(rows.iter().map(|row| (row.cell % per_layer, row.length)))
    }

    /// Active columns whose centres lie in a polygon, all alike; empty where it covers no centre.
    pub fn columns_in(&self, polygon: &MultiPolygon<f64>) -> Vec<ColumnPart> {
        let inside = |column: &usize| contains(polygon, self.footprint.centre(*column));
        self.parts(self.footprint.active_columns().filter(inside).map(|column| (column, 1.0)))
    }

    /// How far a zone covers each column that it lies in.
    pub fn covered_by_zone(&self, zone: usize) -> Vec<CoveredColumn> {
        self.covered(&self.zones[zone])
    }

    /// How far a spring basin covers each column that it lies in.
    pub fn covered_by_outline(&self, outline: usize) -> Vec<CoveredColumn> {
        self.covered(&self.outlines[outline])
    }

    /// Active columns whose centres lie in a polygon, as covered by it whole; empty where it covers no centre.
    pub fn covered_by(&self, polygon: &MultiPolygon<f64>) -> Vec<CoveredColumn> {
        let parts = self.columns_in(polygon).into_iter();
        parts.map(|part| CoveredColumn { row: part.row, share: 1.0 }).collect()
    }

    fn covered(&self, mask: &Mask) -> Vec<CoveredColumn> {
        let found = mask.columns.iter().filter_map(|part| {
            let row = self.recharge.binary_search_by_key(&part.column, |row| row.column).ok()?;
            Some(CoveredColumn { row, share: part.share })
        });
        found.collect()
    }

    /// Parts that sum to one, of the columns that the recharge reaches.
    fn parts(&self, weights: impl Iterator<Item = (usize, f64)>) -> Vec<ColumnPart> {
        let mut parts: Vec<ColumnPart> = weights
            .filter_map(|(column, weight)| {
                let row = self.recharge.binary_search_by_key(&column, |row| row.column).ok()?;
                Some(ColumnPart { row, share: weight })
            })
            .collect();
        let whole: f64 = parts.iter().map(|part| part.share).sum();
        if whole <= 0.0 {
            return Vec::new();
        }
        parts.iter_mut().for_each(|part| part.share /= whole);
        parts
    }
}
