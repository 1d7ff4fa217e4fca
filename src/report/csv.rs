//! Scored rows as CSV: the input's own bytes (of JSON lines the cells), and four columns more.
//!
//! No cell of ours begins with `=`, `+`, `-` or `@`, which spreadsheets would run as a formula; nor does any part of one,
//! should a spreadsheet take another delimiter than the file has.

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
        cells(scored.cells.iter().copied(), delimiter, text);
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

/// A record of some cells, without a line end.
pub(super) fn record(content: &[&str], delimiter: u8) -> Vec<u8> {
    let mut text = Vec::new();
    cells(content.iter().copied(), delimiter, &mut text);
    // A lone empty cell would be a blank line.
    if text.is_empty() { b"\"\"".to_vec() } else { text }
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
        Some((end, _)) => text.extend([&inert(&shown[..end]), "…"]),
        None => text.push_str(&inert(&shown)),
    }
    // Writing to a string does not fail.
    let _ = match &reason.cue {
        Some(cue) => write!(text, "\" ({cue} in {})", reason.field.name()),
        None => write!(text, "\" ({})", reason.field.name()),
    };
    text
}

/// A quotation with an apostrophe before every sign that would begin a formula if the text were cut before it.
fn inert(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    let mut is_beginning = false;
    for c in text.chars() {
        if is_beginning && matches!(c, '=' | '+' | '-' | '@') {
            inert.push('\'');
        }
        is_beginning =
            matches!(c, ',' | ';' | '|' | '\t') || (is_beginning && (c.is_whitespace() || matches!(c, '"' | '\'')));
        inert.push(c);
    }
    inert
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
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;
    use crate::posting::{Field, Span};

    fn by_word(text: &str, cue: Option<&str>) -> Reason {
        let span = Span::new(0, text.len());
        let cue = cue.map(str::to_owned);
        Reason { cue, feature: None, weight: 1.0, piece: 0, field: Field::Title, span, text: text.to_owned() }
    }

    /// What a spreadsheet may take for cells, if it splits at another delimiter than was meant.
    fn parts(cell: &str) -> impl Iterator<Item = &str> {
        cell.split([',', ';', '|', '\t', '\n', '\r'])
            .map(|part| part.trim_start_matches(|c: char| c.is_whitespace() || c == '"'))
    }

    #[test]
    fn formulas_behind_a_delimiter_are_made_text() {
        let shown = reason(&by_word("x;=1+1,\t\"@SUM(a) | -2", None));
        assert_eq!(shown, "raises 1.00 \"x;'=1+1, \"'@SUM(a) | '-2\" (title)");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_cell_of_ours_is_a_formula(
            texts in vec(vec(select(&["=", "+", "-", "@", ";", ",", "|", "\t", "\r", "\n", "\"", "'", " ", "\u{a0}", "a", "SUM(1)"][..]), 0..12), 1..4),
            delimiter in select(&[b',', b';', b'\t', b'|'][..]),
        ) {
            let reasons: Vec<String> = texts.iter().map(|text| reason(&by_word(&text.concat(), Some("P4")))).collect();
            let joined = reasons.join("; ");
            for part in parts(&joined) {
                prop_assert!(!part.starts_with(['=', '+', '-', '@']), "{:?} of {}", part, joined);
            }
            let mut written = Vec::new();
            cell(&joined, delimiter, &mut written);
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(&*written);
            let record = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(record.iter().collect::<Vec<_>>(), [joined.as_str()]);
        }
    }

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
