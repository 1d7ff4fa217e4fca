//! `lurewatch score --report`: the riskiest postings as one HTML file.

use std::path::{Path, PathBuf};

use lurewatch::{
    Model, Result,
    error::Place,
    ingest::{Input, Wanted},
    model::Tier,
    redact::Redaction,
    report::{
        cases::{CaseBlock, CaseFinder, Riskiest},
        html::{FileFacts, HtmlReport},
    },
    score,
};

use crate::cli::{Exit, args::ColumnArgs, console::Console, output::Output, stop::Stop, sums::Sums};

/// Postings in a report, unless another number is asked for.
pub(super) const MOST: usize = 200;

/// What is reported on, and how.
pub(super) struct Order<'a> {
    pub(super) inputs: &'a [PathBuf],
    pub(super) columns: &'a ColumnArgs,
    pub(super) model: Model,
    pub(super) lowest: Tier,
    pub(super) most: usize,
    pub(super) threads: usize,
    pub(super) redaction: Redaction,
    pub(super) stop: Stop,
}

/// Scores the inputs and writes the report to `path`.
pub(super) fn write(path: &Path, mut order: Order<'_>, console: &Console) -> Result<Exit> {
    let mut output = Output::open(Some(path), order.inputs)?;
    let mut riskiest = Riskiest::new(order.most);
    let (mut sums, mut files) = (Sums::default(), Vec::new());
    for input in order.inputs {
        let input = order.columns.open(input, console)?;
        let facts = read(&order, input, (&mut riskiest, &mut sums, files.len()), console)?;
        files.push(facts);
        if order.stop.is_set() {
            console.warn(&format!("{}: stopped; no report is written", path.display()));
            return Ok(Exit::Stopped);
        }
    }
    console.mended(&sums.mended);
    let cases = riskiest.into_cases();
    let report = HtmlReport {
        version: env!("CARGO_PKG_VERSION"),
        model: &order.model.manifest().id,
        prevalence: order.model.manifest().calibration.prevalence,
        files: &files,
        scored: sums.scored,
        rejected: sums.rejected,
        review: sums.review,
        watch: sums.watch,
        cases: &cases,
    };
    output.write(report.to_html(&mut order.redaction).as_bytes())?;
    output.finish()?;
    console.end_of_rejected();
    sums.tell_rows(console);
    console.note(&format!("{}: the {} riskiest of them", path.display(), cases.len()));
    Ok(sums.exit())
}

/// Scores an input to its end.
fn read(
    order: &Order<'_>,
    input: Input,
    (riskiest, sums, file): (&mut Riskiest, &mut Sums, usize),
    console: &Console,
) -> Result<FileFacts> {
    let path = input.path().to_owned();
    let columns = order.columns.find(&input, Wanted::Text, console)?;
    let rows_before = sums.read();
    let finder = CaseFinder::new(&order.model, &input, columns, (order.lowest, order.most), (file, rows_before));
    finder.raise_bar(riskiest.add(Vec::new()));
    console.begin_progress(input.size());
    let (blocks, fingerprint) = input.hashed_blocks();
    score::batch(
        order.threads,
        blocks.take_while(|_| !order.stop.is_set()),
        |block, scratch| finder.block(block, scratch),
        |block: CaseBlock| {
            for (row, line, fault) in &block.rejected {
                console.rejected(&Place { path: path.clone(), line: *line, row: *row }, fault);
            }
            sums.scored += block.scored;
            sums.rejected += block.rejected.len() as u64;
            sums.review += block.review;
            sums.watch += block.watch;
            sums.mended.add(&block.mended);
            console.progress(block.bytes, sums.read());
            finder.raise_bar(riskiest.add(block.cases));
            Ok(())
        },
    )?;
    console.end_progress();
    let name = match path.file_name() {
        Some(name) if path != Path::new("-") => name.to_string_lossy().into_owned(),
        _ => "standard input".to_owned(),
    };
    Ok(FileFacts { name, sha256: fingerprint.sha256() })
}
