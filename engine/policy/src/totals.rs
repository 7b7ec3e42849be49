//! Sums over the ledger.

use std::collections::BTreeMap;

use jiff::civil::Date;
use quanyu_basin::{Booking, GroupKind};
use serde::{Deserialize, Serialize};

use crate::words::{booking_word, owner_word, sector_word};
use crate::{Cause, Entry, GroupRow, Ledger, Litres};

/// What counts as groundwater abstraction of the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// As the city's statistics are assumed to count: wells booked as groundwater.
    Statistical,
    /// Each m³ that leaves the aquifers once: wells, spring intakes and mine drainage.
    Physical,
}

impl Basis {
    /// True where the group counts; groups outside the city never do.
    pub fn counts(self, group: &GroupRow) -> bool {
        group.county.is_some()
            && match self {
                Self::Statistical => group.kind == GroupKind::Wells && group.booking == Booking::Groundwater,
                Self::Physical => true,
            }
    }
}

/// What totals are formed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Counties; no key is outside the city.
    County,
    /// Spring basins; no key is outside both.
    Basin,
    /// Layers; no key is outside the model.
    Layer,
    /// Zones; a zone's total includes its sub-zones. No key is outside every zone.
    Zone,
    /// Sectors.
    Sector,
    /// Owners.
    Owner,
    /// Statistical bookings.
    Booking,
    /// Projects: only what each one substitutes. No key is what no project serves: all else of every entry.
    Project,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::County,
        Self::Basin,
        Self::Layer,
        Self::Zone,
        Self::Sector,
        Self::Owner,
        Self::Booking,
        Self::Project,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::County => "county",
            Self::Basin => "basin",
            Self::Layer => "layer",
            Self::Zone => "zone",
            Self::Sector => "sector",
            Self::Owner => "owner",
            Self::Booking => "booking",
            Self::Project => "project",
        }
    }

    /// The keys that a group's entries add to; `Project` goes by entry instead and has none here.
    fn keys(self, group: &GroupRow) -> Vec<Option<String>> {
        match self {
            Self::County => vec![group.county.clone()],
            Self::Basin => vec![group.basin.clone()],
            Self::Layer => vec![group.layer.clone()],
            Self::Zone if group.zones.is_empty() => vec![None],
            Self::Zone => group.zones.iter().cloned().map(Some).collect(),
            Self::Sector => vec![Some(sector_word(group.sector).into())],
            Self::Owner => vec![Some(owner_word(group.owner).into())],
            Self::Booking => vec![Some(booking_word(group.booking).into())],
            Self::Project => Vec::new(),
        }
    }
}

/// Sums of entries; the identities of [`Entry`] hold for them too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Wanted.
    pub demanded: Litres,
    /// No longer needed.
    pub saved: Litres,
    /// Served by projects.
    pub substituted: Litres,
    /// Permitted.
    pub permitted: Litres,
    /// Asked of aquifers and springs.
    pub requested: Litres,
    /// Abstraction.
    pub delivered: Litres,
    /// Forbidden by a measure and not replaced.
    pub unmet_measures: Litres,
    /// Not brought for want of water in a project's river.
    pub unmet_river: Litres,
    /// Not given by the aquifer.
    pub unmet_aquifer: Litres,
    /// Not given by a spring.
    pub unmet_spring: Litres,
    /// Return flow lost with what is saved; beside the account, not in it.
    pub lost_return: Litres,
}

impl Account {
    /// Adds an entry.
    pub fn add(&mut self, entry: &Entry) {
        self.demanded += entry.demanded;
        self.saved += entry.saved;
        self.substituted += entry.substituted_total();
        self.permitted += entry.permitted;
        self.requested += entry.requested;
        self.delivered += entry.delivered;
        self.lost_return += entry.lost_return;
        for (cause, volume) in &entry.unmet {
            match cause {
                Cause::Measure(_) => self.unmet_measures += *volume,
                Cause::River(_) => self.unmet_river += *volume,
                Cause::Aquifer => self.unmet_aquifer += *volume,
                Cause::Spring => self.unmet_spring += *volume,
            }
        }
    }

    /// All that stays unmet.
    pub fn unmet(&self) -> Litres {
        self.unmet_measures + self.unmet_river + self.unmet_aquifer + self.unmet_spring
    }
}

