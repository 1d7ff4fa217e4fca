use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::normalize::digit_value;

/// What one of the finders sees in a text: kind, words and what is hashed.
pub(super) fn seen_by(find: fn(&View<'_>, &mut Vec<Found>), text: &str) -> Vec<String> {
    let mut found = Vec::new();
    find(&View::of(text), &mut found);
    found.iter().map(|one| format!("{} {} {}", one.kind.name(), one.span.of(text), one.canonical)).collect()
}

fn key(bytes: &[u8; 16]) -> Key {
    Key::new("test", bytes).unwrap()
}

fn with_key(text: &str) -> String {
    redact(text, &mut key(b"0123456789abcdef")).text
}

/// A text with a number for each value, which can be read.
fn numbered(text: &str) -> String {
    redact(text, &mut Numbers::default()).text
}

#[test]
fn adverts_by_hand() {
    const CASES: &[(&str, &str)] = &[
        ("Free visa. Telegram @example_lily", "Free visa. Telegram [handle 1]"),
        (
            "Typing work, 2600 USDT, 8-12 hours. Ms. Lily: +855 12 345 678, WhatsApp wa.me/85512345678, hr@example.com",
            "Typing work, 2600 USDT, 8-12 hours. Ms. [name 1]: [phone 1], WhatsApp wa.me/[phone 1], [email 1]",
        ),
        (
            "底薪15000起,联系人：王小姐，电话１３８００１３８０００，飞机 example_ahao,微信同号",
            "底薪15000起,联系人：[name 1]，电话[phone 1]，飞机 [handle 1],微信同号",
        ),
        (
            "Lương 28 triệu, liên hệ Chị Lan: 0912.345.678 (Zalo) hoặc @lan_hr, t.me/Lan_HR",
            "Lương 28 triệu, liên hệ Chị [name 1]: [phone 1] (Zalo) hoặc [handle 1], t.me/[handle 1]",
        ),
        ("เงินดี โทร ๐๘๑-๒๓๔-๕๖๗๘ ติดต่อคุณสมชาย LINE: jobthai", "เงินดี โทร [phone 1] ติดต่อคุณ[name 1] LINE: [handle 1]"),
        (
            "Gaji Rp 17.000.000, hub. Bpk Budi 0812-3456-7890 https://example.com/loker?id=5",
            "Gaji Rp 17.000.000, hub. Bpk [name 1] [phone 1] https://example.com/[link 1]",
        ),
        (
            "Join our group chat.whatsapp.com/AbCdEf on 24.11.2024",
            "Join our group chat.whatsapp.com/[link 1] on 24.11.2024",
        ),
    ];
    for (text, expected) in CASES {
        assert_eq!(numbered(text), *expected);
    }
}

#[test]
fn contact_columns_lose_all_but_their_channels() {
    let redacted = |text: &str| redact_contact(text, &mut Numbers::default()).text;
    assert_eq!(redacted("Lily Tan, Telegram @lily / 012 345 678"), "[contact 1], Telegram [handle 1] / [phone 1]");
    assert_eq!(redacted("Call Lily"), "Call [contact 1]");
    assert_eq!(redacted("Lily, https://t.me/lily"), "[contact 1], https://t.me/[handle 1]");
    assert_eq!(redacted("www.facebook.com/lily.hr (Lily)"), "www.facebook.com/[handle 1] ([contact 1])");
    assert_eq!(redacted("WhatsApp: 91234567"), "WhatsApp: [phone 1]");
    assert_eq!(redacted("微信 小红"), "微信 [contact 1]");
    assert_eq!(redacted(""), "");
}

#[test]
fn places_move_with_the_text() {
    let text = "call 012 345 678 now";
    let redacted = redact(text, &mut Numbers::default());
    assert_eq!(redacted.text, "call [phone 1] now");
    let moved = |start, end| redacted.place(Span::new(start, end)).of(&redacted.text).to_owned();
    assert_eq!(moved(0, 4), "call");
    assert_eq!(moved(5, 16), "[phone 1]");
    assert_eq!(moved(9, 12), "[phone 1]", "inside");
    assert_eq!(moved(0, 8), "call [phone 1]", "into it");
    assert_eq!(moved(12, 20), "[phone 1] now", "out of it");
    assert_eq!(moved(17, 20), "now");
    assert!(redacted.touches(Span::new(0, 6)) && !redacted.touches(Span::new(0, 5)));
}

#[test]
fn tags_are_left_alone_and_nothing_that_only_looks_like_one() {
    let tag = with_key("@example_lily");
    assert_eq!(with_key(&tag), tag);
    assert_eq!(numbered("[phone:012345678901]"), "[phone:[phone 1]]");
    assert_eq!(numbered("[handle:example_99x]"), "[handle:example_99x]", "no sign says that it is one");
}

/// A megabyte that is all beginnings takes as long as any other: a bound on work, which a slow machine meets too.
#[test]
fn beginnings_without_end() {
    for piece in [
        "ab.",
        "@a",
        "Ms-",
        "mr/",
        "anh'",
        "คุณ",
        "tg:",
        "call ",
        "0 ",
        "+",
        "(at)",
        "a(at)b.",
        "contact: ",
        "王",
        "://",
        "[",
    ] {
        let text = piece.repeat((1 << 18) / piece.len());
        let once = with_key(&text);
        assert_eq!(with_key(&once), once, "{piece}");
    }
}

#[test]
fn another_key_gives_other_tags() {
    let text = "@example_lily +855 12 345 678";
    let one = redact(text, &mut key(b"0123456789abcdef")).text;
    let other = redact(text, &mut key(b"0123456789abcdeg")).text;
    for (one, other) in one.split(' ').zip(other.split(' ')) {
        assert_ne!(one, other);
    }
}

/// Zeros of digits that people write numbers in.
const ZEROS: [char; 8] = ['0', '٠', '०', '๐', '០', '၀', '０', '০'];

/// The digits of a number, written in one of many ways.
fn spelled(digits: &str, zero: char, gaps: &[(usize, &str)]) -> String {
    let mut text = String::new();
    for (at, digit) in digits.bytes().enumerate() {
        if at > 1
            && let Some((_, gap)) = gaps.iter().find(|(place, _)| *place == at)
        {
            text.push_str(gap);
        }
        text.extend(char::from_u32(zero as u32 + u32::from(digit - b'0')));
    }
    text
}

/// All digits of a text, in order.
fn digits_of(text: &str) -> String {
    text.chars().filter_map(digit_value).filter_map(|value| char::from_digit(value, 10)).collect()
}

/// Pieces of which texts are made that hold much to find.
const PIECES: [&str; 44] = [
    "Telegram",
    "@",
    "example_lily",
    ":",
    " ",
    " ",
    " ",
    "0",
    "12",
    "345",
    "678",
    "+",
    "855",
    "-",
    ".",
    "(",
    ")",
    "Ms",
    "Mr.",
    "Lily",
    "联系人",
    "：",
    "王小姐",
    "微信",
    "คุณ",
    "สมชาย",
    "t.me/",
    "https://",
    "example.com",
    "/",
    "?id=",
    "hr",
    "Zalo",
    "id",
    "contact",
    "\n",
    "[phone:",
    "[name:bcdfghjkmnpq]",
    "]",
    "\u{200b}",
    "٣",
    "三八零零一三",
    "anh",
    "Lan",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_phone_has_one_tag_however_it_is_written(
        rest in "[1-9][0-9]{7,9}",
        zero in select(&ZEROS[..]),
        gaps in vec((3_usize..9, select(&[" ", "-", ".", " - ", "\u{200b}", "–", "\u{a0}"][..])), 0..3),
        around in select(&[("", ""), ("Call ", " now"), ("电话", "。"), ("โทร", ""), ("x\n", "\ny")][..]),
    ) {
        let digits = format!("0{rest}");
        let text = format!("{}{}{}", around.0, spelled(&digits, zero, &gaps), around.1);
        let tag = with_key(&digits);
        prop_assert_eq!(with_key(&text), format!("{}{tag}{}", around.0, around.1), "{}", text);
    }

    #[test]
    fn no_digits_of_a_phone_survive(before in "\\PC{0,12}", digits in "[0-9]{9,14}", after in "\\PC{0,12}") {
        let text = format!("{before} +{digits} {after}");
        let seen = with_key(&text);
        prop_assert!(!digits_of(&seen).contains(&digits) || digits_of(&before).contains(&digits), "{} -> {}", text, seen);
    }

    #[test]
    fn a_handle_has_one_tag_however_it_is_written(name in "[a-z][a-z_]{4,12}[0-9]") {
        let tag = with_key(&format!("@{name}"));
        let wide: String = name.chars().map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c }).collect();
        for text in [format!("@{}", name.to_uppercase()), format!("＠{wide}")] {
            prop_assert_eq!(&with_key(&text), &tag);
        }
        prop_assert_eq!(with_key(&format!("t.me/{name}")), format!("t.me/{tag}"));
        prop_assert_eq!(with_key(&format!("Telegram: {name}")), format!("Telegram: {tag}"));
        prop_assert_eq!(with_key(&format!("微信{name}")), format!("微信{tag}"));
    }

    #[test]
    fn redacting_twice_is_redacting_once(pieces in vec(select(&PIECES[..]), 0..24)) {
        let text = pieces.concat();
        let once = with_key(&text);
        prop_assert_eq!(&with_key(&once), &once, "{}", text);
        let contact = |text: &str| redact_contact(text, &mut key(b"0123456789abcdef")).text;
        let once = contact(&text);
        prop_assert_eq!(&contact(&once), &once, "{}", text);
    }

    #[test]
    fn what_is_not_found_is_untouched(text in "\\PC{0,60}|(\\PC{0,6}(@|:|/|[0-9]{1,6}| |Ms |微信)){0,9}") {
        let found = search(&text, search_once);
        let redacted = redact(&text, &mut key(b"0123456789abcdef"));
        // The tags taken out again and the originals put back, it is the text.
        let mut back = String::new();
        let mut rest = 0;
        for (cut, tag) in &redacted.places {
            back.push_str(&redacted.text[rest..tag.start]);
            back.push_str(cut.of(&text));
            rest = tag.end;
        }
        back.push_str(&redacted.text[rest..]);
        prop_assert_eq!(&back, &text);
        prop_assert_eq!(found.len(), redacted.places.len());
        for (cut, tag) in &redacted.places {
            prop_assert_eq!(redacted.place(*cut), *tag);
        }
    }

    #[test]
    fn any_text_is_taken(text in any::<String>()) {
        let once = with_key(&text);
        prop_assert_eq!(&with_key(&once), &once);
    }
}
