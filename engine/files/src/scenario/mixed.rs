//! A mix of measures, written as a patch of the scenario that it was found for.

use std::fs;
use std::path::{Component, Path, PathBuf};

use quanyu_policy::{Measure, Money, Scenario};

use super::patch::is_plain_name;
use crate::{OutputFailure, write_whole};

/// A mix to be written.
#[derive(Clone, Copy, Debug)]
pub struct Mixed<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its file.
    pub base: &'a Path,
    /// How far measures go, by index, 0 to 1 \[-\].
    pub extents: &'a [(usize, f64)],
    /// Names of the targets that it meets.
    pub until: &'a [String],
}

/// Writes the scenario file of a mix, beside the file and renamed, so that it is there whole or not at all. It is a patch of the
/// scenario: measures that are not needed are dropped, others are carried out to their extent (`compliance`), and what
/// they cost once in proportion. Its name is that of the file.
///
/// # Errors
///
/// Where the name of the file can be no scenario's, or the file cannot be written.
pub fn write_mix(path: &Path, mix: &Mixed<'_>) -> Result<(), OutputFailure> {
    let name = name_of(path).map_err(|why| OutputFailure::new(path, "write", why))?;
    let text = patch(path, name, mix).map_err(OutputFailure::at(path, "write"))?;
    write_whole(path, text)
}

/// Why a mix cannot be written to a file; nothing where it can.
pub fn why_no_mix(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let missing = folder.filter(|folder| !folder.is_dir());
    name_of(path).err().or_else(|| missing.map(|folder| format!("there is no folder `{}`", folder.display())))
}

fn name_of(path: &Path) -> Result<&str, String> {
    let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    match name.is_empty() || name.starts_with('.') || !is_plain_name(name) {
        true => Err(format!("`{name}` cannot name a scenario: letters, digits, `-`, `_` and inner `.`")),
        false => Ok(name),
    }
}

fn patch(path: &Path, name: &str, mix: &Mixed<'_>) -> std::io::Result<String> {
    // A string of JSON is one of TOML, too.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mixed = mix.scenario.mixed(mix.extents);
    let mut text = format!(
        "# The cheapest mix of {} that was found to meet {}.\n\nname = {}\ntitle = {{ zh = {}, en = {} }}\nbase = {}\n",
        mix.scenario.name,
        mix.until.join(", "),
        quoted(name),
        quoted(&format!("{}：最省组合", mix.scenario.title.zh)),
        quoted(&format!("{}: cheapest mix", mix.scenario.title.en)),
        quoted(&way(path, mix.base)?),
    );
    let left_out: Vec<String> = (mix.extents.iter())
        .filter(|(_, extent)| *extent == 0.0)
        .filter_map(|(index, _)| Some(quoted(&mixed.measures.get(*index)?.id)))
        .collect();
    if !left_out.is_empty() {
        text.push_str(&format!("drop = [{}]\n", left_out.join(", ")));
    }
    for (index, extent) in mix.extents {
        // A measure in full is as the scenario states it.
        let part = |_: &&Measure| *extent > 0.0 && *extent < 1.0;
        let Some(measure) = mixed.measures.get(*index).filter(part) else { continue };
        text.push_str(&format!(
            "\n[[measure]]\nid = {}\ncompliance = {:?}\n",
            quoted(&measure.id),
            measure.compliance
        ));
        let Some(cost) = measure.cost.as_ref() else { continue };
        let Some((once, year)) = cost.once else { continue };
        let mut entries = sums("once", "yuan", once);
        entries.push(format!("year = {year}"));
        if let Some(per_m3) = cost.per_m3 {
            entries.extend(sums("per_m3", "yuan/m3", per_m3));
        }
        if let Some(source) = &cost.source {
            entries.push(format!("source = {}", quoted(source)));
        }
        text.push_str(&format!("cost = {{ {} }}\n", entries.join(", ")));
    }
    Ok(text)
}

fn sums(key: &str, unit: &str, money: Money) -> Vec<String> {
    let Money { low, value, high } = money;
    let mut entries = vec![format!("{key} = \"{value} {unit}\"")];
    if low < high {
        entries.push(format!("{key}_range = [\"{low} {unit}\", \"{high} {unit}\"]"));
    }
    entries
}

/// The way from a file's folder to another file, with `/` between its parts.
fn way(from: &Path, to: &Path) -> std::io::Result<String> {
    let folder = match from.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::canonicalize(folder)?,
        _ => fs::canonicalize(".")?,
    };
    let to = fs::canonicalize(to)?;
    let (here, there): (Vec<Component>, Vec<Component>) =
        (folder.components().collect(), to.components().collect());
    let common = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let up = here[common..].iter().map(|_| Path::new(".."));
    let down = there[common..].iter().map(|part| Path::new(part.as_os_str()));
    let way: PathBuf = up.chain(down).collect();
    Ok(way.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
}
