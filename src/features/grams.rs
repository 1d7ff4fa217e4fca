//! Subwords that follow each other: their keys, and the table that finds a key's column.

use crate::tokenize::Tokenizer;

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
        let pieces: Vec<String> = self.ids().iter().map(|&id| tokenizer.text(id).unwrap_or_default()).collect();
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
/// A filter of one bit per hash, small enough for the second-level cache, answers most of the misses; behind it stands
/// a table with open addressing, at most half full.
#[derive(Clone, Debug, Default)]
pub(crate) struct GramTable {
    filter: Vec<u64>,
    slots: Vec<(u64, u32)>,
    /// Shift that leaves as many bits of a hash as the table has slots.
    shift: u32,
}

/// Bits of the filter: 2²¹, 256 KiB.
const FILTER_BITS: u32 = 21;

impl GramTable {
    pub(crate) fn new(grams: &[(GramKey, u32)]) -> Self {
        if grams.is_empty() {
            return Self::default();
        }
        let size = (2 * grams.len()).next_power_of_two().max(2);
        let mut table = Self {
            filter: vec![0; 1 << (FILTER_BITS - 6)],
            slots: vec![(0, 0); size],
            shift: 64 - size.trailing_zeros(),
        };
        for &(key, column) in grams {
            let hash = hash(key);
            let bit = hash >> (64 - FILTER_BITS);
            table.filter[(bit >> 6) as usize] |= 1 << (bit & 63);
            let mut at = (hash >> table.shift) as usize;
            while table.slots[at].0 != 0 {
                at = (at + 1) & (size - 1);
            }
            table.slots[at] = (key.0, column);
        }
        table
    }

    #[inline]
    pub(crate) fn get(&self, key: GramKey) -> Option<u32> {
        let hash = hash(key);
        let bit = hash >> (64 - FILTER_BITS);
        if self.filter.get((bit >> 6) as usize)? & (1 << (bit & 63)) == 0 {
            return None;
        }
        let mut at = (hash >> self.shift) as usize;
        loop {
            match self.slots[at] {
                (0, _) => return None,
                (found, column) if found == key.0 => return Some(column),
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        }
    }
}

/// Fibonacci hashing; the keys are dense numbers of a fixed vocabulary, which no text can choose.
fn hash(key: GramKey) -> u64 {
    (key.0 ^ (key.0 >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
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
            assert_eq!(table.get(key), Some(column));
        }
        assert_eq!(table.get(GramKey::new(&[5_000, 1])), None);
        assert_eq!(GramTable::default().get(GramKey::new(&[1])), None);
    }
}
