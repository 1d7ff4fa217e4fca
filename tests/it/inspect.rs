//! The model card, and `lurewatch inspect` as its user sees it.

use lurewatch::model::{Manifest, card};
use serde_json::Value;

use crate::support::{Scratch, tiny_model, tiny_model_folder};

fn golden_manifest() -> Manifest {
    serde_json::from_str(include_str!("golden/manifest.json")).unwrap()
}

/// The card of a fixed manifest, byte for byte. To renew it after a wanted change, run this test with `RENEW_GOLDEN=1` and read
/// the difference.
#[test]
fn card_is_the_golden_one() {
    let card = card::markdown(&golden_manifest());
    if std::env::var_os("RENEW_GOLDEN").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/CARD.md"), &card).unwrap();
    }
    assert_eq!(card, include_str!("golden/CARD.md"));
}

/// 0.9 × π of all are lures and flagged, 0.001 × (1 − π) are clean and flagged: worked by hand.
#[test]
fn card_gives_the_precision_of_bayes_rule() {
    let card = card::markdown(&golden_manifest());
    for row in ["| 1 % | 90.1 % | 999 | 900 |", "| 0.1 % | 47.4 % | 190 | 90 |", "| 24.5 % | 132 | 32 |"] {
        assert!(card.contains(row), "{row} in\n{card}");
    }
}

#[test]
fn card_without_background_says_what_is_not_known() {
    let mut manifest = golden_manifest();
    manifest.training.background.clear();
    manifest.held_out.recall_at_background_fpr_0_1_percent = None;
    manifest.held_out.review_share_of_background = None;
    let card = card::markdown(&manifest);
    for text in ["**No background:**", "Not measured: it takes a background", "| not measured |"] {
        assert!(card.contains(text), "{text} in\n{card}");
    }
    assert!(!card.contains("NaN") && !card.contains("inf"), "{card}");
}

fn inspect(args: &[&str]) -> String {
    let mut all = vec!["inspect", tiny_model_folder().to_str().unwrap()];
    all.extend(args);
    Scratch::new("inspect").lurewatch(&all)
}

#[test]
fn a_model_is_shown_with_figures_thresholds_and_heaviest_features() {
    let seen = inspect(&[]);
    let manifest = tiny_model().manifest();
    let id = &manifest.id;
    let head = format!("exit 0\n--- stdout\nmodel {id} (format {}, written by lurewatch", manifest.format);
    assert!(seen.starts_with(&head), "{seen}");
    assert!(seen.ends_with("the border of a word.\n--- stderr\n"), "{seen}");
    let review = manifest.thresholds.review;
    let probability = manifest.calibration.probability(review);
    for text in [
        "no background: long ordinary adverts are likely to be false alarms",
        "held out: 3 folds over",
        &format!("  {:>12.4}  ROC-AUC, over 24 postings, 12 lures\n", manifest.held_out.roc_auc.unwrap()),
        "  not measured  recall at 0.1 % false positives among background, over 12 lures, 0 background postings\n",
        &format!("  review  above probability {probability:.4} (decision value {review:.4})\n"),
        "\nheaviest features towards a lure\n  ",
        "\nheaviest features away from one\n  ",
    ] {
        assert!(seen.contains(text), "{text} in\n{seen}");
    }
}

#[test]
fn json_is_the_manifest_and_the_heaviest_features() {
    let seen = inspect(&["--format", "json"]);
    let json = seen.strip_prefix("exit 0\n--- stdout\n").and_then(|rest| rest.strip_suffix("--- stderr\n")).unwrap();
    let value: Value = serde_json::from_str(json).unwrap();
    assert_eq!(value.as_object().unwrap().keys().next().unwrap(), "format");
    assert_eq!(serde_json::from_value::<Manifest>(value.clone()).unwrap(), *tiny_model().manifest());
    let features = &value["features"];
    let kinds = features["by_kind"].as_object().unwrap();
    let columns: u64 = kinds.values().map(|number| number.as_u64().unwrap()).sum();
    assert_eq!(columns, tiny_model().weights().len() as u64);
    for (way, sign) in [("towards_lure", 1.0), ("away_from_lure", -1.0)] {
        let heavy = features[way].as_array().unwrap();
        assert_eq!(heavy.len(), 30, "{way}");
        let weights: Vec<f64> = heavy.iter().map(|one| sign * one["weight"].as_f64().unwrap()).collect();
        assert!(weights.windows(2).all(|pair| pair[0] >= pair[1] && pair[1] > 0.0), "{way}: {weights:?}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let seen = Scratch::new("inspect_missing").lurewatch(&["inspect", "nowhere"]);
    let fault = "lurewatch: nowhere: there is no such folder; a model folder with manifest.json is wanted\n";
    assert!(seen.starts_with(&format!("exit 2\n--- stdout\n--- stderr\n{fault}")), "{seen}");
}
