//! A line of JSON → its cells.
//!
//! Members of nested objects are columns too, named by their path: `job.title`. A list of texts is a text of as many
//! lines; what is deeper or more mixed than that comes as JSON.

use std::{borrow::Cow, collections::HashMap, fmt, mem};

use serde::{
    Deserialize, Deserializer as _,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Error, value::RawValue};

/// Levels of objects that are columns.
const DEEPEST: usize = 8;
/// Members of an object, and items of a list, that are taken.
const MOST_MEMBERS: usize = 100_000;
/// Columns of a file.
pub(super) const MOST_KEYS: usize = 10_000;

/// The columns of a JSON lines file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    paths: Vec<String>,
    columns: HashMap<String, usize>,
}

impl Keys {
    /// Adds the columns of a line; what is wrong with it otherwise.
    pub(super) fn learn(&mut self, line: &[u8]) -> Result<(), String> {
        walk(text(line)?, "", 1, &mut |path, _| {
            if !self.columns.contains_key(&path) && self.paths.len() < MOST_KEYS {
                self.columns.insert(path.clone(), self.paths.len());
                self.paths.push(path);
            }
        })
        .map_err(|fault| told(&fault))
    }

    /// The paths, in the order in which they were met.
    pub(super) fn paths(&self) -> &[String] {
        &self.paths
    }
}

/// Takes lines apart.
#[derive(Debug, Default)]
pub(super) struct JsonParser {
    cells: Vec<String>,
}

impl JsonParser {
    /// Writes the cells of a line, end to end, and where each ends; whether it had members beyond `keys`.
    pub(super) fn split(
        &mut self,
        line: &[u8],
        keys: &Keys,
        joined: &mut String,
        ends: &mut Vec<usize>,
    ) -> Result<bool, String> {
        let mut has_more = false;
        self.cells.iter_mut().for_each(String::clear);
        self.cells.resize(keys.paths.len(), String::new());
        let walked = walk(text(line)?, "", 1, &mut |path, value| match keys.columns.get(&path) {
            Some(&column) => {
                let mut cell = mem::take(&mut self.cells[column]);
                cell.clear();
                cell.push_str(&cell_of(value));
                self.cells[column] = cell;
            }
            None => has_more |= value != "null",
        });
        walked.map_err(|fault| told(&fault))?;
        joined.clear();
        ends.clear();
        for cell in &self.cells {
            joined.push_str(cell);
            ends.push(joined.len());
        }
        Ok(has_more)
    }
}

fn text(line: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(line).map_err(|fault| format!("invalid UTF-8 at byte {} of the line", fault.valid_up_to()))
}

/// What is wrong with a line, without the line number that the parser counts from the line itself.
fn told(fault: &Error) -> String {
    let text = fault.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    format!("{text} at byte {} of the line", fault.column())
}

/// Path and value of every member that is no object with members of its own, in the order of the text.
fn walk<'a>(object: &'a str, above: &str, depth: usize, visit: &mut impl FnMut(String, &'a str)) -> Result<(), Error> {
    for (key, value) in serde_json::from_str::<Members<'a>>(object)?.0 {
        let path = if above.is_empty() { key } else { format!("{above}.{key}") };
        let value = value.get();
        let is_object = value.strip_prefix('{').is_some_and(|rest| !rest.trim_start().starts_with('}'));
        if is_object && depth < DEEPEST {
            walk(value, &path, depth + 1, visit)?;
        } else {
            visit(path, value);
        }
    }
    Ok(())
}

/// A value as a cell.
fn cell_of(value: &str) -> Cow<'_, str> {
    match value.as_bytes() {
        [b'"', ..] => string(value).map_or(value.into(), Cow::Owned),
        [b'[', ..] => lines(value).map_or(value.into(), Cow::Owned),
        b"null" => "".into(),
        _ => value.into(),
    }
}

