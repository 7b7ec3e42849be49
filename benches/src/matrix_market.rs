//! Systems as Matrix Market files, so that others can race them.
//!
//! `NAME.mtx` holds the matrix of the active cells (coordinate real symmetric, lower triangle), `NAME_rhs.mtx` the right-hand side
//! (array real general), `NAME_cells.mtx` the box that each row is (array integer general, counted from zero in layer, row, column order).
//! A comment in the first says `layers L rows R columns C level H`, H being the mean level outside.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use quanyu_solve::{LayeredOperator, LayeredShape, LinearOperator};

use crate::problem::Problem;

/// Writes a system; returns the matrix' file.
pub(crate) fn export(folder: &Path, problem: &Problem) -> Result<PathBuf, String> {
    let operator = &problem.operator;
    let shape = operator.shape;
    let mut diagonal = vec![0.0; shape.cells()];
    operator.diagonal(&mut diagonal);
    let mut place = vec![0; shape.cells()];
    let mut cells = Vec::new();
    for n in (0..shape.cells()).filter(|n| operator.active()[*n]) {
        cells.push(n);
        place[n] = cells.len();
    }
    let mut body = String::new();
    let mut entries = 0;
    let steps = [1, shape.columns, shape.layer_cells()];
    for &n in &cells {
        entries += 1;
        let mut put = |row: usize, value: f64| {
            let _ = writeln!(body, "{row} {} {value:e}", place[n]);
        };
        put(place[n], diagonal[n]);
        for (faces, step) in [&operator.east, &operator.south, &operator.down].into_iter().zip(steps) {
            if faces[n] > 0.0 {
                put(place[n + step], -faces[n]);
                entries += 1;
            }
        }
    }
    let LayeredShape { layers, rows, columns } = shape;
    let head = format!(
        "%%MatrixMarket matrix coordinate real symmetric\n%layers {layers} rows {rows} columns {columns} level {:e}\n{} {} {entries}\n",
        problem.level,
        cells.len(),
        cells.len()
    );
    let name = format!("{}-{}-{}", problem.name, shape.cells(), problem.seed);
    let file = |suffix: &str| folder.join(format!("{name}{suffix}.mtx"));
    let write = |path: PathBuf, text: String| {
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display())).map(|()| path)
    };
    let array = |kind: &str, values: &mut dyn Iterator<Item = String>| {
        let head = format!("%%MatrixMarket matrix array {kind} general\n{} 1\n", cells.len());
        values.fold(head, |text, value| text + &value + "\n")
    };
    write(file("_rhs"), array("real", &mut cells.iter().map(|n| format!("{:e}", problem.rhs[*n]))))?;
    write(file("_cells"), array("integer", &mut cells.iter().map(usize::to_string)))?;
    write(file(""), head + &body)
}

/// Reads a system that [`export`] wrote, or another program in the same form.
pub(crate) fn import(path: &Path) -> Result<Problem, String> {
    let text = read(path)?;
    let wrong = |line: usize, why: &str| format!("{}, line {}: {why}", path.display(), line + 1);
    if !text.starts_with("%%MatrixMarket matrix coordinate real symmetric") {
        return Err(wrong(0, "a coordinate real symmetric matrix is needed"));
    }
    let comment = text.lines().find(|line| line.starts_with("%layers"));
    let words: Vec<&str> = comment.map_or(Vec::new(), |line| line.split_whitespace().collect());
    let grid = match words[..] {
        [_, layers, _, rows, _, columns, _, level] => (|| {
            let [layers, rows, columns] = [layers, rows, columns].map(|word| word.parse::<usize>().ok());
            Some((
                LayeredShape { layers: layers?, rows: rows?, columns: columns? },
                level.parse::<f64>().ok()?,
            ))
        })(),
        _ => None,
    };
    let (shape, level) =
        grid.ok_or_else(|| wrong(1, "the comment “%layers L rows R columns C level H” is needed"))?;
    let cells: Vec<usize> = array(&beside(path, "_cells")?)?.into_iter().map(|n| n as usize).collect();
    let values = array(&beside(path, "_rhs")?)?;
    if values.len() != cells.len() || cells.iter().any(|n| *n >= shape.cells()) {
        return Err(format!("{}: its right-hand side or its cells do not fit it", path.display()));
    }
    let mut active = vec![false; shape.cells()];
    let mut rhs = vec![0.0; shape.cells()];
    for (n, value) in cells.iter().zip(values) {
        (active[*n], rhs[*n]) = (true, value);
    }
    let mut operator = LayeredOperator::new(shape, active).map_err(|error| error.to_string())?;
    let mut seen_size = false;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('%')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if !std::mem::replace(&mut seen_size, true) || words.is_empty() {
            continue;
        }
        let entry = (|| {
            let [row, column, value] = words[..] else { return None };
            let cell = |word: &str| cells.get(word.parse::<usize>().ok()?.checked_sub(1)?).copied();
            Some((cell(row)?, cell(column)?, value.parse::<f64>().ok()?))
        })();
        let (row, column, value) = entry.ok_or_else(|| wrong(at, "not “row column value”"))?;
        let (low, high) = (row.min(column), row.max(column));
        if low == high {
            operator.extra[low] += value;
            continue;
        }
        let face = (0..3).find(|face| shape.neighbour(low, *face) == Some(high));
        let faces = match face {
            Some(0) => &mut operator.east,
            Some(1) => &mut operator.south,
            Some(_) => &mut operator.down,
            None => return Err(wrong(at, "the two rows are no neighbours on the grid")),
        };
        faces[low] -= value;
        operator.extra[low] += value;
        operator.extra[high] += value;
    }
    // What is left of a diagonal less its faces is rounding where nothing ties the cell.
    let mut diagonal = vec![0.0; shape.cells()];
    operator.diagonal(&mut diagonal);
    for (extra, diagonal) in operator.extra.iter_mut().zip(&diagonal) {
        if extra.abs() <= 8.0 * f64::EPSILON * diagonal.abs() {
            *extra = 0.0;
        }
    }
    operator.check().map_err(|error| format!("{}: {error}", path.display()))?;
    let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    Ok(Problem { name, seed: 0, operator, rhs, level })
}

fn beside(path: &Path, suffix: &str) -> Result<PathBuf, String> {
    let stem = path.file_stem().ok_or_else(|| format!("{}: no file", path.display()))?;
    Ok(path.with_file_name(format!("{}{suffix}.mtx", stem.to_string_lossy())))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn array(path: &Path) -> Result<Vec<f64>, String> {
    let text = read(path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('%')).skip(1);
    let number = |(at, line): (usize, &str)| {
        line.trim().parse().map_err(|_| format!("{}, line {}: no number", path.display(), at + 1))
    };
    lines.map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let problem = Problem::generate("karst-1e4".parse().unwrap(), 3_000, 5).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let again = import(&export(folder.path(), &problem).unwrap()).unwrap();
        assert_eq!(again.operator.active(), problem.operator.active());
        assert_eq!(again.operator.east, problem.operator.east);
        assert_eq!(again.operator.down, problem.operator.down);
        assert_eq!(again.rhs, problem.rhs);
        let tied = |p: &Problem| p.operator.extra.iter().map(|v| *v > 0.0).collect::<Vec<_>>();
        assert_eq!(tied(&again), tied(&problem));
        std::fs::write(folder.path().join("x.mtx"), "%%MatrixMarket matrix array real general\n").unwrap();
        assert!(import(&folder.path().join("x.mtx")).is_err());
    }
}
