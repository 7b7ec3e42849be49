//! `basis.json`: what a run rests on, for whoever reads the folder without the basin's own files.

use quanyu_basin::{Basin, Booking, Figure, LayerRole, MarkQuantity, Names, Placement, Sureness};
use quanyu_policy::ensemble::figures;
use quanyu_policy::history::{Record, compare_with_marks};
use quanyu_policy::{Litres, Plan, Scenario, TargetTest, Text};
use serde::{Deserialize, Serialize};

/// Seconds of a day.
const SECONDS_PER_DAY: f64 = 86_400.0;

/// What a run rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunBasis {
    /// Title of the basin.
    pub basin: Text,
    /// First and last year of the report.
    pub report: (i16, i16),
    /// Number of the uppermost karst layer in `results.h5`.
    pub karst_layer: usize,
    /// Measures in their order; a run without any is what others are compared with.
    pub measures: Vec<Named>,
    /// Projects and unconventional sources.
    pub projects: Vec<ProjectYears>,
    /// Springs.
    pub springs: Vec<SpringBasis>,
    /// Published sums and the groups that they cover.
    pub published: Vec<PublishedSum>,
    /// Published marks.
    pub marks: Vec<PublishedMark>,
    /// Where the groups take.
    pub places: Vec<GroupPlace>,
    /// Every figure with its range, how sure it is and where it comes from.
    pub figures: Vec<FigureBasis>,
    /// Sources that figures refer to.
    pub sources: Vec<SourceBasis>,
    /// What people call the things that the ids of figures name, as `KIND:ID`.
    #[serde(default)]
    pub names: Vec<Named>,
}

/// Something with an id and a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Text,
}

/// A project by year \[m³/a\].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProjectYears {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Years.
    pub years: Vec<i16>,
    /// What it can bring to users, net of loss.
    pub capacity_m3: Vec<f64>,
    /// What it brings to them.
    pub used_m3: Vec<f64>,
}

/// A spring.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SpringBasis {
    /// Id.
    pub id: String,
    /// Spring basin.
    pub basin: String,
    /// Flow before anyone pumped or mined, as the model has it \[m³/s\].
    pub natural_m3_s: f64,
    /// Least flow that the storage test of the balance asks for \[m³/s\]; only of main springs.
    pub floor_m3_s: Option<f64>,
    /// Outlet elevation \[m\].
    pub elevation_m: f64,
    /// Whether that elevation was published.
    pub elevation_quoted: bool,
}

/// A published sum over groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PublishedSum {
    /// Id.
    pub id: String,
    /// First year.
    pub from: i16,
    /// Last year, inclusive.
    pub to: i16,
    /// Published total \[m³/a\].
    pub total_m3: f64,
    /// Groups that it sums over.
    pub groups: Vec<String>,
}

/// A published mark.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PublishedMark {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Text,
    /// `spring-flow`, `level-trend`, `flow-trend` or `flow-change`.
    pub quantity: String,
    /// Spring or zone.
    pub place: String,
    /// First year.
    pub from: i16,
    /// Last year, inclusive.
    pub to: i16,
    /// Published value.
    pub value: f64,
    /// Lower end of agreement.
    pub low: Option<f64>,
    /// Upper end of agreement.
    pub high: Option<f64>,
    /// Unit of the values.
    pub unit: String,
    /// What this run gives; absent where it does not cover the years.
    pub modelled: Option<f64>,
    /// Distance outside the range over its half-width \[-\]; zero inside.
    pub misfit: Option<f64>,
    /// Whether calibration used it.
    pub calibrated: bool,
}

/// Where a group takes, in the basin's reference system \[m\].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupPlace {
    /// Group.
    pub group: String,
    /// Position.
    pub position: [f64; 2],
}

/// A figure of the basin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FigureBasis {
    /// What it is, e.g. `rock:ordovician:conductivity`.
    pub id: String,
    /// Value.
    pub value: f64,
    /// Lower end of its range.
    pub low: Option<f64>,
    /// Upper end of its range.
    pub high: Option<f64>,
    /// Unit.
    pub unit: String,
    /// `quoted`, `computed`, `inferred` or `assumed`.
    pub sureness: String,
    /// Id of its source.
    pub source: String,
}

/// A source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceBasis {
    /// Id.
    pub id: String,
    /// Citation, or the statement of the assumption.
    pub citation: String,
}

