//! Where results go: stdout, or a file that gets its name when it is complete; packed if its name says so.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    mem,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use lurewatch::{Error, Result};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// Bytes of a Zstandard frame before packing.
const FRAME: usize = 4 << 20;

/// An open output. Dropped before [`Output::finish`], it leaves nothing under the final name.
pub(super) struct Output {
    path: PathBuf,
    to: To,
    packer: Packer,
}

/// What becomes of bytes on their way out.
enum Packer {
    /// Nothing.
    Plain,
    /// gzip.
    Gzip(Box<GzEncoder<Vec<u8>>>),
    /// Zstandard, in frames of their own; these are the bytes of the next.
    Zstd(Vec<u8>),
}

impl Packer {
    /// As the name of the output says: `.gz` or `.zst`.
    fn of(path: &Path) -> Self {
        match path.extension().map(std::ffi::OsStr::to_ascii_lowercase) {
            Some(extension) if extension == "gz" => {
                Self::Gzip(Box::new(GzEncoder::new(Vec::new(), Compression::default())))
            }
            Some(extension) if extension == "zst" => Self::Zstd(Vec::new()),
            _ => Self::Plain,
        }
    }

    /// Takes bytes in; those that are ready to be written, if it packs at all.
    fn pack(&mut self, bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
        match self {
            Self::Plain => Ok(None),
            Self::Gzip(encoder) => encoder.write_all(bytes).map(|()| Some(mem::take(encoder.get_mut()))),
            Self::Zstd(frame) => {
                frame.extend_from_slice(bytes);
                Ok(Some(if frame.len() < FRAME { Vec::new() } else { zstd_frame(frame) }))
            }
        }
    }

    /// What is left to be written at the end.
    fn end(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain => Ok(Vec::new()),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(mut frame) => Ok(zstd_frame(&mut frame)),
        }
    }
}

/// A frame of some bytes, which are taken.
fn zstd_frame(bytes: &mut Vec<u8>) -> Vec<u8> {
    let frame = compress_to_vec(bytes.as_slice(), CompressionLevel::Fastest);
    bytes.clear();
    frame
}

enum To {
    Stdout(io::Stdout),
    /// A pipe or device: there is nothing to rename.
    Stream(File),
    File {
        partial: PathBuf,
        file: Option<File>,
    },
}

impl Output {
    /// Opens stdout for `None` or `-`, else a file beside `path`; no input must be the same file.
    pub(super) fn open(path: Option<&Path>, inputs: &[PathBuf]) -> Result<Self> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            return Ok(Self { path: PathBuf::from("-"), to: To::Stdout(io::stdout()), packer: Packer::Plain });
        };
        let failed = |source| Error::Write { path: path.to_owned(), source };
        if path.is_dir() {
            return Err(Error::OutputInTheWay { path: path.to_owned(), what: "a folder", wanted: "a file" });
        }
        let packer = Packer::of(path);
        // A link is followed, so that it is still a link afterwards.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if inputs.iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == target)) {
            return Err(Error::OutputIsInput { path: path.to_owned() });
        }
        if target.exists() && !target.is_file() {
            let file = OpenOptions::new().write(true).open(&target).map_err(failed)?;
            return Ok(Self { path: path.to_owned(), to: To::Stream(file), packer });
        }
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        let partial = target.with_file_name(name);
        let file = File::create(&partial).map_err(failed)?;
        Ok(Self { path: target, to: To::File { partial, file: Some(file) }, packer })
    }

    /// Writes bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let packed = self.packer.pack(bytes);
        match packed.map_err(|source| Error::Write { path: self.path.clone(), source })? {
            Some(packed) => self.put(&packed),
            None => self.put(bytes),
        }
    }

    /// Writes bytes as they are.
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let written = match &mut self.to {
            To::Stdout(stdout) => stdout.write_all(bytes),
            To::Stream(file) | To::File { file: Some(file), .. } => file.write_all(bytes),
            To::File { file: None, .. } => Ok(()),
        };
        written.map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    /// All is written: gives the file its name.
    pub(super) fn finish(mut self) -> Result<()> {
        let rest = mem::replace(&mut self.packer, Packer::Plain).end();
        let rest = rest.map_err(|source| Error::Write { path: self.path.clone(), source })?;
        self.put(&rest)?;
        let failed = |source| Error::Write { path: self.path.clone(), source };
        match &mut self.to {
            To::Stdout(stdout) => stdout.flush().map_err(failed),
            To::Stream(file) => file.flush().map_err(failed),
            To::File { partial, file } => {
                let written = file.take().map_or(Ok(()), |file| file.sync_all());
                written.and_then(|()| fs::rename(&*partial, &self.path)).map_err(failed)?;
                *partial = PathBuf::new();
                Ok(())
            }
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let To::File { partial, file } = &mut self.to
            && !partial.as_os_str().is_empty()
        {
            drop(file.take());
            // The error that led here is told; this would only hide it.
            let _ = fs::remove_file(partial);
        }
    }
}
