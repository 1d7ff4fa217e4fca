//! Scores and labels → how good.
//!
//! | figure | asks | from | by |
//! | --- | --- | --- | --- |
//! | ROC-AUC | does a lure rank above a clean row? | decision value | [`metrics::roc_auc`] |
//! | PR-AUC | how pure is the top of the ranking? | decision value | [`metrics::average_precision`] |
//! | recall at a false-positive rate | how many lures are caught when so few clean rows may be flagged? | decision value | [`metrics::recall_at_fpr`] |
//! | Brier score | how far are the probabilities from what happened? | probability | [`metrics::brier_score`] |
//! | calibration error | of those called 20 %, are 20 % lures? | probability | [`metrics::expected_calibration_error`] |
//!
//! Precision belongs to a mix of rows, not to a model: give it only with a base rate
//! ([`metrics::precision_at_base_rate`]). Intervals are over groups, because near-duplicates repeat one piece of evidence
//! ([`interval::Bootstrap`]).

pub mod curve;
pub mod interval;
pub mod metrics;
pub mod operating;
pub mod slices;

use serde::Serialize;

use curve::{Forecast, Ranking};
use interval::{Bootstrap, Interval};

/// The figures of one set of rows, with their intervals.
///
/// A figure that the rows do not define is `None` (in JSON, `null`).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Rows measured.
    pub rows: usize,
    /// Lures among them.
    pub lures: usize,
    /// See [`metrics::roc_auc`].
    pub roc_auc: Option<f64>,
    /// See [`metrics::average_precision`].
    pub pr_auc: Option<f64>,
    /// See [`metrics::recall_at_fpr`].
    pub recall_at_fpr: RecallAtFpr<f64>,
    /// See [`metrics::brier_score`].
    pub brier: Option<f64>,
    /// See [`metrics::expected_calibration_error`].
    pub ece: Option<f64>,
    /// The interval of each of these.
    pub intervals: Intervals,
}

/// One value for each false-positive rate that is reported.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RecallAtFpr<T> {
    /// At 1 % false positives.
    #[serde(rename = "0.01")]
    pub one_percent: Option<T>,
    /// At 0.1 % false positives.
    #[serde(rename = "0.001")]
    pub one_per_mille: Option<T>,
}

/// The intervals of [`Figures`], under the same names.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Intervals {
    /// Of [`Figures::roc_auc`].
    pub roc_auc: Option<Interval>,
    /// Of [`Figures::pr_auc`].
    pub pr_auc: Option<Interval>,
    /// Of [`Figures::recall_at_fpr`].
    pub recall_at_fpr: RecallAtFpr<Interval>,
    /// Of [`Figures::brier`].
    pub brier: Option<Interval>,
    /// Of [`Figures::ece`].
    pub ece: Option<Interval>,
}

