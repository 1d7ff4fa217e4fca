//! What stands behind the name of a messenger or a word for a telephone: an id, or a number of any length.

use crate::redact::{
    Found, Kind,
    phones::{Number, number_at},
    signs::{Sign, gap, sign_at},
    view::View,
};

/// Characters of an id, and of one that nothing but a messenger's name announces.
const LEAST: usize = 3;
/// Characters of the longest id.
const LONGEST: usize = 64;
/// Digits of an account at QQ and the like.
const LEAST_DIGITS: usize = 5;

/// Finds all of a text.
pub(super) fn find(view: &View<'_>, found: &mut Vec<Found>) {
    let mut at = 0;
    while let Some(c) = view.char_at(at) {
        let signs = [Sign::Messenger, Sign::Phone].map(|sign| sign_at(view, at, sign));
        at = match signs {
            [Some(end), phone] if phone.is_none_or(|other| other <= end) => behind_messenger(view, end, found),
            [_, Some(end)] => behind_phone(view, end, found),
            _ => before_messenger(view, at, found).unwrap_or(at + c.len_utf8()),
        };
    }
}

/// What follows a messenger's name that ends at byte `end`; where to go on.
fn behind_messenger(view: &View<'_>, end: usize, found: &mut Vec<Found>) -> usize {
    let (at, points) = gap(view, end, &[Sign::Id, Sign::Filler, Sign::Messenger, Sign::Phone]);
    // The name of an id may look like a filler: `Telegram: admin_lan`.
    let nearest = gap(view, end, &[]).0;
    numbers(view, at, found)
        .or_else(|| id(view, at, points, found))
        .or_else(|| id(view, nearest, points, found))
        .unwrap_or(end)
}

/// An id that the name of a messenger follows: `write to example_lan on WeChat`.
fn before_messenger(view: &View<'_>, at: usize, found: &mut Vec<Found>) -> Option<usize> {
    let is_first = |c: char| c.is_ascii_alphanumeric() || "_.@/-".contains(c);
    if !view.char_at(at)?.is_ascii_alphabetic() || view.char_before(at).is_some_and(is_first) {
        return None;
    }
    let mut most = LONGEST;
    let end = view.run(at, |c| {
        most = most.saturating_sub(1);
        most > 0 && (c.is_ascii_alphanumeric() || c == '_')
    });
    let on = view.lower[end..].strip_prefix(" on ").or_else(|| view.lower[end..].strip_prefix(" trên "))?;
    let is_on_messenger = sign_at(view, view.lower.len() - on.len(), Sign::Messenger).is_some();
    let is_odd = view.text[at..end].contains(|c: char| c.is_ascii_digit() || c == '_');
    if !is_on_messenger || !is_odd {
        return None;
    }
    found.push(Found::new(view, Kind::Handle, at..end, &view.lower[at..end]));
    Some(end)
}

/// A number that follows a word for a telephone.
fn behind_phone(view: &View<'_>, end: usize, found: &mut Vec<Found>) -> usize {
    let (at, _) = gap(view, end, &[Sign::Id, Sign::Filler, Sign::Phone, Sign::Messenger]);
    numbers(view, at, found).unwrap_or(end)
}

/// Numbers at byte `at`, several with a slash or a word between them.
fn numbers(view: &View<'_>, mut at: usize, found: &mut Vec<Found>) -> Option<usize> {
    let mut end = None;
    // The plus sign and the bracket were skipped with the gap.
    while let Some(Number { place, digits }) = number_at(view, at) {
        let is_id = view.char_at(place.end).is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if is_id {
            break;
        }
        end = Some(place.end);
        at = gap(view, place.end, &[Sign::Filler]).0;
        found.push(Found::new(view, Kind::Phone, place, &digits));
    }
    end
}

/// An id at byte `at`.
fn id(view: &View<'_>, at: usize, points: bool, found: &mut Vec<Found>) -> Option<usize> {
    let run = view.run(at, |c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    let name = view.lower[at..run].trim_end_matches(['.', '-']);
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let is_number = digits == name.len();
    let is_odd = (digits > 0 && !is_number) || name.contains('_');
    let is_word = sign_at(view, at, Sign::Word).is_some_and(|end| end == at + name.len())
        || [Sign::Messenger, Sign::Phone, Sign::Filler]
            .into_iter()
            .any(|sign| sign_at(view, at, sign) == Some(at + name.len()));
    let is_id = if is_number { digits >= LEAST_DIGITS } else { name.len() >= LEAST && (points || is_odd) && !is_word };
    // A link or an address is another finder's.
    let is_other = view.text[at + name.len()..].starts_with(['@', '/', ':']) && !is_odd;
    if !is_id || is_other {
        return None;
    }
    found.push(Found::new(view, Kind::Handle, at..at + name.len(), name));
    Some(at + name.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::tests::seen_by;

    #[test]
    fn ids_by_hand() {
        const CASES: &[(&str, &[&str])] = &[
            ("Telegram: Example_Lily", &["handle Example_Lily example_lily"]),
            ("加飞机 example_ahao,名额不多", &["handle example_ahao example_ahao"]),
            ("微信号：abc123", &["handle abc123 abc123"]),
            ("加我微信abc123或者qq 12345678", &["handle abc123 abc123", "phone 12345678 12345678"]),
            ("QQ:12345", &["handle 12345 12345"]),
            ("chat tele example99", &["handle example99 example99"]),
            ("LINE ID: jobthai", &["handle jobthai jobthai"]),
            ("ไลน์ไอดี jobthai", &["handle jobthai jobthai"]),
            ("텔레그램 example_kim 으로", &["handle example_kim example_kim"]),
            ("Zalo/Viber: 0912 345 678", &["phone 0912 345 678 0912345678"]),
            ("WhatsApp 9123 4567", &["phone 9123 4567 91234567"]),
            ("Tel: 555-1234 / 555-5678", &["phone 555-1234 5551234", "phone 555-5678 5555678"]),
            ("SĐT 0912345", &["phone 0912345 0912345"]),
            ("send it to example_lotus on LINE or WeChat", &["handle example_lotus example_lotus"]),
            ("请加微信example_moumou，", &["handle example_moumou example_moumou"]),
            ("Telegram: join our channel", &[]),
            ("contact us on Telegram today", &[]),
            ("line manager, online 24 hours", &[]),
            ("Telegram only. Salary 2600 USDT", &[]),
        ];
        for (text, expected) in CASES {
            assert_eq!(seen_by(find, text), *expected, "{text}");
        }
    }
}
