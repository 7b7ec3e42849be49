//! Rain by year and month.

use crate::Figure;

/// Precipitation of one year.
#[derive(Clone, Debug)]
pub struct PrecipitationYear {
    /// Year.
    pub year: i16,
    /// Precipitation \[mm/a\].
    pub precipitation: Figure,
}

/// Rain on the whole domain.
#[derive(Clone, Debug)]
pub struct Climate {
    /// Long-term mean \[mm/a\]; the spin-up and every year without a row of its own.
    pub mean: Figure,
    /// Years with a figure, ascending.
    pub years: Vec<PrecipitationYear>,
    /// Share of the year by month; sums to one.
    pub monthly: [f64; 12],
}

impl Climate {
    /// Precipitation of a year \[mm/a\]: its own row, or the long-term mean.
    pub fn year(&self, year: i16) -> f64 {
        self.years
            .binary_search_by_key(&year, |row| row.year)
            .map_or(self.mean.value, |index| self.years[index].precipitation.value)
    }
}
