//! Reasons: that they sum to the score, and that each names the text that it is about.

use std::{path::Path, sync::OnceLock};

use linfa::ParamGuard;
use lurewatch::{
    Model,
    dataset::{Labelled, TrainingSet},
    explain::{Explanation, Reason, explain},
    features::{self, cues::CueTable},
    model::{learn::WordingParams, train::TrainParams},
    posting::{Field, Label, Posting},
    report::text::{Explained, Style},
};
use proptest::prelude::*;

use crate::support::{Scratch, tiny_model, tiny_model_folder};

/// Postings, each for all of [`PLACES`]: a cue must stand in several postings to become a column.
const LURES: [&str; 4] = [
    "Office staff wanted in {}. No experience needed, typing test. Free visa and free flight. Telegram only.",
    "Typing work in {}, no experience needed, typing test, hotel and free food",
    "{} 包吃包住 高薪 无需经验 打字员 包机票, งานออนไลน์ ตอบแชท เงินดี ฟรีที่พัก",
    "việc nhẹ lương cao {}, đánh máy, bao ăn ở, gaji tinggi tanpa pengalaman",
];
const CLEAN: [&str; 4] = [
    "Nurse at the hospital in {}, annual leave, two years of experience, send your CV by email.",
    "Waiter for a hotel restaurant, bring your CV to {}, interview at our office, annual leave.",
    "招聘护士 {} 医院 五险一金 年假, รับสมัครพยาบาล โรงพยาบาล, tuyển y tá bệnh viện, perawat rumah sakit",
    "Beware of adverts for {}. No experience needed, a typing test, free visa. So said the police.",
];
const PLACES: [&str; 6] = ["Bavet", "Poipet", "Manila", "Penang", "Dubai", "Leeds"];
const CUES: &str = "\
id,language,pattern,kind,frameworks,source,status
R1,en,no experience needed,cue,,drafted,drafted
R1,zh,无需经验,cue,,drafted,drafted
R2,en,typing (test|tests),cue,,drafted,drafted
P4,en,free (visa|flight|food),cue,,drafted,drafted
P4,zh,包吃包住,cue,,drafted,drafted
C1,en,telegram only,cue,,drafted,drafted
CN10,en,annual leave,counter,,drafted,drafted
G1,en,beware of,report,,drafted,drafted
";

/// A model with columns of most kinds, and cues that do not change when those of lurewatch do.
fn model_of_pieces() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let labelled = [(LURES, Label::Lure), (CLEAN, Label::Clean)].into_iter().flat_map(|(texts, label)| {
            let texts = texts.into_iter().flat_map(|text| PLACES.map(|place| text.replace("{}", place)));
            texts.map(move |text| Labelled {
                posting: Posting::from_text(text),
                label,
                group: None,
                language: None,
                source: "tests".to_owned(),
            })
        });
        let labelled = labelled.collect();
        let set = TrainingSet { labelled, ..TrainingSet::default() };
        let wording = WordingParams {
            subwords: 400,
            gram_length: 2,
            piece_lengths: Some((2, 4)),
            min_labelled: 1,
            min_background: 5,
            most_features: 20_000,
        };
        let params = TrainParams::default().folds(2).costs(vec![1.0]).wording(wording).check().unwrap();
        let cues = CueTable::read(CUES.as_bytes(), Path::new("cues.csv")).unwrap();
        params.train(&set, &cues, (Vec::new(), Vec::new()), &|_| {}).unwrap().model
    })
}

fn explained(posting: &Posting<'_>) -> Explanation {
    explain(model_of_pieces(), posting, &mut features::Scratch::default())
}

