//! Where results go: stdout, or a file that gets its name when it is complete.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use lurewatch::{Error, Result};

/// An open output. Dropped before [`Output::finish`], it leaves nothing under the final name.
pub(super) struct Output {
    path: PathBuf,
    to: To,
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
    /// Opens stdout for `None` or `-`, else a file beside `path`; `input` must not be the same file.
    pub(super) fn open(path: Option<&Path>, input: &Path) -> Result<Self> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            return Ok(Self { path: PathBuf::from("-"), to: To::Stdout(io::stdout()) });
        };
        let failed = |source| Error::Write { path: path.to_owned(), source };
        if path.is_dir() {
            return Err(Error::OutputInTheWay { path: path.to_owned(), what: "a folder", wanted: "a file" });
        }
        // A link is followed, so that it is still a link afterwards.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if fs::canonicalize(input).is_ok_and(|input| input == target) {
            return Err(Error::OutputIsInput { path: path.to_owned() });
        }
        if target.exists() && !target.is_file() {
            let file = OpenOptions::new().write(true).open(&target).map_err(failed)?;
            return Ok(Self { path: path.to_owned(), to: To::Stream(file) });
        }
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        let partial = target.with_file_name(name);
        let file = File::create(&partial).map_err(failed)?;
        Ok(Self { path: target, to: To::File { partial, file: Some(file) } })
    }

    /// Writes bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = match &mut self.to {
            To::Stdout(stdout) => stdout.write_all(bytes),
            To::Stream(file) | To::File { file: Some(file), .. } => file.write_all(bytes),
            To::File { file: None, .. } => Ok(()),
        };
        written.map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    /// All is written: gives the file its name.
    pub(super) fn finish(mut self) -> Result<()> {
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
