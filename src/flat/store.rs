//! Arrays one behind the other in a file, as they lie in the memory of a little-endian machine.
//!
//! Each array is its number of bytes (eight of them) and the bytes, filled up to a multiple of eight, so that all begin aligned if the
//! file does. Nothing says what comes when: whoever reads asks in the order of writing. The only module that names the
//! `zerocopy` crate.

use std::borrow::Cow;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::flat::Array;

/// What every array begins at a multiple of.
const ALIGN: usize = 8;

/// Bytes that begin where an array may begin.
#[repr(C, align(8))]
pub(crate) struct Aligned<Bytes: ?Sized>(pub(crate) Bytes);

/// Items that can lie in a file.
pub(crate) trait Stored: FromBytes + IntoBytes + Immutable + KnownLayout + Clone + 'static {}

impl<T: FromBytes + IntoBytes + Immutable + KnownLayout + Clone + 'static> Stored for T {}

/// Writes arrays.
#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Appends an array.
    pub(crate) fn array<T: Stored>(&mut self, items: &[T]) {
        let content = items.as_bytes();
        self.bytes.extend((content.len() as u64).to_le_bytes());
        self.bytes.extend(content);
        self.bytes.resize(self.bytes.len().next_multiple_of(ALIGN), 0);
    }

    /// The file.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Gives out what a [`Writer`] has written, in the same order.
pub(crate) struct Reader {
    rest: &'static [u8],
}

impl Reader {
    /// From the beginning of a file.
    pub(crate) fn new(file: &'static Aligned<[u8]>) -> Self {
        Self { rest: &file.0 }
    }

    /// The next array.
    ///
    /// # Errors
    ///
    /// When the file ends before, or has another kind of array here.
    pub(crate) fn array<T: Stored>(&mut self) -> Result<Array<T>, String> {
        self.next()
            .map(Cow::Borrowed)
            .ok_or_else(|| format!("not of this form, {} bytes before its end", self.rest.len()))
    }

    fn next<T: Stored>(&mut self) -> Option<&'static [T]> {
        let (length, rest) = self.rest.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let content = rest.get(..length)?;
        self.rest = rest.get(length.next_multiple_of(ALIGN)..)?;
        <[T]>::ref_from_bytes(content).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn what_is_written_is_read_and_nothing_else() {
        let mut writer = Writer::default();
        writer.array(b"seven b");
        writer.array(&[[1_u32, 2], [3, 4], [5, 6]]);
        writer.array::<u64>(&[]);
        writer.array(&[0.5_f32]);
        let bytes = writer.finish();
        assert_eq!(bytes.len(), 16 + 32 + 8 + 16);
        let file: &'static Aligned<[u8]> = Box::leak(Box::new(Aligned(<[u8; 72]>::try_from(bytes).unwrap())));

        let mut reader = Reader::new(file);
        assert_eq!(reader.array::<u8>().unwrap(), &b"seven b"[..]);
        assert_eq!(reader.array::<[u32; 2]>().unwrap(), &[[1, 2], [3, 4], [5, 6]][..]);
        assert!(reader.array::<u64>().unwrap().is_empty());
        assert_eq!(reader.array::<f32>().unwrap(), &[0.5][..]);
        assert_eq!(reader.array::<u8>().unwrap_err(), "not of this form, 0 bytes before its end");

        let mut reader = Reader::new(file);
        assert!(reader.array::<u16>().is_err(), "seven bytes are no whole number of `u16`");
    }
}
