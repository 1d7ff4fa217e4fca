//! `lurewatch evaluate`.

use std::path::PathBuf;

use clap::ValueEnum;
use lurewatch::{
    Error, Model, Result,
    dataset::{Labelled, groups_of},
    evaluate::{
        interval::Bootstrap,
        operating::{OperatingPoint, threshold_of_budget},
        slices::{Measured, Slice, SliceBy, slices},
    },
    features::Scratch,
    ingest::read_labelled,
    report::evaluation::Evaluation,
};
use rayon::prelude::*;

use crate::cli::{
    Exit,
    args::{ColumnArgs, LabelArgs, ModelArgs, RunArgs, base_rate},
    console::Console,
    globs::expanded,
};

/// Measure a model on labelled files.
///
/// Intervals are over groups: near-duplicates, and rows with the same value in the group column, count as one piece of
/// evidence.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled files: CSV, JSON lines, Parquet or XLSX, or patterns of their names; `-` is standard input.
    #[arg(required = true)]
    labelled: Vec<PathBuf>,
    /// State the precision to expect where this share of postings are lures, such as 0.00036.
    #[arg(long, value_name = "P", value_parser = base_rate)]
    base_rate: Option<f64>,
    /// Choose the threshold that flags at most N of these postings.
    #[arg(long, value_name = "N")]
    review_budget: Option<usize>,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    label: LabelArgs,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading.
    Table,
    /// For programs.
    Json,
}

/// Runs it.
pub(super) fn run(args: &Args, console: &Console) -> Result<Exit> {
    console.set_quiet(args.run.quiet);
    let args = &Args { labelled: expanded(&args.labelled)?, ..args.clone() };
    args.run.start_threads()?;
    let model = args.model.load()?;
    let labelled = read(args, console)?;
    let rows = measure(&model, &labelled);
    let bootstrap = Bootstrap::default();
    let evaluation = Evaluation {
        model: model.manifest().id.clone(),
        overall: Slice::measure(&rows, bootstrap),
        points: points(args, &model, &rows),
        languages: slices(&rows, SliceBy::Language, bootstrap),
        sources: slices(&rows, SliceBy::Source, bootstrap),
        lengths: slices(&rows, SliceBy::Length, bootstrap),
    };
    match args.format {
        Format::Table => console.print(&evaluation.to_string())?,
        Format::Json => console.print(&evaluation.to_json())?,
    }
    Ok(if console.end_of_rejected() == 0 { Exit::Complete } else { Exit::RowsRejected })
}

fn read(args: &Args, console: &Console) -> Result<Vec<Labelled>> {
    let mut labelled = Vec::new();
    for path in &args.labelled {
        let input = args.columns.open(path, console)?;
        let columns = args.columns.find_labelled(&input, &args.label, console)?;
        let mut rows = input.rows(columns.clone());
        let rejected = |place: &_, fault: &_| console.rejected(place, fault);
        let (found, counts) = read_labelled(&mut rows, &columns, path, &args.label.rule(), rejected)?;
        console.mended(&counts.mended);
        labelled.extend(found);
    }
    if labelled.is_empty() {
        let names: Vec<String> = args.labelled.iter().map(|file| file.display().to_string()).collect();
        let fault = "no labelled posting with text; at least one is needed".to_owned();
        return Err(Error::Labels { path: names.join(", "), fault });
    }
    Ok(labelled)
}

fn measure(model: &Model, labelled: &[Labelled]) -> Vec<Measured> {
    let groups = groups_of(labelled);
    labelled
        .par_iter()
        .zip(&groups)
        .map_init(Scratch::default, |scratch, (row, &group)| {
            let score = model.score(&row.posting, scratch);
            Measured {
                decision: score.decision,
                probability: score.probability,
                is_lure: row.label.is_lure(),
                group,
                language: row.language.clone(),
                source: row.source.clone(),
                characters: row.posting.pieces().iter().map(|piece| piece.text.chars().count()).sum(),
                is_review: score.tier == lurewatch::model::Tier::Review,
            }
        })
        .collect()
}

/// The thresholds of the model's tiers, and the one of the user's budget.
fn points(args: &Args, model: &Model, rows: &[Measured]) -> Vec<OperatingPoint> {
    let decision: Vec<f64> = rows.iter().map(|row| row.decision).collect();
    let is_lure: Vec<bool> = rows.iter().map(|row| row.is_lure).collect();
    let thresholds = &model.manifest().thresholds;
    let mut wanted = vec![
        ("tier `review`".to_owned(), thresholds.review),
        ("tier `watch` or `review`".to_owned(), thresholds.watch),
    ];
    if let Some(budget) = args.review_budget {
        wanted.push((format!("at most {budget} of these postings"), threshold_of_budget(&decision, budget)));
    }
    wanted
        .into_iter()
        .map(|(chosen, threshold)| {
            let platt = &model.manifest().calibration;
            let probability = args
                .base_rate
                .map_or_else(|| platt.probability(threshold), |rate| platt.probability_at(threshold, rate));
            OperatingPoint::measure(chosen, threshold, probability, (&decision, &is_lure), args.base_rate)
        })
        .collect()
}
