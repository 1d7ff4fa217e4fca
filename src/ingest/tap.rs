//! The bytes of a file on their way in, fingerprinted on request.

use std::{
    fmt::Write as _,
    io::{self, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest, Sha256};

/// What is kept of the bytes that went by.
enum Kept {
    /// All of them, while it is open whether a hash is wanted.
    Bytes(Vec<u8>),
    Hash(Sha256),
    Nothing,
}

/// A reader that lets bytes through and keeps what its [`Fingerprint`] needs.
pub(super) struct Tap<R> {
    reader: R,
    kept: Fingerprint,
}

/// The hash of a file, which is known once all of it was read.
#[derive(Clone)]
pub struct Fingerprint(Arc<Mutex<Kept>>);

impl<R: Read> Tap<R> {
    pub(super) fn new(reader: R) -> (Self, Fingerprint) {
        let kept = Fingerprint(Arc::new(Mutex::new(Kept::Bytes(Vec::new()))));
        (Self { reader, kept: kept.clone() }, kept)
    }
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        match &mut *self.kept.lock() {
            Kept::Bytes(bytes) => bytes.extend_from_slice(&buffer[..read]),
            Kept::Hash(hash) => hash.update(&buffer[..read]),
            Kept::Nothing => {}
        }
        Ok(read)
    }
}

impl Fingerprint {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hashes what went by and what will.
    pub(super) fn take(&self) {
        let mut kept = self.lock();
        if let Kept::Bytes(bytes) = &*kept {
            *kept = Kept::Hash(Sha256::new_with_prefix(bytes));
        }
    }

    /// Whether a hash is wanted, or may be.
    pub(super) fn is_left(&self) -> bool {
        matches!(*self.lock(), Kept::Nothing)
    }

    /// Keeps nothing: no hash will be asked for.
    pub(super) fn leave(&self) {
        *self.lock() = Kept::Nothing;
    }

    /// sha256 of the bytes that were read, as they are stored, in hexadecimal; `None` if it was not taken.
    #[must_use]
    pub fn sha256(&self) -> Option<String> {
        match &*self.lock() {
            Kept::Hash(hash) => Some(hex(&hash.clone().finalize())),
            _ => None,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
