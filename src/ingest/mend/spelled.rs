//! Line ends and tabs spelled out, as when a program's escapes were written into a table.
//!
//! `and\not` and `C:\new` are honest. So a text is mended only when every backslash in it begins such an escape, none
//! follows a drive's letter, and at least one escape is followed by what begins a line: a capital, a sign of a list, a letter
//! of a script without capitals, a blank, another escape.

use memchr::memchr_iter;

use crate::posting::{Edits, Rewriter};

pub(super) fn undone(text: &str) -> Option<(String, Edits)> {
    let bytes = text.as_bytes();
    let mut rewriter = Rewriter::new(text);
    let (mut is_certain, mut done) = (false, 0);
    for at in memchr_iter(b'\\', bytes) {
        if at < done {
            continue;
        }
        let (len, by) = match &bytes[at + 1..] {
            [b'r', b'\\', b'n', ..] => (4, "\n"),
            [b'n' | b'r', ..] => (2, "\n"),
            [b't', ..] => (2, "\t"),
            // Escapes of the same programs that harm nobody.
            [b'"' | b'\'' | b'/', ..] => continue,
            _ => return None,
        };
        if is_behind_drive(&bytes[..at]) {
            return None;
        }
        done = at + len;
        is_certain |= text[done..].starts_with(begins_line);
        rewriter.replace(at..done, by);
    }
    if is_certain { rewriter.finish() } else { None }
}

/// `C:` before a path.
fn is_behind_drive(before: &[u8]) -> bool {
    match before {
        [letter, b':'] => letter.is_ascii_alphabetic(),
        [.., previous, letter, b':'] => letter.is_ascii_alphabetic() && !previous.is_ascii_alphanumeric(),
        _ => false,
    }
}

fn begins_line(c: char) -> bool {
    match c {
        '-' | '*' | '(' | '[' | '#' | '<' | '"' | '\\' => true,
        _ if c.is_ascii() => c.is_ascii_uppercase() || c.is_ascii_whitespace(),
        _ => !c.is_lowercase(),
    }
}
