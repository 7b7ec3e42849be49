//! Builds the program that runs hypre, where an MPI compiler and libhypre are found; says so where they are not.

use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = "peers/hypre.c";

fn main() {
    println!("cargo::rerun-if-changed={SOURCE}");
    println!("cargo::rerun-if-env-changed=MPICC");
    println!("cargo::rerun-if-env-changed=HYPRE_DIR");
    match build() {
        Ok(program) => println!("cargo::rustc-env=HYPRE_PEER={}", program.display()),
        Err(why) => println!("cargo::rustc-env=HYPRE_MISSING={}", why.replace('\n', " ")),
    }
}

fn build() -> Result<PathBuf, String> {
    let out = std::env::var("OUT_DIR").map_err(|error| error.to_string())?;
    let program = Path::new(&out).join("hypre-peer");
    let compiler = std::env::var("MPICC").unwrap_or_else(|_| "mpicc".into());
    let mut command = Command::new(&compiler);
    command.args(["-O2", SOURCE, "-o"]).arg(&program);
    match std::env::var("HYPRE_DIR") {
        Ok(folder) => {
            command.arg(format!("-I{folder}/include")).arg(format!("-L{folder}/lib"));
        }
        Err(_) => {
            command.arg("-I/usr/include/hypre");
        }
    }
    command.args(["-lHYPRE", "-lm"]);
    let ran = command.output().map_err(|error| format!("{compiler} cannot be run ({error})"))?;
    if ran.status.success() {
        return Ok(program);
    }
    let said = String::from_utf8_lossy(&ran.stderr);
    let first =
        said.lines().find(|line| line.contains("error") || line.contains("cannot")).unwrap_or_default();
    Err(format!("{compiler} could not build against libhypre: {first}"))
}
