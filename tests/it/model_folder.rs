//! The model folder: what is written is what is read, and what is damaged is refused by name.

use std::{collections::BTreeMap, fs, path::Path, sync::OnceLock};

use linfa::ParamGuard;
use lurewatch::{
    Error, Model,
    dataset::{Labelled, TrainingSet},
    features::{self, cues::CueTable},
    model::{
        artifact::{Files, sha256_hex},
        train::TrainParams,
    },
    posting::{Label, Posting},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Scratch, tiny_model, tiny_model_folder};

const NAMES: [&str; 4] = ["cues.csv", "features.csv", "manifest.json", "tokenizer.json"];
const HINT: &str =
    "hint: leave out `--model` to use the model that comes with lurewatch, or train one: `lurewatch train`\n";

/// The tiny model as `model` in a folder of the test's own.
fn copy(name: &str) -> Scratch {
    let mut scratch = Scratch::new(name).folder("model").file("jobs.csv", "id,text\n1,Nurse\n");
    for file in NAMES {
        scratch = scratch.file(&format!("model/{file}"), fs::read(tiny_model_folder().join(file)).unwrap());
    }
    scratch
}

/// A change to one file; the answer is its new content, or nothing to take it away.
type Damage = fn(Vec<u8>) -> Option<Vec<u8>>;

fn edited(manifest: &[u8], edit: impl Fn(&mut Value)) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(manifest).unwrap();
    edit(&mut value);
    serde_json::to_vec(&value).unwrap()
}

