//! Maps with a slider for the years.

use maud::{Markup, html};

use super::figure::map_sheet;
use crate::page::draw::MapFrame;
use crate::page::gather::Findings;
use crate::page::rulings::leading;
use crate::page::words::both;

/// The map and its legend; nothing where no heads were kept.
pub(crate) fn maps(findings: &Findings) -> Markup {
    let years = &findings.maps.years;
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return html! {} };
    let run = leading(findings);
    let shades: [(&str, &[&str; 4]); 2] = [
        ("higher", &["#cfe3f2", "#92c0e0", "#4a93c8", "#1b5f9e"]),
        ("lower", &["#fbe0c8", "#f5b785", "#e5843c", "#b2541a"]),
    ];
    html! {
        section #maps aria-labelledby="maps-title" {
            h2 #maps-title { (both("地图：岩溶水位与方案之差", "Maps: karst heads, and what the scenario changes")) }
            p.slider {
                label for="year" { (both("年份", "Year")) " " }
                input #year type="range" min="0" max=(years.len() - 1) step="1" value=(years.len() - 1) aria-valuetext=(last) data-first=(first);
                " " output #year-shown for="year" { (last) }
            }
            div.map-grid { figure.map-sheet data-label-zh="岩溶水位图" data-label-en="Map of karst heads" {
                (map_sheet(findings, MapFrame { run, year: *last }))
            }
            ul.map-legend {
                li { span.swatch.line {} (both("水位等值线（m）", "head contours (m)")) }
                @for (side, colours) in shades {
                    @for (step, colour) in findings.maps.steps.iter().zip(colours) {
                        li {
                            span.swatch style=(format!("background:{colour}")) {}
                            @if side == "higher" {
                                (both(&format!("比现状高 {} m 以上", trimmed(*step)), &format!("higher than as usual by {} m or more", trimmed(*step))))
                            } @else {
                                (both(&format!("比现状低 {} m 以上", trimmed(*step)), &format!("lower than as usual by {} m or more", trimmed(*step))))
                            }
                        }
                    }
                }
                li { span.key-zone {} (both("超采区，k = (Q − Qallow) / Qallow", "overdraft zone, k = (Q − Qallow) / Qallow")) }
                li { span.tri.flows {} (both("泉：有流量，不低于下限", "spring flows, at its floor or above")) }
                li { span.tri.low {} (both("泉：低于下限", "spring below its floor")) }
                li { span.tri.dry {} (both("泉：断流", "spring dry")) }
                li { span.well {} (both("井群：圆环为需求，实心为仍在开采", "wells: ring is demand, disc what is still pumped")) }
                li { span.well.closed {} (both("橙环：已关停或压减", "orange ring: closed or cut")) }
                li { span.well.swapped {} (both("蓝环：多由工程置换", "blue ring: mostly swapped to projects")) }
            } }
        }
    }
}

/// A step without zeros behind.
fn trimmed(step: f64) -> String {
    format!("{step}")
}
