//! Words written letter by letter: `T e l e g r a m`, `p.a.y`, `e a s y   j o b`.

use crate::normalize::{
    classes::{Class, class},
    fold::fold_into,
    leet,
    pieces::marks_end,
    units::LONGEST_WORD,
};

/// Reads single letters from `start` on, with a mark or space between them, into `word` as one word; returns its end.
///
/// Four letters always are a word. Three are one with a mark between them that people put there to hide a word or
/// to shorten one (`p*a*y`, `U.S.A`), or when wide gaps set them off from what is around (`good  p a y  now`,
/// but not `U S A`). Two are one only next to other words that are spaced. `last` is the end of the last such word.
pub(super) fn spaced_letters(text: &str, start: usize, last: usize, word: &mut String) -> Option<usize> {
    // Nearly always: a letter of a longer word, or a short word before another (`a job`).
    match text.as_bytes()[start..] {
        [_, next, ..] if next.is_ascii_alphanumeric() => return None,
        [_, b' ', next, after, ..] if next.is_ascii_alphanumeric() && after.is_ascii_alphanumeric() => return None,
        _ => {}
    }
    let first = Letter::at(text, start)?;
    let separator = Separator::at(text, first.end)?;
    word.clear();
    let mut run = Run { letters: 1, signs: 0, end: first.end, mixed: false };
    fold_letter(&text[start..first.end], word);
    let mut at = first.end + separator.len;
    // No word is that long, and a text of nothing but single letters must not be gone through again from each of them.
    while run.letters + run.signs < LONGEST_WORD
        && let Some(letter) = Letter::at(text, at)
    {
        let next = Separator::at(text, letter.end);
        let goes_on = next.filter(|next| separator.goes_with(*next));
        if letter.is_sign && goes_on.is_none_or(|next| Letter::at(text, letter.end + next.len).is_none()) {
            break;
        }
        fold_letter(&text[at..letter.end], word);
        run.push(letter);
        let Some(next) = goes_on else { break };
        run.mixed |= next != separator;
        at = letter.end + next.len;
    }
    run.is_word(text, start, separator, last).then_some(run.end)
}

fn fold_letter(piece: &str, word: &mut String) {
    for c in piece.chars() {
        match class(c) {
            Class::Letter => fold_into(c, word),
            Class::Ignorable => {}
            _ => leet::read(piece, word),
        }
    }
}

/// One letter that stands alone, or a digit that stands for one.
#[derive(Clone, Copy)]
struct Letter {
    end: usize,
    is_sign: bool,
}

impl Letter {
    fn at(text: &str, start: usize) -> Option<Self> {
        let c = text[start..].chars().next()?;
        let is_sign = matches!(c, '0' | '1' | '3' | '4' | '5' | '7');
        if class(c) != Class::Letter && !is_sign {
            return None;
        }
        let end = marks_end(text, start + c.len_utf8());
        let alone = !text[end..].starts_with(|c| matches!(class(c), Class::Letter | Class::Digit));
        alone.then_some(Self { end, is_sign })
    }
}

/// What stands between two letters: a mark, spaces, or a mark between two spaces.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Separator {
    mark: Option<char>,
    spaces: usize,
    len: usize,
}

impl Separator {
    fn at(text: &str, start: usize) -> Option<Self> {
        let mut found = Self { mark: None, spaces: 0, len: 0 };
        for c in text[start..].chars() {
            match c {
                ' ' | '\u{a0}' | '\u{3000}' => found.spaces += 1,
                '.' | '-' | '_' | '*' | '·' | '•' | '|' | '/' | '~' | '+' | ',' | '．' if found.mark.is_none() => {
                    found.mark = Some(c);
                }
                _ => break,
            }
            found.len += c.len_utf8();
        }
        let is_one = match found.mark {
            None => (1..=3).contains(&found.spaces),
            Some('.' | '*' | '_' | '·' | '~') => found.spaces == 0 || found.spaces == 2,
            Some(_) => found.spaces == 0,
        };
        is_one.then_some(found)
    }

