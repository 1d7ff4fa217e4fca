//! Decision value → probability, and what a probability is at another prevalence.

use linfa::{
    ParamGuard,
    composing::platt_scaling::{Platt, platt_newton_method},
};
use ndarray::Array1;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Platt's sigmoid: `probability = 1 / (1 + exp(a × decision + b))`.
///
/// # Source
///
/// J. Platt, "Probabilistic outputs for support vector machines", 1999, with the Newton method of H.-T. Lin, C.-J. Lin, R.
/// C. Weng, *Machine Learning* 68, 2007; fitted by linfa.
///
/// # Examples
///
/// ```
/// use lurewatch::model::calibrate::PlattScaling;
///
/// let decision = [-3.0, -2.0, -1.0, 0.5, -0.5, 1.0, 2.0, 3.0];
/// let is_lure = [false, false, false, false, true, true, true, true];
/// let platt = PlattScaling::fit(&decision, &is_lure)?;
/// assert!(platt.probability(3.0) > 0.7 && platt.probability(-3.0) < 0.3);
/// # Ok::<(), lurewatch::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlattScaling {
    /// Slope; negative for a classifier that is better than chance.
    pub a: f64,
    /// Offset.
    pub b: f64,
    /// Share of lures among the postings that it was fitted on: the prevalence that probabilities refer to.
    pub prevalence: f64,
}

impl PlattScaling {
    /// Fits the sigmoid on decision values that come from models which had not seen their postings.
    ///
    /// # Errors
    ///
    /// [`Error::Labels`] when Newton's method does not converge, which happens on a single class only.
    ///
    /// # Panics
    ///
    /// When the two lengths differ.
    pub fn fit(decision: &[f64], is_lure: &[bool]) -> Result<Self> {
        assert_eq!(decision.len(), is_lure.len(), "one outcome per decision value");
        let unusable = |fault: String| Error::Labels { path: "calibration".into(), fault };
        let params = Platt::<f64, ()>::params().check().map_err(|e| unusable(e.to_string()))?;
        let values = Array1::from(decision.to_vec());
        let outcomes = Array1::from(is_lure.to_vec());
        let (a, b) =
            platt_newton_method(values.view(), outcomes.view(), &params).map_err(|e| unusable(e.to_string()))?;
        let lures = is_lure.iter().filter(|&&lure| lure).count();
        Ok(Self { a, b, prevalence: lures as f64 / is_lure.len().max(1) as f64 })
    }

    /// The probability of a lure at the prevalence of the calibration set.
    #[must_use]
    pub fn probability(&self, decision: f64) -> f64 {
        logistic(-(self.a * decision + self.b))
    }

    /// The decision value that has `probability`; the inverse of [`PlattScaling::probability`].
    #[must_use]
    pub fn decision(&self, probability: f64) -> f64 {
        (-logit(probability) - self.b) / self.a
    }

    /// The probability of a lure where a share `base_rate` of postings are lures.
    ///
    /// Moves the log odds by the difference of the prevalences' log odds (Bayes' rule for a changed prior).
    ///
    /// # Source
    ///
    /// M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to new a priori
    /// probabilities", *Neural Computation* 14(1), 2002, equation 2.4.
    #[must_use]
    pub fn probability_at(&self, decision: f64, base_rate: f64) -> f64 {
        self.at_prevalence(base_rate).probability(decision)
    }

    /// The sigmoid whose probabilities refer to a share `base_rate` of lures instead; see [`PlattScaling::probability_at`].
    #[must_use]
    pub fn at_prevalence(&self, base_rate: f64) -> Self {
        Self { a: self.a, b: self.b - logit(base_rate) + logit(self.prevalence), prevalence: base_rate }
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLATT: PlattScaling = PlattScaling { a: -2.0, b: 0.5, prevalence: 0.4 };

    #[test]
    fn probability_and_its_inverse_by_hand() {
        // 1 / (1 + e^(−2·1 + 0.5)) = 1 / (1 + e^−1.5)
        assert!((PLATT.probability(1.0) - 0.817_574_476_193_643_7).abs() < 1e-12);
        assert!((PLATT.decision(PLATT.probability(0.3)) - 0.3).abs() < 1e-12);
    }

    #[test]
    fn base_rate_moves_odds_by_the_ratio_of_priors() {
        assert!((PLATT.probability_at(1.0, 0.4) - PLATT.probability(1.0)).abs() < 1e-12);
        let odds = |p: f64| p / (1.0 - p);
        let ratio = odds(PLATT.probability_at(1.0, 0.001)) / odds(PLATT.probability(1.0));
        assert!((ratio - odds(0.001) / odds(0.4)).abs() < 1e-12);
    }
}