/// What must hold of every explanation.
fn check(model: &Model, posting: &Posting<'_>, scratch: &mut features::Scratch) -> Result<(), TestCaseError> {
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
        check(tiny_model(), &posting, &mut features::Scratch::default())?;
        check(model_of_pieces(), &posting, &mut features::Scratch::default())?;
    }

    #[test]
    fn a_scratch_that_is_kept_changes_nothing(texts in prop::collection::vec(texts(), 1..6)) {
        let mut scratch = features::Scratch::default();
        for text in texts {
            let posting = Posting::from_text(text);
            check(model_of_pieces(), &posting, &mut scratch)?;
            prop_assert_eq!(explain(model_of_pieces(), &posting, &mut scratch), explained(&posting));
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

#[test]
fn a_reported_cue_is_named_as_such() {
    let explanation = explained(&Posting::from_text("Beware of adverts that ask for a typing test."));
    assert!(cues(&explanation).contains(&("R2~reported", "typing test")), "{:?}", cues(&explanation));
}

const JOBS: &str = "id,headline,text\n\
                    a1,Typing work abroad,\"Free visa,\nflight\u{1b}[2J paid. Telegram only\"\n\
                    a2,short\n\
                    a3,,\n";

/// The command over [`JOBS`] with the tiny model.
fn seen(name: &str, args: &[&str]) -> String {
    let mut all = vec!["explain", "jobs.csv", "--model", tiny_model_folder().to_str().unwrap()];
    all.extend(args);
    Scratch::new(name).file("jobs.csv", JOBS).lurewatch(&all)
}

/// What the command must show of a posting.
fn shown(posting: &Posting<'_>, listed: usize) -> String {
    let explanation = explain(tiny_model(), posting, &mut features::Scratch::default());
    let prevalence = tiny_model().manifest().calibration.prevalence;
    Explained { posting, explanation: &explanation, prevalence, listed, style: Style::Plain }.to_string()
}

#[test]
fn a_row_is_shown_with_its_reasons() {
    let posting = Posting::from_pieces([
        (Field::Title, "Typing work abroad".into()),
        (Field::Description, "Free visa,\nflight\u{1b}[2J paid. Telegram only".into()),
    ]);
    let columns = "jobs.csv: UTF-8\njobs.csv: id ← id, title ← headline, description ← text\n";
    assert_eq!(
        seen("explain_row", &["--row", "1"]),
        format!("exit 0\n--- stdout\njobs.csv:2: row 1 (id a1)\n{}--- stderr\n{columns}", shown(&posting, 25))
    );
    let all = seen("explain_all", &["--row", "1", "--all", "--quiet"]);
    assert_eq!(
        all,
        format!("exit 0\n--- stdout\njobs.csv:2: row 1 (id a1)\n{}--- stderr\n", shown(&posting, usize::MAX))
    );
    assert!(!all.contains("lighter ones") && !all.contains('\u{1b}'), "{all}");
}

#[test]
fn a_column_choice_is_followed() {
    let posting = Posting::from_text("Typing work abroad");
    let seen =
        seen("explain_column", &["--row", "1", "--column", "title=", "--column", "description=headline", "--quiet"]);
    assert_eq!(seen, format!("exit 0\n--- stdout\njobs.csv:2: row 1 (id a1)\n{}--- stderr\n", shown(&posting, 25)));
}

#[test]
fn a_row_without_text_is_explained_by_the_intercept() {
    let seen = seen("explain_empty", &["--row", "3", "--quiet"]);
    assert!(seen.starts_with("exit 0\n--- stdout\njobs.csv:5: row 3 (id a3)\n(no text)\n"), "{seen}");
    assert!(seen.contains("intercept, the same for every posting\n"), "{seen}");
}

#[test]
fn rows_that_cannot_be_explained_say_why() {
    const CASES: &[(&str, &str)] = &[
        ("2", "lurewatch: jobs.csv:4: row 2: 2 fields, but the header has 3\n"),
        ("4", "lurewatch: jobs.csv: no row 4; rows below the header: 3\n"),
    ];
    for (row, fault) in CASES {
        let seen = seen("explain_no_row", &["--row", row, "--quiet"]);
        assert_eq!(seen, format!("exit 2\n--- stdout\n--- stderr\n{fault}"), "row {row}");
    }
    let zero = seen("explain_no_row", &["--row", "0"]);
    assert!(zero.starts_with("exit 2\n--- stdout\n--- stderr\nerror: invalid value '0'"), "{zero}");
}
