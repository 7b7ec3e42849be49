//! `checkpoint-BASIN-DATE.quanyu`: where scenarios stand on a date, so that others can branch from there.
//!
//! The first line names the format, the second is the [`CheckpointHeader`] as JSON, and what follows is the state in the Postcard wire
//! format, which loses no bit. Length and hash in the header tell a file that was cut short or altered.

use std::fmt;
use std::io::Write;
use std::path::Path;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::OutputFailure;
use crate::diagnostic::hexadecimal;

/// First line of every checkpoint of this layout.
const FORMAT: &str = "quanyu checkpoint 1";

/// What a checkpoint was made of: all that must be the same where it is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckpointHeader {
    /// Version of the program, and of the engine in it.
    pub version: String,
    /// Id of the basin.
    pub basin: String,
    /// Hash over the basin's input files; see [`combined_hash`](super::combined_hash).
    pub input_sha256: String,
    /// Width of a cell \[m\].
    pub cell_m: f64,
    /// The first day that is still to be simulated.
    pub date: Date,
    /// Whether heads of all periods are kept, not only those at the ends of years.
    pub all_heads: bool,
    /// Hash of what the plan asked of the flow model, for each period before the date.
    pub asked: Vec<String>,
}

/// The second line.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    header: CheckpointHeader,
    bytes: usize,
    sha256: String,
}

/// Why a checkpoint cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckpointFault {
    /// The file cannot be opened, in the words of the system.
    Unreadable(String),
    /// It is no checkpoint, or one of another layout.
    Foreign,
    /// It is shorter than it was, or its bytes are not those that were written.
    Damaged,
}

impl fmt::Display for CheckpointFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(cause) => write!(f, "cannot be read: {cause}"),
            Self::Foreign => write!(f, "is no checkpoint of this program, or one of another layout"),
            Self::Damaged => write!(f, "is cut short or altered; make it anew with --checkpoint"),
        }
    }
}

impl std::error::Error for CheckpointFault {}

/// SHA-256 of a text, hexadecimal.
pub fn text_hash(text: &str) -> String {
    hexadecimal(&Sha256::digest(text))
}

/// Writes a checkpoint; it is there whole or not at all.
///
/// # Errors
/// The file cannot be written.
pub fn write_checkpoint(
    path: &Path,
    header: &CheckpointHeader,
    state: &impl Serialize,
) -> Result<(), OutputFailure> {
    let failed = |cause: &dyn fmt::Display| OutputFailure::new(path, "write", cause);
    let state = postcard::to_stdvec(state).map_err(|error| failed(&error))?;
    let line =
        Line { header: header.clone(), bytes: state.len(), sha256: hexadecimal(&Sha256::digest(&state)) };
    let line = serde_json::to_string(&line).map_err(|error| failed(&error))?;
    let beside = path.with_extension("new");
    let write = || {
        let mut file = std::fs::File::create(&beside)?;
        writeln!(file, "{FORMAT}\n{line}")?;
        file.write_all(&state)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    };
    write().map_err(|error| failed(&error))
}

/// Reads a checkpoint.
///
/// # Errors
/// See [`CheckpointFault`].
pub fn read_checkpoint<State: DeserializeOwned>(
    path: &Path,
) -> Result<(CheckpointHeader, State), CheckpointFault> {
    let bytes = std::fs::read(path).map_err(|error| CheckpointFault::Unreadable(error.to_string()))?;
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let (Some(format), Some(line), Some(state)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(CheckpointFault::Foreign);
    };
    if format != FORMAT.as_bytes() {
        return Err(CheckpointFault::Foreign);
    }
    let line: Line = serde_json::from_slice(line).map_err(|_| CheckpointFault::Damaged)?;
    if state.len() != line.bytes || hexadecimal(&Sha256::digest(state)) != line.sha256 {
        return Err(CheckpointFault::Damaged);
    }
    let state = postcard::from_bytes(state).map_err(|_| CheckpointFault::Foreign)?;
    Ok((line.header, state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_loses_no_bit_and_tells_when_it_was_altered() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("checkpoint.quanyu");
        let header = CheckpointHeader {
            version: "1".into(),
            basin: "泉".into(),
            input_sha256: text_hash("in"),
            cell_m: 500.0,
            date: jiff::civil::date(2018, 1, 1),
            all_heads: false,
            asked: vec![text_hash("asked")],
        };
        let state = (vec![0.1, f64::INFINITY, -0.0, 1.0e30], Some(f64::MIN_POSITIVE), String::from("a\nb"));
        write_checkpoint(&path, &header, &state).expect("written");
        type State = (Vec<f64>, Option<f64>, String);
        let (told, read): (_, State) = read_checkpoint(&path).expect("read");
        assert_eq!(told, header);
        assert_eq!(
            read.0.iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
            state.0.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        );
        assert_eq!((read.1, read.2), (state.1, state.2));

        let whole = std::fs::read(&path).expect("bytes");
        let mut altered = whole.clone();
        *altered.last_mut().expect("bytes") ^= 1;
        let faults = [
            (&whole[..whole.len() - 1], CheckpointFault::Damaged),
            (&altered[..], CheckpointFault::Damaged),
            (&whole[..10], CheckpointFault::Foreign),
            (b"scenario = 1\n\n", CheckpointFault::Foreign),
        ];
        for (bytes, fault) in faults {
            std::fs::write(&path, bytes).expect("written");
            assert_eq!(read_checkpoint::<State>(&path).expect_err("a fault"), fault);
        }
        let missing = read_checkpoint::<State>(&folder.path().join("none"));
        assert!(matches!(missing, Err(CheckpointFault::Unreadable(_))));
    }
}
