//! What a file is, and the way to its text: unpacked, out of a workbook, into UTF-8.

use std::{
    fmt,
    fs::File,
    io,
    io::Read,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    error::{Error, Result},
    ingest::{
        Encoding, Packing,
        blocks::Stream,
        columnar::{self, LONGEST_PIPED, Source},
        sheet::{self, LONGEST_BOOK},
        tap::Fingerprint,
    },
};

/// The byte order mark of UTF-8.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";
/// A workbook begins so, as does any zip archive.
const BOOK: &[u8] = b"PK\x03\x04";
/// Bytes by which a file is told.
pub(super) const FIRST_READ: usize = 256 << 10;

/// Files that people hand over by mistake, by their first bytes.
const OTHER_FILES: &[(&[u8], &str)] = &[
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data inside compressed data"),
    (b"\x1f\x8b", "gzip-compressed data inside compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"\xfd7zXZ", "xz-compressed data"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (columnar::MAGIC, "a Parquet file in a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"[", "a JSON list"),
    (b"<!", "HTML or XML"),
    (b"<html", "HTML or XML"),
    (b"<?xml", "HTML or XML"),
];

/// What a file is that is no table, by its first bytes.
pub(super) fn other_file(head: &[u8]) -> Option<&'static str> {
    OTHER_FILES.iter().find(|(magic, _)| head.starts_with(magic)).map(|&(_, what)| what)
}

/// A caller's word on how a file is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// Its encoding; `None` finds out.
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook; `None` is the first.
    pub sheet: Option<String>,
}

/// What a file was found to be.
#[derive(Clone, Debug)]
pub struct Content {
    /// How it is compressed.
    pub packing: Option<Packing>,
    /// The sheet of the workbook that it is.
    pub sheet: Option<String>,
    /// Whether it is a Parquet file.
    pub is_parquet: bool,
    /// The encoding of its text.
    pub encoding: Encoding,
    /// UTF-8 byte order marks that it begins with; of several, one is written.
    pub marks: usize,
    broken: Arc<AtomicU64>,
}

impl Content {
    /// Places so far that are none of its encoding, and read as U+FFFD. In UTF-8, rows with such places are rejected.
    #[must_use]
    pub fn broken(&self) -> u64 {
        self.broken.load(Ordering::Relaxed)
    }
}

/// For people: `gzip, UTF-8 with byte order mark`.
impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(packing) = self.packing {
            write!(f, "{packing}, ")?;
        }
        if let Some(sheet) = &self.sheet {
            return write!(f, "XLSX, sheet `{sheet}`");
        }
        if self.is_parquet {
            return f.write_str("Parquet");
        }
        write!(f, "{}", self.encoding)?;
        match self.marks {
            0 => Ok(()),
            1 => f.write_str(" with byte order mark"),
            marks => write!(f, " with {marks} byte order marks, read as one"),
        }
    }
}

/// Where a file comes from.
pub(super) struct Origin<'a> {
    pub(super) path: &'a Path,
    /// The file itself, where it is one.
    pub(super) file: Option<File>,
    pub(super) fingerprint: &'a Fingerprint,
}

/// The text of a file as UTF-8, its first bytes read: unpacked, out of a workbook or of columns, and out of whatever
/// encoding it is in. Plain UTF-8 goes through as it is.
pub(super) fn decoded(origin: Origin<'_>, tap: impl Read + Send + 'static, how: &How) -> Result<(Stream, Content)> {
    let path = origin.path;
    let mut stream = Stream::new(path.to_owned(), Box::new(tap));
    stream.fill(FIRST_READ)?;
    let packing = Packing::of(&stream.buffer);
    if let Some(packing) = packing {
        stream = Stream::new(path.to_owned(), packing.unpack(stream.into_reader()));
        stream.fill(FIRST_READ)?;
    }
    let mut sheet = None;
    let is_parquet = stream.buffer.starts_with(columnar::MAGIC);
    if stream.buffer.starts_with(BOOK) {
        (stream, sheet) = book(path, stream, how)?;
        stream.fill(FIRST_READ)?;
    } else if is_parquet {
        stream = parquet(origin, packing, stream)?;
        stream.fill(FIRST_READ)?;
    }
    let is_text = sheet.is_none() && !is_parquet;
    let encoding = match how.encoding {
        _ if !is_text => Encoding::UTF_8,
        Some(encoding) => encoding,
        None => Encoding::detect(&stream.buffer, stream.is_at_end),
    };
    let broken = Arc::default();
    let is_other_file = other_file(&stream.buffer).is_some();
    if !encoding.is_utf8() && !is_other_file {
        stream = Stream::new(path.to_owned(), encoding.to_utf8(stream.into_reader(), &broken));
        stream.fill(FIRST_READ)?;
    }
    let marks = stream.buffer.chunks(BOM.len()).take_while(|head| *head == BOM).count();
    Ok((stream, Content { packing, sheet, is_parquet, encoding, marks, broken }))
}

/// A sheet of a workbook as CSV, and its name.
fn book(path: &Path, mut stream: Stream, how: &How) -> Result<(Stream, Option<String>)> {
    let fault = |fault| Error::NotCsv { path: path.to_owned(), fault };
    stream.fill(LONGEST_BOOK)?;
    if !stream.is_at_end {
        return Err(fault(format!("a zip archive or an Office document of over {LONGEST_BOOK} bytes")));
    }
    let (rows, name) = sheet::to_csv(stream.buffer, how.sheet.as_deref()).map_err(fault)?;
    Ok((Stream::new(path.to_owned(), Box::new(rows)), Some(name)))
}

/// The rows of a Parquet file as CSV. It is read from its end, so that one that is no file of its own is held in memory.
fn parquet(origin: Origin<'_>, packing: Option<Packing>, mut stream: Stream) -> Result<Stream> {
    let Origin { path, file, fingerprint } = origin;
    let fault = |fault| Error::NotCsv { path: path.to_owned(), fault };
    let source = if let Some(file) = file.filter(|_| packing.is_none()) {
        Source::File(file)
    } else {
        stream.fill(LONGEST_PIPED)?;
        if !stream.is_at_end {
            return Err(fault(format!(
                "a Parquet file of over {LONGEST_PIPED} bytes that is packed or comes through a pipe"
            )));
        }
        Source::Bytes(std::mem::take(&mut stream.buffer))
    };
    let rows = columnar::to_csv(source).map_err(fault)?;
    let read = WithRest { rows, rest: Some(stream), fingerprint: fingerprint.clone() };
    Ok(Stream::new(path.to_owned(), Box::new(read)))
}

/// Rows, and behind the last of them the bytes that nobody read, for the hash.
struct WithRest<R> {
    rows: R,
    rest: Option<Stream>,
    fingerprint: Fingerprint,
}

impl<R: Read> Read for WithRest<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.rows.read(buffer)?;
        if read == 0
            && !buffer.is_empty()
            && let Some(rest) = self.rest.take().filter(|_| !self.fingerprint.is_left())
        {
            self.fingerprint.take();
            io::copy(&mut rest.into_reader(), &mut io::sink())?;
        }
        Ok(read)
    }
}
