//! The shape of the source: modules use only what comes before them, and each dependency has its place.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The core, in reading order: a module may use what stands before it.
const ORDER: [&str; 15] = [
    "error",
    "random",
    "posting",
    "normalize",
    "mutate",
    "flat",
    "tokenize",
    "groups",
    "dataset",
    "features",
    "evaluate",
    "model",
    "score",
    "explain",
    "redact",
];

/// The edges, which the core never names: bytes in, text out, time taken. Each may use those before it.
const EDGES: [&str; 3] = ["ingest", "report", "bench"];

/// Dependency, and the files and folders of `src` that may name it.
const HOMES: [(&str, &[&str]); 28] = [
    ("bytes", &["ingest/columnar/guard.rs"]),
    ("calamine", &["ingest/sheet.rs"]),
    ("chardetng", &["ingest/encoding.rs"]),
    ("clap", &["cli"]),
    ("csv", &["ingest", "features", "model/artifact.rs", "report"]),
    ("encoding_rs", &["ingest/encoding.rs"]),
    ("flate2", &["ingest/unpack.rs", "cli/output"]),
    ("foldhash", &["features", "model/count.rs"]),
    ("fs4", &["cli/output/partial.rs"]),
    ("glob", &["cli/globs.rs"]),
    ("hmac", &["redact/key.rs"]),
    ("html_escape", &["ingest/mend/html.rs"]),
    ("indicatif", &["cli"]),
    ("linfa", &["model", "error.rs", "cli/train.rs"]),
    ("memchr", &["ingest", "features", "normalize", "report/columnar.rs"]),
    ("ndarray", &["model"]),
    ("parquet", &["ingest/columnar", "report/columnar.rs"]),
    ("rayon", &["groups.rs", "score.rs", "model", "cli"]),
    ("ruzstd", &["ingest/unpack.rs", "cli/output/packer.rs"]),
    ("serde", &["ingest/json.rs", "posting", "tokenize/mod.rs", "features", "evaluate", "model", "report", "cli"]),
    ("serde_json", &["bench", "ingest/json.rs", "tokenize/mod.rs", "evaluate", "model", "report", "cli"]),
    ("signal_hook", &["cli/stop.rs"]),
    ("sha2", &["model/artifact.rs", "ingest", "redact/key.rs"]),
    ("thiserror", &["error.rs"]),
    ("tokenizers", &["tokenize/mod.rs"]),
    ("unicode_normalization", &["normalize", "ingest/aliases.rs", "redact"]),
    ("zerocopy", &["flat/store.rs"]),
    ("zip", &["ingest/sheet.rs"]),
];

/// Files of the program, which prints; everything else takes a writer or returns a value.
const PRINTS: [&str; 2] = ["cli/console.rs", "cli/mod.rs"];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Path below `src` and code of every Rust file, sorted; comments are left out.
fn files() -> Vec<(String, String)> {
    fn walk(folder: &Path, into: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let name = path.strip_prefix(src()).unwrap().to_str().unwrap().replace('\\', "/");
                into.push((name, code.collect::<Vec<_>>().join("\n")));
            }
        }
    }
    let mut found = Vec::new();
    walk(&src(), &mut found);
    found.sort();
    found
}

