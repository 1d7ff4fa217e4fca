//! Hostile input, as large as a person may send it: how it ends, where it says the fault is, that every row is counted, and
//! how much memory it took.

use std::{
    fs,
    io::{Read as _, Write as _},
    process::Stdio,
    thread,
    time::Duration,
};

use crate::support::{Scratch, with_model};

/// Bytes that a run may take at most.
const MOST_MEMORY: u64 = 256 << 20;

/// Scores `name` with the tiny model; exit code, stderr, and the most memory that was seen (0 where it cannot be told).
fn score(scratch: &Scratch, name: &str) -> (i32, String, u64) {
    let mut command = scratch.command(&with_model(&[name, "-o", "out.csv"]));
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut stderr = child.stderr.take().unwrap();
    let said = thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).map(|_| text)
    });
    let mut most = 0;
    let exit = loop {
        // `VmHWM` only rises.
        let seen = fs::read_to_string(&status).unwrap_or_default();
        let kilobytes =
            seen.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        most = most.max(kilobytes.unwrap_or(0_u64) << 10);
        if let Some(exit) = child.try_wait().unwrap() {
            break exit;
        }
        thread::sleep(Duration::from_millis(5));
    };
    (exit.code().unwrap(), said.join().unwrap().unwrap(), most)
}

/// Exit code, stderr with all of `expected` in it, and rows read = scored + rejected.
fn check(name: &str, file: &str, content: &[u8], exit: i32, expected: &[&str]) {
    let scratch = Scratch::new(&format!("bounds {name}")).file(file, content);
    let (code, stderr, memory) = score(&scratch, file);
    assert_eq!(code, exit, "{name}: {stderr}");
    for expected in expected {
        assert!(stderr.contains(expected), "{name}: wanted {expected:?} in {stderr}");
    }
    if exit < 2 {
        let line = stderr.lines().find_map(|line| line.strip_prefix("rows: ")).unwrap();
        let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
        assert_eq!(numbers[0], numbers[1] + numbers[2], "{name}: {line}");
    } else {
        assert!(stderr.contains("\nhint: ") && !scratch.path("out.csv").exists(), "{name}: {stderr}");
    }
    assert!(memory < MOST_MEMORY, "{name}: {} MiB", memory >> 20);
    fs::remove_file(scratch.path(file)).unwrap();
}

#[test]
fn fields_of_100_mb() {
    let long = vec![b'x'; 100 << 20];
    let around = |start: &[u8], end: &[u8]| [start, &long, end].concat();
    let limit = "at most 4194304 are allowed";
    check("field", "a.csv", &around(b"id,text\n1,", b"\n2,ok\n"), 1, &["a.csv:2: row 1: ", limit]);
    check("quoted field", "a.csv", &around(b"id,text\n1,\"", b"\"\n2,ok\n"), 1, &["a.csv:2: row 1: "]);
    let lines = around(b"{\"id\":0,\"text\":\"ok\"}\n{\"id\":1,\"text\":\"", b"\"}\n{\"id\":2,\"text\":\"ok\"}\n");
    check("member", "a.jsonl", &lines, 1, &["a.jsonl:2: row 2: ", limit, "3 read = 2 scored + 1 rejected"]);
}

#[test]
fn a_hundred_thousand_columns() {
    let names: Vec<String> = (0..100_000).map(|at| format!("c{at}")).collect();
    let csv = format!("{},text\n{}Nurse\n1,2\n", names.join(","), ",".repeat(100_000));
    let expected = ["a.csv:3: row 2: 2 fields, but the header has 100001", "2 read = 1 scored + 1 rejected"];
    check("columns", "a.csv", csv.as_bytes(), 1, &expected);
    let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":1")).collect();
    let line = format!("{{\"text\":\"ok\",{}}}\n", members.join(","));
    check("members", "a.jsonl", line.as_bytes(), 2, &["a.jsonl: JSON", "over 100000 members"]);
}

