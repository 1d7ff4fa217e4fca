//! Bytes → postings.
//!
//! ```text
//! Input::open   path or `-` → header, delimiter; refuses what is no table
//! unpack        gzip, zstd → what is inside
//! encoding      Big5, Shift_JIS, UTF-16 … → UTF-8
//! sheet         a sheet of an XLSX workbook → CSV
//! columnar      a Parquet file → CSV
//! json          a line of JSON → its cells
//! columns       header → which column plays which role
//! blocks        stream → runs of whole records, cut by one sequential scan
//! fields, row   one record → its cells → a posting
//! mend          tags, entities, mojibake → the text that was meant
//! ```
//!
//! [`rows`](Input::rows) walks a file row by row; [`blocks`](Input::blocks) hands out runs of records that any thread can
//! parse on its own. Both refuse the same rows for the same reasons.
//!
//! ```
//! use lurewatch::ingest::{Input, Wanted};
//!
//! let file = "id,jobDescription\n1,\"Typing work,\nflight paid\"\n";
//! let input = Input::from_reader("jobs.csv", file.as_bytes())?;
//! let columns = input.columns(&[], Wanted::Text)?;
//! let row = input.rows(columns).next().unwrap()?;
//! assert_eq!(row.posting().pieces()[0].text, "Typing work,\nflight paid");
//! # Ok::<(), lurewatch::Error>(())
//! ```

mod aliases;
pub mod blocks;
mod columnar;
pub mod columns;
pub mod content;
pub mod encoding;
pub mod fields;
pub mod json;
pub mod labelled;
mod mend;
pub mod row;
pub mod scan;
mod sheet;
pub mod source;
mod tap;
pub mod unpack;

pub use blocks::{Block, Blocks};
pub use columns::{ColumnChoice, Columns, Role, Wanted};
pub use content::{Content, How};
pub use encoding::Encoding;
pub use fields::{Fields, Form, Parser};
pub use labelled::{LabelRule, RowCounts, file_name, read_background, read_labelled};
pub(crate) use mend::piece as mended;
pub use row::{Row, Rows};
pub use source::Input;
pub use tap::Fingerprint;
pub use unpack::Packing;

/// The longest field that is read, in bytes.
pub const LONGEST_FIELD: usize = 1 << 20;
