//! Other words in the place of words.

use crate::{
    mutate::{
        chunks::{Kind, chunks},
        words::{EMOJI, HOMOPHONES, Swaps},
    },
    normalize::{is_glyph, piece_end},
    random::Random,
};

pub(super) fn emoji(text: &str, strength: f64, random: &mut Random) -> String {
    swap(text, EMOJI, strength, random)
}

/// Slang for known words; and Vietnamese, as it is typed in a hurry, without its marks.
pub(super) fn homophones(text: &str, strength: f64, random: &mut Random) -> String {
    let swapped = swap(text, HOMOPHONES, strength, random);
    if swapped.contains(is_only_vietnamese) { without_marks(&swapped, strength, random) } else { swapped }
}

/// Replaces phrases of `table`, longest first, where they stand as whole words (or anywhere, in a script without spaces).
fn swap(text: &str, table: &[Swaps], strength: f64, random: &mut Random) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut start, mut written) = (0, 0);
    for chunk in chunks(text) {
        let end = start + chunk.text.len();
        // A phrase may end in a later chunk than it began in; what it covered is written already.
        if chunk.kind == Kind::Contact || written > start {
            out.push_str(text.get(written.max(start)..end).unwrap_or_default());
            written = written.max(end);
        }
        while written < end {
            let phrase = phrase_at(text, written, table).filter(|_| random.chance(strength));
            if let Some((phrase_end, others)) = phrase
                && let Some(other) = random.pick(others)
            {
                out.push_str(other);
                written = phrase_end;
            } else {
                let next = piece_end(text, written);
                out.push_str(&text[written..next]);
                written = next;
            }
        }
        start = end;
    }
    out
}

/// The longest phrase of `table` at `at`: where it ends and what may stand in its place.
fn phrase_at(text: &str, at: usize, table: &[Swaps]) -> Option<(usize, &'static [&'static str])> {
    let inside = text[..at].ends_with(is_in_word);
    let phrases = table.iter().flat_map(|&(phrases, others)| phrases.iter().map(move |&phrase| (phrase, others)));
    let here = phrases.filter(|(phrase, _)| !inside || phrase.starts_with(is_glyph));
    let found = here.filter_map(|(phrase, others)| Some((at + length_of(&text[at..], phrase)?, others)));
    found.filter(|&(end, _)| ends_word(text, at, end)).max_by_key(|&(end, _)| end)
}

/// How many bytes of `text` are `phrase`, whatever the case.
fn length_of(text: &str, phrase: &str) -> Option<usize> {
    let mut chars = text.chars();
    for wanted in phrase.chars() {
        let found = chars.next()?;
        if found != wanted && !found.to_lowercase().eq([wanted]) {
            return None;
        }
    }
    Some(text.len() - chars.as_str().len())
}

/// Whether the phrase from `start` to `end` ends where a word does, or a piece of a script without spaces.
fn ends_word(text: &str, start: usize, end: usize) -> bool {
    let mut at = start;
    while at < end {
        at = piece_end(text, at);
    }
    at == end && (text[..end].ends_with(is_glyph) || !text[end..].starts_with(is_in_word))
}

fn is_in_word(c: char) -> bool {
    (c.is_alphanumeric() && !is_glyph(c)) || matches!(c, '\'' | '’')
}

/// Letters of Vietnamese and of no other language that is written much.
fn is_only_vietnamese(c: char) -> bool {
    matches!(c, 'ơ' | 'ư' | 'Ơ' | 'Ư' | '\u{1EA0}'..='\u{1EF9}')
}

fn without_marks(text: &str, strength: f64, random: &mut Random) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in chunks(text) {
        if chunk.kind == Kind::Letters && random.chance(strength) {
            out.extend(chunk.text.chars().map(without_mark));
        } else {
            out.push_str(chunk.text);
        }
    }
    out
}

fn without_mark(c: char) -> char {
    const MARKED: [(char, &str); 7] = [
        ('a', "àáảãạăằắẳẵặâầấẩẫậ"),
        ('d', "đ"),
        ('e', "èéẻẽẹêềếểễệ"),
        ('i', "ìíỉĩị"),
        ('o', "òóỏõọôồốổỗộơờớởỡợ"),
        ('u', "ùúủũụưừứửữự"),
        ('y', "ỳýỷỹỵ"),
    ];
    let small = c.to_lowercase().next().unwrap_or(c);
    match MARKED.iter().find(|(_, marked)| marked.contains(small)) {
        Some(&(bare, _)) if small == c => bare,
        Some(&(bare, _)) => bare.to_ascii_uppercase(),
        None => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::plain;

    #[test]
    fn words_become_emoji_and_slang() {
        let emoji = |text| plain(&emoji(text, 1.0, &mut Random::new(3)));
        assert_eq!(emoji("Casino, FREE freedom"), "🎰 free freedom");
        assert_eq!(emoji("bao vé máy bay"), "bao ✈");
        assert_eq!(emoji("赌场"), "🎰");
        assert_eq!(emoji("casino@example.com"), "⟨email⟩");
        let slang = |text| homophones(text, 1.0, &mut Random::new(3));
        assert!(["judol", "jdol", "judi ol", "game slot"].contains(&slang("judi online").as_str()));
        assert_eq!(slang("Lương cao ở Đà Lạt"), "Luong cao o Da Lat");
        assert_eq!(slang("près"), "près");
    }
}
