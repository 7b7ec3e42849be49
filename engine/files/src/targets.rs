//! Targets, as a basin states them by default and a scenario adds or tightens.

use quanyu_basin::{Basin, Names};
use quanyu_flow::{FaultKind, Origin};
use quanyu_policy::{BalanceTest, Target, TargetTest, Text};

use crate::basin::{SOURCE_KINDS, read_names};
use crate::diagnostic::{Collector, Ids};
use crate::document::dates::Day;
use crate::document::row::Domain;
use crate::document::toml_figure::{SURENESS, figure_keys, read_figure};
use crate::document::toml_tree::{Datum, Node, Tree};
use crate::document::units::{UnitFault, VOLUME_UNITS, volume_per_year};
use crate::scenario::{RATES, read_share};

const WHOSE: &str = "a target";
/// 万, the ten thousand that volumes are counted by.
const WAN: f64 = 1e4;
/// Keys of every target.
const COMMON_KEYS: [&str; 8] = ["id", "title", "test", "by", "required", "origin", "sureness", "note"];

/// Word of a test in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Cap,
    Balance(Option<BalanceTest>),
    SpringStable,
    SpringLevel,
    SpringReflow,
    KarstTake,
    TotalUse,
    UseRate,
    SavingRate,
    Unpublished,
}

/// `allowable`, `storage` and `level` are short for a balance that they decide.
const TESTS: [(&str, Test); 13] = [
    ("cap", Test::Cap),
    ("balance", Test::Balance(None)),
    ("allowable", Test::Balance(Some(BalanceTest::Allowable))),
    ("storage", Test::Balance(Some(BalanceTest::Storage))),
    ("level", Test::Balance(Some(BalanceTest::Level))),
    ("spring-stable", Test::SpringStable),
    ("spring-level", Test::SpringLevel),
    ("spring-reflow", Test::SpringReflow),
    ("karst-take", Test::KarstTake),
    ("total-use", Test::TotalUse),
    ("use-rate", Test::UseRate),
    ("saving-rate", Test::SavingRate),
    ("unpublished", Test::Unpublished),
];
const DECIDING: [(&str, BalanceTest); 3] =
    [("allowable", BalanceTest::Allowable), ("storage", BalanceTest::Storage), ("level", BalanceTest::Level)];

/// Reads targets; a target that appears twice is a fault.
pub(crate) fn read_targets(
    trees: &[Tree],
    basin: &Basin,
    sources: &Ids,
    faults: &mut Collector,
) -> Vec<Target> {
    check_twice(trees, WHOSE, faults);
    trees.iter().filter_map(|tree| read_target(tree, basin, sources, faults)).collect()
}

/// A fault for every id that stands twice in a file.
pub(crate) fn check_twice(trees: &[Tree], whose: &str, faults: &mut Collector) {
    let id =
        |tree: &Tree| tree.get("id").map(|node| (node.text("`id`", &mut Collector::default()), node.origin));
    let ids: Vec<(String, Origin)> = trees.iter().filter_map(id).collect();
    for (index, (id, origin)) in ids.iter().enumerate() {
        if !id.is_empty() && ids[..index].iter().any(|(earlier, _)| earlier == id) {
            let message = format!("{whose} of the id `{id}` stands twice");
            faults.add(
                FaultKind::Collision,
                *origin,
                message,
                id,
                "each id once",
                "rename or remove one of them",
            );
        }
    }
}

fn read_target(tree: &Tree, basin: &Basin, sources: &Ids, faults: &mut Collector) -> Option<Target> {
    let before = faults.len();
    let id = tree.required("id", WHOSE, faults).map(|node| node.text("`id`", faults));
    let test = tree.required("test", WHOSE, faults).and_then(|node| node.choice("`test`", &TESTS, faults));
    let by = tree.required("by", WHOSE, faults).map(|node| read_day(node, "`by`", Day::Last, basin, faults));
    let required = tree.required("required", WHOSE, faults).map(|node| node.boolean("`required`", faults));
    let names: Option<Names> = tree.get("title").map(|node| read_names(node, faults));
    if let Some(node) = tree.get("origin") {
        let source = node.text("`origin`", faults);
        if !sources.contains(&source) {
            faults.unknown_name(node.origin, &source, sources);
        }
    }
    if let Some(node) = tree.get("sureness") {
        node.choice("`sureness`", &SURENESS, faults);
    }
    let test = test.and_then(|test| read_test(tree, test, basin, sources, faults));
    if faults.len() > before {
        return None;
    }
    let id = id?;
    let names = names.unwrap_or_else(|| Names { zh: id.clone(), en: id.clone() });
    Some(Target { id, names, test: test?, by: by?, required: required?, origin: tree.origin })
}

