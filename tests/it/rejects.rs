//! `--rejects`: every row that could not be scored, byte for byte, with its place and why.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

use crate::support::Scratch;

/// A row of a file of rejects.
#[derive(Debug, PartialEq, Eq)]
struct Reject {
    path: String,
    row: u64,
    line: u64,
    offset: usize,
    record: Vec<u8>,
    reason: String,
}

/// What a reader of CSV finds in a file of rejects.
fn rejects(csv: &[u8]) -> Vec<Reject> {
    let mut reader = csv::Reader::from_reader(csv);
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), "path,row,line,offset,record,reason");
    let text = |cell: &[u8]| String::from_utf8(cell.to_vec()).unwrap();
    let rows = reader.byte_records().map(|row| {
        let row = row.unwrap();
        Reject {
            path: text(&row[0]),
            row: text(&row[1]).parse().unwrap(),
            line: text(&row[2]).parse().unwrap(),
            offset: text(&row[3]).parse().unwrap(),
            record: row[4].to_vec(),
            reason: text(&row[5]),
        }
    });
    rows.collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Row, line, record and start of the reason.
type Row = (u64, u64, &'static [u8], &'static str);
/// Name, name of the input, its content, rows scored, what is rejected.
type Case = (&'static str, &'static str, &'static [u8], usize, &'static [Row]);

const CASES: &[Case] = &[
    ("none", "jobs.csv", b"id,text\n1,a\n", 1, &[]),
    (
        "fields, quotes and bytes that are no UTF-8",
        "jobs.csv",
        b"\xef\xbb\xbfid,text\r\n1\r\n2,\"two\r\nlines\"\r\n\r\n3,\"a \"\"b\"\"\",c\r\n4,\xff\"\xfe\r\n5,x\r\n",
        2,
        &[
            (1, 2, b"1\r\n", "1 fields, but the header has 2"),
            (3, 6, b"3,\"a \"\"b\"\"\",c\r\n", "3 fields, but the header has 2"),
            (4, 7, b"4,\xff\"\xfe\r\n", "column `text`: invalid UTF-8 at byte 0 of the field"),
        ],
    ),
    (
        "an open quote, and no line end at the end",
        "jobs.csv",
        b"id,text\n1,\"open\n2,x\n3",
        1,
        &[
            (1, 2, b"1,\"open\n", "column `text`: a quote opens the field and never closes"),
            (3, 4, b"3", "1 fields, but the header has 2"),
        ],
    ),
    (
        "JSON lines",
        "jobs.jsonl",
        b"{\"text\":\"a\"}\n{\"text\":\r\n\n[\"\xff\"]\n{\"text\":\"b\"}\n",
        2,
        &[(2, 2, b"{\"text\":\r\n", "EOF while parsing"), (3, 4, b"[\"\xff\"]\n", "invalid UTF-8 at byte 2")],
    ),
];

#[test]
fn every_rejected_row_is_there_byte_for_byte() {
    for (name, input, content, scored, expected) in CASES {
        for packed in [false, true] {
            let bytes = if packed { gzip(content) } else { content.to_vec() };
            let scratch = Scratch::new(&format!("rejects {name} {packed}")).file(input, bytes);
            let seen = scratch.score(&[input, "-o", "out.csv", "--rejects", "bad.csv"]);
            let code = usize::from(!expected.is_empty());
            assert!(seen.starts_with(&format!("exit {code}\n--- stdout\n---")), "{name}: {seen}");
            let rows =
                format!("rows: {} read = {scored} scored + {} rejected\n", scored + expected.len(), expected.len());
            assert!(seen.contains(&rows), "{name}: {seen}");
            let found = rejects(&scratch.read("bad.csv"));
            assert_eq!(found.len(), expected.len(), "{name}: {found:?}");
            for (found, (row, line, record, reason)) in found.iter().zip(*expected) {
                assert_eq!((found.path.as_str(), found.row, found.line), (*input, *row, *line), "{name}");
                assert_eq!(found.record, *record, "{name}");
                assert_eq!(&content[found.offset..][..record.len()], *record, "{name}: offset {}", found.offset);
                assert!(found.reason.starts_with(reason), "{name}: {}", found.reason);
            }
            assert_eq!(scratch.names(), ["bad.csv", input, "out.csv"], "{name}");
        }
    }
}

