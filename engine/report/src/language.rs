//! The two languages of everything a planner reads.

/// Language of a table or picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English: million m³.
    En,
    /// Chinese: 万m³ and 亿m³.
    Zh,
}

impl Language {
    /// The text of this language.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// A volume in the unit the language's readers use.
    pub fn volume(self, cubic_metres: f64) -> String {
        match self {
            Self::Zh => {
                let wan = cubic_metres / 1e4;
                if wan.abs() >= 1e4 { format!("{:.3} 亿m³", wan / 1e4) } else { format!("{wan:.0} 万m³") }
            }
            Self::En => format!("{:.1} million m³", cubic_metres / 1e6),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_read_as_their_readers_write_them() {
        assert_eq!(Language::En.volume(1.88e8), "188.0 million m³");
        assert_eq!(Language::Zh.volume(1.88e8), "1.880 亿m³");
        assert_eq!(Language::Zh.volume(-6.68e6), "-668 万m³");
    }
}
