//! Grid, layers, faults and courses.

use geo::Area;
use quanyu_flow::CellKind;

use super::{CELLS, gridded};
use crate::synthetic::{at, basin, square};
use crate::{GridSpec, Gridded, Layout, Parameters, discretise};

fn kinds(gridded: &Gridded, position: [f64; 2]) -> Vec<CellKind> {
    let column = gridded.footprint.column_at(position).unwrap();
    let grid = gridded.problem.grid();
    (0..grid.layers).map(|layer| grid.kind[layer * grid.cells_per_layer() + column]).collect()
}

#[test]
fn the_area_of_the_basins_is_kept() {
    let basin = basin();
    let exact: f64 = basin.outlines.iter().map(|outline| outline.polygon.unsigned_area()).sum();
    for cell in CELLS {
        let gridded = gridded(cell);
        let area = gridded.footprint.active_columns().count() as f64 * gridded.footprint.column_area();
        assert!((area / exact - 1.0).abs() < 0.02, "{cell} m: {}", area / exact);
        let represented: f64 = gridded.footprint.represented_area.iter().sum();
        assert!((represented / exact - 1.0).abs() < 1e-3, "{cell} m: {}", represented / exact);
        for (mask, outline) in gridded.outlines.iter().zip(&basin.outlines) {
            assert!((mask.area() / outline.polygon.unsigned_area() - 1.0).abs() < 2e-3);
        }
        let zone = gridded.zones[0].area() / basin.zones[0].polygon.unsigned_area();
        assert!((zone - 1.0).abs() < 5e-3, "{cell} m: {zone}");
        let shares: f64 = gridded.outlines.iter().flat_map(|mask| &mask.columns).map(|part| part.share).sum();
        assert!((shares - gridded.footprint.active_columns().count() as f64).abs() < 1e-9);
    }
}

#[test]
fn grids_nest_in_one_another() {
    for pair in CELLS.windows(2) {
        let (fine, coarse) = (gridded(pair[0]), gridded(pair[1]));
        for axis in 0..2 {
            let offset = (fine.footprint.corner[axis] - coarse.footprint.corner[axis]) / pair[0];
            assert_eq!(offset, offset.round());
            assert_eq!(coarse.footprint.corner[axis] % pair[1], 0.0);
        }
        // A coarse column whose parts are all active is active, and its surfaces are the means of theirs.
        for column in coarse.footprint.active_columns() {
            let [x, y] = coarse.footprint.centre(column);
            let quarter = 0.5 * pair[0];
            let parts = [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)]
                .map(|(right, up)| fine.footprint.column_at([x + right * quarter, y + up * quarter]));
            let tops: Vec<f64> = parts
                .iter()
                .filter_map(|part| part.filter(|part| fine.footprint.active[*part]))
                .map(|part| fine.problem.grid().top[part])
                .collect();
            if tops.len() == 4 {
                let mean = tops.iter().sum::<f64>() / 4.0;
                assert!((mean - coarse.problem.grid().top[column]).abs() < 1.0);
            }
        }
    }
}

#[test]
fn layers_pinch_out_as_drawn() {
    use CellKind::{Active, Inactive, PassThrough};
    for cell in [250.0, 500.0, 1000.0] {
        let gridded = gridded(cell);
        assert_eq!(kinds(&gridded, at(5.0, 12.0)), [Active; 4], "{cell} m");
        assert_eq!(kinds(&gridded, at(16.4, 12.0)), [Active, PassThrough, Active, Active], "{cell} m");
        assert_eq!(kinds(&gridded, at(25.0, 12.0)), [Inactive, Inactive, Active, Active], "{cell} m");
        let grid = gridded.problem.grid();
        for column in gridded.footprint.active_columns() {
            for layer in 0..grid.layers {
                let cell = layer * grid.cells_per_layer() + column;
                match grid.kind[cell] {
                    Active => assert!(grid.thickness(cell) >= 4.0),
                    _ => assert_eq!(grid.thickness(cell), 0.0),
                }
            }
        }
        // Absent layers leave no gap: the column is as thick as the ground is above the lowest bottom.
        let outcrop = gridded.footprint.column_at(at(25.0, 12.0)).unwrap();
        assert_eq!(grid.cell_top(2 * grid.cells_per_layer() + outcrop), grid.top[outcrop]);
    }
}

