//! One record → its cells.

use std::{mem, sync::Arc};

use memchr::memchr;

use crate::{
    error::RowFault,
    ingest::json::{JsonParser, Keys},
};

/// How the records of a file are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// CSV, with this between fields.
    Delimited(u8),
    /// A JSON object a line, with these columns.
    JsonLines(Arc<Keys>),
}

impl Form {
    /// Whether it is JSON lines.
    #[must_use]
    pub fn is_json(&self) -> bool {
        matches!(self, Self::JsonLines(_))
    }
}

/// The cells of a record, unquoted, in one buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    text: String,
    ends: Vec<usize>,
    has_more: bool,
}

impl Fields {
    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the record has members that are no column: those that the first rows of a JSON lines file do not have.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.has_more
    }

    /// Whether there is no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell of a column, from 0; of a record that could not be parsed there may be none.
    #[must_use]
    pub fn get(&self, column: usize) -> Option<&str> {
        let end = *self.ends.get(column)?;
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        self.text.get(start..end)
    }

    /// All cells in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|column| self.get(column))
    }
}

/// Takes records apart. One a thread: it keeps buffers.
pub struct Parser {
    delimiter: u8,
    json: Option<(Arc<Keys>, JsonParser)>,
}

impl Parser {
    /// For records whose fields are separated by `delimiter`.
    #[must_use]
    pub fn new(delimiter: u8) -> Self {
        Self { delimiter, json: None }
    }

    /// For records of this form.
    #[must_use]
    pub fn of(form: &Form) -> Self {
        match form {
            Form::Delimited(delimiter) => Self::new(*delimiter),
            Form::JsonLines(keys) => Self { json: Some((Arc::clone(keys), JsonParser::default())), ..Self::new(b',') },
        }
    }

    /// The cells of a record that must fit `headers` and hold no field over `longest` bytes.
    ///
    /// # Errors
    ///
    /// [`RowFault::Ragged`], [`RowFault::Utf8`], [`RowFault::Json`] or [`RowFault::TooLong`]; `fields` is then of no use.
    pub fn parse(
        &mut self,
        record: &[u8],
        headers: &[String],
        longest: usize,
        fields: &mut Fields,
    ) -> Result<(), RowFault> {
        let name = |column: usize| headers[column].trim().to_owned();
        if let Some((keys, json)) = &mut self.json {
            let has_more = json.split(record, keys, &mut fields.text, &mut fields.ends);
            fields.has_more = has_more.map_err(|fault| RowFault::Json { fault })?;
        } else {
            let split = self.split(record, fields);
            let found = fields.len();
            if found != headers.len() {
                return Err(RowFault::Ragged { found, expected: headers.len() });
            }
            split.map_err(|(column, byte)| RowFault::Utf8 { column: name(column), byte })?;
        }
        if record.len() > longest
            && let Some((column, cell)) = fields.iter().enumerate().find(|(_, cell)| cell.len() > longest)
        {
            return Err(RowFault::TooLong { column: name(column), bytes: cell.len(), limit: longest });
        }
        Ok(())
    }

    /// The cells of a record, however many; for bytes that are no UTF-8 the column and the place in its cell.
    pub(super) fn split(&mut self, record: &[u8], fields: &mut Fields) -> Result<(), (usize, usize)> {
        let mut text = mem::take(&mut fields.text).into_bytes();
        text.clear();
        fields.ends.clear();
        let mut rest = Some(record);
        while let Some(cells) = rest {
            rest = cell(cells, self.delimiter, &mut text);
            fields.ends.push(text.len());
        }
        match String::from_utf8(text) {
            Ok(text) => {
                fields.text = text;
                // The first half of a character at the end of one cell and the second at the start of the next are whole
                // only side by side.
                match fields.ends.iter().position(|&end| !fields.text.is_char_boundary(end)) {
                    None => Ok(()),
                    Some(column) => {
                        let end = fields.ends[column];
                        let broken = (0..end).rev().find(|&at| fields.text.is_char_boundary(at)).unwrap_or(0);
                        Err(place(&fields.ends, broken))
                    }
                }
            }
            Err(fault) => Err(place(&fields.ends, fault.utf8_error().valid_up_to())),
        }
    }
}

