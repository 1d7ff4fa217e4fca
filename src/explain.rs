//! One score → its reasons, each with its place in the original text.
//!
//! The model is linear, so nothing here is an estimate: the decision value is the intercept plus weight × value of every
//! column, and each such product is shared out equally among the places where the column was seen. The shares are then
//! gathered into [`Reason`]s that a person can check: a cue at its place, a word, a phrase.

use std::collections::HashMap;

use crate::{
    features::{Column, FeatureKind, Occurrence, Scratch, vocabulary::readable_gram},
    model::{Model, Score},
    posting::{Field, Posting, Span},
};

/// A score and what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What the model says of the posting; the same as [`Model::score`].
    pub score: Score,
    /// The decision value of a posting without any known feature. Not a reason, but part of the sum.
    pub intercept: f64,
    /// Sorted by weight, the heaviest towards a lure first; ties by place.
    pub reasons: Vec<Reason>,
}

/// A part of the decision value and the text that it comes from. Either `cue` or `feature` is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Indicator, as in `features::cues`: `P4`, `P4~negated`, `P4~reported`, or two of them that meet, `P4+T1`.
    pub cue: Option<String>,
    /// Otherwise the word or phrase in its comparable form, or the name of a number's bin.
    pub feature: Option<String>,
    /// Share of the decision value; above 0 towards a lure.
    pub weight: f64,
    /// Index of the piece that the text stands in, of [`Posting::pieces`].
    pub piece: usize,
    /// The field of that piece.
    pub field: Field,
    /// The bytes of that piece's text as written; of a word or phrase that stands there several times, the first.
    pub span: Span,
    /// The original text under `span`.
    pub text: String,
}

impl Explanation {
    /// Intercept and all reasons together, which is the decision value but for the rounding of sums.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.intercept + self.reasons.iter().map(|reason| reason.weight).sum::<f64>()
    }
}

/// Scores a posting and says why.
///
/// | gathered into one reason | from | `span` |
/// | --- | --- | --- |
/// | a cue, or two that meet, at one place | columns of cues and pairs | from its first to its last word |
/// | a number's bin at one place | columns of values | the number |
/// | a word, wherever it stands | letters and subwords inside it | where it stands first |
/// | a phrase, wherever it stands | subwords over several words | where it stands first |
///
/// A place that reaches over two pieces (a cue in the title that meets one in the description) ends with the
/// first of them.
///
/// # Examples
///
/// ```
/// use lurewatch::{Model, explain::explain, features::Scratch, posting::Posting};
///
/// let model = Model::embedded()?;
/// let posting = Posting::from_text("Typing work in Bavet, flight and visa paid, no experience needed");
/// let explanation = explain(&model, &posting, &mut Scratch::default());
/// assert!((explanation.sum() - explanation.score.decision).abs() < 1e-5);
/// for reason in explanation.reasons {
///     assert_eq!(reason.text, reason.span.of(&posting.pieces()[reason.piece].text));
/// }
/// # Ok::<(), lurewatch::Error>(())
/// ```
#[must_use]
pub fn explain(model: &Model, posting: &Posting<'_>, scratch: &mut Scratch) -> Explanation {
    // By the same path as scoring: adding up in another order would differ in the last digits.
    let score = model.score(posting, scratch);
    explain_again(model, posting, score, scratch)
}

/// The same for the posting that was scored last with `scratch`, and its score: it is not read again.
pub(crate) fn explain_again(model: &Model, posting: &Posting<'_>, score: Score, scratch: &mut Scratch) -> Explanation {
    let extractor = model.extractor();
    let row = extractor.row_again(scratch);
    let parts: Vec<(u32, f64)> =
        row.iter().map(|&(column, value)| (column, f64::from(value) * f64::from(model.weight(column)))).collect();
    let mut occurrences = Vec::new();
    extractor.occurrences_again(scratch, |occurrence| occurrences.push(occurrence));
    let mut gatherer = Gatherer::new(posting, scratch);
    for (occurrence, share) in shares(&parts, occurrences) {
        let feature = extractor.vocabulary().column(occurrence.column);
        gatherer.add(feature, occurrence, share);
    }
    Explanation { score, intercept: model.intercept(), reasons: gatherer.finish() }
}

