//! The model card, and `lurewatch inspect` as its user sees it.

use lurewatch::model::{Manifest, card};

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
