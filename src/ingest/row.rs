//! A file row by row.

use std::{mem, path::PathBuf, sync::Arc};

use crate::{
    error::{Error, Place, Result, RowFault},
    ingest::{
        Block, Blocks, Columns, Fields, Form, LONGEST_FIELD, Parser, Role, mend,
        scan::{Record, Shape},
        tap::Fingerprint,
    },
    posting::{Field, Posting},
};

/// A row of a file.
#[derive(Clone, Debug)]
pub struct Row {
    place: Place,
    fields: Fields,
    columns: Arc<Columns>,
}

impl Row {
    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// All its cells.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Which column plays which role.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The cell in a role; `None` when no column plays it.
    #[must_use]
    pub fn get(&self, role: Role) -> Option<&str> {
        self.fields.get(self.columns.of(role)?)
    }

    /// Its posting, mended.
    #[must_use]
    pub fn posting(&self) -> Posting<'static> {
        let cell = |field: Field| Some(mend::piece(field, self.get(Role::Text(field))?.to_owned()));
        Posting::from_pieces(Field::ALL.into_iter().filter_map(cell))
    }
}

/// The posting in some cells, mended; what needs no mending is not copied.
#[must_use]
pub fn posting_of<'a>(fields: &'a Fields, columns: &Columns) -> Posting<'a> {
    let cell = |field: Field| Some(mend::piece(field, fields.get(columns.of(Role::Text(field))?)?));
    Posting::from_pieces(Field::ALL.into_iter().filter_map(cell))
}

/// Takes a record of a block apart.
///
/// # Errors
///
/// Any [`RowFault`] of the input; [`RowFault::BadLabel`] is not among them.
pub fn read_record(
    block: &Block,
    record: &Record,
    columns: &Columns,
    parser: &mut Parser,
    fields: &mut Fields,
) -> Result<(), RowFault> {
    if let Shape::TooLong(bytes) = record.shape {
        return Err(RowFault::LongRow { bytes, limit: super::blocks::LONGEST_RECORD });
    }
    let parsed = parser.parse(block.bytes_of(record), columns.headers(), LONGEST_FIELD, fields);
    match record.shape {
        Shape::Whole | Shape::TooLong(_) => parsed,
        Shape::OpenQuote => {
            let at = fields.len().clamp(1, columns.headers().len()) - 1;
            Err(RowFault::OpenQuote { column: columns.headers()[at].trim().to_owned() })
        }
    }
}

/// The rows of a file.
///
/// A row that cannot be used comes as [`Error::BadRow`], and the rows behind it still follow; any other error is the last
/// item.
pub struct Rows {
    path: PathBuf,
    blocks: Blocks,
    block: Block,
    at: usize,
    parser: Parser,
    fields: Fields,
    columns: Arc<Columns>,
    fingerprint: Fingerprint,
}

impl Rows {
    pub(super) fn new(path: PathBuf, form: &Form, blocks: Blocks, columns: Columns, fingerprint: Fingerprint) -> Self {
        let parser = Parser::of(form);
        let columns = Arc::new(columns);
        Self { path, blocks, block: Block::default(), at: 0, parser, fields: Fields::default(), columns, fingerprint }
    }

    /// sha256 of the file's bytes as they are stored, in hexadecimal, once the last row was read.
    #[must_use]
    pub fn sha256(&self) -> Option<String> {
        self.fingerprint.sha256().filter(|_| self.blocks.is_done())
    }
}

impl Iterator for Rows {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Result<Row>> {
        while self.at == self.block.records().len() {
            match self.blocks.next()? {
                Ok(block) => self.block = block,
                Err(error) => return Some(Err(error)),
            }
            self.at = 0;
        }
        let record = &self.block.records()[self.at];
        let row = self.block.first_row() + self.at as u64;
        let place = Place { path: self.path.clone(), line: record.line, row };
        let read = read_record(&self.block, record, &self.columns, &mut self.parser, &mut self.fields);
        self.at += 1;
        Some(match read {
            Ok(()) => Ok(Row { place, fields: mem::take(&mut self.fields), columns: Arc::clone(&self.columns) }),
            Err(fault) => Err(Error::BadRow { place, fault }),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;
    use crate::{
        ingest::{Input, Wanted},
        model::artifact::sha256_hex,
    };

    #[test]
    fn rows_places_and_hash() {
        let file = "\u{feff}id,text,label\r\n1,\"two\nlines\",lure\r\n2,x\r\n\r\n3,,clean";
        let input = Input::from_reader("f.csv", file.as_bytes()).unwrap();
        assert!(input.has_bom());
        assert_eq!(input.line_end(), "\r\n");
        let columns = input.columns(&[], Wanted::Labelled).unwrap();
        let mut rows = input.rows(columns);
        let row = rows.next().unwrap().unwrap();
        assert_eq!((row.place().line, row.place().row), (2, 1));
        assert_eq!(row.get(Role::Label), Some("lure"));
        assert_eq!(row.posting().pieces()[0].text, "two\nlines");
        let fault = rows.next().unwrap().unwrap_err();
        assert_eq!(fault.to_string(), "f.csv:4: row 2: 2 fields, but the header has 3");
        let row = rows.next().unwrap().unwrap();
        assert_eq!((row.place().line, row.place().row), (6, 3));
        assert!(row.posting().is_empty());
        assert!(rows.next().is_none());
        assert_eq!(rows.sha256(), Some(sha256_hex(file.as_bytes())));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Every record is either a row or a named fault, and they are counted without a gap.
        #[test]
        fn no_bytes_make_it_stumble(
            start in select(vec!["text", "id,text", "\u{feff}text;x", "\"text\"\t", ""]),
            rest in vec(prop_oneof![select(b"\",;\t\r\n a\xe4\xb8\xad\0".to_vec()), any::<u8>()], 0..80),
        ) {
            let file: Vec<u8> = [start.as_bytes(), &rest].concat();
            let Ok(input) = Input::from_reader("f.csv", std::io::Cursor::new(file)) else { return Ok(()) };
            let Ok(columns) = input.columns(&[], Wanted::Labelled) else { return Ok(()) };
            let width = columns.headers().len();
            for (at, row) in input.rows(columns).enumerate() {
                let place = match row {
                    Ok(row) => {
                        prop_assert_eq!(row.fields().iter().count(), width);
                        row.place().clone()
                    }
                    Err(Error::BadRow { place, .. }) => place,
                    Err(error) => return Err(TestCaseError::fail(error.to_string())),
                };
                prop_assert_eq!(place.row, at as u64 + 1);
            }
        }
    }
}
