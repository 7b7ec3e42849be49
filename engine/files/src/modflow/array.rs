//! Array control records and the values they announce.
//!
//! ```text
//! CONSTANT value
//! INTERNAL [FACTOR f] [IPRN i]            values on the lines that follow
//! OPEN/CLOSE file [FACTOR f] [IPRN i] [(BINARY)]
//! ```
//!
//! Values of text are read until there are enough of them: over as many lines as it takes, with repeats (`24*1.5`), and
//! what remains on the last line is not looked at. An array of two dimensions begins each row on a new line. A factor
//! of nought is no factor. A binary file holds, per record, a header of 52 bytes whose first two sizes multiply to the
//! number of values that follow.

use quanyu_flow::{FaultKind, Origin};

use super::block::Cursor;
use super::reading::Reading;
use super::source::Line;
use super::values::{CellValues, LayerValues};
use super::word::{self, Words, begins_comment, skipped};

/// Numbers that arrays are made of.
pub(crate) trait ArrayNumber: Copy + PartialEq + Default + std::fmt::Display {
    /// What the number is called in messages.
    const KIND: &'static str;
    /// Bytes of one value in a binary file.
    const BYTES: usize;
    fn parse(word: &str) -> Option<Self>;
    fn decode(bytes: &[u8]) -> Option<Self>;
    /// The value times a factor; a factor of nought is none.
    fn scaled(self, factor: Self) -> Self;
}

impl ArrayNumber for f64 {
    const KIND: &'static str = "a real number";
    const BYTES: usize = 8;
    fn parse(word: &str) -> Option<Self> {
        word::real(word)
    }
    fn decode(bytes: &[u8]) -> Option<Self> {
        let value = Self::from_le_bytes(bytes.try_into().ok()?);
        value.is_finite().then_some(value)
    }
    fn scaled(self, factor: Self) -> Self {
        if factor == 0.0 { self } else { self * factor }
    }
}

impl ArrayNumber for i32 {
    const KIND: &'static str = "a whole number";
    const BYTES: usize = 4;
    fn parse(word: &str) -> Option<Self> {
        word::integer(word)
    }
    fn decode(bytes: &[u8]) -> Option<Self> {
        Some(Self::from_le_bytes(bytes.try_into().ok()?))
    }
    fn scaled(self, factor: Self) -> Self {
        if factor == 0 { self } else { self.saturating_mul(factor) }
    }
}

/// The tag line of an array: its name and whether it is given layer by layer.
#[derive(Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) layered: bool,
    pub(crate) origin: Origin,
}

/// The next tag line of a block of arrays.
pub(crate) fn tag(reading: &mut Reading, cursor: &mut Cursor<'_>) -> Option<Tag> {
    let line = cursor.next()?;
    let mut words = Words::new(line.text());
    let name = words.keyword().unwrap_or_default();
    let second = words.keyword().unwrap_or_default();
    if second == "NETCDF" {
        reading.fault(
            line.origin(),
            FaultKind::Unsupported,
            format!("the array {name} is to be read from a NetCDF file"),
            line.text().trim(),
            "CONSTANT, INTERNAL or OPEN/CLOSE",
            "Write the array as text or as a binary file.",
        );
    }
    Some(Tag { name, layered: second == "LAYERED", origin: line.origin() })
}

/// Skips the lines of an array that is not understood: everything up to the next line that could be a tag.
pub(crate) fn skip(cursor: &mut Cursor<'_>, known: &[&str]) {
    while let Some(line) = cursor.peek() {
        let first = Words::new(line.text()).keyword().unwrap_or_default();
        if known.contains(&first.as_str()) {
            return;
        }
        cursor.next();
    }
}

/// An array over all cells, layered or whole.
pub(crate) fn cells<T: ArrayNumber>(
    reading: &mut Reading,
    cursor: &mut Cursor<'_>,
    tag: &Tag,
    layers: usize,
    per_layer: usize,
) -> Option<CellValues<T>> {
    if tag.layered {
        let read: Vec<_> = (1..=layers)
            .map(|layer| {
                let name = format!("{} (layer {layer})", tag.name);
                one(reading, cursor, &name, tag.origin, &[per_layer])
            })
            .collect();
        Some(CellValues::new(read.into_iter().collect::<Option<Vec<_>>>()?))
    } else {
        let whole = one(reading, cursor, &tag.name, tag.origin, &[layers * per_layer])?;
        Some(CellValues::cut(&whole, layers))
    }
}

