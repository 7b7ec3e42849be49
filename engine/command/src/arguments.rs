//! What can be asked on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::engine::ENGINE;

/// Rules whether groundwater abstraction can come under its cap and whether extraction and recharge can balance.
///
/// Exit codes: 0 done · 1 a run failed · 2 wrong input, nothing written · 3 a required target is not met (--require met) ·
/// 130 interrupted; what a run or a batch had finished is kept.
#[derive(Debug, Parser)]
#[command(name = "quanyu", version = ENGINE)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Simulate scenarios, rule on every target and write one folder of results for each.
    Run(RunArguments),
    /// Run scenarios on many members, each a basin drawn from what is uncertain, and give odds; goes on where it was stopped.
    Batch(BatchArguments),
    /// Find the least value of one figure of a measure that meets a target.
    Search(SearchArguments),
    /// Find how far each measure of a scenario must go for targets to be met at the least cost.
    Mix(MixArguments),
    /// Say what each measure of a scenario brings: water that is not pumped, and metres and flow at every spring.
    Attribute(AttributeArguments),
    /// Write the planner's page, one HTML file that opens without a network, from finished runs and batches.
    Report(ReportArguments),
    /// Write the same page for some finished runs, and print their verdicts side by side.
    Compare(CompareArguments),
    /// Draw one figure of the page as SVG or PNG.
    Plot(PlotArguments),
    /// Read scenarios and their basin and report every fault; simulate and write nothing.
    Check(CheckArguments),
    /// Write a scenario as a model that other programs run.
    Export(ExportArguments),
    /// Set the free parameters of a basin against its published marks, and write them beside its data.
    Calibrate(CalibrateArguments),
}

/// How much work is done at once, and whether it shows.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Threads; the results are the same on any number of them.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// No progress bars, and nothing of a search before its end.
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// How results are printed.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Printing {
    /// How the results are printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Language of what is printed.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
}

/// Arguments of `quanyu run`.
#[derive(Args, Debug)]
pub(crate) struct RunArguments {
    /// Scenario files, or folders whose own .toml files are scenarios.
    #[arg(required = true, value_name = "SCENARIO")]
    pub(crate) scenarios: Vec<PathBuf>,
    /// Folder that takes one folder of results for each scenario.
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub(crate) out: PathBuf,
    /// Cell size, in m or km.
    #[arg(long, value_name = "SIZE", default_value = "500m", value_parser = parse_length, allow_hyphen_values = true)]
    pub(crate) cell: f64,
    #[command(flatten)]
    pub(crate) printing: Printing,
    /// Exit with 3 unless every required target of every scenario is met.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) require: Option<Require>,
    /// Which heads are kept in results.h5.
    #[arg(long, value_enum, default_value_t = Heads::Yearly)]
    pub(crate) heads: Heads,
    /// Keep where the scenarios stand on this day, as checkpoint-BASIN-DATE.quanyu in the folder of results.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) checkpoint: Option<jiff::civil::Date>,
    /// Begin at a checkpoint instead of the steady state; the results are the same.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) effort: Effort,
}

/// Arguments of `quanyu batch`.
#[derive(Args, Debug)]
pub(crate) struct BatchArguments {
    /// Batch file: scenarios, number of members, seed, what is drawn.
    #[arg(value_name = "BATCH")]
    pub(crate) batch: PathBuf,
    /// Folder that takes the batch's own folder of results.
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub(crate) out: PathBuf,
    /// Members, instead of the number in the file.
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) members: Option<u32>,
    /// Cell size, in m or km, instead of the one in the file.
    #[arg(long, value_name = "SIZE", value_parser = parse_length, allow_hyphen_values = true)]
    pub(crate) cell: Option<f64>,
    #[command(flatten)]
    pub(crate) printing: Printing,
    #[command(flatten)]
    pub(crate) effort: Effort,
}

