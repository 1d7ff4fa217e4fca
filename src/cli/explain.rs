//! `lurewatch explain`.

use std::path::{Path, PathBuf};

use lurewatch::{
    Error, Result,
    explain::explain,
    features::Scratch,
    ingest::{Role, Row, Wanted},
    posting::Mended,
    report::text::{Explained, Style, printable},
};

use crate::cli::{
    Exit,
    args::{ColumnArgs, ScoringArgs},
    console::Console,
};

/// Reasons that are listed besides cues, unless all are asked for.
const LISTED: usize = 25;

/// Show why one posting scores as it does.
///
/// Prints its text with the places marked that speak for or against a lure, each reason with its weight, and what they sum
/// to.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// CSV with a header row, or JSON lines; `-` is standard input. May be packed (gzip, zstd).
    input: PathBuf,
    /// The row to explain; 1 is the first below the header.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    row: u64,
    /// List every reason, not only the cues and the heaviest words.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    scoring: ScoringArgs,
    /// Say nothing but errors.
    #[arg(long)]
    quiet: bool,
}

/// Runs it.
pub(super) fn run(args: &Args, console: &Console) -> Result<Exit> {
    console.set_quiet(args.quiet);
    let model = args.scoring.load()?;
    let input = args.columns.open(&args.input, console)?;
    let columns = args.columns.find(&input, Wanted::Text, console)?;
    let row = row_of_number(input.rows(columns), args.row, &args.input)?;
    let posting = row.posting();
    let mut mended = Mended::default();
    mended.count(&posting);
    console.mended(&mended);
    let explanation = explain(&model, &posting, &mut Scratch::default());
    let explained = Explained {
        posting: &posting,
        explanation: &explanation,
        prevalence: model.manifest().calibration.prevalence,
        listed: if args.all { usize::MAX } else { LISTED },
        style: if console.has_colour() { Style::Colour } else { Style::Plain },
    };
    console.print(&format!("{}\n{explained}", heading(&row)))?;
    Ok(Exit::Complete)
}

/// Where the row stands, and its id.
fn heading(row: &Row) -> String {
    let id = row.get(Role::Id).map(|id| format!(" (id {id})")).unwrap_or_default();
    printable(&format!("{}{id}", row.place())).into_owned()
}

/// The row with a number, which also rows before it that cannot be used count for.
fn row_of_number(rows: impl Iterator<Item = Result<Row>>, wanted: u64, path: &Path) -> Result<Row> {
    let mut last = 0;
    for row in rows {
        last = match &row {
            Ok(row) => row.place().row,
            Err(Error::BadRow { place, .. }) => place.row,
            Err(_) => return row,
        };
        if last == wanted {
            return row;
        }
    }
    Err(Error::NoSuchRow { path: path.to_owned(), row: wanted, rows: last })
}
