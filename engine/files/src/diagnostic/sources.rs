//! The register of input files and of the places in them that values came from.

use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use quanyu_flow::{FaultKind, Origin};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Collector;

/// A file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId(usize);

#[derive(Clone, Debug)]
struct SourceFile {
    path: PathBuf,
    text: String,
    sha256: String,
    /// Byte offset of the start of every line.
    lines: Vec<usize>,
}

impl SourceFile {
    fn hash(&self) -> InputHash {
        InputHash { path: self.path.display().to_string(), sha256: self.sha256.clone() }
    }
}

#[derive(Clone, Copy, Debug)]
struct Span {
    file: usize,
    start: usize,
    end: usize,
}

/// Every input file that was read, with its text and hash, and the meaning of every [`Origin`] made while reading.
///
/// One register serves a whole call of the program, so that a fault of a scenario and one of its basin are shown together.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    spans: Vec<Span>,
    /// Files in the order in which they were asked for, again and again.
    opened: Vec<usize>,
}

/// Hash of an input file; written into every result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputHash {
    /// Path as it was opened.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

/// A place in an input file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Path as it was opened.
    pub path: &'a Path,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The text that was marked.
    pub text: &'a str,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

impl Sources {
    /// An empty register.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where an origin stands; `None` for [`Origin::NONE`] and for origins of another register.
    pub fn place(&self, origin: Origin) -> Option<Place<'_>> {
        let span = self.span(origin)?;
        let file = &self.files[span.file];
        let line = file.lines.partition_point(|start| *start <= span.start);
        let line_start = line.checked_sub(1).map_or(0, |index| file.lines[index]);
        let column = file.text[line_start..span.start].chars().count() + 1;
        Some(Place { path: &file.path, line: line.max(1), column, text: &file.text[span.start..span.end] })
    }

    /// Hash of every file read so far, in the order of reading.
    pub fn hashes(&self) -> Vec<InputHash> {
        self.files.iter().map(SourceFile::hash).collect()
    }

    /// How often a file was opened so far; see [`Sources::hashes_since`].
    pub(crate) fn openings(&self) -> usize {
        self.opened.len()
    }

    /// Hash of every file opened since, each once, also of those that were read before.
    pub(crate) fn hashes_since(&self, openings: usize) -> Vec<InputHash> {
        let mut files = self.opened[openings..].to_vec();
        files.sort_unstable();
        files.dedup();
        files.into_iter().map(|file| self.files[file].hash()).collect()
    }

    /// Reads a file; a failure is reported at `origin`, the place that named the file. A file read before is not read again.
    pub(crate) fn open(&mut self, path: &Path, origin: Origin, faults: &mut Collector) -> Option<FileId> {
        if let Some(known) = self.files.iter().position(|file| file.path == path) {
            self.opened.push(known);
            return Some(FileId(known));
        }
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let message = format!("the file `{}` cannot be read: {error}", path.display());
                let remedy = if error.kind() == std::io::ErrorKind::NotFound {
                    neighbour(path)
                } else {
                    String::new()
                };
                faults.add(FaultKind::Missing, origin, message, path.display(), "a readable file", remedy);
                return None;
            }
        };
        let sha256 = hexadecimal(&Sha256::digest(&bytes));
        match String::from_utf8(bytes) {
            Ok(text) => Some(self.register(path, text, sha256)),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let file = self.register(path, text, sha256);
                let origin = self.mark(file, offset..offset + 1);
                let remedy = "save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")";
                faults.add(FaultKind::Syntax, origin, "the file is not UTF-8 text", "", "UTF-8", remedy);
                None
            }
        }
    }

    fn register(&mut self, path: &Path, text: String, sha256: String) -> FileId {
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        let lines =
            std::iter::once(0).chain(text.match_indices('\n').map(|(offset, _)| offset + 1)).collect();
        self.opened.push(self.files.len());
        self.files.push(SourceFile { path: path.to_owned(), text, sha256, lines });
        FileId(self.files.len() - 1)
    }

    /// Text of a file, without a byte-order mark.
    pub(crate) fn text(&self, file: FileId) -> &str {
        &self.files[file.0].text
    }

    /// Marks a span of bytes; ends that lie within a character or beyond the text are moved to where they may be.
    pub(crate) fn mark(&mut self, file: FileId, span: Range<usize>) -> Origin {
        let text = &self.files[file.0].text;
        let start = character_start(text, span.start);
        let end = character_start(text, span.end).max(start);
        self.spans.push(Span { file: file.0, start, end });
        u32::try_from(self.spans.len() - 1).map_or(Origin::NONE, Origin)
    }

    /// Marks from a line and column (in bytes), both from 1, as parsers report them.
    pub(crate) fn mark_at(&mut self, file: FileId, line: usize, column: usize) -> Origin {
        let lines = &self.files[file.0].lines;
        let start = lines.get(line.saturating_sub(1)).copied().unwrap_or(0) + column.saturating_sub(1);
        self.mark(file, start..start + 1)
    }

    /// Marks a whole file by its first line.
    pub(crate) fn mark_file(&mut self, file: FileId) -> Origin {
        let end = self.files[file.0].text.find('\n').unwrap_or(self.files[file.0].text.len());
        self.mark(file, 0..end)
    }

    pub(super) fn sort_key(&self, origin: Origin) -> Option<(&Path, usize)> {
        let span = self.span(origin)?;
        Some((&self.files[span.file].path, span.start))
    }

    /// The lines that hold an origin, where they begin in the file, the number of the first, and the span within them.
    pub(super) fn excerpt(&self, origin: Origin) -> Option<Excerpt<'_>> {
        let span = self.span(origin)?;
        let file = &self.files[span.file];
        let first = file.lines.partition_point(|start| *start <= span.start).max(1);
        let start = file.lines[first - 1];
        // A value that runs over many lines is shown by its first.
        let end = file.lines.get(first).map_or(file.text.len(), |next| next - 1);
        let line = file.text[start..end].trim_end_matches('\r');
        let from = (span.start - start).min(line.len());
        let to = (span.end - start).clamp(from, line.len());
        Some(Excerpt { path: &file.path, line: first, text: line, span: from..to })
    }

    fn span(&self, origin: Origin) -> Option<Span> {
        self.spans.get(usize::try_from(origin.0).ok()?).copied()
    }
}

/// One line of a file and what is marked in it.
pub(super) struct Excerpt<'a> {
    pub(super) path: &'a Path,
    pub(super) line: usize,
    pub(super) text: &'a str,
    pub(super) span: Range<usize>,
}

/// The start of the character that holds a byte.
fn character_start(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|offset| text.is_char_boundary(*offset)).unwrap_or(0)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of a similar name beside the missing one.
fn neighbour(path: &Path) -> String {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect())
        .unwrap_or_default();
    names.sort();
    super::did_you_mean(name, names.iter().map(String::as_str))
}
