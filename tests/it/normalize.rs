//! What holds of the comparable form of any text at all.

use lurewatch::normalize::{UnitKind, Units, is_glyph, plain};
use proptest::{collection::vec, prelude::*, sample::select};

/// Characters that normalisation treats in some way of its own.
const TELLING: &str = "aabcdeilnopst ABEN  ..,,--|/*_'’@$+:0134578\n!?%\
    аеорсхбжяАВН νοΝΗμσ éệđßŀŉ \u{200b}\u{fe0f}\u{301}\u{20dd} 包吃預住か\u{3099}ﾊﾟゟヿ \
    เงินทำ ໜ ခွ်န្មែ हिन्दी 한\u{1112}\u{1161} ＦｒｅＥ＋．｜７ ✈💰🆓🇰🇭👍🏽 ⟨n4⟩⟨url⟩ ﷺ½①ﬁ";

fn text() -> impl Strategy<Value = String> {
    let telling: Vec<char> = TELLING.chars().collect();
    let letter = prop_oneof![6 => select(telling), 1 => any::<char>()];
    vec(letter, 0..40).prop_map(String::from_iter)
}

/// Four or more single letters in a row: what was `a, b, c, d` reads as a spaced word once its commas are gone.
fn has_single_letters(plain: &str) -> bool {
    let is_alone = |word: &str| word.chars().count() <= 4 && !word.starts_with(is_glyph);
    let alone: Vec<bool> = plain.split(' ').map(is_alone).collect();
    alone.windows(4).any(|four| four.iter().all(|&alone| alone))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_global_rejects: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn twice_is_once(text in text()) {
        let once = plain(&text);
        prop_assume!(!has_single_letters(&once));
        prop_assert_eq!(plain(&once), once);
    }

    #[test]
    fn spans_stay_inside_and_in_order(text in text()) {
        let mut last = 0;
        Units::default().split(&text, |unit| {
            assert!(last <= unit.span.start && unit.span.start < unit.span.end, "{unit:?} after {last}");
            assert!(text.get(unit.span.start..unit.span.end).is_some(), "{unit:?}");
            assert_eq!(unit.kind == UnitKind::Break, unit.text.is_empty(), "{unit:?}");
            assert!(!unit.text.contains(char::is_whitespace), "{unit:?}");
            last = unit.span.end;
        });
    }

    #[test]
    fn a_splitter_used_before_splits_the_same(first in text(), second in text()) {
        let mut used = Units::default();
        used.split(&first, |_| {});
        let (mut again, mut fresh) = (Vec::new(), Vec::new());
        used.split(&second, |unit| again.push((unit.text.to_owned(), unit.span)));
        Units::default().split(&second, |unit| fresh.push((unit.text.to_owned(), unit.span)));
        prop_assert_eq!(again, fresh);
    }
}
