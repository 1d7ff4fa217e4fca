//! One thread, stage by stage: every benchmark goes one stage further than the one before.
//!
//!     cargo bench --bench stages

#![expect(missing_docs, reason = "criterion's macros make functions without docs")]

use std::{hint::black_box, io::Cursor};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lurewatch::{
    Model,
    bench::{
        generate::Adverts,
        stages::{Depth, Sample},
    },
    ingest::Input,
};

const ROWS: u64 = 1_000;
const SEED: u64 = 5;

fn stages(criterion: &mut Criterion) {
    let model = Model::embedded().expect("the embedded model can be read");
    let mut file = Adverts::HEADER.as_bytes().to_vec();
    Adverts::new(SEED).rows(0..ROWS, &mut file);
    let open = |file: &[u8]| Input::from_reader("generated", Cursor::new(file.to_vec())).expect("a file with a header");
    let mut sample = Sample::read(&model, open(&file), &[]).expect("rows with text");

    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Bytes(sample.bytes() as u64)).sample_size(20);
    group.bench_function(format!("read/{ROWS}"), |bencher| {
        bencher
            .iter(|| open(&file).blocks().map(|block| block.map_or(0, |block| block.records().len())).sum::<usize>());
    });
    for depth in Depth::ALL {
        group.bench_function(format!("to_{}/{ROWS}", depth.name()), |bencher| bencher.iter(|| sample.pass(depth)));
    }
    group.bench_function(format!("to_write/{ROWS}"), |bencher| bencher.iter(|| black_box(sample.write())));
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
