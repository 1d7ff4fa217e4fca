//! All patterns at once over the words of a posting.
//!
//! A word is looked up once, when it is first seen, in the table of everything that patterns ask for; what it
//! answers to (its *symbols*) is kept with it. A posting is then a walk over numbers, and most words answer to nothing.

use crate::{
    features::cues::{table::CueTable, tree::Tree},
    flat::{
        Array,
        store::{Reader, Writer},
        strings::{StringTable, Strings},
    },
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

/// A word of a posting that answers to something: words that answer to nothing only make the way to the next one longer.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// [`mask_of`] its symbols.
    pub mask: u64,
    /// What all words before it cost a gap, and [`SENTENCE_COST`] for every end of a sentence.
    pub start: u64,
    /// The same with its own cost: 2 for a word, 1 for a character or cluster.
    pub end: u64,
    /// Its symbols and roots.
    pub answers: Answers,
    /// What must be so that a pattern that begins here is worth following.
    pub gate: Gate,
    /// Number of the unit that it is.
    pub at: u32,
    /// Number of the sentence that it stands in.
    pub sentence: u32,
}

/// Where in a list the symbols of a word lie ([`Matcher::symbols_of`]) and, behind them, the nodes that it leads to as the first word
/// of a pattern ([`Matcher::roots_of`]).
#[derive(Clone, Copy, Debug, Default)]
pub struct Answers {
    /// Where the symbols begin.
    pub start: u32,
    /// Number of symbols.
    pub symbols: u16,
    /// Number of nodes.
    pub roots: u16,
}

/// What patterns that begin with a word ask of what follows. Of two words that begin some pattern one has nothing behind it that any
/// of its patterns goes on with, which is seen here at less cost than in the tree.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate {
    /// [`mask_of`] the symbols that patterns go on with.
    pub mask: u64,
    /// The longest gap that they allow.
    pub reach: u32,
    /// Whether the word is a whole pattern.
    pub is_open: bool,
}

impl Answers {
    fn symbols(self, list: &[u32]) -> &[u32] {
        &list[self.start as usize..][..usize::from(self.symbols)]
    }

    fn roots(self, list: &[u32]) -> &[u32] {
        &list[self.start as usize + usize::from(self.symbols)..][..usize::from(self.roots)]
    }
}

/// More than any gap and any negator reaches over.
pub const SENTENCE_COST: u64 = 1 << 10;

/// One bit for every symbol, several symbols sharing a bit: two sets without a common bit have no common symbol.
#[must_use]
pub fn mask_of(symbols: &[u32]) -> u64 {
    symbols.iter().fold(0, |mask, &symbol| mask | bit_of(symbol))
}

fn bit_of(symbol: u32) -> u64 {
    1 << (symbol & 63)
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

/// Every pattern of a table as one tree, ready to run.
///
/// A node is what was matched so far. Its edges say what may follow, by symbol and gap; its meanings what a match that ends
/// there shows. Both stand with those of the other nodes in one array, node by node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matcher {
    pub(super) ids: Vec<String>,
    /// By id: whether it is a sign of reporting, which is never itself negated or reported.
    pub(super) is_report: Vec<bool>,
    /// Words asked for as a whole: their numbers are their symbols.
    pub(super) exact: StringTable,
    /// Beginnings asked for: their numbers are their symbols, less the number of exact words.
    pub(super) prefixes: StringTable,
    /// Lengths of prefixes in bytes, ascending.
    pub(super) prefix_lengths: Array<u32>,
    /// The symbol of numbers, if a pattern asks for one: the last.
    pub(super) number: Option<u32>,
    /// The node of every symbol that a pattern begins with, by symbol; [`NO_NODE`] for others.
    pub(super) roots: Array<u32>,
    /// Where each node's edges and meanings begin, and its longest gap. They end where those of the next begin; the
    /// last node stands for the end.
    pub(super) nodes: Array<[u32; 3]>,
    /// [`mask_of`] the symbols of each node's edges.
    pub(super) masks: Array<u64>,
    /// Symbol, gap, node: sorted within a node.
    pub(super) edges: Array<[u32; 3]>,
    /// The index of an id, [`NEGATOR_BEFORE`] or [`NEGATOR_AFTER`].
    pub(super) meanings: Array<u32>,
}

pub(super) const NO_NODE: u32 = u32::MAX;
pub(super) const NEGATOR_BEFORE: u32 = u32::MAX;
pub(super) const NEGATOR_AFTER: u32 = u32::MAX - 1;

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
const NEGATION_REACH: u64 = 6;

impl Matcher {
    /// Compiles a table.
    #[must_use]
    pub fn new(table: &CueTable) -> Self {
        Tree::of(table).into_matcher()
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
        symbols.extend(self.exact.find(word));
        let exact = self.exact.strings().len() as u32;
        for &length in self.prefix_lengths.iter() {
            match word.get(..length as usize) {
                Some(stem) => symbols.extend(self.prefixes.find(stem).map(|number| exact + number)),
                None if length as usize > word.len() => break,
                None => {}
            }
        }
    }

    /// The nodes that a word with these symbols leads to as the first word of a pattern, appended to `roots`, and what they ask for.
    pub fn roots_of(&self, symbols: &[u32], roots: &mut Vec<u32>) -> Gate {
        let mut gate = Gate::default();
        for root in symbols.iter().map(|&symbol| self.roots[symbol as usize]).filter(|&root| root != NO_NODE) {
            let at = root as usize;
            let [_, meanings, longest_gap] = self.nodes[at];
            gate.mask |= self.masks[at];
            gate.reach = gate.reach.max(longest_gap);
            gate.is_open |= meanings < self.nodes[at + 1][1];
            roots.push(root);
        }
        gate
    }

