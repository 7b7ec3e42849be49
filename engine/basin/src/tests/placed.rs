//! Groups, observation points, springs, mines and recharge.

use geo::Area;

use super::{CELLS, gridded};
use crate::synthetic::{at, basin, group, mine, spring};
use crate::{GridSpec, LayerRole, Mask, ParameterKind, Parameters, Placement, discretise};

#[test]
fn shares_of_every_group_add_up_to_one() {
    for cell in CELLS {
        let gridded = gridded(cell);
        for (number, cells) in gridded.wells.iter().enumerate() {
            let sum: f64 = cells.iter().map(|part| part.share).sum();
            let expected = if number < 4 { 1.0 } else { 0.0 };
            assert!((sum - expected).abs() < 1e-12, "{cell} m, group {number}: {sum}");
            assert!(cells.iter().all(|part| gridded.problem.grid().is_active(part.cell) && part.share > 0.0));
        }
        assert_eq!(gridded.intake_springs[4], Some(1));
        assert_eq!(gridded.drained_mines[5], Some(0));
        assert_eq!(gridded.wells[1].len(), 1);
    }
}

#[test]
fn the_middle_of_a_group_does_not_move_with_the_cell_size() {
    let middle = |cell: f64, number: usize| {
        let gridded = gridded(cell);
        let mut sum = [0.0, 0.0];
        for part in &gridded.wells[number] {
            let [x, y] = gridded.problem.grid().centre(part.cell);
            sum = [sum[0] + part.share * x, sum[1] + part.share * y];
        }
        sum
    };
    for cell in CELLS {
        let [x, y] = middle(cell, 0);
        let [east, north] = at(12.0, 7.0);
        assert!(
            (x - east).hypot(y - north) < 0.15 * cell,
            "{cell} m: {:.0} m off",
            (x - east).hypot(y - north)
        );
    }
}

#[test]
fn a_group_takes_from_karst_where_its_layer_is_absent() {
    let mut basin = basin();
    basin.groups[0] =
        group("disc", Some("coal"), Placement::Point { position: at(14.5, 12.0), radius: 1500.0 });
    let gridded = discretise(&basin, &Parameters::default(), &GridSpec { cell: 500.0 }).unwrap();
    let layers: Vec<usize> =
        gridded.wells[0].iter().map(|part| gridded.problem.grid().layer_row_column(part.cell).0).collect();
    assert!(layers.contains(&1) && layers.contains(&2) && layers.iter().all(|layer| (1..3).contains(layer)));
    assert!(gridded.notes.iter().any(|note| note.message.contains("disc")), "the displacement is told");
    // Cells of the coal measures thinner than twice the least thickness are left out.
    let grid = gridded.problem.grid();
    assert!(gridded.wells[0].iter().all(|part| grid.thickness(part.cell) >= 8.0));
}

#[test]
fn recharge_does_not_depend_on_the_cell_size() {
    let basin = basin();
    let totals = CELLS.map(|cell| {
        let gridded = gridded(cell);
        let sum: f64 = gridded.recharge.iter().map(|row| row.coefficient).sum();
        sum * gridded.footprint.column_area()
    });
    for total in totals {
        assert!((total / totals[0] - 1.0).abs() < 1e-3, "{totals:?}");
    }
    let bare = discretise(
        &basin,
        &Parameters::default().with(ParameterKind::Infiltration, 1.5),
        &GridSpec { cell: 1000.0 },
    )
    .unwrap();
    let sum: f64 = bare.recharge.iter().map(|row| row.coefficient).sum();
    assert!((sum * bare.footprint.column_area() / totals[2] - 1.5).abs() < 1e-12);
    // The later area overrides: bare rock in the east.
    let gridded = gridded(1000.0);
    let at_column = |position| {
        let column = gridded.footprint.column_at(position).unwrap();
        gridded.recharge.iter().find(|row| row.column == column).unwrap().coefficient
    };
    assert!((at_column(at(25.5, 10.5)) - 0.3).abs() < 1e-12);
    assert!((at_column(at(5.5, 10.5)) - 0.04).abs() < 1e-12);
}

#[test]
fn the_mined_area_is_kept() {
    let exact = mine().polygon.unsigned_area();
    for cell in CELLS {
        let gridded = gridded(cell);
        let area: f64 = gridded.mines[0].columns.iter().map(|part| part.area).sum();
        assert!((area / exact - 1.0).abs() < 0.01, "{cell} m: {}", area / exact);
        let grid = gridded.problem.grid();
        for part in &gridded.mines[0].columns {
            assert_eq!(grid.layer_row_column(part.coal_cell).0, 1);
            assert_eq!(part.seam_floor, grid.bottom[part.coal_cell] + 20.0);
            assert!(part.share > 0.0 && part.share <= 1.0);
            assert_eq!(grid.layer_row_column(part.karst_cell.unwrap()).0, 2);
        }
    }
}

