//! A small invented basin for tests: two spring basins side by side, four layers that pinch out eastwards, a belt of strong
//! rock, a fault, two rivers, a mine, springs and groups of every kind.

use geo::{LineString, MultiPolygon, Polygon};
use jiff::civil::date;
use ndarray::Array2;

use crate::*;

/// South-west corner of the invented country \[m\].
pub(crate) const CORNER: [f64; 2] = [612_000.0, 3_914_000.0];

/// A quoted figure.
pub(crate) fn figure(value: f64) -> Figure {
    Figure { value, range: None, sureness: Sureness::Quoted, source: "test".into(), origin: Origin(7) }
}

fn names(name: &str) -> Names {
    Names { zh: name.into(), en: name.into() }
}

/// A rectangle between two corners.
pub(crate) fn square(from: [f64; 2], to: [f64; 2]) -> MultiPolygon<f64> {
    area(&[(from[0], from[1]), (to[0], from[1]), (to[0], to[1]), (from[0], to[1])])
}

/// A polygon.
pub(crate) fn area(corners: &[(f64, f64)]) -> MultiPolygon<f64> {
    MultiPolygon(vec![Polygon::new(LineString::from(corners.to_vec()), Vec::new())])
}

fn here(corners: &[(f64, f64)]) -> Vec<(f64, f64)> {
    corners.iter().map(|(x, y)| (CORNER[0] + 1000.0 * x, CORNER[1] + 1000.0 * y)).collect()
}

/// A place in kilometres from the corner.
pub(crate) fn at(x: f64, y: f64) -> [f64; 2] {
    [CORNER[0] + 1000.0 * x, CORNER[1] + 1000.0 * y]
}

fn line(points: &[(f64, f64)]) -> LineString<f64> {
    LineString::from(here(points))
}

/// A fault.
pub(crate) fn fault_line(id: &str, line: LineString<f64>, layers: &[&str], characteristic: f64) -> FaultLine {
    FaultLine {
        id: id.into(),
        names: names(id),
        line,
        layers: layers.iter().map(|layer| (*layer).to_owned()).collect(),
        characteristic: figure(characteristic),
        origin: Origin(60),
    }
}

/// A mine of 6 km × 6 km in the west.
pub(crate) fn mine() -> Mine {
    Mine {
        id: "m".into(),
        names: names("m"),
        polygon: area(&here(&[(4.0, 10.0), (10.0, 10.3), (10.1, 16.0), (3.9, 15.8)])),
        start: date(1980, 1, 1),
        end: date(2000, 1, 1),
        closure: Some(date(2010, 1, 1)),
        seam_floor: figure(20.0),
        drain_conductance: figure(1e-4),
        vertical_factor: figure(50.0),
        recharge_factor: figure(0.6),
        origin: Origin(70),
    }
}

/// A spring in the Ordovician.
pub(crate) fn spring(id: &str, basin: &str, position: [f64; 2], elevation: f64) -> Spring {
    Spring {
        id: id.into(),
        names: names(id),
        basin: basin.into(),
        layer: "ordovician".into(),
        position,
        elevation: figure(elevation),
        conductance: figure(20_000.0),
        stages: Vec::new(),
        main: true,
        dried: None,
        origin: Origin(80),
    }
}

fn surface(value: impl Fn(f64, f64) -> f64) -> Raster {
    let (rows, columns, cell) = (26, 36, 1000.0);
    let corner = at(-2.0, 23.0);
    let values = Array2::from_shape_fn((rows, columns), |(row, column)| {
        value(column as f64 + 0.5 - 2.0, 23.0 - row as f64 - 0.5)
    });
    Raster { corner, cell, values, provenance: figure(10.0) }
}

fn ground(y: f64) -> f64 {
    800.0 + 10.0 * y
}

fn cover_bottom(x: f64, y: f64) -> f64 {
    ground(y) - (40.0 - 2.0 * x)
}

fn coal_bottom(x: f64, y: f64) -> f64 {
    cover_bottom(x, y).min(ground(y)) - (150.0 - 10.0 * x).max(-10.0)
}

fn ordovician_bottom(x: f64, y: f64) -> f64 {
    coal_bottom(x, y).min(cover_bottom(x, y)).min(ground(y)) - 300.0
}

