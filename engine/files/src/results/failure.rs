//! Why a result could not be written or read.

use std::fmt;
use std::path::{Path, PathBuf};

/// A file of a run could not be written or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFailure {
    /// The file or folder.
    pub path: PathBuf,
    /// What was being done, e.g. "write".
    pub action: &'static str,
    /// The cause, in the words of the library or the system.
    pub cause: String,
}

impl fmt::Display for OutputFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`: {}", self.action, self.path.display(), self.cause)
    }
}

impl std::error::Error for OutputFailure {}

impl OutputFailure {
    pub(crate) fn new(path: &Path, action: &'static str, cause: impl fmt::Display) -> Self {
        Self { path: path.to_owned(), action, cause: cause.to_string() }
    }

    /// For `map_err`.
    pub(crate) fn at<E: fmt::Display>(path: &Path, action: &'static str) -> impl Fn(E) -> Self {
        let path = path.to_owned();
        move |cause| Self::new(&path, action, cause)
    }
}
