//! `lurewatch train`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use linfa::ParamGuard;
use lurewatch::{
    Error, Result,
    dataset::TrainingSet,
    features::cues::CueTable,
    ingest::{LabelRule, RowCounts, Wanted, file_name, read_background, read_labelled},
    model::{
        artifact::check_out_folder,
        manifest::DataRecord,
        train::{TrainParams, Trained},
    },
    report::training::Report,
};

use crate::cli::{
    Exit,
    args::{ColumnArgs, LabelArgs, RunArgs},
    console::Console,
    globs::expanded,
};

/// Train a model on labelled files.
///
/// Near-duplicates are found and kept together, the cost is chosen by cross-validation, and the figures at the end
/// are of postings that the measuring models had not seen.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled files: CSV, JSON lines, Parquet or XLSX, or patterns of their names; `-` is standard input.
    #[arg(required = true)]
    labelled: Vec<PathBuf>,
    /// Folder to write the model into; a model that stands there is replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// File of unlabelled postings, taken as clean at a small weight; may be given several times.
    ///
    /// Without one, every long ordinary posting is a false alarm: give a few thousand ads of the kind that you will score.
    #[arg(long, value_name = "FILE")]
    background: Vec<PathBuf>,
    /// CSV file of further cues, in the form of the built-in ones; may be given several times.
    #[arg(long, value_name = "FILE")]
    cues: Vec<PathBuf>,
    /// Seed of every random choice: the same data and seed give the same model.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    label: LabelArgs,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    run: RunArgs,
}

/// Runs it.
pub(super) fn run(args: &Args, console: &Console) -> Result<Exit> {
    console.set_quiet(args.run.quiet);
    let start = Instant::now();
    let (labelled, background) = (expanded(&args.labelled)?, expanded(&args.background)?);
    let args = &Args { labelled, background, ..args.clone() };
    check_out_folder(&args.out)?;
    args.run.start_threads()?;
    let params = TrainParams::default().seed(args.seed).check()?;
    let (cues, cues_text) = cues(args)?;
    let (set, records) = read(args, console)?;
    let report = |line: &str| console.note(&format!("[{:>6.1} s] {line}", start.elapsed().as_secs_f64()));
    let trained = params.train(&set, &cues, records, &report).map_err(|error| name_files(error, &args.labelled))?;
    let Trained { model, .. } = &trained;
    model.files(&cues_text)?.save(&args.out)?;
    console.print(&Report { model, background: set.background.len() }.to_string())?;
    console.note(&format!("model written to {}", args.out.display()));
    Ok(if console.end_of_rejected() == 0 { Exit::Complete } else { Exit::RowsRejected })
}

/// The built-in cues and the caller's, as a table and as the text of one file.
fn cues(args: &Args) -> Result<(CueTable, String)> {
    let mut table = CueTable::built_in();
    let mut text = CueTable::built_in_text().to_owned();
    for path in &args.cues {
        let bytes = fs::read(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        table.extend(CueTable::read(bytes.as_slice(), path)?);
        let more = String::from_utf8_lossy(&bytes);
        // What stands before the header is blank, or the table would not have been read.
        let rows = more.lines().skip_while(|line| line.trim_matches(['\u{feff}', ' ', '\t']).is_empty()).skip(1);
        text.extend(rows.flat_map(|line| [line, "\n"]));
    }
    Ok((table, text))
}

type Records = (Vec<DataRecord>, Vec<DataRecord>);

fn read(args: &Args, console: &Console) -> Result<(TrainingSet, Records)> {
    let mut set = TrainingSet::default();
    let mut records = Records::default();
    let rule = args.label.rule();
    for path in &args.labelled {
        let record = read_labelled_file(args, path, &rule, &mut set, console)?;
        records.0.push(record);
    }
    for path in &args.background {
        let record = read_background_file(args, path, &mut set, console)?;
        records.1.push(record);
    }
    if args.background.is_empty() {
        console.warn("no background: expect false alarms on long ordinary postings; `--background FILE` gives some");
    }
    Ok((set, records))
}

fn read_labelled_file(
    args: &Args,
    path: &Path,
    rule: &LabelRule,
    set: &mut TrainingSet,
    console: &Console,
) -> Result<DataRecord> {
    let input = args.columns.open(path, console)?;
    let columns = args.columns.find_labelled(&input, &args.label, console)?;
    let mut rows = input.rows(columns.clone());
    let (labelled, counts) =
        read_labelled(&mut rows, &columns, path, rule, |place, fault| console.rejected(place, fault))?;
    let lures = labelled.iter().filter(|row| row.label.is_lure()).count();
    console.note(&format!("{}: {}; {lures} lures", path.display(), told(&counts, labelled.len())));
    console.mended(&counts.mended);
    let record =
        DataRecord { name: file_name(path), sha256: rows.sha256().unwrap_or_default(), rows: labelled.len(), lures };
    set.labelled.extend(labelled);
    Ok(record)
}

fn read_background_file(args: &Args, path: &Path, set: &mut TrainingSet, console: &Console) -> Result<DataRecord> {
    let input = args.columns.open(path, console)?;
    let columns = args.columns.find(&input, Wanted::Labelled, console)?;
    let mut rows = input.rows(columns);
    let (background, counts) = read_background(&mut rows, path, |place, fault| console.rejected(place, fault))?;
    console.note(&format!("{}: {}", path.display(), told(&counts, background.len())));
    console.mended(&counts.mended);
    let rows_used = background.len();
    set.background.extend(background);
    Ok(DataRecord { name: file_name(path), sha256: rows.sha256().unwrap_or_default(), rows: rows_used, lures: 0 })
}

/// `9 rows = 7 used + 1 rejected + 1 unlabelled + 0 empty`.
fn told(counts: &RowCounts, used: usize) -> String {
    let RowCounts { read, rejected, unlabelled, empty, .. } = counts;
    format!("{read} rows = {used} used + {rejected} rejected + {unlabelled} unlabelled + {empty} without text")
}

/// Names the user's files where training speaks of its rows.
fn name_files(error: Error, files: &[PathBuf]) -> Error {
    match error {
        Error::Labels { fault, .. } => {
            let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
            Error::Labels { path: names.join(", "), fault }
        }
        other => other,
    }
}
