//! Patterns over real text: what is found, where, and how it stands there. All tables are worked by hand.

use std::path::Path;

use lurewatch::{
    features::{
        Extractor, Scratch, Vocabulary,
        cues::{CueTable, Matcher},
        weigh::Weighing,
    },
    posting::Posting,
    tokenize::Tokenizer,
};

const CUES: &str = "\
id,language,pattern,kind,frameworks,source,status
A1,en,free visa,cue,,drafted,drafted
A2,en,free (air )?ticket,cue,,drafted,drafted
A3,en,(easy|light) (job|work),cue,,drafted,drafted
G1,en,pay .. bonus,cue,,drafted,drafted
G2,en,boss ... airport,cue,,drafted,drafted
G3,zh,老板 .. 接,cue,,drafted,drafted
N1,en,# usd,cue,,drafted,drafted
P1,en,recruit*,cue,,drafted,drafted
P2,ru,работ* .. границ*,cue,,drafted,drafted
Z1,zh,包(吃|食)住,cue,,drafted,drafted
Z2,zh,预支,cue,,drafted,drafted
V1,vi,việc nhẹ,cue,,drafted,drafted
C1,en,annual leave,counter,,drafted,drafted
R1,en,beware of,report,,drafted,drafted
M1,en,passport,cue,,drafted,drafted
M1,en,travel document,cue,,drafted,drafted
X0,en,no,negator-before,,drafted,drafted
X0,en,never,negator-before,,drafted,drafted
X0,ja,ません,negator-after,,drafted,drafted
X0,en,is not given,negator-after,,drafted,drafted
";

/// Every hit as `id:text`, with its mode where it is not offered, in the order of the text.
fn found(text: &str) -> String {
    let table = CueTable::read(CUES.as_bytes(), Path::new("cues.csv")).unwrap();
    let tokenizer = Tokenizer::train(["free", "visa"], 100).unwrap();
    let reader = Extractor::new(tokenizer, Matcher::new(&table), Vocabulary::default(), Weighing::default());
    let mut scratch = Scratch::default();
    reader.occurrences(&Posting::from_text(text), &mut scratch, |_| {});
    let mut hits = reader.hits(&scratch).to_vec();
    hits.sort_by_key(|hit| (hit.first, hit.last, hit.id));
    let shown: Vec<String> = hits
        .iter()
        .map(|hit| {
            let id = &reader.matcher().ids()[usize::from(hit.id)];
            let span = scratch.span_of(hit.first).unwrap().1.join(scratch.span_of(hit.last).unwrap().1);
            format!("{id}{}:{}", hit.mode.suffix(), span.of(text))
        })
        .collect();
    shown.join(" / ")
}

fn check(cases: &[(&str, &str, &str)]) {
    for (name, text, expected) in cases {
        assert_eq!(found(text), *expected, "{name}: {text}");
    }
}

#[test]
fn words_must_follow_each_other() {
    check(&[
        ("nothing", "", ""),
        ("none of it", "A nurse for the night shift", ""),
        ("plain", "We give free visa", "A1:free visa"),
        ("case and signs between", "FREE - Visa!", "A1:FREE - Visa"),
        ("the other way round", "visa free", ""),
        ("a word in between", "free tourist visa", ""),
        ("part of a word", "carefree visas", ""),
        ("twice", "free visa, free visa", "A1:free visa / A1:free visa"),
        ("the first word again", "free free visa", "A1:free visa"),
        ("two cues share a word", "free ticket free visa", "A2:free ticket / A1:free visa"),
    ]);
}

#[test]
fn alternatives_and_options() {
    check(&[
        ("without the option", "free ticket", "A2:free ticket"),
        ("with the option", "free air ticket", "A2:free air ticket"),
        ("first and first", "easy job", "A3:easy job"),
        ("second and second", "light work", "A3:light work"),
        ("crossed", "easy work and a light job", "A3:easy work / A3:light job"),
        ("other words of one id", "passport or travel document", "M1:passport / M1:travel document"),
        ("glyphs", "包吃住,包食住,包住", "Z1:包吃住 / Z1:包食住"),
        ("traditional writing", "可預支薪水", "Z2:預支"),
        ("without marks", "viec nhe", "V1:viec nhe"),
    ]);
}

