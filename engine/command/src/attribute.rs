//! `quanyu attribute`: what each measure of a scenario brings, by leaving it out and by adding it alone, on one model.

use std::path::{Path, PathBuf};

use quanyu_basin::GroupKind;
use quanyu_files::{OutputFailure, Sources, combined_hash, read_run, write_table};
use quanyu_policy::history::Record;
use quanyu_policy::{
    Attributed, AttributedMeasure, Basis, Effects, Ends, Ledger, MeasureCost, Plan, Scenario, Text, Verdict,
    apply, costs, settle,
};
use quanyu_report::{AttributionColumn, Language, attribution_table, cost_line};
use serde::Serialize;

use crate::arguments::{AttributeArguments, Format};
use crate::folder::writable;
use crate::outcome::{CommandError, Outcome};
use crate::progress::{result, runs_bar, terminal_width};
use crate::run::past::shared_periods;
use crate::run::playing::{PlayedOut, SharedPast, Unfinished, Unwatched, play_out, play_past};
use crate::run::prepared::Prepared;
use crate::run::{prepare, read, side_by_side, use_threads, write_whole, wrong};

const SECONDS_PER_DAY: f64 = 86_400.0;
/// Cell size where neither the user nor a run says one \[m\].
const CELL: f64 = 1000.0;

/// Something that measures act on, by year.
struct Measured {
    quantity: &'static str,
    id: String,
    name: Text,
    unit: &'static str,
    years: Vec<(i16, f64)>,
}

/// One row of `attribution.csv`.
#[derive(Serialize)]
struct Row<'a> {
    quantity: &'a str,
    place: &'a str,
    unit: &'a str,
    year: i16,
    /// Measure, or `all`.
    measure: &'a str,
    /// The quantity without any measure.
    none: f64,
    /// With all of them.
    all: f64,
    /// What the measure changes as the only one.
    alone: f64,
    /// What it changes on top of all others.
    on_top: f64,
    /// Alone less on top; for `all`, what no single measure can claim.
    joint: f64,
    /// Cost of a m³ that the measure brings over the report, where the scenario states what it costs.
    yuan_per_m3: Option<f64>,
}

/// Attributes.
pub(crate) fn attribute(arguments: &AttributeArguments) -> Result<Outcome, CommandError> {
    use_threads(arguments.effort.threads)?;
    let mut sources = Sources::new();
    let study = read(std::slice::from_ref(&arguments.scenario), &mut sources)?;
    let [file] = &study.scenarios[..] else {
        return Err(CommandError::WrongInput(format!(
            "{} has {} scenarios; name the file of one",
            arguments.scenario.display(),
            study.scenarios.len()
        )));
    };
    let scenario = &file.scenario;
    if scenario.measures.is_empty() {
        return Err(CommandError::WrongInput(format!(
            "{} has no measure to attribute to; add one to {}, or name another scenario",
            scenario.name,
            arguments.scenario.display()
        )));
    }
    let basin = &study.basins[file.basin].basin;
    let years = years(arguments, scenario, basin.time.history_from, basin.time.to)?;
    let sets = sets(scenario.measures.len());
    let variants: Vec<Scenario> = sets.iter().map(|set| with_measures(scenario, set)).collect();
    let plans: Vec<Plan> = variants
        .iter()
        .map(|variant| apply(basin, variant, &basin.time.periods(), Ends::Value))
        .collect::<Result<_, _>>()
        .map_err(|faults| wrong(&sources, &faults))?;
    let folder = arguments.out.join(&scenario.name);
    let cell = arguments.cell.or_else(|| cell_of_run(&folder)).unwrap_or(CELL);
    let prepared = prepare(&study, cell, &sources)?;
    let prepared = &prepared[file.basin];
    writable(&arguments.out)?;
    let measured = play(prepared, &plans, arguments, scenario, &sources)?;
    let found = effects(&measured, scenario.measures.len());
    let costs = costs(scenario, &plans[1]);
    let inputs = [study.basins[file.basin].inputs.as_slice(), &file.inputs].concat();
    let standing = standing(&folder, &combined_hash(&inputs), prepared.cell)?;
    // Beside a run of something else the table would count as that run's.
    let folder = match standing {
        Noted::OtherRun => arguments.out.join(format!("{}-attribution", scenario.name)),
        Noted::Here | Noted::NoRun => folder,
    };
    let written = write(&folder, scenario, &measured[0], &found, &costs).map_err(failed)?;
    let wedge = attributed(scenario, &measured[0], &found, &years);
    if let Noted::Here = standing {
        note_in_verdict(&folder, wedge)?;
    }
    let written = Written { table: written, noted: standing, cell, costs };
    say(arguments, scenario, &measured[0], &found, &years, &written)
}

