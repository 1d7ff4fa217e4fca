//! `lurewatch bench` as its user sees it. Times are never looked at.

use serde_json::Value;

use crate::support::{Scratch, tiny_model_folder};

/// Runs `bench` with the tiny model.
fn bench(scratch: &Scratch, args: &[&str]) -> (Option<i32>, String) {
    let mut all = vec!["bench", "--quiet", "--runs", "1", "--model", tiny_model_folder().to_str().unwrap()];
    all.extend(args);
    let run = scratch.run(&all);
    (run.status.code(), String::from_utf8(run.stdout).unwrap())
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let scratch = Scratch::new("bench_generate");
    let make = |args: &[&str]| {
        let run = scratch.run(&[&["bench", "--generate", "700"], args].concat());
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
        run.stdout
    };
    let one = make(&["--threads", "1"]);
    assert!(one.split(|&byte| byte == b'\n').count() > 700);
    assert!(one == make(&["--threads", "2"]) && one == make(&["--threads", "7", "--seed", "0"]));
    assert!(one != make(&["--seed", "1"]));
    assert!(one.starts_with(b"id,title,company,location,salary,description,requirements,benefits,language\n"));

    assert!(make(&["-o", "made.csv"]).is_empty());
    assert!(scratch.read("made.csv") == one);
}

#[test]
fn json_has_the_promised_keys() {
    let scratch = Scratch::new("bench_json");
    scratch.run(&["bench", "--generate", "300", "-o", "made.csv"]);
    let (code, text) = bench(&scratch, &["made.csv", "--format", "json", "--threads", "2"]);
    assert_eq!(code, Some(0));
    let seen: Value = serde_json::from_str(&text).unwrap();
    let keys: Vec<&String> = seen.as_object().unwrap().keys().collect();
    let promised =
        ["file", "rows", "rejected", "bytes", "model", "machine", "runs", "speeds", "stages", "peak_memory_bytes"];
    assert_eq!(keys, promised);
    assert_eq!((&seen["rows"], &seen["rejected"], &seen["runs"]), (&300.into(), &0.into(), &1.into()));
    assert_eq!(seen["speeds"].as_array().unwrap().len(), 1);
    assert_eq!(seen["speeds"][0]["threads"], 2);
    for rate in ["ads_per_second", "megabytes_per_second"] {
        for figure in ["median", "least", "most"] {
            assert!(seen["speeds"][0][rate][figure].is_f64(), "{rate} {figure}");
        }
    }
    let stages: Vec<&str> =
        seen["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["read", "parse", "normalize", "tokenize", "features", "score", "write"]);
    for key in ["cpu", "cores", "system"] {
        assert!(!seen["machine"][key].is_null(), "{key}");
    }
    if cfg!(target_os = "linux") {
        assert!(seen["peak_memory_bytes"].as_u64().unwrap() > 1_000_000);
    }
}

#[test]
fn the_table_tells_of_rejected_rows() {
    let scratch = Scratch::new("bench_table").file("jobs.csv", "id,text\n1,Typing work\n2\n3,Night-shift nurse\n");
    let (code, text) = bench(&scratch, &["jobs.csv", "--threads", "1"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("file     jobs.csv: 3 rows, 1 rejected, 0.0 MB\n"), "{text}");
    for part in ["machine  ", "model    ", "ads/s", "MB/s", "stage (one thread)", "normalize"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let scratch = Scratch::new("bench_refused").file("jobs.csv", "id,text\n1,Typing work\n");
    for args in [
        &["bench"][..],
        &["bench", "-"],
        &["bench", "jobs.csv", "--runs", "0"],
        &["bench", "jobs.csv", "--generate", "3"],
        &["bench", "jobs.csv", "-o", "x.csv"],
        &["bench", "missing.csv"],
    ] {
        let run = scratch.run(args);
        assert_eq!(run.status.code(), Some(2), "{args:?}");
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{args:?}");
    }
    assert_eq!(scratch.names(), ["jobs.csv"]);
}
