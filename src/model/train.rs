//! Labelled postings and background → a model, with figures that can be trusted.
//!
//! 1. Near-duplicates are grouped; groups stay together in everything that follows.
//! 2. The tokenizer and the vocabulary are learnt ([`crate::model::learn`]).
//! 3. Rows are made of every posting, of fragments of labelled ones, and of the background whole and cut.
//! 4. For each cost, five models are fitted, each without a fifth of the groups, and score what they have not seen.
//! 5. The best cost by average precision is fitted on everything; the unseen scores calibrate it and set its
//!    thresholds.

use std::{collections::BTreeMap, sync::Arc};

use linfa::{DatasetBase, ParamGuard, traits::Fit};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use crate::{
    dataset::{TrainingSet, folds, part},
    error::{Error, ParamError, Result},
    evaluate::metrics,
    features::{
        Extractor, Scratch,
        cues::{CueTable, Matcher},
        weigh::Weighing,
    },
    model::{
        Manifest, Model,
        calibrate::PlattScaling,
        csr::Csr,
        learn::{WordingParams, learn_tokenizer, learn_vocabulary},
        logistic::{Logistic, OnRows},
        manifest::{DataRecord, FORMAT, FitRecord, HeldOut, Thresholds, TrainingRecord},
        params::LogisticParams,
    },
    posting::Posting,
    random::Random,
};

/// Training knobs as the caller set them, not yet checked. `TrainParams::default()` trains.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainParams(ValidTrainParams);

/// Training knobs that have passed [`TrainParams`]' check.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidTrainParams {
    seed: u64,
    folds: usize,
    costs: Vec<f64>,
    wording: WordingParams,
    weighing: Weighing,
    background_weight: f64,
    cuts: usize,
    fragment_weight: f64,
    lure_fragments: usize,
    clean_fragments: usize,
}

impl Default for TrainParams {
    fn default() -> Self {
        Self(ValidTrainParams {
            seed: 0,
            folds: 5,
            costs: vec![3.0, 10.0, 30.0],
            wording: WordingParams {
                subwords: 16_000,
                gram_length: 2,
                piece_lengths: None,
                min_labelled: 2,
                min_background: 5,
                most_features: 200_000,
            },
            weighing: Weighing::default(),
            background_weight: 0.1,
            cuts: 2,
            fragment_weight: 0.5,
            lure_fragments: 3,
            clean_fragments: 1,
        })
    }
}

impl TrainParams {
    /// Seed of folds, cuts and the solver. Default 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// Number of folds, 2 to 20. Default 5.
    #[must_use]
    pub fn folds(mut self, folds: usize) -> Self {
        self.0.folds = folds;
        self
    }

    /// Costs to choose from, each finite and above 0. Default 3, 10, 30.
    #[must_use]
    pub fn costs(mut self, costs: Vec<f64>) -> Self {
        self.0.costs = costs;
        self
    }

    /// What of the wording becomes a feature.
    #[must_use]
    pub fn wording(mut self, wording: WordingParams) -> Self {
        self.0.wording = wording;
        self
    }

    /// How counts become values.
    #[must_use]
    pub fn weighing(mut self, weighing: Weighing) -> Self {
        self.0.weighing = weighing;
        self
    }

    /// Weight of a background posting against a labelled one, above 0 and at most 1. Default 0.1.
    #[must_use]
    pub fn background_weight(mut self, weight: f64) -> Self {
        self.0.background_weight = weight;
        self
    }

    /// Random cuts of each background posting, at most 10. Default 2.
    #[must_use]
    pub fn cuts(mut self, cuts: usize) -> Self {
        self.0.cuts = cuts;
        self
    }

    /// Fragments of each lure and of each clean posting that are trained on besides, at most 10, and their weight, above 0
    /// and at most 1. Default 3, 1 and 0.5.
    #[must_use]
    pub fn fragments(mut self, lure: usize, clean: usize, weight: f64) -> Self {
        self.0.lure_fragments = lure;
        self.0.clean_fragments = clean;
        self.0.fragment_weight = weight;
        self
    }
}

impl ParamGuard for TrainParams {
    type Checked = ValidTrainParams;
    type Error = ParamError;

