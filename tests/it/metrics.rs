//! The figures of `evaluate` against scikit-learn, against hand-worked cases, and against their own laws.

use std::{ops::Range, time::Instant};

use lurewatch::evaluate::{
    Figures,
    curve::{Forecast, Ranking},
    interval::{Bootstrap, wilson},
    metrics::{
        Confusion, average_precision, brier_score, expected_calibration_error, log_loss, precision_at_base_rate,
        recall_at_fpr, roc_auc, threshold_at_fpr,
    },
};
use proptest::{collection::vec, prelude::*};

const T: bool = true;
const F: bool = false;

fn assert_close(seen: Option<f64>, wanted: Option<f64>, tolerance: f64, what: &str) {
    let close = match (seen, wanted) {
        (Some(seen), Some(wanted)) => (seen - wanted).abs() <= tolerance,
        (seen, wanted) => seen == wanted,
    };
    assert!(close, "{what}: {seen:?}, wanted {wanted:?}");
}

#[test]
fn figures_agree_with_scikit_learn() {
    let mut lines = include_str!("reference/metrics.csv").lines();
    assert!(lines.next().unwrap().starts_with("# scikit-learn "));
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let numbers = |cell: &str| -> Vec<f64> { cell.split(' ').map(|x| x.parse().unwrap()).collect() };

    let mut cases = 0;
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let (name, decision, probability) = (cells[0], numbers(cells[1]), numbers(cells[2]));
        let is_lure: Vec<bool> = cells[3].chars().map(|c| c == '1').collect();
        for (figure, cell) in header.iter().zip(&cells).skip(4) {
            let seen = match *figure {
                "roc_auc" => roc_auc(&decision, &is_lure),
                "average_precision" => average_precision(&decision, &is_lure),
                "brier_score" => brier_score(&probability, &is_lure),
                "log_loss" => log_loss(&probability, &is_lure),
                "expected_calibration_error" => expected_calibration_error(&probability, &is_lure),
                recall => {
                    let fpr = recall.strip_prefix("recall_at_").unwrap().parse().unwrap();
                    recall_at_fpr(&decision, &is_lure, fpr)
                }
            };
            assert_close(seen, cell.parse().ok(), 1e-9, &format!("{figure} of: {name}"));
        }
        cases += 1;
    }
    assert_eq!(cases, 12);
}

#[test]
fn counts_give_precision_recall_and_false_positive_rate() {
    /// Name, (flagged, is lure) pairs, precision, recall, false-positive rate.
    type Case = (&'static str, &'static [(bool, bool)], Option<f64>, Option<f64>, Option<f64>);
    const THIRD: f64 = 1.0 / 3.0;
    const CASES: &[Case] = &[
        ("nothing at all", &[], None, None, None),
        ("all right", &[(T, T), (F, F)], Some(1.0), Some(1.0), Some(0.0)),
        // Lopsided on purpose: swapping the two axes swaps the numbers, and fails here.
        ("one hit, two false alarms", &[(T, T), (T, F), (T, F), (F, F)], Some(THIRD), Some(1.0), Some(2.0 * THIRD)),
        ("one hit, two misses", &[(T, T), (F, T), (F, T), (F, F)], Some(1.0), Some(THIRD), Some(0.0)),
        ("never flags", &[(F, T), (F, F)], None, Some(0.0), Some(0.0)),
        ("no lures to find", &[(T, F), (F, F)], Some(0.0), None, Some(0.5)),
        ("nothing but lures", &[(T, T), (F, T)], Some(1.0), Some(0.5), None),
    ];
    for (name, pairs, precision, recall, fpr) in CASES {
        let counts = Confusion::count(pairs.iter().copied());
        assert_eq!(counts.precision(), *precision, "precision of: {name}");
        assert_eq!(counts.recall(), *recall, "recall of: {name}");
        assert_eq!(counts.false_positive_rate(), *fpr, "false-positive rate of: {name}");
    }
}

#[test]
fn counts_give_their_intervals() {
    let counts = Confusion { true_pos: 5, false_pos: 2, false_neg: 4, true_neg: 90 };
    assert_eq!(counts.precision_interval(), wilson(5, 7));
    assert_eq!(counts.recall_interval(), wilson(5, 9));
    assert_eq!(counts.false_positive_rate_interval(), wilson(2, 92));
    assert_eq!(Confusion::default().recall_interval(), None);
}

