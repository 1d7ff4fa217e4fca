//! All patterns at once over the words of a posting.
//!
//! A word is looked up once, when it is first seen, in the table of everything that patterns ask for; what it
//! answers to (its *symbols*) is kept with it. A posting is then a walk over numbers, and most words answer to nothing.

use std::collections::HashMap;

use crate::features::cues::{
    pattern::{Atom, Step},
    table::{CueKind, CueTable},
};

/// How a cue stands in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CueMode {
    /// Said by the advert itself.
    Offered,
    /// Denied.
    Negated,
    /// Told by a warning, a court, a victim, or asked about.
    Reported,
}

impl CueMode {
    /// All modes; a cue's columns are in this order.
    pub const ALL: [Self; 3] = [Self::Offered, Self::Negated, Self::Reported];

    /// What is put behind an id in the name of a feature.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Offered => "",
            Self::Negated => "~negated",
            Self::Reported => "~reported",
        }
    }
}

/// A word of a posting as the matcher sees it.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    /// What the word answers to: [`Matcher::symbols_of`].
    pub symbols: &'a [u32],
    /// Number of the sentence that it stands in.
    pub sentence: u32,
    /// What it costs a gap to pass over it: 2 for a word, 1 for a character or cluster.
    pub cost: u8,
}

/// A cue that was found: words `first..=last` show indicator `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CueHit {
    /// Index into [`Matcher::ids`].
    pub id: u16,
    /// How it stands there.
    pub mode: CueMode,
    /// First word of the match.
    pub first: u32,
    /// Last word of the match.
    pub last: u32,
}

/// What a matched variant means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Indicator(u16),
    NegatorBefore,
    NegatorAfter,
}

#[derive(Clone, Debug)]
struct Variant {
    meaning: Meaning,
    /// Where its further steps lie in `steps`.
    rest: std::ops::Range<u32>,
}

/// Every pattern of a table, ready to run.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    ids: Vec<String>,
    /// By id: whether it is a sign of reporting, which is never itself negated or reported.
    is_report: Vec<bool>,
    exact: HashMap<String, u32>,
    prefixes: HashMap<String, u32>,
    /// Lengths of prefixes in bytes, ascending.
    prefix_lengths: Vec<usize>,
    number: Option<u32>,
    /// Variants by the symbol of their first step.
    starts: Vec<Vec<Variant>>,
    /// Gap and symbol of further steps, all variants one after the other.
    steps: Vec<(u8, u32)>,
}

/// How far a negator reaches, in gap costs.
const NEGATION_REACH: u8 = 6;

impl Matcher {
    /// Compiles a table.
    #[must_use]
    pub fn new(table: &CueTable) -> Self {
        let mut matcher = Self { ids: table.ids().into_iter().map(str::to_owned).collect(), ..Self::default() };
        matcher.is_report = vec![false; matcher.ids.len()];
        for cue in &table.cues {
            let meaning = match cue.kind {
                CueKind::NegatorBefore => Meaning::NegatorBefore,
                CueKind::NegatorAfter => Meaning::NegatorAfter,
                CueKind::Cue | CueKind::Counter | CueKind::Report => {
                    let at = matcher.ids.binary_search(&cue.id).unwrap_or_default();
                    matcher.is_report[at] |= cue.kind == CueKind::Report;
                    Meaning::Indicator(u16::try_from(at).unwrap_or_default())
                }
            };
            for variant in &cue.variants {
                matcher.add(meaning, variant);
            }
        }
        matcher.prefix_lengths = matcher.prefixes.keys().map(String::len).collect();
        matcher.prefix_lengths.sort_unstable();
        matcher.prefix_lengths.dedup();
        matcher
    }

    fn add(&mut self, meaning: Meaning, steps: &[Step]) {
        let Some((first, rest)) = steps.split_first() else { return };
        let start = self.symbol(&first.atom);
        let begin = self.steps.len() as u32;
        for step in rest {
            let symbol = self.symbol(&step.atom);
            self.steps.push((step.gap, symbol));
        }
        let rest = begin..self.steps.len() as u32;
        self.starts[start as usize].push(Variant { meaning, rest });
    }

