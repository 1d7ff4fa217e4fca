//! Disguises: what the mutators do, and that normalising undoes it.

use lurewatch::{
    mutate::{Mutator, compose},
    normalize::{UnitKind, Units, plain},
    random::Random,
};
use proptest::{collection::vec, prelude::*, sample::select};

/// Synthetic sentences, written for this test; language first.
const SENTENCES: &[(&str, &str)] = &[
    (
        "en",
        "Easy typing job in Cambodia, free visa and flight. Good pay 1500 USD, no experience needed! Telegram @example_hr",
    ),
    ("en", "We pay your ticket: call +855 00 000 000 now, room and food included; bring only a passport."),
    (
        "vi",
        "Việc nhẹ lương cao tại Campuchia, bao vé máy bay. Không cần kinh nghiệm, lương 20–30 triệu! Zalo 0000 000 000",
    ),
    ("zh", "招聘打字员，月薪3万，包吃包住包机票。无需经验！联系t.me/example_hr"),
    ("zh-Hant", "柬埔寨客服，預支薪水，護照公司辦理；月收10萬"),
    ("th", "รับสมัครแอดมินที่ปอยเปต เงินเดือน 40,000 บาท ฟรีที่พัก ไม่ต้องมีประสบการณ์"),
    ("id", "Lowongan admin di Kamboja, gaji 15 juta per bulan, tiket dan visa ditanggung. Tanpa pengalaman!"),
    ("ru", "Работа в Камбодже, оператор чата: зарплата 2000 долларов. Жильё и билеты бесплатно! Пишите в телеграм"),
    ("hi", "कंबोडिया में डाटा एंट्री का काम, वेतन 1,00,000 रुपये। वीज़ा और टिकट मुफ्त"),
    ("my", "ကွန်ပျူတာ စာရိုက် အလုပ်၊ လစာ ၁၅ သိန်း။ အတွေ့အကြုံ မလိုပါ"),
    ("km", "ជ្រើសរើសបុគ្គលិកវាយអក្សរ ប្រាក់ខែ 800 ដុល្លារ ស្នាក់នៅឥតគិតថ្លៃ"),
];

/// Texts that read otherwise once they are disguised, with what they read as.
fn unlike(mutator: Mutator, strength: f64) -> Vec<String> {
    let mut found = Vec::new();
    for (language, sentence) in SENTENCES {
        for seed in 0..40 {
            let mutated = mutator.apply(sentence, strength, &mut Random::new(seed));
            if plain(&mutated) != plain(sentence) {
                found.push(format!("{mutator} at {strength}, {language}: {mutated}\n  reads as {}", plain(&mutated)));
            }
        }
    }
    found
}

/// What normalising undoes.
const REVERSIBLE: [Mutator; 6] = [
    Mutator::Leet,
    Mutator::LookAlikes,
    Mutator::FullWidth,
    Mutator::ZeroWidth,
    Mutator::SpacedLetters,
    Mutator::Punctuation,
];

#[test]
fn normalising_undoes_what_can_be_undone() {
    for mutator in REVERSIBLE {
        for strength in [0.3, 1.0] {
            let unlike = unlike(mutator, strength);
            assert!(unlike.is_empty(), "{} of {}: {}", unlike.len(), 40 * SENTENCES.len(), unlike.join("\n"));
        }
    }
}

#[test]
fn three_disguises_at_once_hide_one_word_in_a_hundred_at_most() {
    let (mut words, mut lost) = (0, Vec::new());
    for (_, sentence) in SENTENCES {
        for seed in 0..60 {
            let mut random = Random::new(seed);
            let mut mutators = REVERSIBLE;
            random.shuffle(&mut mutators);
            let seen = plain(&compose(&mutators[..3], sentence, 0.5, &mut random));
            let original = plain(sentence);
            words += original.split(' ').count();
            let is_gone = |word: &&str| !seen.split(' ').any(|other| other == *word);
            lost.extend(original.split(' ').filter(is_gone).map(str::to_owned));
        }
    }
    assert!(lost.len() * 100 <= words, "{} of {words}: {lost:?}", lost.len());
}

#[test]
fn marks_between_single_glyphs_end_no_sentence() {
    let breaks = |text: &str| {
        let mut breaks = 0;
        Units::default().split(text, |unit| breaks += usize::from(unit.kind == UnitKind::Break));
        breaks
    };
    assert_eq!(breaks("包|吃|住"), 0);
    assert_eq!(breaks("เงิ•น•ดี"), 0);
    assert_eq!(breaks("包\n吃\n住"), 0);
    assert_eq!(breaks("包吃住|月薪"), 1);
}

#[test]
fn mutators_do_something_in_every_language() {
    for mutator in Mutator::ALL {
        for (language, sentence) in SENTENCES {
            let known = !matches!(*language, "hi" | "my" | "km" | "zh-Hant");
            let letters = match mutator {
                Mutator::Emoji | Mutator::Homophones => known,
                Mutator::Leet => matches!(*language, "en" | "vi" | "id"),
                Mutator::LookAlikes => matches!(*language, "en" | "vi" | "id" | "ru"),
                Mutator::FullWidth => sentence.bytes().any(|b| b.is_ascii_digit()),
                _ => true,
            };
            let mutated = mutator.apply(sentence, 1.0, &mut Random::new(5));
            assert!(!letters || mutated != *sentence, "{mutator} leaves {language}: {mutated}");
        }
    }
}

const LETTERS: &str =
    "abeilostx ABE  ..,-/'@$0139\nаеосжΝ éệươ\u{200b}\u{301}包吃住微信か\u{3099}เงินไลน์ခွ်န្មែहिन्दी한✈\u{fe0f}🇰🇭👍🏽";

fn text() -> impl Strategy<Value = String> {
    let letter = prop_oneof![6 => select(LETTERS.chars().collect::<Vec<_>>()), 1 => any::<char>()];
    vec(letter, 0..40).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutators_take_any_text(text in text(), seed in any::<u64>(), strength in 0.0..=1.0) {
        for mutator in Mutator::ALL {
            prop_assert_eq!(mutator.apply(&text, 0.0, &mut Random::new(seed)), text.as_str());
            let mutated = mutator.apply(&text, strength, &mut Random::new(seed));
            prop_assert_eq!(mutator.apply(&text, strength, &mut Random::new(seed)), mutated);
        }
        let _ = plain(&compose(&Mutator::ALL, &text, strength, &mut Random::new(seed)));
    }
}
