//! What a threshold would mean at the user's desk: how many postings to review, and how many of them lures.

use serde::Serialize;

use crate::evaluate::{
    interval::Interval,
    metrics::{Confusion, precision_at_base_rate},
};

/// A threshold and what it does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OperatingPoint {
    /// How the threshold was chosen.
    pub chosen: String,
    /// Decision values above this are flagged.
    pub threshold: f64,
    /// The probability that belongs to the threshold.
    pub probability: f64,
    /// Postings of these rows that are flagged.
    pub flagged: u64,
    /// Share of lures flagged, with its interval.
    pub recall: Option<f64>,
    /// Interval of the recall (Wilson, 95 %).
    pub recall_interval: Option<Interval>,
    /// Share of clean postings flagged.
    pub false_positive_rate: Option<f64>,
    /// Interval of the false-positive rate (Wilson, 95 %).
    pub false_positive_rate_interval: Option<Interval>,
    /// Share of lures among flagged postings of these rows.
    pub precision: Option<f64>,
    /// The prevalence that the expected precision is for.
    pub base_rate: Option<f64>,
    /// Share of lures to expect among flagged postings at the base rate.
    pub expected_precision: Option<f64>,
    /// What it is at the worst and at the best ends of both intervals.
    pub expected_precision_interval: Option<Interval>,
}

impl OperatingPoint {
    /// Measures a threshold.
    ///
    /// The interval of the expected precision takes the lower end of the recall with the upper end of the false-positive
    /// rate, and the other way round: it is wider than a 95 % interval, on the safe side.
    #[must_use]
    pub fn measure(
        chosen: String,
        threshold: f64,
        probability: f64,
        (decision, is_lure): (&[f64], &[bool]),
        base_rate: Option<f64>,
    ) -> Self {
        let counts = Confusion::at_threshold(decision, is_lure, threshold);
        let expected = |recall: Option<f64>, fpr: Option<f64>| precision_at_base_rate(recall?, fpr?, base_rate?);
        let (recall, fpr) = (counts.recall_interval(), counts.false_positive_rate_interval());
        let worst = expected(recall.map(|r| r.low), fpr.map(|f| f.high));
        let best = expected(recall.map(|r| r.high), fpr.map(|f| f.low));
        Self {
            chosen,
            threshold,
            probability,
            flagged: counts.true_pos + counts.false_pos,
            recall: counts.recall(),
            recall_interval: recall,
            false_positive_rate: counts.false_positive_rate(),
            false_positive_rate_interval: fpr,
            precision: counts.precision(),
            base_rate,
            expected_precision: expected(counts.recall(), counts.false_positive_rate()),
            expected_precision_interval: worst.zip(best).map(|(low, high)| Interval { low, high }),
        }
    }
}

/// The lowest threshold that flags at most `budget` of these postings.
///
/// ```
/// use lurewatch::evaluate::operating::threshold_of_budget;
///
/// assert_eq!(threshold_of_budget(&[0.1, 0.9, 0.5, 0.7], 2), 0.5);
/// ```
#[must_use]
pub fn threshold_of_budget(decision: &[f64], budget: usize) -> f64 {
    let mut sorted = decision.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    sorted.get(budget).copied().unwrap_or(f64::NEG_INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_precision_by_hand() {
        // Two of two lures and one of four clean postings above 0.5: recall 1, false-positive rate 1/4.
        let decision = [0.9, 0.8, 0.7, 0.1, 0.2, 0.3];
        let is_lure = [true, true, false, false, false, false];
        let point = OperatingPoint::measure("test".into(), 0.5, 0.5, (&decision, &is_lure), Some(0.1));
        assert_eq!((point.flagged, point.recall, point.false_positive_rate), (3, Some(1.0), Some(0.25)));
        // 0.1 × 1 / (0.1 × 1 + 0.9 × 0.25) = 0.1 / 0.325
        assert!((point.expected_precision.unwrap() - 0.1 / 0.325).abs() < 1e-12);
        let interval = point.expected_precision_interval.unwrap();
        assert!(interval.low < 0.1 / 0.325 && interval.high > 0.1 / 0.325);
    }
}