/// The top-level module that a file belongs to.
fn module_of(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

fn is_below(file: &str, home: &str) -> bool {
    file == home || file.strip_prefix(home).is_some_and(|rest| rest.starts_with('/'))
}

/// Top-level modules of the crate that code names, in `crate::x` or `crate::{x, y::z}` form.
fn modules_named(code: &str) -> BTreeSet<String> {
    let packed = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut named = BTreeSet::new();
    for tail in packed.split("crate::").skip(1) {
        let mut depth = 0;
        let mut word = String::new();
        let mut is_first = true;
        for c in tail.chars() {
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
                continue;
            }
            if !word.is_empty() && is_first && depth <= 1 {
                named.insert(word.clone());
            }
            // Only the first word of a path is a module of the crate.
            is_first = (is_first && word.is_empty()) || (c == ',' && depth <= 1);
            word.clear();
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    named
}

/// Whether code names a crate in a path: `name::`, but not `other::name::` or `long_name::`.
fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

#[test]
fn paths_are_read_right() {
    const CASES: &[(&str, &str)] = &[
        ("use crate::model::csr::Csr;", "model"),
        ("use crate::{\n    a::{b, c::d},\n    e,\n    f::g,\n};\nuse h::i;", "a e f"),
        ("let x = crate::score::of(crate::dataset::all());", "dataset score"),
        ("use lurewatch::model; pub(crate) fn x() {}", ""),
        ("use crate::a::{b, c};", "a"),
        ("use crate::{a as b, c};", "a c"),
        ("use crate::a as _;", "a"),
        ("fn f(x: crate::a::B, y: c::D) {}", "a"),
    ];
    for (code, expected) in CASES {
        assert_eq!(modules_named(code).into_iter().collect::<Vec<_>>().join(" "), *expected, "{code}");
    }
    assert!(names_crate("use csv::Reader;", "csv") && names_crate("(csv::Error)", "csv"));
    assert!(!names_crate("report::csv::write(); my_csv::x(); csv_core::y()", "csv"));
}

#[test]
fn no_module_uses_a_later_one() {
    for (file, code) in files() {
        let module = module_of(&file);
        if matches!(module, "main" | "cli" | "lib") {
            continue;
        }
        let named = modules_named(&code);
        let forbidden: &[&str] = match (ORDER.iter().position(|&one| one == module), module) {
            (Some(at), _) => {
                for edge in EDGES {
                    assert!(!named.contains(edge), "`{file}` is of the core and uses the edge `{edge}`");
                }
                &ORDER[at + 1..]
            }
            (None, "ingest") => &["report", "bench"],
            (None, "report") => &["bench"],
            (None, "bench") => &[],
            (None, _) => panic!("`{file}` has no place in the order of layering.rs"),
        };
        for later in forbidden {
            assert!(!named.contains(*later), "`{file}` uses `{later}`, which comes after `{module}`");
        }
    }
}

#[test]
fn every_module_is_there() {
    let found: BTreeSet<String> = files().iter().map(|(file, _)| module_of(file).to_owned()).collect();
    let expected: BTreeSet<String> =
        ORDER.into_iter().chain(EDGES).chain(["main", "cli", "lib"]).map(str::to_owned).collect();
    assert_eq!(found, expected);
}

/// So that one of them can be exchanged in one place.
#[test]
fn dependencies_stay_at_home() {
    for (file, code) in files() {
        for (name, homes) in HOMES {
            let at_home = homes.iter().any(|home| is_below(&file, home));
            assert!(at_home || !names_crate(&code, name), "`{file}` names `{name}`, whose place is {homes:?}");
        }
    }
    for (name, homes) in HOMES {
        for home in homes {
            assert!(src().join(home).exists(), "`{home}`, a place of `{name}`, is not there");
        }
    }
}

#[test]
fn every_dependency_has_a_home() {
    let manifest = fs::read_to_string(src().with_file_name("Cargo.toml")).unwrap();
    let section = manifest.split_once("\n[dependencies]\n").unwrap().1.split("\n[").next().unwrap();
    let names = section.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.replace('-', "_"));
    for name in names {
        assert!(HOMES.iter().any(|(known, _)| *known == name), "`{name}` has no place in layering.rs");
    }
}

/// The program is a caller of the public API, and only it prints, ends the process or looks at its surroundings.
#[test]
fn the_library_neither_prints_nor_exits() {
    for (file, code) in files() {
        if module_of(&file) == "cli" {
            assert!(!code.contains("crate::") || modules_named(&code).iter().all(|one| one == "cli"), "`{file}`");
        } else if file != "main.rs" {
            for word in ["stdout()", "stderr()", "process::exit", "env::var", "env::args", "SystemTime", "Instant::now"]
            {
                let tests_apart = code.split("#[cfg(test)]").next().unwrap();
                assert!(!tests_apart.contains(word), "`{file}` has `{word}`, which is the program's");
            }
        }
        if !PRINTS.contains(&file.as_str()) {
            for word in ["println!", "eprintln!", "print!(", "dbg!"] {
                assert!(!code.contains(word), "`{file}` has `{word}`; console.rs prints");
            }
        }
    }
}
