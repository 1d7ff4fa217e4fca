//! `lurewatch score --redact`.

use crate::support::{Scratch, with_model};

const KEY: &str = "0123456789abcdef";
const JOBS: &str = "id,title,text,contact,note\n\
                    1,Typist,\"Typing work in Bavet, free visa, flight paid, Telegram @hrboss88\",\"Lily, t.me/HRboss88\",\"say \"\"hi\"\"\"\n\
                    2,Nurse,\"Permanent contract, call +855 12 345 678\",012 345 678,Ms. Lan wrote\n\
                    3,Cook,Nothing personal,,plain\n";
/// All of the data that must not come out.
const PERSONAL: [&str; 8] = ["hrboss88", "HRboss88", "Lily", "855 12", "345 678", "85512345678", "Lan", "hr.lily"];

fn scored(scratch: &Scratch, args: &[&str]) -> String {
    let run = scratch.command(&with_model(args)).env("LUREWATCH_REDACT_KEY", KEY).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn no_personal_data(text: &str) {
    for data in PERSONAL {
        assert!(!text.contains(data), "{data} in {text}");
    }
}

#[test]
fn cells_and_reasons_of_csv_lose_personal_data_and_keep_links_and_scores() {
    let scratch = Scratch::new("redact_csv").file("jobs.csv", JOBS);
    let seen = scored(&scratch, &["jobs.csv", "--quiet", "--reasons", "all", "--redact"]);
    no_personal_data(&seen);
    let (plain, redacted) = (rows(&scored(&scratch, &["jobs.csv", "--quiet", "--reasons", "all"])), rows(&seen));
    for (plain, redacted) in plain.iter().zip(&redacted) {
        assert_eq!(plain[5..8], redacted[5..8], "probability, tier and cues are those of the text as it came");
    }
    assert_eq!(plain[3], redacted[3], "nothing found, nothing changed");
    assert!(seen.contains("\n3,Cook,Nothing personal,,plain,"), "{seen}");
    let handle = redacted[1][2].rsplit_once(' ').unwrap().1;
    assert!(handle.starts_with("[handle:") && redacted[1][3].ends_with(&format!(", t.me/{handle}")), "{redacted:?}");
    assert!(redacted[1][3].starts_with("[contact:") && redacted[2][4].starts_with("Ms. [name:"), "{redacted:?}");
}

#[test]
fn json_lines_point_into_the_redacted_cells() {
    let scratch = Scratch::new("redact_jsonl").file("jobs.csv", JOBS);
    let seen = scored(&scratch, &["jobs.csv", "--quiet", "--reasons", "all", "--format", "jsonl", "--redact"]);
    no_personal_data(&seen);
    let mut quoted = 0;
    for line in seen.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        for reason in line["lure_reasons"].as_array().unwrap() {
            let cell = line[reason["column"].as_str().unwrap()].as_str().unwrap();
            let place = |name: &str| usize::try_from(reason[name].as_u64().unwrap()).unwrap();
            assert_eq!(cell[place("start")..place("end")], *reason["text"].as_str().unwrap(), "{line}");
            quoted += usize::from(reason["text"].as_str().unwrap().contains("[handle:"));
        }
    }
    assert!(quoted > 0, "a reason quotes the handle: {seen}");
}

#[test]
fn every_text_of_a_json_object_is_redacted_and_the_rest_is_as_it_was() {
    let file = "{\"id\":1,\"job\":{\"text\":\"Typing, wa.me/85512345678\",\"by\":[\"hr.lily@example.com\",2.50]},\"tel\":85512345678}\n\
                {\"id\": 2, \"job\": {\"text\": \"plain\"}, \"big\": 1e999}\n\
                {\"id\": 3, \"job\": {\"text\": \"plain\"}}\n";
    let scratch = Scratch::new("redact_json").file("jobs.jsonl", file);
    let seen = scored(&scratch, &["jobs.jsonl", "--quiet", "--column", "description=job.text", "--redact"]);
    no_personal_data(&seen);
    let lines: Vec<&str> = seen.lines().collect();
    let first: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
    let phone = first["tel"].as_str().unwrap();
    assert_eq!(first["job"]["text"], format!("Typing, wa.me/{phone}"));
    assert!(lines[0].contains("2.5]"), "{seen}");
    assert!(
        lines[1].contains("\"job.text\":\"plain\""),
        "an object that cannot be taken apart comes as its cells: {seen}"
    );
    assert!(lines[2].starts_with("{\"id\": 3, \"job\": {\"text\": \"plain\"},"), "{seen}");
}

#[test]
fn one_key_gives_the_same_tags_from_anywhere_and_another_gives_others() {
    let scratch = Scratch::new("redact_keys")
        .file("jobs.csv", JOBS)
        .file("key", format!("{KEY}\r\n"))
        .file("other", "another key of 16+");
    let from_variable = scored(&scratch, &["jobs.csv", "--quiet", "--redact"]);
    let again = scored(&scratch, &["jobs.csv", "--quiet", "--redact", "--threads", "3"]);
    let from_file = scored(&scratch, &["jobs.csv", "--quiet", "--redact-key-file", "key"]);
    let other = scored(&scratch, &["jobs.csv", "--quiet", "--redact-key-file", "other"]);
    assert_eq!(from_variable, again);
    assert_eq!(from_variable, from_file);
    assert_eq!(from_variable.matches("[handle:").count(), other.matches("[handle:").count());
    let tag = |text: &str| text.split("[handle:").nth(1).unwrap()[..12].to_owned();
    assert_ne!(tag(&from_variable), tag(&other));
}

#[test]
fn without_a_key_nothing_is_written() {
    let hint = "hint: make a key and keep it, `head -c 32 /dev/urandom | base64 > redact.key`, and name it with \
                `--redact-key-file redact.key`, or hold it in the variable `LUREWATCH_REDACT_KEY`\n";
    let cases: &[(&[&str], Option<&str>, &str)] = &[
        (&["--redact"], None, "no key to redact with; one of at least 16 bytes is wanted"),
        (&["--redact"], Some("short"), "LUREWATCH_REDACT_KEY: a key of 5 bytes; at least 16 are wanted"),
        (&["--redact-key-file", "short"], None, "short: a key of 15 bytes; at least 16 are wanted"),
        (&["--report", "r.html", "--redact"], None, "no key to redact with; one of at least 16 bytes is wanted"),
    ];
    for (args, variable, fault) in cases {
        let scratch = Scratch::new("redact_no_key").file("jobs.csv", JOBS).file("short", "0123456789abcde\n\n");
        let mut command = scratch.command(&with_model(&[&["jobs.csv", "--quiet"], *args].concat()));
        command.env_remove("LUREWATCH_REDACT_KEY");
        command.envs(variable.map(|value| ("LUREWATCH_REDACT_KEY", value)));
        let run = command.output().unwrap();
        assert_eq!(run.status.code(), Some(2), "{args:?}");
        assert_eq!(String::from_utf8(run.stdout).unwrap(), "", "{args:?}");
        assert_eq!(String::from_utf8(run.stderr).unwrap(), format!("lurewatch: {fault}\n{hint}"), "{args:?}");
        assert_eq!(scratch.names(), ["jobs.csv", "short"]);
    }
}

#[test]
fn no_flag_takes_a_key_itself() {
    let scratch = Scratch::new("redact_argument").file("jobs.csv", JOBS);
    for flag in ["--redact=0123456789abcdef", "--redact-key=0123456789abcdef"] {
        assert_eq!(scratch.run(&["score", "jobs.csv", flag]).status.code(), Some(2), "{flag}");
    }
}