impl Figures {
    /// Measures rows.
    ///
    /// | argument | shape | unit |
    /// | --- | --- | --- |
    /// | `decision` | `(n,)` | decision value, any scale |
    /// | `probability` | `(n,)` | probability of a lure, `0..=1` |
    /// | `is_lure` | `(n,)` | outcome |
    /// | `group` | `(n,)` | group id; rows with the same id are near-duplicates |
    ///
    /// Rows are sorted once; each of the `bootstrap` samples is then a few walks over them.
    ///
    /// # Panics
    ///
    /// When the shapes differ.
    ///
    /// # Examples
    ///
    /// ```
    /// use lurewatch::evaluate::{Figures, interval::Bootstrap};
    ///
    /// let figures = Figures::measure(
    ///     &[2.0, 1.0, 0.5, -3.0],
    ///     &[0.9, 0.7, 0.6, 0.1],
    ///     &[true, false, true, false],
    ///     &[0, 1, 0, 2],
    ///     Bootstrap::default(),
    /// );
    /// assert_eq!((figures.rows, figures.lures), (4, 2));
    /// assert_eq!(figures.roc_auc, Some(0.75));
    /// assert_eq!(figures.recall_at_fpr.one_percent, Some(0.5));
    /// ```
    #[must_use]
    pub fn measure(
        decision: &[f64],
        probability: &[f64],
        is_lure: &[bool],
        group: &[u32],
        bootstrap: Bootstrap,
    ) -> Self {
        assert_eq!(group.len(), is_lure.len(), "one group per outcome");
        let ranking = Ranking::new(decision, is_lure);
        let forecast = Forecast::new(probability, is_lure);
        let measure = |copies: &[u32]| {
            let ranking = ranking.as_ref();
            let forecast = forecast.as_ref();
            [
                ranking.and_then(|rows| rows.roc_auc(copies)),
                ranking.and_then(|rows| rows.average_precision(copies)),
                ranking.and_then(|rows| rows.recall_at_fpr(copies, 0.01)),
                ranking.and_then(|rows| rows.recall_at_fpr(copies, 0.001)),
                forecast.and_then(|rows| rows.brier_score(copies)),
                forecast.and_then(|rows| rows.expected_calibration_error(copies)),
            ]
        };

        let [roc_auc, pr_auc, one_percent, one_per_mille, brier, ece] = measure(&vec![1; is_lure.len()]);
        let recall_at_fpr = RecallAtFpr { one_percent, one_per_mille };
        let intervals = {
            let [roc_auc, pr_auc, one_percent, one_per_mille, brier, ece] = bootstrap.intervals(group, measure);
            let recall_at_fpr = RecallAtFpr { one_percent, one_per_mille };
            Intervals { roc_auc, pr_auc, recall_at_fpr, brier, ece }
        };
        let lures = is_lure.iter().filter(|&&lure| lure).count();
        Self { rows: is_lure.len(), lures, roc_auc, pr_auc, recall_at_fpr, brier, ece, intervals }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Bootstrap = Bootstrap { samples: 0, seed: 0 };

    fn json(figures: &Figures) -> String {
        serde_json::to_string(figures).unwrap()
    }

    #[test]
    fn json_has_every_key_and_null_for_what_is_undefined() {
        let figures = Figures::measure(&[1.0, 0.0], &[0.75, 0.25], &[true, false], &[0, 1], NONE);
        assert_eq!(
            json(&figures),
            r#"{"rows":2,"lures":1,"roc_auc":1.0,"pr_auc":1.0,"recall_at_fpr":{"0.01":1.0,"0.001":1.0},"#.to_owned()
                + r#""brier":0.0625,"ece":0.25,"intervals":{"roc_auc":null,"pr_auc":null,"#
                + r#""recall_at_fpr":{"0.01":null,"0.001":null},"brier":null,"ece":null}}"#
        );
        let nothing =
            r#""roc_auc":null,"pr_auc":null,"recall_at_fpr":{"0.01":null,"0.001":null},"brier":null,"ece":null"#;
        assert_eq!(
            json(&Figures::measure(&[], &[], &[], &[], Bootstrap::default())),
            format!(r#"{{"rows":0,"lures":0,{nothing},"intervals":{{{nothing}}}}}"#)
        );
    }

    #[test]
    fn json_gives_intervals_as_pairs() {
        let interval = Interval { low: 0.25, high: 0.5 };
        assert_eq!(serde_json::to_string(&interval).unwrap(), "[0.25,0.5]");
    }

    /// 150 clean rows and 12 lures, with ties; no two of the figures are equal.
    #[test]
    fn figures_and_intervals_are_those_of_the_metrics() {
        type Measure<'a> = &'a dyn Fn(&[u32]) -> Option<f64>;

        let is_lure: Vec<bool> = (0..162).map(|row| row >= 150).collect();
        let decision: Vec<f64> = (0..150)
            .map(|row| f64::from(row) / 2.0)
            .chain((0..12).map(|row| 73.0 + f64::from(row % 6) / 2.0))
            .collect();
        let probability: Vec<f64> = decision.iter().map(|value| value / 90.0).collect();
        let group: Vec<u32> = (0..162).map(|row| row / 3).collect();
        let bootstrap = Bootstrap::default();
        let figures = Figures::measure(&decision, &probability, &is_lure, &group, bootstrap);
        assert_eq!((figures.rows, figures.lures), (162, 12));

        let (ranking, forecast) =
            (Ranking::new(&decision, &is_lure).unwrap(), Forecast::new(&probability, &is_lure).unwrap());
        let Figures { roc_auc, pr_auc, recall_at_fpr: recall, brier, ece, intervals, .. } = figures;
        let recalls = intervals.recall_at_fpr;
        let cases: [(&str, Option<f64>, Option<Interval>, Measure); 6] = [
            ("roc_auc", roc_auc, intervals.roc_auc, &|copies| ranking.roc_auc(copies)),
            ("pr_auc", pr_auc, intervals.pr_auc, &|copies| ranking.average_precision(copies)),
            ("1 %", recall.one_percent, recalls.one_percent, &|copies| ranking.recall_at_fpr(copies, 0.01)),
            ("0.1 %", recall.one_per_mille, recalls.one_per_mille, &|copies| ranking.recall_at_fpr(copies, 0.001)),
            ("brier", brier, intervals.brier, &|copies| forecast.brier_score(copies)),
            ("ece", ece, intervals.ece, &|copies| forecast.expected_calibration_error(copies)),
        ];
        for (at, (name, figure, interval, measure)) in cases.iter().enumerate() {
            assert_eq!(*figure, measure(&[1; 162]), "{name}");
            assert_eq!(*interval, bootstrap.interval(&group, measure), "interval of {name}");
            assert!(interval.unwrap().low < interval.unwrap().high, "interval of {name}");
            assert!(cases[..at].iter().all(|other| other.1 != *figure), "{name} differs from those before it");
        }
    }

    #[test]
    fn bad_decision_values_leave_the_probabilities_measured() {
        let figures = Figures::measure(&[f64::NAN, 0.0], &[1.0, 0.0], &[true, false], &[0, 1], NONE);
        assert_eq!((figures.roc_auc, figures.pr_auc), (None, None));
        assert_eq!((figures.brier, figures.ece), (Some(0.0), Some(0.0)));
    }
}
