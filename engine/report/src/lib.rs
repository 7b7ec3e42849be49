//! What people look at: verdict tables, charts and maps, in Chinese and English, from finished runs.

mod chart;
mod language;

pub use chart::{Line, Panel, panels_svg};
pub use language::Language;