impl RunBasis {
    /// Gathers it. `natural` is the flow of each spring before anyone pumped \[m³/d\], `record` what the run gave.
    pub fn new(basin: &Basin, scenario: &Scenario, plan: &Plan, natural: &[f64], record: &Record) -> Self {
        let floor = scenario.targets.iter().find_map(|target| match target.test {
            TargetTest::Balance { spring_floor, .. } => Some(spring_floor),
            _ => None,
        });
        let springs = basin.springs.iter().zip(natural).map(|(spring, natural)| SpringBasis {
            id: spring.id.clone(),
            basin: spring.basin.clone(),
            natural_m3_s: natural / SECONDS_PER_DAY,
            floor_m3_s: floor.filter(|_| spring.main).map(|share| share * natural / SECONDS_PER_DAY),
            elevation_m: spring.elevation.value,
            elevation_quoted: matches!(spring.elevation.sureness, Sureness::Quoted | Sureness::Computed),
        });
        let named = |id: &str, names| Named { id: id.to_owned(), name: Text::from(names) };
        Self {
            measures: scenario.measures.iter().map(|measure| named(&measure.id, &measure.names)).collect(),
            projects: projects(plan, scenario.report.from.year()),
            springs: springs.collect(),
            marks: marks(basin, record),
            ..Self::of_basin(basin, scenario)
        }
    }

    /// The part that the basin alone decides, of which a batch has nothing more: no measures, projects and springs, and marks
    /// without what a model gives.
    pub fn of_basin(basin: &Basin, scenario: &Scenario) -> Self {
        Self {
            basin: Text::from(&basin.title),
            report: (scenario.report.from.year(), scenario.report.to.year()),
            karst_layer: basin.layers.iter().position(|layer| layer.role == LayerRole::Karst).unwrap_or(0),
            measures: Vec::new(),
            projects: Vec::new(),
            springs: Vec::new(),
            published: published(basin),
            marks: marks(basin, &Record::default()),
            places: places(basin),
            figures: all_figures(basin),
            sources: basin
                .sources
                .iter()
                .map(|source| SourceBasis { id: source.id.clone(), citation: source.citation.clone() })
                .collect(),
            names: all_names(basin),
        }
    }
}

/// Capacity and use of each project by year of the report.
fn projects(plan: &Plan, from: i16) -> Vec<ProjectYears> {
    let mut years: Vec<i16> = plan.periods.iter().map(|period| period.year()).collect();
    years.dedup();
    years.retain(|year| *year >= from);
    let sum = |project: usize, year: i16, of: fn(quanyu_policy::ProjectUse) -> Litres| -> f64 {
        let periods = plan.periods.iter().enumerate().filter(|(_, period)| period.year() == year);
        let total: Litres = periods.map(|(period, _)| of(plan.project(project, period))).sum();
        total.cubic_metres()
    };
    let each = plan.projects.iter().enumerate().map(|(project, row)| ProjectYears {
        id: row.id.clone(),
        name: Text::from(&row.names),
        capacity_m3: years.iter().map(|year| sum(project, *year, |state| state.capacity)).collect(),
        used_m3: years.iter().map(|year| sum(project, *year, |state| state.used)).collect(),
        years: years.clone(),
    });
    each.collect()
}

