//! What a model says of itself: the content of `manifest.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    features::weigh::Weighing,
    model::{Tier, calibrate::PlattScaling, params::ValidLogisticParams},
};

/// The format that this build writes, and the newest that it reads.
pub const FORMAT: u64 = 1;

/// Everything about a model that is not a feature. Holds no time and no machine name: the same data, seed and version
/// give the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Number of the folder's format; first, so that it can be read before anything else.
    pub format: u64,
    /// Short name of the model: the first 12 hex digits of the sha256 of its features.
    pub id: String,
    /// Version of the program that wrote it.
    pub lurewatch: String,
    /// What the program was asked to do.
    pub training: TrainingRecord,
    /// Decision value → probability.
    pub calibration: PlattScaling,
    /// Decision value → tier.
    pub thresholds: Thresholds,
    /// How the fit went.
    pub fit: FitRecord,
    /// Figures on postings that the measuring models had not seen.
    pub held_out: HeldOut,
    /// The other files of the folder.
    pub files: BTreeMap<String, FileRecord>,
}

/// What the model was trained on and with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingRecord {
    /// Labelled files, in the order given.
    pub labelled: Vec<DataRecord>,
    /// Background files, in the order given.
    pub background: Vec<DataRecord>,
    /// Solver and cost.
    pub solver: ValidLogisticParams,
    /// Costs that were tried, with the average precision of each on held-out rows.
    pub costs_tried: Vec<(f64, f64)>,
    /// Number of subwords of the tokenizer.
    pub subwords: usize,
    /// Longest gram, in subwords.
    pub gram_length: usize,
    /// Lengths of pieces inside words, in letters; `null` for none.
    pub piece_lengths: Option<(usize, usize)>,
    /// How counts become values.
    pub weighing: Weighing,
    /// Power of naive-Bayes scaling, which is folded into the features' idf.
    pub scale_power: f64,
    /// Weight of a background posting against a labelled one.
    pub background_weight: f64,
    /// Weight of a fragment of a labelled posting against a whole one.
    pub fragment_weight: f64,
    /// What was left out, and why.
    pub dropped: BTreeMap<String, usize>,
}

/// A file that the model was trained on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataRecord {
    /// File name without its folder.
    pub name: String,
    /// sha256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Postings used.
    pub rows: usize,
    /// Lures among them; 0 for background.
    pub lures: usize,
}

/// Decision values at which tiers begin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Above this, [`Tier::Review`].
    pub review: f64,
    /// Above this, [`Tier::Watch`].
    pub watch: f64,
    /// How they were chosen.
    pub chosen: String,
}

impl Thresholds {
    /// The tier of a decision value.
    #[must_use]
    pub fn tier(&self, decision: f64) -> Tier {
        if decision > self.review {
            Tier::Review
        } else if decision > self.watch {
            Tier::Watch
        } else {
            Tier::None
        }
    }
}

/// How the final fit went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitRecord {
    /// Rows that the solver saw: postings, fragments and cuts.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Rounds over the rows.
    pub rounds: usize,
    /// Largest dual gradient left.
    pub violation: f64,
    /// Norm of the primal gradient over its norm at zero weights.
    pub relative_gradient: f64,
}

/// Figures out of fold: each posting scored by a model that saw neither it nor its group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    /// Number of folds.
    pub folds: usize,
    /// Number of groups of near-duplicates (or of the group column).
    pub groups: usize,
    /// Labelled postings.
    pub rows: usize,
    /// Lures among them.
    pub lures: usize,
    /// Area under the ROC curve.
    pub roc_auc: Option<f64>,
    /// Average precision.
    pub pr_auc: Option<f64>,
    /// Recall with at most 1 % of clean postings flagged.
    pub recall_at_fpr_1_percent: Option<f64>,
    /// Expected calibration error, 15 equal-mass bins.
    pub ece: Option<f64>,
    /// Brier score.
    pub brier: Option<f64>,
    /// Recall of held-out lures with at most 0.1 % of held-out background flagged; `null` without background.
    pub recall_at_background_fpr_0_1_percent: Option<f64>,
    /// Share of held-out lures in tier `review`.
    pub review_recall: f64,
    /// Share of held-out background in tier `review`; `null` without background.
    pub review_share_of_background: Option<f64>,
}

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its size.
    pub bytes: usize,
    /// Its sha256, in hexadecimal.
    pub sha256: String,
}
