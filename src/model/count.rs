//! In how many postings something stands: counted on all threads, grams in memory that does not grow with their number.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::{BuildHasher, Hash},
};

use foldhash::fast::FixedState;
use rayon::prelude::*;

use crate::{
    dataset::TrainingSet,
    features::{
        Scratch,
        grams::{GramKey, LONGEST_GRAM},
    },
    model::learn::WordingParams,
    posting::Posting,
};

/// Least number of sources that a background feature must come from, when the background has more than one: what stands in
/// one source only may be a name or a sentence of it.
const MIN_SOURCES: usize = 2;

/// Postings that are read in one go.
const CHUNK: usize = 256;

/// Grams, repeated ones too, that are counted at once by a thread: at 32 bytes for each that is new, at most 256 MB.
const GRAMS_AT_ONCE: usize = 8_000_000;

/// In how many postings something was seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frequency {
    pub(super) labelled: u32,
    background: u32,
    /// A source that it was seen in, and whether there was another.
    source: u32,
    several: bool,
    /// The posting that it was seen in last, plus one.
    last: u32,
}

impl Frequency {
    /// Postings come in order; the same one again counts for nothing.
    fn see(&mut self, place: Place) {
        if self.last == place.posting + 1 {
            return;
        }
        self.last = place.posting + 1;
        let Some(source) = place.source else {
            self.labelled += 1;
            return;
        };
        self.several |= self.background > 0 && self.source != source;
        self.source = source;
        self.background += 1;
    }

    /// Adds what was counted in other postings; the order does not matter.
    fn add(&mut self, other: Self) {
        self.several |= other.several || (self.background > 0 && other.background > 0 && self.source != other.source);
        if self.background == 0 {
            self.source = other.source;
        }
        self.labelled += other.labelled;
        self.background += other.background;
    }

    pub(super) fn may_enter(&self, params: &WordingParams, sources: usize) -> bool {
        let from_background = self.background >= params.min_background && (self.several || sources < MIN_SOURCES);
        from_background || self.labelled >= params.min_labelled
    }

    pub(super) fn total(&self) -> u32 {
        self.labelled + self.background
    }
}

/// Which posting is being read; no source for labelled ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    posting: u32,
    source: Option<u32>,
}

/// What was seen, and how often.
#[derive(Clone, Debug)]
pub(super) struct Tally<K> {
    seen: HashMap<K, Frequency, FixedState>,
}

impl<K: Hash + Eq> Tally<K> {
    fn new() -> Self {
        Self { seen: HashMap::default() }
    }

    /// `item` stands in the posting at `place`.
    pub(super) fn see<Q>(&mut self, item: &Q, place: Place)
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(frequency) = self.seen.get_mut(item) {
            frequency.see(place);
        } else {
            self.seen.entry(item.to_owned()).or_default().see(place);
        }
    }

    fn merge(mut self, mut other: Self) -> Self {
        if self.seen.len() < other.seen.len() {
            std::mem::swap(&mut self, &mut other);
        }
        for (item, frequency) in other.seen {
            self.seen.entry(item).or_default().add(frequency);
        }
        self
    }

    pub(super) fn into_items(self) -> impl Iterator<Item = (K, Frequency)> {
        self.seen.into_iter()
    }
}

/// Every posting with its source; `None` for labelled ones.
pub(super) struct Corpus<'a> {
    postings: Vec<(&'a Posting<'static>, Place)>,
    /// Number of sources of the background.
    pub(super) sources: usize,
}

impl<'a> Corpus<'a> {
    pub(super) fn new(set: &'a TrainingSet) -> Self {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let labelled = set.labelled.iter().map(|row| (&row.posting, None));
        let background = set.background.iter().map(|row| {
            let fresh = numbers.len() as u32;
            (&row.posting, Some(*numbers.entry(&row.source).or_insert(fresh)))
        });
        let postings = (0..)
            .zip(labelled.chain(background))
            .map(|(posting, (text, source))| (text, Place { posting, source }))
            .collect();
        Self { postings, sources: numbers.len() }
    }

    pub(super) fn len(&self) -> usize {
        self.postings.len()
    }

