//! Links, e-mail addresses, handles and telephone numbers: found so that they can be masked.
//!
//! The model never sees a contact itself, only that there is one and of which kind: what was
//! learnt from one person's number would say nothing about the next advert, and nothing personal
//! may travel in a model.

use crate::normalize::{
    ascii::is_link_byte,
    classes::{Class, class, digit_value},
    units::LONGEST_WORD,
};

/// A kind of contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactKind {
    /// Web address without a messenger behind it.
    Url,
    /// E-mail address.
    Email,
    /// `@name`.
    Handle,
    /// Telephone number.
    Phone,
    /// `t.me` and the like.
    Telegram,
    /// `wa.me` and the like.
    WhatsApp,
    /// Any other messenger's link: LINE, Zalo, Viber, Messenger.
    Messenger,
}

impl ContactKind {
    /// All of them.
    pub(super) const ALL: [Self; 7] =
        [Self::Url, Self::Email, Self::Handle, Self::Phone, Self::Telegram, Self::WhatsApp, Self::Messenger];

    /// The class token that stands for such a contact in the comparable text.
    #[must_use]
    pub fn token(self) -> &'static str {
        match self {
            Self::Url => "⟨url⟩",
            Self::Email => "⟨email⟩",
            Self::Handle => "⟨handle⟩",
            Self::Phone => "⟨phone⟩",
            Self::Telegram => "⟨telegram⟩",
            Self::WhatsApp => "⟨whatsapp⟩",
            Self::Messenger => "⟨messenger⟩",
        }
    }
}

/// Top-level domains that make `word.word` a web address even without a path behind it.
const DOMAINS: &[&str] = &[
    "com", "org", "net", "info", "biz", "gov", "edu", "example", "xyz", "app", "jobs", "online", "site", "top", "vip",
];

/// Country domains: too short to tell from a missing space unless something else speaks for them.
const COUNTRY_DOMAINS: &[&str] = &[
    "vn", "th", "kh", "id", "my", "ph", "sg", "cn", "hk", "tw", "mm", "la", "in", "bd", "np", "pk", "jp", "kr", "ru",
    "br", "pt", "es", "fr", "ke", "tz", "ug", "et", "uk", "us", "ie", "eu", "io", "co", "me", "cc", "ly", "gg", "ee",
];

const MESSENGERS: &[(&str, ContactKind)] = &[
    ("t.me", ContactKind::Telegram),
    ("telegram.me", ContactKind::Telegram),
    ("telegram.org", ContactKind::Telegram),
    ("wa.me", ContactKind::WhatsApp),
    ("chat.whatsapp.com", ContactKind::WhatsApp),
    ("api.whatsapp.com", ContactKind::WhatsApp),
    ("line.me", ContactKind::Messenger),
    ("lin.ee", ContactKind::Messenger),
    ("zalo.me", ContactKind::Messenger),
    ("m.me", ContactKind::Messenger),
    ("viber.me", ContactKind::Messenger),
];

/// Whether the ASCII run at `start` is followed by a mark that addresses contain. A full stop behind letters alone is one
/// only before a letter or digit: elsewhere it ends a sentence (`cafe....Phu`).
pub(super) fn may_be_link(text: &str, start: usize) -> bool {
    let rest = &text.as_bytes()[start..];
    let Some(length) = rest.iter().position(|b| !b.is_ascii_alphanumeric()) else { return false };
    let is_word = (2..=LONGEST_WORD).contains(&length) && rest[..length].iter().all(u8::is_ascii_alphabetic);
    match rest[length] {
        b'.' => !is_word || rest.get(length + 1).is_some_and(u8::is_ascii_alphanumeric),
        b => matches!(b, b':' | b'/' | b'@' | b'_' | b'-' | b'+'),
    }
}

/// Most bytes of a link. A chunk without spaces is read from each word in it, which must not take the square of its length.
pub(super) const LONGEST_LINK: usize = 1024;

/// A link or address that starts at byte `start` of `text`: its kind and where it ends; what is longer than
/// [`LONGEST_LINK`] ends there.
///
/// `start` must be the first byte of a word, or of `@`.
pub(crate) fn link_at(text: &str, start: usize) -> Option<(ContactKind, usize)> {
    let rest = &text.as_bytes()[start..];
    let rest = &rest[..rest.len().min(LONGEST_LINK)];
    let mut len = rest.iter().position(|&b| !is_link_byte(b)).unwrap_or(rest.len());
    // A full stop or colon at the end belongs to the sentence.
    while len > 0 && b"._~:/?#@&+=%-".contains(&rest[len - 1]) {
        len -= 1;
    }
    let chunk = &text[start..start + len];
    let kind = if chunk.starts_with('@') { handle(chunk) } else { address(chunk) }?;
    Some((kind.0, start + kind.1))
}

/// The messenger behind a host, in small letters and without `www.`.
pub(crate) fn messenger_of(host: &str) -> Option<ContactKind> {
    MESSENGERS.iter().find(|(name, _)| *name == host).map(|&(_, kind)| kind)
}

fn handle(chunk: &str) -> Option<(ContactKind, usize)> {
    let name = chunk[1..].bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'_' || b == b'.'));
    let len = 1 + name.unwrap_or(chunk.len() - 1);
    (len >= 4).then_some((ContactKind::Handle, len))
}

