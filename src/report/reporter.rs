//! A block of a file → its scored rows as text.

use std::{
    borrow::Cow,
    cmp::Reverse,
    collections::HashSet,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    error::{Error, Result, RowFault},
    explain::{Reason, explain_again},
    features::Scratch,
    ingest::{
        Block, Columns, Fields, Form, Input, Parser, Role,
        blocks::LONGEST_RECORD,
        row::{posting_of, read_record},
        scan::Record,
    },
    model::{Model, Score, Tier},
    posting::{Field, Mended, Posting},
    redact::{Key, Redacted},
    report::{
        ADDED, Format, REASONS, csv, jsonl,
        number::{six_digits, written_bits},
        redacted,
    },
    score::score_with_cues,
};

/// Bytes that are added to a row without reasons, about.
const ADDED_BYTES: usize = 64;

/// Which rows get reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonsFor {
    /// Those of tier `watch` or `review`.
    Flagged,
    /// All.
    All,
}

/// What is written, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The form.
    pub format: Format,
    /// Rows below this tier are left out.
    pub lowest: Tier,
    /// Which rows get reasons.
    pub reasons: ReasonsFor,
    /// Only so many rows, those of the highest probability.
    pub top: Option<usize>,
}

/// Scores and writes the blocks of one file; shared by all threads.
pub struct Reporter<'m> {
    model: &'m Model,
    columns: Columns,
    options: Options,
    form: Form,
    delimiter: u8,
    line_end: &'static str,
    head: Vec<u8>,
    /// Rows of the inputs before this one.
    rows_before: u64,
    /// Whether the bytes of rejected rows are wanted.
    keeps_rejected: bool,
    /// What personal data is replaced by, if it is.
    key: Option<Key>,
    /// Bits of the lowest probability that can still be among the top; it only rises.
    bar: AtomicU64,
}

/// What became of a block.
#[derive(Clone, Debug, Default)]
pub struct BlockReport {
    /// The rows as text, in input order; empty when only the top is wanted.
    pub text: Vec<u8>,
    /// Rows that may be among the top.
    pub top: Vec<Ranked>,
    /// Bytes of input.
    pub bytes: u64,
    /// Rows scored.
    pub scored: u64,
    /// Rows of tier `review`.
    pub review: u64,
    /// Rows of tier `watch`.
    pub watch: u64,
    /// Rows that have more members than there are columns.
    pub has_more: u64,
    /// Rows that were mended before they were scored.
    pub mended: Mended,
    /// Each row that cannot be used.
    pub rejected: Vec<Rejected>,
    /// Bytes of a rejected row that is too long to be kept and goes on in the next block; only when they are wanted.
    pub unfinished: Option<Rejected>,
}

/// A row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Row number, from 1; the header is not counted.
    pub row: u64,
    /// Line that it begins on, from 1.
    pub line: u64,
    /// Where it begins, in bytes from the start of the text: unpacked, and as UTF-8.
    pub offset: u64,
    /// Why.
    pub fault: RowFault,
    /// The row and its line end; of a row that earlier blocks had [`unfinished`](BlockReport::unfinished) parts of, the
    /// rest. Empty unless wanted.
    pub record: Vec<u8>,
}

/// A row with its rank.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ranked {
    /// Bits of the probability as it is written; of numbers from 0 up, they are in the numbers' order.
    pub probability: u64,
    /// Of equal rows, the earlier one is higher.
    pub row: Reverse<u64>,
    /// The row as text.
    pub text: Vec<u8>,
}

/// A row, and what the model says of it.
pub(super) struct Scored<'a> {
    pub(super) record: &'a [u8],
    pub(super) line_end: &'a [u8],
    /// Whether the record is a JSON object.
    pub(super) is_json: bool,
    /// The cells, in the order of the columns.
    pub(super) cells: &'a [&'a str],
    pub(super) columns: &'a Columns,
    pub(super) probability: &'a str,
    pub(super) tier: Tier,
    pub(super) cues: &'a [&'a str],
    pub(super) reasons: &'a [Reason],
}

/// What a thread holds while it works on a block.
struct Desk<'m> {
    parser: Parser,
    fields: Fields,
    cues: Vec<&'m str>,
}