    fn symbol(&mut self, atom: &Atom) -> u32 {
        let fresh = self.starts.len() as u32;
        let symbol = match atom {
            Atom::Word(word) => *self.exact.entry(word.clone()).or_insert(fresh),
            Atom::Prefix(stem) => *self.prefixes.entry(stem.clone()).or_insert(fresh),
            Atom::Number => *self.number.get_or_insert(fresh),
        };
        if symbol == fresh {
            self.starts.push(Vec::new());
        }
        symbol
    }

    /// The ids of indicators, sorted; a hit's `id` points in here.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// What a word answers to, appended to `symbols`.
    pub fn symbols_of(&self, word: &str, symbols: &mut Vec<u32>) {
        symbols.extend(self.exact.get(word));
        for &length in &self.prefix_lengths {
            match word.get(..length) {
                Some(stem) => symbols.extend(self.prefixes.get(stem)),
                None if length > word.len() => break,
                None => {}
            }
        }
    }

    /// What a number answers to.
    #[must_use]
    pub fn number_symbol(&self) -> Option<u32> {
        self.number
    }

    /// Finds every cue in `words`, sorted, each place of each indicator once.
    pub fn find(&self, words: &[Word<'_>], hits: &mut Vec<CueHit>) {
        hits.clear();
        let mut before = Vec::new();
        let mut after = Vec::new();
        let mut report_sentences = Vec::new();
        for at in 0..words.len() {
            for &symbol in words[at].symbols {
                for variant in &self.starts[symbol as usize] {
                    let Some(last) = self.complete(variant, words, at) else { continue };
                    match variant.meaning {
                        Meaning::NegatorBefore => before.push(last),
                        Meaning::NegatorAfter => after.push(at),
                        Meaning::Indicator(id) => {
                            if self.is_report[usize::from(id)] {
                                report_sentences.push(words[at].sentence);
                            }
                            hits.push(CueHit { id, mode: CueMode::Offered, first: at as u32, last: last as u32 });
                        }
                    }
                }
            }
        }
        for hit in hits.iter_mut().filter(|hit| !self.is_report[usize::from(hit.id)]) {
            hit.mode = mode(hit, words, &before, &after, &report_sentences);
        }
        hits.sort_unstable();
        hits.dedup();
    }

    /// Where a variant that begins at word `at` ends, if its further steps follow.
    fn complete(&self, variant: &Variant, words: &[Word<'_>], at: usize) -> Option<usize> {
        let steps = &self.steps[variant.rest.start as usize..variant.rest.end as usize];
        self.follow(steps, words, at)
    }

    fn follow(&self, steps: &[(u8, u32)], words: &[Word<'_>], at: usize) -> Option<usize> {
        let Some((&(gap, symbol), rest)) = steps.split_first() else { return Some(at) };
        let mut budget = gap;
        for next in at + 1..words.len() {
            let word = &words[next];
            if word.sentence != words[at].sentence {
                return None;
            }
            if word.symbols.contains(&symbol)
                && let Some(last) = self.follow(rest, words, next)
            {
                return Some(last);
            }
            budget = budget.checked_sub(word.cost)?;
        }
        None
    }
}

/// How a hit stands in its text. A text that reports does so in the sentence itself or in one beside it.
fn mode(hit: &CueHit, words: &[Word<'_>], before: &[usize], after: &[usize], reports: &[u32]) -> CueMode {
    let sentence = words[hit.first as usize].sentence;
    let (first, last) = (hit.first as usize, hit.last as usize);
    let negated = before.iter().any(|&at| at < first && within_reach(words, at, first))
        || after.iter().any(|&at| at > last && within_reach(words, last, at));
    if negated {
        CueMode::Negated
    } else if reports.iter().any(|&other| other.abs_diff(sentence) <= 1) {
        CueMode::Reported
    } else {
        CueMode::Offered
    }
}

fn within_reach(words: &[Word<'_>], from: usize, to: usize) -> bool {
    let passed: u32 = words[from + 1..to].iter().map(|word| u32::from(word.cost)).sum();
    words[from].sentence == words[to].sentence && passed <= u32::from(NEGATION_REACH)
}
