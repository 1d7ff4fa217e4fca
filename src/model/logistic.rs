//! L2-regularised logistic regression on sparse rows, by dual coordinate descent.

use std::sync::Arc;

use linfa::{
    DatasetBase,
    dataset::{AsSingleTargets, Records},
    traits::{Fit, PredictInplace},
};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use crate::{
    error::{Error, Result},
    model::{csr::Csr, params::ValidLogisticParams},
    random::Random,
};

/// A fitted logistic regression: `decision = Σ weight × value + intercept`.
///
/// Minimises ½‖w‖² + ½b² + cost × Σ rowweight × ln(1 + exp(−y × decision)), the objective of liblinear's solver 7 with
/// bias 1 (the intercept is the weight of a column that is 1 in every row, and is penalised like the others).
///
/// # Source
///
/// H.-F. Yu, F.-L. Huang, C.-J. Lin, "Dual coordinate descent methods for logistic regression and maximum entropy
/// models", *Machine Learning* 85, 2011, pp. 41–75, algorithm 5; the inner Newton step is its algorithm 4.
///
/// # Examples
///
/// ```
/// use linfa::{DatasetBase, ParamGuard, traits::{Fit, Predict}};
/// use lurewatch::model::{csr::Csr, logistic::Logistic, params::LogisticParams};
/// use ndarray::array;
///
/// let mut rows = Csr::new(2);
/// for entries in [[(0, 1.0)], [(0, 1.0)], [(1, 1.0)], [(1, 1.0)]] {
///     rows.push_row(entries);
/// }
/// let data = DatasetBase::new(rows, array![true, true, false, false]);
/// let fitted: Logistic = LogisticParams::default().check()?.fit(&data)?;
/// let decision = fitted.predict(&data);
/// assert!(decision[0] > 0.0 && decision[2] < 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Logistic {
    /// One weight a column.
    pub weights: Vec<f64>,
    /// The decision value of a row without entries.
    pub intercept: f64,
    /// How the fit went.
    pub fit: FitReport,
}

/// How a fit came to rest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FitReport {
    /// Rounds over the rows.
    pub rounds: usize,
    /// Largest dual gradient in the last round; at most the tolerance.
    pub violation: f64,
    /// Value of the objective at the result.
    pub objective: f64,
    /// Norm of the primal gradient at the result over its norm at zero weights: an independent check of the fit.
    pub relative_gradient: f64,
}

/// One row as the solver sees it: the rows may lie in any matrix.
struct Problem<'a> {
    matrix: &'a Csr,
    rows: &'a [usize],
    is_lure: &'a [bool],
    /// cost × row weight
    upper: Vec<f64>,
}

impl ValidLogisticParams {
    /// Fits on the rows `rows` of `matrix`, in the order given.
    ///
    /// | argument | shape | unit |
    /// | --- | --- | --- |
    /// | `matrix` | any | |
    /// | `rows` | `(n,)` | row numbers |
    /// | `is_lure` | `(n,)` | outcome |
    /// | `row_weight` | `(n,)` | factor of the row's loss, above 0 |
    ///
    /// # Errors
    ///
    /// [`Error::NotConverged`] when the tolerance is not reached in the allowed rounds; [`Error::Labels`] when one of the
    /// classes is missing.
    ///
    /// # Panics
    ///
    /// When shapes differ, which is a bug of the caller.
    pub fn fit_rows(&self, matrix: &Csr, rows: &[usize], is_lure: &[bool], row_weight: &[f64]) -> Result<Logistic> {
        assert!(rows.len() == is_lure.len() && rows.len() == row_weight.len(), "one outcome and weight per row");
        let lures = is_lure.iter().filter(|&&lure| lure).count();
        if lures == 0 || lures == rows.len() {
            return Err(Error::Labels {
                path: "training rows".into(),
                fault: format!("{lures} of {} rows are lures; both classes are needed", rows.len()),
            });
        }
        let upper = row_weight.iter().map(|weight| weight * self.cost()).collect();
        Problem { matrix, rows, is_lure, upper }.solve(self)
    }
}

