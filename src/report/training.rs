//! What `train` tells at its end.

use std::fmt;

use crate::{
    features::Column,
    model::{Model, manifest::HeldOut},
    report::text::printable,
};

/// Features that are listed each way.
const LISTED: usize = 15;

/// The report of a training; `Display` gives it as text.
pub struct Report<'a> {
    /// The model.
    pub model: &'a Model,
    /// Number of background postings.
    pub background: usize,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let manifest = self.model.manifest();
        let HeldOut { folds, groups, rows, lures, .. } = &manifest.held_out;
        writeln!(f, "Held-out figures ({folds} folds by group: {rows} postings, {lures} lures, {groups} groups)")?;
        for (name, value) in held_out_figures(&manifest.held_out) {
            let shown = value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
            writeln!(f, "  {name:<58} {shown}")?;
        }
        let fit = &manifest.fit;
        writeln!(
            f,
            "\nFit: cost {} of {:?} by average precision; {} rows × {} columns; {} rounds, converged (dual gradient {:.1e}, \
             primal gradient {:.1e} of its start)",
            manifest.training.solver.cost(),
            manifest.training.costs_tried.iter().map(|&(cost, _)| cost).collect::<Vec<_>>(),
            fit.rows,
            fit.columns,
            fit.rounds,
            fit.violation,
            fit.relative_gradient
        )?;
        for (what, number) in &manifest.training.dropped {
            writeln!(f, "Dropped: {number} {what}")?;
        }
        writeln!(f, "Background: {} postings", self.background)?;
        self.heaviest(f, "for a lure", 1.0)?;
        self.heaviest(f, "against a lure", -1.0)
    }
}

impl Report<'_> {
    fn heaviest(&self, f: &mut fmt::Formatter<'_>, what: &str, sign: f32) -> fmt::Result {
        let vocabulary = self.model.extractor().vocabulary();
        let mut order: Vec<usize> = (0..vocabulary.len()).collect();
        let weights: Vec<f32> = self.model.weights().collect();
        order.sort_by(|&a, &b| (sign * weights[b]).total_cmp(&(sign * weights[a])).then(a.cmp(&b)));
        writeln!(f, "\nHeaviest {what}:")?;
        for at in order.into_iter().take(LISTED) {
            let Column { kind, name, .. } = vocabulary.column(at as u32);
            writeln!(f, "  {:+9.4}  {:<6} {}", weights[at], kind.name(), printable(name))?;
        }
        Ok(())
    }
}

/// Name and value of each held-out figure, in the order of reports.
#[must_use]
pub fn held_out_figures(held_out: &HeldOut) -> [(&'static str, Option<f64>); 8] {
    [
        ("ROC-AUC", held_out.roc_auc),
        ("PR-AUC (average precision)", held_out.pr_auc),
        ("recall with 1 % of clean postings flagged", held_out.recall_at_fpr_1_percent),
        ("Brier score", held_out.brier),
        ("expected calibration error (15 bins)", held_out.ece),
        ("recall with 0.1 % of the background flagged", held_out.recall_at_background_fpr_0_1_percent),
        ("share of lures in tier review", Some(held_out.review_recall)),
        ("share of the background in tier review", held_out.review_share_of_background),
    ]
}