/// Name, file, damage, what is said after `lurewatch: model/` with `LEN` for the undamaged length.
const DAMAGES: &[(&str, &str, Damage, &str)] = &[
    (
        "cut short",
        "features.csv",
        |mut bytes| {
            bytes.truncate(bytes.len() - 7);
            Some(bytes)
        },
        "features.csv: {LEN-7} bytes, but the manifest says {LEN}",
    ),
    (
        "longer",
        "tokenizer.json",
        |mut bytes| {
            bytes.push(b'\n');
            Some(bytes)
        },
        "tokenizer.json: {LEN+1} bytes, but the manifest says {LEN}",
    ),
    ("empty", "cues.csv", |_| Some(Vec::new()), "cues.csv: 0 bytes, but the manifest says {LEN}"),
    (
        "one bit",
        "features.csv",
        |mut bytes| {
            let last = bytes.len() - 2;
            bytes[last] ^= 1;
            Some(bytes)
        },
        "features.csv: altered: its sha256 is not the manifest's",
    ),
    (
        "one bit of the tokenizer",
        "tokenizer.json",
        |mut bytes| {
            bytes[100] ^= 1;
            Some(bytes)
        },
        "tokenizer.json: altered: its sha256 is not the manifest's",
    ),
    ("no features", "features.csv", |_| None, "features.csv: cannot read: No such file or directory (os error 2)"),
    ("no manifest", "manifest.json", |_| None, "manifest.json: cannot read: No such file or directory (os error 2)"),
    (
        "manifest cut short",
        "manifest.json",
        |_| Some(br#"{"format": 1, "id": "ab"#.to_vec()),
        "manifest.json: no model manifest (EOF while parsing a string at line 1 column 23); a JSON object with \
         `format` first is wanted",
    ),
    (
        "another JSON",
        "manifest.json",
        |_| Some(b"[]".to_vec()),
        "manifest.json: no model manifest (invalid length 0, expected struct FormatOnly with 1 element at line 1 \
         column 2); a JSON object with `format` first is wanted",
    ),
    (
        "newer",
        "manifest.json",
        |bytes| Some(edited(&bytes, |value| value["format"] = json!(2))),
        "manifest.json: model format 2, but this build reads up to 1",
    ),
    (
        "newer, with other keys",
        "manifest.json",
        |_| Some(br#"{"format": 99, "layers": []}"#.to_vec()),
        "manifest.json: model format 99, but this build reads up to 1",
    ),
    (
        "a key is missing",
        "manifest.json",
        |bytes| Some(edited(&bytes, |value| drop(value.as_object_mut().unwrap().remove("thresholds")))),
        "manifest.json: not of format 1: missing field `thresholds` at line 1 column {END}",
    ),
    (
        "a file is not listed",
        "manifest.json",
        |bytes| Some(edited(&bytes, |value| drop(value["files"].as_object_mut().unwrap().remove("cues.csv")))),
        "manifest.json: does not list `cues.csv`",
    ),
];

#[test]
fn a_damaged_folder_is_refused_by_name() {
    for (name, file, damage, expected) in DAMAGES {
        let scratch = copy(&format!("damage {name}"));
        let path = scratch.path(&format!("model/{file}"));
        let before = fs::read(&path).unwrap();
        let length = before.len();
        let mut end = 0;
        match damage(before) {
            Some(bytes) => {
                end = bytes.len();
                fs::write(&path, bytes).unwrap();
            }
            None => fs::remove_file(&path).unwrap(),
        }
        let expected = expected
            .replace("{LEN-7}", &(length - 7).to_string())
            .replace("{LEN+1}", &(length + 1).to_string())
            .replace("{LEN}", &length.to_string())
            .replace("{END}", &end.to_string());
        let hint = if expected.contains("reads up to") {
            "hint: update lurewatch, or train again with this build: `lurewatch train`\n"
        } else {
            HINT
        };
        let seen = scratch.lurewatch(&["score", "jobs.csv", "--model", "model", "-o", "out.csv", "--quiet"]);
        assert_eq!(seen, format!("exit 2\n--- stdout\n--- stderr\nlurewatch: model/{expected}\n{hint}"), "{name}");
        assert_eq!(scratch.names(), ["jobs.csv", "model"], "{name}: nothing is written");
    }
}

#[test]
fn what_is_no_folder_is_refused() {
    let scratch = Scratch::new("no_folder").file("jobs.csv", "id,text,label\n1,Nurse,clean\n").folder("empty");
    let cases = [
        ("jobs.csv", "jobs.csv: is no folder; a model folder with manifest.json is wanted"),
        ("none", "none: there is no such folder; a model folder with manifest.json is wanted"),
        ("empty", "empty/manifest.json: cannot read: No such file or directory (os error 2)"),
    ];
    for (model, expected) in cases {
        for command in [&["score", "jobs.csv"][..], &["evaluate", "jobs.csv"], &["explain", "jobs.csv", "--row", "1"]] {
            let args: Vec<&str> = command.iter().copied().chain(["--model", model, "--quiet"]).collect();
            let seen = scratch.lurewatch(&args);
            assert_eq!(seen, format!("exit 2\n--- stdout\n--- stderr\nlurewatch: {expected}\n{HINT}"), "{args:?}");
        }
    }
}

fn folder_files(folder: &Path) -> Files {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    Files(entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect())
}

#[test]
fn reading_and_writing_again_gives_the_same_bytes() {
    let before = folder_files(tiny_model_folder());
    assert_eq!(
        before.0.keys().collect::<Vec<_>>(),
        ["CARD.md", "cues.csv", "features.csv", "manifest.json", "tokenizer.json"]
    );
    let cues = String::from_utf8(before.0["cues.csv"].clone()).unwrap();
    let again = tiny_model().files(&cues).unwrap();
    for (name, bytes) in &before.0 {
        assert!(again.0.get(name) == Some(bytes), "`{name}` differs");
    }
    assert_eq!(before.0.len(), again.0.len());

    let scratch = Scratch::new("saved again");
    again.save(&scratch.path("a/b/model")).unwrap();
    again.save(&scratch.path("a/b/model")).unwrap();
    assert!(folder_files(&scratch.path("a/b/model")) == before, "files on disk");
}

/// A model as training leaves it and the one read back are one model: weights and intercept keep every bit.
#[test]
fn a_model_that_is_read_is_the_one_that_was_trained() {
    let texts = [
        "Typing work, free visa",
        "Chat job, \"free\" flight",
        "Casino work, free room",
        "Nurse, night shift",
        "Cook and nurse",
        "Carpenter, free day",
    ];
    let labelled = texts.iter().enumerate().map(|(at, text)| Labelled {
        posting: Posting::from_text(*text),
        label: if at < 3 { Label::Lure } else { Label::Clean },
        group: None,
        language: None,
        source: "tests".to_owned(),
    });
    let set = TrainingSet { labelled: labelled.collect(), ..TrainingSet::default() };
    let cues = "id,language,pattern,kind,frameworks,source,status\nP4,en,free visa,cue,,drafted,drafted\n";
    let table = CueTable::read(cues.as_bytes(), Path::new("cues.csv")).unwrap();
    let params = TrainParams::default().folds(2).costs(vec![1.0]).check().unwrap();
    let model = params.train(&set, &table, (Vec::new(), Vec::new()), &|_| {}).unwrap().model;

    let scratch = Scratch::new("read back");
    model.files(cues).unwrap().save(&scratch.path("model")).unwrap();
    let again = Model::load(&scratch.path("model")).unwrap();
    assert!(model.weights().any(|weight| weight.abs() > 0.0));
    assert!(again.weights().eq(model.weights()));
    assert_eq!(again.intercept().to_bits(), model.intercept().to_bits());
    assert_eq!(again.extractor().vocabulary(), model.extractor().vocabulary());
    let of = |model: &Model| (model.manifest().calibration, model.manifest().thresholds.clone());
    assert_eq!(of(&again), of(&model));
    for text in texts {
        let score = |model: &Model| model.score(&Posting::from_text(text), &mut features::Scratch::default());
        assert_eq!(score(&again), score(&model), "{text}");
    }
}

#[test]
fn a_folder_of_something_else_is_never_written_into() {
    let files = folder_files(tiny_model_folder());
    let scratch = Scratch::new("in the way").file("file", "x").folder("empty").folder("other").file("other/a.txt", "x");
    let fault = |path: &str| files.save(&scratch.path(path)).map_or_else(|error| error.to_string(), |()| String::new());
    let told = |path: &str, what: &str| {
        format!("{}: {what} stands there already; the output would be a model folder", scratch.path(path).display())
    };
    assert_eq!(fault("file"), told("file", "a file"));
    assert_eq!(fault("other"), told("other", "a folder that holds something else than a model"));
    assert_eq!(scratch.read("other/a.txt"), b"x");
    assert_eq!(fault("empty"), "");
    assert_eq!(fault("empty"), "", "a model is replaced");
    // What a run that was stopped half-way leaves: features without a manifest. It is no model, and may be replaced.
    fs::remove_file(scratch.path("empty/manifest.json")).unwrap();
    assert!(Model::load(&scratch.path("empty")).is_err());
    assert_eq!(fault("empty"), "");
    assert!(Model::load(&scratch.path("empty")).is_ok());
}

#[test]
fn the_embedded_model_can_be_read() {
    let model = Model::embedded().unwrap();
    assert_eq!(model.manifest().id.len(), 12);
    let missing = Model::read(Path::new("x"), |_| Err(std::io::ErrorKind::NotFound.into())).unwrap_err();
    assert_eq!(missing.to_string(), "x/manifest.json: cannot read: entity not found");
}

#[test]
fn training_on_nothing_says_what_is_needed() {
    let params = TrainParams::default().check().unwrap();
    let set = TrainingSet::default();
    let error = params.train(&set, &CueTable::built_in(), (Vec::new(), Vec::new()), &|_| {}).err().unwrap();
    assert_eq!(error.to_string(), "training files: no labelled posting; lures and clean postings are needed");
}

/// The tiny model's files, the long ones cut to their first lines: fast to read, and a model still.
fn short_files() -> &'static BTreeMap<String, Vec<u8>> {
    static FILES: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut files = folder_files(tiny_model_folder()).0;
        for name in ["features.csv", "cues.csv"] {
            let text = String::from_utf8(files[name].clone()).unwrap();
            files.insert(name.to_owned(), text.split_inclusive('\n').take(60).collect::<String>().into_bytes());
        }
        files
    })
}