/// Appends the first of some cells to `text`; the cells behind it, if there are any.
///
/// The rules are those of [`Scanner`](super::scan::Scanner): a quote opens a cell only at its start, a doubled quote inside
/// is one quote, quotes elsewhere are text.
fn cell<'a>(cells: &'a [u8], delimiter: u8, text: &mut Vec<u8>) -> Option<&'a [u8]> {
    let [b'"', quoted @ ..] = cells else { return plain(cells, delimiter, text) };
    let mut rest = quoted;
    while let Some(quote) = memchr(b'"', rest) {
        let is_doubled = rest.get(quote + 1) == Some(&b'"');
        text.extend_from_slice(&rest[..quote + usize::from(is_doubled)]);
        rest = &rest[quote + 1..];
        if !is_doubled {
            return plain(rest, delimiter, text);
        }
        rest = &rest[1..];
    }
    // The quote does not close.
    text.extend_from_slice(rest);
    None
}

/// The same for what stands outside of quotes.
fn plain<'a>(cells: &'a [u8], delimiter: u8, text: &mut Vec<u8>) -> Option<&'a [u8]> {
    let end = memchr(delimiter, cells);
    text.extend_from_slice(&cells[..end.unwrap_or(cells.len())]);
    end.map(|end| &cells[end + 1..])
}

/// The column that byte `at` of the joined cells stands in, and its place in that cell.
fn place(ends: &[usize], at: usize) -> (usize, usize) {
    let column = ends.iter().position(|&end| at < end).unwrap_or(ends.len().saturating_sub(1));
    (column, at - if column == 0 { 0 } else { ends[column - 1] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_faults_by_hand() {
        type Case = (&'static str, &'static [u8], Result<&'static [&'static str], &'static str>);
        const CASES: &[Case] = &[
            ("plain", b"a,b", Ok(&["a", "b"])),
            ("empty", b",", Ok(&["", ""])),
            ("quoted", b"\"a,\"\"\nb\",c", Ok(&["a,\"\nb", "c"])),
            ("few", b"a", Err("1 fields, but the header has 2")),
            ("many", b"a,b,", Err("3 fields, but the header has 2")),
            ("no UTF-8", b"a,xy\xff", Err("column `two`: invalid UTF-8 at byte 2 of the field; UTF-8 is wanted")),
            (
                "a character over two cells",
                b"x\xe4\xb8,\xad",
                Err("column `one`: invalid UTF-8 at byte 1 of the field; UTF-8 is wanted"),
            ),
            ("long", b"a,0123456789ABC", Err("column `two`: 13 bytes; at most 12 are allowed")),
            ("just not long", b"a,0123456789AB", Ok(&["a", "0123456789AB"])),
        ];
        let headers = ["one".to_owned(), "two".to_owned()];
        let mut parser = Parser::new(b',');
        let mut fields = Fields::default();
        for (name, record, expected) in CASES {
            let seen = parser.parse(record, &headers, 12, &mut fields).map_err(|fault| fault.to_string());
            let seen = seen.map(|()| fields.iter().collect::<Vec<_>>());
            assert_eq!(seen, expected.map(<[&str]>::to_vec).map_err(str::to_owned), "{name}");
        }
    }

    #[test]
    fn cells_of_a_record_that_failed_can_be_asked_for() {
        let headers = ["one".to_owned(), "two".to_owned()];
        let mut fields = Fields::default();
        for record in [&b"ab,\xff"[..], b"x\xe4\xb8,\xad"] {
            Parser::new(b',').parse(record, &headers, 12, &mut fields).unwrap_err();
            assert_eq!((fields.get(0), fields.iter().count()), (None, 0), "{record:?}");
        }
    }

    #[test]
    fn many_cells() {
        let record = vec![b','; 999];
        let mut fields = Fields::default();
        Parser::new(b',').split(&record, &mut fields).unwrap();
        assert_eq!(fields.len(), 1000);
        assert!(fields.iter().all(str::is_empty));
    }
}
