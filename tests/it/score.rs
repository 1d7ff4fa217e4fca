//! `lurewatch score` on input that is fine.

use std::fmt::Write as _;

use crate::support::Scratch;

const ADDED: [&str; 4] = ["lure_probability", "lure_tier", "lure_cues", "lure_reasons"];
const LURE: &str = "Typing work in Bavet, no experience needed, free visa, flight paid, Telegram @hrboss88";
const CLEAN: &str = "Registered nurse for the night shift at the county hospital, permanent contract";

fn records(text: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The lines of JSON lines.
fn objects(text: &[u8]) -> Vec<serde_json::Value> {
    std::str::from_utf8(text).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Name, and a file all of whose cells must come back.
const KEPT: &[(&str, &str)] = &[
    ("plain", "id,text\n1,a\n2,b\n"),
    ("quoted newlines", "id,text\n1,\"a\nb\r\nc\"\n2,\"d\n\"\n"),
    ("doubled quotes", "id,text\n1,\"say \"\"hi\"\"\"\n2,a\"b\n"),
    ("crlf", "id,text\r\n1,a\r\n2,b\r\n"),
    ("lone cr", "id,text\r1,a\r2,b\r"),
    ("bom", "\u{feff}id,text\n1,a\n"),
    ("bom and quoted header", "\u{feff}\"id\",\"text\"\n1,a\n"),
    ("empty fields", "id,title,text,note\n,,,\n1,,,\n,,x,\n"),
    ("one row", "text\nhello\n"),
    ("one row without an end", "id,text\n1,hello"),
    ("no row", "id,text\n"),
    ("no row, no end", "id,text"),
    ("blank lines", "id,text\n\n1,a\n\r\n\n2,b\n\n"),
    ("unknown columns", "a,text,Ω,=x\n=1+1,b,\u{200b},@y\n"),
    ("one column, quoted empty", "text\n\"\"\nx\n"),
    ("blanks kept", " id , text \n 1 , a \n"),
];

#[test]
fn every_row_and_cell_comes_back_in_order() {
    for (name, file) in KEPT {
        let scratch = Scratch::new(&format!("kept {name}")).file("jobs.csv", file);
        let out = scratch.scored(&["jobs.csv", "--quiet", "--reasons", "all"]);
        assert_eq!(file.starts_with('\u{feff}'), out.starts_with("\u{feff}".as_bytes()), "{name}: byte order mark");
        let crlf = |text: &str| text.matches("\r\n").count();
        let (before, after) = (records(file.as_bytes()), records(&out));
        assert_eq!(before.len(), after.len(), "{name}: rows");
        for (at, (old, new)) in before.iter().zip(&after).enumerate() {
            assert_eq!(old[..], new[..old.len()], "{name}: row {at}");
            assert_eq!(new.len(), old.len() + 4, "{name}: row {at}");
            if at == 0 {
                assert_eq!(new[old.len()..], ADDED, "{name}");
            } else {
                let probability: f64 = new[old.len()].parse().unwrap();
                assert!((0.0..=1.0).contains(&probability), "{name}: {probability}");
                assert!(!new[old.len()].contains('e'), "{name}");
                assert!(["review", "watch", "none"].contains(&new[old.len() + 1].as_str()), "{name}");
                for cell in &new[old.len()..] {
                    assert!(!cell.starts_with(['=', '+', '-', '@']), "{name}: {cell}");
                }
            }
        }
        if *name == "crlf" {
            assert_eq!(crlf(std::str::from_utf8(&out).unwrap()), 3, "{name}");
        }
    }
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let texts = [LURE, CLEAN, "招聘打字员 高薪 包吃包住", "ทำงานออนไลน์ เงินดี", "\"quoted,\n\"\"text\"\"\"", ""];
    // Long enough to be read in several blocks.
    let note = "x".repeat(1_000);
    let mut file = String::from("id,text,note\n");
    for row in 0..2_000 {
        let text = texts[row * 7 % texts.len()];
        let text = if text.contains(',') && !text.starts_with('"') { format!("\"{text}\"") } else { text.to_owned() };
        writeln!(file, "{row},{text},{note}").unwrap();
        if row % 500 == 3 {
            file.push_str("ragged\n");
        }
    }
    let scratch = Scratch::new("threads").file("jobs.csv", &file);
    for more in [&[][..], &["--format", "jsonl"], &["--top", "50"], &["--tier", "watch"]] {
        let runs = ["1", "2", "7"].map(|threads| {
            let mut args = vec!["jobs.csv", "--quiet", "--threads", threads];
            args.extend(more);
            scratch.score(&args)
        });
        assert!(runs[0].starts_with("exit 1\n"), "{more:?}");
        assert_eq!(runs[0], runs[1], "{more:?}: 1 and 2 threads");
        assert_eq!(runs[0], runs[2], "{more:?}: 1 and 7 threads");
    }
}

#[test]
fn a_lure_stands_out_and_says_why() {
    let file = format!("id,title,text\na,Typist,\"{LURE}\"\nb,Nurse,\"{CLEAN}\"\n");
    let scratch = Scratch::new("stands_out").file("jobs.csv", &file);
    let rows = records(&scratch.scored(&["jobs.csv", "--quiet"]));
    assert_eq!((rows[1][4].as_str(), rows[2][4].as_str()), ("review", "none"), "{rows:?}");
    assert!(rows[1][6].starts_with("raises ") && rows[1][6].split("; ").count() == 5, "{}", rows[1][6]);
    assert_eq!(rows[2][6], "");
    assert!(!rows[1][5].is_empty());
    let all = records(&scratch.scored(&["jobs.csv", "--quiet", "--reasons", "all"]));
    assert!(!all[2][6].is_empty());
    assert_eq!(all[1], rows[1]);
}

#[test]
fn json_lines_carry_the_same() {
    let file = format!("id,jobTitle,text,note\na,Typist,\"vü ,\n{LURE}\",\"q\"\"\"\nb,Nurse,\"{CLEAN}\",\n");
    let scratch = Scratch::new("jsonl").file("jobs.csv", &file);
    let rows = records(&scratch.scored(&["jobs.csv", "--quiet"]));
    let lines = objects(&scratch.scored(&["jobs.csv", "--quiet", "--format", "jsonl"]));
    assert_eq!(lines.len(), 2);
    for (line, row) in lines.iter().zip(&rows[1..]) {
        let line = line.as_object().unwrap();
        assert_eq!(line.keys().collect::<Vec<_>>(), rows[0].iter().collect::<Vec<_>>());
        for (header, cell) in rows[0].iter().zip(row).take(4) {
            assert_eq!(line[header], cell.as_str());
        }
        assert_eq!(line["lure_probability"].as_f64(), row[4].parse().ok());
        assert_eq!(line["lure_tier"], row[5].as_str());
        let cues: Vec<&str> = line["lure_cues"].as_array().unwrap().iter().map(|cue| cue.as_str().unwrap()).collect();
        assert_eq!(cues.join(";"), row[6]);
        for reason in line["lure_reasons"].as_array().unwrap() {
            let cell = line[reason["column"].as_str().unwrap()].as_str().unwrap();
            let at = |end: &str| usize::try_from(reason[end].as_u64().unwrap()).unwrap();
            assert_eq!(cell.get(at("start")..at("end")), reason["text"].as_str(), "{reason}");
            assert!(reason["cue"].is_string() != reason["feature"].is_string(), "{reason}");
            assert!(reason["weight"].is_f64(), "{reason}");
        }
    }
    assert_eq!(lines[0]["lure_reasons"].as_array().unwrap().len(), 5);
    assert_eq!(lines[1]["lure_reasons"].as_array().unwrap().len(), 0);
    scratch.score(&["jobs.csv", "--quiet", "-o", "out.jsonl"]);
    assert_eq!(objects(&scratch.read("out.jsonl")), lines, "the form goes by the name of the output");
}

#[test]
fn top_is_the_sorted_head_and_tier_a_filter() {
    let note = "x".repeat(2_000);
    let mut file = String::from("id,note,text\n");
    let head = |text: &str, words: usize| text.split(' ').take(words).collect::<Vec<_>>().join(" ");
    for row in 0..400 {
        writeln!(file, "{row},{note},\"{} {}\"", head(LURE, row * 7 % 15), head(CLEAN, row * 5 % 13)).unwrap();
    }
    let scratch = Scratch::new("top").file("jobs.csv", &file);
    let all = records(&scratch.scored(&["jobs.csv", "--quiet"]));
    let mut sorted = all[1..].to_vec();
    sorted.sort_by(|a, b| b[3].parse::<f64>().unwrap().total_cmp(&a[3].parse::<f64>().unwrap()));
    for top in ["0", "1", "37", "1000"] {
        let seen = records(&scratch.scored(&["jobs.csv", "--quiet", "--top", top]));
        assert_eq!(seen[0], all[0]);
        assert_eq!(seen[1..], sorted[..top.parse::<usize>().unwrap().min(sorted.len())], "top {top}");
    }
    let of_tier = |wanted: &[&str]| -> Vec<Vec<String>> {
        all[1..].iter().filter(|row| wanted.contains(&row[4].as_str())).cloned().collect()
    };
    let review = records(&scratch.scored(&["jobs.csv", "--quiet", "--tier", "review"]));
    assert_eq!(review[1..], of_tier(&["review"]));
    let watch = records(&scratch.scored(&["jobs.csv", "--quiet", "--tier", "watch"]));
    assert_eq!(watch[1..], of_tier(&["review", "watch"]));
    assert!(!of_tier(&["review"]).is_empty() && !of_tier(&["none"]).is_empty());
}

#[test]
fn an_output_file_replaces_the_old_one_when_complete() {
    let scratch = Scratch::new("replaced").file("jobs.csv", "id,text\n1,Nurse\n").file("out.csv", "old");
    assert_eq!(scratch.score(&["jobs.csv", "-o", "out.csv", "--quiet"]), "exit 0\n--- stdout\n--- stderr\n");
    assert_eq!(records(&scratch.read("out.csv")).len(), 2);
    assert_eq!(scratch.names(), ["jobs.csv", "out.csv"]);
}

#[test]
fn version_and_help_are_no_failure() {
    let scratch = Scratch::new("version");
    let seen = scratch.lurewatch(&["--version"]);
    let expected = format!("exit 0\n--- stdout\nlurewatch {} (", env!("CARGO_PKG_VERSION"));
    assert!(seen.starts_with(&expected), "{seen}");
    assert!(scratch.lurewatch(&["score", "--help"]).starts_with("exit 0\n"));
    assert!(scratch.lurewatch(&["score"]).starts_with("exit 2\n"));
}
