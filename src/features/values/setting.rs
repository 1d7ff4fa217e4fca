//! Which country an advert is written for, and which it names.

use std::cell::OnceCell;

use crate::{
    features::values::{
        ValueHit, push,
        tables::{PlaceKind, TABLES},
        view::View,
        words::{LANGUAGES, Role},
    },
    posting::Field,
};

/// Most countries that are remembered of one posting.
const MOST_COUNTRIES: usize = 6;

/// What the whole posting says about its places and its language.
pub(super) struct Setting<'a> {
    view: View<'a>,
    /// Countries in the order in which they are named, and the units of the first two names.
    named: [Option<usize>; MOST_COUNTRIES],
    first_name: (usize, usize),
    second_name: (usize, usize),
    in_location: Option<usize>,
    compound: Option<(usize, (usize, usize))>,
    crossing: Option<(usize, usize)>,
    votes: [u16; LANGUAGES.len()],
    /// Index into [`crate::features::values::tables::Country::going`].
    pub(super) work: usize,
    home: OnceCell<Option<usize>>,
}

impl<'a> Setting<'a> {
    /// Reads the marks of a posting.
    pub(super) fn new(view: &View<'a>) -> Self {
        let mut setting = Self {
            view: *view,
            named: [None; MOST_COUNTRIES],
            first_name: (0, 0),
            second_name: (0, 0),
            in_location: None,
            compound: None,
            crossing: None,
            votes: [0; LANGUAGES.len()],
            work: 1,
            home: OnceCell::new(),
        };
        let mut knows_work = false;
        for mark in view.marks {
            let place = (mark.first as usize, mark.last as usize);
            for meaning in TABLES.phrases.meanings(mark) {
                if let Some(language) = meaning.language.checked_sub(1).filter(|_| meaning.role != Role::Work) {
                    setting.votes[usize::from(language)] += 1;
                }
                match meaning.role {
                    Role::Place => setting.name(meaning.index(), place),
                    Role::Work if !knows_work => {
                        knows_work = true;
                        setting.work = meaning.index();
                    }
                    _ => {}
                }
            }
        }
        setting
    }

    fn name(&mut self, place: usize, units: (usize, usize)) {
        let place = &TABLES.places[place];
        if place.kind == PlaceKind::Compound && self.compound.is_none() {
            self.compound = Some((place.country, units));
        }
        if place.kind == PlaceKind::Crossing && self.crossing.is_none() {
            self.crossing = Some(units);
        }
        if self.in_location.is_none() && self.view.field(units.0) == Field::Location {
            self.in_location = Some(place.country);
        }
        let seen = self.named.iter().flatten().count();
        if seen < MOST_COUNTRIES && !self.names(place.country) {
            self.named[seen] = Some(place.country);
            match seen {
                0 => self.first_name = units,
                1 => self.second_name = units,
                _ => {}
            }
        }
    }

    /// Features of the places themselves.
    pub(super) fn places(&self, hits: &mut Vec<ValueHit>) {
        if let Some((_, units)) = self.compound {
            push(hits, "place:compound", false, units);
        }
        if let Some(units) = self.crossing {
            push(hits, "place:crossing", false, units);
        }
        if self.named[1].is_some() {
            push(hits, "place:two-countries", false, self.second_name);
        }
    }

    /// Whether a country is named.
    pub(super) fn names(&self, country: usize) -> bool {
        self.named.contains(&Some(country))
    }

    /// The countries that are named, in order.
    pub(super) fn named(&self) -> impl Iterator<Item = usize> {
        self.named.iter().flatten().copied()
    }

    /// Where the work is, as far as a place is named: in the location field, else a compound locality, else the
    /// first country that the advert is not written in, else its own.
    pub(super) fn destination(&self) -> Option<usize> {
        self.in_location
            .or(self.compound.map(|(country, _)| country))
            .or_else(|| self.named().find(|&country| Some(country) != self.home()))
            .or_else(|| self.named().next())
    }

