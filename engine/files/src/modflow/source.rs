//! Where every word of a MODFLOW 6 simulation came from.
//!
//! Every line read gets one number of its own, counted over all files in the order they were opened; an [`Origin`] is
//! that number. So a row keeps four bytes and still leads back to file and line.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use quanyu_flow::Origin;

/// The files of a simulation in the order they were opened, with the line numbers that belong to each.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    next: u32,
}

#[derive(Clone, Debug)]
struct SourceFile {
    path: PathBuf,
    first: u32,
    binary: bool,
}

/// A file and the line in it, counted from one; for a binary file the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file as it was opened.
    pub path: &'a Path,
    /// Line (text) or record (binary), from one.
    pub line: u32,
    /// Whether the file is binary.
    pub binary: bool,
}

impl Sources {
    /// The file and line of an origin, or nothing if it was not made here.
    pub fn place(&self, origin: Origin) -> Option<Place<'_>> {
        if origin == Origin::NONE || origin.0 >= self.next {
            return None;
        }
        let index = self.files.partition_point(|file| file.first <= origin.0).checked_sub(1)?;
        let file = &self.files[index];
        Some(Place { path: &file.path, line: origin.0 - file.first + 1, binary: file.binary })
    }

    /// Files in the order they were opened.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|file| file.path.as_path())
    }

    /// Makes room for `lines` lines of a file; returns the number of the first.
    pub(crate) fn add(&mut self, path: &Path, lines: usize, binary: bool) -> u32 {
        let first = self.next;
        let lines = u32::try_from(lines.max(1)).unwrap_or(u32::MAX);
        self.next = first.saturating_add(lines).min(u32::MAX - 1);
        self.files.push(SourceFile { path: path.to_path_buf(), first, binary });
        first
    }
}

/// An origin that says nothing about what a document means: two documents are equal when they say the same, wherever
/// they say it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mark(pub Origin);

impl PartialEq for Mark {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Mark {}

/// A text file held whole, with the start of each line.
#[derive(Debug)]
pub(crate) struct TextFile {
    text: String,
    starts: Vec<usize>,
    first: u32,
}

impl TextFile {
    pub(crate) fn new(path: &Path, bytes: &[u8], sources: &mut Sources) -> Self {
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into_owned();
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
        let first = sources.add(path, starts.len(), false);
        Self { text, starts, first }
    }

    fn line(&self, index: usize) -> &str {
        let start = self.starts[index];
        let end = self.starts.get(index + 1).map_or(self.text.len(), |next| next - 1);
        self.text[start..end].trim_end_matches('\r')
    }

    fn origin(&self, index: usize) -> Origin {
        Origin(self.first.saturating_add(index as u32))
    }

    /// All lines in turn.
    pub(crate) fn lines(self: &Rc<Self>) -> impl Iterator<Item = Line> {
        let file = Rc::clone(self);
        (0..self.starts.len()).map(move |index| Line { file: Rc::clone(&file), index })
    }

    /// The mark of the last line, for what is missing at the end of a file.
    pub(crate) fn end(&self) -> Origin {
        self.origin(self.starts.len() - 1)
    }
}

/// One line of a text file.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    file: Rc<TextFile>,
    index: usize,
}

impl Line {
    pub(crate) fn text(&self) -> &str {
        self.file.line(self.index)
    }

    pub(crate) fn origin(&self) -> Origin {
        self.file.origin(self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_leads_back_to_its_file_and_line() {
        let mut sources = Sources::default();
        let first = Rc::new(TextFile::new(Path::new("a.nam"), b"\xef\xbb\xbfone\r\ntwo\n", &mut sources));
        let second = Rc::new(TextFile::new(Path::new("b.wel"), b"three", &mut sources));
        let lines: Vec<Line> = first.lines().chain(second.lines()).collect();
        assert_eq!(lines.iter().map(Line::text).collect::<Vec<_>>(), ["one", "two", "", "three"]);
        let place = sources.place(lines[1].origin()).unwrap();
        assert_eq!((place.path, place.line), (Path::new("a.nam"), 2));
        let place = sources.place(lines[3].origin()).unwrap();
        assert_eq!((place.path, place.line), (Path::new("b.wel"), 1));
        assert_eq!(sources.place(Origin::NONE), None);
        assert_eq!(sources.place(Origin(99)), None);
    }
}
