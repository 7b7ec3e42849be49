//! Columns of every table of a basin.

use crate::document::row::Schema;

const NOTHING: &[&str] = &[];

pub(super) static SOURCE: Schema = Schema {
    what: "a source",
    required: &["id", "citation"],
    optional: &["read_at"],
    figures: NOTHING,
    optional_figures: NOTHING,
};
pub(super) static OUTLINE: Schema = Schema { what: "a spring basin", ..AREA };
pub(super) static COUNTY: Schema = Schema { what: "a county", ..AREA };
const AREA: Schema = Schema {
    what: "an area",
    required: &["id", "name_zh", "name_en"],
    optional: NOTHING,
    figures: &["area_km2"],
    optional_figures: NOTHING,
};
pub(super) static ZONE: Schema = Schema {
    what: "a zone",
    required: &["id", "name_zh", "name_en"],
    optional: &["parent", "grade"],
    figures: NOTHING,
    optional_figures: &["area_km2", "allowable_wan_m3"],
};
pub(super) static LAYER: Schema = Schema {
    what: "a layer",
    required: &["id", "name_zh", "name_en", "role", "bottom", "rock"],
    optional: NOTHING,
    figures: &["least_thickness_m", "bottom_error_m"],
    optional_figures: NOTHING,
};
pub(super) static ROCK: Schema = Schema {
    what: "a rock",
    required: &["id", "name_zh", "name_en"],
    optional: NOTHING,
    figures: &["conductivity_m_per_d", "vertical_ratio", "specific_storage_per_m", "specific_yield"],
    optional_figures: NOTHING,
};
pub(super) static ROCK_AREA: Schema = Schema {
    what: "a rock area",
    required: &["layer", "rock"],
    optional: &["id", "name_zh", "name_en"],
    figures: NOTHING,
    optional_figures: NOTHING,
};
pub(super) static INFILTRATION: Schema = Schema {
    what: "a kind of surface",
    required: &["id", "name_zh", "name_en"],
    optional: NOTHING,
    figures: &["coefficient"],
    optional_figures: NOTHING,
};
pub(super) static RECHARGE_AREA: Schema = Schema {
    what: "a recharge area",
    required: &["kind"],
    optional: &["id", "name_zh", "name_en"],
    figures: NOTHING,
    optional_figures: NOTHING,
};
pub(super) static FAULT: Schema = Schema {
    what: "a fault",
    required: &["id", "name_zh", "name_en", "layers"],
    optional: NOTHING,
    figures: &["characteristic_per_d"],
    optional_figures: NOTHING,
};
pub(super) static MINE: Schema = Schema {
    what: "a mine",
    required: &["id", "name_zh", "name_en", "start", "end"],
    optional: &["closure"],
    figures: &["seam_floor_m", "drain_conductance_per_d", "vertical_factor", "recharge_factor"],
    optional_figures: NOTHING,
};
pub(super) static BOUNDARY: Schema = Schema {
    what: "a boundary stretch",
    required: &["alternative", "layers"],
    optional: &["id", "name_zh", "name_en"],
    figures: &["head_m", "conductance_m_per_d"],
    optional_figures: NOTHING,
};
pub(super) static RIVER: Schema = Schema {
    what: "a river",
    required: &["id", "name_zh", "name_en", "shape"],
    optional: &["joins"],
    figures: &["inflow_m3_per_s"],
    optional_figures: NOTHING,
};
pub(super) static REACH: Schema = Schema {
    what: "a reach",
    required: &["id", "river"],
    optional: &["layer", "name_zh", "name_en"],
    figures: &["stage_from_m", "stage_to_m", "bed_depth_m", "conductance_m_per_d"],
    optional_figures: NOTHING,
};
pub(super) static SPRING: Schema = Schema {
    what: "a spring",
    required: &["id", "name_zh", "name_en", "basin", "layer", "x_m", "y_m", "main"],
    optional: &["dried"],
    figures: &["elevation_m", "conductance_m2_per_d"],
    optional_figures: NOTHING,
};
pub(super) static SPRING_STAGE: Schema = Schema {
    what: "a stage over an outlet",
    required: &["spring", "from"],
    optional: &["to", "months"],
    figures: &["stage_m"],
    optional_figures: NOTHING,
};
pub(super) static CLIMATE: Schema = Schema {
    what: "a year of rain",
    required: &["year"],
    optional: NOTHING,
    figures: &["precipitation_mm"],
    optional_figures: NOTHING,
};
pub(super) static SHAPE: Schema = Schema {
    what: "a month shape",
    required: &["id", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10", "m11", "m12"],
    optional: &["name_zh", "name_en"],
    figures: NOTHING,
    optional_figures: &["error_share"],
};
pub(super) static GROUP: Schema = Schema {
    what: "a group",
    required: &[
        "id",
        "name_zh",
        "name_en",
        "county",
        "basin",
        "layer",
        "zone",
        "sector",
        "owner",
        "kind",
        "booking",
        "placement",
        "base_year",
        "series",
        "shape",
    ],
    optional: &["x_m", "y_m", "radius_m", "location_unknown", "tags"],
    figures: &["take_wan_m3"],
    optional_figures: NOTHING,
};
pub(super) static USE_SERIES: Schema = Schema {
    what: "a year of a use series",
    required: &["series", "year"],
    optional: NOTHING,
    figures: &["index"],
    optional_figures: NOTHING,
};
pub(super) static PROJECT: Schema = Schema {
    what: "a project",
    required: &["id", "name_zh", "name_en", "start", "counties"],
    optional: &["river"],
    figures: &["capacity_wan_m3", "ramp_years", "loss_share"],
    optional_figures: &["dry_below_share", "dry_share"],
};
pub(super) static OBSERVATION: Schema = Schema {
    what: "an observation point",
    required: &["id", "name_zh", "name_en", "x_m", "y_m", "layer"],
    optional: &["zone", "measured"],
    figures: NOTHING,
    optional_figures: NOTHING,
};
pub(super) static MEASURED_LEVEL: Schema = Schema {
    what: "a measured level",
    required: &["observation", "year"],
    optional: NOTHING,
    figures: &["level_m"],
    optional_figures: NOTHING,
};
pub(super) static MARK: Schema = Schema {
    what: "a mark",
    required: &["id", "name_zh", "name_en", "quantity", "place", "from", "to", "use"],
    optional: NOTHING,
    figures: &["value"],
    optional_figures: NOTHING,
};
pub(super) static TIE: Schema = Schema {
    what: "a tie",
    required: &["id", "from", "to", "tolerance_share"],
    optional: &["county", "zone", "booking", "name_zh", "name_en"],
    figures: &["total_wan_m3"],
    optional_figures: NOTHING,
};
pub(super) static PARAMETER: Schema = Schema {
    what: "a parameter",
    required: &["id", "name_zh", "name_en", "kind", "free"],
    optional: NOTHING,
    figures: &["value"],
    optional_figures: NOTHING,
};
pub(super) static SECTOR: Schema = Schema {
    what: "a sector",
    required: &["sector"],
    optional: NOTHING,
    figures: &["elasticity", "price_yuan_per_m3", "value_yuan_per_m3", "returned_share"],
    optional_figures: NOTHING,
};
pub(super) static CROP: Schema = Schema {
    what: "a crop",
    required: &["id", "name_zh", "name_en"],
    optional: NOTHING,
    figures: &["quota_m3_per_mu"],
    optional_figures: NOTHING,
};
pub(super) static WARNING: Schema = Schema {
    what: "a warning threshold",
    required: &["indicator", "grade"],
    optional: &["zone"],
    figures: &["above"],
    optional_figures: NOTHING,
};
pub(super) static UNCONVENTIONAL: Schema = Schema {
    what: "an unconventional source",
    required: &["id", "name_zh", "name_en", "kind", "counties", "sectors"],
    optional: &["least_from"],
    figures: &["available_wan_m3"],
    optional_figures: &["least_share"],
};
pub(super) static RAIN_ENHANCEMENT: Schema = Schema {
    what: "a programme of rain enhancement",
    required: &["id", "name_zh", "name_en"],
    optional: NOTHING,
    figures: &["gain_share"],
    optional_figures: NOTHING,
};
pub(super) static PROJECT_YEAR: Schema = Schema {
    what: "a project's capacity from a year on",
    required: &["project", "year"],
    optional: NOTHING,
    figures: &["capacity_wan_m3"],
    optional_figures: NOTHING,
};
