//! Names of persons, found by what stands beside them: a title (`Ms. Lan`, `王小姐`) or a word that asks for one
//! (`contact person: …`, `联系人：…`).
//!
//! A name that nothing announces is not found: no list of names is complete, and one that is long enough would take
//! places and companies with it.

use crate::{
    normalize::is_glyph,
    redact::{
        Found, Kind,
        signs::{Sign, gap, is_letter, sign_at},
        view::View,
    },
};

/// Words of a name, and characters of one in a script without spaces.
const MOST_WORDS: usize = 3;
const MOST_GLYPHS: usize = 20;
const MOST_GLYPHS_IN_DOUBT: usize = 12;
const MOST_HAN: usize = 4;
/// Characters of a word of a name: bounded, since there may be a title at every word.
const LONGEST_WORD: usize = 40;
/// Titles side by side.
const MOST_TITLES: usize = 4;

/// Finds all of a text.
pub(super) fn find(view: &View<'_>, found: &mut Vec<Found>) {
    let mut at = 0;
    while let Some(c) = view.char_at(at) {
        let end = chinese(view, at, found).or_else(|| titled(view, at, found)).or_else(|| asked_for(view, at, found));
        at = end.unwrap_or(at + c.len_utf8());
    }
}

/// What a word in front says about the name behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A title that is nothing else.
    Title,
    /// A title that is a common word too.
    Doubtful,
    /// A word that asks to get in touch, and a colon.
    Asked,
}

/// A title at byte `at`, and the name behind it.
fn titled(view: &View<'_>, at: usize, found: &mut Vec<Found>) -> Option<usize> {
    let (end, before) = match (sign_at(view, at, Sign::Title), sign_at(view, at, Sign::TitleIfCapital)) {
        (Some(end), _) => (end, Before::Title),
        (None, Some(end)) => (end, Before::Doubtful),
        _ => return None,
    };
    let start = after_title(view, end);
    name(view, start, before, found)
}

/// Behind a title, further ones (`Sir/Maam`, `Bpk/Ibu`), a full stop and blanks.
fn after_title(view: &View<'_>, mut end: usize) -> usize {
    for _ in 0..MOST_TITLES {
        let next = view.run(end, |c| c == ' ' || c == '.' || c == '/' || c == ':' || c == '&' || c == '\'');
        let again = [Sign::Title, Sign::TitleIfCapital].into_iter().find_map(|sign| sign_at(view, next, sign));
        match again {
            Some(further) if view.text[end..next].contains('/') => end = further,
            _ => return next,
        }
    }
    end
}

/// A word that asks for a person at byte `at`, and the name behind it.
fn asked_for(view: &View<'_>, at: usize, found: &mut Vec<Found>) -> Option<usize> {
    let end = sign_at(view, at, Sign::Person)?;
    let start = gap(view, end, &[]).0;
    let points = view.text[end..start].contains([':', '=']);
    let title = [Sign::Title, Sign::TitleIfCapital].into_iter().find_map(|sign| sign_at(view, start, sign));
    match title {
        Some(title) => name(view, after_title(view, title), Before::Title, found),
        None if points => name(view, start, Before::Asked, found),
        None => None,
    }
}

/// A name at byte `start`.
fn name(view: &View<'_>, start: usize, before: Before, found: &mut Vec<Found>) -> Option<usize> {
    let first = view.char_at(start)?;
    let end = if is_han(first) {
        han(view, start, before)?
    } else if is_glyph(first) {
        let longest = if before == Before::Doubtful { MOST_GLYPHS_IN_DOUBT } else { MOST_GLYPHS };
        let mut most = longest + 2;
        let end = view.run(start, |c| {
            most = most.saturating_sub(1);
            is_glyph(c) && most > 0
        });
        // Without spaces a long run is a sentence; a common word that is a title needs a contact behind the name.
        let glyphs = view.text[start..end].chars().count();
        let is_name = (2..=longest).contains(&glyphs) && (before != Before::Doubtful || has_contact_behind(view, end));
        is_name.then_some(end)?
    } else {
        words(view, start, before)?
    };
    found.push(Found::new(view, Kind::Name, start..end, &view.lower[start..end]));
    Some(end)
}

