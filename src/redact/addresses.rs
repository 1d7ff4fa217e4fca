//! E-mail addresses, links and `@names`.

use std::ops::Range;

use crate::{
    normalize::{link_at, messenger_of},
    redact::{
        Found, Kind,
        signs::{Sign, is_letter, sign_at},
        view::View,
    },
};

/// Ways to write `@` and `.` in an address.
const ATS: [&str; 4] = ["@", "(at)", "[at]", "{at}"];
const DOTS: [&str; 4] = [".", "(dot)", "[dot]", "{dot}"];
/// Networks whose address holds a person's name and nothing else.
const NETWORKS: [&str; 12] = [
    "facebook.com",
    "m.facebook.com",
    "fb.com",
    "fb.me",
    "instagram.com",
    "tiktok.com",
    "twitter.com",
    "x.com",
    "vk.com",
    "threads.net",
    "ok.ru",
    "linkedin.com",
];
/// Bytes of a scheme and a host together.
const LONGEST_HOST: usize = 256;
/// Digits from which on a messenger's name is a telephone number.
const LEAST_PHONE: usize = 7;

/// Finds all of a text.
pub(super) fn find(view: &View<'_>, found: &mut Vec<Found>) {
    let mut at = 0;
    while let Some(c) = view.char_at(at) {
        let end = if matches!(c, '@' | '(' | '[' | '{') {
            mail(view, at, found).or_else(|| handle(view, at, found))
        } else if is_word(c) && !view.char_before(at).is_some_and(is_word) {
            link(view, at, found)
        } else {
            None
        };
        at = end.unwrap_or(at + c.len_utf8());
    }
}

/// A character of a word that addresses are made of.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_letter(c)
}

/// An e-mail address around the `@` at byte `at`.
fn mail(view: &View<'_>, at: usize, found: &mut Vec<Found>) -> Option<usize> {
    let lower = view.lower.as_str();
    let sign = ATS.iter().find(|sign| lower[at..].starts_with(**sign))?;
    let before = lower[..at].trim_end_matches(' ');
    let is_local = |c: char| is_word(c) || c.is_ascii_digit() || "._%+-".contains(c);
    let local = before.trim_end_matches(is_local).len();
    let name = lower[local..before.len()].trim_start_matches(['.', '-']);
    let start = before.len() - name.len();
    let mut end = view.run(at + sign.len(), |c| c == ' ');
    // Blanks on one side only are those of a sentence: `mail us @ example`.
    let blanks = (at - before.len(), end - at - sign.len());
    if name.is_empty() || blanks.0 > 1 || blanks.1 > 1 || (*sign == "@" && blanks.0 != blanks.1) {
        return None;
    }
    let mut domain = String::new();
    loop {
        let label = view.run(end, |c| is_word(c) || c.is_ascii_digit() || c == '-');
        if label == end {
            break;
        }
        domain.push_str(&lower[end..label]);
        end = label;
        let rest = lower[end..].trim_start_matches(' ');
        let gap = lower.len() - end - rest.len();
        let dot = DOTS.iter().find(|dot| rest.starts_with(**dot) && (gap == 0 || dot.len() > 1));
        let Some(dot) = dot else { break };
        let next = view.run(end + gap + dot.len(), |c| c == ' ' && dot.len() > 1);
        if !view.char_at(next).is_some_and(is_word) {
            break;
        }
        domain.push('.');
        end = next;
    }
    let last = domain.rsplit_once('.').map_or("", |(_, last)| last).trim_end_matches('-');
    let is_domain = last.chars().count() >= 2 && last.chars().all(|c| is_letter(c) || c == '-');
    let is_taken = |one: &Found| one.view.end > start;
    if !is_domain || found.last().is_some_and(is_taken) {
        return None;
    }
    found.push(Found::new(view, Kind::Email, start..end, &format!("{name}@{domain}")));
    Some(end)
}