/// Arguments of `quanyu search`.
#[derive(Args, Debug)]
pub(crate) struct SearchArguments {
    /// Scenario file.
    #[arg(value_name = "SCENARIO")]
    pub(crate) scenario: PathBuf,
    /// Figure to vary, such as cut-industry.by.
    #[arg(long, value_name = "MEASURE.FIGURE")]
    pub(crate) vary: String,
    /// Target to meet: its id, and where it has several rulings the place and the test, such as balance/gaoping/storage.
    #[arg(long, value_name = "TARGET")]
    pub(crate) until: String,
    /// End that asks least, instead of the figure's own bound.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub(crate) from: Option<String>,
    /// End that asks most, instead of the figure's own bound.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub(crate) to: Option<String>,
    /// How near the answer must be, in the unit of the figure; a two-hundredth of the way between the ends unless said otherwise.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub(crate) tolerance: Option<String>,
    /// What meeting means without members: both ends of the assumed ranges agree, or the best figures alone.
    #[arg(long, value_enum, default_value_t = JudgedAt::Ends, conflicts_with = "batch")]
    pub(crate) judge: JudgedAt,
    /// Batch file whose members are drawn; the target is then met where enough of them meet it.
    #[arg(long, value_name = "BATCH")]
    pub(crate) batch: Option<PathBuf>,
    /// Members, instead of the number in the batch file.
    #[arg(long, value_name = "N", requires = "batch", allow_hyphen_values = true, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) members: Option<u32>,
    /// Folder of results; what was tried is kept in its folder `searches`, so that the same command goes on after it was stopped.
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub(crate) out: PathBuf,
    /// Share of members, by weight, that must meet the target.
    #[arg(long, value_name = "SHARE", default_value = "80 %", requires = "batch")]
    pub(crate) odds: String,
    /// Cell size, in m or km; 1 km, or the batch file's, unless said otherwise.
    #[arg(long, value_name = "SIZE", value_parser = parse_length, allow_hyphen_values = true)]
    pub(crate) cell: Option<f64>,
    #[command(flatten)]
    pub(crate) printing: Printing,
    #[command(flatten)]
    pub(crate) effort: Effort,
}

/// Arguments of `quanyu mix`.
#[derive(Args, Debug)]
pub(crate) struct MixArguments {
    /// Scenario file; the measures that state a cost are mixed, the others stay as they are.
    #[arg(value_name = "SCENARIO")]
    pub(crate) scenario: PathBuf,
    /// Targets to meet, all of them sums of takes: ids, and where one has several rulings the place and the test, such as
    /// cap,balance/gaoping/allowable.
    #[arg(long, required = true, value_name = "TARGET", value_delimiter = ',')]
    pub(crate) until: Vec<String>,
    /// Measures that stay in full although they state a cost.
    #[arg(long, value_name = "MEASURE", value_delimiter = ',')]
    pub(crate) keep: Vec<String>,
    /// What meeting means: both ends of the assumed ranges agree, or the best figures alone.
    #[arg(long, value_enum, default_value_t = JudgedAt::Ends)]
    pub(crate) judge: JudgedAt,
    /// Scenario file that takes the mix, as a patch of the scenario.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Cell size, in m or km.
    #[arg(long, value_name = "SIZE", default_value = "1km", value_parser = parse_length, allow_hyphen_values = true)]
    pub(crate) cell: f64,
    #[command(flatten)]
    pub(crate) printing: Printing,
    #[command(flatten)]
    pub(crate) effort: Effort,
}

/// What meeting a target means without members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum JudgedAt {
    /// Both ends of the assumed ranges agree that it is met.
    Ends,
    /// It is met at the best figures.
    Value,
}

/// Arguments of `quanyu attribute`.
#[derive(Args, Debug)]
pub(crate) struct AttributeArguments {
    /// Scenario file.
    #[arg(value_name = "SCENARIO")]
    pub(crate) scenario: PathBuf,
    /// Folder that takes attribution.csv, in a folder of the scenario's name.
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub(crate) out: PathBuf,
    /// Years of the printed table; those of the required targets and the last unless said otherwise.
    #[arg(long, value_name = "YEAR", value_delimiter = ',')]
    pub(crate) years: Vec<i16>,
    /// Cell size, in m or km; that of the scenario's run in the folder, else 1 km, unless said otherwise.
    #[arg(long, value_name = "SIZE", value_parser = parse_length, allow_hyphen_values = true)]
    pub(crate) cell: Option<f64>,
    #[command(flatten)]
    pub(crate) printing: Printing,
    #[command(flatten)]
    pub(crate) effort: Effort,
}

/// Arguments of `quanyu report`.
#[derive(Args, Debug)]
pub(crate) struct ReportArguments {
    /// Folders of finished runs and batches, or folders that hold such.
    #[arg(required = true, value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
    /// The page; report.html in the folder of the runs where it is not said.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Language that the page opens in; it holds both.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
}

