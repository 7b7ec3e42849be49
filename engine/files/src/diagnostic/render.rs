//! Showing faults: file, line and column, the line itself with the place underlined, the value, what is allowed, the remedy.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use quanyu_flow::{Fault, FaultKind, Origin};

use super::Sources;
use super::sources::Excerpt;

/// With or without colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// For files, pipes and tests.
    Plain,
    /// For a terminal.
    Coloured,
}

impl Style {
    /// Colours on a terminal, unless the environment variable `NO_COLOR` is set; plain otherwise.
    pub fn detect(stream: &impl std::io::IsTerminal) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        if wanted && stream.is_terminal() { Self::Coloured } else { Self::Plain }
    }
}

/// The stable code of a class of faults, for scripts and searches.
pub fn fault_code(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::UnknownKey => "quanyu::unknown_key",
        FaultKind::UnknownName => "quanyu::unknown_name",
        FaultKind::Missing => "quanyu::missing",
        FaultKind::OutOfRange => "quanyu::out_of_range",
        FaultKind::BadDate => "quanyu::bad_date",
        FaultKind::BadGeometry => "quanyu::bad_geometry",
        FaultKind::BadUnit => "quanyu::bad_unit",
        FaultKind::NotTied => "quanyu::not_tied",
        FaultKind::Collision => "quanyu::collision",
        FaultKind::EmptySelection => "quanyu::empty_selection",
        FaultKind::Syntax => "quanyu::syntax",
        FaultKind::Unsupported => "quanyu::unsupported",
        FaultKind::Inconsistent => "quanyu::inconsistent",
        _ => "quanyu::fault",
    }
}

/// All faults as text for people, sorted by file and place, each once; those without a place come last.
pub fn render(sources: &Sources, faults: &[Fault], style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let mut sorted: Vec<&Fault> = faults.iter().collect();
    sorted.sort_by(|a, b| {
        let (a_place, b_place) = (sources.sort_key(a.origin), sources.sort_key(b.origin));
        a_place.is_none().cmp(&b_place.is_none()).then(a_place.cmp(&b_place))
    });
    let mut texts: Vec<String> = Vec::new();
    for fault in sorted {
        let text = render_one(sources, fault, &renderer);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let count = texts.len();
    texts.push(format!("{count} fault{} in the input; nothing was run", if count == 1 { "" } else { "s" }));
    texts.join("\n\n") + "\n"
}

fn render_one(sources: &Sources, fault: &Fault, renderer: &Renderer) -> String {
    let title = Level::ERROR.primary_title(fault.message.as_str()).id(fault_code(fault.kind));
    let excerpt = (fault.origin != Origin::NONE).then(|| sources.excerpt(fault.origin)).flatten();
    let mut group = Group::with_title(title);
    let mut value_shown = false;
    if let Some(Excerpt { path, line, text, span }) = excerpt {
        value_shown = text.get(span.clone()).is_some_and(|marked| marked.trim_matches('"') == fault.value);
        group = group.element(
            Snippet::source(text)
                .line_start(line)
                .path(path.display().to_string())
                .annotation(AnnotationKind::Primary.span(span)),
        );
    }
    if !fault.value.is_empty() && !value_shown {
        group = group.element(Level::NOTE.message(format!("found: {}", fault.value)));
    }
    if !fault.allowed.is_empty() {
        group = group.element(Level::NOTE.message(format!("allowed: {}", fault.allowed)));
    }
    if !fault.remedy.is_empty() {
        group = group.element(Level::HELP.message(fault.remedy.as_str()));
    }
    renderer.render(&[group])
}
