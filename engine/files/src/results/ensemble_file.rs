//! `ensemble.h5`: all members of a batch in one file, scenario × member × time.
//!
//! HDF5 with dimension scales, which xarray, netCDF4 and h5py open as it is; CF-1.10. Time is the last day of each year, its bounds are
//! the year, and `year` stands along it as a number. A member that failed is NaN.

use std::path::Path;

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, File, H5Type};
use jiff::civil::Date;
use ndarray::{Array, Array2, Array3, Array4, Dimension, arr1};
use quanyu_basin::days_between;
use quanyu_policy::Status;
use quanyu_policy::ensemble::{Factor, Judged, MemberOutcome, MemberRun, Wanted};

use super::OutputFailure;
use super::attributes::{texts, unicode};
use super::dimension_scales::{anonymous_dimension, attach_scales, set_scale};

/// Status of a member that failed or was not judged.
const NO_STATUS: i8 = -1;
/// Every status, and what it means.
const STATUSES: ([i8; 4], &str) = ([NO_STATUS, 0, 1, 2], "failed_or_not_judged missed met undetermined");
/// Day from which time counts: the same in every file, so that files of several batches can be joined.
const EPOCH: Date = Date::constant(1900, 1, 1);

/// What the file holds.
#[derive(Clone, Copy, Debug)]
pub struct EnsembleFile<'a> {
    /// Name of the batch.
    pub title: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// Hash over all inputs.
    pub input_hash: &'a str,
    /// Names of the scenarios.
    pub scenarios: &'a [String],
    /// Factors, in the order of the scores.
    pub factors: &'a [Factor],
    /// Scores per member, one per factor.
    pub scores: &'a [Vec<f64>],
    /// Weight of each member \[-\].
    pub weights: &'a [f64],
    /// Importance weight with which each member was drawn, prior over proposal \[-\]; it is in its weight already.
    pub importance: &'a [f64],
    /// What proposed each member's infiltration multiplier, where the prior alone did not.
    pub wanted: &'a [Option<Wanted>],
    /// Outcomes per scenario and member.
    pub outcomes: &'a [Vec<MemberOutcome>],
}

impl EnsembleFile<'_> {
    /// Writes the file beside its place and renames it.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), OutputFailure> {
        let beside = path.with_extension("new");
        self.build(&beside).map_err(OutputFailure::at(path, "write"))?;
        std::fs::rename(&beside, path).map_err(OutputFailure::at(path, "write"))
    }

    fn runs(&self) -> impl Iterator<Item = (usize, usize, &MemberRun)> {
        self.outcomes.iter().enumerate().flat_map(|(scenario, members)| {
            members.iter().enumerate().filter_map(move |(member, outcome)| match outcome {
                MemberOutcome::Ran(run) => Some((scenario, member, run)),
                MemberOutcome::Failed(_) => None,
            })
        })
    }

    fn build(&self, path: &Path) -> hdf5::Result<()> {
        let file = File::create(path)?;
        let pairs = [
            ("Conventions", "CF-1.10"),
            ("title", self.title),
            ("source", "quanyu"),
            ("quanyu_version", self.version),
            ("input_sha256", self.input_hash),
            (
                "comment",
                "shares of members are under assumed priors; weight says how well a member meets the published marks",
            ),
        ];
        texts(&file, &pairs)?;
        let (count, members) = (self.scenarios.len(), self.scores.len());
        let first = self.runs().next().map(|(_, _, run)| run);
        let years: &[i16] = first.map_or(&[], |run| &run.years);
        let springs: Vec<String> =
            first.map_or(Vec::new(), |run| run.springs.iter().map(|spring| spring.spring.clone()).collect());
        let mut targets: Vec<&Judged> = Vec::new();
        for (_, _, run) in self.runs() {
            for judged in &run.rulings {
                if !targets.iter().any(|known| known.same_test(judged)) {
                    targets.push(judged);
                }
            }
        }
        let names: Vec<String> = targets
            .iter()
            .map(|judged| format!("{} {} {} [{}]", judged.target, judged.scope, judged.test, judged.unit))
            .collect();
        let scenario = text_axis(&file, "scenario", self.scenarios)?;
        let numbers: Vec<i32> = (0..).take(members).collect();
        let member = axis(&file, "member", &numbers)?;
        texts(
            &member,
            &[("standard_name", "realization"), ("long_name", "number of the member"), ("units", "1")],
        )?;
        let time = time_axis(&file, years)?;
        let spring = text_axis(&file, "spring", &springs)?;
        let target = text_axis(&file, "target", &names)?;
        let ids: Vec<String> = self.factors.iter().map(|factor| factor.id.clone()).collect();
        let factor = text_axis(&file, "factor", &ids)?;

        let mut values = Array2::from_elem((members, ids.len()), f64::NAN);
        for (row, scores) in self.scores.iter().enumerate() {
            for (column, score) in scores.iter().enumerate() {
                values[[row, column]] = self.factors[column].at(*score);
            }
        }
        let at = [&member, &factor];
        variable(&file, "factor_value", &values, &at, &described("drawn value of each factor", "1"))?;
        let name = described("weight by importance and the published marks", "1");
        variable(&file, "weight", &arr1(self.weights), &[&member], &name)?;
        let name = described("importance weight: prior over proposal", "1");
        variable(&file, "importance", &arr1(self.importance), &[&member], &name)?;
        let ends = ["low", "peak", "high"].map(String::from);
        let end = text_axis(&file, "end", &ends)?;
        let mut wanted = Array2::from_elem((members, ends.len()), f64::NAN);
        for (row, own) in self.wanted.iter().enumerate() {
            for (column, value) in own.iter().flatten().enumerate() {
                wanted[[row, column]] = *value;
            }
        }
        let name =
            "triangle that proposed the infiltration multiplier beside the prior, from the water balance";
        variable(&file, "infiltration_proposal", &wanted, &[&member, &end], &described(name, "1"))?;
        let mut statistical = Array3::from_elem((count, members, years.len()), f64::NAN);
        let mut physical = statistical.clone();
        let mut flow = Array4::from_elem((count, members, springs.len(), years.len()), f64::NAN);
        let mut value = Array3::from_elem((count, members, names.len()), f64::NAN);
        let mut status = Array3::from_elem((count, members, names.len()), NO_STATUS);
        for (scenario, member, run) in self.runs() {
            for at in 0..years.len().min(run.years.len()) {
                statistical[[scenario, member, at]] = run.statistical[at];
                physical[[scenario, member, at]] = run.physical[at];
                for (spring, series) in run.springs.iter().enumerate().take(springs.len()) {
                    flow[[scenario, member, spring, at]] = series.flow[at];
                }
            }
            for judged in &run.rulings {
                if let Some(at) = targets.iter().position(|known| known.same_test(judged)) {
                    value[[scenario, member, at]] = judged.value.unwrap_or(f64::NAN);
                    status[[scenario, member, at]] = match judged.status {
                        Status::Missed => 0,
                        Status::Met => 1,
                        Status::Undetermined => 2,
                    };
                }
            }
        }
        let yearly = [&scenario, &member, &time];
        let volume =
            |name| [described(name, "m3"), vec![("cell_methods", "time: sum"), YEAR_BESIDE]].concat();
        let name = volume("city abstraction of the year, statistical basis");
        variable(&file, "abstraction_statistical", &statistical, &yearly, &name)?;
        let name = volume("city abstraction of the year, physical basis");
        variable(&file, "abstraction_physical", &physical, &yearly, &name)?;
        let axes = [&scenario, &member, &spring, &time];
        let name =
            [described("mean flow of the year", "m3 s-1"), vec![("cell_methods", "time: mean"), YEAR_BESIDE]];
        variable(&file, "spring_flow", &flow, &axes, &name.concat())?;
        let judged = [&scenario, &member, &target];
        let name = described("judged value, in the unit that the target names", "1");
        variable(&file, "value", &value, &judged, &name)?;
        let (values, meanings) = STATUSES;
        let name = [("long_name", "status of the ruling"), ("flag_meanings", meanings)];
        let status = variable(&file, "status", &status, &judged, &name)?;
        status.new_attr_builder().with_data(&arr1(&values)).create("flag_values")?;
        file.flush()?;
        file.close()
    }
}

