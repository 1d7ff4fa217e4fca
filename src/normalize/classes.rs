//! What a character is, as far as splitting text into units is concerned.

use crate::normalize::pages::Pages;

/// The part that a character plays when text is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Invisible or purely typographic: zero-width, bidi control, variation selector. Removed.
    Ignorable,
    /// Letter or mark of a script that puts spaces between words.
    Letter,
    /// Character of a script without spaces that stands alone: Han, kana, bopomofo.
    Glyph,
    /// Starts a cluster in Thai, Lao, Khmer or Burmese: a consonant or an independent vowel.
    ClusterStart,
    /// Starts a cluster and takes the following consonant into it: Thai and Lao leading vowels.
    ClusterPrefix,
    /// Belongs to the cluster before it: vowel signs, tone marks, finals.
    ClusterFollow,
    /// Belongs to the cluster before it and takes the following consonant along: stackers.
    ClusterStack,
    /// Decimal digit.
    Digit,
    /// Emoji, pictograph or currency sign: a unit of its own.
    Symbol,
    /// Ends a sentence: no n-gram reaches across it.
    SentenceEnd,
    /// Anything else: spaces and punctuation. Separates units and is not kept.
    Other,
}

/// The class of `c`.
#[inline]
pub(super) fn class(c: char) -> Class {
    static CLASSES: Pages<Class> = Pages::new(class_by_rule);
    ASCII.get(c as usize).copied().unwrap_or_else(|| CLASSES.get(c))
}

/// Classes of the ASCII characters.
const ASCII: [Class; 128] = {
    let mut classes = [Class::Other; 128];
    let mut code = 0;
    while code < 128 {
        classes[code as usize] = ascii_class(code);
        code += 1;
    }
    classes
};

/// The class of `c`, worked out.
fn class_by_rule(c: char) -> Class {
    match c as u32 {
        code @ 0..0x80 => ascii_class(code as u8),
        // The frequent case: Latin, Greek, Cyrillic, Devanagari, Hangul.
        0xC0..=0xD6
        | 0xD8..=0xF6
        | 0xF8..=0x24F
        | 0x1E00..=0x1EFF
        | 0x391..=0x3A1
        | 0x3A3..=0x3F5
        | 0x400..=0x481
        | 0x483..=0x52F
        | 0x904..=0x94D
        | 0xAC00..=0xD7A3 => Class::Letter,
        0xAD
        | 0x34F
        | 0x61C
        | 0x115F..=0x1160
        | 0x17B4..=0x17B5
        | 0x180B..=0x180F
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x206F
        | 0x20E3
        | 0x3164
        | 0xFE00..=0xFE0F
        | 0xFEFF
        | 0xFFA0
        | 0x1F3FB..=0x1F3FF
        | 0xE0000..=0xE0FFF => Class::Ignorable,
        0xE01..=0xEFF => thai_or_lao(c as u32),
        0x1000..=0x109F | 0xA9E0..=0xA9FE | 0xAA60..=0xAA7F => burmese(c as u32),
        0x1780..=0x17FF => khmer(c as u32),
        0x3002
        // A stroke that is written for `|`.
        | 0x4E28
        | 0xFF01
        | 0xFF1F
        | 0xFF1B
        | 0xFF5C
        | 0xFF61
        | 0x2026
        | 0x964..=0x965
        | 0x6D4
        | 0x61F
        | 0x1362
        | 0x1367
        | 0x2022
        | 0x25CF
        | 0x25AA
        | 0x2028..=0x2029
        | 0x85 => Class::SentenceEnd,
        0x2E80..=0x2FDF
        | 0x3005..=0x3007
        | 0x3041..=0x3096
        | 0x3099..=0x309F
        | 0x30A1..=0x30FA
        | 0x30FC..=0x30FF
        | 0x3105..=0x312F
        | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9F
        | 0x20000..=0x3FFFF => Class::Glyph,
        _ => other_class(c),
    }
}

/// Whether `c` belongs to a script that puts no spaces between words.
#[must_use]
pub fn is_glyph(c: char) -> bool {
    matches!(
        class(c),
        Class::Glyph | Class::ClusterStart | Class::ClusterPrefix | Class::ClusterFollow | Class::ClusterStack
    )
}

/// Whether `c` is invisible or purely typographic, so that it can only part what belongs together.
pub(crate) fn is_ignorable(c: char) -> bool {
    class(c) == Class::Ignorable
}

/// Whether `c` is a letter or mark of a script that puts spaces between words.
pub(crate) fn is_spaced_letter(c: char) -> bool {
    class(c) == Class::Letter
}

/// Marks that people write for an apostrophe.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '`' | '´' | '＇')
}

/// Whether the letters after an apostrophe belong to the word before it (`don't`), not to the next (`l'emploi`).
pub(super) fn joins_word(after: &str) -> bool {
    let seen = after.chars().filter(|&c| class(c) != Class::Ignorable);
    let letters = seen.take(3).take_while(|&c| matches!(class(c), Class::Letter | Class::Digit)).count();
    (1..3).contains(&letters)
}

const fn ascii_class(c: u8) -> Class {
    match c {
        b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
        b'0'..=b'9' => Class::Digit,
        b'\n' | b'\r' | b'!' | b'?' | b';' | b'|' => Class::SentenceEnd,
        b'$' => Class::Symbol,
        _ => Class::Other,
    }
}

