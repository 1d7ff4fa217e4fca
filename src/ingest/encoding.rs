//! Which encoding a text is in, and the way to UTF-8.

use std::{
    fmt,
    io::{self, Read},
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes of a reader that are decoded at a time.
const CHUNK: usize = 64 << 10;
/// A text is not UTF-8 only if more lines than one in so many are none, and more than are UTF-8 beyond ASCII: a few
/// broken rows do not make a file another encoding.
const ONE_LINE_IN: usize = 4;

/// The encoding of a text.
///
/// ```
/// use lurewatch::ingest::Encoding;
///
/// let encoding: Encoding = "big5".parse().unwrap();
/// assert_eq!(encoding.to_string(), "Big5");
/// assert!("klingon".parse::<Encoding>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 == GB18030 { "GB18030" } else { self.0.name() })
    }
}

impl FromStr for Encoding {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let label = name.trim().to_lowercase().replace(' ', "-");
        let label = match label.as_str() {
            "utf8" | "utf-8-sig" => "utf-8",
            "utf-16-le" => "utf-16le",
            "utf-16-be" => "utf-16be",
            "cp874" | "tis620" => "windows-874",
            "cp932" => "shift_jis",
            "cp936" => "gb18030",
            "cp949" => "euc-kr",
            "cp950" => "big5",
            "cp1258" => "windows-1258",
            other => other,
        };
        match encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(encoding) => Ok(Self(if encoding == GBK { GB18030 } else { encoding })),
            None => Err(format!(
                "there is no encoding `{name}`; known are UTF-8, UTF-16LE, UTF-16BE, GB18030, Big5, Shift_JIS, EUC-KR, \
                 windows-874, windows-1251, windows-1252, windows-1258 and the others of the WHATWG Encoding Standard"
            )),
        }
    }
}

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(UTF_8);

    /// Whether it is UTF-8.
    #[must_use]
    pub fn is_utf8(self) -> bool {
        self.0 == UTF_8
    }

    /// The encoding of a text by its first bytes; `is_whole` when there are no more.
    pub(super) fn detect(head: &[u8], is_whole: bool) -> Self {
        match head {
            [0xef, 0xbb, 0xbf, ..] => return Self(UTF_8),
            [0xff, 0xfe, ..] => return Self(UTF_16LE),
            [0xfe, 0xff, ..] => return Self(UTF_16BE),
            _ => {}
        }
        if let Some(encoding) = utf16_without_mark(head) {
            return Self(encoding);
        }
        if is_utf8(head, is_whole) {
            return Self(UTF_8);
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(head, is_whole);
        let guess = detector.guess(None, Utf8Detection::Deny);
        Self(if guess == GBK { GB18030 } else { guess })
    }

    /// The text of `bytes`, from this encoding to UTF-8. What is none of it becomes U+FFFD and is counted in `broken`.
    pub(super) fn to_utf8(self, bytes: impl Read + Send + 'static, broken: &Arc<AtomicU64>) -> Box<dyn Read + Send> {
        Box::new(Transcoder {
            reader: bytes,
            decoder: self.0.new_decoder_with_bom_removal(),
            packed: vec![0; CHUNK],
            from: 0,
            to: 0,
            is_at_end: false,
            is_done: false,
            broken: Arc::clone(broken),
            rest: Vec::new(),
        })
    }
}

