//! Maps with a slider for the years.

use maud::{Markup, html};

use super::figure::map_sheet;
use crate::page::draw::{MapFrame, MapKey, map_keys};
use crate::page::gather::{Findings, SpringState};
use crate::page::rulings::leading;
use crate::page::stock::Stock;
use crate::page::words::{both, name};

/// The map and its legend; nothing where no heads were kept.
pub(crate) fn maps(findings: &Findings, stock: &Stock) -> Markup {
    let years = &findings.maps.years;
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return html! {} };
    let run = leading(findings);
    html! {
        section #maps aria-labelledby="maps-title" {
            h2 #maps-title { (both("地图：岩溶水位与方案之差", "Maps: karst heads, and what the scenario changes")) }
            p.slider {
                label for="year" { (both("年份", "Year")) " " }
                input #year type="range" min="0" max=(years.len() - 1) step="1" value=(years.len() - 1) aria-valuetext=(last) data-first=(first);
                " " output #year-shown for="year" { (last) }
            }
            div.map-grid { figure.map-sheet data-label-zh="岩溶水位图" data-label-en="Map of karst heads" {
                (map_sheet(findings, MapFrame { run, year: *last }, stock))
            }
            ul.map-legend {
                @for (key, text) in map_keys(&findings.maps, &findings.places) {
                    li { (sign(key)) (name(&text)) }
                }
            } }
        }
    }
}

/// A key of the legend.
fn sign(key: MapKey) -> Markup {
    html! {
        @match key {
            MapKey::Line(colour, width, dashes) => {
                span.swatch.line style=(format!("border-top:{width}px {} {colour}", if dashes.is_empty() { "solid" } else { "dashed" })) {}
            }
            MapKey::Area(colour) => { span.swatch style=(format!("background:{colour}")) {} }
            MapKey::Spring(SpringState::Flows) => { span.tri {} }
            MapKey::Spring(SpringState::Low) => { span.tri.low {} }
            MapKey::Spring(SpringState::Dry) => { span.tri.dry {} }
            MapKey::Wells(ring) => { span.well style=(format!("border-color:{ring}")) {} }
        }
    }
}
