//! Each number from its definition.
//!
//! A *decision value* ranks (any scale, higher is more like a lure), a *probability* is calibrated. A number that is
//! undefined is `None`, never 0 and never NaN; so is one of decision values that are not all finite, or of
//! probabilities that are not all in `0..=1`.

use super::{
    curve::{Forecast, Ranking},
    interval::{Interval, wilson},
};

/// Bins of [`expected_calibration_error`].
pub const CALIBRATION_BINS: u64 = 15;

/// Rows counted by what was said of them and what they are. Positive means *lure*.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::metrics::Confusion;
///
/// let counts = Confusion::at_threshold(&[3.0, 1.0, 2.0, 0.0], &[true, true, false, false], 1.5);
/// assert_eq!((counts.precision(), counts.recall()), (Some(0.5), Some(0.5)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    /// Lures that were flagged.
    pub true_pos: u64,
    /// Clean rows that were flagged.
    pub false_pos: u64,
    /// Lures that were not flagged.
    pub false_neg: u64,
    /// Clean rows that were not flagged.
    pub true_neg: u64,
}

impl Confusion {
    /// Counts (flagged, is lure) pairs.
    #[must_use]
    pub fn count(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut counts = Self::default();
        for pair in pairs {
            *match pair {
                (true, true) => &mut counts.true_pos,
                (true, false) => &mut counts.false_pos,
                (false, true) => &mut counts.false_neg,
                (false, false) => &mut counts.true_neg,
            } += 1;
        }
        counts
    }

    /// Counts rows, flagged where the decision value is above `threshold`.
    ///
    /// # Panics
    ///
    /// When the two shapes differ.
    #[must_use]
    pub fn at_threshold(decision: &[f64], is_lure: &[bool], threshold: f64) -> Self {
        assert_eq!(decision.len(), is_lure.len(), "one outcome per decision value");
        Self::count(decision.iter().map(|&value| value > threshold).zip(is_lure.iter().copied()))
    }

    /// Share of lures among the flagged rows. `None` when nothing was flagged. It holds for the mix of these rows only;
    /// see [`precision_at_base_rate`].
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        share(self.true_pos, self.true_pos + self.false_pos)
    }

    /// Share of the lures that was flagged. `None` without lures.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        share(self.true_pos, self.true_pos + self.false_neg)
    }

    /// Share of the clean rows that was flagged. `None` without clean rows.
    #[must_use]
    pub fn false_positive_rate(&self) -> Option<f64> {
        share(self.false_pos, self.false_pos + self.true_neg)
    }

    /// [`wilson`] interval of [`precision`](Self::precision).
    #[must_use]
    pub fn precision_interval(&self) -> Option<Interval> {
        wilson(self.true_pos, self.true_pos + self.false_pos)
    }

    /// [`wilson`] interval of [`recall`](Self::recall).
    #[must_use]
    pub fn recall_interval(&self) -> Option<Interval> {
        wilson(self.true_pos, self.true_pos + self.false_neg)
    }

    /// [`wilson`] interval of [`false_positive_rate`](Self::false_positive_rate).
    #[must_use]
    pub fn false_positive_rate_interval(&self) -> Option<Interval> {
        wilson(self.false_pos, self.false_pos + self.true_neg)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Chance that a random lure has a higher decision value than a random clean row (area under the ROC curve).
///
/// | argument | shape | unit |
/// | --- | --- | --- |
/// | `decision` | `(n,)` | decision value, any scale |
/// | `is_lure` | `(n,)` | outcome |
/// | result | scalar | `0..=1`; chance is 0.5 |
///
/// A tie counts half. `None` without a lure or without a clean row.
///
/// # Panics
///
/// When the two shapes differ.
///
/// # Source
///
/// D. Bamber, "The area above the ordinal dominance graph and the area below the receiver operating characteristic
/// graph", *Journal of Mathematical Psychology* 12(4), 1975, pp. 387–415: the area is the Mann–Whitney statistic, which
/// gives ties their midrank.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::metrics::roc_auc;
///
/// // Of four pairs, three are in order and one is a tie.
/// assert_eq!(roc_auc(&[0.9, 0.4, 0.4, 0.1], &[true, true, false, false]), Some(0.875));
/// assert_eq!(roc_auc(&[0.9, 0.4], &[true, true]), None);
/// ```
#[must_use]
pub fn roc_auc(decision: &[f64], is_lure: &[bool]) -> Option<f64> {
    Ranking::new(decision, is_lure)?.roc_auc(&once(decision))
}

/// Precision averaged over the lures, each at the threshold that just flags it (area under the stepped PR curve).
///
/// | argument | shape | unit |
/// | --- | --- | --- |
/// | `decision` | `(n,)` | decision value, any scale |
/// | `is_lure` | `(n,)` | outcome |
/// | result | scalar | `0..=1`; chance is the share of lures |
///
/// The sum of (Rₖ − Rₖ₋₁) Pₖ over the distinct decision values from the highest down: rows that tie are flagged
/// together, and nothing is interpolated, as in scikit-learn. `None` without lures; 1 when all rows are lures.
///
/// # Panics
///
/// When the two shapes differ.
///
/// # Source
///
/// J. Davis, M. Goadrich, "The relationship between precision-recall and ROC curves", *ICML* 2006, on why straight
/// lines between the points would be too kind.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::metrics::average_precision;
///
/// // The first lure is met at precision 1, the second, at a tie, at 2/3.
/// let area = average_precision(&[0.9, 0.4, 0.4, 0.1], &[true, true, false, false]).unwrap();
/// assert!((area - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn average_precision(decision: &[f64], is_lure: &[bool]) -> Option<f64> {
    Ranking::new(decision, is_lure)?.average_precision(&once(decision))
}

