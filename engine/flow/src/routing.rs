//! Water flowing down the streams: what each reach has to give.
//!
//! A sweep from upstream to downstream: tributaries and takes enter at the head of a reach, then each of its rows
//! exchanges with the aquifer by the river law under the limit of what still flows there. Gains add to the flow.

use crate::package::Package;
use crate::stream::StreamFlow;
use crate::stresses::Stresses;

/// The order of the streams and the flows of the last sweep.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routing {
    /// Streams, tributaries before what they join.
    order: Vec<usize>,
    /// Whether a row of each package belongs to a stream; empty for packages without rivers.
    pub(crate) routed: Vec<Vec<bool>>,
    /// Equal parts of the step that are routed each on its own.
    seasons: usize,
    /// What tributaries bring to each position of each stream, season by season \[m³/d\].
    joining: Vec<Vec<f64>>,
    /// What flows at the present place in each season, and what a row exchanges there \[m³/d\].
    flowing: Vec<f64>,
    exchanged: Vec<f64>,
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
        self.seasons = streams.iter().map(|stream| stream.seasons.len()).max().unwrap_or(0).max(1);
        self.flowing.resize(self.seasons, 0.0);
        self.exchanged.resize(self.seasons, 0.0);
        for ((stream, joining), flow) in streams.iter().zip(&mut self.joining).zip(&mut self.flows) {
            joining.resize(stream.reaches.len() * self.seasons, 0.0);
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

    /// Sweeps all streams; `exchange(package, row, limits, flows)` books the mean of what a row exchanges and says what it
    /// exchanges under the limit of each season.
    pub(crate) fn sweep(
        &mut self,
        stresses: &Stresses,
        mut exchange: impl FnMut(usize, usize, &[f64], &mut [f64]),
    ) {
        let Self { order, seasons, joining, flowing, exchanged, flows, .. } = self;
        let part = 1.0 / *seasons as f64;
        let mean = |flowing: &[f64]| flowing.iter().sum::<f64>() * part;
        joining.iter_mut().for_each(|joining| joining.fill(0.0));
        for &at in order.iter() {
            let stream = &stresses.streams[at];
            let result = &mut flows[at];
            for (season, flow) in flowing.iter_mut().enumerate() {
                *flow = stream.inflow * stream.seasons.get(season).copied().unwrap_or(1.0);
            }
            for (position, reach) in stream.reaches.iter().enumerate() {
                let brought = &joining[at][position * *seasons..(position + 1) * *seasons];
                flowing.iter_mut().zip(brought).for_each(|(flow, brought)| *flow += brought);
                for (take, given) in stream.takes.iter().zip(&mut result.takes) {
                    if take.position == position {
                        *given = 0.0;
                        for flow in flowing.iter_mut() {
                            let taken = take.rate.max(-*flow);
                            *flow += taken;
                            *given += taken * part;
                        }
                    }
                }
                for row in reach.rows.clone() {
                    exchange(reach.package, row, flowing, exchanged);
                    // Rounding must not leave a stream of less than nothing.
                    let moved = flowing.iter_mut().zip(exchanged.iter());
                    moved.for_each(|(flow, exchanged)| *flow = (*flow - exchanged).max(0.0));
                }
                result.reaches[position] = mean(flowing);
            }
            result.outflow = mean(flowing);
            if let Some((target, position)) = stream.tributary_of {
                let joined = &mut joining[target][position * *seasons..(position + 1) * *seasons];
                joined.iter_mut().zip(flowing.iter()).for_each(|(joined, flow)| *joined += flow);
            }
        }
    }
}
