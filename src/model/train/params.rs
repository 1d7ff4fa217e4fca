//! What a caller may choose about training, and what is allowed.

use linfa::ParamGuard;

use crate::{error::ParamError, features::weigh::Weighing, model::learn::WordingParams};

/// Training knobs as the caller set them, not yet checked. `TrainParams::default()` trains.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainParams(ValidTrainParams);

/// Training knobs that have passed [`TrainParams`]' check.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidTrainParams {
    pub(super) seed: u64,
    pub(super) folds: usize,
    pub(super) costs: Vec<f64>,
    pub(super) wording: WordingParams,
    pub(super) weighing: Weighing,
    pub(super) other_cue_values: Vec<f32>,
    pub(super) scale_power: f64,
    pub(super) background_weight: f64,
    pub(super) cuts: usize,
    pub(super) fragment_weight: f64,
    pub(super) lure_fragments: usize,
    pub(super) clean_fragments: usize,
    pub(super) disguises: usize,
}

impl Default for TrainParams {
    fn default() -> Self {
        Self(ValidTrainParams {
            seed: 0,
            folds: 5,
            costs: vec![10.0, 30.0, 100.0],
            wording: WordingParams {
                subwords: 24_000,
                gram_length: 3,
                piece_lengths: None,
                min_labelled: 2,
                min_background: 5,
                most_features: 150_000,
            },
            weighing: Weighing::default(),
            other_cue_values: vec![0.02],
            scale_power: 0.5,
            background_weight: 0.2,
            cuts: 2,
            fragment_weight: 0.5,
            lure_fragments: 2,
            clean_fragments: 2,
            disguises: 1,
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

    /// Costs to choose from, each finite and above 0. Default 10, 30, 100.
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

    /// Values of cues that are tried besides the one of [`TrainParams::weighing`], each above 0 and at most 1. Default 0.02.
    #[must_use]
    pub fn other_cue_values(mut self, values: Vec<f32>) -> Self {
        self.0.other_cue_values = values;
        self
    }

    /// Power of naive-Bayes scaling, 0 to 1: a wording feature is multiplied by the absolute log ratio of its frequency in lures and
    /// in clean postings, to this power; 0 switches it off. Default 0.5.
    #[must_use]
    pub fn scale_power(mut self, power: f64) -> Self {
        self.0.scale_power = power;
        self
    }

    /// Weight of a background posting against a labelled one, above 0 and at most 1. Default 0.2.
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

    /// Fragments of each lure and of each clean posting that are trained on besides when there is a background, at most 10,
    /// and their weight, above 0 and at most 1. Default 2, 2 and 0.5.
    #[must_use]
    pub fn fragments(mut self, lure: usize, clean: usize, weight: f64) -> Self {
        self.0.lure_fragments = lure;
        self.0.clean_fragments = clean;
        self.0.fragment_weight = weight;
        self
    }

    /// Disguised copies of each labelled posting that are trained on besides when there is a background, at most 10, at the weight
    /// of fragments. Default 1.
    #[must_use]
    pub fn disguises(mut self, copies: usize) -> Self {
        self.0.disguises = copies;
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
            other_cue_values,
            scale_power,
            background_weight,
            cuts,
            fragment_weight,
            lure_fragments,
            clean_fragments,
            disguises,
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
        for &value in other_cue_values {
            check("other_cue_values", value, "each above 0 and at most 1", fits(f64::from(value)))?;
        }
        check("scale_power", scale_power, "0 to 1", (0.0..=1.0).contains(scale_power))?;
        check("background_weight", background_weight, "above 0 and at most 1", fits(*background_weight))?;
        check("fragment_weight", fragment_weight, "above 0 and at most 1", fits(*fragment_weight))?;
        for (name, number) in [
            ("cuts", cuts),
            ("lure_fragments", lure_fragments),
            ("clean_fragments", clean_fragments),
            ("disguises", disguises),
        ] {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_is_checked() {
        let default = TrainParams::default;
        let wording = || default().0.wording;
        let cases: [(&str, TrainParams, &str); 21] = [
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
            (
                "other_cue_values",
                default().other_cue_values(vec![0.0]),
                "`other_cue_values` is 0, but must be each above 0 and at most 1",
            ),
            ("scale_power", default().scale_power(1.5), "`scale_power` is 1.5, but must be 0 to 1"),
            ("disguises", default().disguises(11), "`disguises` is 11, but must be at most 10"),
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
}
