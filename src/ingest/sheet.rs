//! A sheet of an XLSX workbook → CSV, as it is read and within limits.

use std::{
    fmt::Display,
    io::{self, Cursor, Read, Write},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{self, Receiver, SyncSender},
    thread,
};

use calamine::{DataRef, Reader as _, Xlsx};
use zip::ZipArchive;

use crate::ingest::blocks::LONGEST_RECORD;

/// The longest workbook that is read, in bytes.
pub(super) const LONGEST_BOOK: usize = 16 << 20;
/// Bytes that a workbook may unpack to.
const MOST: u64 = 256 << 20;
/// Bytes and tags of a part that is held in memory.
const MOST_HELD: u64 = 32 << 20;
const MOST_ELEMENTS: u64 = 4_000_000;
/// The longest stretch without a tag; a cell has 32,767 characters at most, by the format.
const LONGEST_TEXT: u64 = 1 << 20;
/// Bytes of CSV that are handed over at a time, about, and how often ahead of the reader.
const CHUNK: usize = 64 << 10;
const AHEAD: usize = 4;
/// Columns of a sheet, by the format.
const MOST_COLUMNS: usize = 16_384;

/// A sheet as CSV, and its name: the one that is named, else the first. Else what is wrong. The rows are read on a thread
/// of their own as they are asked for.
pub(super) fn to_csv(book: Vec<u8>, sheet: Option<&str>) -> Result<(impl Read + Send + use<>, String), String> {
    check_size(&book)?;
    let (mut book, name) = careful(|| open(book, sheet))?;
    let (sender, receiver) = mpsc::sync_channel(AHEAD);
    let of = name.clone();
    thread::spawn(move || {
        if let Err(fault) = careful(|| rows(&mut book, &of, &sender)) {
            // Nobody reads any more if this fails.
            let _ = sender.send(Err(fault));
        }
    });
    Ok((Rows { receiver, text: Vec::new(), at: 0 }, name))
}

/// The reader is made for files of spreadsheets, and a made-up file may break it.
fn careful<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("an XLSX workbook that is damaged".to_owned()))
}

/// What comes from the thread: some rows, or a fault and then nothing.
type Sent = Result<Vec<u8>, String>;

/// The rows as they come.
struct Rows {
    receiver: Receiver<Sent>,
    text: Vec<u8>,
    at: usize,
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() {
            match self.receiver.recv() {
                Ok(Ok(text)) => (self.text, self.at) = (text, 0),
                Ok(Err(fault)) => return Err(io::Error::new(io::ErrorKind::InvalidData, fault)),
                Err(_) => return Ok(0),
            }
        }
        let taken = buffer.len().min(self.text.len() - self.at);
        buffer[..taken].copy_from_slice(&self.text[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

/// Unpacks every part into nothing: what a workbook says of its size need not be true.
fn check_size(book: &[u8]) -> Result<(), String> {
    let mut parts = ZipArchive::new(Cursor::new(book)).map_err(|fault| no_book(&fault))?;
    let mut left = MOST;
    for at in 0..parts.len() {
        let part = parts.by_index(at).map_err(|fault| no_book(&fault))?;
        // Sheets are read as they unpack, and of the rest the table of strings is held.
        let is_sheet = part.name().is_ok_and(|name| name.starts_with("xl/worksheets/sheet"));
        let most = if is_sheet { left } else { left.min(MOST_HELD) };
        let mut seen = Seen::default();
        io::copy(&mut part.take(most + 1), &mut seen).map_err(|fault| no_book(&fault))?;
        if seen.bytes > most || !is_sheet && seen.elements > MOST_ELEMENTS {
            return Err(format!(
                "an Office document that unpacks to over {MOST} bytes, or to over {MOST_HELD} bytes or {MOST_ELEMENTS} \
                 elements of other things than sheets, the most that is allowed"
            ));
        }
        if seen.longest > LONGEST_TEXT {
            return Err(format!(
                "an Office document with a text of over {LONGEST_TEXT} bytes, the most that is allowed"
            ));
        }
        left -= seen.bytes;
    }
    Ok(())
}

fn no_book(fault: &dyn Display) -> String {
    format!("a zip archive or an Office document that is no XLSX workbook ({fault})")
}

/// What went by of a part.
#[derive(Default)]
struct Seen {
    bytes: u64,
    /// Tags.
    elements: u64,
    /// The longest stretch without a tag, and the one at hand.
    longest: u64,
    stretch: u64,
}

impl Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut from = 0;
        for at in memchr::memchr_iter(b'<', bytes) {
            self.longest = self.longest.max(self.stretch + (at - from) as u64);
            self.elements += 1;
            (from, self.stretch) = (at, 0);
        }
        self.stretch += (bytes.len() - from) as u64;
        self.longest = self.longest.max(self.stretch);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Book = Xlsx<Cursor<Vec<u8>>>;

fn open(book: Vec<u8>, sheet: Option<&str>) -> Result<(Book, String), String> {
    let book = Xlsx::new(Cursor::new(book)).map_err(|fault: calamine::XlsxError| no_book(&fault))?;
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
    Ok((book, name))
}

/// Sends the rows of a sheet, some at a time, until they end or nobody wants them.
fn rows(book: &mut Book, name: &str, to: &SyncSender<Sent>) -> Result<(), String> {
    let damaged = |fault: calamine::XlsxError| format!("an XLSX workbook whose sheet `{name}` is damaged ({fault})");
    let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
    let mut table = Table::default();
    let mut at_row = 0;
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        if row != at_row {
            table.end_row();
            at_row = row;
            if table.csv.len() >= CHUNK && to.send(Ok(mem::take(&mut table.csv))).is_err() {
                return Ok(());
            }
        }
        table.set(column as usize, text(cell.get_value()))?;
    }
    table.end_row();
    // Nobody reads any more if this fails.
    let _ = to.send(Ok(table.csv));
    Ok(())
}

/// Rows as CSV; those that are empty are left out, and all are as wide as the first or wider.
#[derive(Default)]
struct Table {
    csv: Vec<u8>,
    width: usize,
    row: Vec<String>,
    /// Bytes of the row at hand.
    bytes: usize,
}

impl Table {
    fn set(&mut self, column: usize, text: String) -> Result<(), String> {
        if column >= MOST_COLUMNS {
            return Err(format!("an XLSX workbook with over {MOST_COLUMNS} columns"));
        }
        if text.is_empty() {
            return Ok(());
        }
        self.bytes += text.len();
        if self.bytes > LONGEST_RECORD {
            return Err(format!(
                "an XLSX workbook with a row of over {LONGEST_RECORD} bytes, the most that is allowed"
            ));
        }
        if self.row.len() <= column {
            self.row.resize(column + 1, String::new());
        }
        self.row[column] = text;
        Ok(())
    }

    fn end_row(&mut self) {
        if self.row.is_empty() {
            return;
        }
        let is_header = self.width == 0;
        self.width = if is_header { self.row.len() } else { self.width };
        self.bytes = 0;
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
            table.end_row();
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
            for book in [altered, book[..at].to_vec()] {
                if let Ok((mut rows, _)) = to_csv(book, None) {
                    let _ = io::copy(&mut rows, &mut io::sink());
                }
            }
        }
    }
}
