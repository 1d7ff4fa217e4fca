//! Look-alike letters: words that borrow from a script that resembles their own.

use crate::normalize::{
    classes::{Class, class},
    leet::narrow,
};

/// Cyrillic and Greek letters and the Latin letter that each looks like, in lower case.
const LOOKALIKES: &[(char, char)] = &[
    ('а', 'a'),
    ('в', 'b'),
    ('с', 'c'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('һ', 'h'),
    ('н', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('к', 'k'),
    ('ӏ', 'l'),
    ('м', 'm'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('г', 'r'),
    ('ѕ', 's'),
    ('т', 't'),
    ('у', 'y'),
    ('ѵ', 'v'),
    ('ԝ', 'w'),
    ('х', 'x'),
    ('ґ', 'r'),
    ('α', 'a'),
    ('β', 'b'),
    ('ε', 'e'),
    ('η', 'n'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('ω', 'w'),
    // Capitals that resemble another letter than their small ones do; folding leaves them to us.
    ('Ζ', 'z'),
    ('Η', 'h'),
    ('Μ', 'm'),
    ('Ν', 'n'),
    ('Υ', 'y'),
];

/// Whether `c` is a Greek capital that folding leaves as it is.
fn is_telling_capital(c: char) -> bool {
    matches!(c, 'Ζ' | 'Η' | 'Μ' | 'Ν' | 'Υ')
}

/// What a text shows about the scripts that it is written in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scripts {
    /// It has Cyrillic or Greek letters that no Latin letter resembles.
    unmistakable: bool,
    /// A Latin letter stands directly beside a Cyrillic or Greek one.
    mixed: bool,
}

impl Scripts {
    /// Looks through the whole of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut found = Self { unmistakable: false, mixed: false };
        let mut before = ' ';
        for c in text.chars().filter(|&c| class(c) != Class::Ignorable).map(narrow) {
            if is_other(c) && c.is_alphabetic() {
                let small = if is_telling_capital(c) { Some(c) } else { c.to_lowercase().next() };
                if small.is_some_and(|small| latin_lookalike(small).is_none()) {
                    // Nothing else matters then.
                    return Self { unmistakable: true, ..found };
                }
                found.mixed |= before.is_ascii_alphabetic();
            } else {
                found.mixed |= c.is_ascii_alphabetic() && is_other(before);
            }
            before = c;
        }
        found
    }
}

/// Whether `c` is a Cyrillic or Greek letter that passes for a Latin one.
pub(super) fn resembles_latin(c: char) -> bool {
    is_other(c)
        && (is_telling_capital(c) || c.to_lowercase().next().is_some_and(|small| latin_lookalike(small).is_some()))
}

/// Greek or Cyrillic.
fn is_other(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{52F}')
}

fn latin_lookalike(c: char) -> Option<char> {
    LOOKALIKES.iter().find(|(other, _)| *other == c).map(|&(_, latin)| latin)
}

fn cyrillic_lookalike(c: char) -> Option<char> {
    LOOKALIKES.iter().find(|&&(other, latin)| latin == c && other >= '\u{400}').map(|&(other, _)| other)
}

/// Undoes letters borrowed from a look-alike script inside the word that `word` holds.
///
/// A mixed word with letters that only Cyrillic or Greek has stays in that script, one with letters that only Latin has
/// becomes Latin; of what is left the text decides. A word of one script stays as it is, so that Russian stays Russian,
/// unless all its letters have Latin doubles and the rest of the text is Latin with such disguises (`tоp сар`).
pub(super) fn unmix(word: &mut String, text: impl FnOnce() -> Scripts) {
    let (mut latin, mut only_latin, mut other, mut unmistakable) = (false, false, false, false);
    for c in word.chars() {
        if c.is_ascii_lowercase() {
            latin = true;
            only_latin |= matches!(c, 'd' | 'f' | 'g' | 'l' | 'n' | 'q' | 'r' | 's' | 'u' | 'v' | 'w' | 'z');
        } else if is_other(c) {
            other = true;
            unmistakable |= latin_lookalike(c).is_none();
        }
    }
    if !other {
        return;
    }
    let to_latin = if unmistakable {
        false
    } else if latin {
        only_latin || !text().unmistakable
    } else {
        let text = text();
        text.mixed && !text.unmistakable
    };
    if to_latin {
        *word = word.chars().map(|c| latin_lookalike(c).unwrap_or(c)).collect();
    } else if latin || word.contains(is_telling_capital) {
        *word = word.chars().flat_map(char::to_lowercase).map(|c| cyrillic_lookalike(c).unwrap_or(c)).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_undone_only_in_mixed_words() {
        const CASES: &[(&str, &str, &str, &str)] = &[
            ("Latin with Cyrillic letters", "", "tеlеgrаm", "telegram"),
            ("Russian with a Latin letter", "", "pабота", "работа"),
            ("Russian stays", "", "сосна", "сосна"),
            ("Greek omicron", "", "jοb", "job"),
            ("Greek capitals", "", "ΝοΥ", "νου"),
            ("Greek capital in a Latin word", "", "lιΝe", "line"),
            ("in doubt, in Russian text", "и caмa", "caмa", "сама"),
            ("in doubt, in Latin text", "the jоb", "jоb", "job"),
            ("all doubles in a disguised text", "tор раy", "сар", "cap"),
            ("all doubles in plain Latin text", "Москва remote", "москва", "москва"),
        ];
        for (name, text, word, expected) in CASES {
            let mut word = (*word).to_owned();
            unmix(&mut word, || Scripts::of(text));
            assert_eq!(word, *expected, "{name}");
        }
    }
}
