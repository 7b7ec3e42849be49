//! Arrays over the cells of a grid, one layer after another.

use super::source::Mark;
use quanyu_flow::Origin;

/// The values of one layer, or of any array without layers.
#[derive(Clone, Debug)]
pub struct LayerValues<T> {
    values: Held<T>,
    /// First value of each line of text and the line it came from.
    lines: Vec<(u32, Origin)>,
    length: usize,
    /// The control record of the array.
    pub mark: Mark,
}

#[derive(Clone, Debug)]
enum Held<T> {
    Uniform(T),
    Each(Vec<T>),
}

impl<T: Copy + PartialEq> PartialEq for LayerValues<T> {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.iter().eq(other.iter())
    }
}

impl<T: Copy + PartialEq> LayerValues<T> {
    /// The same value `length` times.
    pub fn uniform(length: usize, value: T) -> Self {
        Self { values: Held::Uniform(value), lines: Vec::new(), length, mark: Mark::default() }
    }

    /// One value each; kept as one value where all are the same.
    pub fn each(values: Vec<T>) -> Self {
        let length = values.len();
        let values = match values.first() {
            Some(first) if values.iter().all(|value| value == first) => Held::Uniform(*first),
            _ => Held::Each(values),
        };
        Self { values, lines: Vec::new(), length, mark: Mark::default() }
    }

    pub(crate) fn marked(mut self, origin: Origin, lines: Vec<(u32, Origin)>) -> Self {
        self.mark = Mark(origin);
        self.lines = lines;
        self
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The value at an index within the layer.
    ///
    /// # Panics
    ///
    /// If the index is not below the length of an array whose values differ.
    pub fn at(&self, index: usize) -> T {
        match &self.values {
            Held::Uniform(value) => *value,
            Held::Each(values) => values[index],
        }
    }

    /// The value that all share, if they do.
    pub fn shared(&self) -> Option<T> {
        match &self.values {
            Held::Uniform(value) => Some(*value),
            Held::Each(_) => None,
        }
    }

    /// All values in turn.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.length).map(|index| self.at(index))
    }

    /// The line that a value was read from: its own line of text, or the control record.
    pub fn origin(&self, index: usize) -> Origin {
        let line = self.lines.partition_point(|(first, _)| *first as usize <= index).checked_sub(1);
        line.map_or(self.mark.0, |at| self.lines[at].1)
    }
}

/// The values of every cell of a grid, in the order of the cells: layer by layer, north row first, west column first.
#[derive(Clone, Debug, PartialEq)]
pub struct CellValues<T: Copy + PartialEq> {
    layers: Vec<LayerValues<T>>,
}

impl<T: Copy + PartialEq> CellValues<T> {
    /// Joins layers, the top one first; all must be of one length.
    pub fn new(layers: Vec<LayerValues<T>>) -> Self {
        Self { layers }
    }

    /// The same value in every cell.
    pub fn uniform(layers: usize, per_layer: usize, value: T) -> Self {
        Self { layers: vec![LayerValues::uniform(per_layer, value); layers] }
    }

    /// Cuts a whole array into layers.
    pub(crate) fn cut(whole: &LayerValues<T>, layers: usize) -> Self {
        let per_layer = whole.len() / layers.max(1);
        let cut = |layer: usize| {
            let first = layer * per_layer;
            let part = match whole.shared() {
                Some(value) => LayerValues::uniform(per_layer, value),
                None => LayerValues::each((first..first + per_layer).map(|at| whole.at(at)).collect()),
            };
            let lines = (0..whole.lines.len())
                .filter(|at| {
                    let next = whole.lines.get(at + 1).map_or(whole.len(), |line| line.0 as usize);
                    next > first && (whole.lines[*at].0 as usize) < first + per_layer
                })
                .map(|at| (whole.lines[at].0.saturating_sub(first as u32), whole.lines[at].1))
                .collect();
            part.marked(whole.mark.0, lines)
        };
        Self { layers: (0..layers).map(cut).collect() }
    }

    /// The layers, the top one first.
    pub fn layers(&self) -> &[LayerValues<T>] {
        &self.layers
    }

    /// Cells in a layer.
    pub fn per_layer(&self) -> usize {
        self.layers.first().map_or(0, LayerValues::len)
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.layers.iter().map(LayerValues::len).sum()
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a cell.
    ///
    /// # Panics
    ///
    /// If there is no such cell.
    pub fn at(&self, cell: usize) -> T {
        let per_layer = self.per_layer().max(1);
        self.layers[cell / per_layer].at(cell % per_layer)
    }

    /// All values in the order of the cells.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.layers.iter().flat_map(LayerValues::iter)
    }

    /// All values in the order of the cells, at length.
    pub fn to_vec(&self) -> Vec<T> {
        self.iter().collect()
    }

    /// The line that the value of a cell was read from.
    pub fn origin(&self, cell: usize) -> Origin {
        let per_layer = self.per_layer().max(1);
        self.layers.get(cell / per_layer).map_or(Origin::NONE, |layer| layer.origin(cell % per_layer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_equal_however_they_are_held() {
        assert_eq!(LayerValues::uniform(3, 2.0), LayerValues::each(vec![2.0; 3]));
        assert_ne!(LayerValues::uniform(3, 2.0), LayerValues::each(vec![2.0; 4]));
        assert_ne!(LayerValues::uniform(2, 2.0), LayerValues::each(vec![2.0, 3.0]));
        assert_eq!(LayerValues::each(vec![1, 1]).shared(), Some(1));
    }

    #[test]
    fn a_value_of_a_cut_array_keeps_its_line() {
        let lines = vec![(0, Origin(10)), (3, Origin(11)), (5, Origin(12))];
        let whole = LayerValues::each(vec![0, 1, 2, 3, 4, 5]).marked(Origin(9), lines);
        let cells = CellValues::cut(&whole, 2);
        assert_eq!(cells.to_vec(), [0, 1, 2, 3, 4, 5]);
        let origins: Vec<u32> = (0..6).map(|cell| cells.origin(cell).0).collect();
        assert_eq!(origins, [10, 10, 10, 11, 11, 12]);
        assert_eq!(
            CellValues::cut(&LayerValues::uniform(6, 1).marked(Origin(9), vec![]), 2).origin(4),
            Origin(9)
        );
    }
}
