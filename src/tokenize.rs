//! Words → subword numbers, by a Hugging Face tokenizer that training learns.
//!
//! The only module that names the `tokenizers` crate. A tokenizer is a BPE model over *marked words*: every unit of
//! [`crate::normalize`] with [`MARK`] before it, so that a piece at the beginning of a word differs from
//! the same letters inside one. The stored `tokenizer.json` does the marking itself (pre-tokenizer `Metaspace`), so that
//! any program that reads that format gives the same numbers for [`crate::normalize::plain`] text.

use std::str::FromStr;

use serde::{Deserialize, de::IgnoredAny};
use tokenizers::{
    Model as _, PreTokenizerWrapper, Tokenizer as HfTokenizer, Trainer as _,
    models::{
        ModelWrapper,
        bpe::{BPE, BpeTrainer},
    },
    pre_tokenizers::metaspace::{Metaspace, PrependScheme},
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
/// let again = Tokenizer::from_json(&tokenizer.to_json()?)?;
/// assert_eq!(tokenizer.word("free"), again.word("free"));
/// assert_eq!(tokenizer.text(tokenizer.word("visa")[0]), Some("▁visa".to_owned()));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct Tokenizer {
    inner: HfTokenizer,
}

/// Parts of a stored tokenizer that must be empty. Looked at first because the `tokenizers` crate panics on some that are no
/// JSON or not of their form.
#[derive(Deserialize)]
struct UnusedParts {
    normalizer: Option<IgnoredAny>,
    decoder: Option<IgnoredAny>,
    post_processor: Option<IgnoredAny>,
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
        let mut inner = HfTokenizer::new(ModelWrapper::BPE(model));
        inner.with_pre_tokenizer(Some(PreTokenizerWrapper::Metaspace(Metaspace::new(
            MARK,
            PrependScheme::Always,
            true,
        ))));
        Ok(Self { inner })
    }

    /// Reads the Hugging Face format, as far as [`Tokenizer::to_json`] writes it: a tokenizer with a normaliser, decoder or
    /// post-processor is refused.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let unused: UnusedParts = serde_json::from_str(json).map_err(|e| e.to_string())?;
        for (name, part) in
            [("normalizer", unused.normalizer), ("decoder", unused.decoder), ("post_processor", unused.post_processor)]
        {
            if part.is_some() {
                return Err(format!("has a `{name}`, which is not used here; `null` is allowed"));
            }
        }
        HfTokenizer::from_str(json).map(|inner| Self { inner }).map_err(|e| e.to_string())
    }

    /// The Hugging Face format, with sorted keys: the same tokenizer gives the same bytes.
    ///
    /// # Errors
    ///
    /// What the serialiser says.
    pub fn to_json(&self) -> Result<String, String> {
        self.inner.to_string(false).map_err(|e| e.to_string())
    }

    /// The numbers of the pieces of one word in its comparable form. Letters that training never saw have none.
    #[must_use]
    pub fn word(&self, word: &str) -> Vec<u32> {
        let mut marked = String::with_capacity(word.len() + MARK.len_utf8());
        marked.push(MARK);
        marked.push_str(word);
        let tokens = self.inner.get_model().tokenize(&marked).unwrap_or_default();
        tokens.into_iter().map(|token| token.id).collect()
    }

    /// The numbers of the pieces of a whole [`plain`](crate::normalize::plain) text, by the library's own
    /// path: slow, and what the fast path is held to.
    ///
    /// # Errors
    ///
    /// What the library says.
    pub fn encode_plain(&self, plain: &str) -> Result<Vec<u32>, String> {
        let encoding = self.inner.encode_fast(plain, false).map_err(|e| e.to_string())?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The piece with a number.
    #[must_use]
    pub fn text(&self, id: u32) -> Option<String> {
        self.inner.id_to_token(id)
    }

    /// The number of a piece.
    #[must_use]
    pub fn id(&self, piece: &str) -> Option<u32> {
        self.inner.token_to_id(piece)
    }

    /// Number of pieces.
    #[must_use]
    pub fn size(&self) -> usize {
        self.inner.get_vocab_size(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::plain;

    const WORDS: &[&str] = &["free", "visa", "free", "typing", "type", "包", "吃", "包", "住", "⟨n4⟩", "⟨n4⟩", "free"];

    #[test]
    fn training_does_not_depend_on_order() {
        let forward = Tokenizer::train(WORDS.iter().copied(), 60).unwrap().to_json().unwrap();
        let backward = Tokenizer::train(WORDS.iter().rev().copied(), 60).unwrap().to_json().unwrap();
        assert_eq!(forward, backward);
    }

    #[test]
    fn what_is_no_tokenizer_of_ours_is_refused() {
        let json = Tokenizer::train(WORDS.iter().copied(), 60).unwrap().to_json().unwrap();
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
