//! Where records begin and end.
//!
//! One pass over the bytes that follows the rules of the csv crate to the letter: a quote opens a field only at its start, a
//! doubled quote inside is one quote, quotes elsewhere are text, and `\n`, `\r` or `\r\n` ends a record. Records are
//! found here and taken apart elsewhere, so that runs of them can be handed to other threads.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memchr3};

const QUOTE: u8 = b'"';

/// A record of a buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its bytes, without what ends it.
    pub bytes: Range<usize>,
    /// Bytes of its line end: 0 (end of file), 1 or 2.
    pub line_end: usize,
    /// Line that it begins on, 1-based.
    pub line: u64,
    /// Whether it can be taken apart.
    pub shape: Shape,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// It is whole.
    Whole,
    /// A quote opens in it and does not close: it is cut at the end of its first line, so that the next line is a record
    /// again.
    OpenQuote,
    /// It is longer than is read: this is its length, and `bytes` is what is left of it.
    TooLong(usize),
}

/// What a step of the scan came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A record.
    Record(Record),
    /// The buffer must grow (or is at its end, if it was said to be the last).
    More,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    RecordStart,
    FieldStart,
    InField,
    InQuotes,
}

/// The scan over a buffer that grows at its end and is cut at its start.
#[derive(Clone, Debug)]
pub struct Scanner {
    delimiter: u8,
    /// Whether quotes mean something.
    has_quotes: bool,
    longest: usize,
    state: State,
    at: usize,
    start: usize,
    line: u64,
    /// Bytes of the record at hand that were given up already.
    dropped: usize,
    dropped_lines: u64,
}

impl Scanner {
    /// A scan from the start of a record on line `line`; records over `longest` bytes are given up.
    #[must_use]
    pub fn new(delimiter: u8, longest: usize, line: u64) -> Self {
        let (state, has_quotes) = (State::RecordStart, true);
        Self { delimiter, has_quotes, longest, state, at: 0, start: 0, line, dropped: 0, dropped_lines: 0 }
    }

    /// The same of records that are lines, whatever stands in them.
    #[must_use]
    pub fn lines(longest: usize, line: u64) -> Self {
        // Where a field begins and ends makes no difference without quotes.
        Self { has_quotes: false, ..Self::new(0, longest, line) }
    }

    /// First byte that is still needed: the start of the record at hand.
    #[must_use]
    pub fn kept_from(&self) -> usize {
        self.start
    }

    /// Bytes of the record at hand that were given up already; they stand before [`kept_from`](Self::kept_from).
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Line that the record at hand begins on.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Tells the scan that `bytes` were taken off the start of the buffer.
    pub fn cut(&mut self, bytes: usize) {
        self.at -= bytes;
        self.start -= bytes;
    }

    /// The next record of `buffer`. `is_last` says that nothing will follow the buffer.
    pub fn step(&mut self, buffer: &[u8], is_last: bool) -> Step {
        loop {
            match self.state {
                State::RecordStart => {
                    let blank = buffer[self.at..].iter().take_while(|&&byte| is_line_end(byte)).count();
                    self.line += lines(&buffer[self.at..self.at + blank]);
                    self.at += blank;
                    self.start = self.at;
                    if self.at == buffer.len() {
                        return Step::More;
                    }
                    self.state = State::FieldStart;
                }
                State::FieldStart => match buffer.get(self.at) {
                    None if is_last => return self.end(buffer, 0),
                    None => return self.more(buffer),
                    Some(&QUOTE) if self.has_quotes => {
                        self.at += 1;
                        self.state = State::InQuotes;
                    }
                    Some(_) => self.state = State::InField,
                },
                State::InField => {
                    let Some(found) = memchr3(self.delimiter, b'\n', b'\r', &buffer[self.at..]) else {
                        self.at = buffer.len();
                        return if is_last { self.end(buffer, 0) } else { self.more(buffer) };
                    };
                    self.at += found;
                    match (buffer[self.at], buffer.get(self.at + 1)) {
                        (byte, _) if byte == self.delimiter => {
                            self.at += 1;
                            self.state = State::FieldStart;
                        }
                        (b'\r', None) if !is_last => return self.more(buffer),
                        (b'\r', Some(b'\n')) => return self.end(buffer, 2),
                        _ => return self.end(buffer, 1),
                    }
                }
                State::InQuotes => {
                    let Some(found) = memchr(QUOTE, &buffer[self.at..]) else {
                        self.at = buffer.len();
                        if is_last || self.at - self.start > self.longest && self.dropped == 0 {
                            return self.give_up_quote(buffer);
                        }
                        return self.more(buffer);
                    };
                    self.at += found;
                    match buffer.get(self.at + 1) {
                        Some(&QUOTE) => self.at += 2,
                        None if !is_last => return self.more(buffer),
                        _ => {
                            self.at += 1;
                            self.state = State::InField;
                        }
                    }
                }
            }
        }
    }

