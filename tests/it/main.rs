//! Tests from outside: of the library's public face, and of the program as its user sees it.

mod bad_input;
mod bench;
mod columns;
mod cues;
mod dataset;
mod determinism;
mod evaluate;
mod explain;
mod faults;
mod formats;
mod inspect;
mod layering;
mod mend;
mod metrics;
mod model_folder;
mod normalize;
mod rejects;
mod resume;
mod robustness;
mod rows;
mod score;
mod solver;
mod support;
mod tokenize;
mod train;
mod weak_cues;
