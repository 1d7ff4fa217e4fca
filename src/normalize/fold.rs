//! One character → the characters that it is compared by.
//!
//! Compatibility decomposition (NFKD), lower case, no Latin, Greek or Cyrillic accents, and Chinese
//! in its simplified form, so that `Ｆｒｅｅ`, `ƒree`, `Fréé` and `free` are one word. Accents go because
//! recruiters type Vietnamese, Spanish or French with and without them, and because they are the
//! cheapest disguise.

use std::sync::LazyLock;

use unicode_normalization::char::decompose_compatible;

use crate::normalize::{
    classes::{Class, class},
    pages::Pages,
};

/// Appends what `c` is compared by to `out`. May append nothing (a bare accent).
#[inline]
pub(super) fn fold_into(c: char, out: &mut String) {
    static SINGLE: Pages<Option<char>> = Pages::new(single);
    match SINGLE.get(c) {
        Some(folded) => out.push(folded),
        None => fold_by_rule(c, out),
    }
}

/// What `c` is compared by, if it is one character.
fn single(c: char) -> Option<char> {
    let mut folded = String::new();
    fold_by_rule(c, &mut folded);
    let mut folded = folded.chars();
    folded.next().filter(|_| folded.next().is_none())
}

fn fold_by_rule(c: char, out: &mut String) {
    match c {
        'A'..='Z' => out.push(c.to_ascii_lowercase()),
        'А'..='И' | 'К'..='Я' => out.extend(char::from_u32(c as u32 + 0x20)),
        // Precomposed Hangul and kana stay composed, since their parts mean nothing to a reader; so do single characters
        // that would become two glyphs. Of the Greek capitals, those that look like another letter than their small ones
        // are left to the look-alikes.
        'a'..='z'
        | 'а'..='и'
        | 'к'..='я'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FC}'
        | 'ゟ'
        | 'ヿ'
        | 'ໜ'
        | 'ໝ'
        | 'Ζ'
        | 'Η'
        | 'Μ'
        | 'Ν'
        | 'Υ' => out.push(c),
        '\u{4E00}'..='\u{9FFF}' => out.push(simplified(c)),
        _ => decompose_compatible(c, |part| {
            if part != c && matches!(class(part), Class::Other | Class::SentenceEnd | Class::Symbol) {
                return;
            }
            match part {
                // The frequent cases of many languages: a base letter and its accents, and scripts without capitals.
                'a'..='z' | '\u{900}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' => out.push(part),
                'A'..='Z' => out.push(part.to_ascii_lowercase()),
                '\u{300}'..='\u{36F}' => {}
                _ => part.to_lowercase().for_each(|lower| push_plain(lower, out)),
            }
        }),
    }
}

fn push_plain(c: char, out: &mut String) {
    match c {
        '\u{0300}'..='\u{036F}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20F0}'
        | '\u{FE20}'..='\u{FE2F}'
        | '\u{064B}'..='\u{0652}'
        | '\u{0670}'
        | '\u{0640}' => {}
        'đ' | 'ð' | 'ɖ' | 'ḍ' => out.push('d'),
        'ł' | 'ɫ' | 'ƚ' => out.push('l'),
        'ø' | 'ɵ' => out.push('o'),
        'ı' | 'ɩ' | 'ɪ' => out.push('i'),
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'þ' => out.push_str("th"),
        'ħ' => out.push('h'),
        'ŧ' => out.push('t'),
        'ŋ' => out.push('n'),
        'ƒ' => out.push('f'),
        'ς' => out.push('σ'),
        'ي' | 'ى' => out.push('ی'),
        'ك' => out.push('ک'),
        'ة' => out.push('ه'),
        _ => match small_capital_or_squared(c) {
            Some(plain) => out.push(plain),
            None => out.push(simplified(c)),
        },
    }
}

/// Letter forms that look Latin and that Unicode does not decompose.
fn small_capital_or_squared(c: char) -> Option<char> {
    const SMALL_CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡxʏᴢ";
    let letter = |n: u32| char::from_u32('a' as u32 + n);
    match c as u32 {
        code @ 0x1F150..=0x1F169 => letter(code - 0x1F150),
        code @ 0x1F170..=0x1F189 => letter(code - 0x1F170),
        0x250..=0x2AF | 0x1D00..=0x1D7F | 0xA700..=0xA7FF => {
            let at = SMALL_CAPITALS.chars().position(|small| small == c)?;
            letter(u32::try_from(at).ok()?)
        }
        _ => None,
    }
}

/// Pairs of traditional and simplified characters, sorted by the traditional one.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let mut pairs: Vec<(char, char)> = include_str!("simplified.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut chars = line.chars();
            Some((chars.next()?, chars.next()?))
        })
        .collect();
    pairs.sort_unstable();
    pairs
});

/// The simplified form of a Chinese character; itself where there is none.
fn simplified(c: char) -> char {
    if c < '\u{3400}' {
        return c;
    }
    match SIMPLIFIED.binary_search_by_key(&c, |&(traditional, _)| traditional) {
        Ok(at) => SIMPLIFIED[at].1,
        Err(_) => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut out = String::new();
        text.chars().for_each(|c| fold_into(c, &mut out));
        out
    }

    #[test]
    fn what_is_remembered_is_what_the_rule_says() {
        for c in '\0'..=char::MAX {
            let mut by_rule = String::new();
            fold_by_rule(c, &mut by_rule);
            assert_eq!(folded(c.encode_utf8(&mut [0; 4])), by_rule, "{c:?}");
        }
    }

    #[test]
    fn folds_disguises_to_one_form() {
        const CASES: &[(&str, &str, &str)] = &[
            ("case", "FREE", "free"),
            ("full width", "Ｆｒｅｅ", "free"),
            ("mathematical", "𝓯𝓻𝓮𝓮", "free"),
            ("circled", "ⓕⓡⓔⓔ", "free"),
            ("negative squared", "🅵🆁🅴🅴", "free"),
            ("small capitals", "ꜰʀᴇᴇ", "free"),
            ("accents", "frèé", "free"),
            ("struck through", "f\u{336}r\u{336}e\u{336}e\u{336}", "free"),
            ("Vietnamese", "việc nhẹ lương cao", "viec nhe luong cao"),
            ("Vietnamese decomposed", "đường", "duong"),
            ("German", "Straße", "strasse"),
            ("traditional Chinese", "預支薪水", "预支薪水"),
            ("half-width kana", "ｱﾙﾊﾞ", "アルハ\u{3099}"),
            ("Hangul", "취업", "취업"),
            ("Thai sara am", "ทำ", "ท\u{e4d}า"),
        ];
        for (name, text, expected) in CASES {
            assert_eq!(folded(text), *expected, "{name}");
        }
    }
}
