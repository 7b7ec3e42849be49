//! `ensemble.h5` by the conventions that xarray, netCDF4 and h5py read: named dimensions and a time that they decode.

use std::path::PathBuf;

use hdf5::types::{VarLenArray, VarLenUnicode};
use hdf5::{Dataset, File, ObjectReference1, ReferencedObject};
use jiff::civil::date;
use ndarray::{Array1, Array2};
use quanyu_files::{EnsembleFile, EnsembleReader};
use quanyu_policy::ensemble::{MemberOutcome, MemberRun, SpringYears};

/// Years of the file.
const YEARS: [i16; 3] = [2019, 2020, 2021];

fn ran(of: f64) -> MemberOutcome {
    MemberOutcome::Ran(MemberRun {
        log_weight: 0.0,
        marks: Vec::new(),
        years: YEARS.to_vec(),
        statistical: YEARS.map(|year| of + f64::from(year)).to_vec(),
        physical: vec![of; YEARS.len()],
        springs: vec![SpringYears { spring: "yanhe".into(), flow: vec![of; YEARS.len()] }],
        rulings: Vec::new(),
        worst_closure: 0.0,
    })
}

/// The file that holds them, in a folder that goes with the first.
fn written(outcomes: &[Vec<MemberOutcome>]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ensemble.h5");
    let members = outcomes[0].len();
    let file = EnsembleFile {
        title: "a test",
        version: "0.0.0",
        input_hash: "00",
        scenarios: &["usual".to_owned(), "less".to_owned()],
        factors: &[],
        scores: &vec![Vec::new(); members],
        weights: &vec![0.5; members],
        importance: &vec![1.0; members],
        wanted: &vec![None; members],
        outcomes,
    };
    file.write(&path).unwrap();
    (folder, path)
}

/// Two scenarios on two members, one of which failed in the second.
fn some() -> [Vec<MemberOutcome>; 2] {
    [vec![ran(1.0), ran(2.0)], vec![ran(3.0), MemberOutcome::Failed("no".into())]]
}

/// Names of the scales of a dataset, one per dimension.
fn dimensions(file: &File, name: &str) -> Vec<String> {
    let data = file.dataset(name).unwrap();
    let list: Array1<VarLenArray<ObjectReference1>> = data.attr("DIMENSION_LIST").unwrap().read_1d().unwrap();
    let scale = |references: &VarLenArray<ObjectReference1>| {
        let [only] = references.as_slice() else { panic!("{} scales", references.len()) };
        match file.dereference(only).unwrap() {
            ReferencedObject::Dataset(scale) => scale.name().trim_start_matches('/').to_owned(),
            other => panic!("a scale that is no dataset: {other:?}"),
        }
    };
    list.iter().map(scale).collect()
}

fn attribute(data: &Dataset, name: &str) -> String {
    data.attr(name).unwrap().read_scalar::<VarLenUnicode>().unwrap().to_string()
}

#[test]
fn every_series_lies_along_scenario_member_and_time() {
    let (_folder, path) = written(&some());
    let file = &File::open(&path).unwrap();
    for name in ["abstraction_statistical", "abstraction_physical"] {
        assert_eq!(dimensions(file, name), ["scenario", "member", "time"], "{name}");
        let data = file.dataset(name).unwrap();
        assert_eq!(
            (attribute(&data, "units"), attribute(&data, "cell_methods")),
            ("m3".into(), "time: sum".into())
        );
        assert_eq!(attribute(&data, "coordinates"), "year");
    }
    assert_eq!(dimensions(file, "spring_flow"), ["scenario", "member", "spring", "time"]);
    assert_eq!(dimensions(file, "status"), ["scenario", "member", "target"]);
    assert_eq!(dimensions(file, "year"), ["time"]);
    assert_eq!(dimensions(file, "weight"), ["member"]);
}

#[test]
fn members_come_back_as_they_were_written() {
    let (_folder, path) = written(&some());
    let reader = EnsembleReader::open(&path).unwrap();
    assert_eq!(reader.years().unwrap(), YEARS.map(i32::from));
    let abstraction = reader.abstraction().unwrap();
    assert_eq!(abstraction[[1, 0, 1]], 2023.0);
    assert!(abstraction[[1, 1, 1]].is_nan(), "a member that failed has no abstraction");
}

#[test]
fn time_is_a_coordinate_of_dates_within_the_bounds_of_their_years() {
    let (_folder, path) = written(&some());
    let file = &File::open(&path).unwrap();
    let time = file.dataset("time").unwrap();
    let expected = [
        ("standard_name", "time"),
        ("units", "days since 1900-01-01"),
        ("calendar", "standard"),
        ("axis", "T"),
        ("bounds", "time_bounds"),
    ];
    for (name, text) in expected {
        assert_eq!(attribute(&time, name), text, "{name}");
    }
    assert_eq!(dimensions(file, "time_bounds"), ["time", "bounds"]);
    let days: Array1<f64> = time.read_1d().unwrap();
    let bounds: Array2<f64> = file.dataset("time_bounds").unwrap().read_2d().unwrap();
    let day = |days: f64| date(1900, 1, 1).saturating_add(jiff::Span::new().days(days as i64));
    for (at, year) in YEARS.into_iter().enumerate() {
        assert_eq!(day(days[at]), date(year, 12, 31));
        assert_eq!([0, 1].map(|end| day(bounds[[at, end]])), [date(year, 1, 1), date(year + 1, 1, 1)]);
    }
}

#[test]
fn a_batch_in_which_no_member_ran_has_no_time() {
    let failed = vec![MemberOutcome::Failed("no".into()); 2];
    let (_folder, path) = written(&[failed.clone(), failed]);
    assert!(EnsembleReader::open(&path).unwrap().years().unwrap().is_empty());
    let file = File::open(&path).unwrap();
    assert_eq!(dimensions(&file, "abstraction_statistical"), ["scenario", "member", "time"]);
}
