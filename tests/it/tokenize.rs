//! The tokenizer's own tables against the Hugging Face library, which is the oracle: the same numbers for everything.

use std::{fs, path::Path, sync::LazyLock};

use lurewatch::{
    Model,
    ingest::{Input, Wanted},
    normalize::plain,
    tokenize::{MARK, Tokenizer},
};
use proptest::prelude::*;

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::embedded().unwrap());

/// Words, of which none has a blank or [`MARK`] in it, split by the tables and by the library.
fn check(tokenizer: &Tokenizer, words: &[&str]) {
    let by_tables: Vec<u32> = words.iter().flat_map(|word| tokenizer.word(word)).collect();
    if tokenizer.encode_plain(&words.join(" ")).unwrap() == by_tables {
        return;
    }
    for word in words {
        assert_eq!(tokenizer.word(word), tokenizer.encode_plain(word).unwrap(), "{word:?}");
    }
    panic!("each of these words alone has the same numbers, together they have not: {words:?}");
}

fn check_text(tokenizer: &Tokenizer, text: &str) {
    let plain = plain(text);
    check(tokenizer, &plain.split(' ').filter(|word| !word.is_empty() && !word.contains(MARK)).collect::<Vec<_>>());
}

#[test]
fn every_code_point_alone_and_in_context() {
    let all: Vec<char> = ('\0'..=char::MAX).filter(|&c| c != ' ' && c != MARK).collect();
    for some in all.chunks(2_000) {
        let words: Vec<String> =
            some.iter().flat_map(|c| [c.to_string(), format!("free{c}visa"), format!("w{c}{c}rk")]).collect();
        check(MODEL.extractor().tokenizer(), &words.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn every_posting_that_comes_with_lurewatch() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/postings");
    let mut postings = 0;
    for file in fs::read_dir(folder).unwrap() {
        let input = Input::open(&file.unwrap().path()).unwrap();
        let columns = input.columns(&[], Wanted::Text).unwrap();
        for row in input.rows(columns) {
            let row = row.unwrap();
            let posting = row.posting();
            for piece in posting.pieces() {
                check_text(MODEL.extractor().tokenizer(), &piece.text);
            }
            postings += 1;
        }
    }
    assert!(postings > 1_000, "{postings} postings");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_texts(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_text(MODEL.extractor().tokenizer(), &text);
        check_text(MODEL.extractor().tokenizer(), &String::from_utf8_lossy(&bytes));
    }

    /// Few letters, so that pieces overlap in many ways, and words on either side of what is looked through without a queue.
    #[test]
    fn random_tokenizers_on_random_words(
        learnt in prop::collection::vec("[abc]{1,9}", 1..60),
        size in 4..60_usize,
        words in prop::collection::vec("[abcd]{1,200}|[abcd]{1,12}", 1..30),
    ) {
        let tokenizer = Tokenizer::train(learnt.iter().chain(&learnt).map(String::as_str), size).unwrap();
        check(&tokenizer, &words.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn words_of_real_pieces(pieces in prop::collection::vec(0..24_000_u32, 1..40)) {
        let tokenizer = MODEL.extractor().tokenizer();
        let word: String = pieces.iter().filter_map(|&piece| tokenizer.text(piece)).collect();
        check(tokenizer, &[&word.replace(MARK, "")]);
    }
}
