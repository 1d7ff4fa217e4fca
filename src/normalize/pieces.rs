//! The pieces of a text that nothing may part: a letter with its marks, a glyph, a cluster.

use crate::normalize::{
    classes::{BURMESE_ASAT, Class, class},
    symbols::symbol_end,
};

/// Where the piece of `text` that begins at `start` ends: a character with all that belongs to it.
///
/// Never inside a grapheme cluster; and a Thai or Lao leading vowel stays with its consonant, a Burmese final with
/// its syllable, a stacked Khmer or Indic consonant with the one above it.
pub(crate) fn piece_end(text: &str, start: usize) -> usize {
    let Some(c) = text[start..].chars().next() else { return start };
    let next = start + c.len_utf8();
    match class(c) {
        Class::Glyph => glyph_end(text, next),
        Class::ClusterStart | Class::ClusterPrefix | Class::ClusterFollow | Class::ClusterStack => {
            cluster_end(text, start)
        }
        Class::Letter => marks_end(text, next),
        Class::Symbol => ignorables_end(text, symbol_end(text, start, c)),
        _ => ignorables_end(text, next),
    }
}

/// Where the marks end that follow a letter which ends at `end`; a virama takes the next consonant along.
pub(super) fn marks_end(text: &str, mut end: usize) -> usize {
    if text.as_bytes().get(end).is_none_or(u8::is_ascii) {
        return end;
    }
    let mut stacks = false;
    for c in text[end..].chars() {
        let is_mark = unicode_normalization::char::is_combining_mark(c) || class(c) == Class::Ignorable;
        let is_stacked = stacks && class(c) == Class::Letter;
        if !is_mark && !is_stacked {
            break;
        }
        stacks = is_virama(c) || (stacks && class(c) == Class::Ignorable);
        end += c.len_utf8();
    }
    end
}

fn ignorables_end(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    text.len() - rest.trim_start_matches(|c| class(c) == Class::Ignorable).len()
}

/// The signs of Indic scripts that bind two consonants.
fn is_virama(c: char) -> bool {
    matches!(c as u32, 0x94D | 0x9CD | 0xA4D | 0xACD | 0xB4D | 0xBCD | 0xC4D | 0xCCD | 0xD4D | 0xDCA)
}

/// Where a Han or kana character that ends at `end` really ends, voicing marks included.
pub(super) fn glyph_end(text: &str, end: usize) -> usize {
    match text[end..].chars().next() {
        Some(mark @ ('\u{3099}' | '\u{309A}' | '\u{FF9E}' | '\u{FF9F}')) => end + mark.len_utf8(),
        _ => end,
    }
}

/// Where the Thai, Lao, Khmer or Burmese cluster at `start` ends.
pub(super) fn cluster_end(text: &str, start: usize) -> usize {
    let mut open = true;
    let mut end = start;
    let mut chars = text[start..].chars().peekable();
    while let Some(c) = chars.next() {
        match class(c) {
            Class::ClusterPrefix if end == start => {}
            Class::ClusterStart if open || chars.peek() == Some(&BURMESE_ASAT) => open = false,
            Class::ClusterFollow => open = false,
            Class::Ignorable => {}
            Class::ClusterStack => open = true,
            _ => break,
        }
        end += c.len_utf8();
    }
    end.max(start + text[start..].chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_many_scripts() {
        const CASES: &[(&str, &str)] = &[
            ("job", "j o b"),
            ("việc", "v i ệ c"),
            ("vie\u{302}\u{323}c", "v i e\u{302}\u{323} c"),
            ("包吃", "包 吃"),
            ("か\u{3099}", "か\u{3099}"),
            ("เงินดี", "เงิ น ดี"),
            ("ကြွေးမြန်", "ကြွေး မြန်"),
            ("ខ្មែរ", "ខ្មែ រ"),
            ("हिन्दी", "हि न्दी"),
            ("👍🏽🇰🇭✈\u{fe0f}", "👍🏽 🇰🇭 ✈\u{fe0f}"),
        ];
        for (text, expected) in CASES {
            let mut found = Vec::new();
            let mut at = 0;
            while at < text.len() {
                let end = piece_end(text, at);
                found.push(&text[at..end]);
                at = end;
            }
            assert_eq!(found.join(" "), *expected, "pieces of {text:?}");
        }
    }
}
