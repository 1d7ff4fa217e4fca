//! Phrases with a meaning for numbers, and finding them among the units of a posting.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    features::{Place, values::Symbols},
    flat::{
        Array,
        store::{Reader, Writer},
        strings::StringTable,
    },
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

impl Role {
    /// All roles, by number.
    const ALL: [Self; 24] = [
        Self::Digit,
        Self::Cjk,
        Self::Scale,
        Self::Before,
        Self::Period,
        Self::Pay,
        Self::NotPay,
        Self::Count,
        Self::Hours,
        Self::Clock,
        Self::Off,
        Self::Age,
        Self::Sex,
        Self::Cap,
        Self::Contract,
        Self::Months,
        Self::Wpm,
        Self::Order,
        Self::To,
        Self::Work,
        Self::Other,
        Self::Currency,
        Self::Shared,
        Self::Place,
    ];
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

    /// Whether a number may begin with the phrase, going by its roles.
    pub(super) fn may_be_number(&self) -> bool {
        const ROLES: u32 = 1 << Role::Digit as u32 | 1 << Role::Before as u32 | 1 << Role::Cjk as u32;
        self.what.roles & ROLES != 0
    }

    /// Whether the phrase has a meaning of that role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.what.roles & 1 << role as u32 != 0
    }
}

/// All phrases, ready to be found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Phrases {
    /// Words as they stand in a phrase: their numbers plus 1 are their symbols.
    exact: StringTable,
    /// Beginnings that a phrase ends with: their symbols are behind those of the words.
    prefixes: StringTable,
    longest_prefix: usize,
    /// By the symbol of their first word, where its phrases begin; they end where the next symbol's begin.
    starts: Array<u32>,
    /// Where the symbols of a phrase's other words begin in `rest`, and where its meanings do; from the top how many
    /// meanings (8 bits) and other words there are (8 bits) and the symbol of the second word (16 bits, 0 for none); a bit for each
    /// role. Of a symbol's phrases the longest comes first.
    entries: Array<[u32; 4]>,
    rest: Array<u16>,
    meanings: Vec<Meaning>,
}

/// Number of words behind the first of a phrase.
fn length_of(packed: u32) -> usize {
    (packed >> 16 & 0xFF) as usize
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
        let last_word = |(words, is_prefix): &(Vec<String>, bool)| words.last().filter(|_| *is_prefix).cloned();
        let beginnings: BTreeSet<String> = self.0.keys().filter_map(last_word).collect();
        let whole = |(words, is_prefix): &(Vec<String>, bool)| words[..words.len() - usize::from(*is_prefix)].to_vec();
        let words: BTreeSet<String> = self.0.keys().flat_map(whole).collect();
        let exact = StringTable::new(words.iter().map(String::as_str));
        let prefixes = StringTable::new(beginnings.iter().map(String::as_str));
        let longest_prefix = beginnings.iter().map(String::len).max().unwrap_or(0);
        let mut phrases = Phrases { exact, prefixes, longest_prefix, ..Phrases::default() };
        let symbols = 1 + words.len() + beginnings.len();
        let mut by_start: Vec<Vec<(Vec<u16>, Vec<Meaning>)>> = vec![Vec::new(); symbols];
        for ((words, is_prefix), meanings) in self.0 {
            let last = words.len() - 1;
            let symbols: Vec<u16> = (0..)
                .zip(&words)
                .map(|(at, word)| if is_prefix && at == last { phrases.prefix(word) } else { phrases.exact(word) })
                .collect();
            by_start[usize::from(symbols[0])].push((symbols[1..].to_vec(), meanings));
        }
        for mut list in by_start {
            phrases.starts.to_mut().push(phrases.entries.len() as u32);
            list.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
            for (rest, meanings) in list {
                let start = phrases.meanings.len() as u32;
                debug_assert!(rest.len() < 256 && meanings.len() < 256, "a phrase of the built-in tables");
                let second = rest.first().copied().unwrap_or(0);
                let packed = (meanings.len() as u32) << 24 | (rest.len() as u32) << 16 | u32::from(second);
                let roles = meanings.iter().fold(0, |roles, meaning| roles | 1 << meaning.role as u32);
                phrases.meanings.extend(meanings);
                phrases.entries.to_mut().push([phrases.rest.len() as u32, start, packed, roles]);
                phrases.rest.to_mut().extend(rest);
            }
        }
        phrases.starts.to_mut().push(phrases.entries.len() as u32);
        phrases
    }
}

impl Phrases {
    /// The symbol of a word; 0 if no phrase asks for it.
    fn exact(&self, word: &str) -> u16 {
        self.exact.find(word).map_or(0, |number| number as u16 + 1)
    }