/// Reads a model whose file `name` holds `bytes`, with a manifest that vouches for them.
fn read_with(name: &str, bytes: &[u8]) -> Result<Model, Error> {
    let mut files = short_files().clone();
    let manifest = edited(&files["manifest.json"], |value| {
        for (other, old) in &files {
            let bytes = if other == name { bytes } else { old };
            value["files"][other] = json!({"bytes": bytes.len(), "sha256": sha256_hex(bytes)});
        }
    });
    files.insert("manifest.json".to_owned(), manifest);
    files.insert(name.to_owned(), bytes.to_vec());
    Model::read(Path::new("x"), |wanted| files.get(wanted).cloned().ok_or_else(|| std::io::ErrorKind::NotFound.into()))
}

/// Lines that the right hashes do not save.
#[test]
fn features_that_do_not_follow_their_form_are_refused() {
    let head = "kind,feature,doc_freq,idf,weight\nintercept,,0,1,-0.5\n";
    let form = "a line is kind,feature,doc_freq,idf,weight";
    let cases = [
        ("nothing", String::new(), "x/features.csv: no intercept; the first line gives it".to_owned()),
        ("unknown kind", format!("{head}word,visa,1,1,1\n"), format!("x/features.csv: line 3: no such kind; {form}")),
        ("no number", format!("{head}gram,▁a,1,1,much\n"), format!("x/features.csv: line 3: no weight; {form}")),
        ("not finite", format!("{head}gram,▁a,1,1,NaN\n"), format!("x/features.csv: line 3: no weight; {form}")),
        ("too large", format!("{head}gram,▁a,1,1e39,1\n"), format!("x/features.csv: line 3: no idf; {form}")),
        (
            "negative",
            format!("{head}gram,▁a,-1,1,1\n"),
            format!("x/features.csv: line 3: no document frequency; {form}"),
        ),
        (
            "no intercept that is a number",
            "kind,feature,doc_freq,idf,weight\nintercept,,0,1,inf\n".to_owned(),
            format!("x/features.csv: line 2: no weight; {form}"),
        ),
    ];
    for (name, text, expected) in cases {
        let fault =
            read_with("features.csv", text.as_bytes()).map_or_else(|error| error.to_string(), |_| String::new());
        assert_eq!(fault, expected, "{name}");
    }
    let ragged = read_with("features.csv", format!("{head}gram,▁a\n").as_bytes()).unwrap_err().to_string();
    assert!(ragged.starts_with("x/features.csv: ") && ragged.contains('3'), "{ragged}");
    let utf8 = read_with("features.csv", b"kind,\xff\n").unwrap_err().to_string();
    assert!(utf8.starts_with("x/features.csv: no UTF-8: "), "{utf8}");
}

