//! A stream as runs of whole records, for any thread to parse.

use std::{
    io::{Cursor, Read},
    mem,
    path::PathBuf,
};

use crate::{
    error::{Error, Result},
    ingest::scan::{Record, Scanner, Step},
};

/// The longest record that is kept, in bytes; memory is bounded by it.
pub const LONGEST_RECORD: usize = 16 << 20;
/// Bytes of a block, about.
const BLOCK: usize = 256 << 10;

/// Bytes from a reader: those that are here, and whether more will come.
pub(super) struct Stream {
    path: PathBuf,
    reader: Box<dyn Read + Send>,
    pub(super) buffer: Vec<u8>,
    pub(super) is_at_end: bool,
}

impl Stream {
    pub(super) fn new(path: PathBuf, reader: Box<dyn Read + Send>) -> Self {
        Self { path, reader, buffer: Vec::new(), is_at_end: false }
    }

    /// Reads `bytes` more bytes, or up to the end.
    pub(super) fn fill(&mut self, bytes: usize) -> Result<()> {
        let read = self.reader.by_ref().take(bytes as u64).read_to_end(&mut self.buffer);
        let read = read.map_err(|source| Error::Read { path: self.path.clone(), source })?;
        self.is_at_end = read < bytes;
        Ok(())
    }

    /// Takes bytes off the start.
    pub(super) fn cut(&mut self, bytes: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(bytes);
        mem::replace(&mut self.buffer, rest)
    }

    /// All its bytes again, those that are here first.
    pub(super) fn into_reader(self) -> impl Read + Send + 'static {
        Cursor::new(self.buffer).chain(self.reader)
    }
}

/// A run of whole records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    bytes: Vec<u8>,
    records: Vec<Record>,
    first_row: u64,
}

impl Block {
    /// Its records in order.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Row number of its first record, from 1.
    #[must_use]
    pub fn first_row(&self) -> u64 {
        self.first_row
    }

    /// The bytes of a record, without its line end.
    #[must_use]
    pub fn bytes_of(&self, record: &Record) -> &[u8] {
        &self.bytes[record.bytes.clone()]
    }

    /// The line end of a record; nothing at the end of a file that has none.
    #[must_use]
    pub fn line_end_of(&self, record: &Record) -> &[u8] {
        &self.bytes[record.bytes.end..record.bytes.end + record.line_end]
    }

    /// Bytes of the input that it stands for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it holds no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// The blocks of a stream, in order.
pub struct Blocks {
    stream: Stream,
    scanner: Scanner,
    block_bytes: usize,
    next_row: u64,
    is_done: bool,
}

impl Blocks {
    pub(super) fn new(stream: Stream, scanner: Scanner) -> Self {
        Self { stream, scanner, block_bytes: BLOCK, next_row: 1, is_done: false }
    }

    /// The same with blocks of about `bytes` bytes, at least 1. Default 256 KiB. What is read does not depend on it.
    #[must_use]
    pub fn block_bytes(mut self, bytes: usize) -> Self {
        self.block_bytes = bytes.max(1);
        self
    }

    /// Whether the last block was handed out.
    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    fn read(&mut self) -> Result<Option<Block>> {
        let mut records: Vec<Record> = Vec::new();
        loop {
            match self.scanner.step(&self.stream.buffer, self.stream.is_at_end) {
                Step::Record(record) => {
                    let end = record.bytes.end + record.line_end;
                    records.push(record);
                    if end >= self.block_bytes {
                        return Ok(Some(self.block(records)));
                    }
                }
                Step::More if self.stream.is_at_end => {
                    self.is_done = true;
                    return Ok(if records.is_empty() { None } else { Some(self.block(records)) });
                }
                Step::More if !records.is_empty() && self.stream.buffer.len() >= self.block_bytes => {
                    return Ok(Some(self.block(records)));
                }
                Step::More => {
                    if records.is_empty() {
                        self.cut();
                    }
                    self.stream.fill(self.block_bytes)?;
                }
            }
        }
    }

    /// Takes everything before the record at hand off the buffer.
    fn cut(&mut self) -> Vec<u8> {
        let bytes = self.scanner.kept_from();
        self.scanner.cut(bytes);
        self.stream.cut(bytes)
    }

    fn block(&mut self, records: Vec<Record>) -> Block {
        let first_row = self.next_row;
        self.next_row += records.len() as u64;
        Block { bytes: self.cut(), records, first_row }
    }
}

impl Iterator for Blocks {
    type Item = Result<Block>;

    fn next(&mut self) -> Option<Result<Block>> {
        if self.is_done {
            return None;
        }
        let block = self.read();
        self.is_done |= block.is_err();
        block.transpose()
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;
    use crate::ingest::{Fields, Parser, scan::Shape};

    fn cells(text: &[u8], block_bytes: usize) -> Vec<Vec<Vec<u8>>> {
        let stream = Stream::new("t.csv".into(), Box::new(std::io::Cursor::new(text.to_vec())));
        let mut parser = Parser::new(b',');
        let mut found = Vec::new();
        for block in Blocks::new(stream, Scanner::new(b',', LONGEST_RECORD, 1)).block_bytes(block_bytes) {
            let block = block.unwrap();
            for record in block.records() {
                if record.shape == Shape::OpenQuote {
                    return found;
                }
                let mut fields = Fields::default();
                parser.split(block.bytes_of(record), &mut fields).unwrap();
                found.push(fields.iter().map(|cell| cell.as_bytes().to_vec()).collect());
            }
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Up to a quote that never closes, where the csv crate takes the rest of the file for one field.
        #[test]
        fn records_are_those_of_the_csv_crate(
            text in vec(select(b"\",\r\n a".to_vec()), 0..60),
            block_bytes in 1_usize..70,
        ) {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..]);
            let expected: Vec<Vec<Vec<u8>>> = reader
                .byte_records()
                .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
                .collect();
            let seen = cells(&text, block_bytes);
            let is_open = seen.len() < expected.len();
            prop_assert_eq!(&seen[..], &expected[..seen.len()]);
            prop_assert!(!is_open || seen.len() + 1 == expected.len());
            prop_assert_eq!(cells(&text, 1_000), seen);
        }
    }

    #[test]
    fn a_record_without_end_takes_bounded_memory() {
        for start in ["text\n\"open ", "text\nlong "] {
            let input = std::io::Cursor::new(start.as_bytes().to_vec()).chain(std::io::repeat(b'x').take(40 << 20));
            let input = input.chain(std::io::Cursor::new(b"\nlast\n".to_vec()));
            let stream = Stream::new("t.csv".into(), Box::new(input));
            let mut blocks = Blocks::new(stream, Scanner::new(b',', LONGEST_RECORD, 1));
            let mut seen = Vec::new();
            while let Some(block) = blocks.next() {
                let block = block.unwrap();
                assert!(blocks.stream.buffer.capacity() <= 3 * LONGEST_RECORD, "{}", blocks.stream.buffer.capacity());
                seen.extend(block.records().iter().map(|record| (record.line, record.shape)));
            }
            let shapes: Vec<u64> = seen.iter().map(|&(line, _)| line).collect();
            assert_eq!(seen.last().map(|&(_, shape)| shape), Some(Shape::Whole), "{start:?}: {seen:?}");
            assert_eq!(shapes.last(), Some(&3), "{start:?}: {seen:?}");
        }
    }
}
