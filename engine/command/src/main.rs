//! The `quanyu` program: arguments, progress, messages and exit codes. The only place that prints.

mod arguments;
mod attribute;
mod batch;
mod calibrate;
mod check;
mod engine;
mod export;
mod folder;
mod interrupt;
mod mix;
mod outcome;
mod plot;
mod progress;
mod report;
mod run;
mod search;
mod until;
mod world;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::outcome::Outcome;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    interrupt::listen();
    let outcome = match &arguments.command {
        Command::Run(run) => run::run(run),
        Command::Batch(batch) => batch::batch(batch),
        Command::Search(search) => search::search(search),
        Command::Mix(mix) => mix::mix(mix),
        Command::Attribute(attribute) => attribute::attribute(attribute),
        Command::Check(check) => check::check(check),
        Command::Report(arguments) => report::report(arguments),
        Command::Compare(arguments) => report::compare(arguments),
        Command::Plot(arguments) => plot::plot(arguments),
        Command::Export(export) => export::export(export),
        Command::Calibrate(calibrate) => calibrate::calibrate(calibrate),
    };
    match outcome {
        Ok(outcome) => outcome.exit_code(),
        Err(error) => {
            progress::message(&error.to_string());
            Outcome::from(&error).exit_code()
        }
    }
}
