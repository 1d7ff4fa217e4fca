//! A whole CSV file in, a whole CSV file out; making adverts; opening the model.
//!
//!     cargo bench --bench end_to_end

#![expect(missing_docs, reason = "criterion's macros make functions without docs")]

use std::{hint::black_box, io::Cursor};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lurewatch::{
    Model,
    bench::generate::Adverts,
    ingest::{Input, Wanted},
    model::Tier,
    report::{Format, Options, ReasonsFor, Reporter},
    score::batch,
};

const ROWS: u64 = 4_000;
const SEED: u64 = 5;
const OPTIONS: Options = Options { format: Format::Csv, lowest: Tier::None, reasons: ReasonsFor::Flagged, top: None };

fn file() -> Vec<u8> {
    let mut file = Adverts::HEADER.as_bytes().to_vec();
    Adverts::new(SEED).rows(0..ROWS, &mut file);
    file
}

/// Bytes written.
fn score(model: &Model, file: &[u8], threads: usize) -> lurewatch::Result<usize> {
    let input = Input::from_reader("generated", Cursor::new(file.to_vec()))?;
    let columns = input.columns(&[], Wanted::Text)?;
    let reporter = Reporter::new(model, &input, columns, OPTIONS)?;
    let mut bytes = 0;
    batch(
        threads,
        input.blocks(),
        |block, scratch| reporter.block(block, scratch),
        |report| {
            bytes += report.text.len();
            Ok(())
        },
    )?;
    Ok(bytes)
}

fn end_to_end(criterion: &mut Criterion) {
    let model = Model::embedded().expect("the embedded model can be read");
    let file = file();
    let mut group = criterion.benchmark_group("score");
    group.throughput(Throughput::Elements(ROWS)).sample_size(10);
    for threads in [1, 2] {
        group.bench_function(BenchmarkId::new(format!("{threads}_threads"), ROWS), |bencher| {
            bencher.iter(|| score(&model, black_box(&file), threads).expect("a file that can be scored"));
        });
    }
    group.finish();
}

fn beside(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("beside");
    group.sample_size(10);
    group.bench_function("open_embedded_model", |bencher| bencher.iter(|| black_box(Model::embedded().is_ok())));
    group.throughput(Throughput::Elements(ROWS));
    group.bench_function(BenchmarkId::new("generate", ROWS), |bencher| bencher.iter(|| file().len()));
    group.finish();
}

criterion_group!(benches, end_to_end, beside);
criterion_main!(benches);