fn failed(failure: OutputFailure) -> CommandError {
    CommandError::Failed(failure.to_string())
}

/// The years that are printed: those asked for, or those by which a required target must be met, and the last.
fn years(
    arguments: &AttributeArguments,
    scenario: &Scenario,
    from: i16,
    to: i16,
) -> Result<Vec<i16>, CommandError> {
    if let Some(year) = arguments.years.iter().find(|year| !(from..=to).contains(*year)) {
        return Err(CommandError::WrongInput(format!(
            "--years: {year} is not simulated; allowed: {from} to {to}"
        )));
    }
    let mut years = arguments.years.clone();
    if years.is_empty() {
        let required = scenario.targets.iter().filter(|target| target.required);
        let asked = required.map(|target| target.by.year()).chain([to]);
        years = asked.filter(|year| (from..=to).contains(year)).collect();
    }
    years.sort_unstable();
    years.dedup();
    Ok(years)
}

/// None, all, each alone, all but each; where there is one measure, none and all are everything.
fn sets(measures: usize) -> Vec<Vec<usize>> {
    let all: Vec<usize> = (0..measures).collect();
    let mut sets = vec![Vec::new(), all.clone()];
    if measures > 1 {
        sets.extend(all.iter().map(|&only| vec![only]));
        sets.extend(all.iter().map(|without| all.iter().copied().filter(|other| other != without).collect()));
    }
    sets
}

fn with_measures(scenario: &Scenario, set: &[usize]) -> Scenario {
    let mut variant = scenario.clone();
    variant.measures = set.iter().map(|&index| scenario.measures[index].clone()).collect();
    variant
}

fn play(
    prepared: &Prepared<'_>,
    plans: &[Plan],
    arguments: &AttributeArguments,
    scenario: &Scenario,
    sources: &Sources,
) -> Result<Vec<Vec<Measured>>, CommandError> {
    let stopped = |unfinished: Unfinished| match unfinished {
        Unfinished::Interrupted => CommandError::Interrupted("interrupted; nothing was written".into()),
        Unfinished::Wrong(faults) => wrong(sources, &faults),
        other => CommandError::Failed(other.explain()),
    };
    let others: Vec<&Plan> = plans[1..].iter().collect();
    let shared = shared_periods(&plans[0], &others, None);
    let past: Option<SharedPast> = match shared {
        0 => None,
        shared => Some(play_past(prepared, &plans[0], None, shared, &mut Unwatched).map_err(stopped)?),
    };
    let bar = runs_bar(&scenario.name, plans.len(), arguments.effort.quiet);
    let played = side_by_side(plans.len(), |number| {
        let plan = &plans[number];
        let PlayedOut { record, delivered, .. } =
            play_out(prepared, plan, past.as_ref(), None, &mut Unwatched).map_err(stopped)?;
        let ledger = settle(plan, &delivered).map_err(|faults| wrong(sources, &faults))?;
        bar.inc(1);
        Ok(measure(prepared, &ledger, &record))
    });
    bar.finish_and_clear();
    played.into_iter().collect()
}

/// Everything that measures act on, in one run.
fn measure(prepared: &Prepared<'_>, ledger: &Ledger, record: &Record) -> Vec<Measured> {
    let basin = &prepared.folder.basin;
    let years = ledger.years();
    let taken = |id: &str, name: Text, volume: &dyn Fn(i16) -> f64| Measured {
        quantity: "abstraction",
        id: id.to_owned(),
        name,
        unit: "m3/a",
        years: years.iter().map(|&year| (year, volume(year))).collect(),
    };
    let city = |basis: Basis| move |year: i16| ledger.abstraction(year, basis).cubic_metres();
    let mut all = vec![
        taken("city", Text::new("全市（统计口径）", "City, statistical basis"), &city(Basis::Statistical)),
        taken("city-physical", Text::new("全市（物理口径）", "City, physical basis"), &city(Basis::Physical)),
    ];
    all.extend(basin.zones.iter().map(|zone| {
        let counts = |group: &quanyu_policy::GroupRow| {
            group.kind == GroupKind::Wells && group.zones.contains(&zone.id)
        };
        taken(&zone.id, Text::from(&zone.names), &|year| ledger.year(year, counts).delivered.cubic_metres())
    }));
    for (place, spring) in basin.springs.iter().enumerate() {
        let flows = record.yearly_mean(&record.spring_flow, place);
        let seen = |quantity, unit, years| Measured {
            quantity,
            id: spring.id.clone(),
            name: Text::from(&spring.names),
            unit,
            years,
        };
        let per_second = flows.into_iter().map(|(year, flow)| (year, flow / SECONDS_PER_DAY)).collect();
        all.push(seen("spring-flow", "m3/s", per_second));
        all.push(seen("outlet-head", "m", record.year_end(&record.outlet_head, place)));
    }
    for (place, zone) in basin.zones.iter().enumerate() {
        all.push(Measured {
            quantity: "zone-level",
            id: zone.id.clone(),
            name: Text::from(&zone.names),
            unit: "m",
            years: record.year_end(&record.zone_level, place),
        });
    }
    all
}

