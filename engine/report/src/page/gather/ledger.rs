//! The ledger summed to years, group by group, in whole litres: every number of the page is a sum over it.

use std::collections::BTreeMap;

use quanyu_files::{OutputFailure, Run};
use quanyu_policy::{LedgerRow, Text};

/// What the ledger says of a group besides its volumes.
#[derive(Clone, Debug)]
pub(crate) struct GroupView {
    /// Id.
    pub(crate) id: String,
    /// Name.
    pub(crate) name: Text,
    /// County; none outside the city.
    pub(crate) county: Option<String>,
    /// Spring basin.
    pub(crate) basin: Option<String>,
    /// Its zone and those above it.
    pub(crate) zones: Vec<String>,
    /// Sector.
    pub(crate) sector: String,
    /// Owner.
    pub(crate) owner: String,
    /// How it takes.
    pub(crate) kind: String,
    /// Statistical booking.
    pub(crate) booking: String,
}

impl GroupView {
    /// Whether the cap counts it on the statistical basis: wells in the city, booked as groundwater.
    pub(crate) fn statistical(&self) -> bool {
        self.county.is_some() && self.kind == "wells" && self.booking == "groundwater"
    }
}

/// Volumes of a group in a year \[L\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct YearEntry {
    /// Wanted.
    pub(crate) demanded: i64,
    /// No longer needed.
    pub(crate) saved: i64,
    /// Served by projects.
    pub(crate) substituted: i64,
    /// Abstraction.
    pub(crate) delivered: i64,
    /// Unmet.
    pub(crate) unmet: i64,
}

/// A run's ledger by year.
#[derive(Clone, Debug, Default)]
pub(crate) struct YearlyLedger {
    /// Groups, in the ledger's order.
    pub(crate) groups: Vec<GroupView>,
    /// Years, ascending.
    pub(crate) years: Vec<i16>,
    /// Per group, per year.
    pub(crate) entries: Vec<Vec<YearEntry>>,
    /// Per year: what each cause saved, substituted or left unmet, such as `measure:close-gaoping` \[L\].
    pub(crate) causes: Vec<BTreeMap<String, i64>>,
    /// The same by group, in the order of [`YearlyLedger::groups`] \[L\].
    pub(crate) by_group: Vec<BTreeMap<String, BTreeMap<usize, i64>>>,
}

impl YearlyLedger {
    /// Place of a year.
    pub(crate) fn year(&self, year: i16) -> Option<usize> {
        self.years.binary_search(&year).ok()
    }

    /// Sum over groups in a year \[m³\].
    pub(crate) fn sum(
        &self,
        year: i16,
        counts: impl Fn(&GroupView) -> bool,
        of: impl Fn(&YearEntry) -> i64,
    ) -> f64 {
        let Some(place) = self.year(year) else { return 0.0 };
        let groups = self.groups.iter().zip(&self.entries).filter(|(group, _)| counts(group));
        groups.map(|(_, entries)| of(&entries[place])).sum::<i64>() as f64 / 1000.0
    }
}

/// Reads and sums the rows of `ledger.csv`.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn read_ledger(run: &Run) -> Result<YearlyLedger, OutputFailure> {
    let rows: Vec<LedgerRow> = run.rows("ledger.csv")?;
    let mut years: Vec<i16> = rows.iter().map(|row| row.start.year()).collect();
    years.sort_unstable();
    years.dedup();
    let mut ledger = YearlyLedger {
        causes: vec![BTreeMap::new(); years.len()],
        by_group: vec![BTreeMap::new(); years.len()],
        years,
        ..YearlyLedger::default()
    };
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for row in &rows {
        let Some(year) = ledger.year(row.start.year()) else { continue };
        let group = *places.entry(row.group.clone()).or_insert_with(|| {
            ledger.groups.push(view(row));
            ledger.entries.push(vec![YearEntry::default(); ledger.years.len()]);
            ledger.groups.len() - 1
        });
        let entry = &mut ledger.entries[group][year];
        entry.demanded += row.demanded_m3.count();
        entry.saved += row.saved_m3.count();
        entry.substituted += row.substituted_m3.count();
        entry.delivered += row.delivered_m3.count();
        entry.unmet += row.unmet_m3.count();
        let substituted = row.substituted_by.split(';').filter(|part| !part.is_empty());
        let substituted = substituted.map(|part| format!("project:{part}"));
        let caused = row.saved_by.split(';').chain(row.unmet_by.split(';')).filter(|part| !part.is_empty());
        for part in caused.map(str::to_owned).chain(substituted) {
            if let Some((cause, volume)) = part.rsplit_once('=')
                && let Ok(volume) = volume.parse::<quanyu_policy::Litres>()
            {
                *ledger.causes[year].entry(cause.to_owned()).or_default() += volume.count();
                let groups = ledger.by_group[year].entry(cause.to_owned()).or_default();
                *groups.entry(group).or_default() += volume.count();
            }
        }
    }
    Ok(ledger)
}

fn view(row: &LedgerRow) -> GroupView {
    let parents = row.parent_zones.split(';').filter(|zone| !zone.is_empty()).map(str::to_owned);
    GroupView {
        id: row.group.clone(),
        name: Text::new(&row.name_zh, &row.name_en),
        county: row.county.clone(),
        basin: row.basin.clone(),
        zones: row.zone.iter().cloned().chain(parents).collect(),
        sector: row.sector.clone(),
        owner: row.owner.clone(),
        kind: row.kind.clone(),
        booking: row.booking.clone(),
    }
}
