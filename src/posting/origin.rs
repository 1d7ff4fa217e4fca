//! What a text was before it was mended, and the way back to it.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::posting::{Posting, Span};

/// Accidents of scrapers and exports that are undone before a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mend {
    /// Tags and entities.
    Html,
    /// Line ends and tabs that are spelled out: a backslash and a letter.
    Spelled,
    /// UTF-8 that was taken for Windows-1252 or Latin-1.
    Mojibake,
    /// Byte order marks inside.
    Bom,
}

impl Mend {
    /// Every kind, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::Html, Self::Spelled, Self::Mojibake, Self::Bom];

    /// For people: what a mended row had.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Spelled => "line ends spelled out",
            Self::Mojibake => "mojibake",
            Self::Bom => "byte order marks inside",
        }
    }
}

/// The stretches by which a text differs from the one that it was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits(Vec<Edit>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Edit {
    /// The bytes that were replaced.
    old: Span,
    /// What stands there now.
    new: Span,
}

impl Edits {
    /// The bytes of the old text that a span of the new one was made of. A span that begins or ends inside a
    /// replacement takes in all that was replaced; what vanished at its ends is not part of it.
    #[must_use]
    pub fn back(&self, span: Span) -> Span {
        let before = self.0.partition_point(|edit| edit.new.start <= span.start);
        let start = match before.checked_sub(1).map(|at| self.0[at]) {
            None => span.start,
            Some(edit) if span.start < edit.new.end => edit.old.start,
            Some(edit) => edit.old.end + (span.start - edit.new.end),
        };
        let end = match self.0.get(self.0.partition_point(|edit| edit.new.end < span.end)) {
            None => self.0.last().map_or(span.end, |last| last.old.end + (span.end - last.new.end)),
            Some(edit) if span.end > edit.new.start => edit.old.end,
            Some(edit) => edit.old.start - (edit.new.start - span.end),
        };
        Span::new(start, end.max(start))
    }
}

/// Writes a text anew with some stretches replaced, and keeps the way back.
#[derive(Debug)]
pub struct Rewriter<'t> {
    old: &'t str,
    new: String,
    copied: usize,
    edits: Edits,
}

impl<'t> Rewriter<'t> {
    /// Of `old`, nothing replaced so far.
    #[must_use]
    pub fn new(old: &'t str) -> Self {
        Self { old, new: String::new(), copied: 0, edits: Edits::default() }
    }

    /// Puts `by` in the place of `bytes`, which lie behind all that was replaced before and on character borders.
    pub fn replace(&mut self, bytes: std::ops::Range<usize>, by: &str) {
        self.new.push_str(&self.old[self.copied..bytes.start]);
        let start = self.new.len();
        self.new.push_str(by);
        self.copied = bytes.end;
        let new = Span::new(start, self.new.len());
        self.edits.0.push(Edit { old: Span::new(bytes.start, bytes.end), new });
    }

    /// The new text; `None` when nothing was replaced.
    #[must_use]
    pub fn finish(mut self) -> Option<(String, Edits)> {
        if self.edits.0.is_empty() {
            return None;
        }
        self.new.push_str(&self.old[self.copied..]);
        Some((self.new, self.edits))
    }
}

/// A text as it was written, and how it became the one that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin<'a> {
    pub(super) text: Cow<'a, str>,
    layers: Vec<(Mend, Edits)>,
}

impl<'a> Origin<'a> {
    /// Of the text as it was written and what was mended, the first mend first.
    #[must_use]
    pub fn new(text: Cow<'a, str>, layers: Vec<(Mend, Edits)>) -> Self {
        Self { text, layers }
    }

    /// The bytes as written of a span of the mended text.
    pub(super) fn back(&self, span: Span) -> Span {
        self.layers.iter().rev().fold(span, |span, (_, edits)| edits.back(span))
    }

    pub(super) fn has(&self, mend: Mend) -> bool {
        self.layers.iter().any(|&(one, _)| one == mend)
    }
}

/// How many rows had which accident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mended([u64; Mend::ALL.len()]);

impl Mended {
    /// Counts a row.
    pub fn count(&mut self, posting: &Posting<'_>) {
        if posting.pieces().iter().any(|piece| piece.origin.is_some()) {
            for (count, mend) in self.0.iter_mut().zip(Mend::ALL) {
                *count += u64::from(posting.pieces().iter().any(|piece| piece.has(mend)));
            }
        }
    }

    /// Adds the rows of another part.
    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(count, more)| *count += more);
    }

    /// Whether no row had any.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0 == [0; Mend::ALL.len()]
    }
}

/// For people: `12 rows with HTML, 3 with mojibake`.
impl fmt::Display for Mended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_first = true;
        for (count, mend) in self.0.into_iter().zip(Mend::ALL).filter(|&(count, _)| count > 0) {
            let rows = match (is_first, count) {
                (false, _) => "",
                (true, 1) => " row",
                (true, _) => " rows",
            };
            write!(f, "{}{count}{rows} with {}", if is_first { "" } else { ", " }, mend.name())?;
            is_first = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_go_back_by_hand() {
        // old: `<b>AT&amp;T</b> x`, new: `AT&T x`
        let mut rewriter = Rewriter::new("<b>AT&amp;T</b> x");
        rewriter.replace(0..3, "");
        rewriter.replace(5..10, "&");
        rewriter.replace(11..15, "");
        let (new, edits) = rewriter.finish().unwrap();
        assert_eq!(new, "AT&T x");
        let cases = [
            ((0, 4), (3, 11)),
            ((0, 2), (3, 5)),
            ((2, 3), (5, 10)),
            ((3, 4), (10, 11)),
            ((4, 6), (15, 17)),
            ((0, 6), (3, 17)),
            ((5, 6), (16, 17)),
        ];
        for ((start, end), (old_start, old_end)) in cases {
            assert_eq!(edits.back(Span::new(start, end)), Span::new(old_start, old_end), "{start}..{end}");
        }
        assert!(Rewriter::new("x").finish().is_none());
    }

    #[test]
    fn counts_are_told() {
        assert_eq!(Mended([1, 0, 3, 0]).to_string(), "1 row with HTML, 3 with mojibake");
        assert_eq!(
            Mended([0, 2, 0, 1]).to_string(),
            "2 rows with line ends spelled out, 1 with byte order marks inside"
        );
        assert!(Mended::default().is_none() && !Mended([0, 0, 0, 1]).is_none());
    }
}
