//! Texts by number, and numbers by text.

use crate::flat::{
    Array, SPREAD, slots_for,
    store::{Reader, Writer},
};

/// Texts in one piece of memory, numbered from 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Strings {
    bytes: Array<u8>,
    /// Where each text ends; it begins where the one before ends.
    ends: Array<u32>,
}

impl Strings {
    /// Numbers texts in the order given.
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for text in texts {
            bytes.extend(text.as_bytes());
            ends.push(bytes.len() as u32);
        }
        Self { bytes: bytes.into(), ends: ends.into() }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn bytes_of(&self, at: usize) -> Option<&[u8]> {
        let end = *self.ends.get(at)?;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.bytes.get(start as usize..end as usize)
    }

    /// The text with a number.
    pub(crate) fn get(&self, at: usize) -> Option<&str> {
        self.bytes_of(at).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// All texts, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at).unwrap_or_default())
    }

    pub(crate) fn write(&self, into: &mut Writer) {
        into.array(&self.bytes);
        into.array(&self.ends);
    }

    pub(crate) fn read(from: &mut Reader) -> Result<Self, String> {
        Ok(Self { bytes: from.array()?, ends: from.array()? })
    }
}

/// Distinct texts, found by their letters.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StringTable {
    strings: Strings,
    /// Open addressing: a part of the text's hash, and its number plus 1; 0 is empty.
    slots: Array<[u32; 2]>,
}

impl StringTable {
    /// Numbers texts, which must be distinct, in the order given.
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let strings = Strings::new(texts);
        let mut slots = vec![[0, 0]; slots_for(strings.len())];
        for (at, text) in strings.iter().enumerate() {
            let hash = hash_of(text.as_bytes());
            let mut slot = hash as usize & (slots.len() - 1);
            while slots[slot][1] != 0 {
                slot = (slot + 1) & (slots.len() - 1);
            }
            slots[slot] = [(hash >> 32) as u32, at as u32 + 1];
        }
        Self { strings, slots: slots.into() }
    }

    /// The number of a text.
    #[inline]
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        let slots: &[[u32; 2]] = &self.slots;
        let hash = hash_of(text.as_bytes());
        let mut slot = hash as usize & slots.len().wrapping_sub(1);
        loop {
            // Nothing is there when the table has no slots at all.
            match *slots.get(slot)? {
                [_, 0] => return None,
                [part, number]
                    if part == (hash >> 32) as u32
                        && self.strings.bytes_of(number as usize - 1) == Some(text.as_bytes()) =>
                {
                    return Some(number - 1);
                }
                _ => slot = (slot + 1) & (slots.len() - 1),
            }
        }
    }

    /// The texts by number.
    pub(crate) fn strings(&self) -> &Strings {
        &self.strings
    }

    pub(crate) fn write(&self, into: &mut Writer) {
        self.strings.write(into);
        into.array(&self.slots);
    }

    pub(crate) fn read(from: &mut Reader) -> Result<Self, String> {
        Ok(Self { strings: Strings::read(from)?, slots: from.array()? })
    }
}

/// A hash of bytes that is the same on every machine, eight at a time.
fn hash_of(bytes: &[u8]) -> u64 {
    let mut hash = (bytes.len() as u64).wrapping_mul(SPREAD);
    let mut add = |word: u64| hash = (hash.rotate_left(23) ^ word).wrapping_mul(SPREAD);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        add(u64::from_le_bytes(*word));
    }
    add(rest.iter().rev().fold(0, |word, &byte| (word << 8) | u64::from(byte)));
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_by_its_letters_and_no_other() {
        let texts: Vec<String> =
            (0..3_000).map(|at| "ab工".repeat(at % 7) + &at.to_string()).chain([String::new()]).collect();
        let table = StringTable::new(texts.iter().map(String::as_str));
        assert_eq!(table.strings().len(), texts.len());
        for (at, text) in texts.iter().enumerate() {
            assert_eq!((table.find(text), table.strings().get(at)), (Some(at as u32), Some(text.as_str())), "{text}");
        }
        for absent in ["3000", "ab工ab", "\0", "0\0"] {
            assert_eq!(table.find(absent), None, "{absent:?}");
        }
        assert_eq!(StringTable::default().find(""), None);
        assert_eq!(StringTable::new([]).find(""), None);
        assert_eq!(table.strings().get(texts.len()), None);
    }
}
