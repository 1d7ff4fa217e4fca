//! Parquet in and out: files of pyarrow read, and its own read back by the parquet crate's row reader.

use std::{fs, path::Path};

use parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::Field,
};

use crate::support::{Scratch, tiny_model_folder, with_model};

/// A file made by another program.
fn file(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/files").join(name)).unwrap()
}

fn cells(csv: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn parquet_scores_like_csv() {
    let scratch = Scratch::new("parquet in").file("jobs.csv", file("jobs.csv"));
    let expected = cells(&scratch.scored(&["jobs.csv", "--reasons", "all"]));
    for name in
        ["none.parquet", "snappy.parquet", "gzip.parquet", "zstd.parquet", "snappy.parquet.gz", "snappy.parquet.zst"]
    {
        let scratch = Scratch::new(&format!("parquet in {name}")).file(name, file(name));
        let run = scratch.run(&with_model(&[name, "--reasons", "all"]));
        let stderr = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(0), "{name}: {stderr}");
        let said = match name.rsplit_once('.') {
            Some((_, "gz")) => "gzip, Parquet",
            Some((_, "zst")) => "zstd, Parquet",
            _ => "Parquet",
        };
        assert!(stderr.starts_with(&format!("{name}: {said}\n")), "{stderr}");
        assert!(stderr.contains("rows: 8 read = 8 scored + 0 rejected"), "{stderr}");
        assert_eq!(cells(&run.stdout), expected, "{name}");
    }
}

#[test]
fn every_type_has_its_text() {
    for name in ["typed.parquet", "typed2.parquet"] {
        let scratch = Scratch::new(&format!("parquet {name}")).file(name, file(name));
        let seen = cells(&scratch.scored(&[name]));
        let expected = [
            ("id", "1"),
            ("job.title", "Chat work"),
            ("job.pay.from", "800.5"),
            ("job.pay.to", ""),
            ("text", "Free visa,\n\"flight\" paid"),
            ("lines", "Bavet\nTelegram only"),
            ("ok", "true"),
            ("day", "2026-11-25"),
            ("seconds", "2026-11-25 08:30:00"),
            ("millis", "2026-11-25 08:30:00.005"),
            ("micros", "2026-11-25 08:30:00"),
            ("nanos", "2026-11-25 08:30:00"),
            ("time", "08:30:00"),
            ("sum", "-12.50"),
            ("small", "7"),
            ("half", "1.5"),
            ("bytes", "raw"),
            ("map", "a: 1"),
            ("kind", "x"),
        ];
        let (names, values): (Vec<&str>, Vec<&str>) = expected.into_iter().unzip();
        assert_eq!(seen[0][..names.len()], names, "{name}");
        assert_eq!(seen[1][..names.len()], values, "{name}");
        assert!(seen[2][..names.len()].iter().all(String::is_empty), "{name}: nothing is nothing: {:?}", seen[2]);
    }
}

#[test]
fn nested_columns_are_named_by_path() {
    let scratch = Scratch::new("parquet path").file("typed.parquet", file("typed.parquet"));
    let seen = scratch.score(&["typed.parquet", "--column", "title=job.title", "-o", "out.csv"]);
    assert!(seen.starts_with("exit 0\n") && seen.contains("title ← job.title, description ← text"), "{seen}");
}

/// The rows of a Parquet file, as the crate reads them.
fn rows(bytes: Vec<u8>) -> (Vec<String>, Vec<Vec<Field>>) {
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names = schema.columns().iter().map(|column| column.name().to_owned()).collect();
    let rows = reader.get_row_iter(None).unwrap();
    (names, rows.map(|row| row.unwrap().into_columns().into_iter().map(|(_, field)| field).collect()).collect())
}