#[test]
fn the_deepest_karst_is_kept_everywhere() {
    let mut basin = basin();
    let above = basin.layers[2].bottom.values.clone();
    basin.layers[3].bottom.values = above;
    let gridded = discretise(&basin, &Parameters::default(), &GridSpec { cell: 500.0 }).unwrap();
    let grid = gridded.problem.grid();
    for column in gridded.footprint.active_columns() {
        let cell = 3 * grid.cells_per_layer() + column;
        assert_eq!(grid.kind[cell], CellKind::Active);
        assert!((grid.thickness(cell) - 4.0).abs() < 1e-9);
    }
}

#[test]
fn conductivity_is_the_mean_of_the_rocks_in_a_cell() {
    let mut basin = basin();
    basin.rock_areas[0].polygon = square(at(9.0, 4.0), at(10.0, 5.25));
    let parameters = Parameters::default().with(crate::ParameterKind::KarstConductivity, 2.0);
    let gridded = discretise(&basin, &parameters, &GridSpec { cell: 1000.0 }).unwrap();
    let properties = gridded.problem.properties();
    let cell = |position, layer: usize| {
        layer * gridded.footprint.len() + gridded.footprint.column_at(position).unwrap()
    };
    assert!((properties.conductivity[cell(at(9.5, 4.5), 2)] - 60.0).abs() < 1e-9);
    let mixed = properties.conductivity[cell(at(9.5, 5.5), 2)];
    assert!((mixed - (0.75 * 4.0 + 0.25 * 60.0)).abs() < 1e-9, "{mixed}");
    assert!((properties.vertical_conductivity[cell(at(9.5, 5.5), 2)] / mixed - 0.1).abs() < 1e-9);
    // The multiplier is the karst's alone.
    assert!((properties.conductivity[cell(at(5.5, 5.5), 0)] - 0.1).abs() < 1e-12);
}

#[test]
fn a_fault_through_the_basin_parts_it() {
    for cell in CELLS {
        let gridded = gridded(cell);
        let grid = gridded.problem.grid();
        let mut barred: Vec<(usize, usize)> = gridded
            .problem
            .barriers()
            .iter()
            .map(|barrier| (barrier.cell_a.min(barrier.cell_b), barrier.cell_a.max(barrier.cell_b)))
            .collect();
        barred.sort_unstable();
        let north = gridded.footprint.column_at(at(15.0, 17.0)).unwrap();
        let south = gridded.footprint.column_at(at(15.0, 3.0)).unwrap();
        let per_layer = grid.cells_per_layer();
        let (mut seen, mut open) = (vec![false; grid.cells()], vec![3 * per_layer + north]);
        seen[open[0]] = true;
        while let Some(cell) = open.pop() {
            let (layer, column) = (cell / per_layer, cell % per_layer);
            let beside = gridded.footprint.neighbours(column).map(|beside| layer * per_layer + beside);
            let stacked = (0..grid.layers).map(|layer| layer * per_layer + column);
            for next in beside.chain(stacked) {
                let face = (cell.min(next), cell.max(next));
                if grid.is_active(next) && !seen[next] && barred.binary_search(&face).is_err() {
                    seen[next] = true;
                    open.push(next);
                }
            }
        }
        assert!(!seen[3 * per_layer + south], "the fault leaks on {cell} m");
        let reached =
            gridded.footprint.active_columns().filter(|column| seen[3 * per_layer + column]).count();
        assert!(reached as f64 > 0.3 * gridded.footprint.active_columns().count() as f64);
    }
}

