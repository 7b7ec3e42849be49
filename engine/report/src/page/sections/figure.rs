//! A figure in the page: its drawing, its title and the table that says the same in numbers.

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};

use crate::page::draw::MapFrame;
use crate::page::figures::{Figure, map};
use crate::page::gather::{Findings, PageError};
use crate::page::stock::Stock;
use crate::page::words::both;

/// All figures drawn, by id.
#[derive(Debug)]
pub(crate) struct Shelf {
    drawn: BTreeMap<String, (quanyu_policy::Text, String)>,
}

impl Shelf {
    /// Draws every figure but the maps, which share one sheet.
    ///
    /// # Errors
    /// Where one cannot be drawn.
    pub(crate) fn draw(figures: &[Figure]) -> Result<Self, PageError> {
        let mut drawn = BTreeMap::new();
        for figure in figures {
            let title = match figure {
                Figure::Chart(chart) => chart.title.clone(),
                Figure::Tornado(tornado) => tornado.title.clone(),
                Figure::Map { .. } => continue,
            };
            drawn.insert(figure.id().to_owned(), (title, figure.svg(None)?));
        }
        Ok(Self { drawn })
    }

    /// Ids that begin in a certain way, in their order.
    pub(crate) fn beginning<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.drawn.keys().map(String::as_str).filter(move |id| id.starts_with(prefix))
    }

    /// The charts of springs in a certain order, then those of springs that it lacks.
    pub(crate) fn springs<'a>(&'a self, first: &'a [String]) -> Vec<&'a str> {
        let mut all: Vec<&str> = self.beginning("spring-").collect();
        all.sort_by_key(|id| {
            first.iter().position(|own| id.strip_prefix("spring-") == Some(own)).unwrap_or(first.len())
        });
        all
    }

    /// A figure; nothing where there is none.
    pub(crate) fn figure(&self, id: &str) -> Markup {
        self.sheet(id, None)
    }

    /// A figure of a run, shown while the run is; the first run's always.
    pub(crate) fn of_run(&self, id: &str, run: usize, stock: &Stock) -> Markup {
        if !self.drawn.contains_key(id) {
            return html! {};
        }
        stock.chart(run, id);
        stock.part(run, self.sheet(id, (run > 0).then_some(run)))
    }

    fn sheet(&self, id: &str, run: Option<usize>) -> Markup {
        let Some((title, drawing)) = self.drawn.get(id) else { return html! {} };
        html! {
            figure.chart id=(id) data-chart=(id) data-run=[run] tabindex="0" data-label-zh=(title.zh) data-label-en=(title.en) {
                figcaption { (both(&title.zh, &title.en)) }
                (PreEscaped(drawing))
                details.numbers { summary { (both("数据表", "Numbers")) } }
            }
        }
    }
}

/// The sheet of maps, with a run's year in view.
pub(crate) fn map_sheet(findings: &Findings, shown: MapFrame, stock: &Stock) -> Markup {
    PreEscaped(map(findings, shown, None, stock))
}
