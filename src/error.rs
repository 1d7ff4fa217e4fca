//! What can go wrong, and where.

use std::{fmt, io, path::PathBuf};

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Where in an input file something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it; `-` is standard input.
    pub path: PathBuf,
    /// Physical line, 1-based. Quoted fields may hold line breaks, so this can run ahead of `row`.
    pub line: u64,
    /// Data row, 1-based; the header is not counted.
    pub row: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, row } = self;
        write!(f, "{}:{line}: row {row}", path.display())
    }
}

/// Any failure of this crate.
///
/// `Display` gives place, fault and what is allowed, in one line without a full stop. It never
/// names a command-line flag: which flag mends it is the command line's to say.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened or read.
    #[error("{}: cannot read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("{}: cannot write: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder stands where a file is wanted.
    #[error("{}: is a folder; a file is wanted", path.display())]
    IsFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A pattern of file names without a file.
    #[error("{}: {fault}; a file or a pattern of files is wanted", path.display())]
    NoMatch {
        /// The pattern.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// A path that should become an output exists already as something else.
    #[error("{}: {what} stands there already; the output would be {wanted}", path.display())]
    OutputInTheWay {
        /// The path.
        path: PathBuf,
        /// What is there.
        what: &'static str,
        /// What would be written.
        wanted: &'static str,
    },
    /// An input without a header row.
    #[error("{}: no header; the first row must name the columns", path.display())]
    NoHeader {
        /// The file.
        path: PathBuf,
    },
    /// An input that is no delimited text at all.
    #[error("{}: {fault}; CSV with a header row, JSON lines, Parquet or XLSX is wanted", path.display())]
    NotCsv {
        /// The file.
        path: PathBuf,
        /// What was found instead.
        fault: String,
    },
    /// No column of the header plays a role that the command needs.
    #[error("{}: no column for {wanted}; the header has {}", path.display(), quoted(found))]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The role or header that was looked for.
        wanted: String,
        /// The headers that are there, in file order.
        found: Vec<String>,
    },
    /// A column that the caller named is not there.
    #[error("{}: no column `{wanted}`; the header has {}", path.display(), quoted(found))]
    NoSuchColumn {
        /// The file.
        path: PathBuf,
        /// The header that was asked for.
        wanted: String,
        /// The headers that are there, in file order.
        found: Vec<String>,
    },
    /// Several columns claim one role that only one may have.
    #[error("{}: {} all fit the role `{role}`; one may; the header has {}", path.display(), quoted(claims), quoted(found))]
    AmbiguousColumn {
        /// The file.
        path: PathBuf,
        /// The role.
        role: String,
        /// The headers that claim it.
        claims: Vec<String>,
        /// All headers, in file order.
        found: Vec<String>,
    },
    /// A column that the output would add is there already.
    #[error("{}: the column `{column}` is there already; the output would have it twice", path.display())]
    ColumnTaken {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// Two columns of one name, where results go by name.
    #[error("{}: two columns are called `{column}`; one may be", path.display())]
    TwinColumns {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
    },
    /// A further input whose header is not that of the first.
    #[error("{}: the header is not that of {}; one table has one header; it has {}", path.display(), first.display(), quoted(found))]
    OtherHeader {
        /// The file.
        path: PathBuf,
        /// The first file.
        first: PathBuf,
        /// Its headers, in file order.
        found: Vec<String>,
    },
    /// The output is the input.
    #[error("{}: is the input; the output must be another file", path.display())]
    OutputIsInput {
        /// The file.
        path: PathBuf,
    },
    /// The output of rejected rows is the output of scored ones.
    #[error("{}: is the output already; rejected rows need another file", path.display())]
    OutputTwice {
        /// The file.
        path: PathBuf,
    },
    /// Another run is writing the output.
    #[error("{}: another run is writing it; one at a time may", path.display())]
    OutputBusy {
        /// The file.
        path: PathBuf,
    },
    /// A run that was cut off cannot be gone on with.
    #[error("{}: cannot go on: {fault}", path.display())]
    Resume {
        /// The file that stands against it.
        path: PathBuf,
        /// What is wrong, and what is wanted.
        fault: String,
    },
    /// The threads could not be started.
    #[error("cannot start {threads} threads: {fault}")]
    Threads {
        /// How many were asked for; 0 is one a core.
        threads: usize,
        /// What the system said.
        fault: String,
    },
    /// A row that cannot be used, where the command may not go on without it.
    #[error("{place}: {fault}")]
    BadRow {
        /// Where.
        place: Place,
        /// What is wrong, and what is allowed.
        fault: RowFault,
    },
    /// A row that the caller named is not there.
    #[error("{}: no row {row}; rows below the header: {rows}", path.display())]
    NoSuchRow {
        /// The file.
        path: PathBuf,
        /// The row that was asked for.
        row: u64,
        /// How many there are.
        rows: u64,
    },
    /// Labelled data that nothing can be learnt or measured from.
    #[error("{path}: {fault}")]
    Labels {
        /// The files, as the user named them.
        path: String,
        /// What is wrong, and what is needed.
        fault: String,
    },
    /// A model folder or file that cannot be used.
    #[error("{}: {fault}", path.display())]
    Model {
        /// The folder or file.
        path: PathBuf,
        /// What is wrong, and what is allowed.
        fault: String,
    },
    /// A model file was written by a newer lurewatch.
    #[error("{}: model format {found}, but this build reads up to {supported}", path.display())]
    ModelTooNew {
        /// The manifest.
        path: PathBuf,
        /// The format number in it.
        found: u64,
        /// The highest format number this build reads.
        supported: u64,
    },
    /// A file of cues that does not follow its form.
    #[error("{}:{line}: {fault}", path.display())]
    Cues {
        /// The file.
        path: PathBuf,
        /// The line, 1-based.
        line: u64,
        /// What is wrong, and what is allowed.
        fault: String,
    },
    /// Redacting was asked for without a key.
    #[error("no key to redact with; one of at least 16 bytes is wanted")]
    NoKey,
    /// A key for redacting that is too short to be one.
    #[error("{place}: a key of {bytes} bytes; at least {least} are wanted")]
    Key {
        /// Where it was found: a file, or the name of an environment variable.
        place: String,
        /// Its length.
        bytes: usize,
        /// The least.
        least: usize,
    },
    /// A hyperparameter is out of range.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// A fit that did not come to rest.
    #[error("the fit did not converge within {rounds} rounds: violation {violation}, allowed {allowed}")]
    NotConverged {
        /// Rounds over the data.
        rounds: usize,
        /// Largest projected gradient left.
        violation: f64,
        /// The tolerance.
        allowed: f64,
    },
    /// An error of linfa, whose traits the estimators implement.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}

/// Why one row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowFault {
    /// The number of fields differs from the header's.
    #[error("{found} fields, but the header has {expected}")]
    Ragged {
        /// Fields of the row.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// Bytes that are no UTF-8.
    #[error("column `{column}`: invalid UTF-8 at byte {byte} of the field; UTF-8 is wanted")]
    Utf8 {
        /// The column, by its header.
        column: String,
        /// Offset in the field, 0-based.
        byte: usize,
    },
    /// A field over the limit.
    #[error("column `{column}`: {bytes} bytes; at most {limit} are allowed")]
    TooLong {
        /// The column, by its header.
        column: String,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A record over the limit.
    #[error("{bytes} bytes; at most {limit} are allowed")]
    LongRow {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A line that is no JSON object.
    #[error("{fault}; a whole JSON object is wanted")]
    Json {
        /// What is wrong.
        fault: String,
    },
    /// A quote that opens a field and never closes.
    #[error("column `{column}`: a quote opens the field and never closes; a closing quote is wanted")]
    OpenQuote {
        /// The column, by its header.
        column: String,
    },
    /// A label column holds something else than a label.
    #[error("column `{column}`: `{value}` is not a label; allowed are {allowed} or an empty cell")]
    BadLabel {
        /// The column, by its header.
        column: String,
        /// Its content, as read.
        value: String,
        /// The values that are labels.
        allowed: String,
    },
}

/// A hyperparameter outside its range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is {value}, but must be {allowed}")]
pub struct ParamError {
    name: &'static str,
    value: String,
    allowed: &'static str,
}

impl ParamError {
    /// The parameter `name` has `value`, which is not `allowed`.
    pub fn new(name: &'static str, value: impl fmt::Display, allowed: &'static str) -> Self {
        Self { name, value: value.to_string(), allowed }
    }
}

fn quoted(names: &[String]) -> String {
    const SHOWN: usize = 40;
    let mut list: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        list.push(format!("and {} more", names.len() - SHOWN));
    }
    if list.is_empty() { "no column".to_owned() } else { list.join(", ") }
}