    /// The country that an advert is written for, going by its script and its words; `None` for English and others that
    /// are written in many.
    pub(super) fn home(&self) -> Option<usize> {
        *self.home.get_or_init(|| self.find_home())
    }

    fn find_home(&self) -> Option<usize> {
        let scripts = Scripts::of(&self.view);
        let code = match scripts.strongest()? {
            Script::Latin => {
                return self.voted(&["vi", "id", "ms", "fil", "pt", "de", "it", "pl", "tr", "sw", "es", "fr"]);
            }
            Script::Thai => "TH",
            Script::Lao => "LA",
            Script::Khmer => "KH",
            Script::Burmese => "MM",
            Script::Hangul => "KR",
            Script::Kana => "JP",
            Script::Bengali => "BD",
            Script::Ethiopic => "ET",
            Script::Devanagari => return self.voted(&["hi", "ne"]).or_else(|| TABLES.country("IN")),
            Script::Arabic => return (scripts.urdu > 0).then(|| TABLES.country("PK")).flatten(),
            Script::Cyrillic => return self.cyrillic(scripts.ukrainian > 0),
            Script::Han => return self.chinese(scripts.is_traditional()),
        };
        TABLES.country(code)
    }

    /// The country of the language with the most votes; of two, that of the one whose country is named, then of the first.
    fn voted(&self, languages: &[&str]) -> Option<usize> {
        let mut best = (0, None);
        let votes = LANGUAGES.iter().zip(self.votes).filter(|&(_, votes)| votes > 0);
        let mut ranked: Vec<_> = votes
            .filter_map(|(&(name, code), votes)| {
                Some((languages.iter().position(|&other| other == name)?, code, votes))
            })
            .collect();
        ranked.sort_unstable();
        for (_, code, votes) in ranked {
            let country = TABLES.country(code);
            let is_named = country.is_some_and(|country| self.names(country));
            let votes = votes * 2 + u16::from(is_named);
            if votes > best.0 {
                best = (votes, country);
            }
        }
        best.1
    }

    fn cyrillic(&self, is_ukrainian: bool) -> Option<usize> {
        let others = ["KZ", "UZ", "KG", "BY"].map(|code| TABLES.country(code));
        let named = others.into_iter().flatten().find(|&country| self.names(country));
        named.or_else(|| TABLES.country(if is_ukrainian { "UA" } else { "RU" }))
    }

    fn chinese(&self, is_traditional: bool) -> Option<usize> {
        if !is_traditional {
            return TABLES.country("CN");
        }
        let of_canton = ["HK", "MO"].map(|code| TABLES.country(code));
        let taiwan = TABLES.country("TW");
        let names_taiwan = taiwan.is_some_and(|country| self.names(country));
        let named = of_canton.into_iter().flatten().find(|&country| self.names(country));
        named.filter(|_| !names_taiwan).or(taiwan)
    }
}

/// How many bytes are ASCII letters. By small runs, whose counts fit in a byte each, it is done for many bytes at once.
fn letters(bytes: &[u8]) -> u32 {
    let in_run = |run: &[u8]| u32::from(run.iter().map(|byte| u8::from(byte.is_ascii_alphabetic())).sum::<u8>());
    bytes.chunks(128).map(in_run).sum()
}

/// How many bytes at the beginning are ASCII.
fn ascii_length(bytes: &[u8]) -> usize {
    let whole: usize = bytes.chunks(64).take_while(|chunk| chunk.is_ascii()).map(<[u8]>::len).sum();
    whole + bytes[whole..].iter().take_while(|byte| byte.is_ascii()).count()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Thai,
    Lao,
    Khmer,
    Burmese,
    Hangul,
    Kana,
    Bengali,
    Ethiopic,
    Devanagari,
    Arabic,
    Cyrillic,
    Han,
}

const SCRIPTS: [Script; 13] = [
    Script::Latin,
    Script::Thai,
    Script::Lao,
    Script::Khmer,
    Script::Burmese,
    Script::Hangul,
    Script::Kana,
    Script::Bengali,
    Script::Ethiopic,
    Script::Devanagari,
    Script::Arabic,
    Script::Cyrillic,
    Script::Han,
];

