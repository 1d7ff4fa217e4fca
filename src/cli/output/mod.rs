//! Where results go: stdout, or a file that gets its name when it is complete; packed if its name says so.
//!
//! ```text
//! packer    bytes → gzip or Zstandard, in members, or Parquet
//! partial   the file under its partial name, locked
//! checksum  by which a later run knows bytes again
//! ```

mod checksum;
mod packer;
mod partial;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use lurewatch::{Error, Result};
use serde::{Deserialize, Serialize};

pub(super) use self::{
    checksum::Checksum,
    partial::{forget, journal_name, longer, partial_name},
};
use self::{packer::Packer, partial::Partial};

/// How far a file is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Its bytes, as they are stored.
    pub(super) bytes: u64,
    /// Their CRC-32.
    pub(super) sum: u32,
}

/// An open output. Dropped before it is [named](Output::name) or [kept](Output::keep), it leaves nothing behind.
pub(super) struct Output {
    /// As the user named it.
    path: PathBuf,
    to: To,
    packer: Packer,
}

enum To {
    Stdout(io::Stdout),
    /// A pipe or device: there is nothing to rename.
    Stream(File),
    File {
        target: PathBuf,
        partial: Partial,
    },
}

/// What a path is as an output.
pub(super) enum Target {
    Stdout,
    /// A pipe or device.
    Stream(PathBuf),
    /// A file, under its final name. A link is followed, so that it is still a link afterwards.
    File(PathBuf),
}

impl Target {
    /// Of `None` or `-`, else of a path.
    pub(super) fn of(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else { return Ok(Self::Stdout) };
        if path.is_dir() {
            return Err(Error::OutputInTheWay { path: path.to_owned(), what: "a folder", wanted: "a file" });
        }
        let target = real(path);
        let is_stream = target.exists() && !target.is_file();
        Ok(if is_stream { Self::Stream(target) } else { Self::File(target) })
    }

    /// The files that writing to it makes or replaces.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        match self {
            Self::Stdout | Self::Stream(_) => Vec::new(),
            Self::File(target) => {
                let journal = journal_name(target);
                vec![target.clone(), partial_name(target), longer(&journal, ".new"), journal]
            }
        }
    }
}

/// A path with links followed, as far as it is there.
pub(super) fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match (fs::canonicalize(folder), path.file_name()) {
            (Ok(folder), Some(name)) => folder.join(name),
            _ => path.to_owned(),
        }
    })
}

impl Output {
    /// Opens stdout for `None` or `-`, else a file beside `path`; no input must be one of the files that it makes.
    pub(super) fn open(path: Option<&Path>, inputs: &[PathBuf]) -> Result<Self> {
        Self::begin(path, inputs, None)
    }

    /// Opens a file that an earlier run was writing, to go on from a mark.
    pub(super) fn again(path: &Path, inputs: &[PathBuf], mark: Mark) -> Result<Self> {
        Self::begin(Some(path), inputs, Some(mark))
    }

    fn begin(path: Option<&Path>, inputs: &[PathBuf], mark: Option<Mark>) -> Result<Self> {
        let target = Target::of(path)?;
        let path = path.unwrap_or(Path::new("-")).to_owned();
        let files = target.files();
        if let Some(input) = inputs.iter().find(|input| files.contains(&real(input))) {
            let path = if files[0] == real(input) { path } else { input.clone() };
            return Err(Error::OutputIsInput { path });
        }
        let has_begun = mark.is_some_and(|mark| mark.bytes > 0);
        let to = match target {
            Target::Stdout => {
                let packer = Packer::of(Path::new(""), false);
                return Ok(Self { path, to: To::Stdout(io::stdout()), packer });
            }
            Target::Stream(target) => {
                let file = OpenOptions::new().write(true).open(&target);
                To::Stream(file.map_err(|source| Error::Write { path: path.clone(), source })?)
            }
            Target::File(target) => {
                let partial = match mark {
                    Some(mark) => Partial::again(&target, &path, mark)?,
                    None => Partial::anew(&target, &path)?,
                };
                To::File { target, partial }
            }
        };
        let packer = Packer::of(&path, has_begun);
        Ok(Self { path, to, packer })
    }

    /// The same for CSV that is to become Parquet.
    pub(super) fn in_columns(mut self) -> Self {
        self.packer = Packer::columns();
        self
    }

    /// Writes bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self.packer.pack(bytes).map_err(|source| self.failed(source))? {
            Some(packed) => self.put(&packed),
            None => self.put(bytes),
        }
    }

    /// Ends a member of a packed file, so that everything that was written is in the file.
    pub(super) fn cut(&mut self) -> Result<()> {
        let rest = self.packer.cut().map_err(|source| self.failed(source))?;
        self.put(&rest)
    }

    /// How far the file is written, if everything that was written is in it; `None` as well if it is no file.
    pub(super) fn mark(&self) -> Option<Mark> {
        match &self.to {
            To::File { partial, .. } if self.packer.is_clean() => Some(partial.mark()),
            _ => None,
        }
    }

    /// Writes bytes as they are.
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let written = match &mut self.to {
            To::Stdout(stdout) => stdout.write_all(bytes),
            To::Stream(file) => file.write_all(bytes),
            To::File { partial, .. } => partial.write(bytes),
        };
        written.map_err(|source| self.failed(source))
    }

    /// Writes what is left, down to the disk.
    pub(super) fn complete(&mut self) -> Result<()> {
        let rest = self.packer.end().map_err(|source| self.failed(source))?;
        self.put(&rest)?;
        let written = match &mut self.to {
            To::Stdout(stdout) => stdout.flush(),
            To::Stream(file) => file.flush(),
            To::File { partial, .. } => partial.sync(),
        };
        written.map_err(|source| self.failed(source))
    }

    /// Gives the file its name; it must be [complete](Output::complete).
    pub(super) fn name(&mut self) -> Result<()> {
        let named = match &mut self.to {
            To::Stdout(_) | To::Stream(_) => Ok(()),
            To::File { target, partial } => partial.name(target),
        };
        named.map_err(|source| self.failed(source))
    }

    /// All is written: gives the file its name.
    pub(super) fn finish(mut self) -> Result<()> {
        self.complete()?;
        self.name()
    }

    /// Leaves the partial file to a later run.
    pub(super) fn keep(&mut self) {
        if let To::File { partial, .. } = &mut self.to {
            partial.keep();
        }
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::Write { path: self.path.clone(), source }
    }
}
