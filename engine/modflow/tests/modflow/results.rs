//! What is written beside heads and budget.

use std::fs;

use quanyu_files::modflow::results::{BudgetData, read_cell_budget};

use crate::folder::{case, copy, heads, model, play, rates, replace};

#[test]
fn the_grid_file_is_modflow_s() {
    let name = "irregular-spacing-arrays";
    let folder = copy(name);
    play(folder.path()).unwrap();
    let grid = |folder: &std::path::Path| fs::read(folder.join("gwf.dis.grb")).unwrap();
    assert!(grid(folder.path()) == grid(&case(name)));
}

#[test]
fn observations_are_modflow_s_numbers() {
    let name = "transient-wells-timeseries";
    let folder = copy(name);
    play(folder.path()).unwrap();
    let numbers = |folder: &std::path::Path| -> Vec<f64> {
        let text = fs::read_to_string(folder.join("o.csv")).unwrap();
        text.lines().skip(1).flat_map(|line| line.split(',')).map(|word| word.parse().unwrap()).collect()
    };
    let (ours, theirs) = (numbers(folder.path()), numbers(&case(name)));
    assert_eq!(ours.len(), theirs.len());
    assert!(ours.iter().zip(&theirs).all(|(mine, expected)| (mine - expected).abs() < 1e-5));
}

#[test]
fn flows_of_faces_storage_and_packages_balance_in_every_cell() {
    let folder = copy("transient-wells-timeseries");
    play(folder.path()).unwrap();
    let records = read_cell_budget(&fs::read(folder.path().join("gwf.cbc")).unwrap()).unwrap();
    let last = records.last().unwrap().times[2];
    let terms: Vec<&str> =
        records.iter().filter(|record| record.times[2] == last).map(|record| record.term.as_str()).collect();
    assert_eq!(terms, ["STO-SS", "FLOW-JA-FACE", "DATA-SPDIS", "WEL", "RIV", "CHD"]);
    for record in records.iter().filter(|record| record.term == "FLOW-JA-FACE") {
        let BudgetData::Array(flows) = &record.data else { panic!("{record:?}") };
        // What stands for each cell itself is what its balance lacks.
        assert!(flows[0].abs() < 1e-4 && flows.iter().any(|flow| flow.abs() > 1.0));
        assert!(flows.iter().sum::<f64>().abs() < 1e-2);
    }
}

#[test]
fn specific_discharge_is_the_flow_over_the_face() {
    // One row of cells between two given heads: the same discharge everywhere, along the row.
    let folder = model(
        "CHD6 h\n",
        &[
            (
                "d",
                "BEGIN DIMENSIONS\nNLAY 1\nNROW 1\nNCOL 5\nEND DIMENSIONS\nBEGIN GRIDDATA\nDELR\nCONSTANT 10\nDELC\n\
                 CONSTANT 3\nTOP\nCONSTANT 8\nBOTM\nCONSTANT 4\nEND GRIDDATA\n",
            ),
            ("c", "BEGIN GRIDDATA\nSTRT\nCONSTANT 10\nEND GRIDDATA\n"),
            (
                "n",
                "BEGIN OPTIONS\nSAVE_SPECIFIC_DISCHARGE\nEND OPTIONS\nBEGIN GRIDDATA\nICELLTYPE\nCONSTANT 0\nK\nCONSTANT 2\n\
                 END GRIDDATA\n",
            ),
            (
                "h",
                "BEGIN DIMENSIONS\nMAXBOUND 2\nEND DIMENSIONS\nBEGIN PERIOD 1\n1 1 1 14\n1 1 5 10\nEND PERIOD\n",
            ),
        ],
    );
    play(folder.path()).unwrap();
    assert!((heads(folder.path(), "h.hds")[0].values[2] - 12.0).abs() < 1e-6);
    let records = read_cell_budget(&fs::read(folder.path().join("b.cbc")).unwrap()).unwrap();
    let discharge = records.iter().find(|record| record.term == "DATA-SPDIS").unwrap();
    let BudgetData::List { rows, .. } = &discharge.data else { panic!() };
    assert_eq!(rows.len(), 5);
    for (_, _, _, parts) in rows {
        assert!((parts[0] - 0.2).abs() < 1e-7 && parts[1] == 0.0 && parts[2] == 0.0, "{parts:?}");
    }
    let given = records.iter().find(|record| record.term == "CHD").unwrap();
    let BudgetData::List { rows, .. } = &given.data else { panic!() };
    assert!((rows[0].2 - 2.4).abs() < 1e-6 && (rows[1].2 + 2.4).abs() < 1e-6, "{rows:?}");
}

#[test]
fn outer_iterations_are_written_with_their_worst_cells() {
    let folder = copy("transient-wells-timeseries");
    let ims = "transient-wells-timeseries.ims";
    replace(folder.path(), ims, "BEGIN options", "BEGIN options\n CSV_OUTER_OUTPUT FILEOUT outer.csv");
    play(folder.path()).unwrap();
    let text = fs::read_to_string(folder.path().join("outer.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    assert_eq!(head[..3], ["total_inner_iterations", "totim", "kper"]);
    let rows: Vec<Vec<&str>> = lines.collect();
    assert!(rows.len() > 73 && rows.iter().all(|row| row.len() == head.len()));
}

#[test]
fn recharge_reaches_the_cell_below_one_that_is_dry_from_the_start() {
    // Upper cells dry; the lower ones drain the recharge to a general head.
    let folder = model(
        "RCH6 r\nGHB6 g\n",
        &[
            (
                "d",
                "BEGIN DIMENSIONS\nNLAY 2\nNROW 1\nNCOL 3\nEND DIMENSIONS\nBEGIN GRIDDATA\nDELR\nCONSTANT 10\nDELC\n\
                 CONSTANT 10\nTOP\nCONSTANT 20\nBOTM LAYERED\nCONSTANT 10\nCONSTANT 0\nEND GRIDDATA\n",
            ),
            ("c", "BEGIN GRIDDATA\nSTRT\nCONSTANT 5\nEND GRIDDATA\n"),
            ("n", "BEGIN GRIDDATA\nICELLTYPE\nCONSTANT 1\nK\nCONSTANT 2\nEND GRIDDATA\n"),
            (
                "r",
                "BEGIN OPTIONS\nREADASARRAYS\nEND OPTIONS\nBEGIN PERIOD 1\nRECHARGE\nCONSTANT 0.01\nEND PERIOD\n",
            ),
            ("g", "BEGIN DIMENSIONS\nMAXBOUND 1\nEND DIMENSIONS\nBEGIN PERIOD 1\n2 1 3 4 10\nEND PERIOD\n"),
        ],
    );
    play(folder.path()).unwrap();
    let rates = rates(&folder.path().join("m.lst"));
    let rate = |name: &str| rates[0].iter().find(|(term, _)| term == name).unwrap().1;
    assert_eq!(rate("RCHA_IN"), 3.0);
    assert!((rate("GHB_OUT") - 3.0).abs() < 1e-4, "{rates:?}");
    let heads = heads(folder.path(), "h.hds");
    assert!(heads[0].values.iter().all(|head| *head == -1e30));
    let records = read_cell_budget(&fs::read(folder.path().join("b.cbc")).unwrap()).unwrap();
    let recharge = records.iter().find(|record| record.term == "RCHA").unwrap();
    let BudgetData::List { rows, .. } = &recharge.data else { panic!() };
    assert_eq!(rows.iter().map(|row| (row.0, row.1)).collect::<Vec<_>>(), [(4, 1), (5, 2), (6, 3)]);
}
