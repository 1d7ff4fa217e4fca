//! `lurewatch bench`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::ValueEnum;
use lurewatch::{
    Result,
    bench::{
        figures::{Figures, Machine},
        generate::Adverts,
        speed, stages,
    },
    ingest::{Input, Wanted},
    score,
};

use crate::cli::{
    Exit,
    args::{ColumnArgs, ModelArgs},
    console::Console,
    output::Output,
};

/// Measure how fast this machine scores a file.
///
/// Scores the file once to warm up and then several times, on one thread, two, and so on up to all cores; then shows where
/// one thread's time goes. Writes no scores. With --generate, makes a file to measure on instead.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// CSV file with a header row; it is read several times, so standard input will not do.
    #[arg(required_unless_present = "generate", conflicts_with = "generate", value_parser = a_file)]
    input: Option<PathBuf>,
    /// Time so many runs for each number of threads.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write so many made-up adverts as CSV: 3 KB each, 10 % not in English, words as frequent as in text.
    #[arg(long, value_name = "ROWS")]
    generate: Option<u64>,
    /// Make other adverts.
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "input")]
    seed: u64,
    /// Write the adverts to this file instead of standard output.
    #[arg(short, long, value_name = "FILE", conflicts_with = "input")]
    output: Option<PathBuf>,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    model: ModelArgs,
    /// Measure only this number of threads; 0 is one a core [default: 1, 2, 4 … up to the cores].
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Say nothing but errors.
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading.
    Table,
    /// For programs.
    Json,
}

fn a_file(text: &str) -> Result<PathBuf, String> {
    match text {
        "-" => Err("a file is wanted, since it is read several times".to_owned()),
        name => Ok(PathBuf::from(name)),
    }
}

/// Runs it.
pub(super) fn run(args: &Args, console: &Console) -> Result<Exit> {
    console.set_quiet(args.quiet);
    match (&args.input, args.generate) {
        (_, Some(rows)) => generate(args, rows),
        (Some(path), None) => measure(args, path, console),
        (None, None) => Ok(Exit::Complete),
    }
}

fn generate(args: &Args, rows: u64) -> Result<Exit> {
    let mut output = Output::open(args.output.as_deref(), &[])?;
    output.write(Adverts::HEADER.as_bytes())?;
    let adverts = Adverts::new(args.seed);
    score::batch(
        args.threads.unwrap_or(0),
        Adverts::runs(rows).map(Ok),
        |run, _| {
            let mut text = Vec::new();
            adverts.rows(run, &mut text);
            text
        },
        |text| output.write(&text),
    )?;
    output.finish()?;
    Ok(Exit::Complete)
}

fn measure(args: &Args, path: &Path, console: &Console) -> Result<Exit> {
    let model = args.model.load()?;
    args.columns.find(&Input::open(path)?, Wanted::Text, console)?;
    let choices = &args.columns.columns;
    let runs = usize::from(args.runs);
    let begun = Instant::now();
    let clock = move || -> Duration { begun.elapsed() };
    let mut speeds = Vec::new();
    for threads in thread_counts(args.threads) {
        console.note(&format!("{threads} threads: {} runs", runs + 1));
        speeds.push(speed::measure(&model, path, choices, threads, runs, &clock)?);
    }
    // Before the stages, which hold a part of the file in memory.
    let peak_bytes = peak_memory();
    console.note("one thread, stage by stage");
    let stages = stages::measure(&model, path, choices, runs, &clock)?;
    let figures = Figures {
        file: path.display().to_string(),
        model: model.manifest().id.clone(),
        machine: machine(),
        runs,
        peak_bytes,
        stages,
        speeds,
    };
    match args.format {
        Format::Table => console.print(&figures.to_string())?,
        Format::Json => console.print(&figures.to_json())?,
    }
    let is_whole = figures.speeds.iter().all(|speed| speed.rejected == 0);
    Ok(if is_whole { Exit::Complete } else { Exit::RowsRejected })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// 1, 2, 4 and so on, and all cores; or what was asked for.
fn thread_counts(wanted: Option<usize>) -> Vec<usize> {
    match wanted {
        Some(0) => vec![cores()],
        Some(threads) => vec![threads],
        None => {
            let doubled = std::iter::successors(Some(1), |threads| Some(2 * threads));
            doubled.take_while(|&threads| threads < cores()).chain([cores()]).collect()
        }
    }
}

fn machine() -> Machine {
    let known = fs::read_to_string("/proc/cpuinfo").ok();
    let cpu = known.as_deref().and_then(|text| entry(text, "model name")).unwrap_or("unknown processor").to_owned();
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    Machine { cpu, cores: cores(), system }
}

/// The most memory that this process has held, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kibibytes: u64 = entry(&status, "VmHWM")?.strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// The value of `name: value` in a text of the system's.
fn entry<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.map(|(key, value)| (key.trim(), value.trim())).find(|(key, _)| *key == name).map(|(_, value)| value)
}
