//! Taking numbers and names from bytes.

/// Bytes still to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn integer(&mut self) -> Option<i32> {
        Some(i32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(super) fn real(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    pub(super) fn text(&mut self, count: usize) -> Option<String> {
        Some(String::from_utf8_lossy(self.take(count)?).trim().to_owned())
    }

    pub(super) fn reals(&mut self, count: usize) -> Option<Vec<f64>> {
        let bytes = self.take(count.checked_mul(8)?)?;
        let value = |chunk: &[u8]| chunk.try_into().map(f64::from_le_bytes).unwrap_or_default();
        Some(bytes.chunks_exact(8).map(value).collect())
    }
}
