//! Emoji and signs: one for the several that people use for the same thing.

use crate::normalize::classes::{Class, class};

/// Where the symbol `c` at `start` ends: a flag is two regional indicators.
pub(super) fn symbol_end(text: &str, start: usize, c: char) -> usize {
    let end = start + c.len_utf8();
    let is_regional = |c: char| matches!(c, '\u{1F1E6}'..='\u{1F1FF}');
    match text[end..].chars().next() {
        Some(second) if is_regional(c) && is_regional(second) => end + second.len_utf8(),
        _ => end,
    }
}

/// Appends what the symbol `c` is compared by; nothing for invisible parts.
///
/// Emoji stay emoji and do not become words: `✈` is a flight to one recruiter and Telegram to the next, and `💰` before a
/// salary is decoration. Signs that spell a word are that word.
pub(super) fn plain_symbol(c: char, out: &mut String) {
    out.push(match c {
        '🛫' | '🛬' | '🛩' | '🛪' => '✈',
        '💵' | '💸' | '🤑' | '💲' | '💴' | '💶' | '💷' | '🪙' => '💰',
        '🏡' | '🏘' | '🏚' => '🏠',
        '📲' | '☎' | '📞' | '🕻' | '🕽' | '🕾' | '🕿' => '📱',
        '🖥' | '⌨' | '🖮' | '🖳' => '💻',
        '🎲' | '🃏' => '🎰',
        '＄' => '$',
        '￥' => '¥',
        '￦' => '₩',
        '￡' => '£',
        '￠' => '¢',
        '🆒' => return out.push_str("cool"),
        '🆓' => return out.push_str("free"),
        '🆕' => return out.push_str("new"),
        '🆗' => return out.push_str("ok"),
        '🆘' => return out.push_str("sos"),
        '🆙' => return out.push_str("up"),
        '🆚' => return out.push_str("vs"),
        _ if class(c) == Class::Ignorable => return,
        _ => c,
    });
}
