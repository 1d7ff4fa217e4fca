//! CRC-32 of bytes, by which a later run knows them again. It is against accidents, not against forgers.

use flate2::Crc;

/// A sum of bytes that come piece by piece.
#[derive(Debug, Default)]
pub(in crate::cli) struct Checksum(Crc);

impl Checksum {
    /// The sum of some bytes.
    pub(in crate::cli) fn of(bytes: &[u8]) -> u32 {
        let mut sum = Self::default();
        sum.update(bytes);
        sum.value()
    }

    /// Adds bytes.
    pub(in crate::cli) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The sum of all bytes so far.
    pub(in crate::cli) fn value(&self) -> u32 {
        self.0.sum()
    }
}
