//! Reasons: that they sum to the score, and that each names the text that it is about.

use lurewatch::{
    Model,
    explain::{Explanation, Reason, explain},
    features::Scratch,
    posting::{Field, Posting},
};
use proptest::prelude::*;

use crate::support::tiny_model;

fn explained(posting: &Posting<'_>) -> Explanation {
    explain(tiny_model(), posting, &mut Scratch::default())
}

/// What must hold of every explanation.
fn check(model: &Model, posting: &Posting<'_>, scratch: &mut Scratch) -> Result<(), TestCaseError> {
    let explanation = explain(model, posting, scratch);
    prop_assert_eq!(explanation.score, model.score(posting, scratch), "the score of the model itself");
    let gap = (explanation.sum() - explanation.score.decision).abs();
    prop_assert!(gap <= 1e-5, "the sum is off by {}", gap);
    for reason in &explanation.reasons {
        let piece = &posting.pieces()[reason.piece];
        prop_assert_eq!(reason.field, piece.field, "{:?}", reason);
        prop_assert!(reason.span.start < reason.span.end, "an empty place: {:?}", reason);
        let text = piece.text.get(reason.span.start..reason.span.end);
        prop_assert_eq!(text, Some(reason.text.as_str()), "{:?}", reason);
        prop_assert!(reason.cue.is_some() != reason.feature.is_some(), "{:?}", reason);
    }
    let order = |a: &Reason, b: &Reason| {
        a.weight > b.weight || (a.weight >= b.weight && (a.piece, a.span) <= (b.piece, b.span))
    };
    prop_assert!(explanation.reasons.windows(2).all(|pair| order(&pair[0], &pair[1])), "out of order");
    Ok(())
}

/// Pieces of text that the tiny model knows, disguised or not, and that make trouble.
const SNIPPETS: &[&str] = &[
    "free visa ",
    "Free  flight, ",
    "no experience needed",
    "typing test ",
    "TYPING work.",
    "telegram ",
    "t e l e g r a m",
    "t.e.l.e.g.r.a.m ",
    "f\u{200b}ree ",
    "\u{200b}",
    "\u{feff}",
    "t\u{0435}l\u{0435}gram",
    "w0rk 0nline ",
    "包吃包住",
    "高薪，",
    "月薪8,000",
    "無需經驗！",
    "预*支*薪水",
    "งานออนไลน์",
    "เงินดี ไม่ต้องมีประสบการณ์",
    "ฟรีที่พัก",
    "lương cao ",
    "việc nhẹ ",
    "gaji tinggi ",
    "✈️",
    "💰💰",
    "🇰🇭",
    "👩‍💻",
    "+84 00 000 0000 ",
    "@example_hr ",
    "t.me/example ",
    "hr@example.org",
    "ខ្មែរ",
    "ကြွေးမြန်",
    "हिन्दी काम ",
    "annual leave ",
    "nurse at the hospital ",
    "Bavet",
    "\n",
    "\r\n",
    ". ",
    "! ",
    "，",
    " ",
    "\u{1b}[2J",
    "\0",
    "ＦＲＥＥ ＶＩＳＡ",
    "é",
    "e\u{301}",
    "ﬁ",
];

fn texts() -> impl Strategy<Value = String> {
    let snippet = prop_oneof![8 => prop::sample::select(SNIPPETS).prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    prop::collection::vec(snippet, 0..24).prop_map(|parts| parts.concat())
}

fn fields() -> impl Strategy<Value = Field> {
    prop::sample::select(&Field::ALL[..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reasons_sum_to_the_decision_and_name_their_text(parts in prop::collection::vec((fields(), texts()), 0..4)) {
        let posting = Posting::from_pieces(parts.into_iter().map(|(field, text)| (field, text.into())));
        check(tiny_model(), &posting, &mut Scratch::default())?;
    }

    #[test]
    fn a_scratch_that_is_kept_changes_nothing(texts in prop::collection::vec(texts(), 1..6)) {
        let mut scratch = Scratch::default();
        for text in texts {
            let posting = Posting::from_text(text);
            check(tiny_model(), &posting, &mut scratch)?;
            prop_assert_eq!(explain(tiny_model(), &posting, &mut scratch), explained(&posting));
        }
    }
}

fn cues(explanation: &Explanation) -> Vec<(&str, &str)> {
    explanation.reasons.iter().filter_map(|reason| Some((reason.cue.as_deref()?, reason.text.as_str()))).collect()
}

#[test]
fn cues_stand_at_the_words_that_show_them() {
    let explanation =
        explained(&Posting::from_text("Office staff wanted. No experience needed, typing test on arrival."));
    let cues = cues(&explanation);
    assert!(cues.contains(&("R1", "No experience needed")), "{cues:?}");
    assert!(cues.contains(&("R2", "typing test")), "{cues:?}");
    assert!(cues.contains(&("R1+R2", "No experience needed, typing test")), "{cues:?}");
}

#[test]
fn a_place_over_two_pieces_ends_with_the_first() {
    let posting = Posting::from_pieces([
        (Field::Title, "No experience needed, office staff!".into()),
        (Field::Description, "There is a typing test.".into()),
    ]);
    let explanation = explained(&posting);
    let pair = explanation.reasons.iter().find(|reason| reason.cue.as_deref() == Some("R1+R2")).unwrap();
    assert_eq!((pair.piece, pair.field, pair.text.as_str()), (0, Field::Title, "No experience needed, office staff"));
}

#[test]
fn a_word_is_one_reason_wherever_and_however_it_is_written() {
    let posting = Posting::from_pieces([
        (Field::Title, "Visa!".into()),
        (Field::Description, "Free v\u{200b}isa, free VISA".into()),
    ]);
    let explanation = explained(&posting);
    let visa: Vec<&Reason> =
        explanation.reasons.iter().filter(|reason| reason.feature.as_deref() == Some("visa")).collect();
    assert_eq!(visa.len(), 1, "{visa:?}");
    assert_eq!((visa[0].field, visa[0].text.as_str()), (Field::Title, "Visa"));
}

#[test]
fn nothing_known_is_the_intercept_alone() {
    for text in ["", " ", "\u{200b}", "…", "— —\n—"] {
        let explanation = explained(&Posting::from_text(text));
        assert_eq!(explanation.reasons, [], "{text:?}");
        assert!((explanation.score.decision - explanation.intercept).abs() < 1e-12, "{text:?}");
    }
}
