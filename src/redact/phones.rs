//! Telephone numbers, and longer numbers that belong to one person: bank cards, identity cards.
//!
//! Wider than what the normaliser masks: there a number taken for a phone costs a feature, here a phone taken for
//! an amount costs somebody's privacy.

use std::ops::Range;

use crate::redact::{Found, Kind, view::View};

/// Digits of a telephone number without anything else that says so, and the most of any (E.164).
const LEAST: usize = 8;
const MOST: usize = 15;
/// Digits of a telephone number behind a word for one.
pub(super) const LEAST_WITH_SIGN: usize = 6;
/// Characters between two groups of digits.
const WIDEST_GAP: usize = 3;
/// Digits written as Chinese characters, by value.
const HAN: [&str; 10] = ["〇零", "一壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"];
/// The shortest number of Chinese digits.
const LEAST_HAN: usize = 7;

/// A number found.
pub(super) struct Number {
    /// Its bytes in the view, with the plus sign and brackets.
    pub(super) place: Range<usize>,
    /// Its digits.
    pub(super) digits: String,
}

/// Finds all of a text.
pub(super) fn find(view: &View<'_>, found: &mut Vec<Found>) {
    find_han(view, found);
    let bytes = view.text.as_bytes();
    let mut at = 0;
    while let Some(skipped) = bytes[at..].iter().position(u8::is_ascii_digit) {
        at += skipped;
        let groups = groups(view, at);
        if let Some(end) = date(view, &groups) {
            at = end;
            continue;
        }
        let (kind, number) = match account(view, &groups) {
            Some(number) => (Kind::Account, Some(number)),
            None => (Kind::Phone, number(view, &groups, LEAST)),
        };
        at = match number {
            Some(Number { place, digits }) => {
                found.push(Found::new(view, kind, place.clone(), &digits));
                place.end
            }
            // What is left of an amount is no number by itself.
            None if is_amount(&view.text, &groups) => groups[groups.len() - 1].end,
            None => groups[0].end,
        };
    }
}

/// The number that begins at byte `at`, where a word before it says that it is one.
pub(super) fn number_at(view: &View<'_>, at: usize) -> Option<Number> {
    let rest = view.text[at..].trim_start_matches(['+', '(', ' ']);
    let at = view.text.len() - rest.len();
    let groups = rest.starts_with(|c: char| c.is_ascii_digit()).then(|| groups(view, at))?;
    number(view, &groups, LEAST_WITH_SIGN)
}

/// Runs of digits, from the one at `at` on, that at most a few separators stand between.
fn groups(view: &View<'_>, at: usize) -> Vec<Range<usize>> {
    let bytes = view.text.as_bytes();
    let mut groups = Vec::new();
    let mut start = at;
    loop {
        let end = view.run(start, |c| c.is_ascii_digit());
        groups.push(start..end);
        let gap = bytes[end..].iter().take_while(|byte| b" -.()_~*".contains(byte)).count();
        let next = end + gap;
        // A country code in brackets is the longest number of groups: what is longer is a list.
        if gap > WIDEST_GAP || !bytes.get(next).is_some_and(u8::is_ascii_digit) || groups.len() == 2 * MOST {
            return groups;
        }
        start = next;
    }
}

/// The telephone number that the first of some groups begin, of at least so many digits.
fn number(view: &View<'_>, groups: &[Range<usize>], least: usize) -> Option<Number> {
    let text = &*view.text;
    let first = &groups[0];
    let before = text[..first.start].trim_end_matches('(');
    let plus = before.ends_with('+');
    let with_sign = least < LEAST;
    let taken = taken(text, groups, plus);
    let groups = &groups[..taken];
    let digits: String = groups.iter().map(|group| &text[group.clone()]).collect();
    let is_number = (least..=MOST).contains(&digits.len())
        && (plus || with_sign || !is_amount(text, groups))
        && (plus || with_sign || is_long_enough(text, groups, &digits));
    let mut start = if plus { before.len() - 1 } else { first.start };
    let end = groups[taken - 1].end;
    if text[..start].ends_with('(') && text[start..end].contains(')') {
        start -= 1;
    }
    is_number.then(|| Number { place: start..end, digits: canonical(text, groups, digits) })
}

