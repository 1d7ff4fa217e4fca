//! Opening a file: what it is, which delimiter, which header.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    error::{Error, Result},
    ingest::{
        Blocks, ColumnChoice, Columns, Encoding, Fields, Form, Packing, Parser, Rows, Wanted,
        blocks::{LONGEST_RECORD, Stream},
        json::{Keys, MOST_KEYS},
        scan::{Scanner, Shape, Step},
        sheet::{LONGEST_BOOK, to_csv},
        tap::{Fingerprint, Tap},
    },
};

const BOM: &[u8] = b"\xef\xbb\xbf";
/// A workbook begins so, as does any zip archive.
const BOOK: &[u8] = b"PK\x03\x04";
/// A header over this length is none.
const LONGEST_HEADER: usize = 1 << 20;
/// Bytes by which a file is told.
const FIRST_READ: usize = 256 << 10;
const CHECKED_FOR_NUL: usize = 4 << 10;

/// Files that people hand over by mistake, by their first bytes.
const OTHER_FILES: &[(&[u8], &str)] = &[
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data inside compressed data"),
    (b"\x1f\x8b", "gzip-compressed data inside compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"\xfd7zXZ", "xz-compressed data"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"[", "a JSON list"),
    (b"<!", "HTML or XML"),
    (b"<html", "HTML or XML"),
    (b"<?xml", "HTML or XML"),
];

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
    /// The encoding of its text.
    pub encoding: Encoding,
    /// Whether it begins with a UTF-8 byte order mark.
    pub has_bom: bool,
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
        write!(f, "{}{}", self.encoding, if self.has_bom { " with byte order mark" } else { "" })
    }
}

/// An open file, read as far as its header.
pub struct Input {
    path: PathBuf,
    content: Content,
    fingerprint: Fingerprint,
    stream: Stream,
    size: Option<u64>,
    form: Form,
    header: Vec<u8>,
    line_end: &'static str,
    headers: Vec<String>,
    scanner: Scanner,
}