/// UTF-16 whose first kilobytes hold ASCII, as a header and delimiters do: every other byte is often NUL.
fn utf16_without_mark(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let pairs = head.get(..4096).unwrap_or(head).as_chunks::<2>().0;
    let first = pairs.iter().filter(|pair| pair[0] == 0 && pair[1] != 0).count();
    let second = pairs.iter().filter(|pair| pair[1] == 0 && pair[0] != 0).count();
    let enough = (pairs.len() / 20).max(4);
    match (first, second) {
        (0, second) if second >= enough => Some(UTF_16LE),
        (first, 0) if first >= enough => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether a text is UTF-8, a few broken lines allowed; a broken header is not.
fn is_utf8(head: &[u8], is_whole: bool) -> bool {
    let Err(fault) = std::str::from_utf8(head) else { return true };
    if fault.error_len().is_none() && !is_whole {
        return true;
    }
    let (mut lines, mut broken, mut beyond_ascii) = (0, 0, 0);
    let mut is_header = true;
    for line in head.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        lines += 1;
        match std::str::from_utf8(line) {
            Ok(line) if line.is_ascii() => {}
            Ok(_) => beyond_ascii += 1,
            Err(_) if is_header => return false,
            Err(_) => broken += 1,
        }
        is_header = false;
    }
    broken <= beyond_ascii || broken * ONE_LINE_IN <= lines
}

/// A reader of text in some encoding as UTF-8.
struct Transcoder<R> {
    reader: R,
    decoder: Decoder,
    packed: Vec<u8>,
    from: usize,
    to: usize,
    is_at_end: bool,
    is_done: bool,
    broken: Arc<AtomicU64>,
    /// Decoded bytes that did not fit into the caller's buffer.
    rest: Vec<u8>,
}

/// The longest piece that a decoder writes at once, with room to spare.
const LEAST_ROOM: usize = 64;

impl<R: Read> Transcoder<R> {
    /// Decodes into `buffer`, which has at least [`LEAST_ROOM`].
    fn decode(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.is_done {
            if self.from == self.to && !self.is_at_end {
                self.to = self.reader.read(&mut self.packed)?;
                self.from = 0;
                self.is_at_end = self.to == 0;
            }
            let (result, read, written, is_broken) =
                self.decoder.decode_to_utf8(&self.packed[self.from..self.to], buffer, self.is_at_end);
            self.from += read;
            if is_broken {
                let marks = memchr::memmem::find_iter(&buffer[..written], "\u{fffd}").count();
                self.broken.fetch_add(marks as u64, Ordering::Relaxed);
            }
            self.is_done = self.is_at_end && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() && buffer.len() >= LEAST_ROOM {
            return self.decode(buffer);
        }
        if self.rest.is_empty() {
            let mut room = [0; LEAST_ROOM];
            let written = self.decode(&mut room)?;
            self.rest.extend_from_slice(&room[..written]);
        }
        let taken = self.rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&self.rest[..taken]);
        self.rest.drain(..taken);
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::SHIFT_JIS;

    use super::*;

    fn detected(bytes: &[u8]) -> String {
        Encoding::detect(bytes, true).to_string()
    }

    #[test]
    fn a_few_broken_rows_do_not_make_another_encoding() {
        const CASES: &[(&str, &[u8], &str)] = &[
            ("ascii", b"id,text\n1,a\n", "UTF-8"),
            ("mark", b"\xef\xbb\xbfid,text\n1,\xff\n", "UTF-8"),
            ("one broken row in ascii", b"id,text\n1,a\n2,\xff\n3,b\n4,c\n", "UTF-8"),
            ("broken row among whole ones", b"id,text\n1,\xe4\xb8\xad\n2,\xe4\xb8\n", "UTF-8"),
            ("header", b"id,descripci\xf3n\n1,a\n2,b\n3,b\n4,b\n", "windows-1252"),
            ("every row", b"id,text\n1,caf\xe9 \xe0 Paris\n2,d\xe9j\xe0 vu\n", "windows-1252"),
            ("utf-16 without mark", b"i\0d\0,\0t\0e\0x\0t\0\n\0", "UTF-16LE"),
            ("utf-16 without mark, other way", b"\0i\0d\0,\0t\0e\0x\0t\0\n", "UTF-16BE"),
        ];
        for (name, bytes, expected) in CASES {
            assert_eq!(detected(bytes), *expected, "{name}");
        }
    }

    #[test]
    fn a_small_buffer_gets_every_byte() {
        let (bytes, _, _) = GB18030.encode("招聘打字员,柬埔寨 😀 高薪\n");
        let broken = Arc::default();
        let mut reader = Encoding(GB18030).to_utf8(io::Cursor::new(bytes.into_owned()), &broken);
        let mut text = Vec::new();
        let mut small = [0; 3];
        while let read @ 1.. = reader.read(&mut small).unwrap() {
            text.extend_from_slice(&small[..read]);
        }
        assert_eq!(text, "招聘打字员,柬埔寨 😀 高薪\n".as_bytes());
        assert_eq!(broken.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn broken_bytes_are_counted() {
        let broken = Arc::default();
        let mut text = String::new();
        let bytes = io::Cursor::new(b"a\xff\xffb\x81".to_vec());
        Encoding(SHIFT_JIS).to_utf8(bytes, &broken).read_to_string(&mut text).unwrap();
        assert!(text.starts_with('a') && text.contains('b'), "{text}");
        assert_eq!(broken.load(Ordering::Relaxed), text.matches('\u{fffd}').count() as u64);
    }
}
