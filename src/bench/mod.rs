//! How fast scoring is: on a user's file, stage by stage, or on generated adverts.
//!
//! [`speed`] times the whole of scoring on a number of threads, [`stages`] how one thread's time divides, [`figures`] says
//! both in a table or JSON, [`generate`] makes files to measure on. The clock is the caller's.

pub mod figures;
pub mod generate;
pub mod speed;
pub mod stages;
mod words;

use std::time::Duration;

/// Time since some fixed moment.
pub type Clock<'a> = &'a dyn Fn() -> Duration;
