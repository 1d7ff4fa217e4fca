//! How the time of one thread divides among the stages.

use std::{hint::black_box, path::Path, time::Duration};

use crate::{
    Model, Result,
    bench::{
        Clock,
        figures::{Stage, median},
        speed::OPTIONS,
    },
    features::{
        Scratch,
        lexicon::{Lexicon, Source},
    },
    ingest::{
        Block, ColumnChoice, Columns, Fields, Input, Parser, Wanted,
        row::{posting_of, read_record},
    },
    normalize::{UnitKind, Units},
    posting::Posting,
    report::Reporter,
};

/// Bytes of a file that are measured; what lies behind is passed over.
const MOST_BYTES: usize = 64 << 20;

/// How far a pass goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Records are taken apart.
    Parse,
    /// Their text is split into units and folded.
    Normalize,
    /// Units are looked up: subwords, columns and cue symbols of each.
    Tokenize,
    /// Cues, numbers and n-grams are found, and everything is counted.
    Features,
    /// Counts become a decision value and a probability.
    Score,
}

impl Depth {
    /// Every depth, the shallowest first.
    pub const ALL: [Self; 5] = [Self::Parse, Self::Normalize, Self::Tokenize, Self::Features, Self::Score];

    /// The name of the stage that a pass of this depth adds.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::Normalize => "normalize",
            Self::Tokenize => "tokenize",
            Self::Features => "features",
            Self::Score => "score",
        }
    }
}

/// The beginning of a file in memory, and the desk of one thread.
pub struct Sample<'m> {
    model: &'m Model,
    blocks: Vec<Block>,
    columns: Columns,
    reporter: Reporter<'m>,
    parser: Parser,
    fields: Fields,
    units: Units,
    lexicon: Lexicon,
    scratch: Scratch,
}

impl<'m> Sample<'m> {
    /// Reads as much of a file as is measured.
    ///
    /// # Errors
    ///
    /// As those of reading.
    pub fn read(model: &'m Model, input: Input, choices: &[ColumnChoice]) -> Result<Self> {
        let columns = input.columns(choices, Wanted::Text)?;
        let parser = Parser::new(input.delimiter());
        let reporter = Reporter::new(model, &input, columns.clone(), OPTIONS)?;
        let (fields, units, lexicon, scratch) = Default::default();
        Ok(Self { model, blocks: first_blocks(input)?, columns, reporter, parser, fields, units, lexicon, scratch })
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.blocks.iter().map(|block| block.records().len()).sum()
    }

    /// Bytes of the rows.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(Block::len).sum()
    }

    /// Goes over all rows as far as `depth`. Rows that cannot be used are passed over.
    pub fn pass(&mut self, depth: Depth) {
        let Self { model, blocks, columns, parser, fields, units, lexicon, scratch, .. } = self;
        for block in blocks.iter() {
            for record in block.records() {
                if read_record(block, record, columns, parser, fields).is_err() {
                    continue;
                }
                let posting = posting_of(fields, columns);
                match depth {
                    Depth::Parse => drop(black_box(posting)),
                    Depth::Normalize => {
                        black_box(normalize(&posting, units));
                    }
                    Depth::Tokenize => {
                        black_box(tokenize(model, &posting, units, lexicon));
                    }
                    Depth::Features => {
                        model.extractor().count(&posting, scratch);
                        let Scratch { counts, touched, .. } = &mut *scratch;
                        black_box(touched).drain(..).for_each(|column| counts[column as usize] = 0);
                    }
                    Depth::Score => {
                        black_box(model.score(&posting, scratch));
                    }
                }
            }
        }
    }

    /// Scores all rows and writes them as text into memory; the number of bytes written.
    pub fn write(&mut self) -> usize {
        let Self { blocks, reporter, scratch, .. } = self;
        blocks.iter().map(|block| reporter.block(block.clone(), scratch).text.len()).sum()
    }

    /// What [`Sample::write`] does beside scoring and writing: blocks are copied, since scoring lets go of them.
    fn copy(&self) {
        for block in &self.blocks {
            black_box(block.clone());
        }
    }
}

fn normalize(posting: &Posting<'_>, units: &mut Units) -> usize {
    let mut bytes = 0;
    for piece in posting.pieces() {
        units.split(&piece.text, |unit| bytes += unit.text.len());
    }
    bytes
}

fn tokenize(model: &Model, posting: &Posting<'_>, units: &mut Units, lexicon: &mut Lexicon) -> u64 {
    let extractor = model.extractor();
    let source =
        Source { tokenizer: extractor.tokenizer(), matcher: extractor.matcher(), vocabulary: extractor.vocabulary() };
    let mut sum = 0;
    lexicon.make_room();
    for piece in posting.pieces() {
        units.split(&piece.text, |unit| {
            if unit.kind != UnitKind::Break {
                sum += u64::from(lexicon.entry_of(&unit, source));
            }
        });
    }
    sum
}

fn first_blocks(input: Input) -> Result<Vec<Block>> {
    let mut bytes = 0;
    let mut blocks = Vec::new();
    for block in input.blocks() {
        let block = block?;
        bytes += block.len();
        blocks.push(block);
        if bytes >= MOST_BYTES {
            break;
        }
    }
    Ok(blocks)
}

/// Measures the stages on the first 64 MB of a file, one thread, `runs` times after one for nothing.
///
/// Reading (and cutting into records) is timed by itself. The others are timed by passes over blocks in memory that go
/// one stage further each; a stage is the difference of two medians, and 0 where that is lost in noise. Time is spent in
/// memory of words that are known already, as it is in all but the first thousands of rows.
///
/// # Errors
///
/// As those of reading.
pub fn measure(
    model: &Model,
    path: &Path,
    choices: &[ColumnChoice],
    runs: usize,
    clock: Clock<'_>,
) -> Result<Vec<Stage>> {
    let mut sample = Sample::read(model, Input::open(path)?, choices)?;
    let mut times: [Vec<Duration>; Depth::ALL.len() + 2] = Default::default();
    for run in 0..=runs {
        let mut seen = [Duration::ZERO; Depth::ALL.len() + 2];
        let begun = clock();
        drop(black_box(first_blocks(Input::open(path)?)?));
        seen[0] = clock().saturating_sub(begun);
        for (depth, seen) in Depth::ALL.into_iter().zip(&mut seen[1..]) {
            let begun = clock();
            sample.pass(depth);
            *seen = clock().saturating_sub(begun);
        }
        let begun = clock();
        sample.copy();
        let copied = clock();
        black_box(sample.write());
        seen[6] = clock().saturating_sub(copied).saturating_sub(copied.saturating_sub(begun));
        if run > 0 {
            times.iter_mut().zip(seen).for_each(|(times, seen)| times.push(seen));
        }
    }
    let medians = times.map(|times| median(times.iter().map(Duration::as_secs_f64)));
    let names = ["read"].into_iter().chain(Depth::ALL.map(Depth::name)).chain(["write"]);
    let (rows, bytes) = (sample.rows() as u64, sample.bytes() as u64);
    let mut before = 0.0;
    let stages = names.zip(medians).enumerate().map(|(at, (name, until))| {
        let seconds = f64::max(until - before, 0.0);
        before = if at == 0 { 0.0 } else { until };
        Stage { name, seconds, rows, bytes }
    });
    Ok(stages.collect())
}