/// Up to three words of letters, each with a capital where the script has any.
fn words(view: &View<'_>, start: usize, before: Before) -> Option<usize> {
    let mut end = start;
    let mut at = start;
    for word in 0..MOST_WORDS {
        let first = view.char_at(at).filter(|&c| is_letter(c))?;
        let mut most = LONGEST_WORD;
        let stop = view.run(at, |c| {
            most = most.saturating_sub(1);
            most > 0 && (is_letter(c) || "'’-".contains(c) || is_mark(c))
        });
        let has_case = first.is_uppercase() || first.is_lowercase();
        let is_name = match (before, has_case) {
            (_, true) if first.is_uppercase() => true,
            // `ms lily`: the title decides, for one word.
            (Before::Title, true) => word == 0,
            (Before::Title | Before::Asked, false) => word < 2,
            _ => false,
        };
        let is_sign = [Sign::Messenger, Sign::Phone, Sign::Person, Sign::Word, Sign::Title, Sign::After]
            .into_iter()
            .any(|sign| sign_at(view, at, sign) == Some(stop));
        if !is_name || is_sign {
            break;
        }
        end = stop;
        // One blank; a full stop only behind an initial.
        let is_initial = view.text[at..stop].chars().count() == 1;
        let rest = view.text[stop..].strip_prefix('.').filter(|_| is_initial).unwrap_or(&view.text[stop..]);
        let Some(rest) = rest.strip_prefix(' ') else { break };
        at = view.text.len() - rest.len();
        if first.is_lowercase() || !rest.starts_with(is_letter) {
            break;
        }
    }
    (view.text[start..end].chars().count() >= 2).then_some(end)
}

/// Marks of Indian scripts and the like inside a word.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && unicode_normalization::char::is_combining_mark(c)
}

fn has_contact_behind(view: &View<'_>, end: usize) -> bool {
    let next = gap(view, end, &[]).0;
    next > end && view.char_at(next).is_some_and(|c| c.is_ascii_digit())
        || [Sign::Phone, Sign::Messenger].into_iter().any(|sign| sign_at(view, next, sign).is_some())
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{30A0}'..='\u{30FF}')
}

/// A Chinese or Japanese name behind a word that asks for it: a short run, or as far as a title.
fn han(view: &View<'_>, start: usize, before: Before) -> Option<usize> {
    let mut end = start;
    for _ in 0..MOST_HAN {
        let is_sign = [Sign::Phone, Sign::Messenger].into_iter().any(|sign| sign_at(view, end, sign).is_some());
        match view.char_at(end).filter(|&c| is_han(c) && !is_sign) {
            Some(c) => end += c.len_utf8(),
            None => break,
        }
    }
    let is_whole = !view.char_at(end).is_some_and(is_han)
        || [Sign::Phone, Sign::Messenger].into_iter().any(|sign| sign_at(view, end, sign).is_some());
    let is_known = sign_at(view, start, Sign::Surname).is_some() || sign_at(view, start, Sign::Nickname).is_some();
    (before != Before::Doubtful && end > start && (is_whole || is_known)).then_some(end)
}

/// A name of Han or Hangul with a title behind it: `王小姐`, `陈建国先生`, `김민수 팀장`.
fn chinese(view: &View<'_>, at: usize, found: &mut Vec<Found>) -> Option<usize> {
    let first = view.char_at(at)?;
    let is_hangul = |c: char| matches!(c, '\u{AC00}'..='\u{D7A3}');
    let end = if is_hangul(first) && !view.char_before(at).is_some_and(is_letter) {
        let run = view.run(at, is_hangul);
        let syllables = view.text[at..run].chars().count();
        let title = sign_at(view, view.run(run, |c| c == ' '), Sign::After);
        let is_name = (2..=4).contains(&syllables) && sign_at(view, at, Sign::Surname).is_some();
        title.filter(|_| is_name).map(|_| run)?
    } else {
        let surname = sign_at(view, at, Sign::Surname)?;
        titled_han(view, surname)?
    };
    found.push(Found::new(view, Kind::Name, at..end, &view.lower[at..end]));
    Some(end)
}

