//! Phrases with a meaning for numbers, and finding them among the units of a posting.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::{
    features::{Place, values::Symbols},
    normalize::{UnitKind, Units},
};

/// What a phrase is for. The kinds of `words.csv`, then those that other tables bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    /// A number in words; the value is the number.
    Digit,
    /// A Chinese power of ten.
    Cjk,
    /// A power of ten behind a number.
    Scale,
    /// A power of ten before a number.
    Before,
    /// What pay is for; the value is what a month has of it, a year counting as 0.0833.
    Period,
    /// Speaks of pay.
    Pay,
    /// Speaks of money that is not pay: fees, fines, bonuses.
    NotPay,
    /// What is counted when it follows a number: people, seats, minutes.
    Count,
    /// Hours.
    Hours,
    /// a.m. (0) or p.m. (12).
    Clock,
    /// Days off.
    Off,
    /// Age (0), or years of age behind the number (1).
    Age,
    /// Men and women sought.
    Sex,
    /// At most.
    Cap,
    /// Contract.
    Contract,
    /// Months (1) or years (12) of a term.
    Months,
    /// Words a minute.
    Wpm,
    /// Pay by the piece or the head.
    Order,
    /// Joins the two ends of a range.
    To,
    /// Kind of work: 0 service, 1 desk, 2 skilled.
    Work,
    /// Shields its words from other readings: a language or a people that bears the name of a place.
    Other,
    /// A currency, by its number in `rates.csv`.
    #[serde(skip)]
    Currency,
    /// A name that several currencies share, by its number in the list of those.
    #[serde(skip)]
    Shared,
    /// A place, by its number in `places.csv`.
    #[serde(skip)]
    Place,
}

/// One meaning of a phrase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Meaning {
    pub(super) role: Role,
    pub(super) value: f64,
    /// Index into [`LANGUAGES`] plus 1; 0 for any.
    pub(super) language: u8,
}

/// Languages of `words.csv`, each with the country that it stands for when nothing else tells.
pub(super) const LANGUAGES: [(&str, &str); 32] = [
    ("en", ""),
    ("zh", ""),
    ("ja", "JP"),
    ("ko", "KR"),
    ("vi", "VN"),
    ("th", "TH"),
    ("id", "ID"),
    ("ms", "MY"),
    ("fil", "PH"),
    ("km", "KH"),
    ("my", "MM"),
    ("lo", "LA"),
    ("hi", "IN"),
    ("ne", "NP"),
    ("bn", "BD"),
    ("ur", "PK"),
    ("ar", ""),
    ("ru", "RU"),
    ("uk", "UA"),
    ("pt", "BR"),
    ("es", ""),
    ("fr", ""),
    ("de", "DE"),
    ("it", "IT"),
    ("pl", "PL"),
    ("tr", "TR"),
    ("sw", "KE"),
    ("am", "ET"),
    ("ta", ""),
    ("si", "LK"),
    ("mn", "MN"),
    ("kk", "KZ"),
];

impl Meaning {
    /// The value as a number in a list.
    #[expect(clippy::cast_sign_loss, reason = "numbers in lists are whole and not below 0")]
    pub(super) fn index(&self) -> usize {
        self.value as usize
    }
}

/// A phrase found over units `first..=last`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) first: u32,
    pub(super) last: u32,
    what: What,
}

/// Where the meanings of a phrase lie, and a bit for each of their roles.
#[derive(Clone, Copy, Debug)]
struct What {
    meanings: (u32, u32),
    roles: u32,
}

impl Mark {
    /// A bit for every role of its meanings.
    pub(super) fn roles(&self) -> u32 {
        self.what.roles
    }

    /// Whether the phrase has a meaning of that role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.what.roles & 1 << role as u32 != 0
    }
}

#[derive(Clone, Debug)]
struct Phrase {
    rest: Vec<u16>,
    what: What,
}

/// All phrases, ready to be found.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrases {
    exact: HashMap<String, u16>,
    prefixes: HashMap<String, u16>,
    /// Phrases by the symbol of their first word, the longest first.
    starts: Vec<Vec<Phrase>>,
    meanings: Vec<Meaning>,
}

/// Phrases while they are collected: words, whether the last is a beginning only → meanings.
#[derive(Default)]
pub(super) struct Collected(BTreeMap<(Vec<String>, bool), Vec<Meaning>>);

