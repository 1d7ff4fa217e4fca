//! What stands in the place of personal data: a keyed hash, or a number.

use std::{collections::HashMap, fmt};

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{
    error::{Error, Result},
    redact::Kind,
};

/// Letters that stand for four bits each. No digits, so that no tag holds a telephone number, and no vowels, so that none
/// holds a word.
pub(super) const LETTERS: &[u8; 16] = b"bcdfghjkmnpqrstv";
/// Letters of a tag: 48 bits of the hash.
pub(super) const LETTERS_SHOWN: usize = 12;

/// Gives what stands in the place of personal data.
pub trait Stand {
    /// What stands for a value of a kind; of equal values it is the same.
    fn tag(&mut self, kind: Kind, canonical: &str) -> String;
}

/// The key of keyed hashes.
///
/// ```
/// use lurewatch::redact::{Key, Kind};
///
/// let key = Key::new("here", b"0123456789abcdef")?;
/// assert_eq!(key.tag(Kind::Phone, "85500000000").len(), "[phone:bcdfghjkmnpq]".len());
/// assert!(Key::new("here", b"short").is_err());
/// # Ok::<(), lurewatch::Error>(())
/// ```
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// Bytes of the shortest key.
    pub const LEAST: usize = 16;

    /// A key of at least [`Key::LEAST`] bytes, not counting line ends behind them; `place` is where it was found, for messages.
    ///
    /// # Errors
    ///
    /// [`Error::Key`] for a shorter one.
    pub fn new(place: &str, bytes: &[u8]) -> Result<Self> {
        let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
        let bytes = &bytes[..end];
        let refused = || Error::Key { place: place.to_owned(), bytes: bytes.len(), least: Self::LEAST };
        if bytes.len() < Self::LEAST {
            return Err(refused());
        }
        Hmac::new_from_slice(bytes).map(Self).map_err(|_| refused())
    }

    /// HMAC-SHA-256 over the kind's name, a zero byte and the value, its first 48 bits as twelve letters: `[phone:…]`.
    #[must_use]
    pub fn tag(&self, kind: Kind, canonical: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(kind.name().as_bytes());
        mac.update(&[0]);
        mac.update(canonical.as_bytes());
        let hash = mac.finalize().into_bytes();
        let letters = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(LETTERS_SHOWN);
        let letters: String = letters.map(|bits| char::from(LETTERS[usize::from(bits)])).collect();
        format!("[{}:{letters}]", kind.name())
    }
}

impl Stand for Key {
    fn tag(&mut self, kind: Kind, canonical: &str) -> String {
        Key::tag(self, kind, canonical)
    }
}

/// Never the key itself.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// Numbers in the order in which values are met, within one report: `[phone 1]`.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    seen: HashMap<(Kind, String), usize>,
    last: HashMap<Kind, usize>,
}

impl Stand for Numbers {
    fn tag(&mut self, kind: Kind, canonical: &str) -> String {
        let last = self.last.entry(kind).or_default();
        let number = *self.seen.entry((kind, canonical.to_owned())).or_insert_with(|| {
            *last += 1;
            *last
        });
        format!("[{} {number}]", kind.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash was made by Python: `hmac.new(key, b"phone\0" + b"85500000000", "sha256")`.
    #[test]
    fn a_tag_by_another_program() {
        let key = Key::new("test", b"0123456789abcdef\r\n").unwrap();
        assert_eq!(key.tag(Kind::Phone, "85500000000"), "[phone:hpthgjgsrscm]");
        assert_eq!(format!("{key:?}"), "Key");
    }

    #[test]
    fn short_keys_are_refused_whatever_line_ends_they_have() {
        let error = Key::new("key.txt", b"0123456789abcde\n\n\n").unwrap_err();
        assert_eq!(error.to_string(), "key.txt: a key of 15 bytes; at least 16 are wanted");
    }

    #[test]
    fn numbers_count_by_kind() {
        let mut numbers = Numbers::default();
        let mut tag = |kind, value| numbers.tag(kind, value);
        assert_eq!(tag(Kind::Phone, "1"), "[phone 1]");
        assert_eq!(tag(Kind::Phone, "2"), "[phone 2]");
        assert_eq!(tag(Kind::Name, "1"), "[name 1]");
        assert_eq!(tag(Kind::Phone, "1"), "[phone 1]");
    }
}
