//! What a later run must know to go on with this one: `OUT.partial.json`, beside the partial file.
//!
//! It is written anew, whole, a few times a second, and always speaks of a state in which every row of some input up to
//! a block's end is in the outputs. A run that goes on cuts the outputs back to that state, reads the input again up to it
//! without scoring, and then does what the run that was cut off would have done. Nothing is taken on trust: sums of the
//! input and of the outputs must be those that were written down.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant, UNIX_EPOCH},
};

use lurewatch::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::cli::{
    output::{Checksum, Mark, forget, longer},
    sums::Sums,
};

/// Time between two writings, at least.
const PAUSE: Duration = Duration::from_millis(200);

/// What a run is: all that its outputs depend on, but for what is in the inputs.
pub(super) type Settings = BTreeMap<String, String>;

/// An input that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Whole {
    path: String,
    bytes: u64,
    /// When it was last written to, in nanoseconds since 1970.
    modified: u64,
}

impl Whole {
    fn of(path: &Path) -> io::Result<Self> {
        let meta = fs::metadata(path)?;
        let modified = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64;
        Ok(Self { path: path.to_string_lossy().into_owned(), bytes: meta.len(), modified })
    }
}

/// How far the input at hand is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reached {
    /// Bytes of its text that are done, from its start.
    pub(super) offset: u64,
    /// A sum of these bytes, and of what the input was found to be.
    pub(super) sum: u32,
}

impl Reached {
    /// The start of an input that was found to be this.
    pub(super) fn start(found: &str) -> Self {
        Self { offset: 0, sum: Checksum::of(found.as_bytes()) }
    }

    /// After a block that ends at `offset` and has this sum of its own.
    pub(super) fn then(self, offset: u64, sum: u32) -> Self {
        let mut both = Checksum::default();
        both.update(&self.sum.to_le_bytes());
        both.update(&sum.to_le_bytes());
        Self { offset, sum: both.value() }
    }
}

/// A state to go on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// Inputs read to their end.
    pub(super) inputs: usize,
    /// How far the next one is read.
    pub(super) reached: Reached,
    pub(super) output: Mark,
    pub(super) rejects: Option<Mark>,
    pub(super) sums: Sums,
    /// Bytes and blocks since the members of packed outputs were ended.
    pub(super) segment: (usize, usize),
    /// Whether all is written and only the names are to be given.
    pub(super) is_complete: bool,
}

/// The file's content.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    settings: Settings,
    inputs: Vec<Whole>,
    state: State,
}

/// The file.
pub(super) struct Journal {
    path: PathBuf,
    settings: Settings,
    inputs: Vec<Whole>,
    state: Option<State>,
    saved: Option<(State, Instant)>,
}

impl Journal {
    /// The journal at `path` of a run that begins; nothing is written yet.
    pub(super) fn new(path: PathBuf, settings: Settings) -> Self {
        Self { path, settings, inputs: Vec::new(), state: None, saved: None }
    }

    /// What an earlier run of the same settings left; `None` if there is none.
    pub(super) fn recall(&mut self) -> Result<Option<State>> {
        let cannot = |fault: String| Error::Resume { path: self.path.clone(), fault };
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::Read { path: self.path.clone(), source }),
        };
        let record: Record = serde_json::from_slice(&text)
            .map_err(|fault| cannot(format!("it is no journal of this version of lurewatch ({fault})")))?;
        for (name, now) in &self.settings {
            let then = record.settings.get(name).map_or("", String::as_str);
            if then != now {
                return Err(cannot(format!("it is of a run with {name} `{then}`, and this one has `{now}`")));
            }
        }
        for input in &record.inputs {
            let now = Whole::of(Path::new(&input.path));
            if !now.is_ok_and(|now| now == *input) {
                return Err(cannot(format!("{} was changed since it was read", input.path)));
            }
        }
        if record.state.inputs != record.inputs.len() {
            return Err(cannot("it contradicts itself".to_owned()));
        }
        self.inputs = record.inputs;
        self.state = Some(record.state);
        self.saved = Some((record.state, Instant::now()));
        Ok(self.state)
    }

    /// An input is read to its end.
    pub(super) fn input_done(&mut self, path: &Path) -> Result<()> {
        let whole = Whole::of(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        self.inputs.push(whole);
        Ok(())
    }

    /// The run has come to this state; writes it down if the last writing is some time ago.
    pub(super) fn reach(&mut self, state: State) -> Result<()> {
        self.state = Some(state);
        match self.saved {
            Some((_, when)) if when.elapsed() < PAUSE => Ok(()),
            _ => self.save(),
        }
    }

    /// Writes the last state down; a reader finds the file before or the one after, and no half one.
    pub(super) fn save(&mut self) -> Result<()> {
        let Some(state) = self.state.filter(|state| self.saved.is_none_or(|(saved, _)| saved != *state)) else {
            return Ok(());
        };
        let inputs = self.inputs[..state.inputs].to_vec();
        let record = Record { settings: self.settings.clone(), inputs, state };
        let new = longer(&self.path, ".new");
        let written = serde_json::to_vec_pretty(&record).map_err(io::Error::from);
        let written = written.and_then(|text| fs::write(&new, text)).and_then(|()| fs::rename(&new, &self.path));
        if let Err(source) = written {
            // What it had of the disk is needed elsewhere, and the older journal is still right.
            let _ = forget(&new);
            return Err(Error::Write { path: self.path.clone(), source });
        }
        self.saved = Some((state, Instant::now()));
        Ok(())
    }

    /// The last state that is on the disk.
    pub(super) fn saved(&self) -> Option<State> {
        self.saved.map(|(state, _)| state)
    }

    /// The run is complete and its outputs have their names.
    pub(super) fn remove(&self) -> Result<()> {
        forget(&self.path).map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    /// Whether an earlier run left one.
    pub(super) fn is_there(&self) -> bool {
        self.path.exists()
    }
}
