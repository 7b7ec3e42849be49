//! What every reader of a simulation shares: the folder, the files opened so far, and the faults found so far.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use quanyu_flow::{Fault, FaultKind, Origin};

use super::source::{Sources, TextFile};

/// Faults kept in full; what is beyond is counted.
const KEPT: usize = 500;

/// A reading in progress.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    folder: PathBuf,
    pub(crate) sources: Sources,
    faults: Vec<Fault>,
    beyond: usize,
    notes: Vec<Fault>,
}

impl Reading {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), ..Self::default() }
    }

    /// Adds a fault: what is wrong, the value found, what is allowed, and what to do.
    pub(crate) fn fault(
        &mut self,
        origin: Origin,
        kind: FaultKind,
        message: impl Into<String>,
        value: impl ToString,
        allowed: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        if self.faults.len() >= KEPT {
            self.beyond += 1;
            return;
        }
        self.faults.push(Fault {
            origin,
            kind,
            message: message.into(),
            value: value.to_string(),
            allowed: allowed.into(),
            remedy: remedy.into(),
        });
    }

    /// Adds one fault for all cells of a line that share it: the first cell in full, the others counted.
    pub(crate) fn cells_fault(
        &mut self,
        cells: impl IntoIterator<Item = (Origin, String, String)>,
        kind: FaultKind,
        message: impl Fn(&str) -> String,
        allowed: &str,
        remedy: &str,
    ) {
        let mut lines: BTreeMap<Origin, (String, String, usize)> = BTreeMap::new();
        for (origin, cell, value) in cells {
            lines.entry(origin).or_insert((cell, value, 0)).2 += 1;
        }
        for (origin, (cell, value, count)) in lines {
            let more = if count > 1 { format!(" and {} more of the line", count - 1) } else { String::new() };
            self.fault(origin, kind, message(&format!("{cell}{more}")), value, allowed, remedy);
        }
    }

    /// Adds a remark on input that is legal but has no effect here.
    pub(crate) fn note(&mut self, origin: Origin, message: impl Into<String>, value: impl ToString) {
        if self.notes.len() < KEPT {
            self.notes.push(Fault {
                origin,
                kind: FaultKind::Unsupported,
                message: message.into(),
                value: value.to_string(),
                allowed: String::new(),
                remedy: String::new(),
            });
        }
    }

    /// A word that no reader knows, with the nearest known one.
    pub(crate) fn unknown(&mut self, origin: Origin, what: &str, word: &str, known: &[&str]) {
        let upper = word.to_ascii_uppercase();
        let nearest = known
            .iter()
            .map(|name| (strsim::jaro_winkler(&upper, name), *name))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let remedy = nearest.map_or_else(
            || "Remove the line, or look the word up in the manual of the package.".to_owned(),
            |(_, name)| format!("Did you mean {name}?"),
        );
        self.fault(
            origin,
            FaultKind::UnknownKey,
            format!("{what} knows no such word"),
            word,
            known.join(", "),
            remedy,
        );
    }

    pub(crate) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Faults in the order of the files' lines, the count of those beyond the kept ones last.
    pub(crate) fn finish(mut self) -> (Sources, Vec<Fault>, Vec<Fault>) {
        self.faults.sort_by_key(|fault| fault.origin);
        let mut seen = BTreeSet::new();
        self.notes.retain(|note| seen.insert((note.origin, note.message.clone())));
        self.notes.sort_by_key(|note| note.origin);
        if self.beyond > 0 {
            self.faults.push(Fault {
                origin: Origin::NONE,
                kind: FaultKind::Inconsistent,
                message: "More faults follow that are not listed".to_owned(),
                value: self.beyond.to_string(),
                allowed: "none".to_owned(),
                remedy: "Mend the listed ones first.".to_owned(),
            });
        }
        (self.sources, self.faults, self.notes)
    }

    /// The path of a file named in the input. Names are relative to the folder of `mfsim.nam`; a backslash stands for
    /// a slash where no file of that very name exists.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let path = self.folder.join(name);
        if name.contains('\\') && !path.exists() { self.folder.join(name.replace('\\', "/")) } else { path }
    }

    /// The bytes of a file, or a fault at the line that names it.
    pub(crate) fn bytes(&mut self, name: &str, origin: Origin) -> Option<(PathBuf, Vec<u8>)> {
        let path = self.path(name);
        match fs::read(&path) {
            Ok(bytes) => Some((path, bytes)),
            Err(error) => {
                let kind = error.kind();
                self.fault(
                    origin,
                    FaultKind::Missing,
                    format!("the file cannot be read ({kind})"),
                    path.display(),
                    "a file that exists, named relative to the folder of mfsim.nam",
                    "Correct the name, or put the file there.",
                );
                None
            }
        }
    }

    /// A text file, or a fault at the line that names it.
    pub(crate) fn text(&mut self, name: &str, origin: Origin) -> Option<Rc<TextFile>> {
        let (path, bytes) = self.bytes(name, origin)?;
        Some(Rc::new(TextFile::new(&path, &bytes, &mut self.sources)))
    }
}
