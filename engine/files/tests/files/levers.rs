//! Every kind of measure as written in a file, each way to break one, and the library that comes with the program.

use std::path::Path;

use quanyu_files::{Sources, Study, Style, read_scenarios, render};
use quanyu_policy::{Ends, MeasureKind, Money, RainSite, RechargeSite, SavingRate, TradeWithin, apply};

use crate::small_basin::Workshop;

/// A workshop whose basin has what the levers need.
pub(crate) fn workshop() -> Workshop {
    let workshop = Workshop::new();
    workshop.replace(
        "basin/basin.toml",
        "parameters = ",
        "sectors = \"sectors.csv\"\ncrops = \"crops.csv\"\nunconventional = \"unconventional.csv\"\n\
         project_years = \"project_years.csv\"\nwarnings = \"warnings.csv\"\nrain_enhancement = \"rain_enhancement.csv\"\nparameters = ",
    );
    workshop.write(
        "basin/rain_enhancement.csv",
        "id,name_zh,name_en,gain_share,gain_share_low,gain_share_high,origin,sureness\n\
         seeding,人工增雨,Cloud seeding,0.1,0,0.2,OURS,assumed\n",
    );
    // Green space takes a little of what the factory took, so that the published sums stay.
    workshop.replace("basin/groups.csv", "2010,500,400,600", "2010,490,390,590");
    workshop.replace(
        "basin/groups.csv",
        "plant,电厂",
        "green,绿地,Green space,upper,west,karst,town,ecology,self-supply,wells,groundwater,zone:town,,,,true,2010,10,5,15,growing,even,,\
         OURS,assumed\nplant,电厂",
    );
    workshop.replace(
        "basin/basin.toml",
        "parameters = ",
        "measured_levels = \"measured_levels.csv\"\nparameters = ",
    );
    workshop.replace("basin/observations.csv", "karst,town,false", "karst,town,true");
    workshop.write(
        "basin/measured_levels.csv",
        "observation,year,level_m,origin,sureness\nw1,2015,640.2,S1,quoted\nw1,2014,640.5,S1,quoted\n",
    );
    workshop.write(
        "basin/warnings.csv",
        "zone,indicator,grade,above,low,high,origin,sureness\n,overdraft,attention,0,-0.1,0.1,OURS,assumed\n\
         ,overdraft,severe,0.3,0.3,0.5,OURS,assumed\ntown,overdraft,attention,-0.2,-0.2,-0.1,OURS,assumed\n",
    );
    workshop.write(
        "basin/sectors.csv",
        "sector,elasticity,price_yuan_per_m3,value_yuan_per_m3,returned_share,origin,sureness\n\
         domestic,-0.2,3,15,0.1,S1,quoted\nindustry,-0.4,4,30,0.05,S1,quoted\nirrigation,-0.3,0.5,2,0.2,S1,quoted\n",
    );
    workshop.write(
        "basin/crops.csv",
        "id,name_zh,name_en,quota_m3_per_mu,low,high,origin,sureness\nwheat,小麦,Wheat,150,100,200,OURS,assumed\n",
    );
    workshop.write(
        "basin/unconventional.csv",
        "id,name_zh,name_en,kind,available_wan_m3,least_share,least_from,counties,sectors,origin,sureness\n\
         pit-water,矿井水,Pit water,mine-water,120,0.75,,upper;lower,industry;irrigation,S1,quoted\n",
    );
    workshop.write(
        "basin/project_years.csv",
        "project,year,capacity_wan_m3,origin,sureness\nreservoir,2025,1500,S1,quoted\n",
    );
    workshop.replace("basin/projects.csv", "counties,river", "dry_below_share,dry_share,counties,river");
    workshop.replace("basin/projects.csv", "upper,blue", "0.8,0.7,upper,blue");
    workshop.replace("basin/zones.geojson", "\"parent\": null,", "\"parent\": null, \"grade\": \"severe\",");
    workshop
}

