//! Heads of the karst by year, and what a scenario changes in them.

use ndarray::{Array2, Axis};
use quanyu_files::HeadReader;

use super::contours::{Field, nice_step};
use super::{PageError, Places, RunView};

/// Contours of the heads, about so many.
const LINES: f64 = 10.0;
/// Differences that may be shown \[m\].
const STEPS: [f64; 10] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
/// Shades of a difference to either side.
const SHADES: usize = 4;
/// Years between frames.
const EVERY: i16 = 5;

/// What a spring is in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpringState {
    /// Flows, at its floor or above.
    Flows,
    /// Flows below its floor.
    Low,
    /// Dry.
    Dry,
}

/// Wells of one place in a year \[m³\].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WellMark {
    /// Where, on the map.
    pub(crate) at: [f64; 2],
    /// Wanted.
    pub(crate) demanded: f64,
    /// Taken.
    pub(crate) delivered: f64,
    /// Served by projects.
    pub(crate) substituted: f64,
}

/// A run in a year.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// Number of the run.
    pub(crate) run: usize,
    /// Year, at its end.
    pub(crate) year: i16,
    /// Head contours: level, path, where the label goes.
    pub(crate) heads: Vec<(f64, String, [f64; 2])>,
    /// Where heads stand higher than in the first run, by at least so much.
    pub(crate) higher: Vec<(f64, String)>,
    /// Where they stand lower, by at least so much.
    pub(crate) lower: Vec<(f64, String)>,
    /// Springs by place.
    pub(crate) springs: Vec<([f64; 2], SpringState)>,
    /// Wells.
    pub(crate) wells: Vec<WellMark>,
    /// Overdraft coefficient (Q − Qallow) / Qallow of each zone.
    pub(crate) zones: Vec<(String, f64)>,
}

/// All frames.
#[derive(Clone, Debug, Default)]
pub(crate) struct Maps {
    /// Years, ascending.
    pub(crate) years: Vec<i16>,
    /// Frames, by run, then year.
    pub(crate) frames: Vec<Frame>,
    /// Steps of the difference \[m\], ascending.
    pub(crate) steps: Vec<f64>,
}

impl Maps {
    /// Draws every frame.
    ///
    /// # Errors
    /// Where the heads cannot be read.
    pub(crate) fn read(runs: &[RunView], places: &Places) -> Result<Self, PageError> {
        let Some(base) = runs.first() else { return Ok(Self::default()) };
        let own = Heads::open(base)?;
        let years = chosen(base, &own.years);
        let mut fields: Vec<Vec<Option<Array2<f64>>>> = Vec::new();
        for run in runs {
            let heads = Heads::open(run)?;
            fields.push(years.iter().map(|year| heads.at(*year)).collect::<Result<_, _>>()?);
        }
        let difference = |run: usize, year: usize| -> Option<Array2<f64>> {
            let (one, other) = (fields[run][year].as_ref()?, fields[0][year].as_ref()?);
            (run > 0 && one.dim() == other.dim()).then(|| one - other)
        };
        let finite = |field: &Array2<f64>| {
            field
                .iter()
                .copied()
                .filter(|value| value.is_finite())
                .fold(0.0_f64, |most, value| most.max(value.abs()))
        };
        let most = (1..runs.len())
            .flat_map(|run| (0..years.len()).map(move |year| (run, year)))
            .filter_map(|(run, year)| Some(finite(&difference(run, year)?)))
            .fold(0.0_f64, f64::max);
        let below = STEPS.iter().copied().filter(|step| *step <= most).collect::<Vec<f64>>();
        let steps = below[below.len().saturating_sub(SHADES)..].to_vec();
        let field = |values: &Array2<f64>| Field::new(values, &own.y, &own.x);
        let spread =
            fields[0].first().and_then(Option::as_ref).and_then(field).and_then(|field| field.range());
        let interval = spread.map_or(10.0, |(low, high)| nice_step(high - low, LINES));
        let mut frames = Vec::new();
        for (number, run) in runs.iter().enumerate() {
            for (place, year) in years.iter().enumerate() {
                let mut frame = Frame { run: number, year: *year, ..Frame::default() };
                if let Some(heads) = fields[number][place].as_ref().and_then(field)
                    && let Some((low, high)) = heads.range()
                {
                    let levels = ((low / interval).ceil() as i64)..=((high / interval).floor() as i64);
                    let lines = levels.map(|step| step as f64 * interval);
                    frame.heads = lines
                        .filter_map(|level| {
                            heads.lines(level, places.projection).map(|(path, at)| (level, path, at))
                        })
                        .collect();
                }
                if let Some(change) = difference(number, place).as_ref().and_then(field) {
                    let fallen = change.negative();
                    let above = |field: &Field| -> Vec<(f64, String)> {
                        let shades = steps
                            .iter()
                            .filter_map(|step| Some((*step, field.above(*step, places.projection)?)));
                        shades.collect()
                    };
                    frame.higher = above(&change);
                    frame.lower = above(&fallen);
                }
                frame.springs = springs(run, places, *year);
                frame.wells = wells(run, places, *year);
                frame.zones = zones(run, places, *year);
                frames.push(frame);
            }
        }
        Ok(Self { years, frames, steps })
    }
}

