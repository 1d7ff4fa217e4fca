//! The one pass that splits a text into units and folds them.

use unicode_normalization::UnicodeNormalization;

use crate::{
    normalize::{
        ascii::AsciiWord,
        classes::{Class, class, digit_value, is_apostrophe, is_glyph, joins_word},
        contact::{ContactKind, link_at, may_be_link, phone_at},
        fold::fold_into,
        leet,
        pieces::{cluster_end, glyph_end, piece_end},
        scripts::{Scripts, unmix},
        spaced::spaced_letters,
        symbols::{plain_symbol, symbol_end},
        tokens::class_token,
    },
    posting::Span,
};

/// What a [`Unit`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// A word of a script with spaces.
    Word,
    /// One character or cluster of a script without spaces.
    Glyph,
    /// A number; its text keeps separators (`8,000`).
    Number,
    /// An emoji, pictograph, flag or currency sign.
    Symbol,
    /// A masked contact; its text is the class token.
    Contact(ContactKind),
    /// The end of a sentence, with empty text: n-grams do not reach across it.
    Break,
}

/// A piece of a text in its comparable form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit<'a> {
    /// What it is.
    pub kind: UnitKind,
    /// Its comparable form.
    pub text: &'a str,
    /// The bytes of the original that it stands for, on character borders.
    pub span: Span,
}

/// Splits texts into units; keeps its buffers from one text to the next.
///
/// ```
/// use lurewatch::normalize::Units;
///
/// let mut seen = Vec::new();
/// Units::default().split("FREE hotel, 月薪8,000 t.me/example", |unit| seen.push(unit.text.to_owned()));
/// assert_eq!(seen, ["free", "hotel", "月", "薪", "8,000", "⟨telegram⟩"]);
/// ```
#[derive(Debug, Default)]
pub struct Units {
    word: String,
    /// Where the last glyph began and ended.
    glyph: (usize, usize),
    /// Where the last word of spaced letters ended.
    spaced: usize,
    /// What the text at hand is written in; looked at only when a word is in doubt.
    scripts: Option<Scripts>,
}

/// The longest word, in characters; what is longer is cut, since no language has such words.
pub(super) const LONGEST_WORD: usize = 64;

/// What takes the units of a text: any closure, or who wants to be asked about frequent words first.
pub(crate) trait Sink {
    /// Takes a unit.
    fn unit(&mut self, unit: Unit<'_>);

    /// Takes a word as the letters that it consists of; `false` to get it as a unit.
    fn takes(&mut self, _word: AsciiWord, _span: Span) -> bool {
        false
    }
}

impl<F: FnMut(Unit<'_>)> Sink for F {
    fn unit(&mut self, unit: Unit<'_>) {
        self(unit);
    }
}

impl Units {
    /// Calls `sink` with every unit of `text`, in order.
    pub fn split(&mut self, text: &str, mut sink: impl FnMut(Unit<'_>)) {
        self.split_into(text, &mut sink);
    }

    /// The same for any sink.
    pub(crate) fn split_into(&mut self, text: &str, sink: &mut impl Sink) {
        self.begin();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at = match byte {
                b'A'..=b'Z' | b'a'..=b'z' => self.ascii_word(text, at, sink),
                // Marks that mean nothing wherever they stand.
                b' ' | b',' | b'"' | b'(' | b')' | b'\'' | b'/' | b'-' | b':' => at + 1,
                _ => self.other(text, at, sink),
            };
        }
    }

    /// The same without the shortcuts for frequent cases, which the fast path is held to.
    #[cfg(test)]
    pub(super) fn split_plainly(&mut self, text: &str, sink: &mut impl Sink) {
        self.begin();
        let mut at = 0;
        while at < text.len() {
            at = self.other(text, at, sink);
        }
    }

    fn begin(&mut self) {
        (self.glyph, self.spaced, self.scripts) = ((0, 0), 0, None);
    }

    #[inline]
    fn ascii_word(&mut self, text: &str, start: usize, sink: &mut impl Sink) -> usize {
        let Some((word, length)) = AsciiWord::at(&text.as_bytes()[start..]) else {
            return self.word(text, start, sink);
        };
        let span = Span::new(start, start + length);
        if !sink.takes(word, span) {
            self.word.clear();
            self.word.push_str(span.of(text));
            self.word.make_ascii_lowercase();
            sink.unit(Unit { kind: UnitKind::Word, text: &self.word, span });
        }
        // A space, which most words have behind them, is passed over at once.
        span.end + usize::from(text.as_bytes().get(span.end) == Some(&b' '))
    }

    /// Any unit, or what lies between two.
    fn other(&mut self, text: &str, at: usize, sink: &mut impl Sink) -> usize {
        let c = char_at(text, at);
        let next = at + c.len_utf8();
        match class(c) {
            Class::Letter => self.word(text, at, sink),
            Class::Glyph => self.glyph(text, at, glyph_end(text, next), sink),
            Class::ClusterStart | Class::ClusterPrefix | Class::ClusterFollow | Class::ClusterStack => {
                self.glyph(text, at, cluster_end(text, at), sink)
            }
            Class::Digit => self.number(text, at, sink),
            Class::Symbol if leet::sign_begins_word(text, at) => self.word(text, at, sink),
            Class::Symbol => self.emit_folded(text, at, symbol_end(text, at, c), UnitKind::Symbol, sink),
            Class::SentenceEnd if self.parts_glyphs(text, at, c) => next,
            Class::SentenceEnd => emit_break(at, next, sink),
            Class::Ignorable => next,
            Class::Other => punctuation(text, at, c, sink),
        }
    }

