//! Hand-written indicators: patterns of words that recruiters, honest employers and reporters use.
//!
//! Cues are data: `cues.csv` holds one pattern a row, with the indicator that it shows, its language, the codes of
//! the frameworks that name it, and whether the phrase is attested in a source or drafted for this project. The
//! indicator itself (`P4`, `T1`) is what the model weighs; what differs by language is only how it is worded.
//!
//! A pattern that stands in a text is *offered*, *negated* ("no fee is ever asked") or *reported* (a warning, a court, a
//! victim speaks of it); the three are different features, since an advert offers and a warning reports.
//!
//! - [`pattern`]: the small language in which patterns are written
//! - [`table`]: the file
//! - `tree`: all patterns of a file put together, from which [`matcher`] is made
//! - [`matcher`]: all patterns at once over the words of a posting
//! - [`names`]: what the ids mean, for people

pub mod matcher;
pub mod names;
pub mod pattern;
pub mod table;
mod tree;

pub use matcher::{Answers, CueHit, CueMode, Gate, Matcher, SENTENCE_COST, Word, mask_of};
pub use table::{Cue, CueKind, CueTable};
