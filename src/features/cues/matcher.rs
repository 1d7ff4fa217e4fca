//! All patterns at once over the words of a posting.
//!
//! A word is looked up once, when it is first seen, in the table of everything that patterns ask for; what it
//! answers to (its *symbols*) is kept with it. A posting is then a walk over numbers, and most words answer to nothing.

use std::collections::HashMap;

use foldhash::fast::RandomState;

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
    /// [`mask_of`] its symbols.
    pub mask: u64,
    /// Number of the sentence that it stands in.
    pub sentence: u32,
    /// What it costs a gap to pass over it: 2 for a word, 1 for a character or cluster.
    pub cost: u8,
}

/// One bit for every symbol, several symbols sharing a bit: two sets without a common bit have no common symbol.
#[must_use]
pub fn mask_of(symbols: &[u32]) -> u64 {
    symbols.iter().fold(0, |mask, symbol| mask | 1 << (symbol & 63))
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

/// A place in the tree of patterns: what was matched so far.
#[derive(Clone, Debug, Default)]
struct Node {
    /// What a match that ends here means.
    meanings: Vec<Meaning>,
    /// What may follow, by symbol and gap.
    edges: Vec<Edge>,
    /// [`mask_of`] the edges' symbols.
    mask: u64,
    /// The largest gap of an edge.
    longest_gap: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    symbol: u32,
    gap: u8,
    to: u32,
}

/// Every pattern of a table as one tree, ready to run.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    ids: Vec<String>,
    /// By id: whether it is a sign of reporting, which is never itself negated or reported.
    is_report: Vec<bool>,
    exact: HashMap<String, u32, RandomState>,
    prefixes: HashMap<String, u32, RandomState>,
    /// Lengths of prefixes in bytes, ascending.
    prefix_lengths: Vec<usize>,
    number: Option<u32>,
    /// The node of every symbol that a pattern begins with, by symbol.
    roots: Vec<Option<u32>>,
    nodes: Vec<Node>,
}

/// Edges by node, symbol and gap, while the tree grows.
type KnownEdges = HashMap<(u32, u32, u8), u32, RandomState>;

/// What was found in one posting, before it is known how it stands there.
#[derive(Default)]
struct Found {
    /// Last words of negators that negate what follows.
    before: Vec<u32>,
    /// First words of negators that negate what stands before.
    after: Vec<u32>,
    /// Sentences that report.
    reports: Vec<u32>,
}

/// How far a negator reaches, in gap costs.
const NEGATION_REACH: u8 = 6;

