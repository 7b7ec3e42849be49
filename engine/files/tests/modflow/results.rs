//! Result files of made-up numbers, read back; they are left in the target folder for other readers to try.

use std::fs::{self, File};
use std::path::PathBuf;

use quanyu_files::modflow::results::{
    Budget, BudgetData, BudgetRow, BudgetTerm, CellBudgetWriter, Connectivity, NORMAL_TERMINATION,
    RecordTime, read_cell_budget, read_heads, write_grid_file, write_head_table, write_heads,
    write_observation_head, write_observations, write_reduction, write_reduction_head, write_time_summary,
};
use quanyu_files::modflow::{PrintFormat, TimeUnit};

use crate::cases::{case_folder, read_case};

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("modflow-results");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn time(step: usize) -> RecordTime {
    let total_time = 2.5 * step as f64;
    RecordTime { step, period: 1, length: 2.5, period_time: total_time, total_time }
}

#[test]
fn flows_written_read_back() {
    let model = read_case(&case_folder("pinch-out-pass-through")).simulation.model;
    let (grid, connectivity) = (&model.grid, Connectivity::new(&model.grid));
    let writer = CellBudgetWriter::new(&model.name, grid);
    let faces: Vec<f64> = (0..connectivity.len()).map(|at| at as f64 - 7.25).collect();
    let storage: Vec<f64> = (0..grid.cells()).map(|cell| cell as f64 * 0.5).collect();
    let active: Vec<usize> = (0..grid.cells()).filter(|cell| grid.is_active(*cell)).collect();
    let discharge: Vec<_> = active.iter().map(|cell| (*cell, [*cell as f64, -1.0, 0.25])).collect();
    let saturation: Vec<_> = active.iter().map(|cell| (*cell, 0.5)).collect();
    let names = ["MULT".to_owned(), "DEPTH".to_owned()];
    let auxiliary = [[1.0, 2.0], [3.0, 4.0]];
    let mut out = Vec::new();
    for step in 1..=2 {
        let rows = [(5, -100.0), (9, 20.0)].iter().zip(&auxiliary).enumerate();
        let rows: Vec<BudgetRow<&[f64]>> = rows
            .map(|(other, ((cell, flow), auxiliary))| BudgetRow {
                cell: *cell,
                other,
                flow: *flow,
                auxiliary: auxiliary.as_slice(),
            })
            .collect();
        writer.write_cells(&mut out, time(step), "STO-SS", storage.iter().copied()).unwrap();
        writer.write_faces(&mut out, time(step), faces.len(), faces.iter().copied()).unwrap();
        writer
            .write_specific_discharge(&mut out, time(step), "NPF", discharge.len(), discharge.iter().copied())
            .unwrap();
        writer
            .write_saturation(&mut out, time(step), "NPF", saturation.len(), saturation.iter().copied())
            .unwrap();
        writer.write_package(&mut out, time(step), "WEL", "WEL_0", &names, rows.into_iter()).unwrap();
    }
    let records = read_cell_budget(&out).unwrap();
    let terms: Vec<&str> = records.iter().map(|record| record.term.as_str()).collect();
    assert_eq!(terms[..5], ["STO-SS", "FLOW-JA-FACE", "DATA-SPDIS", "DATA-SAT", "WEL"]);
    assert_eq!((records.len(), records[9].step, records[9].times), (10, 2, [2.5, 5.0, 5.0]));
    assert_eq!(records[1].sizes, [connectivity.len() as i32, 1, -1]);
    assert!(records[1].data == BudgetData::Array(faces));
    let wells = BudgetData::List {
        names: ["FLOW", "FLOW", "FLOW", "WEL_0"].map(|name| name.replace("FLOW", &model.name)),
        auxiliary: names.to_vec(),
        rows: vec![(6, 1, -100.0, vec![1.0, 2.0]), (10, 2, 20.0, vec![3.0, 4.0])],
    };
    assert_eq!(records[4].data, wells);
    assert_eq!(read_cell_budget(&out[..out.len() - 3]), None);
    fs::write(folder().join("gwf.cbc"), out).unwrap();
    let mut grid_file = Vec::new();
    write_grid_file(&mut grid_file, grid, &model.property, &connectivity).unwrap();
    fs::write(folder().join("gwf.dis.grb"), grid_file).unwrap();
    let heads: Vec<f64> = (0..grid.cells()).map(|cell| cell as f64).collect();
    let mut out = Vec::new();
    write_heads(&mut out, grid, time(1), &heads).unwrap();
    write_heads(&mut out, grid, time(2), &heads).unwrap();
    let records = read_heads(&out).unwrap();
    assert_eq!((records.len(), records[7].layer, records[7].total_time), (8, 4, 5.0));
    assert!(active.iter().all(|cell| records[cell / 480].values[cell % 480] == *cell as f64));
    assert_eq!(records[0].values[18], 1e30);
    fs::write(folder().join("gwf.hds"), out).unwrap();
}

