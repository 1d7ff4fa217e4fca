//! Files written by other programs, read by lurewatch, and the other way round. `files/make.py` made them.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::Path,
    process::Stdio,
};

use unicode_normalization::UnicodeNormalization as _;

use crate::support::{Scratch, with_model};

/// A file made by another program.
fn file(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/files").join(name)).unwrap()
}

/// A folder with some of these files.
fn folder(test: &str, names: &[&str]) -> Scratch {
    names.iter().fold(Scratch::new(test), |scratch, name| scratch.file(name, file(name)))
}

/// Standard output and standard error of scoring, which must go well.
fn score(scratch: &Scratch, args: &[&str]) -> (Vec<u8>, String) {
    let run = scratch.run(&with_model(args));
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(0), "{args:?}: {stderr}");
    (run.stdout, stderr)
}

fn cells(csv: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(csv);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn packed_files_score_like_unpacked_ones() {
    for name in ["jobs.csv", "jobs.jsonl"] {
        let scratch = folder(&format!("packed {name}"), &[name, &format!("{name}.gz"), &format!("{name}.zst")]);
        let (expected, _) = score(&scratch, &[name, "--reasons", "all"]);
        for (packed, packing) in [("gz", "gzip"), ("zst", "zstd")] {
            let packed = format!("{name}.{packed}");
            let (seen, stderr) = score(&scratch, &[&packed, "--reasons", "all"]);
            assert_eq!(seen, expected, "{packed}");
            assert!(stderr.starts_with(&format!("{packed}: {packing}, ")), "{packed}: {stderr}");
        }
    }
}

/// By content, not by name; several members or frames; from standard input.
#[test]
fn packing_is_known_by_content() {
    let twice = |packing: &str| [file(&format!("jobs.csv.{packing}")), file(&format!("jobs.csv.{packing}"))].concat();
    for packing in ["gz", "zst"] {
        let plain = [file("jobs.csv"), file("jobs.csv")].concat();
        let scratch = Scratch::new(&format!("content {packing}")).file("a.csv", plain).file("b.csv", twice(packing));
        assert_eq!(score(&scratch, &["a.csv"]).0, score(&scratch, &["b.csv"]).0, "{packing}");
    }
}

#[test]
fn output_is_packed_as_its_name_says() {
    let scratch = folder("packed output", &["jobs.csv"]);
    let (expected, _) = score(&scratch, &["jobs.csv"]);
    score(&scratch, &["jobs.csv", "-o", "out.csv.gz"]);
    score(&scratch, &["jobs.csv", "-o", "out.csv.zst"]);
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&scratch.read("out.csv.gz")[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, expected);
    unpacked.clear();
    let packed = scratch.read("out.csv.zst");
    ruzstd::decoding::StreamingDecoder::new(&packed[..]).unwrap().read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, expected);
    // What was written is read again, and its form is that of the name inside.
    score(&scratch, &["jobs.csv", "-o", "out.jsonl.gz"]);
    unpacked.clear();
    flate2::read::GzDecoder::new(&scratch.read("out.jsonl.gz")[..]).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked.starts_with(b"{\"id\":"), "{}", String::from_utf8_lossy(&unpacked));
}

#[test]
fn damaged_and_dangerous_packed_files() {
    let cut = |name: &str| {
        let whole = file(name);
        whole[..whole.len() - 20].to_vec()
    };
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(b"id,text\n").unwrap();
    let line = "a".repeat(1 << 20) + "\n";
    for _ in 0..300 {
        bomb.write_all(line.as_bytes()).unwrap();
    }
    let altered = {
        let mut bytes = file("jobs.csv.zst");
        let end = bytes.len() - 1;
        bytes[end] ^= 1;
        bytes
    };
    let cases = [
        (
            "gzip cut off",
            cut("jobs.csv.gz"),
            "cannot read: gzip data that is cut off\nhint: fetch or pack the file again",
        ),
        ("zstd cut off", cut("jobs.csv.zst"), "cannot read: zstd data that is "),
        ("zstd altered", altered, "cannot read: zstd data that is damaged (the checksum is not that of the content)"),
        (
            "bomb",
            bomb.finish().unwrap(),
            "bytes of gzip data unpack to over 268435456 bytes; over that, at most 250 times",
        ),
    ];
    for (name, content, expected) in cases {
        let scratch = Scratch::new(name).file("jobs.csv", content);
        let seen = scratch.score(&["jobs.csv", "-o", "out.csv", "--quiet"]);
        assert!(seen.starts_with("exit 2\n") && seen.contains(expected), "{name}: {seen}");
        assert!(seen.contains("\nhint: "), "{name}: {seen}");
        assert_eq!(scratch.names(), ["jobs.csv"], "{name}: nothing is left behind");
    }
}