#[test]
fn a_row_longer_than_memory_comes_back_whole() {
    let long = format!("1,{}\"{}\r\n", "x".repeat(20 << 20), "y,".repeat(9 << 20));
    let file = format!("id,text\n{long}2,Nurse\n{long}");
    let scratch = Scratch::new("rejects long").file("jobs.csv", &file);
    let seen = scratch.score(&["jobs.csv", "-o", "out.csv", "--rejects", "bad.csv.gz", "--quiet"]);
    assert!(seen.starts_with("exit 1\n"), "{seen}");
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(&scratch.read("bad.csv.gz")[..]).read_to_end(&mut unpacked).unwrap();
    let found = rejects(&unpacked);
    assert_eq!(found.len(), 2);
    for (found, (row, offset)) in found.iter().zip([(1, 8), (3, 8 + long.len() + "2,Nurse\n".len())]) {
        assert_eq!((found.row, found.line, found.offset), (row, row + 1, offset));
        assert!(found.record == long.as_bytes(), "row {row}: {} bytes", found.record.len());
        assert_eq!(found.reason, format!("{} bytes; at most 4194304 are allowed", long.len() - 2));
    }
}

#[test]
fn offsets_are_of_the_text_as_utf8() {
    let (big5, utf8) = (include_bytes!("files/big5.csv"), include_str!("files/big5.utf8.csv"));
    // Every row but the first with a field more, which is ASCII in either encoding.
    let ragged = |bytes: &[u8]| -> Vec<u8> {
        let lines = bytes.split_inclusive(|&byte| byte == b'\n').enumerate();
        lines.flat_map(|(at, line)| if at > 1 { [&b"x,"[..], line].concat() } else { line.to_vec() }).collect()
    };
    let scratch = Scratch::new("rejects big5").file("jobs.csv", ragged(big5));
    let args = ["jobs.csv", "--encoding", "big5", "--rejects", "bad.csv", "--quiet"];
    let seen = scratch.score(&args);
    assert!(seen.starts_with("exit 1\n"), "{seen}");
    let text = ragged(utf8.as_bytes());
    let found = rejects(&scratch.read("bad.csv"));
    assert!(found.len() > 1, "{found:?}");
    for one in found {
        assert_eq!(text[one.offset..][..one.record.len()], one.record, "row {}", one.row);
        assert!(one.record.starts_with(b"x,") && one.record.ends_with(b"\n"));
    }
}

#[test]
fn rejects_have_a_file_of_their_own() {
    let scratch = Scratch::new("rejects twice").file("jobs.csv", "id,text\n1,x\n").file("jobs.csv.partial", "mine");
    let cases: [(&str, &[&str], &str); 4] = [
        (
            "the input",
            &["jobs.csv", "-o", "out.csv", "--rejects", "./jobs.csv"],
            "lurewatch: ./jobs.csv: is the input; the output must be another file\n\
             hint: write to another file with `-o`, and move it over the input afterwards\n",
        ),
        (
            "the output",
            &["jobs.csv", "-o", "out.csv", "--rejects", "./out.csv"],
            "lurewatch: ./out.csv: is the output already; rejected rows need another file\n\
             hint: name another file with `--rejects`\n",
        ),
        (
            "what the output is while it is written",
            &["jobs.csv", "-o", "out.csv", "--rejects", "out.csv.partial"],
            "lurewatch: out.csv.partial: is the output already; rejected rows need another file\n\
             hint: name another file with `--rejects`\n",
        ),
        (
            "an input in the way of the partial file",
            &["jobs.csv.partial", "jobs.csv", "-o", "jobs.csv"],
            "lurewatch: jobs.csv.partial: no column for text",
        ),
    ];
    for (name, args, expected) in cases {
        let args: Vec<&str> = args.iter().copied().chain(["--quiet"]).collect();
        let seen = scratch.score(&args);
        let expected = format!("exit 2\n--- stdout\n--- stderr\n{expected}");
        assert!(seen == expected || expected.ends_with("text") && seen.starts_with("exit 2\n"), "{name}: {seen}");
    }
    assert_eq!(scratch.names(), ["jobs.csv", "jobs.csv.partial"]);
    assert_eq!(scratch.read("jobs.csv.partial"), b"mine");
}
