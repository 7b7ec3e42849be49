//! The plan played out in the aquifer: spin-up, then one period after another.

use std::fmt;

use quanyu_basin::{
    Basin, Fault, Gridded, MINE_DRAINAGE, Mining, NaturalStresses, Origin, Period, SPRINGS, WELLS,
};
use quanyu_flow::{LinearChoice, Settings, Simulation, State, Step, StepFailure};
use serde::{Deserialize, Serialize};

use super::added::{AddedColumns, PeriodPart};
use super::record::Record;
use super::seasons::Seasons;
use crate::{Delivered, Plan};

/// A step that could not be solved, and when.
#[derive(Clone, Debug)]
pub struct CourseFailure {
    /// The period; `None` for the steady state before the history.
    pub period: Option<Period>,
    /// Why.
    pub failure: Box<StepFailure>,
}

impl fmt::Display for CourseFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.period {
            Some(period) => {
                write!(formatter, "the period from {} to {}: {}", period.start, period.end, self.failure)
            }
            None => write!(formatter, "the steady state before the history: {}", self.failure),
        }
    }
}

impl std::error::Error for CourseFailure {}

/// Heads before anyone pumped or mined, under the mean climate, and what the springs gave then.
#[derive(Clone, Debug)]
pub struct SpinUp {
    /// The state that every history starts from.
    pub state: State,
    /// Natural flow of each spring \[m³/d\].
    pub spring_flow: Vec<f64>,
    /// Water budget of the steady state: (package, in, out) \[m³/d\].
    pub budget: Vec<(String, f64, f64)>,
    /// Relative error of that budget \[-\].
    pub closure: f64,
}

/// The steady state before the history.
///
/// # Errors
/// The state could not be solved.
pub fn spin_up(basin: &Basin, gridded: &Gridded, settings: Settings) -> Result<SpinUp, CourseFailure> {
    let natural = NaturalStresses::new(basin, gridded, Mining::Off);
    let state = State::start(&gridded.problem);
    let mut simulation =
        Simulation::new(&gridded.problem, settings, state).map_err(|faults| refused(None, faults))?;
    *simulation.stresses_mut() = natural.empty();
    natural.write_mean(simulation.stresses_mut());
    let step =
        simulation.steady().map_err(|failure| CourseFailure { period: None, failure: Box::new(failure) })?;
    let spring_flow = step.flows[SPRINGS].iter().map(|flow| -flow).collect();
    let terms = &step.budget.terms;
    let budget = terms.iter().map(|term| (term.name.clone(), term.inflow, term.outflow)).collect();
    let closure = step.budget.closure;
    // The matrix of a steady state is much harder to solve than those of the steps that follow, and says nothing of them.
    let state = State { time: 0.0, linear_choice: LinearChoice::default(), ..simulation.state().clone() };
    Ok(SpinUp { state, spring_flow, budget, closure })
}

/// How far a course has come: all that it takes to play on from there, under the same or another plan of the basin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Checkpoint {
    /// State of the flow model.
    pub state: State,
    /// What was seen.
    pub record: Record,
    delivered: Delivered,
    seasons: Seasons,
}

/// A plan being played out.
pub struct Course<'a> {
    basin: &'a Basin,
    gridded: &'a Gridded,
    plan: &'a Plan,
    natural: NaturalStresses<'a>,
    added: AddedColumns,
    simulation: Simulation<'a>,
    record: Record,
    delivered: Delivered,
    seasons: Seasons,
    /// Heads at which the period began \[m\].
    before: Vec<f64>,
    next: usize,
}

/// One period that was played out, lent until the next.
pub struct Played<'s> {
    /// Number of the period in the plan.
    pub index: usize,
    /// The period.
    pub period: Period,
    /// Heads, flows and budget.
    pub step: Step<'s>,
}

impl<'a> Course<'a> {
    /// A course from a state, which stands at the beginning of the plan's period `first`.
    ///
    /// # Errors
    /// The state does not fit the grid.
    pub fn new(
        basin: &'a Basin,
        gridded: &'a Gridded,
        plan: &'a Plan,
        state: State,
        mining: Mining,
        settings: Settings,
    ) -> Result<Self, Vec<Fault>> {
        let natural = NaturalStresses::new(basin, gridded, mining).with_climate(&plan.climate);
        let added = AddedColumns::new(basin, gridded, plan)?;
        let mut simulation = Simulation::new(&gridded.problem, settings, state)?;
        *simulation.stresses_mut() = natural.empty();
        let record = Record::new(
            basin.springs.len(),
            basin.observations.len(),
            basin.zones.len(),
            basin.mines.len(),
            basin.outlines.len(),
        );
        let delivered = Delivered::new(basin, plan);
        Ok(Self {
            basin,
            gridded,
            plan,
            natural,
            added,
            simulation,
            record,
            delivered,
            seasons: Seasons::default(),
            before: Vec::new(),
            next: 0,
        })
    }

