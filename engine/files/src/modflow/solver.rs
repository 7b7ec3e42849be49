//! IMS: how tightly a simulation is to be solved.
//!
//! `COMPLEXITY` sets every value; lines of the `NONLINEAR` and `LINEAR` blocks set single ones.

use quanyu_flow::Origin;

use super::block::{Grammar, blocks};
use super::option::{self, FileName};
use super::reading::Reading;
use super::source::Line;
use super::word::Words;

const GRAMMAR: Grammar = Grammar {
    what: "the IMS file",
    order: &["OPTIONS", "NONLINEAR", "LINEAR"],
    repeated: &[],
    required: &[],
};

/// A word out of a few, as MODFLOW writes it.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$item])* $variant),+ }

        impl $name {
            const ALL: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];

            /// The word in MODFLOW's files.
            pub fn word(self) -> &'static str {
                Self::ALL[self as usize].0
            }

            fn read(reading: &mut Reading, line: &Line, words: &mut Words<'_>, what: &str) -> Option<Self> {
                let word = words.keyword().unwrap_or_default();
                let found = Self::ALL.iter().find(|(name, _)| *name == word);
                if found.is_none() {
                    let known: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
                    reading.unknown(line.origin(), what, &word, &known);
                }
                found.map(|(_, value)| *value)
            }
        }
    };
}

words! {
    /// How much is printed of the solution.
    PrintOption {
        /// Nothing.
        None = "NONE",
        /// A summary.
        Summary = "SUMMARY",
        /// Everything.
        All = "ALL",
    }
}

words! {
    /// The set of values to begin from.
    Complexity {
        /// Nearly linear.
        Simple = "SIMPLE",
        /// Nonlinear.
        Moderate = "MODERATE",
        /// Strongly nonlinear.
        Complex = "COMPLEX",
    }
}

words! {
    /// How outer iterations are damped.
    UnderRelaxation {
        /// Not at all.
        None = "NONE",
        /// By one factor.
        Simple = "SIMPLE",
        /// Cooley's.
        Cooley = "COOLEY",
        /// Delta-bar-delta.
        DeltaBarDelta = "DBD",
    }
}

words! {
    /// The linear method.
    Acceleration {
        /// Conjugate gradients, for symmetric matrices.
        ConjugateGradients = "CG",
        /// Stabilised biconjugate gradients, for any.
        Bicgstab = "BICGSTAB",
    }
}

words! {
    /// How the flow residual is judged.
    ResidualTest {
        /// Greatest residual of any cell.
        Greatest = "",
        /// The same, and met in the first inner iteration of the last outer one.
        Strict = "STRICT",
        /// Euclidean norm.
        L2Norm = "L2NORM_RCLOSE",
        /// Greatest residual over the first one.
        Relative = "RELATIVE_RCLOSE",
        /// Euclidean norm over the first one.
        L2NormRelative = "L2NORM_RELATIVE_RCLOSE",
    }
}

words! {
    /// How the matrix is scaled.
    Scaling {
        /// Not at all.
        None = "NONE",
        /// By its diagonal.
        Diagonal = "DIAGONAL",
        /// By the norms of its rows.
        L2Norm = "L2NORM",
    }
}

words! {
    /// How the matrix is reordered.
    Reordering {
        /// Not at all.
        None = "NONE",
        /// Reverse Cuthill–McKee.
        CuthillMcKee = "RCM",
        /// Minimum degree.
        MinimumDegree = "MD",
    }
}

words! {
    /// Where pseudo-transient continuation is switched off.
    NoContinuation {
        /// In the first stress period.
        First = "FIRST",
        /// Everywhere.
        All = "ALL",
    }
}

