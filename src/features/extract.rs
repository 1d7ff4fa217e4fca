//! The walk over a posting, for scoring, for counting and for explaining alike.

use crate::{
    features::{
        Place,
        cues::{CueHit, CueMode, Matcher, SENTENCE_COST, Word},
        grams::{GramKey, LONGEST_GRAM},
        lexicon::{Entry, Lexicon, Source},
        named::{Grade, NamedColumns},
        scratch::Scratch,
        values::{self, ValueHit},
        vocabulary::Vocabulary,
        weigh::{Weighing, weigh},
    },
    normalize::{AsciiWord, Sink, Unit, UnitKind},
    posting::{Posting, Span},
    tokenize::Tokenizer,
};

/// Turns postings into rows. Shared by all threads; each brings its own [`Scratch`].
#[derive(Debug)]
pub struct Extractor {
    tokenizer: Tokenizer,
    matcher: Matcher,
    vocabulary: Vocabulary,
    weighing: Weighing,
    columns: NamedColumns,
}

/// Words beside a weak indicator that say too little to judge by: a word costs 2, a character or cluster of a script without
/// spaces 1.
pub const FEW: u32 = 8;

/// Where in a posting a column comes from: units `first..=last` of [`Scratch::span_of`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The column.
    pub column: u32,
    /// First unit.
    pub first: u32,
    /// Last unit.
    pub last: u32,
}

impl Extractor {
    /// Puts the parts together; see [`crate::model`] for where they come from.
    #[must_use]
    pub fn new(tokenizer: Tokenizer, matcher: Matcher, vocabulary: Vocabulary, weighing: Weighing) -> Self {
        let columns = NamedColumns::new(&matcher, &vocabulary);
        Self { tokenizer, matcher, vocabulary, weighing, columns }
    }

    /// The same with counts becoming values in another way.
    #[must_use]
    pub(crate) fn with_weighing(self, weighing: Weighing) -> Self {
        Self { weighing, ..self }
    }

    /// The same with other cue patterns.
    #[must_use]
    pub(crate) fn with_matcher(self, matcher: Matcher) -> Self {
        let columns = NamedColumns::new(&matcher, &self.vocabulary);
        Self { matcher, columns, ..self }
    }

    /// The subword tokenizer.
    #[must_use]
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The cue patterns.
    #[must_use]
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// The columns.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// How counts become values.
    #[must_use]
    pub fn weighing(&self) -> &Weighing {
        &self.weighing
    }

    /// The same with every feature's idf multiplied by its factor.
    #[must_use]
    pub(crate) fn scaled(mut self, scale: &[f32]) -> Self {
        self.vocabulary.scale_idf(scale);
        self
    }

    /// The tokenizer and the matcher again, to build another extractor from.
    #[must_use]
    pub fn into_parts(self) -> (Tokenizer, Matcher) {
        (self.tokenizer, self.matcher)
    }

    /// The row of a posting: columns in ascending order and their values, in `scratch` until the next call.
    pub fn row<'s>(&self, posting: &Posting<'_>, scratch: &'s mut Scratch) -> &'s [(u32, f32)] {
        self.read(posting, scratch);
        self.row_again(scratch)
    }