/// How many of the groups are one number: until it is whole and another begins.
fn taken(text: &str, groups: &[Range<usize>], plus: bool) -> usize {
    let mut count = groups[0].len();
    for (at, group) in groups.iter().enumerate().skip(1) {
        let is_whole = count >= LEAST;
        let rest: usize = groups[at..].iter().map(ExactSizeIterator::len).sum();
        let begins_with_0 = text[group.clone()].starts_with('0');
        let begins_another = group.len() > LEAST || (begins_with_0 && rest >= LEAST);
        let is_by_itself = group.len() > LEAST && begins_with_0 && !plus;
        let before = groups[at - 1].len();
        if count + group.len() > MOST || is_by_itself || (is_whole && (begins_another || before > LEAST)) {
            return at;
        }
        count += group.len();
    }
    groups.len()
}

fn is_long_enough(text: &str, groups: &[Range<usize>], digits: &str) -> bool {
    if digits.starts_with('0') {
        return !is_time(groups);
    }
    match groups {
        [_] => digits.len() > LEAST,
        [_, fraction] if text[..fraction.start].ends_with('.') && fraction.len() <= 2 => false,
        _ => digits.len() > LEAST && !are_years(text, groups),
    }
}

/// `8000-12000`, `12 000 000`, `1.500.000 - 2.000.000`, and a round number without any separator.
fn is_amount(text: &str, groups: &[Range<usize>]) -> bool {
    if text[groups[0].clone()].starts_with('0') {
        return false;
    }
    let is_to = |pair: &[Range<usize>]| text[pair[0].end..pair[1].start].contains(['-', '~']);
    let mut begin = 0;
    for at in 1..=groups.len() {
        if at < groups.len() && !is_to(&groups[at - 1..=at]) {
            continue;
        }
        let part = &groups[begin..at];
        let last = &text[part[part.len() - 1].clone()];
        let round = match part {
            [single] if groups.len() == 1 => single.len() < 16 && last.ends_with("0000"),
            [_] => last.ends_with("00"),
            [_, rest @ ..] => last == "000" && rest.iter().all(|group| group.len() == 3),
            [] => false,
        };
        if !round {
            return false;
        }
        begin = at;
    }
    true
}

/// `08.00-17.00`.
fn is_time(groups: &[Range<usize>]) -> bool {
    groups.len() == 4 && groups.iter().all(|group| group.len() == 2)
}

fn are_years(text: &str, groups: &[Range<usize>]) -> bool {
    let is_year = |group: &Range<usize>| group.len() == 4 && matches!(&text[group.start..group.start + 2], "19" | "20");
    groups.iter().all(is_year)
}

/// Where the date that the groups begin with ends: `24.11.2024`, `2024-11-24`.
fn date(view: &View<'_>, groups: &[Range<usize>]) -> Option<usize> {
    let text = &*view.text;
    let [a, b, c, ..] = groups else { return None };
    let value = |group: &Range<usize>| text[group.clone()].parse().unwrap_or(u32::MAX);
    let (day, year) = if a.len() == 4 { (c, a) } else { (a, c) };
    let fits = day.len() <= 2
        && b.len() <= 2
        && year.len() == 4
        && (1..=31).contains(&value(day))
        && (1..=31).contains(&value(b))
        && (1900..2100).contains(&value(year));
    let gaps = [&text[a.end..b.start], &text[b.end..c.start]];
    let is_date = fits && gaps[0] == gaps[1] && matches!(gaps[0], "-" | "." | " ");
    (is_date && !text[..a.start].ends_with(['+', '('])).then_some(c.end)
}

/// A run of digits that is too long for a telephone, or four groups of four: a card, an account, an identity.
fn account(view: &View<'_>, groups: &[Range<usize>]) -> Option<Number> {
    let is_card = groups.len() >= 4 && groups[..4].iter().all(|group| group.len() == 4);
    let taken = match groups[0].len() {
        _ if is_card && groups.get(4).is_some_and(|group| group.len() == 3) => 5,
        _ if is_card => 4,
        length if length > MOST => 1,
        _ => return None,
    };
    let digits = groups[..taken].iter().map(|group| &view.text[group.clone()]).collect();
    Some(Number { place: groups[0].start..groups[taken - 1].end, digits })
}

