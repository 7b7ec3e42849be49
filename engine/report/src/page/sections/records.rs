//! The ledger, the assumptions, methods and validation, and what can be taken away.

use maud::{Markup, html};
use quanyu_files::RunBasis;

use crate::page::gather::Findings;
use crate::page::words::{both, name, shown};

/// Ledger by user group: the script fills it, sorts and filters it.
pub(crate) fn ledger(_: &Findings) -> Markup {
    let filter = |id: &str, zh: &str, en: &str| {
        html! { label for=(id) { (both(zh, en)) } select id=(id) {} }
    };
    html! {
        section #ledger aria-labelledby="ledger-title" {
            h2 #ledger-title { (both("总账：每一方水的去向", "The ledger: where every m³ goes")) }
            p.quiet { (both("需求 = 节约 + 置换 + 开采 + 缺口，逐升相等。点页面上带下划线的数，可看到它由哪些行相加。", "Demand = saved + substituted + taken + unmet, to the litre. Press an underlined number of this page to see the rows that it sums.")) }
            form.filters {
                (filter("ledger-run", "方案", "Scenario"))
                (filter("ledger-year", "年份", "Year"))
                (filter("ledger-county", "县", "County"))
                (filter("ledger-zone", "超采区", "Zone"))
                (filter("ledger-sector", "行业", "Sector"))
                (filter("ledger-owner", "权属", "Owner"))
                (filter("ledger-basis", "计入", "Counted by"))
                (filter("ledger-cause", "措施或工程", "Measure or project"))
                label for="ledger-text" { (both("搜索", "Search")) } input #ledger-text type="search";
            }
            div.scroll.tall tabindex="0" role="region" aria-labelledby="ledger-title" {
                table #ledger-table.sortable { thead {} tbody {} tfoot {} }
            }
            p { button type="button" data-download="ledger" { (both("下载所示方案逐年总账（CSV）", "Download the scenario's ledger by year (CSV)")) } }
        }
    }
}

/// Every figure with its range and source.
pub(crate) fn assumptions(basis: &RunBasis) -> Markup {
    html! {
        section #assumptions aria-labelledby="assumptions-title" {
            h2 #assumptions-title { (both("全部数值：范围与来源", "Every figure: range and source")) }
            p.quiet { (both(&format!("共 {} 个；点表头排序。", basis.figures.len()), &format!("{} of them; press a heading to sort.", basis.figures.len()))) }
            form.filters {
                label for="assumption-sureness" { (both("可靠程度", "How sure")) } select #assumption-sureness {}
                label for="assumption-text" { (both("搜索", "Search")) } input #assumption-text type="search";
            }
            div.scroll.tall tabindex="0" role="region" aria-labelledby="assumptions-title" {
                table #assumption-table.sortable { thead {} tbody {} }
            }
            p { button type="button" data-download="assumptions" { (both("下载（CSV）", "Download (CSV)")) } }
        }
    }
}

