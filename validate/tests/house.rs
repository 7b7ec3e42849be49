//! House rules that a machine can hold.

use std::fs;
use std::path::{Path, PathBuf};

const MOST_LINES: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("validate lies in the workspace").to_path_buf()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the workspace can be read") {
        let path = entry.expect("the workspace can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_source_file_is_longer_than_a_reader_can_hold() {
    let mut found = Vec::new();
    sources(&root(), &mut found);
    assert!(found.len() > 30, "only {} source files found", found.len());
    let long: Vec<String> = found
        .iter()
        .filter_map(|path| {
            let lines = fs::read_to_string(path).expect("sources are text").lines().count();
            (lines > MOST_LINES).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "over {MOST_LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn layers_depend_one_way() {
    let order = ["solve", "flow", "basin", "policy", "files", "modflow", "report", "command"];
    for (height, layer) in order.iter().enumerate() {
        let manifest = fs::read_to_string(root().join("engine").join(layer).join("Cargo.toml"))
            .expect("every layer has a manifest");
        for above in &order[height..] {
            let name = format!("quanyu-{above}");
            let depends = manifest.lines().any(|line| line.starts_with(&name));
            assert!(!depends, "engine/{layer} must not depend on {name}");
        }
    }
}