impl<'m> Reporter<'m> {
    /// A reporter for a file that was just opened.
    ///
    /// # Errors
    ///
    /// [`Error::ColumnTaken`] when the file has one of the columns [`ADDED`] already, [`Error::TwinColumns`] when JSON is
    /// to be written and two columns have one name.
    pub fn new(model: &'m Model, input: &Input, columns: Columns, options: Options) -> Result<Self> {
        check(input, options.format)?;
        let (delimiter, line_end) = (input.delimiter(), input.line_end());
        let head = match options.format {
            Format::Csv => csv::head(input),
            Format::Jsonl => Vec::new(),
        };
        let form = input.form().clone();
        Ok(Self {
            model,
            columns,
            options,
            form,
            delimiter,
            line_end,
            head,
            rows_before: 0,
            keeps_rejected: false,
            key: None,
            bar: AtomicU64::new(0),
        })
    }

    /// The same for a file that comes after `rows` rows of others.
    #[must_use]
    pub fn after(mut self, rows: u64) -> Self {
        self.rows_before = rows;
        self
    }

    /// The same with the bytes of rejected rows kept for the caller.
    #[must_use]
    pub fn keeping_rejected(mut self, keeps: bool) -> Self {
        self.keeps_rejected = keeps;
        self
    }

    /// The same with personal data replaced in all that is written of a row; scores are those of the row as it came.
    #[must_use]
    pub fn redacting(mut self, key: Option<Key>) -> Self {
        self.key = key;
        self
    }

    /// What stands above the rows.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Only rows of at least this probability can be among the top from here on.
    pub fn raise_bar(&self, probability: u64) {
        self.bar.fetch_max(probability, Ordering::Relaxed);
    }

    /// Scores the rows of a block.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a block is let go as soon as it is scored")]
    pub fn block(&self, block: Block, scratch: &mut Scratch) -> BlockReport {
        let mut report = BlockReport { bytes: block.len() as u64, ..BlockReport::default() };
        let mut desk = Desk { parser: Parser::of(&self.form), fields: Fields::default(), cues: Vec::new() };
        let mut ranked: Vec<(u64, Reverse<u64>)> = Vec::new();
        if self.options.top.is_none() && self.options.lowest == Tier::None {
            report.text.reserve(block.len() + block.records().len() * ADDED_BYTES);
        }
        for (row, record) in (block.first_row()..).zip(block.records()) {
            let read = read_record(&block, record, &self.columns, &mut desk.parser, &mut desk.fields);
            let read = read.and_then(|()| self.check_members(block.bytes_of(record)));
            if let Err(fault) = read {
                report.rejected.push(self.rejected(&block, record, row, fault));
                continue;
            }
            let posting = posting_of(&desk.fields, &self.columns);
            let score = score_with_cues(self.model, &posting, scratch, &mut desk.cues);
            report.mended.count(&posting);
            report.scored += 1;
            report.has_more += u64::from(desk.fields.has_more());
            report.review += u64::from(score.tier == Tier::Review);
            report.watch += u64::from(score.tier == Tier::Watch);
            if score.tier < self.options.lowest {
                continue;
            }
            if self.options.top.is_none() {
                self.write((&block, record), (&posting, score), &desk, scratch, &mut report.text);
            } else {
                let probability = written_bits(score.probability);
                if probability >= self.bar.load(Ordering::Relaxed) {
                    ranked.push((probability, Reverse(self.rows_before + row)));
                }
            }
        }
        if let Some(record) = block.unfinished().filter(|_| self.keeps_rejected) {
            let fault = RowFault::LongRow { bytes: record.bytes.len(), limit: LONGEST_RECORD };
            let row = block.first_row() + block.records().len() as u64;
            report.unfinished = Some(self.rejected(&block, record, row, fault));
        }
        if let Some(top) = self.options.top {
            ranked.sort_unstable_by(|a, b| b.cmp(a));
            ranked.truncate(top);
            report.top = ranked.iter().filter_map(|&rank| self.ranked(&block, rank, &mut desk, scratch)).collect();
        }
        report
    }

    fn rejected(&self, block: &Block, record: &Record, row: u64, fault: RowFault) -> Rejected {
        let bytes =
            if self.keeps_rejected { [block.bytes_of(record), block.line_end_of(record)].concat() } else { Vec::new() };
        Rejected { row, line: record.line, offset: block.offset_of(record), fault, record: bytes }
    }

