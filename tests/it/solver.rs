//! The solver against scikit-learn's liblinear, against linfa-logistic, and on linfa's folds.

use std::{cell::RefCell, collections::BTreeSet, sync::Arc};

use linfa::{
    Dataset, DatasetBase, ParamGuard,
    traits::{Fit, Predict, PredictInplace},
};
use linfa_logistic::LogisticRegression;
use lurewatch::{
    Error,
    model::{
        csr::{Csr, RowIds},
        logistic::{FittedOnRows, Logistic, OnRows},
        params::LogisticParams,
    },
};
use ndarray::{Array1, Array2, Axis};

/// Largest difference between decision values that counts as agreement.
const TOLERANCE: f64 = 1e-4;

/// Stricter than the default, so that what is compared is the optimum and not the stopping rule.
fn params(cost: f64) -> LogisticParams {
    LogisticParams::default().cost(cost).tolerance(1e-8).max_rounds(20_000)
}

/// The rows of `reference/liblinear.csv`.
struct Reference {
    rows: Csr,
    is_lure: Vec<bool>,
    weight: Vec<f64>,
    /// Header and decision value of each row.
    decisions: Vec<(&'static str, Vec<f64>)>,
}

fn reference() -> Reference {
    let mut lines = include_str!("reference/liblinear.csv").lines();
    assert!(lines.next().unwrap().starts_with("# scikit-learn "));
    let asked: Vec<&str> = lines.next().unwrap().split(',').skip(3).collect();
    let mut read = Reference {
        rows: Csr::new(40),
        is_lure: Vec::new(),
        weight: Vec::new(),
        decisions: asked.into_iter().map(|name| (name, Vec::new())).collect(),
    };
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let entries = cells[0].split_terminator(' ').map(|entry| {
            let (column, value) = entry.split_once(':').unwrap();
            (column.parse().unwrap(), value.parse().unwrap())
        });
        read.rows.push_row(entries);
        read.is_lure.push(cells[1] == "1");
        read.weight.push(cells[2].parse().unwrap());
        for ((_, decisions), cell) in read.decisions.iter_mut().zip(&cells[3..]) {
            decisions.push(cell.parse().unwrap());
        }
    }
    read
}

fn decisions(fitted: &Logistic, rows: &Csr) -> Array1<f64> {
    let mut decision = fitted.default_target(rows);
    fitted.predict_inplace(rows, &mut decision);
    decision
}

#[test]
fn decision_values_are_those_of_liblinear() {
    let Reference { rows, is_lure, weight, decisions: asked } = reference();
    let all: Vec<usize> = (0..rows.len()).collect();
    assert_eq!((asked.len(), rows.len()), (6, 54));
    for (name, expected) in asked {
        let (kind, cost) = name.split_once(' ').unwrap();
        let weight = if kind == "weighted" { weight.clone() } else { vec![1.0; rows.len()] };
        let fitted = params(cost.parse().unwrap()).check().unwrap().fit_rows(&rows, &all, &is_lure, &weight).unwrap();
        for (row, (seen, wanted)) in decisions(&fitted, &rows).iter().zip(&expected).enumerate() {
            assert!((seen - wanted).abs() <= TOLERANCE, "{name}, row {row}: {seen}, wanted {wanted}");
        }
        assert!(fitted.fit.relative_gradient < 1e-6, "{name}: {:?}", fitted.fit);
    }
}

/// What training really uses: the default tolerance and order of rows.
#[test]
fn the_default_tolerance_is_near_liblinear_and_the_seed_hardly_matters() {
    let Reference { rows, is_lure, weight, decisions: asked } = reference();
    let all: Vec<usize> = (0..rows.len()).collect();
    let (_, expected) = asked.iter().find(|(name, _)| *name == "weighted 30").unwrap();
    for seed in [0, 1, 20_261_125] {
        let params = LogisticParams::default().cost(30.0).seed(seed).check().unwrap();
        let fitted = params.fit_rows(&rows, &all, &is_lure, &weight).unwrap();
        for (row, (seen, wanted)) in decisions(&fitted, &rows).iter().zip(expected).enumerate() {
            assert!((seen - wanted).abs() <= 0.02, "seed {seed}, row {row}: {seen}, wanted {wanted}");
        }
    }
}

/// linfa's own trait takes the weights of a linfa dataset.
#[test]
fn weights_of_a_linfa_dataset_count() {
    let Reference { rows, is_lure, weight, decisions: asked } = reference();
    let (_, expected) = asked.iter().find(|(name, _)| *name == "weighted 1").unwrap();
    let weights: Array1<f32> = weight.iter().map(|&weight| weight as f32).collect();
    let data = DatasetBase::new(rows, Array1::from(is_lure)).with_weights(weights);
    let fitted: Logistic = params(1.0).check().unwrap().fit(&data).unwrap();
    for (seen, wanted) in decisions(&fitted, data.records()).iter().zip(expected) {
        assert!((seen - wanted).abs() <= TOLERANCE, "{seen}, wanted {wanted}");
    }
}

/// Dense rows with a last column of ones, and outcomes that follow the first two columns with noise. Values are multiples of
/// 1/64: the same in 32 and in 64 bits.
fn dense(rows: usize, lures_at_least: f64) -> (Array2<f64>, Array1<bool>) {
    const COLUMNS: usize = 6;
    let mut state = 11_u64;
    // Knuth's MMIX constants; the upper bits are the good ones.
    let mut value = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 32) % 257) as f64 / 64.0 - 2.0
    };
    let records = Array2::from_shape_fn((rows, COLUMNS), |(_, at)| if at + 1 == COLUMNS { 1.0 } else { value() });
    let is_lure = records.map_axis(Axis(1), |row| row[0] - 0.5 * row[1] + 0.5 * value() > lures_at_least);
    (records, is_lure)
}