#[test]
fn ranking_figures_match_hand_work() {
    /// Name, decision values, outcomes, ROC-AUC, average precision, recall without a false positive.
    type Case = (&'static str, &'static [f64], &'static [bool], Option<f64>, Option<f64>, Option<f64>);
    const CASES: &[Case] = &[
        ("nothing at all", &[], &[], None, None, None),
        ("only lures", &[1.0, 2.0], &[T, T], None, Some(1.0), None),
        ("only clean rows", &[1.0, 2.0], &[F, F], None, None, None),
        ("perfect", &[1.0, 3.0, 2.0], &[F, T, F], Some(1.0), Some(1.0), Some(1.0)),
        ("upside down", &[3.0, 1.0, 2.0], &[F, T, F], Some(0.0), Some(1.0 / 3.0), Some(0.0)),
        ("all equal", &[5.0; 4], &[F, F, T, F], Some(0.5), Some(0.25), Some(0.0)),
        // Pairs: 2 above both clean rows, 1 above one and level with the other: (2 + 1.5) / 4.
        // Precision 1 at the first lure, 2 / 3 at the second, which comes with its clean twin.
        ("a tie across classes", &[2.0, 1.0, 1.0, 0.0], &[T, F, T, F], Some(0.875), Some(5.0 / 6.0), Some(0.5)),
        ("zeros of both signs tie", &[0.0, -0.0], &[T, F], Some(0.5), Some(0.5), Some(0.0)),
        ("not a number", &[f64::NAN, 0.0], &[T, F], None, None, None),
        ("infinite", &[f64::INFINITY, 0.0], &[T, F], None, None, None),
    ];
    for (name, decision, is_lure, area, precision, recall) in CASES {
        assert_close(roc_auc(decision, is_lure), *area, 1e-15, &format!("ROC-AUC of: {name}"));
        assert_close(average_precision(decision, is_lure), *precision, 1e-15, &format!("average precision of: {name}"));
        assert_close(recall_at_fpr(decision, is_lure, 0.0), *recall, 0.0, &format!("recall of: {name}"));
    }
}

#[test]
fn false_positives_stay_within_their_limit() {
    // Clean rows 9 7 7 7 4 3 2 1 0 0 and lures 8 7 5 0.
    let clean = [9.0, 7.0, 7.0, 7.0, 4.0, 3.0, 2.0, 1.0, 0.0, 0.0];
    let decision = [&clean[..], &[8.0, 7.0, 5.0, 0.0]].concat();
    let is_lure: Vec<bool> = (0..14).map(|row| row >= 10).collect();
    // Rate, threshold, clean rows flagged, recall.
    let cases = [
        (0.0, 9.0, 0, 0.0),
        (0.09, 9.0, 0, 0.0),
        (0.1, 7.0, 1, 0.25),
        // Two or three may be flagged, but the three at 7 come together and would make four.
        (0.3, 7.0, 1, 0.25),
        (0.4, 4.0, 4, 0.75),
        (0.8, 0.0, 8, 0.75),
        (0.9, 0.0, 8, 0.75),
        (1.0, f64::NEG_INFINITY, 10, 1.0),
    ];
    for (fpr, threshold, false_pos, recall) in cases {
        assert_eq!(threshold_at_fpr(&decision, &is_lure, fpr), Some(threshold), "at {fpr}");
        assert_eq!(recall_at_fpr(&decision, &is_lure, fpr), Some(recall), "at {fpr}");
        let counts = Confusion::at_threshold(&decision, &is_lure, threshold);
        assert_eq!((counts.false_pos, counts.recall()), (false_pos, Some(recall)), "at {fpr}");
    }
    assert_eq!(threshold_at_fpr(&clean, &[F; 10], 0.1), Some(7.0), "no lure is needed");
    assert_eq!(threshold_at_fpr(&clean, &[T; 10], 0.1), None);
    assert_eq!(recall_at_fpr(&decision, &is_lure, 1.5), None);
    assert_eq!(recall_at_fpr(&decision, &is_lure, f64::NAN), None);
}

#[test]
fn probability_figures_match_hand_work() {
    /// Name, probabilities, outcomes, Brier score, log loss, calibration error.
    type Case<'a> = (&'static str, &'a [f64], &'a [bool], Option<f64>, Option<f64>, Option<f64>);
    let ln2 = 2f64.ln();
    let never = -f64::EPSILON.ln();
    // Bins of two: 29 lures at 0.8 fall into bins of lures only, and one clean row makes the last bin half right.
    let lopsided = [&[T; 29][..], &[F]].concat();
    let cases: &[Case] = &[
        ("nothing at all", &[], &[], None, None, None),
        ("sure and right", &[1.0, 0.0], &[T, F], Some(0.0), Some(0.0), Some(0.0)),
        ("sure and wrong", &[1.0, 0.0], &[F, T], Some(1.0), Some(never), Some(1.0)),
        ("one class only", &[0.5, 0.5], &[T, T], Some(0.25), Some(ln2), Some(0.5)),
        ("lopsided", &[0.0, 0.5, 0.0], &[F, T, F], Some(0.25 / 3.0), Some(ln2 / 3.0), Some(0.5 / 3.0)),
        (
            "a full bin each",
            &[0.8; 30],
            &lopsided,
            Some((29.0 * 0.04 + 0.64) / 30.0),
            Some((-29.0 * 0.8f64.ln() - 0.2f64.ln()) / 30.0),
            Some((14.0 * 0.2 + 0.3) / 15.0),
        ),
        ("above 1", &[1.5, 0.0], &[T, F], None, None, None),
        ("below 0", &[-0.1, 0.0], &[T, F], None, None, None),
        ("not a number", &[f64::NAN, 0.0], &[T, F], None, None, None),
    ];
    for (name, probability, is_lure, brier, loss, error) in cases {
        assert_close(brier_score(probability, is_lure), *brier, 1e-15, &format!("Brier score of: {name}"));
        assert_close(log_loss(probability, is_lure), *loss, 1e-14, &format!("log loss of: {name}"));
        let seen = expected_calibration_error(probability, is_lure);
        assert_close(seen, *error, 1e-15, &format!("calibration error of: {name}"));
    }
}

