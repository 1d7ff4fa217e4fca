//! A sheet of an XLSX workbook → CSV, in memory and within limits.

use std::{
    io::{self, Cursor, Read, Seek},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Reader as _, Xlsx};
use zip::ZipArchive;

/// The longest workbook that is read, in bytes.
pub(super) const LONGEST_BOOK: usize = 64 << 20;
/// Bytes that a workbook may unpack to, and that its sheet may have as CSV.
const MOST: usize = 256 << 20;
/// Columns of a sheet, by the format.
const MOST_COLUMNS: usize = 16_384;

/// A sheet as CSV, and its name: the one that is named, else the first. Else what is wrong.
pub(super) fn to_csv(book: &[u8], sheet: Option<&str>) -> Result<(Vec<u8>, String), String> {
    check_size(book)?;
    // The reader is made for files of spreadsheets, and a made-up file may break it.
    catch_unwind(AssertUnwindSafe(|| read(book, sheet)))
        .unwrap_or_else(|_| Err("an XLSX workbook that is damaged".to_owned()))
}

/// Unpacks every part into nothing: what a workbook says of its size need not be true.
fn check_size(book: &[u8]) -> Result<(), String> {
    let no_book = |fault: &dyn std::fmt::Display| {
        format!("a zip archive or an Office document that is no XLSX workbook ({fault})")
    };
    let mut parts = ZipArchive::new(Cursor::new(book)).map_err(|fault| no_book(&fault))?;
    let mut unpacked = 0;
    for at in 0..parts.len() {
        let part = parts.by_index(at).map_err(|fault| no_book(&fault))?;
        let most = (MOST + 1) as u64 - unpacked;
        unpacked += io::copy(&mut part.take(most), &mut io::sink()).map_err(|fault| no_book(&fault))?;
        if unpacked > MOST as u64 {
            return Err(format!("an Office document that unpacks to over {MOST} bytes, the most that is allowed"));
        }
    }
    Ok(())
}

fn read(book: &[u8], sheet: Option<&str>) -> Result<(Vec<u8>, String), String> {
    let no_book =
        |fault: calamine::XlsxError| format!("a zip archive or an Office document that is no XLSX workbook ({fault})");
    let mut book = Xlsx::new(Cursor::new(book)).map_err(no_book)?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(wanted) => names.iter().find(|name| *name == wanted),
        None => names.first(),
    };
    let Some(name) = name.cloned() else {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        return Err(format!(
            "an XLSX workbook without the sheet `{}`; it has {}",
            sheet.unwrap_or("1"),
            names.join(", ")
        ));
    };
    let csv = rows(&mut book, &name)?;
    Ok((csv, name))
}

fn rows<R: Read + Seek>(book: &mut Xlsx<R>, name: &str) -> Result<Vec<u8>, String> {
    let damaged = |fault: calamine::XlsxError| format!("an XLSX workbook whose sheet `{name}` is damaged ({fault})");
    let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
    let mut table = Table::default();
    let mut at_row = 0;
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        if row != at_row {
            table.end_row()?;
            at_row = row;
        }
        table.set(column as usize, text(cell.get_value()))?;
    }
    table.end_row()?;
    Ok(table.csv)
}

/// Rows as CSV; those that are empty are left out, and all are as wide as the first or wider.
#[derive(Default)]
struct Table {
    csv: Vec<u8>,
    width: usize,
    row: Vec<String>,
}

impl Table {
    fn set(&mut self, column: usize, text: String) -> Result<(), String> {
        if column >= MOST_COLUMNS {
            return Err(format!("an XLSX workbook with over {MOST_COLUMNS} columns"));
        }
        if text.is_empty() {
            return Ok(());
        }
        if self.row.len() <= column {
            self.row.resize(column + 1, String::new());
        }
        self.row[column] = text;
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), String> {
        if self.row.is_empty() {
            return Ok(());
        }
        let is_header = self.width == 0;
        self.width = if is_header { self.row.len() } else { self.width };
        self.row.resize(self.row.len().max(self.width), String::new());
        for (at, cell) in self.row.drain(..).enumerate() {
            if at > 0 {
                self.csv.push(b',');
            }
            // A quoted header leaves no doubt about what separates its fields.
            if is_header || cell.contains([',', '"', '\n', '\r']) {
                self.csv.push(b'"');
                self.csv.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                self.csv.push(b'"');
            } else {
                self.csv.extend_from_slice(cell.as_bytes());
            }
        }
        self.csv.push(b'\n');
        if self.csv.len() > MOST {
            return Err(format!("an XLSX workbook whose sheet is over {MOST} bytes long, the most that is allowed"));
        }
        Ok(())
    }
}

/// A cell as text; numbers in their shortest form, days as `2026-11-25`.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(is_true) => if *is_true { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(time) if time.is_datetime() => match time.to_ymd_hms_milli() {
            (year, month, day, 0, 0, 0, _) => format!("{year:04}-{month:02}-{day:02}"),
            (year, month, day, hour, minute, second, _) => {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        },
        DataRef::DateTime(time) => time.as_f64().to_string(),
        DataRef::Error(fault) => fault.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_wide_as_the_header() {
        let mut table = Table::default();
        for row in [&["a;b", "t"][..], &[], &["x"], &["1", "2", "say \"x\""], &["", "=1"]] {
            for (column, cell) in row.iter().enumerate() {
                table.set(column, (*cell).to_owned()).unwrap();
            }
            table.end_row().unwrap();
        }
        assert_eq!(String::from_utf8(table.csv).unwrap(), "\"a;b\",\"t\"\nx,\n1,2,\"say \"\"x\"\"\"\n,=1\n");
        assert!(Table::default().set(MOST_COLUMNS, String::new()).is_err());
    }

    #[test]
    fn no_bytes_make_it_stumble() {
        let book = include_bytes!("../../tests/it/files/jobs.xlsx");
        for at in (0..book.len()).step_by(7) {
            let mut altered = book.to_vec();
            altered[at] ^= 0x55;
            let _ = to_csv(&altered, None);
            let _ = to_csv(&book[..at], None);
        }
    }
}
