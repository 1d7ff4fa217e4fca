//! A posting becomes a row: columns and values, worked by hand.

use std::path::Path;

use lurewatch::{
    features::{
        Extractor, Feature, FeatureKind, Scratch, Vocabulary,
        cues::{CueTable, Matcher},
        weigh::{Counts, Weighing},
    },
    posting::{Field, Posting},
    tokenize::Tokenizer,
};

const CUES: &str = "\
id,language,pattern,kind,frameworks,source,status
P4,en,free visa,cue,,drafted,drafted
T1,en,typing test,cue,,drafted,drafted
G1,en,beware,report,,drafted,drafted
X0,en,no,negator-before,,drafted,drafted
";
const WORDS: [&str; 7] = ["free", "visa", "typing", "test", "包", "吃", "住"];

/// Kind, name and idf of every column, in column order.
const COLUMNS: [(FeatureKind, &str, f32); 12] = [
    (FeatureKind::Piece, "_v", 1.0),
    (FeatureKind::Piece, "isa", 2.0),
    (FeatureKind::Gram, "▁free", 2.0),
    (FeatureKind::Gram, "▁free ▁visa", 3.0),
    (FeatureKind::Gram, "▁包", 1.0),
    (FeatureKind::Gram, "▁包 ▁吃 ▁住", 4.0),
    (FeatureKind::Cue, "G1", 1.0),
    (FeatureKind::Cue, "P4", 1.0),
    (FeatureKind::Cue, "P4~negated", 1.0),
    (FeatureKind::Cue, "P4~reported", 1.0),
    (FeatureKind::Cue, "T1", 1.0),
    (FeatureKind::Pair, "P4+T1", 1.0),
];

fn extractor(weighing: Weighing) -> Extractor {
    // Often enough for every word to become one subword.
    let words = WORDS.iter().flat_map(|word| std::iter::repeat_n(*word, 5));
    let tokenizer = Tokenizer::train(words, 200).unwrap();
    let table = CueTable::read(CUES.as_bytes(), Path::new("cues.csv")).unwrap();
    let features = COLUMNS.map(|(kind, name, idf)| Feature { kind, name: name.to_owned(), doc_freq: 1, idf });
    let vocabulary = Vocabulary::new(&features, &tokenizer).unwrap();
    Extractor::new(tokenizer, Matcher::new(&table), vocabulary, weighing)
}

/// Cues count for 0.1 here, whatever the default is.
const TENTH: Weighing = Weighing { counts: Counts::Sublinear, cue_value: 0.1 };

/// Name and value of what stands in the row.
type Row = &'static [(&'static str, f32)];

fn check(weighing: Weighing, name: &str, posting: &Posting<'_>, expected: &[(&str, f32)]) {
    let extractor = extractor(weighing);
    let mut scratch = Scratch::default();
    for pass in ["the first time", "with what is remembered"] {
        let row = extractor.row(posting, &mut scratch);
        let seen: Vec<(&str, f32)> = row.iter().map(|&(column, value)| (COLUMNS[column as usize].1, value)).collect();
        assert_eq!(seen.len(), expected.len(), "{name}, {pass}: {seen:?}");
        for (seen, wanted) in seen.iter().zip(expected) {
            assert_eq!(seen.0, wanted.0, "{name}, {pass}: {seen:?}");
            assert!((seen.1 - wanted.1).abs() < 1e-6, "{name}, {pass}: {seen:?}, wanted {wanted:?}");
        }
    }
}

