//! `lurewatch inspect`.

use lurewatch::Result;

use crate::cli::{Exit, console::Console};

/// Show what a model is made of.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Runs it.
pub(super) fn run(_args: &Args, console: &Console) -> Result<Exit> {
    console.warn("this command is not built yet");
    Ok(Exit::Complete)
}
