//! The riskiest postings of one or several files, whole and with their reasons, in bounded memory.

use std::{
    cmp::Reverse,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    error::RowFault,
    explain::{Reason, explain_again},
    features::Scratch,
    ingest::{
        Block, Columns, Fields, Form, Input, Parser, Role,
        row::{posting_of, read_record},
        scan::Record,
    },
    model::{Model, Tier},
    posting::{Field, Mended},
    report::number::{six_digits, written_bits},
    score::score_with_cues,
};

/// Reasons of a case besides its cues.
const REASONS: usize = 12;

/// A posting that was flagged.
#[derive(Clone, Debug)]
pub struct Case {
    /// Bits of the probability as it is written, and the row's number over all files; the higher is the riskier.
    rank: (u64, Reverse<u64>),
    /// Which of the files it stands in, from 0.
    pub file: usize,
    /// Row, from 1; the header is not counted.
    pub row: u64,
    /// Line, from 1.
    pub line: u64,
    /// What the file calls it.
    pub id: Option<String>,
    /// Probability, with six digits.
    pub probability: String,
    /// Tier.
    pub tier: Tier,
    /// Ids of the indicators that it offers.
    pub cues: Vec<String>,
    /// Its texts, in reading order.
    pub texts: Vec<(Field, String)>,
    /// The cues among its reasons and the heaviest others, the heaviest towards a lure first.
    pub reasons: Vec<Reason>,
}

/// What became of a block.
#[derive(Debug, Default)]
pub struct CaseBlock {
    /// Rows that may be among the riskiest.
    pub cases: Vec<Case>,
    /// Bytes of input.
    pub bytes: u64,
    /// Rows scored.
    pub scored: u64,
    /// Rows of tier `review`.
    pub review: u64,
    /// Rows of tier `watch`.
    pub watch: u64,
    /// Rows that were mended before they were scored.
    pub mended: Mended,
    /// Row number, line and fault of each row that cannot be used.
    pub rejected: Vec<(u64, u64, RowFault)>,
}

/// Finds the cases of one file; shared by all threads.
pub struct CaseFinder<'m> {
    model: &'m Model,
    columns: Columns,
    form: Form,
    lowest: Tier,
    most: usize,
    file: usize,
    rows_before: u64,
    bar: AtomicU64,
}

impl<'m> CaseFinder<'m> {
    /// A finder for the file number `file`, before which there were `rows_before` rows, of at most `most` cases of tier
    /// `lowest` or higher, never of tier `none`.
    #[must_use]
    pub fn new(
        model: &'m Model,
        input: &Input,
        columns: Columns,
        (lowest, most): (Tier, usize),
        (file, rows_before): (usize, u64),
    ) -> Self {
        let form = input.form().clone();
        let lowest = lowest.max(Tier::Watch);
        Self { model, columns, form, lowest, most, file, rows_before, bar: AtomicU64::new(0) }
    }

    /// Only rows of at least this probability can be among the riskiest from here on.
    pub fn raise_bar(&self, probability: u64) {
        self.bar.fetch_max(probability, Ordering::Relaxed);
    }

    /// Scores the rows of a block.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a block is let go as soon as it is scored")]
    pub fn block(&self, block: Block, scratch: &mut Scratch) -> CaseBlock {
        let mut report = CaseBlock { bytes: block.len() as u64, ..CaseBlock::default() };
        let (mut parser, mut fields, mut cues) = (Parser::of(&self.form), Fields::default(), Vec::new());
        let mut ranked = Vec::new();
        for (row, record) in (block.first_row()..).zip(block.records()) {
            if let Err(fault) = read_record(&block, record, &self.columns, &mut parser, &mut fields) {
                report.rejected.push((row, record.line, fault));
                continue;
            }
            let posting = posting_of(&fields, &self.columns);
            let score = score_with_cues(self.model, &posting, scratch, &mut cues);
            report.mended.count(&posting);
            report.scored += 1;
            report.review += u64::from(score.tier == Tier::Review);
            report.watch += u64::from(score.tier == Tier::Watch);
            let probability = written_bits(score.probability);
            if score.tier >= self.lowest && probability >= self.bar.load(Ordering::Relaxed) {
                ranked.push((probability, Reverse(self.rows_before + row), record));
            }
        }
        ranked.sort_unstable_by_key(|&(probability, row, _)| Reverse((probability, row)));
        ranked.truncate(self.most);
        for (probability, row, record) in ranked {
            if read_record(&block, record, &self.columns, &mut parser, &mut fields).is_ok() {
                report.cases.push(self.case((probability, row), record, &fields, scratch));
            }
        }
        report
    }

    fn case(&self, rank: (u64, Reverse<u64>), record: &Record, fields: &Fields, scratch: &mut Scratch) -> Case {
        let posting = posting_of(fields, &self.columns);
        let mut cues = Vec::new();
        let score = score_with_cues(self.model, &posting, scratch, &mut cues);
        let cues = cues.into_iter().map(str::to_owned).collect();
        let mut reasons = explain_again(self.model, &posting, score, scratch).reasons;
        let mut weights: Vec<f64> =
            reasons.iter().filter(|reason| reason.cue.is_none()).map(|reason| reason.weight.abs()).collect();
        weights.sort_by(|a, b| b.total_cmp(a));
        let least = weights.get(REASONS).copied().unwrap_or(0.0);
        reasons.retain(|reason| reason.cue.is_some() || reason.weight.abs() > least);
        Case {
            rank,
            file: self.file,
            row: rank.1.0 - self.rows_before,
            line: record.line,
            id: self.columns.of(Role::Id).and_then(|column| fields.get(column)).map(str::to_owned),
            probability: six_digits(score.probability),
            tier: score.tier,
            cues,
            texts: posting.pieces().iter().map(|piece| (piece.field, piece.written().to_owned())).collect(),
            reasons,
        }
    }
}

/// The riskiest cases of all that it is shown.
#[derive(Debug)]
pub struct Riskiest {
    most: usize,
    cases: Vec<Case>,
}

impl Riskiest {
    /// Keeps `most` cases.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, cases: Vec::new() }
    }

    /// Shows it cases; the probability that a row must have from now on to be kept.
    pub fn add(&mut self, cases: Vec<Case>) -> u64 {
        if !cases.is_empty() {
            self.cases.extend(cases);
            self.cases.sort_by_key(|case| Reverse(case.rank));
            self.cases.truncate(self.most);
        }
        match self.cases.last() {
            Some(last) if self.cases.len() == self.most => last.rank.0,
            _ => 0,
        }
    }

    /// The cases kept, the riskiest first; of equal ones the earlier first.
    #[must_use]
    pub fn into_cases(self) -> Vec<Case> {
        self.cases
    }
}
