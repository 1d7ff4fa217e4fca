//! The explicit list of features: which column each one has.

use std::{cmp::Ordering, ops::Range};

use crate::{
    features::grams::{GramFinder, GramKey, GramTable},
    flat::{
        Array,
        store::{Reader, Writer},
        strings::{StringTable, Strings},
    },
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

/// A column to be.
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

/// A column as it stands in a [`Vocabulary`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column<'a> {
    /// What it counts.
    pub kind: FeatureKind,
    /// Its name, as [`Feature::name`].
    pub name: &'a str,
    /// Number of training postings that have it.
    pub doc_freq: u32,
    /// As [`Feature::idf`], naive-Bayes scaling included.
    pub idf: f32,
}

/// Columns and how to find them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    names: Strings,
    doc_freqs: Array<u32>,
    idfs: Array<f32>,
    /// By kind, where its columns end: those of a kind stand together, sorted by name.
    ends: [u32; FeatureKind::ALL.len()],
    pieces: StringTable,
    grams: GramTable,
    /// Shortest and longest piece; 0 without pieces.
    piece_lengths: [u32; 2],
    /// Most subwords of a gram that has a word in it, and of one that has not.
    gram_lengths: [u32; 2],
}

impl Vocabulary {
    /// Numbers features in the order given, which must be sorted by kind and name.
    ///
    /// # Errors
    ///
    /// The name of a feature that is out of order, doubled, or a gram that the tokenizer does not know.
    pub fn new(features: &[Feature], tokenizer: &Tokenizer) -> Result<Self, String> {
        for pair in features.windows(2) {
            if (pair[0].kind, &pair[0].name) >= (pair[1].kind, &pair[1].name) {
                return Err(format!("feature `{}` is out of order or doubled", pair[1].name));
            }
        }
        u32::try_from(features.len()).map_err(|_| "more than 2³² features".to_owned())?;
        let of_kind =
            |wanted| features.iter().filter(move |feature| feature.kind == wanted).map(|one| one.name.as_str());
        let mut vocabulary = Self {
            names: Strings::new(features.iter().map(|feature| feature.name.as_str())),
            doc_freqs: features.iter().map(|feature| feature.doc_freq).collect(),
            idfs: features.iter().map(|feature| feature.idf).collect(),
            ends: FeatureKind::ALL.map(|kind| features.partition_point(|feature| feature.kind <= kind) as u32),
            // Pieces are the first kind: their numbers are their columns.
            pieces: StringTable::new(of_kind(FeatureKind::Piece)),
            ..Self::default()
        };
        let lengths = of_kind(FeatureKind::Piece).map(|name| name.chars().count() as u32);
        vocabulary.piece_lengths =
            lengths.clone().min().zip(lengths.max()).map_or([0; 2], |(least, most)| [least, most]);
        let mut grams = Vec::new();
        for (name, column) in of_kind(FeatureKind::Gram).zip(vocabulary.columns_of(FeatureKind::Gram)) {
            let key = GramKey::from_name(name, tokenizer)
                .ok_or_else(|| format!("gram `{name}` has pieces that the tokenizer does not know"))?;
            let length = key.ids().len() as u32;
            let [mixed, any] = &mut vocabulary.gram_lengths;
            if !name.split(' ').all(is_glyph_piece) {
                *mixed = length.max(*mixed);
            }
            *any = length.max(*any);
            grams.push((key, column));
        }
        vocabulary.grams = GramTable::new(&grams);
        Ok(vocabulary)
    }

    /// Multiplies the idf of every column by its factor.
    pub(crate) fn scale_idf(&mut self, scale: &[f32]) {
        for (idf, factor) in self.idfs.to_mut().iter_mut().zip(scale) {
            *idf *= factor;
        }
    }

