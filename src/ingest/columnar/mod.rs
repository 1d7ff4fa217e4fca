//! A Parquet file → CSV, row by row as it is read.
//!
//! Members of nested groups are columns, named by their path as in JSON: `job.title`. A list is a text of as many lines;
//! what is deeper is written as it prints. Numbers come in their shortest form, days as `2026-11-25`, times in UTC. Nothing
//! comes as an empty cell.

mod guard;
mod page;
mod value;

use std::{
    fs::File,
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use parquet::{
    basic::{ConvertedType, LogicalType, Repetition, TimeUnit},
    errors::ParquetError,
    file::reader::FileReader,
    record::{Field, reader::RowIter},
    schema::types::Type,
};

use crate::ingest::{
    columnar::{
        guard::Pages,
        value::{Nanoseconds, write},
    },
    json::MOST_KEYS,
};

/// Bytes that a file starts and ends with.
pub(super) const MAGIC: &[u8] = b"PAR1";
/// The longest file that is read from anything but a file, since its end must be read first.
pub(super) const LONGEST_PIPED: usize = 64 << 20;
/// The longest row as CSV.
const LONGEST_ROW: usize = super::blocks::LONGEST_RECORD;
/// Groups within groups that are columns.
const DEEPEST: usize = 8;
/// Rows decoded at a time.
const BATCH: usize = 256;

/// Where the bytes of a file are.
pub(super) enum Source {
    /// On the disk.
    File(File),
    /// In memory.
    Bytes(Vec<u8>),
}

/// The rows as CSV; what is wrong with the file otherwise.
pub(super) fn to_csv(source: Source) -> Result<impl Read + Send + use<>, String> {
    careful(|| open(source))
}

/// The reader is made for files of programs, and a made-up file may break it.
fn careful<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("a Parquet file that is damaged".to_owned()))
}

fn damaged(fault: ParquetError) -> String {
    let fault = match fault {
        ParquetError::General(fault) | ParquetError::EOF(fault) | ParquetError::NYI(fault) => fault,
        other => other.to_string(),
    };
    format!("a Parquet file that is damaged, or is not read by this build ({fault})")
}

fn open(source: Source) -> Result<Rows, String> {
    let pages = Pages::open(source)?;
    let metadata = pages.metadata();
    let mut columns = Vec::new();
    for field in metadata.file_metadata().schema().get_fields() {
        columns.push(Column::of(field, DEEPEST));
    }
    let mut names = Vec::new();
    for column in &columns {
        column.names("", &mut names);
    }
    if names.is_empty() || names.len() >= MOST_KEYS {
        return Err(format!("a Parquet file of {} columns; 1 to {MOST_KEYS} are allowed", names.len()));
    }
    let mut text = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            text.push(b',');
        }
        // A quoted header leaves no doubt about what separates its fields.
        text.push(b'"');
        text.extend_from_slice(name.replace('"', "\"\"").as_bytes());
        text.push(b'"');
    }
    text.push(b'\n');
    let left = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or_default();
    let rows = RowIter::from_file_into(Box::new(pages)).with_batch_size(BATCH);
    Ok(Rows { iter: Some(rows), columns, width: names.len(), left, text, at: 0 })
}

/// A field of the schema.
enum Column {
    /// One column.
    Cell { name: String, unit: Option<Nanoseconds> },
    /// As many columns as are inside.
    Group { name: String, inside: Vec<Column> },
}

impl Column {
    fn of(field: &Type, depth: usize) -> Self {
        let info = field.get_basic_info();
        let name = info.name().to_owned();
        let is_list = info.has_repetition() && info.repetition() == Repetition::REPEATED
            || info.converted_type() != ConvertedType::NONE
            || info.logical_type_ref().is_some();
        if field.is_group() && !is_list && depth > 1 {
            let inside = field.get_fields().iter().map(|field| Self::of(field, depth - 1)).collect();
            return Self::Group { name, inside };
        }
        let unit = match info.logical_type_ref() {
            Some(LogicalType::Timestamp(kind)) if kind.unit == TimeUnit::NANOS => Some(Nanoseconds::SinceEpoch),
            Some(LogicalType::Time(kind)) if kind.unit == TimeUnit::NANOS => Some(Nanoseconds::OfDay),
            _ => None,
        };
        Self::Cell { name, unit }
    }

    fn names(&self, above: &str, names: &mut Vec<String>) {
        match self {
            Self::Cell { name, .. } => names.push(format!("{above}{name}")),
            Self::Group { name, inside } => {
                let above = format!("{above}{name}.");
                for column in inside {
                    column.names(&above, names);
                }
            }
        }
    }

    /// Writes the cells of a value, each with a comma behind it.
    fn write(&self, value: Option<&Field>, csv: &mut Vec<u8>) {
        match (self, value) {
            (Self::Cell { unit, .. }, Some(value)) => {
                write(value, *unit, csv);
                csv.push(b',');
            }
            (Self::Cell { .. }, None) => csv.push(b','),
            (Self::Group { inside, .. }, Some(Field::Group(row))) => {
                let mut values = row.get_column_iter();
                for column in inside {
                    column.write(values.next().map(|(_, value)| value), csv);
                }
            }
            (Self::Group { inside, .. }, _) => {
                for column in inside {
                    column.write(None, csv);
                }
            }
        }
    }
}

/// The rows of a file as CSV, a batch at a time.
struct Rows {
    /// `None` behind the last row and behind a fault.
    iter: Option<RowIter<'static>>,
    columns: Vec<Column>,
    width: usize,
    /// Rows that the file says are to come.
    left: u64,
    text: Vec<u8>,
    at: usize,
}

impl Rows {
    /// Writes the next rows.
    fn next_batch(&mut self) -> Result<(), String> {
        let Some(rows) = &mut self.iter else { return Ok(()) };
        for _ in 0..BATCH {
            let Some(row) = rows.next() else {
                self.iter = None;
                return match self.left {
                    0 => Ok(()),
                    left => Err(format!("a Parquet file that is damaged ({left} rows are missing)")),
                };
            };
            let row = row.map_err(damaged)?;
            self.left = self.left.saturating_sub(1);
            let start = self.text.len();
            let mut values = row.get_column_iter();
            for column in &self.columns {
                column.write(values.next().map(|(_, value)| value), &mut self.text);
                if self.text.len() - start > LONGEST_ROW {
                    return Err(format!(
                        "a Parquet file with a row of over {LONGEST_ROW} bytes, the most that is allowed"
                    ));
                }
            }
            // The last comma.
            self.text.pop();
            if self.width == 1 && self.text.len() == start {
                // An empty line would be no row.
                self.text.extend_from_slice(b"\"\"");
            }
            self.text.push(b'\n');
        }
        Ok(())
    }
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && self.iter.is_some() {
            self.text.clear();
            self.at = 0;
            if let Err(fault) = careful(|| self.next_batch()) {
                self.iter = None;
                return Err(io::Error::new(io::ErrorKind::InvalidData, fault));
            }
        }
        let taken = buffer.len().min(self.text.len() - self.at);
        buffer[..taken].copy_from_slice(&self.text[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}
