//! Each way to break a basin has its message, at its place.

use quanyu_files::{Sources, Style, read_basin, render};

use crate::small_basin::Workshop;

/// Reads the basin, which must be at fault, and renders the faults.
fn message(workshop: &Workshop) -> String {
    let mut sources = Sources::new();
    let faults = read_basin(&workshop.path("basin"), &mut sources).map(|_| ()).unwrap_err();
    workshop.shorten(&render(&sources, &faults, Style::Plain))
}

/// File, text replaced, its replacement, place of the fault, parts of the message.
type Break = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const BREAKS: &[Break] = &[
    (
        "basin.toml",
        "boundary = ",
        "boundry = ",
        "basin.toml:5:1",
        &["unknown_key", "no key `boundry`", "did you mean `boundary`?"],
    ),
    (
        "basin.toml",
        "\"no-flow\"",
        "\"leeky\"",
        "basin.toml:5:12",
        &["no boundary alternative `leeky`", "did you mean `leaky`?"],
    ),
    (
        "basin.toml",
        "to = 2030",
        "to = 1980",
        "basin.toml:6:1",
        &["bad_date", "out of order", "1990, 2000, 1980"],
    ),
    (
        "basin.toml",
        "to = 2030",
        "to = \"soon\"",
        "basin.toml:9:6",
        &["`to` must be a year", "the text \"soon\""],
    ),
    ("basin.toml", "epsg = 32649", "epsg = 4", "basin.toml:4:16", &["out_of_range", "no EPSG code"]),
    ("basin.toml", "low = 10\n", "", "basin.toml:11:11", &["one end only"]),
    (
        "basin.toml",
        "low = 10\nhigh = 40\n",
        "",
        "basin.toml:11:11",
        &["assumed figure `error_m` has no range", "add `error_m_low`"],
    ),
    (
        "basin.toml",
        "\"rocks.csv\"",
        "\"rock.csv\"",
        "basin.toml:23:9",
        &["cannot be read", "did you mean `rocks.csv`?"],
    ),
    ("basin.toml", "ties = \"ties.csv\"\n", "", "basin.toml:16:1", &["`files` has no `ties`"]),
    ("basin.toml", "format = 1", "format = 2", "basin.toml:1:10", &["unsupported", "format"]),
    (
        "basin.toml",
        "history_from = 1990",
        "history_from 1990",
        "basin.toml:7:14",
        &["syntax", "not valid TOML"],
    ),
    (
        "sources.csv",
        "S1,",
        "S1,S1,",
        "sources.csv:2:1",
        &["the row has 4 cells, the header 3", "double quotes"],
    ),
    ("sources.csv", "comma\"", "comma", "sources.csv:2:1", &["a quoted cell is never closed"]),
    (
        "outlines.geojson",
        "EPSG::32649",
        "EPSG::4326",
        "outlines.geojson:2:8",
        &["another reference system", "reproject"],
    ),
    (
        "outlines.geojson",
        "\"area_km2\": 64",
        "\"area_km2\": 6400",
        "outlines.geojson:4:99",
        &["drawn area is 64.0 km²", "6400.0 km²"],
    ),
    (
        "outlines.geojson",
        "[501000, 3901000]]]}",
        "[501000, 3901500]]]}",
        "outlines.geojson:5:14",
        &["bad_geometry", "`west`", "not closed"],
    ),
    (
        "outlines.geojson",
        "[509000, 3901000], [509000, 3909000]",
        "[509000, 3909000], [509000, 3901000]",
        "outlines.geojson:5:14",
        &["`west`", "not valid"],
    ),
    ("outlines.geojson", "]]]}}", "]]}}", "outlines.geojson:5:", &["syntax", "feature collection"]),
    (
        "outlines.geojson",
        "\"type\": \"Polygon\"",
        "\"type\": \"LineString\"",
        "outlines.geojson:5:14",
        &["shape cannot be read"],
    ),
    (
        "counties.geojson",
        "\"id\": \"lower\"",
        "\"id\": \"upper\"",
        "counties.geojson:6:42",
        &["collision", "county `upper` stands twice"],
    ),
    (
        "zones.geojson",
        "\"parent\": \"town\"",
        "\"parent\": \"twon\"",
        "zones.geojson:6:64",
        &["no zone `twon`", "did you mean `town`?"],
    ),
    (
        "zones.geojson",
        "\"allowable_wan_m3\": 800",
        "\"allowable_wan_m3\": -800",
        "zones.geojson:4:",
        &["out_of_range", "0 or more"],
    ),
    (
        "layers.csv",
        ",cover,cover.asc",
        ",lid,cover.asc",
        "layers.csv:2:17",
        &["`role` of a layer cannot be `lid`", "coal-measures"],
    ),
    (
        "layers.csv",
        "karst.asc",
        "carst.asc",
        "layers.csv:3:22",
        &["cannot be read", "did you mean `karst.asc`?"],
    ),
    (
        "layers.csv",
        "limestone",
        "limestones",
        "layers.csv:3:",
        &["no rock `limestones`", "did you mean `limestone`?"],
    ),
    ("rocks.csv", "5,0.5,50", "5,6,50", "rocks.csv:3:25", &["outside its own range", "from 6 to 50"]),
    ("rocks.csv", "5,0.5,50", "nan,0.5,50", "rocks.csv:3:25", &["out_of_range", "greater than 0"]),
    ("rocks.csv", "5,0.5,50", "five,0.5,50", "rocks.csv:3:25", &["syntax", "greater than 0"]),
    (
        "rocks.csv",
        "specific_yield",
        "specific_yeild",
        "rocks.csv:1:",
        &["no column `specific_yeild`", "did you mean `specific_yield`?"],
    ),
    ("infiltration.csv", "0.25,,,", "1.25,,,", "infiltration.csv:3:24", &["a number from 0 to 1"]),
    (
        "infiltration.csv",
        "0.25,,,S1,quoted",
        "0.25,,,S1,assumed",
        "infiltration.csv:3:24",
        &["assumed figure `coefficient` has no range", "coefficient_low"],
    ),
    (
        "infiltration.csv",
        "0.25,,,S1,quoted",
        "0.25,,,S1,",
        "infiltration.csv:3:24",
        &["the figure `coefficient` has no `sureness`"],
    ),
    ("infiltration.csv", "0.25,,,S1", "0.25,,,S9", "infiltration.csv:3:", &["no source `S9`", "S1, OURS"]),
    ("mines.geojson", "2010-12", "1994-12", "mines.geojson:4:", &["dates of the mine are out of order"]),
    (
        "mines.geojson",
        "2010-12",
        "2010-13",
        "mines.geojson:4:",
        &["bad_date", "`end` of a mine is no date", "YYYY-MM"],
    ),
    ("rivers.csv", "precipitation", "snow", "rivers.csv:2:", &["no month shape `snow`"]),
    (
        "reaches.geojson",
        "\"river\": \"blue\"",
        "\"river\": \"bleu\"",
        "reaches.geojson:4:",
        &["no river `bleu`", "did you mean `blue`?"],
    ),
    (
        "reaches.geojson",
        "\"stage_to_m\": 960",
        "\"stage_to_m\": 990",
        "reaches.geojson:4:",
        &["flows uphill"],
    ),
    (
        "springs.csv",
        "508500",
        "598500",
        "springs.csv:2:",
        &["not_tied", "a spring lies outside every spring basin", "(598500, 3905500)"],
    ),
    ("springs.csv", "\nbig,", "\nBIG,", "spring_stages.csv:2:1", &["no spring `big`", "did you mean `BIG`?"]),
    ("spring_stages.csv", "6;7;8", "6;13", "spring_stages.csv:2:", &["no such month", "found: 13"]),
    ("climate.csv", "mean", "1950", "climate.csv:1:1", &["long-term mean", "`mean`"]),
    ("climate.csv", "2003", "1997", "climate.csv:4:1", &["rain of `1997` stands twice"]),
    (
        "month_shapes.csv",
        "0.24,",
        "0.25,",
        "month_shapes.csv:3:1",
        &["the months of the shape `precipitation` sum to 1.01"],
    ),
    (
        "month_shapes.csv",
        "precipitation,",
        "rain,",
        "month_shapes.csv:2:1",
        &["no month shape `precipitation`"],
    ),
    (
        "groups.csv",
        ",300,,,steady",
        ",-300,,,steady",
        "groups.csv:2:",
        &["out_of_range", "`take_wan_m3` of a group must be a number of 0 or more"],
    ),
    (
        "groups.csv",
        "industry,self-supply,wells",
        "industrial,self-supply,wells",
        "groups.csv:3:",
        &["`sector` of a group cannot be `industrial`", "industry"],
    ),
    (
        "groups.csv",
        "spring-intake:big",
        "spring-intake:bog",
        "groups.csv:5:",
        &["no spring `bog`", "did you mean `big`?"],
    ),
    (
        "groups.csv",
        "zone:town",
        "zone",
        "groups.csv:3:",
        &["`placement` of a group cannot be `zone`", "zone:ZONE"],
    ),
    (
        "groups.csv",
        "lower,west,cover",
        "lower,,cover",
        "groups.csv:4:",
        &["`county-in-basin` needs a county and a basin"],
    ),
    (
        "groups.csv",
        "upper,west,karst,old-town",
        "upper,west,,old-town",
        "groups.csv:2:",
        &["wells in the model need a layer"],
    ),
    (
        "groups.csv",
        ",500,400,600",
        ",490,400,600",
        "ties.csv:2:",
        &["do not add up", "sum 790.00 wan m³/a, published 800.00, difference -10.00 (-1.25 %)"],
    ),
    (
        "use_series.csv",
        "growing,2000,0.5",
        "growing,2000,0.6",
        "ties.csv:3:",
        &["`town-2009`", "zone town, booked as groundwater", "sum 790.00"],
    ),
    (
        "use_series.csv",
        "steady,2010,1,",
        "steady,2010,0,",
        "groups.csv:2:",
        &["`steady` is zero in the base year of the group `waterworks`"],
    ),
    (
        "use_series.csv",
        "growing,2010,1",
        "growing,2000,1",
        "use_series.csv:4:",
        &["the year 2000 of the series `growing` stands twice"],
    ),
    (
        "projects.csv",
        "upper,blue",
        "uper,blue",
        "projects.csv:2:",
        &["no county `uper`", "did you mean `upper`?"],
    ),
    (
        "observations.csv",
        "504500",
        "404500",
        "observations.csv:2:",
        &["an observation point lies outside every spring basin"],
    ),
    ("marks.csv", "level-trend,town", "level-trend,big", "marks.csv:3:", &["no zone `big`"]),
    ("marks.csv", "1995,2005", "2005,1995", "marks.csv:2:", &["the period ends before it begins"]),
    ("parameters.csv", "1,0.1,10,true", "1,,,true", "parameters.csv:2:", &["a free parameter needs a range"]),
    ("ground.asc", "985", "98x5", "ground.asc:7:14", &["row 1 of the raster holds no number here"]),
    (
        "ground.asc",
        "ncols 12",
        "ncols 13",
        "ground.asc:16:1",
        &["too few values", "found: 120", "10 rows of 13 values: 130"],
    ),
    ("ground.asc", "ncols 12", "ncols 11", "ground.asc:", &["too many values"]),
    ("ground.asc", "cellsize", "cellsise", "ground.asc:5:1", &["no `cellsise`", "did you mean `cellsize`?"]),
    (
        "ground.asc",
        "cellsize 1000",
        "cellsize 100",
        "basin.toml:1:1",
        &["the ground does not cover the spring basin `west`", "extend the raster"],
    ),
    (
        "ground.asc",
        "cellsize 1000",
        "cellsize 100000",
        "outlines.geojson:4:1",
        &["`west` is smaller than one cell of the ground"],
    ),
    (
        "targets.toml",
        "decides = \"allowable\"",
        "decides = \"hope\"",
        "targets.toml:15:11",
        &["`decides` cannot be `hope`", "allowable, storage, level"],
    ),
    (
        "targets.toml",
        "0.1 yi_m3/a",
        "0.1",
        "targets.toml:5:8",
        &["bad_unit", "`most` has no unit", "wan_m3_per_year"],
    ),
    (
        "targets.toml",
        "\"0.1 yi_m3/a\"",
        "0.1",
        "targets.toml:5:8",
        &["`most` must be a volume per year with its unit"],
    ),
    ("targets.toml", "spring = \"big\"", "spring = \"bag\"", "targets.toml:27:10", &["no spring `bag`"]),
    (
        "targets.toml",
        "by = \"2020-12\"",
        "by = \"2050-12\"",
        "targets.toml:6:6",
        &["`by` lies outside the run", "1990-01-01 to 2030-12-31"],
    ),
    (
        "targets.toml",
        "low = 0.3\nhigh = 0.7\n",
        "",
        "targets.toml:16:16",
        &["assumed figure `spring_floor` has no range"],
    ),
    (
        "targets.toml",
        "id = \"stable\"",
        "id = \"cap\"",
        "targets.toml:25:6",
        &["a target of the id `cap` stands twice"],
    ),
];

