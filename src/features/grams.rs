//! Subwords that follow each other: their keys, and the table that finds a key's column.

use std::collections::BTreeMap;

use crate::{
    flat::{
        Array, hash,
        numbers::shift_for,
        slots_for,
        store::{Reader, Writer},
    },
    tokenize::Tokenizer,
};

/// The largest number of subwords in a gram.
pub const LONGEST_GRAM: usize = 4;

/// Up to four subword numbers in one: each takes 16 bits, plus one so that length matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GramKey(pub u64);

impl GramKey {
    /// The key of 1 to [`LONGEST_GRAM`] subwords, whose numbers must be below 2¹⁶ − 1 (a limit of training).
    #[must_use]
    pub fn new(ids: &[u32]) -> Self {
        debug_assert!(ids.len() <= LONGEST_GRAM);
        Self(ids.iter().fold(0, |key, &id| (key << 16) | u64::from(id + 1)))
    }

    /// The subwords again.
    #[must_use]
    pub fn ids(self) -> Vec<u32> {
        let parts = (0..LONGEST_GRAM).rev().map(|at| (self.0 >> (16 * at)) & 0xFFFF);
        parts.filter(|&part| part > 0).map(|part| part as u32 - 1).collect()
    }

    /// Its name in `features.csv`: pieces without spaces between those of one word.
    #[must_use]
    pub fn name(self, tokenizer: &Tokenizer) -> String {
        let pieces: Vec<&str> = self.ids().iter().map(|&id| tokenizer.text(id).unwrap_or_default()).collect();
        pieces.join(" ")
    }

    /// The key of a name, if the tokenizer knows every piece.
    #[must_use]
    pub fn from_name(name: &str, tokenizer: &Tokenizer) -> Option<Self> {
        let ids: Option<Vec<u32>> = name.split(' ').map(|piece| tokenizer.id(piece)).collect();
        let ids = ids.filter(|ids| (1..=LONGEST_GRAM).contains(&ids.len()))?;
        Some(Self::new(&ids))
    }
}

impl GramKey {
    /// The key of the last subwords seen, of which `self` holds up to four, and `id` behind them.
    #[must_use]
    pub(crate) fn then(self, id: u32) -> Self {
        Self((self.0 << 16) | u64::from(id + 1))
    }

    /// The key of the last `length` subwords of this one.
    #[must_use]
    pub(crate) fn last(self, length: usize) -> Self {
        debug_assert!((1..=LONGEST_GRAM).contains(&length));
        Self(self.0 & (u64::MAX >> (64 - 16 * length)))
    }
}

/// Key → column, for many look-ups of which most find nothing.
///
/// A filter of two bits per hash in one word, small enough for the second-level cache, answers nearly all of the misses; behind it
/// stands a table with open addressing. Every gram is found by way of its ends (of *free visa paid*: *visa paid*), so that a longer
/// one is looked for only where it can be: ends that are no grams themselves are in the table too, without a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GramTable {
    filter: Array<u64>,
    /// Key (low half, high half), and column with [`IS_END`]; key 0 is an empty slot.
    slots: Array<[u32; 3]>,
}

/// Set beside the column of what a longer gram ends with.
const IS_END: u32 = 1 << 31;

/// The column of an end that is no gram itself.
const NO_COLUMN: u32 = IS_END - 1;

/// The words of the filter: 2¹⁵ of 64 bits, 256 KiB.
const FILTER_BITS: u32 = 15;

/// Where a hash lies in the filter, and its two bits there.
#[inline]
fn filter_of(hash: u64) -> (usize, u64) {
    ((hash >> (64 - FILTER_BITS)) as usize, 1 << (hash >> 43 & 63) | 1 << (hash >> 37 & 63))
}

impl GramTable {
    pub(crate) fn new(grams: &[(GramKey, u32)]) -> Self {
        if grams.is_empty() {
            return Self::default();
        }
        let mut values: BTreeMap<GramKey, u32> = grams.iter().copied().collect();
        for &(key, _) in grams {
            for length in 2..key.ids().len() {
                *values.entry(key.last(length)).or_insert(NO_COLUMN) |= IS_END;
            }
        }
        let mut filter = vec![0; 1 << FILTER_BITS];
        let mut slots = vec![[0; 3]; slots_for(values.len())];
        let shift = shift_for(slots.len());
        for (key, value) in values {
            let hash = hash(key.0);
            let (word, bits) = filter_of(hash);
            filter[word] |= bits;
            let mut at = (hash >> shift) as usize;
            while slots[at][..2] != [0, 0] {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = [key.0 as u32, (key.0 >> 32) as u32, value];
        }
        Self { filter: filter.into(), slots: slots.into() }
    }

    /// The table, ready for many look-ups.
    pub(crate) fn finder(&self) -> GramFinder<'_> {
        let slots: &[[u32; 3]] = &self.slots;
        GramFinder { filter: self.filter.first_chunk(), slots, shift: shift_for(slots.len()) }
    }

