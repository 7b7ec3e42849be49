//! The basin that comes with the program is without fault.

use std::path::Path;

use quanyu_files::{Sources, Style, read_basin, render};

#[test]
fn the_jincheng_basin_is_without_fault() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds/jincheng");
    let mut sources = Sources::new();
    let read = read_basin(&folder, &mut sources);
    let read = read.unwrap_or_else(|faults| panic!("{}", render(&sources, &faults, Style::Plain)));
    assert!(!read.basin.groups.is_empty() && !read.targets.is_empty());
}