    /// A course from a checkpoint of another plan that asked the same up to there ([`Plan::asks_the_same`]); it equals the
    /// course played out from the beginning, to the bit.
    ///
    /// # Errors
    /// The checkpoint does not fit the grid.
    pub fn resume(
        basin: &'a Basin,
        gridded: &'a Gridded,
        plan: &'a Plan,
        from: Checkpoint,
        mining: Mining,
        settings: Settings,
    ) -> Result<Self, Vec<Fault>> {
        let Checkpoint { state, record, delivered, seasons } = from;
        let course = Self::new(basin, gridded, plan, state, mining, settings)?;
        let next = record.periods.len();
        Ok(Self { record, delivered, seasons, next, ..course })
    }

    /// Where the course stands.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            state: self.simulation.state().clone(),
            record: self.record.clone(),
            delivered: self.delivered.clone(),
            seasons: self.seasons.clone(),
        }
    }

    /// Plays the next period out; `None` after the last.
    ///
    /// # Errors
    /// The step could not be solved; what was played out before stays.
    pub fn advance(&mut self) -> Result<Option<Played<'_>>, CourseFailure> {
        let index = self.next;
        let Some(&period) = self.plan.periods.get(index) else { return Ok(None) };
        let changes = self.natural.property_changes(period);
        if !changes.is_empty() {
            self.simulation.change_properties(&changes).map_err(|faults| refused(Some(period), faults))?;
        }
        let stresses = self.simulation.stresses_mut();
        self.natural.write(stresses, period);
        let whole = PeriodPart { period: index, of_days: 1.0, of_rain: 1.0 };
        let kept = self.added.write(&self.natural, stresses, self.plan, &[whole]);
        for (group, row) in self.plan.groups.iter().enumerate() {
            if row.in_model {
                self.natural.set_abstraction(stresses, group, self.plan.requested_rate(group, index));
            }
        }
        let takes = self.plan.river_takes(index);
        for (river, place) in self.basin.rivers.iter().enumerate() {
            let wanted = takes.iter().filter(|take| take.river == place.id).map(|take| take.rate).sum();
            self.natural.set_river_take(stresses, river, wanted);
        }
        self.before.clone_from(&self.simulation.state().head);
        if let Some(guess) = self.seasons.guess(period, &self.before) {
            self.simulation.set_guess(guess);
        }
        let step = self
            .simulation
            .advance(period.days())
            .map_err(|failure| CourseFailure { period: Some(period), failure: Box::new(failure) })?;
        self.seasons.note(period, &self.before, step.head);
        for (group, rows) in self.natural.well_rows().iter().enumerate() {
            if self.plan.groups[group].in_model {
                let given = -step.flows[WELLS][rows.clone()].iter().sum::<f64>();
                self.delivered.record_wells(group, index, given.max(0.0));
            }
        }
        for (river, place) in self.basin.rivers.iter().enumerate() {
            let mut left =
                step.streams.get(river).and_then(|stream| stream.takes.first()).map_or(0.0, |take| -take);
            for take in takes.iter().filter(|take| take.river == place.id) {
                let given = take.rate.min(left.max(0.0));
                left -= given;
                self.delivered.record_river_take(take.project, index, given);
            }
        }
        note(self.basin, self.gridded, &self.natural, &mut self.record, period, &step);
        self.record.kept_return.push(kept * period.days());
        for (spring, flow) in self.record.spring_flow.period(index).iter().enumerate() {
            self.delivered.record_spring(spring, index, *flow);
        }
        for (mine, drained) in self.record.mine_drainage.period(index).iter().enumerate() {
            self.delivered.record_mine(mine, index, *drained);
        }
        self.next += 1;
        Ok(Some(Played { index, period, step }))
    }

    /// State after the last period played out; a clone is a checkpoint.
    pub fn state(&self) -> &State {
        self.simulation.state()
    }

    /// What was seen so far.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// What was seen and what was delivered.
    pub fn finish(self) -> (Record, Delivered) {
        (self.record, self.delivered)
    }
}

/// Appends one period to a record.
fn note(
    basin: &Basin,
    gridded: &Gridded,
    natural: &NaturalStresses<'_>,
    record: &mut Record,
    period: Period,
    step: &Step<'_>,
) {
    let collect = |count: usize, value: &dyn Fn(usize) -> f64| (0..count).map(value).collect::<Vec<f64>>();
    record.periods.push(period);
    record.spring_flow.push(&collect(basin.springs.len(), &|spring| (-step.flows[SPRINGS][spring]).max(0.0)));
    record.outlet_head.push(&collect(basin.springs.len(), &|spring| step.head[gridded.springs[spring].cell]));
    record
        .level
        .push(&collect(basin.observations.len(), &|point| gridded.observations[point].level(step.head)));
    record
        .zone_level
        .push(&collect(basin.zones.len(), &|zone| gridded.mean_karst_level(&gridded.zones[zone], step.head)));
    record.mine_drainage.push(&collect(basin.mines.len(), &|mine| {
        let rows = natural.mine_rows()[mine].clone();
        (-step.flows[MINE_DRAINAGE][rows].iter().sum::<f64>()).max(0.0)
    }));
    record.storage_loss.push(&collect(basin.outlines.len(), &|outline| {
        gridded.sum_over(&gridded.outlines[outline], step.storage_by_cell) * step.days
    }));
}