    /// Asks for more bytes; a record that is too long already is let go as far as it was read.
    fn more(&mut self, buffer: &[u8]) -> Step {
        if self.dropped > 0 || self.at - self.start > self.longest {
            self.drop_read(buffer);
        }
        Step::More
    }

    fn drop_read(&mut self, buffer: &[u8]) {
        self.dropped += self.at - self.start;
        self.dropped_lines += lines(&buffer[self.start..self.at]);
        self.start = self.at;
    }

    /// The record ends here, with a line end of `line_end` bytes.
    fn end(&mut self, buffer: &[u8], line_end: usize) -> Step {
        let line = self.line;
        let bytes = self.start..self.at;
        let shape = match self.dropped + bytes.len() {
            length if length > self.longest => Shape::TooLong(length),
            _ => Shape::Whole,
        };
        self.line += self.dropped_lines + lines(&buffer[bytes.clone()]);
        self.line += lines(&buffer[self.at..self.at + line_end]);
        self.next_record(self.at + line_end);
        Step::Record(Record { bytes, line_end, line, shape })
    }

    /// A quote that never closes spoils its own line only.
    fn give_up_quote(&mut self, buffer: &[u8]) -> Step {
        if self.dropped > 0 {
            return self.end(buffer, 0);
        }
        let line = self.line;
        let rest = &buffer[self.start..];
        let length = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line_end = usize::from(length < rest.len());
        let bytes = self.start..self.start + length;
        self.line += lines(&rest[length..length + line_end]);
        self.next_record(bytes.end + line_end);
        Step::Record(Record { bytes, line_end, line, shape: Shape::OpenQuote })
    }

    fn next_record(&mut self, at: usize) {
        self.at = at;
        self.start = at;
        self.dropped = 0;
        self.dropped_lines = 0;
        self.state = State::RecordStart;
    }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

fn lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str, longest: usize) -> Vec<(String, u64, Shape)> {
        let mut scanner = Scanner::new(b',', longest, 1);
        let mut found = Vec::new();
        while let Step::Record(record) = scanner.step(text.as_bytes(), true) {
            found.push((text[record.bytes].to_owned(), record.line, record.shape));
        }
        found
    }

    #[test]
    fn records_by_hand() {
        use Shape::{OpenQuote, TooLong, Whole};
        type Case = (&'static str, &'static str, &'static [(&'static str, u64, Shape)]);
        const CASES: &[Case] = &[
            ("nothing", "", &[]),
            ("blank lines", "\n\r\n\n", &[]),
            ("all line ends", "a\r\nb\rc\n\nd", &[("a", 1, Whole), ("b", 2, Whole), ("c", 2, Whole), ("d", 4, Whole)]),
            ("quoted newline", "\"a\nb\",c\nd", &[("\"a\nb\",c", 1, Whole), ("d", 3, Whole)]),
            ("doubled quote", "\"a\"\"\n\",b\nc", &[("\"a\"\"\n\",b", 1, Whole), ("c", 3, Whole)]),
            ("quote inside", "a\"b\nc\"\n", &[("a\"b", 1, Whole), ("c\"", 2, Whole)]),
            ("text behind a quote", "\"a\"b\"\nc", &[("\"a\"b\"", 1, Whole), ("c", 2, Whole)]),
            ("quote at the very end", "\"a\"", &[("\"a\"", 1, Whole)]),
            ("open quote", "x,\"a\nb,c\nd", &[("x,\"a", 1, OpenQuote), ("b,c", 2, Whole), ("d", 3, Whole)]),
            ("open quote, CRLF", "\"a\r\nb", &[("\"a", 1, OpenQuote), ("b", 2, Whole)]),
            ("too long", "abcdefghij,k\nd", &[("abcdefghij,k", 1, TooLong(12)), ("d", 2, Whole)]),
            ("delimiter last", "a,\nb,", &[("a,", 1, Whole), ("b,", 2, Whole)]),
        ];
        for (name, text, expected) in CASES {
            let expected: Vec<_> = expected.iter().map(|&(text, line, shape)| (text.to_owned(), line, shape)).collect();
            assert_eq!(scan(text, 10), expected, "{name}");
        }
    }
}