    /// The columns, in order.
    #[must_use]
    pub fn columns(&self) -> impl ExactSizeIterator<Item = Column<'_>> {
        (0..self.len()).map(|at| self.column(at as u32))
    }

    /// A column by its number.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn column(&self, column: u32) -> Column<'_> {
        let at = column as usize;
        let (doc_freq, idf) = (self.doc_freqs[at], self.idfs[at]);
        Column { kind: self.kind(column), name: self.names.get(at).unwrap_or_default(), doc_freq, idf }
    }

    /// What a column counts.
    #[must_use]
    pub fn kind(&self, column: u32) -> FeatureKind {
        let kind = FeatureKind::ALL.into_iter().find(|&kind| column < self.ends[kind as usize]);
        kind.unwrap_or(FeatureKind::Value)
    }

    /// The idf of every column.
    #[must_use]
    pub fn idfs(&self) -> &[f32] {
        &self.idfs
    }

    /// Number of columns whose kind is [wording](FeatureKind::is_wording), which come before all others.
    #[must_use]
    pub fn wording(&self) -> u32 {
        self.ends[FeatureKind::Gram as usize]
    }

    /// The columns of a kind.
    pub(crate) fn columns_of(&self, kind: FeatureKind) -> Range<u32> {
        let start = if kind == FeatureKind::Piece { 0 } else { self.ends[kind as usize - 1] };
        start..self.ends[kind as usize]
    }

    /// Number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The column of some letters.
    #[must_use]
    pub fn piece(&self, letters: &str) -> Option<u32> {
        self.pieces.find(letters)
    }

    /// Finds the columns of grams.
    pub(crate) fn grams(&self) -> GramFinder<'_> {
        self.grams.finder()
    }

    /// The column of a cue, pair or value.
    #[must_use]
    pub fn named(&self, kind: FeatureKind, name: &str) -> Option<u32> {
        let Range { start, end } = self.columns_of(kind);
        let (mut start, mut end) = (start as usize, end as usize);
        while start < end {
            let middle = usize::midpoint(start, end);
            match self.names.get(middle).unwrap_or_default().cmp(name) {
                Ordering::Equal => return Some(middle as u32),
                Ordering::Less => start = middle + 1,
                Ordering::Greater => end = middle,
            }
        }
        None
    }

    /// Shortest and longest piece, in letters with borders; `None` without pieces.
    #[must_use]
    pub fn piece_lengths(&self) -> Option<(usize, usize)> {
        let [shortest, longest] = self.piece_lengths;
        (longest > 0).then_some((shortest as usize, longest as usize))
    }

    /// Most subwords of a gram that has a word in it, and of any gram, which is that of scripts without spaces; 0 without
    /// grams.
    #[must_use]
    pub fn gram_lengths(&self) -> (usize, usize) {
        let [mixed, any] = self.gram_lengths;
        (mixed as usize, any as usize)
    }

    pub(crate) fn write(&self, into: &mut Writer) {
        self.names.write(into);
        into.array(&self.doc_freqs);
        into.array(&self.idfs);
        into.array(&[self.ends]);
        self.pieces.write(into);
        self.grams.write(into);
        into.array(&[self.piece_lengths, self.gram_lengths]);
    }

    pub(crate) fn read(from: &mut Reader) -> Result<Self, String> {
        let (names, doc_freqs, idfs) = (Strings::read(from)?, from.array()?, from.array()?);
        let ends = *from.array()?.first().ok_or("no kinds of columns")?;
        let (pieces, grams) = (StringTable::read(from)?, GramTable::read(from)?);
        let lengths = from.array()?;
        let [piece_lengths, gram_lengths] = *lengths.first_chunk().ok_or("no lengths of pieces and grams")?;
        Ok(Self { names, doc_freqs, idfs, ends, pieces, grams, piece_lengths, gram_lengths })
    }
}

/// Whether a subword is a character or cluster of a script without spaces.
fn is_glyph_piece(piece: &str) -> bool {
    piece.strip_prefix(MARK).and_then(|text| text.chars().next()).is_some_and(is_glyph)
}
