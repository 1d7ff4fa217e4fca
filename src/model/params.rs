//! What a caller may choose about the solver, and what is allowed.

use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// Knobs of the logistic regression as the caller set them, not yet checked.
///
/// Checking happens once, in [`ParamGuard::check`]; fitting takes only the checked
/// [`ValidLogisticParams`], so it cannot run on a bad value.
///
/// ```
/// use linfa::ParamGuard;
/// use lurewatch::model::params::LogisticParams;
///
/// let params = LogisticParams::default().cost(10.0).check()?;
/// assert_eq!(params.cost(), 10.0);
///
/// let err = LogisticParams::default().cost(-1.0).check().unwrap_err();
/// assert_eq!(err.to_string(), "`cost` is -1, but must be finite and above 0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LogisticParams(ValidLogisticParams);

/// Knobs of the logistic regression that have passed [`LogisticParams`]' check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValidLogisticParams {
    cost: f64,
    tolerance: f64,
    max_rounds: usize,
    seed: u64,
}

impl Default for LogisticParams {
    fn default() -> Self {
        Self(ValidLogisticParams { cost: 1.0, tolerance: 1e-3, max_rounds: 1_000, seed: 0 })
    }
}

impl LogisticParams {
    /// Weight of a row's loss against the penalty ½‖w‖² (liblinear's C); smaller is smoother. Finite and above 0.
    /// Default 1.
    #[must_use]
    pub fn cost(mut self, cost: f64) -> Self {
        self.0.cost = cost;
        self
    }

    /// Largest gradient of the dual that counts as arrived. Finite and above 0. Default 0.001.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// Rounds over the rows after which the fit is given up. At least 1. Default 1,000.
    #[must_use]
    pub fn max_rounds(mut self, rounds: usize) -> Self {
        self.0.max_rounds = rounds;
        self
    }

    /// Seed of the order in which rows are visited. Default 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl ParamGuard for LogisticParams {
    type Checked = ValidLogisticParams;
    type Error = ParamError;

    fn check_ref(&self) -> Result<&ValidLogisticParams, ParamError> {
        let ValidLogisticParams { cost, tolerance, max_rounds, seed: _ } = &self.0;
        if !(cost.is_finite() && *cost > 0.0) {
            return Err(ParamError::new("cost", cost, "finite and above 0"));
        }
        if !(tolerance.is_finite() && *tolerance > 0.0) {
            return Err(ParamError::new("tolerance", tolerance, "finite and above 0"));
        }
        if *max_rounds == 0 {
            return Err(ParamError::new("max_rounds", max_rounds, "at least 1"));
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<ValidLogisticParams, ParamError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl ValidLogisticParams {
    /// See [`LogisticParams::cost`].
    #[must_use]
    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// See [`LogisticParams::tolerance`].
    #[must_use]
    pub fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// See [`LogisticParams::max_rounds`].
    #[must_use]
    pub fn max_rounds(&self) -> usize {
        self.max_rounds
    }

    /// See [`LogisticParams::seed`].
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_is_checked() {
        let default = LogisticParams::default;
        let cases: [(&str, LogisticParams, &str); 9] = [
            ("cost 0", default().cost(0.0), "`cost` is 0, but must be finite and above 0"),
            ("cost NaN", default().cost(f64::NAN), "`cost` is NaN, but must be finite and above 0"),
            ("cost ∞", default().cost(f64::INFINITY), "`cost` is inf, but must be finite and above 0"),
            ("tolerance 0", default().tolerance(0.0), "`tolerance` is 0, but must be finite and above 0"),
            ("tolerance −", default().tolerance(-1.0), "`tolerance` is -1, but must be finite and above 0"),
            ("tolerance NaN", default().tolerance(f64::NAN), "`tolerance` is NaN, but must be finite and above 0"),
            ("no rounds", default().max_rounds(0), "`max_rounds` is 0, but must be at least 1"),
            ("any seed", default().seed(u64::MAX), ""),
            ("default", default(), ""),
        ];
        for (name, params, expected) in cases {
            let fault = params.check().map_or_else(|error| error.to_string(), |_| String::new());
            assert_eq!(fault, expected, "{name}");
        }
    }

    #[test]
    fn what_was_set_is_what_is_there() {
        let params = LogisticParams::default().cost(2.0).tolerance(0.5).max_rounds(3).seed(4).check().unwrap();
        assert_eq!(params, ValidLogisticParams { cost: 2.0, tolerance: 0.5, max_rounds: 3, seed: 4 });
        let all = (params.cost(), params.tolerance(), params.max_rounds(), params.seed());
        assert_eq!(all, (2.0, 0.5, 3, 4));
    }
}
