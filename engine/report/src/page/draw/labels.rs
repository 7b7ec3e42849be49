//! Where names go on a map: each at the first of a few places beside its own that no earlier one covers.

use quanyu_policy::Text;

use super::sheet::ems;

/// What has been put down so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    taken: Vec<[f64; 4]>,
    size: [f64; 2],
}

/// How a text lies at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Centred on it.
    Middle,
    /// To its right.
    Start,
    /// To its left.
    End,
}

/// A place for a text: its baseline and how it lies there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) at: [f64; 2],
    pub(super) anchor: Anchor,
}

impl Sheet {
    /// An empty sheet of a size.
    pub(super) fn new(size: [f64; 2]) -> Self {
        Self { taken: Vec::new(), size }
    }

    /// Covers a disc.
    pub(super) fn cover(&mut self, [x, y]: [f64; 2], radius: f64) {
        self.taken.push([x - radius, y - radius, x + radius, y + radius]);
    }

    fn bounds(text: &Text, size: f64, lines: f64, place: Place) -> [f64; 4] {
        let wide = size * ems(&text.zh).max(ems(&text.en));
        let left = match place.anchor {
            Anchor::Middle => place.at[0] - 0.5 * wide,
            Anchor::Start => place.at[0],
            Anchor::End => place.at[0] - wide,
        };
        [left, place.at[1] - size, left + wide, place.at[1] + 0.25 * size + (lines - 1.0) * 1.1 * size]
    }

    /// Puts a text of a size and so many lines at the first place that is on the sheet and free; `None` where there is none.
    pub(super) fn put(&mut self, text: &Text, size: f64, lines: f64, places: &[Place]) -> Option<Place> {
        let found = places.iter().copied().find(|place| {
            let [left, top, right, bottom] = Self::bounds(text, size, lines, *place);
            let inside = left > 0.0 && top > 0.0 && right < self.size[0] && bottom < self.size[1];
            inside
                && self
                    .taken
                    .iter()
                    .all(|own| own[2] < left || own[0] > right || own[3] < top || own[1] > bottom)
        })?;
        self.taken.push(Self::bounds(text, size, lines, found));
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_steps_aside_for_an_earlier_one() {
        let mut sheet = Sheet::new([400.0, 400.0]);
        let name = Text::new("泉", "Spring");
        let beside = [
            Place { at: [200.0, 200.0], anchor: Anchor::Start },
            Place { at: [190.0, 200.0], anchor: Anchor::End },
        ];
        assert_eq!(sheet.put(&name, 20.0, 1.0, &beside).map(|place| place.anchor), Some(Anchor::Start));
        assert_eq!(sheet.put(&name, 20.0, 1.0, &beside).map(|place| place.anchor), Some(Anchor::End));
        assert_eq!(sheet.put(&name, 20.0, 1.0, &beside), None);
        let outside = [Place { at: [390.0, 200.0], anchor: Anchor::Start }];
        assert_eq!(sheet.put(&name, 20.0, 1.0, &outside), None, "no name is cut at the edge");
    }
}