/// The model against published marks, how it was computed, and from what.
pub(crate) fn methods(findings: &Findings) -> Markup {
    let base = findings.base();
    let grid = &base.record.grid;
    html! {
        section #methods aria-labelledby="methods-title" {
            h2 #methods-title { (both("方法、验证与输入", "Methods, validation and inputs")) }
            p { (both(
                &format!("控制体积有限差分，{} 层 × {} 行 × {} 列，格距 {} m，有效单元 {} 个；后退欧拉，每步水量均衡误差记于 budget.csv。模型从天然状态算起，不为裁定而调参。", grid.layers, grid.rows, grid.columns, shown(grid.cell_m), grid.active_cells),
                &format!("Control-volume finite differences on {} layers × {} rows × {} columns of {} m, {} active cells; backward Euler; the error of every step's water budget stands in budget.csv. The model runs from the natural state on and was not tuned for the verdicts.", grid.layers, grid.rows, grid.columns, shown(grid.cell_m), grid.active_cells),
            )) }
            div.scroll tabindex="0" { table.compact {
                caption { (both("模型与已发表的标志", "The model against published marks")) }
                thead { tr {
                    th scope="col" { (both("标志", "Mark")) }
                    th scope="col" { (both("年份", "Years")) }
                    th scope="col" { (both("公布值 [范围]", "Published [range]")) }
                    th scope="col" { (both("模型", "Model")) }
                    th scope="col" { (both("用途", "Used for")) }
                    th scope="col" { (both("相符", "Agrees")) }
                } }
                tbody {
                    @for mark in &base.basis.marks {
                        tr {
                            th scope="row" { (name(&mark.name)) }
                            td { (mark.from) "–" (mark.to) }
                            td { (shown(mark.value)) " [" (mark.low.map_or("…".into(), shown)) ", " (mark.high.map_or("…".into(), shown)) "] " (mark.unit) }
                            td { @match mark.modelled { Some(value) => { (shown(value)) } None => { "–" } } }
                            td { @if mark.calibrated { (both("率定", "calibration")) } @else { (both("检验", "hold-out")) } }
                            td {
                                @match mark.misfit {
                                    Some(0.0) => { span.light.met aria-hidden="true" { "✓" } " " (both("相符", "yes")) }
                                    Some(off) => { span.light.missed aria-hidden="true" { "✗" } " " (both(&format!("偏离 {off:.1} 个半宽"), &format!("no, {off:.1} half-widths off"))) }
                                    None => { "–" }
                                }
                            }
                        }
                    }
                }
            } }
            h3 { (both("版本与输入", "Version and inputs")) }
            div.scroll tabindex="0" { table.compact {
                thead { tr {
                    th scope="col" { (both("方案", "Scenario")) }
                    th scope="col" { (both("版本", "Version")) }
                    th scope="col" { (both("输入 SHA-256", "SHA-256 of the inputs")) }
                    th scope="col" { (both("运行时间", "Run")) }
                } }
                tbody {
                    @for run in &findings.runs {
                        tr {
                            th scope="row" { (name(&run.title())) br; code { (run.name()) } }
                            td { (run.record.version) }
                            td { code.hash { (run.record.input_sha256) } }
                            td { (run.record.started.strftime("%Y-%m-%d %H:%M UTC").to_string()) }
                        }
                    }
                    @if let Some(batch) = &findings.batch {
                        tr {
                            th scope="row" { (both("样本批次", "Batch")) " " code { (batch.batch) } }
                            td { (batch.version) }
                            td { code.hash { (batch.input_sha256) } }
                            td { (batch.members) (both(" 个样本，格距 ", " members, cells of ")) (shown(batch.cell_m)) " m" (both("，种子 ", ", seed ")) (batch.seed) }
                        }
                    }
                }
            } }
            @if let Some(batch) = &findings.batch { p.quiet { (name(&batch.note)) } }
            @let notes = &base.record.notes;
            @if !notes.is_empty() {
                details { summary { (both("运行说明", "Remarks of the run")) } ul { @for note in notes { li { (note) } } } }
            }
        }
    }
}

/// Downloads.
pub(crate) fn downloads(runs: bool) -> Markup {
    html! {
        section #downloads aria-labelledby="downloads-title" {
            h2 #downloads-title { (both("下载", "Downloads")) }
            p.buttons {
                @if runs {
                    button type="button" data-download="verdicts" { (both("全部裁定（CSV）", "All rulings (CSV)")) }
                    button type="button" data-download="warnings" { (both("预警分级（CSV）", "Early warning (CSV)")) }
                    button type="button" data-download="ledger" { (both("逐年总账（CSV）", "Ledger by year (CSV)")) }
                }
                button type="button" data-download="charts" { (both("图中数据（CSV）", "Numbers of the charts (CSV)")) }
                button type="button" data-download="assumptions" { (both("全部数值（CSV）", "All figures (CSV)")) }
                button type="button" data-download="data" { (both("全部数据（JSON）", "All data (JSON)")) }
            }
        }
    }
}
