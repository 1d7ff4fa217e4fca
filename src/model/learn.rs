//! Postings → tokenizer and vocabulary.

use std::collections::{BTreeMap, HashSet};

use crate::{
    dataset::TrainingSet,
    error::{Error, Result},
    features::{
        Extractor, Feature, FeatureKind, Scratch, Vocabulary,
        cues::{CueMode, Matcher},
        lexicon::for_each_piece,
        weigh::Weighing,
    },
    model::count::{Corpus, Place, Tally},
    normalize::{UnitKind, Units},
    posting::Posting,
    tokenize::Tokenizer,
};

/// What of the wording becomes a feature.
#[derive(Clone, Debug, PartialEq)]
pub struct WordingParams {
    /// Number of subwords of the tokenizer, below 65,535.
    pub subwords: usize,
    /// Longest gram of words, in subwords, 1 to 4; grams of scripts without spaces have up to 4 always.
    pub gram_length: usize,
    /// Lengths of pieces inside words, in letters with borders; `None` for none.
    pub piece_lengths: Option<(usize, usize)>,
    /// Least number of labelled postings that a feature must occur in, unless the background has it.
    pub min_labelled: u32,
    /// Least number of background postings that a feature must occur in to enter from there.
    pub min_background: u32,
    /// Most features of the wording; those in the most postings stay.
    pub most_features: usize,
}

/// Least number of labelled postings that a cue, pair or value must occur in.
const MIN_CUE: u32 = 5;

/// Learns the tokenizer from every word that may enter a model.
///
/// Words of the background count only when they stand in enough postings of enough sources, so that no name
/// becomes a subword; each counts once for every posting that has it.
///
/// # Errors
///
/// [`Error::Labels`] when there is not a single word.
pub fn learn_tokenizer(set: &TrainingSet, params: &WordingParams) -> Result<Tokenizer> {
    let corpus = Corpus::new(set);
    let counted = corpus.count(|posting, place, tally| {
        let mut units = Units::default();
        for piece in posting.pieces() {
            units.split(&piece.text, |unit| {
                if unit.kind != UnitKind::Break {
                    tally.see(unit.token_text(), place);
                }
            });
        }
    });
    let words: BTreeMap<String, u32> = counted
        .into_items()
        .filter(|(_, seen)| seen.labelled > 0 || seen.may_enter(params, corpus.sources))
        .map(|(word, seen)| (word, seen.total()))
        .collect();
    let repeated = words.iter().flat_map(|(word, &count)| std::iter::repeat_n(word.as_str(), count as usize));
    Tokenizer::train(repeated, params.subwords)
        .map_err(|fault| Error::Labels { path: "training postings".into(), fault })
}

/// The features of a training set, and what was left out.
pub struct Learnt {
    /// The columns.
    pub vocabulary: Vocabulary,
    /// Number of candidates that were left out, by reason.
    pub dropped: BTreeMap<String, usize>,
}

/// Learns which features there are.
///
/// # Errors
///
/// [`Error::Labels`] when nothing can be learnt from.
pub fn learn_vocabulary(
    set: &TrainingSet,
    params: &WordingParams,
    tokenizer: Tokenizer,
    matcher: Matcher,
) -> Result<(Learnt, Tokenizer, Matcher)> {
    let corpus = Corpus::new(set);
    let reader = Extractor::new(tokenizer, matcher, Vocabulary::default(), Weighing::default());
    let (subwords, cues) =
        corpus.read(|posting, place, scratch, tally| see_cues(&reader, posting, scratch, place, tally));
    let (grams, dropped_grams) = corpus.grams(&subwords, params);
    drop(subwords);
    let pieces = params
        .piece_lengths
        .map(|lengths| corpus.count(|posting, place, tally| see_pieces(posting, lengths, place, tally)));
    let mut dropped = BTreeMap::new();
    let mut drop_one = |kind: FeatureKind, count| {
        if count > 0 {
            *dropped.entry(format!("{} in too few postings", kind.name())).or_insert(0) += count;
        }
    };
    drop_one(FeatureKind::Gram, dropped_grams);
    let mut wording: Vec<(FeatureKind, String, u32)> =
        grams.into_iter().map(|(key, count)| (FeatureKind::Gram, key.name(reader.tokenizer()), count)).collect();
    for (piece, seen) in pieces.into_iter().flat_map(Tally::into_items) {
        if seen.may_enter(params, corpus.sources) {
            wording.push((FeatureKind::Piece, piece, seen.total()));
        } else {
            drop_one(FeatureKind::Piece, 1);
        }
    }
    // Most frequent first; names break ties, so that the cut is the same every time.
    wording.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (a.0, &a.1).cmp(&(b.0, &b.1))));
    if wording.len() > params.most_features {
        dropped.insert("wording beyond the most frequent".to_owned(), wording.len() - params.most_features);
        wording.truncate(params.most_features);
    }
    let mut features: Vec<Feature> = wording
        .into_iter()
        .map(|(kind, name, doc_freq)| Feature { kind, name, doc_freq, idf: idf(corpus.len(), doc_freq) })
        .collect();
    features.extend(
        cues.into_items().filter(|(_, seen)| seen.labelled >= MIN_CUE).map(|((kind, name), seen)| Feature {
            kind,
            name,
            doc_freq: seen.total(),
            idf: 1.0,
        }),
    );
    features.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    let vocabulary = Vocabulary::new(&features, reader.tokenizer())
        .map_err(|fault| Error::Labels { path: "training postings".into(), fault })?;
    let (tokenizer, matcher) = reader.into_parts();
    Ok((Learnt { vocabulary, dropped }, tokenizer, matcher))
}

/// ln((1 + postings) / (1 + `doc_freq`)) + 1, as scikit-learn's smoothed idf.
fn idf(postings: usize, doc_freq: u32) -> f32 {
    ((1.0 + postings as f64) / (1.0 + f64::from(doc_freq))).ln() as f32 + 1.0
}

fn see_pieces(posting: &Posting<'_>, lengths: (usize, usize), place: Place, tally: &mut Tally<String>) {
    let mut units = Units::default();
    let mut words = HashSet::new();
    for piece in posting.pieces() {
        units.split(&piece.text, |unit| {
            if unit.kind == UnitKind::Word && !words.contains(unit.text) {
                words.insert(unit.text.to_owned());
            }
        });
    }
    for word in &words {
        for_each_piece(word, lengths, |piece| tally.see(piece, place));
    }
}

fn see_cues(
    reader: &Extractor,
    posting: &Posting<'_>,
    scratch: &mut Scratch,
    place: Place,
    tally: &mut Tally<(FeatureKind, String)>,
) {
    reader.occurrences(posting, scratch, |_| {});
    let ids = reader.matcher().ids();
    let mut see = |kind, name: String| tally.see(&(kind, name), place);
    let mut offered: Vec<&str> = Vec::new();
    for hit in reader.hits(scratch) {
        let id = &ids[usize::from(hit.id)];
        see(FeatureKind::Cue, format!("{id}{}", hit.mode.suffix()));
        if hit.mode == CueMode::Offered && offered.last() != Some(&id.as_str()) {
            offered.push(id);
        }
    }
    for (at, left) in offered.iter().enumerate() {
        offered[at + 1..].iter().for_each(|right| see(FeatureKind::Pair, format!("{left}+{right}")));
    }
    reader.values(scratch).iter().for_each(|hit| see(FeatureKind::Value, hit.name.to_owned()));
}
