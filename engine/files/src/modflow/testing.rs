//! A small model in memory, written to a folder of its own and read back by the tests of packages.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::simulation::{self, ReadSimulation, Simulation};

/// A folder that goes when the test ends.
#[derive(Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("quanyu-modflow-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Two layers of two rows and three columns, all convertible, 10 m thick each, cell (1,2,3) inactive; two periods of 5
/// and 10 days. `packages` are further lines of the name file and `files` the further files.
pub(crate) fn model(packages: &str, files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    folder.write(
        "mfsim.nam",
        "BEGIN OPTIONS\nEND OPTIONS\nBEGIN TIMING\nTDIS6 g.tdis\nEND TIMING\nBEGIN MODELS\ngwf6 g.nam flow\nEND MODELS\n\
         BEGIN EXCHANGES\nEND EXCHANGES\nBEGIN SOLUTIONGROUP 1\nims6 g.ims flow\nEND SOLUTIONGROUP 1\n",
    );
    folder.write(
        "g.tdis",
        "BEGIN DIMENSIONS\nNPER 2\nEND DIMENSIONS\nBEGIN PERIODDATA\n5 1 1.\n10 4 1.2\nEND PERIODDATA\n",
    );
    folder.write("g.ims", "BEGIN OPTIONS\nCOMPLEXITY moderate\nEND OPTIONS\n");
    folder.write(
        "g.nam",
        format!("BEGIN PACKAGES\nDIS6 g.dis\nIC6 g.ic\nNPF6 g.npf\n{packages}END PACKAGES\n"),
    );
    folder.write(
        "g.dis",
        "BEGIN DIMENSIONS\nNLAY 2\nNROW 2\nNCOL 3\nEND DIMENSIONS\nBEGIN GRIDDATA\nDELR\nCONSTANT 100\nDELC\n\
         CONSTANT 50\nTOP\nCONSTANT 20\nBOTM LAYERED\nCONSTANT 10\nCONSTANT 0\nIDOMAIN LAYERED\nINTERNAL\n1 1 1 1 1 0\n\
         CONSTANT 1\nEND GRIDDATA\n",
    );
    folder.write("g.ic", "BEGIN GRIDDATA\nSTRT\nCONSTANT 18\nEND GRIDDATA\n");
    folder.write("g.npf", "BEGIN GRIDDATA\nICELLTYPE\nCONSTANT 1\nK\nCONSTANT 5\nEND GRIDDATA\n");
    for (name, text) in files {
        folder.write(name, text);
    }
    folder
}

/// Reads a folder; faults come as `file:line: message [value]`.
pub(crate) fn read_whole(folder: &Folder) -> Result<ReadSimulation, Vec<String>> {
    simulation::read(&folder.0).map_err(|wrong| {
        let text = wrong.faults.iter().map(|fault| match wrong.sources.place(fault.origin) {
            Some(place) => {
                let file = place.path.file_name().unwrap_or_default().to_string_lossy();
                format!("{file}:{}: {} [{}]", place.line, fault.message, fault.value)
            }
            None => format!("{} [{}]", fault.message, fault.value),
        });
        text.collect()
    })
}

/// The simulation of a folder; faults come as `file:line: message [value]`.
pub(crate) fn read_model(folder: &Folder) -> Result<Simulation, Vec<String>> {
    read_whole(folder).map(|read| read.simulation)
}
