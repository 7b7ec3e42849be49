//! No damage to a file makes the reader panic: it reads, or it names faults that can be shown.

use quanyu_files::{Sources, Style, read_basin, read_scenarios, render};

use crate::small_basin::Workshop;

/// What is put in the place of a byte.
const INTRUDERS: [&str; 12] = ["", "\"", ",", "\n", "[", "}", "-", "9e9", "nan", "泉", "#", "\u{0}"];

/// Damages a text in `count` places: cuts it there, or puts something else in the place of a character.
fn damages(text: &str, count: usize) -> impl Iterator<Item = String> + '_ {
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
    (0..count).flat_map(move |index| {
        // A stride that is prime to most lengths reaches headers, keys, numbers and shapes alike.
        let place = places[(index * 7919 + index * index * 31) % places.len()];
        let intruder = INTRUDERS[index % INTRUDERS.len()];
        let rest: String = text[place..].chars().skip(1).collect();
        [text[..place].to_owned(), format!("{}{intruder}{rest}", &text[..place])]
    })
}

#[test]
fn no_damaged_basin_panics() {
    let workshop = Workshop::new();
    let names: Vec<String> = std::fs::read_dir(workshop.path("basin"))
        .unwrap()
        .map(|entry| format!("basin/{}", entry.unwrap().file_name().to_string_lossy()))
        .collect();
    let mut found = 0;
    for name in names {
        let text = workshop.read(&name);
        for damaged in damages(&text, 12) {
            workshop.write(&name, &damaged);
            let mut sources = Sources::new();
            if let Err(faults) = read_basin(&workshop.path("basin"), &mut sources) {
                assert!(render(&sources, &faults, Style::Plain).starts_with("error[quanyu::"));
                found += 1;
            }
        }
        workshop.write(&name, &text);
    }
    assert!(found > 250, "only {found} damages were noticed");
}

#[test]
fn no_damaged_scenario_panics() {
    let workshop = Workshop::new();
    let text = crate::broken_scenario::GOOD;
    let mut found = 0;
    for damaged in damages(text, 300) {
        workshop.write("scenarios/good.toml", &damaged);
        let mut sources = Sources::new();
        if let Err(faults) = read_scenarios(&[workshop.path("scenarios")], None, &mut sources) {
            assert!(render(&sources, &faults, Style::Plain).starts_with("error[quanyu::"));
            found += 1;
        }
    }
    assert!(found > 300, "only {found} damages were noticed");
}
