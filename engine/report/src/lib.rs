//! What people look at: verdict tables, charts and the planner's page, in Chinese and English.

mod attribution_table;
mod background_table;
mod chart;
mod cost_line;
mod language;
mod mix_table;
mod odds_table;
mod page;
mod palette;
mod search_table;
mod verdict_table;

pub use attribution_table::{AttributionColumn, attribution_table};
pub use background_table::marks_table;
pub use chart::{Line, Panel, panels_svg};
pub use cost_line::cost_line;
pub use language::Language;
pub use mix_table::{MixRow, mix_table, money_in_all};
pub use odds_table::{MOST_COLUMNS, OddsColumn, odds_table};
pub use page::{Page, PageError, PageRun, png};
pub use search_table::{search_table, shown_value};
pub use verdict_table::{VerdictColumn, status_symbol, verdict_legend, verdict_table};