/// Letters of each script in a posting.
#[derive(Default)]
struct Scripts {
    counts: [u32; SCRIPTS.len()],
    /// Characters that only traditional Chinese has.
    traditional: u32,
    urdu: u32,
    ukrainian: u32,
}

/// Frequent characters that simplified Chinese writes otherwise.
const TRADITIONAL: &str = "資萬獎職應徵證護們與會個點語時間無國臺灣業員歡錢來機緬東學經驗領優補貼電話聯絡連單發貨幣鎮區關係務實際請這裡買賣樓層訊環處費辦歲";

/// Characters that are looked at in one piece.
const MOST_CHARACTERS: usize = 1500;

impl Scripts {
    fn of(view: &View<'_>) -> Self {
        let mut scripts = Self::default();
        for piece in view.posting.pieces() {
            scripts.read(&piece.text);
        }
        scripts
    }

    /// Counts the first characters of a piece, runs of ASCII at once.
    fn read(&mut self, text: &str) {
        let (mut at, mut left) = (0, MOST_CHARACTERS);
        while left > 0 && at < text.len() {
            let rest = &text.as_bytes()[at..text.len().min(at + left)];
            let run = &rest[..ascii_length(rest)];
            self.counts[Script::Latin as usize] += letters(run);
            (at, left) = (at + run.len(), left - run.len());
            let others = text[at..].chars().take(left).take_while(|c| !c.is_ascii());
            for c in others {
                self.count(c);
                (at, left) = (at + c.len_utf8(), left - 1);
            }
        }
    }

    fn count(&mut self, c: char) {
        let script = match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Script::Latin,
            '\u{400}'..='\u{52f}' => Script::Cyrillic,
            '\u{600}'..='\u{6ff}' => Script::Arabic,
            '\u{900}'..='\u{97f}' => Script::Devanagari,
            '\u{980}'..='\u{9ff}' => Script::Bengali,
            '\u{e01}'..='\u{e7f}' => Script::Thai,
            '\u{e80}'..='\u{eff}' => Script::Lao,
            '\u{1000}'..='\u{109f}' => Script::Burmese,
            '\u{1200}'..='\u{137f}' => Script::Ethiopic,
            '\u{1780}'..='\u{17ff}' => Script::Khmer,
            '\u{3041}'..='\u{30fa}' => Script::Kana,
            '\u{4e00}'..='\u{9fff}' => Script::Han,
            '\u{ac00}'..='\u{d7a3}' => Script::Hangul,
            _ => return,
        };
        match script {
            Script::Han => self.traditional += u32::from(TRADITIONAL.contains(c)),
            Script::Arabic => self.urdu += u32::from(matches!(c, 'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ہ' | 'ھ')),
            Script::Cyrillic => self.ukrainian += u32::from(matches!(c, 'і' | 'ї' | 'є' | 'ґ')),
            _ => {}
        }
        self.counts[script as usize] += 1;
    }

    /// Whether one Chinese character in sixty is one that simplified Chinese does not have.
    fn is_traditional(&self) -> bool {
        self.traditional > 0 && self.traditional * 60 >= self.counts[Script::Han as usize]
    }

    /// The script with the most letters, a character of a script without an alphabet counting for three; a text with some
    /// kana is Japanese.
    fn strongest(&self) -> Option<Script> {
        let weigh = |script: Script| {
            let weight = if script == Script::Han { 3 } else { 1 + u32::from(script == Script::Hangul) };
            self.counts[script as usize] * weight
        };
        let best = SCRIPTS.into_iter().rev().max_by_key(|&script| weigh(script)).filter(|&script| weigh(script) > 0)?;
        let is_japanese =
            best == Script::Han && self.counts[Script::Kana as usize] * 10 > self.counts[Script::Han as usize];
        Some(if is_japanese { Script::Kana } else { best })
    }
}
