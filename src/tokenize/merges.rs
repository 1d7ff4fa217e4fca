//! Byte-pair merges as flat tables: the pieces of a word without the library.
//!
//! A word begins as its letters, those that no piece has left out. Then, as long as two neighbours may merge, the pair that
//! training merged first does; of equal pairs the first in the word. The library keeps a queue for this and may find
//! stale entries in it, but a pair that is in the queue and still stands in the word is the same pair, so that
//! its order is this one too; `tests` hold the two together.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

use crate::{
    flat::{
        Array,
        numbers::NumberTable,
        store::{Reader, Writer},
        strings::StringTable,
    },
    tokenize::MARK,
};

/// Most pieces of a tokenizer: their numbers, plus one, take 16 bits in a gram.
pub(crate) const MOST_PIECES: usize = 0xFFFF;

/// Symbols up to which looking through all pairs is cheaper than a queue.
const SHORT: usize = 48;

/// No merge, or no symbol.
const NONE: u32 = u32::MAX;

/// The tables of a tokenizer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Merges {
    pieces: StringTable,
    /// Pieces of one letter.
    letters: NumberTable,
    /// Two pieces, as [`pair`] → the rank of their merge.
    ranks: NumberTable,
    /// Rank → the piece that comes out.
    merged: Array<u32>,
}

/// What is needed for one word after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffers {
    symbols: Vec<u32>,
    /// The rank of each symbol's merge with the next one; [`NONE`] where there is none.
    ranks: Vec<u32>,
    next: Vec<u32>,
    previous: Vec<u32>,
    queue: BinaryHeap<Reverse<(u32, u32)>>,
}

/// Two pieces as one number.
fn pair(left: u32, right: u32) -> u32 {
    (left << 16) | right
}

impl Merges {
    /// From pieces by number, and merges in the order of training.
    ///
    /// # Errors
    ///
    /// A piece that a merge speaks of and that is not there; two pieces or merges that are the same.
    pub(crate) fn new(pieces: &[&str], pairs: &[(String, String)]) -> Result<Self, String> {
        if pieces.len() > MOST_PIECES {
            return Err(format!("{} pieces; at most {MOST_PIECES} are allowed", pieces.len()));
        }
        let table = StringTable::new(pieces.iter().copied());
        let number =
            |piece: &str| table.find(piece).ok_or_else(|| format!("the merges speak of `{piece}`, which is no piece"));
        let mut ranks = HashMap::with_capacity(pairs.len());
        let mut merged = Vec::with_capacity(pairs.len());
        for (left, right) in pairs {
            // As in the library, a pair that comes twice has the later rank.
            ranks.insert(pair(number(left)?, number(right)?), merged.len() as u32);
            merged.push(number(&format!("{left}{right}"))?);
        }
        let mut ranks: Vec<(u32, u32)> = ranks.into_iter().collect();
        ranks.sort_unstable();
        let letters: Vec<(u32, u32)> = pieces
            .iter()
            .enumerate()
            .filter_map(|(at, piece)| {
                let mut letters = piece.chars();
                letters.next().filter(|_| letters.next().is_none()).map(|letter| (u32::from(letter), at as u32))
            })
            .collect();
        let (letters, ranks) = (NumberTable::new(&letters), NumberTable::new(&ranks));
        Ok(Self { pieces: table, letters, ranks, merged: merged.into() })
    }

    /// Pieces by number, and numbers by piece.
    pub(crate) fn pieces(&self) -> &StringTable {
        &self.pieces
    }

    /// The numbers of the pieces of [`MARK`] and `word`, appended to `tokens`.
    pub(crate) fn word(&self, word: &str, buffers: &mut Buffers, tokens: &mut Vec<u32>) {
        let Buffers { symbols, ranks, .. } = buffers;
        symbols.clear();
        symbols.extend([MARK].into_iter().chain(word.chars()).filter_map(|letter| self.letters.get(letter.into())));
        ranks.clear();
        ranks.extend(symbols.windows(2).map(|two| self.rank(two[0], two[1])));
        if symbols.len() > SHORT {
            self.merge_long(buffers, tokens);
        } else {
            self.merge_short(symbols, ranks);
            tokens.extend_from_slice(symbols);
        }
    }

    fn rank(&self, left: u32, right: u32) -> u32 {
        self.ranks.get(pair(left, right)).unwrap_or(NONE)
    }

    /// Looks through all pairs for the next merge.
    fn merge_short(&self, symbols: &mut Vec<u32>, ranks: &mut Vec<u32>) {
        while let Some((at, &rank)) = ranks.iter().enumerate().min_by_key(|&(_, &rank)| rank)
            && rank != NONE
        {
            symbols[at] = self.merged[rank as usize];
            symbols.remove(at + 1);
            ranks.remove(at);
            if let Some(&next) = symbols.get(at + 1) {
                ranks[at] = self.rank(symbols[at], next);
            }
            if at > 0 {
                ranks[at - 1] = self.rank(symbols[at - 1], symbols[at]);
            }
        }
    }

    /// The same with a queue, and symbols that know their neighbours: a word without end stays cheap.
    fn merge_long(&self, buffers: &mut Buffers, tokens: &mut Vec<u32>) {
        let Buffers { symbols, ranks, next, previous, queue } = buffers;
        let count = symbols.len() as u32;
        next.clear();
        next.extend((1..count).chain([NONE]));
        previous.clear();
        previous.extend([NONE].into_iter().chain(0..count - 1));
        ranks.push(NONE);
        queue.clear();
        queue.extend(
            (0_u32..).zip(ranks.iter()).filter(|&(_, &rank)| rank != NONE).map(|(at, &rank)| Reverse((rank, at))),
        );
        while let Some(Reverse((rank, at))) = queue.pop() {
            // Otherwise the pair is one that stands there no longer.
            if ranks[at as usize] != rank {
                continue;
            }
            let gone = next[at as usize];
            let after = next[gone as usize];
            symbols[at as usize] = self.merged[rank as usize];
            next[at as usize] = after;
            ranks[gone as usize] = NONE;
            ranks[at as usize] = NONE;
            if after != NONE {
                previous[after as usize] = at;
            }
            for (left, right) in [(previous[at as usize], at), (at, after)] {
                if left != NONE && right != NONE {
                    let rank = self.rank(symbols[left as usize], symbols[right as usize]);
                    ranks[left as usize] = rank;
                    if rank != NONE {
                        queue.push(Reverse((rank, left)));
                    }
                }
            }
        }
        let mut at = 0;
        while at != NONE {
            tokens.push(symbols[at as usize]);
            at = next[at as usize];
        }
    }

    pub(crate) fn write(&self, into: &mut Writer) {
        self.pieces.write(into);
        self.letters.write(into);
        self.ranks.write(into);
        into.array(&self.merged);
    }

    pub(crate) fn read(from: &mut Reader) -> Result<Self, String> {
        let (pieces, letters) = (StringTable::read(from)?, NumberTable::read(from)?);
        Ok(Self { pieces, letters, ranks: NumberTable::read(from)?, merged: from.array()? })
    }
}
