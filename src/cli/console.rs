//! The only place that touches stdout and stderr.

use std::{
    cell::{Cell, RefCell},
    fmt::Display,
    io::{self, IsTerminal, Write},
    path::PathBuf,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lurewatch::{
    Error, Result,
    error::{Place, RowFault},
    posting::Mended,
    report::text::printable,
};

/// Rejected rows that are named one by one; the rest are counted.
const NAMED_ROWS: u64 = 20;

/// What the program says. Results go to stdout, everything else to stderr.
pub(super) struct Console {
    is_quiet: Cell<bool>,
    rejected: Cell<u64>,
    is_encoding_in_doubt: Cell<bool>,
    progress: RefCell<ProgressBar>,
}

impl Console {
    pub(super) fn new() -> Self {
        let progress = RefCell::new(ProgressBar::hidden());
        Self { is_quiet: Cell::new(false), rejected: Cell::new(0), is_encoding_in_doubt: Cell::new(false), progress }
    }

    /// Says only errors and rejected rows from here on.
    pub(super) fn set_quiet(&self, quiet: bool) {
        self.is_quiet.set(quiet);
    }

    /// A result, to stdout.
    #[expect(clippy::unused_self, reason = "who prints has been given a console")]
    pub(super) fn print(&self, text: &str) -> Result<()> {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        written.map_err(|source| Error::Write { path: PathBuf::from("-"), source })
    }

    /// Whether stdout is a terminal that wants colour.
    #[expect(clippy::unused_self, reason = "who prints has been given a console")]
    pub(super) fn has_colour(&self) -> bool {
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
    }

    /// A line for whoever watches; not said when quiet.
    pub(super) fn note(&self, line: &str) {
        if !self.is_quiet.get() {
            self.say(&line);
        }
    }

    /// Which accidents were undone before rows were read, if any.
    pub(super) fn mended(&self, mended: &Mended) {
        if !mended.is_none() {
            self.note(&format!("mended: {mended}; your columns stay as they are"));
        }
    }

    /// Something to think about; said even when quiet.
    pub(super) fn warn(&self, line: &str) {
        self.say(&format_args!("lurewatch: {line}"));
    }

    /// A row that was left out. The first twenty are named, the rest only counted.
    pub(super) fn rejected(&self, place: &Place, fault: &RowFault) {
        self.rejected.set(self.rejected.get() + 1);
        self.is_encoding_in_doubt.set(self.is_encoding_in_doubt.get() || matches!(fault, RowFault::Utf8 { .. }));
        if self.rejected.get() <= NAMED_ROWS {
            self.say(&format_args!("lurewatch: {place}: {fault}"));
        }
    }

    /// Says how many rows were left out unnamed; the number of all of them.
    pub(super) fn end_of_rejected(&self) -> u64 {
        let rejected = self.rejected.get();
        if rejected > NAMED_ROWS {
            self.say(&format_args!("lurewatch: {} more rows rejected", rejected - NAMED_ROWS));
        }
        if self.is_encoding_in_doubt.get() {
            self.say(&"hint: if these rows are in another encoding, name it: `--encoding NAME`");
        }
        rejected
    }

    /// What went wrong, and the mend.
    pub(super) fn error(&self, error: &dyn Display, hint: Option<&str>) {
        self.end_progress();
        self.say(&format_args!("lurewatch: {error}"));
        if let Some(hint) = hint {
            self.say(&format_args!("hint: {hint}"));
        }
    }

    /// Shows progress over `bytes` bytes, if stderr is a terminal.
    pub(super) fn begin_progress(&self, bytes: Option<u64>) {
        if self.is_quiet.get() || !io::stderr().is_terminal() {
            return;
        }
        let form = match bytes {
            Some(_) => "{msg} rows  {bytes}/{total_bytes} ({percent} %)  {bytes_per_sec}  {eta} left {wide_bar}",
            None => "{msg} rows  {bytes}  {bytes_per_sec}  {elapsed}",
        };
        let bar = bytes.map_or_else(ProgressBar::no_length, ProgressBar::new);
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        *self.progress.borrow_mut() = bar;
    }

    /// So many bytes further, `rows` rows in all.
    pub(super) fn progress(&self, bytes: u64, rows: u64) {
        let bar = self.progress.borrow();
        if !bar.is_hidden() {
            bar.inc(bytes);
            bar.set_message(rows.to_string());
        }
    }

    /// Takes the progress bar away.
    pub(super) fn end_progress(&self) {
        self.progress.borrow().finish_and_clear();
    }

    /// A line on stderr. It may quote an advert, a header or the name of a file, so that nothing in it steers the terminal.
    fn say(&self, line: &dyn Display) {
        let line = line.to_string();
        let line = printable(&line);
        self.progress.borrow().suspend(|| {
            // Nobody is left to tell if stderr is closed.
            let _ = writeln!(io::stderr().lock(), "{line}");
        });
    }
}
