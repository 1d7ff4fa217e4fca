//! Counts → values of a row.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::features::vocabulary::Vocabulary;

/// How counts become values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weighing {
    /// What a count becomes before it is multiplied by the feature's idf.
    pub counts: Counts,
    /// The value of a cue, pair or number that is there; the wording of a posting has norm 1 beside it.
    pub cue_value: f32,
}

/// What a count of a feature becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counts {
    /// 1 + ln(count).
    Sublinear,
    /// 1.
    Binary,
}

impl Default for Weighing {
    fn default() -> Self {
        Self { counts: Counts::Sublinear, cue_value: 0.08 }
    }
}

/// 1 + ln(count) for small counts: the logarithm is the dearest step of scoring otherwise.
static SUBLINEAR: LazyLock<[f32; 64]> = LazyLock::new(|| std::array::from_fn(|count| 1.0 + (count.max(1) as f32).ln()));

/// 1 for small counts.
static BINARY: [f32; 64] = [1.0; 64];

impl Weighing {
    /// What a count becomes before it is multiplied by the feature's idf.
    pub(crate) fn tf(self) -> impl Fn(u32) -> f32 {
        let small: &[f32; 64] = match self.counts {
            Counts::Sublinear => &SUBLINEAR,
            Counts::Binary => &BINARY,
        };
        move |count| small.get(count as usize).copied().unwrap_or_else(|| self.tf_of_many(count))
    }

    #[cold]
    fn tf_of_many(self, count: u32) -> f32 {
        match self.counts {
            Counts::Sublinear => 1.0 + (count as f32).ln(),
            Counts::Binary => 1.0,
        }
    }
}

/// Appends columns and values of the features `touched` (ascending) to `row`.
///
/// Wording: tf × idf, divided by the Euclidean norm over the posting's wording (the usual TF-IDF of
/// scikit-learn's `TfidfVectorizer(sublinear_tf=True)`). Everything else: `cue_value`, however often it occurs.
pub(crate) fn weigh(
    weighing: Weighing,
    vocabulary: &Vocabulary,
    touched: &[u32],
    counts: &[u32],
    row: &mut Vec<(u32, f32)>,
) {
    let (idfs, wording) = (vocabulary.idfs(), vocabulary.wording());
    let tf = weighing.tf();
    let mut squares = 0.0_f64;
    for &column in touched {
        let value = if column < wording {
            let value = tf(counts[column as usize]) * idfs[column as usize];
            squares += f64::from(value) * f64::from(value);
            value
        } else {
            weighing.cue_value
        };
        row.push((column, value));
    }
    let norm = squares.sqrt() as f32;
    if norm > 0.0 {
        for (column, value) in row.iter_mut() {
            if *column < wording {
                *value /= norm;
            }
        }
    }
}
