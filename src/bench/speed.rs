//! Scoring a whole file, over and over.

use std::path::Path;

use crate::{
    Model, Result,
    bench::{
        Clock,
        figures::{Speed, Spread},
    },
    ingest::{ColumnChoice, Input, Wanted},
    model::Tier,
    report::{Format, Options, ReasonsFor, Reporter},
    score,
};

/// Scores a file on `threads` threads, once for nothing and then `runs` times for the clock.
///
/// Everything that `lurewatch score` does is done (CSV in and out, reasons for flagged rows), but what is written goes
/// nowhere.
///
/// # Errors
///
/// As those of reading and scoring.
pub fn measure(
    model: &Model,
    path: &Path,
    choices: &[ColumnChoice],
    threads: usize,
    runs: usize,
    clock: Clock<'_>,
) -> Result<Speed> {
    let mut sums = once(model, path, choices, threads)?;
    let mut seconds = Vec::with_capacity(runs);
    for _ in 0..runs {
        let begun = clock();
        sums = once(model, path, choices, threads)?;
        seconds.push(clock().saturating_sub(begun).as_secs_f64());
    }
    let Sums { rows, rejected, bytes } = sums;
    let per_second = |amount: f64| Spread::of(seconds.iter().map(|seconds| amount / seconds.max(1e-9)));
    Ok(Speed {
        threads,
        rows,
        rejected,
        bytes,
        ads_per_second: per_second(rows as f64),
        megabytes_per_second: per_second(bytes as f64 / 1e6),
    })
}

#[derive(Default)]
struct Sums {
    rows: u64,
    rejected: u64,
    bytes: u64,
}

fn once(model: &Model, path: &Path, choices: &[ColumnChoice], threads: usize) -> Result<Sums> {
    let input = Input::open(path)?;
    let columns = input.columns(choices, Wanted::Text)?;
    let reporter = Reporter::new(model, &input, columns, OPTIONS)?;
    let mut sums = Sums::default();
    score::batch(
        threads,
        input.blocks(),
        |block, scratch| reporter.block(block, scratch),
        |report| {
            std::hint::black_box(&report.text);
            sums.rows += report.scored + report.rejected.len() as u64;
            sums.rejected += report.rejected.len() as u64;
            sums.bytes += report.bytes;
            Ok(())
        },
    )?;
    Ok(sums)
}

/// What `lurewatch score` does unless told otherwise.
pub(super) const OPTIONS: Options =
    Options { format: Format::Csv, lowest: Tier::None, reasons: ReasonsFor::Flagged, top: None };