/// Share of the lures above the threshold that keeps false positives within `fpr`.
///
/// | argument | shape | unit |
/// | --- | --- | --- |
/// | `decision` | `(n,)` | decision value, any scale |
/// | `is_lure` | `(n,)` | outcome |
/// | `fpr` | scalar | share of the clean rows that may be flagged, `0..=1` |
/// | result | scalar | share of the lures, `0..=1` |
///
/// The threshold is [`threshold_at_fpr`]; it comes from the clean rows alone. With fewer than 1 / `fpr` clean rows none
/// may be flagged, and the figure rests on the single highest of them. `None` without a lure, without a clean row, or
/// when `fpr` is outside its range.
///
/// # Panics
///
/// When the two shapes differ.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::metrics::recall_at_fpr;
///
/// let decision = [5.0, 4.0, 3.0, 2.0, 1.0];
/// let is_lure = [true, false, true, true, false];
/// assert_eq!(recall_at_fpr(&decision, &is_lure, 0.0), Some(1.0 / 3.0));
/// assert_eq!(recall_at_fpr(&decision, &is_lure, 0.5), Some(1.0));
/// ```
#[must_use]
pub fn recall_at_fpr(decision: &[f64], is_lure: &[bool], fpr: f64) -> Option<f64> {
    Ranking::new(decision, is_lure)?.recall_at_fpr(&once(decision), fpr)
}

/// The lowest threshold above which at most a share `fpr` of the clean rows lies.
///
/// | argument | shape | unit |
/// | --- | --- | --- |
/// | `decision` | `(n,)` | decision value, any scale |
/// | `is_lure` | `(n,)` | outcome; lures have no influence |
/// | `fpr` | scalar | share of the clean rows that may be flagged, `0..=1` |
/// | result | scalar | decision value; a row is flagged when it is *above* |
///
/// With k the largest number for which k / (clean rows) ≤ `fpr`, this is the (k + 1)-th highest decision value of the
/// clean rows. Clean rows that tie with it all stay unflagged, so fewer than k may be flagged but never more. It is
/// −∞ when all may be flagged. `None` without a clean row, or when `fpr` is outside its range.
///
/// # Panics
///
/// When the two shapes differ.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::metrics::threshold_at_fpr;
///
/// // One of the four clean rows may be flagged: the one at 4.
/// let decision = [4.0, 3.0, 3.0, 1.0, 9.0];
/// let is_lure = [false, false, false, false, true];
/// assert_eq!(threshold_at_fpr(&decision, &is_lure, 0.25), Some(3.0));
/// // Two may be, but the two at 3 come together and would make three.
/// assert_eq!(threshold_at_fpr(&decision, &is_lure, 0.5), Some(3.0));
/// ```
#[must_use]
pub fn threshold_at_fpr(decision: &[f64], is_lure: &[bool], fpr: f64) -> Option<f64> {
    Ranking::new(decision, is_lure)?.threshold_at_fpr(&once(decision), fpr)
}

/// Mean squared gap between forecast probability and outcome (the Brier score).
///
/// | argument | shape | unit |
/// | --- | --- | --- |
/// | `probability` | `(n,)` | probability of a lure, `0..=1` |
/// | `is_lure` | `(n,)` | outcome |
/// | result | scalar | squared probability, `0..=1`; 0 is perfect, always saying 0.5 scores 0.25 |
///
/// `None` when `n == 0`: the mean of nothing is not 0.
///
/// # Panics
///
/// When the two shapes differ.
///
/// # Source
///
/// G. W. Brier, "Verification of forecasts expressed in terms of probability", *Monthly Weather Review* 78(1), 1950,
/// pp. 1–3; the one-class form, half of Brier's original two-class sum.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::metrics::brier_score;
///
/// // ((0.9 - 1)² + (0.2 - 0)²) / 2 = (0.01 + 0.04) / 2
/// let score = brier_score(&[0.9, 0.2], &[true, false]).unwrap();
/// assert!((score - 0.025).abs() < 1e-15);
/// ```
#[must_use]
pub fn brier_score(probability: &[f64], is_lure: &[bool]) -> Option<f64> {
    Forecast::new(probability, is_lure)?.brier_score(&once(probability))
}

