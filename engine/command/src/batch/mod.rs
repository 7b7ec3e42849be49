//! `quanyu batch`: scenarios on many members, durable one by one, and the odds of every ruling.

mod member;
mod printed;
mod summary;

use std::sync::atomic::{AtomicBool, Ordering};

use quanyu_basin::Layout;
use quanyu_files::{Batch, MemberStore, OutputFailure, Sources, combined_hash, read_batch};
use quanyu_policy::Scenario;
use quanyu_policy::ensemble::{Factor, LatinHypercube, MemberOutcome, factors};

use crate::arguments::BatchArguments;
use crate::engine::ENGINE;
use crate::folder::writable;
use crate::interrupt;
use crate::outcome::{CommandError, Outcome};
use crate::progress::{self, message};
use crate::run::{side_by_side, use_threads, wrong};
use summary::Summary;

/// Memory that a member takes while it runs, for each cell of the grid \[B\]: measured, with room to spare.
const BYTES_A_CELL: f64 = 1500.0;
/// Memory of the program and the basin's own data \[B\].
const BYTES_AT_REST: f64 = 1.1e8;

/// A batch ready to run.
struct Prepared {
    batch: Batch,
    scenarios: Vec<Scenario>,
    factors: Vec<Factor>,
    sample: LatinHypercube,
    /// Per scenario: all that a member's outcome depends on.
    keys: Vec<String>,
    /// The grid, which all members share.
    layout: Layout,
    /// Cells of it.
    cells: usize,
}

/// Runs a batch.
pub(crate) fn batch(arguments: &BatchArguments) -> Result<Outcome, CommandError> {
    use_threads(arguments.effort.threads)?;
    let mut sources = Sources::new();
    let prepared = prepare(arguments, &mut sources)?;
    let folder = arguments.out.join(&prepared.batch.name);
    writable(&folder)?;
    let store = MemberStore::open(&folder).map_err(unwritten)?;
    let missing: Vec<(usize, Vec<usize>)> = (0..prepared.batch.members)
        .map(|number| (number, prepared.missing(&store, number)))
        .filter(|(_, scenarios)| !scenarios.is_empty())
        .collect();
    let runs: usize = missing.iter().map(|(_, scenarios)| scenarios.len()).sum();
    prepared.announce(runs, arguments);
    let bar = progress::runs_bar(&prepared.batch.name, runs, arguments.effort.quiet);
    // What cannot be stored need not be computed: a full disk ends the batch, and the rest is left for the next time.
    let unwritable = AtomicBool::new(false);
    let written: Vec<Result<(), CommandError>> = side_by_side(missing.len(), |at| {
        if unwritable.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (number, scenarios) = &missing[at];
        member::play(&prepared, *number, scenarios, &mut |scenario, outcome| {
            let name = &prepared.scenarios[scenario].name;
            let stored = store.write(name, *number, &prepared.keys[scenario], &outcome);
            stored.map_err(|failure| {
                unwritable.store(true, Ordering::Relaxed);
                unwritten(failure)
            })?;
            bar.set_message(format!("member {number} {name}"));
            bar.inc(1);
            Ok(())
        })
    });
    bar.finish_and_clear();
    written.into_iter().collect::<Result<(), _>>()?;
    if interrupt::asked() {
        let folder = store.folder().display();
        let text =
            format!("interrupted; what was finished is in {folder}, and the same command goes on from there");
        return Err(CommandError::Interrupted(text));
    }
    let outcomes = prepared.read_back(&store)?;
    let summary = Summary::new(&prepared, &outcomes);
    summary.write(&prepared, &outcomes, &store)?;
    printed::say(&prepared, &summary, &store, arguments)?;
    let failed =
        outcomes.iter().flatten().filter(|outcome| matches!(outcome, MemberOutcome::Failed(_))).count();
    if failed > 0 {
        message(&format!("{failed} of {} runs failed; batch.json names each", prepared.runs()));
        return Ok(Outcome::Failed);
    }
    Ok(Outcome::Done)
}

fn prepare(arguments: &BatchArguments, sources: &mut Sources) -> Result<Prepared, CommandError> {
    let mut batch = read_batch(&arguments.batch, sources).map_err(|faults| wrong(sources, &faults))?;
    if let Some(members) = arguments.members {
        batch.members = members as usize;
    }
    if let Some(cell) = arguments.cell {
        batch.cell = cell;
    }
    let Some(folder) = batch.study.basins.first() else {
        return Err(CommandError::Failed("the batch has no basin".into()));
    };
    let factors = factors(&folder.basin, &batch.freedom);
    let sample = LatinHypercube::new(&factors, batch.members, batch.seed).feeding(
        &folder.basin,
        &batch.freedom,
        &factors,
    );
    let keys = batch
        .study
        .scenarios
        .iter()
        .map(|file| {
            let inputs = [folder.inputs.as_slice(), &file.inputs].concat();
            format!(
                "{} {} fed members {} seed {} cell {} monthly {} {:?}",
                ENGINE,
                combined_hash(&inputs),
                batch.members,
                batch.seed,
                batch.cell,
                batch.monthly_from,
                batch.freedom
            )
        })
        .collect();
    let scenarios: Vec<Scenario> = batch.study.scenarios.iter().map(|file| file.scenario.clone()).collect();
    // A fault in the data or in a scenario shows in the basin as it stands; nothing may be written before that is known.
    let (layout, cells) =
        member::check(&batch, &folder.basin, &scenarios).map_err(|faults| wrong(sources, &faults))?;
    Ok(Prepared { scenarios, factors, sample, keys, layout, cells, batch })
}

impl Prepared {
    fn runs(&self) -> usize {
        self.batch.members * self.scenarios.len()
    }

    /// Scenarios that a member has still to run.
    fn missing(&self, store: &MemberStore, number: usize) -> Vec<usize> {
        let left = |&scenario: &usize| {
            store.read(&self.scenarios[scenario].name, number, &self.keys[scenario]).is_none()
        };
        (0..self.scenarios.len()).filter(left).collect()
    }

    /// Everything as it was stored, so that an interrupted batch and an uninterrupted one summarise the same.
    fn read_back(&self, store: &MemberStore) -> Result<Vec<Vec<MemberOutcome>>, CommandError> {
        let read = |scenario: usize, number: usize| {
            let name = &self.scenarios[scenario].name;
            store.read(name, number, &self.keys[scenario]).ok_or_else(|| {
                CommandError::Failed(format!("member {number} of {name} was stored and cannot be read back"))
            })
        };
        (0..self.scenarios.len())
            .map(|scenario| (0..self.batch.members).map(|number| read(scenario, number)).collect())
            .collect()
    }

    fn announce(&self, runs: usize, arguments: &BatchArguments) {
        if arguments.effort.quiet {
            return;
        }
        let workers = rayon::current_num_threads().min(self.batch.members).max(1);
        let cells = self.cells as f64;
        let kept = self.runs() - runs;
        message(&format!(
            "{}: {} scenarios on {} members, {} factors drawn; {runs} runs to do{}, {workers} at a time, about {:.0} MB of memory",
            self.batch.name,
            self.scenarios.len(),
            self.batch.members,
            self.factors.len(),
            if kept > 0 { format!(" ({kept} are there already)") } else { String::new() },
            (BYTES_AT_REST + workers as f64 * cells * BYTES_A_CELL) / 1e6
        ));
    }
}

fn unwritten(failure: OutputFailure) -> CommandError {
    CommandError::Failed(format!(
        "{failure}\nwhat was stored before is kept; once this is mended, the same command goes on from there"
    ))
}