/// File, and its encoding as it is said.
const ENCODED: [(&str, &str); 8] = [
    ("gb18030", "GB18030"),
    ("big5", "Big5"),
    ("shift_jis", "Shift_JIS"),
    ("euc-kr", "EUC-KR"),
    ("windows-874", "windows-874"),
    ("windows-1252", "windows-1252"),
    ("windows-1258", "windows-1258"),
    ("windows-1251", "windows-1251"),
];

#[test]
fn encodings_are_found_out_and_read_alike() {
    for (name, said) in ENCODED {
        let scratch = folder(&format!("encoding {name}"), &[&format!("{name}.csv"), &format!("{name}.utf8.csv")]);
        // Windows-1258 spells Vietnamese letters in parts.
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().nfc().collect::<String>();
        let (expected, _) = score(&scratch, &[&format!("{name}.utf8.csv")]);
        let (seen, stderr) = score(&scratch, &[&format!("{name}.csv")]);
        assert!(stderr.starts_with(&format!("{name}.csv: {said}; what is written is UTF-8\n")), "{name}: {stderr}");
        assert_eq!(text(seen), text(expected.clone()), "{name}");
        let (seen, _) = score(&scratch, &[&format!("{name}.csv"), "--encoding", name]);
        assert_eq!(text(seen), text(expected), "{name}, named");
    }
}

#[test]
fn unicode_with_and_without_mark() {
    let plain = score(&folder("unicode", &["jobs.csv"]), &["jobs.csv"]).0;
    for (name, said) in [
        ("bom.csv", "UTF-8 with byte order mark\n"),
        ("utf-16le.csv", "UTF-16LE; what is written is UTF-8\n"),
        ("utf-16be.csv", "UTF-16BE; what is written is UTF-8\n"),
    ] {
        let scratch = folder(&format!("unicode {name}"), &[name]);
        let (seen, stderr) = score(&scratch, &[name]);
        assert!(stderr.starts_with(&format!("{name}: {said}")), "{stderr}");
        assert_eq!(seen.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&seen), plain, "{name}");
        // Without its mark it is still known.
        let bare = file(name)[if name == "bom.csv" { 3 } else { 2 }..].to_vec();
        assert_eq!(score(&scratch.file(name, bare), &[name]).0, plain, "{name} without mark");
    }
}

#[test]
fn an_encoding_that_is_named_is_taken() {
    let scratch = Scratch::new("named encoding").file("jobs.csv", b"id,text\n1,caf\xe9\n2,a\n3,b\n4,c\n5,d\n");
    let seen = scratch.score(&["jobs.csv", "-o", "out.csv"]);
    assert!(seen.starts_with("exit 1\n") && seen.contains("row 1: column `text`: invalid UTF-8 at byte 3"), "{seen}");
    assert!(seen.contains("\nhint: if these rows are in another encoding, name it: `--encoding NAME`\n"), "{seen}");
    let (seen, _) = score(&scratch, &["jobs.csv", "--encoding", "cp1251"]);
    assert!(String::from_utf8(seen).unwrap().contains("1,cafй,"));
    let seen = scratch.score(&["jobs.csv", "--encoding", "klingon"]);
    assert!(seen.starts_with("exit 2\n") && seen.contains("there is no encoding `klingon`"), "{seen}");
}

#[test]
fn delimiters_and_quotes() {
    let plain = cells(&score(&folder("delimiters", &["jobs.csv"]), &["jobs.csv"]).0, b',');
    for (name, delimiter) in [("semicolon.csv", b';'), ("tab.csv", b'\t'), ("bar.csv", b'|'), ("quoted.csv", b',')] {
        let (seen, _) = score(&folder(&format!("delimiters {name}"), &[name]), &[name]);
        assert_eq!(cells(&seen, delimiter), plain, "{name}");
    }
}

