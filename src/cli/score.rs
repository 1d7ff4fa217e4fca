//! `lurewatch score`.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::ValueEnum;
use lurewatch::{
    Error, Result,
    error::Place,
    ingest::{Input, Wanted},
    model::Tier,
    posting::Mended,
    report::{Format, Options, ReasonsFor, Reporter, top::Top},
    score,
};

use crate::cli::{
    Exit,
    args::{ColumnArgs, ModelArgs, RunArgs},
    console::Console,
    output::Output,
};

/// Score every posting of a CSV or JSON lines file.
///
/// Writes the rows as they are, each with `lure_probability`, `lure_tier` (review, watch, none), `lure_cues` and
/// `lure_reasons`. Tier review means: possible recruitment lure, needs review by a person.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// CSV with a header row, JSON lines or XLSX; `-` is standard input. May be packed (gzip, zstd).
    ///
    /// Several go into one output; for CSV their headers must be the same.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Write to this file instead of standard output; it gets its name when it is complete. Ending in `.gz` or `.zst`, it
    /// is packed.
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Form of the output [default: as OUT ends; on standard output as the input is].
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// Write only the N riskiest rows, the riskiest first.
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Write only rows of this tier or a higher one.
    #[arg(long, value_enum, default_value_t = TierName::All)]
    tier: TierName,
    /// Give reasons for rows of tier review and watch, or for all.
    #[arg(long, value_enum, default_value_t = ReasonsName::Flagged)]
    reasons: ReasonsName,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    Csv,
    Jsonl,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum TierName {
    Review,
    Watch,
    All,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReasonsName {
    Flagged,
    All,
}

/// What was done, added up.
#[derive(Default)]
struct Sums {
    scored: u64,
    rejected: u64,
    has_more: u64,
    mended: Mended,
    review: u64,
    watch: u64,
}

/// Runs it.
pub(super) fn run(args: &Args, console: &Console) -> Result<Exit> {
    console.set_quiet(args.run.quiet);
    let input = args.columns.open(&args.inputs[0], console)?;
    let columns = args.columns.find(&input, Wanted::Text, console)?;
    let model = args.model.load()?;
    let options = args.options(&input);
    if options.format == Format::Csv {
        args.check_headers(&input)?;
    }
    let reporter = Reporter::new(&model, &input, columns, options)?;
    let mut output = Output::open(args.output.as_deref(), &args.inputs)?;
    let begun = Instant::now();
    output.write(reporter.head())?;
    let headers = input.headers().to_vec();
    let mut run =
        Run { console, threads: args.run.threads, sums: Sums::default(), top: args.top.map(Top::new), output };
    run.score(input, &reporter)?;
    for path in &args.inputs[1..] {
        let input = args.columns.open(path, console)?;
        if options.format == Format::Csv && input.headers() != headers {
            let (path, first) = (path.clone(), args.inputs[0].clone());
            return Err(Error::OtherHeader { path, first, found: input.headers().to_vec() });
        }
        let columns = args.columns.find(&input, Wanted::Text, console)?;
        let reporter = Reporter::new(&model, &input, columns, options)?.after(run.sums.read());
        run.score(input, &reporter)?;
    }
    let Run { sums, top, mut output, .. } = run;
    for row in top.map(Top::into_rows).unwrap_or_default() {
        output.write(&row.text)?;
    }
    output.finish()?;
    console.end_of_rejected();
    if sums.has_more > 0 && options.format == Format::Csv {
        let rows = sums.has_more;
        console.warn(&format!(
            "{rows} rows have keys that the first rows have not; CSV leaves them out, JSON lines keep them"
        ));
    }
    sums.tell(begun.elapsed().as_secs_f64(), console);
    Ok(if sums.rejected > 0 { Exit::RowsRejected } else { Exit::Complete })
}

/// What goes on from one input to the next.
struct Run<'c> {
    console: &'c Console,
    threads: usize,
    sums: Sums,
    top: Option<Top>,
    output: Output,
}

impl Run<'_> {
    /// Scores an input to its end.
    fn score(&mut self, input: Input, reporter: &Reporter<'_>) -> Result<()> {
        let Self { console, threads, sums, top, output } = self;
        let path = input.path().to_owned();
        let content = input.content().clone();
        console.begin_progress(input.size());
        if let Some(top) = top {
            reporter.raise_bar(top.bar());
        }
        score::batch(
            *threads,
            input.blocks(),
            |block, scratch| reporter.block(block, scratch),
            |report| {
                for (row, line, fault) in &report.rejected {
                    console.rejected(&Place { path: path.clone(), line: *line, row: *row }, fault);
                }
                sums.scored += report.scored;
                sums.rejected += report.rejected.len() as u64;
                sums.has_more += report.has_more;
                sums.mended.add(&report.mended);
                sums.review += report.review;
                sums.watch += report.watch;
                console.progress(report.bytes, sums.read());
                if let Some(top) = top {
                    reporter.raise_bar(top.add(report.top));
                }
                output.write(&report.text)
            },
        )?;
        console.end_progress();
        let broken = content.broken();
        if broken > 0 {
            let (path, encoding) = (path.display(), content.encoding);
            console.warn(&format!("{path}: {broken} places are no {encoding}; they are read and written as U+FFFD"));
        }
        Ok(())
    }
}

impl Args {
    /// All inputs must have the header of the first, since one output has one header.
    fn check_headers(&self, first: &Input) -> Result<()> {
        let how = self.columns.how();
        for path in self.inputs[1..].iter().filter(|path| path.as_path() != Path::new("-")) {
            let other = Input::open_as(path, &how)?;
            if other.headers() != first.headers() || other.delimiter() != first.delimiter() {
                let (path, first) = (path.clone(), first.path().to_owned());
                return Err(Error::OtherHeader { path, first, found: other.headers().to_vec() });
            }
        }
        Ok(())
    }

    fn options(&self, input: &Input) -> Options {
        let ends_in = |path: &Path, names: &[&str]| {
            path.extension().is_some_and(|extension| names.iter().any(|name| extension.eq_ignore_ascii_case(name)))
        };
        let is_jsonl = |path: &Path| {
            let unpacked = if ends_in(path, &["gz", "zst"]) { path.with_extension("") } else { path.to_owned() };
            ends_in(&unpacked, &["jsonl", "ndjson"])
        };
        let format = match self.format {
            Some(FormatName::Jsonl) => Format::Jsonl,
            None if self.output.as_deref().is_some_and(is_jsonl) => Format::Jsonl,
            None if self.output.is_none() && input.form().is_json() => Format::Jsonl,
            Some(FormatName::Csv) | None => Format::Csv,
        };
        let lowest = match self.tier {
            TierName::Review => Tier::Review,
            TierName::Watch => Tier::Watch,
            TierName::All => Tier::None,
        };
        let reasons = match self.reasons {
            ReasonsName::Flagged => ReasonsFor::Flagged,
            ReasonsName::All => ReasonsFor::All,
        };
        Options { format, lowest, reasons, top: self.top }
    }
}

impl Sums {
    fn read(&self) -> u64 {
        self.scored + self.rejected
    }

    fn tell(&self, seconds: f64, console: &Console) {
        let Self { scored, rejected, review, watch, .. } = self;
        let read = self.read();
        console.mended(&self.mended);
        console.note(&format!("rows: {read} read = {scored} scored + {rejected} rejected"));
        console.note(&format!("possible recruitment lures: {review} need review, {watch} to watch"));
        console.note(&format!("time: {seconds:.2} s, {:.0} rows/s", read as f64 / seconds.max(1e-9)));
    }
}