impl Problem<'_> {
    fn solve(&self, params: &ValidLogisticParams) -> Result<Logistic> {
        let squared_norms: Vec<f64> = self.rows.iter().map(|&row| 1.0 + squared_norm(self.matrix.row(row).1)).collect();
        let mut alphas: Vec<[f64; 2]> = self.upper.iter().map(|&upper| start(upper)).collect();
        let mut model = Logistic { weights: vec![0.0; self.matrix.width()], intercept: 0.0, fit: FitReport::default() };
        for (at, alpha) in alphas.iter().enumerate() {
            self.add_to(&mut model, at, self.sign(at) * alpha[0]);
        }
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        let mut random = Random::new(params.seed());
        let mut inner_tolerance = 1e-2_f64;
        let smallest_inner = params.tolerance().min(1e-8);
        for round in 1..=params.max_rounds() {
            random.shuffle(&mut order);
            let mut violation = 0.0_f64;
            let mut newton_steps = 0;
            for &at in &order {
                let sign = self.sign(at);
                let linear = sign * self.decision(&model, at);
                let step = step(alphas[at], self.upper[at], squared_norms[at], linear, inner_tolerance);
                violation = violation.max(step.gradient);
                newton_steps += step.newton_steps;
                let change = step.alphas[0] - alphas[at][0];
                if change.abs() > 0.0 {
                    self.add_to(&mut model, at, sign * change);
                }
                alphas[at] = step.alphas;
            }
            model.fit = FitReport { rounds: round, violation, ..FitReport::default() };
            if violation < params.tolerance() {
                self.check(&mut model);
                return Ok(model);
            }
            if newton_steps <= self.rows.len() / 10 {
                inner_tolerance = smallest_inner.max(0.1 * inner_tolerance);
            }
        }
        Err(Error::NotConverged {
            rounds: params.max_rounds(),
            violation: model.fit.violation,
            allowed: params.tolerance(),
        })
    }

    fn sign(&self, at: usize) -> f64 {
        if self.is_lure[at] { 1.0 } else { -1.0 }
    }

    fn decision(&self, model: &Logistic, at: usize) -> f64 {
        self.matrix.dot(self.rows[at], &model.weights) + model.intercept
    }

    fn add_to(&self, model: &mut Logistic, at: usize, amount: f64) {
        let (columns, values) = self.matrix.row(self.rows[at]);
        for (&column, &value) in columns.iter().zip(values) {
            model.weights[column as usize] += amount * f64::from(value);
        }
        model.intercept += amount;
    }

    /// Objective and gradient of the primal, computed afresh: the dual's own measure is not trusted alone.
    fn check(&self, model: &mut Logistic) {
        let mut gradient = vec![0.0; model.weights.len() + 1];
        let mut at_zero = gradient.clone();
        let mut loss = 0.0;
        for at in 0..self.rows.len() {
            let sign = self.sign(at);
            let margin = sign * self.decision(model, at);
            loss += self.upper[at] * softplus(-margin);
            let pull = -sign * self.upper[at] / (1.0 + margin.exp());
            let pull_at_zero = -sign * self.upper[at] / 2.0;
            let (columns, values) = self.matrix.row(self.rows[at]);
            for (&column, &value) in columns.iter().zip(values) {
                gradient[column as usize] += pull * f64::from(value);
                at_zero[column as usize] += pull_at_zero * f64::from(value);
            }
            *gradient.last_mut().expect("has the intercept's place") += pull;
            *at_zero.last_mut().expect("has the intercept's place") += pull_at_zero;
        }
        let weights = || model.weights.iter().copied().chain([model.intercept]);
        let penalty: f64 = weights().map(|w| w * w).sum::<f64>() / 2.0;
        let left: f64 = gradient.iter().zip(weights()).map(|(g, w)| (g + w).powi(2)).sum::<f64>().sqrt();
        let begin: f64 = at_zero.iter().map(|g| g * g).sum::<f64>().sqrt();
        model.fit.objective = penalty + loss;
        model.fit.relative_gradient = if begin > 0.0 { left / begin } else { 0.0 };
    }
}

/// Where a pair of dual variables (α, C − α) starts.
fn start(upper: f64) -> [f64; 2] {
    let alpha = (0.001 * upper).min(1e-8);
    [alpha, upper - alpha]
}

struct Step {
    alphas: [f64; 2],
    /// Size of the gradient before the step.
    gradient: f64,
    newton_steps: usize,
}

