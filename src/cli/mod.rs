//! Flags in, exit code out.

mod args;
mod bench;
mod console;
mod evaluate;
mod explain;
mod globs;
mod hint;
mod inspect;
mod output;
mod redact;
mod report;
mod score;
mod stdin;
mod stop;
mod sums;
mod train;

use std::process::ExitCode;

use clap::{Parser, Subcommand, error::ErrorKind};
use lurewatch::{Error, Result, model::Manifest};

use crate::cli::console::Console;

/// Finds possible recruitment lures into scam compounds among job postings.
///
/// What it flags needs review by a person: it ranks adverts and judges nobody. Nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(name = "lurewatch", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Score(score::Args),
    Train(train::Args),
    Evaluate(evaluate::Args),
    Explain(explain::Args),
    Inspect(inspect::Args),
    Bench(bench::Args),
}

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// All is done.
    Complete,
    /// All is done but for rows that were rejected.
    RowsRejected,
    /// Nothing is complete: a signal stopped it, which the user was told.
    Stopped,
}

/// Runs the program on the arguments that it was started with.
pub(crate) fn run() -> ExitCode {
    stop::survive_file_limit();
    let console = Console::new();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(stop) if stop.kind() == ErrorKind::DisplayVersion => {
            return end(&console, console.print(&version()).map(|()| Exit::Complete));
        }
        Err(stop) => {
            let code = if stop.use_stderr() { 2 } else { 0 };
            // Nobody is left to tell if this cannot be printed.
            let _ = stop.print();
            return code.into();
        }
    };
    let done = match &cli.command {
        Command::Score(args) => score::run(args, &console),
        Command::Train(args) => train::run(args, &console),
        Command::Evaluate(args) => evaluate::run(args, &console),
        Command::Explain(args) => explain::run(args, &console),
        Command::Inspect(args) => inspect::run(args, &console),
        Command::Bench(args) => bench::run(args, &console),
    };
    end(&console, done)
}

/// 0 complete, 1 complete but rows were rejected, 2 failed. A reader that went away is no failure.
fn end(console: &Console, done: Result<Exit>) -> ExitCode {
    match done {
        Ok(Exit::Complete) => ExitCode::SUCCESS,
        Ok(Exit::RowsRejected) => 1.into(),
        Ok(Exit::Stopped) => 2.into(),
        Err(Error::Write { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            console.error(&error, hint::hint(&error).as_deref());
            2.into()
        }
    }
}

fn version() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match Manifest::embedded() {
        Ok(manifest) => format!("lurewatch {version} (model {})\n", manifest.id),
        Err(_) => format!("lurewatch {version} (no model)\n"),
    }
}