impl Matcher {
    /// Compiles a table.
    #[must_use]
    pub fn new(table: &CueTable) -> Self {
        let mut matcher = Self { ids: table.ids().into_iter().map(str::to_owned).collect(), ..Self::default() };
        matcher.is_report = vec![false; matcher.ids.len()];
        let mut edges = KnownEdges::default();
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
                matcher.add(meaning, variant, &mut edges);
            }
        }
        for node in &mut matcher.nodes {
            node.edges.sort_unstable();
            node.mask = node.edges.iter().fold(0, |mask, edge| mask | mask_of(&[edge.symbol]));
            node.longest_gap = node.edges.iter().map(|edge| edge.gap).max().unwrap_or(0);
        }
        matcher.prefix_lengths = matcher.prefixes.keys().map(String::len).collect();
        matcher.prefix_lengths.sort_unstable();
        matcher.prefix_lengths.dedup();
        matcher
    }

    fn add(&mut self, meaning: Meaning, steps: &[Step], edges: &mut KnownEdges) {
        let Some((first, rest)) = steps.split_first() else { return };
        let start = self.symbol(&first.atom) as usize;
        let mut node = if let Some(node) = self.roots[start] {
            node
        } else {
            let fresh = self.fresh_node();
            self.roots[start] = Some(fresh);
            fresh
        };
        for step in rest {
            let symbol = self.symbol(&step.atom);
            node = if let Some(&to) = edges.get(&(node, symbol, step.gap)) {
                to
            } else {
                let to = self.fresh_node();
                edges.insert((node, symbol, step.gap), to);
                self.nodes[node as usize].edges.push(Edge { symbol, gap: step.gap, to });
                to
            };
        }
        let meanings = &mut self.nodes[node as usize].meanings;
        if !meanings.contains(&meaning) {
            meanings.push(meaning);
        }
    }

    fn fresh_node(&mut self) -> u32 {
        self.nodes.push(Node::default());
        self.nodes.len() as u32 - 1
    }

    fn symbol(&mut self, atom: &Atom) -> u32 {
        let fresh = self.roots.len() as u32;
        let symbol = match atom {
            Atom::Word(word) => *self.exact.entry(word.clone()).or_insert(fresh),
            Atom::Prefix(stem) => *self.prefixes.entry(stem.clone()).or_insert(fresh),
            Atom::Number => *self.number.get_or_insert(fresh),
        };
        if symbol == fresh {
            self.roots.push(None);
        }
        symbol
    }

    /// The ids of indicators, sorted; a hit's `id` points in here.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// Whether an indicator is a sign that the text reports.
    #[must_use]
    pub fn is_report(&self, id: u16) -> bool {
        self.is_report.get(usize::from(id)).copied().unwrap_or(false)
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
        let mut found = Found::default();
        for (at, word) in words.iter().enumerate() {
            for &symbol in word.symbols {
                if let Some(root) = self.roots[symbol as usize] {
                    self.visit(root, words, (at, at), &mut found, hits);
                }
            }
        }
        found.before.sort_unstable();
        found.after.sort_unstable();
        found.reports.sort_unstable();
        for hit in hits.iter_mut().filter(|hit| !self.is_report[usize::from(hit.id)]) {
            hit.mode = found.mode(hit, words);
        }
        hits.sort_unstable();
        // Of several ends of one match the nearest is kept: the hits are sorted by it.
        hits.dedup_by_key(|hit| (hit.id, hit.mode, hit.first));
    }

    /// Follows the tree from a node that words `first..=at` have led to.
    fn visit(
        &self,
        node: u32,
        words: &[Word<'_>],
        (first, at): (usize, usize),
        found: &mut Found,
        hits: &mut Vec<CueHit>,
    ) {
        let node = &self.nodes[node as usize];
        for meaning in &node.meanings {
            match *meaning {
                Meaning::NegatorBefore => found.before.push(at as u32),
                Meaning::NegatorAfter => found.after.push(first as u32),
                Meaning::Indicator(id) => {
                    if self.is_report[usize::from(id)] {
                        found.reports.push(words[first].sentence);
                    }
                    hits.push(CueHit { id, mode: CueMode::Offered, first: first as u32, last: at as u32 });
                }
            }
        }
        if node.edges.is_empty() {
            return;
        }
        let mut passed = 0;
        for (next, word) in words.iter().enumerate().skip(at + 1) {
            if word.sentence != words[at].sentence || passed > node.longest_gap {
                return;
            }
            if word.mask & node.mask != 0 {
                for &symbol in word.symbols {
                    let begin = node.edges.partition_point(|edge| edge.symbol < symbol);
                    let same = node.edges[begin..].iter().take_while(|edge| edge.symbol == symbol);
                    for edge in same.filter(|edge| passed <= edge.gap) {
                        self.visit(edge.to, words, (first, next), found, hits);
                    }
                }
            }
            passed = passed.saturating_add(word.cost);
        }
    }
}

impl Found {
    /// How a hit stands in its text. A text that reports does so in the sentence itself or in one beside it.
    fn mode(&self, hit: &CueHit, words: &[Word<'_>]) -> CueMode {
        let sentence = words[hit.first as usize].sentence;
        let nearest_before = self.before[..self.before.partition_point(|&at| at < hit.first)].last();
        let nearest_after = self.after.get(self.after.partition_point(|&at| at <= hit.last));
        let negated = nearest_before.is_some_and(|&at| within_reach(words, at, hit.first))
            || nearest_after.is_some_and(|&at| within_reach(words, hit.last, at));
        let reports_near = self.reports.get(self.reports.partition_point(|&other| other + 1 < sentence));
        if negated {
            CueMode::Negated
        } else if reports_near.is_some_and(|&other| other <= sentence + 1) {
            CueMode::Reported
        } else {
            CueMode::Offered
        }
    }
}

fn within_reach(words: &[Word<'_>], from: u32, to: u32) -> bool {
    let between = &words[from as usize + 1..to as usize];
    // Every word costs at least 1, so what is further away is out of reach whatever it is.
    between.len() <= usize::from(NEGATION_REACH)
        && words[from as usize].sentence == words[to as usize].sentence
        && between.iter().map(|word| u32::from(word.cost)).sum::<u32>() <= u32::from(NEGATION_REACH)
}