    /// What a number answers to.
    #[must_use]
    pub fn number_symbol(&self) -> Option<u32> {
        self.number
    }

    /// Finds every cue in `words`, whose answers lie in `list`: sorted, each place of each indicator once.
    pub fn find(&self, words: &[Word], list: &[u32], hits: &mut Vec<CueHit>) {
        hits.clear();
        let mut walk = Walk {
            list,
            nodes: &self.nodes,
            masks: &self.masks,
            edges: &self.edges,
            meanings: &self.meanings,
            is_report: &self.is_report,
            words,
            found: Found::default(),
            hits,
        };
        walk.run();
        let Walk { mut found, hits, .. } = walk;
        found.before.sort_unstable();
        found.after.sort_unstable();
        found.reports.sort_unstable();
        for hit in hits.iter_mut().filter(|hit| !self.is_report[usize::from(hit.id)]) {
            hit.mode = found.mode(hit, words);
        }
        for hit in hits.iter_mut() {
            (hit.first, hit.last) = (words[hit.first as usize].at, words[hit.last as usize].at);
        }
        hits.sort_unstable();
        // Of several ends of one match the nearest is kept: the hits are sorted by it.
        hits.dedup_by_key(|hit| (hit.id, hit.mode, hit.first));
    }

    pub(crate) fn write(&self, into: &mut Writer) {
        Strings::new(self.ids.iter().map(String::as_str)).write(into);
        into.array(&self.is_report.iter().map(|&is| u8::from(is)).collect::<Vec<_>>());
        self.exact.write(into);
        self.prefixes.write(into);
        into.array(&self.prefix_lengths);
        into.array(&self.number.map_or(vec![], |number| vec![number]));
        into.array(&self.roots);
        into.array(&self.nodes);
        into.array(&self.masks);
        into.array(&self.edges);
        into.array(&self.meanings);
    }

    pub(crate) fn read(from: &mut Reader) -> Result<Self, String> {
        Ok(Self {
            ids: Strings::read(from)?.iter().map(str::to_owned).collect(),
            is_report: from.array::<u8>()?.iter().map(|&is| is != 0).collect(),
            exact: StringTable::read(from)?,
            prefixes: StringTable::read(from)?,
            prefix_lengths: from.array()?,
            number: from.array()?.first().copied(),
            roots: from.array()?,
            nodes: from.array()?,
            masks: from.array()?,
            edges: from.array()?,
            meanings: from.array()?,
        })
    }
}

/// Whether a pattern may begin with `word`, going by its gate.
fn is_worthwhile(word: &Word, behind: &[Word]) -> bool {
    let Gate { mask, reach, is_open } = word.gate;
    let mut near = behind.iter().take_while(|next| next.start - word.end <= u64::from(reach));
    is_open || (mask != 0 && near.any(|next| next.mask & mask != 0))
}

/// One posting on its way through the tree. Hits speak of `words` by their place in there.
struct Walk<'a> {
    list: &'a [u32],
    nodes: &'a [[u32; 3]],
    masks: &'a [u64],
    edges: &'a [[u32; 3]],
    meanings: &'a [u32],
    is_report: &'a [bool],
    words: &'a [Word],
    found: Found,
    hits: &'a mut Vec<CueHit>,
}

impl Walk<'_> {
    fn run(&mut self) {
        for (at, word) in self.words.iter().enumerate() {
            if is_worthwhile(word, &self.words[at + 1..]) {
                for &root in word.answers.roots(self.list) {
                    self.visit(root, at, at);
                }
            }
        }
    }

    /// Follows the tree from a node that words `first..=at` have led to.
    fn visit(&mut self, node: u32, first: usize, at: usize) {
        let Self { list, nodes, edges, words, .. } = *self;
        let node = node as usize;
        let ([edges_start, meanings_start, longest_gap], [edges_end, meanings_end, _]) = (nodes[node], nodes[node + 1]);
        for meaning in meanings_start..meanings_end {
            self.take(self.meanings[meaning as usize], first, at);
        }
        let edges = &edges[edges_start as usize..edges_end as usize];
        if edges.is_empty() {
            return;
        }
        let (mask, [here, behind @ ..]) = (self.masks[node], &words[at..]) else { return };
        for (next, word) in (at + 1..).zip(behind) {
            let passed = word.start - here.end;
            if passed > u64::from(longest_gap) {
                return;
            }
            if word.mask & mask == 0 {
                continue;
            }
            for &symbol in word.answers.symbols(list).iter().filter(|&&symbol| mask & bit_of(symbol) != 0) {
                let begin = edges.partition_point(|edge| edge[0] < symbol);
                for &[_, gap, to] in edges[begin..].iter().take_while(|edge| edge[0] == symbol) {
                    if passed <= u64::from(gap) {
                        self.visit(to, first, next);
                    }
                }
            }
        }
    }

    /// Notes what a match over words `first..=last` means.
    fn take(&mut self, meaning: u32, first: usize, last: usize) {
        match meaning {
            NEGATOR_BEFORE => self.found.before.push(last as u32),
            NEGATOR_AFTER => self.found.after.push(first as u32),
            id => {
                if self.is_report[id as usize] {
                    self.found.reports.push(self.words[first].sentence);
                }
                let (first, last) = (first as u32, last as u32);
                self.hits.push(CueHit { id: id as u16, mode: CueMode::Offered, first, last });
            }
        }
    }
}

impl Found {
    /// How a hit stands in its text. A text that reports does so in the sentence itself or in one beside it.
    fn mode(&self, hit: &CueHit, words: &[Word]) -> CueMode {
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

fn within_reach(words: &[Word], from: u32, to: u32) -> bool {
    words[to as usize].start - words[from as usize].end <= NEGATION_REACH
}
