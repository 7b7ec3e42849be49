//! What plotters draws on: a compact SVG whose texts stand in both languages.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::element::Text;
use plotters::prelude::DrawingArea;
use plotters::style::{IntoFont, RGBColor, TextStyle, WHITE};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    FontTransform,
};

use quanyu_policy::Text as Words;

use super::legend::cut_to;
use crate::Language;
use crate::page::gather::contours::write_path;
use crate::page::words::{BETWEEN, drawn, one};

/// Plotters places everything on whole pixels; drawn so many times larger, lines come out smooth.
pub(crate) const FINE: i32 = 4;

/// Families of every text of a figure; the Chinese ones by the names that systems give them.
pub(crate) const FAMILY: &str = "system-ui, 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'WenQuanYi Zen Hei', \
                                 'Microsoft YaHei', 'PingFang SC', sans-serif";

/// The drawn text, shared with whoever opens and closes groups in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ink(Rc<RefCell<String>>, Rc<RefCell<Option<Joined>>>);

/// Filled boxes of one colour that are drawn as one path, which is a third as long.
#[derive(Clone, Debug, Default)]
struct Joined {
    boxes: String,
    paint: String,
    edge: String,
}

impl Ink {
    /// Opens a group with a class and the number of the series that it draws.
    pub(crate) fn open(&self, class: &str, series: usize) {
        let _ = write!(self.0.borrow_mut(), "<g class=\"{class}\" data-series=\"{series}\">");
    }

    /// Opens a group whose filled boxes, all of one colour and outlined in one, become one path.
    pub(crate) fn open_joined(&self, class: &str, series: usize, edge: RGBColor) {
        self.open(class, series);
        let edge = format!(" stroke=\"#{:02x}{:02x}{:02x}\" stroke-width=\"{FINE}\"", edge.0, edge.1, edge.2);
        self.1.replace(Some(Joined { edge, ..Joined::default() }));
    }

    /// Closes it.
    pub(crate) fn close_joined(&self) {
        if let Some(joined) = self.1.take().filter(|joined| !joined.boxes.is_empty()) {
            self.add(format_args!("<path d=\"{}\" {}{}/>", joined.boxes, joined.paint, joined.edge));
        }
        self.close();
    }

    /// Closes a group.
    pub(crate) fn close(&self) {
        self.0.borrow_mut().push_str("</g>");
    }

    /// Dashes the lines of what is drawn until [`Ink::close`].
    pub(crate) fn open_dashed(&self, class: &str, series: usize, dash: &str) {
        let _ = write!(
            self.0.borrow_mut(),
            "<g class=\"{class}\" data-series=\"{series}\" stroke-dasharray=\"{dash}\">"
        );
    }

    /// Opens a group for a line that is pale until its run is in view.
    pub(crate) fn open_pale(&self, series: usize, run: usize) {
        let _ = write!(
            self.0.borrow_mut(),
            "<g class=\"mark pale\" data-series=\"{series}\" data-line=\"{run}\">"
        );
    }

    fn add(&self, text: std::fmt::Arguments<'_>) {
        let _ = self.0.borrow_mut().write_fmt(text);
    }

    /// All that was drawn.
    pub(crate) fn take(&self) -> String {
        self.0.take()
    }
}

/// A sheet of a size in fine pixels.
pub(crate) struct Sheet {
    ink: Ink,
    size: (u32, u32),
    /// The only language to draw; both where none is named.
    only: Option<Language>,
}