impl Collected {
    /// Adds a phrase as written; `*` at its end lets its last word go on. A phrase with digits is left out: numbers are
    /// read, not matched.
    pub(super) fn add(&mut self, phrase: &str, meaning: Meaning) {
        let (phrase, is_prefix) = phrase.strip_suffix('*').map_or((phrase, false), |stem| (stem, true));
        let mut words = Vec::new();
        let mut has_number = false;
        Units::default().split(phrase, |unit| {
            has_number |= unit.kind == UnitKind::Number;
            if unit.kind != UnitKind::Break {
                words.push(unit.token_text().to_owned());
            }
        });
        if !words.is_empty() && !has_number {
            let meanings = self.0.entry((words, is_prefix)).or_default();
            if !meanings.iter().any(|other| other.role == meaning.role && other.language == meaning.language) {
                meanings.push(meaning);
            }
        }
    }

    /// Numbers the words and puts the longest phrases first.
    pub(super) fn finish(self) -> Phrases {
        let mut phrases = Phrases { starts: vec![Vec::new()], ..Phrases::default() };
        for ((words, is_prefix), meanings) in self.0 {
            let last = words.len() - 1;
            let symbols: Vec<u16> =
                words.into_iter().enumerate().map(|(at, word)| phrases.symbol(word, is_prefix && at == last)).collect();
            let start = phrases.meanings.len() as u32;
            let roles = meanings.iter().fold(0, |roles, meaning| roles | 1 << meaning.role as u32);
            phrases.meanings.extend(meanings);
            let what = What { meanings: (start, phrases.meanings.len() as u32), roles };
            phrases.starts[usize::from(symbols[0])].push(Phrase { rest: symbols[1..].to_vec(), what });
        }
        for list in &mut phrases.starts {
            list.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
        }
        phrases
    }
}

impl Phrases {
    fn symbol(&mut self, word: String, is_prefix: bool) -> u16 {
        let fresh = self.starts.len() as u16;
        let table = if is_prefix { &mut self.prefixes } else { &mut self.exact };
        let symbol = *table.entry(word).or_insert(fresh);
        if symbol == fresh {
            self.starts.push(Vec::new());
        }
        symbol
    }

    /// What a word answers to: itself, and the longest beginning that some phrase asks for.
    pub(super) fn symbols_of(&self, word: &str) -> Symbols {
        let exact = self.exact.get(word).copied().unwrap_or(0);
        let mut ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
        let prefix = ends.find_map(|end| self.prefixes.get(&word[..end]).copied()).unwrap_or(0);
        [exact, prefix]
    }

    /// Finds phrases from left to right, the longest at each place, none over another.
    pub(super) fn mark(&self, units: &[Place], marks: &mut Vec<Mark>, covering: &mut Vec<u32>) {
        marks.clear();
        covering.clear();
        covering.resize(units.len(), 0);
        let mut free = 0;
        for at in 0..units.len() {
            if units[at].symbols == [0, 0] || at < free {
                continue;
            }
            if let Some((last, what)) = self.longest(units, at) {
                marks.push(Mark { first: at as u32, last: last as u32, what });
                covering[at..=last].fill(marks.len() as u32);
                free = last + 1;
            }
        }
    }

    fn longest(&self, units: &[Place], at: usize) -> Option<(usize, What)> {
        let mut best: Option<(usize, What)> = None;
        for symbol in units[at].symbols {
            let found = self.starts[usize::from(symbol)].iter().find(|phrase| {
                let rest = units.get(at + 1..at + 1 + phrase.rest.len());
                rest.is_some_and(|rest| {
                    rest.iter()
                        .zip(&phrase.rest)
                        .all(|(unit, symbol)| unit.symbols.contains(symbol) && unit.sentence == units[at].sentence)
                })
            });
            if let Some(phrase) = found
                && best.is_none_or(|(last, _)| at + phrase.rest.len() > last)
            {
                best = Some((at + phrase.rest.len(), phrase.what));
            }
        }
        best
    }

    /// The meanings of a mark.
    pub(super) fn meanings(&self, mark: &Mark) -> &[Meaning] {
        &self.meanings[mark.what.meanings.0 as usize..mark.what.meanings.1 as usize]
    }
}
