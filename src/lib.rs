//! lurewatch

pub mod dataset;
pub mod error;
pub mod evaluate;
pub mod explain;
pub mod features;
pub mod groups;
pub mod ingest;
pub mod model;
pub mod normalize;
pub mod posting;
pub mod random;
pub mod report;
pub mod score;
pub mod tokenize;

pub use error::{Error, Result};
pub use model::Model;
