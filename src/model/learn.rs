//! Postings → tokenizer and vocabulary.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

use crate::{
    dataset::TrainingSet,
    error::{Error, Result},
    features::{
        Extractor, Feature, FeatureKind, Scratch, Vocabulary,
        cues::{CueMode, Matcher},
        grams::{GramKey, LONGEST_GRAM},
        lexicon::for_each_piece,
        weigh::Weighing,
    },
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

/// Least number of sources that a background feature must come from, when the background has more than one: what stands in
/// one source only may be a name or a sentence of it.
const MIN_SOURCES: usize = 2;

/// Least number of labelled postings that a cue, pair or value must occur in.
const MIN_CUE: u32 = 5;

/// In how many postings something was seen.
#[derive(Clone, Copy, Debug, Default)]
struct Frequency {
    labelled: u32,
    background: u32,
    /// First source seen, and whether there was another.
    source: u32,
    several: bool,
}

impl Frequency {
    fn see(&mut self, source: Option<u32>) {
        let Some(source) = source else {
            self.labelled += 1;
            return;
        };
        self.several |= self.background > 0 && self.source != source;
        self.source = source;
        self.background += 1;
    }

    fn may_enter(&self, params: &WordingParams, sources: usize) -> bool {
        let from_background = self.background >= params.min_background && (self.several || sources < MIN_SOURCES);
        from_background || self.labelled >= params.min_labelled
    }

    fn total(&self) -> u32 {
        self.labelled + self.background
    }
}

/// Every posting with its source; `None` for labelled ones.
struct Corpus<'a> {
    postings: Vec<(&'a Posting<'static>, Option<u32>)>,
    sources: usize,
}

impl<'a> Corpus<'a> {
    fn new(set: &'a TrainingSet) -> Self {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut postings: Vec<_> = set.labelled.iter().map(|row| (&row.posting, None)).collect();
        for row in &set.background {
            let fresh = numbers.len() as u32;
            let source = *numbers.entry(&row.source).or_insert(fresh);
            postings.push((&row.posting, Some(source)));
        }
        Self { postings, sources: numbers.len() }
    }

    /// Counts in how many postings each item stands. `items` gives the distinct items of one posting.
    ///
    /// Counting by posting and merging in posting order makes the result independent of threads.
    fn count<K, F>(&self, items: F) -> HashMap<K, Frequency>
    where
        K: std::hash::Hash + Eq + Send,
        F: Fn(&Posting<'static>, &mut Scratch) -> HashSet<K> + Sync,
    {
        const CHUNK: usize = 512;
        let mut seen: HashMap<K, Frequency> = HashMap::new();
        for chunk in self.postings.chunks(CHUNK) {
            let found: Vec<HashSet<K>> =
                chunk.par_iter().map_init(Scratch::default, |scratch, (posting, _)| items(posting, scratch)).collect();
            for (set, (_, source)) in found.into_iter().zip(chunk) {
                for item in set {
                    seen.entry(item).or_default().see(*source);
                }
            }
        }
        seen
    }
}

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
    let counted = corpus.count(|posting, _| {
        let mut words = HashSet::new();
        let mut units = Units::default();
        for piece in posting.pieces() {
            units.split(&piece.text, |unit| {
                if unit.kind != UnitKind::Break && !words.contains(unit.token_text()) {
                    words.insert(unit.token_text().to_owned());
                }
            });
        }
        words
    });
    let words: BTreeMap<&str, u32> = counted
        .iter()
        .filter(|(_, seen)| seen.labelled > 0 || seen.may_enter(params, corpus.sources))
        .map(|(word, seen)| (word.as_str(), seen.total()))
        .collect();
    let repeated = words.iter().flat_map(|(word, &count)| std::iter::repeat_n(*word, count as usize));
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
    let grams = corpus.count(|posting, scratch| grams_of(&reader, posting, scratch, params.gram_length));
    let pieces = match params.piece_lengths {
        Some(lengths) => corpus.count(|posting, _| pieces_of(posting, lengths)),
        None => HashMap::new(),
    };
    let cues = corpus.count(|posting, scratch| cues_of(&reader, posting, scratch));
    let mut dropped = BTreeMap::new();
    let mut wording: Vec<(FeatureKind, String, u32)> = Vec::new();
    let mut keep = |kind, name: String, seen: &Frequency| {
        if seen.may_enter(params, corpus.sources) {
            wording.push((kind, name, seen.total()));
        } else {
            *dropped.entry(format!("{} in too few postings", kind.name())).or_insert(0) += 1;
        }
    };
    for (key, seen) in &grams {
        keep(FeatureKind::Gram, key.name(reader.tokenizer()), seen);
    }
    for (piece, seen) in &pieces {
        keep(FeatureKind::Piece, piece.clone(), seen);
    }
    // Most frequent first; names break ties, so that the cut is the same every time.
    wording.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (a.0, &a.1).cmp(&(b.0, &b.1))));
    if wording.len() > params.most_features {
        dropped.insert("wording beyond the most frequent".to_owned(), wording.len() - params.most_features);
        wording.truncate(params.most_features);
    }
    let mut features: Vec<Feature> = wording
        .into_iter()
        .map(|(kind, name, doc_freq)| Feature { kind, name, doc_freq, idf: idf(corpus.postings.len(), doc_freq) })
        .collect();
    features.extend(
        cues.into_iter().filter(|(_, seen)| seen.labelled >= MIN_CUE).map(|((kind, name), seen)| Feature {
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

fn grams_of(reader: &Extractor, posting: &Posting<'_>, scratch: &mut Scratch, longest: usize) -> HashSet<GramKey> {
    reader.occurrences(posting, scratch, |_| {});
    let mut found = HashSet::new();
    for sentence in scratch.token_sentences() {
        for length in 1..=LONGEST_GRAM {
            let allowed =
                sentence.windows(length).filter(|w| length <= longest || w.iter().all(|&(_, is_glyph)| is_glyph));
            found.extend(allowed.map(|w| GramKey::new(&w.iter().map(|&(token, _)| token).collect::<Vec<_>>())));
        }
    }
    found
}

fn pieces_of(posting: &Posting<'_>, lengths: (usize, usize)) -> HashSet<String> {
    let mut units = Units::default();
    let mut words = HashSet::new();
    for piece in posting.pieces() {
        units.split(&piece.text, |unit| {
            if unit.kind == UnitKind::Word && !words.contains(unit.text) {
                words.insert(unit.text.to_owned());
            }
        });
    }
    let mut found = HashSet::new();
    for word in &words {
        for_each_piece(word, lengths, |piece| {
            if !found.contains(piece) {
                found.insert(piece.to_owned());
            }
        });
    }
    found
}

fn cues_of(reader: &Extractor, posting: &Posting<'_>, scratch: &mut Scratch) -> HashSet<(FeatureKind, String)> {
    reader.occurrences(posting, scratch, |_| {});
    let ids = reader.matcher().ids();
    let mut found = HashSet::new();
    let mut offered: Vec<&str> = Vec::new();
    for hit in reader.hits(scratch) {
        let id = &ids[usize::from(hit.id)];
        found.insert((FeatureKind::Cue, format!("{id}{}", hit.mode.suffix())));
        if hit.mode == CueMode::Offered && offered.last() != Some(&id.as_str()) {
            offered.push(id);
        }
    }
    for (at, left) in offered.iter().enumerate() {
        found.extend(offered[at + 1..].iter().map(|right| (FeatureKind::Pair, format!("{left}+{right}"))));
    }
    found.extend(reader.values(scratch).iter().map(|hit| (FeatureKind::Value, hit.name.to_owned())));
    found
}