/// The same number written otherwise has the same: `0085512…` and `+855 (0)12…` are `85512…`.
fn canonical(text: &str, groups: &[Range<usize>], digits: String) -> String {
    let is_trunk_zero = |group: &&Range<usize>| {
        &text[(*group).clone()] == "0" && text[..group.start].ends_with('(') && text[group.end..].starts_with(')')
    };
    let digits = match groups.get(1).filter(is_trunk_zero) {
        Some(_) => format!("{}{}", &digits[..groups[0].len()], &digits[groups[0].len() + 1..]),
        None => digits,
    };
    digits.strip_prefix("00").map_or_else(|| digits.clone(), str::to_owned)
}

/// Numbers of Chinese digits, such as `一三八零零一三八零零零`.
fn find_han(view: &View<'_>, found: &mut Vec<Found>) {
    let value = |c: char| match c.to_digit(10) {
        Some(value) => Some((value, false)),
        None => (0..10).find(|&value| HAN[value as usize].contains(c)).map(|value| (value, true)),
    };
    let mut at = 0;
    while let Some(c) = view.char_at(at) {
        if value(c).is_none() {
            at += c.len_utf8();
            continue;
        }
        let end = view.run(at, |c| value(c).is_some());
        let values: Vec<_> = view.text[at..end].chars().filter_map(value).collect();
        if values.len() >= LEAST_HAN && values.iter().any(|&(_, is_han)| is_han) {
            let digits: String = values.iter().filter_map(|&(value, _)| char::from_digit(value, 10)).collect();
            found.push(Found::new(view, Kind::Phone, at..end, &digits));
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::tests::seen_by;

    #[test]
    fn numbers_by_hand() {
        const CASES: &[(&str, &[&str])] = &[
            ("call +855 00 000 000 now", &["phone +855 00 000 000 85500000000"]),
            ("0000-000-001", &["phone 0000-000-001 00000001"]),
            ("(021) 5550 1234.", &["phone (021) 5550 1234 02155501234"]),
            ("(+84) 912 000 345", &["phone (+84) 912 000 345 84912000345"]),
            ("+855 (0)12 345 678", &["phone +855 (0)12 345 678 85512345678"]),
            ("00855 12 345 678", &["phone 00855 12 345 678 85512345678"]),
            ("138 0013 8000", &["phone 138 0013 8000 13800138000"]),
            ("98765 43210", &["phone 98765 43210 9876543210"]),
            ("１３８００１３８０００", &["phone １３８００１３８０００ 13800138000"]),
            ("๐๘๑-๒๓๔-๕๖๗๘", &["phone ๐๘๑-๒๓๔-๕๖๗๘ 0812345678"]),
            ("0 9 1 2 3 4 5 6 7 8", &["phone 0 9 1 2 3 4 5 6 7 8 0912345678"]),
            ("012 345 678 098 765 432", &["phone 012 345 678 012345678", "phone 098 765 432 098765432"]),
            ("0912345678 0987654321", &["phone 0912345678 0912345678", "phone 0987654321 0987654321"]),
            ("0912345678 5000 usd", &["phone 0912345678 0912345678"]),
            ("+62 812 3456 0789", &["phone +62 812 3456 0789 6281234560789"]),
            ("24.11.2024 0912345678", &["phone 0912345678 0912345678"]),
            ("6222 0212 3456 7890", &["account 6222 0212 3456 7890 6222021234567890"]),
            ("110101199001011234", &["account 110101199001011234 110101199001011234"]),
            ("一三八零零一三八零零零", &["phone 一三八零零一三八零零零 13800138000"]),
            ("15000000", &[]),
            ("8000-12000", &[]),
            ("10000 - 15000", &[]),
            ("12 000 000 - 15 000 000", &[]),
            ("15.000.000.000", &[]),
            ("1234567.89", &[]),
            ("2024-11-24 10", &[]),
            ("05.12.2024", &[]),
            ("08.00-17.00", &[]),
            ("2023 2024 2025", &[]),
            ("18-35 tuổi, 40 people", &[]),
        ];
        for (text, expected) in CASES {
            assert_eq!(seen_by(find, text), *expected, "{text}");
        }
    }

    #[test]
    fn behind_a_sign_shorter_numbers_count() {
        let at = |text: &str| number_at(&View::of(text), 0).map(|number| number.digits);
        assert_eq!(at("9123 4567").as_deref(), Some("91234567"));
        assert_eq!(at("555-123").as_deref(), Some("555123"));
        assert_eq!(at("12345"), None);
        assert_eq!(at("us"), None);
    }
}
