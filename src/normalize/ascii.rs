//! The frequent case: words of ASCII letters, read eight bytes at a time.

use crate::normalize::contact::LONGEST_LINK;

/// A word of 1 to 16 small ASCII letters, held in two numbers: the first letter in the lowest byte, zeros behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AsciiWord([u64; 2]);

/// What the byte behind a run of ASCII letters does to the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behind {
    /// It ends it, whatever comes then.
    Ends,
    /// It ends it unless a letter or digit follows.
    FullStop,
    /// It ends it unless the word is the beginning of an address.
    MayLink,
    /// It may belong to it: the word has to be read character by character.
    MayGoOn,
}

const BEHIND: [Behind; 256] = {
    let mut behind = [Behind::Ends; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        behind[byte] = match byte as u8 {
            b'.' => Behind::FullStop,
            b':' | b'/' | b'_' | b'-' | b'+' => Behind::MayLink,
            // Digits and signs that stand for letters, or that are in an address; apostrophes; the other scripts.
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'@' | b'$' | b'\'' | b'`' | 0x80.. => Behind::MayGoOn,
            _ => Behind::Ends,
        };
        byte += 1;
    }
    behind
};

impl AsciiWord {
    /// A word in its comparable form, if it is one of these.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let (word, length) = Self::letters(text.as_bytes());
        (length > 0 && length == text.len() && !text.bytes().any(|b| b.is_ascii_uppercase())).then_some(word)
    }

    /// One of `slots` slots, a power of two. Anyone can find words that share one; where that matters, hash instead.
    #[inline]
    pub(crate) fn slot(self, slots: usize) -> usize {
        let mixed = (self.0[0] ^ self.0[1].rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 40) as usize & (slots - 1)
    }

    /// The word at the beginning of `text`, with its length in bytes, if it is certain that it ends within reach and that
    /// nothing around it makes it part of something else: an address, letters written apart, letters in disguise.
    #[expect(clippy::inline_always, reason = "once for every word, in one place")]
    #[inline(always)]
    pub(super) fn at(text: &[u8]) -> Option<(Self, usize)> {
        let (word, length) = Self::letters(text);
        let ends = match text.get(length) {
            Some(&behind) if length > 1 && BEHIND[usize::from(behind)] == Behind::Ends => true,
            _ => ends(text, length),
        };
        ends.then_some((word, length))
    }

    /// The letters, at most 16, at the beginning of `text`, and how many they are.
    #[inline]
    fn letters(text: &[u8]) -> (Self, usize) {
        let (first, length) = small_letters(eight_bytes(text));
        if length < 8 {
            return (Self([first, 0]), length);
        }
        let (second, more) = small_letters(eight_bytes(&text[8..]));
        (Self([first, second]), 8 + more)
    }
}

/// Whether the word of the first `length` letters of `text` ends behind them.
#[inline(never)]
fn ends(text: &[u8], length: usize) -> bool {
    if length < 2 {
        let is_before_word = |next: u8, after: u8| next.is_ascii_alphanumeric() && after.is_ascii_alphanumeric();
        return length == 1 && matches!(text, &[_, b' ', next, after, ..] if is_before_word(next, after));
    }
    let Some((&mark, behind)) = text[length..].split_first() else { return true };
    match BEHIND[usize::from(mark)] {
        Behind::Ends => true,
        Behind::FullStop => !behind.first().is_some_and(u8::is_ascii_alphanumeric),
        Behind::MayLink => is_no_link(&text[length..]),
        Behind::MayGoOn => false,
    }
}

/// The first eight bytes of `text`, the first of them lowest; zeros where there are fewer.
#[inline]
fn eight_bytes(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)),
    }
}

/// The ASCII letters at the low end of eight bytes in lower case, and how many they are; what is above them becomes 0.
#[inline]
fn small_letters(bytes: u64) -> (u64, usize) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let small = bytes | (0x20 * EACH);
    let low = small & !HIGH;
    // The high bit of every byte: set if the byte is at least `a`, and if it is more than `z`.
    let from_a = low + (0x80 - u64::from(b'a')) * EACH;
    let past_z = low + (0x7F - u64::from(b'z')) * EACH;
    let others = !(from_a & !past_z & !bytes) & HIGH;
    let length = others.trailing_zeros() / 8;
    (small & !u64::MAX.checked_shl(8 * length).unwrap_or(0), length as usize)
}

/// Whether the word before `behind`, which begins with a mark that addresses contain, is certainly none: no such run of
/// characters without an `@`, a full stop or a colon inside it is.
fn is_no_link(behind: &[u8]) -> bool {
    for (at, byte) in behind.iter().enumerate().take(LONGEST_LINK) {
        match byte {
            b'@' => return false,
            // At the end of the run it belongs to the sentence.
            b'.' | b':' => return !behind.get(at + 1).is_some_and(|&next| is_link_byte(next)),
            &other if !is_link_byte(other) => return true,
            _ => {}
        }
    }
    true
}

/// Whether addresses may contain `byte`.
pub(super) fn is_link_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._~:/?#@&+=%-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_what_may_be_more_than_one() {
        const CASES: &[(&str, Option<&str>)] = &[
            ("", None),
            ("Work", Some("work")),
            ("work abroad", Some("work")),
            ("ABCDEFGH ", Some("abcdefgh")),
            ("accommodation, ", Some("accommodation")),
            ("responsibilities!", Some("responsibilities")),
            ("internationalised", None),
            ("part-time job", Some("part")),
            ("part-time.", Some("part")),
            ("Duties: x", Some("duties")),
            ("and/or", Some("and")),
            ("jobs.example.com", None),
            ("jobs-mail@example", None),
            ("http://localhost", None),
            ("end.", Some("end")),
            ("end..", Some("end")),
            ("and/or..", None),
            ("a job", Some("a")),
            ("a b", None),
            ("don't", None),
            ("caf\u{e9}", None),
            ("w0rk", None),
            ("\u{4e2d}", None),
            ("7", None),
        ];
        for (text, expected) in CASES {
            let found = AsciiWord::at(text.as_bytes()).map(|(word, _)| word);
            assert_eq!(found, expected.map(|word| AsciiWord::of(word).unwrap()), "word at {text:?}");
        }
    }

    #[test]
    fn comparable_words_are_small_letters_alone() {
        for text in ["", "Work", "a b", "w0rk", "internationalised", "caf\u{e9}", "\u{27e8}n1\u{27e9}"] {
            assert_eq!(AsciiWord::of(text), None, "{text:?}");
        }
        assert_ne!(AsciiWord::of("ab"), AsciiWord::of("abc"));
    }
}