    fn check_ref(&self) -> Result<&ValidTrainParams, ParamError> {
        let ValidTrainParams {
            seed: _,
            folds,
            costs,
            wording,
            weighing,
            background_weight,
            cuts,
            fragment_weight,
            lure_fragments,
            clean_fragments,
        } = &self.0;
        check("folds", folds, "2 to 20", (2..=20).contains(folds))?;
        check("costs", costs.len(), "at least one, each finite and above 0", !costs.is_empty())?;
        for cost in costs {
            check("cost", cost, "finite and above 0", cost.is_finite() && *cost > 0.0)?;
        }
        let WordingParams { subwords, gram_length, piece_lengths, min_labelled, min_background, most_features } =
            wording;
        check("subwords", subwords, "100 to 65,000", (100..=65_000).contains(subwords))?;
        check("gram_length", gram_length, "1 to 4", (1..=4).contains(gram_length))?;
        let (shortest, longest) = piece_lengths.unwrap_or((2, 2));
        check(
            "piece_lengths",
            longest,
            "2 to 8, the shorter first",
            2 <= shortest && shortest <= longest && longest <= 8,
        )?;
        check("min_labelled", min_labelled, "at least 1", *min_labelled >= 1)?;
        check("min_background", min_background, "at least 5", *min_background >= 5)?;
        check("most_features", most_features, "at least 1", *most_features >= 1)?;
        let fits = |weight: f64| weight > 0.0 && weight <= 1.0;
        check("cue_value", weighing.cue_value, "above 0 and at most 1", fits(f64::from(weighing.cue_value)))?;
        check("background_weight", background_weight, "above 0 and at most 1", fits(*background_weight))?;
        check("fragment_weight", fragment_weight, "above 0 and at most 1", fits(*fragment_weight))?;
        for (name, number) in [("cuts", cuts), ("lure_fragments", lure_fragments), ("clean_fragments", clean_fragments)]
        {
            check(name, number, "at most 10", *number <= 10)?;
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<ValidTrainParams, ParamError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

fn check(
    name: &'static str,
    value: impl std::fmt::Display,
    allowed: &'static str,
    is_fine: bool,
) -> Result<(), ParamError> {
    if is_fine { Ok(()) } else { Err(ParamError::new(name, value, allowed)) }
}

/// What a training gives: the model, and what it scored for every labelled posting while it had not seen it.
pub struct Trained {
    /// The model.
    pub model: Model,
    /// Decision value of each labelled posting, in order, by a model that saw neither it nor its group.
    pub unseen: Vec<f64>,
    /// Group number of each labelled posting.
    pub groups: Vec<u32>,
}

/// One row of the matrix.
#[derive(Clone, Copy, Debug)]
struct Row {
    is_lure: bool,
    weight: f64,
    fold: usize,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Labelled,
    Fragment,
    Background,
    Cut,
}

/// The matrix and what its rows are.
struct Table {
    matrix: Arc<Csr>,
    rows: Vec<Row>,
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
        let table = self.table(set, &groups, &extractor)?;
        report(&format!(
            "{} rows, {} columns, {} non-zeros",
            table.rows.len(),
            table.matrix.width(),
            table.matrix.nonzeros()
        ));
        let tried = self.try_costs(&table, report)?;
        let best = tried
            .iter()
            .max_by(|a, b| a.precision.total_cmp(&b.precision).then(b.cost.total_cmp(&a.cost)))
            .ok_or(Error::Param(ParamError::new("costs", 0, "at least one")))?;
        report(&format!("fitting on everything at cost {}", best.cost));
        let solver = LogisticParams::default().cost(best.cost).seed(self.seed).check()?;
        let logistic = fit(&table, &solver, |_| true)?;
        let manifest = Manifest {
            format: FORMAT,
            id: String::new(),
            lurewatch: env!("CARGO_PKG_VERSION").to_owned(),
            training: TrainingRecord {
                labelled: records.0,
                background: records.1,
                solver,
                costs_tried: tried.iter().map(|one| (one.cost, one.precision)).collect(),
                subwords: extractor.tokenizer().size(),
                gram_length: self.wording.gram_length,
                piece_lengths: self.wording.piece_lengths,
                weighing: self.weighing,
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
        let weights = logistic.weights.iter().map(|&weight| weight as f32).collect();
        Ok(Trained { model: Model::new(extractor, weights, logistic.intercept, manifest), unseen, groups })
    }

    /// Every posting, fragment and cut as a row.
    fn table(&self, set: &TrainingSet, groups: &[u32], extractor: &Extractor) -> Result<Table> {
        let is_lure: Vec<bool> = set.labelled.iter().map(|row| row.label.is_lure()).collect();
        let fold_of = folds(groups, &is_lure, self.folds, self.seed);
        check_folds(&is_lure, &fold_of)?;
        let lures = is_lure.iter().filter(|&&lure| lure).count();
        let balance = [lures, is_lure.len() - lures].map(|other| 2.0 * other as f64 / is_lure.len() as f64);
        let mut postings: Vec<Posting<'static>> = Vec::new();
        let mut rows = Vec::new();
        let mut random = Random::new(self.seed);
        for (at, row) in set.labelled.iter().enumerate() {
            let lure = is_lure[at];
            let weight = balance[usize::from(lure)];
            let base = Row { is_lure: lure, weight, fold: fold_of[at], part: Part::Labelled };
            postings.push(row.posting.clone());
            rows.push(base);
            for number in 0..if lure { self.lure_fragments } else { self.clean_fragments } {
                if let Some(fragment) = part(&row.posting, number, 4, &mut random) {
                    postings.push(fragment);
                    rows.push(Row { weight: weight * self.fragment_weight, part: Part::Fragment, ..base });
                }
            }
        }
        let background = set.background_groups();
        let background_fold = folds(&background, &vec![false; background.len()], self.folds, self.seed);
        for (row, &fold) in set.background.iter().zip(&background_fold) {
            let base = Row { is_lure: false, weight: self.background_weight, fold, part: Part::Background };
            postings.push(row.posting.clone());
            rows.push(base);
            for number in 0..self.cuts {
                if let Some(cut) = part(&row.posting, number, 5, &mut random) {
                    postings.push(cut);
                    rows.push(Row { part: Part::Cut, ..base });
                }
            }
        }
        let made: Vec<Vec<(u32, f32)>> = postings
            .par_iter()
            .map_init(Scratch::default, |scratch, posting| extractor.row(posting, scratch).to_vec())
            .collect();
        let mut matrix = Csr::new(extractor.vocabulary().len());
        for row in made {
            matrix.push_row(row);
        }
        Ok(Table { matrix: Arc::new(matrix), rows })
    }

    /// For each cost, a score of every row by a model that was fitted without its fold.
    fn try_costs(&self, table: &Table, report: &dyn Fn(&str)) -> Result<Vec<Tried>> {
        let mut tried = Vec::new();
        for &cost in &self.costs {
            let solver = LogisticParams::default().cost(cost).seed(self.seed).tolerance(0.01).check()?;
            let parts: Vec<Vec<(usize, f64)>> = (0..self.folds)
                .into_par_iter()
                .map(|fold| {
                    let logistic = fit(table, &solver, |row| row.fold != fold)?;
                    let rows = (0..table.rows.len()).filter(|&at| table.rows[at].fold == fold);
                    Ok(rows.map(|at| (at, table.matrix.dot(at, &logistic.weights) + logistic.intercept)).collect())
                })
                .collect::<Result<_>>()?;
            let mut unseen = vec![0.0; table.rows.len()];
            for (at, decision) in parts.into_iter().flatten() {
                unseen[at] = decision;
            }
            let (is_lure, decision): (Vec<bool>, Vec<f64>) = table.values_of(&unseen, Part::Labelled).unzip();
            let precision = metrics::average_precision(&decision, &is_lure).unwrap_or(0.0);
            report(&format!("cost {cost}: average precision {precision:.4} on held-out rows"));
            tried.push(Tried { cost, precision, unseen });
        }
        Ok(tried)
    }
}

/// What one cost gave.
struct Tried {
    cost: f64,
    precision: f64,
    /// By row of the table.
    unseen: Vec<f64>,
}

/// Fits on the rows that `wanted` lets through, through linfa's trait on row numbers.
fn fit(
    table: &Table,
    solver: &crate::model::params::ValidLogisticParams,
    wanted: impl Fn(&Row) -> bool,
) -> Result<Logistic> {
    let rows: Vec<usize> = (0..table.rows.len()).filter(|&at| wanted(&table.rows[at])).collect();
    let targets: Array1<bool> = rows.iter().map(|&at| table.rows[at].is_lure).collect();
    let records = Array2::from_shape_fn((rows.len(), 1), |(at, _)| rows[at]);
    let on_rows = OnRows {
        matrix: Arc::clone(&table.matrix),
        row_weight: Arc::new(table.rows.iter().map(|row| row.weight).collect()),
        params: solver.clone(),
    };
    Ok(on_rows.fit(&DatasetBase::new(records, targets))?.logistic)
}

impl Table {
    /// Class and unseen decision value of the rows of a part.
    fn values_of<'a>(&'a self, unseen: &'a [f64], part: Part) -> impl Iterator<Item = (bool, f64)> + 'a {
        self.rows.iter().zip(unseen).filter(move |(row, _)| row.part == part).map(|(row, &value)| (row.is_lure, value))
    }

    fn values<'a>(&'a self, tried: &'a Tried, part: Part) -> impl Iterator<Item = (bool, f64)> + 'a {
        self.values_of(&tried.unseen, part)
    }

    fn calibrate(&self, tried: &Tried) -> Result<PlattScaling> {
        let (is_lure, decision): (Vec<bool>, Vec<f64>) = self.values(tried, Part::Labelled).unzip();
        PlattScaling::fit(&decision, &is_lure)
    }

    /// Thresholds by what the background and the clean postings would cost, all of them unseen.
    fn thresholds(&self, tried: &Tried) -> Thresholds {
        let mut background: Vec<f64> =
            self.values(tried, Part::Background).chain(self.values(tried, Part::Cut)).map(|(_, value)| value).collect();
        let mut clean: Vec<f64> =
            self.values(tried, Part::Labelled).filter(|&(lure, _)| !lure).map(|(_, value)| value).collect();
        if background.is_empty() {
            return Thresholds {
                review: above(&mut clean, 0.01),
                watch: above(&mut clean, 0.05),
                chosen: "review: at most 1 % of held-out clean postings; watch: at most 5 %".to_owned(),
            };
        }
        Thresholds {
            review: above(&mut background, 0.0005).max(above(&mut clean, 0.1)),
            watch: above(&mut background, 0.005),
            chosen: "review: at most 0.05 % of held-out background, whole or cut, and 5 % of held-out clean postings; \
                     watch: at most 0.5 % of held-out background"
                .to_owned(),
        }
    }

    fn held_out(&self, tried: &Tried, folds: usize, groups: usize) -> Result<HeldOut> {
        let (is_lure, decision): (Vec<bool>, Vec<f64>) = self.values(tried, Part::Labelled).unzip();
        let platt = self.calibrate(tried)?;
        let thresholds = self.thresholds(tried);
        let probability: Vec<f64> = decision.iter().map(|&value| platt.probability(value)).collect();
        let lures: Vec<f64> =
            decision.iter().zip(&is_lure).filter(|(_, lure)| **lure).map(|(&value, _)| value).collect();
        let mut background: Vec<f64> = self.values(tried, Part::Background).map(|(_, value)| value).collect();
        let share = |values: &[f64], limit: f64| {
            values.iter().filter(|&&value| value > limit).count() as f64 / values.len() as f64
        };
        let has_background = !background.is_empty();
        let review_share = has_background.then(|| share(&background, thresholds.review));
        Ok(HeldOut {
            folds,
            groups,
            rows: decision.len(),
            lures: lures.len(),
            roc_auc: metrics::roc_auc(&decision, &is_lure),
            pr_auc: metrics::average_precision(&decision, &is_lure),
            recall_at_fpr_1_percent: metrics::recall_at_fpr(&decision, &is_lure, 0.01),
            ece: metrics::expected_calibration_error(&probability, &is_lure),
            brier: metrics::brier_score(&probability, &is_lure),
            recall_at_background_fpr_0_1_percent: has_background.then(|| share(&lures, above(&mut background, 0.001))),
            review_recall: share(&lures, thresholds.review),
            review_share_of_background: review_share,
        })
    }
}

/// The lowest value that at most a share `share` of `values` exceed.
fn above(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(|a, b| b.total_cmp(a));
    let allowed = (share * values.len() as f64).floor() as usize;
    values.get(allowed).copied().unwrap_or(f64::NEG_INFINITY)
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

/// Whether every fold leaves both classes to train on.
fn check_folds(is_lure: &[bool], fold_of: &[usize]) -> Result<()> {
    for (class, name) in [(true, "lures"), (false, "clean postings")] {
        let mut folds: Vec<usize> =
            fold_of.iter().zip(is_lure).filter(|&(_, &lure)| lure == class).map(|(&fold, _)| fold).collect();
        let count = folds.len();
        folds.dedup();
        if folds.len() < 2 {
            let fault = format!(
                "all {count} {name} are in groups that end up in one fold; {name} of at least 2 groups are needed"
            );
            return Err(Error::Labels { path: "training files".into(), fault });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_is_checked() {
        let default = TrainParams::default;
        let wording = || default().0.wording;
        let cases: [(&str, TrainParams, &str); 18] = [
            ("default", default(), ""),
            ("folds", default().folds(1), "`folds` is 1, but must be 2 to 20"),
            ("folds", default().folds(21), "`folds` is 21, but must be 2 to 20"),
            ("no cost", default().costs(vec![]), "`costs` is 0, but must be at least one, each finite and above 0"),
            ("cost", default().costs(vec![1.0, -2.0]), "`cost` is -2, but must be finite and above 0"),
            ("cost", default().costs(vec![f64::NAN]), "`cost` is NaN, but must be finite and above 0"),
            (
                "subwords",
                default().wording(WordingParams { subwords: 65_536, ..wording() }),
                "`subwords` is 65536, but must be 100 to 65,000",
            ),
            (
                "grams",
                default().wording(WordingParams { gram_length: 5, ..wording() }),
                "`gram_length` is 5, but must be 1 to 4",
            ),
            (
                "pieces",
                default().wording(WordingParams { piece_lengths: Some((4, 3)), ..wording() }),
                "`piece_lengths` is 3, but must be 2 to 8, the shorter first",
            ),
            ("pieces", default().wording(WordingParams { piece_lengths: Some((2, 8)), ..wording() }), ""),
            (
                "min_labelled",
                default().wording(WordingParams { min_labelled: 0, ..wording() }),
                "`min_labelled` is 0, but must be at least 1",
            ),
            (
                "min_background",
                default().wording(WordingParams { min_background: 4, ..wording() }),
                "`min_background` is 4, but must be at least 5",
            ),
            (
                "most_features",
                default().wording(WordingParams { most_features: 0, ..wording() }),
                "`most_features` is 0, but must be at least 1",
            ),
            (
                "cue_value",
                default().weighing(Weighing { cue_value: f32::NAN, ..Weighing::default() }),
                "`cue_value` is NaN, but must be above 0 and at most 1",
            ),
            (
                "background_weight",
                default().background_weight(0.0),
                "`background_weight` is 0, but must be above 0 and at most 1",
            ),
            ("cuts", default().cuts(11), "`cuts` is 11, but must be at most 10"),
            ("clean fragments", default().fragments(1, 11, 0.5), "`clean_fragments` is 11, but must be at most 10"),
            (
                "fragment_weight",
                default().fragments(1, 1, 1.5),
                "`fragment_weight` is 1.5, but must be above 0 and at most 1",
            ),
        ];
        for (name, params, expected) in cases {
            let fault = params.check().map_or_else(|error| error.to_string(), |_| String::new());
            assert_eq!(fault, expected, "{name}");
        }
    }

    /// Flagged is what lies *above* the threshold, so the threshold is itself a value that is not flagged.
    #[test]
    fn thresholds_by_hand() {
        const CASES: &[(&str, &[f64], f64, f64)] = &[
            ("none of four", &[1.0, 4.0, 2.0, 3.0], 0.2, 4.0),
            ("one of four", &[1.0, 4.0, 2.0, 3.0], 0.25, 3.0),
            ("ties stay together", &[3.0, 3.0, 2.0, 1.0], 0.25, 3.0),
            ("all", &[1.0, 2.0], 1.0, f64::NEG_INFINITY),
            ("nothing there", &[], 0.5, f64::NEG_INFINITY),
        ];
        for (name, values, share, expected) in CASES {
            let threshold = above(&mut values.to_vec(), *share);
            assert!(threshold.total_cmp(expected).is_eq(), "{name}: {threshold}");
            let flagged = values.iter().filter(|&&value| value > threshold).count();
            assert!(flagged as f64 <= share * values.len() as f64, "{name}: {flagged} flagged");
        }
    }

    #[test]
    fn every_fold_must_leave_both_classes() {
        const T: bool = true;
        const F: bool = false;
        let told = |is_lure: &[bool], fold_of: &[usize]| {
            check_folds(is_lure, fold_of).map_or_else(|error| error.to_string(), |()| String::new())
        };
        assert_eq!(told(&[T, F, T, F], &[0, 0, 1, 1]), "");
        assert_eq!(
            told(&[T, F, T, F, T], &[2, 0, 2, 1, 2]),
            "training files: all 3 lures are in groups that end up in one \
             fold; lures of at least 2 groups are needed"
        );
        assert_eq!(
            told(&[T, F, T, F], &[0, 1, 1, 1]),
            "training files: all 2 clean postings are in groups that end up in \
             one fold; clean postings of at least 2 groups are needed"
        );
    }
}
