//! Bytes of a Parquet file for its reader, with limits on what the file says of itself.
//!
//! The reader makes room for a page as its header asks. So each header is looked at first: what the pages that are open at
//! a time unpack to, one and its dictionary a column, has a limit.
//!
//! Pages packed with Zstandard are unpacked on the way and shown to the reader as never packed: what unpacks whole files
//! of that kind does it here, too, and no C is built for it.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use parquet::{
    basic::Compression,
    errors::{ParquetError, Result},
    file::{
        metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader, page_index::RowGroupPageIndex},
        properties::ReaderProperties,
        reader::{ChunkReader, FileReader, Length, RowGroupReader},
        serialized_reader::SerializedRowGroupReader,
    },
    record::reader::RowIter,
    schema::types::Type,
};

use crate::ingest::columnar::{
    MAGIC, Source, damaged,
    page::{DICTIONARY, Header, PEEKED},
};

/// The longest description of rows and columns, at the end of a file.
const LONGEST_FOOTER: u64 = 16 << 20;
/// Bytes that the open pages may unpack to together.
const MOST_OPEN: u64 = 96 << 20;
/// Bytes that a value of a dictionary takes besides its own.
const A_VALUE: u64 = 48;
/// `DELTA_LENGTH_BYTE_ARRAY` and `DELTA_BYTE_ARRAY`: their decoders make room as the page's content asks, without limit. No
/// program writes them unless told to.
const PREFIXED: [u64; 2] = [6, 7];
/// Bytes read at a time.
const CHUNK: usize = 8 << 10;

/// The bytes of a file.
#[derive(Clone)]
enum Storage {
    File { file: Arc<Mutex<File>>, length: u64 },
    Bytes(Bytes),
}

impl Storage {
    /// Of a file whose end is as it must be.
    fn new(source: Source) -> std::result::Result<Self, String> {
        let storage = match source {
            Source::File(file) => {
                let length = file.metadata().map_err(|fault| fault.to_string())?.len();
                Self::File { file: Arc::new(Mutex::new(file)), length }
            }
            Source::Bytes(bytes) => Self::Bytes(bytes.into()),
        };
        let mut end = [0; 8];
        let length = storage.length();
        storage
            .read_exact(length.checked_sub(12).map_or(0, |at| at + 4), &mut end)
            .map_err(|_| "a Parquet file that is cut off".to_owned())?;
        let (footer, magic) = end.split_at(4);
        if magic == b"PARE" {
            return Err("a Parquet file that is encrypted".to_owned());
        }
        if magic != MAGIC {
            return Err("a Parquet file that is cut off".to_owned());
        }
        // Four bytes, by the split.
        let footer = u64::from(u32::from_le_bytes([footer[0], footer[1], footer[2], footer[3]]));
        if footer > LONGEST_FOOTER {
            return Err(format!(
                "a Parquet file whose description has {footer} bytes; at most {LONGEST_FOOTER} are allowed"
            ));
        }
        Ok(storage)
    }

    fn length(&self) -> u64 {
        match self {
            Self::File { length, .. } => *length,
            Self::Bytes(bytes) => bytes.len() as u64,
        }
    }

    /// Up to `buffer.len()` bytes from `at` on.
    fn read(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File { file, .. } => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(at))?;
                file.read(buffer)
            }
            Self::Bytes(bytes) => {
                let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
                let taken = rest.len().min(buffer.len());
                buffer[..taken].copy_from_slice(&rest[..taken]);
                Ok(taken)
            }
        }
    }

    fn read_exact(&self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        Part { storage: self.clone(), at }.read_exact(buffer)
    }
}

