//! Published figures, kept as small tables of numbers under `figures/`, each with its origin in its first lines.

/// The rows of a table: numbers between commas, one row a line; lines that begin with `#` tell the origin.
pub(crate) fn rows(table: &str) -> Vec<Vec<f64>> {
    let lines = table.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|line| line.split(',').map(|cell| cell.trim().parse().unwrap_or(f64::NAN)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_without_its_origin() {
        assert_eq!(rows("# origin\n1, 2.5\n\n3e-2,4\n"), [vec![1.0, 2.5], vec![0.03, 4.0]]);
        assert!(rows("1,x\n")[0][1].is_nan());
    }
}