/// All settings of the iterative solution, those that were not written included.
#[derive(Clone, Debug, PartialEq)]
pub struct Solver {
    /// How much is printed.
    pub print: PrintOption,
    /// Where the values that are not written come from.
    pub complexity: Complexity,
    /// File of the outer iterations.
    pub outer_csv: Option<FileName>,
    /// File of the inner iterations.
    pub inner_csv: Option<FileName>,
    /// Where steady-state periods do without pseudo-transient continuation.
    pub no_continuation: Option<NoContinuation>,
    /// Share of the outer iterations below which an adaptive step grows and beyond which it shrinks.
    pub adaptive_share: f64,
    /// Greatest change of head of the last outer iteration.
    pub outer_closure: f64,
    /// Outer iterations allowed.
    pub outer_maximum: usize,
    /// Damping.
    pub under_relaxation: UnderRelaxation,
    /// Damping: share of the history.
    pub gamma: f64,
    /// Damping: factor of reduction.
    pub theta: f64,
    /// Damping: increment.
    pub kappa: f64,
    /// Damping: share of the last change.
    pub momentum: f64,
    /// Backtracks allowed.
    pub backtracks: usize,
    /// Growth of the residual that a backtrack answers.
    pub backtrack_tolerance: f64,
    /// Factor of each backtrack.
    pub backtrack_reduction: f64,
    /// Residual below which none is made.
    pub backtrack_limit: f64,
    /// Inner iterations allowed.
    pub inner_maximum: usize,
    /// Greatest change of head of the last inner iteration.
    pub inner_closure: f64,
    /// Greatest flow residual of the last inner iteration.
    pub inner_residual: f64,
    /// How it is judged.
    pub residual_test: ResidualTest,
    /// Linear method.
    pub acceleration: Acceleration,
    /// Relaxation of the preconditioner.
    pub relaxation: f64,
    /// Levels of fill of the preconditioner.
    pub levels: usize,
    /// Drop tolerance of the preconditioner.
    pub drop_tolerance: f64,
    /// Vectors kept orthogonal.
    pub orthogonalizations: usize,
    /// Scaling.
    pub scaling: Scaling,
    /// Reordering.
    pub reordering: Reordering,
}

impl Solver {
    /// The values that a complexity stands for.
    pub fn preset(complexity: Complexity) -> Self {
        let simple = Self {
            print: PrintOption::None,
            complexity,
            outer_csv: None,
            inner_csv: None,
            no_continuation: None,
            adaptive_share: 1.0 / 3.0,
            outer_closure: 1e-3,
            outer_maximum: 25,
            under_relaxation: UnderRelaxation::None,
            gamma: 1.0,
            theta: 1.0,
            kappa: 0.0,
            momentum: 0.0,
            backtracks: 0,
            backtrack_tolerance: 0.0,
            backtrack_reduction: 0.0,
            backtrack_limit: 0.0,
            inner_maximum: 50,
            inner_closure: 1e-3,
            inner_residual: 0.1,
            residual_test: ResidualTest::Greatest,
            acceleration: Acceleration::ConjugateGradients,
            relaxation: 0.0,
            levels: 0,
            drop_tolerance: 0.0,
            orthogonalizations: 0,
            scaling: Scaling::None,
            reordering: Reordering::None,
        };
        let moderate = Self {
            outer_closure: 1e-2,
            outer_maximum: 50,
            under_relaxation: UnderRelaxation::DeltaBarDelta,
            theta: 0.9,
            kappa: 1e-4,
            gamma: 0.0,
            inner_maximum: 100,
            inner_closure: 1e-2,
            acceleration: Acceleration::Bicgstab,
            relaxation: 0.97,
            ..simple.clone()
        };
        match complexity {
            Complexity::Simple => simple,
            Complexity::Moderate => moderate,
            Complexity::Complex => Self {
                outer_closure: 0.1,
                outer_maximum: 100,
                theta: 0.8,
                backtracks: 20,
                backtrack_tolerance: 1.05,
                backtrack_reduction: 0.1,
                backtrack_limit: 0.002,
                inner_maximum: 500,
                inner_closure: 0.1,
                relaxation: 0.0,
                levels: 5,
                drop_tolerance: 1e-4,
                orthogonalizations: 2,
                ..moderate
            },
        }
    }
}

