//! No weak indicator alone reaches tier review: every wording of every one of them, against the embedded model.

use lurewatch::{
    Model,
    features::{
        Scratch,
        cues::{
            CueKind, CueTable,
            names::is_weak,
            pattern::{Atom, Step},
        },
    },
    model::Tier,
    normalize::is_glyph,
    posting::Posting,
};

/// A wording as people write it: words with spaces between them, scripts without spaces as they are.
fn worded(steps: &[Step]) -> String {
    let words = steps.iter().map(|step| match &step.atom {
        Atom::Word(word) | Atom::Prefix(word) => word.as_str(),
        Atom::Number => "3",
    });
    words.fold(String::new(), |text, word| {
        let is_joined = text.is_empty() || (text.ends_with(is_glyph) && word.starts_with(is_glyph));
        format!("{text}{}{word}", if is_joined { "" } else { " " })
    })
}

/// Every wording of every weak indicator, with its id.
fn wordings() -> Vec<(String, String)> {
    let cues = CueTable::built_in().cues.into_iter().filter(|cue| cue.kind == CueKind::Cue && is_weak(&cue.id));
    cues.flat_map(|cue| cue.variants.iter().map(|steps| (cue.id.clone(), worded(steps))).collect::<Vec<_>>()).collect()
}

#[test]
fn no_weak_indicator_alone_reaches_review() {
    let model = Model::embedded().unwrap();
    let mut scratch = Scratch::default();
    let wordings = wordings();
    assert!(wordings.len() > 2000, "{} wordings", wordings.len());
    for (id, wording) in &wordings {
        for text in [wording.clone(), wording.to_uppercase(), format!("{wording}!!!"), format!("Now: {wording} 24")] {
            let score = model.score(&Posting::from_text(text.as_str()), &mut scratch);
            let hits = model.extractor().hits(&scratch);
            let ids = hits.iter().map(|hit| model.extractor().matcher().ids()[usize::from(hit.id)].as_str());
            // Some wordings show a second, stronger indicator ("no cap on income"): these are not alone.
            let is_alone = ids.clone().all(is_weak);
            assert!(
                !is_alone || score.tier < Tier::Review,
                "{id} reaches review by `{text}` ({:.3})",
                score.probability
            );
        }
    }
}

#[test]
fn nearly_every_wording_of_a_weak_indicator_is_found_and_alone() {
    let model = Model::embedded().unwrap();
    let mut scratch = Scratch::default();
    let wordings = wordings();
    let alone = wordings.iter().filter(|(_, wording)| {
        let _ = model.score(&Posting::from_text(wording.as_str()), &mut scratch);
        model.extractor().is_weak_alone(&scratch)
    });
    let alone = alone.count();
    assert!(alone * 10 >= wordings.len() * 9, "{alone} of {}", wordings.len());
}

#[test]
fn a_weak_indicator_with_a_strong_one_or_among_words_is_judged_as_usual() {
    const CASES: &[(&str, bool)] = &[
        ("", false),
        ("male aged 18", true),
        ("Waiter, male aged 18", true),
        ("male aged 18, typing 40 wpm", false),
        ("The warehouse beside the mill looks for a careful driver, male, aged 18", false),
    ];
    let model = Model::embedded().unwrap();
    let mut scratch = Scratch::default();
    for (text, expected) in CASES {
        let _ = model.score(&Posting::from_text(*text), &mut scratch);
        assert_eq!(model.extractor().is_weak_alone(&scratch), *expected, "{text:?}");
    }
}
