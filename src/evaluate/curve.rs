//! Rows sorted once, and each figure read off in one walk.
//!
//! Every walk takes `copies`, how often each row counts. All ones give the figures of
//! [`metrics`](super::metrics); the numbers of a bootstrap sample give the same figures on that sample,
//! without copying or sorting anything again.

use std::cmp::Ordering;

/// Rows from the highest decision value down, ties together.
///
/// | argument of a method | shape | unit |
/// | --- | --- | --- |
/// | `copies` | `(n,)` | times that a row counts, in the order of `decision` |
///
/// # Panics
///
/// The methods panic when `copies` has another length than the rows.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::curve::Ranking;
///
/// let ranking = Ranking::new(&[2.0, 1.0, 0.0], &[true, false, true]).unwrap();
/// assert_eq!(ranking.roc_auc(&[1, 1, 1]), Some(0.5));
/// // As if the highest lure had been there three times: 3 pairs of 4 are in order.
/// assert_eq!(ranking.roc_auc(&[3, 1, 1]), Some(0.75));
/// ```
#[derive(Clone, Debug)]
pub struct Ranking(Vec<Ranked>);

#[derive(Clone, Copy, Debug)]
struct Ranked {
    row: usize,
    decision: f64,
    is_lure: bool,
    last_of_tie: bool,
}

/// What is flagged when everything from a decision value up is: one point of the ROC and PR curves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// The lowest decision value that is flagged.
    pub decision: f64,
    /// Lures flagged.
    pub lures: u64,
    /// Clean rows flagged.
    pub clean: u64,
}

impl Ranking {
    /// Sorts the rows. `None` when a decision value is not finite.
    ///
    /// # Panics
    ///
    /// When the two shapes differ.
    #[must_use]
    pub fn new(decision: &[f64], is_lure: &[bool]) -> Option<Self> {
        assert_eq!(decision.len(), is_lure.len(), "one outcome per decision value");
        if !decision.iter().all(|value| value.is_finite()) {
            return None;
        }
        let mut order = ascending(decision);
        order.reverse();
        let ranked = order.iter().enumerate().map(|(at, &row)| Ranked {
            row,
            decision: decision[row],
            is_lure: is_lure[row],
            last_of_tie: order.get(at + 1).is_none_or(|&next| decision[next] < decision[row]),
        });
        Some(Self(ranked.collect()))
    }

    /// The curve: a [`Point`] for each distinct decision value, from the highest down.
    ///
    /// # Panics
    ///
    /// When `copies` has another length than the rows.
    pub fn points(&self, copies: &[u32]) -> impl Iterator<Item = Point> {
        assert_eq!(copies.len(), self.0.len(), "one number of copies per row");
        let mut point = Point::default();
        self.0.iter().filter_map(move |ranked| {
            let count = u64::from(copies[ranked.row]);
            *(if ranked.is_lure { &mut point.lures } else { &mut point.clean }) += count;
            point.decision = ranked.decision;
            ranked.last_of_tie.then_some(point)
        })
    }

    /// [`roc_auc`](super::metrics::roc_auc) with every row counted `copies` times.
    #[must_use]
    pub fn roc_auc(&self, copies: &[u32]) -> Option<f64> {
        let mut above = Point::default();
        // Each clean row is beaten by the lures above it and half beaten by those it ties with.
        let mut twice_pairs = 0;
        for point in self.points(copies) {
            twice_pairs += (point.clean - above.clean) * (above.lures + point.lures);
            above = point;
        }
        let all = 2 * above.lures * above.clean;
        (all > 0).then(|| twice_pairs as f64 / all as f64)
    }

    /// [`average_precision`](super::metrics::average_precision) with every row counted `copies` times.
    #[must_use]
    pub fn average_precision(&self, copies: &[u32]) -> Option<f64> {
        let mut lures_above = 0;
        let mut sum = 0.0;
        for Point { lures, clean, .. } in self.points(copies) {
            if lures > lures_above {
                sum += (lures - lures_above) as f64 * lures as f64 / (lures + clean) as f64;
                lures_above = lures;
            }
        }
        (lures_above > 0).then(|| sum / lures_above as f64)
    }

    /// [`recall_at_fpr`](super::metrics::recall_at_fpr) with every row counted `copies` times.
    #[must_use]
    pub fn recall_at_fpr(&self, copies: &[u32], fpr: f64) -> Option<f64> {
        let end = self.points(copies).last()?;
        let limit = flags_allowed(fpr, end.clean)?;
        let within = self.points(copies).take_while(|point| point.clean <= limit).last();
        let lures = within.map_or(0, |point| point.lures);
        (end.lures > 0).then(|| lures as f64 / end.lures as f64)
    }

    /// [`threshold_at_fpr`](super::metrics::threshold_at_fpr) with every row counted `copies` times.
    #[must_use]
    pub fn threshold_at_fpr(&self, copies: &[u32], fpr: f64) -> Option<f64> {
        let end = self.points(copies).last()?;
        let limit = flags_allowed(fpr, end.clean)?;
        let beyond = self.points(copies).find(|point| point.clean > limit);
        Some(beyond.map_or(f64::NEG_INFINITY, |point| point.decision))
    }
}

/// The largest number of `clean` rows whose share is at most `fpr`.
///
/// The share is compared after division, because the product errs: 0.29 × 100 is below 29 in binary.
fn flags_allowed(fpr: f64, clean: u64) -> Option<u64> {
    if clean == 0 || !(0.0..=1.0).contains(&fpr) {
        return None;
    }
    #[expect(clippy::cast_sign_loss, reason = "`fpr` was found to be at least 0")]
    let near = (fpr * clean as f64) as u64;
    (near.saturating_sub(1)..=near + 1).rev().find(|&flags| flags as f64 / clean as f64 <= fpr)
}

