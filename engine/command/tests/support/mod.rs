//! What the tests of the program share.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is there")
}

pub fn quanyu(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quanyu"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program can be started")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A copy of the scenarios and the basin that a test may spoil.
pub fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy_files(&root().join("scenarios"), &folder.path().join("scenarios"));
    copy_files(&root().join("seeds/jincheng"), &folder.path().join("seeds/jincheng"));
    folder
}

pub fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
}

pub fn replace(path: &Path, from: &str, to: &str) {
    let before = fs::read_to_string(path).expect("text");
    assert!(before.contains(from), "{} no longer holds {from:?}", path.display());
    fs::write(path, before.replacen(from, to, 1)).expect("written");
}
