//! What the fuzzer runs (`fuzz/`) and [`corpus`](super::corpus) replays: any bytes through each reader, and what must hold
//! of whatever comes out. A broken promise is a panic.

use std::{
    io::{self, Cursor, Read},
    path::Path,
    sync::OnceLock,
};

use lurewatch::{
    Model,
    explain::explain,
    features::{
        Extractor, Scratch, Vocabulary,
        cues::{CueTable, Matcher},
        weigh::Weighing,
    },
    ingest::{
        ColumnChoice, Columns, Fields, How, Input, Parser, Role, Wanted,
        row::{posting_of, read_record},
    },
    model::artifact::sha256_hex,
    normalize::{Units, plain},
    posting::{Field, Posting, Span},
    tokenize::Tokenizer,
};

/// By the first byte of an input of [`csv`]; the empty name finds out.
const ENCODINGS: [&str; 12] = [
    "",
    "utf-8",
    "utf-16le",
    "utf-16be",
    "gb18030",
    "big5",
    "shift_jis",
    "euc-kr",
    "windows-874",
    "windows-1252",
    "windows-1258",
    "windows-1251",
];
/// Sizes of blocks, each of which must give the same rows.
const BLOCKS: [usize; 4] = [256 << 10, 1, 17, 300];

/// A file as any of its readers takes it: packed or not, delimited, workbook, Parquet, in any encoding.
pub(crate) fn csv(data: &[u8]) {
    let [choice, file @ ..] = data else { return };
    let encoding = ENCODINGS[usize::from(*choice) % ENCODINGS.len()];
    let how = How { encoding: encoding.parse().ok(), sheet: None };
    same_at_every_size(file, &how);
}

/// Lines of JSON behind a first one that is good.
pub(crate) fn json(data: &[u8]) {
    let utf8 = How { encoding: "utf-8".parse().ok(), sheet: None };
    same_at_every_size(&[b"{\"text\": \"Cook\", \"pay\": {\"from\": 1}}\n", data].concat(), &utf8);
    same_at_every_size(&[b"{", data].concat(), &utf8);
}

/// A reader that gives a few bytes at a time.
struct Dripping(Cursor<Vec<u8>>, usize);

impl Read for Dripping {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.1);
        self.0.read(&mut buffer[..most])
    }
}

fn same_at_every_size(file: &[u8], how: &How) {
    let [whole, others @ ..] = BLOCKS.map(|size| rows(file, how, size));
    for (other, size) in others.iter().zip(&BLOCKS[1..]) {
        match (&whole, other) {
            // A file that breaks off has given as many blocks as were full by then.
            (Ok((rows, false)), Ok((more, false))) => {
                let common = rows.len().min(more.len());
                assert_eq!(rows[..common], more[..common], "blocks of {size}");
            }
            _ => assert_eq!(&whole, other, "blocks of {size}"),
        }
    }
}

/// The rows of a file as text, faults among them, and whether it was read to its end; or why it was not opened.
fn rows(file: &[u8], how: &How, block_bytes: usize) -> Result<(Vec<String>, bool), String> {
    let reader = Dripping(Cursor::new(file.to_vec()), block_bytes.max(64));
    let input = Input::from_reader_as("fuzz", reader, how).map_err(|e| e.to_string())?;
    let columns = columns(&input)?;
    let mut parser = Parser::of(input.form());
    let mut fields = Fields::default();
    let mut seen = Vec::new();
    let (mut next_row, mut next_byte) = (1, None);
    for block in input.blocks().block_bytes(block_bytes) {
        let Ok(block) = block else { return Ok((seen, false)) };
        assert_eq!(block.first_row(), next_row, "rows are numbered without gaps");
        assert_eq!(block.offset(), next_byte.unwrap_or(block.offset()), "every byte is in one block");
        next_row += block.records().len() as u64;
        next_byte = Some(block.offset() + block.len() as u64);
        for record in block.records() {
            let row = read_record(&block, record, &columns, &mut parser, &mut fields);
            let cells = fields.iter().map(str::to_owned).collect::<Vec<_>>();
            if row.is_ok() {
                mended(&posting_of(&fields, &columns));
            }
            let row = row.map(|()| cells).map_err(|fault| fault.to_string());
            let bytes = (block.offset_of(record), block.bytes_of(record).len(), block.line_end_of(record));
            seen.push(format!("{bytes:?} line {}: {row:?}", record.line));
        }
    }
    Ok((seen, true))
}

/// The columns that the headers tell, or else the first as the text.
fn columns(input: &Input) -> Result<Columns, String> {
    let first = ColumnChoice { role: Role::Text(Field::Description), header: input.headers().first().cloned() };
    input.columns(&[], Wanted::Text).or_else(|_| input.columns(&[first], Wanted::Text)).map_err(|e| e.to_string())
}

/// Any text: its units lie inside of it, one behind the other, and so do those of its mended form in what was written.
pub(crate) fn normalize(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    ascending(&text);
    let mut used = Units::default();
    let (mut first, mut again) = (Vec::new(), Vec::new());
    used.split(&text, |unit| first.push((unit.text.to_owned(), unit.span)));
    used.split(&text, |unit| again.push((unit.text.to_owned(), unit.span)));
    assert_eq!(first, again, "a splitter used before splits the same");
    ascending(&plain(&text));

    let headers = ["description".to_owned()];
    let columns = Columns::find(Path::new("fuzz"), &headers, &[], Wanted::Text).expect("a known name");
    let mut fields = Fields::default();
    let record = format!("\"{}\"", text.replace('"', "\"\""));
    Parser::new(b',').parse(record.as_bytes(), &headers, usize::MAX, &mut fields).expect("one quoted cell");
    assert_eq!(fields.get(0), Some(&*text));
    mended(&posting_of(&fields, &columns));
}

