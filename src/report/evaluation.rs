//! What `evaluate` found, as a table and as JSON.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use crate::{
    evaluate::{interval::Interval, operating::OperatingPoint, slices::Slice},
    report::text::printable,
};

/// The result of an evaluation; `Display` gives it as tables.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// Id of the model.
    pub model: String,
    /// All rows.
    #[serde(flatten)]
    pub overall: Slice,
    /// Thresholds and what they do.
    pub points: Vec<OperatingPoint>,
    /// By language.
    pub languages: BTreeMap<String, Slice>,
    /// By source.
    pub sources: BTreeMap<String, Slice>,
    /// By length.
    pub lengths: BTreeMap<String, Slice>,
}

impl Evaluation {
    /// One JSON object with a line end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = &self.overall.figures;
        writeln!(f, "{} postings, {} lures; model {}\n", figures.rows, figures.lures, self.model)?;
        let intervals = &figures.intervals;
        let lines = [
            ("ROC-AUC", figures.roc_auc, intervals.roc_auc),
            ("PR-AUC (average precision)", figures.pr_auc, intervals.pr_auc),
            ("recall at 1 % false positives", figures.recall_at_fpr.one_percent, intervals.recall_at_fpr.one_percent),
            (
                "recall at 0.1 % false positives",
                figures.recall_at_fpr.one_per_mille,
                intervals.recall_at_fpr.one_per_mille,
            ),
            ("Brier score", figures.brier, intervals.brier),
            ("expected calibration error", figures.ece, intervals.ece),
        ];
        for (name, value, interval) in lines {
            writeln!(f, "{name:<34} {} {}", number(value), range(interval))?;
        }
        for point in &self.points {
            write_point(f, point)?;
        }
        for (what, slices) in [("language", &self.languages), ("source", &self.sources), ("length", &self.lengths)] {
            write_slices(f, what, slices)?;
        }
        Ok(())
    }
}

fn write_point(f: &mut fmt::Formatter<'_>, point: &OperatingPoint) -> fmt::Result {
    writeln!(
        f,
        "\nThreshold of {}: probability {:.4}, {} postings flagged",
        point.chosen, point.probability, point.flagged
    )?;
    writeln!(f, "  recall                           {} {}", number(point.recall), range(point.recall_interval))?;
    let fpr = (point.false_positive_rate, point.false_positive_rate_interval);
    writeln!(f, "  false-positive rate              {} {}", number(fpr.0), range(fpr.1))?;
    writeln!(f, "  precision on these postings      {}", number(point.precision))?;
    if let Some(rate) = point.base_rate {
        let expected = (point.expected_precision, point.expected_precision_interval);
        writeln!(
            f,
            "  expected precision where {:>7} % are lures  {} {}",
            rate * 100.0,
            number(expected.0),
            range(expected.1)
        )?;
    }
    Ok(())
}

fn write_slices(f: &mut fmt::Formatter<'_>, what: &str, slices: &BTreeMap<String, Slice>) -> fmt::Result {
    if slices.len() < 2 {
        return Ok(());
    }
    let head = ["rows", "lures", "ROC-AUC", "PR-AUC", "review: recall", "false pos."];
    writeln!(
        f,
        "\nBy {what:<24} {:>6} {:>6} {:>8} {:>8} {:>15} {:>11}",
        head[0], head[1], head[2], head[3], head[4], head[5]
    )?;
    for (name, slice) in slices {
        let Slice { figures, review_recall, review_false_positive_rate } = slice;
        let [roc, pr] = [figures.roc_auc, figures.pr_auc].map(number);
        let [recall, fpr] = [*review_recall, *review_false_positive_rate].map(number);
        let name = printable(name);
        writeln!(f, "   {name:<24} {:>6} {:>6} {roc:>8} {pr:>8} {recall:>15} {fpr:>11}", figures.rows, figures.lures)?;
    }
    Ok(())
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"))
}

fn range(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |Interval { low, high }| format!("({low:.4}–{high:.4})"))
}
