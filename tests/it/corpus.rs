//! What the fuzzer (`fuzz/`) has kept, replayed: one input for each way that it found through the code, and every input that
//! once broke something.

use std::{fs, panic, path::Path};

use crate::targets;

/// Runs a target over its corpus, which is a folder of files.
fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus").join(name);
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 10, "{}: {} inputs", folder.display(), paths.len());
    for path in paths {
        let input = fs::read(&path).unwrap();
        assert!(panic::catch_unwind(|| target(&input)).is_ok(), "{}", path.display());
    }
}

#[test]
fn csv() {
    replay("csv", targets::csv);
}

#[test]
fn json() {
    replay("json", targets::json);
}

#[test]
fn normalize() {
    replay("normalize", targets::normalize);
}

#[test]
fn cues() {
    replay("cues", targets::cues);
}

#[test]
fn model() {
    replay("model", targets::model);
}
