//! Personal data in a text → tags that say the same of equal data and nothing else.
//!
//! | found | by | kind | what is hashed |
//! | --- | --- | --- | --- |
//! | telephone numbers in the digits of any script | 8 to 15 digits that are no amount, date or time; from 6 behind a word for telephone | `phone` | the digits, without a leading `00` |
//! | e-mail addresses | `@`, `(at)`, `(dot)` | `email` | in small letters |
//! | messenger ids | `@x`, `t.me/x`, `wa.me/…`, behind the name of a messenger | `handle` (a number: `phone`) | in small letters, without `@` |
//! | other links, invitations | host, and something behind it; the host stays | `link` | host and what is behind it |
//! | bank cards, identity numbers | 16 digits and more | `account` | the digits |
//! | names of persons | a title, or a word that asks for one, beside them | `name` | in small letters, without the title |
//! | what is left of a contact column | all but the names of channels | `contact` | in small letters |
//!
//! Everything is compared as `view` shows it, so that full-width, styled and invisible characters make no difference.
//! `+855 12…` and `012…` stay two numbers: which country the second is of, nobody says. **Names are found by such signs
//! only**: `Lily works here` is not seen, and two persons called Lily have one tag. So a redacted text is safer to share,
//! not anonymous.
//!
//! What is found is cut out, and what is left is searched again by itself until nothing more is found. Tags are never
//! searched. So a redacted text is redacted to itself.
//!
//! ```
//! use lurewatch::redact::{Key, redact};
//!
//! let key = Key::new("here", b"a key of the reader's own")?;
//! let one = redact("Telegram @Example_Lily, call 012 345 678", &mut key.clone());
//! let other = redact("t.me/example_lily", &mut key.clone());
//! let tag = other.text.trim_start_matches("t.me/");
//! assert!(one.text.starts_with(&format!("Telegram {tag}, call [phone:")));
//! # Ok::<(), lurewatch::Error>(())
//! ```

mod addresses;
mod contact;
mod handles;
mod key;
mod names;
mod phones;
mod signs;
#[cfg(test)]
mod tests;
mod view;

use std::ops::Range;

use crate::posting::{Piece, Span};
pub use key::{Key, Numbers, Stand};
use key::{LETTERS, LETTERS_SHOWN};
use view::View;

/// Looks at one piece of a text. What still yields something then is made to, and goes as a whole.
const MOST_LOOKS: usize = 16;

/// A kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
    /// Id at a messenger or network.
    Handle,
    /// Bank card, bank account, identity card.
    Account,
    /// What stands behind the host of a link.
    Link,
    /// Name of a person.
    Name,
    /// Anything else in a column of contacts.
    Contact,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Phone, Self::Email, Self::Handle, Self::Account, Self::Link, Self::Name, Self::Contact];

    /// Its name in tags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Handle => "handle",
            Self::Account => "account",
            Self::Link => "link",
            Self::Name => "name",
            Self::Contact => "contact",
        }
    }
}

/// Personal data in a text.
#[derive(Clone, Debug)]
struct Found {
    kind: Kind,
    /// Its bytes in the original.
    span: Span,
    /// Its bytes in the view.
    view: Range<usize>,
    /// What is equal when the data are.
    canonical: String,
}

impl Found {
    fn new(view: &View<'_>, kind: Kind, place: Range<usize>, canonical: &str) -> Self {
        let span = view.place(place.start, place.end);
        Self { kind, span, view: place, canonical: canonical.to_owned() }
    }
}

/// A text with tags for personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redacted {
    /// The text.
    pub text: String,
    /// What was cut out of the original, and where its tag stands, in order.
    places: Vec<(Span, Span)>,
}

impl Redacted {
    /// A text from which nothing is cut out.
    #[must_use]
    pub fn nothing(text: &str) -> Self {
        Self { text: text.to_owned(), places: Vec::new() }
    }

    /// Whether anything was cut out.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.places.is_empty()
    }

    /// Where a place of the original stands now; one that touches what was cut out takes in the whole tag.
    #[must_use]
    pub fn place(&self, original: Span) -> Span {
        Span::new(self.move_byte(original.start, false), self.move_byte(original.end, true))
    }

    /// Whether anything inside a place of the original was cut out.
    #[must_use]
    pub fn touches(&self, original: Span) -> bool {
        self.places.iter().any(|(cut, _)| cut.start < original.end && original.start < cut.end)
    }

    fn move_byte(&self, at: usize, is_end: bool) -> usize {
        let behind = |cut: &Span| if is_end { at <= cut.start } else { at < cut.start };
        let before = self.places.partition_point(|(cut, _)| !behind(cut));
        match before.checked_sub(1).and_then(|last| self.places.get(last)) {
            None => at,
            Some((cut, tag)) if at < cut.end || (is_end && at == cut.end) => {
                if is_end {
                    tag.end
                } else {
                    tag.start
                }
            }
            Some((cut, tag)) => at - cut.end + tag.end,
        }
    }
}

/// How a text that is to be shared is redacted.
#[derive(Clone, Debug)]
pub enum Redaction {
    /// Not at all.
    Off,
    /// By keyed hashes: equal data have equal tags in everything that was redacted with the key.
    Keyed(Key),
    /// By numbers that mean something within one report only.
    Numbered(Numbers),
}

impl Redaction {
    /// What was written of a piece, redacted in this way; `is_contact` is whether it holds nothing but contacts.
    pub fn apply(&mut self, piece: &Piece<'_>, is_contact: bool) -> Redacted {
        match self {
            Self::Off => Redacted::nothing(piece.written()),
            Self::Keyed(key) => redact_piece(piece, is_contact, key),
            Self::Numbered(numbers) => redact_piece(piece, is_contact, numbers),
        }
    }
}