/// Minimises the dual over one pair of variables, whose sum stays `upper`, by a damped Newton method.
fn step(alphas: [f64; 2], upper: f64, quadratic: f64, linear: f64, tolerance: f64) -> Step {
    const MAX_NEWTON: usize = 100;
    // The smaller of the two is the variable, for accuracy near the border.
    let (first, second, sign) =
        if 0.5 * quadratic * (alphas[1] - alphas[0]) + linear < 0.0 { (1, 0, -1.0) } else { (0, 1, 1.0) };
    let old = alphas[first];
    let mut new = if upper - old < 0.5 * upper { 0.1 * old } else { old };
    let slope_at = |z: f64| quadratic * (z - old) + sign * linear + (z / (upper - z)).ln();
    let mut slope = slope_at(new);
    let gradient = (sign * linear + (old / (upper - old)).ln()).abs();
    let mut newton_steps = 0;
    while newton_steps < MAX_NEWTON && slope.abs() >= tolerance {
        let curvature = quadratic + upper / (upper - new) / new;
        let next = new - slope / curvature;
        new = if next <= 0.0 { 0.1 * new } else { next };
        slope = slope_at(new);
        newton_steps += 1;
    }
    let mut result = alphas;
    if newton_steps > 0 {
        result[first] = new;
        result[second] = upper - new;
    }
    Step { alphas: result, gradient, newton_steps }
}

fn squared_norm(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value).powi(2)).sum()
}

/// ln(1 + exp(x)) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

impl<T: AsSingleTargets<Elem = bool>> Fit<Csr, T, Error> for ValidLogisticParams {
    type Object = Logistic;

    /// Fits on all rows; the dataset's weights, if any, are the row weights.
    fn fit(&self, dataset: &DatasetBase<Csr, T>) -> Result<Logistic> {
        let rows: Vec<usize> = (0..dataset.records.nsamples()).collect();
        let is_lure = dataset.targets.as_single_targets().to_vec();
        self.fit_rows(&dataset.records, &rows, &is_lure, &row_weights(dataset.weights(), rows.len()))
    }
}

/// linfa's weights are `f32` and may be missing.
fn row_weights(weights: Option<&[f32]>, rows: usize) -> Vec<f64> {
    match weights {
        Some(weights) if weights.len() == rows => weights.iter().map(|&weight| f64::from(weight)).collect(),
        _ => vec![1.0; rows],
    }
}

impl PredictInplace<Csr, Array1<f64>> for Logistic {
    fn predict_inplace<'a>(&'a self, rows: &'a Csr, decision: &mut Array1<f64>) {
        for (at, value) in decision.iter_mut().enumerate() {
            *value = rows.dot(at, &self.weights) + self.intercept;
        }
    }

    fn default_target(&self, rows: &Csr) -> Array1<f64> {
        Array1::zeros(rows.len())
    }
}

/// The estimator on row numbers of a shared matrix: what linfa's folds and cross-validation cut up are numbers,
/// and the matrix itself is never copied.
#[derive(Clone, Debug)]
pub struct OnRows {
    /// The matrix that row numbers point into.
    pub matrix: Arc<Csr>,
    /// Factor of each row's loss, by row number.
    pub row_weight: Arc<Vec<f64>>,
    /// The solver's knobs.
    pub params: ValidLogisticParams,
}

/// What [`OnRows`] fits.
#[derive(Clone, Debug)]
pub struct FittedOnRows {
    matrix: Arc<Csr>,
    /// The regression itself.
    pub logistic: Logistic,
}

impl<D: Data<Elem = usize>, T: AsSingleTargets<Elem = bool>> Fit<ArrayBase<D, Ix2>, T, Error> for OnRows {
    type Object = FittedOnRows;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<FittedOnRows> {
        let rows: Vec<usize> = dataset.records.iter().copied().collect();
        let is_lure = dataset.targets.as_single_targets().to_vec();
        let weights: Vec<f64> = rows.iter().map(|&row| self.row_weight[row]).collect();
        let logistic = self.params.fit_rows(&self.matrix, &rows, &is_lure, &weights)?;
        Ok(FittedOnRows { matrix: Arc::clone(&self.matrix), logistic })
    }
}

impl<D: Data<Elem = usize>> PredictInplace<ArrayBase<D, Ix2>, Array1<f64>> for FittedOnRows {
    fn predict_inplace<'a>(&'a self, rows: &'a ArrayBase<D, Ix2>, decision: &mut Array1<f64>) {
        for (&row, value) in rows.iter().zip(decision.iter_mut()) {
            *value = self.matrix.dot(row, &self.logistic.weights) + self.logistic.intercept;
        }
    }

    fn default_target(&self, rows: &ArrayBase<D, Ix2>) -> Array1<f64> {
        Array1::zeros(rows.nrows())
    }
}

