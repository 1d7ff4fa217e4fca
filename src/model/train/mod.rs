//! Labelled postings and background → a model, with figures that can be trusted.
//!
//! 1. Near-duplicates are grouped; groups stay together in everything that follows.
//! 2. The tokenizer and the vocabulary are learnt ([`crate::model::learn`]).
//! 3. Rows are made of every posting, of fragments and disguises of labelled ones, and of the background whole and cut.
//! 4. For each cost, five models are fitted, each without a fifth of the groups, and score what they have not seen
//!    (`folds`).
//! 5. The best cost by average precision is fitted on everything; the unseen scores calibrate it and set its
//!    thresholds.

mod folds;
mod held_out;
pub mod params;
mod scale;
mod table;

use std::{collections::BTreeMap, sync::Arc};

use linfa::ParamGuard;

pub use crate::model::train::params::{TrainParams, ValidTrainParams};
use crate::{
    dataset::TrainingSet,
    error::{Error, ParamError, Result},
    features::{
        Extractor, Vocabulary,
        cues::{CueTable, Matcher},
        weigh::Weighing,
    },
    model::{
        Manifest, Model,
        learn::{learn_tokenizer, learn_vocabulary},
        manifest::{DataRecord, FORMAT, FitRecord, TrainingRecord},
        params::LogisticParams,
        train::{
            folds::{Tried, fit},
            scale::{rescale, scale_of, set_cue_value},
            table::{Part, Table},
        },
    },
};

/// What a training gives: the model, and what it scored for every labelled posting while it had not seen it.
pub struct Trained {
    /// The model.
    pub model: Model,
    /// Decision value of each labelled posting, in order, by a model that saw neither it nor its group.
    pub unseen: Vec<f64>,
    /// Group number of each labelled posting.
    pub groups: Vec<u32>,
}

impl ValidTrainParams {
    /// Trains a model. `labelled` and `background` say where the postings came from, for the manifest. `report` is told
    /// what goes on, a line at a time.
    ///
    /// # Errors
    ///
    /// [`Error::Labels`] when there are fewer postings of a class than folds, or all of a class must stay in one fold;
    /// [`Error::NotConverged`] when the solver does not come to rest.
    pub fn train(
        &self,
        set: &TrainingSet,
        cues: &CueTable,
        records: (Vec<DataRecord>, Vec<DataRecord>),
        report: &dyn Fn(&str),
    ) -> Result<Trained> {
        check_classes(set, self.folds)?;
        report("looking for near-duplicates");
        let groups = set.labelled_groups();
        report("learning subwords");
        let tokenizer = learn_tokenizer(set, &self.wording)?;
        report("learning features");
        let (learnt, tokenizer, matcher) = learn_vocabulary(set, &self.wording, tokenizer, Matcher::new(cues))?;
        let extractor = Extractor::new(tokenizer, matcher, learnt.vocabulary, self.weighing);
        report("making rows");
        let mut table = self.table(set, &groups, &extractor)?;
        report(&format!(
            "{} rows, {} columns, {} non-zeros",
            table.rows.len(),
            table.matrix.width(),
            table.matrix.nonzeros()
        ));
        let Chosen { costs_tried, best, weighing } = self.choose(&mut table, extractor.vocabulary(), report)?;
        let (best, extractor) = (&best, extractor.with_weighing(weighing));
        report(&format!("fitting on everything at cost {}", best.cost));
        let solver = LogisticParams::default().cost(best.cost).seed(self.seed).check()?;
        let scale = scale_of(&table, extractor.vocabulary(), self.scale_power, |_| true);
        rescale(Arc::make_mut(&mut table.matrix), &scale, extractor.vocabulary());
        let logistic = fit(&table.matrix, &table.rows, &solver, |_| true)?;
        let extractor = extractor.scaled(&scale);
        let manifest = Manifest {
            format: FORMAT,
            id: String::new(),
            lurewatch: env!("CARGO_PKG_VERSION").to_owned(),
            training: TrainingRecord {
                labelled: records.0,
                background: records.1,
                solver,
                costs_tried,
                subwords: extractor.tokenizer().size(),
                gram_length: self.wording.gram_length,
                piece_lengths: self.wording.piece_lengths,
                weighing,
                scale_power: self.scale_power,
                background_weight: self.background_weight,
                fragment_weight: self.fragment_weight,
                dropped: learnt.dropped,
            },
            calibration: table.calibrate(best)?,
            thresholds: table.thresholds(best),
            fit: FitRecord {
                rows: table.rows.len(),
                columns: table.matrix.width(),
                rounds: logistic.fit.rounds,
                violation: logistic.fit.violation,
                relative_gradient: logistic.fit.relative_gradient,
            },
            held_out: table.held_out(
                best,
                self.folds,
                groups.iter().copied().max().map_or(0, |most| most as usize + 1),
            )?,
            files: BTreeMap::new(),
        };
        let unseen = table.values(best, Part::Labelled).map(|(_, decision)| decision).collect();
        let weights: Vec<f32> = logistic.weights.iter().map(|&weight| weight as f32).collect();
        Ok(Trained { model: Model::new(extractor, &weights, logistic.intercept, manifest), unseen, groups })
    }
}

