//! Fitting, and scoring each fold by a model that has not seen it.

use std::sync::Arc;

use linfa::{DatasetBase, ParamGuard, traits::Fit};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use crate::{
    error::Result,
    evaluate::metrics,
    features::Vocabulary,
    model::{
        csr::Csr,
        logistic::{Logistic, OnRows},
        params::{LogisticParams, ValidLogisticParams},
        train::{
            params::ValidTrainParams,
            scale::{rescale, scale_of},
            table::{Part, Row, Table},
        },
    },
};

/// What one cost gave.
pub(super) struct Tried {
    pub(super) cost: f64,
    pub(super) precision: f64,
    /// By row of the table.
    pub(super) unseen: Vec<f64>,
}

impl ValidTrainParams {
    /// For each cost, a score of every row by a model that was fitted without its fold; the scale of the features, too, is that of
    /// the other folds.
    pub(super) fn try_costs(&self, table: &Table, vocabulary: &Vocabulary, costs: &[f64]) -> Result<Vec<Tried>> {
        let by_fold: Vec<Vec<(usize, Vec<f64>)>> = (0..self.folds)
            .into_par_iter()
            .map(|fold| self.score_fold(table, vocabulary, costs, fold))
            .collect::<Result<_>>()?;
        let mut tried = Vec::new();
        for (number, &cost) in costs.iter().enumerate() {
            let mut unseen = vec![0.0; table.rows.len()];
            for (at, decisions) in by_fold.iter().flatten() {
                unseen[*at] = decisions[number];
            }
            let (is_lure, decision): (Vec<bool>, Vec<f64>) = table.values_of(&unseen, Part::Labelled).unzip();
            let precision = metrics::average_precision(&decision, &is_lure).unwrap_or(0.0);
            tried.push(Tried { cost, precision, unseen });
        }
        Ok(tried)
    }

    /// The rows of a fold, each with its decision value under every cost.
    fn score_fold(
        &self,
        table: &Table,
        vocabulary: &Vocabulary,
        costs: &[f64],
        fold: usize,
    ) -> Result<Vec<(usize, Vec<f64>)>> {
        let scale = scale_of(table, vocabulary, self.scale_power, |row| row.fold != fold);
        let mut matrix = Csr::clone(&table.matrix);
        rescale(&mut matrix, &scale, vocabulary);
        let matrix = Arc::new(matrix);
        let mut scored: Vec<(usize, Vec<f64>)> =
            (0..table.rows.len()).filter(|&at| table.rows[at].fold == fold).map(|at| (at, Vec::new())).collect();
        for &cost in costs {
            let solver = LogisticParams::default().cost(cost).seed(self.seed).tolerance(0.01).check()?;
            let logistic = fit(&matrix, &table.rows, &solver, |row| row.fold != fold)?;
            for (at, decisions) in &mut scored {
                decisions.push(matrix.dot(*at, &logistic.weights) + logistic.intercept);
            }
        }
        Ok(scored)
    }
}

/// Fits on the rows that `wanted` lets through, through linfa's trait on row numbers.
pub(super) fn fit(
    matrix: &Arc<Csr>,
    rows: &[Row],
    solver: &ValidLogisticParams,
    wanted: impl Fn(&Row) -> bool,
) -> Result<Logistic> {
    let chosen: Vec<usize> = (0..rows.len()).filter(|&at| wanted(&rows[at])).collect();
    let targets: Array1<bool> = chosen.iter().map(|&at| rows[at].is_lure).collect();
    let records = Array2::from_shape_fn((chosen.len(), 1), |(at, _)| chosen[at]);
    let on_rows = OnRows {
        matrix: Arc::clone(matrix),
        row_weight: Arc::new(rows.iter().map(|row| row.weight).collect()),
        params: solver.clone(),
    };
    Ok(on_rows.fit(&DatasetBase::new(records, targets))?.logistic)
}