#[test]
fn precision_follows_the_base_rate() {
    // Recall, false-positive rate, base rate, precision.
    let cases = [
        ("as measured", 0.8, 0.2, 0.5, Some(0.8)),
        ("rare lures", 0.5, 0.01, 0.01, Some(0.005 / 0.0149)),
        ("no false positives", 0.5, 0.0, 0.001, Some(1.0)),
        ("no lures", 0.9, 0.1, 0.0, Some(0.0)),
        ("nothing but lures", 0.9, 0.1, 1.0, Some(1.0)),
        ("nothing flagged", 0.0, 0.0, 0.5, None),
        ("a percentage", 90.0, 0.1, 0.5, None),
        ("not a number", 0.9, f64::NAN, 0.5, None),
    ];
    for (name, recall, fpr, base_rate, precision) in cases {
        assert_close(precision_at_base_rate(recall, fpr, base_rate), precision, 1e-15, name);
    }
}

#[test]
fn wilson_intervals_match_the_published_ones() {
    // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I.
    let cases = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)];
    for (hits, trials, low, high) in cases {
        let seen = wilson(hits, trials).unwrap();
        assert!((seen.low - low).abs() <= 5e-5 && (seen.high - high).abs() <= 5e-5, "{hits} of {trials}: {seen:?}");
    }
    assert_eq!(wilson(0, 0), None);
    for trials in 1..200 {
        assert_eq!(wilson(0, trials).map(|interval| interval.low), Some(0.0));
        assert_eq!(wilson(trials, trials).map(|interval| interval.high), Some(1.0));
    }
}

/// Rows with ties: decision value, probability, outcome, group, copies.
fn rows(count: Range<usize>) -> impl Strategy<Value = Vec<(f64, f64, bool, u32, u32)>> {
    let row = (0..8, 0..=10, any::<bool>(), 0..5u32, 0..4u32);
    vec(row.prop_map(|(d, p, lure, group, copies)| (f64::from(d), f64::from(p) / 10.0, lure, group, copies)), count)
}

