//! Rows without personal data: every cell, every text of a JSON object, and the reasons, which quote them.
//!
//! A score is that of the text as it came. The reasons' places are moved to where the text stands in the redacted cell,
//! so that what a reader finds there is still what the reason quotes; a place that touches a tag takes in all of it.

use serde_json::{Map, Value};

use crate::{
    explain::Reason,
    ingest::{Columns, Fields, Role, mended},
    posting::Field,
    redact::{Key, Redacted, redact_piece},
};

/// The field of cells that are only looked through: mending does not ask which it is.
const FIELD: Field = Field::Description;

/// The cells of a row, redacted.
pub(super) fn cells(fields: &Fields, columns: &Columns, key: &Key) -> Vec<Redacted> {
    let contact = columns.of(Role::Text(Field::Contact));
    let mut key = key.clone();
    let cell = |(column, text)| redact_piece(&mended(FIELD, text), contact == Some(column), &mut key);
    fields.iter().enumerate().map(cell).collect()
}

/// Moves the reasons to the redacted cells.
pub(super) fn reasons<'a>(reasons: &mut [Reason], cell_of: impl Fn(&Reason) -> Option<&'a Redacted>) {
    for reason in reasons {
        let Some(cell) = cell_of(reason) else { continue };
        let is_touched = cell.touches(reason.span);
        reason.span = cell.place(reason.span);
        if is_touched {
            cell.text.get(reason.span.start..reason.span.end).unwrap_or("").clone_into(&mut reason.text);
            // The comparable form of a name is the name.
            if reason.feature.is_some() {
                reason.feature = Some(reason.text.clone());
            }
        }
    }
}

/// A JSON object with every text in it redacted; `None` where nothing was found.
///
/// A number that looks like personal data becomes a text. Names of members stay.
///
/// # Errors
///
/// What `serde_json` has to say of an object that it does not hold: too deep, or a number too large.
pub(super) fn object(record: &[u8], contact: Option<&str>, key: &Key) -> serde_json::Result<Option<Vec<u8>>> {
    let mut object: Map<String, Value> = serde_json::from_slice(record)?;
    let mut walker = Walker { contact, key: key.clone(), is_changed: false };
    for (name, value) in &mut object {
        walker.walk(name, value);
    }
    Ok(walker.is_changed.then(|| Value::Object(object).to_string().into_bytes()))
}

/// A JSON object of some cells as texts.
pub(super) fn object_of(columns: &Columns, cells: &[&str]) -> Vec<u8> {
    let members = columns.headers().iter().zip(cells).map(|(header, cell)| (header.clone(), Value::from(*cell)));
    Value::Object(members.collect()).to_string().into_bytes()
}

struct Walker<'a> {
    /// Path of the member that holds nothing but contacts.
    contact: Option<&'a str>,
    key: Key,
    is_changed: bool,
}

impl Walker<'_> {
    fn walk(&mut self, path: &str, value: &mut Value) {
        let text = match &*value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(path, item)),
            Value::Object(members) => {
                for (name, value) in members {
                    self.walk(&format!("{path}.{name}"), value);
                }
            }
            _ => {
                let is_contact = self.contact == Some(path);
                let redacted = redact_piece(&mended(FIELD, &*text), is_contact, &mut self.key);
                if redacted.is_changed() {
                    self.is_changed = true;
                    *value = Value::String(redacted.text);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{posting::Span, redact::redact};

    #[test]
    fn objects_by_hand() {
        let key = Key::new("test", b"0123456789abcdef").unwrap();
        let redacted = |text: &str| {
            object(text.as_bytes(), Some("how.contact"), &key).unwrap().map(|text| String::from_utf8(text).unwrap())
        };
        let phone = key.tag(crate::redact::Kind::Phone, "85500000001");
        assert_eq!(redacted(r#"{"b": 8.50, "a": ["x", 1], "n": null}"#), None);
        assert_eq!(
            redacted(r#"{"b":"+855 00 000 001","a":[85500000001,2.5]}"#).unwrap(),
            format!(r#"{{"b":"{phone}","a":["{phone}",2.5]}}"#)
        );
        let seen = redacted(r#"{"how":{"contact":"Lily","note":"Lily"}}"#).unwrap();
        assert!(
            seen.starts_with(r#"{"how":{"contact":"[contact:"#) && seen.ends_with(r#"]","note":"Lily"}}"#),
            "{seen}"
        );
    }

    #[test]
    fn what_only_shows_when_it_is_read_is_found_as_well() {
        let key = Key::new("test", b"0123456789abcdef").unwrap();
        let cell = |text: &str, is_contact| redact_piece(&mended(FIELD, text), is_contact, &mut key.clone()).text;
        let email = cell("hr@example.com", false);
        assert_eq!(cell("<p>Write to hr&#64;example.com</p>", false), format!("<p>Write to {email}</p>"));
        assert_eq!(cell("<p>hr@exa<b>mple</b>.com now</p>", false), format!("<p>{email} now</p>"));
        let both = cell("<p>Lily<br>hr@example.com</p>", true);
        assert!(both.starts_with("<p>[contact:") && both.ends_with(&format!("{email}</p>")), "{both}");
        for text in
            ["<p>hr&#64;example.com</p>", "<a href=\"https://t.me/lily\">Lily</a>", "a &amp; b<p>\\n012 345 678\\n"]
        {
            let once = cell(text, false);
            assert_eq!(cell(&once, false), once, "{text}");
            assert!(!once.contains("lily") && !once.contains("345"), "{once}");
        }
    }

    #[test]
    fn a_reason_that_quotes_a_tag_says_the_tag_and_nothing_else() {
        let key = Key::new("test", b"0123456789abcdef").unwrap();
        let text = "work, call Ms. Lily now";
        let cell = redact(text, &mut key.clone());
        let reason = |start, end| Reason {
            cue: None,
            feature: Some("lily".to_owned()),
            weight: 1.0,
            piece: 0,
            field: Field::Title,
            span: Span::new(start, end),
            text: text[start..end].to_owned(),
        };
        let mut all = [reason(0, 4), reason(15, 19), reason(11, 23)];
        reasons(&mut all, |_| Some(&cell));
        let tag = key.tag(crate::redact::Kind::Name, "lily");
        assert_eq!(all[0].text, "work");
        assert_eq!((all[1].text.as_str(), all[1].feature.as_deref()), (tag.as_str(), Some(tag.as_str())));
        assert_eq!(all[2].text, format!("Ms. {tag} now"));
        for one in &all {
            assert_eq!(one.text, one.span.of(&cell.text));
        }
    }
}