pub(crate) fn read(reading: &mut Reading, name: &str, origin: Origin) -> Option<Solver> {
    let file = reading.text(name, origin)?;
    let blocks = blocks(reading, &file, GRAMMAR);
    let mut complexity = Complexity::Simple;
    for line in blocks.iter().filter(|block| block.name == "OPTIONS").flat_map(|block| &block.lines) {
        let mut words = Words::new(line.text());
        if words.keyword().as_deref() == Some("COMPLEXITY") {
            complexity = Complexity::read(reading, line, &mut words, "COMPLEXITY").unwrap_or(complexity);
        }
    }
    let mut solver = Solver::preset(complexity);
    for block in &blocks {
        for line in &block.lines {
            let mut words = Words::new(line.text());
            let word = words.keyword().unwrap_or_default();
            match block.name.as_str() {
                "OPTIONS" => options(reading, line, &word, &mut words, &mut solver),
                "NONLINEAR" => nonlinear(reading, line, &word, &mut words, &mut solver),
                _ => linear(reading, line, &word, &mut words, &mut solver),
            }
            option::ignored(reading, line, &mut words);
        }
    }
    Some(solver)
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn options(reading: &mut Reading, line: &Line, word: &str, words: &mut Words<'_>, solver: &mut Solver) {
    match word {
        "PRINT_OPTION" => put(&mut solver.print, PrintOption::read(reading, line, words, word)),
        "COMPLEXITY" => {
            words.next();
        }
        "CSV_OUTER_OUTPUT" | "CSV_OUTPUT" => solver.outer_csv = option::file(reading, line, words, "FILEOUT"),
        "CSV_INNER_OUTPUT" => solver.inner_csv = option::file(reading, line, words, "FILEOUT"),
        "NO_PTC" => {
            let all = !words.more();
            let found = if all { None } else { NoContinuation::read(reading, line, words, word) };
            solver.no_continuation = Some(found.unwrap_or(NoContinuation::All));
        }
        "ATS_OUTER_MAXIMUM_FRACTION" => {
            put(&mut solver.adaptive_share, option::within(reading, line, words, word, (0.0, 0.5)));
        }
        _ => reading.unknown(
            line.origin(),
            "the OPTIONS of the IMS file",
            word,
            &[
                "PRINT_OPTION",
                "COMPLEXITY",
                "CSV_OUTER_OUTPUT",
                "CSV_INNER_OUTPUT",
                "NO_PTC",
                "ATS_OUTER_MAXIMUM_FRACTION",
            ],
        ),
    }
}

fn nonlinear(reading: &mut Reading, line: &Line, word: &str, words: &mut Words<'_>, solver: &mut Solver) {
    const ANY: (f64, f64) = (0.0, f64::INFINITY);
    let place = match word {
        "OUTER_MAXIMUM" => {
            return put(&mut solver.outer_maximum, option::count(reading, line, words, word, 1));
        }
        "BACKTRACKING_NUMBER" => {
            return put(&mut solver.backtracks, option::count(reading, line, words, word, 0));
        }
        "UNDER_RELAXATION" => {
            return put(&mut solver.under_relaxation, UnderRelaxation::read(reading, line, words, word));
        }
        "OUTER_RCLOSEBND" => {
            words.next();
            return reading.note(line.origin(), "the word is out of use in MODFLOW itself", word);
        }
        "OUTER_DVCLOSE" | "OUTER_HCLOSE" => &mut solver.outer_closure,
        "UNDER_RELAXATION_GAMMA" => &mut solver.gamma,
        "UNDER_RELAXATION_THETA" => &mut solver.theta,
        "UNDER_RELAXATION_KAPPA" => &mut solver.kappa,
        "UNDER_RELAXATION_MOMENTUM" => &mut solver.momentum,
        "BACKTRACKING_TOLERANCE" => &mut solver.backtrack_tolerance,
        "BACKTRACKING_REDUCTION_FACTOR" => &mut solver.backtrack_reduction,
        "BACKTRACKING_RESIDUAL_LIMIT" => &mut solver.backtrack_limit,
        _ => {
            return reading.unknown(
                line.origin(),
                "the NONLINEAR block of the IMS file",
                word,
                &[
                    "OUTER_DVCLOSE",
                    "OUTER_MAXIMUM",
                    "UNDER_RELAXATION",
                    "UNDER_RELAXATION_GAMMA",
                    "UNDER_RELAXATION_THETA",
                    "UNDER_RELAXATION_KAPPA",
                    "UNDER_RELAXATION_MOMENTUM",
                    "BACKTRACKING_NUMBER",
                    "BACKTRACKING_TOLERANCE",
                    "BACKTRACKING_REDUCTION_FACTOR",
                    "BACKTRACKING_RESIDUAL_LIMIT",
                ],
            );
        }
    };
    put(place, option::within(reading, line, words, word, ANY));
}

fn linear(reading: &mut Reading, line: &Line, word: &str, words: &mut Words<'_>, solver: &mut Solver) {
    const ANY: (f64, f64) = (0.0, f64::INFINITY);
    match word {
        "INNER_MAXIMUM" => put(&mut solver.inner_maximum, option::count(reading, line, words, word, 1)),
        "INNER_DVCLOSE" | "INNER_HCLOSE" => {
            put(&mut solver.inner_closure, option::within(reading, line, words, word, ANY));
        }
        "INNER_RCLOSE" => {
            put(&mut solver.inner_residual, option::within(reading, line, words, word, ANY));
            if words.more() {
                put(&mut solver.residual_test, ResidualTest::read(reading, line, words, word));
            }
        }
        "LINEAR_ACCELERATION" => {
            put(&mut solver.acceleration, Acceleration::read(reading, line, words, word))
        }
        "RELAXATION_FACTOR" => put(&mut solver.relaxation, option::within(reading, line, words, word, ANY)),
        "PRECONDITIONER_LEVELS" => put(&mut solver.levels, option::count(reading, line, words, word, 0)),
        "PRECONDITIONER_DROP_TOLERANCE" => {
            put(&mut solver.drop_tolerance, option::within(reading, line, words, word, ANY));
        }
        "NUMBER_ORTHOGONALIZATIONS" => {
            put(&mut solver.orthogonalizations, option::count(reading, line, words, word, 0));
        }
        "SCALING_METHOD" => put(&mut solver.scaling, Scaling::read(reading, line, words, word)),
        "REORDERING_METHOD" => put(&mut solver.reordering, Reordering::read(reading, line, words, word)),
        "RED_BLACK_ORDERING" => reading.note(line.origin(), "the word is out of use in MODFLOW itself", word),
        _ => reading.unknown(
            line.origin(),
            "the LINEAR block of the IMS file",
            word,
            &[
                "INNER_MAXIMUM",
                "INNER_DVCLOSE",
                "INNER_RCLOSE",
                "LINEAR_ACCELERATION",
                "RELAXATION_FACTOR",
                "PRECONDITIONER_LEVELS",
                "PRECONDITIONER_DROP_TOLERANCE",
                "NUMBER_ORTHOGONALIZATIONS",
                "SCALING_METHOD",
                "REORDERING_METHOD",
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modflow::testing::{model, read_model};

    #[test]
    fn lines_overrule_the_complexity() {
        let text = "BEGIN OPTIONS\ncomplexity COMPLEX\nNO_PTC\nEND OPTIONS\nBEGIN NONLINEAR\nOUTER_HCLOSE 1d-4\n\
            UNDER_RELAXATION cooley\nEND NONLINEAR\nBEGIN LINEAR\nINNER_RCLOSE 5 strict\nEND LINEAR\n";
        let solver = read_model(&model("", &[("g.ims", text)])).unwrap().solver;
        assert_eq!((solver.outer_closure, solver.outer_maximum), (1e-4, 100));
        assert_eq!(solver.under_relaxation, UnderRelaxation::Cooley);
        assert_eq!((solver.inner_residual, solver.residual_test), (5.0, ResidualTest::Strict));
        assert_eq!(solver.no_continuation, Some(NoContinuation::All));
        assert_eq!((solver.levels, solver.acceleration), (5, Acceleration::Bicgstab));
    }

    #[test]
    fn faults_of_the_solver_are_found() {
        let text = "BEGIN OPTIONS\nCOMPLEXITY hard\nEND OPTIONS\nBEGIN NONLINEAR\nOUTER_MAXIMUM 0\nOUTER_DVCLOS 1\n\
            END NONLINEAR\nBEGIN LINEAR\nLINEAR_ACCELERATION GMRES\nEND LINEAR\n";
        assert_eq!(
            read_model(&model("", &[("g.ims", text)])).unwrap_err(),
            [
                "g.ims:2: COMPLEXITY knows no such word [HARD]",
                "g.ims:5: OUTER_MAXIMUM is out of range [0]",
                "g.ims:6: the NONLINEAR block of the IMS file knows no such word [OUTER_DVCLOS]",
                "g.ims:9: LINEAR_ACCELERATION knows no such word [GMRES]",
            ]
        );
    }
}
