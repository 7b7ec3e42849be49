//! Models written by FloPy 3.11 with every option that is read.

use std::path::Path;

use quanyu_files::modflow::{Package, ReadSimulation, Value, read, write_input};

fn model(name: &str) -> ReadSimulation {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modflow/models").join(name);
    read(&folder).unwrap_or_else(|wrong| panic!("{name}: {:#?}", wrong.faults))
}

#[test]
fn they_are_read_and_written_without_loss() {
    for name in ["every-option", "binary-files", "newton-adaptive"] {
        let ReadSimulation { simulation, notes, .. } = model(name);
        assert!(notes.is_empty(), "{name}: {notes:#?}");
        let folder = tempfile::tempdir().unwrap();
        write_input(&simulation, folder.path()).unwrap();
        let again =
            read(folder.path()).unwrap_or_else(|wrong| panic!("{name}: {:#?}", wrong.faults)).simulation;
        assert!(again == simulation, "{name}");
    }
}

#[test]
fn their_options_arrive() {
    let every = model("every-option").simulation;
    assert_eq!((every.model.name.as_str(), every.model.listing.as_str()), ("MY_MODEL", "My_Model.lst"));
    let kinds: Vec<&str> = every.model.packages.iter().map(Package::term).collect();
    assert_eq!(kinds, ["WEL", "DRN", "RIV", "GHB", "RCHA", "RCH", "EVT", "CHD"]);
    assert_eq!((every.model.grid.rotation, every.model.grid.x_origin), (12.5, 1e5));
    let property = &every.model.property;
    assert!(property.k33_is_ratio && property.starting_thickness && property.save_saturation);
    let Package::Wells(wells) = &every.model.packages[0] else { panic!("no wells") };
    assert_eq!(wells.name, "MY-WEL");
    assert_eq!(wells.rows(0)[1].place.auxiliary[..], [Value::Number(0.1), Value::Series(1)]);
    assert_eq!((wells.rows(1).len(), wells.rows(3).len()), (0, 1));
    assert_eq!(wells.series[1].times, [0.0, 91.0]);
    assert_eq!(wells.series[1].values, [1.0, 3.0]);
    let adaptive = model("newton-adaptive").simulation;
    assert!(adaptive.model.newton && adaptive.model.newton_under_relaxation);
    assert_eq!(adaptive.time.periods[2].adaptive.as_ref().unwrap().greatest, 10.0);
    let binary = model("binary-files").simulation;
    let Package::ConstantHeads(heads) = &binary.model.packages[7] else { panic!("no heads") };
    assert_eq!((heads.rows(0).len(), heads.rows(0)[4].head), (5, Value::Number(25.0)));
}