impl Sheet {
    /// An empty sheet, `size` in pixels.
    pub(crate) fn new(ink: &Ink, size: (u32, u32), only: Option<Language>) -> Self {
        Self { ink: ink.clone(), size: (size.0 * FINE as u32, size.1 * FINE as u32), only }
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// A colour as SVG writes it.
fn hex(color: BackendColor) -> String {
    let (red, green, blue) = color.rgb;
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Escapes a text for SVG.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// Width of a text in ems: letters of Chinese are as wide as high.
pub(crate) fn ems(text: &str) -> f64 {
    let wide = |letter: char| if letter as u32 >= 0x2e80 { 1.0 } else { 0.55 };
    text.chars().map(wide).sum()
}

fn path_data(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut data = String::new();
    write_path(&mut data, points.into_iter().map(|(x, y)| [f64::from(x), f64::from(y)]), false);
    data
}

impl DrawingBackend for Sheet {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect(point, (point.0 + 1, point.1 + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let color = style.color();
        if color.alpha == 0.0 {
            return Ok(());
        }
        let (width, height) = (right - left, bottom - top);
        let shape = format!("M{left} {top}h{width}v{height}h{}z", -width);
        if !fill {
            let (edge, wide) = (hex(color), style.stroke_width());
            self.ink.add(format_args!(
                "<path d=\"{shape}\" fill=\"none\" stroke=\"{edge}\" stroke-width=\"{wide}\"/>"
            ));
            return Ok(());
        }
        let paint = format!("fill=\"{}\"{}", hex(color), opacity("fill", color));
        match self.ink.1.borrow_mut().as_mut() {
            Some(joined) => {
                joined.boxes.push_str(&shape);
                joined.paint = paint;
            }
            None => self.ink.add(format_args!("<path d=\"{shape}\" {paint}/>")),
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let color = style.color();
        if color.alpha > 0.0 {
            self.ink.add(format_args!(
                "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{}/>",
                path_data(path),
                hex(color),
                style.stroke_width(),
                opacity("stroke", color)
            ));
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Drawn {
        let color = style.color();
        if color.alpha > 0.0 {
            self.ink.add(format_args!(
                "<path d=\"{}z\" fill=\"{}\"{}/>",
                path_data(vert),
                hex(color),
                opacity("fill", color)
            ));
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let color = style.color();
        let paint = if fill {
            format!("fill=\"{}\"{}", hex(color), opacity("fill", color))
        } else {
            format!("fill=\"#fff\" stroke=\"{}\" stroke-width=\"{}\"", hex(color), style.stroke_width())
        };
        self.ink.add(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {paint}/>"));
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, (x, y): BackendCoord) -> Drawn {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let size = style.size();
        // Baselines lie about a third of the size below the middle; `dominant-baseline` is not known to every reader of SVG.
        let shift = match style.anchor().v_pos {
            VPos::Top => 0.8,
            VPos::Center => 0.35,
            VPos::Bottom => -0.2,
        } * size;
        let turn = match style.transform() {
            FontTransform::None => String::new(),
            FontTransform::Rotate90 => format!(" transform=\"rotate(90 {x} {y})\""),
            FontTransform::Rotate180 => format!(" transform=\"rotate(180 {x} {y})\""),
            FontTransform::Rotate270 => format!(" transform=\"rotate(270 {x} {y})\""),
        };
        let weight =
            if style.style().as_str() == FontStyle::Bold.as_str() { " font-weight=\"600\"" } else { "" };
        let fill = hex(style.color());
        let down = y + shift.round() as i32;
        let put = |class: &str, text: &str| {
            self.ink.add(format_args!(
                "<text{class} x=\"{x}\" y=\"{down}\" font-size=\"{size}\" fill=\"{fill}\"{anchor}{weight}{turn}>{}</text>",
                escape(text)
            ));
        };
        match self.only {
            Some(language) => put("", one(text, language)),
            None => match text.split_once(BETWEEN) {
                Some((zh, en)) if zh != en => {
                    put(" class=\"zh\"", zh);
                    put(" class=\"en\"", en);
                }
                _ => put("", one(text, Language::En)),
            },
        }
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let widest = text.split(BETWEEN).map(ems).fold(0.0, f64::max);
        Ok(((widest * style.size()).ceil() as u32, style.size().ceil() as u32))
    }
}

fn opacity(of: &str, color: BackendColor) -> String {
    if color.alpha < 1.0 { format!(" {of}-opacity=\"{:.2}\"", color.alpha) } else { String::new() }
}

/// A white ground with the title, for a figure by itself: where it is too long for the figure its letters are smaller, and what is
/// still too long is cut.
pub(super) fn head_of(
    root: &DrawingArea<Sheet, Shift>,
    title: &Words,
    language: Language,
) -> Result<(), Box<dyn std::error::Error>> {
    root.fill(&WHITE)?;
    let title = one(&drawn(title), language).to_owned();
    let room = f64::from(root.dim_in_pixel().0) / f64::from(FINE) - 20.0;
    // Bold letters are a tenth wider.
    let size = (room / (1.1 * ems(&title))).clamp(9.0, 16.0);
    let style = TextStyle::from(("sans-serif", size * f64::from(FINE)).into_font().style(FontStyle::Bold));
    root.draw(&Text::new(cut_to(&title, room / (1.1 * size) + 0.1), (10 * FINE, 8 * FINE), style))?;
    Ok(())
}

/// The SVG document around what was drawn on a sheet of a size \[px\]; `more` are attributes of its own.
pub(super) fn document(
    ink: &Ink,
    title: &Words,
    size: (u32, u32),
    only: Option<Language>,
    more: &str,
) -> String {
    let (width, height) = size;
    let title =
        only.map(|language| format!("<title>{}</title>", escape(language.pick(&title.zh, &title.en))));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" {} font-family=\"{FAMILY}\"{more}>{}{}</svg>",
        width * FINE as u32,
        height * FINE as u32,
        extent(only, width, height),
        title.unwrap_or_default(),
        ink.take()
    )
}

/// In the page a figure is as wide as its place; by itself it has its own size.
pub(super) fn extent(only: Option<Language>, width: u32, height: u32) -> String {
    match only {
        Some(_) => format!("width=\"{width}\" height=\"{height}\" role=\"img\""),
        None => format!("role=\"img\" aria-hidden=\"true\" style=\"--w:{width}\""),
    }
}