impl Input {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    ///
    /// [`Error::Read`], [`Error::IsFolder`], [`Error::NotCsv`] or [`Error::NoHeader`].
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_as(path, &How::default())
    }

    /// Opens a file, or standard input for `-`, in a given way.
    ///
    /// # Errors
    ///
    /// As [`Input::open`].
    pub fn open_as(path: &Path, how: &How) -> Result<Self> {
        if path == Path::new("-") {
            return Self::from_reader_as(path, io::stdin(), how);
        }
        let failed = |source| Error::Read { path: path.to_owned(), source };
        if path.is_dir() {
            return Err(Error::IsFolder { path: path.to_owned() });
        }
        let file = File::open(path).map_err(failed)?;
        let meta = file.metadata().map_err(failed)?;
        let mut input = Self::from_reader_as(path, file, how)?;
        let is_read_as_is = meta.is_file()
            && input.content.packing.is_none()
            && input.content.sheet.is_none()
            && input.content.encoding.is_utf8();
        input.size = is_read_as_is.then_some(meta.len());
        Ok(input)
    }

    /// Reads from anywhere; `path` is only for messages.
    ///
    /// # Errors
    ///
    /// [`Error::Read`], [`Error::NotCsv`] or [`Error::NoHeader`].
    pub fn from_reader(path: impl Into<PathBuf>, reader: impl Read + Send + 'static) -> Result<Self> {
        Self::from_reader_as(path, reader, &How::default())
    }

    /// Reads from anywhere in a given way; `path` is only for messages.
    ///
    /// # Errors
    ///
    /// As [`Input::from_reader`].
    pub fn from_reader_as(path: impl Into<PathBuf>, reader: impl Read + Send + 'static, how: &How) -> Result<Self> {
        let path = path.into();
        let (tap, fingerprint) = Tap::new(reader);
        let (mut stream, content) = decoded(&path, tap, how)?;
        let not_csv = |fault: String| Error::NotCsv { path: path.clone(), fault };
        if let Some((_, what)) = OTHER_FILES.iter().find(|(magic, _)| stream.buffer.starts_with(magic)) {
            return Err(not_csv((*what).to_owned()));
        }
        if let Some(at) = memchr::memchr(0, &stream.buffer[..stream.buffer.len().min(CHECKED_FOR_NUL)]) {
            return Err(not_csv(format!("a NUL byte at byte {at}, as in a binary file")));
        }
        let begin = if content.has_bom { BOM.len() } else { 0 };
        if stream.buffer[begin..].trim_ascii_start().starts_with(b"{") {
            stream.cut(begin);
            return Self::json_lines(path, content, fingerprint, stream);
        }
        let delimiter = sniff(&stream.buffer[begin..]);
        let mut scanner = Scanner::new(delimiter, LONGEST_HEADER, 1);
        let record = loop {
            match scanner.step(&stream.buffer[begin..], stream.is_at_end) {
                Step::Record(record) => break record,
                Step::More if stream.is_at_end => return Err(Error::NoHeader { path }),
                Step::More if stream.buffer.len() > LONGEST_HEADER => {
                    return Err(not_csv(format!("a first row of over {LONGEST_HEADER} bytes")));
                }
                Step::More => stream.fill(FIRST_READ)?,
            }
        };
        let after = begin + record.bytes.end + record.line_end;
        let header = stream.buffer[begin..][record.bytes].to_vec();
        let line_end = match &stream.buffer[after - record.line_end..after] {
            b"\r\n" => "\r\n",
            b"\r" => "\r",
            _ => "\n",
        };
        match record.shape {
            Shape::Whole => {}
            Shape::OpenQuote => return Err(not_csv("a quote in the first row that never closes".to_owned())),
            Shape::TooLong(bytes) => return Err(not_csv(format!("a first row of {bytes} bytes"))),
        }
        let mut fields = Fields::default();
        Parser::new(delimiter)
            .split(&header, &mut fields)
            .map_err(|(_, byte)| not_csv(format!("a first row that is no UTF-8 (at byte {byte} of a field)")))?;
        let headers: Vec<String> = fields.iter().map(str::to_owned).collect();
        if headers.iter().all(|header| header.trim().is_empty()) {
            return Err(Error::NoHeader { path });
        }
        let line = 1 + memchr::memchr_iter(b'\n', &stream.cut(after)).count() as u64;
        let scanner = Scanner::new(delimiter, LONGEST_RECORD, line);
        Ok(Self {
            path,
            content,
            fingerprint,
            stream,
            size: None,
            form: Form::Delimited(delimiter),
            header,
            line_end,
            headers,
            scanner,
        })
    }

    /// A file of a JSON object a line; its columns are those of its first lines.
    fn json_lines(path: PathBuf, content: Content, fingerprint: Fingerprint, mut stream: Stream) -> Result<Self> {
        let mut keys = Keys::default();
        let mut faults = Vec::new();
        while !stream.buffer.contains(&b'\n') && !stream.is_at_end && stream.buffer.len() < LONGEST_RECORD {
            stream.fill(FIRST_READ)?;
        }
        let whole =
            if stream.is_at_end { stream.buffer.len() } else { memchr::memrchr(b'\n', &stream.buffer).unwrap_or(0) };
        for line in stream.buffer[..whole].split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
            if !line.is_empty() {
                faults.extend(keys.learn(line).err());
            }
        }
        if keys.paths().is_empty() {
            let fault = faults.into_iter().next().unwrap_or_else(|| "no line is a JSON object with members".to_owned());
            return Err(Error::NotCsv { path, fault: format!("JSON, but no lines of it: {fault}") });
        }
        if keys.paths().len() >= MOST_KEYS {
            return Err(Error::NotCsv { path, fault: format!("JSON with over {MOST_KEYS} keys") });
        }
        let headers = keys.paths().to_vec();
        let form = Form::JsonLines(Arc::new(keys));
        let scanner = Scanner::lines(LONGEST_RECORD, 1);
        let (header, line_end) = (Vec::new(), "\n");
        Ok(Self { path, content, fingerprint, stream, size: None, form, header, line_end, headers, scanner })
    }

    /// The file as the user named it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file was found to be.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// Bytes that will be read, where they can be known.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The headers, in file order.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The header row's own bytes, without its line end; none in JSON lines.
    #[must_use]
    pub fn header_bytes(&self) -> &[u8] {
        &self.header
    }

    /// What ends the header row.
    #[must_use]
    pub fn line_end(&self) -> &'static str {
        self.line_end
    }

    /// Whether the file begins with a byte order mark.
    #[must_use]
    pub fn has_bom(&self) -> bool {
        self.content.has_bom
    }

    /// How the records are written.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// What separates fields: a comma; or a semicolon, tab or bar where the first row has no comma but one of these.
    #[must_use]
    pub fn delimiter(&self) -> u8 {
        match self.form {
            Form::Delimited(delimiter) => delimiter,
            Form::JsonLines(_) => b',',
        }
    }

    /// Which column plays which role.
    ///
    /// # Errors
    ///
    /// As [`Columns::find`].
    pub fn columns(&self, choices: &[ColumnChoice], wanted: Wanted) -> Result<Columns> {
        Columns::find(&self.path, &self.headers, choices, wanted)
    }

    /// The rows as runs of bytes, to be parsed by any thread.
    #[must_use]
    pub fn blocks(self) -> Blocks {
        self.fingerprint.leave();
        Blocks::new(self.stream, self.scanner)
    }

    /// The rows one by one.
    #[must_use]
    pub fn rows(self, columns: Columns) -> Rows {
        self.fingerprint.take();
        let blocks = Blocks::new(self.stream, self.scanner);
        Rows::new(self.path, &self.form, blocks, columns, self.fingerprint)
    }
}