#[test]
fn depth_and_numbers() {
    let (open, close) = ("[".repeat(1_000_000), "]".repeat(1_000_000));
    let (open_group, close_group) = ("{\"a\":".repeat(100_000), "}".repeat(100_000));
    let lines = format!(
        "{{\"id\":1,\"text\":\"ok\"}}\n{{\"id\":2,\"text\":{open}{close}}}\n{{\"id\":3,\"text\":{open_group}1{close_group}}}\n\
         {{\"id\":1e999999999,\"text\":\"ok\"}}\n{{\"id\":{},\"text\":\"ok\"}}\n",
        "9".repeat(1_000_000)
    );
    let expected = ["a.jsonl:2: row 2: column `text`: 2000000 bytes", "5 read = 4 scored + 1 rejected"];
    check("depth", "a.jsonl", lines.as_bytes(), 1, &expected);
    let pay = format!("id,text\n1,Pay {} USD &#{}; a month\n", "9".repeat(500_000), "9".repeat(100_000));
    check("numbers", "a.csv", pay.as_bytes(), 0, &["1 read = 1 scored + 0 rejected"]);
}

#[test]
fn many_long_records_at_once() {
    let record = format!("1,{}\n", "work ".repeat(800_000));
    let csv = format!("id,text\n{}2,ok\n", record.repeat(40));
    let expected = ["4000000 bytes; at most 1048576 are allowed", "41 read = 1 scored + 40 rejected"];
    check("long records", "a.csv", csv.as_bytes(), 1, &expected);
}

#[test]
fn tags_that_never_close() {
    let csv = format!(
        "id,text\n1,{}\n2,{}\n3,{}\n4,{}\n",
        "<script>".repeat(120_000),
        "<!--".repeat(250_000),
        "<a x=\"".repeat(170_000).replace('"', "'"),
        "&amp;".repeat(200_000)
    );
    check("tags", "a.csv", csv.as_bytes(), 0, &["4 read = 4 scored + 0 rejected"]);
}

/// A workbook whose sheet is `sheet` written `times` times, and its table of strings.
fn book(sheet: &str, times: usize, strings: &str) -> Vec<u8> {
    let mut parts = zip::ZipArchive::new(std::io::Cursor::new(
        fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/files/xlsxwriter.xlsx")).unwrap(),
    ))
    .unwrap();
    let mut made = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..parts.len() {
        let mut part = parts.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        let is_sheet = name == "xl/worksheets/sheet1.xml";
        made.start_file(&*name, zip::write::SimpleFileOptions::default()).unwrap();
        if is_sheet {
            (0..times).for_each(|_| made.write_all(sheet.as_bytes()).unwrap());
        } else if name == "xl/sharedStrings.xml" && !strings.is_empty() {
            made.write_all(strings.as_bytes()).unwrap();
        } else {
            made.write_all(&content).unwrap();
        }
    }
    made.finish().unwrap().into_inner()
}

#[test]
fn workbooks_that_unpack_to_much() {
    let sheet = |cells: &str| {
        format!(
            "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>\
             <row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>text</t></is></c></row>{cells}</sheetData></worksheet>"
        )
    };
    let unpacks = ["a.xlsx: an Office document that unpacks to over"];
    let rows = "<row></row>".repeat(100_000);
    check("sheet", "a.xlsx", &book(&rows, 250, ""), 2, &unpacks);
    let long = sheet(&format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "x".repeat(30 << 20)));
    check("cell", "a.xlsx", &book(&long, 1, ""), 2, &["a.xlsx: an Office document with a text of over 1048576"]);
    check("strings", "a.xlsx", &book(&sheet(""), 1, &"<si/>".repeat(6_000_000)), 2, &unpacks);
    check("no row", "a.xlsx", &book(&sheet(""), 1, ""), 0, &["0 read = 0 scored + 0 rejected"]);
}

/// Each of these is read again and again by something that looks ahead without bounds: it took minutes for the first four.
#[test]
fn monotonous_texts_take_no_square_of_their_length() {
    for pattern in
        ["a ", "ab.", "@a", "mr/", "a1.", "1 ", "a.b@", "http://", "+1-", "包|", "é ", "T.e.", "&lt;", "<p", "\\n"]
    {
        let mut content = b"text\n".to_vec();
        content.extend(pattern.repeat((1 << 20) / pattern.len()).bytes());
        content.push(b'\n');
        check("monotonous", "ads.csv", &content, 0, &["1 read"]);
    }
}
