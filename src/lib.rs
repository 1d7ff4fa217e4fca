//! Finds possible recruitment lures into scam compounds among job postings: offline, explained, calibrated.
//!
//! A *posting* goes in; out come a decision value, a calibrated probability that its text is a *lure* (an advert whose offer fits
//! recruitment into forced criminality), a tier, and the reasons with their places in the text. A result says "possible
//! recruitment lure: needs review", of a text and for a person to read; it judges nobody.
//!
//! # The way of a posting
//!
//! ```text
//! ingest → normalize → tokenize → features → model → score → explain → report
//! bytes    comparable   token ids  sparse     decision  probability  spans   csv/jsonl
//!          text+offsets            row        value     + tier
//! ```
//!
//! # Reading order
//!
//! Each module may use what stands above it, and `tests/it/layering.rs` sees to it. The core takes and returns values: it
//! prints nothing and asks neither clock nor environment; only [`model::artifact`] touches files. The core never names the edges.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`error`] | [`Error`]: *place: fault; what is allowed* |
//! | [`random`] | the one source of chance, seeded |
//! | [`posting`] | the nouns: posting, piece, field, span, label |
//! | [`normalize`] | text → comparable units that know their place in the original |
//! | `flat` | arrays and look-up tables that need not be read at every start |
//! | [`tokenize`] | units → subword ids |
//! | [`groups`] | near-duplicates, which every split keeps on one side |
//! | [`dataset`] | labelled postings and background; folds, random cuts |
//! | [`features`] | postings → sparse rows: n-grams, cues and their pairs, typed values |
//! | [`evaluate`] | decision values and labels → figures, with intervals and slices |
//! | [`model`] | rows → probability: solver, calibration, training, the model folder |
//! | [`score`] | many postings, on all cores, in input order |
//! | [`explain`] | one score → its reasons; they sum to the decision value |
//! | [`redact`] | personal data in a text → keyed hashes |
//! | [`ingest`] (edge) | bytes → rows → postings; which header plays which role |
//! | [`report`] (edge) | results → CSV, JSON lines, text, HTML |
//! | [`bench`](mod@bench) (edge) | how fast all this is, stage by stage; adverts to measure on |
//!
//! The model is linear on purpose: a reason is weight × value, exactly, and an analyst can see, sort and dispute every weight
//! in `features.csv` of the model folder.
//!
//! # Example
//!
//! ```
//! use lurewatch::{Model, explain::explain, features::Scratch, posting::Posting};
//!
//! let model = Model::embedded()?;
//! let mut scratch = Scratch::default(); // buffers and a word cache; one a thread
//! let lure = Posting::from_text("Chat work in Bavet, flight and visa paid, no experience needed, Telegram only");
//! let honest = Posting::from_text("Night nurse, county hospital, permanent contract, interview on the ward");
//! assert!(model.score(&lure, &mut scratch).probability > model.score(&honest, &mut scratch).probability);
//!
//! for reason in explain(&model, &lure, &mut scratch).reasons.iter().take(3) {
//!     println!("{:+.2} {:?}", reason.weight, reason.text);
//! }
//! # Ok::<(), lurewatch::Error>(())
//! ```

pub mod bench;
pub mod dataset;
pub mod error;
pub mod evaluate;
pub mod explain;
pub mod features;
mod flat;
pub mod groups;
pub mod ingest;
pub mod model;
pub mod mutate;
pub mod normalize;
pub mod posting;
pub mod random;
pub mod redact;
pub mod report;
pub mod score;
pub mod tokenize;

pub use error::{Error, Result};
pub use model::Model;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