    /// The symbol of a beginning; 0 if no phrase asks for it.
    fn prefix(&self, word: &str) -> u16 {
        let words = self.exact.strings().len() as u16;
        self.prefixes.find(word).map_or(0, |number| words + number as u16 + 1)
    }

    /// What a word answers to: itself, and the longest beginning that some phrase asks for.
    pub(super) fn symbols_of(&self, word: &str) -> Symbols {
        let mut ends = (1..=self.longest_prefix.min(word.len())).rev().filter(|&end| word.is_char_boundary(end));
        let prefix = ends.find_map(|end| Some(self.prefix(&word[..end])).filter(|&symbol| symbol != 0)).unwrap_or(0);
        [self.exact(word), prefix]
    }

    /// Finds phrases from left to right, the longest at each place, none over another.
    pub(super) fn mark(&self, units: &[Place], marks: &mut Vec<Mark>, covering: &mut Vec<u32>) {
        marks.clear();
        covering.clear();
        covering.resize(units.len(), 0);
        let mut next = 0;
        // Most units answer to nothing.
        while let Some(passed) = units[next..].iter().position(|unit| unit.symbols != [0, 0]) {
            let at = next + passed;
            next = at + 1;
            if let Some((last, what)) = self.longest(units, at) {
                marks.push(Mark { first: at as u32, last: last as u32, what });
                covering[at..=last].fill(marks.len() as u32);
                next = last + 1;
            }
        }
    }

    fn longest(&self, units: &[Place], at: usize) -> Option<(usize, What)> {
        let (starts, entries, rests): (&[u32], &[[u32; 4]], &[u16]) = (&self.starts, &self.entries, &self.rest);
        let sentence = units[at].sentence;
        let next = units.get(at + 1).filter(|unit| unit.sentence == sentence).map_or([0, 0], |unit| unit.symbols);
        let mut best: Option<(usize, What)> = None;
        for symbol in units[at].symbols.into_iter().filter(|&symbol| symbol != 0) {
            let [start, end] = [0, 1].map(|one| starts[usize::from(symbol) + one] as usize);
            // Where no phrase can go on there is only that of one word, which comes last.
            let start = if next == [0, 0] { start.max(end.saturating_sub(1)) } else { start };
            let found = entries[start..end].iter().find(|&&[rest, _, packed, _]| {
                // Most phrases go on in another way than the text.
                let second = packed as u16;
                if second == 0 || !next.contains(&second) {
                    return second == 0;
                }
                let wanted = &rests[rest as usize..][..length_of(packed)];
                units.get(at + 1..at + 1 + wanted.len()).is_some_and(|rest| {
                    rest.iter().zip(wanted).all(|(unit, one)| unit.symbols.contains(one) && unit.sentence == sentence)
                })
            });
            if let Some(&[_, first, packed, roles]) = found
                && best.is_none_or(|(last, _)| at + length_of(packed) > last)
            {
                best = Some((at + length_of(packed), What { meanings: (first, first + (packed >> 24)), roles }));
            }
        }
        best
    }

    pub(super) fn write(&self, into: &mut Writer) {
        self.exact.write(into);
        self.prefixes.write(into);
        into.array(&[self.longest_prefix as u64]);
        into.array(&self.starts);
        into.array(&self.entries);
        into.array(&self.rest);
        into.array(&self.meanings.iter().map(|meaning| meaning.value).collect::<Vec<_>>());
        into.array(&self.meanings.iter().map(|meaning| [meaning.role as u8, meaning.language]).collect::<Vec<_>>());
    }

    pub(super) fn read(from: &mut Reader) -> Result<Self, String> {
        let mut phrases = Self {
            exact: StringTable::read(from)?,
            prefixes: StringTable::read(from)?,
            longest_prefix: from.array::<u64>()?.first().map_or(0, |&length| length as usize),
            starts: from.array()?,
            entries: from.array()?,
            rest: from.array()?,
            meanings: Vec::new(),
        };
        let (values, kinds) = (from.array::<f64>()?, from.array::<[u8; 2]>()?);
        for (&value, &[role, language]) in values.iter().zip(kinds.iter()) {
            let role = *Role::ALL.get(usize::from(role)).ok_or("a phrase has a role that there is not")?;
            phrases.meanings.push(Meaning { role, value, language });
        }
        Ok(phrases)
    }

    /// The meanings of a mark.
    pub(super) fn meanings(&self, mark: &Mark) -> &[Meaning] {
        &self.meanings[mark.what.meanings.0 as usize..mark.what.meanings.1 as usize]
    }
}
