//! Progress bars and messages on the terminal's error stream.

use std::io::Write;
use std::sync::LazyLock;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// All bars, below one another on the error stream.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Says one thing, on the error stream, so that what is printed as a result stays clean.
pub(crate) fn message(text: &str) {
    say(std::io::stderr().lock(), text);
}

/// Prints a result.
pub(crate) fn result(text: &str) {
    say(std::io::stdout().lock(), text);
}

/// A closed pipe (`quanyu run … | head`) is the reader's choice, not a failure: the run goes on.
fn say(mut stream: impl Write, text: &str) {
    let _ = writeln!(stream, "{}", text.trim_end());
}

/// A bar over the steps of one run: step, date, rate and time left. Hidden when not a terminal, or when asked to be quiet.
pub(crate) fn bar(name: &str, steps: usize, quiet: bool) -> ProgressBar {
    let bar = if quiet {
        ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden())
    } else {
        BARS.add(ProgressBar::new(steps as u64))
    };
    let style = ProgressStyle::with_template(
        "{prefix:28!} {bar:24} {pos:>4}/{len} steps  {msg:10}  {per_sec:>10}  {eta:>5} left",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}

/// A bar over the runs of a batch: how many, which member, rate and time left. Hidden when not a terminal, or when asked to be
/// quiet.
pub(crate) fn runs_bar(name: &str, runs: usize, quiet: bool) -> ProgressBar {
    let bar = bar(name, runs, quiet);
    let style = ProgressStyle::with_template(
        "{prefix:28!} {bar:24} {pos:>5}/{len} runs  {msg:36!}  {per_sec:>10}  {eta:>5} left",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

/// Columns of the terminal that results go to; `None` for files and pipes.
pub(crate) fn terminal_width() -> Option<u16> {
    console::Term::stdout().size_checked().map(|(_, columns)| columns)
}