    /// The row of the posting that was read last.
    pub(crate) fn row_again<'s>(&self, scratch: &'s mut Scratch) -> &'s [(u32, f32)] {
        self.count_again(scratch);
        let Scratch { counts, touched, row, .. } = scratch;
        touched.sort_unstable();
        row.clear();
        weigh(self.weighing, &self.vocabulary, touched, counts, row);
        touched.drain(..).for_each(|column| counts[column as usize] = 0);
        row
    }

    /// Counts the columns of a posting into `scratch`: `touched` names them in order of first appearance, `counts` says how
    /// often. Whoever calls sets the counts back to 0 and clears `touched`.
    pub(crate) fn count(&self, posting: &Posting<'_>, scratch: &mut Scratch) {
        self.read(posting, scratch);
        self.count_again(scratch);
    }

    fn count_again(&self, scratch: &mut Scratch) {
        scratch.counts.resize(self.vocabulary.len(), 0);
        let (mut counts, mut touched) = (std::mem::take(&mut scratch.counts), std::mem::take(&mut scratch.touched));
        self.walk(scratch, |occurrence| {
            let count = &mut counts[occurrence.column as usize];
            if *count == 0 {
                touched.push(occurrence.column);
            }
            *count += 1;
        });
        (scratch.counts, scratch.touched) = (counts, touched);
    }

    /// Calls `sink` with every occurrence of every column in a posting; spans are then to be had from `scratch`.
    pub fn occurrences(&self, posting: &Posting<'_>, scratch: &mut Scratch, sink: impl FnMut(Occurrence)) {
        self.read(posting, scratch);
        self.walk(scratch, sink);
    }

    /// The same for the posting that was read last.
    pub(crate) fn occurrences_again(&self, scratch: &mut Scratch, sink: impl FnMut(Occurrence)) {
        self.walk(scratch, sink);
    }

    /// The cues of the posting that was read last, sorted by indicator.
    #[must_use]
    pub fn hits<'s>(&self, scratch: &'s Scratch) -> &'s [CueHit] {
        &scratch.hits
    }

    /// Whether the posting that was read last is a weak indicator and next to nothing else: all indicators in it are
    /// weak ones, and what stands outside them costs at most [`FEW`].
    #[must_use]
    pub fn is_weak_alone(&self, scratch: &Scratch) -> bool {
        let Scratch { lexicon, hits, places, .. } = scratch;
        let indicators = hits.iter().filter(|hit| self.columns.grades[usize::from(hit.id)] != Grade::NoIndicator);
        let mut covered = vec![false; places.len()];
        for hit in indicators {
            if self.columns.grades[usize::from(hit.id)] == Grade::Strong {
                return false;
            }
            covered[hit.first as usize..=hit.last as usize].fill(true);
        }
        let outside = places.iter().zip(&covered).filter(|&(_, &covered)| !covered);
        let cost: u32 = outside.map(|(place, _)| u32::from(lexicon.entry(place.entry).cost)).sum();
        covered.contains(&true) && cost <= FEW
    }

    /// The numbers with a meaning of the posting that was read last.
    #[must_use]
    pub fn values<'s>(&self, scratch: &'s Scratch) -> &'s [ValueHit] {
        &scratch.numbers
    }

    /// Splits a posting into units and finds its cues and numbers.
    fn read(&self, posting: &Posting<'_>, scratch: &mut Scratch) {
        let Scratch { units, lexicon, places, words, hits, numbers, buffers, .. } = scratch;
        lexicon.make_room();
        places.clear();
        words.clear();
        let source = Source { tokenizer: &self.tokenizer, matcher: &self.matcher, vocabulary: &self.vocabulary };
        let mut notes = Notes { lexicon, source, places, words, piece: 0, sentence: 0, passed: 0 };
        for (piece, part) in posting.pieces().iter().enumerate() {
            notes.piece = piece as u16;
            notes.sentence += 2;
            notes.passed += SENTENCE_COST;
            units.split_into(&part.text, &mut notes);
        }
        self.matcher.find(words, lexicon.list(), hits);
        values::find(posting, places, buffers, numbers);
        // What a report quotes is not what the posting offers: the rule of cues holds for numbers too.
        if !numbers.is_empty() {
            let sentence_of = |unit: u32| places[unit as usize].sentence;
            let mut reports: Vec<u32> =
                hits.iter().filter(|hit| self.matcher.is_report(hit.id)).map(|hit| sentence_of(hit.first)).collect();
            reports.sort_unstable();
            numbers.retain(|number| {
                let sentence = sentence_of(number.first);
                let near = reports.get(reports.partition_point(|&report| report + 1 < sentence));
                near.is_none_or(|&report| report > sentence + 1)
            });
        }
    }

    /// Every occurrence of every column in the posting that was read last.
    fn walk(&self, scratch: &mut Scratch, mut sink: impl FnMut(Occurrence)) {
        let Scratch { lexicon, places, hits, numbers, .. } = scratch;
        for (at, place) in places.iter().enumerate() {
            let at = at as u32;
            for &column in lexicon.columns(lexicon.entry(place.entry)) {
                sink(Occurrence { column, first: at, last: at });
            }
        }
        self.grams(lexicon, places, &mut sink);
        self.cues(hits, &mut sink);
        for hit in numbers.iter() {
            for name in hit.names() {
                if let Some(&column) = self.columns.values.get(name) {
                    sink(Occurrence { column, first: hit.first, last: hit.last });
                }
            }
        }
    }

    /// Grams that reach over more than one unit; those inside a unit are in the lexicon.
    fn grams(&self, lexicon: &Lexicon, places: &[Place], sink: &mut impl FnMut(Occurrence)) {
        let (word_longest, glyph_longest) = self.vocabulary.gram_lengths();
        let grams = self.vocabulary.grams();
        let mut key = GramKey(0);
        let (mut sentence, mut seen) = (0, 0);
        // Units of the last subwords, the newest at `seen - 1`, as a ring.
        let mut units = [0_u32; LONGEST_GRAM];
        for (at, place) in places.iter().enumerate() {
            if place.sentence != sentence {
                (key, sentence, seen) = (GramKey(0), place.sentence, 0);
            }
            let longest = if place.kind == UnitKind::Glyph { glyph_longest } else { word_longest };
            for (inside, &token) in lexicon.tokens(lexicon.entry(place.entry)).iter().enumerate() {
                key = key.then(token);
                units[seen % LONGEST_GRAM] = at as u32;
                seen += 1;
                // The shortest that begins before this unit has its last subwords, `inside` and one more, and one before them.
                for length in inside + 2..=longest.min(seen) {
                    let Some(found) = grams.find(key.last(length)) else { break };
                    if let Some(column) = found.column() {
                        let first = units[(seen - length) % LONGEST_GRAM];
                        sink(Occurrence { column, first, last: at as u32 });
                    }
                    if !found.is_end() {
                        break;
                    }
                }
            }
        }
    }

    fn cues(&self, hits: &[CueHit], sink: &mut impl FnMut(Occurrence)) {
        let mut offered: Vec<(u16, u32, u32)> = Vec::new();
        for hit in hits {
            let columns = self.columns.cues.get(hit.id as usize).copied().unwrap_or_default();
            if let Some(column) = columns[hit.mode as usize] {
                sink(Occurrence { column, first: hit.first, last: hit.last });
            }
            if hit.mode == CueMode::Offered && offered.last().is_none_or(|&(id, ..)| id != hit.id) {
                offered.push((hit.id, hit.first, hit.last));
            }
        }
        if self.columns.pairs.is_empty() {
            return;
        }
        for (at, &(left, first, last)) in offered.iter().enumerate() {
            for &(right, other_first, other_last) in &offered[at + 1..] {
                if let Ok(found) = self.columns.pairs.binary_search_by_key(&(left, right), |&(pair, _)| pair) {
                    let column = self.columns.pairs[found].1;
                    sink(Occurrence { column, first: first.min(other_first), last: last.max(other_last) });
                }
            }
        }
    }
}

