//! `lurewatch score`.
//!
//! ```text
//! run      inputs → outputs, block by block
//! rejects  the file of rows that could not be scored
//! journal  what a later run must know to go on
//! resume   outputs anew, or as an earlier run left them
//! ```

mod journal;
mod rejects;
mod resume;
mod run;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use lurewatch::{
    Error, Model, Result,
    ingest::{Input, Wanted},
    model::Tier,
    redact::{Key, Kind},
    report::{Format, Options, ReasonsFor, Reporter},
};

use self::{
    journal::{Journal, Settings},
    run::Run,
};
use crate::cli::{
    Exit,
    args::{ColumnArgs, RunArgs, ScoringArgs},
    console::Console,
    globs::expanded,
    output::{Checksum, Target, journal_name, real},
    redact::RedactArgs,
    report,
    stdin::Stdin,
    stop::Stop,
};

/// Score every posting of a CSV, JSON lines, Parquet or XLSX file.
///
/// Writes the rows as they are, each with `lure_probability`, `lure_tier` (review, watch, none), `lure_cues` and
/// `lure_reasons`. Tier review means: possible recruitment lure, needs review by a person.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// CSV with a header row, JSON lines, Parquet or XLSX; `-` is standard input. May be packed (gzip, zstd).
    ///
    /// Several, or a pattern such as `'2026/*.csv'`, go into one output; for CSV their headers must be the same.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Write to this file instead of standard output; it gets its name when it is complete. Ending in `.gz` or `.zst`, it
    /// is packed; ending in `.jsonl` or `.parquet`, it is that.
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Write every row that could not be scored to this file, byte for byte, with its place and why.
    ///
    /// It is CSV: `path,row,line,offset,record,reason`; `offset` counts bytes of the unpacked text as UTF-8.
    #[arg(long, value_name = "FILE", value_parser = a_file)]
    rejects: Option<PathBuf>,
    /// Go on with the run that was writing OUT and was cut off; the result is as if it had not been.
    ///
    /// All else must be as it was for that run. Without such a run it begins at the start.
    #[arg(long, requires = "output")]
    resume: bool,
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
    /// Write the riskiest flagged postings as a report for people instead: one HTML file that opens offline and prints.
    ///
    /// Holds the N of `--top`, else 200, with their texts and reasons, and is redacted unless `--no-redact` is given.
    #[arg(long, value_name = "FILE", value_parser = a_file, conflicts_with_all = ["output", "format", "rejects", "resume"])]
    report: Option<PathBuf>,
    #[command(flatten)]
    redact: RedactArgs,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    scoring: ScoringArgs,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    Csv,
    Jsonl,
    /// Every column of the input as text.
    Parquet,
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

fn a_file(text: &str) -> Result<PathBuf, String> {
    match text {
        "-" => Err("a file is wanted; standard output is for scored rows".to_owned()),
        name => Ok(PathBuf::from(name)),
    }
}

/// Runs it.
pub(super) fn run(args: &Args, console: &Console) -> Result<Exit> {
    console.set_quiet(args.run.quiet);
    let args = &Args { inputs: expanded(&args.inputs)?, ..args.clone() };
    let stop = Stop::listen();
    if let Some(path) = &args.report {
        return report::write(path, args.order(&stop)?, console);
    }
    let key = args.redact.key_for_rows()?;
    let first = args.open(&args.inputs[0], console, &stop)?;
    let columns = args.columns.find(&first, Wanted::Text, console)?;
    let model = args.scoring.load()?;
    let options = args.options(&first);
    if options.format == Format::Csv {
        args.check_headers(&first)?;
    }
    let reporter = Reporter::new(&model, &first, columns, options)?.keeping_rejected(args.rejects.is_some());
    let reporter = reporter.redacting(key.clone());
    let mut journal = args.journal(&model, options, key.as_ref())?;
    let earlier = resume::recall(args, &mut journal, console)?;
    if let (Some(earlier), Some(journal)) = (earlier.filter(|earlier| earlier.is_complete), &journal) {
        resume::name_outputs(args, earlier, journal)?;
        earlier.sums.tell(console);
        return Ok(earlier.sums.exit());
    }
    let mut run = Run::begin(args, journal, earlier, reporter.head(), console, stop.clone())?;
    let headers = first.headers().to_vec();
    let mut first = Some((first, reporter));
    let end = run.all(&args.inputs, |at, rows| {
        let path = &args.inputs[at];
        if let Some(first) = first.take().filter(|_| at == 0) {
            return Ok(first);
        }
        let input = args.open(path, console, &stop)?;
        if options.format == Format::Csv && input.headers() != headers {
            let (path, first) = (path.clone(), args.inputs[0].clone());
            return Err(Error::OtherHeader { path, first, found: input.headers().to_vec() });
        }
        let columns = args.columns.find(&input, Wanted::Text, console)?;
        let reporter = Reporter::new(&model, &input, columns, options)?.redacting(key.clone());
        Ok((input, reporter.after(rows).keeping_rejected(args.rejects.is_some())))
    });
    run.conclude(end, options.format)
}

