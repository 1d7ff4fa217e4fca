//! Patterns of file names, for shells that do not expand them and for quoted ones.

use std::path::{Path, PathBuf};

use lurewatch::{Error, Result};

/// The inputs, each pattern (`*.csv`, `2026-??/*.jsonl`) replaced by the files that it fits, sorted by name. What is a
/// file's name as it stands is one.
///
/// # Errors
///
/// [`Error::NoMatch`] for a pattern that fits no file.
pub(super) fn expanded(inputs: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for input in inputs {
        match pattern(input) {
            Some(pattern) => files.extend(matching(input, pattern)?),
            None => files.push(input.clone()),
        }
    }
    Ok(files)
}

/// The path as a pattern, if it is one.
fn pattern(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| text.contains(['*', '?', '[']) && !path.exists())
}

fn matching(input: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let none = |fault: String| Error::NoMatch { path: input.to_owned(), fault };
    let found = glob::glob(pattern).map_err(|fault| none(format!("no pattern ({fault})")))?;
    let mut files = Vec::new();
    for path in found {
        let path = path.map_err(|fault| Error::Read { path: fault.path().to_owned(), source: fault.into() })?;
        if !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() { Err(none("fits no file".to_owned())) } else { Ok(files) }
}
