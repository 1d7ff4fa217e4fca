//! The fast path held to the plain one: the same units, whatever the text.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    normalize::{AsciiWord, Sink, Unit, UnitKind, Units},
    posting::Span,
};

/// Notes every unit, and whether the words that it was asked about are those that it then gets.
#[derive(Default)]
struct Notes {
    units: Vec<(UnitKind, String, Span)>,
    asked: Option<(AsciiWord, Span)>,
}

impl Sink for Notes {
    fn unit(&mut self, unit: Unit<'_>) {
        if let Some((word, span)) = self.asked.take() {
            assert_eq!((AsciiWord::of(unit.text), unit.span), (Some(word), span), "{unit:?}");
        }
        self.units.push((unit.kind, unit.text.to_owned(), unit.span));
    }

    fn takes(&mut self, word: AsciiWord, span: Span) -> bool {
        assert_eq!(self.asked.replace((word, span)), None, "a word that was not taken comes as a unit");
        false
    }
}

fn assert_same(text: &str) {
    let (mut units, mut fast, mut plain) = (Units::default(), Notes::default(), Notes::default());
    units.split_into(text, &mut fast);
    units.split_plainly(text, &mut plain);
    assert_eq!(fast.units, plain.units, "units of {text:?}");
}

#[test]
fn every_character_alone_and_among_words() {
    for c in '\0'..=char::MAX {
        assert_same(&c.to_string());
        assert_same(&format!("the job{c} {c}pay wo{c}rk a{c}b I{c}l.{c} {c} x {c}"));
    }
}

#[test]
fn the_postings_of_the_data_set() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/datasets/postings");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        text.split('"').for_each(assert_same);
        assert_same(&text);
        files += 1;
    }
    assert!(files > 20, "{files} files in {folder}");
}

/// What addresses, disguises, sentences and numbers are made of; `~` stands between two.
const PIECES: &str = "a~b~I~Job~work~experience~responsibilities~internationalisation~p~y~ ~ ~  ~\n~.~..~...~,~-~_~:~://~/~@~+~*~'~’~`\
    ~0~1~3~5~7~89~000~$~%~com~www.~t.me~http~vn~é~е~о~\u{200b}~\u{301}~包~。~|~ก~가~ａ~⟨n1⟩";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn pieces_in_any_order(pieces in vec(select(PIECES.split('~').collect::<Vec<_>>()), 0..16)) {
        assert_same(&pieces.concat());
    }

    #[test]
    fn any_text(text in any::<String>()) {
        assert_same(&text);
    }

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..80)) {
        assert_same(&String::from_utf8_lossy(&bytes));
    }
}