pub(crate) const EVERY: &str = r#"name = "every"
title = { zh = "全部", en = "Every" }
basin = "../basin"
climate = { from = 2020, to = 2030, rain = "85 %" }
compliance = "90 %"

[[project]]
id = "reservoir"
delay_months = 12
capacity = "80 %"

[[measure]]
id = "ban"
kind = "ban"
where = { zone = "town", at_most = "900 wan_m3/a" }
from = "2026-01"
exempt = ["domestic", "ecology"]
compliance = 1.0

[[measure]]
id = "limit"
kind = "limit"
where = { polygon = [[503000, 3905000], [507000, 3905000], [507000, 3908000], [503000, 3908000]] }
stages = [["2020-01", "700 wan_m3/a"], ["2022-01", "600 wan_m3/a"]]
exempt = "domestic"

[[measure]]
id = "intake"
kind = "limit_intake"
where = { id = "plant" }
most = "100 wan_m3/a"
from = "2020-01"

[[measure]]
id = "retire"
kind = "retire"
where = { sector = "irrigation" }
area = "500 mu"
crop = "wheat"
from = "2020-01"
returned = "10 %"

[[measure]]
id = "save"
kind = "save"
where = { owner = "public" }
rate = "leakage"
rates = [0.15, "10 %"]
ramp = ["2018-01", "2020-01"]
cost = { per_m3 = "1.8 yuan/m3", per_m3_range = ["1.2 元/m³", "2.5 yuan/m3"], once = "3000 wan_yuan", once_range = ["0.2 yi_yuan", "5000 万元"], year = 2019 }

[[measure]]
id = "pit-water"
kind = "unconventional"
where = { sector = "irrigation" }
source = "pit-water"
share = "75 %"
from = "2019-01"
most = 0.5
penalty_from = "2020-01"
cost = { per_m3 = "3 yuan/m3", source = "Price list of 2020" }

[[measure]]
id = "exit"
kind = "exit"
where = { tag = "big" }
stages = [["2021-01", 0.2]]

[[measure]]
id = "move"
kind = "relocate"
where = { id = "factory" }
to = "waterworks"
needs = 0.8
served_by = ["reservoir"]
share = 0.3
from = "2020-01"

[[measure]]
id = "price"
kind = "price"
where = { sector = ["domestic", "industry"] }
rise = "150 %"
tax = "1.5 yuan/m3"
tiers = [[1.0, 0.5], [1.3, 1.0]]
elasticity = { industry = -0.3 }
from = "2020-01"

[[measure]]
id = "meter"
kind = "metering"
where = { at_least = "10 wan_m3/a" }
error = "5 %"
ramp = ["2018-01", "2020-01"]

[[measure]]
id = "trade"
kind = "trade"
where = { sector = ["industry", "irrigation"] }
from = "2020-01"
within = "city"
most = "30 %"

[[measure]]
id = "recharge"
kind = "recharge"
reach = "blue-1"
volume = "100 wan_m3/a"
months = [4, 5]
infiltrates = 0.4
from = "2020-01"

[[measure]]
id = "seeding"
kind = "enhance_rain"
programme = "seeding"
basin = "west"
months = [6, 7]
share = "50 %"
ramp = ["2020-01", "2022-01"]

[[measure]]
id = "landscape"
kind = "no_new_landscape"
where = { zone = "town" }
from = "2021-01"
replaced_by = ["reservoir"]

[[measure]]
id = "freeze"
kind = "freeze"
where = { zone = "town" }
from = "2021-01"
domestic_exempt = false
replaced_by = ["reservoir"]
"#;

pub(crate) fn read(workshop: &Workshop) -> Result<Study, String> {
    let mut sources = Sources::new();
    read_scenarios(&[workshop.path("scenarios")], None, &mut sources)
        .map_err(|faults| workshop.shorten(&render(&sources, &faults, Style::Plain)))
}

