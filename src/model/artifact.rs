//! The folder that a model is stored in.
//!
//! ```text
//! manifest.json    format number first; what it was trained on and with; calibration; thresholds; held-out figures;
//!                  size and sha256 of the other files
//! tokenizer.json   Hugging Face tokenizers format
//! features.csv     kind,feature,doc_freq,idf,weight: one line a column, sorted
//! cues.csv         the patterns of indicators, in the form of `features::cues::table`
//! CARD.md          what the model is for and not for, and how good it is, made from the manifest
//! ```
//!
//! Floats are written in the shortest form that reads back to the same bits. Reading checks in this order: the format number
//! (a newer one is named as such), then sizes and hashes, then content.

use std::{collections::BTreeMap, fmt::Write as _, fs, io, path::Path};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    features::{
        Column, Extractor, Feature, FeatureKind, Vocabulary,
        cues::{CueTable, Matcher},
    },
    model::{
        Manifest, Model, card,
        manifest::{FORMAT, FileRecord},
    },
    tokenize::Tokenizer,
};

const MANIFEST: &str = "manifest.json";
const TOKENIZER: &str = "tokenizer.json";
const FEATURES: &str = "features.csv";
const CUES: &str = "cues.csv";
const CARD: &str = "CARD.md";

/// The files of a model, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

/// sha256 of some bytes in hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Model {
    /// Reads a model folder.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] or [`Error::ModelTooNew`] that names the file and the fault: missing, not as long as the manifest
    /// says, altered, of a newer format, or not of the form.
    pub fn load(folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            let fault = if folder.exists() { "is no folder" } else { "there is no such folder" };
            let fault = format!("{fault}; a model folder with {MANIFEST} is wanted");
            return Err(Error::Model { path: folder.to_owned(), fault });
        }
        Self::read(folder, |name| fs::read(folder.join(name)))
    }

    /// Reads a model from its files, each fetched by name; `place` is only for messages.
    ///
    /// # Errors
    ///
    /// As [`Model::load`].
    pub fn read(place: &Path, mut fetch: impl FnMut(&str) -> io::Result<Vec<u8>>) -> Result<Self> {
        let reader = FolderReader { place };
        let manifest_bytes = fetch(MANIFEST).map_err(|e| reader.fault(MANIFEST, &format!("cannot read: {e}")))?;
        let manifest = reader.manifest(&manifest_bytes)?;
        let mut checked = |name: &str| -> Result<String> {
            let bytes = fetch(name).map_err(|e| reader.fault(name, &format!("cannot read: {e}")))?;
            reader.check(&manifest, name, &bytes)?;
            String::from_utf8(bytes).map_err(|e| reader.fault(name, &format!("no UTF-8: {e}")))
        };
        let tokenizer_json = checked(TOKENIZER)?;
        let features_csv = checked(FEATURES)?;
        let cues_csv = checked(CUES)?;
        let words = || {
            let tokenizer = Tokenizer::from_json(&tokenizer_json).map_err(|e| reader.fault(TOKENIZER, &e))?;
            let (features, weights, intercept) = reader.features(&features_csv)?;
            let vocabulary = Vocabulary::new(&features, &tokenizer).map_err(|e| reader.fault(FEATURES, &e))?;
            Ok::<_, Error>((tokenizer, vocabulary, weights, intercept))
        };
        let patterns = || CueTable::read(cues_csv.as_bytes(), &place.join(CUES)).map(|cues| Matcher::new(&cues));
        // Start-up is waited for: the two halves have nothing to do with each other.
        let (words, patterns) = rayon::join(words, patterns);
        let ((tokenizer, vocabulary, weights, intercept), matcher) = (words?, patterns?);
        let weighing = manifest.training.weighing;
        let extractor = Extractor::new(tokenizer, matcher, vocabulary, weighing);
        Ok(Self::new(extractor, &weights, intercept, manifest))
    }

    /// The files of the model, `cues` being the table that it was trained with, as text.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] when the manifest cannot be written.
    pub fn files(&self, cues: &str) -> Result<Files> {
        let mut files = BTreeMap::new();
        files.insert(TOKENIZER.to_owned(), self.extractor().tokenizer().to_json().as_bytes().to_vec());
        files.insert(FEATURES.to_owned(), self.features_csv().into_bytes());
        files.insert(CUES.to_owned(), cues.as_bytes().to_vec());
        let mut manifest = self.manifest().clone();
        manifest.files = files
            .iter()
            .map(|(name, bytes)| (name.clone(), FileRecord { bytes: bytes.len(), sha256: sha256_hex(bytes) }))
            .collect();
        manifest.id = manifest.files.get(FEATURES).map(|file| file.sha256[..12].to_owned()).unwrap_or_default();
        files.insert(CARD.to_owned(), card::markdown(&manifest).into_bytes());
        let mut json = serde_json::to_string_pretty(&manifest)
            .map_err(|e| Error::Model { path: MANIFEST.into(), fault: e.to_string() })?;
        json.push('\n');
        files.insert(MANIFEST.to_owned(), json.into_bytes());
        Ok(Files(files))
    }

    fn features_csv(&self) -> String {
        let mut text = String::from("kind,feature,doc_freq,idf,weight\n");
        // Writing to a string does not fail.
        let _ = writeln!(text, "intercept,,0,1,{}", self.intercept());
        for (column, weight) in self.extractor().vocabulary().columns().zip(self.weights()) {
            let Column { kind, name, doc_freq, idf } = column;
            let quoted = if name.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", name.replace('"', "\"\""))
            } else {
                name.to_owned()
            };
            let _ = writeln!(text, "{},{quoted},{doc_freq},{idf},{weight}", kind.name());
        }
        text
    }
}