#[test]
fn parquet_comes_out_with_a_number_and_text() {
    let scratch =
        Scratch::new("parquet out").file("jobs.csv", file("jobs.csv")).file("semi.csv", file("semicolon.csv"));
    let expected = cells(&scratch.scored(&["jobs.csv", "--reasons", "all"]));
    scratch.scored(&["jobs.csv", "--reasons", "all", "-o", "out.parquet"]);
    scratch.scored(&["semi.csv", "--reasons", "all", "-o", "semi.parquet"]);
    let piped = scratch.scored(&["jobs.csv", "--reasons", "all", "--format", "parquet"]);
    for bytes in [scratch.read("out.parquet"), scratch.read("semi.parquet"), piped] {
        let (names, rows) = rows(bytes);
        assert_eq!(names, expected[0]);
        assert_eq!(rows.len() + 1, expected.len());
        for (row, expected) in rows.iter().zip(&expected[1..]) {
            for (at, (field, expected)) in row.iter().zip(expected).enumerate() {
                match field {
                    Field::Double(number) if at == 3 => {
                        assert_eq!(number.to_string(), expected.parse::<f64>().unwrap().to_string());
                    }
                    Field::Str(text) => assert_eq!(text, expected),
                    Field::Null => assert_eq!(expected, ""),
                    other => panic!("column {at}: {other:?}"),
                }
            }
        }
    }
    // And it is read again.
    let seen = scratch.score(&["out.parquet", "-o", "again.csv"]);
    assert!(seen.contains("the column `lure_probability` is there already"), "{seen}");
}

#[test]
fn no_row_still_makes_a_file() {
    let scratch = Scratch::new("parquet empty").file("jobs.csv", "id,text\n");
    scratch.scored(&["jobs.csv", "-o", "out.parquet"]);
    let (names, rows) = rows(scratch.read("out.parquet"));
    assert_eq!((names.len(), rows.len()), (6, 0));
}

#[test]
fn training_takes_parquet_and_its_hash() {
    let scratch = Scratch::new("parquet labelled").file("jobs.parquet", file("snappy.parquet"));
    let model = tiny_model_folder().to_str().unwrap();
    let seen =
        scratch.lurewatch(&["evaluate", "jobs.parquet", "--model", model, "--label", "id", "--lure-value", "en-2001"]);
    assert!(seen.starts_with("exit 0\n") && seen.contains("jobs.parquet: Parquet\n"), "{seen}");
    let input = lurewatch::ingest::Input::open(&scratch.path("jobs.parquet")).unwrap();
    let columns = input.columns(&[], lurewatch::ingest::Wanted::Text).unwrap();
    let mut rows = input.rows(columns);
    assert_eq!(rows.by_ref().count(), 8);
    assert_eq!(rows.sha256(), Some(lurewatch::model::artifact::sha256_hex(&scratch.read("jobs.parquet"))));
}

#[test]
fn what_a_file_says_of_itself_need_not_be_true() {
    let whole = file("snappy.parquet");
    let cut = whole[..whole.len() - 9].to_vec();
    let long_footer = {
        let mut bytes = whole.clone();
        let at = bytes.len() - 8;
        bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        bytes
    };
    // The first page header: kind, unpacked size (here 300 MB), packed size.
    let long_page = {
        let mut bytes = whole.clone();
        bytes.splice(4..7, [0x15, 0x04, 0x15, 0xff, 0xff, 0xff, 0x9e, 0x02]);
        bytes
    };
    let cases = [
        ("cut", cut, "a Parquet file that is cut off"),
        ("footer", long_footer, "a Parquet file whose description has 4294967295 bytes; at most 16777216 are allowed"),
        ("page", long_page, "a Parquet file that is damaged"),
    ];
    for (name, bytes, expected) in cases {
        let scratch = Scratch::new(&format!("parquet lies {name}")).file("jobs.parquet", bytes);
        let seen = scratch.score(&["jobs.parquet", "-o", "out.csv", "--quiet"]);
        assert!(seen.starts_with("exit 2\n") && seen.contains(expected), "{name}: {seen}");
        assert!(seen.contains("\nhint: write the table again"), "{name}: {seen}");
        assert_eq!(scratch.names(), ["jobs.parquet"], "{name}: nothing is left behind");
    }
}

/// Every byte altered in turn: an answer, not a crash; what is read is the number of rows that the file says.
#[test]
fn no_byte_makes_it_stumble() {
    for name in ["snappy.parquet", "typed.parquet", "typed2.parquet", "gzip.parquet", "zstd.parquet"] {
        let whole = file(name);
        for at in 0..whole.len() {
            for by in [0x01, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] ^= by;
                let input = lurewatch::ingest::Input::from_reader("x.parquet", std::io::Cursor::new(bytes));
                let Ok(input) = input else { continue };
                let Ok(columns) = input.columns(&[], lurewatch::ingest::Wanted::Text) else { continue };
                let _ = input.rows(columns).count();
            }
        }
    }
}