fn read_test(
    tree: &Tree,
    test: Test,
    basin: &Basin,
    sources: &Ids,
    faults: &mut Collector,
) -> Option<TargetTest> {
    let (own, figure): (&[&str], Option<&str>) = match test {
        Test::Cap => (&["most"], None),
        Test::Balance(None) => (&["decides", "spring_floor"], Some("spring_floor")),
        Test::Balance(Some(_)) => (&["spring_floor"], Some("spring_floor")),
        Test::SpringStable => (&["spring", "dead_band"], Some("dead_band")),
        Test::SpringLevel | Test::SpringReflow => (&["spring"], None),
        Test::KarstTake => (&["base_year"], None),
        Test::TotalUse => (&["most", "beside_wan_m3"], Some("beside_wan_m3")),
        Test::UseRate => (&["source_kind", "least"], None),
        Test::SavingRate => (&["rate", "bound"], None),
        Test::Unpublished => (&["missing"], None),
    };
    let beside = figure.map(figure_keys).unwrap_or_default();
    let known: Vec<&str> =
        COMMON_KEYS.iter().chain(own).copied().chain(beside.iter().map(String::as_str)).collect();
    tree.check_keys("a target of this test", &known, faults);
    let value = figure.and_then(|key| {
        tree.required(key, WHOSE, faults);
        let domain = if test == Test::TotalUse { Domain::NonNegative } else { Domain::Share };
        read_figure(tree, key, domain, false, sources, faults)
    });
    let figure = value.as_ref();
    let beside = figure.map(|figure| [figure.value, figure.low(), figure.high()].map(|volume| volume * WAN));
    let value = figure.map(|figure| figure.value);
    match test {
        Test::Cap => {
            let most = read_volume(tree.required("most", WHOSE, faults)?, "`most`", faults)?;
            Some(TargetTest::Cap { most })
        }
        Test::Balance(short) => {
            let decides = match short {
                Some(decides) => Some(decides),
                None => tree.required("decides", WHOSE, faults)?.choice("`decides`", &DECIDING, faults),
            };
            Some(TargetTest::Balance { decides: decides?, spring_floor: value? })
        }
        Test::SpringStable => {
            Some(TargetTest::SpringStable { spring: read_spring(tree, basin, faults)?, dead_band: value? })
        }
        Test::SpringLevel => Some(TargetTest::SpringLevel { spring: read_spring(tree, basin, faults)? }),
        Test::SpringReflow => Some(TargetTest::SpringReflow { spring: read_spring(tree, basin, faults)? }),
        Test::TotalUse => {
            let most = read_volume(tree.required("most", WHOSE, faults)?, "`most`", faults)?;
            Some(TargetTest::TotalUse { most, beside: beside? })
        }
        Test::UseRate => {
            let kind = tree.required("source_kind", WHOSE, faults);
            let kind = kind.and_then(|node| node.choice("`source_kind`", &SOURCE_KINDS, faults));
            let least = read_share(tree.required("least", WHOSE, faults)?, "`least`", faults);
            Some(TargetTest::UseRate { kind: kind?, least })
        }
        Test::SavingRate => {
            let rate = tree.required("rate", WHOSE, faults);
            let rate = rate.and_then(|node| node.choice("`rate`", &RATES, faults));
            let bound = read_share(tree.required("bound", WHOSE, faults)?, "`bound`", faults);
            Some(TargetTest::SavingRate { rate: rate?, bound })
        }
        Test::Unpublished => {
            let missing = read_names(tree.required("missing", WHOSE, faults)?, faults);
            Some(TargetTest::Unpublished { missing: Text::from(&missing) })
        }
        Test::KarstTake => {
            let node = tree.required("base_year", WHOSE, faults)?;
            let base_year = node.year("`base_year`", faults);
            if !(basin.time.history_from..=basin.time.to).contains(&base_year) {
                let allowed = format!("{} to {}", basin.time.history_from, basin.time.to);
                faults.add(
                    FaultKind::BadDate,
                    node.origin,
                    "`base_year` lies outside the run",
                    base_year,
                    allowed,
                    "",
                );
            }
            Some(TargetTest::KarstTake { base_year })
        }
    }
}

fn read_spring(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<String> {
    let node = tree.required("spring", WHOSE, faults)?;
    let spring = node.text("`spring`", faults);
    let ids = Ids::new("spring", basin.springs.iter().map(|spring| spring.id.clone()));
    // Where the table of springs is at fault itself, its names are not known.
    if !basin.springs.is_empty() && !ids.contains(&spring) {
        faults.unknown_name(node.origin, &spring, &ids);
    }
    Some(spring)
}

/// A volume per year, with its unit \[m³/a\].
pub(crate) fn read_volume(node: &Node, what: &str, faults: &mut Collector) -> Option<f64> {
    let allowed = || format!("a number and one of {}", VOLUME_UNITS.join(", "));
    let text = match &node.datum {
        Datum::Text(text) => text,
        _ => {
            node.wrong(what, "a volume per year with its unit, such as \"500 wan_m3_per_year\"", faults);
            return None;
        }
    };
    match volume_per_year(text) {
        Ok(volume) if volume >= 0.0 => Some(volume),
        Ok(volume) => {
            let message = format!("{what} cannot be negative");
            faults.add(FaultKind::OutOfRange, node.origin, message, volume, "0 or more", "");
            None
        }
        Err(fault) => {
            let (message, remedy) = match fault {
                UnitFault::NotANumber => {
                    (format!("{what} does not begin with a finite number"), String::new())
                }
                UnitFault::NoUnit => (format!("{what} has no unit"), "add the unit".to_owned()),
                UnitFault::UnknownUnit(unit) => (
                    format!("{what} has the unit `{unit}`, which is no volume per time"),
                    crate::diagnostic::did_you_mean(&unit, VOLUME_UNITS),
                ),
            };
            faults.add(FaultKind::BadUnit, node.origin, message, text, allowed(), remedy);
            None
        }
    }
}

/// A date within the run.
pub(crate) fn read_day(
    node: &Node,
    what: &str,
    day: Day,
    basin: &Basin,
    faults: &mut Collector,
) -> jiff::civil::Date {
    let before = faults.len();
    let date = node.date(what, day, faults);
    let (first, last) = (basin.time.history_from, basin.time.to);
    if faults.len() == before && !(first..=last).contains(&date.year()) {
        let allowed = format!("{first}-01-01 to {last}-12-31");
        faults.add(
            FaultKind::BadDate,
            node.origin,
            format!("{what} lies outside the run"),
            date,
            allowed,
            "",
        );
    }
    date
}