/// Attribute of what has a value for every year.
const YEAR_BESIDE: (&str, &str) = ("coordinates", "year");

fn described<'a>(long_name: &'a str, units: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("long_name", long_name), ("units", units)]
}

/// The last day of every year, its bounds, and the year itself along it.
fn time_axis(file: &File, years: &[i16]) -> hdf5::Result<Dataset> {
    let start = |year: i16| days_between(EPOCH, Date::constant(year, 1, 1));
    let days: Vec<f64> = years.iter().map(|year| start(year + 1) - 1.0).collect();
    let time = axis(file, "time", &days)?;
    let since = format!("days since {EPOCH}");
    let pairs = [
        ("standard_name", "time"),
        ("long_name", "last day of the year"),
        ("units", since.as_str()),
        ("calendar", "standard"),
        ("axis", "T"),
        ("bounds", "time_bounds"),
    ];
    texts(&time, &pairs)?;
    let bounds = anonymous_dimension(file, "bounds", 2)?;
    let ends = Array2::from_shape_fn((years.len(), 2), |(at, end)| start(years[at] + end as i16));
    variable(file, "time_bounds", &ends, &[&time, &bounds], &[])?;
    let numbers: Vec<i32> = years.iter().map(|year| i32::from(*year)).collect();
    variable(file, "year", &arr1(&numbers), &[&time], &[("long_name", "calendar year")])?;
    Ok(time)
}

fn axis<T: H5Type + Clone>(file: &File, name: &str, values: &[T]) -> hdf5::Result<Dataset> {
    let axis = file.new_dataset_builder().with_data(&arr1(values)).create(name)?;
    set_scale(&axis, name)?;
    Ok(axis)
}

fn text_axis(file: &File, name: &str, values: &[String]) -> hdf5::Result<Dataset> {
    let texts: Vec<VarLenUnicode> = values.iter().map(|text| unicode(text)).collect::<hdf5::Result<_>>()?;
    axis(file, name, &texts)
}

fn variable<T: H5Type, D: Dimension>(
    file: &File,
    name: &str,
    values: &Array<T, D>,
    axes: &[&Dataset],
    attributes: &[(&str, &str)],
) -> hdf5::Result<Dataset> {
    let data = file.new_dataset_builder().with_data(values).create(name)?;
    attach_scales(&data, axes)?;
    texts(&data, attributes)?;
    Ok(data)
}