#[test]
fn every_break_is_told_at_its_place() {
    let mut missed = String::new();
    for (file, old, new, place, parts) in BREAKS {
        let workshop = Workshop::new();
        workshop.replace(&format!("basin/{file}"), old, new);
        let message = message(&workshop);
        for part in parts.iter().chain([&format!("--> basin/{place}").as_str()]) {
            if !message.contains(part) {
                missed.push_str(&format!("{file}: `{old}` → `{new}`: no `{part}` in\n{message}\n"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed}");
}

#[test]
fn one_break_gives_one_message() {
    for (file, old, new) in [
        ("rocks.csv", "5,0.5,50", "five,0.5,50"),
        ("groups.csv", "spring-intake:big", "spring-intake:bog"),
        ("basin.toml", "\"rocks.csv\"", "\"rock.csv\""),
        ("outlines.geojson", "]]]}}", "]]}}"),
        ("basin.toml", "history_from = 1990", "history_from 1990"),
    ] {
        let workshop = Workshop::new();
        workshop.replace(&format!("basin/{file}"), old, new);
        let message = message(&workshop);
        assert!(message.ends_with("\n1 fault in the input; nothing was run\n"), "{file}:\n{message}");
    }
}

#[test]
fn all_faults_of_all_files_come_at_once_sorted_by_place() {
    let workshop = Workshop::new();
    workshop.replace("basin/springs.csv", "508500", "598500");
    workshop.replace("basin/groups.csv", "zone:town", "zone:twon");
    workshop.replace("basin/groups.csv", ",300,,,", ",-300,,,");
    workshop.replace("basin/basin.toml", "error_m = 20", "error_m = 2000");
    let message = message(&workshop);
    let at = |place: &str| message.find(place).unwrap_or_else(|| panic!("no {place} in\n{message}"));
    assert!(at("basin.toml:11") < at("groups.csv:2") && at("groups.csv:2") < at("groups.csv:3"));
    assert!(at("groups.csv:3") < at("springs.csv:2"));
    assert!(message.ends_with("4 faults in the input; nothing was run\n"), "{message}");
}

#[test]
fn a_message_shows_the_line_the_value_and_the_remedy() {
    let workshop = Workshop::new();
    workshop.replace("basin/use_series.csv", "growing,2000,0.5", "growing,200,0.5");
    workshop.replace("basin/projects.csv", "upper,blue", "uper,blue");
    let expected = "\
error[quanyu::unknown_name]: there is no county `uper`
 --> basin/projects.csv:2:60
  |
2 | reservoir,水库,Reservoir,2015-01,1000,2,0.1,0.05,0.2,uper,blue,S1,inferred
  |                                                      ^^^^
  |
  = note: allowed: upper, lower
  = help: did you mean `upper`?
";
    let message = message(&workshop);
    assert!(message.contains(expected.replace(":2:60", ":2:52").as_str()), "{message}");
}

#[test]
fn colours_are_for_terminals_only() {
    let workshop = Workshop::new();
    workshop.replace("basin/projects.csv", "upper,blue", "uper,blue");
    let mut sources = Sources::new();
    let faults = read_basin(&workshop.path("basin"), &mut sources).unwrap_err();
    assert!(!render(&sources, &faults, Style::Plain).contains('\u{1b}'));
    assert!(render(&sources, &faults, Style::Coloured).contains('\u{1b}'));
    assert_eq!(Style::detect(&std::fs::File::open(workshop.path("basin/basin.toml")).unwrap()), Style::Plain);
}

#[test]
fn text_in_another_encoding_is_named_as_such() {
    let workshop = Workshop::new();
    let mut bytes = b"id,citation,read_at\nS1,".to_vec();
    bytes.extend([0xb1, 0xa8, 0xb8, 0xe6]);
    std::fs::write(workshop.path("basin/sources.csv"), bytes).unwrap();
    let message = message(&workshop);
    assert!(message.contains("--> basin/sources.csv:2:4"), "{message}");
    assert!(message.contains("not UTF-8") && message.contains("CSV UTF-8"), "{message}");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let workshop = Workshop::new();
    let text = workshop.read("basin/groups.csv").replace('\n', "\r\n");
    workshop.write("basin/groups.csv", &format!("\u{feff}{text}"));
    let folder = read_basin(&workshop.path("basin"), &mut Sources::new()).unwrap();
    assert_eq!(folder.basin.groups[0].id, "waterworks");
}

#[test]
fn a_folder_without_a_basin_is_told_so() {
    let workshop = Workshop::new();
    let mut sources = Sources::new();
    let faults = read_basin(&workshop.path("scenarios"), &mut sources).unwrap_err();
    let message = workshop.shorten(&render(&sources, &faults, Style::Plain));
    assert!(message.contains("the file `scenarios/basin.toml` cannot be read"), "{message}");
}
