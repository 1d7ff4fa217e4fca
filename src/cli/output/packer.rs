//! Packing bytes on their way out, in members that can be unpacked one after the other.

use std::{ffi::OsStr, io, io::Write as _, mem, path::Path};

use flate2::{Compression, write::GzEncoder};
use lurewatch::report::columnar::ParquetWriter;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// Bytes of a Zstandard frame before packing.
const FRAME: usize = 4 << 20;

/// What becomes of bytes on their way out.
pub(super) struct Packer {
    how: How,
    /// Whether a member was begun, by this run or the one that it goes on from.
    has_begun: bool,
}

enum How {
    /// Nothing.
    Plain,
    /// gzip; the member at hand.
    Gzip(Option<Box<GzEncoder<Vec<u8>>>>),
    /// Zstandard; the bytes of the frame at hand.
    Zstd(Vec<u8>),
    /// Parquet, out of CSV, until the end.
    Parquet(Option<Box<ParquetWriter>>),
}

impl Packer {
    /// As the name of the output says: `.gz` or `.zst`. `has_begun` when there are members already.
    pub(super) fn of(path: &Path, has_begun: bool) -> Self {
        let how = match path.extension().map(OsStr::to_ascii_lowercase) {
            Some(extension) if extension == "gz" => How::Gzip(None),
            Some(extension) if extension == "zst" => How::Zstd(Vec::new()),
            _ => How::Plain,
        };
        Self { how, has_begun }
    }

    /// For CSV that is to become Parquet, whose rows stand there only with its end.
    pub(super) fn columns() -> Self {
        Self { how: How::Parquet(Some(Box::default())), has_begun: false }
    }

    /// Takes bytes in; those that are ready to be written, or `None` when it is the same bytes.
    pub(super) fn pack(&mut self, bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
        self.has_begun |= !bytes.is_empty();
        match &mut self.how {
            How::Plain => Ok(None),
            _ if bytes.is_empty() => Ok(Some(Vec::new())),
            How::Gzip(member) => {
                let member = member.get_or_insert_with(new_member);
                member.write_all(bytes).map(|()| Some(mem::take(member.get_mut())))
            }
            How::Zstd(frame) => {
                frame.extend_from_slice(bytes);
                Ok(Some(if frame.len() < FRAME { Vec::new() } else { zstd_frame(frame) }))
            }
            How::Parquet(writer) => writer.as_mut().map(|writer| writer.write(bytes)).transpose(),
        }
    }

    /// Whether all that was taken in has come out.
    pub(super) fn is_clean(&self) -> bool {
        match &self.how {
            How::Plain => true,
            How::Gzip(member) => member.is_none(),
            How::Zstd(frame) => frame.is_empty(),
            How::Parquet(_) => false,
        }
    }

    /// Ends the member at hand; what is to be written of it.
    pub(super) fn cut(&mut self) -> io::Result<Vec<u8>> {
        match &mut self.how {
            How::Plain | How::Parquet(_) => Ok(Vec::new()),
            How::Gzip(member) => member.take().map_or(Ok(Vec::new()), |member| member.finish()),
            How::Zstd(frame) if frame.is_empty() => Ok(Vec::new()),
            How::Zstd(frame) => Ok(zstd_frame(frame)),
        }
    }

    /// What is left to be written at the end. No bytes at all are a member too.
    pub(super) fn end(&mut self) -> io::Result<Vec<u8>> {
        match &mut self.how {
            How::Parquet(writer) => writer.take().map_or(Ok(Vec::new()), |writer| writer.end()),
            _ if self.has_begun => self.cut(),
            How::Plain => Ok(Vec::new()),
            How::Gzip(_) => new_member().finish(),
            How::Zstd(frame) => Ok(zstd_frame(frame)),
        }
    }
}

fn new_member() -> Box<GzEncoder<Vec<u8>>> {
    Box::new(GzEncoder::new(Vec::new(), Compression::default()))
}

/// A frame of some bytes, which are taken.
fn zstd_frame(bytes: &mut Vec<u8>) -> Vec<u8> {
    let frame = compress_to_vec(bytes.as_slice(), CompressionLevel::Fastest);
    bytes.clear();
    frame
}
