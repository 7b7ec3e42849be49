//! Collecting every fault of an input before stopping.

use std::fmt::Display;

use quanyu_flow::{Fault, FaultKind, Origin};

use super::{did_you_mean, list};

/// The faults found so far.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    faults: Vec<Fault>,
}

impl Collector {
    /// Adds a fault; see [`Fault`] for the parts.
    pub(crate) fn add(
        &mut self,
        kind: FaultKind,
        origin: Origin,
        message: impl Into<String>,
        value: impl Display,
        allowed: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.faults.push(Fault {
            origin,
            kind,
            message: message.into(),
            value: value.to_string(),
            allowed: allowed.into(),
            remedy: remedy.into(),
        });
    }

    /// A name that refers to nothing.
    pub(crate) fn unknown_name(&mut self, origin: Origin, name: &str, ids: &Ids) {
        self.add(
            FaultKind::UnknownName,
            origin,
            format!("there is no {} `{name}`", ids.what),
            name,
            list(ids.iter()),
            did_you_mean(name, ids.iter()),
        );
    }

    /// Number of faults so far.
    pub(crate) fn len(&self) -> usize {
        self.faults.len()
    }

    /// Drops the faults of a kind found since `from`: what follows from another fault only hides it.
    pub(crate) fn forget(&mut self, from: usize, kind: FaultKind) {
        let mut index = 0;
        self.faults.retain(|fault| {
            index += 1;
            index <= from || fault.kind != kind
        });
    }

    /// The value, if there was no fault at all.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Vec<Fault>> {
        if self.faults.is_empty() { Ok(value) } else { Err(self.faults) }
    }

    /// The faults alone.
    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Takes over another's faults.
    pub(crate) fn append(&mut self, faults: Vec<Fault>) {
        self.faults.extend(faults);
    }
}

/// Names that may be referred to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids {
    /// What they name, e.g. "county".
    pub(crate) what: &'static str,
    names: Vec<String>,
    /// The file that lists them could not be read: any name passes, for its fault is reported already.
    unread: bool,
}

impl Ids {
    pub(crate) fn new(what: &'static str, names: impl IntoIterator<Item = String>) -> Self {
        Self { what, names: names.into_iter().collect(), unread: false }
    }

    pub(crate) fn unread(what: &'static str) -> Self {
        Self { what, names: Vec::new(), unread: true }
    }

    /// Whether the names are known, as against not read.
    pub(crate) fn is_read(&self) -> bool {
        !self.unread
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.unread || self.names.iter().any(|known| known == name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}