/// Rows from the lowest probability up, ties in the order they were given.
///
/// | argument of a method | shape | unit |
/// | --- | --- | --- |
/// | `copies` | `(n,)` | times that a row counts, in the order of `probability` |
///
/// # Panics
///
/// The methods panic when `copies` has another length than the rows.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::curve::Forecast;
///
/// let forecast = Forecast::new(&[0.5, 0.0], &[true, false]).unwrap();
/// assert_eq!(forecast.brier_score(&[1, 1]), Some(0.125));
/// assert_eq!(forecast.brier_score(&[3, 1]), Some(0.1875));
/// ```
#[derive(Clone, Debug)]
pub struct Forecast(Vec<Forecasted>);

#[derive(Clone, Copy, Debug)]
struct Forecasted {
    row: usize,
    probability: f64,
    is_lure: bool,
}

impl Forecast {
    /// Sorts the rows. `None` when a probability is outside `0..=1`.
    ///
    /// # Panics
    ///
    /// When the two shapes differ.
    #[must_use]
    pub fn new(probability: &[f64], is_lure: &[bool]) -> Option<Self> {
        assert_eq!(probability.len(), is_lure.len(), "one outcome per probability");
        if !probability.iter().all(|p| (0.0..=1.0).contains(p)) {
            return None;
        }
        let rows = ascending(probability).into_iter().map(|row| Forecasted {
            row,
            probability: probability[row],
            is_lure: is_lure[row],
        });
        Some(Self(rows.collect()))
    }

    /// [`brier_score`](super::metrics::brier_score) with every row counted `copies` times.
    #[must_use]
    pub fn brier_score(&self, copies: &[u32]) -> Option<f64> {
        self.mean(copies, |row| (row.probability - f64::from(row.is_lure)).powi(2))
    }

    /// [`log_loss`](super::metrics::log_loss) with every row counted `copies` times.
    #[must_use]
    pub fn log_loss(&self, copies: &[u32]) -> Option<f64> {
        self.mean(copies, |row| {
            let given = if row.is_lure { row.probability } else { 1.0 - row.probability };
            // `abs` turns the -0 of a sure and right forecast into 0.
            given.max(f64::EPSILON).ln().abs()
        })
    }

    /// [`expected_calibration_error`](super::metrics::expected_calibration_error) with every row counted `copies` times.
    #[must_use]
    pub fn expected_calibration_error(&self, copies: &[u32]) -> Option<f64> {
        let total = self.total(copies);
        let mut bin = 0;
        let mut seen = 0;
        let mut gap = 0.0;
        let mut sum = 0.0;
        for row in &self.0 {
            let mut left = u64::from(copies[row.row]);
            while left > 0 {
                let end = (bin + 1) * total / super::metrics::CALIBRATION_BINS;
                let taken = left.min(end - seen);
                gap += taken as f64 * (row.probability - f64::from(row.is_lure));
                seen += taken;
                left -= taken;
                if seen == end {
                    sum += f64::abs(gap);
                    gap = 0.0;
                    bin += 1;
                }
            }
        }
        (total > 0).then(|| sum / total as f64)
    }

    fn mean(&self, copies: &[u32], loss: impl Fn(&Forecasted) -> f64) -> Option<f64> {
        let total = self.total(copies);
        let sum: f64 = self.0.iter().map(|row| f64::from(copies[row.row]) * loss(row)).sum();
        (total > 0).then(|| sum / total as f64)
    }

    fn total(&self, copies: &[u32]) -> u64 {
        assert_eq!(copies.len(), self.0.len(), "one number of copies per row");
        copies.iter().copied().map(u64::from).sum()
    }
}

/// Indices of `values` from the lowest up, equal ones in their own order. There must be no NaN.
fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].partial_cmp(&values[b]).unwrap_or(Ordering::Equal));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_has_one_point_per_distinct_value() {
        let ranking = Ranking::new(&[1.0, 3.0, 1.0, -0.0, 0.0], &[true, false, false, true, true]);
        let points: Vec<Point> = ranking.unwrap().points(&[1, 2, 1, 1, 1]).collect();
        let point = |decision, lures, clean| Point { decision, lures, clean };
        assert_eq!(points, [point(3.0, 0, 2), point(1.0, 1, 3), point(0.0, 3, 3)]);
    }

    #[test]
    fn a_rate_allows_as_many_flags_as_stay_within_it() {
        let cases = [
            (0.0, 10, Some(0)),
            (0.01, 99, Some(0)),
            (0.01, 100, Some(1)),
            (0.01, 199, Some(1)),
            (0.001, 3_000, Some(3)),
            // 0.29 * 100 and 0.57 * 100 fall just short of a whole number, 0.07 * 100 lies just above one.
            (0.29, 100, Some(29)),
            (0.57, 100, Some(57)),
            (0.07, 100, Some(7)),
            (1.0, 7, Some(7)),
            (0.5, 0, None),
            (-0.1, 10, None),
            (1.1, 10, None),
            (f64::NAN, 10, None),
        ];
        for (fpr, clean, flags) in cases {
            assert_eq!(flags_allowed(fpr, clean), flags, "{fpr} of {clean}");
        }
    }

    #[test]
    #[should_panic(expected = "one number of copies per row")]
    fn too_few_copies_are_a_bug() {
        let _ = Ranking::new(&[1.0, 2.0], &[true, false]).unwrap().roc_auc(&[1]);
    }
}