/// Whether the decision value is above 0; what linfa's `cross_validate` asks for, where predictions are of the targets'
/// type.
impl<D: Data<Elem = usize>> PredictInplace<ArrayBase<D, Ix2>, Array1<bool>> for FittedOnRows {
    fn predict_inplace<'a>(&'a self, rows: &'a ArrayBase<D, Ix2>, is_lure: &mut Array1<bool>) {
        let mut decision = Array1::zeros(rows.nrows());
        self.predict_inplace(rows, &mut decision);
        is_lure.zip_mut_with(&decision, |lure, &value: &f64| *lure = value > 0.0);
    }

    fn default_target(&self, rows: &ArrayBase<D, Ix2>) -> Array1<bool> {
        Array1::from_elem(rows.nrows(), false)
    }
}

#[cfg(test)]
mod tests {
    use linfa::ParamGuard;

    use super::*;
    use crate::model::params::LogisticParams;

    fn matrix(rows: &[&[(u32, f32)]]) -> Csr {
        let mut matrix = Csr::new(2);
        for row in rows {
            matrix.push_row(row.iter().copied());
        }
        matrix
    }

    fn tight() -> LogisticParams {
        LogisticParams::default().tolerance(1e-9)
    }

    /// One lure at 1, one clean row at −1 in column 0: by symmetry the intercept is 0, and the weight w solves
    /// w = 2 C / (1 + e^w). For w = 1 that is 2 C = 1 + e.
    #[test]
    fn two_rows_by_hand() {
        let rows = matrix(&[&[(0, 1.0)], &[(0, -1.0)]]);
        let cost = 0.5 * (1.0 + 1.0_f64.exp());
        let params = tight().cost(cost).check().unwrap();
        let fitted = params.fit_rows(&rows, &[0, 1], &[true, false], &[1.0, 1.0]).unwrap();
        assert!((fitted.weights[0] - 1.0).abs() < 1e-8, "{fitted:?}");
        assert!(fitted.weights[1].abs() < 1e-15 && fitted.intercept.abs() < 1e-8, "{fitted:?}");
        // ½ w² + 2 C ln(1 + e^−1)
        let objective = 0.5 + 2.0 * cost * (-1.0_f64).exp().ln_1p();
        assert!((fitted.fit.objective - objective).abs() < 1e-8, "{fitted:?}");
        assert!(fitted.fit.relative_gradient < 1e-8, "{fitted:?}");
    }

    #[test]
    fn a_row_of_weight_three_is_three_rows() {
        let rows = matrix(&[&[(0, 1.0)], &[(0, 0.5), (1, 2.0)], &[(1, 0.25)], &[]]);
        let params = tight().cost(7.0).check().unwrap();
        let once = params.fit_rows(&rows, &[0, 1, 2, 3], &[true, false, true, false], &[1.0, 3.0, 1.0, 0.5]).unwrap();
        let is_lure = [true, false, false, true, false, false];
        let thrice = params.fit_rows(&rows, &[0, 1, 1, 2, 3, 1], &is_lure, &[1.0, 1.0, 1.0, 1.0, 0.5, 1.0]).unwrap();
        for (left, right) in once.weights.iter().zip(&thrice.weights) {
            assert!((left - right).abs() < 1e-7, "{once:?} {thrice:?}");
        }
        assert!((once.intercept - thrice.intercept).abs() < 1e-7);
    }

    #[test]
    fn faults_are_told() {
        let rows = matrix(&[&[(0, 1.0)], &[(0, 2.0)]]);
        let cases: [(&str, LogisticParams, [bool; 2], &str); 3] = [
            ("no lure", tight(), [false, false], "training rows: 0 of 2 rows are lures; both classes are needed"),
            ("no clean row", tight(), [true, true], "training rows: 2 of 2 rows are lures; both classes are needed"),
            ("too few rounds", tight().max_rounds(1), [true, false], "the fit did not converge within 1 rounds: "),
        ];
        for (name, params, is_lure, expected) in cases {
            let error = params.check().unwrap().fit_rows(&rows, &[0, 1], &is_lure, &[1.0, 1.0]).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{name}: {error}");
        }
    }

    #[test]
    fn softplus_does_not_overflow() {
        const CASES: &[(f64, f64)] =
            &[(0.0, std::f64::consts::LN_2), (1e4, 1e4), (-1e4, 0.0), (1.0, 1.313_261_687_518_222_8)];
        for &(x, expected) in CASES {
            assert!((softplus(x) - expected).abs() <= 1e-12 * expected.max(1.0), "softplus({x})");
        }
    }
}