fn ascending(text: &str) {
    let mut last = 0;
    Units::default().split(text, |unit| {
        assert!(last <= unit.span.start && unit.span.start < unit.span.end, "{unit:?} after {last}");
        inside(text, unit.span);
        last = unit.span.end;
    });
}

fn mended(posting: &Posting<'_>) {
    for piece in posting.pieces() {
        ascending(&piece.text);
        let mut last = 0;
        Units::default().split(&piece.text, |unit| {
            let back = piece.written_span(unit.span);
            inside(piece.written(), back);
            assert!(last <= back.start, "{unit:?} goes back to {back:?}, before {last}");
            last = back.start;
        });
    }
}

fn inside(text: &str, span: Span) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} is no part of {} bytes", text.len());
}

/// Texts that patterns are looked for in.
const TEXT: &str =
    "Free visa and flight, no experience needed. Boss pays 1500 usd; never free visa. 包吃住 老板接 việc nhẹ";

/// A table of cues, before the NUL if there is one; behind it a text to find them in.
pub(crate) fn cues(data: &[u8]) {
    let (table, text) = data.split_at(data.iter().position(|&byte| byte == 0).unwrap_or(data.len()));
    let Ok(table) = CueTable::read(table, Path::new("cues.csv")) else { return };
    let matcher = Matcher::new(&table);
    let tokenizer = Tokenizer::from_json(tokenizer().to_json()).expect("what was just written");
    let extractor = Extractor::new(tokenizer, matcher, Vocabulary::default(), Weighing::default());
    let mut scratch = Scratch::default();
    for text in [TEXT, &String::from_utf8_lossy(text)] {
        extractor.occurrences(&Posting::from_text(text), &mut scratch, |_| {});
        for hit in extractor.hits(&scratch) {
            assert!(usize::from(hit.id) < extractor.matcher().ids().len(), "{hit:?}");
            for unit in [hit.first, hit.last] {
                inside(text, scratch.span_of(unit).expect("a unit of the text").1);
            }
        }
    }
}

fn tokenizer() -> &'static Tokenizer {
    static TOKENIZER: OnceLock<Tokenizer> = OnceLock::new();
    TOKENIZER.get_or_init(|| Tokenizer::train(["free", "visa", "free", "visa", "wage"], 60).expect("five words"))
}

/// The files of a model, by the first byte of an input of [`model`].
const FILES: [&str; 4] = ["manifest.json", "tokenizer.json", "features.csv", "cues.csv"];
const GOOD_FEATURES: &str =
    "kind,feature,doc_freq,idf,weight\nintercept,,0,1,-0.5\ngram,free,3,2,1.5\ncue,A1,3,1,0.5\n";
const GOOD_CUES: &str = "id,language,pattern,kind,frameworks,source,status\nA1,en,free visa,cue,,drafted,drafted\n";

/// A model folder with any one file of it replaced, as if whoever wrote it had meant it: sizes and hashes fit.
pub(crate) fn model(data: &[u8]) {
    let [choice, file @ ..] = data else { return };
    let replaced = FILES[usize::from(*choice) % FILES.len()];
    let content = |name: &str| -> Vec<u8> {
        match name {
            _ if name == replaced => file.to_vec(),
            "tokenizer.json" => tokenizer().to_json().into(),
            "features.csv" => GOOD_FEATURES.into(),
            "cues.csv" => GOOD_CUES.into(),
            _ => include_bytes!("../../models/lure/manifest.json").to_vec(),
        }
    };
    let manifest = signed(content(FILES[0]), &FILES[1..].iter().map(|name| (*name, content(name))).collect::<Vec<_>>());
    let read = Model::read(Path::new("fuzz"), |name| match name {
        "manifest.json" => Ok(manifest.clone()),
        _ => Ok(content(name)),
    });
    let Ok(model) = read else { return };
    let mut scratch = Scratch::default();
    let explained = explain(&model, &Posting::from_text(TEXT), &mut scratch);
    for reason in &explained.reasons {
        assert!(reason.weight.is_finite() || !model.intercept().is_finite() || has_huge_numbers(&model), "{reason:?}");
    }
}

/// Numbers that are finite and whose product is not.
fn has_huge_numbers(model: &Model) -> bool {
    model.weights().any(|weight| weight.abs() > 1e9)
        || model.extractor().vocabulary().columns().any(|column| column.idf.abs() > 1e9)
}

/// A manifest with the sizes and hashes of these files, if it is JSON at all.
fn signed(manifest: Vec<u8>, files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<serde_json::Value>(&manifest) else { return manifest };
    let Some(records) = value.get_mut("files").and_then(serde_json::Value::as_object_mut) else { return manifest };
    for (name, bytes) in files {
        let record = serde_json::json!({ "bytes": bytes.len(), "sha256": sha256_hex(bytes) });
        records.insert((*name).to_owned(), record);
    }
    serde_json::to_vec(&value).unwrap_or(manifest)
}
