//! A small basin without fault, written into a folder of its own, for tests to break.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder with a basin in `basin/` and room for scenarios in `scenarios/`.
pub(crate) struct Workshop {
    folder: TempDir,
}

impl Workshop {
    /// A basin without fault.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("basin")).unwrap();
        fs::create_dir(folder.path().join("scenarios")).unwrap();
        let workshop = Self { folder };
        for (name, text) in FILES {
            workshop.write(&format!("basin/{name}"), text);
        }
        workshop.write("basin/ground.asc", &grid(1000.0));
        workshop.write("basin/cover.asc", &grid(950.0));
        workshop.write("basin/karst.asc", &grid(400.0));
        workshop
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Replaces a text that must stand in a file.
    pub(crate) fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "`{old}` does not stand in {name}");
        self.write(name, &text.replacen(old, new, 1));
    }

    /// A rendered message with paths as in a call from within the folder.
    pub(crate) fn shorten(&self, message: &str) -> String {
        message.replace(&format!("{}/", self.folder.path().display()), "")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Twelve by ten cells of one kilometre, falling to the east.
fn grid(west: f64) -> String {
    let mut text =
        "ncols 12\nnrows 10\nxllcorner 500000\nyllcorner 3900000\ncellsize 1000\nNODATA_value -9999\n"
            .to_owned();
    for _ in 0..10 {
        let row: Vec<String> = (0..12).map(|column| (west - 5.0 * f64::from(column)).to_string()).collect();
        text.push_str(&row.join(" "));
        text.push('\n');
    }
    text
}

const FILES: &[(&str, &str)] = &[
    (
        "basin.toml",
        r#"format = 1
id = "small"
title = { zh = "小泉域", en = "Small spring basin" }
crs = { epsg = 32649, name = "WGS 84 / UTM zone 49N" }
boundary = "no-flow"
[time]
history_from = 1990
monthly_from = 2000
to = 2030
[ground]
error_m = 20
low = 10
high = 40
origin = "OURS"
sureness = "assumed"
[files]
sources = "sources.csv"
outlines = "outlines.geojson"
counties = "counties.geojson"
zones = "zones.geojson"
layers = "layers.csv"
ground = "ground.asc"
rocks = "rocks.csv"
rock_areas = "rock_areas.geojson"
infiltration = "infiltration.csv"
recharge_areas = "recharge_areas.geojson"
faults = "faults.geojson"
mines = "mines.geojson"
boundaries = "boundaries.geojson"
rivers = "rivers.csv"
reaches = "reaches.geojson"
springs = "springs.csv"
spring_stages = "spring_stages.csv"
climate = "climate.csv"
shapes = "month_shapes.csv"
groups = "groups.csv"
use_series = "use_series.csv"
projects = "projects.csv"
observations = "observations.csv"
marks = "marks.csv"
ties = "ties.csv"
parameters = "parameters.csv"
targets = "targets.toml"
calibrated = "calibrated.toml"
"#,
    ),
    (
        "sources.csv",
        "id,citation,read_at\nS1,\"A report, with a comma\",2026-11-01\nOURS,our own assumption,\n",
    ),
    (
        "outlines.geojson",
        r#"{"type": "FeatureCollection",
"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},
"features": [
{"type": "Feature", "properties": {"id": "west", "name_zh": "西泉域", "name_en": "West", "area_km2": 64, "origin": "S1", "sureness": "quoted"},
 "geometry": {"type": "Polygon", "coordinates": [[[501000, 3901000], [509000, 3901000], [509000, 3909000], [501000, 3909000], [501000, 3901000]]]}}
]}
"#,
    ),
    (
        "counties.geojson",
        r#"{"type": "FeatureCollection",
"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},
"features": [
{"type": "Feature", "properties": {"id": "upper", "name_zh": "上县", "name_en": "Upper", "area_km2": 60, "origin": "S1", "sureness": "quoted"},
 "geometry": {"type": "Polygon", "coordinates": [[[500000, 3905000], [512000, 3905000], [512000, 3910000], [500000, 3910000], [500000, 3905000]]]}},
{"type": "Feature", "properties": {"id": "lower", "name_zh": "下县", "name_en": "Lower", "area_km2": 60, "origin": "S1", "sureness": "quoted"},
 "geometry": {"type": "Polygon", "coordinates": [[[500000, 3900000], [512000, 3900000], [512000, 3905000], [500000, 3905000], [500000, 3900000]]]}}
]}
"#,
    ),
    (
        "zones.geojson",
        r#"{"type": "FeatureCollection",
"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},
"features": [
{"type": "Feature", "properties": {"id": "town", "parent": null, "name_zh": "城区", "name_en": "Town", "allowable_wan_m3": 800, "origin": "S1", "sureness": "quoted"},
 "geometry": {"type": "Polygon", "coordinates": [[[503000, 3905000], [507000, 3905000], [507000, 3908000], [503000, 3908000], [503000, 3905000]]]}},
{"type": "Feature", "properties": {"id": "old-town", "parent": "town", "name_zh": "老城", "name_en": "Old town", "origin": "S1", "sureness": "quoted"},
 "geometry": {"type": "Polygon", "coordinates": [[[503000, 3905000], [504000, 3905000], [504000, 3906000], [503000, 3906000], [503000, 3905000]]]}}
]}
"#,
    ),
    (
        "layers.csv",
        "id,name_zh,name_en,role,bottom,least_thickness_m,bottom_error_m,bottom_error_m_low,bottom_error_m_high,rock,origin,sureness\n\
         cover,覆盖层,Cover,cover,cover.asc,1,10,5,20,loess,OURS,inferred\n\
         karst,岩溶,Karst,karst,karst.asc,1,50,20,100,limestone,OURS,inferred\n",
    ),
    (
        "rocks.csv",
        "id,name_zh,name_en,conductivity_m_per_d,conductivity_m_per_d_low,conductivity_m_per_d_high,vertical_ratio,specific_storage_per_m,specific_yield,origin,sureness\n\
         loess,黄土,Loess,0.1,0.01,1,0.1,1e-4,0.05,OURS,inferred\n\
         limestone,石灰岩,Limestone,5,0.5,50,0.3,1e-6,0.02,OURS,inferred\n",
    ),
    (
        "rock_areas.geojson",
        r#"{"type": "FeatureCollection",
"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},
"features": [
{"type": "Feature", "properties": {"layer": "cover", "rock": "limestone", "origin": "OURS", "sureness": "inferred"},
 "geometry": {"type": "Polygon", "coordinates": [[[501000, 3901000], [503000, 3901000], [503000, 3903000], [501000, 3903000], [501000, 3901000]]]}}
]}
"#,
    ),
    (
        "infiltration.csv",
        "id,name_zh,name_en,coefficient,coefficient_low,coefficient_high,origin,sureness\n\
         loess,黄土,Loess,0.05,0.02,0.1,OURS,assumed\n\
         bare,裸岩,Bare limestone,0.25,,,S1,quoted\n",
    ),
    (
        "recharge_areas.geojson",
        r#"{"type": "FeatureCollection",
"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},
"features": [
{"type": "Feature", "properties": {"kind": "bare", "origin": "OURS", "sureness": "inferred"},
 "geometry": {"type": "Polygon", "coordinates": [[[501000, 3901000], [503000, 3901000], [503000, 3903000], [501000, 3903000], [501000, 3901000]]]}}
]}
"#,
    ),
    (
        "faults.geojson",
        r#"{"type": "FeatureCollection",
"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},
"features": [
{"type": "Feature", "properties": {"id": "ridge", "name_zh": "山断层", "name_en": "Ridge fault", "layers": "karst", "characteristic_per_d": 0.001, "characteristic_per_d_low": 0.0001, "characteristic_per_d_high": 0.01, "origin": "OURS", "sureness": "assumed"},
 "geometry": {"type": "LineString", "coordinates": [[502000, 3902000], [502000, 3908000]]}}
]}
"#,
    ),
    (
        "mines.geojson",
        r#"{"type": "FeatureCollection",
"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},
"features": [
{"type": "Feature", "properties": {"id": "pit", "name_zh": "煤矿", "name_en": "Pit", "start": "1995-01", "end": "2010-12", "closure": "2015-06-30", "seam_floor_m": 20, "drain_conductance_per_d": 0.0001, "vertical_factor": 5, "recharge_factor": 0.8, "origin": "OURS", "sureness": "inferred"},
 "geometry": {"type": "Polygon", "coordinates": [[[505000, 3902000], [507000, 3902000], [507000, 3904000], [505000, 3904000], [505000, 3902000]]]}}
]}
"#,
    ),
    (
        "boundaries.geojson",
        r#"{"type": "FeatureCollection",
"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},
"features": [
{"type": "Feature", "properties": {"alternative": "leaky", "layers": "karst", "head_m": 700, "conductance_m_per_d": 0.1, "origin": "OURS", "sureness": "inferred"},
 "geometry": {"type": "LineString", "coordinates": [[501000, 3901000], [501000, 3909000]]}}
]}
"#,
    ),
    (
        "rivers.csv",
        "id,name_zh,name_en,inflow_m3_per_s,shape,joins,origin,sureness\nblue,蓝河,Blue river,2.5,precipitation,,S1,quoted\n",
    ),
    (
        "reaches.geojson",
        r#"{"type": "FeatureCollection",
"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},
"features": [
{"type": "Feature", "properties": {"id": "blue-1", "river": "blue", "stage_from_m": 980, "stage_to_m": 960, "bed_depth_m": 1, "conductance_m_per_d": 2, "origin": "OURS", "sureness": "inferred"},
 "geometry": {"type": "LineString", "coordinates": [[502000, 3902000], [508000, 3904000]]}}
]}
"#,
    ),
    (
        "springs.csv",
        "id,name_zh,name_en,basin,layer,x_m,y_m,elevation_m,elevation_m_low,elevation_m_high,conductance_m2_per_d,conductance_m2_per_d_low,conductance_m2_per_d_high,main,dried,origin,sureness\n\
         big,大泉,Big spring,west,karst,508500,3905500,640,,,5000,500,50000,true,,S1,inferred\n\
         dry,枯泉,Dry spring,west,karst,503500,3905500,700,690,710,500,50,5000,false,1998-05,OURS,assumed\n",
    ),
    (
        "spring_stages.csv",
        "spring,from,to,months,stage_m,origin,sureness\nbig,2001-01,,6;7;8,642,S1,quoted\n",
    ),
    (
        "climate.csv",
        "year,precipitation_mm,low,high,origin,sureness\nmean,600,,,S1,quoted\n2003,900,,,S1,quoted\n1997,300,,,S1,quoted\n",
    ),
    (
        "month_shapes.csv",
        "# shares of the year\nid,m1,m2,m3,m4,m5,m6,m7,m8,m9,m10,m11,m12,origin,sureness\n\
         precipitation,0.01,0.02,0.04,0.05,0.08,0.12,0.24,0.2,0.12,0.07,0.04,0.01,S1,quoted\n\
         even,0.0833333333,0.0833333333,0.0833333333,0.0833333333,0.0833333333,0.0833333333,0.0833333333,0.0833333333,0.0833333333,0.0833333333,0.0833333333,0.0833333337,OURS,inferred\n",
    ),
    (
        "groups.csv",
        "id,name_zh,name_en,county,basin,layer,zone,sector,owner,kind,booking,placement,x_m,y_m,radius_m,location_unknown,base_year,take_wan_m3,low,high,series,shape,tags,origin,sureness\n\
         waterworks,自来水厂,Waterworks,upper,west,karst,old-town,domestic,public,wells,groundwater,point,503500,3905500,500,,2010,300,,,steady,even,,S1,quoted\n\
         factory,工厂,Factory wells,upper,west,karst,town,industry,self-supply,wells,groundwater,zone:town,,,,true,2010,500,400,600,growing,even,big;pit-side,OURS,assumed\n\
         villages,村庄,Villages,lower,west,cover,,irrigation,village,wells,groundwater,county-in-basin,,,,true,2010,200,100,300,steady,precipitation,,OURS,assumed\n\
         plant,电厂,Power plant,lower,west,,,industry,self-supply,spring-intake:big,surface,outside,,,,,2010,150,,,steady,even,,S1,quoted\n\
         pit,矿坑,Pit drainage,lower,west,,,mine-drainage,mine,mine-drainage:pit,other,outside,,,,,2010,50,10,90,steady,even,,OURS,assumed\n",
    ),
    (
        "use_series.csv",
        "series,year,index,low,high,origin,sureness\nsteady,2010,1,,,S1,quoted\ngrowing,2000,0.5,,,S1,quoted\ngrowing,2010,1,,,S1,quoted\n",
    ),
    (
        "projects.csv",
        "id,name_zh,name_en,start,capacity_wan_m3,ramp_years,loss_share,loss_share_low,loss_share_high,counties,river,origin,sureness\n\
         reservoir,水库,Reservoir,2015-01,1000,2,0.1,0.05,0.2,upper,blue,S1,inferred\n",
    ),
    (
        "observations.csv",
        "id,name_zh,name_en,x_m,y_m,layer,zone,measured,origin,sureness\nw1,观测井,Well 1,504500,3905500,karst,town,false,OURS,inferred\n",
    ),
    (
        "marks.csv",
        "id,name_zh,name_en,quantity,place,from,to,value,low,high,use,origin,sureness\n\
         q1,大泉流量,Flow of the big spring,spring-flow,big,1995,2005,0.4,0.3,0.5,calibrate,S1,quoted\n\
         t1,水位趋势,Level trend,level-trend,town,2000,2010,-0.5,-inf,0,hold-out,S1,inferred\n",
    ),
    (
        "ties.csv",
        "id,county,zone,booking,from,to,total_wan_m3,tolerance_share,origin,sureness\n\
         upper-2010,upper,,groundwater,2010,2010,800,0.005,S1,quoted\n\
         town-2009,,town,groundwater,2009,2010,787.5,0.001,S1,quoted\n",
    ),
    (
        "parameters.csv",
        "id,name_zh,name_en,kind,value,low,high,free,origin,sureness\nk,渗透系数,Conductivity,karst-conductivity,1,0.1,10,true,OURS,assumed\n",
    ),
    (
        "targets.toml",
        r#"[[target]]
id = "cap"
title = { zh = "总量", en = "Cap" }
test = "cap"
most = "0.1 yi_m3/a"
by = "2020-12"
required = true
origin = "S1"
sureness = "quoted"

[[target]]
id = "balance"
title = { zh = "采补平衡", en = "Balance" }
test = "balance"
decides = "allowable"
spring_floor = 0.5
low = 0.3
high = 0.7
by = "2022-12"
required = true
origin = "OURS"
sureness = "assumed"

[[target]]
id = "stable"
test = "spring-stable"
spring = "big"
dead_band = 0.005
by = "2025-12"
required = false
origin = "OURS"
sureness = "inferred"
"#,
    ),
];
