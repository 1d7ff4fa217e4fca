//! Opening a file: what it is, which delimiter, which header.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    error::{Error, Result},
    ingest::{
        Blocks, ColumnChoice, Columns, Fields, Form, Parser, Rows, Wanted,
        blocks::{LONGEST_RECORD, Stream},
        content::{BOM, Content, FIRST_READ, How, Origin, decoded, other_file},
        json::{Keys, MOST_KEYS},
        mend,
        scan::{Scanner, Shape, Step},
        tap::{Fingerprint, Tap},
    },
};

/// A header over this length is none.
const LONGEST_HEADER: usize = 1 << 20;
const CHECKED_FOR_NUL: usize = 4 << 10;

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
        // Opened again: a copy of the handle would share its place in the file.
        let own = if meta.is_file() { Some(File::open(path).map_err(failed)?) } else { None };
        let mut input = Self::read(path.to_owned(), file, own, how)?;
        let content = &input.content;
        let is_read_as_is = meta.is_file()
            && content.packing.is_none()
            && content.sheet.is_none()
            && !content.is_parquet
            && content.encoding.is_utf8();
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
        Self::read(path.into(), reader, None, how)
    }

    /// Reads; `file` is the file that the reader reads, if it is one.
    fn read(path: PathBuf, reader: impl Read + Send + 'static, file: Option<File>, how: &How) -> Result<Self> {
        let (tap, fingerprint) = Tap::new(reader);
        let origin = Origin { path: &path, file, fingerprint: &fingerprint };
        let (mut stream, content) = decoded(origin, tap, how)?;
        let not_csv = |fault: String| Error::NotCsv { path: path.clone(), fault };
        if let Some(what) = other_file(&stream.buffer) {
            return Err(not_csv(what.to_owned()));
        }
        if let Some(at) = memchr::memchr(0, &stream.buffer[..stream.buffer.len().min(CHECKED_FOR_NUL)]) {
            return Err(not_csv(format!("a NUL byte at byte {at}, as in a binary file")));
        }
        let begin = content.marks * BOM.len();
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
        let headers: Vec<String> = fields.iter().map(|name| mend::header(name).to_owned()).collect();
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
        self.content.marks > 0
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

    /// The same, and the hash of the file, which is to be asked for behind the last block.
    #[must_use]
    pub fn hashed_blocks(self) -> (Blocks, Fingerprint) {
        self.fingerprint.take();
        (Blocks::new(self.stream, self.scanner), self.fingerprint)
    }

    /// The rows one by one.
    #[must_use]
    pub fn rows(self, columns: Columns) -> Rows {
        self.fingerprint.take();
        let blocks = Blocks::new(self.stream, self.scanner);
        Rows::new(self.path, &self.form, blocks, columns, self.fingerprint)
    }
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
