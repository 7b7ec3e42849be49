//! What of the gridding depends on outlines, surfaces and places of springs alone, not on any figure.

use quanyu_flow::{Fault, Grid};

use super::domain::{self, Domain};
use super::log::Log;
use super::{masks, surfaces};
use crate::{Basin, GridSpec, Mask};

/// The grid of a basin before rock and water are laid on it.
///
/// Basins that differ in figures alone, as members do, share one: [`Layout::fill`] then gives each of them what
/// [`crate::discretise`] would, to the bit.
#[derive(Debug)]
pub struct Layout {
    pub(super) domain: Domain,
    pub(super) grid: Grid,
    pub(super) outlines: Vec<Mask>,
    pub(super) zones: Vec<Mask>,
    /// What was said of domain and surfaces.
    pub(super) laid: Log,
    /// What was said of the zones.
    pub(super) zoned: Log,
}

impl Layout {
    /// Lays the grid over the basin's outlines and stacks its layers.
    ///
    /// # Errors
    /// No grid can be laid; the faults that show up to there. Faults that leave a grid come with [`Layout::fill`].
    pub fn new(basin: &Basin, spec: &GridSpec) -> Result<Self, Vec<Fault>> {
        let (mut laid, mut zoned) = (Log::default(), Log::default());
        let Some(domain) = domain::lay_out(basin, spec, &mut laid) else { return Err(laid.faults) };
        let Some(grid) = surfaces::stack(basin, &domain, &mut laid) else { return Err(laid.faults) };
        let outlines = masks::outlines(basin, &domain);
        let zones = masks::zones(basin, &domain, &mut zoned);
        Ok(Self { domain, grid, outlines, zones, laid, zoned })
    }
}