impl Files {
    /// Writes the files into `folder`, which is made; a model that stands there is replaced, the manifest
    /// last, so that a half-written folder never passes for a model.
    ///
    /// # Errors
    ///
    /// [`Error::Write`] with the file, or [`Error::OutputInTheWay`] when something else than a model stands there.
    pub fn save(&self, folder: &Path) -> Result<()> {
        check_out_folder(folder)?;
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Write { path, source }
        };
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let manifest = folder.join(MANIFEST);
        if manifest.exists() {
            fs::remove_file(&manifest).map_err(failed(&manifest))?;
        }
        let (last, first): (Vec<_>, Vec<_>) = self.0.iter().partition(|(name, _)| *name == MANIFEST);
        for (name, bytes) in first.into_iter().chain(last) {
            let path = folder.join(name);
            let partial = folder.join(format!("{name}.partial"));
            fs::write(&partial, bytes).map_err(failed(&partial))?;
            fs::rename(&partial, &path).map_err(failed(&path))?;
        }
        Ok(())
    }
}

/// Whether a model may be written into `folder`: it is not there, empty, or holds a model.
///
/// # Errors
///
/// [`Error::OutputInTheWay`] when a file stands there, or a folder of something else.
pub fn check_out_folder(folder: &Path) -> Result<()> {
    let in_the_way = |what| Err(Error::OutputInTheWay { path: folder.to_owned(), what, wanted: "a model folder" });
    if folder.is_file() {
        return in_the_way("a file");
    }
    let Ok(mut entries) = fs::read_dir(folder) else { return Ok(()) };
    if entries.next().is_some() && !folder.join(MANIFEST).exists() && !folder.join(FEATURES).exists() {
        return in_the_way("a folder that holds something else than a model");
    }
    Ok(())
}

/// Reads and checks the files of one folder.
struct FolderReader<'a> {
    place: &'a Path,
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u64,
}

impl FolderReader<'_> {
    fn fault(&self, name: &str, fault: &str) -> Error {
        Error::Model { path: self.place.join(name), fault: fault.to_owned() }
    }

    fn manifest(&self, bytes: &[u8]) -> Result<Manifest> {
        let FormatOnly { format } = serde_json::from_slice(bytes).map_err(|e| {
            self.fault(MANIFEST, &format!("no model manifest ({e}); a JSON object with `format` first is wanted"))
        })?;
        if format > FORMAT {
            return Err(Error::ModelTooNew { path: self.place.join(MANIFEST), found: format, supported: FORMAT });
        }
        serde_json::from_slice(bytes).map_err(|e| self.fault(MANIFEST, &format!("not of format {format}: {e}")))
    }

    fn check(&self, manifest: &Manifest, name: &str, bytes: &[u8]) -> Result<()> {
        let Some(record) = manifest.files.get(name) else {
            return Err(self.fault(MANIFEST, &format!("does not list `{name}`")));
        };
        if record.bytes != bytes.len() {
            return Err(self.fault(name, &format!("{} bytes, but the manifest says {}", bytes.len(), record.bytes)));
        }
        if record.sha256 != sha256_hex(bytes) {
            return Err(self.fault(name, "altered: its sha256 is not the manifest's"));
        }
        Ok(())
    }

    fn features(&self, text: &str) -> Result<(Vec<Feature>, Vec<f32>, f64)> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let mut features = Vec::new();
        let mut weights = Vec::new();
        let mut intercept = None;
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|e| self.fault(FEATURES, &e.to_string()))? {
            let line = record.position().map_or(0, csv::Position::line);
            let fault = |what: &str| {
                self.fault(FEATURES, &format!("line {line}: {what}; a line is kind,feature,doc_freq,idf,weight"))
            };
            let [kind, name, doc_freq, idf, weight] = [0, 1, 2, 3, 4].map(|at| record.get(at).unwrap_or(""));
            if kind == "intercept" {
                intercept = Some(finite::<f64>(weight).ok_or_else(|| fault("no weight"))?);
                continue;
            }
            features.push(Feature {
                kind: FeatureKind::from_name(kind).ok_or_else(|| fault("no such kind"))?,
                name: name.to_owned(),
                doc_freq: doc_freq.parse().map_err(|_| fault("no document frequency"))?,
                idf: finite(idf).ok_or_else(|| fault("no idf"))?,
            });
            weights.push(finite(weight).ok_or_else(|| fault("no weight"))?);
        }
        let intercept = intercept.ok_or_else(|| self.fault(FEATURES, "no intercept; the first line gives it"))?;
        Ok((features, weights, intercept))
    }
}

/// A finite number, `f32` or `f64`.
fn finite<F: std::str::FromStr + Into<f64> + Copy>(text: &str) -> Option<F> {
    text.parse::<F>().ok().filter(|&value| value.into().is_finite())
}
