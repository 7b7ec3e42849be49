//! What acts on the aquifer of itself: rain, springs, rivers, mines, and the rows that policy fills.

use std::ops::Range;

use quanyu_flow::{
    Drain, NamedPackage, Package, PropertyChange, Reach, Recharge, River, Stream, StreamTake, Stresses, Well,
    Wells,
};

use crate::dated::{mean_share, outlet_level, pumped_share};
use crate::time::first_of;
use crate::{Basin, Climate, Gridded, Mine, Period};

/// Position of the wells among the packages.
pub const WELLS: usize = 0;
/// Position of the recharge among the packages.
pub const RECHARGE: usize = 1;
/// Position of the springs among the packages.
pub const SPRINGS: usize = 2;
/// Position of the mines' drains among the packages.
pub const MINE_DRAINAGE: usize = 3;
/// Position of the rivers among the packages.
pub const RIVERS: usize = 4;
/// Position of the outer boundary among the packages.
pub const BOUNDARY: usize = 5;
/// Names of the packages, in their order.
pub const PACKAGE_NAMES: [&str; 6] = ["wells", "recharge", "springs", "mine-drainage", "rivers", "boundary"];

/// Share of a cell's thickness over which a well's take fades as the cell dries.
const WELL_REDUCTION: f64 = 0.1;
/// Days of a mean year.
const DAYS_PER_YEAR: f64 = 365.2425;
/// Seconds of a day.
const SECONDS_PER_DAY: f64 = 86_400.0;
/// Months of a year.
const MONTHS: usize = 12;
/// Millimetres of a metre.
const MILLIMETRES: f64 = 1000.0;

/// Whether mining acts; off for the comparison of a run with and without it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mining {
    /// Mines drain, break the rock above and change recharge, as dated.
    #[default]
    On,
    /// As if no mine had ever been opened.
    Off,
}

/// Writes the stresses of a period into the rows of a simulation.
///
/// The packages and their rows are the same in every period (what does not act has no conductance or rate), so writing
/// allocates nothing. The rates of wells and the takes from rivers belong to policy: [`NaturalStresses::set_abstraction`] and
/// [`NaturalStresses::set_river_take`]; writing a period leaves them as they are.
#[derive(Clone, Debug)]
pub struct NaturalStresses<'a> {
    basin: &'a Basin,
    climate: &'a Climate,
    gridded: &'a Gridded,
    mining: Mining,
    well_rows: Vec<Range<usize>>,
    mine_rows: Vec<Range<usize>>,
    river_rows: Vec<Range<usize>>,
    shapes: Vec<[f64; 12]>,
    /// For each column under a mine in order, the place of that column in the recharge rows.
    recharge_of: Vec<usize>,
    undermined: Vec<Undermined>,
}

/// A column's part in water that is added to the recharge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnPart {
    /// Place of the column in [`Gridded::recharge`].
    pub row: usize,
    /// Its share \[-\]; the shares of all parts sum to one.
    pub share: f64,
}

/// How much of a column lies in an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoveredColumn {
    /// Place of the column in [`Gridded::recharge`].
    pub row: usize,
    /// Share of the column \[-\], at most one.
    pub share: f64,
}

/// A coal-measures cell over one or more mines.
#[derive(Clone, Debug)]
struct Undermined {
    cell: usize,
    vertical_conductivity: f64,
    /// Mine and the share of the cell over it.
    mines: Vec<(usize, f64)>,
}

impl<'a> NaturalStresses<'a> {
    /// The stresses of a basin on a grid that [`crate::discretise`] made from it.
    pub fn new(basin: &'a Basin, gridded: &'a Gridded, mining: Mining) -> Self {
        let place = |column: usize| gridded.recharge.partition_point(|row| row.column < column);
        let mine_columns = || gridded.mines.iter().flat_map(|mine| &mine.surface);
        let shape = |river: &crate::River| {
            let found = basin.month_shapes.iter().find(|(id, _)| *id == river.shape);
            found.map_or([1.0 / 12.0; 12], |(_, shares)| *shares)
        };
        Self {
            basin,
            climate: &basin.climate,
            gridded,
            mining,
            well_rows: consecutive(gridded.wells.iter().map(Vec::len)),
            mine_rows: consecutive(gridded.mines.iter().map(|mine| mine.columns.len())),
            river_rows: consecutive(gridded.rivers.iter().map(|river| river.rows.len())),
            shapes: basin.rivers.iter().map(shape).collect(),
            recharge_of: mine_columns().map(|part| place(part.column)).collect(),
            undermined: undermined(gridded),
        }
    }