    /// Whether `next` may stand in the same word: the same again, or another mark for a mark.
    fn goes_with(self, next: Self) -> bool {
        self == next || (self.spaces == 0 && next.spaces == 0)
    }

    fn is_space(self) -> bool {
        self.mark.is_none() && self.spaces == 1
    }

    /// A mark that three letters suffice for.
    fn is_telling(self) -> bool {
        self.spaces == 0 && matches!(self.mark, Some('.' | '-' | '_' | '*' | '·' | '•' | '~' | '．'))
    }
}

/// The letters read so far.
struct Run {
    letters: usize,
    signs: usize,
    end: usize,
    mixed: bool,
}

impl Run {
    fn push(&mut self, letter: Letter) {
        *if letter.is_sign { &mut self.signs } else { &mut self.letters } += 1;
        self.end = letter.end;
    }

    fn is_word(&self, text: &str, start: usize, separator: Separator, last: usize) -> bool {
        if self.signs >= self.letters {
            return false;
        }
        match self.letters + self.signs {
            0 | 1 => false,
            2 => separator.is_space() && self.is_set_off(text, start) && self.has_company(text, start, last),
            3 if separator.mark.is_some() => separator.is_telling() && !self.mixed,
            3 => separator.is_space() && self.is_set_off(text, start),
            _ => true,
        }
    }

    /// Whether wide gaps, or the ends of a line, stand on both sides, with a wide gap on one at least.
    fn is_set_off(&self, text: &str, start: usize) -> bool {
        let (before, after) = (&text[..start], &text[self.end..]);
        let wide_before = before.ends_with("  ");
        let wide_after = after.starts_with("  ");
        (wide_before || wide_after)
            && (wide_before || before.is_empty() || before.ends_with(['\n', '(', '"', '“']))
            && (wide_after
                || after.is_empty()
                || after.starts_with(['\n', '.', ',', '!', '?', ':', ';', ')', '"', '”']))
    }

    /// Whether a word beside it is spaced too. Not so in Korean, where single syllables are words.
    fn has_company(&self, text: &str, start: usize, last: usize) -> bool {
        if text[start..].starts_with(|c| matches!(c, '\u{AC00}'..='\u{D7A3}')) {
            return false;
        }
        let is_gap = |gap: &str| gap.len() >= 2 && gap.bytes().all(|b| b == b' ');
        let before = last > 0 && is_gap(&text[last..start]);
        let next = text.len() - text[self.end..].trim_start_matches(' ').len();
        let after = Letter::at(text, next)
            .and_then(|first| Some(first.end + Separator::at(text, first.end).filter(|gap| gap.spaces == 1)?.len))
            .is_some_and(|second| Letter::at(text, second).is_some());
        before || after
    }
}

#[cfg(test)]
mod tests {
    use crate::normalize::plain;

    #[test]
    fn letters_apart_are_words_and_initials_are_not() {
        const CASES: &[(&str, &str)] = &[
            ("e a s y   j o b   h i g h   p a y", "easy job high pay"),
            ("p a y   i n   c a s h", "pay in cash"),
            ("good  p a y  now", "good pay now"),
            ("a  h i g h  p a y", "a high pay"),
            ("U S A is", "u s a is"),
            ("p*a*y j_o_b U.S.A. n/a/n", "pay job usa n a n"),
            ("t.e-l_e*g", "teleg"),
            ("t  e  l  e  g", "teleg"),
            ("t . e . l . e", "tele"),
            ("A, B, C, D", "a b c d"),
            ("J. K. Rowling", "j k rowling"),
            ("t e l 3 g r a m", "telegram"),
            ("v i ệ c  n h ẹ", "viec nhe"),
            ("v i e\u{302}\u{323} c", "viec"),
            ("т е л е г р а м", "телеграм"),
            ("(y o u  g e t  i t)", "you get it"),
            ("계 약 서  한  부", "계약서 한 부"),
            ("class A B 2", "class a b ⟨n1⟩"),
        ];
        for (text, expected) in CASES {
            assert_eq!(plain(text), *expected, "plain form of {text:?}");
        }
    }
}