/// Arguments of `quanyu compare`.
#[derive(Args, Debug)]
pub(crate) struct CompareArguments {
    /// Folders of finished runs.
    #[arg(required = true, num_args = 2.., value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
    /// The page; compare.html beside the first run where it is not said.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Language of the table, and that the page opens in.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
}

/// Arguments of `quanyu plot`.
#[derive(Args, Debug)]
pub(crate) struct PlotArguments {
    /// Figure, e.g. cap, sectors-SCENARIO, spring-ID or map-SCENARIO-YEAR; a wrong one lists all.
    #[arg(value_name = "FIGURE")]
    pub(crate) figure: String,
    /// Folders of finished runs and batches, or folders that hold such.
    #[arg(required = true, value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
    /// The picture, .svg or .png.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Language of the figure.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
}

/// Arguments of `quanyu check`.
#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    /// Scenario files, or folders whose own .toml files are scenarios.
    #[arg(required = true, value_name = "SCENARIO")]
    pub(crate) scenarios: Vec<PathBuf>,
    /// Cell size on which the basin is gridded, in m or km.
    #[arg(long, value_name = "SIZE", default_value = "500m", value_parser = parse_length, allow_hyphen_values = true)]
    pub(crate) cell: f64,
}

/// Arguments of `quanyu export`.
#[derive(Args, Debug)]
pub(crate) struct ExportArguments {
    /// What to write: mf6 is a MODFLOW 6 simulation, which mf6 and quanyu-mf6 run as it is.
    #[arg(value_enum)]
    pub(crate) format: ExportFormat,
    /// Scenario file.
    #[arg(value_name = "SCENARIO")]
    pub(crate) scenario: PathBuf,
    /// Folder that takes the files.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Cell size, in m or km.
    #[arg(long, value_name = "SIZE", default_value = "500m", value_parser = parse_length, allow_hyphen_values = true)]
    pub(crate) cell: f64,
    /// Write the heads of quanyu's own run beside the input, as quanyu.hds.
    #[arg(long)]
    pub(crate) own_heads: bool,
    #[command(flatten)]
    pub(crate) effort: Effort,
}

/// What `quanyu export` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// A MODFLOW 6 simulation.
    Mf6,
}

/// Arguments of `quanyu calibrate`.
#[derive(Args, Debug)]
pub(crate) struct CalibrateArguments {
    /// Basin folder.
    #[arg(value_name = "BASIN")]
    pub(crate) basin: PathBuf,
    /// Cell size, in m or km.
    #[arg(long, value_name = "SIZE", default_value = "1km", value_parser = parse_length, allow_hyphen_values = true)]
    pub(crate) cell: f64,
    /// Most evaluations of the model.
    #[arg(long, value_name = "N", default_value_t = 160, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) evaluations: u32,
    /// Print the result without writing it.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) effort: Effort,
}

/// How the verdict is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table to read.
    Table,
    /// One JSON document.
    Json,
}

/// Language of what planners read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl From<Language> for quanyu_report::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Zh => Self::Zh,
        }
    }
}

/// What `--require` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Require {
    /// Every required target is met.
    Met,
}

/// Which heads are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Heads {
    /// At the end of each year.
    Yearly,
    /// At the end of each period of the run.
    All,
}

fn parse_length(text: &str) -> Result<f64, String> {
    let trimmed = text.trim();
    let (number, factor) = match trimmed.strip_suffix("km") {
        Some(number) => (number, 1000.0),
        None => (trimmed.strip_suffix('m').unwrap_or(trimmed), 1.0),
    };
    let metres =
        number.trim().parse::<f64>().map_err(|_| "give a length such as 500m or 1km".to_owned())? * factor;
    if (50.0..=10_000.0).contains(&metres) {
        Ok(metres)
    } else {
        Err(format!("{metres} m is outside 50 m to 10 km"))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn lengths_carry_their_unit() {
        assert_eq!(parse_length("500m"), Ok(500.0));
        assert_eq!(parse_length("1 km"), Ok(1000.0));
        assert_eq!(parse_length("0.25km"), Ok(250.0));
        assert!(parse_length("0").is_err());
        assert!(parse_length("-500m").is_err());
        assert!(parse_length("NaN").is_err());
        assert!(parse_length("five").is_err());
    }
}
