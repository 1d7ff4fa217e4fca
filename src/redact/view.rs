//! A text as it is searched: disguises of single characters undone, each byte knowing where it stood.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{
    normalize::{digit_value, is_ignorable},
    posting::Span,
};

/// A text with full-width and styled characters as plain ones, digits of all scripts as ASCII, invisible characters left
/// out, and every kind of blank and dash as one.
pub(super) struct View<'a> {
    /// The text that is searched.
    pub(super) text: Cow<'a, str>,
    /// The same in small letters, byte for byte at the same places.
    pub(super) lower: String,
    /// For every byte of `text` the bytes of the original that its character stands for; `None` where they are the same.
    places: Option<Vec<Span>>,
}

impl<'a> View<'a> {
    /// The view of a text.
    pub(super) fn of(original: &'a str) -> Self {
        if original.is_ascii() {
            let text = Cow::Borrowed(original);
            return Self { text, lower: original.to_ascii_lowercase(), places: None };
        }
        let (mut text, mut lower) = (String::with_capacity(original.len()), String::with_capacity(original.len()));
        let mut places = Vec::with_capacity(original.len());
        let mut at = 0;
        while let Some(c) = original[at..].chars().next() {
            let end = cluster_end(original, at, c);
            let span = Span::new(at, end);
            for plain in plain(&original[at..end], c) {
                text.push(plain);
                lower.push(small(plain));
                places.resize(text.len(), span);
            }
            at = end;
        }
        Self { text: Cow::Owned(text), lower, places: Some(places) }
    }

    /// The bytes of the original under some bytes of the view, which must not be none.
    pub(super) fn place(&self, start: usize, end: usize) -> Span {
        match &self.places {
            Some(places) => places[start].join(places[end - 1]),
            None => Span::new(start, end),
        }
    }

    /// The character that starts at a byte.
    pub(super) fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// The character that ends before a byte.
    pub(super) fn char_before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    /// Where a run of characters from `at` on ends.
    pub(super) fn run(&self, at: usize, mut belongs: impl FnMut(char) -> bool) -> usize {
        let rest = &self.text[at..];
        at + rest.find(|c| !belongs(c)).unwrap_or(rest.len())
    }
}

/// Where a character ends, with the marks that are written above and below it.
fn cluster_end(text: &str, at: usize, c: char) -> usize {
    let end = at + c.len_utf8();
    let rest = &text[end..];
    // In scripts of their own the marks are letters like others; composing matters for Latin, Greek and Cyrillic.
    let is_mark = |c: char| matches!(c, '\u{300}'..='\u{36F}') && is_combining_mark(c);
    end + rest.find(|c| !is_mark(c)).unwrap_or(rest.len())
}

/// The plain characters for those of a cluster.
fn plain(cluster: &str, c: char) -> impl Iterator<Item = char> {
    let single = match c {
        _ if cluster.len() > c.len_utf8() => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => Some('-'),
        _ if c.is_ascii() => Some(c),
        _ if c.is_whitespace() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') => Some(' '),
        _ => digit_value(c).and_then(|value| char::from_digit(value, 10)),
    };
    let keeps = single.is_none() && !is_ignorable(c);
    let folded = if keeps { cluster } else { "" };
    single.into_iter().chain(folded.nfkc().filter(|&c| !is_ignorable(c)))
}

/// The small letter, if it is as long.
fn small(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) if one.len_utf8() == c.len_utf8() => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_by_hand() {
        const CASES: &[(&str, &str)] = &[
            ("Tel 012", "Tel 012"),
            ("ＴＥＬ：０１２", "TEL:012"),
            ("០១២ ๐๑๒ ०१२", "012 012 012"),
            ("0\u{200b}1\u{2011}2\u{a0}3", "01-2 3"),
            ("1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}", "12"),
            ("Chi\u{323} 𝓛𝓲𝓵𝔂", "Chị Lily"),
            ("②③ 王小姐", "23 王小姐"),
        ];
        for (original, expected) in CASES {
            let view = View::of(original);
            assert_eq!(view.text, *expected, "{original:?}");
            assert_eq!(view.text.len(), view.lower.len(), "{original:?}");
            let whole = view.place(0, view.text.len());
            assert_eq!(whole.start, 0, "{original:?}");
            assert!(original.is_char_boundary(whole.end), "{original:?}");
        }
    }
}
