//! Input that cannot be used: what is said, what is written, how it ends.

use std::io::{Read as _, Write as _};
use std::process::Stdio;

use crate::support::{Scratch, with_model};

/// Name, content of `jobs.csv`, everything on stderr.
type Case = (&'static str, &'static [u8], &'static str);

const REFUSED: &[Case] = &[
    (
        "empty",
        b"",
        "lurewatch: jobs.csv: no header; the first row must name the columns\n\
         hint: put a row with the names of the columns above the data, such as `id,title,text`\n",
    ),
    (
        "blank lines",
        b"\r\n\n\n",
        "lurewatch: jobs.csv: no header; the first row must name the columns\n\
         hint: put a row with the names of the columns above the data, such as `id,title,text`\n",
    ),
    (
        "nameless header",
        b",,\n1,2,3\n",
        "lurewatch: jobs.csv: no header; the first row must name the columns\n\
         hint: put a row with the names of the columns above the data, such as `id,title,text`\n",
    ),
    (
        "binary",
        b"id,text\n\0\0\0",
        "lurewatch: jobs.csv: a NUL byte at byte 8, as in a binary file; CSV with a header row, JSON lines, Parquet or XLSX is wanted\n\
         hint: export the table as CSV first\n",
    ),
    (
        "pdf",
        b"%PDF-1.7\n",
        "lurewatch: jobs.csv: a PDF document; CSV with a header row, JSON lines, Parquet or XLSX is wanted\n\
         hint: export the table as CSV first\n",
    ),
    (
        "broken header under a byte order mark",
        b"\xef\xbb\xbfid,descripci\xf3n\n1,x\n",
        "lurewatch: jobs.csv: a first row that is no UTF-8 (at byte 9 of a field); CSV with a header row, JSON lines, Parquet or XLSX is wanted\n\
         hint: name its encoding, `--encoding NAME`, or save the file as UTF-8\n",
    ),
    (
        "gzip in gzip",
        &[
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 147, 239, 230, 96, 0, 1, 38, 230, 211, 62, 23, 53, 61, 215, 106, 60, 100,
            98, 168, 120, 114, 63, 4, 36, 10, 0, 173, 94, 189, 128, 28, 0, 0, 0,
        ],
        "lurewatch: jobs.csv: gzip-compressed data inside compressed data; CSV with a header row, JSON lines, Parquet or XLSX is wanted\n\
         hint: unpack it until the table is there\n",
    ),
    (
        "open header",
        b"id,\"text\n1,x\n",
        "lurewatch: jobs.csv: a quote in the first row that never closes; CSV with a header row, JSON lines, Parquet or XLSX is wanted\n\
         hint: export the table as CSV first\n",
    ),
];

#[test]
fn what_is_no_csv_is_refused() {
    for (name, content, expected) in REFUSED {
        let scratch = Scratch::new(&format!("no csv {name}")).file("jobs.csv", content);
        let seen = scratch.score(&["jobs.csv", "-o", "out.csv"]);
        assert_eq!(seen, format!("exit 2\n--- stdout\n--- stderr\n{expected}"), "{name}");
        assert_eq!(scratch.names(), ["jobs.csv"], "{name}: nothing is left behind");
    }
}

#[test]
fn paths_that_cannot_be_used() {
    let scratch = Scratch::new("paths").file("jobs.csv", "id,text\n1,x\n").folder("folder");
    let cases: [(&str, &[&str], &str); 5] = [
        (
            "missing",
            &["none.csv"],
            "lurewatch: none.csv: cannot read: No such file or directory (os error 2)\n\
             hint: check the name; `-` is standard input\n",
        ),
        ("folder", &["folder"], "lurewatch: folder: is a folder; a file is wanted\nhint: give a file in that folder\n"),
        (
            "output is a folder",
            &["jobs.csv", "-o", "folder"],
            "lurewatch: folder: a folder stands there already; the output would be a file\n\
             hint: write to another file with `-o`\n",
        ),
        (
            "output is the input",
            &["jobs.csv", "-o", "./jobs.csv"],
            "lurewatch: ./jobs.csv: is the input; the output must be another file\n\
             hint: write to another file with `-o`, and move it over the input afterwards\n",
        ),
        (
            "no folder for the output",
            &["jobs.csv", "-o", "none/out.csv"],
            "lurewatch: none/out.csv: cannot write: No such file or directory (os error 2)\n\
             hint: make the folder first, or write to another one\n",
        ),
    ];
    for (name, args, expected) in cases {
        let args: Vec<&str> = args.iter().copied().chain(["--quiet"]).collect();
        assert_eq!(scratch.score(&args), format!("exit 2\n--- stdout\n--- stderr\n{expected}"), "{name}");
    }
    assert_eq!(scratch.read("jobs.csv"), b"id,text\n1,x\n");
    assert_eq!(scratch.names(), ["folder", "jobs.csv"]);
}

#[test]
fn bad_rows_are_named_and_the_rest_is_scored() {
    let mut file =
        b"id,title,text\r\n1,Nurse,\"two\r\nlines\"\r\n2,Nurse\r\n3,Nu\xe4rse,x\r\n4,a,b,c\r\n5,Cook,".to_vec();
    file.extend(vec![b'x'; (1 << 20) + 1]);
    file.extend(b"\r\n6,Cook,fine\r\n7,\"Cook,open\r\n8,Cook,last");
    let scratch = Scratch::new("bad_rows").file("jobs.csv", file);
    let seen = scratch.score(&["jobs.csv", "-o", "out.csv"]);
    assert_eq!(
        seen,
        "exit 1\n--- stdout\n--- stderr\n\
         jobs.csv: UTF-8\n\
         jobs.csv: id ← id, title ← title, description ← text\n\
         lurewatch: jobs.csv:4: row 2: 2 fields, but the header has 3\n\
         lurewatch: jobs.csv:5: row 3: column `title`: invalid UTF-8 at byte 2 of the field; UTF-8 is wanted\n\
         lurewatch: jobs.csv:6: row 4: 4 fields, but the header has 3\n\
         lurewatch: jobs.csv:7: row 5: column `text`: 1048577 bytes; at most 1048576 are allowed\n\
         lurewatch: jobs.csv:9: row 7: column `title`: a quote opens the field and never closes; a closing quote is wanted\n\
         hint: if these rows are in another encoding, name it: `--encoding NAME`\n\
         rows: 8 read = 3 scored + 5 rejected\n\
         possible recruitment lures: 0 need review, 0 to watch\n\
         time: …\n"
    );
    let mut reader = csv::Reader::from_path(scratch.path("out.csv")).unwrap();
    let ids: Vec<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
    assert_eq!(ids, ["1", "6", "8"]);
}

#[test]
fn many_bad_rows_are_counted() {
    let scratch = Scratch::new("many_bad_rows").file("jobs.csv", format!("id,text\n{}9,x\n", "1\n".repeat(25)));
    let seen = scratch.score(&["jobs.csv", "-o", "out.csv", "--quiet"]);
    assert!(seen.starts_with("exit 1\n"), "{seen}");
    assert_eq!(seen.matches("1 fields, but the header has 2").count(), 20, "{seen}");
    assert!(seen.ends_with("lurewatch: 5 more rows rejected\n"), "{seen}");
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let rows = "1,Nurse for the night shift\n".repeat(20_000);
    let scratch = Scratch::new("broken_pipe").file("jobs.csv", format!("id,text\n{rows}"));
    let mut command = scratch.command(&with_model(&["jobs.csv", "--quiet"]));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 10]).unwrap();
    drop(out);
    let run = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(run.stderr).unwrap(), "");
    assert_eq!(run.status.code(), Some(0));
}

#[test]
fn standard_input() {
    let scratch = Scratch::new("stdin");
    let mut command = scratch.command(&with_model(&["-"]));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"id,text\n1,Nurse\n2\n").unwrap();
    let run = child.wait_with_output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(String::from_utf8(run.stdout).unwrap().starts_with("id,text,lure_probability,"));
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert!(
        stderr.starts_with("-: UTF-8\n-: id ← id, description ← text\nlurewatch: -:3: row 2: 1 fields"),
        "{stderr}"
    );
}