/// Where the title behind a family name that ends at byte `surname` ends, with up to two characters between.
fn titled_han(view: &View<'_>, surname: usize) -> Option<usize> {
    let mut at = surname;
    for given in 0..=2 {
        if let Some(end) = sign_at(view, at, Sign::After) {
            let title = &view.text[at..end];
            // `总`, `哥`, `姐` are parts of many words, and a post stands behind many nouns.
            let is_short = title.chars().count() == 1;
            let polite = matches!(title, "先生" | "小姐" | "女士" | "太太" | "さん" | "様");
            let is_name =
                if is_short { given == 0 && !view.char_at(end).is_some_and(is_han) } else { given == 0 || polite };
            return is_name.then_some(end);
        }
        at += view.char_at(at).filter(|&c| is_han(c))?.len_utf8();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        find(&View::of(text), &mut found);
        found.iter().map(|one| format!("{}|{}", one.span.of(text), one.canonical)).collect()
    }

    #[test]
    fn names_by_hand() {
        const CASES: &[(&str, &[&str])] = &[
            ("contact Ms. Lily Example for details", &["Lily Example|lily example"]),
            ("CALL MR CHEN NOW", &["CHEN|chen"]),
            ("contact ms lily", &["lily|lily"]),
            ("Contact person: Anna B. Example, HR", &["Anna B. Example|anna b. example"]),
            ("Liên hệ: Chị Lan 0912", &["Lan|lan"]),
            ("gặp Anh Nam", &["Nam|nam"]),
            ("anh chị em nào cần việc", &[]),
            ("Hubungi Bpk/Ibu Sari di kantor", &["Sari|sari"]),
            ("Pak Budi", &["Budi|budi"]),
            ("Look for Sir/Maam Grace", &["Grace|grace"]),
            ("Dear Sir/Madam, we hire", &[]),
            ("联系人：王小姐", &["王小姐|王小姐"]),
            ("联系人：张三 电话", &["张三|张三"]),
            ("联系人：阿杰微信abc", &["阿杰|阿杰"]),
            ("请找陈建国先生面试", &["陈建国先生|陈建国先生"]),
            ("咨询陈经理", &["陈经理|陈经理"]),
            ("向总部报到，招聘客服主管", &[]),
            ("ติดต่อคุณสมชาย 081", &["สมชาย|สมชาย"]),
            ("ถ้าคุณสนใจงานนี้", &[]),
            ("담당자: 김민수 팀장", &["김민수|김민수"]),
            ("Контактное лицо: Анна Иванова", &["Анна Иванова|анна иванова"]),
            ("संपर्क करें: श्री राम कुमार", &["राम कुमार|राम कुमार"]),
            ("hanapin si Sir Toto. Dalhin ang CV", &["Toto|toto"]),
            ("Địa điểm: Bà Vẹt, garçom em Dubai, Ho Chi Minh City, tamu dr Medan", &[]),
            ("kerja untuk ibu rumah tangga, first name - Ask", &[]),
            ("호텔 체험 매니저, 코 자도 몰랐던 제가 팀장이 됐어요", &[]),
            ("김민수 씨", &["김민수|김민수"]),
            ("Contact: Telegram", &[]),
            ("Your name, please", &[]),
            ("Missing sir, the mrt station", &[]),
        ];
        for (text, expected) in CASES {
            assert_eq!(all(text), *expected, "{text}");
        }
    }
}
