//! Words → subword numbers, by a Hugging Face tokenizer that training learns.
//!
//! The only module that names the `tokenizers` crate. A tokenizer is a BPE model over *marked words*: every unit of
//! [`crate::normalize`] with [`MARK`] before it, so that a piece at the beginning of a word differs from
//! the same letters inside one. The stored `tokenizer.json` does the marking itself (pre-tokenizer `Metaspace`), so that
//! any program that reads that format gives the same numbers for [`crate::normalize::plain`] text.
//!
//! The library learns the pieces and writes the format. Words are split by flat tables of our own (`merges`), which need not
//! be read at every start; the library is what they are held to ([`Tokenizer::encode_plain`]).

pub(crate) mod merges;

use std::{borrow::Cow, collections::HashMap, str::FromStr, sync::OnceLock};

use serde::{Deserialize, de::IgnoredAny};
use tokenizers::{
    PreTokenizerWrapper, Tokenizer as HfTokenizer, Trainer as _,
    models::{
        ModelWrapper,
        bpe::{BPE, BpeTrainer},
    },
    pre_tokenizers::metaspace::{Metaspace, PrependScheme},
};

use crate::{
    flat::store::{Reader, Writer},
    tokenize::merges::{Buffers, Merges},
};

/// Stands before the first piece of every word.
pub const MARK: char = '▁';

/// A learnt subword tokenizer.
///
/// ```
/// use lurewatch::tokenize::Tokenizer;
///
/// let words = ["free", "free", "freedom", "visa", "visa"];
/// let tokenizer = Tokenizer::train(words, 64)?;
/// let again = Tokenizer::from_json(tokenizer.to_json())?;
/// assert_eq!(tokenizer.word("free"), again.word("free"));
/// assert_eq!(tokenizer.text(tokenizer.word("visa")[0]), Some("▁visa"));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct Tokenizer {
    json: Cow<'static, str>,
    merges: Merges,
    /// The library's own tokenizer, made when it is asked for.
    library: OnceLock<Result<Box<HfTokenizer>, String>>,
}

/// The Hugging Face format, as far as it is used here.
#[derive(Deserialize)]
struct Stored {
    normalizer: Option<IgnoredAny>,
    decoder: Option<IgnoredAny>,
    post_processor: Option<IgnoredAny>,
    model: StoredModel,
}

#[derive(Deserialize)]
struct StoredModel {
    r#type: String,
    dropout: Option<IgnoredAny>,
    unk_token: Option<IgnoredAny>,
    continuing_subword_prefix: Option<IgnoredAny>,
    end_of_word_suffix: Option<IgnoredAny>,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    ignore_merges: bool,
    vocab: HashMap<String, u32>,
    merges: Vec<(String, String)>,
}

impl Stored {
    /// Everything here changes the numbers that a text gets, and training never writes it.
    fn check(&self) -> Result<(), String> {
        let Self { normalizer, decoder, post_processor, model } = self;
        if model.r#type != "BPE" {
            return Err(format!("has a model of type `{}`; `BPE` is allowed", model.r#type));
        }
        for (name, part) in [
            ("normalizer", normalizer),
            ("decoder", decoder),
            ("post_processor", post_processor),
            ("dropout", &model.dropout),
            ("unk_token", &model.unk_token),
            ("continuing_subword_prefix", &model.continuing_subword_prefix),
            ("end_of_word_suffix", &model.end_of_word_suffix),
        ] {
            if part.is_some() {
                return Err(format!("has a `{name}`, which is not used here; `null` is allowed"));
            }
        }
        for (name, is_set) in [("byte_fallback", model.byte_fallback), ("ignore_merges", model.ignore_merges)] {
            if is_set {
                return Err(format!("has `{name}`, which is not used here; `false` is allowed"));
            }
        }
        Ok(())
    }
}

impl StoredModel {
    fn merges(&self) -> Result<Merges, String> {
        let mut pieces = vec![None; self.vocab.len()];
        for (piece, &number) in &self.vocab {
            if let Some(free @ None) = pieces.get_mut(number as usize) {
                *free = Some(piece.as_str());
            }
        }
        let pieces: Option<Vec<&str>> = pieces.into_iter().collect();
        let pieces = pieces.ok_or("the pieces are not numbered from 0 without gaps")?;
        Merges::new(&pieces, &self.merges)
    }
}

impl Tokenizer {
    /// Learns a vocabulary of at most `size` pieces from words in their comparable form, each as often as it counts.
    ///
    /// The result depends on the multiset of words only, not on their order: pieces get their numbers from a sorted
    /// alphabet, and no piece has a prefix of the trainer's own (which the trainer would number in hash order).
    ///
    /// # Errors
    ///
    /// What the trainer says.
    pub fn train<'a>(words: impl IntoIterator<Item = &'a str>, size: usize) -> Result<Self, String> {
        let mut trainer = BpeTrainer::builder().vocab_size(size).min_frequency(2).show_progress(false).build();
        let mut model = BPE::default();
        let marked: Vec<String> = words.into_iter().map(|word| format!("{MARK}{word}")).collect();
        trainer.feed(marked.iter(), |word| Ok(vec![word.to_owned()])).map_err(|e| e.to_string())?;
        trainer.train(&mut model).map_err(|e| e.to_string())?;
        let mut library = HfTokenizer::new(ModelWrapper::BPE(model));
        library.with_pre_tokenizer(Some(PreTokenizerWrapper::Metaspace(Metaspace::new(
            MARK,
            PrependScheme::Always,
            true,
        ))));
        Self::from_json(&library.to_string(false).map_err(|e| e.to_string())?)
    }

