//! What is known of a word, worked out once: subwords, columns, cue symbols.
//!
//! Everything that depends on a word alone is kept here, so that the work on a posting is a walk over numbers. A lexicon
//! belongs to one thread; when it has grown to its limit it forgets everything and begins anew, which costs time and
//! changes nothing else.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::{
    features::{
        cues::{Answers, Gate, Matcher, mask_of},
        grams::GramKey,
        values,
        vocabulary::Vocabulary,
    },
    normalize::{AsciiWord, Unit, UnitKind},
    tokenize::{Tokenizer, merges::Buffers},
};

/// Where a word's lists lie in the lexicon.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    text: (u32, u32),
    tokens: (u32, u32),
    columns: (u32, u32),
    /// What the word answers to in cues.
    pub(crate) answers: Answers,
    pub(crate) gate: Gate,
    /// [`mask_of`] its symbols.
    pub(crate) mask: u64,
    /// What the word costs a cue's gap: 2, or 1 for a character or cluster.
    pub(crate) cost: u8,
    /// What the word answers to among the phrases that give numbers their meaning.
    pub(crate) values: values::Symbols,
}

/// The memory of one thread. See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lexicon {
    entries: Vec<Entry>,
    /// Words of few ASCII letters, which most are.
    ascii: HashMap<AsciiWord, u32, RandomState>,
    /// The same words again, the one of each slot that was met last: the frequent ones are found without much of a search.
    recent: Vec<(AsciiWord, u32)>,
    /// All other units by what they are, since a masked text may hold `⟨n4⟩` as a word.
    others: [HashMap<Box<str>, u32, RandomState>; 3],
    pool: Vec<u32>,
    texts: String,
    buffers: Buffers,
}

/// Words after which a lexicon forgets: about 10 MB. The frequent ones are learnt again in a few postings.
const MOST_WORDS: usize = 1 << 16;

/// Slots for words that were met last.
const RECENT: usize = 4096;

/// What a lexicon asks about a word that it does not know.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) tokenizer: &'a Tokenizer,
    pub(crate) matcher: &'a Matcher,
    pub(crate) vocabulary: &'a Vocabulary,
}

impl Lexicon {
    /// Forgets everything if it has grown to its limit. To be called between postings, never within one.
    pub(crate) fn make_room(&mut self) {
        if self.entries.len() > MOST_WORDS {
            *self = Self::default();
        }
    }

    /// The number of a word's entry, if it is known.
    #[inline]
    pub(crate) fn known(&mut self, word: AsciiWord) -> Option<u32> {
        match self.recent.get(word.slot(RECENT)) {
            Some(&(other, at)) if other == word => Some(at),
            _ => self.known_longer(word),
        }
    }

    fn known_longer(&mut self, word: AsciiWord) -> Option<u32> {
        let at = *self.ascii.get(&word)?;
        self.recent.resize(RECENT, (word, at));
        self.recent[word.slot(RECENT)] = (word, at);
        Some(at)
    }

    /// The number of a unit's entry, made if it is new.
    pub(crate) fn entry_of(&mut self, unit: &Unit<'_>, source: Source<'_>) -> u32 {
        let text = unit.token_text();
        let ascii = AsciiWord::of(text).filter(|_| unit.kind == UnitKind::Word);
        let others = match unit.kind {
            UnitKind::Number => 0,
            UnitKind::Glyph => 1,
            _ => 2,
        };
        let known = match ascii {
            Some(word) => self.known(word),
            None => self.others[others].get(text).copied(),
        };
        known.unwrap_or_else(|| {
            let at = self.entries.len() as u32;
            let entry = self.learn(text, unit.kind, source);
            self.entries.push(entry);
            match ascii {
                Some(word) => self.ascii.insert(word, at),
                None => self.others[others].insert(text.into(), at),
            };
            at
        })
    }