fn other_class(c: char) -> Class {
    if digit_value(c).is_some() {
        Class::Digit
    } else if is_symbol(c) {
        Class::Symbol
    } else if c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c) {
        Class::Letter
    } else {
        Class::Other
    }
}

/// Emoji, arrows and pictographs, regional indicators, and the currency signs.
fn is_symbol(c: char) -> bool {
    matches!(c as u32,
        0xA2..=0xA5 | 0x20A0..=0x20CF | 0xE3F | 0x17DB | 0xFDFC | 0xFFE0..=0xFFE1 | 0xFFE5..=0xFFE6 | 0xFF04
        | 0x2190..=0x21FF | 0x2300..=0x23FF | 0x2600..=0x27BF | 0x2900..=0x297F | 0x2B00..=0x2BFF
        | 0x1F000..=0x1F12F | 0x1F18E..=0x1FAFF)
}

fn thai_or_lao(code: u32) -> Class {
    match code {
        0xE40..=0xE44 | 0xEC0..=0xEC4 => Class::ClusterPrefix,
        0xE30..=0xE3A | 0xE45 | 0xE47..=0xE4E | 0xEB0..=0xEBD | 0xEC8..=0xECE => Class::ClusterFollow,
        0xE50..=0xE59 | 0xED0..=0xED9 => Class::Digit,
        0xE3F => Class::Symbol,
        0xE5A..=0xE5B => Class::SentenceEnd,
        _ => Class::ClusterStart,
    }
}

fn burmese(code: u32) -> Class {
    match code {
        0x102B..=0x1038
        | 0x103A..=0x103E
        | 0x1056..=0x1059
        | 0x105E..=0x1060
        | 0x1062..=0x1064
        | 0x1067..=0x106D
        | 0x1071..=0x1074
        | 0x1082..=0x108D
        | 0x108F
        | 0x109A..=0x109D => Class::ClusterFollow,
        0x1039 => Class::ClusterStack,
        0x1040..=0x1049 | 0x1090..=0x1099 => Class::Digit,
        0x104A..=0x104B => Class::SentenceEnd,
        _ => Class::ClusterStart,
    }
}

fn khmer(code: u32) -> Class {
    match code {
        0x17B6..=0x17D1 | 0x17D3 | 0x17DD => Class::ClusterFollow,
        0x17D2 => Class::ClusterStack,
        0x17D4..=0x17D6 => Class::SentenceEnd,
        0x17DB => Class::Symbol,
        0x17E0..=0x17E9 => Class::Digit,
        0x17D8..=0x17DA | 0x17F0..=0x17FF => Class::Other,
        _ => Class::ClusterStart,
    }
}

/// The character that turns a Burmese consonant into the final of the syllable before it.
pub(super) const BURMESE_ASAT: char = '\u{103A}';

/// First code points of the decimal digit runs outside ASCII (general category Nd, Unicode 16).
const DIGIT_ZEROS: [u32; 36] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
    0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

/// The value of a decimal digit in any script, circled and mathematical ones included.
pub(crate) fn digit_value(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let code = c as u32;
    let after = DIGIT_ZEROS.partition_point(|&zero| zero <= code);
    if let Some(&zero) = after.checked_sub(1).and_then(|i| DIGIT_ZEROS.get(i))
        && code - zero < 10
    {
        return Some(code - zero);
    }
    match code {
        0x2460..=0x2468 => Some(code - 0x2460 + 1),
        0x24F5..=0x24FD => Some(code - 0x24F5 + 1),
        0x2776..=0x277E => Some(code - 0x2776 + 1),
        0x24EA | 0x24FF => Some(0),
        0x1D7CE..=0x1D7FF => Some((code - 0x1D7CE) % 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_sample_characters() {
        const CASES: &[(char, Class)] = &[
            ('a', Class::Letter),
            ('é', Class::Letter),
            ('×', Class::Other),
            ('\u{200B}', Class::Ignorable),
            ('博', Class::Glyph),
            ('ア', Class::Glyph),
            ('ก', Class::ClusterStart),
            ('เ', Class::ClusterPrefix),
            ('า', Class::ClusterFollow),
            ('္', Class::ClusterStack),
            ('្', Class::ClusterStack),
            ('ह', Class::Letter),
            ('ि', Class::Letter),
            ('한', Class::Letter),
            ('٣', Class::Digit),
            ('₱', Class::Symbol),
            ('✈', Class::Symbol),
            ('。', Class::SentenceEnd),
            ('，', Class::Other),
        ];
        for &(c, expected) in CASES {
            assert_eq!(class(c), expected, "class of {c:?}");
        }
    }

    #[test]
    fn tables_say_what_the_rule_says_of_every_character() {
        for c in '\0'..=char::MAX {
            assert_eq!(class(c), class_by_rule(c), "class of {c:?}");
        }
    }

    #[test]
    fn digits_of_many_scripts() {
        for (text, value) in [("7", 7), ("٧", 7), ("७", 7), ("๗", 7), ("၇", 7), ("៧", 7), ("７", 7), ("⑦", 7), ("𝟕", 7)]
        {
            let c = text.chars().next().unwrap();
            assert_eq!(digit_value(c), Some(value), "value of {text}");
        }
        assert_eq!(digit_value('x'), None);
        assert_eq!(digit_value('七'), None);
    }
}
