//! UTF-8 that was taken for Windows-1252 or Latin-1, undone where that is certain.
//!
//! Three things make it so. The text goes back whole: each of its characters is a byte of Windows-1252 or Latin-1, and all
//! these bytes are UTF-8; one `é` that is itself undoes the case. It becomes shorter and nothing is lost: going forth again
//! gives the same text. And at least one place is such as nobody writes: `Ã©`, `â€™`, `ðŸ˜€`, but not `RTÉ’s`, `CAFÉ™` or
//! `AMANHÃ…`, where a letter at the end of a word and the mark behind it happen to be UTF-8.

use crate::posting::{Edits, Rewriter};

/// What the bytes 0x80 to 0x9F are in Windows-1252, with the controls of Latin-1 where it has none.
const FROM_80: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The character that the byte of a C1 control is in Windows-1252; any other stays.
pub(super) fn without_control(c: char) -> char {
    match c {
        '\u{80}'..='\u{9f}' => FROM_80[c as usize - 0x80],
        _ => c,
    }
}

pub(super) fn undone(text: &str) -> Option<(String, Edits)> {
    let mut rewriter = Rewriter::new(text);
    let mut is_certain = false;
    let mut at = 0;
    while let Some(found) = text.as_bytes()[at..].iter().position(|byte| !byte.is_ascii()) {
        let start = at + found;
        let place = place(&text[start..])?;
        is_certain |= is_unwritten(text[..start].chars().next_back(), &text[start..start + place.len]);
        at = start + place.len;
        rewriter.replace(start..at, place.was.encode_utf8(&mut [0; 4]));
    }
    if is_certain { rewriter.finish() } else { None }
}

/// A character of UTF-8 in the form of mojibake.
struct Place {
    was: char,
    /// Bytes of the mojibake.
    len: usize,
}

/// The one that `text` begins with.
fn place(text: &str) -> Option<Place> {
    let mut bytes = [0; 4];
    let mut chars = text.chars();
    bytes[0] = byte(chars.next()?)?;
    let length = match bytes[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    for byte_at in &mut bytes[1..length] {
        *byte_at = byte(chars.next()?)?;
    }
    let was = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
    Some(Place { was, len: text.len() - chars.as_str().len() })
}

/// The byte that a character was taken from.
fn byte(c: char) -> Option<u8> {
    match u8::try_from(c) {
        Ok(byte) => Some(byte),
        Err(_) => FROM_80.iter().position(|&one| one == c).map(|at| 0x80 + at as u8),
    }
}

/// Whether nobody writes `place` behind `before`.
fn is_unwritten(before: Option<char>, place: &str) -> bool {
    let mut chars = place.chars();
    let lead = chars.next();
    let is_lone_capital = matches!(lead, Some('Â' | 'Ã')) && !before.is_some_and(char::is_uppercase);
    // The byte order mark.
    is_lone_capital || place == "ï»¿" || !chars.all(may_follow_letter)
}

/// Marks and letters that stand behind a letter in honest text.
fn may_follow_letter(c: char) -> bool {
    matches!(
        c,
        '\u{a0}'
            | '\u{ad}'
            | '…'
            | '’'
            | '‘'
            | '“'
            | '”'
            | '‹'
            | '›'
            | '«'
            | '»'
            | '–'
            | '—'
            | '•'
            | '·'
            | '™'
            | '®'
            | '©'
            | '°'
            | 'º'
            | 'ª'
            | '¹'
            | '²'
            | '³'
            | '†'
            | '‡'
            | '´'
            | '¡'
            | '¿'
            | 'Š'
            | 'š'
            | 'Ž'
            | 'ž'
            | 'Œ'
            | 'œ'
            | 'Ÿ'
            | 'ƒ'
            | 'µ'
    )
}