    /// The same under another rain than the basin's.
    pub fn with_climate(self, climate: &'a Climate) -> Self {
        Self { climate, ..self }
    }

    /// All packages and streams with their rows, without any rate: six packages named and ordered as [`PACKAGE_NAMES`], one
    /// stream per river, each row of a river a reach of its stream.
    pub fn empty(&self) -> Stresses {
        let gridded = self.gridded;
        let wells = gridded
            .wells
            .iter()
            .zip(&self.basin.groups)
            .flat_map(|(cells, group)| {
                cells.iter().map(|part| Well { cell: part.cell, rate: 0.0, origin: group.origin })
            })
            .collect();
        let recharge = gridded
            .recharge
            .iter()
            .map(|row| Recharge { cell: row.cell, rate: 0.0, fixed_cell: false, origin: row.origin })
            .collect();
        let springs = gridded
            .springs
            .iter()
            .map(|row| Drain {
                cell: row.cell,
                elevation: row.elevation,
                conductance: row.conductance,
                depth: 0.0,
                origin: row.origin,
            })
            .collect();
        let drains = gridded
            .mines
            .iter()
            .flat_map(|mine| mine.columns.iter().map(move |part| (part, mine.origin)))
            .map(|(part, origin)| Drain {
                cell: part.coal_cell,
                elevation: part.seam_floor,
                conductance: 0.0,
                depth: 0.0,
                origin,
            })
            .collect();
        let rivers = gridded
            .rivers
            .iter()
            .flat_map(|river| &river.rows)
            .map(|row| River {
                cell: row.cell,
                stage: row.stage,
                conductance: row.conductance,
                bottom: row.bottom,
                limit: f64::INFINITY,
                origin: row.origin,
            })
            .collect();
        let packages = [
            Package::Wells(Wells { rows: wells, reduction: WELL_REDUCTION, fading: None }),
            Package::Recharge(recharge),
            Package::Drains(springs),
            Package::Drains(drains),
            Package::Rivers(rivers),
            Package::GeneralHeads(gridded.boundary.clone()),
        ];
        let named = PACKAGE_NAMES.iter().zip(packages);
        Stresses {
            packages: named
                .map(|(name, package)| NamedPackage { name: (*name).to_owned(), package })
                .collect(),
            streams: (0..gridded.rivers.len()).map(|river| self.stream(river)).collect(),
        }
    }

    fn stream(&self, river: usize) -> Stream {
        let told = &self.basin.rivers[river];
        Stream {
            name: told.id.clone(),
            reaches: self.river_rows[river]
                .clone()
                .map(|row| Reach { package: RIVERS, rows: row..row + 1 })
                .collect(),
            inflow: 0.0,
            seasons: Vec::with_capacity(MONTHS),
            takes: vec![StreamTake { position: 0, rate: 0.0, origin: told.origin }],
            tributary_of: self.gridded.rivers[river].joins,
            origin: told.origin,
        }
    }

    /// Writes the mean climate before mining and pumping: long-term mean rain and inflow, springs at the mean level over the
    /// first year of the history, wells and takes at rest. The spin-up to the steady state runs under it.
    pub fn write_mean(&self, stresses: &mut Stresses) {
        let first = self.basin.time.history_from;
        let year = Period { start: first_of(first, 1), end: first_of(first.saturating_add(1), 1) };
        self.write_natural(
            stresses,
            year,
            self.basin.climate.mean.value / MILLIMETRES / DAYS_PER_YEAR,
            Mining::Off,
        );
        if let Some(Package::Wells(wells)) = package(stresses, WELLS) {
            wells.rows.iter_mut().for_each(|row| row.rate = 0.0);
        }
        stresses.streams.iter_mut().flat_map(|stream| &mut stream.takes).for_each(|take| take.rate = 0.0);
    }

    /// Writes a period, a month or a year; the wells' rates and the takes from rivers stay.
    pub fn write(&self, stresses: &mut Stresses, period: Period) {
        let climate = self.climate;
        let share =
            period.month().map_or(1.0, |month| climate.monthly[usize::from(month.unsigned_abs()) - 1]);
        let rain = climate.year(period.year()) / MILLIMETRES * share / period.days();
        self.write_natural(stresses, period, rain, self.mining);
    }

