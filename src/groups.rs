//! Postings that are the same advert in other clothes, found by their word triples.
//!
//! Training and measuring go by *group*: near-duplicates on one side of every split, or the figures measure memory.

use std::collections::HashMap;

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
    let mut forest = Forest::new(sets.len());
    let mut random = Random::new(0x005E_ED0F_6209);
    let seeds: Vec<u64> = (0..HASHES).map(|_| random.next_u64()).collect();
    let signatures: Vec<Vec<u64>> = sets.iter().map(|set| signature(set, &seeds)).collect();
    for band in 0..HASHES / BAND {
        let mut buckets: HashMap<&[u64], Vec<usize>> = HashMap::new();
        for (at, signature) in signatures.iter().enumerate() {
            if !sets[at].is_empty() {
                let bucket = buckets.entry(&signature[band * BAND..(band + 1) * BAND]).or_default();
                join_bucket(at, bucket, sets, &mut forest);
            }
        }
    }
    forest.numbers()
}

/// Compares a newcomer with the first of each group in its bucket.
fn join_bucket(at: usize, bucket: &mut Vec<usize>, sets: &[Vec<u64>], forest: &mut Forest) {
    for &other in bucket.iter() {
        if forest.root(other) == forest.root(at) {
            return;
        }
        if overlap(&sets[other], &sets[at]) >= NEAR_DUPLICATE {
            forest.join(other, at);
            return;
        }
    }
    bucket.push(at);
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

fn signature(set: &[u64], seeds: &[u64]) -> Vec<u64> {
    seeds.iter().map(|&seed| set.iter().map(|&item| mix(item ^ seed)).min().unwrap_or(u64::MAX)).collect()
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

    #[test]
    fn overlap_by_hand() {
        assert!((overlap(&[1, 2, 3], &[2, 3, 4]) - 0.5).abs() < 1e-15);
        assert!(overlap(&[], &[]).abs() < 1e-15);
        assert!((overlap(&[1], &[1]) - 1.0).abs() < 1e-15);
    }
}
