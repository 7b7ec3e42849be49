//! What solvers that choose between preconditioners have in common.

use crate::choice::{Choice, Chooser, Family};
use crate::error::SolveError;
use crate::operator::Preconditioner;
use crate::stopping::SolveReport;

/// Preconditioners of several families for one kind of matrix.
pub(crate) trait Built<A>: Preconditioner {
    fn rebuild(&mut self, a: &A);

    fn family(&self) -> Family;
}

/// A preconditioner in use, those laid aside, and what was learned about them.
#[derive(Clone, Debug)]
pub(crate) struct Switching<B> {
    current: B,
    aside: Vec<B>,
    chooser: Chooser,
    /// Whether measurements count, or the current one stays.
    automatic: bool,
    /// Whether `current` lacks the values of the last rebuild.
    stale: bool,
}

impl<B> Switching<B> {
    pub(crate) fn new(current: B, chooser: Chooser, automatic: bool) -> Self {
        Self { current, aside: Vec::new(), chooser, automatic, stale: true }
    }

    pub(crate) fn is_stale(&self) -> bool {
        self.stale
    }

    pub(crate) fn choice<A>(&self) -> Choice
    where
        B: Built<A>,
    {
        self.chooser.choice(self.current.family())
    }

    /// Continues from what another solver has learned; `lay_out` makes a preconditioner that was not used yet.
    pub(crate) fn set_choice<A>(&mut self, choice: Option<Choice>, lay_out: impl Fn(Family) -> B)
    where
        B: Built<A>,
    {
        let family = self.chooser.recall(choice);
        if self.automatic && family != Family::Jacobi {
            self.switch(family, &lay_out);
        }
    }

    pub(crate) fn rebuild<A>(&mut self, a: &A)
    where
        B: Built<A>,
    {
        self.current.rebuild(a);
        self.stale = false;
    }

    /// Solves with the current preconditioner, and where it fails with the others, from where it got to. `attempt` is given
    /// a preconditioner and the most iterations; `most` is how many there may be in an attempt.
    pub(crate) fn solve<A>(
        &mut self,
        a: &A,
        most: usize,
        lay_out: impl Fn(Family) -> B,
        mut attempt: impl FnMut(&mut B, usize) -> Result<SolveReport, SolveError>,
    ) -> Result<SolveReport, SolveError>
    where
        B: Built<A>,
    {
        if !self.automatic {
            return attempt(&mut self.current, most);
        }
        let mut tried = Vec::new();
        let mut spent = 0;
        let mut glance = self.chooser.glance(self.current.family());
        loop {
            let family = self.current.family();
            let limit = self.chooser.limit(family, most, &tried);
            let looked = glance.take().filter(|glance| *glance < limit);
            match attempt(&mut self.current, looked.unwrap_or(limit)) {
                Ok(mut report) => {
                    if let Some(next) = self.chooser.learn(family, &report) {
                        self.switch(next, &lay_out);
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
                    self.switch(next, &lay_out);
                    self.rebuild(a);
                }
            }
        }
    }

    fn switch<A>(&mut self, family: Family, lay_out: &impl Fn(Family) -> B)
    where
        B: Built<A>,
    {
        if family == self.current.family() {
            return;
        }
        let there = self.aside.iter().position(|built| built.family() == family);
        let next = there.map_or_else(|| lay_out(family), |at| self.aside.swap_remove(at));
        self.aside.push(std::mem::replace(&mut self.current, next));
        self.stale = true;
    }
}

/// How many iterations came before.
fn iterations(error: &SolveError) -> usize {
    if let SolveError::NotConverged { iterations, .. } = error { *iterations } else { 0 }
}