    fn learn(&mut self, text: &str, kind: UnitKind, source: Source<'_>) -> Entry {
        let mut tokens = Vec::new();
        source.tokenizer.word_into(text, &mut self.buffers, &mut tokens);
        let tokens_at = self.store(tokens.iter().copied());
        let mut columns = Vec::new();
        if kind == UnitKind::Word
            && let Some(lengths) = source.vocabulary.piece_lengths()
        {
            for_each_piece(text, lengths, |piece| columns.extend(source.vocabulary.piece(piece)));
        }
        let (word_longest, glyph_longest) = source.vocabulary.gram_lengths();
        let grams = source.vocabulary.grams();
        for length in 1..=if kind == UnitKind::Glyph { glyph_longest } else { word_longest } {
            columns.extend(tokens.windows(length).filter_map(|ids| grams.get(GramKey::new(ids))));
        }
        let columns_at = self.store(columns);
        let mut symbols = Vec::new();
        if kind == UnitKind::Number {
            symbols.extend(source.matcher.number_symbol());
        } else {
            source.matcher.symbols_of(text, &mut symbols);
        }
        let mask = mask_of(&symbols);
        let mut roots = Vec::new();
        let gate = source.matcher.roots_of(&symbols, &mut roots);
        let lengths = (symbols.len() as u16, roots.len() as u16);
        let answers = Answers { start: self.pool.len() as u32, symbols: lengths.0, roots: lengths.1 };
        self.pool.extend(symbols);
        self.pool.extend(roots);
        let cost = if kind == UnitKind::Glyph { 1 } else { 2 };
        let text_start = self.texts.len() as u32;
        self.texts.push_str(text);
        Entry {
            text: (text_start, self.texts.len() as u32),
            tokens: tokens_at,
            columns: columns_at,
            answers,
            gate,
            mask,
            cost,
            values: values::symbols_of(text),
        }
    }

    fn store(&mut self, items: impl IntoIterator<Item = u32>) -> (u32, u32) {
        let start = self.pool.len() as u32;
        self.pool.extend(items);
        (start, self.pool.len() as u32)
    }

    #[inline]
    pub(crate) fn entry(&self, at: u32) -> &Entry {
        &self.entries[at as usize]
    }

    /// The word itself.
    pub(crate) fn text(&self, entry: &Entry) -> &str {
        &self.texts[entry.text.0 as usize..entry.text.1 as usize]
    }

    /// The numbers of its subwords.
    pub(crate) fn tokens(&self, entry: &Entry) -> &[u32] {
        self.slice(entry.tokens)
    }

    /// Columns of everything inside the word, once per occurrence.
    pub(crate) fn columns(&self, entry: &Entry) -> &[u32] {
        self.slice(entry.columns)
    }

    /// The list that [`Answers`] lie in.
    pub(crate) fn list(&self) -> &[u32] {
        &self.pool
    }

    fn slice(&self, (start, end): (u32, u32)) -> &[u32] {
        &self.pool[start as usize..end as usize]
    }
}

/// Calls `sink` with every run of letters of `word` whose length lies within `lengths`; `_` marks the word's borders.
///
/// A run of a single border is never given.
pub(crate) fn for_each_piece(word: &str, lengths: (usize, usize), mut sink: impl FnMut(&str)) {
    let mut marked = String::with_capacity(word.len() + 2);
    marked.push('_');
    marked.push_str(word);
    marked.push('_');
    let borders: Vec<usize> = marked.char_indices().map(|(at, _)| at).chain([marked.len()]).collect();
    for length in lengths.0.max(2)..=lengths.1 {
        for window in borders.windows(length + 1) {
            sink(&marked[window[0]..window[length]]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_word_by_hand() {
        let mut seen = Vec::new();
        for_each_piece("việc", (2, 3), |piece| seen.push(piece.to_owned()));
        assert_eq!(seen, ["_v", "vi", "iệ", "ệc", "c_", "_vi", "việ", "iệc", "ệc_"]);
        seen.clear();
        for_each_piece("a", (2, 5), |piece| seen.push(piece.to_owned()));
        assert_eq!(seen, ["_a", "a_", "_a_"]);
    }
}
