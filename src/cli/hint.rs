//! Which flag or command mends an error.

use std::io::{self, ErrorKind};

use lurewatch::{Error, error::RowFault};

/// One imperative sentence for below the error, where there is a mend.
pub(super) fn hint(error: &Error) -> Option<String> {
    Some(match error {
        Error::MissingColumn { wanted, .. } if wanted == "label" => {
            "say which header holds the labels: `--label NAME`".to_owned()
        }
        Error::MissingColumn { .. } => {
            "say which header holds the text: `--column description=NAME`; a file without a \
                                        header row needs one"
                .to_owned()
        }
        Error::NoSuchColumn { wanted, found, .. } => {
            let near = found.iter().find(|name| folded(name) == folded(wanted));
            match near {
                Some(name) => format!("write the header as it stands in the file: `{name}`"),
                None => "write a header as it stands in the file".to_owned(),
            }
        }
        Error::AmbiguousColumn { role, claims, .. } => {
            let name = claims.last().map_or("NAME", |name| name.trim());
            format!("say which one it is: `--column {role}={}`", shell(name))
        }
        Error::ColumnTaken { .. } => {
            "score the file that you scored before, or rename or remove that column; lurewatch \
                                      adds it itself"
                .to_owned()
        }
        Error::TwinColumns { .. } => "rename one of them, or write CSV: `--format csv`".to_owned(),
        Error::OtherHeader { .. } => {
            "score the files one by one, or write JSON lines, which need no header: `--format jsonl`".to_owned()
        }
        Error::OutputIsInput { .. } => {
            "write to another file with `-o`, and move it over the input afterwards".to_owned()
        }
        Error::OutputInTheWay { wanted, .. } if wanted.contains("model") => {
            "write to another folder with `--out`".to_owned()
        }
        Error::OutputInTheWay { .. } => "write to another file with `-o`".to_owned(),
        Error::Key { .. } | Error::NoKey => {
            "make a key and keep it, `head -c 32 /dev/urandom | base64 > redact.key`, and name it with \
             `--redact-key-file redact.key`, or hold it in the variable `LUREWATCH_REDACT_KEY`"
                .to_owned()
        }
        Error::Cues { .. } => "mend that line; `models/lure/cues.csv` has the same form, and the documentation of \
             `lurewatch::features::cues::pattern` the language of patterns"
            .to_owned(),
        Error::IsFolder { .. } => "give a file in that folder".to_owned(),
        Error::NoMatch { .. } => {
            "check the folder and the pattern; `*` stands for any letters, `**` for any folders".to_owned()
        }
        Error::Read { source, .. } if ["Parquet", "XLSX"].iter().any(|kind| source.to_string().contains(kind)) => {
            not_csv(&source.to_string()).to_owned()
        }
        Error::Read { source, .. } => reading(source).to_owned(),
        Error::Write { source, .. } => writing(source).to_owned(),
        Error::OutputTwice { .. } => "name another file with `--rejects`".to_owned(),
        Error::OutputBusy { .. } => "wait for the other run, or name another file".to_owned(),
        Error::Resume { fault, .. } => resuming(fault).to_owned(),
        Error::NoHeader { .. } => {
            "put a row with the names of the columns above the data, such as `id,title,text`".to_owned()
        }
        Error::NotCsv { fault, .. } => not_csv(fault).to_owned(),
        Error::BadRow { fault: RowFault::BadLabel { .. }, .. } => {
            "name the value that means lure: `--lure-value VALUE`; every other value is then clean".to_owned()
        }
        Error::Labels { fault, .. } => labels(fault).to_owned(),
        Error::ModelTooNew { .. } => "update lurewatch, or train again with this build: `lurewatch train`".to_owned(),
        Error::Model { .. } => "leave out `--model` to use the model that comes with lurewatch, or train one: \
                                `lurewatch train`"
            .to_owned(),
        _ => return None,
    })
}

/// What to do when reading fails.
fn reading(fault: &io::Error) -> &'static str {
    match fault.kind() {
        ErrorKind::NotFound => "check the name; `-` is standard input",
        ErrorKind::PermissionDenied => "get the right to read it (`ls -l` shows who has), or read a copy",
        ErrorKind::FileTooLarge => {
            "if it is no trap, unpack it yourself: `gzip -dc FILE | lurewatch score -`, or `zstd -dc`"
        }
        ErrorKind::InvalidData => "fetch or pack the file again; `gzip -t` or `zstd -t` checks it",
        _ => "copy the file to another disk and read the copy; if that fails too, the disk or the net is at fault",
    }
}

/// What to do when writing fails.
fn writing(fault: &io::Error) -> &'static str {
    match fault.kind() {
        ErrorKind::NotFound => "make the folder first, or write to another one",
        ErrorKind::PermissionDenied => "write to a folder that is yours, or get the right to write there",
        ErrorKind::ReadOnlyFilesystem => "write to another disk; this one can only be read",
        ErrorKind::StorageFull => "make room, or write to another disk; an output that ends in `.gz` is smaller",
        ErrorKind::QuotaExceeded => "make room in your quota; an output that ends in `.gz` is smaller",
        ErrorKind::FileTooLarge => {
            "raise the limit of file sizes (`ulimit -f`) or write to another disk; an output that ends in `.gz` is smaller"
        }
        _ => "write to another disk; if that fails too, the system has more to say (`dmesg`)",
    }
}

/// What to do when an earlier run cannot be gone on with.
fn resuming(fault: &str) -> &'static str {
    if fault.starts_with("it is of a run") {
        "give the command as it was, or leave out `--resume` to begin anew"
    } else {
        "leave out `--resume` to begin anew"
    }
}

/// What to do with labels that nothing can be learnt from.
fn labels(fault: &str) -> &'static str {
    if fault.contains("both classes") {
        "add a file with the other class, or name the value that means lure: `--lure-value VALUE`"
    } else if fault.contains("in one fold") {
        "label postings of more groups, or leave out `--group`"
    } else {
        "label more postings, or say which header holds the labels: `--label NAME`"
    }
}

/// What to do with a file that is no CSV.
fn not_csv(fault: &str) -> &'static str {
    if fault.contains("without the sheet") {
        "name a sheet that is there: `--sheet NAME`"
    } else if fault.contains("Parquet") {
        "write the table again, as CSV if need be"
    } else if fault.contains("JSON") {
        "write an object a line: `jq -c '.[]?' FILE`, or `jq -c .`"
    } else if fault.contains("compressed data inside") {
        "unpack it until the table is there"
    } else if fault.contains("Office") || fault.contains("zip") || fault.contains("XLSX") {
        "save the table as CSV first"
    } else if fault.contains("UTF") {
        "name its encoding, `--encoding NAME`, or save the file as UTF-8"
    } else {
        "export the table as CSV first"
    }
}

/// A header as people mean it: without case, blanks and signs.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name as it can be typed into a shell.
fn shell(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.chars().all(plain) { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}
