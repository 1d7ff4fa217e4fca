//! Postings that are the same advert in other clothes, found by their word triples.
//!
//! Training and measuring go by *group*: near-duplicates on one side of every split, or the figures measure memory.

use std::{borrow::Cow, collections::HashMap};

use rayon::prelude::*;

use crate::{
    normalize::{UnitKind, Units},
    posting::Posting,
    random::Random,
};

/// Two postings are near-duplicates when their sets of word triples overlap at least this much (Jaccard index).
pub const NEAR_DUPLICATE: f64 = 0.5;

/// Number of hash functions of a signature, and how many of them make a band.
///
/// Two postings with overlap J meet in a band with probability 1 − (1 − J²)³²: 0.9999 at J = 0.5, 0.27 at J = 0.1.
const HASHES: usize = 64;
const BAND: usize = 2;

/// The set of hashed word triples of a posting, ascending. Units of scripts without spaces count as words.
#[must_use]
pub fn shingles(posting: &Posting<'_>) -> Vec<u64> {
    let mut units = Units::default();
    let mut words = Vec::new();
    for piece in posting.pieces() {
        units.split(&piece.text, |unit| {
            if unit.kind != UnitKind::Break {
                words.push(hash(unit.text.as_bytes()));
            }
        });
    }
    let mut set: Vec<u64> = match words.len() {
        0 => Vec::new(),
        1 | 2 => vec![words.iter().fold(1, |sum, word| mix(sum ^ word))],
        _ => words.windows(3).map(|w| mix(mix(mix(w[0]) ^ w[1]) ^ w[2])).collect(),
    };
    set.sort_unstable();
    set.dedup();
    set
}

/// Group number of every posting: the same for exact and near-duplicates, chains included. Numbers count up in
/// order of first appearance.
///
/// # Source
///
/// A. Z. Broder, "On the resemblance and containment of documents", 1997 (min-wise hashing), with banding as in J.
/// Leskovec, A. Rajaraman, J. Ullman, *Mining of Massive Datasets*, §3.4. Candidates are verified by their exact
/// overlap.
///
/// ```
/// use lurewatch::{groups::{near_duplicates, shingles}, posting::Posting};
///
/// let texts = ["Night nurse wanted in Cebu City, apply today", "Welder, Doha, two years",
///              "Night nurse wanted in Cebu City; apply today!"];
/// let sets: Vec<_> = texts.iter().map(|&text| shingles(&Posting::from_text(text))).collect();
/// assert_eq!(near_duplicates(&sets), [0, 1, 0]);
/// ```
#[must_use]
pub fn near_duplicates(sets: &[Vec<u64>]) -> Vec<u32> {
    group(sets.len(), |at| Cow::Borrowed(&sets[at]))
}

/// [`near_duplicates`] of postings. A set is made again when it is to be compared, which is seldom: all of them at once would take
/// more memory than the postings.
#[must_use]
pub fn near_duplicates_of(postings: &[&Posting<'static>]) -> Vec<u32> {
    group(postings.len(), |at| Cow::Owned(shingles(postings[at])))
}

fn group<'s>(len: usize, set_of: impl Fn(usize) -> Cow<'s, [u64]> + Sync) -> Vec<u32> {
    let mut random = Random::new(0x005E_ED0F_6209);
    let seeds: [u64; HASHES] = std::array::from_fn(|_| random.next_u64());
    let signatures: Vec<Option<Signature>> =
        (0..len).into_par_iter().map(|at| signature(&set_of(at), &seeds)).collect();
    let mut forest = Forest::new(len);
    for band in 0..HASHES / BAND {
        let mut buckets = Buckets { first: band * BAND, by_key: HashMap::default() };
        for (at, signature) in signatures.iter().enumerate() {
            if let Some(signature) = signature {
                buckets.join(at, signature, &signatures, &set_of, &mut forest);
            }
        }
    }
    forest.numbers()
}

/// The least hash of a set under each of the hash functions; the low half of it, which is enough to tell them apart.
type Signature = [u32; HASHES];

/// Most postings of a bucket. Those that come later are told apart by one hash more.
///
/// Adverts share phrases, and what is common is the least hash of many: without a bound the comparisons grow with the square of the
/// postings. Near-duplicates agree in the further hashes, too, and meet in other bands.
const CROWD: usize = 32;

/// Least number of equal hashes of two postings worth comparing exactly: at [`NEAR_DUPLICATE`] 32 are expected, and fewer than
/// 12 happen once in ten million pairs.
const LEAST_EQUAL: usize = 12;

/// Postings, one of each group, that agree in a band.
struct Buckets {
    /// The first hash of the band.
    first: usize,
    by_key: HashMap<u64, Vec<u32>>,
}

