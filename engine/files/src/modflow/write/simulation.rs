//! `mfsim.nam`, the time and the solver.

use super::text::{Number, Text, TextFile, quoted};
use crate::modflow::solver::{NoContinuation, ResidualTest, Solver};
use crate::modflow::time::Time;
use crate::modflow::{Simulation, TimeUnit};

pub(super) fn files(simulation: &Simulation) -> Vec<TextFile> {
    let mut names = Text::new();
    names.block("OPTIONS", "", true, |text| {
        text.flag("CONTINUE", simulation.continue_unconverged);
        text.flag("NOCHECK", !simulation.checked);
    });
    let name = &simulation.model.name;
    names.block("TIMING", "", true, |text| text.line(format!("TDIS6 {}", quoted(&simulation.time_file))));
    names.block("MODELS", "", true, |text| {
        text.line(format!("GWF6 {} {name}", quoted(&simulation.model.file)));
    });
    names.block("EXCHANGES", "", true, |_| {});
    names.block("SOLUTIONGROUP", "1", true, |text| {
        text.line(format!("IMS6 {} {name}", quoted(&simulation.solver_file)));
    });
    let mut files = vec![names.named("mfsim.nam")];
    files.extend(time(&simulation.time, &simulation.time_file));
    files.push(solver(&simulation.solver).named(&simulation.solver_file));
    files
}

fn time(time: &Time, name: &str) -> Vec<TextFile> {
    let adaptive: Vec<_> = time
        .periods
        .iter()
        .enumerate()
        .filter_map(|(number, period)| Some((number + 1, period.adaptive.as_ref()?)))
        .collect();
    let adaptive_name = format!("{name}.ats");
    let mut text = Text::new();
    text.block("OPTIONS", "", true, |text| {
        if time.unit != TimeUnit::Undefined {
            text.line(format!("TIME_UNITS {}", time.unit.name()));
        }
        if let Some(start) = &time.start {
            text.line(format!("START_DATE_TIME {}", quoted(start)));
        }
        if !adaptive.is_empty() {
            text.line(format!("ATS6 FILEIN {}", quoted(&adaptive_name)));
        }
    });
    text.block("DIMENSIONS", "", true, |text| text.line(format!("NPER {}", time.periods.len())));
    text.block("PERIODDATA", "", true, |text| {
        for period in &time.periods {
            text.line(format!("{} {} {}", period.length.text(), period.steps, period.multiplier.text()));
        }
    });
    let mut files = vec![text.named(name)];
    if !adaptive.is_empty() {
        let mut text = Text::new();
        text.block("DIMENSIONS", "", true, |text| text.line(format!("MAXATS {}", adaptive.len())));
        text.block("PERIODDATA", "", true, |text| {
            for (number, steps) in adaptive {
                let numbers = [steps.first, steps.least, steps.greatest, steps.growth, steps.retry];
                text.line(format!("{number} {}", numbers.map(Number::text).join(" ")));
            }
        });
        files.push(text.named(adaptive_name));
    }
    files
}

fn solver(solver: &Solver) -> Text {
    let mut text = Text::new();
    text.block("OPTIONS", "", true, |text| {
        text.line(format!("PRINT_OPTION {}", solver.print.word()));
        text.line(format!("COMPLEXITY {}", solver.complexity.word()));
        if let Some(file) = &solver.outer_csv {
            text.line(format!("CSV_OUTER_OUTPUT FILEOUT {}", quoted(&file.name)));
        }
        if let Some(file) = &solver.inner_csv {
            text.line(format!("CSV_INNER_OUTPUT FILEOUT {}", quoted(&file.name)));
        }
        match solver.no_continuation {
            Some(NoContinuation::First) => text.line("NO_PTC FIRST"),
            Some(NoContinuation::All) => text.line("NO_PTC ALL"),
            None => {}
        }
        text.line(format!("ATS_OUTER_MAXIMUM_FRACTION {}", solver.adaptive_share.text()));
    });
    text.block("NONLINEAR", "", true, |text| {
        text.line(format!("OUTER_MAXIMUM {}", solver.outer_maximum));
        text.line(format!("UNDER_RELAXATION {}", solver.under_relaxation.word()));
        text.line(format!("BACKTRACKING_NUMBER {}", solver.backtracks));
        for (word, number) in [
            ("OUTER_DVCLOSE", solver.outer_closure),
            ("UNDER_RELAXATION_GAMMA", solver.gamma),
            ("UNDER_RELAXATION_THETA", solver.theta),
            ("UNDER_RELAXATION_KAPPA", solver.kappa),
            ("UNDER_RELAXATION_MOMENTUM", solver.momentum),
            ("BACKTRACKING_TOLERANCE", solver.backtrack_tolerance),
            ("BACKTRACKING_REDUCTION_FACTOR", solver.backtrack_reduction),
            ("BACKTRACKING_RESIDUAL_LIMIT", solver.backtrack_limit),
        ] {
            text.line(format!("{word} {}", number.text()));
        }
    });
    text.block("LINEAR", "", true, |text| {
        let test = match solver.residual_test {
            ResidualTest::Greatest => String::new(),
            test => format!(" {}", test.word()),
        };
        text.line(format!("INNER_MAXIMUM {}", solver.inner_maximum));
        text.line(format!("INNER_DVCLOSE {}", solver.inner_closure.text()));
        text.line(format!("INNER_RCLOSE {}{test}", solver.inner_residual.text()));
        text.line(format!("LINEAR_ACCELERATION {}", solver.acceleration.word()));
        text.line(format!("RELAXATION_FACTOR {}", solver.relaxation.text()));
        text.line(format!("PRECONDITIONER_LEVELS {}", solver.levels));
        text.line(format!("PRECONDITIONER_DROP_TOLERANCE {}", solver.drop_tolerance.text()));
        text.line(format!("NUMBER_ORTHOGONALIZATIONS {}", solver.orthogonalizations));
        text.line(format!("SCALING_METHOD {}", solver.scaling.word()));
        text.line(format!("REORDERING_METHOD {}", solver.reordering.word()));
    });
    text
}