    /// Reads the Hugging Face format, as far as [`Tokenizer::train`] writes it: BPE over pieces that are numbered from 0, without
    /// normaliser, decoder, post-processor, unknown token, dropout, or marks of a word's parts.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let stored: Stored = serde_json::from_str(json).map_err(|e| e.to_string())?;
        stored.check()?;
        let merges = stored.model.merges()?;
        Ok(Self { json: Cow::Owned(json.to_owned()), merges, library: OnceLock::new() })
    }

    /// The Hugging Face format: the same tokenizer gives the same bytes.
    #[must_use]
    pub fn to_json(&self) -> &str {
        &self.json
    }

    /// The tables of the tokenizer that `json` describes, as [`Tokenizer::write`] wrote them.
    pub(crate) fn read(json: &'static str, from: &mut Reader) -> Result<Self, String> {
        Ok(Self { json: Cow::Borrowed(json), merges: Merges::read(from)?, library: OnceLock::new() })
    }

    pub(crate) fn write(&self, into: &mut Writer) {
        self.merges.write(into);
    }

    /// The numbers of the pieces of one word in its comparable form. Letters that training never saw have none.
    #[must_use]
    pub fn word(&self, word: &str) -> Vec<u32> {
        let mut tokens = Vec::new();
        self.word_into(word, &mut Buffers::default(), &mut tokens);
        tokens
    }

    /// The same for word after word: appended to `tokens`, in buffers that are used again.
    pub(crate) fn word_into(&self, word: &str, buffers: &mut Buffers, tokens: &mut Vec<u32>) {
        self.merges.word(word, buffers, tokens);
    }

    /// The numbers of the pieces of a whole [`plain`](crate::normalize::plain) text, by the library's own
    /// path: slow, and what the tables are held to.
    ///
    /// # Errors
    ///
    /// What the library says.
    pub fn encode_plain(&self, plain: &str) -> Result<Vec<u32>, String> {
        let read = || HfTokenizer::from_str(&self.json).map(Box::new).map_err(|e| e.to_string());
        let library = self.library.get_or_init(read).as_ref().map_err(String::clone)?;
        let encoding = library.encode_fast(plain, false).map_err(|e| e.to_string())?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The piece with a number.
    #[must_use]
    pub fn text(&self, id: u32) -> Option<&str> {
        self.merges.pieces().strings().get(id as usize)
    }

    /// The number of a piece.
    #[must_use]
    pub fn id(&self, piece: &str) -> Option<u32> {
        self.merges.pieces().find(piece)
    }

    /// Number of pieces.
    #[must_use]
    pub fn size(&self) -> usize {
        self.merges.pieces().strings().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::plain;

    const WORDS: &[&str] = &["free", "visa", "free", "typing", "type", "包", "吃", "包", "住", "⟨n4⟩", "⟨n4⟩", "free"];

    #[test]
    fn training_does_not_depend_on_order() {
        let forward = Tokenizer::train(WORDS.iter().copied(), 60).unwrap().to_json().to_owned();
        let backward = Tokenizer::train(WORDS.iter().rev().copied(), 60).unwrap().to_json().to_owned();
        assert_eq!(forward, backward);
    }

    #[test]
    fn what_is_no_tokenizer_of_ours_is_refused() {
        let json = Tokenizer::train(WORDS.iter().copied(), 60).unwrap().to_json().to_owned();
        let with = |old: &str, new: &str| {
            assert!(json.contains(old), "{old} in {json}");
            Tokenizer::from_json(&json.replace(old, new)).map_or_else(|fault| fault, |_| String::new())
        };
        assert_eq!(with("{", "{"), "");
        let fault = "has a `decoder`, which is not used here; `null` is allowed";
        assert_eq!(with(r#""decoder":null"#, r#""decoder":{"type":"Fuse"}"#), fault);
        let fault = "has a `normalizer`, which is not used here; `null` is allowed";
        assert_eq!(with(r#""normalizer":null"#, r#""normalizer":7"#), fault);
        // The crate itself panics here.
        assert!(with(r#""decoder":null"#, r#""decoder":,"#).starts_with("expected value at line 1 column "));
    }

    #[test]
    fn words_one_by_one_give_the_numbers_of_the_whole_text() {
        let tokenizer = Tokenizer::train(WORDS.iter().copied(), 60).unwrap();
        let text = plain("Free VISA, typing types 包吃包住 4000 ▁odd ▁ x");
        let by_word: Vec<u32> = text.split(' ').flat_map(|word| tokenizer.word(word)).collect();
        assert_eq!(by_word, tokenizer.encode_plain(&text).unwrap());
    }
}