fn planned(study: &Study) -> Result<(), String> {
    for file in &study.scenarios {
        let basin = &study.basin_of(file).basin;
        for ends in [Ends::Value, Ends::Low, Ends::High] {
            let plan = apply(basin, &file.scenario, &basin.time.periods(), ends);
            plan.map_err(|faults| format!("{}: {faults:?}", file.scenario.name))?;
        }
    }
    Ok(())
}

#[test]
fn every_kind_is_read() {
    let workshop = workshop();
    workshop.write("scenarios/every.toml", EVERY);
    let study = read(&workshop).unwrap_or_else(|message| panic!("{message}"));
    planned(&study).unwrap();
    let basin = &study.basins[0].basin;
    assert!((basin.levers.crops[0].quota.value - 0.225).abs() < 1e-12, "150 m³ a mu");
    assert_eq!(basin.projects[0].capacity_years[0].year, 2025);
    assert!(basin.projects[0].dry.is_some() && basin.zones[0].grade.is_some());
    let levels: Vec<_> =
        basin.observations.iter().flat_map(|point| &point.levels).map(|row| row.year).collect();
    assert_eq!(levels, [2014, 2015], "ascending");
    let zones: Vec<_> = basin.levers.warnings.iter().map(|row| row.zone.as_deref()).collect();
    assert_eq!(zones, [None, None, Some("town")]);
    let scenario = &study.scenarios[0].scenario;
    assert_eq!(
        scenario.climate.as_ref().map(|change| (change.from, change.to, change.factor)),
        Some((2020, 2030, 0.85))
    );
    assert_eq!((scenario.project_changes[0].delay_months, scenario.project_changes[0].capacity), (12, 0.8));
    let measure = |id: &str| scenario.measures.iter().find(|measure| measure.id == id).unwrap();
    assert_eq!((measure("ban").compliance, measure("exit").compliance), (1.0, 0.9));
    let MeasureKind::Limit(limit) = &measure("limit").kind else { panic!("not a limit") };
    assert_eq!(limit.most.iter().map(|stage| stage.1).collect::<Vec<_>>(), [7e6, 6e6]);
    let MeasureKind::Land(land) = &measure("retire").kind else { panic!("not land") };
    assert!((land.area - 1.0e6 / 3.0).abs() < 1e-6 && land.returned == Some(0.1));
    let MeasureKind::Save(save) = &measure("save").kind else { panic!("not saving") };
    assert_eq!((save.rate, save.from, save.to), (SavingRate::Leakage, 0.15, 0.1));
    let MeasureKind::Price(price) = &measure("price").kind else { panic!("not a price") };
    assert_eq!((price.rise, price.tax, price.tiers.len(), price.elasticity[0].1), (1.5, 1.5, 2, -0.3));
    let MeasureKind::Trade(trade) = &measure("trade").kind else { panic!("not a trade") };
    assert_eq!((trade.within, trade.most), (TradeWithin::City, 0.3));
    let MeasureKind::Recharge(recharge) = &measure("recharge").kind else { panic!("no recharge") };
    assert_eq!((&recharge.site, &recharge.months[..]), (&RechargeSite::Reach("blue-1".into()), &[4, 5][..]));
    let cost = measure("save").cost.clone().unwrap();
    let money = |low, value, high| Money { low, value, high };
    assert_eq!((cost.per_m3, cost.once), (Some(money(1.2, 1.8, 2.5)), Some((money(2e7, 3e7, 5e7), 2019))));
    let cost = measure("pit-water").cost.clone().unwrap();
    assert_eq!(
        (cost.per_m3, cost.source.as_deref()),
        (Some(money(3.0, 3.0, 3.0)), Some("Price list of 2020"))
    );
    assert!(measure("ban").cost.is_none());
    let MeasureKind::Rain(rain) = &measure("seeding").kind else { panic!("no rain") };
    assert_eq!((&rain.site, &rain.months[..]), (&RainSite::Basin("west".into()), &[6, 7][..]));
    assert_eq!((rain.programme.as_str(), measure("seeding").compliance), ("seeding", 0.9));
    let MeasureKind::Landscape(landscape) = &measure("landscape").kind else { panic!("no landscape") };
    assert_eq!((landscape.from.year(), &landscape.replaced_by[..]), (2021, &["reservoir".to_owned()][..]));
    let MeasureKind::Freeze(freeze) = &measure("freeze").kind else { panic!("no freeze") };
    assert_eq!((freeze.domestic_exempt, &freeze.replaced_by[..]), (false, &["reservoir".to_owned()][..]));
}

