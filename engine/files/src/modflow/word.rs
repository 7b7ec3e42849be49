//! Words and numbers as MODFLOW 6 splits and reads them.
//!
//! Words are separated by spaces, tabs and commas; a word in single or double quotes may hold any of these. Numbers are
//! Fortran's: the exponent may be written with `E`, `D` or `Q` or by its sign alone.

/// The words of one line, from left to right.
#[derive(Clone, Debug)]
pub(crate) struct Words<'a> {
    rest: &'a str,
}

fn separates(byte: u8) -> bool {
    matches!(byte, b' ' | b',' | b'\t' | b'\r')
}

impl<'a> Words<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// What has not been read yet.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest.trim_matches(|c: char| c.is_ascii() && separates(c as u8))
    }

    /// Whether another word follows that is no remark.
    pub(crate) fn more(&self) -> bool {
        let rest = self.rest();
        !rest.is_empty() && !begins_comment(rest)
    }

    /// The next word in capitals.
    pub(crate) fn keyword(&mut self) -> Option<String> {
        self.next().map(str::to_ascii_uppercase)
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.rest.as_bytes();
        let start = bytes.iter().position(|byte| !separates(*byte))?;
        let first = bytes[start];
        let (from, to, after) = if first == b'"' || first == b'\'' {
            let from = start + 1;
            match bytes[from..].iter().position(|byte| *byte == first) {
                Some(length) => (from, from + length, from + length + 1),
                None => (from, bytes.len(), bytes.len()),
            }
        } else {
            let to =
                bytes[start..].iter().position(|byte| separates(*byte)).map_or(bytes.len(), |n| start + n);
            (start, to, to)
        };
        let word = &self.rest[from..to];
        self.rest = &self.rest[after..];
        Some(word)
    }
}

/// Whether MODFLOW skips the line: nothing on it, or its first word begins with `#`, `!` or `//`.
pub(crate) fn skipped(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c.is_ascii() && separates(c as u8));
    line.is_empty() || begins_comment(line)
}

/// Whether a word begins a remark at the end of a line.
pub(crate) fn begins_comment(word: &str) -> bool {
    word.starts_with(['#', '!']) || word.starts_with("//")
}

/// A Fortran real number, or nothing if the word is none or is not finite.
pub(crate) fn real(word: &str) -> Option<f64> {
    let bytes = word.as_bytes();
    if bytes.is_empty() || !bytes.iter().all(|b| b.is_ascii_digit() || b"+-.eEdDqQ".contains(b)) {
        return None;
    }
    if let Ok(value) = word.parse::<f64>() {
        return value.is_finite().then_some(value);
    }
    let mut text = String::with_capacity(word.len() + 1);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'd' | b'D' | b'q' | b'Q' => text.push('e'),
            b'+' | b'-' if at > 0 && (bytes[at - 1].is_ascii_digit() || bytes[at - 1] == b'.') => {
                text.push('e');
                text.push(char::from(*byte));
            }
            _ => text.push(char::from(*byte)),
        }
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// A Fortran integer, or nothing if the word is none or does not fit 32 bits.
pub(crate) fn integer(word: &str) -> Option<i32> {
    word.parse().ok()
}

/// A word of a list-directed read: a value, or a count, a star and the value to repeat.
pub(crate) fn repeated(word: &str) -> Option<(usize, &str)> {
    match word.split_once('*') {
        Some((count, value)) => Some((count.parse().ok().filter(|count| *count > 0)?, value)),
        None => Some((1, word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_spaces_tabs_commas_and_quotes() {
        let words: Vec<_> = Words::new("  a,b\t'c d, e'  \"it's\" '' f").collect();
        assert_eq!(words, ["a", "b", "c d, e", "it's", "", "f"]);
        let mut words = Words::new("AUXILIARY one two ");
        assert_eq!(words.keyword().as_deref(), Some("AUXILIARY"));
        assert_eq!(words.rest(), "one two");
    }

    #[test]
    fn remarks_are_whole_lines() {
        for line in ["", "  ", "# x", "\t! x", " // x", ","] {
            assert!(skipped(line), "{line:?}");
        }
        assert!(!skipped("/ x"));
        assert!(!skipped("1 # x"));
    }

    #[test]
    fn numbers_are_fortran_s() {
        for (word, value) in [
            ("1d3", 1000.0),
            ("1.5D+02", 150.0),
            (".5", 0.5),
            ("-1.", -1.0),
            ("1+2", 100.0),
            ("2.5-1", 0.25),
            ("1q2", 100.0),
            ("+7", 7.0),
            ("-1e-3", -0.001),
        ] {
            assert_eq!(real(word), Some(value), "{word}");
        }
        for word in ["", "x", "nan", "inf", "1e999", "1.2.3", "--1", "d", "1*2"] {
            assert_eq!(real(word), None, "{word}");
        }
        assert_eq!((integer("+3"), integer("3.0"), integer("99999999999")), (Some(3), None, None));
        assert_eq!(repeated("24*1.5"), Some((24, "1.5")));
        assert_eq!((repeated("1.5"), repeated("0*1"), repeated("x*1")), (Some((1, "1.5")), None, None));
    }
}
