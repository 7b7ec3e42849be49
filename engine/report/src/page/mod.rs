//! The planner's page: one HTML file that opens without a network and answers the question at a glance.
//!
//! Everything is read from the folders of finished runs. Texts stand in both languages, side by side, and the style sheet
//! shows one; figures are drawn here as SVG. The script only switches, slides, sorts and filters.

mod assumptions;
mod data;
mod draw;
mod figures;
mod gather;
mod layout;
mod plot;
mod rulings;
mod sections;
mod stock;
mod words;

use std::path::PathBuf;

use quanyu_policy::{Text, Verdict};

use crate::Language;
use figures::Figure;
use gather::Content;
use stock::Stock;

pub use gather::PageError;
pub use plot::png;

/// A page, ready to be written.
#[derive(Debug)]
pub struct Page {
    content: Content,
    figures: Vec<Figure>,
}

/// A run of a page, for tables on the terminal.
#[derive(Clone, Copy, Debug)]
pub struct PageRun<'a> {
    /// Name.
    pub name: &'a str,
    /// Chinese title.
    pub title_zh: &'a str,
    /// English title.
    pub title_en: &'a str,
    /// Verdict.
    pub verdict: &'a Verdict,
}

impl PageRun<'_> {
    /// Title in both languages.
    pub fn title(&self) -> Text {
        Text::new(self.title_zh, self.title_en)
    }
}

impl Page {
    /// Reads the folders of finished runs and batches, or folders that hold such.
    ///
    /// # Errors
    /// Where a folder holds none, where a file cannot be read, or where the runs are of different basins.
    pub fn read(folders: &[PathBuf]) -> Result<Self, PageError> {
        let content = Content::read(folders)?;
        let figures = match &content {
            Content::Runs(findings) => figures::all(findings),
            Content::Members(members) => figures::of_members(members),
        };
        Ok(Self { content, figures })
    }

    /// The runs; the first is what the others are compared with. A batch by itself has none.
    pub fn runs(&self) -> impl Iterator<Item = PageRun<'_>> {
        let runs = match &self.content {
            Content::Runs(findings) => &findings.runs[..],
            Content::Members(_) => &[],
        };
        runs.iter().map(|run| PageRun {
            name: run.name(),
            title_zh: &run.record.title_zh,
            title_en: &run.record.title_en,
            verdict: &run.verdict,
        })
    }

    /// The page as one HTML document that opens in a language.
    ///
    /// # Errors
    /// Where a figure cannot be drawn.
    pub fn html(&self, language: Language) -> Result<String, PageError> {
        match &self.content {
            Content::Runs(findings) => layout::of_runs(findings, &self.figures, language),
            Content::Members(members) => layout::of_members(members, &self.figures, language),
        }
    }

    /// Ids of the figures that [`Page::figure`] draws.
    pub fn figure_ids(&self) -> Vec<&str> {
        self.figures.iter().map(Figure::id).collect()
    }

    /// One figure as a whole SVG document in one language; `None` where there is none of that id.
    ///
    /// # Errors
    /// Where it cannot be drawn.
    pub fn figure(&self, id: &str, language: Language) -> Result<Option<String>, PageError> {
        let Some(figure) = self.figures.iter().find(|figure| figure.id() == id) else { return Ok(None) };
        if let (Figure::Map { frame, .. }, Content::Runs(findings)) = (figure, &self.content) {
            return Ok(Some(figures::map(findings, *frame, Some(language), &Stock::unpacked())));
        }
        figure.svg(Some(language)).map(Some)
    }
}
