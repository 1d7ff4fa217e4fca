//! A posting → one sparse row.
//!
//! The columns are an explicit vocabulary ([`vocabulary`]): letters inside words, subwords that follow each other, cues
//! ([`cues`]), pairs of cues, numbers in bins ([`values`]). What depends on a word alone is worked out once and
//! remembered (`lexicon`); [`extract`] walks over a posting and counts; [`weigh`] turns counts into the row.
//! Whether a field is there, and how long it is, is never a feature: it betrays where the data came from.

pub mod cues;
pub mod extract;
pub mod grams;
pub(crate) mod lexicon;
mod named;
pub mod place;
mod scratch;
pub mod values;
pub mod vocabulary;
pub mod weigh;

pub use extract::{Extractor, FEW, Occurrence};
pub use place::Place;
pub use scratch::Scratch;
pub use vocabulary::{Column, Feature, FeatureKind, Vocabulary};
