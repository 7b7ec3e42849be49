//! What the hash of the sources depends on.

#[path = "../sources.rs"]
mod sources;

use std::fs;
use std::path::{Path, PathBuf};

fn hash(root: &Path) -> String {
    let folders = ["solve", "flow"].map(PathBuf::from);
    sources::hash(root, &folders, &[PathBuf::from("Cargo.lock")]).expect("sources")
}

fn tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["solve/deep", "flow"] {
        fs::create_dir_all(folder.path().join(part)).expect("a folder");
    }
    for (file, text) in
        [("solve/a.rs", "one"), ("solve/deep/b.rs", "two"), ("flow/c.rs", "three"), ("Cargo.lock", "four")]
    {
        fs::write(folder.path().join(file), text).expect("written");
    }
    folder
}

#[test]
fn every_source_counts_by_its_name_and_text_and_nothing_else_does() {
    let folder = tree();
    let at = |name: &str| folder.path().join(name);
    let as_it_was = hash(folder.path());
    assert_eq!(as_it_was, hash(tree().path()), "the same sources in another place");
    fs::write(at("flow/notes.md"), "no source").expect("written");
    assert_eq!(as_it_was, hash(folder.path()), "a file that is no source");
    for name in ["solve/deep/b.rs", "flow/c.rs", "Cargo.lock"] {
        let before = fs::read(at(name)).expect("text");
        fs::write(at(name), "other").expect("written");
        assert_ne!(as_it_was, hash(folder.path()), "{name} changed");
        fs::write(at(name), before).expect("written");
        assert_eq!(as_it_was, hash(folder.path()), "{name} as it was");
    }
    fs::rename(at("solve/a.rs"), at("flow/a.rs")).expect("moved");
    assert_ne!(as_it_was, hash(folder.path()), "a source that moved");
}
