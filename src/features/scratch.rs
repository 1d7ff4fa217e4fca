//! What a thread keeps from one posting to the next, and what it knows of the posting read last.

use std::ops::Range;

use crate::{
    features::{
        Place,
        cues::{CueHit, Word},
        lexicon::Lexicon,
        values::{self, ValueHit},
    },
    normalize::{UnitKind, Units},
    posting::Span,
};

/// The buffers and the memory of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) units: Units,
    pub(super) lexicon: Lexicon,
    pub(super) places: Vec<Place>,
    pub(super) words: Vec<Word>,
    pub(super) hits: Vec<CueHit>,
    pub(super) numbers: Vec<ValueHit>,
    pub(super) buffers: values::Buffers,
    /// How often each column was seen; all zero between postings.
    pub(crate) counts: Vec<u32>,
    pub(crate) touched: Vec<u32>,
    pub(super) row: Vec<(u32, f32)>,
}

impl Scratch {
    /// The piece of the posting read last that a unit stands in, and its bytes there.
    #[must_use]
    pub fn span_of(&self, unit: u32) -> Option<(usize, Span)> {
        self.places.get(unit as usize).map(|place| (usize::from(place.piece), place.span))
    }

    /// The comparable form of a unit of the posting read last; of a number only how many digits it has.
    #[must_use]
    pub fn word_of(&self, unit: u32) -> Option<&str> {
        self.places.get(unit as usize).map(|place| self.lexicon.text(self.lexicon.entry(place.entry)))
    }

    /// Number of units of the posting read last.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether the posting read last had no unit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Subword numbers of the posting read last, sentence by sentence, each with whether it comes from a script without
    /// spaces: what grams are counted from.
    pub(crate) fn token_sentences(&self) -> impl Iterator<Item = Vec<(u32, bool)>> {
        sentences(&self.places).map(|range| {
            let places = self.places[range].iter();
            places
                .flat_map(|place| {
                    let is_glyph = place.kind == UnitKind::Glyph;
                    self.lexicon.tokens(self.lexicon.entry(place.entry)).iter().map(move |&token| (token, is_glyph))
                })
                .collect()
        })
    }
}

/// Ranges of units that stand in one sentence.
fn sentences(places: &[Place]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let sentence = places.get(start)?.sentence;
        let length = places[start..].iter().take_while(|place| place.sentence == sentence).count();
        let range = start..start + length;
        start += length;
        Some(range)
    })
}
