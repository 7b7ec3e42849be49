//! A figure as a picture of points.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Style, Weight};
use resvg::usvg::{FallbackSelectionFn, FontResolver, Group, Node, Options, Tree};

use super::gather::PageError;

/// Renders an SVG document that this crate drew as PNG, `scale` points for each of its pixels.
///
/// # Errors
/// Where no font of the system has a character that the figure holds, or the picture would be too large.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, PageError> {
    let fail = |text: String| PageError::Drawing(text);
    let mut options = Options::default();
    options.fontdb_mut().load_system_fonts();
    let named = options.fontdb.faces().find_map(|face| face.families.first()).map(|(name, _)| name.clone());
    let Some(family) = named else {
        return Err(fail("no font is installed; on Debian or Ubuntu: apt-get install fonts-noto-cjk".into()));
    };
    // The last resort of every figure's list of families.
    options.fontdb_mut().set_sans_serif_family(family);
    options.font_resolver.select_fallback = fallback();
    let tree = Tree::from_str(svg, &options).map_err(|error| fail(error.to_string()))?;
    if let Some(letter) = without_glyph(tree.root()) {
        return Err(fail(format!(
            "no installed font has the character {letter:?}; on Debian or Ubuntu: apt-get install fonts-noto-cjk (or draw it with \
             --lang en, or as .svg)"
        )));
    }
    let size = tree.size().to_int_size().scale_by(scale);
    let size = size.ok_or_else(|| fail("the picture would have no size".into()))?;
    let mut picture = Pixmap::new(size.width(), size.height())
        .ok_or_else(|| fail("the picture would be too large".into()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|error| fail(error.to_string()))
}

/// Takes what the first font lacks, such as a minus in one of Chinese, from another without serifs where any has it.
fn fallback() -> FallbackSelectionFn<'static> {
    let any = FontResolver::default_fallback_selector();
    Box::new(move |letter, used, fonts| {
        let unlike =
            |name: &str| ["Serif", "Mono", "Math", "Condensed"].iter().any(|kind| name.contains(kind));
        let others = fonts.faces().filter(|face| {
            let plain = face.style == Style::Normal && face.weight == Weight::NORMAL;
            !plain || face.families.iter().any(|(name, _)| unlike(name))
        });
        let mut passed = used.to_vec();
        passed.extend(others.map(|face| face.id));
        any(letter, &passed, fonts).or_else(|| any(letter, used, fonts))
    })
}

/// A text that no font could set.
fn without_glyph(group: &Group) -> Option<String> {
    group.children().iter().find_map(|node| match node {
        Node::Group(inner) => without_glyph(inner),
        Node::Text(text) => {
            let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
            // Glyph 0 of every font is the box that stands for a missing one.
            glyphs
                .filter(|glyph| glyph.id.0 == 0)
                .map(|glyph| glyph.text.clone())
                .find(|text| !text.trim().is_empty())
        }
        _ => None,
    })
}