/// The bytes from a place on.
struct Part {
    storage: Storage,
    at: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.storage.read(self.at, buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// What is open, column chunk by column chunk.
#[derive(Default)]
struct Open {
    /// Sorted by place.
    chunks: Vec<Chunk>,
    group: usize,
    /// By column: bytes of its dictionary and of its page.
    pages: Vec<[u64; 2]>,
    /// By column: the header that was looked at last.
    headers: Vec<Option<Header>>,
}

/// A column of a row group.
#[derive(Clone)]
struct Chunk {
    bytes: Range<u64>,
    group: usize,
    column: usize,
    is_zstd: bool,
}

impl Open {
    fn chunk_at(&self, at: u64) -> Option<&Chunk> {
        let found = self.chunks.partition_point(|chunk| chunk.bytes.start <= at).checked_sub(1)?;
        Some(&self.chunks[found])
    }
}

/// A [`Storage`] that reads page headers before its reader does.
struct Guard {
    storage: Storage,
    open: Mutex<Open>,
}

impl Guard {
    fn new(storage: Storage) -> Self {
        Self { storage, open: Mutex::default() }
    }

    /// Looks at page headers from here on, and unpacks Zstandard; what the reader is to know of the file.
    fn watch(&self, metadata: ParquetMetaData) -> Result<ParquetMetaData> {
        let mut chunks = Vec::new();
        let mut columns = 0;
        for (group, rows) in metadata.row_groups().iter().enumerate() {
            columns = columns.max(rows.columns().len());
            for (column, chunk) in rows.columns().iter().enumerate() {
                let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
                let start = u64::try_from(start.min(chunk.data_page_offset())).unwrap_or_default();
                let length = u64::try_from(chunk.compressed_size()).unwrap_or_default();
                let bytes = start..start.saturating_add(length);
                chunks.push(Chunk { bytes, group, column, is_zstd: is_zstd(chunk) });
            }
        }
        chunks.sort_by_key(|chunk| chunk.bytes.start);
        *self.lock() = Open { chunks, group: 0, pages: vec![[0; 2]; columns], headers: vec![None; columns] };
        unpacked(metadata)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the page header at `at`, if pages are read already.
    fn check(&self, at: u64) -> Result<()> {
        let mut open = self.lock();
        if open.chunks.is_empty() {
            return Ok(());
        }
        let fault = |what: String| Err(ParquetError::General(what));
        let Some(Chunk { bytes, group, column, .. }) = open.chunk_at(at).cloned() else {
            return fault(format!("a page outside its column, at byte {at}"));
        };
        let mut head = [0; PEEKED];
        let read = self.storage.read(at, &mut head)?;
        let Some(header) = Header::of(&head[..read]) else {
            return fault(format!("no page header at byte {at}"));
        };
        let Header { kind, unpacked, packed, values, encoding, .. } = header;
        if PREFIXED.contains(&encoding) {
            return fault("text in an encoding of differences, which is not read".to_owned());
        }
        if packed > self.storage.length() {
            return fault(format!("a page of {packed} bytes at byte {at}, in a file of {}", self.storage.length()));
        }
        if group != open.group {
            open.group = group;
            open.pages.fill([0; 2]);
        }
        open.headers[column] = Some(header);
        // A new chunk has a new dictionary.
        if at == bytes.start {
            open.pages[column] = [0; 2];
        }
        // Packed, it is held beside what it unpacks to.
        open.pages[column][usize::from(kind != DICTIONARY)] =
            unpacked + packed + if kind == DICTIONARY { values * A_VALUE } else { 0 };
        let sum: u64 = open.pages.iter().flatten().sum();
        if sum > MOST_OPEN {
            return fault(format!("pages that unpack to {sum} bytes at a time; at most {MOST_OPEN} are allowed"));
        }
        Ok(())
    }
}

impl Length for Guard {
    fn len(&self) -> u64 {
        self.storage.length()
    }
}

impl ChunkReader for Guard {
    type T = io::BufReader<Box<dyn Read>>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        self.check(start)?;
        let part = Part { storage: self.storage.clone(), at: start };
        Ok(io::BufReader::with_capacity(CHUNK, Box::new(part)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.storage.length()) {
            return Err(ParquetError::EOF(format!("{length} bytes at byte {start}, behind the end")));
        }
        let bytes: Bytes = match &self.storage {
            // It lies inside, so it fits.
            Storage::Bytes(bytes) => bytes.slice(start as usize..start as usize + length),
            Storage::File { .. } => {
                let mut bytes = vec![0; length];
                self.storage.read_exact(start, &mut bytes)?;
                bytes.into()
            }
        };
        let open = self.lock();
        match open.chunk_at(start).filter(|chunk| chunk.is_zstd).and_then(|chunk| open.headers[chunk.column]) {
            Some(header) => Ok(header.unpack(&bytes)?.into()),
            None => Ok(bytes),
        }
    }
}

fn is_zstd(chunk: &ColumnChunkMetaData) -> bool {
    matches!(chunk.compression(), Compression::ZSTD(_))
}

/// The same with Zstandard taken for not packed.
fn unpacked(metadata: ParquetMetaData) -> Result<ParquetMetaData> {
    let mut builder = metadata.into_builder();
    for group in builder.take_row_groups() {
        let mut group = group.into_builder();
        let columns = group.take_columns().into_iter().map(|chunk| {
            if is_zstd(&chunk) {
                chunk.into_builder().set_compression(Compression::UNCOMPRESSED).build()
            } else {
                Ok(chunk)
            }
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        builder = builder.add_row_group(group.set_column_metadata(columns).build()?);
    }
    Ok(builder.build())
}

/// A file whose pages are guarded.
pub(super) struct Pages {
    guard: Arc<Guard>,
    metadata: ParquetMetaData,
}

impl Pages {
    /// Of a file whose end is as it must be.
    pub(super) fn open(source: Source) -> std::result::Result<Self, String> {
        let guard = Guard::new(Storage::new(source)?);
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&guard).and_then(|metadata| guard.watch(metadata));
        Ok(Self { metadata: metadata.map_err(damaged)?, guard: Arc::new(guard) })
    }
}

impl FileReader for Pages {
    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }

    fn num_row_groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    fn get_row_group(&self, at: usize) -> Result<Box<dyn RowGroupReader + '_>> {
        let (guard, group) = (Arc::clone(&self.guard), self.metadata.row_group(at));
        let properties = Arc::new(ReaderProperties::builder().build());
        let reader = SerializedRowGroupReader::new(guard, group, RowGroupPageIndex::new(at, None), properties)?;
        Ok(Box::new(reader))
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Result<RowIter<'_>> {
        RowIter::from_file(projection, self)
    }
}