/// `..` passes over 6, `...` over 16; a word costs 2, a character of a script without spaces 1.
#[test]
fn gaps_have_a_budget() {
    check(&[
        ("no gap", "pay bonus", "G1:pay bonus"),
        ("three words", "pay is a good bonus", "G1:pay is a good bonus"),
        ("four words", "pay is a very good bonus", ""),
        (
            "eight words",
            "boss will come out to meet you at the airport",
            "G2:boss will come out to meet you at the airport",
        ),
        ("nine words", "boss will come out to meet you at the big airport", ""),
        ("six characters", "老板亲自开车去机接", "G3:老板亲自开车去机接"),
        ("seven characters", "老板亲自开车去机场接", ""),
        ("a word and four characters", "老板 boss 亲自开车接", "G3:老板 boss 亲自开车接"),
        ("a word and five characters", "老板 boss 亲自开车去接", ""),
        ("the nearest end", "pay bonus bonus", "G1:pay bonus"),
        ("the nearest beginning too", "pay pay bonus", "G1:pay pay bonus / G1:pay bonus"),
    ]);
}

#[test]
fn sentences_and_fields_end_a_match() {
    check(&[
        ("full stop", "free. Visa", ""),
        ("question", "Free? visa", ""),
        ("line", "free\nvisa", ""),
        ("gap over a full stop", "good pay. A bonus", ""),
        ("a comma is no end", "pay, a bonus", "G1:pay, a bonus"),
        ("Chinese full stop", "老板。接", ""),
        ("Chinese comma", "老板,接", "G3:老板,接"),
    ]);
    let posting = |text: &'static str| text.split('|').map(|part| (lurewatch::posting::Field::Title, part.into()));
    let table = CueTable::read(CUES.as_bytes(), Path::new("cues.csv")).unwrap();
    let tokenizer = Tokenizer::train(["free", "visa"], 100).unwrap();
    let reader = Extractor::new(tokenizer, Matcher::new(&table), Vocabulary::default(), Weighing::default());
    for (text, expected) in [("we give free|visa", 0), ("we give|free visa", 1)] {
        let mut scratch = Scratch::default();
        reader.occurrences(&Posting::from_pieces(posting(text)), &mut scratch, |_| {});
        assert_eq!(reader.hits(&scratch).len(), expected, "fields {text}");
    }
}

#[test]
fn prefixes_and_numbers() {
    check(&[
        ("the stem itself", "recruit", "P1:recruit"),
        ("longer", "Recruiters and recruitment", "P1:Recruiters / P1:recruitment"),
        ("shorter", "recru", ""),
        ("not at the beginning", "unrecruited", ""),
        ("two prefixes of several bytes", "работа у границы", "P2:работа у границы"),
        ("a prefix cut in a letter", "рабо границы", ""),
        ("number", "4000 USD", "N1:4000 USD"),
        ("number with signs", "1,500.50 usd", "N1:1,500.50 usd"),
        ("full-width number", "４０００ usd", "N1:４０００ usd"),
        ("no number", "many usd", ""),
    ]);
}

/// A negator reaches over 6, within its sentence; a sign of reporting reaches its sentence and those beside it.
#[test]
fn a_cue_is_offered_negated_or_reported() {
    check(&[
        ("before", "no free visa", "A1~negated:free visa"),
        ("before, three words between", "no such thing as free visa", "A1~negated:free visa"),
        ("before, four words between", "no such thing here as free visa", "A1:free visa"),
        ("a negator of another sentence", "Oh no. Free visa", "A1:Free visa"),
        ("a negator that negates what precedes does not reach on", "ません free visa", "A1:free visa"),
        ("after", "free visa ません", "A1~negated:free visa"),
        ("after, of several words", "free visa for staff is not given", "A1~negated:free visa"),
        ("a negator that negates what follows does not reach back", "free visa no", "A1:free visa"),
        ("both cues", "no passport and free visa", "M1~negated:passport / A1~negated:free visa"),
        ("one of two places", "no passport. Bring a passport", "M1~negated:passport / M1:passport"),
        ("a counter-indicator is negated too", "never annual leave", "C1~negated:annual leave"),
        ("reported", "Beware of free visa", "R1:Beware of / A1~reported:free visa"),
        ("reported in the sentence after", "Free visa. Beware of it", "A1~reported:Free visa / R1:Beware of"),
        ("reported in the sentence before", "Beware of them. Free visa", "R1:Beware of / A1~reported:Free visa"),
        ("two sentences on", "Beware of them. They lie. Free visa", "R1:Beware of / A1:Free visa"),
        ("negated goes before reported", "Beware of no free visa", "R1:Beware of / A1~negated:free visa"),
        ("a report is not itself negated", "No! Never beware of it", "R1:beware of"),
    ]);
}

/// What people do to hide words, and what `normalize` undoes, is undone for patterns too.
#[test]
fn disguised_words_are_found() {
    check(&[
        ("zero-width space", "fr\u{200b}ee visa", "A1:fr\u{200b}ee visa"),
        ("look-alike letters", "fr\u{435}\u{435} visa", "A1:fr\u{435}\u{435} visa"),
        ("full width", "ＦＲＥＥ ＶＩＳＡ", "A1:ＦＲＥＥ ＶＩＳＡ"),
    ]);
}
