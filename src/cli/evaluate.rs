//! `lurewatch evaluate`.

use lurewatch::Result;

use crate::cli::{Exit, console::Console};

/// Measure a model on labelled files.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Runs it.
pub(super) fn run(_args: &Args, console: &Console) -> Result<Exit> {
    console.warn("this command is not built yet");
    Ok(Exit::Complete)
}
