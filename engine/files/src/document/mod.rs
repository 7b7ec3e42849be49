//! The forms that input files have: TOML trees, tables of rows (CSV and GeoJSON), rasters, dates and units.

pub(crate) mod csv_table;
pub(crate) mod dates;
pub(crate) mod geojson;
pub(crate) mod raster;
pub(crate) mod row;
pub(crate) mod toml_figure;
pub(crate) mod toml_tree;
pub(crate) mod units;
