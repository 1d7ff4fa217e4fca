//! `lurewatch score`.

use std::path::PathBuf;

use lurewatch::Result;

use crate::cli::{
    Exit,
    args::{ColumnArgs, ModelArgs, RunArgs},
    console::Console,
};

/// Score every posting of a CSV file.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// CSV file with a header row; `-` is standard input.
    input: PathBuf,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    run: RunArgs,
}

/// Runs it.
pub(super) fn run(args: &Args, console: &Console) -> Result<Exit> {
    console.set_quiet(args.run.quiet);
    Ok(Exit::Complete)
}