/// Divides what each column adds to the decision value (`parts`, by column) equally among its occurrences.
fn shares(parts: &[(u32, f64)], occurrences: Vec<Occurrence>) -> impl Iterator<Item = (Occurrence, f64)> {
    let part_of = |column| parts.binary_search_by_key(&column, |&(column, _)| column).ok();
    let mut counts = vec![0_u32; parts.len()];
    let found: Vec<_> = occurrences.into_iter().filter_map(|one| Some((one, part_of(one.column)?))).collect();
    for &(_, at) in &found {
        counts[at] += 1;
    }
    found.into_iter().map(move |(one, at)| (one, parts[at].1 / f64::from(counts[at])))
}

/// What occurrences are gathered by.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    /// A named column, and its first and last unit.
    Place(u32, u32, u32),
    /// A word, by its comparable form.
    Word(&'a str),
    /// A phrase, as it is read.
    Phrase(String),
}

/// Builds reasons out of shares.
struct Gatherer<'a> {
    posting: &'a Posting<'a>,
    /// That the posting was read with.
    scratch: &'a Scratch,
    by_key: HashMap<Key<'a>, usize>,
    /// By column of a phrase, so that each is put into words once.
    phrases: HashMap<u32, usize>,
    reasons: Vec<Reason>,
}

impl<'a> Gatherer<'a> {
    fn new(posting: &'a Posting<'a>, scratch: &'a Scratch) -> Self {
        Self { posting, scratch, by_key: HashMap::new(), phrases: HashMap::new(), reasons: Vec::new() }
    }

    fn add(&mut self, feature: Column<'_>, occurrence: Occurrence, share: f64) {
        let Occurrence { column, first, last } = occurrence;
        let is_phrase = feature.kind.is_wording() && first != last;
        let known = if is_phrase { self.phrases.get(&column).copied() } else { None };
        let at = known.unwrap_or_else(|| {
            let key = match feature.kind {
                FeatureKind::Cue | FeatureKind::Pair | FeatureKind::Value => Key::Place(column, first, last),
                _ if is_phrase => Key::Phrase(phrase(feature.name)),
                _ => Key::Word(self.scratch.word_of(first).unwrap_or_default()),
            };
            self.at_key(key, feature, occurrence)
        });
        if is_phrase {
            self.phrases.insert(column, at);
        }
        self.reasons[at].weight += share;
    }

    /// Where the reason of a key stands, which is made if there is none.
    fn at_key(&mut self, key: Key<'a>, feature: Column<'_>, occurrence: Occurrence) -> usize {
        if let Some(&at) = self.by_key.get(&key) {
            return at;
        }
        let at = self.reasons.len();
        self.reasons.push(self.reason(feature, &key, occurrence));
        self.by_key.insert(key, at);
        at
    }

    /// A reason without weight.
    fn reason(&self, feature: Column<'_>, key: &Key<'_>, occurrence: Occurrence) -> Reason {
        let (piece, span) = self.span(occurrence);
        let piece_of = &self.posting.pieces()[piece];
        let span = piece_of.written_span(span);
        let (cue, feature) = match key {
            Key::Place(..) if is_cue(feature) => (Some(feature.name.to_owned()), None),
            Key::Place(..) => (None, Some(feature.name.to_owned())),
            Key::Word(name) => (None, Some((*name).to_owned())),
            Key::Phrase(name) => (None, Some(name.clone())),
        };
        let text = span.of(piece_of.written()).to_owned();
        Reason { cue, feature, weight: 0.0, piece, field: piece_of.field, span, text }
    }

    /// From the first unit to the last, or to the end of the first one's piece.
    fn span(&self, occurrence: Occurrence) -> (usize, Span) {
        let units = (occurrence.first..=occurrence.last).filter_map(|unit| self.scratch.span_of(unit));
        let (piece, first) = units.clone().next().unwrap_or_default();
        let inside = units.take_while(|&(other, _)| other == piece);
        (piece, inside.fold(first, |whole, (_, span)| whole.join(span)))
    }

    fn finish(self) -> Vec<Reason> {
        let mut reasons = self.reasons;
        reasons.retain(|reason| reason.weight != 0.0);
        reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| order(a).cmp(&order(b))));
        reasons
    }
}

/// Place, then name.
fn order(reason: &Reason) -> (usize, Span, &Option<String>, &Option<String>) {
    (reason.piece, reason.span, &reason.cue, &reason.feature)
}

/// A gram as a person reads it; one of nothing but unknown letters by its own name.
fn phrase(gram: &str) -> String {
    let readable = readable_gram(gram);
    if readable.is_empty() { gram.to_owned() } else { readable }
}

/// Whether a column is a cue or two that meet, not the number of cues.
fn is_cue(feature: Column<'_>) -> bool {
    feature.kind == FeatureKind::Cue || feature.kind == FeatureKind::Pair && feature.name.contains('+')
}