    fn glyph(&mut self, text: &str, start: usize, end: usize, sink: &mut impl Sink) -> usize {
        self.glyph = (start, end);
        self.emit_folded(text, start, end, UnitKind::Glyph, sink)
    }

    /// Whether the mark `c` at `at` is one of several that stand between single glyphs (`包|吃|住`), not the end of
    /// a sentence.
    fn parts_glyphs(&self, text: &str, at: usize, c: char) -> bool {
        let (start, end) = self.glyph;
        let next = at + c.len_utf8();
        end == at
            && text[next..].starts_with(is_glyph)
            && (text[..start].ends_with(c) || text[piece_end(text, next)..].starts_with(c))
    }

    fn number(&mut self, text: &str, start: usize, sink: &mut impl Sink) -> usize {
        if let Some(end) = phone_at(text, start) {
            return emit_contact(ContactKind::Phone, start, end, sink);
        }
        let after = &text.as_bytes()[start + 1..];
        if text[start..].starts_with('0') && after.len() >= 4 && after[..4].iter().all(u8::is_ascii_alphabetic) {
            return self.word(text, start, sink);
        }
        self.word.clear();
        let mut end = start;
        let mut chars = text[start..].char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if let Some(digit) = digit_value(c) {
                self.word.extend(char::from_digit(digit, 10));
                end = start + at + c.len_utf8();
            } else if matches!(c, '.' | ',' | '\'' | '’' | '，' | '．')
                && chars.peek().is_some_and(|&(_, next)| digit_value(next).is_some())
            {
                self.word.push(if matches!(c, '.' | '．') { '.' } else { ',' });
            } else if class(c) != Class::Ignorable {
                break;
            }
        }
        sink.unit(Unit { kind: UnitKind::Number, text: &self.word, span: Span::new(start, end) });
        end
    }

    /// A word with anything in it that the frequent case does not handle.
    fn word(&mut self, text: &str, start: usize, sink: &mut impl Sink) -> usize {
        if let Some(end) = spaced_letters(text, start, self.spaced, &mut self.word) {
            self.spaced = end;
            self.settle(text);
            sink.unit(Unit { kind: UnitKind::Word, text: &self.word, span: Span::new(start, end) });
            return end;
        }
        if may_be_link(text, start)
            && let Some((kind, end)) = link_at(text, start)
        {
            return emit_contact(kind, start, end, sink);
        }
        let end = self.collect_word(text, start);
        if !self.word.is_empty() {
            self.settle(text);
            sink.unit(Unit { kind: UnitKind::Word, text: &self.word, span: Span::new(start, end) });
        }
        end
    }

    /// Folds the letters from `start` on into `self.word`; returns where the word ends.
    fn collect_word(&mut self, text: &str, start: usize) -> usize {
        self.word.clear();
        let (mut at, mut end, mut length, mut leets) = (start, start, 0, 0);
        while let Some(c) = text[at..].chars().next() {
            let next = at + c.len_utf8();
            match class(c) {
                Class::Letter if c.is_ascii_lowercase() && length < LONGEST_WORD => {
                    self.word.push(c);
                    length += 1;
                }
                Class::Letter if length < LONGEST_WORD => {
                    fold_into(c, &mut self.word);
                    length += 1;
                }
                Class::Letter => break,
                Class::Ignorable => {}
                _ if is_apostrophe(c) && joins_word(&text[next..]) => {
                    at = next;
                    continue;
                }
                _ => match leet::run_at(&self.word, &text[at..], leets) {
                    // `8h30`: what follows a number is its unit.
                    Some(_) if leets == 0 && text[..start].ends_with(|c| digit_value(c).is_some()) => break,
                    Some(run) => {
                        leet::read(&text[at..at + run.len], &mut self.word);
                        (at, end, leets) = (at + run.len, at + run.len, leets + run.count);
                        continue;
                    }
                    None => break,
                },
            }
            (at, end) = (next, next);
        }
        end.max(start + char_at(text, start).len_utf8())
    }

    /// Mends what can be seen only in the whole word: mixed scripts and parts that belong together.
    fn settle(&mut self, text: &str) {
        if self.word.is_ascii() {
            return;
        }
        unmix(&mut self.word, || *self.scripts.get_or_insert_with(|| Scripts::of(text)));
        if self.word.contains(|c| matches!(c, '\u{1100}'..='\u{11FF}')) {
            self.word = self.word.nfc().collect();
        }
    }