/// linfa-logistic penalises weights (alpha / 2 each, alpha = 1 / cost) but not its intercept, so the comparison gives it the
/// intercept as a column of ones, as liblinear has it. Its positive class is the larger one; both ways round are tried.
#[test]
fn decision_values_are_those_of_linfa_logistic() {
    for (name, least) in [("few lures", 1.2), ("few clean rows", -1.2)] {
        let (records, is_lure) = dense(48, least);
        let lures = is_lure.iter().filter(|&&lure| lure).count();
        assert!(lures.min(48 - lures) >= 6 && lures.abs_diff(48 - lures) >= 12, "{name}: {lures} lures");
        let mut rows = Csr::new(records.ncols() - 1);
        for row in records.rows() {
            let values = row.iter().take(records.ncols() - 1).enumerate();
            rows.push_row(values.map(|(column, &value)| (column as u32, value as f32)));
        }
        for cost in [0.1, 1.0, 25.0] {
            let theirs = LogisticRegression::default()
                .alpha(1.0 / cost)
                .with_intercept(false)
                .max_iterations(10_000)
                .gradient_tolerance(1e-9)
                .fit(&Dataset::new(records.clone(), is_lure.clone()))
                .unwrap();
            let sign = if theirs.labels().pos.class { 1.0 } else { -1.0 };
            let expected = records.dot(theirs.params()) * sign;
            let data = DatasetBase::new(rows.clone(), is_lure.clone());
            let ours: Logistic = params(cost).check().unwrap().fit(&data).unwrap();
            for (row, (seen, wanted)) in decisions(&ours, &rows).iter().zip(&expected).enumerate() {
                assert!((seen - wanted).abs() <= TOLERANCE, "{name}, cost {cost}, row {row}: {seen}, wanted {wanted}");
            }
            assert!((ours.intercept - sign * theirs.params()[5]).abs() <= TOLERANCE, "{name}, cost {cost}: intercept");
        }
    }
}

/// The reference problem as row numbers, in shuffled order so that every fold has both classes.
fn on_rows(cost: f64) -> (OnRows, Dataset<usize, bool, ndarray::Ix1>) {
    let Reference { rows, is_lure, weight, .. } = reference();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&row| (row % 3, !is_lure[row]));
    let ids = RowIds::all(&rows).select(Axis(0), &order);
    let targets = order.iter().map(|&row| is_lure[row]).collect();
    let params = params(cost).check().unwrap();
    let on_rows = OnRows { matrix: Arc::new(rows), row_weight: Arc::new(weight), params };
    (on_rows, Dataset::new(ids, targets))
}

/// Folds of linfa are folds of row numbers: each model is the one that a copy of its rows would give.
#[test]
fn linfa_folds_cut_row_numbers() {
    let (on_rows, mut data) = on_rows(1.0);
    let classes = reference().is_lure;
    let trained = RefCell::new(Vec::new());
    let fit = |train: &linfa::DatasetView<usize, bool, ndarray::Ix1>| {
        trained.borrow_mut().push(train.records().iter().copied().collect::<Vec<usize>>());
        on_rows.fit(train).unwrap()
    };
    let folds: Vec<_> = data.iter_fold(3, fit).collect();
    assert_eq!(folds.len(), 3);
    let mut held_out = BTreeSet::new();
    for ((fitted, valid), trained) in folds.iter().zip(trained.borrow().iter()) {
        let valid: Vec<usize> = valid.records().iter().copied().collect();
        assert_eq!((trained.len(), valid.len()), (36, 18));
        assert!(valid.iter().all(|row| !trained.contains(row)), "a row on both sides");
        held_out.extend(valid);

        let copy = on_rows.matrix.select(trained);
        let is_lure: Vec<bool> = trained.iter().map(|&row| classes[row]).collect();
        let weight: Vec<f64> = trained.iter().map(|&row| on_rows.row_weight[row]).collect();
        let all: Vec<usize> = (0..copy.len()).collect();
        let expected = on_rows.params.fit_rows(&copy, &all, &is_lure, &weight).unwrap();
        assert_eq!(fitted.logistic, expected, "the model of a copy of the rows");
    }
    assert_eq!(held_out.len(), 54);
}

/// `cross_validate` compares costs; its mean accuracy is counted again by hand.
#[test]
fn linfa_cross_validates_on_row_numbers() {
    let costs = [0.01, 1.0, 30.0];
    let accuracy = |seen: &Array1<bool>, truth: &ndarray::ArrayView1<bool>| {
        seen.iter().zip(truth).filter(|(seen, truth)| seen == truth).count() as f64 / truth.len() as f64
    };
    let models = costs.map(|cost| on_rows(cost).0);
    let (_, mut data) = on_rows(1.0);
    let scores: Array1<f64> = data
        .cross_validate_single(3, &models, |seen, truth| Ok::<f64, linfa::Error>(accuracy(seen, truth)))
        .map_err(|error: Error| error.to_string())
        .unwrap();
    for (model, score) in models.iter().zip(&scores) {
        let (_, mut data) = on_rows(1.0);
        let right: usize = data
            .iter_fold(3, |train| model.fit(train).unwrap())
            .map(|(fitted, valid): (FittedOnRows, _)| {
                let decision: Array1<f64> = fitted.predict(valid.records());
                decision.iter().zip(valid.targets()).filter(|(value, lure)| (**value > 0.0) == **lure).count()
            })
            .sum();
        assert!((score - right as f64 / 54.0).abs() < 1e-12, "cost {}: {score}", model.params.cost());
    }
    assert!(scores.iter().any(|score| (score - scores[0]).abs() > 1e-9), "costs that all do the same test nothing");
}
