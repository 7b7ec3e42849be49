//! Both languages side by side: the page holds every text twice and its style sheet shows one of them.

use maud::{Markup, html};
use quanyu_policy::Text;

use crate::Language;
use crate::verdict_table::number;

/// Between the two languages of a text that a figure draws.
pub(crate) const BETWEEN: char = '\u{1f}';

/// A text in both languages, as figures take it.
pub(crate) fn drawn(text: &Text) -> String {
    if text.zh == text.en {
        clean(&text.en)
    } else {
        format!("{}{BETWEEN}{}", clean(&text.zh), clean(&text.en))
    }
}

/// Without control characters, which neither HTML nor SVG may hold, and without those that turn the direction of what follows.
pub(crate) fn clean(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|letter| !letter.is_control() && !turns(*letter)).collect()
}

/// The same of a text in both languages.
pub(crate) fn cleaned(text: &Text) -> Text {
    Text::new(clean(&text.zh), clean(&text.en))
}

/// One language of a text that figures draw.
pub(crate) fn one(text: &str, language: Language) -> &str {
    match text.split_once(BETWEEN) {
        Some((zh, en)) => language.pick(zh, en),
        None => text,
    }
}

/// A text in both languages, as markup.
pub(crate) fn both(zh: &str, en: &str) -> Markup {
    html! {
        @if zh == en {
            // Whatever direction a name is written in, what stands around it keeps its own.
            @if en.is_ascii() { (en) } @else { bdi { (clean(en)) } }
        } @else {
            // What language is shown stands at the top of the document: the other one is not there for any reader.
            span.zh { (clean(zh)) }
            span.en { (clean(en)) }
        }
    }
}

/// The same of a text.
pub(crate) fn name(text: &Text) -> Markup {
    both(&text.zh, &text.en)
}

/// What volumes are shown in: 万m³ or 亿m³ in Chinese, million m³ in English.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    /// Volumes of a column or figure up to so many m³.
    Volume {
        /// Whether Chinese readers count it in 亿.
        large: bool,
        /// Whether it is a volume a year.
        yearly: bool,
    },
    /// Anything else, the same in both languages.
    Plain(&'static str, &'static str),
}

impl Unit {
    /// The unit for volumes up to a largest \[m³\].
    pub(crate) fn volume(largest: f64, yearly: bool) -> Self {
        Self::Volume { large: largest >= 1e8, yearly }
    }

    /// Factor on m³ or on the plain value.
    pub(crate) fn factor(self, language: Language) -> f64 {
        match (self, language) {
            (Self::Volume { .. }, Language::En) => 1e-6,
            (Self::Volume { large: true, .. }, Language::Zh) => 1e-8,
            (Self::Volume { large: false, .. }, Language::Zh) => 1e-4,
            (Self::Plain(..), _) => 1.0,
        }
    }

    /// Its name.
    pub(crate) fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Volume { yearly: true, .. }, Language::En) => "million m³/a",
            (Self::Volume { yearly: false, .. }, Language::En) => "million m³",
            (Self::Volume { large: true, yearly: true }, Language::Zh) => "亿m³/a",
            (Self::Volume { large: true, yearly: false }, Language::Zh) => "亿m³",
            (Self::Volume { large: false, yearly: true }, Language::Zh) => "万m³/a",
            (Self::Volume { large: false, yearly: false }, Language::Zh) => "万m³",
            (Self::Plain(zh, en), _) => language.pick(zh, en),
        }
    }

    /// Its name in both languages.
    pub(crate) fn text(self) -> Text {
        Text::new(self.word(Language::Zh), self.word(Language::En))
    }

    /// A value in this unit, as figures draw it.
    pub(crate) fn drawn(self, value: f64) -> String {
        drawn(&self.shown(value))
    }

    /// A value in this unit.
    pub(crate) fn shown(self, value: f64) -> Text {
        let of = |language: Language| {
            let scaled = value * self.factor(language);
            match self {
                Self::Volume { large: true, .. } if language == Language::Zh => {
                    trimmed(&format!("{scaled:.3}")).replace('-', "−")
                }
                // Whole 万m³: a digit behind them would claim what the ranges do not give.
                Self::Volume { .. } if language == Language::Zh && scaled.abs() >= 100.0 => {
                    shown(scaled.round())
                }
                _ => shown(scaled),
            }
        };
        Text::new(of(Language::Zh), of(Language::En))
    }
}