/// What cross-validation chose.
struct Chosen {
    costs_tried: Vec<(f64, f64)>,
    best: Tried,
    weighing: Weighing,
}

impl ValidTrainParams {
    /// The cost with the highest average precision on held-out rows, then the value of cues at that cost. How much cues should count
    /// depends on what the labels mean: on recruitment fraud a quarter of what serves for lures is better. `table` is left at
    /// the chosen value.
    fn choose(&self, table: &mut Table, vocabulary: &Vocabulary, report: &dyn Fn(&str)) -> Result<Chosen> {
        let told = |what: &str, precision: f64| {
            report(&format!("{what}: average precision {precision:.4} on held-out rows"));
        };
        let tried = self.try_costs(table, vocabulary, &self.costs)?;
        for one in &tried {
            told(&format!("cost {}", one.cost), one.precision);
        }
        let costs_tried = tried.iter().map(|one| (one.cost, one.precision)).collect();
        let mut best = tried
            .into_iter()
            .max_by(|a, b| a.precision.total_cmp(&b.precision).then(b.cost.total_cmp(&a.cost)))
            .ok_or(Error::Param(ParamError::new("costs", 0, "at least one")))?;
        let mut weighing = self.weighing;
        for &cue_value in &self.other_cue_values {
            set_cue_value(Arc::make_mut(&mut table.matrix), cue_value, vocabulary);
            for one in self.try_costs(table, vocabulary, &[best.cost])? {
                told(&format!("cue value {cue_value}"), one.precision);
                if one.precision > best.precision {
                    (best, weighing.cue_value) = (one, cue_value);
                }
            }
        }
        set_cue_value(Arc::make_mut(&mut table.matrix), weighing.cue_value, vocabulary);
        Ok(Chosen { costs_tried, best, weighing })
    }
}

fn check_classes(set: &TrainingSet, folds: usize) -> Result<()> {
    let lures = set.labelled.iter().filter(|row| row.label.is_lure()).count();
    let clean = set.labelled.len() - lures;
    let fault = if set.labelled.is_empty() {
        "no labelled posting; lures and clean postings are needed".to_owned()
    } else if lures == 0 || clean == 0 {
        let only = if lures == 0 { "clean" } else { "lure" };
        format!("all {} labelled postings are `{only}`; both classes are needed", set.labelled.len())
    } else if lures < folds || clean < folds {
        format!("{lures} lures and {clean} clean postings; at least {folds} of each are needed")
    } else {
        return Ok(());
    };
    Err(Error::Labels { path: "training files".into(), fault })
}