/// What was written of a piece, with tags also for what only shows when it is read: `hr&#64;example.com`.
#[must_use]
pub fn redact_piece(piece: &Piece<'_>, is_contact: bool, stand: &mut dyn Stand) -> Redacted {
    let (written, look): (&str, fn(&str) -> Vec<Found>) =
        (piece.written(), if is_contact { look_at_contact } else { search_once });
    if piece.origin.is_none() {
        return replace(written, &search(written, look), stand);
    }
    let mut found: Vec<Found> = search(&piece.text, look);
    for one in &mut found {
        one.span = piece.written_span(one.span);
    }
    found.sort_by_key(|one| one.span);
    // Where two were written in one stretch, or a tag in it stands already, the first takes in all.
    let mut end = 0;
    let standing = tags(written);
    found.retain(|one| {
        let overlaps = |other: &Span| one.span.start < other.end && other.start < one.span.end;
        let is_apart = one.span.start >= end && one.span.start < one.span.end && !standing.iter().any(overlaps);
        end = if is_apart { one.span.end } else { end };
        is_apart
    });
    let cuts = found.iter().map(|one| one.span).chain(standing.iter().copied()).collect();
    for rest in between(written, cuts) {
        found.extend(search(rest.of(written), search_once).into_iter().map(|one| moved(one, rest.start)));
    }
    replace(written, &found, stand)
}

/// Puts tags in the place of personal data.
#[must_use]
pub fn redact(text: &str, stand: &mut dyn Stand) -> Redacted {
    replace(text, &search(text, search_once), stand)
}

/// The same for a cell that holds nothing but contacts: everything but the names of channels goes.
#[must_use]
pub fn redact_contact(text: &str, stand: &mut dyn Stand) -> Redacted {
    replace(text, &search(text, look_at_contact), stand)
}

fn replace(text: &str, found: &[Found], stand: &mut dyn Stand) -> Redacted {
    let mut order: Vec<&Found> = found.iter().collect();
    order.sort_unstable_by_key(|one| one.span);
    let mut redacted = Redacted { text: String::with_capacity(text.len()), places: Vec::with_capacity(order.len()) };
    let mut rest = 0;
    for one in order {
        redacted.text.push_str(&text[rest..one.span.start]);
        let start = redacted.text.len();
        redacted.text.push_str(&stand.tag(one.kind, &one.canonical));
        redacted.places.push((one.span, Span::new(start, redacted.text.len())));
        rest = one.span.end;
    }
    redacted.text.push_str(&text[rest..]);
    redacted
}

/// All personal data of a text; no two overlap.
fn search(text: &str, look: impl Fn(&str) -> Vec<Found>) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    let mut open: Vec<(Span, usize)> = between(text, tags(text)).into_iter().map(|part| (part, 0)).collect();
    while let Some((segment, looks)) = open.pop() {
        let part = segment.of(text);
        if looks == MOST_LOOKS {
            let canonical = View::of(part).lower;
            all.push(Found { kind: Kind::Contact, span: segment, view: 0..0, canonical });
            continue;
        }
        let found = look(part);
        if !found.is_empty() {
            let rest = between(part, found.iter().map(|one| one.span).collect());
            let placed = |rest: Span| (Span::new(rest.start + segment.start, rest.end + segment.start), looks + 1);
            open.extend(rest.into_iter().map(placed));
            all.extend(found.into_iter().map(|one| moved(one, segment.start)));
        }
    }
    all
}

fn moved(mut found: Found, by: usize) -> Found {
    found.span = Span::new(found.span.start + by, found.span.end + by);
    found
}

/// Personal data that is seen at a look; of what overlaps, the surer kind.
fn search_once(text: &str) -> Vec<Found> {
    let view = View::of(text);
    let mut kept: Vec<Found> = Vec::new();
    let mut taken = vec![false; text.len()];
    let mut found = Vec::new();
    for find in [addresses::find, handles::find, phones::find, names::find] {
        find(&view, &mut found);
        for one in found.drain(..) {
            let bytes = &mut taken[one.span.start..one.span.end];
            if !bytes.is_empty() && !bytes.contains(&true) {
                bytes.fill(true);
                kept.push(one);
            }
        }
    }
    kept
}

/// The same where all but the names of channels is personal.
fn look_at_contact(text: &str) -> Vec<Found> {
    match search_once(text) {
        found if found.is_empty() => contact::rest(text),
        found => found,
    }
}

/// What lies between some places of a text, in order.
fn between(text: &str, mut cuts: Vec<Span>) -> Vec<Span> {
    cuts.sort_unstable();
    let mut rest = 0;
    let mut parts = Vec::with_capacity(cuts.len() + 1);
    for cut in cuts {
        parts.push(Span::new(rest, cut.start));
        rest = cut.end;
    }
    parts.push(Span::new(rest, text.len()));
    parts.retain(|part| part.start < part.end);
    parts
}

/// The tags that stand in a text already.
fn tags(text: &str) -> Vec<Span> {
    let starts = text.match_indices('[').map(|(at, _)| at);
    starts.filter_map(|at| Some(Span::new(at, at + tag_length(&text[at..])?))).collect()
}

/// The length of the tag that a text begins with.
fn tag_length(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('[')?;
    let (_, rest) = Kind::ALL
        .into_iter()
        .find_map(|kind| rest.strip_prefix(kind.name())?.split_once(':').filter(|(before, _)| before.is_empty()))?;
    let letters = rest.as_bytes().get(..=LETTERS_SHOWN)?;
    let is_tag = letters[LETTERS_SHOWN] == b']' && letters[..LETTERS_SHOWN].iter().all(|byte| LETTERS.contains(byte));
    is_tag.then_some(text.len() - rest.len() + LETTERS_SHOWN + 1)
}