/// Without zeros at the end of a fraction, but one digit behind the point at least.
fn trimmed(number: &str) -> String {
    let short = number.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

/// A number with three significant digits, thousands apart, a minus as readers know it.
pub(crate) fn shown(value: f64) -> String {
    let text = if value.abs() >= 1000.0 { grouped(value) } else { number(value) };
    let zero = text.chars().all(|letter| matches!(letter, '-' | '0' | '.'));
    if zero { "0".to_owned() } else { text.replace('-', "−") }
}

/// A value to so many significant digits: what is drawn needs no more, and the page stays small.
pub(crate) fn round(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let places = digits - 1 - value.abs().log10().floor() as i32;
    if places >= 0 {
        let power = 10f64.powi(places);
        (value * power).round() / power
    } else {
        let power = 10f64.powi(-places);
        (value / power).round() * power
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 { format!("-{text}") } else { text }
}

/// A number that can be followed to where it stands: `value` is what the file holds, `of` names its place there.
pub(crate) fn figure(value: f64, unit: Unit, of: &str) -> Markup {
    let text = unit.shown(value);
    html! { data value=(value) data-of=(of) { (both(&text.zh, &text.en)) } }
}

/// The word for a sector, an owner, a kind of take, a budget term or a sureness.
pub(crate) fn word(id: &str) -> Text {
    let known = [
        ("domestic", "生活", "Domestic"),
        ("industry", "工业", "Industry"),
        ("irrigation", "灌溉", "Irrigation"),
        ("ecology", "生态及其他", "Ecology and others"),
        ("mine-drainage", "矿井排水", "Mine drainage"),
        ("public", "公共供水", "Waterworks"),
        ("self-supply", "自备井", "Self-supply"),
        ("village", "村镇", "Villages"),
        ("mine", "矿山", "Mines"),
        ("groundwater", "地下水", "Groundwater"),
        ("surface", "地表水", "Surface water"),
        ("other", "其他", "Other"),
        ("wells", "机井", "Wells"),
        ("recharge", "降水入渗", "Recharge"),
        ("springs", "泉", "Springs"),
        ("rivers", "河流渗漏", "Rivers"),
        ("boundary", "边界", "Boundary"),
        ("storage", "储量", "Storage"),
        ("exchange", "邻域", "Other basins"),
        ("quoted", "引用", "quoted"),
        ("computed", "计算", "computed"),
        ("inferred", "推断", "inferred"),
        ("assumed", "假定", "assumed"),
    ];
    known
        .iter()
        .find(|(word, ..)| *word == id)
        .map_or_else(|| Text::new(id, id), |(_, zh, en)| Text::new(*zh, *en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_stand_in_the_units_of_their_readers() {
        let city = Unit::volume(2.0e8, true);
        assert_eq!(city.shown(1.88e8), Text::new("1.88", "188"));
        assert_eq!(city.word(Language::Zh), "亿m³/a");
        let zone = Unit::volume(4.3e7, true);
        assert_eq!(zone.shown(3.756e7), Text::new("3,756", "37.6"));
        assert_eq!(zone.shown(-1.2e6), Text::new("−120", "−1.20"));
        assert_eq!(zone.shown(7.36e6 + 400.0), Text::new("736", "7.36"));
        assert_eq!(city.shown(-1.07e7), Text::new("−0.107", "−10.7"));
    }

    #[test]
    fn names_are_shown_as_text() {
        let markup = name(&Text::new("</script>", "<img onerror=x>")).into_string();
        assert!(!markup.contains("<img") && !markup.contains("</script"), "{markup}");
        assert_eq!(clean("a\u{1f}b\u{0}"), "ab");
        // A name that turns the direction must not turn the page after it.
        let turned = name(&Text::new("\u{202e}名", "\u{202e}עין \u{2067}x")).into_string();
        assert!(!turned.contains(['\u{202e}', '\u{2067}']) && turned.contains("עין x"), "{turned}");
        assert_eq!(name(&Text::new("עין", "עין")).into_string(), "<bdi>עין</bdi>");
    }
}