/// A list of texts, numbers and the like as lines.
fn lines(list: &str) -> Option<String> {
    let items = serde_json::from_str::<Items<'_>>(list).ok()?.0;
    let mut text = String::new();
    for (at, item) in items.iter().enumerate() {
        if item.get().starts_with(['{', '[']) {
            return None;
        }
        if at > 0 {
            text.push('\n');
        }
        text.push_str(&cell_of(item.get()));
    }
    Some(text)
}

/// A JSON string; half of a surrogate pair, as scrapers write it, is U+FFFD.
fn string(value: &str) -> Option<String> {
    struct Lossy;
    impl Visitor<'_> for Lossy {
        type Value = String;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }
        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
            Ok(String::from_utf8_lossy(bytes).into_owned())
        }
    }
    serde_json::Deserializer::from_str(value).deserialize_bytes(Lossy).ok()
}

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Walk;
        impl<'de> Visitor<'de> for Walk {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    if members.len() == MOST_MEMBERS {
                        return Err(A::Error::custom(format_args!("over {MOST_MEMBERS} members")));
                    }
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Walk)
    }
}

struct Items<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Walk;
        impl<'de> Visitor<'de> for Walk {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Items<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    if items.len() == MOST_MEMBERS {
                        return Err(A::Error::custom(format_args!("over {MOST_MEMBERS} items")));
                    }
                    items.push(item);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(Walk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_by_hand() {
        const CASES: &[(&str, &str)] = &[
            (r#"{"a":"x\n\u4e2d","b":1.50}"#, "a=x\n中|b=1.50"),
            (r#"{"a":{"b":{"c":"x"}},"d":null,"e":true}"#, "a.b.c=x|d=|e=true"),
            (r#"{"a":["x","y",3,null]}"#, "a=x\ny\n3\n"),
            (r#"{"a":[{"b":1}],"c":[],"d":{}}"#, r#"a=[{"b":1}]|c=|d={}"#),
            (r#"{"a":"half \ud83d end"}"#, "a=half \u{fffd} end"),
            (r#"{"a":1,"a":"last"}"#, "a=last"),
            ("{}", ""),
        ];
        for (line, expected) in CASES {
            let mut keys = Keys::default();
            keys.learn(line.as_bytes()).unwrap();
            let (mut joined, mut ends) = (String::new(), Vec::new());
            assert_eq!(JsonParser::default().split(line.as_bytes(), &keys, &mut joined, &mut ends), Ok(false));
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let cells = keys
                .paths
                .iter()
                .zip(starts.zip(&ends))
                .map(|(path, (from, &to))| format!("{path}={}", &joined[from..to]));
            // Half a pair is written as the decoder does it, one mark a byte or one in all.
            let seen = cells.collect::<Vec<_>>().join("|").replace("\u{fffd}\u{fffd}\u{fffd}", "\u{fffd}");
            assert_eq!(seen, *expected, "{line}");
        }
    }

    #[test]
    fn no_depth_is_too_much() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        let nested = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        for line in [deep, nested] {
            let mut keys = Keys::default();
            keys.learn(line.as_bytes()).unwrap();
            assert_eq!(keys.paths().len(), 1);
            JsonParser::default().split(line.as_bytes(), &keys, &mut String::new(), &mut Vec::new()).unwrap();
        }
    }

    #[test]
    fn faults_by_hand() {
        const CASES: &[(&[u8], &str)] = &[
            (b"{\"a\":1", "EOF while parsing an object at byte 6 of the line"),
            (b"[1]", "invalid type: sequence, expected a JSON object at byte 0 of the line"),
            (b"{\"a\":1} x", "trailing characters at byte 9 of the line"),
            (b"{\"a\":\"\xff\"}", "invalid UTF-8 at byte 6 of the line"),
        ];
        for (line, expected) in CASES {
            assert_eq!(Keys::default().learn(line), Err((*expected).to_owned()));
        }
    }
}
