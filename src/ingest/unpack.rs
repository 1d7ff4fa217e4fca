//! Compressed files, known by their first bytes, unpacked as they are read.
//!
//! Memory does not depend on what a file unpacks to, and a small file that unpacks to a huge one is given up.

use std::{
    fmt,
    io::{self, BufRead as _, BufReader, ErrorKind, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

/// Bytes that any file may unpack to.
const FREE: u64 = 256 << 20;
/// Beyond that, bytes out for a byte in. Adverts stay under 20; zeros reach 1,000 and more.
const MOST_TIMES: u64 = 250;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// gzip, of one or more members.
    Gzip,
    /// Zstandard, of one or more frames.
    Zstd,
}

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}

impl Packing {
    /// What the first bytes of a file say.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            // The second is a frame to be skipped, as pzstd writes first.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The unpacked bytes of `packed`.
    pub(super) fn unpack(self, packed: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        let (packed, bytes_in) = Counted::new(packed);
        match self {
            Self::Gzip => Box::new(Bounded::new(self, MultiGzDecoder::new(packed), bytes_in)),
            Self::Zstd => Box::new(Bounded::new(self, Frames::new(packed), bytes_in)),
        }
    }
}

/// A reader that counts its bytes for somebody else.
struct Counted<R> {
    reader: R,
    bytes: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    fn new(reader: R) -> (Self, Arc<AtomicU64>) {
        let bytes = Arc::default();
        (Self { reader, bytes: Arc::clone(&bytes) }, bytes)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Unpacked bytes, up to the limits.
struct Bounded<R> {
    packing: Packing,
    reader: R,
    bytes_in: Arc<AtomicU64>,
    bytes_out: u64,
}

impl<R> Bounded<R> {
    fn new(packing: Packing, reader: R, bytes_in: Arc<AtomicU64>) -> Self {
        Self { packing, reader, bytes_in, bytes_out: 0 }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let packing = self.packing;
        let read = self.reader.read(buffer).map_err(|fault| match fault.kind() {
            ErrorKind::UnexpectedEof => {
                io::Error::new(ErrorKind::InvalidData, format!("{packing} data that is cut off"))
            }
            ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::Other => {
                io::Error::new(ErrorKind::InvalidData, format!("{packing} data that is damaged ({fault})"))
            }
            _ => fault,
        })?;
        self.bytes_out += read as u64;
        let bytes_in = self.bytes_in.load(Ordering::Relaxed);
        if self.bytes_out > FREE && self.bytes_out / MOST_TIMES > bytes_in {
            let fault = format!(
                "{bytes_in} bytes of {packing} data unpack to over {FREE} bytes; over that, at most {MOST_TIMES} times \
                 the packed bytes are allowed"
            );
            return Err(io::Error::new(ErrorKind::FileTooLarge, fault));
        }
        Ok(read)
    }
}

/// The content of Zstandard frames, one after the other.
struct Frames<R> {
    packed: BufReader<R>,
    frame: FrameDecoder,
    is_inside: bool,
}

impl<R: Read> Frames<R> {
    fn new(packed: R) -> Self {
        Self { packed: BufReader::with_capacity(128 << 10, packed), frame: FrameDecoder::new(), is_inside: false }
    }

    /// Goes into the next frame; `false` at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.packed.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.frame.reset(&mut self.packed) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let mut skipped = self.packed.by_ref().take(u64::from(length));
                    if io::copy(&mut skipped, &mut io::sink())? < u64::from(length) {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(fault) => return Err(io::Error::other(fault)),
            }
        }
    }
}

/// The content of Zstandard frames that are in memory, up to `most` bytes and one more.
pub(super) fn unpack_zstd(packed: &[u8], most: usize) -> io::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    Frames::new(packed).take(most as u64 + 1).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_inside && !self.begin()? {
                return Ok(0);
            }
            self.is_inside = true;
            while self.frame.can_collect() == 0 && !self.frame.is_finished() {
                let decoded = self.frame.decode_blocks(&mut self.packed, BlockDecodingStrategy::UptoBlocks(1));
                decoded.map_err(io::Error::other)?;
            }
            let read = self.frame.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            if let (Some(said), Some(seen)) =
                (self.frame.get_checksum_from_data(), self.frame.get_calculated_checksum())
                && said != seen
            {
                return Err(io::Error::new(ErrorKind::InvalidData, "the checksum is not that of the content"));
            }
            self.is_inside = false;
        }
    }
}