    fn write_natural(&self, stresses: &mut Stresses, period: Period, rain: f64, mining: Mining) {
        if let Some(Package::Recharge(rows)) = package(stresses, RECHARGE) {
            for (row, column) in rows.iter_mut().zip(&self.gridded.recharge) {
                row.rate = column.coefficient * rain;
            }
            if mining == Mining::On {
                let mut places = self.recharge_of.iter();
                for (mine, cells) in self.basin.mines.iter().zip(&self.gridded.mines) {
                    let mined = mean_share(mine, period.start, period.end);
                    for (part, place) in cells.surface.iter().zip(places.by_ref()) {
                        rows[*place].rate *= 1.0 + part.share * mined * (mine.recharge_factor.value - 1.0);
                    }
                }
            }
        }
        if let Some(Package::Drains(rows)) = package(stresses, SPRINGS) {
            for (row, spring) in rows.iter_mut().zip(&self.basin.springs) {
                row.elevation = outlet_level(spring, period);
            }
        }
        if let Some(Package::Drains(rows)) = package(stresses, MINE_DRAINAGE) {
            let mut rows = rows.iter_mut();
            for (mine, cells) in self.basin.mines.iter().zip(&self.gridded.mines) {
                let open = if mining == Mining::On { pumped_share(mine, period) } else { 0.0 };
                for (row, part) in rows.by_ref().zip(&cells.columns) {
                    row.conductance = cells.drain_conductance * part.area * open;
                }
            }
        }
        for ((stream, river), shape) in stresses.streams.iter_mut().zip(&self.basin.rivers).zip(&self.shapes)
        {
            let mean = river.inflow.value * SECONDS_PER_DAY;
            stream.seasons.clear();
            stream.inflow = match period.month() {
                Some(month) => {
                    mean * DAYS_PER_YEAR * shape[usize::from(month.unsigned_abs()) - 1] / period.days()
                }
                None => {
                    stream.seasons.extend(shape.iter().map(|share| share * MONTHS as f64));
                    mean
                }
            };
        }
    }

    /// Asks a take of a group's wells \[m³/d, not negative\], shared out over its cells.
    pub fn set_abstraction(&self, stresses: &mut Stresses, group: usize, rate: f64) {
        if let Some(Package::Wells(wells)) = package(stresses, WELLS) {
            for (row, part) in
                wells.rows[self.well_rows[group].clone()].iter_mut().zip(&self.gridded.wells[group])
            {
                row.rate = -rate * part.share;
            }
        }
    }

    /// Raises what the rain brings to some columns, each (its place in [`Gridded::recharge`], its gain as a share of the rain \[-\]) once:
    /// rate × (1 + gain). Call it after [`NaturalStresses::write`] and before [`NaturalStresses::add_recharge`], whose water is no rain.
    pub fn raise_rain(&self, stresses: &mut Stresses, gains: impl Iterator<Item = (usize, f64)>) {
        if let Some(Package::Recharge(rows)) = package(stresses, RECHARGE) {
            for (row, gain) in gains {
                rows[row].rate *= 1.0 + gain;
            }
        }
    }

    /// Adds water to what recharges some columns \[m³/d, not negative\], shared out over them. Call it after
    /// [`NaturalStresses::write`], which sets what the rain brings.
    pub fn add_recharge(&self, stresses: &mut Stresses, columns: &[ColumnPart], rate: f64) {
        let area = self.gridded.footprint.column_area();
        if let Some(Package::Recharge(rows)) = package(stresses, RECHARGE) {
            for part in columns {
                rows[part.row].rate += rate * part.share / area;
            }
        }
    }

    /// Takes from what recharges some columns \[m³/d, not negative\], shared out over them, and gives back what they lack: no column
    /// recharges less than nothing, and what one has too little of is taken from the others in proportion to what they still
    /// have. Call it after [`NaturalStresses::write`] and after all that adds.
    pub fn lose_recharge(&self, stresses: &mut Stresses, columns: &[ColumnPart], rate: f64) -> f64 {
        let area = self.gridded.footprint.column_area();
        let Some(Package::Recharge(rows)) = package(stresses, RECHARGE) else { return rate };
        let mut lacking = 0.0;
        for part in columns {
            let wanted = rate * part.share / area;
            let taken = wanted.min(rows[part.row].rate.max(0.0));
            rows[part.row].rate -= taken;
            lacking += wanted - taken;
        }
        if lacking <= 0.0 {
            return 0.0;
        }
        let left: f64 = columns.iter().map(|part| rows[part.row].rate.max(0.0)).sum();
        if left <= lacking {
            columns.iter().for_each(|part| rows[part.row].rate = rows[part.row].rate.min(0.0));
            return (lacking - left) * area;
        }
        for part in columns {
            let rate = &mut rows[part.row].rate;
            *rate -= rate.max(0.0) * (lacking / left);
        }
        0.0
    }