    /// A JSON object must not have the members that are added.
    fn check_members(&self, record: &[u8]) -> Result<(), RowFault> {
        if !self.form.is_json() || self.options.format != Format::Jsonl {
            return Ok(());
        }
        match jsonl::taken(record) {
            Some(name) => Err(RowFault::Json { fault: format!("`{name}` is there already") }),
            None => Ok(()),
        }
    }

    /// Writes a row that may be among the top.
    fn ranked(
        &self,
        block: &Block,
        (probability, row): (u64, Reverse<u64>),
        desk: &mut Desk<'m>,
        scratch: &mut Scratch,
    ) -> Option<Ranked> {
        let record = block.records().get(usize::try_from(row.0 - self.rows_before - block.first_row()).ok()?)?;
        read_record(block, record, &self.columns, &mut desk.parser, &mut desk.fields).ok()?;
        let posting = posting_of(&desk.fields, &self.columns);
        let score = score_with_cues(self.model, &posting, scratch, &mut desk.cues);
        let mut text = Vec::new();
        self.write((block, record), (&posting, score), desk, scratch, &mut text);
        Some(Ranked { probability, row, text })
    }

    /// Writes a row that was scored last.
    fn write(
        &self,
        (block, record): (&Block, &Record),
        (posting, score): (&Posting<'_>, Score),
        desk: &Desk<'_>,
        scratch: &mut Scratch,
        text: &mut Vec<u8>,
    ) {
        let mut reasons = Vec::new();
        if score.tier > Tier::None || self.options.reasons == ReasonsFor::All {
            reasons = explain_again(self.model, posting, score, scratch).reasons;
            reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
            reasons.truncate(REASONS);
        }
        let line_end = match block.line_end_of(record) {
            [] => self.line_end.as_bytes(),
            own => own,
        };
        let redacted =
            self.key.as_ref().map(|key| redacted::cells(&desk.fields, &self.columns, key)).unwrap_or_default();
        let cells: Vec<&str> = match &self.key {
            Some(_) => redacted.iter().map(|cell| cell.text.as_str()).collect(),
            None => desk.fields.iter().collect(),
        };
        redacted::reasons(&mut reasons, |reason| redacted.get(self.columns.of(Role::Text(reason.field))?));
        let record = block.bytes_of(record);
        let scored = Scored {
            record: &self.redacted_record(record, &cells, &redacted).unwrap_or(Cow::Borrowed(record)),
            line_end,
            is_json: self.form.is_json(),
            cells: &cells,
            columns: &self.columns,
            probability: &six_digits(score.probability),
            tier: score.tier,
            cues: &desk.cues,
            reasons: &reasons,
        };
        match self.options.format {
            Format::Csv => csv::row(&scored, self.delimiter, text),
            Format::Jsonl => jsonl::row(&scored, text),
        }
    }

    /// The record written anew where something in it was redacted.
    fn redacted_record(&self, record: &[u8], cells: &[&str], redacted: &[Redacted]) -> Option<Cow<'static, [u8]>> {
        let key = self.key.as_ref()?;
        if self.form.is_json() {
            let contact = self.columns.header_of(Role::Text(Field::Contact));
            // What cannot be taken apart does not go through as it is.
            let object = redacted::object(record, contact, key);
            return object.unwrap_or_else(|_| Some(redacted::object_of(&self.columns, cells))).map(Cow::Owned);
        }
        let is_changed = redacted.iter().any(Redacted::is_changed);
        is_changed.then(|| Cow::Owned(csv::record(cells, self.delimiter)))
    }
}

fn check(input: &Input, format: Format) -> Result<()> {
    let headers: Vec<&str> = input.headers().iter().map(|header| header.trim()).collect();
    // There may be 100,000 of them: each is not to be looked for in all before it.
    let mut seen = HashSet::new();
    for (header, whole) in headers.iter().zip(input.headers()) {
        if ADDED.iter().any(|added| added.eq_ignore_ascii_case(header)) {
            return Err(Error::ColumnTaken { path: input.path().to_owned(), column: (*header).to_owned() });
        }
        if format == Format::Jsonl && !seen.insert(whole) {
            return Err(Error::TwinColumns { path: input.path().to_owned(), column: (*header).to_owned() });
        }
    }
    Ok(())
}