/// The text of a file as UTF-8, its first bytes read: unpacked, and out of whatever encoding it is in. Plain UTF-8 goes
/// through as it is.
fn decoded(path: &Path, tap: impl Read + Send + 'static, how: &How) -> Result<(Stream, Content)> {
    let mut stream = Stream::new(path.to_owned(), Box::new(tap));
    stream.fill(FIRST_READ)?;
    let packing = Packing::of(&stream.buffer);
    if let Some(packing) = packing {
        stream = Stream::new(path.to_owned(), packing.unpack(stream.into_reader()));
        stream.fill(FIRST_READ)?;
    }
    let mut sheet = None;
    if stream.buffer.starts_with(BOOK) {
        stream.fill(LONGEST_BOOK)?;
        let fault = |fault| Error::NotCsv { path: path.to_owned(), fault };
        if !stream.is_at_end {
            return Err(fault(format!("a zip archive or an Office document of over {LONGEST_BOOK} bytes")));
        }
        let (csv, name) = to_csv(&stream.buffer, how.sheet.as_deref()).map_err(fault)?;
        sheet = Some(name);
        stream = Stream::new(path.to_owned(), Box::new(io::Cursor::new(csv)));
        stream.fill(FIRST_READ)?;
    }
    let named = how.encoding.filter(|_| sheet.is_none());
    let encoding = named.unwrap_or_else(|| Encoding::detect(&stream.buffer, stream.is_at_end));
    let broken = Arc::default();
    let is_other_file = OTHER_FILES.iter().any(|(magic, _)| stream.buffer.starts_with(magic));
    if !encoding.is_utf8() && !is_other_file {
        stream = Stream::new(path.to_owned(), encoding.to_utf8(stream.into_reader(), &broken));
        stream.fill(FIRST_READ)?;
    }
    let has_bom = stream.buffer.starts_with(BOM);
    Ok((stream, Content { packing, sheet, encoding, has_bom, broken }))
}

/// The delimiter, by the first row. A comma anywhere outside quotes decides for the comma.
fn sniff(bytes: &[u8]) -> u8 {
    let mut in_quotes = false;
    let mut seen = [false; 3];
    for &byte in bytes.iter().skip_while(|byte| matches!(byte, b'\n' | b'\r')) {
        match byte {
            b'"' => in_quotes = !in_quotes,
            _ if in_quotes => {}
            b',' => return b',',
            b'\n' | b'\r' => break,
            b';' => seen[0] = true,
            b'\t' => seen[1] = true,
            b'|' => seen[2] = true,
            _ => {}
        }
    }
    match seen {
        [true, false, false] => b';',
        [false, true, false] => b'\t',
        [false, false, true] => b'|',
        _ => b',',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_only_taken_when_sure() {
        const CASES: &[(&str, u8)] = &[
            ("id,text\n", b','),
            ("id;text\n1,2,3\n", b';'),
            ("id\ttext\n", b'\t'),
            ("id|text", b'|'),
            ("\"a,b\";text\n", b';'),
            ("id;text|more", b','),
            ("id;text,more", b','),
            ("text\n", b','),
        ];
        for (text, expected) in CASES {
            assert_eq!(sniff(text.as_bytes()), *expected, "{text:?}");
        }
    }
}
