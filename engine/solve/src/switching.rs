//! What solvers that choose between preconditioners have in common.

use crate::choice::{Choice, Chooser, Family};
use crate::error::SolveError;
use crate::operator::Preconditioner;
use crate::stopping::SolveReport;

/// Preconditioners of several families for one kind of matrix.
pub(crate) trait Built<A>: Preconditioner {
    fn rebuild(&mut self, a: &A);

    /// Takes the values of a matrix much like the last one; returns whether anything of that was kept.
    fn refresh(&mut self, a: &A) -> bool {
        self.rebuild(a);
        false
    }

    fn family(&self) -> Family;
}

/// A preconditioner in use, those laid aside, and what was learned about them. Each is laid out when it is first needed.
#[derive(Clone, Debug)]
pub(crate) struct Switching<B> {
    family: Family,
    laid_out: Vec<B>,
    chooser: Chooser,
    /// Whether measurements count, or the first one stays.
    automatic: bool,
    /// Whether the one in use lacks the values of the last rebuild.
    stale: bool,
}

impl<B> Switching<B> {
    pub(crate) fn new(family: Family, chooser: Chooser, automatic: bool) -> Self {
        Self { family, laid_out: Vec::new(), chooser, automatic, stale: true }
    }

    pub(crate) fn is_stale(&self) -> bool {
        self.stale
    }

    pub(crate) fn choice(&self) -> Choice {
        self.chooser.choice(self.family)
    }

    /// Continues from what another solver has learned.
    pub(crate) fn set_choice(&mut self, choice: Option<Choice>) {
        let family = self.chooser.recall(choice);
        if self.automatic && family != Family::Jacobi {
            self.switch(family);
        }
    }

    /// Begins with another preconditioner than the first, where the choice is open.
    pub(crate) fn begin_with(&mut self, family: Family) {
        if self.is_open() {
            self.switch(family);
        }
    }

    /// Whether the choice is open: automatic, and nothing was learned yet.
    pub(crate) fn is_open(&self) -> bool {
        self.automatic && self.chooser.knows_nothing()
    }

    /// Gives the one in use the values of `a`; `lay_out` makes one that was not used yet.
    pub(crate) fn rebuild<A>(&mut self, a: &A, lay_out: &impl Fn(Family) -> B)
    where
        B: Built<A>,
    {
        self.current(lay_out).rebuild(a);
        self.stale = false;
    }

    /// Gives the one in use the values of a matrix much like the last one; returns whether anything of that was kept.
    pub(crate) fn refresh<A>(&mut self, a: &A, lay_out: &impl Fn(Family) -> B) -> bool
    where
        B: Built<A>,
    {
        if self.stale {
            self.rebuild(a, lay_out);
            return false;
        }
        self.current(lay_out).refresh(a)
    }

    /// Solves with the current preconditioner, and where it fails with the others, from where it got to. `attempt` is given
    /// a preconditioner and the most iterations; `most` is how many there may be in an attempt.
    pub(crate) fn solve<A>(
        &mut self,
        a: &A,
        most: usize,
        lay_out: &impl Fn(Family) -> B,
        mut attempt: impl FnMut(&mut B, usize) -> Result<SolveReport, SolveError>,
    ) -> Result<SolveReport, SolveError>
    where
        B: Built<A>,
    {
        if !self.automatic {
            return attempt(self.current(lay_out), most);
        }
        let mut tried = Vec::new();
        let mut spent = 0;
        let mut glance = self.chooser.glance(self.family);
        loop {
            let family = self.family;
            let limit = self.chooser.limit(family, most, &tried);
            let looked = glance.take().filter(|glance| *glance < limit);
            match attempt(self.current(lay_out), looked.unwrap_or(limit)) {
                Ok(mut report) => {
                    if let Some(next) = self.chooser.learn(family, &report) {
                        self.switch(next);
                    }
                    report.iterations += spent;
                    return Ok(report);
                }
                Err(error) if looked.is_some() && self.chooser.goes_well(family, &error) => {
                    spent += iterations(&error);
                }
                Err(error) => {
                    let Some(next) = self.chooser.fail(family, &error, &mut tried) else { return Err(error) };
                    spent += iterations(&error);
                    self.switch(next);
                    self.rebuild(a, lay_out);
                }
            }
        }
    }

    fn switch(&mut self, family: Family) {
        self.stale |= family != self.family;
        self.family = family;
    }

    fn current<A>(&mut self, lay_out: &impl Fn(Family) -> B) -> &mut B
    where
        B: Built<A>,
    {
        let there = self.laid_out.iter().position(|built| built.family() == self.family);
        let at = there.unwrap_or_else(|| {
            self.laid_out.push(lay_out(self.family));
            self.laid_out.len() - 1
        });
        &mut self.laid_out[at]
    }
}

/// How many iterations came before.
fn iterations(error: &SolveError) -> usize {
    if let SolveError::NotConverged { iterations, .. } = error { *iterations } else { 0 }
}