fn published(basin: &Basin) -> Vec<PublishedSum> {
    let in_zone = |own: Option<&String>, zone: &str| {
        let mut next = own.cloned();
        while let Some(id) = next {
            if id == zone {
                return true;
            }
            next = basin.zones.iter().find(|known| known.id == id).and_then(|known| known.parent.clone());
        }
        false
    };
    let sums = basin.ties.iter().map(|tie| {
        let covered = basin.groups.iter().filter(|group| {
            tie.booking.is_none_or(|booking| group.booking == booking)
                && match &tie.county {
                    Some(county) => group.county.as_ref() == Some(county),
                    None => group.county.is_some(),
                }
                && tie.zone.as_ref().is_none_or(|zone| in_zone(group.zone.as_ref(), zone))
        });
        PublishedSum {
            id: tie.id.clone(),
            from: tie.from,
            to: tie.to,
            total_m3: tie.total.value,
            groups: covered
                .filter(|group| group.booking == Booking::Groundwater)
                .map(|group| group.id.clone())
                .collect(),
        }
    });
    sums.collect()
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn marks(basin: &Basin, record: &Record) -> Vec<PublishedMark> {
    let marks = basin.marks.iter().zip(compare_with_marks(basin, record)).map(|(mark, result)| {
        let (quantity, place) = match &mark.quantity {
            MarkQuantity::SpringFlow { spring } => ("spring-flow", spring),
            MarkQuantity::LevelTrend { zone } => ("level-trend", zone),
            MarkQuantity::FlowTrend { spring } => ("flow-trend", spring),
            MarkQuantity::FlowChange { spring } => ("flow-change", spring),
        };
        PublishedMark {
            id: result.id,
            name: Text::new(result.zh, result.en),
            quantity: quantity.to_owned(),
            place: place.clone(),
            from: result.from,
            to: result.to,
            value: result.published,
            low: result.low,
            high: result.high,
            unit: result.unit.to_owned(),
            modelled: result.modelled,
            misfit: result.misfit,
            calibrated: result.calibrated,
        }
    });
    marks.collect()
}

/// Centre of each group's wells, where it has any inside the model.
fn places(basin: &Basin) -> Vec<GroupPlace> {
    use geo::{Centroid, InteriorPoint};
    let centre = |polygon: &geo::MultiPolygon<f64>| {
        polygon.centroid().or_else(|| polygon.interior_point()).map(|point| [point.x(), point.y()])
    };
    let placed = basin.groups.iter().filter_map(|group| {
        let position = match &group.placement {
            Placement::Point { position, .. } => Some(*position),
            Placement::Zone(zone) => {
                basin.zones.iter().find(|known| known.id == *zone).and_then(|zone| centre(&zone.polygon))
            }
            Placement::CountyInBasin { .. } | Placement::Outside => None,
        };
        Some(GroupPlace { group: group.id.clone(), position: position? })
    });
    placed.collect()
}

fn all_names(basin: &Basin) -> Vec<Named> {
    let mut all = Vec::new();
    let mut add = |kind: &str, id: &str, names: &Names| {
        all.push(Named { id: format!("{kind}:{id}"), name: Text::from(names) });
    };
    basin.zones.iter().for_each(|own| add("zone", &own.id, &own.names));
    basin.groups.iter().for_each(|own| add("take", &own.id, &own.names));
    basin.parameters.iter().for_each(|own| add("parameter", &own.id, &own.names));
    basin.rocks.iter().for_each(|own| add("rock", &own.id, &own.names));
    basin.faults.iter().for_each(|own| add("fault", &own.id, &own.names));
    basin.mines.iter().for_each(|own| add("mine", &own.id, &own.names));
    basin.springs.iter().for_each(|own| add("spring", &own.id, &own.names));
    basin.projects.iter().for_each(|own| add("project", &own.id, &own.names));
    basin.levers.crops.iter().for_each(|own| add("crop", &own.id, &own.names));
    basin.levers.sources.iter().for_each(|own| add("source", &own.id, &own.names));
    basin.levers.rain.iter().for_each(|own| add("rain", &own.id, &own.names));
    for river in &basin.rivers {
        add("river", &river.id, &river.names);
        // A reach has the name of its river, and its own place along it.
        for (place, reach) in river.reaches.iter().enumerate() {
            let names = Names {
                zh: format!("{}第{}段", river.names.zh, place + 1),
                en: format!("{}, reach {}", river.names.en, place + 1),
            };
            add("reach", &reach.id, &names);
        }
    }
    all
}

fn all_figures(basin: &Basin) -> Vec<FigureBasis> {
    let mut all = Vec::new();
    let mut add = |id: String, unit: &str, figure: &Figure| {
        all.push(FigureBasis {
            id,
            value: figure.value,
            low: figure.range.and_then(|range| finite(range.low)),
            high: figure.range.and_then(|range| finite(range.high)),
            unit: unit.to_owned(),
            sureness: sureness_word(figure.sureness).to_owned(),
            source: figure.source.clone(),
        });
    };
    for zone in &basin.zones {
        if let Some(allowable) = &zone.allowable {
            add(format!("zone:{}:allowable", zone.id), "m3/a", allowable);
        }
    }
    for group in &basin.groups {
        add(format!("take:{}:{}", group.id, group.base_year), "m3/a", &group.take);
    }
    for series in &basin.use_series {
        for row in &series.years {
            add(format!("use:{}:{}", series.id, row.year), "-", &row.index);
        }
    }
    add("climate:mean-precipitation".to_owned(), "mm/a", &basin.climate.mean);
    for (id, figure) in figures(basin) {
        add(id.clone(), unit_of(&id), &figure);
    }
    all
}

/// The word for how sure a figure is, as it stands in the files.
fn sureness_word(sureness: Sureness) -> &'static str {
    match sureness {
        Sureness::Quoted => "quoted",
        Sureness::Computed => "computed",
        Sureness::Inferred => "inferred",
        Sureness::Assumed => "assumed",
    }
}

/// Unit of a figure, by what it is.
fn unit_of(id: &str) -> &'static str {
    let kind = id.split(':').next().unwrap_or_default();
    let quantity = id.rsplit(':').next().unwrap_or_default();
    match (kind, quantity) {
        ("rock" | "reach", "conductivity" | "conductance") => "m/d",
        ("spring" | "boundary" | "mine", "conductance" | "drain-conductance") => "m2/d",
        ("rock", "specific-storage") => "1/m",
        ("fault", "characteristic") => "1/d",
        ("mine", "seam-floor") | ("spring", "elevation") | ("reach", "bed-depth") | ("boundary", "head") => {
            "m"
        }
        ("river", "inflow") => "m3/s",
        ("project", "capacity") => "m3/a",
        ("project", "ramp-years") => "a",
        _ => "-",
    }
}