/// Text replaced, its replacement, parts of the message.
const BREAKS: &[(&str, &str, &[&str])] = &[
    ("\"ban\"\nwhere", "\"bann\"\nwhere", &["`kind` cannot be `bann`", "did you mean `ban`?"]),
    (
        "exempt = [\"domestic\", ",
        "exempt = [\"domestik\", ",
        &["`exempt` cannot be `domestik`", "did you mean `domestic`?"],
    ),
    ("\"900 wan_m3/a\"", "\"900 acres\"", &["`at_most` has the unit `acres`"]),
    (
        "[[503000, 3905000], [507000, 3905000], [507000, 3908000], [503000, 3908000]]",
        "[[503000, 3905000]]",
        &["three or more corners"],
    ),
    ("[507000, 3905000],", "[507000],", &["three or more corners"]),
    ("[\"2022-01\", \"600 wan_m3/a\"]", "[\"2019-01\", \"600 wan_m3/a\"]", &["the stages are out of order"]),
    ("\"600 wan_m3/a\"", "0.6", &["the volume of a stage must be a volume per year"]),
    (
        "stages = [[\"2020-01\", \"700",
        "most = \"1 m3/a\"\nstages = [[\"2020-01\", \"700",
        &["`stages` state dates and volumes themselves"],
    ),
    ("most = \"100 wan_m3/a\"\n", "", &["a measure has no `most`"]),
    ("\"500 mu\"", "\"500 acres\"", &["`area` has the unit `acres`", "mu, wan_mu, ha"]),
    ("\"500 mu\"", "\"0 mu\"", &["`area` must be above 0"]),
    ("\"500 mu\"", "500", &["an area with its unit"]),
    ("crop = \"wheat\"", "crop = \"weat\"", &["no crop `weat`", "did you mean `wheat`?"]),
    ("returned = \"10 %\"", "returned = 1.5", &["out_of_range", "`returned`"]),
    ("\"leakage\"", "\"leakag\"", &["`rate` cannot be `leakag`", "did you mean `leakage`?"]),
    ("[0.15, \"10 %\"]", "0.15", &["the rate before and after"]),
    ("source = \"pit-water\"", "source = \"pit\"", &["no unconventional source `pit`"]),
    ("penalty_from", "penalty", &["no key `penalty`"]),
    ("to = \"waterworks\"", "to = \"waterwork\"", &["no group `waterwork`", "did you mean `waterworks`?"]),
    ("needs = 0.8", "needs = 8", &["`needs`", "from 0 to 1"]),
    ("served_by = [\"reservoir\"]", "served_by = [\"resevoir\"]", &["no project `resevoir`"]),
    ("\"150 %\"", "\"much\"", &["`rise` is no rise"]),
    ("\"1.5 yuan/m3\"", "\"1.5 euro\"", &["`tax` is no price of water"]),
    ("[1.3, 1.0]", "[1.3]", &["the share of the quota where it begins and its surcharge"]),
    ("{ industry = -0.3 }", "{ industy = -0.3 }", &["no key `industy`", "did you mean `industry`?"]),
    ("{ industry = -0.3 }", "{ industry = 0.3 }", &["an elasticity must not be positive"]),
    (
        "rise = \"150 %\"\ntax = \"1.5 yuan/m3\"\ntiers = [[1.0, 0.5], [1.3, 1.0]]\n",
        "",
        &["changes no price"],
    ),
    ("error = \"5 %\"\n", "", &["a measure has no `error`"]),
    ("within = \"city\"", "within = \"town\"", &["`within` cannot be `town`"]),
    ("reach = \"blue-1\"", "reach = \"blue-2\"", &["no reach `blue-2`", "did you mean `blue-1`?"]),
    (
        "reach = \"blue-1\"",
        "reach = \"blue-1\"\nzone = \"town\"",
        &["a recharge needs one site", "reach and zone"],
    ),
    ("reach = \"blue-1\"\n", "", &["a recharge needs one site"]),
    ("reach = \"blue-1\"", "reach = \"blue-1\"\nwhere = { zone = \"town\" }", &["no key `where`"]),
    ("months = [4, 5]", "months = [4, 13]", &["a month must be 1 to 12"]),
    (
        "programme = \"seeding\"",
        "programme = \"seedling\"",
        &["no programme of rain enhancement `seedling`", "did you mean `seeding`?"],
    ),
    (
        "basin = \"west\"\nmonths",
        "months",
        &["rain enhancement needs one area", "exactly one of zone, basin, polygon"],
    ),
    (
        "basin = \"west\"\nmonths",
        "basin = \"west\"\nzone = \"town\"\nmonths",
        &["rain enhancement needs one area", "zone and basin"],
    ),
    (
        "basin = \"west\"\nmonths",
        "basin = \"wests\"\nmonths",
        &["no spring basin `wests`", "did you mean `west`?"],
    ),
    ("months = [6, 7]", "months = [6, 0]", &["a month must be 1 to 12"]),
    ("share = \"50 %\"", "share = \"150 %\"", &["`share`"]),
    ("months = [6, 7]", "where = { zone = \"town\" }\nmonths = [6, 7]", &["no key `where`"]),
    (
        "replaced_by = [\"reservoir\"]",
        "replaced_by = [\"resevoir\"]",
        &["no project or unconventional source `resevoir`"],
    ),
    (
        "replaced_by = [\"reservoir\"]",
        "replaced_by = [\"reservoir\", \"reservoir\"]",
        &["`reservoir` stands twice"],
    ),
    (
        "kind = \"no_new_landscape\"\nwhere = { zone = \"town\" }",
        "kind = \"no_new_landscape\"",
        &["a measure has no `where`"],
    ),
    ("\"1.8 yuan/m3\"", "\"-1.8 yuan/m3\"", &["`per_m3` is out of range", "0 to 1000 yuan/m3"]),
    ("\"1.8 yuan/m3\"", "\"1800 yuan/m3\"", &["`per_m3` is out of range", "0 to 1000 yuan/m3"]),
    ("\"1.8 yuan/m3\"", "\"nan yuan/m3\"", &["does not begin with a finite number"]),
    ("\"1.8 yuan/m3\"", "\"1.8 yuan\"", &["`per_m3` has the unit `yuan`, which does not fit"]),
    ("\"1.8 yuan/m3\"", "\"1.8\"", &["`per_m3` has no unit"]),
    ("\"1.8 yuan/m3\"", "1.8", &["`per_m3` must be a number and its unit"]),
    ("\"1.8 yuan/m3\"", "\"2.8 yuan/m3\"", &["`per_m3_range` does not hold `per_m3`", "ends about 2.8"]),
    ("per_m3_range = [\"1.2 元/m³\", \"2.5 yuan/m3\"], ", "", &["`per_m3` has neither a source nor a range"]),
    ("[\"1.2 元/m³\", \"2.5 yuan/m3\"]", "[\"1.2 元/m³\"]", &["two sums, the lower first"]),
    ("\"3000 wan_yuan\"", "\"3000 yi_yuan\"", &["`once_range` does not hold `once`"]),
    ("\"3000 wan_yuan\"", "\"30000 yi_yuan\"", &["`once` is out of range", "0 to 1000000000000 yuan"]),
    ("\"3000 wan_yuan\"", "\"3000 dollars\"", &["`once` has the unit `dollars`"]),
    (", year = 2019 }", " }", &["a sum that is spent once has no `year`"]),
    (", year = 2019 }", ", year = 1066 }", &["`year` of `cost` lies outside the run"]),
    (
        "once = \"3000 wan_yuan\", once_range = [\"0.2 yi_yuan\", \"5000 万元\"], ",
        "",
        &["`year` dates a sum that is not stated"],
    ),
    ("once = \"3000 wan_yuan\", ", "", &["`once_range` has no `once`"]),
    ("source = \"Price list of 2020\"", "source = \" \"", &["the source of a cost is empty"]),
    ("per_m3 = \"3 yuan/m3\", source", "source", &["a cost states no sum"]),
    (
        "per_m3 = \"3 yuan/m3\", source",
        "per_m = \"3 yuan/m3\", source",
        &["no key `per_m`", "did you mean `per_m3`?"],
    ),
    (
        "cost = { per_m3 = \"3 yuan/m3\", source = \"Price list of 2020\" }",
        "cost = \"3 yuan/m3\"",
        &["`cost`"],
    ),
    (
        "error = \"5 %\"\n",
        "error = \"5 %\"\ncost = { per_m3 = \"1 yuan/m3\", source = \"S\" }\n",
        &["brings no m³ that the ledger counts"],
    ),
    ("compliance = 1.0", "compliance = 2.0", &["`compliance`", "from 0 to 1"]),
    ("compliance = \"90 %\"", "compliance = \"190 %\"", &["`compliance`"]),
    ("rain = \"85 %\"", "rain = \"wet\"", &["`rain` is no factor"]),
    ("rain = \"85 %\"", "rains = \"85 %\"", &["no key `rains`", "did you mean `rain`?"]),
    ("from = 2020, to = 2030", "from = 2025, to = 2020", &["the changed rain ends before it begins"]),
    ("to = 2030,", "to = 2050,", &["lies outside the run"]),
    ("id = \"reservoir\"", "id = \"resevoir\"", &["no project `resevoir`", "did you mean `reservoir`?"]),
    ("delay_months = 12", "delay_months = 1.5", &["`delay_months` is no delay"]),
    ("delay_months = 12\ncapacity = \"80 %\"\n", "", &["changes nothing"]),
];

