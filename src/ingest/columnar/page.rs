//! What the header of a page says, and its content where that is packed with Zstandard.

use parquet::errors::{ParquetError, Result};

use crate::ingest::unpack::unpack_zstd;

/// Bytes of a header that are looked at; what stands behind them are statistics.
pub(super) const PEEKED: usize = 64;

/// Kinds of pages.
pub(super) const DICTIONARY: u64 = 2;
const DATA_2: u64 = 3;

/// The first fields of a page header, in Thrift's compact form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: u64,
    pub(super) unpacked: u64,
    pub(super) packed: u64,
    pub(super) values: u64,
    pub(super) encoding: u64,
    /// Bytes that stand before those that are packed.
    plain: u64,
    is_packed: bool,
}

impl Header {
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let mut fields = Fields { head };
        let (kind, unpacked, packed) = (fields.number()?, fields.number()?, fields.number()?);
        if fields.head.first() == Some(&NUMBER) {
            // The checksum, of any sign.
            fields.skip()?;
        }
        // What kind of page it is says more, in a structure of its own.
        let (first, rest) = fields.head.split_first()?;
        if first & 0x0f != STRUCTURE {
            return None;
        }
        fields.head = rest;
        let values = fields.number()?;
        if kind != DATA_2 {
            let encoding = fields.number()?;
            return Some(Self { kind, unpacked, packed, values, encoding, plain: 0, is_packed: true });
        }
        let _nulls_and_rows = (fields.number()?, fields.number()?);
        let encoding = fields.number()?;
        let plain = fields.number()? + fields.number()?;
        let is_packed = fields.head.first() != Some(&FALSE);
        Some(Self { kind, unpacked, packed, values, encoding, plain, is_packed })
    }

    /// The content of a page packed with Zstandard.
    pub(super) fn unpack(&self, page: &[u8]) -> Result<Vec<u8>> {
        let fault = || ParquetError::General("a page that is not as long as its header says".to_owned());
        if !self.is_packed {
            return Ok(page.to_vec());
        }
        // Sizes are limited by what may be open.
        let (plain, unpacked) = (self.plain as usize, self.unpacked as usize);
        let (head, packed) = page.split_at_checked(plain).ok_or_else(fault)?;
        let most = unpacked.checked_sub(plain).ok_or_else(fault)?;
        let mut content = head.to_vec();
        if most > 0 {
            content.extend(unpack_zstd(packed, most)?);
        }
        if content.len() == unpacked { Ok(content) } else { Err(fault()) }
    }
}

/// A field whose number is one higher than that of the last, of type i32.
const NUMBER: u8 = 0x15;
/// The type of a structure.
const STRUCTURE: u8 = 0x0c;
/// Like [`NUMBER`], a truth value that is false.
const FALSE: u8 = 0x12;

struct Fields<'a> {
    head: &'a [u8],
}

impl Fields<'_> {
    /// The next number, which must be there and not below zero.
    fn number(&mut self) -> Option<u64> {
        let number = self.skip()?;
        // The lowest bit is the sign.
        (number & 1 == 0).then_some(number >> 1)
    }

    fn skip(&mut self) -> Option<u64> {
        let (&NUMBER, mut rest) = self.head.split_first()? else { return None };
        let mut number = 0_u64;
        for shift in (0..35).step_by(7) {
            let (&byte, behind) = rest.split_first()?;
            rest = behind;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                self.head = rest;
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_by_hand() {
        let header = |kind, unpacked, packed, values, encoding| {
            let (plain, is_packed) = if kind == DATA_2 { (5, false) } else { (0, true) };
            Some(Header { kind, unpacked, packed, values, encoding, plain, is_packed })
        };
        let cases: [(&[u8], Option<Header>); 8] = [
            (&[0x15, 0, 0x15, 20, 0x15, 0x80, 2, 0x2c, 0x15, 6, 0x15, 16], header(0, 10, 128, 3, 8)),
            (&[0x15, 4, 0x15, 0, 0x15, 2, 0x15, 7, 0x3c, 0x15, 2, 0x15, 0], header(2, 0, 1, 1, 0)),
            (
                &[0x15, 6, 0x15, 2, 0x15, 2, 0x5c, 0x15, 2, 0x15, 0, 0x15, 4, 0x15, 14, 0x15, 4, 0x15, 6, 0x12],
                header(3, 1, 1, 1, 7),
            ),
            (&[0x15, 0, 0x15, 21, 0x15, 2, 0x2c, 0x15, 6, 0x15, 16], None),
            (&[0x15, 0, 0x16, 20, 0x15, 2, 0x2c, 0x15, 6, 0x15, 16], None),
            (&[0x15, 0, 0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], None),
            (&[0x15, 0, 0x15, 20, 0x15, 2, 0x15], None),
            (&[], None),
        ];
        for (head, expected) in cases {
            assert_eq!(Header::of(head), expected, "{head:x?}");
        }
    }
}
