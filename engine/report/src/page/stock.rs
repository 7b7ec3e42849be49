//! Parts of the page that are shown only while their run is.
//!
//! A page of many runs would hold every figure, map and reason of each, all but one run's hidden. Past [`ROOM`] they are kept
//! packed instead (deflate, as text), run by run, and unpacked by the browser when the run is chosen. Nothing is left out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use maud::{Markup, PreEscaped, html};
use serde::Serialize;

/// Bytes up to which a page is as it is; above, runs out of view are packed.
pub(crate) const ROOM: usize = 2_000_000;

/// Which runs are packed, and what has been packed of them so far.
#[derive(Debug, Default)]
pub(crate) struct Stock {
    /// Runs that stay as they are; `None` where all do.
    open: Option<Vec<usize>>,
    parts: RefCell<BTreeMap<usize, Vec<String>>>,
    charts: RefCell<BTreeMap<String, usize>>,
}

impl Stock {
    /// Every run stays as it is.
    pub(crate) fn unpacked() -> Self {
        Self::default()
    }

    /// All but these runs are packed.
    pub(crate) fn but(open: Vec<usize>) -> Self {
        Self { open: Some(open), ..Self::default() }
    }

    /// Whether a run is packed.
    pub(crate) fn packs(&self, run: usize) -> bool {
        self.open.as_ref().is_some_and(|open| !open.contains(&run))
    }

    /// A part of a run, or what holds its place in the page. Parts are put back in the order in which they were packed, which is
    /// that of the page.
    pub(crate) fn part(&self, run: usize, part: Markup) -> Markup {
        if !self.packs(run) {
            return part;
        }
        self.keep(run, part.into_string());
        html! { div data-packed=(run) hidden {} }
    }

    /// The same within a drawing.
    pub(crate) fn drawn(&self, run: usize, part: String) -> String {
        if !self.packs(run) {
            return part;
        }
        self.keep(run, part);
        format!("<g data-packed=\"{run}\"></g>")
    }

    fn keep(&self, run: usize, part: String) {
        self.parts.borrow_mut().entry(run).or_default().push(part);
    }

    /// Notes that the numbers of a chart go with a packed run.
    pub(crate) fn chart(&self, run: usize, id: &str) {
        if self.packs(run) {
            self.charts.borrow_mut().insert(id.to_owned(), run);
        }
    }

    /// The packed run that the numbers of a chart go with.
    pub(crate) fn chart_of(&self, id: &str) -> Option<usize> {
        self.charts.borrow().get(id).copied()
    }

    /// What was packed of a run.
    pub(crate) fn parts(&self, run: usize) -> Vec<String> {
        self.parts.borrow().get(&run).cloned().unwrap_or_default()
    }
}

/// The element that holds a packed run.
///
/// # Errors
/// Where its data cannot be put into JSON.
pub(crate) fn packed(run: usize, content: &impl Serialize) -> Result<Markup, serde_json::Error> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let bytes = serde_json::to_vec(content)?;
    let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish()).map_err(serde_json::Error::io)?;
    // Letters, digits, `+`, `/` and `=`: nothing that markup could mistake.
    let text = PreEscaped(BASE64_STANDARD.encode(packed));
    Ok(html! { script type="text/plain" id=(format!("packed-{run}")) { (text) } })
}