/// One array of the control record at the cursor; each part of `rows` begins on a new line of text.
pub(crate) fn one<T: ArrayNumber>(
    reading: &mut Reading,
    cursor: &mut Cursor<'_>,
    name: &str,
    origin: Origin,
    rows: &[usize],
) -> Option<LayerValues<T>> {
    let length = rows.iter().sum();
    let Some(line) = cursor.next() else {
        reading.fault(
            origin,
            FaultKind::Missing,
            format!("the array {name} has no control record"),
            "end of block",
            "CONSTANT, INTERNAL or OPEN/CLOSE",
            "Add the values of the array.",
        );
        return None;
    };
    let mut words = Words::new(line.text());
    let style = words.keyword().unwrap_or_default();
    match style.as_str() {
        "CONSTANT" => {
            let word = words.next().unwrap_or_default();
            let Some(value) = T::parse(word) else {
                bad_number::<T>(reading, line.origin(), name, word);
                return None;
            };
            Some(LayerValues::uniform(length, value).marked(line.origin(), Vec::new()))
        }
        "INTERNAL" => {
            let record = record::<T>(reading, line, name, words);
            values(reading, cursor, name, line.origin(), rows, record?.factor)
        }
        "OPEN/CLOSE" => {
            let file = words.next().unwrap_or_default().to_owned();
            let record = record::<T>(reading, line, name, words)?;
            if record.binary {
                return binary(reading, &file, name, line.origin(), length, record.factor);
            }
            let text = reading.text(&file, line.origin())?;
            let lines: Vec<Line> = text.lines().filter(|line| !skipped(line.text())).collect();
            let mut cursor = Cursor::over(&lines);
            values(reading, &mut cursor, name, line.origin(), rows, record.factor)
        }
        _ => {
            reading.fault(
                line.origin(),
                FaultKind::Syntax,
                format!("the array {name} begins with no control record"),
                line.text().trim(),
                "CONSTANT, INTERNAL or OPEN/CLOSE",
                if style == "EXTERNAL" {
                    "Use OPEN/CLOSE and a file name."
                } else {
                    "Put a control record first."
                },
            );
            None
        }
    }
}

struct Record<T> {
    factor: T,
    binary: bool,
}

fn record<T: ArrayNumber>(
    reading: &mut Reading,
    line: &Line,
    name: &str,
    mut words: Words<'_>,
) -> Option<Record<T>> {
    let mut record = Record { factor: T::default(), binary: false };
    while let Some(word) = words.next() {
        if begins_comment(word) {
            break;
        }
        match word.to_ascii_uppercase().as_str() {
            "FACTOR" => {
                let word = words.next().unwrap_or_default();
                let Some(value) = T::parse(word) else {
                    bad_number::<T>(reading, line.origin(), name, word);
                    return None;
                };
                record.factor = value;
            }
            "IPRN" => {
                let word = words.next().unwrap_or_default();
                if word::integer(word).is_none() {
                    bad_number::<i32>(reading, line.origin(), name, word);
                }
            }
            "(BINARY)" => record.binary = true,
            _ => reading.unknown(
                line.origin(),
                "an array control record",
                word,
                &["FACTOR", "IPRN", "(BINARY)"],
            ),
        }
    }
    Some(record)
}

fn bad_number<T: ArrayNumber>(reading: &mut Reading, origin: Origin, name: &str, word: &str) {
    let found = if word.is_empty() { "nothing" } else { word };
    reading.fault(
        origin,
        FaultKind::Syntax,
        format!("the array {name} holds something else than a number"),
        found,
        T::KIND,
        "Correct the number.",
    );
}

