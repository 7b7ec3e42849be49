//! The members of a batch, each durable as soon as it is finished.
//!
//! `members/SCENARIO/NUMBER.json` holds what one member gave for one scenario, under the hash of all that it depends on. It is
//! written beside its place and renamed, so that it is there whole or not at all; a batch that is killed goes on with what is
//! left. One batch at a time holds the folder, by a lock that the system releases whatever happens to the program.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use quanyu_policy::ensemble::MemberOutcome;
use serde::{Deserialize, Serialize};

use super::OutputFailure;
use super::hold::hold;

pub(super) const LOCK: &str = "batch.lock";

/// The folder of a batch.
#[derive(Debug)]
pub struct MemberStore {
    folder: PathBuf,
    /// Held as long as the store lives.
    _lock: File,
}

#[derive(Deserialize, Serialize)]
struct Stored {
    hash: String,
    outcome: MemberOutcome,
}

impl MemberStore {
    /// Opens the folder, making it where there is none, and holds it.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be made or another batch holds it; the cause says which process.
    pub fn open(folder: &Path) -> Result<Self, OutputFailure> {
        fs::create_dir_all(folder).map_err(OutputFailure::at(folder, "create"))?;
        let lock = hold(folder, LOCK)?;
        Ok(Self { folder: folder.to_owned(), _lock: lock })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What a member gave, if it was stored under this hash. Anything else in its place is as good as nothing.
    pub fn read(&self, scenario: &str, member: usize, hash: &str) -> Option<MemberOutcome> {
        let text = fs::read(self.path(scenario, member)).ok()?;
        let stored: Stored = serde_json::from_slice(&text).ok()?;
        (stored.hash == hash).then_some(stored.outcome)
    }

    /// Stores what a member gave.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written; then an older one stays.
    pub fn write(
        &self,
        scenario: &str,
        member: usize,
        hash: &str,
        outcome: &MemberOutcome,
    ) -> Result<(), OutputFailure> {
        let path = self.path(scenario, member);
        let beside = path.with_extension("new");
        let store = || -> std::io::Result<()> {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let stored = Stored { hash: hash.to_owned(), outcome: outcome.clone() };
            let mut file = File::create(&beside)?;
            serde_json::to_writer(&mut file, &stored)?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        store().map_err(OutputFailure::at(&path, "write"))
    }

    fn path(&self, scenario: &str, member: usize) -> PathBuf {
        self.folder.join("members").join(scenario).join(format!("{member:06}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_comes_back_under_its_hash_only() {
        let folder = tempfile::tempdir().unwrap();
        let store = MemberStore::open(folder.path()).unwrap();
        let outcome = MemberOutcome::Failed("no".into());
        store.write("a", 3, "1", &outcome).unwrap();
        assert_eq!(store.read("a", 3, "1"), Some(outcome));
        assert_eq!(store.read("a", 3, "2"), None);
        assert_eq!(store.read("a", 4, "1"), None);
        fs::write(folder.path().join("members/a/000003.json"), "{\"hash\": \"1\"").unwrap();
        assert_eq!(store.read("a", 3, "1"), None, "half a file is no member");
    }

    #[test]
    fn two_batches_do_not_share_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = MemberStore::open(folder.path()).unwrap();
        let refused = MemberStore::open(folder.path()).unwrap_err();
        assert!(refused.to_string().contains(&format!("process {}", std::process::id())), "{refused}");
        drop(first);
        assert!(MemberStore::open(folder.path()).is_ok());
    }
}
