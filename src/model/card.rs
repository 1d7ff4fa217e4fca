//! The model card, made from the manifest.

use std::fmt::Write as _;

use crate::{
    features::weigh::Counts,
    model::{
        calibrate::PlattScaling,
        manifest::{DataRecord, HeldOut, Manifest},
    },
};

/// Shares of lures that the card gives the expected precision for.
///
/// # Source
///
/// The last: SEEK's boards, July 2022 to June 2023, 2,800 suspicious adverts removed of 7.8 million.
pub const BASE_RATES: [(f64, &str); 3] = [(0.01, "1 %"), (0.001, "0.1 %"), (0.000_36, "0.036 % (SEEK, 2022–2023)")];

const PURPOSE: &str = "\
## What it is for

It ranks job postings by how much their wording fits adverts that recruit people into scam compounds, so that a person
reads the likeliest first. Each score comes with its reasons and their places in the text. It runs offline; no posting
leaves the machine.

## What it is not for

- It is no sole basis for enforcement, nor evidence of anything.
- It does not score persons: no recruiter, applicant, worker or victim.
- It decides nothing about immigration, visas or borders.
- It removes no advert and refuses no applicant by itself; a person reviews, and can be asked to review again.
- It gives no ground for suspicion against people who answer adverts or were recruited by one, however openly the advert is
  worded.

## Wording

A result says: *possible recruitment lure: needs review*. It speaks of a text, names no crime and no offender, and nationality
or the language of the author is no feature by itself.

";

const LIMITS: &str = "\
## Known limits

- **Synthetic data.** The labelled postings that come with lurewatch were written for it; a model trained on them has seen no
  real lure, and its held-out figures say how well it tells those postings apart, not how well it does in the field.
- **Languages differ.** The figures above are over all languages together; `lurewatch evaluate` gives them for each.
  Burmese, Khmer and Lao were checked least.
- **Drift.** Recruiters change roles, places and slang within a year or two, and after every raid. Measure on fresh
  postings and train again.
- **Genre.** A warning or a news report that quotes a lure resembles one.
- **Honest work abroad** offers housing, flights and visas too. One indicator says almost nothing; the combination counts.
- **What is not text** (pictures, links, the account that posts) is not seen.

";

/// The card as Markdown. The same manifest gives the same bytes.
///
/// # Examples
///
/// ```
/// use lurewatch::{Model, model::card};
///
/// let card = card::markdown(Model::embedded()?.manifest());
/// assert!(card.contains("possible recruitment lure: needs review"));
/// # Ok::<(), lurewatch::Error>(())
/// ```
#[must_use]
pub fn markdown(manifest: &Manifest) -> String {
    let mut card = format!(
        "# Model card: lure model `{}`\n\nWritten by lurewatch {} from `manifest.json`; do not edit.\n\n{PURPOSE}",
        manifest.id, manifest.lurewatch
    );
    data(manifest, &mut card);
    held_out(manifest, &mut card);
    precision(manifest.held_out.recall_at_background_fpr_0_1_percent, &mut card);
    tiers(manifest, &mut card);
    card.push_str(LIMITS);
    making(manifest, &mut card);
    card
}

/// Share of lures among what is flagged, where a share `base_rate` are lures.
///
/// ```
/// use lurewatch::model::card::expected_precision;
///
/// // 0.9 × 0.001 of all are lures and flagged, 0.001 × 0.999 are clean and flagged.
/// assert!((expected_precision(0.9, 0.001, 0.001) - 0.473_933_649).abs() < 1e-9);
/// ```
#[must_use]
pub fn expected_precision(recall: f64, false_positive_rate: f64, base_rate: f64) -> f64 {
    let hits = recall * base_rate;
    let alarms = false_positive_rate * (1.0 - base_rate);
    hits / (hits + alarms)
}

/// A line of the card; writing to a string does not fail.
macro_rules! line {
    ($card:expr, $($text:tt)*) => {{ let _ = writeln!($card, $($text)*); }};
}

fn data(manifest: &Manifest, card: &mut String) {
    let training = &manifest.training;
    line!(card, "## Trained on\n");
    line!(card, "| use | file | postings | lures | sha256 |\n| --- | --- | ---: | ---: | --- |");
    for (usage, records) in [("labelled", &training.labelled), ("background", &training.background)] {
        for DataRecord { name, sha256, rows, lures } in records {
            line!(card, "| {usage} | {} | {rows} | {lures} | `{sha256}` |", cell(name));
        }
    }
    line!(card, "");
    if training.background.is_empty() {
        line!(
            card,
            "**No background:** long ordinary adverts are likely to be false alarms. Train again with a background.\n"
        );
    } else {
        line!(
            card,
            "Background postings are unlabelled, taken as clean, and weigh {} of a labelled one.\n",
            training.background_weight
        );
    }
}

fn held_out(manifest: &Manifest, card: &mut String) {
    let HeldOut { folds, groups, .. } = &manifest.held_out;
    line!(card, "## How good it is\n");
    line!(
        card,
        "On postings held out: {folds} folds over {groups} groups, near-duplicates on one side; each posting is scored by a\n\
         model that saw neither it nor its group. The cost was chosen on the same rows.\n"
    );
    line!(card, "| figure | value | over |\n| --- | ---: | --- |");
    for Figure { name, value, over } in figures(manifest) {
        let value = value.map_or("not measured".to_owned(), |value| format!("{value:.4}"));
        line!(card, "| {name} | {value} | {over} |");
    }
    line!(card, "");
}

