//! Scored rows as JSON lines: every input column as text, then the same four as in CSV, the reasons as objects.
//!
//! Of JSON lines, the objects go through byte for byte, with four members more.

use serde_json::{Map, Value, json};

use crate::{
    explain::Reason,
    ingest::{Columns, Role},
    report::{ADDED, reporter::Scored},
};

/// A row.
pub(super) fn row(scored: &Scored<'_>, text: &mut Vec<u8>) {
    let mut object = Map::new();
    if !scored.is_json {
        for (header, cell) in scored.columns.headers().iter().zip(scored.cells) {
            object.insert(header.clone(), (*cell).into());
        }
    }
    let [probability, tier, cues, reasons] = ADDED;
    object.insert(probability.to_owned(), scored.probability.parse::<f64>().unwrap_or(0.0).into());
    object.insert(tier.to_owned(), scored.tier.name().into());
    object.insert(cues.to_owned(), scored.cues.into());
    let list: Vec<Value> = scored.reasons.iter().map(|one| reason(one, scored.columns)).collect();
    object.insert(reasons.to_owned(), list.into());
    let object = Value::Object(object).to_string();
    let mut added = object.as_str();
    if scored.is_json
        && let Some(own) = scored.record.trim_ascii().strip_suffix(b"}")
    {
        text.extend_from_slice(own);
        added = added.trim_start_matches('{');
        if own.trim_ascii_end() != b"{" {
            text.push(b',');
        }
    }
    text.extend_from_slice(added.as_bytes());
    text.push(b'\n');
}

/// Which of the members [`ADDED`] an object has already.
pub(super) fn taken(record: &[u8]) -> Option<&'static str> {
    let record = std::str::from_utf8(record).ok()?;
    // An escaped name is nobody's habit; it would come out twice.
    if !ADDED.iter().any(|name| record.contains(name)) {
        return None;
    }
    let object: Map<String, Value> = serde_json::from_str(record).ok()?;
    ADDED.into_iter().find(|name| object.contains_key(*name))
}

/// A reason: `start` and `end` are bytes of the cell under `column`.
fn reason(reason: &Reason, columns: &Columns) -> Value {
    let mut object = Map::new();
    match (&reason.cue, &reason.feature) {
        (Some(cue), _) => object.insert("cue".to_owned(), cue.as_str().into()),
        (None, feature) => object.insert("feature".to_owned(), feature.as_deref().unwrap_or("").into()),
    };
    object.insert("weight".to_owned(), json!(reason.weight));
    object.insert("field".to_owned(), reason.field.name().into());
    object.insert("column".to_owned(), columns.header_of(Role::Text(reason.field)).into());
    object.insert("start".to_owned(), reason.span.start.into());
    object.insert("end".to_owned(), reason.span.end.into());
    object.insert("text".to_owned(), reason.text.as_str().into());
    Value::Object(object)
}
