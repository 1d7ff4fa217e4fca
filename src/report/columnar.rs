//! Scored rows as Parquet: the rows of the CSV, column by column.
//!
//! Every column of the input is text, an empty cell is no value; of ours, `lure_probability` is a number and the rest is
//! text. Row groups are small, so that little is held at a time, and packed with Snappy, which every reader knows.

use std::{io, mem, sync::Arc};

use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    data_type::{ByteArray, ByteArrayType, DoubleType},
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::Type,
};

use crate::report::ADDED;

/// Bytes of text in a row group, about.
const ROW_GROUP: usize = 16 << 20;
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Takes CSV in, as [`Reporter`](super::Reporter) writes it, and gives Parquet out.
#[derive(Default)]
pub struct ParquetWriter {
    /// As it stands before the columns that are added.
    delimiter: u8,
    /// Once the header is known.
    writer: Option<SerializedFileWriter<Vec<u8>>>,
    columns: Vec<Cells>,
    bytes: usize,
}

/// The cells of a column, end to end.
#[derive(Default)]
struct Cells {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl ParquetWriter {
    /// Takes whole records, the header first; what is ready to be written.
    ///
    /// # Errors
    ///
    /// When the records are no CSV of one width.
    pub fn write(&mut self, csv: &[u8]) -> io::Result<Vec<u8>> {
        let csv = if self.writer.is_none() { self.head(csv) } else { csv };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(self.delimiter).from_reader(csv);
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(io::Error::other)? {
            if self.writer.is_none() {
                self.begin(&record).map_err(io::Error::other)?;
                continue;
            }
            if record.len() != self.columns.len() {
                return Err(io::Error::other("a record of another width"));
            }
            for (cells, cell) in self.columns.iter_mut().zip(&record) {
                cells.text.extend_from_slice(cell);
                cells.ends.push(cells.text.len());
            }
            self.bytes += record.as_slice().len();
            if self.bytes >= ROW_GROUP {
                self.end_group().map_err(io::Error::other)?;
            }
        }
        Ok(self.writer.as_mut().map(|writer| mem::take(writer.inner_mut())).unwrap_or_default())
    }

    /// What is left to be written at the end.
    ///
    /// # Errors
    ///
    /// When there was no header.
    pub fn end(mut self) -> io::Result<Vec<u8>> {
        self.end_group().map_err(io::Error::other)?;
        let writer = self.writer.ok_or_else(|| io::Error::other("no header"))?;
        writer.into_inner().map_err(io::Error::other)
    }

    /// The header without its mark; the delimiter is taken from it.
    fn head<'a>(&mut self, csv: &'a [u8]) -> &'a [u8] {
        let first = memchr::memmem::rfind(csv, ADDED[1].as_bytes()).and_then(|at| at.checked_sub(1));
        self.delimiter = first.map_or(b',', |at| csv[at]);
        csv.strip_prefix(BOM).unwrap_or(csv)
    }

    fn begin(&mut self, header: &csv::ByteRecord) -> Result<(), ParquetError> {
        let mut fields = Vec::new();
        for (at, name) in header.iter().enumerate() {
            let name = String::from_utf8_lossy(name);
            // The four columns of ours are the last.
            let is_number = at + ADDED.len() == header.len();
            let physical = if is_number { Physical::DOUBLE } else { Physical::BYTE_ARRAY };
            let repetition = if is_number { Repetition::REQUIRED } else { Repetition::OPTIONAL };
            let field = Type::primitive_type_builder(&name, physical).with_repetition(repetition);
            let field = if is_number { field } else { field.with_logical_type(Some(LogicalType::String)) };
            fields.push(Arc::new(field.build()?));
        }
        self.columns = fields.iter().map(|_| Cells::default()).collect();
        let schema = Type::group_type_builder("postings").with_fields(fields).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        self.writer = Some(SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?);
        Ok(())
    }

    /// Writes the rows that are held.
    fn end_group(&mut self) -> Result<(), ParquetError> {
        let Some(writer) = self.writer.as_mut().filter(|_| self.bytes > 0) else { return Ok(()) };
        self.bytes = 0;
        let mut group = writer.next_row_group()?;
        let number = self.columns.len() - ADDED.len();
        for (at, cells) in self.columns.iter_mut().enumerate() {
            // There is a column for each field of the schema.
            let Some(mut column) = group.next_column()? else { break };
            if at == number {
                column.typed::<DoubleType>().write_batch(&cells.numbers(), None, None)?;
            } else {
                let (values, is_there) = cells.take();
                column.typed::<ByteArrayType>().write_batch(&values, Some(&is_there), None)?;
            }
            column.close()?;
        }
        group.close()?;
        Ok(())
    }
}

impl Cells {
    /// The cells that are not empty, and for every cell 1 if it is one of them; none are left.
    fn take(&mut self) -> (Vec<ByteArray>, Vec<i16>) {
        let text = ByteArray::from(mem::take(&mut self.text));
        let (mut values, mut is_there, mut start) = (Vec::new(), Vec::new(), 0);
        for end in self.ends.drain(..) {
            is_there.push(i16::from(end > start));
            if end > start {
                values.push(text.slice(start, end - start));
            }
            start = end;
        }
        (values, is_there)
    }

    /// The cells as numbers; none are left.
    fn numbers(&mut self) -> Vec<f64> {
        let mut start = 0;
        let number = |end: usize| {
            let cell = std::str::from_utf8(&self.text[mem::replace(&mut start, end)..end]).unwrap_or_default();
            // Written by ourselves.
            cell.parse().unwrap_or(f64::NAN)
        };
        let numbers = self.ends.drain(..).map(number).collect();
        self.text.clear();
        numbers
    }
}
