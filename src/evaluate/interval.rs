//! How far a figure can be trusted: 95 % intervals.

use serde::Serialize;

use crate::random::Random;

/// A 95 % interval. In JSON, `[low, high]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(into = "[f64; 2]")]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl From<Interval> for [f64; 2] {
    fn from(Interval { low, high }: Interval) -> Self {
        [low, high]
    }
}

/// Resampling of whole groups, with replacement.
///
/// Near-duplicates are not independent: ten copies of one lure are one piece of evidence. Drawing groups instead of rows
/// keeps them together, and the interval stays as wide as the evidence is thin. A sample is a number of copies per row, so
/// that a metric can keep its rows sorted from one sample to the next ([`curve`](super::curve)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    /// Samples to draw. Default 200; 0 gives no interval.
    pub samples: usize,
    /// Seed of the draws; the same seed gives the same interval on every platform. Default 0.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { samples: 200, seed: 0 }
    }
}

impl Bootstrap {
    /// Interval of one metric; see [`intervals`](Self::intervals).
    ///
    /// # Examples
    ///
    /// ```
    /// use lurewatch::evaluate::{curve::Ranking, interval::Bootstrap};
    ///
    /// let ranking = Ranking::new(&[3.0, 2.0, 1.0, 0.0], &[true, true, false, false]).unwrap();
    /// let area = |copies: &[u32]| ranking.roc_auc(copies);
    ///
    /// let interval = Bootstrap::default().interval(&[0, 1, 2, 3], area).unwrap();
    /// assert_eq!((interval.low, interval.high), (1.0, 1.0));
    /// // One group says nothing of what another would give.
    /// assert_eq!(Bootstrap::default().interval(&[7, 7, 7, 7], area), None);
    /// ```
    #[must_use]
    pub fn interval(&self, group: &[u32], mut metric: impl FnMut(&[u32]) -> Option<f64>) -> Option<Interval> {
        let [interval] = self.intervals(group, |copies| [metric(copies)]);
        interval
    }

    /// Intervals of `K` metrics, all measured on the same samples.
    ///
    /// | argument | shape | unit |
    /// | --- | --- | --- |
    /// | `group` | `(n,)` | group id of each row, any numbers |
    /// | `metrics` | `(n,)` → `(K,)` | times that each row counts → the metrics of that sample |
    /// | result | `(K,)` | from the 2.5th to the 97.5th percentile of each metric |
    ///
    /// Each sample draws as many groups as there are, uniformly and with replacement. Samples on which a metric is `None`
    /// are left out of its percentiles. An interval is `None` when there are fewer than two groups, or when its metric
    /// is undefined (or NaN) on more than half of the samples.
    ///
    /// # Source
    ///
    /// B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13 (percentile intervals), with
    /// groups as the sampling unit; percentiles interpolated linearly (type 7 of R. J. Hyndman, Y. Fan, "Sample quantiles in
    /// statistical packages", *The American Statistician* 50(4), 1996).
    pub fn intervals<const K: usize>(
        &self,
        group: &[u32],
        mut metrics: impl FnMut(&[u32]) -> [Option<f64>; K],
    ) -> [Option<Interval>; K] {
        let mut ids = group.to_vec();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() < 2 {
            return [None; K];
        }
        let member: Vec<usize> = group.iter().map(|id| ids.partition_point(|other| other < id)).collect();

        let mut random = Random::new(self.seed);
        let mut drawn = vec![0; ids.len()];
        let mut copies = vec![0; group.len()];
        let mut values = [const { Vec::new() }; K];
        for _ in 0..self.samples {
            drawn.fill(0);
            for _ in 0..drawn.len() {
                drawn[random.below(ids.len())] += 1;
            }
            for (copies, &member) in copies.iter_mut().zip(&member) {
                *copies = drawn[member];
            }
            for (values, value) in values.iter_mut().zip(metrics(&copies)) {
                values.extend(value.filter(|value| !value.is_nan()));
            }
        }
        values.map(|values| if 2 * values.len() < self.samples { None } else { middle(values) })
    }
}

/// From the 2.5th to the 97.5th percentile.
fn middle(mut values: Vec<f64>) -> Option<Interval> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    // In fortieths of the way from the first to the last value.
    let percentile = |fortieths: usize| {
        let (at, rest) = (fortieths * last / 40, fortieths * last % 40);
        let (below, above) = (values[at], values[(at + 1).min(last)]);
        below + (above - below) * rest as f64 / 40.0
    };
    Some(Interval { low: percentile(1), high: percentile(39) })
}