fn address(chunk: &str) -> Option<(ContactKind, usize)> {
    let lower = chunk.to_ascii_lowercase();
    let bare = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let has_scheme = bare.is_some();
    let bare = bare.unwrap_or(&lower);
    let host_end = bare.find(['/', '?', '#']).unwrap_or(bare.len());
    let host = bare[..host_end].trim_start_matches("www.");
    if let Some((user, domain)) = host.split_once('@') {
        let dotted = domain.split_once('.').is_some_and(|(name, rest)| !name.is_empty() && !rest.is_empty());
        return (!user.is_empty() && dotted).then_some((ContactKind::Email, chunk.len()));
    }
    if let Some(kind) = messenger_of(host) {
        return Some((kind, chunk.len()));
    }
    let certain = has_scheme || lower.starts_with("www.");
    let last = host.rsplit_once('.').map(|(_, last)| last);
    let domain = last.is_some_and(|last| {
        let with_path = host_end < bare.len();
        DOMAINS.contains(&last) || (COUNTRY_DOMAINS.contains(&last) && (with_path || host.matches('.').count() > 1))
    });
    (domain || (certain && !host.is_empty())).then_some((ContactKind::Url, chunk.len()))
}

/// A telephone number that starts at byte `start` (a digit, or the plus sign before it): its end.
///
/// Takes 8 to 15 digits with single spaces, dots, dashes or brackets between them, when they begin
/// with `+` or `0`, or when 9 digits or more stand without any separator. Grouping by commas, or a
/// group of zeros at the end of an undivided run, makes it an amount.
pub(super) fn phone_at(text: &str, start: usize) -> Option<usize> {
    let mut seen = Digits::default();
    let mut end = start;
    let mut gap = 0;
    for (at, c) in text[start..].char_indices() {
        if let Some(value) = digit_value(c) {
            seen.push(value, gap > 0);
            gap = 0;
            end = start + at + c.len_utf8();
        } else if matches!(c, '+' | '＋') && at == 0 {
            seen.plus = true;
        } else if matches!(
            c,
            ' ' | '-' | '.' | '(' | ')' | '\u{a0}' | '‑' | '–' | '－' | '．' | '（' | '）' | '\u{3000}'
        ) && gap < 2
        {
            gap += 1;
        } else if class(c) != Class::Ignorable {
            break;
        }
        if seen.count > 15 {
            return None;
        }
    }
    seen.is_phone().then_some(end)
}

#[derive(Default)]
struct Digits {
    plus: bool,
    count: u32,
    groups: u32,
    first: u32,
    zeros_at_end: u32,
}

impl Digits {
    fn push(&mut self, value: u32, new_group: bool) {
        if self.count == 0 {
            self.first = value;
        }
        self.count += 1;
        self.groups += u32::from(new_group);
        self.zeros_at_end = if value == 0 { self.zeros_at_end + 1 } else { 0 };
    }

    fn is_phone(&self) -> bool {
        if self.count < 8 {
            return false;
        }
        let round_amount = self.groups == 0 && self.first != 0 && self.zeros_at_end >= 4;
        self.plus || self.first == 0 || (self.groups == 0 && self.count >= 9 && !round_amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_by_kind() {
        use ContactKind::{Email, Handle, Messenger, Telegram, Url, WhatsApp};
        const CASES: &[(&str, Option<(ContactKind, &str)>)] = &[
            ("https://jobs.example.com/a?b=1 x", Some((Url, "https://jobs.example.com/a?b=1"))),
            ("www.example.vn.", Some((Url, "www.example.vn"))),
            ("jobs.example.com, now", Some((Url, "jobs.example.com"))),
            ("t.me/example_hr", Some((Telegram, "t.me/example_hr"))),
            ("wa.me/000", Some((WhatsApp, "wa.me/000"))),
            ("line.me/ti/p/example", Some((Messenger, "line.me/ti/p/example"))),
            ("hr@example.org.", Some((Email, "hr@example.org"))),
            ("@example_hr!", Some((Handle, "@example_hr"))),
            ("@ 5", None),
            ("work.call", None),
            ("home.my", None),
            ("c@sino", None),
        ];
        for (text, expected) in CASES {
            let found = link_at(text, 0).map(|(kind, end)| (kind, &text[..end]));
            assert_eq!(found, *expected, "link in {text:?}");
        }
    }

    #[test]
    fn phones_and_what_is_not_one() {
        const CASES: &[(&str, Option<&str>)] = &[
            ("+855 00 000 000 now", Some("+855 00 000 000")),
            ("0000-000-000", Some("0000-000-000")),
            ("(855) 000", None),
            ("15000000", None),
            ("8000-12000", None),
            ("2024-11-24", None),
            ("138001380011", Some("138001380011")),
            ("๐๐๐-๐๐๐-๐๐๐๐", Some("๐๐๐-๐๐๐-๐๐๐๐")),
        ];
        for (text, expected) in CASES {
            assert_eq!(phone_at(text, 0).map(|end| &text[..end]), *expected, "phone in {text:?}");
        }
    }
}