#[test]
fn every_break_of_a_lever_is_told() {
    let mut missed = String::new();
    for (old, new, parts) in BREAKS {
        let workshop = workshop();
        workshop.write("scenarios/every.toml", EVERY);
        workshop.replace("scenarios/every.toml", old, new);
        let message = match read(&workshop) {
            Ok(_) => "no fault".into(),
            Err(message) => message,
        };
        for part in parts.iter().chain([&"--> scenarios/every.toml:"]) {
            if !message.contains(part) {
                missed.push_str(&format!("`{old}` → `{new}`: no `{part}` in\n{message}\n"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed}");
}

#[test]
fn the_library_reads_and_plans_without_fault() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/library");
    let mut sources = Sources::new();
    let study = read_scenarios(&[folder], None, &mut sources);
    let study = study.unwrap_or_else(|faults| panic!("{}", render(&sources, &faults, Style::Plain)));
    assert!(study.scenarios.len() >= 12, "{}", study.scenarios.len());
    assert_eq!(study.basins.len(), 1);
    planned(&study).unwrap();
    for file in &study.scenarios {
        let basin = &study.basin_of(file).basin;
        let plan = apply(basin, &file.scenario, &basin.time.periods(), Ends::Value).unwrap();
        let idle = plan.notes.iter().filter(|note| note.text.en.contains("no effect in any period"));
        let idle: Vec<_> = idle.filter_map(|note| note.measure.clone()).collect();
        // With a demand that does not grow a freeze has nothing to refuse.
        let freezes = idle.iter().all(|id| id == "freeze-zones" || id == "no-new-landscape");
        assert!(freezes, "{}: {idle:?} do nothing", file.scenario.name);
    }
}
