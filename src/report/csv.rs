//! Scored rows as CSV: the input's own bytes (of JSON lines the cells), and four columns more.
//!
//! No cell of ours begins with `=`, `+`, `-` or `@`, which spreadsheets would run as a formula.

use std::{fmt::Write as _, io::Write as _};

use crate::{
    explain::Reason,
    ingest::Input,
    report::{ADDED, reporter::Scored},
};

/// Characters of a reason's text that are shown.
const SHOWN: usize = 60;

/// The header, with a byte order mark if the input has one.
pub(super) fn head(input: &Input) -> Vec<u8> {
    let mut head = Vec::new();
    if input.has_bom() {
        head.extend_from_slice("\u{feff}".as_bytes());
    }
    if input.form().is_json() {
        cells(input.headers().iter().map(String::as_str), input.delimiter(), &mut head);
    } else {
        head.extend_from_slice(input.header_bytes());
    }
    for column in ADDED {
        head.push(input.delimiter());
        head.extend_from_slice(column.as_bytes());
    }
    head.extend_from_slice(input.line_end().as_bytes());
    head
}

/// A row.
pub(super) fn row(scored: &Scored<'_>, delimiter: u8, text: &mut Vec<u8>) {
    if scored.is_json {
        cells(scored.fields.iter(), delimiter, text);
    } else {
        text.extend_from_slice(scored.record);
    }
    text.push(delimiter);
    text.extend_from_slice(scored.probability.as_bytes());
    text.push(delimiter);
    text.extend_from_slice(scored.tier.name().as_bytes());
    text.push(delimiter);
    cell(&scored.cues.join(";"), delimiter, text);
    text.push(delimiter);
    let reasons: Vec<String> = scored.reasons.iter().map(reason).collect();
    cell(&reasons.join("; "), delimiter, text);
    text.extend_from_slice(scored.line_end);
}

/// A reason as text: `raises 1.23 "free visa" (T3 in title)`, `lowers 0.45 "staff canteen" (description)`.
fn reason(reason: &Reason) -> String {
    let turn = if reason.weight < 0.0 { "lowers" } else { "raises" };
    let mut text = format!("{turn} {:.2} \"", reason.weight.abs());
    let mut words = reason.text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut shown: String = words.next().unwrap_or("").to_owned();
    for word in words {
        shown.push(' ');
        shown.push_str(word);
    }
    match shown.char_indices().nth(SHOWN) {
        Some((end, _)) => text.extend([&shown[..end], "…"]),
        None => text.push_str(&shown),
    }
    // Writing to a string does not fail.
    let _ = match &reason.cue {
        Some(cue) => write!(text, "\" ({cue} in {})", reason.field.name()),
        None => write!(text, "\" ({})", reason.field.name()),
    };
    text
}

/// Cells of the input that are not CSV there. What they say is the user's own, and goes through as it is.
fn cells<'a>(cells: impl Iterator<Item = &'a str>, delimiter: u8, text: &mut Vec<u8>) {
    for (at, content) in cells.enumerate() {
        if at > 0 {
            text.push(delimiter);
        }
        cell(content, delimiter, text);
    }
}

/// A cell, in quotes where it must be.
fn cell(content: &str, delimiter: u8, text: &mut Vec<u8>) {
    let needs_quotes = |byte| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if content.bytes().any(needs_quotes) {
        // Writing to memory does not fail.
        let _ = write!(text, "\"{}\"", content.replace('"', "\"\""));
    } else {
        text.extend_from_slice(content.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::posting::{Field, Span};

    #[test]
    fn reasons_by_hand() {
        let long = "x".repeat(70);
        let cases: [(Option<&str>, f64, &str, String); 4] = [
            (Some("T3"), 1.234, "free\r\nvisa", "raises 1.23 \"free visa\" (T3 in title)".to_owned()),
            (None, -0.455, "=1+1", "lowers 0.46 \"=1+1\" (title)".to_owned()),
            (None, 0.0, "", "raises 0.00 \"\" (title)".to_owned()),
            (None, 2.0, &long, format!("raises 2.00 \"{}…\" (title)", "x".repeat(60))),
        ];
        for (cue, weight, text, expected) in cases {
            let one = Reason {
                cue: cue.map(str::to_owned),
                feature: None,
                weight,
                piece: 0,
                field: Field::Title,
                span: Span::new(0, text.len()),
                text: text.to_owned(),
            };
            assert_eq!(reason(&one), expected);
        }
    }
}
