//! Means over a step: flows, budget and storage, gathered sub-step by sub-step.

use crate::balance::{Balance, Storing};
use crate::boundaries::InOut;
use crate::package::Package;
use crate::step::{Budget, BudgetTerm};
use crate::stream::StreamFlow;
use crate::stresses::Stresses;

/// Everything that a step reports as a mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) flows: Vec<Vec<f64>>,
    pub(crate) storage_by_cell: Vec<f64>,
    pub(crate) streams: Vec<StreamFlow>,
    pub(crate) budget: Budget,
    pub(crate) storage: f64,
}

impl Tally {
    pub(crate) fn new(cells: usize) -> Self {
        Self { storage_by_cell: vec![0.0; cells], ..Self::default() }
    }

    /// Empties everything and takes the shape of the stresses.
    pub(crate) fn begin(&mut self, stresses: &Stresses) {
        self.flows.resize(stresses.packages.len(), Vec::new());
        self.budget.terms.resize(stresses.packages.len(), BudgetTerm::default());
        for ((flows, term), named) in
            self.flows.iter_mut().zip(&mut self.budget.terms).zip(&stresses.packages)
        {
            flows.clear();
            flows.resize(named.package.len(), 0.0);
            term.name.clone_from(&named.name);
            (term.inflow, term.outflow) = (0.0, 0.0);
        }
        for term in [&mut self.budget.elastic_storage, &mut self.budget.drainable_storage] {
            (term.inflow, term.outflow) = (0.0, 0.0);
        }
        self.streams.resize(stresses.streams.len(), StreamFlow::default());
        for (flow, stream) in self.streams.iter_mut().zip(&stresses.streams) {
            flow.outflow = 0.0;
            flow.reaches.clear();
            flow.reaches.resize(stream.reaches.len(), 0.0);
            flow.takes.clear();
            flow.takes.resize(stream.takes.len(), 0.0);
        }
        self.storage_by_cell.fill(0.0);
    }

    /// Adds a solved sub-step that is this share of the step.
    pub(crate) fn add(&mut self, stresses: &Stresses, balance: &Balance, storing: Storing, share: f64) {
        let mut fixed = balance.boundaries.fixed_cells.iter().zip(&balance.fixed_flows);
        for (at, named) in stresses.packages.iter().enumerate() {
            let mut total = InOut::default();
            if matches!(named.package, Package::ConstantHeads(_)) {
                for (sum, (_, flows)) in self.flows[at].iter_mut().zip(&mut fixed) {
                    total.inflow += flows.inflow;
                    total.outflow += flows.outflow;
                    *sum += share * (flows.inflow - flows.outflow);
                }
            } else {
                for (sum, flow) in self.flows[at].iter_mut().zip(&balance.boundaries.flows[at]) {
                    total.add(*flow);
                    *sum += share * flow;
                }
            }
            self.budget.terms[at].inflow += share * total.inflow;
            self.budget.terms[at].outflow += share * total.outflow;
        }
        for (sum, flow) in self.streams.iter_mut().zip(&balance.boundaries.routing.flows) {
            sum.outflow += share * flow.outflow;
            add_scaled(&mut sum.reaches, &flow.reaches, share);
            add_scaled(&mut sum.takes, &flow.takes, share);
        }
        if let Storing::Rock(days) = storing {
            self.add_storage(balance, days, share);
        }
    }

    fn add_storage(&mut self, balance: &Balance, days: f64, share: f64) {
        let (mut elastic, mut drainable) = (InOut::default(), InOut::default());
        for (cell, sum) in self.storage_by_cell.iter_mut().enumerate() {
            let release = balance.release[cell];
            *sum += share * release;
            let (from_rock, from_pores) = balance.releases(cell, days);
            elastic.add(from_rock);
            drainable.add(from_pores);
        }
        for (term, total) in
            [(&mut self.budget.elastic_storage, elastic), (&mut self.budget.drainable_storage, drainable)]
        {
            term.inflow += share * total.inflow;
            term.outflow += share * total.outflow;
        }
    }

    /// Sums up.
    pub(crate) fn finish(&mut self) {
        let budget = &mut self.budget;
        let stores = [&budget.elastic_storage, &budget.drainable_storage];
        let sum = |part: fn(&BudgetTerm) -> f64| {
            budget.terms.iter().map(part).sum::<f64>() + stores.iter().map(|term| part(term)).sum::<f64>()
        };
        let (inflow, outflow) = (sum(|term| term.inflow), sum(|term| term.outflow));
        self.storage = stores.iter().map(|term| term.inflow - term.outflow).sum();
        (budget.inflow, budget.outflow) = (inflow, outflow);
        let mean = 0.5 * (inflow + outflow);
        budget.closure = if mean > 0.0 { (inflow - outflow) / mean } else { 0.0 };
    }
}

fn add_scaled(sums: &mut [f64], values: &[f64], share: f64) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += share * value;
    }
}
