//! `PERIOD` blocks: what a package says from a stress period on.

use quanyu_flow::FaultKind;

use super::block::Block;
use super::reading::Reading;
use super::source::Mark;

/// One `PERIOD` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Period<R> {
    /// Its stress period, from nought.
    pub number: usize,
    /// What it lists; nothing clears the list.
    pub rows: Vec<R>,
    /// Where it begins.
    pub mark: Mark,
}

/// All `PERIOD` blocks of a package. Each holds until the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Periods<R> {
    list: Vec<Period<R>>,
}

impl<R> Default for Periods<R> {
    fn default() -> Self {
        Self { list: Vec::new() }
    }
}

impl<R> Periods<R> {
    /// From blocks in the order of their periods.
    pub fn from_list(list: Vec<Period<R>>) -> Self {
        Self { list }
    }

    /// The blocks.
    pub fn list(&self) -> &[Period<R>] {
        &self.list
    }

    /// The blocks, given away.
    pub fn into_list(self) -> Vec<Period<R>> {
        self.list
    }

    /// The block that holds in a stress period (from nought), if any does.
    pub fn block(&self, period: usize) -> Option<&Period<R>> {
        self.list.partition_point(|block| block.number <= period).checked_sub(1).map(|at| &self.list[at])
    }

    /// The rows that hold in a stress period (from nought); nothing before the first block.
    pub fn at(&self, period: usize) -> Option<&[R]> {
        self.block(period).map(|block| block.rows.as_slice())
    }

    /// Whether a stress period (from nought) has a block of its own.
    pub fn begins(&self, period: usize) -> bool {
        self.list.binary_search_by_key(&period, |block| block.number).is_ok()
    }
}

/// Reads the `PERIOD` blocks of a package; their numbers must rise. What stands beyond the last stress period is never
/// reached and therefore not read; it is remarked on.
pub(crate) fn read<R>(
    reading: &mut Reading,
    blocks: &[Block],
    what: &str,
    count: usize,
    mut rows: impl FnMut(&mut Reading, &Block) -> Vec<R>,
) -> Periods<R> {
    let mut list: Vec<Period<R>> = Vec::new();
    let mut last = 0;
    for block in blocks.iter().filter(|block| block.name == "PERIOD") {
        let Some(number) = block.period(reading) else { continue };
        let rises = number > last;
        if !rises {
            reading.fault(
                block.origin,
                FaultKind::Inconsistent,
                format!("a PERIOD block of {what} is out of order"),
                number,
                format!("above {last}"),
                "Bring the blocks into the order of their periods, one for each.",
            );
        }
        last = last.max(number);
        if number > count {
            reading.note(
                block.origin,
                format!("a PERIOD block of {what} lies beyond the last stress period"),
                number,
            );
            continue;
        }
        let read = rows(reading, block);
        if rises {
            list.push(Period { number: number - 1, rows: read, mark: Mark(block.origin) });
        }
    }
    Periods { list }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modflow::block::Grammar;
    use crate::modflow::option::testing;

    const GRAMMAR: Grammar =
        Grammar { what: "a test", order: &["PERIOD"], repeated: &["PERIOD"], required: &[] };

    fn parse(text: &str) -> (Periods<usize>, Vec<String>) {
        testing::read(text, GRAMMAR, |reading, blocks| {
            read(reading, &blocks, GRAMMAR.what, 9, |_, block| vec![block.lines.len()])
        })
    }

    #[test]
    fn a_block_holds_until_the_next() {
        let (periods, faults) = parse("BEGIN PERIOD 2\na\nEND PERIOD\nBEGIN PERIOD 5\nEND PERIOD 5");
        assert!(faults.is_empty());
        assert_eq!(periods.at(0), None);
        assert_eq!((periods.at(1), periods.at(3)), (Some(&[1][..]), Some(&[1][..])));
        assert_eq!((periods.at(4), periods.at(8)), (Some(&[0][..]), Some(&[0][..])));
        assert!(periods.begins(4) && !periods.begins(3));
    }

    #[test]
    fn periods_must_rise_and_exist() {
        let (_, faults) = parse(
            "BEGIN PERIOD 3\nEND PERIOD\nBEGIN PERIOD 3\nEND PERIOD\nBEGIN PERIOD 2\nEND PERIOD\nBEGIN PERIOD x\n\
             END PERIOD\nBEGIN PERIOD 10\nEND PERIOD\nBEGIN PERIOD 5\nEND PERIOD",
        );
        assert_eq!(
            faults,
            [
                "3: a PERIOD block of a test is out of order [3]",
                "5: a PERIOD block of a test is out of order [2]",
                "7: a PERIOD block names no stress period [x]",
                "11: a PERIOD block of a test is out of order [5]",
            ]
        );
    }
}
