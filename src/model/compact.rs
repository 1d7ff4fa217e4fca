//! The model that comes with this build, in a form that need not be read at every start.
//!
//! `models/lure` is what people read, and the truth. `models/lure.compact`, beside it, holds what is made of its tables:
//! arrays as they lie in memory (see `flat`). The program borrows them where they are, so that a start costs only the pages that
//! it touches. `lurewatch inspect models/lure --compact models/lure.compact` writes the file; a test compares it with what
//! the folder gives.
//!
//! The arrays are little-endian: a big-endian machine reads the folder's tables, which are then part of the program instead.

use std::path::Path;

use crate::{
    error::{Error, Result},
    features::{Extractor, Vocabulary, cues::Matcher, values},
    flat::store::{Aligned, Reader, Writer},
    model::{Manifest, Model, manifest::FileRecord},
    tokenize::Tokenizer,
};

/// What the file begins with; a change of the form changes the number in it.
const FORM: &[u8; 16] = b"lurewatch form 1";

const MANIFEST: &[u8] = include_bytes!("../../models/lure/manifest.json");

/// Parts that are read lazily or never have no need of a compact form.
#[cfg(target_endian = "little")]
mod parts {
    use super::Aligned;

    pub(super) const TOKENIZER: &str = include_str!("../../models/lure/tokenizer.json");
    pub(super) static COMPACT: &Aligned<[u8]> = &Aligned(*include_bytes!("../../models/lure.compact"));
}

impl Model {
    /// The model that comes with this build.
    ///
    /// # Errors
    ///
    /// [`Error::Model`], which would be a fault of the build and is ruled out by a test.
    #[cfg(target_endian = "little")]
    pub fn embedded() -> Result<Self> {
        let fault = |fault: String| Error::Model { path: Path::new("embedded model").into(), fault };
        let manifest = Manifest::embedded()?;
        Self::read_compact(parts::COMPACT, parts::TOKENIZER, manifest).map_err(fault)
    }

    /// The model that comes with this build.
    ///
    /// # Errors
    ///
    /// [`Error::Model`], which would be a fault of the build and is ruled out by a test.
    #[cfg(not(target_endian = "little"))]
    pub fn embedded() -> Result<Self> {
        Self::read(Path::new("embedded model"), |name| {
            let bytes: &[u8] = match name {
                "manifest.json" => MANIFEST,
                "tokenizer.json" => include_bytes!("../../models/lure/tokenizer.json"),
                "features.csv" => include_bytes!("../../models/lure/features.csv"),
                "cues.csv" => include_bytes!("../../models/lure/cues.csv"),
                _ => return Err(std::io::ErrorKind::NotFound.into()),
            };
            Ok(bytes.to_vec())
        })
    }

    /// The compact form of a model that was read from a folder.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] on a machine that is not little-endian.
    pub fn compact(&self) -> Result<Vec<u8>> {
        if cfg!(not(target_endian = "little")) {
            let fault = "the compact form is little-endian; write it on a machine that is".to_owned();
            return Err(Error::Model { path: "compact form".into(), fault });
        }
        let mut writer = Writer::default();
        writer.array(FORM);
        writer.array(made_from(self.manifest()).as_bytes());
        values::tables::write(&mut writer);
        self.extractor.tokenizer().write(&mut writer);
        self.extractor.matcher().write(&mut writer);
        self.extractor.vocabulary().write(&mut writer);
        writer.array(&[self.intercept]);
        writer.array(&self.columns);
        Ok(writer.finish())
    }

    fn read_compact(file: &'static Aligned<[u8]>, json: &'static str, manifest: Manifest) -> Result<Self, String> {
        let mut reader = Reader::new(file);
        if *reader.array::<u8>()? != FORM[..] || *reader.array::<u8>()? != *made_from(&manifest).as_bytes() {
            return Err("its compact form is not that of its folder".to_owned());
        }
        values::tables::read(&mut reader)?;
        let tokenizer = Tokenizer::read(json, &mut reader)?;
        let matcher = Matcher::read(&mut reader)?;
        let vocabulary = Vocabulary::read(&mut reader)?;
        let intercept = *reader.array()?.first().ok_or("no intercept")?;
        let columns = reader.array()?;
        let extractor = Extractor::new(tokenizer, matcher, vocabulary, manifest.training.weighing);
        Ok(Self { extractor, intercept, manifest, columns })
    }
}

impl Manifest {
    /// The manifest of the model that comes with this build.
    ///
    /// # Errors
    ///
    /// As [`Model::embedded`].
    pub fn embedded() -> Result<Self> {
        serde_json::from_slice(MANIFEST)
            .map_err(|e| Error::Model { path: Path::new("embedded model").join("manifest.json"), fault: e.to_string() })
    }
}

/// Names and hashes of the files that a compact form was made from, and the version that made it.
fn made_from(manifest: &Manifest) -> String {
    let line = |(name, FileRecord { sha256, .. }): (&String, &FileRecord)| format!("{sha256}  {name}\n");
    manifest.files.iter().filter(|(name, _)| *name != "CARD.md").map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::model::{artifact::sha256_hex, card};

    fn folder() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("models/lure")
    }

    #[test]
    fn the_embedded_model_is_the_folder() {
        let loaded = Model::load(&folder()).unwrap();
        let embedded = Model::embedded().unwrap();
        assert_eq!(loaded.manifest, embedded.manifest);
        assert_eq!(loaded.intercept.to_bits(), embedded.intercept.to_bits());
        assert!(loaded.columns == embedded.columns);
        assert!(loaded.extractor.vocabulary() == embedded.extractor.vocabulary());
        assert!(loaded.extractor.matcher() == embedded.extractor.matcher());
        assert_eq!(loaded.extractor.tokenizer().to_json(), embedded.extractor.tokenizer().to_json());
        assert_eq!(fs::read_to_string(folder().join("CARD.md")).unwrap(), card::markdown(embedded.manifest()));
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn the_compact_form_is_made_from_the_folder() {
        let made = Model::load(&folder()).unwrap().compact().unwrap();
        assert!(
            sha256_hex(&made) == sha256_hex(&parts::COMPACT.0),
            "models/lure.compact is not what models/lure gives; \
             write it: cargo run --release -- inspect models/lure --compact models/lure.compact"
        );
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_compact_form_of_another_model_is_refused() {
        let mut manifest = Manifest::embedded().unwrap();
        manifest.files.values_mut().for_each(|file| file.sha256.replace_range(..1, "x"));
        let fault = Model::read_compact(parts::COMPACT, parts::TOKENIZER, manifest).unwrap_err();
        assert_eq!(fault, "its compact form is not that of its folder");
    }
}
