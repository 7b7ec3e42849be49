//! `quanyu report` and `quanyu compare`: the planner's page from finished runs.

use std::path::{Path, PathBuf};

use quanyu_policy::{Text, Verdict};
use quanyu_report::{Page, PageError, VerdictColumn, verdict_legend, verdict_table};

use crate::arguments::{CompareArguments, ReportArguments};
use crate::outcome::{CommandError, Outcome};
use crate::progress::{message, result, terminal_width};
use crate::run::write_whole;

/// Name of the page beside the runs.
pub(crate) const PAGE: &str = "report.html";

/// A page that cannot be written, as the program says it.
pub(crate) fn failed(error: &PageError) -> CommandError {
    match error {
        PageError::Drawing(text) => CommandError::Failed(text.clone()),
        PageError::Unreadable(_) | PageError::Empty | PageError::Mixed(_) => {
            CommandError::WrongInput(error.to_string())
        }
    }
}

/// Name of the page of some of the runs, which leaves that of all in its place.
const COMPARED: &str = "compare.html";

/// Where a page goes: where it was asked to, into the folder that holds the runs, or beside the run.
fn place(out: Option<&Path>, folders: &[PathBuf], name: &str) -> PathBuf {
    if let Some(out) = out {
        return out.to_owned();
    }
    match folders {
        [only] if !only.join("run.json").is_file() => only.join(name),
        [first, ..] => first
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .map_or_else(|| name.into(), |parent| parent.join(name)),
        [] => name.into(),
    }
}

/// Writes the page of some folders and returns its place.
pub(crate) fn write(
    folders: &[PathBuf],
    out: Option<&Path>,
    language: quanyu_report::Language,
) -> Result<PathBuf, CommandError> {
    let page = Page::read(folders).map_err(|error| failed(&error))?;
    write_page(&page, place(out, folders, PAGE), language)
}

fn write_page(
    page: &Page,
    path: PathBuf,
    language: quanyu_report::Language,
) -> Result<PathBuf, CommandError> {
    write_whole(&path, page.html(language).map_err(|error| failed(&error))?)?;
    Ok(path)
}

/// Writes the page.
pub(crate) fn report(arguments: &ReportArguments) -> Result<Outcome, CommandError> {
    let path = write(&arguments.folders, arguments.out.as_deref(), arguments.lang.into())?;
    result(&path.display().to_string());
    Ok(Outcome::Done)
}

/// Writes the page and prints the verdicts side by side.
pub(crate) fn compare(arguments: &CompareArguments) -> Result<Outcome, CommandError> {
    let language = arguments.lang.into();
    let page = Page::read(&arguments.folders).map_err(|error| failed(&error))?;
    let runs: Vec<(Text, &Verdict)> = page.runs().map(|run| (run.title(), run.verdict)).collect();
    if runs.is_empty() {
        let text = "a batch by itself has no verdicts to compare: quanyu report writes its page, and its odds stand in verdicts/";
        return Err(CommandError::WrongInput(text.into()));
    }
    let columns: Vec<VerdictColumn<'_>> =
        runs.iter().map(|(title, verdict)| VerdictColumn { title, verdict }).collect();
    let place = place(arguments.out.as_deref(), &arguments.folders, COMPARED);
    let path = write_page(&page, place, language)?;
    let table = verdict_table(&columns, language, terminal_width());
    result(&format!("{table}\n{}\n\n{}", verdict_legend(language), path.display()));
    Ok(Outcome::Done)
}

/// The page at the end of a run or a batch. What it cannot show is no reason to fail what was finished.
pub(crate) fn at_the_end(
    folders: &[PathBuf],
    out: &Path,
    language: quanyu_report::Language,
) -> Option<PathBuf> {
    match write(folders, Some(out), language) {
        Ok(path) => Some(path),
        Err(error) => {
            message(&format!("the page was not written: {error}"));
            None
        }
    }
}
