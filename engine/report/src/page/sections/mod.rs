//! Sections of the page, from the answer down to the inputs.

mod answer;
mod attribution;
mod figure;
mod first;
mod maps;
pub(crate) mod members;
mod records;
mod warnings;
mod water;

pub(crate) use answer::{answer, cause_name};
pub(crate) use figure::Shelf;
pub(crate) use first::{first_screen, key_years};
pub(crate) use maps::maps;
pub(crate) use records::{assumptions, downloads, ledger, methods};
pub(crate) use warnings::{GRADES, grade_name, warnings};
pub(crate) use water::{abstraction, budget, levels, levers, springs, targets};