/// Years of frames: every fifth of the report, and those that a required target names.
fn chosen(base: &RunView, known: &[i16]) -> Vec<i16> {
    let (from, to) = base.basis.report;
    let named = base.verdict.targets.iter().filter(|ruling| ruling.required).map(|ruling| ruling.by.year());
    let mut years: Vec<i16> = (from..=to).filter(|year| year % EVERY == 0).chain(named).chain([to]).collect();
    years.retain(|year| known.contains(year));
    years.sort_unstable();
    years.dedup();
    years
}

/// The heads of a run's karst layer.
struct Heads {
    reader: HeadReader,
    layer: usize,
    years: Vec<i16>,
    y: Vec<f64>,
    x: Vec<f64>,
}

impl Heads {
    fn open(run: &RunView) -> Result<Self, PageError> {
        let reader = run.run.heads()?;
        let years = reader.head_periods()?.iter().map(|period| period.year()).collect();
        let (y, x) = reader.axes()?;
        Ok(Self { reader, layer: run.basis.karst_layer, years, y: y.to_vec(), x: x.to_vec() })
    }

    /// At the end of a year; `None` where there is no record.
    fn at(&self, year: i16) -> Result<Option<Array2<f64>>, PageError> {
        let Some(record) = self.years.iter().rposition(|own| *own == year) else { return Ok(None) };
        let heads = self.reader.heads(record)?;
        Ok((self.layer < heads.len_of(Axis(0))).then(|| heads.index_axis(Axis(0), self.layer).to_owned()))
    }
}

fn value(years: &[(i16, f64)], year: i16) -> Option<f64> {
    years.iter().find(|(own, _)| *own == year).map(|(_, value)| *value)
}

fn springs(run: &RunView, places: &Places, year: i16) -> Vec<([f64; 2], SpringState)> {
    let states = places.of("spring").filter_map(|place| {
        let flow = value(run.spring_flow.get(&place.id)?, year)?;
        let floor = run
            .basis
            .springs
            .iter()
            .find(|spring| spring.id == place.id)
            .and_then(|spring| spring.floor_m3_s);
        let state = if flow < 1e-3 {
            SpringState::Dry
        } else if floor.is_some_and(|floor| flow < floor) {
            SpringState::Low
        } else {
            SpringState::Flows
        };
        Some((place.at, state))
    });
    states.collect()
}

fn wells(run: &RunView, places: &Places, year: i16) -> Vec<WellMark> {
    let Some(place) = run.ledger.year(year) else { return Vec::new() };
    let mut marks: Vec<WellMark> = Vec::new();
    for known in &run.basis.places {
        let Some(group) =
            run.ledger.groups.iter().position(|group| group.id == known.group && group.kind == "wells")
        else {
            continue;
        };
        let entry = run.ledger.entries[group][place];
        let at = places.projection.place(known.position[0], known.position[1]);
        let mark = match marks.iter().position(|mark| mark.at == at) {
            Some(mark) => &mut marks[mark],
            None => {
                marks.push(WellMark { at, ..WellMark::default() });
                let last = marks.len() - 1;
                &mut marks[last]
            }
        };
        mark.demanded += entry.demanded as f64 / 1000.0;
        mark.delivered += entry.delivered as f64 / 1000.0;
        mark.substituted += entry.substituted as f64 / 1000.0;
    }
    marks
}

/// (Q − Qallow) / Qallow of the wells of each zone, whatever they are booked as.
fn zones(run: &RunView, places: &Places, year: i16) -> Vec<(String, f64)> {
    let all = places.of("zone").filter_map(|zone| {
        let allowable = zone.allowable?;
        let take = run.ledger.sum(
            year,
            |group| group.kind == "wells" && group.zones.contains(&zone.id),
            |entry| entry.delivered,
        );
        Some((zone.id.clone(), take / allowable - 1.0))
    });
    all.collect()
}
