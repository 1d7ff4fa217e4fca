//! A stream as runs of whole records, for any thread to parse.

use std::{
    io::{Cursor, Read},
    mem,
    path::PathBuf,
};

use crate::{
    error::{Error, Result},
    ingest::scan::{Record, Scanner, Shape, Step},
};

/// The longest record that is kept, in bytes; memory is bounded by it.
pub const LONGEST_RECORD: usize = 4 << 20;
/// Bytes of a block, about.
const BLOCK: usize = 256 << 10;

/// Bytes from a reader: those that are here, and whether more will come.
pub(super) struct Stream {
    path: PathBuf,
    reader: Box<dyn Read + Send>,
    /// Bytes that were taken off the start so far.
    offset: u64,
    pub(super) buffer: Vec<u8>,
    pub(super) is_at_end: bool,
}

impl Stream {
    pub(super) fn new(path: PathBuf, reader: Box<dyn Read + Send>) -> Self {
        Self { path, reader, offset: 0, buffer: Vec::new(), is_at_end: false }
    }

    /// Reads `bytes` more bytes, or up to the end.
    pub(super) fn fill(&mut self, bytes: usize) -> Result<()> {
        // One byte more, so that the end of a file that fits is seen without growing.
        self.buffer.reserve(bytes.min(BLOCK) + 1);
        let read = self.reader.by_ref().take(bytes as u64).read_to_end(&mut self.buffer);
        let read = read.map_err(|source| Error::Read { path: self.path.clone(), source })?;
        self.is_at_end = read < bytes;
        Ok(())
    }

    /// Takes bytes off the start.
    pub(super) fn cut(&mut self, bytes: usize) -> Vec<u8> {
        self.offset += bytes as u64;
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
    offset: u64,
    unfinished: Option<Record>,
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

    /// Where its first byte stands in the text of the input: unpacked, and as UTF-8.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Where a record begins in the text of the input.
    #[must_use]
    pub fn offset_of(&self, record: &Record) -> u64 {
        match record.shape {
            Shape::TooLong(bytes) => (self.offset + record.bytes.end as u64).saturating_sub(bytes as u64),
            Shape::Whole | Shape::OpenQuote => self.offset + record.bytes.start as u64,
        }
    }

    /// All its bytes, with blank lines between records.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What stands at its end of a record over [`LONGEST_RECORD`] that goes on in the next block. As a record of its own it
    /// comes in the block where it ends.
    #[must_use]
    pub fn unfinished(&self) -> Option<&Record> {
        self.unfinished.as_ref()
    }

    /// The bytes of a record, without its line end; of one over [`LONGEST_RECORD`] those that were not
    /// [`unfinished`](Self::unfinished) in earlier blocks.
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
    /// Bytes of the record at hand that were handed out as unfinished.
    dropped: usize,
    is_done: bool,
}

impl Blocks {
    pub(super) fn new(stream: Stream, scanner: Scanner) -> Self {
        Self { stream, scanner, block_bytes: BLOCK, next_row: 1, dropped: 0, is_done: false }
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
                    self.dropped = 0;
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
                    if self.scanner.dropped() > self.dropped {
                        return Ok(Some(self.block(records)));
                    }
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
        let (offset, end, dropped) = (self.stream.offset, self.scanner.kept_from(), self.scanner.dropped());
        let unfinished = (dropped > self.dropped).then(|| Record {
            bytes: end - (dropped - self.dropped)..end,
            line_end: 0,
            line: self.scanner.line(),
            shape: Shape::TooLong(dropped),
        });
        self.dropped = dropped;
        Block { bytes: self.cut(), records, first_row, offset, unfinished }
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
            let (mut seen, mut dropped) = (Vec::new(), 0);
            while let Some(block) = blocks.next() {
                let block = block.unwrap();
                assert!(blocks.stream.buffer.capacity() <= 3 * LONGEST_RECORD, "{}", blocks.stream.buffer.capacity());
                dropped += block.unfinished().map_or(0, |record| record.bytes.len());
                for record in block.records().iter().filter(|record| matches!(record.shape, Shape::TooLong(_))) {
                    dropped += block.bytes_of(record).len();
                    assert_eq!(record.shape, Shape::TooLong(dropped), "{start:?}: every byte is handed out");
                    assert_eq!(block.offset_of(record), start.len() as u64 + (40 << 20) - dropped as u64, "{start:?}");
                }
                seen.extend(block.records().iter().map(|record| (record.line, record.shape)));
            }
            let shapes: Vec<u64> = seen.iter().map(|&(line, _)| line).collect();
            assert_eq!(seen.last().map(|&(_, shape)| shape), Some(Shape::Whole), "{start:?}: {seen:?}");
            assert_eq!(shapes.last(), Some(&3), "{start:?}: {seen:?}");
        }
    }
}