fn ends_in(path: &Path, names: &[&str]) -> bool {
    path.extension().is_some_and(|extension| names.iter().any(|name| extension.eq_ignore_ascii_case(name)))
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

    /// An open input, and to the user what it is.
    fn open(&self, path: &Path, console: &Console, stop: &Stop) -> Result<Input> {
        if path != Path::new("-") {
            return self.columns.open(path, console);
        }
        let input = Input::from_reader_as(path, Stdin::new(stop.clone()), &self.columns.how())?;
        ColumnArgs::tell(&input, console);
        Ok(input)
    }

    /// The journal of this run, unless no later run can go on with it.
    fn journal(&self, model: &Model, options: Options, key: Option<&Key>) -> Result<Option<Journal>> {
        match (self.against_resuming()?, &self.output) {
            (Some((path, fault)), _) if self.resume => Err(Error::Resume { path, fault: fault.to_owned() }),
            (None, Some(output)) => {
                Ok(Some(Journal::new(journal_name(&real(output)), self.settings(model, options, key))))
            }
            _ => Ok(None),
        }
    }

    /// Why no later run can go on with this one, if it cannot.
    fn against_resuming(&self) -> Result<Option<(PathBuf, &'static str)>> {
        for path in [self.output.as_ref(), self.rejects.as_ref()].into_iter().flatten() {
            if !matches!(Target::of(Some(path))?, Target::File(_)) {
                return Ok(Some((path.clone(), "what is written there cannot be taken back; a file is wanted")));
            }
        }
        let is_file = |path: &Path| path != Path::new("-") && path.metadata().is_ok_and(|meta| meta.is_file());
        if let Some(path) = self.inputs.iter().find(|path| !is_file(path)) {
            return Ok(Some((path.clone(), "it cannot be read a second time; a file is wanted")));
        }
        if let Some(path) = self.output.clone().filter(|_| self.is_parquet()) {
            return Ok(Some((path, "a Parquet file is readable only with its end; write CSV or JSON lines")));
        }
        let top = "the riskiest rows are only known at the end, where they are all written at once";
        Ok(self.output.clone().filter(|_| self.top.is_some()).map(|path| (path, top)))
    }

    /// All that the outputs depend on, but for what is in the inputs.
    fn settings(&self, model: &Model, options: Options, key: Option<&Key>) -> Settings {
        // The id of a model speaks of its features alone.
        let manifest = serde_json::to_vec(model.manifest()).unwrap_or_default();
        let paths = |paths: &mut dyn Iterator<Item = &PathBuf>| {
            paths.map(|path| path.to_string_lossy().into_owned()).collect::<Vec<_>>().join(", ")
        };
        let columns = self
            .columns
            .columns
            .iter()
            .map(|choice| format!("{}={}", choice.role.name(), choice.header.as_deref().unwrap_or_default()));
        let how = self.columns.how();
        let settings = [
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("model", format!("{} {:08x}", model.manifest().id, Checksum::of(&manifest))),
            ("cues", self.scoring.model.cues_read()),
            ("inputs", paths(&mut self.inputs.iter())),
            ("rejects", paths(&mut self.rejects.iter())),
            ("format", format!("{:?}", options.format).to_lowercase()),
            ("tier", options.lowest.name().to_owned()),
            ("reasons", format!("{:?}", options.reasons).to_lowercase()),
            // Not the key itself, but what tells it from another.
            ("redacting", key.map(|key| key.tag(Kind::Name, "")).unwrap_or_default()),
            ("columns", columns.collect::<Vec<_>>().join(", ")),
            ("encoding", how.encoding.map(|encoding| encoding.to_string()).unwrap_or_default()),
            ("sheet", how.sheet.unwrap_or_default()),
        ];
        settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The report that is asked for.
    fn order(&self, stop: &Stop) -> Result<report::Order<'_>> {
        Ok(report::Order {
            inputs: &self.inputs,
            columns: &self.columns,
            model: self.scoring.load()?,
            lowest: self.lowest(),
            most: self.top.unwrap_or(report::MOST),
            threads: self.run.threads,
            redaction: self.redact.for_report()?,
            stop: stop.clone(),
        })
    }

    fn lowest(&self) -> Tier {
        match self.tier {
            TierName::Review => Tier::Review,
            TierName::Watch => Tier::Watch,
            TierName::All => Tier::None,
        }
    }

    fn is_parquet(&self) -> bool {
        match self.format {
            Some(format) => matches!(format, FormatName::Parquet),
            None => self.output.as_deref().is_some_and(|path| ends_in(path, &["parquet"])),
        }
    }

    fn options(&self, input: &Input) -> Options {
        let is_jsonl = |path: &Path| {
            let unpacked = if ends_in(path, &["gz", "zst"]) { path.with_extension("") } else { path.to_owned() };
            ends_in(&unpacked, &["jsonl", "ndjson"])
        };
        let format = match self.format {
            Some(FormatName::Jsonl) => Format::Jsonl,
            None if self.output.as_deref().is_some_and(is_jsonl) => Format::Jsonl,
            None if self.output.is_none() && input.form().is_json() => Format::Jsonl,
            // Parquet is made out of the CSV.
            Some(FormatName::Csv | FormatName::Parquet) | None => Format::Csv,
        };
        let reasons = match self.reasons {
            ReasonsName::Flagged => ReasonsFor::Flagged,
            ReasonsName::All => ReasonsFor::All,
        };
        Options { format, lowest: self.lowest(), reasons, top: self.top }
    }
}
