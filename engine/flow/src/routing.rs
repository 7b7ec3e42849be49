//! Water flowing down the streams: what each reach has to give.
//!
//! A sweep from upstream to downstream: tributaries and takes enter at the head of a reach, then each of its rows
//! exchanges with the aquifer by the river law under the limit of what still flows there. Gains add to the flow.

use crate::package::{Exchange, Package};
use crate::stream::StreamFlow;
use crate::stresses::Stresses;

/// The order of the streams and the flows of the last sweep.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routing {
    /// Streams, tributaries before what they join.
    order: Vec<usize>,
    /// Whether a row of each package belongs to a stream; empty for packages without rivers.
    pub(crate) routed: Vec<Vec<bool>>,
    /// What tributaries bring to each position of each stream \[m³/d\].
    joining: Vec<Vec<f64>>,
    /// What became of each stream.
    pub(crate) flows: Vec<StreamFlow>,
}

impl Routing {
    /// Takes checked stresses; allocates only where their shape grew.
    pub(crate) fn prepare(&mut self, stresses: &Stresses) {
        let streams = &stresses.streams;
        self.routed.resize(stresses.packages.len(), Vec::new());
        for (routed, named) in self.routed.iter_mut().zip(&stresses.packages) {
            routed.clear();
            if matches!(named.package, Package::Rivers(_)) {
                routed.resize(named.package.len(), false);
            }
        }
        for reach in streams.iter().flat_map(|stream| &stream.reaches) {
            self.routed[reach.package][reach.rows.clone()].fill(true);
        }
        self.joining.resize(streams.len(), Vec::new());
        self.flows.resize(streams.len(), StreamFlow::default());
        for ((stream, joining), flow) in streams.iter().zip(&mut self.joining).zip(&mut self.flows) {
            joining.resize(stream.reaches.len(), 0.0);
            flow.reaches.resize(stream.reaches.len(), 0.0);
            flow.takes.resize(stream.takes.len(), 0.0);
        }
        // Farthest from the outlet first; a tree, so a tributary always lies farther than what it joins.
        let distance = |mut stream: usize| {
            let mut steps = 0;
            while let Some((next, _)) = streams[stream].tributary_of {
                (stream, steps) = (next, steps + 1);
            }
            steps
        };
        self.order.clear();
        self.order.extend(0..streams.len());
        self.order.sort_unstable_by_key(|stream| (usize::MAX - distance(*stream), *stream));
    }

    /// Sweeps all streams; `exchange(package, row, limit)` gives and books what a row exchanges.
    pub(crate) fn sweep(
        &mut self,
        stresses: &Stresses,
        mut exchange: impl FnMut(usize, usize, f64) -> Exchange,
    ) {
        self.joining.iter_mut().for_each(|joining| joining.fill(0.0));
        for &at in &self.order {
            let stream = &stresses.streams[at];
            let result = &mut self.flows[at];
            let mut flow = stream.inflow;
            for (position, reach) in stream.reaches.iter().enumerate() {
                flow += self.joining[at][position];
                for (take, given) in stream.takes.iter().zip(&mut result.takes) {
                    if take.position == position {
                        *given = take.rate.max(-flow);
                        flow += *given;
                    }
                }
                for row in reach.rows.clone() {
                    // Rounding must not leave a stream of less than nothing.
                    flow = (flow - exchange(reach.package, row, flow).flow).max(0.0);
                }
                result.reaches[position] = flow;
            }
            result.outflow = flow;
            if let Some((target, position)) = stream.tributary_of {
                self.joining[target][position] += flow;
            }
        }
    }
}
