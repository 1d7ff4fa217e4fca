//! Which personal data is replaced, and by what.

use std::path::PathBuf;

use clap::Args;
use lurewatch::{
    Error, Result,
    redact::{Key, Numbers, Redaction},
};

/// The variable that holds the key.
const VARIABLE: &str = "LUREWATCH_REDACT_KEY";

/// What is replaced.
#[derive(Clone, Debug, Args)]
pub(super) struct RedactArgs {
    /// Replace phones, e-mails, ids at messengers, links and names in all cells and reasons by keyed hashes.
    ///
    /// Equal data have equal hashes in everything that is redacted with one key, so that links between adverts survive. The
    /// key comes from the environment variable `LUREWATCH_REDACT_KEY` or from a file; whoever has it can test whether a
    /// number is in the data. Names are found by signs such as `Ms.` or `联系人` only. Scores do not
    /// change, nor do headers; a file of rejected rows holds them as they came.
    #[arg(long)]
    redact: bool,
    /// Redact with the key in FILE: at least 16 bytes, not counting line ends behind them.
    #[arg(long, value_name = "FILE")]
    redact_key_file: Option<PathBuf>,
    /// Leave personal data in the report, which is redacted otherwise: by keyed hashes if there is a key, else by numbers.
    #[arg(long, requires = "report", conflicts_with_all = ["redact", "redact_key_file"])]
    no_redact: bool,
}

impl RedactArgs {
    /// The key for rows, if they are to be redacted.
    pub(super) fn key_for_rows(&self) -> Result<Option<Key>> {
        if !self.redact && self.redact_key_file.is_none() {
            return Ok(None);
        }
        self.key()?.ok_or(Error::NoKey).map(Some)
    }

    /// How a report is redacted.
    pub(super) fn for_report(&self) -> Result<Redaction> {
        Ok(match self.key()?.filter(|_| !self.no_redact) {
            _ if self.no_redact => Redaction::Off,
            Some(key) => Redaction::Keyed(key),
            None if self.redact => return Err(Error::NoKey),
            None => Redaction::Numbered(Numbers::default()),
        })
    }

    fn key(&self) -> Result<Option<Key>> {
        if let Some(path) = &self.redact_key_file {
            let bytes = std::fs::read(path).map_err(|source| Error::Read { path: path.clone(), source })?;
            return Key::new(&path.display().to_string(), &bytes).map(Some);
        }
        std::env::var_os(VARIABLE).map(|value| Key::new(VARIABLE, value.as_encoded_bytes())).transpose()
    }
}
