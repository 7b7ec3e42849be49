//! Faults of routed streams.

use super::Faults;
use super::model::Range;
use crate::fault::FaultKind;
use crate::package::Package;
use crate::stream::Stream;
use crate::stresses::Stresses;

/// Faults of all streams; allocates nothing where there are none.
pub(super) fn stream_faults(stresses: &Stresses, faults: &mut Faults) {
    let seasons = stresses.streams.iter().map(|stream| stream.seasons.len()).max().unwrap_or(0);
    for (at, stream) in stresses.streams.iter().enumerate() {
        numbers(stream, faults);
        if !stream.seasons.is_empty() && stream.seasons.len() != seasons {
            let message =
                format!("The inflow of the stream \"{}\" has its own number of seasons.", stream.name);
            let value = stream.seasons.len().to_string();
            let allowed = format!("none, or {seasons} as another stream has");
            faults.add(stream.origin, FaultKind::Inconsistent, message, value, &allowed, "");
        }
        reaches(stresses, at, faults);
        joins(stresses, at, faults);
    }
    shared_rows(stresses, faults);
}

/// A row belongs to one reach only, or its water would be counted twice.
fn shared_rows(stresses: &Stresses, faults: &mut Faults) {
    let reaches = |at: usize| stresses.streams[at].reaches.iter().enumerate().map(move |reach| (at, reach));
    let mut taken: Vec<_> = (0..stresses.streams.len()).flat_map(reaches).collect();
    taken.retain(|(_, (_, reach))| !reach.rows.is_empty());
    taken.sort_unstable_by_key(|(at, (position, reach))| (reach.package, reach.rows.start, *at, *position));
    for pair in taken.windows(2) {
        let [(first, (_, earlier)), (at, (position, reach))] = pair else { continue };
        if earlier.package == reach.package && reach.rows.start < earlier.rows.end {
            let (stream, other) = (&stresses.streams[*at], &stresses.streams[*first]);
            let message = format!(
                "Reach {} of the stream \"{}\" shares rows with a reach of \"{}\".",
                position + 1,
                stream.name,
                other.name
            );
            let (value, remedy) = (format!("{:?}", reach.rows), "Let each row belong to one reach.");
            faults.add(stream.origin, FaultKind::Collision, message, value, "rows of its own", remedy);
        }
    }
}

fn numbers(stream: &Stream, faults: &mut Faults) {
    let name = &stream.name;
    if !Range::NOT_NEGATIVE.holds(stream.inflow) {
        let message = format!("The inflow of the stream \"{name}\" is out of range.");
        let value = stream.inflow.to_string();
        faults.add(stream.origin, FaultKind::OutOfRange, message, value, Range::NOT_NEGATIVE.text, "");
    }
    if let Some(season) = stream.seasons.iter().find(|season| !Range::NOT_NEGATIVE.holds(**season)) {
        let message = format!("A season of the inflow of the stream \"{name}\" is out of range.");
        let value = season.to_string();
        faults.add(stream.origin, FaultKind::OutOfRange, message, value, Range::NOT_NEGATIVE.text, "");
    }
    for take in &stream.takes {
        if !Range::FINITE.holds(take.rate) {
            let message = format!("A take along the stream \"{name}\" is not a finite rate.");
            faults.add(
                take.origin,
                FaultKind::OutOfRange,
                message,
                take.rate.to_string(),
                Range::FINITE.text,
                "",
            );
        }
        if take.position >= stream.reaches.len() {
            let message = format!("A take along the stream \"{name}\" lies at a reach that does not exist.");
            let (value, allowed) =
                ((take.position + 1).to_string(), format!("1 to {}", stream.reaches.len()));
            faults.add(take.origin, FaultKind::UnknownName, message, value, &allowed, "");
        }
    }
}

fn reaches(stresses: &Stresses, at: usize, faults: &mut Faults) {
    let stream = &stresses.streams[at];
    for (position, reach) in stream.reaches.iter().enumerate() {
        let whose = format_args!("Reach {} of the stream \"{}\"", position + 1, stream.name);
        let rows = match stresses.packages.get(reach.package).map(|named| &named.package) {
            Some(Package::Rivers(rows)) => rows.len(),
            other => {
                let found = other.map_or("no package", Package::kind).to_owned();
                let message = format!("{whose} does not name a package of rivers.");
                faults.add(stream.origin, FaultKind::UnknownName, message, found, "a package of rivers", "");
                continue;
            }
        };
        if reach.rows.start > reach.rows.end || reach.rows.end > rows {
            let message = format!("{whose} names rows that its package does not have.");
            let allowed = format!("within 0..{rows}");
            faults.add(
                stream.origin,
                FaultKind::UnknownName,
                message,
                format!("{:?}", reach.rows),
                &allowed,
                "",
            );
        }
    }
}

fn joins(stresses: &Stresses, at: usize, faults: &mut Faults) {
    let stream = &stresses.streams[at];
    let Some((target, position)) = stream.tributary_of else { return };
    let Some(joined) = stresses.streams.get(target) else {
        let message = format!("The stream \"{}\" joins a stream that does not exist.", stream.name);
        let (value, allowed) = ((target + 1).to_string(), format!("1 to {}", stresses.streams.len()));
        faults.add(stream.origin, FaultKind::UnknownName, message, value, &allowed, "");
        return;
    };
    if position >= joined.reaches.len() {
        let message = format!("The stream \"{}\" joins a reach that does not exist.", stream.name);
        let (value, allowed) = ((position + 1).to_string(), format!("1 to {}", joined.reaches.len()));
        faults.add(stream.origin, FaultKind::UnknownName, message, value, &allowed, "");
    }
    let mut next = Some(target);
    for _ in 0..stresses.streams.len() {
        let Some(here) = next else { return };
        if here == at {
            let message = format!("The stream \"{}\" flows back into itself.", stream.name);
            let value = format!("joins \"{}\"", joined.name);
            faults.add(
                stream.origin,
                FaultKind::Inconsistent,
                message,
                value,
                "a tree that flows one way",
                "",
            );
            return;
        }
        next = stresses.streams.get(here).and_then(|stream| stream.tributary_of).map(|(target, _)| target);
    }
}
