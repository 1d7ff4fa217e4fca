//! Words beside which an id, a number or a name stands; they are data: `signs.txt`.

use std::{collections::HashMap, sync::LazyLock};

/// A letter of a script with spaces, so that it can be inside a word.
pub(super) use crate::normalize::is_spaced_letter as is_letter;
use crate::redact::view::View;

/// What a sign announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sign {
    /// A messenger or network: an id or a number follows.
    Messenger,
    /// Says that what follows is an id.
    Id,
    /// May stand between a sign and what it points to.
    Filler,
    /// A telephone number follows.
    Phone,
    /// A name follows.
    Person,
    /// Mr, Ms and the like: a name follows.
    Title,
    /// A title that is also a common word.
    TitleIfCapital,
    /// A title behind a name.
    After,
    /// A Chinese or Korean family name.
    Surname,
    /// Before a Chinese family name, familiarly.
    Nickname,
    /// No id.
    Word,
}

const KINDS: [(&str, Sign); 11] = [
    ("messenger", Sign::Messenger),
    ("id", Sign::Id),
    ("filler", Sign::Filler),
    ("phone", Sign::Phone),
    ("person", Sign::Person),
    ("title", Sign::Title),
    ("title-if-capital", Sign::TitleIfCapital),
    ("after", Sign::After),
    ("surname", Sign::Surname),
    ("nickname", Sign::Nickname),
    ("word", Sign::Word),
];

/// Signs by kind and first character, the longest first.
struct Signs {
    /// Of an ASCII character `c` and the kind number `k`, at `128 * k + c`.
    ascii: Vec<Vec<String>>,
    others: HashMap<(Sign, char), Vec<String>>,
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| Signs::read(include_str!("signs.txt")));

impl Signs {
    fn read(file: &str) -> Self {
        let mut signs = Self { ascii: vec![Vec::new(); 128 * KINDS.len()], others: HashMap::new() };
        let lines = file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
        for (kind, list) in lines {
            // Never another: the names of kinds in the file are tested.
            let Some(&(_, kind)) = KINDS.iter().find(|(name, _)| *name == kind) else { continue };
            for sign in list.split(", ") {
                // As texts are searched, so that both are folded alike.
                let sign = View::of(sign.trim()).lower;
                if let Some(first) = sign.chars().next() {
                    signs.list(kind, first).push(sign);
                }
            }
        }
        for list in signs.ascii.iter_mut().chain(signs.others.values_mut()) {
            list.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            list.dedup();
        }
        signs
    }

    fn list(&mut self, kind: Sign, first: char) -> &mut Vec<String> {
        if first.is_ascii() {
            return &mut self.ascii[128 * kind as usize + first as usize];
        }
        self.others.entry((kind, first)).or_default()
    }

    fn get(&self, kind: Sign, first: char) -> &[String] {
        if first.is_ascii() {
            return &self.ascii[128 * kind as usize + first as usize];
        }
        self.others.get(&(kind, first)).map_or(&[], Vec::as_slice)
    }
}

/// Where the longest sign of a kind that starts at byte `at` ends; a sign of letters is a whole word.
pub(super) fn sign_at(view: &View<'_>, at: usize, kind: Sign) -> Option<usize> {
    let rest = &view.lower[at..];
    let first = rest.chars().next()?;
    let list = SIGNS.get(kind, first);
    if list.is_empty() || (is_letter(first) && !is_hangul(first) && view.char_before(at).is_some_and(is_letter)) {
        return None;
    }
    let is_whole = |sign: &str| {
        let inside = sign.chars().next_back().is_some_and(|c| is_letter(c) && !is_hangul(c));
        // A messenger's name may have a number right behind it; other words then are ids.
        let goes_on = |c: char| is_letter(c) || c == '_' || (kind == Sign::Filler && c.is_ascii_digit());
        !(inside && rest[sign.len()..].starts_with(goes_on))
    };
    list.iter().find(|sign| rest.starts_with(sign.as_str()) && is_whole(sign)).map(|sign| at + sign.len())
}

/// Korean words carry their particles behind them.
fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

/// Skips blanks and signs that point, and words that may stand between; where what is pointed to begins, and whether a
/// colon or the like, or a word for an id, says that it is an id.
pub(super) fn gap(view: &View<'_>, mut at: usize, between: &[Sign]) -> (usize, bool) {
    const WORDS: usize = 6;
    let mut points = false;
    for _ in 0..WORDS {
        let end =
            view.run(at, |c| c.is_whitespace() || is_pointer(c) || ".,/|*~\"'(){}&、，（）「」“”\u{1F449}".contains(c));
        points |= view.text[at..end].contains(is_pointer);
        at = end;
        let next =
            between.iter().filter_map(|&kind| Some((sign_at(view, at, kind)?, kind))).max_by_key(|&(end, _)| end);
        let Some((end, kind)) = next else { break };
        points |= kind == Sign::Id;
        at = end;
    }
    (at, points)
}

fn is_pointer(c: char) -> bool {
    matches!(c, ':' | '=' | '>' | '-' | '→' | '➡' | '👉' | '➔' | '：')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_of_a_kind_and_every_kind_has_signs() {
        let file = include_str!("signs.txt");
        for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let kind = line.split_once(": ").map_or("", |(kind, _)| kind);
            assert!(KINDS.iter().any(|(name, _)| *name == kind), "{line}");
        }
        for (at, (name, kind)) in KINDS.into_iter().enumerate() {
            assert_eq!(kind as usize, at, "{name}");
            let ascii = &SIGNS.ascii[128 * at..128 * (at + 1)];
            assert!(
                ascii.iter().any(|list| !list.is_empty()) || SIGNS.others.keys().any(|(one, _)| *one == kind),
                "{name}"
            );
        }
    }

    #[test]
    fn signs_are_whole_words() {
        const CASES: &[(&str, Sign, Option<&str>)] = &[
            ("Telegram: x", Sign::Messenger, Some("telegram")),
            ("whatsapp", Sign::Messenger, Some("whatsapp")),
            ("wafer", Sign::Messenger, None),
            ("WA0812", Sign::Messenger, Some("wa")),
            ("微信abc", Sign::Messenger, Some("微信")),
            ("微信号abc", Sign::Messenger, Some("微信号")),
            ("텔레그램으로", Sign::Messenger, Some("텔레그램")),
            ("โทร081", Sign::Phone, Some("โทร")),
            ("Mrs Lan", Sign::Title, Some("mrs")),
            ("Chi\u{323} Lan", Sign::TitleIfCapital, Some("chị")),
        ];
        for (text, kind, expected) in CASES {
            let view = View::of(text);
            assert_eq!(sign_at(&view, 0, *kind).map(|end| &view.lower[..end]), *expected, "{text}");
        }
        assert_eq!(sign_at(&View::of("online"), 2, Sign::Messenger), None);
    }
}
