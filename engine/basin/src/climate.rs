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
    /// The same rain, but every year of `years` times a factor \[-\]; the long-term mean stays.
    pub fn changed(&self, years: std::ops::RangeInclusive<i16>, factor: f64) -> Self {
        let mut rows: Vec<PrecipitationYear> =
            self.years.iter().filter(|row| !years.contains(&row.year)).cloned().collect();
        rows.extend(years.map(|year| {
            let known = self.years.iter().find(|row| row.year == year).map(|row| &row.precipitation);
            let figure = known.unwrap_or(&self.mean);
            let precipitation = Figure { value: figure.value * factor, range: None, ..figure.clone() };
            PrecipitationYear { year, precipitation }
        }));
        rows.sort_by_key(|row| row.year);
        Self { years: rows, ..self.clone() }
    }

    /// Precipitation of a year \[mm/a\]: its own row, or the long-term mean.
    pub fn year(&self, year: i16) -> f64 {
        self.years
            .binary_search_by_key(&year, |row| row.year)
            .map_or(self.mean.value, |index| self.years[index].precipitation.value)
    }
}
