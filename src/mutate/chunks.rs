//! A text in chunks that a mutator may touch, or must not.

use crate::normalize::{is_glyph, piece_end};

/// What a [`Chunk`] is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word of a script with spaces.
    Letters,
    /// A run of a script without spaces.
    Glyphs,
    /// Decimal digits.
    Digits,
    /// Spaces, marks, emoji.
    Other,
    /// A contact, which must go on working.
    Contact,
}

/// A part of a text; all of them together are the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Whether nothing but spaces and the marks of a sentence stand around it.
    pub(super) stands_alone: bool,
}

impl<'a> Chunk<'a> {
    /// The pieces that nothing may part.
    pub(super) fn pieces(&self) -> Vec<&'a str> {
        let text = self.text;
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let end = piece_end(text, at);
            found.push(&text[at..end]);
            at = end;
        }
        found
    }
}

/// Splits `text` into chunks.
pub(super) fn chunks(text: &str) -> Vec<Chunk<'_>> {
    let contacts = contacts(text);
    let mut found = Vec::new();
    let mut at = 0;
    for (start, end) in contacts.into_iter().chain([(text.len(), text.len())]) {
        while at < start {
            let chunk_end = chunk_end(text, at, start);
            found.push(chunk(text, at, chunk_end, kind_at(text, at)));
            at = chunk_end;
        }
        if start < end {
            found.push(chunk(text, start, end, Kind::Contact));
        }
        at = end;
    }
    found
}

fn chunk(text: &str, start: usize, end: usize, kind: Kind) -> Chunk<'_> {
    let opening = |c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '¿' | '¡');
    let closing = |c: char| c.is_whitespace() || matches!(c, ',' | '!' | '?' | ')' | '"' | '”' | ':' | ';');
    let (before, after) = (&text[..start], &text[end..]);
    let ends = after.is_empty()
        || after.starts_with(closing)
        || after.strip_prefix('.').is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
    Chunk { kind, text: &text[start..end], stands_alone: (before.is_empty() || before.ends_with(opening)) && ends }
}

fn chunk_end(text: &str, start: usize, limit: usize) -> usize {
    let kind = kind_at(text, start);
    let mut end = piece_end(text, start);
    while end < limit && kind_at(text, end) == kind {
        end = piece_end(text, end);
    }
    end.min(limit)
}

fn kind_at(text: &str, at: usize) -> Kind {
    match text[at..].chars().next() {
        Some(c) if is_glyph(c) => Kind::Glyphs,
        Some(c) if c.is_alphabetic() => Kind::Letters,
        Some(c) if c.is_numeric() => Kind::Digits,
        _ => Kind::Other,
    }
}

/// Runs of ASCII that are links, addresses, handles or telephone numbers.
fn contacts(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_graphic()).map(|gap| at + gap) {
        let len = text[start..].find(|c: char| !c.is_ascii_graphic()).unwrap_or(text.len() - start);
        at = start + len;
        if is_contact(&text[start..at]) {
            found.push((start, at));
        }
    }
    found
}

fn is_contact(run: &str) -> bool {
    let dotted =
        run.as_bytes().windows(3).any(|w| w[0].is_ascii_alphanumeric() && w[1] == b'.' && w[2].is_ascii_alphabetic());
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    run.contains(['@', '_']) || run.contains("://") || dotted || digits >= 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_put_together_are_the_text_and_contacts_are_whole() {
        let text = "Việc nhẹ, t.me/example_hr包吃住 8,000-9k don't e.g. +85500000000 เงินดี✈\u{fe0f}";
        let found = chunks(text);
        assert_eq!(found.iter().map(|chunk| chunk.text).collect::<String>(), text);
        let of = |kind| found.iter().filter(|chunk| chunk.kind == kind).map(|chunk| chunk.text).collect::<Vec<_>>();
        assert_eq!(of(Kind::Contact), ["t.me/example_hr", "e.g.", "+85500000000"]);
        assert_eq!(of(Kind::Glyphs), ["包吃住", "เงินดี"]);
        assert_eq!(of(Kind::Letters), ["Việc", "nhẹ", "k", "don", "t"]);
        let alone: Vec<_> = found.iter().filter(|chunk| chunk.kind == Kind::Letters && chunk.stands_alone).collect();
        assert_eq!(alone.len(), 2, "{alone:?}");
    }
}
