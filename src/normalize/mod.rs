//! Raw text → units: comparable words that remember where they stood.
//!
//! A [`Unit`] is the smallest piece that the later stages look at: a word in scripts with spaces, one
//! character of Chinese or Japanese, one consonant cluster of Thai, Lao, Khmer or Burmese, a number,
//! an emoji, or the class of a masked contact. [`Units`] folds disguises away while it splits, in one pass
//! without allocation of its own, and hands each unit to a callback together with the bytes of the original
//! that it covers.
//!
//! | disguise | example | becomes |
//! | --- | --- | --- |
//! | case, width, accents, styled letters | `ＦＲÉＥ`, `𝓯𝓻𝓮𝓮` | `free` |
//! | invisible characters | `fr\u{200b}ee` | `free` |
//! | look-alike scripts | `tеlеgrаm` (Cyrillic е, а) | `telegram` |
//! | spaced or dotted letters | `T e l e g r a m`, `p*a*y` | `telegram`, `pay` |
//! | digits for letters | `c4sin0 w0rk`, `fr33` | `casino work`, `free` (where no amount can be meant) |
//! | marks between glyphs | `包|吃|住` | `包` `吃` `住`, in one sentence |
//! | traditional Chinese | `預支` | `预` `支` |

mod ascii;
mod classes;
mod contact;
mod fold;
mod leet;
mod pages;
mod pieces;
mod scripts;
mod spaced;
mod symbols;
#[cfg(test)]
mod tests;
mod tokens;
mod units;

pub(crate) use ascii::AsciiWord;
pub use classes::is_glyph;
pub(crate) use classes::{digit_value, is_ignorable, is_spaced_letter};
pub use contact::ContactKind;
pub(crate) use contact::{link_at, messenger_of};
pub(crate) use pieces::piece_end;
pub(crate) use units::Sink;
pub use units::{Unit, UnitKind, Units, plain};