    /// Counts what `visit` shows to the tally of each posting. Sums do not depend on which thread made them.
    pub(super) fn count<K, F>(&self, visit: F) -> Tally<K>
    where
        K: Hash + Eq + Send,
        F: Fn(&Posting<'static>, Place, &mut Tally<K>) + Sync,
    {
        let some = self.postings.len().div_ceil(4 * rayon::current_num_threads()).max(CHUNK);
        self.postings
            .par_chunks(some)
            .map(|chunk| {
                let mut tally = Tally::new();
                for (posting, place) in chunk {
                    visit(posting, *place, &mut tally);
                }
                tally
            })
            .reduce(Tally::new, Tally::merge)
    }

    /// Reads every posting once with `read`, which leaves its subwords in the scratch and shows other things to the tally.
    pub(super) fn read<K, F>(&self, read: F) -> (Subwords, Tally<K>)
    where
        K: Hash + Eq + Send,
        F: Fn(&Posting<'static>, Place, &mut Scratch, &mut Tally<K>) + Sync,
    {
        let chunks: Vec<(Vec<u32>, Tally<K>)> = self
            .postings
            .par_chunks(CHUNK)
            .map_init(Scratch::default, |scratch, chunk| {
                let mut tally = Tally::new();
                let mut subwords = Vec::new();
                for (posting, place) in chunk {
                    read(posting, *place, scratch, &mut tally);
                    for sentence in scratch.token_sentences() {
                        subwords.extend(
                            sentence.iter().map(|&(token, is_glyph)| token + 1 + if is_glyph { GLYPH } else { 0 }),
                        );
                        subwords.push(SENTENCE_END);
                    }
                    subwords.push(POSTING_END);
                }
                subwords.shrink_to_fit();
                (subwords, tally)
            })
            .collect();
        let (chunks, tallies): (Vec<_>, Vec<_>) = chunks.into_iter().unzip();
        (Subwords { chunks }, tallies.into_iter().fold(Tally::new(), Tally::merge))
    }

    /// The grams of at most `longest` subwords that may enter, each with its number of postings, and how many may not.
    ///
    /// Grams are parted by their hash, and part by part counted in full: only what may enter is kept.
    pub(super) fn grams(&self, subwords: &Subwords, params: &WordingParams) -> (Vec<(GramKey, u32)>, usize) {
        let occurrences = params.gram_length * subwords.chunks.iter().map(Vec::len).sum::<usize>();
        let parts = (occurrences / GRAMS_AT_ONCE).max(4) as u64;
        let counted: Vec<(Vec<(GramKey, u32)>, usize)> = (0..parts)
            .into_par_iter()
            .map(|part| {
                let mut tally: Tally<u64> = Tally::new();
                let hasher = FixedState::with_seed(1);
                subwords.each_gram(params.gram_length, |posting, key| {
                    if ((hasher.hash_one(key) >> 32) * parts) >> 32 == part {
                        tally.see(&key, self.postings[posting].1);
                    }
                });
                let all = tally.seen.len();
                let kept: Vec<_> = tally
                    .into_items()
                    .filter(|(_, seen)| seen.may_enter(params, self.sources))
                    .map(|(key, seen)| (GramKey(key), seen.total()))
                    .collect();
                let dropped = all - kept.len();
                (kept, dropped)
            })
            .collect();
        let dropped = counted.iter().map(|(_, dropped)| dropped).sum();
        (counted.into_iter().flat_map(|(kept, _)| kept).collect(), dropped)
    }
}

/// The subwords of all postings, in order: each number plus one, with [`GLYPH`] for scripts without spaces, and marks between.
pub(super) struct Subwords {
    chunks: Vec<Vec<u32>>,
}

const SENTENCE_END: u32 = 0;
const POSTING_END: u32 = u32::MAX;
const GLYPH: u32 = 1 << 16;

impl Subwords {
    /// Shows every gram with the number of its posting, repeated ones too: of up to `longest` subwords, and of up to
    /// [`LONGEST_GRAM`] in scripts without spaces.
    fn each_gram(&self, longest: usize, mut sink: impl FnMut(usize, u64)) {
        let (mut key, mut seen, mut glyphs) = (GramKey(0), 0, 0);
        let mut posting = 0;
        for &subword in self.chunks.iter().flatten() {
            if subword == SENTENCE_END || subword == POSTING_END {
                (key, seen, glyphs) = (GramKey(0), 0, 0);
                posting += usize::from(subword == POSTING_END);
                continue;
            }
            key = key.then((subword & (GLYPH - 1)) - 1);
            seen += 1;
            glyphs = if subword & GLYPH == 0 { 0 } else { glyphs + 1 };
            for length in 1..=LONGEST_GRAM.min(longest.min(seen).max(glyphs)) {
                sink(posting, key.last(length).0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_by_hand() {
        let words = |ids: &[u32]| GramKey::new(ids).0;
        // "1 2 3 | glyphs 4 5 6" in one sentence; "7" in another; a second posting of one word.
        let subwords = Subwords {
            chunks: vec![vec![2, 3, 4, GLYPH + 5, GLYPH + 6, GLYPH + 7, 0, 8, 0, POSTING_END], vec![9, 0, POSTING_END]],
        };
        let mut found = Vec::new();
        subwords.each_gram(2, |posting, key| found.push((posting, key)));
        let expected: &[&[u32]] =
            &[&[1], &[2], &[1, 2], &[3], &[2, 3], &[4], &[3, 4], &[5], &[4, 5], &[6], &[5, 6], &[4, 5, 6], &[7]];
        let mut expected: Vec<(usize, u64)> = expected.iter().map(|ids| (0, words(ids))).collect();
        expected.push((1, words(&[8])));
        assert_eq!(found, expected);
    }

    #[test]
    fn sums_do_not_depend_on_how_postings_are_parted() {
        let places = [None, Some(0), Some(0), Some(1), None, Some(0)];
        let place = |at: usize| Place { posting: at as u32, source: places[at] };
        let tally = |range: std::ops::Range<usize>| {
            let mut tally: Tally<u64> = Tally::new();
            for at in range {
                tally.see(&7, place(at));
                tally.see(&7, place(at));
            }
            tally
        };
        for cut in 0..=places.len() {
            let merged = tally(0..cut).merge(tally(cut..places.len()));
            let seen = merged.seen[&7];
            assert_eq!((seen.labelled, seen.background, seen.several), (2, 4, true), "cut at {cut}");
        }
        let one_source = tally(1..2).merge(tally(2..3)).seen[&7];
        assert_eq!((one_source.background, one_source.several), (2, false));
    }
}