/// Per quantity, per year.
fn effects(runs: &[Vec<Measured>], measures: usize) -> Vec<Vec<(i16, Effects)>> {
    let at = |run: usize, quantity: usize, year: usize| runs[run][quantity].years[year].1;
    let of = |quantity: usize, year: usize| {
        let one = |first: usize, alone: usize| -> Vec<f64> {
            match measures {
                1 => vec![at(alone, quantity, year)],
                _ => (0..measures).map(|measure| at(first + measure, quantity, year)).collect(),
            }
        };
        Effects {
            none: at(0, quantity, year),
            all: at(1, quantity, year),
            only: one(2, 1),
            without: one(2 + measures, 0),
        }
    };
    (0..runs[0].len())
        .map(|quantity| {
            let years = runs[0][quantity].years.iter().enumerate();
            years.map(|(place, (year, _))| (*year, of(quantity, place))).collect()
        })
        .collect()
}

fn write(
    folder: &Path,
    scenario: &Scenario,
    measured: &[Measured],
    found: &[Vec<(i16, Effects)>],
    costs: &[MeasureCost],
) -> Result<PathBuf, OutputFailure> {
    let mut rows = Vec::new();
    for (of, years) in measured.iter().zip(found) {
        for (year, effects) in years {
            let row = |measure, (alone, on_top, joint), yuan_per_m3| Row {
                quantity: of.quantity,
                place: &of.id,
                unit: of.unit,
                year: *year,
                measure,
                none: effects.none,
                all: effects.all,
                alone,
                on_top,
                joint,
                yuan_per_m3,
            };
            for (index, measure) in scenario.measures.iter().enumerate() {
                let share = effects.share(index);
                let cost = costs.iter().find(|cost| cost.measure == measure.id).and_then(of_a_m3);
                rows.push(row(&measure.id, (share.alone, share.on_top, share.joint()), cost));
            }
            rows.push(row("all", (effects.together(), effects.together(), effects.joint()), None));
        }
    }
    write_table(folder, "attribution.csv", rows)
}

fn of_a_m3(cost: &MeasureCost) -> Option<f64> {
    cost.yuan_per_m3.map(|money| money.value)
}

/// The wedge table of some years: whatever any measure moves.
fn attributed(
    scenario: &Scenario,
    measured: &[Measured],
    found: &[Vec<(i16, Effects)>],
    years: &[i16],
) -> Vec<Attributed> {
    let mut all = Vec::new();
    for &year in years {
        for (of, own) in measured.iter().zip(found) {
            let Some((_, effects)) = own.iter().find(|(known, _)| *known == year) else { continue };
            if !effects.moves() {
                continue;
            }
            let measures = scenario.measures.iter().enumerate().map(|(index, measure)| {
                let share = effects.share(index);
                AttributedMeasure { measure: measure.id.clone(), alone: share.alone, on_top: share.on_top }
            });
            all.push(Attributed {
                quantity: of.quantity.to_owned(),
                place: of.id.clone(),
                name: of.name.clone(),
                unit: of.unit.to_owned(),
                year,
                none: effects.none,
                all: effects.all,
                joint: effects.joint(),
                measures: measures.collect(),
            });
        }
    }
    all
}

/// Cell size of the run that lies in a folder, if there is one.
fn cell_of_run(folder: &Path) -> Option<f64> {
    folder
        .join("verdict.json")
        .is_file()
        .then(|| read_run(folder).ok())
        .flatten()
        .map(|run| run.record.grid.cell_m)
}

/// Whether a run lies in the folder, and is one of these inputs on this grid.
fn standing(folder: &Path, inputs: &str, cell: f64) -> Result<Noted, CommandError> {
    if !folder.join("verdict.json").is_file() {
        return Ok(Noted::NoRun);
    }
    let run = read_run(folder).map_err(failed)?;
    let same = run.record.input_sha256 == inputs && run.record.grid.cell_m == cell;
    Ok(if same { Noted::Here } else { Noted::OtherRun })
}