/// What is put in place of some bytes.
const SHARDS: &[&[u8]] = &[
    b"",
    b"\"",
    b",",
    b"\n",
    b"\r",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"0",
    b"-1",
    b"1e999",
    b"1e38",
    b"NaN",
    b"null",
    b"\\u0000",
    b"\xff",
    b"\0",
    b"gram",
    b"pair",
    b"+",
    b"(",
    b")?",
    b"...",
    b"*",
    b"#",
    "⟨".as_bytes(),
    "▁".as_bytes(),
    b"18446744073709551616",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the bytes, reading answers, and a model that is read scores.
    #[test]
    fn no_bytes_make_reading_panic(
        name in prop::sample::select(&NAMES[..]),
        random in prop::option::weighted(0.1, prop::collection::vec(any::<u8>(), 0..200)),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(SHARDS)), 1..5),
    ) {
        let bytes = random.unwrap_or_else(|| {
            let mut bytes = short_files()[name].clone();
            for (at, length, shard) in cuts {
                let start = at.index(bytes.len() + 1);
                let end = (start + length).min(bytes.len());
                bytes.splice(start..end, shard.iter().copied());
            }
            bytes
        });
        match read_with(name, &bytes) {
            Ok(model) => {
                let posting = Posting::from_text("Typing work, no experience needed, free visa; 招聘打字员 4000");
                let score = model.score(&posting, &mut features::Scratch::default());
                prop_assert!(!score.probability.is_nan() || name == "manifest.json", "{:?}", score);
            }
            Err(error) => prop_assert!(error.to_string().starts_with("x/"), "{}", error),
        }
    }
}
