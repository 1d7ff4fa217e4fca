//! Disguises: what recruiters do to a text so that filters miss it.
//!
//! Eight mutators that imitate them, for tests of [`crate::normalize`], for training (which sees some of them) and for
//! measuring what recall is lost (with the others). Each takes a text and a strength, the share of
//! words or letters that it touches: 0 changes nothing, 1 all that it can. The same seed gives the same text.
//!
//! | mutator | example | touches | undone by normalising |
//! | --- | --- | --- | --- |
//! | emoji | `free ✈️` | words that it knows | no |
//! | homophones | `菠菜`, `judol`, `luong cao` | words that it knows | only Vietnamese without accents |
//! | leet | `s4l4ry` | letters inside words | yes |
//! | look-alikes | `sаlаry` (Cyrillic а) | letters | yes |
//! | full-width | `ｓａｌａｒｙ` | printable ASCII | yes |
//! | zero-width | `sal\u{200b}ary` | gaps inside words and numbers | yes |
//! | spaced letters | `s a l a r y`, `包 吃 住` | words, gaps between glyphs | yes |
//! | punctuation | `s.a.l.a.r.y`, `包\|吃\|住` | words, gaps between glyphs | yes |
//!
//! What parts or changes letters leaves links, addresses, handles and telephone numbers alone, since a lure needs contacts
//! that work, and never parts a letter from its marks or a Thai, Lao, Khmer or Burmese cluster.

mod between;
mod chunks;
mod letters;
mod swap;
mod words;

use std::fmt;

use crate::random::Random;

/// One way to disguise a text.
///
/// ```
/// use lurewatch::{mutate::Mutator, normalize::plain, random::Random};
///
/// let text = "Easy typing work, high salary";
/// let mutated = Mutator::SpacedLetters.apply(text, 1.0, &mut Random::new(7));
/// assert_eq!(mutated, "E a s y  t y p i n g  w o r k,  h i g h  s a l a r y");
/// assert_eq!(plain(&mutated), plain(text));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mutator {
    /// Emoji for the words that they show.
    Emoji,
    /// Homophones, abbreviations and trade slang for the words that filters know.
    Homophones,
    /// Digits and signs for letters.
    Leet,
    /// Cyrillic and Greek letters for Latin ones, Latin for Cyrillic ones.
    LookAlikes,
    /// Full-width forms.
    FullWidth,
    /// Invisible characters inside words.
    ZeroWidth,
    /// Spaces between letters.
    SpacedLetters,
    /// Marks between letters.
    Punctuation,
}

impl Mutator {
    /// All of them, in the order in which [`compose`] applies them: words, then letters, then what stands between.
    pub const ALL: [Self; 8] = [
        Self::Emoji,
        Self::Homophones,
        Self::Leet,
        Self::LookAlikes,
        Self::FullWidth,
        Self::ZeroWidth,
        Self::SpacedLetters,
        Self::Punctuation,
    ];

    /// Its name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Emoji => "emoji",
            Self::Homophones => "homophones",
            Self::Leet => "leet",
            Self::LookAlikes => "look-alikes",
            Self::FullWidth => "full-width",
            Self::ZeroWidth => "zero-width",
            Self::SpacedLetters => "spaced-letters",
            Self::Punctuation => "punctuation",
        }
    }

    /// Disguises `text`. `strength` is the share of words or letters touched, 0 to 1; beyond, it counts as the nearer.
    #[must_use]
    pub fn apply(self, text: &str, strength: f64, random: &mut Random) -> String {
        match self {
            Self::Emoji => swap::emoji(text, strength, random),
            Self::Homophones => swap::homophones(text, strength, random),
            Self::Leet => letters::leet(text, strength, random),
            Self::LookAlikes => letters::look_alikes(text, strength, random),
            Self::FullWidth => letters::full_width(text, strength, random),
            Self::ZeroWidth => between::zero_width(text, strength, random),
            Self::SpacedLetters => between::spaced_letters(text, strength, random),
            Self::Punctuation => between::punctuation(text, strength, random),
        }
    }
}

impl fmt::Display for Mutator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Disguises `text` in several ways, each at `strength`; in the order of [`Mutator::ALL`], whatever the order of `mutators`.
#[must_use]
pub fn compose(mutators: &[Mutator], text: &str, strength: f64, random: &mut Random) -> String {
    let chosen = Mutator::ALL.into_iter().filter(|mutator| mutators.contains(mutator));
    chosen.fold(text.to_owned(), |text, mutator| mutator.apply(&text, strength, random))
}
