//! Characters between letters.

use crate::{
    mutate::chunks::{Chunk, Kind, chunks},
    random::Random,
};

/// Characters that nobody sees.
const INVISIBLE: [&str; 6] = ["\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{AD}"];

/// Marks that people put between the letters of a word; the last, which also parts choices (`m|f|d`), only in long ones.
const MARKS: [&str; 9] = [".", ".", "-", "*", "_", "·", "•", "~", "|"];

/// Marks that people put between glyphs.
const GLYPH_MARKS: [&str; 12] = [".", "·", "•", "|", "/", "-", "*", "~", "_", "、", "+", "丨"];

pub(super) fn zero_width(text: &str, strength: f64, random: &mut Random) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in chunks(text) {
        if matches!(chunk.kind, Kind::Other | Kind::Contact) {
            out.push_str(chunk.text);
        } else {
            join(&chunk, &mut out, |random| random.pick(&INVISIBLE).filter(|_| random.chance(strength)), random);
        }
    }
    out
}

/// Words of three letters or more in spaced letters, set off by wide gaps; single spaces between glyphs.
pub(super) fn spaced_letters(text: &str, strength: f64, random: &mut Random) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap_follows = false;
    for chunk in chunks(text) {
        if std::mem::take(&mut gap_follows) && chunk.text.starts_with(' ') && !chunk.text.starts_with("  ") {
            out.push(' ');
        }
        match chunk.kind {
            Kind::Letters if is_word(&chunk) && random.chance(strength) => {
                if out.ends_with(' ') && !out.ends_with("  ") {
                    out.push(' ');
                }
                join(&chunk, &mut out, |_| Some(" "), random);
                gap_follows = true;
            }
            Kind::Glyphs => join(&chunk, &mut out, |random| random.chance(strength).then_some(" "), random),
            _ => out.push_str(chunk.text),
        }
    }
    out
}

/// Words of three letters or more with one mark between all their letters; one mark in a run of glyphs.
pub(super) fn punctuation(text: &str, strength: f64, random: &mut Random) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in chunks(text) {
        match chunk.kind {
            Kind::Letters if is_word(&chunk) && random.chance(strength) => {
                let is_long = chunk.pieces().len() > 3;
                let mark = random.pick(&MARKS[..MARKS.len() - usize::from(!is_long)]);
                join(&chunk, &mut out, |_| mark, random);
            }
            Kind::Glyphs => {
                let mark = random.pick(&GLYPH_MARKS);
                join(&chunk, &mut out, |random| mark.filter(|_| random.chance(strength)), random);
            }
            _ => out.push_str(chunk.text),
        }
    }
    out
}

fn is_word(chunk: &Chunk<'_>) -> bool {
    chunk.stands_alone && chunk.pieces().len() >= 3
}

/// Appends the pieces of `chunk`, with what `between` gives for each gap.
fn join(
    chunk: &Chunk<'_>,
    out: &mut String,
    mut between: impl FnMut(&mut Random) -> Option<&'static str>,
    random: &mut Random,
) {
    for (number, piece) in chunk.pieces().into_iter().enumerate() {
        if number > 0 {
            out.extend(between(random));
        }
        out.push_str(piece);
    }
}