    pub(crate) fn write(&self, into: &mut Writer) {
        into.array(&self.filter);
        into.array(&self.slots);
    }

    pub(crate) fn read(from: &mut Reader) -> Result<Self, String> {
        Ok(Self { filter: from.array()?, slots: from.array()? })
    }
}

/// What a look-up needs of a [`GramTable`], at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GramFinder<'a> {
    /// `None` when there are no grams.
    filter: Option<&'a [u64; 1 << FILTER_BITS]>,
    slots: &'a [[u32; 3]],
    shift: u32,
}

impl GramFinder<'_> {
    /// The column of a gram.
    pub(crate) fn get(&self, key: GramKey) -> Option<u32> {
        self.find(key)?.column()
    }

    /// What is known of a gram, or of the end of one.
    #[inline]
    pub(crate) fn find(&self, key: GramKey) -> Option<Found> {
        let hash = hash(key.0);
        let (word, bits) = filter_of(hash);
        if self.filter?[word] & bits != bits {
            return None;
        }
        self.look_up(key, hash)
    }

    fn look_up(&self, key: GramKey, hash: u64) -> Option<Found> {
        let wanted = [key.0 as u32, (key.0 >> 32) as u32];
        let mut at = (hash >> self.shift) as usize;
        loop {
            match self.slots[at] {
                [0, 0, _] => return None,
                [low, high, value] if [low, high] == wanted => return Some(Found(value)),
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        }
    }
}

/// What is known of a gram that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found(u32);

impl Found {
    /// Its column; `None` if only longer ones have one.
    pub(crate) fn column(self) -> Option<u32> {
        Some(self.0 & !IS_END).filter(|&column| column != NO_COLUMN)
    }

    /// Whether a longer gram ends so.
    pub(crate) fn is_end(self) -> bool {
        self.0 & IS_END != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gram_keys_keep_their_subwords() {
        for ids in [&[0][..], &[7, 0], &[65_534, 1, 2], &[0, 0, 0, 0]] {
            assert_eq!(GramKey::new(ids).ids(), ids);
        }
        assert_ne!(GramKey::new(&[0]), GramKey::new(&[0, 0]));
    }

    #[test]
    fn keys_roll_along_a_sentence() {
        let rolled = [5, 6, 7, 8, 9].into_iter().fold(GramKey(0), GramKey::then);
        assert_eq!(rolled, GramKey::new(&[6, 7, 8, 9]));
        assert_eq!(rolled.last(2), GramKey::new(&[8, 9]));
        assert_eq!(rolled.last(4), rolled);
    }

    #[test]
    fn the_table_finds_what_it_was_given_and_nothing_else() {
        let grams: Vec<(GramKey, u32)> = (0..5_000).map(|at| (GramKey::new(&[at, at * 7 % 60_000]), at)).collect();
        let table = GramTable::new(&grams);
        for &(key, column) in &grams {
            assert_eq!(table.finder().get(key), Some(column));
        }
        assert_eq!(table.finder().get(GramKey::new(&[5_000, 1])), None);
        assert!(!table.finder().find(GramKey::new(&[7, 49])).unwrap().is_end());
        assert_eq!(GramTable::default().finder().get(GramKey::new(&[1])), None);
    }

    #[test]
    fn a_gram_is_found_by_way_of_its_ends() {
        let table = GramTable::new(&[(GramKey::new(&[1, 2, 3, 4]), 0), (GramKey::new(&[3, 4]), 1)]);
        let found = |ids: &[u32]| table.finder().find(GramKey::new(ids)).map(|found| (found.column(), found.is_end()));
        assert_eq!(found(&[4]), None, "nobody looks for single subwords on the way");
        assert_eq!(found(&[3, 4]), Some((Some(1), true)));
        assert_eq!(found(&[2, 3, 4]), Some((None, true)));
        assert_eq!(found(&[1, 2, 3, 4]), Some((Some(0), false)));
        assert_eq!(found(&[1, 2]), None);
    }
}