fn terms(scale: f64) -> Vec<BudgetTerm> {
    [("STO-SS", "STO", 22.6214, 0.0), ("WEL", "WEL_0", 0.0, 537.6588), ("CHD", "CHD_0", 900.2662, 1e-5)]
        .map(|(term, package, inflow, outflow)| BudgetTerm {
            term: term.to_owned(),
            package: package.to_owned(),
            inflow: inflow * scale,
            outflow: outflow * scale,
        })
        .to_vec()
}

#[test]
fn the_listing_has_modflow_s_tables() {
    let model = read_case(&case_folder("steady-confined-barrier")).simulation.model;
    let mut budget = Budget::new();
    let (mut listing, mut csv) = (Vec::new(), Vec::new());
    for (step, scale) in [(1, 1.0), (2, 1e9)] {
        budget.add_step(terms(scale), 2.5);
        let heads = vec![40.125; model.grid.cells()];
        write_head_table(&mut listing, &model.grid, time(step), PrintFormat::default(), &heads).unwrap();
        budget.write_table(&mut listing, step, 1).unwrap();
        budget.write_csv(&mut csv, time(step).total_time).unwrap();
        write_time_summary(&mut listing, TimeUnit::Days, time(step)).unwrap();
    }
    let text = String::from_utf8(listing).unwrap();
    for line in [
        "  VOLUME BUDGET FOR ENTIRE MODEL AT END OF TIME STEP    1, STRESS PERIOD   1",
        "              STO-SS =          56.5535                STO-SS =          22.6214     STO             ",
        "            TOTAL IN =        2307.2190              TOTAL IN =         922.8876",
        "                 CHD =       2.5000E-05                   CHD =       1.0000E-05     CHD_0           ",
        " PERCENT DISCREPANCY =          52.75     PERCENT DISCREPANCY =          52.75",
        "         TIME SUMMARY AT END OF TIME STEP    2 IN STRESS PERIOD    1",
        "                    SECONDS     MINUTES      HOURS       DAYS        YEARS",
        "         TOTAL TIME 4.32000E+05  7200.0      120.00      5.0000     1.36893E-02",
        &format!("   1 {}", "   40.12    ".repeat(10)),
    ] {
        assert!(text.lines().any(|found| found == line), "{line:?} in\n{text}");
    }
    let csv = String::from_utf8(csv).unwrap();
    let head = "time,STO-SS(STO)_IN,WEL(WEL_0)_IN,CHD(CHD_0)_IN,STO-SS(STO)_OUT,WEL(WEL_0)_OUT,CHD(CHD_0)_OUT,TOTAL_IN,\
        TOTAL_OUT,PERCENT_DIFFERENCE";
    assert_eq!(csv.lines().next(), Some(head));
    assert!(csv.contains("\n2.5000000000000000,22.621400000000001,0.0000000000000000,900.26620000000003,"));
    fs::write(folder().join("gwf.lst"), text + "\n " + NORMAL_TERMINATION + "\n").unwrap();
    fs::write(folder().join("budget.csv"), csv).unwrap();
}

#[test]
fn observations_are_written_as_modflow_writes_them() {
    let case = case_folder("transient-wells-timeseries");
    let theirs = fs::read_to_string(case.join("o.csv")).unwrap();
    let model = read_case(&case).simulation.model;
    let file = &model.observations[0];
    let mut ours = Vec::new();
    write_observation_head(&mut ours, &file.outputs[0]).unwrap();
    for line in theirs.lines().skip(1) {
        let numbers: Vec<f64> = line.split(',').map(|number| number.parse().unwrap()).collect();
        write_observations(&mut ours, &file.outputs[0], file.digits, numbers[0], &numbers[1..]).unwrap();
    }
    assert_eq!(String::from_utf8(ours).unwrap(), theirs);
    let mut binary = file.outputs[0].clone();
    binary.binary = true;
    let mut out = File::create(folder().join("o.bin")).unwrap();
    write_observation_head(&mut out, &binary).unwrap();
    write_observations(&mut out, &binary, 0, 1.5, &[1.0, 2.0, 3.0]).unwrap();
    let bytes = fs::read(folder().join("o.bin")).unwrap();
    assert_eq!(bytes.len(), 100 + 4 + 3 * 40 + 4 * 8);
    assert_eq!(&bytes[..16], b"cont double  40 ");
}

#[test]
fn reduced_wells_are_listed() {
    let mut out = Vec::new();
    write_reduction_head(&mut out).unwrap();
    write_reduction(&mut out, time(2), 0, 41, -6000.0, -5000.5).unwrap();
    let row = "5.0000000000000000,1,2,1,42,-6000.0000000000000,-5000.5000000000000,-999.50000000000000\n";
    assert!(String::from_utf8(out).unwrap().ends_with(row));
}