/// Wording is tf × idf over its norm; cues and pairs are 0.1 each, however often they stand there.
#[test]
fn rows_by_hand() {
    let cases: [(&str, &str, Row); 12] = [
        ("nothing", "", &[]),
        ("nothing known", "Nurse", &[]),
        ("one word has norm 1", "free", &[("▁free", 1.0)]),
        // 1 + ln 3 for both counts and idf: the norm takes it away again.
        ("one word three times", "free, free; free", &[("▁free", 1.0)]),
        // _v 1, isa 2: norm √5.
        ("pieces of a word", "visa", &[("_v", 1.0 / 2.236_068), ("isa", 2.0 / 2.236_068)]),
        // _v 1, isa 2, free 2, free visa 3: norm √18.
        (
            "a gram of two words, and a cue beside",
            "free visa",
            &[
                ("_v", 1.0 / 4.242_641),
                ("isa", 2.0 / 4.242_641),
                ("▁free", 2.0 / 4.242_641),
                ("▁free ▁visa", 3.0 / 4.242_641),
                ("P4", 0.1),
            ],
        ),
        // The sentence ends between: no gram and no cue; norm √9.
        ("no gram over a full stop", "free. Visa", &[("_v", 1.0 / 3.0), ("isa", 2.0 / 3.0), ("▁free", 2.0 / 3.0)]),
        // free twice: (1 + ln 2) × 2 = 3.386294; norm √(3.386294² + 5) = 4.057954.
        (
            "counts are damped",
            "free; free. Visa",
            &[("_v", 1.0 / 4.057_954), ("isa", 2.0 / 4.057_954), ("▁free", 3.386_294 / 4.057_954)],
        ),
        // 包 1, the gram of three 4: norm √17.
        ("a gram of three characters", "包吃住", &[("▁包", 1.0 / 4.123_106), ("▁包 ▁吃 ▁住", 4.0 / 4.123_106)]),
        ("the gram is broken", "包住吃", &[("▁包", 1.0)]),
        ("cues without wording", "typing test, typing test", &[("T1", 0.1)]),
        (
            "a pair of cues over two sentences",
            "Free visa. Typing test",
            &[
                ("_v", 1.0 / 4.242_641),
                ("isa", 2.0 / 4.242_641),
                ("▁free", 2.0 / 4.242_641),
                ("▁free ▁visa", 3.0 / 4.242_641),
                ("P4", 0.1),
                ("T1", 0.1),
                ("P4+T1", 0.1),
            ],
        ),
    ];
    for (name, text, expected) in cases {
        check(TENTH, name, &Posting::from_text(text), expected);
    }
}

#[test]
fn the_mode_of_a_cue_is_another_column_and_makes_no_pair() {
    let wording = [
        ("_v", 1.0 / 4.242_641),
        ("isa", 2.0 / 4.242_641),
        ("▁free", 2.0 / 4.242_641),
        ("▁free ▁visa", 3.0 / 4.242_641),
    ];
    let cases: [(&str, &str, Row); 3] = [
        ("negated", "No free visa. Typing test", &[("P4~negated", 0.1), ("T1", 0.1)]),
        ("reported", "Beware, free visa", &[("G1", 0.1), ("P4~reported", 0.1)]),
        (
            "offered in one place and negated in another",
            "No free visa. Xx. Free visa",
            &[("P4", 0.1), ("P4~negated", 0.1)],
        ),
    ];
    for (name, text, cues) in cases {
        // Where every word stands twice, the norm takes the factor away again.
        let expected: Vec<(&str, f32)> = wording.iter().chain(cues).copied().collect();
        check(TENTH, name, &Posting::from_text(text), &expected);
    }
}

#[test]
fn weighing_is_what_was_asked_for() {
    let binary = Weighing { counts: Counts::Binary, cue_value: 0.25 };
    check(
        binary,
        "counts do not matter",
        &Posting::from_text("free; free. Visa. Typing test"),
        &[("_v", 1.0 / 3.0), ("isa", 2.0 / 3.0), ("▁free", 2.0 / 3.0), ("T1", 0.25)],
    );
}

/// Where a field ends, a sentence ends; which field it is, and whether there is one, makes no difference.
#[test]
fn fields_leave_no_trace() {
    let expected = [("_v", 1.0 / 3.0), ("isa", 2.0 / 3.0), ("▁free", 2.0 / 3.0)];
    let orders = [
        [(Field::Title, "free"), (Field::Description, "visa")],
        [(Field::Company, "free"), (Field::Contact, "visa")],
        [(Field::Description, "free"), (Field::Description, "visa")],
    ];
    for fields in orders {
        let posting = Posting::from_pieces(fields.map(|(field, text)| (field, text.into())));
        check(TENTH, &format!("{fields:?}"), &posting, &expected);
    }
}

#[test]
fn columns_out_of_order_or_twice_are_refused() {
    let tokenizer = Tokenizer::train(["free", "free"], 100).unwrap();
    let cue = |name: &str| Feature { kind: FeatureKind::Cue, name: name.to_owned(), doc_freq: 1, idf: 1.0 };
    assert!(Vocabulary::new(&[cue("P4"), cue("P4")], &tokenizer).is_err(), "a name twice");
    let gram = |name: &str| Feature { kind: FeatureKind::Gram, name: name.to_owned(), doc_freq: 1, idf: 1.0 };
    assert!(Vocabulary::new(&[gram("▁unknown ▁subword")], &tokenizer).is_err(), "a gram of unknown subwords");
}