/// Mean of −ln of the probability that was given to what happened (log loss, cross-entropy).
///
/// | argument | shape | unit |
/// | --- | --- | --- |
/// | `probability` | `(n,)` | probability of a lure, `0..=1` |
/// | `is_lure` | `(n,)` | outcome |
/// | result | scalar | nat, `0..=36.05`; 0 is perfect, always saying 0.5 scores ln 2 |
///
/// A forecast that ruled out what happened counts as 2⁻⁵² (`f64::EPSILON`), as in scikit-learn, so that a single row
/// cannot make the mean infinite. `None` when `n == 0`.
///
/// # Panics
///
/// When the two shapes differ.
///
/// # Source
///
/// I. J. Good, "Rational decisions", *Journal of the Royal Statistical Society B* 14(1), 1952, pp. 107–114.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::metrics::log_loss;
///
/// let loss = log_loss(&[0.5, 0.25], &[true, true]).unwrap();
/// assert!((loss - 1.5 * 2f64.ln()).abs() < 1e-15);
/// ```
#[must_use]
pub fn log_loss(probability: &[f64], is_lure: &[bool]) -> Option<f64> {
    Forecast::new(probability, is_lure)?.log_loss(&once(probability))
}

/// Mean gap between forecast and observed share of lures, over 15 bins of equally many rows (ECE).
///
/// | argument | shape | unit |
/// | --- | --- | --- |
/// | `probability` | `(n,)` | probability of a lure, `0..=1` |
/// | `is_lure` | `(n,)` | outcome |
/// | result | scalar | probability, `0..=1`; 0 is perfect |
///
/// Rows are sorted by probability, ties by their place in the slice; bin b holds the rows from ⌊b n / 15⌋ up to
/// ⌊(b + 1) n / 15⌋ of that order. The result is the sum over bins of (rows in it / n) · |mean probability − share of
/// lures|. Where many rows have exactly the same probability, it depends on their order. `None` when `n == 0`.
///
/// # Panics
///
/// When the two shapes differ.
///
/// # Source
///
/// M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", *AAAI*
/// 2015; with bins of equal mass, since at the base rate of lures nearly all probabilities lie near 0.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::metrics::expected_calibration_error;
///
/// // Two rows fall into two of the 15 bins: (|0.2 - 0| + |0.9 - 1|) / 2
/// let error = expected_calibration_error(&[0.9, 0.2], &[true, false]).unwrap();
/// assert!((error - 0.15).abs() < 1e-15);
/// ```
#[must_use]
pub fn expected_calibration_error(probability: &[f64], is_lure: &[bool]) -> Option<f64> {
    Forecast::new(probability, is_lure)?.expected_calibration_error(&once(probability))
}

/// Share of lures to expect among the flagged postings of a stream with a stated share of lures.
///
/// | argument | shape | unit |
/// | --- | --- | --- |
/// | `recall` | scalar | share of the lures that is flagged, `0..=1` |
/// | `fpr` | scalar | share of the clean postings that is flagged, `0..=1` |
/// | `base_rate` | scalar | share of lures in the stream, `0..=1` |
/// | result | scalar | share of the flagged, `0..=1` |
///
/// `None` when nothing would be flagged, or when an argument is outside its range.
///
/// # Source
///
/// Bayes' rule: recall · base rate / (recall · base rate + fpr · (1 − base rate)).
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::metrics::precision_at_base_rate;
///
/// // 36 lures in 100,000 postings: of 132 flagged, 32 are lures.
/// let precision = precision_at_base_rate(0.9, 0.001, 0.00036).unwrap();
/// assert_eq!(format!("{precision:.3}"), "0.245");
/// ```
#[must_use]
pub fn precision_at_base_rate(recall: f64, fpr: f64, base_rate: f64) -> Option<f64> {
    if ![recall, fpr, base_rate].iter().all(|share| (0.0..=1.0).contains(share)) {
        return None;
    }
    let lures = recall * base_rate;
    let flagged = lures + fpr * (1.0 - base_rate);
    (flagged > 0.0).then(|| lures / flagged)
}

/// Every row counted once.
fn once(rows: &[f64]) -> Vec<u32> {
    vec![1; rows.len()]
}
