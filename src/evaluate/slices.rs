//! The same figures by language, by source and by length: a group that is treated worse must be seen.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::evaluate::{Figures, interval::Bootstrap};

/// One measured posting.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Decision value.
    pub decision: f64,
    /// Calibrated probability.
    pub probability: f64,
    /// Outcome.
    pub is_lure: bool,
    /// Group number: near-duplicates share one.
    pub group: u32,
    /// Language, if the data says.
    pub language: Option<String>,
    /// Source or file.
    pub source: String,
    /// Characters of the posting.
    pub characters: usize,
    /// Whether the posting is in tier `review`.
    pub is_review: bool,
}

/// What the rows are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SliceBy {
    /// By language.
    Language,
    /// By source.
    Source,
    /// By length.
    Length,
}

/// The figures of some of the rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slice {
    /// The figures.
    #[serde(flatten)]
    pub figures: Figures,
    /// Share of lures in tier `review`.
    pub review_recall: Option<f64>,
    /// Share of clean postings in tier `review`.
    pub review_false_positive_rate: Option<f64>,
}

impl Slice {
    /// Measures rows.
    #[must_use]
    pub fn measure<'a>(rows: impl IntoIterator<Item = &'a Measured>, bootstrap: Bootstrap) -> Self {
        let rows: Vec<&Measured> = rows.into_iter().collect();
        let column = |value: fn(&Measured) -> f64| rows.iter().map(|row| value(row)).collect::<Vec<f64>>();
        let is_lure: Vec<bool> = rows.iter().map(|row| row.is_lure).collect();
        let groups: Vec<u32> = rows.iter().map(|row| row.group).collect();
        let share = |lure: bool| {
            let of_class = rows.iter().filter(|row| row.is_lure == lure);
            let total = of_class.clone().count();
            (total > 0).then(|| of_class.filter(|row| row.is_review).count() as f64 / total as f64)
        };
        Self {
            figures: Figures::measure(
                &column(|row| row.decision),
                &column(|row| row.probability),
                &is_lure,
                &groups,
                bootstrap,
            ),
            review_recall: share(true),
            review_false_positive_rate: share(false),
        }
    }
}

/// Figures of every slice, by name.
#[must_use]
pub fn slices(rows: &[Measured], by: SliceBy, bootstrap: Bootstrap) -> BTreeMap<String, Slice> {
    let mut parts: BTreeMap<String, Vec<&Measured>> = BTreeMap::new();
    for row in rows {
        let name = match by {
            SliceBy::Language => row.language.clone().unwrap_or_else(|| "unknown".to_owned()),
            SliceBy::Source => row.source.clone(),
            SliceBy::Length => length_name(row.characters).to_owned(),
        };
        parts.entry(name).or_default().push(row);
    }
    parts.into_iter().map(|(name, rows)| (name, Slice::measure(rows, bootstrap))).collect()
}

fn length_name(characters: usize) -> &'static str {
    match characters {
        0..160 => "0–159 characters",
        160..600 => "160–599 characters",
        600..2_000 => "600–1999 characters",
        _ => "from 2000 characters",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_count_their_own_rows() {
        let row = |language: &str, is_lure: bool, is_review: bool| Measured {
            decision: f64::from(u8::from(is_review)),
            probability: 0.5,
            is_lure,
            group: 0,
            language: (!language.is_empty()).then(|| language.to_owned()),
            source: "x".into(),
            characters: 10,
            is_review,
        };
        let rows = [row("en", true, true), row("en", true, false), row("en", false, false), row("", false, true)];
        let found = slices(&rows, SliceBy::Language, Bootstrap::default());
        assert_eq!(found.keys().collect::<Vec<_>>(), ["en", "unknown"]);
        assert_eq!((found["en"].review_recall, found["en"].review_false_positive_rate), (Some(0.5), Some(0.0)));
        assert_eq!((found["unknown"].review_recall, found["unknown"].figures.rows), (None, 1));
    }
}
