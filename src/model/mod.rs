//! Rows → probability.
//!
//! A [`Model`] is an [`Extractor`], one weight a column, a calibration and two thresholds, together with the
//! [`Manifest`] that says where they come from. It is made by [`train`], stored and read by [`artifact`]. The one that
//! comes with the program is borrowed from it (`compact`).

pub mod artifact;
pub mod calibrate;
pub mod card;
mod compact;
mod count;
pub mod csr;
pub mod learn;
pub mod logistic;
pub mod manifest;
pub mod params;
pub mod train;

use serde::{Deserialize, Serialize};

pub use crate::model::manifest::Manifest;
use crate::{
    features::{
        Extractor, Scratch,
        cues::{CueTable, Matcher},
    },
    flat::Array,
    posting::Posting,
};

/// How urgent it is that a person looks at a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Nothing speaks for a lure.
    None,
    /// Worth a look when there is time.
    Watch,
    /// Possible recruitment lure: needs review.
    Review,
}

impl Tier {
    /// Its name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Watch => "watch",
            Self::Review => "review",
        }
    }
}

/// A trained classifier.
#[derive(Debug)]
pub struct Model {
    extractor: Extractor,
    intercept: f64,
    manifest: Manifest,
    /// What scoring needs of a column, side by side in memory: its idf, 0 if it is no wording, and its weight.
    columns: Array<[f32; 2]>,
}

/// What a model says of one posting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Σ weight × value + intercept; not calibrated, any finite number.
    pub decision: f64,
    /// Calibrated probability of a lure, 0 to 1, at the prevalence of the calibration set.
    pub probability: f64,
    /// The tier that the decision value falls into.
    pub tier: Tier,
}

impl Model {
    /// Puts a model together; its parts must belong together.
    #[must_use]
    pub(crate) fn new(extractor: Extractor, weights: &[f32], intercept: f64, manifest: Manifest) -> Self {
        let wording = extractor.vocabulary().wording();
        let columns = (0..).zip(extractor.vocabulary().idfs()).zip(weights);
        let columns = columns.map(|((at, &idf), &weight)| [if at < wording { idf } else { 0.0 }, weight]).collect();
        Self { extractor, intercept, manifest, columns }
    }

    /// The same with the patterns of `table` instead of its own. What they show of the indicators that the model was trained with
    /// weighs as learnt; indicators that it does not know are found and named, and weigh nothing.
    #[must_use]
    pub fn with_cues(self, table: &CueTable) -> Self {
        Self { extractor: self.extractor.with_matcher(Matcher::new(table)), ..self }
    }

    /// The same with probabilities for feeds in which a share `base_rate` of postings, above 0 and below 1, are lures. Decision
    /// values and tiers stay.
    #[must_use]
    pub fn with_base_rate(mut self, base_rate: f64) -> Self {
        self.manifest.calibration = self.manifest.calibration.at_prevalence(base_rate);
        self
    }

    /// Scores one posting. `scratch` keeps buffers and what was learnt of words; use one a thread.
    ///
    /// The tier goes by the decision value, but a weak indicator and [few](crate::features::FEW) words beside it are no more than
    /// [`Tier::Watch`], whatever their value.
    #[must_use]
    pub fn score(&self, posting: &Posting<'_>, scratch: &mut Scratch) -> Score {
        self.extractor.count(posting, scratch);
        let score = self.score_of(self.decision_of_counts(scratch));
        if score.tier == Tier::Review && self.extractor.is_weak_alone(scratch) {
            return Score { tier: Tier::Watch, ..score };
        }
        score
    }

    /// The decision value of the counts in `scratch`, which are set back to 0.
    ///
    /// The columns come in order of first appearance, which the posting alone determines: the sum is the same on any
    /// thread.
    fn decision_of_counts(&self, scratch: &mut Scratch) -> f64 {
        let Scratch { counts, touched, .. } = scratch;
        let weighing = self.extractor.weighing();
        let tf = weighing.tf();
        let columns: &[[f32; 2]] = &self.columns;
        let (mut squares, mut wording, mut other) = (0.0_f64, 0.0_f64, 0.0_f64);
        for column in touched.drain(..) {
            let count = std::mem::take(&mut counts[column as usize]);
            let [idf, weight] = columns[column as usize];
            if idf > 0.0 {
                let value = f64::from(tf(count) * idf);
                squares += value * value;
                wording += value * f64::from(weight);
            } else {
                other += f64::from(weight);
            }
        }
        let norm = if squares > 0.0 { squares.sqrt() } else { 1.0 };
        wording / norm + other * f64::from(weighing.cue_value) + self.intercept
    }

    /// What a decision value means by itself.
    #[must_use]
    pub fn score_of(&self, decision: f64) -> Score {
        let probability = self.manifest.calibration.probability(decision);
        Score { decision, probability, tier: self.manifest.thresholds.tier(decision) }
    }

    /// The part that turns postings into rows.
    #[must_use]
    pub fn extractor(&self) -> &Extractor {
        &self.extractor
    }

    /// One weight a column of the extractor's vocabulary.
    pub fn weights(&self) -> impl ExactSizeIterator<Item = f32> {
        self.columns.iter().map(|&[_, weight]| weight)
    }

    /// The weight of a column.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn weight(&self, column: u32) -> f32 {
        self.columns[column as usize][1]
    }

    /// The decision value of a posting without any known feature.
    #[must_use]
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// Where the model comes from and how good it is.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}