fn objects(text: &[u8]) -> Vec<serde_json::Map<String, serde_json::Value>> {
    std::str::from_utf8(text).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn json_lines_come_back_with_every_member_in_its_place() {
    for (name, columns) in [("jobs.jsonl", "description ← text"), ("nested.jsonl", "description ← job.lines")] {
        let scratch = folder(&format!("json {name}"), &[name]);
        let (seen, stderr) =
            score(&scratch, &[name, "--column", columns.replace(" ← ", "=").as_str(), "--reasons", "all"]);
        assert!(stderr.contains(columns), "{stderr}");
        let before = String::from_utf8(file(name)).unwrap();
        let seen = String::from_utf8(seen).unwrap();
        assert_eq!(before.lines().count(), seen.lines().count());
        for (old, new) in before.lines().zip(seen.lines()) {
            assert!(new.starts_with(old.strip_suffix('}').unwrap()), "{new}");
        }
        for object in objects(seen.as_bytes()) {
            let names: Vec<&str> = object.keys().map(String::as_str).collect();
            assert_eq!(names[names.len() - 4..], ["lure_probability", "lure_tier", "lure_cues", "lure_reasons"]);
            for reason in object["lure_reasons"].as_array().unwrap() {
                assert!(reason["end"].as_u64() > reason["start"].as_u64(), "{reason}");
            }
        }
    }
}

#[test]
fn json_lines_score_like_csv() {
    let scratch = folder("json like csv", &["jobs.csv", "jobs.jsonl"]);
    let (csv, _) = score(&scratch, &["jobs.csv", "--reasons", "all"]);
    score(&scratch, &["jobs.jsonl", "-o", "out.csv", "--reasons", "all"]);
    assert_eq!(cells(&scratch.read("out.csv"), b','), cells(&csv, b','));
    let (json, _) = score(&scratch, &["jobs.csv", "--format", "jsonl", "--reasons", "all"]);
    let (own, _) = score(&scratch, &["jobs.jsonl", "--reasons", "all"]);
    assert_eq!(objects(&json), objects(&own));
}

#[test]
fn nested_members_are_columns_of_csv() {
    let scratch = folder("nested csv", &["nested.jsonl"]);
    let args = ["nested.jsonl", "--format", "csv", "--column", "description=job.lines"];
    let seen = cells(&score(&scratch, &args).0, b',');
    assert_eq!(seen[0][..6], ["id", "job.title", "job.lines", "tags", "seen", "ok"]);
    assert_eq!(seen[1][3..6], ["", "", "true"]);
    assert_eq!(seen[2][0], "1");
}

#[test]
fn bad_lines_of_json_are_rejected_by_row() {
    let lines = b"{\"id\":1,\"text\":\"Nurse\"}\r\n{\"id\":2,\n\n[3]\n{\"id\":4,\"text\":\"\xff\"}\n{\"id\":5,\"lure_tier\":\"x\"}\n{}\n\
        {\"id\":7,\"text\":\"Cook\",\"new\":1}";
    let scratch = Scratch::new("bad json").file("jobs.jsonl", lines);
    let seen = scratch.score(&["jobs.jsonl", "--column", "title=", "-o", "out.jsonl"]);
    // The key is in the header that the first rows make.
    assert!(seen.starts_with("exit 2\n") && seen.contains("the column `lure_tier` is there already"), "{seen}");
    let lines = String::from_utf8_lossy(lines).replace("lure_tier", "other").replace('\u{fffd}', "?");
    let scratch = Scratch::new("bad json rows").file("jobs.jsonl", lines);
    let seen = scratch.score(&["jobs.jsonl", "-o", "out.jsonl"]);
    assert!(seen.starts_with("exit 1\n"), "{seen}");
    assert!(seen.contains("jobs.jsonl:2: row 2: EOF while parsing"), "{seen}");
    assert!(seen.contains("jobs.jsonl:4: row 3: invalid type: sequence, expected a JSON object"), "{seen}");
    assert!(seen.contains("rows: 7 read = 5 scored + 2 rejected"), "{seen}");
    let out = objects(&scratch.read("out.jsonl"));
    assert_eq!(out.last().unwrap()["new"], 1);
    assert_eq!(out[3].keys().next().unwrap(), "lure_probability");
    let seen = Scratch::new("pretty json").file("jobs.json", "{\n  \"id\": 1\n}\n").score(&["jobs.json"]);
    assert!(seen.contains("JSON, but no lines of it") && seen.contains("hint: write an object a line"), "{seen}");
    let seen = Scratch::new("json list").file("jobs.json", "[{\"id\": 1}]\n").score(&["jobs.json"]);
    assert!(seen.contains("a JSON list") && seen.contains("hint: write an object a line"), "{seen}");
}

#[test]
fn json_lines_are_measured_and_explained() {
    let labelled =
        "{\"text\":\"Nurse\",\"label\":0}\n{\"text\":\"Typing work in Bavet, free visa\",\"label\":\"lure\"}\n";
    let scratch = Scratch::new("json labelled").file("jobs.jsonl", labelled);
    let model = crate::support::tiny_model_folder().to_str().unwrap();
    let seen = scratch.lurewatch(&["evaluate", "jobs.jsonl", "--model", model, "--format", "json"]);
    assert!(seen.starts_with("exit 0\n") && seen.contains("\"lures\""), "{seen}");
    let seen = scratch.lurewatch(&["explain", "jobs.jsonl", "--row", "2", "--model", model]);
    assert!(seen.starts_with("exit 0\n") && seen.contains("Bavet"), "{seen}");
}

#[test]
fn workbooks_score_like_csv() {
    let scratch = folder("xlsx", &["jobs.csv", "jobs.xlsx"]);
    let (csv, _) = score(&scratch, &["jobs.csv", "--reasons", "all"]);
    let (seen, stderr) = score(&scratch, &["jobs.xlsx", "--reasons", "all"]);
    assert!(stderr.starts_with("jobs.xlsx: XLSX, sheet `Sheet`\n"), "{stderr}");
    assert_eq!(cells(&seen, b','), cells(&csv, b','));
    let (json, _) = score(&scratch, &["jobs.xlsx", "--format", "jsonl"]);
    assert_eq!(objects(&json)[0]["id"], cells(&csv, b',')[1][0].as_str());
    let (other, _) = score(&scratch, &["jobs.xlsx", "--sheet", "Other"]);
    assert_eq!(cells(&other, b',')[1][..5], ["1", "Nurse", "Night shift, =1+1 is \"two\"", "2500.5", "2026-11-25"]);
    let seen = scratch.score(&["jobs.xlsx", "--sheet", "None"]);
    assert!(
        seen.contains("without the sheet `None`; it has `Sheet`, `Other`") && seen.contains("`--sheet NAME`"),
        "{seen}"
    );
    // In a packed form, and under another name.
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(&file("jobs.xlsx")).unwrap();
    let scratch = scratch.file("book", packer.finish().unwrap());
    assert_eq!(cells(&score(&scratch, &["book", "--reasons", "all"]).0, b','), cells(&csv, b','));
    let seen = scratch.file("jobs.docx", b"PK\x03\x04 and so on").score(&["jobs.docx"]);
    assert!(seen.starts_with("exit 2\n") && seen.contains("no XLSX workbook"), "{seen}");
}

#[test]
fn several_inputs_go_into_one_output() {
    let scratch = folder("several", &["jobs.csv", "jobs.csv.gz", "jobs.jsonl", "semicolon.csv", "nested.jsonl"]);
    let (one, _) = score(&scratch, &["jobs.csv"]);
    let (two, stderr) = score(&scratch, &["jobs.csv", "jobs.csv.gz"]);
    let header = one.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    assert_eq!(two, [&one[..], &one[header..]].concat());
    assert!(stderr.contains("rows: 16 read = 16 scored + 0 rejected"), "{stderr}");
    // The riskiest of all, the earlier input first.
    let (top, _) = score(&scratch, &["jobs.csv", "jobs.csv.gz", "--top", "4"]);
    let top = cells(&top, b',');
    let (best, _) = score(&scratch, &["jobs.csv", "--top", "2"]);
    let best = cells(&best, b',');
    assert_eq!(top[1..], [&best[1], &best[1], &best[2], &best[2]].map(Clone::clone));
    let (json, _) = score(&scratch, &["jobs.csv", "jobs.jsonl", "nested.jsonl", "--format", "jsonl", "--quiet"]);
    assert_eq!(objects(&json).len(), 24);
    for other in ["semicolon.csv", "nested.jsonl"] {
        let seen = scratch.score(&["jobs.csv", other, "-o", "out.csv", "--quiet"]);
        assert!(seen.starts_with("exit 2\n") && seen.contains("the header is not that of jobs.csv"), "{seen}");
        assert!(seen.contains("hint: score the files one by one"), "{seen}");
    }
    let seen = scratch.score(&["jobs.csv", "semicolon.csv", "-o", "semicolon.csv", "--format", "jsonl", "--quiet"]);
    assert!(seen.contains("semicolon.csv: is the input"), "{seen}");
}

#[test]
fn patterns_of_names_are_expanded_in_order() {
    let scratch = ["b.csv", "a.csv", "c.txt", "[x].csv"]
        .iter()
        .fold(Scratch::new("globs"), |scratch, name| scratch.file(name, format!("id,text\n{name},Nurse\n")))
        .folder("d.csv");
    let ids = |csv: &[u8]| cells(csv, b',')[1..].iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    let (seen, stderr) = score(&scratch, &["*.csv"]);
    assert_eq!(ids(&seen), ["[x].csv", "a.csv", "b.csv"]);
    assert!(stderr.contains("rows: 3 read = 3 scored + 0 rejected"), "{stderr}");
    assert_eq!(ids(&score(&scratch, &["?.csv", "c.txt"]).0), ["a.csv", "b.csv", "c.txt"]);
    // A name that stands there as it is.
    assert_eq!(ids(&score(&scratch, &["[x].csv"]).0), ["[x].csv"]);
    for (pattern, fault) in [("*.json", "fits no file"), ("***", "no pattern (")] {
        let seen = scratch.score(&[pattern, "-o", "out.csv", "--quiet"]);
        let said = format!("exit 2\n--- stdout\n--- stderr\nlurewatch: {pattern}: {fault}");
        assert!(seen.starts_with(&said) && seen.contains("\nhint: check the folder and the pattern"), "{seen}");
    }
    let model = crate::support::tiny_model_folder().to_str().unwrap();
    for args in [&["evaluate", "x/*.csv", "--model", model][..], &["train", "x/*.csv", "--out", "model"]] {
        let seen = scratch.lurewatch(args);
        assert!(seen.starts_with("exit 2\n") && seen.contains("x/*.csv: fits no file"), "{seen}");
    }
}

/// Written by `XlsxWriter`: text in the cells themselves; also packed.
#[test]
fn workbooks_of_another_program_and_packed() {
    let (csv, _) = score(&folder("xlsxwriter csv", &["jobs.csv"]), &["jobs.csv"]);
    for (name, said) in [
        ("xlsxwriter.xlsx", "XLSX, sheet `Jobs`"),
        ("xlsxwriter.xlsx.gz", "gzip, XLSX, sheet `Jobs`"),
        ("xlsxwriter.xlsx.zst", "zstd, XLSX, sheet `Jobs`"),
    ] {
        let (seen, stderr) = score(&folder(&format!("xlsxwriter {name}"), &[name]), &[name]);
        assert!(stderr.starts_with(&format!("{name}: {said}\n")), "{stderr}");
        assert_eq!(cells(&seen, b','), cells(&csv, b','), "{name}");
    }
}

#[test]
fn json_lines_are_written_packed() {
    let scratch = folder("jsonl packed", &["jobs.jsonl"]);
    let (expected, _) = score(&scratch, &["jobs.jsonl"]);
    score(&scratch, &["jobs.jsonl", "-o", "out.jsonl.zst"]);
    let mut unpacked = Vec::new();
    let packed = scratch.read("out.jsonl.zst");
    ruzstd::decoding::StreamingDecoder::new(&packed[..]).unwrap().read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, expected);
}

/// What cannot be read from its end is held in memory; the other forms stream.
#[test]
fn every_form_is_read_from_a_pipe() {
    for name in ["jobs.csv", "jobs.jsonl", "snappy.parquet", "jobs.xlsx", "snappy.parquet.zst", "xlsxwriter.xlsx.gz"] {
        let scratch = folder(&format!("pipe {name}"), &[name]);
        let (expected, _) = score(&scratch, &[name, "--format", "jsonl"]);
        let mut command = scratch.command(&with_model(&["-", "--format", "jsonl"]));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&file(name)).unwrap();
        let run = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(0), "{name}: {stderr}");
        assert!(stderr.contains("rows: 8 read = 8 scored + 0 rejected"), "{name}: {stderr}");
        assert_eq!(run.stdout, expected, "{name}");
    }
}
