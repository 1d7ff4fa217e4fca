//! What is left of a column of contacts.

use crate::redact::{
    Found, Kind,
    addresses::channel_end,
    signs::{Sign, sign_at},
    view::View,
};

/// Words that say how to get in touch, not with whom.
const CHANNELS: [Sign; 8] =
    [Sign::Messenger, Sign::Phone, Sign::Person, Sign::Id, Sign::Filler, Sign::Title, Sign::TitleIfCapital, Sign::Word];

/// Every run of words that are no channel's.
pub(super) fn rest(text: &str) -> Vec<Found> {
    let view = View::of(text);
    let mut found = Vec::new();
    let mut at = 0;
    let mut run: Option<(usize, usize)> = None;
    let mut end_run = |run: &mut Option<(usize, usize)>| {
        if let Some((start, end)) = run.take() {
            let canonical = view.lower[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
            found.push(Found::new(&view, Kind::Contact, start..end, &canonical));
        }
    };
    while let Some(c) = view.char_at(at) {
        let sign = CHANNELS.into_iter().filter_map(|kind| sign_at(&view, at, kind)).max();
        let channel = channel_end(&view, at).or(sign);
        if let Some(end) = channel.filter(|_| run.is_none_or(|(_, end)| end < at)) {
            end_run(&mut run);
            at = end;
            continue;
        }
        let end = at + c.len_utf8();
        if c.is_alphanumeric() {
            run = Some((run.map_or(at, |(start, _)| start), end));
        } else if ",;/|:()[]{}，；、（）：".contains(c) || (c.is_whitespace() && c != ' ') {
            end_run(&mut run);
        }
        at = end;
    }
    end_run(&mut run);
    found
}