/// Takes the units of a posting down as places.
struct Notes<'s> {
    lexicon: &'s mut Lexicon,
    source: Source<'s>,
    places: &'s mut Vec<Place>,
    words: &'s mut Vec<Word>,
    piece: u16,
    sentence: u32,
    /// What a gap would cost from the beginning to here; see [`Word::start`].
    passed: u64,
}

impl Notes<'_> {
    #[expect(
        clippy::inline_always,
        reason = "it is the body of the loop over words; called for, it costs half as much again"
    )]
    #[inline(always)]
    fn note(&mut self, entry: u32, kind: UnitKind, span: Span) {
        let known = self.lexicon.entry(entry);
        let (start, end) = (self.passed, self.passed + u64::from(known.cost));
        self.passed = end;
        let Self { piece, sentence, .. } = *self;
        if known.mask != 0 {
            let at = self.places.len() as u32;
            let Entry { mask, answers, gate, .. } = *known;
            self.words.push(Word { mask, start, end, answers, gate, at, sentence });
        }
        self.places.push(Place { entry, kind, piece, sentence, span, symbols: known.values });
    }
}

impl Sink for Notes<'_> {
    fn unit(&mut self, unit: Unit<'_>) {
        if unit.kind == UnitKind::Break {
            self.sentence += 1;
            self.passed += SENTENCE_COST;
        } else {
            let entry = self.lexicon.entry_of(&unit, self.source);
            self.note(entry, unit.kind, unit.span);
        }
    }

    #[inline]
    fn takes(&mut self, word: AsciiWord, span: Span) -> bool {
        let known = self.lexicon.known(word);
        if let Some(entry) = known {
            self.note(entry, UnitKind::Word, span);
        }
        known.is_some()
    }
}
