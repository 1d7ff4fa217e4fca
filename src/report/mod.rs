//! Results → text.
//!
//! [`Reporter`] scores a block of a file and writes its rows as [`csv`] or [`jsonl`]; [`text`] shows one posting to a
//! person, [`html`] the riskiest [`cases`] of a file to people elsewhere.

pub mod cases;
pub mod columnar;
pub mod csv;
pub mod evaluation;
pub mod html;
pub mod jsonl;
pub mod number;
mod redacted;
pub mod reporter;
pub mod text;
pub mod top;
pub mod training;

pub use reporter::{BlockReport, Options, ReasonsFor, Rejected, Reporter};

/// The columns that scoring adds.
pub const ADDED: [&str; 4] = ["lure_probability", "lure_tier", "lure_cues", "lure_reasons"];

/// Reasons given for a row, the heaviest first.
pub const REASONS: usize = 5;

/// How scored rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The input's rows, each with the columns [`ADDED`].
    Csv,
    /// A JSON object a row.
    Jsonl,
}
