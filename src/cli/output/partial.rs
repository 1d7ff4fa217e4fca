//! A file that is being written, under a name that a later run finds again, and that no other run writes at the same time.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use fs4::{FileExt, TryLockError};
use lurewatch::{Error, Result};

use crate::cli::output::{Checksum, Mark};

/// The name of `path` while it is written: `out.csv.partial`.
pub(in crate::cli) fn partial_name(path: &Path) -> PathBuf {
    longer(path, ".partial")
}

/// The name of what a later run must know to go on with `path`: `out.csv.partial.json`.
pub(in crate::cli) fn journal_name(path: &Path) -> PathBuf {
    longer(&partial_name(path), ".json")
}

/// Removes a file, if it is there.
pub(in crate::cli) fn forget(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
        _ => Ok(()),
    }
}

/// A name with more at its end.
pub(in crate::cli) fn longer(path: &Path, more: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(more);
    PathBuf::from(name)
}

/// The file. Dropped before it is [kept](Self::keep) or [named](Self::name), it is gone, and its journal with it.
pub(super) struct Partial {
    path: PathBuf,
    /// `None` once it is kept or has its name.
    file: Option<File>,
    bytes: u64,
    sum: Checksum,
}

impl Partial {
    /// Opens the partial file of `target` and locks it, whatever is in it; `named` is the target in messages.
    fn open(target: &Path, named: &Path) -> Result<Self> {
        let path = partial_name(target);
        let failed = |source| Error::Write { path: named.to_owned(), source };
        loop {
            let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
            let file = file.map_err(failed)?;
            match FileExt::try_lock(&file) {
                Err(TryLockError::WouldBlock) => return Err(Error::OutputBusy { path: named.to_owned() }),
                // A file system without locks does not keep anybody from scoring.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            // Another run may have given the file its final name before it was locked here.
            if is_still(&file, &path) {
                return Ok(Self { path, file: Some(file), bytes: 0, sum: Checksum::default() });
            }
        }
    }

    /// An empty one.
    pub(super) fn anew(target: &Path, named: &Path) -> Result<Self> {
        let mut partial = Self::open(target, named)?;
        // The journal goes first: it must never speak of bytes that are gone.
        let forgotten = forget(&journal_name(target));
        forgotten.and_then(|()| partial.cut_to(0)).map_err(|source| Error::Write { path: named.to_owned(), source })?;
        Ok(partial)
    }

    /// The one that an earlier run left, cut to where it was known to be right. What is there must be what the mark says.
    pub(super) fn again(target: &Path, named: &Path, mark: Mark) -> Result<Self> {
        let path = partial_name(target);
        let cannot = |fault: String| Error::Resume { path: path.clone(), fault };
        if !path.exists() {
            return Err(cannot("it is gone".to_owned()));
        }
        let mut partial = Self::open(target, named)?;
        let checked = partial.check(mark);
        if !matches!(checked, Ok(true)) {
            partial.keep();
        }
        match checked {
            Ok(true) => Ok(partial),
            Ok(false) => Err(cannot(format!("its first {} bytes are not those that were written", mark.bytes))),
            Err(source) => Err(Error::Read { path: path.clone(), source }),
        }
    }

    /// Reads up to the mark and cuts off what is behind it; whether it fits.
    fn check(&mut self, mark: Mark) -> io::Result<bool> {
        let Some(file) = &mut self.file else { return Ok(false) };
        let mut buffer = vec![0; 256 << 10];
        while self.bytes < mark.bytes {
            let most = usize::try_from(mark.bytes - self.bytes).map_or(buffer.len(), |left| left.min(buffer.len()));
            let read = file.read(&mut buffer[..most])?;
            if read == 0 {
                return Ok(false);
            }
            self.sum.update(&buffer[..read]);
            self.bytes += read as u64;
        }
        if self.sum.value() != mark.sum {
            return Ok(false);
        }
        self.cut_to(mark.bytes).map(|()| true)
    }

    fn cut_to(&mut self, bytes: u64) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.set_len(bytes)?;
        file.seek(SeekFrom::Start(bytes)).map(|_| ())
    }

    /// Writes bytes at its end.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(bytes)?;
        self.bytes += bytes.len() as u64;
        self.sum.update(bytes);
        Ok(())
    }

    /// How far it is written.
    pub(super) fn mark(&self) -> Mark {
        Mark { bytes: self.bytes, sum: self.sum.value() }
    }

    /// Makes sure that it is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), File::sync_all)
    }

    /// Gives it its final name.
    pub(super) fn name(&mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.keep();
        Ok(())
    }

    /// Leaves it where it is.
    pub(super) fn keep(&mut self) {
        self.file = None;
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            // The error that led here is told; these would only hide it. The lock goes last.
            let _ = forget(&longer(&self.path, ".json"));
            let _ = forget(&self.path);
            drop(file);
        }
    }
}

/// Whether the open file is the one that goes by this name.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

/// Whether the open file is the one that goes by this name. An open file cannot be renamed here.
#[cfg(not(unix))]
fn is_still(_file: &File, _path: &Path) -> bool {
    true
}
