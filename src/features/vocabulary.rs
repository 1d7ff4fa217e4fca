//! The explicit list of features: which column each one has.

use std::collections::HashMap;

use crate::{
    features::grams::{GramKey, GramTable},
    normalize::is_glyph,
    tokenize::{MARK, Tokenizer},
};

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeatureKind {
    /// Letters inside a word; `_` is the word's border.
    Piece,
    /// Subwords that follow each other in a sentence.
    Gram,
    /// A hand-written indicator, with the way in which it stands (`P4`, `P4~negated`, `P4~reported`).
    Cue,
    /// Two indicators that are both offered (`P4+T1`), or how many are.
    Pair,
    /// A number in a bin: pay, hours, age.
    Value,
}

impl FeatureKind {
    /// All kinds, in column order.
    pub const ALL: [Self; 5] = [Self::Piece, Self::Gram, Self::Cue, Self::Pair, Self::Value];

    /// Its name in `features.csv`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Piece => "piece",
            Self::Gram => "gram",
            Self::Cue => "cue",
            Self::Pair => "pair",
            Self::Value => "value",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it comes from the wording itself and shares in the row's norm.
    #[must_use]
    pub fn is_wording(self) -> bool {
        matches!(self, Self::Piece | Self::Gram)
    }
}

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// What it counts.
    pub kind: FeatureKind,
    /// Its name, unique within the kind: letters, `subword subword`, a cue id, a bin.
    pub name: String,
    /// Number of training postings that have it.
    pub doc_freq: u32,
    /// Inverse document frequency, ln((1 + postings) / (1 + `doc_freq`)) + 1; 1 for kinds other than wording.
    pub idf: f32,
}

/// A gram as a person reads it: subwords joined to words again.
#[must_use]
pub fn readable_gram(name: &str) -> String {
    let joined: String = name.split(' ').collect();
    joined.replace(MARK, " ").trim().to_owned()
}

/// Columns and how to find them.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    features: Vec<Feature>,
    pieces: HashMap<String, u32>,
    grams: GramTable,
    /// Columns of cues, pairs and values by kind and name.
    named: HashMap<(FeatureKind, String), u32>,
    longest_piece: usize,
    shortest_piece: usize,
    /// Most subwords of a gram that has a word in it, and of one that has not.
    gram_lengths: (usize, usize),
}

impl Vocabulary {
    /// Numbers features in the order given, which must be sorted by kind and name.
    ///
    /// # Errors
    ///
    /// The name of a feature that is out of order, doubled, or a gram that the tokenizer does not know.
    pub fn new(features: Vec<Feature>, tokenizer: &Tokenizer) -> Result<Self, String> {
        let mut vocabulary = Self { shortest_piece: usize::MAX, ..Self::default() };
        let mut grams = Vec::new();
        for pair in features.windows(2) {
            if (pair[0].kind, &pair[0].name) >= (pair[1].kind, &pair[1].name) {
                return Err(format!("feature `{}` is out of order or doubled", pair[1].name));
            }
        }
        for (column, feature) in features.iter().enumerate() {
            let column = u32::try_from(column).map_err(|_| "more than 2³² features".to_owned())?;
            match feature.kind {
                FeatureKind::Piece => {
                    let length = feature.name.chars().count();
                    vocabulary.longest_piece = vocabulary.longest_piece.max(length);
                    vocabulary.shortest_piece = vocabulary.shortest_piece.min(length);
                    vocabulary.pieces.insert(feature.name.clone(), column);
                }
                FeatureKind::Gram => {
                    let key = GramKey::from_name(&feature.name, tokenizer).ok_or_else(|| {
                        format!("gram `{}` has pieces that the tokenizer does not know", feature.name)
                    })?;
                    let length = key.ids().len();
                    let lengths = &mut vocabulary.gram_lengths;
                    if !feature.name.split(' ').all(is_glyph_piece) {
                        lengths.0 = lengths.0.max(length);
                    }
                    lengths.1 = lengths.1.max(length);
                    grams.push((key, column));
                }
                kind => {
                    vocabulary.named.insert((kind, feature.name.clone()), column);
                }
            }
        }
        vocabulary.grams = GramTable::new(&grams);
        vocabulary.features = features;
        Ok(vocabulary)
    }

    /// Multiplies the idf of every column by its factor.
    pub(crate) fn scale_idf(&mut self, scale: &[f32]) {
        for (feature, factor) in self.features.iter_mut().zip(scale) {
            feature.idf *= factor;
        }
    }

    /// The columns.
    #[must_use]
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// Number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// The column of some letters.
    #[must_use]
    pub fn piece(&self, letters: &str) -> Option<u32> {
        self.pieces.get(letters).copied()
    }

    /// The column of some subwords.
    #[must_use]
    pub fn gram(&self, key: GramKey) -> Option<u32> {
        self.grams.get(key)
    }

    /// The column of a cue, pair or value.
    #[must_use]
    pub fn named(&self, kind: FeatureKind, name: &str) -> Option<u32> {
        self.named.get(&(kind, name.to_owned())).copied()
    }

    /// Shortest and longest piece, in letters with borders; `None` without pieces.
    #[must_use]
    pub fn piece_lengths(&self) -> Option<(usize, usize)> {
        (self.longest_piece > 0).then_some((self.shortest_piece, self.longest_piece))
    }

    /// Most subwords of a gram that has a word in it, and of any gram, which is that of scripts without spaces; 0 without
    /// grams.
    #[must_use]
    pub fn gram_lengths(&self) -> (usize, usize) {
        self.gram_lengths
    }
}

/// Whether a subword is a character or cluster of a script without spaces.
fn is_glyph_piece(piece: &str) -> bool {
    piece.strip_prefix(MARK).and_then(|text| text.chars().next()).is_some_and(is_glyph)
}
