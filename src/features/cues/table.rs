//! The file of cues: reading it, and refusing what does not follow its form.

use std::{io::Read, path::Path};

use serde::Deserialize;

use crate::{
    error::{Error, Result},
    features::cues::pattern::{Step, variants},
};

/// The cues that come with lurewatch.
const BUILT_IN: &str = include_str!("cues.csv");

/// The header of a file of cues.
const HEADER: [&str; 7] = ["id", "language", "pattern", "kind", "frameworks", "source", "status"];

/// What a pattern is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CueKind {
    /// An indicator of a lure.
    Cue,
    /// A sign of honest work.
    Counter,
    /// A sign that the text reports, warns or asks, and does not offer.
    Report,
    /// Negates what follows within a few words.
    NegatorBefore,
    /// Negates what stands within a few words before it.
    NegatorAfter,
}

/// One pattern of the file.
#[derive(Clone, Debug)]
pub struct Cue {
    /// Indicator that the pattern shows, such as `P4`; several patterns share one.
    pub id: String,
    /// Language that it is worded in.
    pub language: String,
    /// What it is for.
    pub kind: CueKind,
    /// Codes of the frameworks that name the indicator, such as `ILO-DR`.
    pub frameworks: Vec<String>,
    /// Every sequence that it multiplies out to.
    pub variants: Vec<Vec<Step>>,
}

/// All patterns, in file order.
#[derive(Clone, Debug, Default)]
pub struct CueTable {
    /// The patterns.
    pub cues: Vec<Cue>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    language: String,
    pattern: String,
    kind: CueKind,
    frameworks: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "status")]
    _status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Attested,
    Drafted,
}

impl CueTable {
    /// The cues that come with lurewatch.
    ///
    /// # Panics
    ///
    /// Never: that the file inside the program can be read is a test.
    #[must_use]
    pub fn built_in() -> Self {
        Self::read(BUILT_IN.as_bytes(), Path::new("cues.csv")).expect("the built-in cues are read in a test")
    }

    /// The text of the file that [`CueTable::built_in`] reads.
    #[must_use]
    pub fn built_in_text() -> &'static str {
        BUILT_IN
    }

    /// Reads cues of the same form: `id,language,pattern,kind,frameworks,source,status`, one pattern a row.
    ///
    /// # Errors
    ///
    /// [`Error::Cues`] with the line, for a header, row or pattern that does not follow the form.
    pub fn read(bytes: impl Read, path: &Path) -> Result<Self> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let fault = |line: u64, fault: String| Error::Cues { path: path.to_owned(), line, fault };
        let headers = reader.headers().map_err(|e| fault(1, csv_fault(&e)))?.clone();
        if headers != HEADER[..] {
            let found = headers.iter().collect::<Vec<_>>().join(",");
            return Err(fault(1, format!("the header is `{found}`; `{}` is wanted", HEADER.join(","))));
        }
        let mut record = csv::StringRecord::new();
        let mut cues = Vec::new();
        loop {
            let line = reader.position().line();
            match reader.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {}
                Err(e) => return Err(fault(line, csv_fault(&e))),
            }
            let line = record.position().map_or(line, csv::Position::line);
            let row: Line = record.deserialize(Some(&headers)).map_err(|e| fault(line, csv_fault(&e)))?;
            let variants = variants(&row.pattern).map_err(|e| fault(line, format!("`{}`: {e}", row.pattern)))?;
            let is_of_id = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            // A cell of ids must be no formula, so that none begins with `-`.
            if !row.id.starts_with(char::is_alphanumeric) || !row.id.chars().all(is_of_id) {
                return Err(fault(line, format!("`{}` cannot be an id; letters, digits, `-` and `_` can", row.id)));
            }
            let frameworks = row.frameworks.split(';').map(str::trim).filter(|code| !code.is_empty());
            cues.push(Cue {
                id: row.id,
                language: row.language,
                kind: row.kind,
                frameworks: frameworks.map(str::to_owned).collect(),
                variants,
            });
        }
        Ok(Self { cues })
    }

    /// Adds the patterns of `other` behind these.
    pub fn extend(&mut self, other: Self) {
        self.cues.extend(other.cues);
    }

    /// The ids of indicators, counter-indicators and signs of reporting, sorted, each once.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        let negator = |kind| matches!(kind, CueKind::NegatorBefore | CueKind::NegatorAfter);
        let mut ids: Vec<&str> = self.cues.iter().filter(|cue| !negator(cue.kind)).map(|cue| cue.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

fn csv_fault(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => {
            format!(
                "{err}; a row is id, language, pattern, kind (cue, counter, report, negator-before, negator-after), frameworks, source, status (attested, drafted)"
            )
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} fields, but the header has {expected_len}")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_follows_its_form() {
        let table = CueTable::read(BUILT_IN.as_bytes(), Path::new("cues.csv")).unwrap();
        assert!(table.ids().len() >= 25, "{} indicators", table.ids().len());
        for language in ["en", "zh", "vi", "th", "id", "ms"] {
            assert!(table.cues.iter().any(|cue| cue.language == language), "cues in {language}");
        }
    }

    #[test]
    fn faults_name_their_line() {
        const HEADER: &str = "id,language,pattern,kind,frameworks,source,status\n";
        const CASES: &[(&str, &str)] = &[
            ("P4,en,free (visa,cue,,drafted,drafted\n", "x.csv:2: `free (visa`: `(` without `)`"),
            (
                "P4;P5,en,free,cue,,drafted,drafted\n",
                "x.csv:2: `P4;P5` cannot be an id; letters, digits, `-` and `_` can",
            ),
            ("=P4,en,free,cue,,drafted,drafted\n", "x.csv:2: `=P4` cannot be an id; letters, digits, `-` and `_` can"),
            ("-P4,en,free,cue,,drafted,drafted\n", "x.csv:2: `-P4` cannot be an id; letters, digits, `-` and `_` can"),
            ("P4,en,free\n", "x.csv:2: 3 fields, but the header has 7"),
        ];
        for (row, expected) in CASES {
            let text = format!("{HEADER}{row}");
            let error = CueTable::read(text.as_bytes(), Path::new("x.csv")).unwrap_err();
            assert_eq!(error.to_string(), *expected, "fault of {row:?}");
        }
    }
}