/// Puts the wedge table into the verdict of the run that lies in the folder.
fn note_in_verdict(folder: &Path, wedge: Vec<Attributed>) -> Result<(), CommandError> {
    let path = folder.join("verdict.json");
    let run = read_run(folder).map_err(failed)?;
    let verdict: Verdict = run.verdict().map_err(failed)?;
    let text = serde_json::to_string_pretty(&Verdict { attribution: wedge, ..verdict })
        .map_err(|error| CommandError::Failed(format!("cannot put the verdict into JSON: {error}")))?;
    write_whole(&path, text + "\n")
}

/// Whether the verdict of a run holds the wedge table.
#[derive(Clone, Copy)]
enum Noted {
    /// It does.
    Here,
    /// There is no run in the folder.
    NoRun,
    /// The run in the folder is of other inputs, or on another grid.
    OtherRun,
}

/// Where the wedge table went.
struct Written {
    table: PathBuf,
    noted: Noted,
    cell: f64,
    costs: Vec<MeasureCost>,
}

impl Written {
    fn told(&self, language: Language) -> String {
        let note = match self.noted {
            Noted::Here => language.pick(
                "已写入同一文件夹的 verdict.json；quanyu report 会画出它",
                "and in verdict.json beside it; quanyu report draws it",
            ),
            Noted::NoRun => language.pick(
                "此处没有该方案的运行结果，报告页不会显示；先执行 quanyu run，再执行一次本命令",
                "no run lies there, so no page shows it: quanyu run first, then this again",
            ),
            Noted::OtherRun => language.pick(
                "该方案的运行结果所用输入或格距不同，未作改动，本表另存一处",
                "the run of this scenario has other inputs or another cell size: it stays as it is, and the table lies apart",
            ),
        };
        format!("{}\n{note}", self.table.display())
    }
}

fn say(
    arguments: &AttributeArguments,
    scenario: &Scenario,
    measured: &[Measured],
    found: &[Vec<(i16, Effects)>],
    years: &[i16],
    written: &Written,
) -> Result<Outcome, CommandError> {
    let language = Language::from(arguments.printing.lang);
    let measures: Vec<Text> = scenario.measures.iter().map(|measure| Text::from(&measure.names)).collect();
    let in_year = |year: i16| -> Vec<AttributionColumn<'_>> {
        let shown = measured.iter().zip(found).filter(|(of, _)| of.quantity != "zone-level");
        shown
            .filter_map(|(of, years)| {
                let effects = &years.iter().find(|(known, _)| *known == year)?.1;
                Some(AttributionColumn { name: &of.name, quantity: of.quantity, unit: of.unit, effects })
            })
            .collect()
    };
    if arguments.printing.format == Format::Json {
        let tables: Vec<_> = years
            .iter()
            .map(|&year| {
                let columns: Vec<_> = in_year(year)
                    .iter()
                    .map(|column| {
                        let shares: Vec<_> = (0..measures.len())
                            .map(|index| {
                                let share = column.effects.share(index);
                                serde_json::json!({ "measure": scenario.measures[index].id, "alone": share.alone,
                                                    "on_top": share.on_top, "joint": share.joint() })
                            })
                            .collect();
                        serde_json::json!({ "quantity": column.quantity, "name": column.name, "unit": column.unit,
                                            "none": column.effects.none, "all": column.effects.all,
                                            "together": column.effects.together(), "joint": column.effects.joint(),
                                            "measures": shares })
                    })
                    .collect();
                serde_json::json!({ "year": year, "quantities": columns })
            })
            .collect();
        let document = serde_json::json!({ "scenario": scenario.name, "cell_m": written.cell, "years": tables, "costs": written.costs });
        let text = serde_json::to_string_pretty(&document)
            .map_err(|error| CommandError::Failed(format!("cannot put it into JSON: {error}")))?;
        result(&text);
        return Ok(Outcome::Done);
    }
    let mut text = String::new();
    for &year in years {
        text.push_str(&format!("{} {year}\n", language.pick(&scenario.title.zh, &scenario.title.en)));
        text.push_str(&attribution_table(&measures, &in_year(year), language, terminal_width()));
        text.push_str("\n\n");
    }
    text.push_str(language.pick(
        "每格：单独采用时的变化 → 在其余措施之上的变化。“共有”为各措施重叠、无法归于任何一项的部分。",
        "each cell: what the measure changes alone → on top of all others; \"joint\" overlaps and belongs to no single measure",
    ));
    for cost in &written.costs {
        let named = scenario.measures.iter().zip(&measures).find(|(measure, _)| measure.id == cost.measure);
        let name = named.map_or_else(|| Text::new(&cost.measure, &cost.measure), |(_, name)| name.clone());
        text.push_str(&format!("\n{}", cost_line(&name, cost, language)));
    }
    text.push_str(&format!("\n{}", written.told(language)));
    result(&text);
    Ok(Outcome::Done)
}
