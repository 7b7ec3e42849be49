//! Results out, and in again: the folder of a run, that of a batch ([`MemberStore`], [`EnsembleFile`]), the file of a search
//! ([`TrialLog`]).
//!
//! | file | holds |
//! |---|---|
//! | `run.json` | [`RunRecord`]: version, hashes of the inputs, reference system, machine, times |
//! | `basis.json` | [`RunBasis`]: measures, projects, published marks and sums, every figure with range and source |
//! | `verdict.json` | the verdict, as `quanyu-policy` states it |
//! | `ledger.csv` | a row per group and period |
//! | `totals.csv` | its sums by year and county, basin, layer, zone, sector, owner, booking and project |
//! | `ledger.parquet`, `totals.parquet` | the same rows with their types, volumes in whole litres |
//! | `warnings.csv` | how each zone stands in each year |
//! | `attribution.csv` | what each measure brings; written by `quanyu attribute`, which needs no run |
//! | `springs.csv`, `levels.csv`, `budget.csv`, `basin-budget.csv` | [`Series`]: a row per period, units in the header |
//! | `basin.geojson` | outlines, counties, zones, rivers and springs for maps |
//! | `checkpoint-BASIN-DATE.quanyu` | where the scenarios stood on a date ([`CheckpointHeader`]); beside the folders of the runs |
//! | `results.h5` | heads and spring flow, HDF5 and NetCDF-4 by the CF conventions 1.10 |
//! | `ensemble.h5` | all members of a batch, in the same form; see [`EnsembleFile`] |
//!
//! While a run lasts its folder is `NAME.partial`, flushed and readable; when it is whole it takes the place of an older `NAME`.

mod attributes;
mod checkpoint_file;
mod dimension_scales;
mod ensemble_file;
mod ensemble_reader;
mod failure;
mod head_file;
mod head_reader;
mod hold;
#[cfg(feature = "parquet")]
mod ledger_table;
mod map;
mod member_store;
mod projection;
mod run_basis;
mod run_folder;
mod run_record;
mod series;
mod trial_log;

pub use checkpoint_file::{CheckpointFault, CheckpointHeader, read_checkpoint, text_hash, write_checkpoint};
pub use ensemble_file::EnsembleFile;
pub use ensemble_reader::EnsembleReader;
pub use failure::OutputFailure;
pub use head_file::{HeadFile, HeadFileSettings, HeadFileSubject, Precision};
pub use head_reader::HeadReader;
pub use map::basin_map;
pub use member_store::MemberStore;
pub use run_basis::{
    FigureBasis, GroupPlace, Named, ProjectYears, PublishedMark, PublishedSum, RunBasis, SourceBasis,
    SpringBasis,
};
pub use run_folder::{Run, RunFolder, read_run, write_table};
pub use run_record::{GridSize, Machine, RunRecord, combined_hash};
pub use series::{Series, SeriesColumn, SeriesFile};
pub use trial_log::TrialLog;