/// Interval of a proportion (Wilson's score interval).
///
/// | argument | shape | unit |
/// | --- | --- | --- |
/// | `hits` | scalar | rows |
/// | `trials` | scalar | rows |
/// | result | pair | share, `0..=1` |
///
/// Holds for independent rows; near-duplicates need [`Bootstrap`]. `None` when `trials == 0`.
///
/// # Panics
///
/// When `hits` is above `trials`.
///
/// # Source
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", *Journal of the American
/// Statistical Association* 22(158), 1927, pp. 209–212, without continuity correction.
///
/// # Examples
///
/// ```
/// use lurewatch::evaluate::interval::wilson;
///
/// // No false alarm among 50 does not mean that there will be none.
/// let interval = wilson(0, 50).unwrap();
/// assert_eq!(interval.low, 0.0);
/// assert_eq!(format!("{:.3}", interval.high), "0.071");
/// ```
#[must_use]
pub fn wilson(hits: u64, trials: u64) -> Option<Interval> {
    /// Squared 97.5 % point of the standard normal distribution, 1.959963984540054².
    const Z2: f64 = 3.841_458_820_694_124;

    assert!(hits <= trials, "no more hits than trials");
    if trials == 0 {
        return None;
    }
    let n = trials as f64;
    let low = |hits: f64| {
        let half = (Z2 * (hits * (n - hits) / n + Z2 / 4.0)).sqrt();
        ((hits + Z2 / 2.0 - half) / (n + Z2)).max(0.0)
    };
    // The upper end of the hits is one minus the lower end of the misses.
    Some(Interval { low: low(hits as f64), high: 1.0 - low((trials - hits) as f64) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_interpolate_between_values() {
        type Case = (&'static str, Vec<f64>, Option<(f64, f64)>);
        let cases: [Case; 4] = [
            ("none", vec![], None),
            ("one", vec![3.0], Some((3.0, 3.0))),
            ("out of order", vec![1.0, 0.0], Some((0.025, 0.975))),
            ("0 to 80", (0..=80).rev().map(f64::from).collect(), Some((2.0, 78.0))),
        ];
        for (name, values, ends) in cases {
            let seen = middle(values).map(|interval| (interval.low, interval.high));
            assert_eq!(seen, ends, "{name}");
        }
    }

    /// The mean, which is defined on every sample.
    fn mean(values: &[f64]) -> impl Fn(&[u32]) -> Option<f64> {
        move |copies| {
            let sum: f64 = values.iter().zip(copies).map(|(value, &n)| value * f64::from(n)).sum();
            let rows: u32 = copies.iter().sum();
            (rows > 0).then(|| sum / f64::from(rows))
        }
    }

    #[test]
    fn a_proportion_gets_the_interval_of_theory() {
        // 30 of 120 independent rows: 0.25 ± 1.96 sqrt(0.25 * 0.75 / 120).
        let values: Vec<f64> = (0..120).map(|row| f64::from(row % 4 == 0)).collect();
        let group: Vec<u32> = (0..120).collect();
        let seen = Bootstrap { samples: 4_000, seed: 1 }.interval(&group, mean(&values)).unwrap();
        assert!((seen.low - 0.1725).abs() < 0.01, "{seen:?}");
        assert!((seen.high - 0.3275).abs() < 0.01, "{seen:?}");
    }

    #[test]
    fn copies_within_a_group_add_no_certainty() {
        let values: Vec<f64> = (0..40).map(|row| f64::from(row % 4 == 0)).collect();
        let group: Vec<u32> = (0..40).map(|row| 1_000_000 - 7 * row).collect();
        let once = Bootstrap::default().interval(&group, mean(&values));
        let tenfold = Bootstrap::default().interval(&group.repeat(10), mean(&values.repeat(10)));
        assert_eq!(once, tenfold);

        let alone: Vec<u32> = (0..400).collect();
        let apart = Bootstrap::default().interval(&alone, mean(&values.repeat(10))).unwrap();
        let width = |interval: Interval| interval.high - interval.low;
        assert!(width(apart) < 0.5 * width(once.unwrap()), "{apart:?} against {once:?}");
    }

    #[test]
    fn intervals_are_left_out_where_there_is_nothing_to_say() {
        type Metric = fn(&[u32]) -> Option<f64>;
        /// Name, samples, groups, metric, interval.
        type Case = (&'static str, usize, &'static [u32], Metric, Option<Interval>);
        let rarely: Metric = |copies| (copies[0] > 2).then_some(1.0);
        let mostly: Metric = |copies| (copies[0] < 2).then_some(1.0);
        let one = Some(Interval { low: 1.0, high: 1.0 });
        let cases: [Case; 7] = [
            ("no rows", 200, &[], mostly, None),
            ("one group", 200, &[5, 5, 5], mostly, None),
            ("no samples", 0, &[1, 2, 3], mostly, None),
            ("undefined on most samples", 200, &[1, 2, 3], rarely, None),
            ("undefined on few samples", 200, &[1, 2, 3], mostly, one),
            ("not a number", 200, &[1, 2, 3], |_| Some(f64::NAN), None),
            ("always defined", 1, &[1, 2, 3], |_| Some(1.0), one),
        ];
        for (name, samples, group, metric, interval) in cases {
            assert_eq!(Bootstrap { samples, seed: 0 }.interval(group, metric), interval, "{name}");
        }
    }

    #[test]
    fn samples_draw_as_many_groups_as_there_are() {
        let mut seen = Vec::new();
        let _ = Bootstrap { samples: 50, seed: 3 }.interval(&[9, 4, 9, 2], |copies| {
            seen.push(copies.to_vec());
            None
        });
        assert_eq!(seen.len(), 50);
        for copies in &seen {
            assert_eq!(copies[0], copies[2], "rows of one group go together");
            assert_eq!(copies[0] + copies[1] + copies[3], 3);
        }
    }
}