    /// Takes water from a river at its head \[m³/d, not negative\]; what it cannot give is not taken.
    pub fn set_river_take(&self, stresses: &mut Stresses, river: usize, rate: f64) {
        if let Some(take) = stresses.streams[river].takes.first_mut() {
            take.rate = -rate;
        }
    }

    /// How mining changes the rock at the beginning of a period: each January the vertical conductivity of the coal measures,
    /// linear in the mined share in the middle of that year between the natural one and the mine's factor times it. What is
    /// broken stays broken after closure. Only cells that change against the January before; in the first year of the
    /// history, against the rock before mining.
    pub fn property_changes(&self, period: Period) -> Vec<PropertyChange> {
        if self.mining == Mining::Off || period.start.month() != 1 {
            return Vec::new();
        }
        let year = period.year();
        let shares = |year: i16| -> Vec<f64> {
            let share =
                |mine: &Mine| mean_share(mine, first_of(year, 1), first_of(year.saturating_add(1), 1));
            self.basin.mines.iter().map(share).collect()
        };
        let now = shares(year);
        let before =
            if year == self.basin.time.history_from { vec![0.0; now.len()] } else { shares(year - 1) };
        let factor = |under: &Undermined, mined: &[f64]| {
            let one = |(mine, share): &(usize, f64)| {
                1.0 + share * mined[*mine] * (self.basin.mines[*mine].vertical_factor.value - 1.0)
            };
            under.mines.iter().map(one).product::<f64>()
        };
        let changed = |under: &&Undermined| under.mines.iter().any(|(mine, _)| now[*mine] != before[*mine]);
        self.undermined
            .iter()
            .filter(changed)
            .map(|under| PropertyChange {
                cell: under.cell,
                vertical_conductivity: Some(under.vertical_conductivity * factor(under, &now)),
                origin: self.basin.mines[under.mines[0].0].origin,
                ..PropertyChange::default()
            })
            .collect()
    }

    /// Rows of each group in the package [`WELLS`].
    pub fn well_rows(&self) -> &[Range<usize>] {
        &self.well_rows
    }

    /// Rows of each mine in the package [`MINE_DRAINAGE`].
    pub fn mine_rows(&self) -> &[Range<usize>] {
        &self.mine_rows
    }

    /// Rows of each river in the package [`RIVERS`]. A river's stream has its number, and a row's position in the stream is
    /// its position among the river's rows.
    pub fn river_rows(&self) -> &[Range<usize>] {
        &self.river_rows
    }

    /// Rows of a reach of a river in the package [`RIVERS`].
    pub fn reach_rows(&self, river: usize, reach: usize) -> Range<usize> {
        let first = self.river_rows[river].start;
        let own = &self.gridded.rivers[river].reaches[reach];
        first + own.start..first + own.end
    }
}

fn package(stresses: &mut Stresses, position: usize) -> Option<&mut Package> {
    stresses.packages.get_mut(position).map(|named| &mut named.package)
}

fn consecutive(lengths: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut end = 0;
    lengths
        .map(|length| {
            let start = end;
            end += length;
            start..end
        })
        .collect()
}

fn undermined(gridded: &Gridded) -> Vec<Undermined> {
    let mut by_cell = std::collections::BTreeMap::<usize, Undermined>::new();
    for (number, mine) in gridded.mines.iter().enumerate() {
        for part in &mine.columns {
            let vertical_conductivity = gridded.problem.properties().vertical_conductivity[part.coal_cell];
            by_cell
                .entry(part.coal_cell)
                .or_insert_with(|| Undermined {
                    cell: part.coal_cell,
                    vertical_conductivity,
                    mines: Vec::new(),
                })
                .mines
                .push((number, part.share));
        }
    }
    by_cell.into_values().collect()
}
