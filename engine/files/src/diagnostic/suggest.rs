//! "Did you mean": the nearest of the names that exist.

/// A remedy that names the nearest candidate, or nothing where none is near.
///
/// Near is: equal but for case and for `-` against `_`, or at most a third of the letters apart (Damerau–Levenshtein).
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let wanted = plain(word);
    let most = (wanted.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= most && *distance < candidate.chars().count())
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map_or_else(String::new, |(_, candidate)| format!("did you mean `{candidate}`?"))
}

/// Names in a row, shortened where there are many.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 24;
    let names: Vec<&str> = names.into_iter().collect();
    let mut text = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    if names.is_empty() { "none exist".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_finds_none() {
        let names = ["owner", "county", "close_wells"];
        assert_eq!(did_you_mean("ower", names), "did you mean `owner`?");
        assert_eq!(did_you_mean("close-wells", names), "did you mean `close_wells`?");
        assert_eq!(did_you_mean("zone", names), "");
        assert_eq!(did_you_mean("高平", ["gaoping"]), "");
    }
}