    fn emit_folded(&mut self, text: &str, start: usize, end: usize, kind: UnitKind, sink: &mut impl Sink) -> usize {
        self.word.clear();
        for c in text[start..end].chars() {
            match kind {
                UnitKind::Symbol => plain_symbol(c, &mut self.word),
                _ if class(c) != Class::Ignorable => fold_into(c, &mut self.word),
                _ => {}
            }
        }
        if self.word.contains(['\u{3099}', '\u{309A}']) {
            self.word = self.word.nfc().collect();
        }
        if !self.word.is_empty() {
            sink.unit(Unit { kind, text: &self.word, span: Span::new(start, end) });
        }
        end
    }
}

/// The comparable form of `text` as one string, units parted by single spaces.
///
/// This is what the tokenizer of a model is trained on and what it sees.
///
/// ```
/// assert_eq!(lurewatch::normalize::plain("Easy JOB!!! 包吃住"), "easy job 包 吃 住");
/// ```
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    Units::default().split(text, |unit| {
        if unit.kind != UnitKind::Break {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(unit.token_text());
        }
    });
    out
}

/// The character at byte `at`, which must be a character border inside `text`.
fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or('\0')
}

fn emit_break(start: usize, end: usize, sink: &mut impl Sink) -> usize {
    sink.unit(Unit { kind: UnitKind::Break, text: "", span: Span::new(start, end) });
    end
}

pub(super) fn emit_contact(kind: ContactKind, start: usize, end: usize, sink: &mut impl Sink) -> usize {
    sink.unit(Unit { kind: UnitKind::Contact(kind), text: kind.token(), span: Span::new(start, end) });
    end
}

/// Marks that may begin a contact, end a sentence, or mean nothing.
fn punctuation(text: &str, at: usize, c: char, sink: &mut impl Sink) -> usize {
    let next = at + c.len_utf8();
    match c {
        '@' => match link_at(text, at) {
            Some((kind, end)) => emit_contact(kind, at, end, sink),
            None => next,
        },
        '+' | '＋' => match phone_at(text, at) {
            Some(end) => emit_contact(ContactKind::Phone, at, end, sink),
            None => next,
        },
        '.' | '．' if !text[next..].starts_with(char::is_alphanumeric) => emit_break(at, next, sink),
        '⟨' => class_token(text, at, sink).unwrap_or(next),
        _ => next,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> String {
        let mut out = Vec::new();
        Units::default().split(text, |unit| {
            out.push(if unit.kind == UnitKind::Break { "/".to_owned() } else { unit.text.to_owned() });
        });
        out.join(" ")
    }

    #[test]
    fn splits_and_folds_named_cases() {
        const CASES: &[(&str, &str, &str)] = &[
            ("empty", "", ""),
            ("plain", "Easy work, HIGH pay.", "easy work high pay /"),
            ("full stop inside", "approx.5 days", "approx 5 days"),
            ("apostrophe", "don't d’aller l'emploi", "dont d aller l emploi"),
            ("Chinese", "包吃包住！月薪", "包 吃 包 住 / 月 薪"),
            ("traditional", "預支", "预 支"),
            ("Chinese with stars", "包*吃*包*住", "包 吃 包 住"),
            ("Thai clusters", "เงินดี", "เงิ น ดี"),
            ("Khmer stack", "ខ្មែរ", "ខ្មែ រ"),
            ("Burmese asat", "ကြွေးမြန်", "ကြွေး မြန်"),
            ("Hindi word", "हिन्दी काम", "हिन्दी काम"),
            ("Hangul decomposed", "\u{1112}\u{1161}\u{11ab}국", "한국"),
            ("zero width", "tele\u{200b}gram", "telegram"),
            ("spaced letters", "t e l e g r a m now", "telegram now"),
            ("dotted letters", "T.E.L.E.G.R.A.M", "telegram"),
            ("initials stay", "U S A is", "u s a is"),
            ("leet", "c4sin0 w0rk 0nline m0n3y", "casino work online money"),
            ("not leet", "covid19 20k 3d 8h30 h2", "covid 19 20 k 3 d 8 h 30 h 2"),
            ("mixed scripts", "tеlegram рабoта", "telegram работа"),
            ("number", "Rp 7.000.000 ၁၂ १५,०००", "rp 7.000.000 12 15,000"),
            ("contacts", "hr@example.org @example_hr +855 00 000 000", "⟨email⟩ ⟨handle⟩ ⟨phone⟩"),
            ("emoji", "✈️🛫 $💸 🇰🇭👍🏽", "✈ ✈ $ 💰 🇰🇭 👍"),
            ("kana", "ｱﾙﾊﾞｲﾄ が", "ア ル バ イ ト が"),
        ];
        for (name, text, expected) in CASES {
            assert_eq!(split(text), *expected, "{name}");
        }
    }

    #[test]
    fn spans_cover_the_original_in_order() {
        let text = "F\u{200b}ree ✈️ t.e.l.e.g.r.a.m: +84 00 000 0000, 預支 ខ្មែរ";
        let mut last = 0;
        Units::default().split(text, |unit| {
            assert!(unit.span.start >= last && unit.span.end > unit.span.start, "{unit:?}");
            assert!(text.get(unit.span.start..unit.span.end).is_some(), "on character borders: {unit:?}");
            last = unit.span.end;
        });
    }
}