proptest! {
    #[test]
    fn counting_a_row_twice_is_having_it_twice(rows in rows(0..40)) {
        let copies: Vec<u32> = rows.iter().map(|row| row.4).collect();
        let column = |of: fn(&(f64, f64, bool, u32, u32)) -> f64| -> Vec<f64> { rows.iter().map(of).collect() };
        let is_lure: Vec<bool> = rows.iter().map(|row| row.2).collect();
        let ranking = Ranking::new(&column(|row| row.0), &is_lure).unwrap();
        let forecast = Forecast::new(&column(|row| row.1), &is_lure).unwrap();

        let written_out = || rows.iter().flat_map(|row| std::iter::repeat_n(row, row.4 as usize));
        let decision: Vec<f64> = written_out().map(|row| row.0).collect();
        let probability: Vec<f64> = written_out().map(|row| row.1).collect();
        let is_lure: Vec<bool> = written_out().map(|row| row.2).collect();

        prop_assert_eq!(ranking.roc_auc(&copies), roc_auc(&decision, &is_lure));
        prop_assert_eq!(ranking.average_precision(&copies), average_precision(&decision, &is_lure));
        for fpr in [0.0, 0.1, 0.5, 1.0] {
            prop_assert_eq!(ranking.recall_at_fpr(&copies, fpr), recall_at_fpr(&decision, &is_lure, fpr));
            let weighted = ranking.threshold_at_fpr(&copies, fpr);
            prop_assert_eq!(weighted, threshold_at_fpr(&decision, &is_lure, fpr));
        }
        assert_close(forecast.brier_score(&copies), brier_score(&probability, &is_lure), 1e-12, "Brier score");
        assert_close(forecast.log_loss(&copies), log_loss(&probability, &is_lure), 1e-12, "log loss");
        let weighted = forecast.expected_calibration_error(&copies);
        assert_close(weighted, expected_calibration_error(&probability, &is_lure), 1e-12, "calibration error");
    }

    #[test]
    fn roc_auc_is_the_share_of_pairs_in_order(rows in rows(0..40)) {
        let decision: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let is_lure: Vec<bool> = rows.iter().map(|row| row.2).collect();
        let values = |lure: bool| rows.iter().filter(move |row| row.2 == lure).map(|row| row.0);
        let clean: Vec<f64> = values(false).collect();
        let lures: Vec<f64> = values(true).collect();
        let worth = |lure: f64, clean: f64| if lure > clean { 1.0 } else if lure < clean { 0.0 } else { 0.5 };
        let sum: f64 = lures.iter().flat_map(|lure| clean.iter().map(move |clean| worth(*lure, *clean))).sum();
        let pairs = (lures.len() * clean.len()) as f64;
        prop_assert_eq!(roc_auc(&decision, &is_lure), (pairs > 0.0).then(|| sum / pairs));
    }

    #[test]
    fn every_figure_is_a_share_or_undefined(rows in rows(0..40), seed: u64) {
        let decision: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let probability: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let is_lure: Vec<bool> = rows.iter().map(|row| row.2).collect();
        let group: Vec<u32> = rows.iter().map(|row| row.3).collect();
        let bootstrap = Bootstrap { samples: 20, seed };
        let figures = Figures::measure(&decision, &probability, &is_lure, &group, bootstrap);
        prop_assert_eq!(&figures, &Figures::measure(&decision, &probability, &is_lure, &group, bootstrap));

        let Figures { roc_auc, pr_auc, recall_at_fpr: recall, brier, ece, intervals, .. } = figures;
        let values = [roc_auc, pr_auc, recall.one_percent, recall.one_per_mille, brier, ece];
        let recall = intervals.recall_at_fpr;
        let around = [
            intervals.roc_auc, intervals.pr_auc, recall.one_percent, recall.one_per_mille, intervals.brier, intervals.ece,
        ];
        for value in values.into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&value), "{value}");
        }
        for interval in around.into_iter().flatten() {
            prop_assert!(0.0 <= interval.low && interval.low <= interval.high && interval.high <= 1.0, "{interval:?}");
        }
    }
}

#[test]
fn twenty_thousand_rows_are_measured_in_seconds() {
    let rows = 20_000u32;
    // Numbers spread over 0..1000 without order, with ties.
    let spread = |row: u32| f64::from(row.wrapping_mul(2_654_435_761) >> 16) / 65.536;
    let decision: Vec<f64> = (0..rows).map(|row| spread(row).round()).collect();
    let probability: Vec<f64> = decision.iter().map(|value| value / 1_001.0).collect();
    let is_lure: Vec<bool> = (0..rows).map(|row| spread(row + 7) < 20.0).collect();
    let group: Vec<u32> = (0..rows).map(|row| row / 3).collect();

    let begin = Instant::now();
    let figures = Figures::measure(&decision, &probability, &is_lure, &group, Bootstrap::default());
    let elapsed_s = begin.elapsed().as_secs_f64();
    assert!(figures.intervals.roc_auc.is_some());
    assert!(elapsed_s < 10.0, "{elapsed_s:.1} s, without optimisation as it may be");
}
