//! The ledger as rows of a table, lossless in volumes.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words::{booking_word, kind_word, owner_word, sector_word};
use crate::{Cause, Ledger, Litres};

/// One entry of the ledger as a flat row; volumes are m³ with three decimals, which are its litres.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// Group id.
    pub group: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// County; none outside the city.
    pub county: Option<String>,
    /// Spring basin; none outside both.
    pub basin: Option<String>,
    /// Layer.
    pub layer: Option<String>,
    /// Innermost zone.
    pub zone: Option<String>,
    /// Zones that this zone belongs to, `;` between them.
    pub parent_zones: String,
    /// Sector.
    pub sector: String,
    /// Owner.
    pub owner: String,
    /// How it takes.
    pub kind: String,
    /// Statistical booking.
    pub booking: String,
    /// True where its place is our assumption.
    pub location_unknown: bool,
    /// First day of the period.
    pub start: Date,
    /// Day after its last.
    pub end: Date,
    /// Wanted.
    pub demanded_m3: Litres,
    /// No longer needed.
    pub saved_m3: Litres,
    /// Served by projects.
    pub substituted_m3: Litres,
    /// Permitted.
    pub permitted_m3: Litres,
    /// Asked of aquifer or spring.
    pub requested_m3: Litres,
    /// Abstraction.
    pub delivered_m3: Litres,
    /// Unmet for all causes.
    pub unmet_m3: Litres,
    /// Unmet because the aquifer could not deliver.
    pub unmet_aquifer_m3: Litres,
    /// Unmet because the spring could not deliver.
    pub unmet_spring_m3: Litres,
    /// Return flow lost with what is saved; beside the account, not in it.
    pub lost_return_m3: Litres,
    /// `measure:id=m³`, `;` between them.
    pub saved_by: String,
    /// `project=m³`, `;` between them.
    pub substituted_by: String,
    /// `measure:id=m³`, `river:project=m³`, `aquifer=m³`, `spring=m³`, `;` between them.
    pub unmet_by: String,
}

impl Ledger {
    /// Rows of every group and period, by group, then time.
    pub fn rows(&self) -> impl Iterator<Item = LedgerRow> + '_ {
        (0..self.groups.len())
            .flat_map(move |group| (0..self.periods.len()).map(move |period| self.row(group, period)))
    }

    /// One row.
    pub fn row(&self, group: usize, period: usize) -> LedgerRow {
        let (row, entry, period) = (&self.groups[group], self.entry(group, period), &self.periods[period]);
        let substituted = entry.substituted.iter().filter(|(_, volume)| *volume > Litres::ZERO);
        let substituted =
            substituted.map(|(project, volume)| format!("{}={volume}", self.projects[*project].id));
        let saved = entry.saved_by.iter();
        let saved =
            saved.map(|(measure, volume)| format!("{}={volume}", self.cause_word(Cause::Measure(*measure))));
        let unmet = entry.unmet.iter().map(|(cause, volume)| format!("{}={volume}", self.cause_word(*cause)));
        LedgerRow {
            group: row.id.clone(),
            name_zh: row.names.zh.clone(),
            name_en: row.names.en.clone(),
            county: row.county.clone(),
            basin: row.basin.clone(),
            layer: row.layer.clone(),
            zone: row.zones.first().cloned(),
            parent_zones: row.zones.get(1..).unwrap_or_default().join(";"),
            sector: sector_word(row.sector).into(),
            owner: owner_word(row.owner).into(),
            kind: kind_word(&row.kind),
            booking: booking_word(row.booking).into(),
            location_unknown: row.location_unknown,
            start: period.start,
            end: period.end,
            demanded_m3: entry.demanded,
            saved_m3: entry.saved,
            substituted_m3: entry.substituted_total(),
            permitted_m3: entry.permitted,
            requested_m3: entry.requested,
            delivered_m3: entry.delivered,
            unmet_m3: entry.unmet_total(),
            unmet_aquifer_m3: entry.unmet_by(Cause::Aquifer),
            unmet_spring_m3: entry.unmet_by(Cause::Spring),
            lost_return_m3: entry.lost_return,
            saved_by: saved.collect::<Vec<_>>().join(";"),
            substituted_by: substituted.collect::<Vec<_>>().join(";"),
            unmet_by: unmet.collect::<Vec<_>>().join(";"),
        }
    }

    /// The word for a cause, with its measure or project.
    pub fn cause_word(&self, cause: Cause) -> String {
        match cause {
            Cause::Measure(measure) => format!("measure:{}", self.measures[measure].id),
            Cause::River(project) => format!("river:{}", self.projects[project].id),
            Cause::Aquifer => "aquifer".into(),
            Cause::Spring => "spring".into(),
        }
    }
}