fn layer(id: &str, role: LayerRole, bottom: Raster, rock: &str) -> Layer {
    Layer {
        id: id.into(),
        names: names(id),
        role,
        bottom,
        least_thickness: figure(4.0),
        rock: rock.into(),
        origin: Origin(20),
    }
}

fn rock(id: &str, conductivity: f64) -> Rock {
    Rock {
        id: id.into(),
        names: names(id),
        conductivity: figure(conductivity),
        vertical_ratio: figure(0.1),
        specific_storage: figure(1e-6),
        specific_yield: figure(0.03),
        origin: Origin(30),
    }
}

fn recharge_area(id: &str, coefficient: f64, polygon: Option<MultiPolygon<f64>>) -> RechargeArea {
    let kind = InfiltrationKind { id: id.into(), names: names(id), coefficient: figure(coefficient) };
    RechargeArea { kind, polygon, origin: Origin(40) }
}

fn river(id: &str, inflow: f64, joins: Option<&str>, reaches: Vec<RiverReach>) -> River {
    River {
        id: id.into(),
        names: names(id),
        inflow: figure(inflow),
        shape: "even".into(),
        joins: joins.map(str::to_owned),
        reaches,
        origin: Origin(90),
    }
}

fn reach(id: &str, points: &[(f64, f64)], stages: [f64; 2]) -> RiverReach {
    RiverReach {
        id: id.into(),
        line: line(points),
        stage_from: figure(stages[0]),
        stage_to: figure(stages[1]),
        bed_depth: figure(2.0),
        conductance: figure(0.5),
        layer: None,
        origin: Origin(91),
    }
}

/// A group with wells.
pub(crate) fn group(id: &str, layer: Option<&str>, placement: Placement) -> Group {
    Group {
        id: id.into(),
        names: names(id),
        county: Some("west".into()),
        basin: Some("a".into()),
        layer: layer.map(str::to_owned),
        zone: None,
        sector: Sector::Industry,
        owner: Owner::SelfSupply,
        kind: GroupKind::Wells,
        booking: Booking::Groundwater,
        placement,
        location_unknown: false,
        base_year: 2010,
        take: figure(1e6),
        series: "flat".into(),
        shape: "even".into(),
        tags: Vec::new(),
        origin: Origin(100),
    }
}

fn groups() -> Vec<Group> {
    let wells = |id: &str, layer: &str, placement| group(id, Some(layer), placement);
    let mut intake = group("intake", None, Placement::Outside);
    intake.kind = GroupKind::SpringIntake { spring: "spring-b".into() };
    let mut drainage = group("drainage", None, Placement::Outside);
    drainage.kind = GroupKind::MineDrainage { mine: "m".into() };
    vec![
        wells("disc", "ordovician", Placement::Point { position: at(12.0, 7.0), radius: 1500.0 }),
        wells("single", "cambrian", Placement::Point { position: at(23.0, 13.0), radius: 0.0 }),
        wells("zone", "ordovician", Placement::Zone("town".into())),
        wells("county", "coal", Placement::CountyInBasin { county: "west".into(), basin: "a".into() }),
        intake,
        drainage,
        group("elsewhere", None, Placement::Outside),
    ]
}

fn outline(id: &str, corners: &[(f64, f64)]) -> Outline {
    Outline {
        id: id.into(),
        names: names(id),
        polygon: area(&here(corners)),
        area: figure(1.0),
        origin: Origin(10),
    }
}