/// `@name` at byte `at`; behind a word only if that is a messenger's.
fn handle(view: &View<'_>, at: usize, found: &mut Vec<Found>) -> Option<usize> {
    let start = at + 1;
    let is_next = found.last().is_some_and(|one| one.view.end == at);
    if !view.text[at..].starts_with('@') || !(is_next || is_free(view, at)) {
        return None;
    }
    let run = view.run(start, |c| is_word(c) || c.is_ascii_digit() || "_.-".contains(c));
    let name = view.lower[start..run].trim_end_matches(['.', '-']);
    let end = start + name.len();
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    let kind = match name.len() {
        length if is_number && length >= LEAST_PHONE => Kind::Phone,
        length if is_number || length < 2 => return None,
        _ => Kind::Handle,
    };
    found.push(Found::new(view, kind, at..end, name));
    Some(end)
}

fn is_free(view: &View<'_>, at: usize) -> bool {
    if !view.char_before(at).is_some_and(is_word) {
        return true;
    }
    let word = view.text[..at].trim_end_matches(is_word).len();
    sign_at(view, word, Sign::Messenger) == Some(at)
}

/// A link that starts at byte `at`: its host stays, what is behind it goes.
fn link(view: &View<'_>, at: usize, found: &mut Vec<Found>) -> Option<usize> {
    let (host, tail) = parts(view, at)?;
    let name = view.lower[host].trim_start_matches("www.").to_owned();
    let text = &view.text[tail.clone()];
    if text.is_empty() {
        return Some(tail.end);
    }
    let (kind, canonical) = meaning(&name, text);
    found.push(Found::new(view, kind, tail.clone(), &canonical));
    Some(tail.end)
}

/// Host, and what is behind its slash.
fn parts(view: &View<'_>, at: usize) -> Option<(Range<usize>, Range<usize>)> {
    // Only so much is looked at before it is sure that this is a link: there may be one at every word.
    let near = beginning(&view.lower[at..]);
    let scheme = near.find("://").filter(|&end| end < 16 && near[..end].bytes().all(|b| b.is_ascii_alphanumeric()));
    let from = scheme.map_or(0, |end| end + 3);
    let is_of_host = |c: char| is_word(c) || c.is_ascii_digit() || ".-:_".contains(c);
    let length = near[from..].find(|c| !is_of_host(c)).unwrap_or(near.len() - from);
    let host = near[from..from + length].trim_end_matches(['.', ':', '-', '_']);
    let behind = &near[from + host.len()..];
    let (start, end) = (at + from, at + from + host.len());
    if scheme.is_some_and(|end| !near[..end].starts_with("http")) {
        // `tg://resolve?domain=name`: there is no host.
        return Some((start..start, start..tail_end(view, start)));
    }
    let last = host.rsplit_once('.').map_or("", |(_, last)| last);
    let has_domain = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_known = || link_at(near, 0).is_some_and(|(_, end)| end >= from + host.len());
    let is_link = scheme.is_some() || (has_domain && (behind.starts_with(['/', '?', '#']) || is_known()));
    if !is_link || host.is_empty() || behind.starts_with('@') {
        return None;
    }
    let tail = view.run(end, |c| c == '/');
    Some((start..end, tail..tail_end(view, tail).max(tail)))
}