/// A held-out figure and what it was measured on.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// Its value; `None` where it could not be measured.
    pub value: Option<f64>,
    /// Number of postings that it was measured on.
    pub over: String,
}

/// The held-out figures of a model.
///
/// ```
/// use lurewatch::{Model, model::card};
///
/// assert_eq!(card::figures(Model::embedded()?.manifest())[0].name, "ROC-AUC");
/// # Ok::<(), lurewatch::Error>(())
/// ```
#[must_use]
pub fn figures(manifest: &Manifest) -> Vec<Figure> {
    let held_out = &manifest.held_out;
    let HeldOut { rows, lures, .. } = held_out;
    let background: usize = manifest.training.background.iter().map(|record| record.rows).sum();
    let labelled = &format!("{rows} postings, {lures} lures");
    let against_background = &format!("{lures} lures, {background} background postings");
    let background = &format!("{background} background postings");
    let recall_at_background = held_out.recall_at_background_fpr_0_1_percent;
    [
        ("ROC-AUC", held_out.roc_auc, labelled),
        ("PR-AUC (average precision)", held_out.pr_auc, labelled),
        ("recall at 1 % false positives among clean labelled postings", held_out.recall_at_fpr_1_percent, labelled),
        ("recall at 0.1 % false positives among background", recall_at_background, against_background),
        ("share of lures in tier `review`", Some(held_out.review_recall), labelled),
        ("share of background in tier `review`", held_out.review_share_of_background, background),
        ("expected calibration error, 15 bins", held_out.ece, labelled),
        ("Brier score", held_out.brier, labelled),
    ]
    .map(|(name, value, over)| Figure { name, value, over: over.clone() })
    .into()
}

fn precision(recall: Option<f64>, card: &mut String) {
    line!(card, "## What to expect at a base rate\n");
    let Some(recall) = recall else {
        line!(card, "Not measured: it takes a background to know how often ordinary adverts are flagged.\n");
        return;
    };
    line!(
        card,
        "With the threshold at 0.1 % false positives among background, where held-out recall is {recall:.4}. Recall is that of\n\
         the labelled lures, and the background is ordinary adverts: where warnings and honest work abroad are frequent, expect\n\
         more false alarms.\n"
    );
    line!(card, "| share of lures | precision | flagged of 100,000 | lures among them |\n| --- | ---: | ---: | ---: |");
    for (base_rate, name) in BASE_RATES {
        let precision = 100.0 * expected_precision(recall, 0.001, base_rate);
        let hits = 100_000.0 * recall * base_rate;
        let flagged = hits + 100.0 * (1.0 - base_rate);
        line!(card, "| {name} | {precision:.1} % | {flagged:.0} | {hits:.0} |");
    }
    line!(card, "");
}

fn tiers(manifest: &Manifest, card: &mut String) {
    let PlattScaling { a, b, prevalence } = manifest.calibration;
    let thresholds = &manifest.thresholds;
    line!(card, "## Probability and tiers\n");
    line!(
        card,
        "Probability = 1 / (1 + exp({a:.6} × decision value + {b:.6})), Platt's scaling of held-out decision values. It refers to\n\
         the calibration set, where {:.1} % were lures; where lures are rarer, it is lower.\n",
        100.0 * prevalence
    );
    line!(card, "| tier | above probability | which is, where 0.1 % are lures | above decision value |");
    line!(card, "| --- | ---: | ---: | ---: |");
    for (tier, threshold) in [("review", thresholds.review), ("watch", thresholds.watch)] {
        let probability = manifest.calibration.probability(threshold);
        let at_low_rate = manifest.calibration.probability_at(threshold, 0.001);
        line!(card, "| {tier} | {probability:.4} | {at_low_rate:.4} | {threshold:.4} |");
    }
    line!(card, "\nHow they were chosen: {}.\n", thresholds.chosen);
}

fn making(manifest: &Manifest, card: &mut String) {
    let (training, fit) = (&manifest.training, &manifest.fit);
    let tried: Vec<String> =
        training.costs_tried.iter().map(|(cost, precision)| format!("{cost} ({precision:.4})")).collect();
    let pieces = training.piece_lengths.map_or("none".to_owned(), |(from, to)| format!("{from} to {to} letters"));
    let count = match training.weighing.counts {
        Counts::Sublinear => "1 + ln(count)",
        Counts::Binary => "1 if there",
    };
    line!(card, "## How it was made\n");
    line!(card, "L2-regularised logistic regression on sparse rows, by dual coordinate descent.\n");
    line!(card, "- cost {}, of those tried (average precision held out): {}", training.solver.cost(), tried.join(", "));
    line!(card, "- seed {}, tolerance {}", training.solver.seed(), training.solver.tolerance());
    line!(card, "- {} rows, {} columns; at rest after {} rounds", fit.rows, fit.columns, fit.rounds);
    line!(card, "- violation left {:.2e}, relative gradient {:.2e}", fit.violation, fit.relative_gradient);
    line!(
        card,
        "- {} subwords, grams of up to {} of them; pieces inside words: {pieces}",
        training.subwords,
        training.gram_length
    );
    line!(
        card,
        "- wording: {count}, times idf, to norm 1; a cue, pair or number weighs {}",
        training.weighing.cue_value
    );
    line!(card, "- fragments of labelled postings weigh {} of a whole one", training.fragment_weight);
    for (what, number) in &training.dropped {
        line!(card, "- left out: {number} × {what}");
    }
}

/// Text that cannot break a table.
fn cell(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('|', "\\|")
}
