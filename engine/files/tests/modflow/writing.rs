//! Simulations written and read again.

use std::fs;

use quanyu_files::modflow::{read, write_input};

use crate::cases::{cases, read_case};

#[test]
fn what_is_written_reads_back_as_the_same_document() {
    for case in cases() {
        let simulation = read_case(&case).simulation;
        let folder = tempfile::tempdir().unwrap();
        write_input(&simulation, folder.path()).unwrap();
        let again = read(folder.path())
            .unwrap_or_else(|wrong| panic!("{}: {:#?}", case.display(), wrong.faults))
            .simulation;
        assert!(again == simulation, "{}", case.display());
        let lines = fs::read_to_string(folder.path().join("mfsim.nam")).unwrap();
        assert!(lines.starts_with("BEGIN OPTIONS"));
    }
}
