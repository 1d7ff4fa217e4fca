//! The same data and seed give the same model folder, byte for byte, on any number of threads.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{support::Scratch, train::JOBS};

const ADS: &str = "\
text,source
\"Warehouse helper. Forklift licence welcome, weekly pay. Canteen on site.\",x
\"Hotel receptionist. English required; work permit after the interview. Uniform provided.\",y
\"Pay by the collective agreement. Interview in person. Free parking for staff.\",x
\"招聘护士。三年以上经验,五险一金。包吃。\",y
";

/// Name and bytes of every file of a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

fn assert_same(left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>, what: &str) {
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>(), "{what}: files");
    for (name, bytes) in left {
        assert!(*bytes == right[name], "{what}: `{name}` differs");
    }
}

#[test]
fn the_same_folder_on_any_number_of_threads_and_the_second_time() {
    let scratch = Scratch::new("same_folder").file("jobs.csv", JOBS).file("ads.csv", ADS);
    let train = |threads: &str, out: &str, seed: &str| {
        let args = ["train", "jobs.csv", "--background", "ads.csv", "--quiet"];
        let more = ["--threads", threads, "--out", out, "--seed", seed];
        let seen = scratch.lurewatch(&[&args[..], &more].concat());
        assert!(seen.starts_with("exit 0\n"), "{seen}");
        (seen, files(&scratch.path(out)))
    };
    let (told, first) = train("1", "one", "0");
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        ["CARD.md", "cues.csv", "features.csv", "manifest.json", "tokenizer.json"]
    );
    for (threads, out, what) in [
        ("2", "two", "2 threads"),
        ("7", "seven", "7 threads"),
        ("0", "all", "one thread a core"),
        ("7", "one", "over the old folder"),
    ] {
        let (again, folder) = train(threads, out, "0");
        assert_same(&first, &folder, what);
        assert_eq!(told, again, "{what}: what is told");
    }
    // Another seed is another order and other cuts; it must be recorded, and it shows that seeds reach the solver.
    let (_, other) = train("2", "other", "1");
    assert!(String::from_utf8_lossy(&other["manifest.json"]).contains("\"seed\": 1"));
    assert_ne!(first["features.csv"], other["features.csv"], "the seed changes nothing");
    assert_eq!(first["tokenizer.json"], other["tokenizer.json"], "words are learnt without chance");
}

/// Names of machines, folders and times have no place in a model.
#[test]
fn nothing_of_the_machine_is_in_the_folder() {
    let scratch = Scratch::new("machine").file("jobs.csv", JOBS).folder("sub");
    let full = scratch.path("jobs.csv");
    for (input, out) in [("jobs.csv", "plain"), (full.to_str().unwrap(), "sub/full")] {
        let seen = scratch.lurewatch(&["train", input, "--out", out, "--quiet"]);
        assert!(seen.starts_with("exit 0\n"), "{seen}");
    }
    assert_same(&files(&scratch.path("plain")), &files(&scratch.path("sub/full")), "another way to the file");
}