/// The first characters of a text, of at most [`LONGEST_HOST`] bytes.
fn beginning(text: &str) -> &str {
    let end = (0..=LONGEST_HOST.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

/// Where a link that goes on at byte `at` ends; a full stop at its end is the sentence's.
fn tail_end(view: &View<'_>, at: usize) -> usize {
    let is_of_link = |c: char| is_word(c) || c.is_ascii_digit() || "._~:/?#@&+=%-$!*".contains(c);
    let end = view.run(at, is_of_link);
    at + view.text[at..end].trim_end_matches(['.', ':', '?', '!', '-', '*', '/', '#', '&', '=']).len()
}

/// Where the host of a messenger or network that stands at byte `at` ends: it says how, not who.
pub(super) fn channel_end(view: &View<'_>, at: usize) -> Option<usize> {
    if view.char_before(at).is_some_and(|c| is_word(c) || c == '-') {
        return None;
    }
    let near = beginning(&view.lower[at..]);
    let length = near.find(|c: char| !(c.is_ascii_alphanumeric() || ".-".contains(c))).unwrap_or(near.len());
    let host = near[..length].trim_end_matches('.');
    let name = host.trim_start_matches("www.");
    (messenger_of(name).is_some() || NETWORKS.contains(&name)).then_some(at + host.len())
}

/// What the part behind a host says: a name, a number, or just a page.
fn meaning(host: &str, tail: &str) -> (Kind, String) {
    let page = (Kind::Link, format!("{host}/{}", tail.trim_end_matches('/')));
    let is_messenger = messenger_of(host).is_some() || matches!(host, "whatsapp.com" | "viber.com" | "discord.gg");
    if !is_messenger && !NETWORKS.contains(&host) && !host.is_empty() {
        return page;
    }
    let is_invite = ["joinchat", "+", "invite", "ti/g", "qun/", "g/"].iter().any(|sign| tail.starts_with(sign))
        || matches!(host, "chat.whatsapp.com" | "discord.gg");
    let value = ["phone=", "number=", "domain="].iter().find_map(|key| Some(tail.split_once(key)?.1));
    let path = tail.split(['?', '#', '&']).next().unwrap_or("");
    let path = path.strip_prefix("s/").or_else(|| path.strip_prefix("in/")).unwrap_or(path);
    let segment = match value {
        Some(value) => value.split('&').next().unwrap_or(""),
        None if is_messenger => path.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or(""),
        None if !path.trim_end_matches('/').contains('/') && !path.contains(".php") => path.trim_end_matches('/'),
        None => return page,
    };
    let segment = segment.trim_start_matches("%2b").trim_start_matches("%2B");
    let name = segment.trim_start_matches(['@', '~', '+', ' ']).to_lowercase();
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= LEAST_PHONE && name.chars().all(|c| c.is_ascii_digit() || "-.() ".contains(c)) {
        return (Kind::Phone, digits);
    }
    // A post of a channel: the channel is who it is.
    let name = match path.split('/').next() {
        Some(first) if host == "t.me" && value.is_none() && !digits.is_empty() && first != name => first.to_lowercase(),
        _ => name,
    };
    if is_invite || name.len() < 2 { page } else { (Kind::Handle, name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::tests::seen_by;

    #[test]
    fn addresses_by_hand() {
        const CASES: &[(&str, &[&str])] = &[
            ("Mail HR@Example.org.", &["email HR@Example.org hr@example.org"]),
            ("联系hr.lily@example.com谢谢", &["email hr.lily@example.com hr.lily@example.com"]),
            ("ｈｒ＠ｅｘａｍｐｌｅ．ｃｏｍ", &["email ｈｒ＠ｅｘａｍｐｌｅ．ｃｏｍ hr@example.com"]),
            ("hr (at) example [dot] com", &["email hr (at) example [dot] com hr@example.com"]),
            ("hr @ example.com", &["email hr @ example.com hr@example.com"]),
            ("@Example_HR!", &["handle @Example_HR example_hr"]),
            ("Telegram@abc12", &["handle @abc12 abc12"]),
            ("w@rk, 5 @ 3, @5", &[]),
            ("https://t.me/Example_HR", &["handle Example_HR example_hr"]),
            ("t.me/example_hr/123", &["handle example_hr/123 example_hr"]),
            ("t.me/+AbCd", &["link +AbCd t.me/+AbCd"]),
            ("t.me/joinchat/AbCd", &["link joinchat/AbCd t.me/joinchat/AbCd"]),
            ("tg://resolve?domain=Example_hr", &["handle resolve?domain=Example_hr example_hr"]),
            ("wa.me/85500000000?text=hi", &["phone 85500000000?text=hi 85500000000"]),
            (
                "https://api.whatsapp.com/send?phone=85500000000&text=x",
                &["phone send?phone=85500000000&text=x 85500000000"],
            ),
            ("chat.whatsapp.com/AbCdEf", &["link AbCdEf chat.whatsapp.com/AbCdEf"]),
            ("line.me/ti/p/~example", &["handle ti/p/~example example"]),
            ("zalo.me/0900000000", &["phone 0900000000 0900000000"]),
            ("facebook.com/example.hr/", &["handle example.hr example.hr"]),
            ("www.facebook.com/profile.php?id=100", &["link profile.php?id=100 facebook.com/profile.php?id=100"]),
            ("see https://Jobs.example.com/a?b=1.", &["link a?b=1 jobs.example.com/a?b=1"]),
            ("example.club/người-việc", &["link người-việc example.club/người-việc"]),
            ("www.example.com and/or e.g. home.my", &[]),
        ];
        for (text, expected) in CASES {
            assert_eq!(seen_by(find, text), *expected, "{text}");
        }
    }
}