#[test]
fn a_spring_meets_the_same_resistance_out_to_the_same_radius_on_any_grid() {
    // ln(r/r_e)/(2πT) from the cell's equivalent radius out to r, plus the outlet's own: the same sum on every grid.
    let mut basin = basin();
    basin.rock_areas.clear();
    let resistances = CELLS.map(|cell| {
        let gridded = discretise(&basin, &Parameters::default(), &GridSpec { cell }).unwrap();
        let spring = gridded.springs[0];
        let grid = gridded.problem.grid();
        let transmissivity =
            gridded.problem.properties().conductivity[spring.cell] * grid.thickness(spring.cell);
        let radial = (5000.0f64 / (0.208 * cell)).ln() / (2.0 * std::f64::consts::PI * transmissivity);
        1.0 / spring.conductance + radial
    });
    let reference = (5000.0f64 / 104.0).ln() / (2.0 * std::f64::consts::PI * 600.0) + 1.0 / 20_000.0;
    for (cell, resistance) in CELLS.iter().zip(resistances).skip(1) {
        assert!(
            (resistance / reference - 1.0).abs() < 0.02,
            "{cell} m: {resistance:e} against {reference:e}"
        );
    }
}

#[test]
fn a_spring_just_outside_an_outline_has_a_cell_of_its_own() {
    let mut basin = basin();
    basin.springs.push(spring("edge", "b", at(31.2, 5.2), 640.0));
    let gridded = discretise(&basin, &Parameters::default(), &GridSpec { cell: 500.0 }).unwrap();
    let column = gridded.footprint.column_at(at(31.2, 5.2)).unwrap();
    assert!(gridded.footprint.active[column]);
    assert_eq!(gridded.springs[2].cell % gridded.footprint.len(), column);
    let shares: f64 = gridded.outlines.iter().flat_map(|mask| &mask.columns).map(|part| part.share).sum();
    assert!((shares - gridded.footprint.active_columns().count() as f64).abs() < 1e-9);
}

#[test]
fn an_observation_point_reads_a_tilted_level_exactly() {
    let gridded = gridded(500.0);
    let grid = gridded.problem.grid();
    let tilted = |[x, y]: [f64; 2]| 500.0 + 0.001 * (x - 600_000.0) - 0.002 * (y - 3_900_000.0);
    let head: Vec<f64> = (0..grid.cells()).map(|cell| tilted(grid.centre(cell))).collect();
    assert!((gridded.observations[0].level(&head) - tilted(at(14.4, 8.3))).abs() < 1e-6);
    // The coal measures are absent at the second: it reads one cell of the karst below.
    assert_eq!(gridded.observations[1].cells.len(), 1);
    assert_eq!(grid.layer_row_column(gridded.observations[1].cells[0].cell).0, 2);
}

#[test]
fn an_observation_point_at_the_edge_of_its_layer_reads_the_cells_that_have_it() {
    let mut basin = basin();
    basin.observations[0].layer = "coal".into();
    basin.observations[0].position = at(14.55, 12.1);
    let gridded = discretise(&basin, &Parameters::default(), &GridSpec { cell: 500.0 }).unwrap();
    let cells = &gridded.observations[0].cells;
    assert_eq!(cells.len(), 2, "two of the four around it lie beyond the pinch-out");
    let level = vec![640.0; gridded.problem.grid().cells()];
    assert!((gridded.observations[0].level(&level) - 640.0).abs() < 1e-9);
}

#[test]
fn sums_over_masks_share_out_all_cells() {
    let gridded = gridded(1000.0);
    let grid = gridded.problem.grid();
    let ones: Vec<f64> =
        grid.kind.iter().map(|kind| f64::from(*kind == quanyu_flow::CellKind::Active)).collect();
    let sum = |mask: &Mask| gridded.sum_over(mask, &ones);
    let total: f64 = gridded.outlines.iter().map(sum).sum();
    assert!((total - grid.active_cells() as f64).abs() < 1e-9);
    let level: Vec<f64> = (0..grid.cells()).map(|cell| grid.bottom[cell] + 1.0).collect();
    let zone = &gridded.zones[0];
    assert!(gridded.mean_karst_level(zone, &level) > 400.0);
    let dry: Vec<f64> = (0..grid.cells())
        .map(|cell| grid.bottom[cell] + if grid.layer_row_column(cell).0 == 3 { 1.0 } else { -1.0 })
        .collect();
    let column = zone.columns[0].column;
    let lowest = 3 * gridded.footprint.len() + column;
    assert_eq!(gridded.karst_level(column, &dry), dry[lowest], "a dry upper karst layer is passed over");
    assert_eq!(basin().layers[gridded.karst_layers[0]].role, LayerRole::Karst);
}
