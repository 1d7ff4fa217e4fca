//! What scores of unseen postings say: calibration, thresholds, figures.

use crate::{
    error::Result,
    evaluate::metrics,
    model::{
        calibrate::PlattScaling,
        manifest::{HeldOut, Thresholds},
        train::{
            folds::Tried,
            table::{Part, Table},
        },
    },
};

impl Table {
    /// Class and unseen decision value of the rows of a part.
    pub(super) fn values_of<'a>(&'a self, unseen: &'a [f64], part: Part) -> impl Iterator<Item = (bool, f64)> + 'a {
        self.rows.iter().zip(unseen).filter(move |(row, _)| row.part == part).map(|(row, &value)| (row.is_lure, value))
    }

    pub(super) fn values<'a>(&'a self, tried: &'a Tried, part: Part) -> impl Iterator<Item = (bool, f64)> + 'a {
        self.values_of(&tried.unseen, part)
    }

    pub(super) fn calibrate(&self, tried: &Tried) -> Result<PlattScaling> {
        let (is_lure, decision): (Vec<bool>, Vec<f64>) = self.values(tried, Part::Labelled).unzip();
        PlattScaling::fit(&decision, &is_lure)
    }

    /// Thresholds by what the background and the clean postings would cost, all of them unseen.
    pub(super) fn thresholds(&self, tried: &Tried) -> Thresholds {
        let mut background: Vec<f64> =
            self.values(tried, Part::Background).chain(self.values(tried, Part::Cut)).map(|(_, value)| value).collect();
        let mut clean: Vec<f64> =
            self.values(tried, Part::Labelled).filter(|&(lure, _)| !lure).map(|(_, value)| value).collect();
        if background.is_empty() {
            return Thresholds {
                review: above(&mut clean, 0.01),
                watch: above(&mut clean, 0.05),
                chosen: "review: at most 1 % of held-out clean postings; watch: at most 5 %".to_owned(),
            };
        }
        Thresholds {
            review: above(&mut background, 0.0005).max(above(&mut clean, 0.1)),
            watch: above(&mut background, 0.005),
            chosen:
                "review: at most 0.05 % of held-out background, whole or cut, and 10 % of held-out clean postings; \
                     watch: at most 0.5 % of held-out background"
                    .to_owned(),
        }
    }

    pub(super) fn held_out(&self, tried: &Tried, folds: usize, groups: usize) -> Result<HeldOut> {
        let (is_lure, decision): (Vec<bool>, Vec<f64>) = self.values(tried, Part::Labelled).unzip();
        let platt = self.calibrate(tried)?;
        let thresholds = self.thresholds(tried);
        let probability: Vec<f64> = decision.iter().map(|&value| platt.probability(value)).collect();
        let lures: Vec<f64> =
            decision.iter().zip(&is_lure).filter(|(_, lure)| **lure).map(|(&value, _)| value).collect();
        let mut background: Vec<f64> = self.values(tried, Part::Background).map(|(_, value)| value).collect();
        let share = |values: &[f64], limit: f64| {
            values.iter().filter(|&&value| value > limit).count() as f64 / values.len() as f64
        };
        let has_background = !background.is_empty();
        let review_share = has_background.then(|| share(&background, thresholds.review));
        Ok(HeldOut {
            folds,
            groups,
            rows: decision.len(),
            lures: lures.len(),
            roc_auc: metrics::roc_auc(&decision, &is_lure),
            pr_auc: metrics::average_precision(&decision, &is_lure),
            recall_at_fpr_1_percent: metrics::recall_at_fpr(&decision, &is_lure, 0.01),
            ece: metrics::expected_calibration_error(&probability, &is_lure),
            brier: metrics::brier_score(&probability, &is_lure),
            recall_at_background_fpr_0_1_percent: has_background.then(|| share(&lures, above(&mut background, 0.001))),
            review_recall: share(&lures, thresholds.review),
            review_share_of_background: review_share,
        })
    }
}

/// The lowest value that at most a share `share` of `values` exceed.
fn above(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(|a, b| b.total_cmp(a));
    #[expect(clippy::cast_sign_loss, reason = "a share and a length are not negative")]
    let allowed = (share * values.len() as f64).floor() as usize;
    values.get(allowed).copied().unwrap_or(f64::NEG_INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Flagged is what lies *above* the threshold, so the threshold is itself a value that is not flagged.
    #[test]
    fn thresholds_by_hand() {
        const CASES: &[(&str, &[f64], f64, f64)] = &[
            ("none of four", &[1.0, 4.0, 2.0, 3.0], 0.2, 4.0),
            ("one of four", &[1.0, 4.0, 2.0, 3.0], 0.25, 3.0),
            ("ties stay together", &[3.0, 3.0, 2.0, 1.0], 0.25, 3.0),
            ("all", &[1.0, 2.0], 1.0, f64::NEG_INFINITY),
            ("nothing there", &[], 0.5, f64::NEG_INFINITY),
        ];
        for (name, values, share, expected) in CASES {
            let threshold = above(&mut values.to_vec(), *share);
            assert!(threshold.total_cmp(expected).is_eq(), "{name}: {threshold}");
            let flagged = values.iter().filter(|&&value| value > threshold).count();
            assert!(flagged as f64 <= share * values.len() as f64, "{name}: {flagged} flagged");
        }
    }
}
