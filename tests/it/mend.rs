//! Accidents of scrapers as a user meets them: the score is that of the text that was meant, the columns stay as they
//! are, places lead to what was written, and it is said.

use crate::support::{Scratch, tiny_model_folder};

const MEANT: &str = "id,title,description\n\
    1,Chat work in Bavet,\"\nFree visa & flight paid.\nTelegram only\"\n\
    2,Café staff,\"We’re a café.\nApply in person\"\n\
    3,Cook,Kitchen of the county hospital\n";
const SPOILT: &str = "\u{feff}\u{feff}id,title,description\n\
    1,Chat<b> work</b> in Bavet,<p>Free&nbsp;visa &amp;amp; flight paid.<br/>Telegram only</p>\n\
    2,CafÃ© staff,We’re a café.\\nApply in person\n\
    3,\u{feff}Cook,Kitchen of the county hospital\n";

fn rows(csv: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_text_that_was_meant_is_scored_and_the_row_stays() {
    let scratch = Scratch::new("mend score").file("meant.csv", MEANT).file("spoilt.csv", SPOILT);
    let meant = rows(&scratch.scored(&["meant.csv"]));
    let run = scratch.run(&crate::support::with_model(&["spoilt.csv"]));
    assert_eq!(run.status.code(), Some(0));
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert!(
        stderr.starts_with("spoilt.csv: UTF-8 with 2 byte order marks, read as one\nspoilt.csv: id ← id, "),
        "{stderr}"
    );
    assert!(
        stderr.contains(
            "\nmended: 1 row with HTML, 1 with line ends spelled out, 1 with mojibake, 1 with byte order marks inside; your \
             columns stay as they are\n"
        ),
        "{stderr}"
    );
    // One mark is left, and behind it the input's own cells.
    let out = String::from_utf8(run.stdout).unwrap();
    let body = out.strip_prefix('\u{feff}').unwrap();
    assert!(body.starts_with("id,title,description,lure_probability,"), "{body}");
    for (written, (new, old)) in SPOILT.lines().skip(1).zip(body.lines().skip(1).zip(&meant)) {
        assert!(new.starts_with(&format!("{written},{},{},", old[3], old[4])), "{new}\nwanted {old:?}");
    }
}

#[test]
fn places_are_bytes_of_what_was_written() {
    let scratch = Scratch::new("mend places").file("spoilt.csv", SPOILT);
    let out = scratch.scored(&["spoilt.csv", "--format", "jsonl", "--reasons", "all"]);
    let mut seen = Vec::new();
    for line in String::from_utf8(out).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line.trim_start_matches('\u{feff}')).unwrap();
        for reason in row["lure_reasons"].as_array().unwrap() {
            let field = row[reason["field"].as_str().unwrap()].as_str().unwrap();
            let at = |name: &str| usize::try_from(reason[name].as_u64().unwrap()).unwrap();
            assert_eq!(field.get(at("start")..at("end")), reason["text"].as_str(), "{reason} in {field:?}");
            seen.push(reason["text"].as_str().unwrap().to_owned());
        }
    }
    assert!(seen.iter().any(|text| text.contains("&nbsp;") || text.contains("<b>")), "{seen:?}");
}

#[test]
fn every_command_mends_and_says_so() {
    let labelled = "text,label\n<p>Typing work in Bavet,lure\n<p>Nurse for the night shift,clean\n<br>,clean\n";
    let scratch = Scratch::new("mend commands").file("spoilt.csv", SPOILT).file("labelled.csv", labelled);
    let model = tiny_model_folder().to_str().unwrap();
    let seen = scratch.lurewatch(&["evaluate", "labelled.csv", "--model", model]);
    assert!(seen.starts_with("exit 0\n") && seen.contains("\nmended: 2 rows with HTML; your columns"), "{seen}");
    let seen = scratch.lurewatch(&["explain", "spoilt.csv", "--row", "1", "--model", model]);
    assert!(seen.contains("\nmended: 1 row with HTML; your columns") && seen.contains("Free"), "{seen}");
    let seen = scratch.lurewatch(&["train", "labelled.csv", "--background", "labelled.csv", "--out", "model"]);
    assert_eq!(seen.matches("\nmended: 2 rows with HTML; your columns").count(), 2, "{seen}");
}

#[test]
fn a_file_without_accidents_says_nothing() {
    let scratch = Scratch::new("mend nothing").file("meant.csv", MEANT);
    let seen = scratch.score(&["meant.csv", "-o", "out.csv"]);
    assert!(seen.starts_with("exit 0\n") && !seen.contains("mended"), "{seen}");
}