/// The invented basin.
pub(crate) fn basin() -> Basin {
    let observation = |id: &str, position, layer: &str| Observation {
        id: id.into(),
        names: names(id),
        position,
        layer: layer.into(),
        zone: Some("town".into()),
        measured: false,
        levels: Vec::new(),
        origin: Origin(110),
    };
    Basin {
        id: "invented".into(),
        title: names("invented"),
        crs: Crs { epsg: 32649, name: "WGS 84 / UTM zone 49N".into() },
        time: TimeFrame { history_from: 1975, monthly_from: 2000, to: 2012 },
        sources: Vec::new(),
        outlines: vec![
            outline("a", &[(0.3, 3.4), (6.0, 0.2), (14.2, 1.25), (16.9, 19.8), (8.0, 18.2), (2.2, 19.5)]),
            outline("b", &[(14.2, 1.25), (22.0, 0.2), (30.7, 2.9), (31.6, 10.0), (28.8, 19.1), (16.9, 19.8)]),
        ],
        counties: vec![County {
            id: "west".into(),
            names: names("west"),
            polygon: area(&here(&[(-5.0, -5.0), (9.4, -5.0), (11.7, 12.0), (-5.0, 30.0)])),
            area: figure(1.0),
            origin: Origin(15),
        }],
        zones: vec![Zone {
            id: "town".into(),
            parent: None,
            names: names("town"),
            polygon: area(&here(&[(11.3, 5.2), (17.8, 5.9), (16.2, 11.1), (11.9, 10.7)])),
            area: None,
            allowable: None,
            grade: None,
            origin: Origin(16),
        }],
        ground: surface(|_, y| ground(y)),
        layers: vec![
            layer("cover", LayerRole::Cover, surface(cover_bottom), "loess"),
            layer("coal", LayerRole::CoalMeasures, surface(coal_bottom), "mudstone"),
            layer("ordovician", LayerRole::Karst, surface(ordovician_bottom), "limestone"),
            layer("cambrian", LayerRole::Karst, surface(|x, y| ordovician_bottom(x, y) - 250.0), "dolomite"),
        ],
        rocks: vec![
            rock("loess", 0.1),
            rock("mudstone", 0.001),
            rock("limestone", 2.0),
            rock("dolomite", 0.5),
            rock("belt", 30.0),
        ],
        rock_areas: vec![RockArea {
            layer: "ordovician".into(),
            rock: "belt".into(),
            polygon: area(&here(&[(6.0, 0.0), (9.0, 0.0), (14.0, 18.0), (11.0, 18.0)])),
            origin: Origin(35),
        }],
        recharge_areas: vec![
            recharge_area("covered", 0.04, None),
            recharge_area(
                "bare",
                0.3,
                Some(area(&here(&[(19.0, -5.0), (40.0, -5.0), (40.0, 25.0), (18.0, 25.0)]))),
            ),
        ],
        faults: vec![fault_line(
            "f",
            line(&[(0.6, 8.0), (10.0, 9.7), (19.0, 7.1), (31.2, 12.3)]),
            &["cover", "coal", "ordovician", "cambrian"],
            1e-5,
        )],
        mines: vec![mine()],
        boundary_alternatives: vec![BoundaryAlternative {
            alternative: "leaky-north".into(),
            line: line(&[(8.0, 18.2), (16.9, 19.8)]),
            layers: vec!["ordovician".into(), "cambrian".into()],
            head: figure(850.0),
            conductance: figure(0.01),
            origin: Origin(120),
        }],
        boundary: None,
        rivers: vec![
            river(
                "main",
                2.0,
                None,
                vec![
                    reach("upper", &[(24.0, 24.0), (23.3, 15.0), (24.6, 10.0)], [985.0, 880.0]),
                    reach("lower", &[(24.6, 10.0), (22.0, 5.0), (23.0, -3.0)], [880.0, 780.0]),
                ],
            ),
            river(
                "side",
                0.3,
                Some("main"),
                vec![reach("side", &[(28.0, 14.0), (22.01, 5.0)], [920.0, 830.0])],
            ),
        ],
        springs: vec![
            spring("spring-a", "a", at(8.1, 1.3), 620.0),
            spring("spring-b", "b", at(28.3, 2.9), 600.0),
        ],
        climate: Climate {
            mean: figure(600.0),
            years: vec![PrecipitationYear { year: 1976, precipitation: figure(480.0) }],
            monthly: [0.01, 0.01, 0.03, 0.05, 0.08, 0.12, 0.25, 0.22, 0.13, 0.06, 0.03, 0.01],
        },
        groups: groups(),
        use_series: Vec::new(),
        month_shapes: vec![("even".into(), [1.0 / 12.0; 12])],
        projects: Vec::new(),
        observations: vec![
            observation("well", at(14.4, 8.3), "ordovician"),
            observation("seam", at(22.0, 15.0), "coal"),
        ],
        marks: Vec::new(),
        ties: Vec::new(),
        parameters: Vec::new(),
        levers: crate::Levers::default(),
    }
}
