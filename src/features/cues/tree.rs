//! The patterns of a table put together to a tree, node by node. [`Matcher`] is the same in flat arrays, with equal branches joined.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;

use crate::{
    features::cues::{
        matcher::{Matcher, NEGATOR_AFTER, NEGATOR_BEFORE, NO_NODE, mask_of},
        pattern::{Atom, Step},
        table::{CueKind, CueTable},
    },
    flat::strings::StringTable,
};

/// A tree that grows. Symbols are numbered as they come.
#[derive(Default)]
pub(super) struct Tree<'a> {
    ids: Vec<&'a str>,
    is_report: Vec<bool>,
    symbols: HashMap<&'a Atom, u32, RandomState>,
    /// The node of every symbol that a pattern begins with.
    roots: BTreeMap<u32, u32>,
    nodes: Vec<Node>,
    /// Edges by node, symbol and gap.
    edges: HashMap<(u32, u32, u8), u32, RandomState>,
}

#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Node {
    meanings: Vec<u32>,
    edges: Vec<Edge>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Edge {
    symbol: u32,
    gap: u8,
    to: u32,
}

impl<'a> Tree<'a> {
    pub(super) fn of(table: &'a CueTable) -> Self {
        let ids = table.ids();
        let mut tree = Self { is_report: vec![false; ids.len()], ids, ..Self::default() };
        for cue in &table.cues {
            let meaning = match cue.kind {
                CueKind::NegatorBefore => NEGATOR_BEFORE,
                CueKind::NegatorAfter => NEGATOR_AFTER,
                CueKind::Cue | CueKind::Counter | CueKind::Report => {
                    let at = tree.ids.binary_search(&cue.id.as_str()).unwrap_or_default();
                    tree.is_report[at] |= cue.kind == CueKind::Report;
                    at as u32
                }
            };
            for variant in &cue.variants {
                tree.add(meaning, variant);
            }
        }
        tree
    }

    fn add(&mut self, meaning: u32, steps: &'a [Step]) {
        let Some((first, rest)) = steps.split_first() else { return };
        let start = self.symbol(&first.atom);
        let mut node = if let Some(&node) = self.roots.get(&start) {
            node
        } else {
            let fresh = self.fresh_node();
            self.roots.insert(start, fresh);
            fresh
        };
        for step in rest {
            let symbol = self.symbol(&step.atom);
            node = if let Some(&to) = self.edges.get(&(node, symbol, step.gap)) {
                to
            } else {
                let to = self.fresh_node();
                self.edges.insert((node, symbol, step.gap), to);
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

    fn symbol(&mut self, atom: &'a Atom) -> u32 {
        let fresh = self.symbols.len() as u32;
        *self.symbols.entry(atom).or_insert(fresh)
    }

    /// Joins nodes after which the same may follow with the same meaning, which most are: the ends of patterns. Returns the number
    /// that each old node has now; edges are sorted and lead to new numbers.
    fn join_equal_nodes(&mut self) -> Vec<u32> {
        let mut joined = vec![0; self.nodes.len()];
        let mut kept: Vec<Node> = Vec::new();
        let mut known: HashMap<Node, u32, RandomState> = HashMap::default();
        // A node's followers were made after it, so that they have their numbers when it gets its own.
        for (at, mut node) in std::mem::take(&mut self.nodes).into_iter().enumerate().rev() {
            node.edges.iter_mut().for_each(|edge| edge.to = joined[edge.to as usize]);
            node.edges.sort_unstable();
            node.meanings.sort_unstable();
            joined[at] = *known.entry(node).or_insert_with_key(|node| {
                kept.push(node.clone());
                kept.len() as u32 - 1
            });
        }
        self.nodes = kept;
        joined
    }

    /// Numbers the symbols anew, words first, then beginnings, then the number, and lays everything flat.
    pub(super) fn into_matcher(mut self) -> Matcher {
        let mut atoms: Vec<(&Atom, u32)> = self.symbols.iter().map(|(&atom, &symbol)| (atom, symbol)).collect();
        // The order of the kinds of atoms is that of the symbols.
        atoms.sort_unstable();
        let mut symbol_of = vec![0; atoms.len()];
        for (new, &(_, old)) in (0..).zip(&atoms) {
            symbol_of[old as usize] = new;
        }
        let texts =
            |wanted: fn(&Atom) -> Option<&str>| StringTable::new(atoms.iter().filter_map(|(atom, _)| wanted(atom)));
        let exact = texts(|atom| if let Atom::Word(word) = atom { Some(word) } else { None });
        let prefixes = texts(|atom| if let Atom::Prefix(stem) = atom { Some(stem) } else { None });
        let mut prefix_lengths: Vec<u32> = prefixes.strings().iter().map(|stem| stem.len() as u32).collect();
        prefix_lengths.sort_unstable();
        prefix_lengths.dedup();
        for node in &mut self.nodes {
            node.edges.iter_mut().for_each(|edge| edge.symbol = symbol_of[edge.symbol as usize]);
        }
        let joined = self.join_equal_nodes();
        let mut roots = vec![NO_NODE; atoms.len()];
        for (symbol, node) in self.roots {
            roots[symbol_of[symbol as usize] as usize] = joined[node as usize];
        }
        let (mut nodes, mut masks) = (Vec::new(), Vec::new());
        let (mut edges, mut meanings) = (Vec::new(), Vec::new());
        for node in &self.nodes {
            let longest_gap = node.edges.iter().map(|edge| u32::from(edge.gap)).max().unwrap_or(0);
            nodes.push([edges.len() as u32, meanings.len() as u32, longest_gap]);
            masks.push(node.edges.iter().fold(0, |mask, edge| mask | mask_of(&[edge.symbol])));
            edges.extend(node.edges.iter().map(|edge| [edge.symbol, u32::from(edge.gap), edge.to]));
            meanings.extend(&node.meanings);
        }
        nodes.push([edges.len() as u32, meanings.len() as u32, 0]);
        Matcher {
            ids: self.ids.into_iter().map(str::to_owned).collect(),
            is_report: self.is_report,
            exact,
            prefixes,
            prefix_lengths: prefix_lengths.into(),
            number: self.symbols.get(&Atom::Number).map(|&old| symbol_of[old as usize]),
            roots: roots.into(),
            nodes: nodes.into(),
            masks: masks.into(),
            edges: edges.into(),
            meanings: meanings.into(),
        }
    }
}