fn values<T: ArrayNumber>(
    reading: &mut Reading,
    cursor: &mut Cursor<'_>,
    name: &str,
    origin: Origin,
    rows: &[usize],
    factor: T,
) -> Option<LayerValues<T>> {
    let length: usize = rows.iter().sum();
    let mut read: Vec<T> = Vec::with_capacity(length.min(1 << 24));
    let mut lines: Vec<(u32, Origin)> = Vec::new();
    let mut end = 0;
    let mut faulty = false;
    for row in rows {
        end += row;
        while read.len() < end {
            let next = cursor.peek().filter(|line| !read_on_is_hopeless(line));
            let Some(line) = next else {
                reading.fault(
                    cursor.peek().map_or(origin, Line::origin),
                    FaultKind::BadGeometry,
                    format!("the array {name} is too short"),
                    format!("{} values", read.len()),
                    format!("{length} values"),
                    "Give one value for every place of the array, or correct the dimensions of the grid.",
                );
                return None;
            };
            cursor.next();
            lines.push((read.len() as u32, line.origin()));
            for word in Words::new(line.text()) {
                if read.len() == end || begins_comment(word) {
                    break;
                }
                let value = word::repeated(word).and_then(|(count, word)| Some((count, T::parse(word)?)));
                let (count, value) = value.unwrap_or_else(|| {
                    bad_number::<T>(reading, line.origin(), name, word);
                    faulty = true;
                    (1, T::default())
                });
                let count = count.min(end - read.len());
                read.extend(std::iter::repeat_n(value.scaled(factor), count));
            }
        }
    }
    (!faulty).then(|| LayerValues::each(read).marked(origin, lines))
}

/// Whether a line can only belong to what follows the array: its first word begins like a name.
fn read_on_is_hopeless(line: &Line) -> bool {
    let word = Words::new(line.text()).next().unwrap_or_default();
    let mut letters = word.chars().take_while(|letter| letter.is_ascii_alphabetic());
    letters.by_ref().nth(1).is_some()
}

fn binary<T: ArrayNumber>(
    reading: &mut Reading,
    file: &str,
    name: &str,
    origin: Origin,
    length: usize,
    factor: T,
) -> Option<LayerValues<T>> {
    const HEADER: usize = 52;
    let (path, bytes) = reading.bytes(file, origin)?;
    let mut read: Vec<T> = Vec::with_capacity(length.min(bytes.len() / T::BYTES));
    let mut rest = bytes.as_slice();
    while read.len() < length {
        let count = rest.get(40..HEADER).map(|sizes| {
            let size =
                |at: usize| i32::from_le_bytes([sizes[at], sizes[at + 1], sizes[at + 2], sizes[at + 3]]);
            usize::try_from(size(0)).unwrap_or(0).saturating_mul(usize::try_from(size(4)).unwrap_or(0))
        });
        // FloPy heads DELR and DELC with the sizes of a layer; where one record is left and it is whole, its length decides.
        let wanted = length - read.len();
        let count = if rest.len() == HEADER + wanted * T::BYTES { Some(wanted) } else { count };
        let data = count
            .filter(|count| *count > 0 && *count <= length - read.len())
            .and_then(|count| rest.get(HEADER..HEADER + count * T::BYTES));
        let Some(data) = data else {
            let found = count.map_or_else(
                || format!("{} values", read.len()),
                |count| {
                    format!(
                        "a record of {count} values in the remaining {} bytes",
                        rest.len().saturating_sub(HEADER)
                    )
                },
            );
            reading.fault(
                origin,
                FaultKind::BadGeometry,
                format!("the array {name} does not fit the binary file {}", path.display()),
                found,
                format!(
                    "{length} values of {} bytes, each record headed by 52 bytes with its sizes",
                    T::BYTES
                ),
                "Write the file for this grid, in double precision.",
            );
            return None;
        };
        for chunk in data.chunks_exact(T::BYTES) {
            let Some(value) = T::decode(chunk) else {
                bad_number::<T>(reading, origin, name, "not a finite number");
                return None;
            };
            read.push(value.scaled(factor));
        }
        rest = &rest[HEADER + data.len()..];
    }
    Some(LayerValues::each(read).marked(origin, Vec::new()))
}