impl Buckets {
    /// Compares a newcomer with the first of each group in its buckets, and takes it in when it belongs to none.
    fn join<'s>(
        &mut self,
        at: usize,
        signature: &Signature,
        signatures: &[Option<Signature>],
        set_of: &impl Fn(usize) -> Cow<'s, [u64]>,
        forest: &mut Forest,
    ) {
        let hash = |number: usize| u64::from(signature[(self.first + number) % HASHES]);
        let mut key = (1..BAND).map(hash).fold(hash(0), |key, hash| key << 32 | hash);
        let mut set = None;
        for further in BAND..=HASHES {
            let bucket = self.by_key.entry(key).or_default();
            for &other in bucket.iter() {
                let other = other as usize;
                if forest.root(other) == forest.root(at) {
                    return;
                }
                let is_worth_it =
                    signatures[other].as_ref().is_some_and(|theirs| equal(theirs, signature) >= LEAST_EQUAL);
                if is_worth_it && overlap(&set_of(other), set.get_or_insert_with(|| set_of(at))) >= NEAR_DUPLICATE {
                    forest.join(other, at);
                    return;
                }
            }
            if bucket.len() < CROWD {
                bucket.push(at as u32);
                return;
            }
            key = mix(key ^ mix(hash(further)).rotate_left(further as u32));
        }
    }
}

/// How many hashes two signatures have in common: of 64, about 64 × the overlap.
fn equal(left: &Signature, right: &Signature) -> usize {
    left.iter().zip(right).map(|(l, r)| u32::from(l == r)).sum::<u32>() as usize
}

/// Jaccard index of two ascending sets; 0 when both are empty.
#[must_use]
pub fn overlap(left: &[u64], right: &[u64]) -> f64 {
    let (mut i, mut j, mut common) = (0, 0, 0_usize);
    while i < left.len() && j < right.len() {
        match left[i].cmp(&right[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    let all = left.len() + right.len() - common;
    if all == 0 { 0.0 } else { common as f64 / all as f64 }
}

/// `None` for a set without members, which is like nothing.
fn signature(set: &[u64], seeds: &[u64; HASHES]) -> Option<Signature> {
    let least = |seed: u64| set.iter().map(|&item| mix(item ^ seed)).min().map(|least| least as u32);
    (!set.is_empty()).then(|| seeds.map(|seed| least(seed).unwrap_or(u32::MAX)))
}

/// FNV-1a; speed does not matter here, being the same everywhere does.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |sum, &b| (sum ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3))
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    x = (x ^ (x >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    x ^ (x >> 33)
}

/// Disjoint sets; the smallest member is the root, so that the result does not depend on the order of joins.
struct Forest {
    parent: Vec<usize>,
}

impl Forest {
    fn new(len: usize) -> Self {
        Self { parent: (0..len).collect() }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        self.parent[left.max(right)] = left.min(right);
    }

    fn numbers(mut self) -> Vec<u32> {
        let mut number_of = HashMap::new();
        (0..self.parent.len())
            .map(|at| {
                let root = self.root(at);
                let fresh = number_of.len() as u32;
                *number_of.entry(root).or_insert(fresh)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_chains_and_nothing_else() {
        let numbers = |from: u64, to: u64| (from..to).collect::<Vec<u64>>();
        // First and second overlap 8/12, second and third 8/12, first and third 4/16: a chain.
        let sets = [numbers(0, 10), numbers(2, 12), numbers(100, 110), numbers(4, 14), vec![], vec![]];
        assert_eq!(near_duplicates(&sets), [0, 0, 1, 0, 2, 3]);
    }

    /// Three thousand sets that share a fifth of their members, so that every bucket is crowded, and behind each tenth of them one
    /// that overlaps it by 0.6 and the others by less than a quarter.
    #[test]
    fn near_duplicates_are_found_in_a_crowd() {
        let common = 0..40_u64;
        let set = |from: u64, to: u64| -> Vec<u64> { common.clone().chain(from..to).map(mix).collect() };
        let mut sets = Vec::new();
        let mut expected = Vec::new();
        for number in 0..3_000_u64 {
            let from = 1_000 * (number + 1);
            sets.push(set(from, from + 60));
            expected.push(number as u32);
            if number % 10 == 0 {
                // 40 + 35 of 125 are in both.
                sets.push(set(from + 25, from + 85));
                expected.push(number as u32);
            }
        }
        for set in &mut sets {
            set.sort_unstable();
        }
        assert_eq!(near_duplicates(&sets), expected);
    }

    #[test]
    fn groups_of_postings_are_those_of_their_sets() {
        let texts = [
            "Night nurse wanted in Cebu City, apply today",
            "",
            "Welder",
            "Night nurse wanted in Cebu City; apply today!",
        ];
        let postings = texts.map(Posting::from_text);
        assert_eq!(near_duplicates_of(&postings.each_ref()), [0, 1, 2, 0]);
    }

    #[test]
    fn overlap_by_hand() {
        assert!((overlap(&[1, 2, 3], &[2, 3, 4]) - 0.5).abs() < 1e-15);
        assert!(overlap(&[], &[]).abs() < 1e-15);
        assert!((overlap(&[1], &[1]) - 1.0).abs() < 1e-15);
    }
}