/// A sum over one key in one span of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// Id of the county, basin, …; `None` is outside all of them.
    pub key: Option<String>,
    /// First day of the year or period.
    pub start: Date,
    /// The sums.
    pub account: Account,
}

/// A yearly total as a flat row; volumes are m³ with three decimals, which are its litres.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalRow {
    /// What the total is formed over: county, basin, layer, zone (with its sub-zones), sector, owner, booking or project.
    pub dimension: String,
    /// Id or word; none is outside all of them, and in `project` all that no project serves.
    pub id: Option<String>,
    /// Calendar year.
    pub year: i16,
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
    /// Forbidden by a measure and not replaced.
    pub unmet_measures_m3: Litres,
    /// Not brought for want of water in a project's river.
    pub unmet_river_m3: Litres,
    /// Not given by the aquifer.
    pub unmet_aquifer_m3: Litres,
    /// Not given by a spring.
    pub unmet_spring_m3: Litres,
    /// Return flow lost with what is saved; beside the account, not in it.
    pub lost_return_m3: Litres,
}

impl Ledger {
    /// Yearly totals over everything, by dimension, key and year.
    pub fn total_rows(&self) -> Vec<TotalRow> {
        let of = |dimension: Dimension| {
            let row = move |Total { key, start, account }: Total| TotalRow {
                dimension: dimension.word().into(),
                id: key,
                year: start.year(),
                demanded_m3: account.demanded,
                saved_m3: account.saved,
                substituted_m3: account.substituted,
                permitted_m3: account.permitted,
                requested_m3: account.requested,
                delivered_m3: account.delivered,
                unmet_m3: account.unmet(),
                unmet_measures_m3: account.unmet_measures,
                unmet_river_m3: account.unmet_river,
                unmet_aquifer_m3: account.unmet_aquifer,
                unmet_spring_m3: account.unmet_spring,
                lost_return_m3: account.lost_return,
            };
            self.annual(dimension).into_iter().map(row)
        };
        Dimension::ALL.into_iter().flat_map(of).collect()
    }

    /// Years with at least one period, ascending.
    pub fn years(&self) -> Vec<i16> {
        let mut years: Vec<i16> = self.periods.iter().map(|period| period.year()).collect();
        years.dedup();
        years
    }

    /// Sum over the groups that `counts` chooses, in one calendar year.
    pub fn year(&self, year: i16, counts: impl Fn(&GroupRow) -> bool) -> Account {
        let mut account = Account::default();
        for (period, entries) in self.periods.iter().zip(&self.entries) {
            if period.year() == year {
                for (group, entry) in self.groups.iter().zip(entries) {
                    if counts(group) {
                        account.add(entry);
                    }
                }
            }
        }
        account
    }

    /// Abstraction of the city in a calendar year on a basis.
    pub fn abstraction(&self, year: i16, basis: Basis) -> Litres {
        self.year(year, |group| basis.counts(group)).delivered
    }

    /// Totals of every key and calendar year, by key and time.
    pub fn annual(&self, dimension: Dimension) -> Vec<Total> {
        self.totals(dimension, |start| start.first_of_year())
    }

    /// Totals of every key and period, by key and time.
    pub fn by_period(&self, dimension: Dimension) -> Vec<Total> {
        self.totals(dimension, |start| start)
    }

    fn totals(&self, dimension: Dimension, span: impl Fn(Date) -> Date) -> Vec<Total> {
        let mut sums: BTreeMap<(Option<String>, Date), Account> = BTreeMap::new();
        let keys: Vec<Vec<Option<String>>> = self.groups.iter().map(|group| dimension.keys(group)).collect();
        for (period, entries) in self.periods.iter().zip(&self.entries) {
            let start = span(period.start);
            for (entry, keys) in entries.iter().zip(&keys) {
                for key in keys {
                    sums.entry((key.clone(), start)).or_default().add(entry);
                }
                if dimension == Dimension::Project {
                    let rest = Entry { substituted: Vec::new(), ..entry.clone() };
                    sums.entry((None, start)).or_default().add(&rest);
                    for (project, volume) in &entry.substituted {
                        let key = Some(self.projects[*project].id.clone());
                        sums.entry((key, start)).or_default().substituted += *volume;
                    }
                }
            }
        }
        sums.into_iter().map(|((key, start), account)| Total { key, start, account }).collect()
    }
}
