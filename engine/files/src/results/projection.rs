//! The grid mapping of a reference system by the CF conventions, appendix F.

use quanyu_basin::Crs;

/// Attributes of a grid-mapping variable.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GridMapping {
    pub(super) texts: Vec<(&'static str, String)>,
    pub(super) numbers: Vec<(&'static str, f64)>,
}

/// States what is known of a reference system. Universal Transverse Mercator on WGS 84 (EPSG 326zz and 327zz) is stated in full, other
/// systems by their code and name only: their parameters are in the EPSG register, not here.
pub(super) fn grid_mapping(crs: &Crs) -> GridMapping {
    let mut texts =
        vec![("epsg_code", format!("EPSG:{}", crs.epsg)), ("projected_crs_name", crs.name.clone())];
    let (north, zone) = match crs.epsg {
        code @ 32601..=32660 => (true, code - 32600),
        code @ 32701..=32760 => (false, code - 32700),
        _ => return GridMapping { texts, numbers: Vec::new() },
    };
    let meridian = 6.0 * f64::from(zone) - 183.0;
    let northing = if north { 0.0 } else { 1e7 };
    texts.push(("grid_mapping_name", "transverse_mercator".to_owned()));
    let text = well_known_text(crs, meridian, northing);
    // CF asks for `crs_wkt`; GDAL, and so QGIS, looks for `spatial_ref`.
    texts.push(("crs_wkt", text.clone()));
    texts.push(("spatial_ref", text));
    let numbers = vec![
        ("longitude_of_central_meridian", meridian),
        ("latitude_of_projection_origin", 0.0),
        ("scale_factor_at_central_meridian", 0.9996),
        ("false_easting", 500_000.0),
        ("false_northing", northing),
        ("semi_major_axis", 6_378_137.0),
        ("inverse_flattening", 298.257_223_563),
        ("longitude_of_prime_meridian", 0.0),
    ];
    GridMapping { texts, numbers }
}

fn well_known_text(crs: &Crs, meridian: f64, northing: f64) -> String {
    format!(
        "PROJCS[\"{}\",GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,\
         AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],\
         UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"4326\"]],\
         PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",0],PARAMETER[\"central_meridian\",{meridian}],\
         PARAMETER[\"scale_factor\",0.9996],PARAMETER[\"false_easting\",500000],PARAMETER[\"false_northing\",{northing}],\
         UNIT[\"metre\",1,AUTHORITY[\"EPSG\",\"9001\"]],AXIS[\"Easting\",EAST],AXIS[\"Northing\",NORTH],\
         AUTHORITY[\"EPSG\",\"{}\"]]",
        crs.name.replace('"', "'"),
        crs.epsg
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meridian(epsg: u32) -> Option<f64> {
        let mapping = grid_mapping(&Crs { epsg, name: "test".to_owned() });
        mapping
            .numbers
            .iter()
            .find(|(name, _)| *name == "longitude_of_central_meridian")
            .map(|(_, value)| *value)
    }

    #[test]
    fn zones_have_their_meridians_and_other_systems_none() {
        assert_eq!(meridian(32649), Some(111.0));
        assert_eq!(meridian(32701), Some(-177.0));
        assert_eq!(meridian(4546), None);
    }
}
