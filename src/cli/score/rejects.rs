//! Rows that could not be scored, byte for byte.
//!
//! A CSV of `path,row,line,offset,record,reason`. `record` is the row as it stood in the text of the input, with its line
//! end, between quotes; a quote in it is doubled and nothing else is altered, so that a reader of CSV that leaves bytes
//! alone gives it back. `reason` comes last because it is last known: a row may be longer than memory.

use std::{
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use lurewatch::{Error, Result, report::Rejected};

use crate::cli::output::{Mark, Output};

const HEAD: &[u8] = b"path,row,line,offset,record,reason\n";

/// The file of them.
pub(super) struct Rejects {
    path: PathBuf,
    output: Output,
    /// Whether a row was begun that goes on.
    is_open: bool,
}

impl Rejects {
    /// An empty file; `taken` must be none of the files that it makes.
    pub(super) fn open(path: &Path, taken: &[PathBuf]) -> Result<Self> {
        let mut rejects = Self { path: path.to_owned(), output: Output::open(Some(path), taken)?, is_open: false };
        rejects.write(HEAD)?;
        Ok(rejects)
    }

    /// The file that an earlier run was writing.
    pub(super) fn again(path: &Path, taken: &[PathBuf], mark: Mark) -> Result<Self> {
        Ok(Self { path: path.to_owned(), output: Output::again(path, taken, mark)?, is_open: false })
    }

    /// Writes a row of the input `path`, or the rest of it.
    pub(super) fn row(&mut self, path: &Path, row: &Rejected) -> Result<()> {
        self.part(path, row)?;
        self.is_open = false;
        let reason = row.fault.to_string().replace('"', "\"\"");
        self.write(format!("\",\"{reason}\"\n").as_bytes())
    }

    /// Writes a part of a row that goes on.
    pub(super) fn part(&mut self, path: &Path, row: &Rejected) -> Result<()> {
        let mut text = Vec::with_capacity(row.record.len() + 64);
        if !self.is_open {
            text.push(b'"');
            double_quotes(path.as_os_str().as_encoded_bytes(), &mut text);
            // Writing to memory does not fail.
            let _ = write!(text, "\",{},{},{},\"", row.row, row.line, row.offset);
        }
        double_quotes(&row.record, &mut text);
        self.is_open = true;
        self.write(&text)
    }

    /// Ends a member of a packed file.
    pub(super) fn cut(&mut self) -> Result<()> {
        self.output.cut()
    }

    /// How far the file is written, if it is whole up to there.
    pub(super) fn mark(&self) -> Option<Mark> {
        self.output.mark().filter(|_| !self.is_open)
    }

    /// The file as an output, to be completed, named or kept.
    pub(super) fn output(&mut self) -> &mut Output {
        &mut self.output
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.output.write(bytes).map_err(|error| match error {
            // Of scored rows, the reader takes as many as it likes; but no rejected row may be lost without a word.
            Error::Write { source, .. } if source.kind() == ErrorKind::BrokenPipe => {
                let source = io::Error::other("the program that read it has ended");
                Error::Write { path: self.path.clone(), source }
            }
            error => error,
        })
    }
}

fn double_quotes(bytes: &[u8], text: &mut Vec<u8>) {
    for part in bytes.split_inclusive(|&byte| byte == b'"') {
        text.extend_from_slice(part);
        if part.ends_with(b"\"") {
            text.push(b'"');
        }
    }
}
