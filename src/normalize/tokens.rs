//! Class tokens: what stands for a number or a contact where features are made.

use crate::{
    normalize::{
        ContactKind, Unit, UnitKind,
        units::{Sink, emit_contact},
    },
    posting::Span,
};

/// Class tokens of numbers, by how many digits they have (the last: ten or more).
const NUMBER_TOKENS: [&str; 11] =
    ["⟨n0⟩", "⟨n1⟩", "⟨n2⟩", "⟨n3⟩", "⟨n4⟩", "⟨n5⟩", "⟨n6⟩", "⟨n7⟩", "⟨n8⟩", "⟨n9⟩", "⟨n10⟩"];

impl<'a> Unit<'a> {
    /// What the tokenizer sees of the unit: its text, but of a number only how many digits it has.
    ///
    /// No feature may hold a number itself: it would be an identity or a memory of one advert.
    #[must_use]
    pub fn token_text(&self) -> &'a str {
        match self.kind {
            UnitKind::Number => {
                let digits = self.text.bytes().filter(u8::is_ascii_digit).count();
                NUMBER_TOKENS[digits.min(NUMBER_TOKENS.len() - 1)]
            }
            _ => self.text,
        }
    }
}

/// A class token that stands in the text itself, as in text that was masked before: what it says, and its end.
pub(super) fn class_token(text: &str, start: usize, sink: &mut impl Sink) -> Option<usize> {
    let len = text[start..].char_indices().take(12).find(|&(_, c)| c == '⟩')?.0 + '⟩'.len_utf8();
    let token = &text[start..start + len];
    if let Some(kind) = ContactKind::ALL.into_iter().find(|kind| kind.token() == token) {
        return Some(emit_contact(kind, start, start + len, sink));
    }
    NUMBER_TOKENS.contains(&token).then(|| {
        sink.unit(Unit { kind: UnitKind::Word, text: token, span: Span::new(start, start + len) });
        start + len
    })
}
