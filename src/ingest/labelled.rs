//! Rows of labelled and of background files → what training and measuring take.

use std::path::Path;

use crate::{
    dataset::{Background, Labelled},
    error::{Error, Place, Result, RowFault},
    ingest::{Columns, Role, Row, Rows},
    posting::{Label, Mended},
};

/// Which values of the label column mean what.
///
/// Without a lure value of the caller's, `lure` and `1` mean a lure, `clean` and `0` mean clean, and anything else is an
/// error; with one, it alone means a lure and every other value means clean. An empty cell is no label: the row is
/// passed over. Case and blanks around do not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelRule {
    /// The caller's word for lure.
    pub lure_value: Option<String>,
}

impl LabelRule {
    /// The label that a cell names; `None` when it is empty.
    ///
    /// # Errors
    ///
    /// The allowed values, when the cell holds none of them.
    ///
    /// ```
    /// use lurewatch::{ingest::LabelRule, posting::Label};
    ///
    /// let rule = LabelRule::default();
    /// assert_eq!(rule.label(" Lure "), Ok(Some(Label::Lure)));
    /// assert_eq!(rule.label(""), Ok(None));
    /// assert!(rule.label("maybe").is_err());
    /// ```
    pub fn label(&self, cell: &str) -> Result<Option<Label>, String> {
        let value = cell.trim().to_lowercase();
        if value.is_empty() {
            return Ok(None);
        }
        match &self.lure_value {
            Some(lure) => Ok(Some(if value == lure.trim().to_lowercase() { Label::Lure } else { Label::Clean })),
            None => match value.as_str() {
                "lure" | "1" => Ok(Some(Label::Lure)),
                "clean" | "0" => Ok(Some(Label::Clean)),
                _ => Err("`lure` or `1`, `clean` or `0`".to_owned()),
            },
        }
    }
}

/// What became of the rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Rows of the file.
    pub read: u64,
    /// Rows that could not be used and were named to the caller.
    pub rejected: u64,
    /// Rows without a label.
    pub unlabelled: u64,
    /// Rows without any text.
    pub empty: u64,
    /// Rows that were mended, of those with text.
    pub mended: Mended,
}

/// Reads the labelled postings of a file. Rows that cannot be used are handed to `reject` and passed over.
///
/// # Errors
///
/// [`Error::MissingColumn`] without a label column; [`Error::BadRow`] for a label that is none, since a wrong
/// label column would otherwise pass for a file of bad rows; any failure to read.
pub fn read_labelled(
    rows: &mut Rows,
    columns: &Columns,
    path: &Path,
    rule: &LabelRule,
    mut reject: impl FnMut(&Place, &RowFault),
) -> Result<(Vec<Labelled>, RowCounts)> {
    let Some(label_header) = columns.header_of(Role::Label) else {
        let found = columns.headers().to_vec();
        return Err(Error::MissingColumn { path: path.to_owned(), wanted: "label".to_owned(), found });
    };
    let mut counts = RowCounts::default();
    let mut labelled = Vec::new();
    each_row(rows, &mut counts, &mut reject, |row, counts| {
        let cell = row.get(Role::Label).unwrap_or_default();
        let label = rule.label(cell).map_err(|allowed| Error::BadRow {
            place: row.place().clone(),
            fault: RowFault::BadLabel { column: label_header.to_owned(), value: cell.to_owned(), allowed },
        })?;
        let Some(label) = label else {
            counts.unlabelled += 1;
            return Ok(());
        };
        let posting = row.posting();
        if posting.is_empty() {
            counts.empty += 1;
            return Ok(());
        }
        counts.mended.count(&posting);
        labelled.push(Labelled {
            posting,
            label,
            group: filled(&row, Role::Group),
            language: filled(&row, Role::Language),
            source: filled(&row, Role::Source).unwrap_or_else(|| file_name(path)),
        });
        Ok(())
    })?;
    Ok((labelled, counts))
}

/// Reads the postings of an unlabelled file; a label column, if there is one, is not looked at.
///
/// # Errors
///
/// Any failure to read.
pub fn read_background(
    rows: &mut Rows,
    path: &Path,
    mut reject: impl FnMut(&Place, &RowFault),
) -> Result<(Vec<Background>, RowCounts)> {
    let mut counts = RowCounts::default();
    let mut background = Vec::new();
    each_row(rows, &mut counts, &mut reject, |row, counts| {
        let posting = row.posting();
        if posting.is_empty() {
            counts.empty += 1;
        } else {
            counts.mended.count(&posting);
            let source = filled(&row, Role::Source).unwrap_or_else(|| file_name(path));
            background.push(Background { posting, source });
        }
        Ok(())
    })?;
    Ok((background, counts))
}

fn each_row(
    rows: &mut Rows,
    counts: &mut RowCounts,
    reject: &mut impl FnMut(&Place, &RowFault),
    mut take: impl FnMut(Row, &mut RowCounts) -> Result<()>,
) -> Result<()> {
    for row in rows {
        counts.read += 1;
        match row {
            Ok(row) => take(row, counts)?,
            Err(Error::BadRow { place, fault }) => {
                counts.rejected += 1;
                reject(&place, &fault);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The content of a cell, unless it is empty.
fn filled(row: &Row, role: Role) -> Option<String> {
    row.get(role).map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned)
}

/// The file's name without its folder.
#[must_use]
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Input, Wanted};

    fn read(csv: &'static str, rule: &LabelRule) -> Result<(Vec<Labelled>, RowCounts)> {
        let input = Input::from_reader("x.csv", csv.as_bytes())?;
        let columns = input.columns(&[], Wanted::Labelled)?;
        let mut rows = input.rows(columns.clone());
        read_labelled(&mut rows, &columns, Path::new("x.csv"), rule, |_, _| {})
    }

    #[test]
    fn counts_every_row() {
        let csv = "text,label,language,group\nA,lure,en,g\nB,0,,\n,1,,\nC,,,\nD,1\n";
        let (labelled, counts) = read(csv, &LabelRule::default()).unwrap();
        assert_eq!(counts, RowCounts { read: 5, rejected: 1, unlabelled: 1, empty: 1, ..RowCounts::default() });
        assert_eq!(labelled.len(), 2);
        assert_eq!(labelled[0].group.as_deref(), Some("g"));
        assert_eq!((labelled[1].label, labelled[1].source.as_str()), (Label::Clean, "x.csv"));
    }

    #[test]
    fn labels_follow_the_rule() {
        let csv = "text,label\nA,bad\nB,good\n";
        let error = read(csv, &LabelRule::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "x.csv:2: row 1: column `label`: `bad` is not a label; allowed are `lure` or `1`, `clean` or `0` or an empty cell"
        );
        let (labelled, _) = read(csv, &LabelRule { lure_value: Some("BAD".into()) }).unwrap();
        assert_eq!(labelled.iter().map(|row| row.label).collect::<Vec<_>>(), [Label::Lure, Label::Clean]);
        let error = read("text\nA\n", &LabelRule::default()).unwrap_err();
        assert_eq!(error.to_string(), "x.csv: no column for label; the header has `text`");
    }
}