#[test]
fn the_length_and_stage_of_a_river_are_kept() {
    let exact = length_inside();
    for cell in CELLS {
        let gridded = gridded(cell);
        let main = &gridded.rivers[0];
        let length: f64 = main.rows.iter().map(|row| row.length).sum();
        assert!((length / exact - 1.0).abs() < 5e-3, "{cell} m: {length} against {exact}");
        assert!(main.rows.windows(2).all(|pair| pair[1].stage < pair[0].stage));
        assert!(main.rows.iter().all(|row| (row.conductance - 0.5 * row.length).abs() < 1e-9));
        assert_eq!(main.reaches[0].end, main.reaches[1].start);
        let side = &gridded.rivers[1];
        let inside: f64 = side.rows.iter().map(|row| row.length).sum();
        let whole = 1000.0 * 5.99f64.hypot(9.0);
        assert!((inside - whole).abs() < 1e-6, "{cell} m: {inside} against {whole}");
        // The side river joins where its mouth is.
        let (river, row) = side.joins.unwrap();
        assert_eq!(river, 0);
        let mouth = gridded.footprint.column_at(at(22.0, 5.0)).unwrap();
        let [x, y] = gridded.footprint.centre(mouth);
        let [east, north] = gridded.problem.grid().centre(main.rows[row].cell);
        assert!(
            (x - east).hypot(y - north) <= 1.01 * cell,
            "{cell} m: joins {:.0} m away",
            (x - east).hypot(y - north)
        );
    }
}

/// Length of the main river between the northern and the southern outline \[m\].
fn length_inside() -> f64 {
    let (crossing_north, crossing_south) = (north_crossing(), south_crossing());
    let upper = 1000.0 * ((23.3 - crossing_north.0).hypot(15.0 - crossing_north.1) + 1.3f64.hypot(5.0));
    upper + 1000.0 * (2.6f64.hypot(5.0) + (22.0 - crossing_south.0).hypot(5.0 - crossing_south.1))
}

fn north_crossing() -> (f64, f64) {
    meet((24.0, 24.0), (23.3, 15.0), (28.8, 19.1), (16.9, 19.8))
}

fn south_crossing() -> (f64, f64) {
    meet((22.0, 5.0), (23.0, -3.0), (22.0, 0.2), (30.7, 2.9))
}

fn meet(a: (f64, f64), b: (f64, f64), c: (f64, f64), d: (f64, f64)) -> (f64, f64) {
    let cross = |u: (f64, f64), v: (f64, f64)| u.0 * v.1 - u.1 * v.0;
    let (ab, cd) = ((b.0 - a.0, b.1 - a.1), (d.0 - c.0, d.1 - c.1));
    let share = cross((c.0 - a.0, c.1 - a.1), cd) / cross(ab, cd);
    (a.0 + share * ab.0, a.1 + share * ab.1)
}

#[test]
fn the_same_basin_gives_the_same_grid_twice() {
    let (one, other) = (gridded(500.0), gridded(500.0));
    assert_eq!(one.problem.grid(), other.problem.grid());
    assert_eq!(one.problem.properties(), other.problem.properties());
    assert_eq!(one.problem.barriers(), other.problem.barriers());
    assert_eq!(one.recharge, other.recharge);
    assert_eq!(one.wells, other.wells);
    assert_eq!(one.rivers, other.rivers);
    assert_eq!(one.notes, other.notes);
}

#[test]
fn basins_that_differ_in_figures_share_a_layout_to_the_bit() {
    let as_read = basin();
    for cell in CELLS {
        let layout = Layout::new(&as_read, &GridSpec { cell }).unwrap();
        let mut other = as_read.clone();
        other.rocks.iter_mut().for_each(|rock| rock.conductivity.value *= 1.7);
        other.springs.iter_mut().for_each(|spring| spring.elevation.value -= 3.0);
        other.recharge_areas.iter_mut().for_each(|area| area.kind.coefficient.value *= 0.9);
        for basin in [&as_read, &other, &as_read] {
            let filled = layout.fill(basin, &Parameters::of(basin)).unwrap();
            let alone = discretise(basin, &Parameters::of(basin), &GridSpec { cell }).unwrap();
            assert_eq!(format!("{filled:?}"), format!("{alone:?}"));
        }
    }
}
