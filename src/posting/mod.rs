//! The nouns: a posting, its fields, its label, a place in its text.

mod origin;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use origin::{Edits, Mend, Mended, Origin, Rewriter};

/// A half-open range of bytes in one field of a posting, on character borders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text that the span names; empty if it does not lie in `field`.
    #[must_use]
    pub fn of(self, field: &str) -> &str {
        field.get(self.start..self.end).unwrap_or("")
    }
}

/// What a field of a posting says; the order is the order in which fields are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Job title or headline.
    Title,
    /// Employer, and what it says of itself.
    Company,
    /// Where the work is.
    Location,
    /// Pay, as written.
    Salary,
    /// The advert's text.
    Description,
    /// What is asked of the applicant.
    Requirements,
    /// What is offered beside pay.
    Benefits,
    /// How to answer.
    Contact,
}

impl Field {
    /// Every field, in reading order.
    pub const ALL: [Self; 8] = [
        Self::Title,
        Self::Company,
        Self::Location,
        Self::Salary,
        Self::Description,
        Self::Requirements,
        Self::Benefits,
        Self::Contact,
    ];

    /// The name of its role on the command line and in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Company => "company",
            Self::Location => "location",
            Self::Salary => "salary",
            Self::Description => "description",
            Self::Requirements => "requirements",
            Self::Benefits => "benefits",
            Self::Contact => "contact",
        }
    }
}

/// One advert: pieces of text, each with the field that it stands in, in reading order.
///
/// Several columns of a file may share a field (a short and a long description); each is a piece of its own,
/// known by its number, so that a span can always be taken back to its column.
///
/// ```
/// use lurewatch::posting::{Field, Posting};
///
/// let posting = Posting::from_text("Typing work abroad, flight paid");
/// assert_eq!(posting.pieces()[0].field, Field::Description);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posting<'a> {
    pieces: Vec<Piece<'a>>,
}

/// The text of one column of a posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What the column says.
    pub field: Field,
    /// Its text as it is read: as written, or mended.
    pub text: Cow<'a, str>,
    /// What it was before it was mended, if it was.
    pub origin: Option<Box<Origin<'a>>>,
}

impl Piece<'_> {
    /// Its text as written, which spans of reasons are of.
    #[must_use]
    pub fn written(&self) -> &str {
        self.origin.as_ref().map_or(&self.text, |origin| &origin.text)
    }

    /// The bytes as written of a span of the text that is read.
    #[must_use]
    pub fn written_span(&self, span: Span) -> Span {
        self.origin.as_ref().map_or(span, |origin| origin.back(span))
    }

    /// Whether it had this accident.
    #[must_use]
    pub fn has(&self, mend: Mend) -> bool {
        self.origin.as_ref().is_some_and(|origin| origin.has(mend))
    }
}

/// Text as written.
impl<'a> From<(Field, Cow<'a, str>)> for Piece<'a> {
    fn from((field, text): (Field, Cow<'a, str>)) -> Self {
        Self { field, text, origin: None }
    }
}

impl<'a> Posting<'a> {
    /// A posting of a single text.
    #[must_use]
    pub fn from_text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::from_pieces([(Field::Description, text.into())])
    }

    /// A posting of several pieces; empty ones are left out, the rest is put into reading order.
    #[must_use]
    pub fn from_pieces(pieces: impl IntoIterator<Item = impl Into<Piece<'a>>>) -> Self {
        let pieces = pieces.into_iter().map(Into::into);
        let mut pieces: Vec<Piece<'a>> = pieces.filter(|piece| !piece.text.trim().is_empty()).collect();
        pieces.sort_by_key(|piece| piece.field);
        Self { pieces }
    }

    /// Its pieces in reading order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece<'a>] {
        &self.pieces
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

/// What a labelled posting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// Anything else, bad jobs and ordinary fraud included.
    Clean,
    /// An advert whose offer fits recruitment into forced criminality.
    Lure,
}

impl Label {
    /// Whether it is [`Label::Lure`].
    #[must_use]
    pub fn is_lure(self) -> bool {
        self == Self::Lure
    }
}
