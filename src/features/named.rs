//! What is known by name (cues, pairs of cues, numbers in bins), by number instead: looked up once, when a model is put together.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::features::{
    cues::{
        CueMode, Matcher,
        names::{is_indicator, is_weak},
    },
    vocabulary::{FeatureKind, Vocabulary},
};

/// What an indicator alone is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grade {
    /// A sign of honest work, or of a report.
    NoIndicator,
    Weak,
    Strong,
}

/// Columns of what is known by name, by number instead.
#[derive(Clone, Debug, Default)]
pub(super) struct NamedColumns {
    /// Three for every indicator: offered, negated, reported.
    pub(super) cues: Vec<[Option<u32>; 3]>,
    /// By indicator.
    pub(super) grades: Vec<Grade>,
    /// Pairs of indicators that have a column, sorted.
    pub(super) pairs: Vec<((u16, u16), u32)>,
    /// Numbers in bins.
    pub(super) values: HashMap<Box<str>, u32, RandomState>,
}

impl NamedColumns {
    pub(super) fn new(matcher: &Matcher, vocabulary: &Vocabulary) -> Self {
        let ids = matcher.ids();
        let cue = |id: &String, mode: CueMode| vocabulary.named(FeatureKind::Cue, &format!("{id}{}", mode.suffix()));
        let cues = ids.iter().map(|id| CueMode::ALL.map(|mode| cue(id, mode))).collect();
        let mut pairs: Vec<((u16, u16), u32)> = Vec::new();
        let values = vocabulary.columns_of(FeatureKind::Value);
        let values = values.map(|column| (vocabulary.column(column).name.into(), column)).collect();
        for column in vocabulary.columns_of(FeatureKind::Pair) {
            if let Some((left, right)) = vocabulary.column(column).name.split_once('+')
                && let (Ok(left), Ok(right)) = (
                    ids.binary_search_by(|id| id.as_str().cmp(left)),
                    ids.binary_search_by(|id| id.as_str().cmp(right)),
                )
            {
                pairs.push(((left as u16, right as u16), column));
            }
        }
        pairs.sort_unstable();
        let grade = |id: &String| match (is_indicator(id), is_weak(id)) {
            (false, _) => Grade::NoIndicator,
            (true, true) => Grade::Weak,
            (true, false) => Grade::Strong,
        };
        Self { cues, grades: ids.iter().map(grade).collect(), pairs, values }
    }
}