/// Stresses or changes that the flow model refuses are faults of the basin's data that gridding could not see.
fn refused(period: Option<Period>, faults: Vec<Fault>) -> CourseFailure {
    let failure = StepFailure {
        cause: quanyu_flow::FailureCause::Stresses(faults),
        worst: None,
        time: 0.0,
        shortest: 0.0,
        relative_residual: f64::NAN,
        advice: "Correct the rows that are named.",
    };
    CourseFailure { period, failure: Box::new(failure) }
}

/// What holding a year's take through normal years leads to.
#[derive(Clone, Debug)]
pub struct Held {
    /// Normal years simulated.
    pub years: usize,
    /// Karst storage gained over the last year in each zone \[m³\], negative where it falls.
    pub zone_storage: Vec<f64>,
    /// The same in each spring basin \[m³\].
    pub basin_storage: Vec<f64>,
    /// Flow of each spring in the last year \[m³/d\].
    pub spring_flow: Vec<f64>,
}

/// Normal years through which a take is held: at least twenty, so that the seasons before no longer show.
pub const HELD_YEARS: usize = 25;

/// Holds the mean take of a year, from the state at its end, through [`HELD_YEARS`] years of mean climate.
///
/// Mines, outlet stages and rock stay as they are in that year, even where the state is of an earlier one. `goes_on` is asked
/// before each of those years; `None` where it says no.
///
/// # Errors
/// A step could not be solved.
pub fn hold_take(
    basin: &Basin,
    gridded: &Gridded,
    plan: &Plan,
    year: i16,
    state: State,
    settings: Settings,
    goes_on: &dyn Fn() -> bool,
) -> Result<Option<Held>, CourseFailure> {
    let mut normal = basin.clone();
    normal.climate.years.clear();
    let natural = NaturalStresses::new(&normal, gridded, Mining::On);
    let mut simulation =
        Simulation::new(&gridded.problem, settings, state).map_err(|faults| refused(None, faults))?;
    *simulation.stresses_mut() = natural.empty();
    let parts: Vec<usize> =
        (0..plan.periods.len()).filter(|&index| plan.periods[index].year() == year).collect();
    let whole = match (parts.first(), parts.last()) {
        (Some(&first), Some(&last)) => {
            Period { start: plan.periods[first].start, end: plan.periods[last].end }
        }
        _ => {
            let fault = Fault {
                origin: Origin::NONE,
                kind: quanyu_basin::FaultKind::BadDate,
                message: "The year whose take is to be held is not simulated.".into(),
                value: year.to_string(),
                allowed: "a year of the run".into(),
                remedy: "Extend the run or choose another year.".into(),
            };
            return Err(refused(None, vec![fault]));
        }
    };
    let mean = |rate: &dyn Fn(usize) -> f64| {
        let volume: f64 = parts.iter().map(|&index| rate(index) * plan.periods[index].days()).sum();
        volume / whole.days()
    };
    let added = AddedColumns::new(basin, gridded, plan).map_err(|faults| refused(None, faults))?;
    for &period in plan.periods.iter().filter(|period| period.start <= whole.start) {
        let changes = natural.property_changes(period);
        if !changes.is_empty() {
            simulation.change_properties(&changes).map_err(|faults| refused(Some(period), faults))?;
        }
    }
    let stresses = simulation.stresses_mut();
    natural.write(stresses, whole);
    let part = |&index: &usize| {
        let period = &plan.periods[index];
        let month = period.month().and_then(|month| usize::try_from(month - 1).ok());
        let of_rain = month.map_or(1.0, |month| normal.climate.monthly[month]);
        PeriodPart { period: index, of_days: period.days() / whole.days(), of_rain }
    };
    let shares: Vec<PeriodPart> = parts.iter().map(part).collect();
    added.write(&natural, stresses, plan, &shares);
    for (group, row) in plan.groups.iter().enumerate() {
        if row.in_model {
            natural.set_abstraction(stresses, group, mean(&|index| plan.requested_rate(group, index)));
        }
    }
    for (river, place) in basin.rivers.iter().enumerate() {
        let taken = mean(&|index| {
            plan.river_takes(index).iter().filter(|take| take.river == place.id).map(|take| take.rate).sum()
        });
        natural.set_river_take(stresses, river, taken);
    }
    for _ in 1..HELD_YEARS {
        if !goes_on() {
            return Ok(None);
        }
        simulation
            .advance(whole.days())
            .map_err(|failure| CourseFailure { period: Some(whole), failure: Box::new(failure) })?;
    }
    if !goes_on() {
        return Ok(None);
    }
    let step = simulation
        .advance(whole.days())
        .map_err(|failure| CourseFailure { period: Some(whole), failure: Box::new(failure) })?;
    let gained = |mask| -gridded.sum_over_karst(mask, step.storage_by_cell) * step.days;
    Ok(Some(Held {
        years: HELD_YEARS,
        zone_storage: gridded.zones.iter().map(gained).collect(),
        basin_storage: gridded.outlines.iter().map(gained).collect(),
        spring_flow: step.flows[SPRINGS].iter().map(|flow| (-flow).max(0.0)).collect(),
    }))
}
