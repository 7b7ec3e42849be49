//! `quanyu plot`: one figure of the page as a file of its own.

use quanyu_report::{Page, png};

use crate::arguments::PlotArguments;
use crate::outcome::{CommandError, Outcome};
use crate::progress::result;
use crate::report::failed;
use crate::run::write_whole;

/// Points of a PNG for each pixel of the figure: sharp on paper, too.
const SCALE: f32 = 2.0;

/// Draws the figure.
pub(crate) fn plot(arguments: &PlotArguments) -> Result<Outcome, CommandError> {
    let page = Page::read(&arguments.folders).map_err(|error| failed(&error))?;
    let ids = page.figure_ids();
    let drawn = page.figure(&arguments.figure, arguments.lang.into()).map_err(|error| failed(&error))?;
    let Some(svg) = drawn else {
        return Err(CommandError::WrongInput(format!(
            "there is no figure {:?}; these runs have:\n  {}",
            arguments.figure,
            ids.join("\n  ")
        )));
    };
    let path = &arguments.out;
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("svg") => write_whole(path, &svg)?,
        Some("png") => {
            let picture = png(&svg, SCALE).map_err(|error| failed(&error))?;
            write_whole(path, picture)?;
        }
        _ => {
            let text = format!("{}: --out must end in .svg or .png", path.display());
            return Err(CommandError::WrongInput(text));
        }
    }
    result(&path.display().to_string());
    Ok(Outcome::Done)
}
