//! The ledger and its totals as Parquet: the rows of `ledger.csv` and `totals.csv` with their types, volumes in whole litres, which sum
//! exactly.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::{Date, date};
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use quanyu_policy::{LedgerRow, Litres, TotalRow};

use super::OutputFailure;

/// Rows that are written as one group.
const GROUP_OF_ROWS: usize = 1 << 17;

/// A column and what a row has in it.
type Column<R, T> = (&'static str, fn(&R) -> T);
/// As [`Column`], of texts that a row may lack.
type TextColumn<R> = (&'static str, fn(&R) -> Option<&str>);

/// The columns of a table, in this order.
pub(super) struct Columns<R: 'static> {
    name: &'static str,
    texts: &'static [TextColumn<R>],
    flags: &'static [Column<R, bool>],
    days: &'static [Column<R, Date>],
    numbers: &'static [Column<R, i32>],
    volumes: &'static [Column<R, Litres>],
}

/// Columns of the ledger.
pub(super) const LEDGER: Columns<LedgerRow> = Columns {
    name: "ledger",
    texts: &[
        ("group", |row| Some(&row.group)),
        ("name_zh", |row| Some(&row.name_zh)),
        ("name_en", |row| Some(&row.name_en)),
        ("county", |row| row.county.as_deref()),
        ("basin", |row| row.basin.as_deref()),
        ("layer", |row| row.layer.as_deref()),
        ("zone", |row| row.zone.as_deref()),
        ("parent_zones", |row| Some(&row.parent_zones)),
        ("sector", |row| Some(&row.sector)),
        ("owner", |row| Some(&row.owner)),
        ("kind", |row| Some(&row.kind)),
        ("booking", |row| Some(&row.booking)),
        ("saved_by", |row| Some(&row.saved_by)),
        ("substituted_by", |row| Some(&row.substituted_by)),
        ("unmet_by", |row| Some(&row.unmet_by)),
    ],
    flags: &[("location_unknown", |row| row.location_unknown)],
    days: &[("start", |row| row.start), ("end", |row| row.end)],
    numbers: &[],
    volumes: &[
        ("demanded_litres", |row| row.demanded_m3),
        ("saved_litres", |row| row.saved_m3),
        ("substituted_litres", |row| row.substituted_m3),
        ("permitted_litres", |row| row.permitted_m3),
        ("requested_litres", |row| row.requested_m3),
        ("delivered_litres", |row| row.delivered_m3),
        ("unmet_litres", |row| row.unmet_m3),
        ("unmet_aquifer_litres", |row| row.unmet_aquifer_m3),
        ("unmet_spring_litres", |row| row.unmet_spring_m3),
        ("lost_return_litres", |row| row.lost_return_m3),
    ],
};

/// Columns of the totals.
pub(super) const TOTALS: Columns<TotalRow> = Columns {
    name: "totals",
    texts: &[("dimension", |row| Some(&row.dimension)), ("id", |row| row.id.as_deref())],
    flags: &[],
    days: &[],
    numbers: &[("year", |row| i32::from(row.year))],
    volumes: &[
        ("demanded_litres", |row| row.demanded_m3),
        ("saved_litres", |row| row.saved_m3),
        ("substituted_litres", |row| row.substituted_m3),
        ("permitted_litres", |row| row.permitted_m3),
        ("requested_litres", |row| row.requested_m3),
        ("delivered_litres", |row| row.delivered_m3),
        ("unmet_litres", |row| row.unmet_m3),
        ("unmet_measures_litres", |row| row.unmet_measures_m3),
        ("unmet_river_litres", |row| row.unmet_river_m3),
        ("unmet_aquifer_litres", |row| row.unmet_aquifer_m3),
        ("unmet_spring_litres", |row| row.unmet_spring_m3),
        ("lost_return_litres", |row| row.lost_return_m3),
    ],
};

/// Writes rows into a file.
///
/// # Errors
///
/// Where the file cannot be written.
pub(super) fn write_table<R>(path: &Path, columns: &Columns<R>, rows: &[R]) -> Result<(), OutputFailure> {
    let failed = |error: ParquetError| OutputFailure::new(path, "write", error);
    let file = fs::File::create(path).map_err(OutputFailure::at(path, "write"))?;
    let write = || -> Result<(), ParquetError> {
        let properties = Arc::new(WriterProperties::builder().build());
        let mut writer = SerializedFileWriter::new(file, columns.schema()?, properties)?;
        for rows in rows.chunks(GROUP_OF_ROWS) {
            let mut group = writer.next_row_group()?;
            for (_, text) in columns.texts {
                let values: Vec<ByteArray> =
                    rows.iter().filter_map(|row| text(row).map(ByteArray::from)).collect();
                let defined: Vec<i16> = rows.iter().map(|row| i16::from(text(row).is_some())).collect();
                column::<ByteArrayType>(&mut group, &values, Some(&defined))?;
            }
            for (_, flag) in columns.flags {
                let flags: Vec<bool> = rows.iter().map(flag).collect();
                column::<BoolType>(&mut group, &flags, None)?;
            }
            for (_, day) in columns.days {
                let days: Vec<i32> = rows.iter().map(|row| since_1970(day(row))).collect();
                column::<Int32Type>(&mut group, &days, None)?;
            }
            for (_, number) in columns.numbers {
                let numbers: Vec<i32> = rows.iter().map(number).collect();
                column::<Int32Type>(&mut group, &numbers, None)?;
            }
            for (_, volume) in columns.volumes {
                let litres: Vec<i64> = rows.iter().map(|row| volume(row).count()).collect();
                column::<Int64Type>(&mut group, &litres, None)?;
            }
            group.close()?;
        }
        writer.close().map(|_| ())
    };
    write().map_err(failed)
}

impl<R> Columns<R> {
    fn schema(&self) -> Result<TypePtr, ParquetError> {
        let field = |name: &str, physical: Physical, logical: Option<LogicalType>, needed: bool| {
            let repetition = if needed { Repetition::REQUIRED } else { Repetition::OPTIONAL };
            let built = Type::primitive_type_builder(name, physical)
                .with_repetition(repetition)
                .with_logical_type(logical)
                .build();
            built.map(Arc::new)
        };
        let mut fields: Vec<TypePtr> = Vec::new();
        for (name, _) in self.texts {
            fields.push(field(name, Physical::BYTE_ARRAY, Some(LogicalType::String), false)?);
        }
        for (name, _) in self.flags {
            fields.push(field(name, Physical::BOOLEAN, None, true)?);
        }
        for (name, _) in self.days {
            fields.push(field(name, Physical::INT32, Some(LogicalType::Date), true)?);
        }
        for (name, _) in self.numbers {
            fields.push(field(name, Physical::INT32, None, true)?);
        }
        for (name, _) in self.volumes {
            fields.push(field(name, Physical::INT64, None, true)?);
        }
        Type::group_type_builder(self.name).with_fields(fields).build().map(Arc::new)
    }
}

fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, fs::File>,
    values: &[T::T],
    defined: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("more columns than the schema has".into()));
    };
    column.typed::<T>().write_batch(values, defined, None)?;
    column.close()
}

fn since_1970(day: Date) -> i32 {
    day.since(date(1970, 1, 1)).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_epoch_of_unix() {
        assert_eq!(since_1970(date(1970, 1, 1)), 0);
        assert_eq!(since_1970(date(2020, 3, 1)), 18_322);
        assert_eq!(since_1970(date(1957, 1, 1)), -4748);
    }
}
