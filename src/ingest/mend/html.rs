//! Tags and entities.
//!
//! A tag is the name of an element of HTML between angle brackets; `a < b`, `<3`, `<hr@example.com>` and `<phone>` are none. A name
//! that is also a word people put between brackets, `<title>`, counts only with an attribute or when the text closes it
//! somewhere. Text that was escaped as a whole, `&lt;p&gt;`, comes out as tags and is taken for such when it has one that
//! ends an element or a line; `&lt;b&gt;` alone is somebody's `<b>`.

mod elements;

use memchr::{memchr, memchr2, memmem};

use crate::{
    ingest::mend::{
        html::elements::{Element, Shows, element},
        mojibake::without_control,
    },
    posting::{Edits, Rewriter},
};

/// The longest tag that is one, in bytes.
const LONGEST_TAG: usize = 2 << 10;
/// The longest entity of HTML 5 is `&CounterClockwiseContourIntegral;`.
const LONGEST_ENTITY: usize = 33;

/// The text without its tags and with its entities read, each once; `was_escaped` when it comes out of entities itself.
pub(super) fn undone(text: &str, was_escaped: bool) -> Option<(String, Edits)> {
    let mut page = Page { text, closed: None, has_comment_end: true, has_raw_end: true };
    let reads_tags = !was_escaped || page.has_sure_tag();
    let mut rewriter = Rewriter::new(text);
    let mut at = 0;
    while let Some(found) = memchr2(b'<', b'&', &text.as_bytes()[at..]) {
        let start = at + found;
        at = start + 1;
        if text.as_bytes()[start] == b'&' {
            if let Some((end, by)) = entity(&text[start..]) {
                at = start + end;
                rewriter.replace(start..at, &by);
            }
        } else if reads_tags && let Some((end, shows)) = page.tag(start) {
            at = end;
            rewriter.replace(start..at, shows.text());
        }
    }
    rewriter.finish()
}

/// The entity that `text` begins with: its length, and what it stands for.
fn entity(text: &str) -> Option<(usize, String)> {
    let head = &text.as_bytes()[1..text.len().min(LONGEST_ENTITY)];
    let len = 1 + head.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#')?;
    if text.as_bytes()[len] != b';' {
        return None;
    }
    match html_escape::decode_html_entities(&text[..=len]) {
        std::borrow::Cow::Borrowed(_) => None,
        std::borrow::Cow::Owned(read) => Some((len + 1, read.chars().map(without_control).collect())),
    }
}

/// What a tag says of itself.
struct Tag {
    element: &'static Element,
    is_end: bool,
    has_attributes: bool,
    /// One past its last byte.
    end: usize,
}

/// A text with tags in it, and what was found out about it on the way.
struct Page<'t> {
    text: &'t str,
    /// Elements that are closed somewhere, one a bit; found when asked for.
    closed: Option<u128>,
    /// Whether there may be another end of a comment, or of a script or style sheet: so that none is looked for twice.
    has_comment_end: bool,
    has_raw_end: bool,
}

impl Page<'_> {
    /// What vanishes with the tag at `start`: one past its last byte, and what it shows as.
    fn tag(&mut self, start: usize) -> Option<(usize, Shows)> {
        let rest = &self.text.as_bytes()[start..];
        if rest.starts_with(b"<!") {
            return self.comment(start).map(|end| (end, Shows::Nothing));
        }
        let tag = self.parse(start)?;
        if tag.element.is_word && !tag.has_attributes && !self.is_closed(tag.element) {
            return None;
        }
        let end = if tag.element.shows == Shows::NoContent && !tag.is_end {
            self.raw_end(&tag).unwrap_or(tag.end)
        } else {
            tag.end
        };
        Some((end, tag.element.shows))
    }

    fn parse(&self, start: usize) -> Option<Tag> {
        let bytes = &self.text.as_bytes()[start..self.text.len().min(start + LONGEST_TAG)];
        let is_end = bytes.get(1) == Some(&b'/');
        let from = if is_end { 2 } else { 1 };
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b':';
        let len = bytes[from..].iter().position(|byte| !is_of_name(byte))?;
        let element = element(&bytes[from..from + len])?;
        let behind = &bytes[from + len..];
        let inside = behind.trim_ascii_start();
        let (end, has_attributes) = match inside {
            [b'>', ..] => (1, false),
            [b'/', b'>', ..] => (2, false),
            _ if inside.len() < behind.len() && begins_attribute(inside) => (attributes_end(inside)?, true),
            _ => return None,
        };
        Some(Tag { element, is_end, has_attributes, end: start + (bytes.len() - inside.len()) + end })
    }

    fn comment(&mut self, start: usize) -> Option<usize> {
        let rest = &self.text.as_bytes()[start..];
        if rest.starts_with(b"<!--") && self.has_comment_end {
            let end = memmem::find(&rest[4..], b"-->");
            self.has_comment_end = end.is_some();
            return end.map(|end| start + 4 + end + 3);
        }
        let is_doctype = rest.get(2..9).is_some_and(|word| word.eq_ignore_ascii_case(b"doctype"));
        memchr(b'>', &rest[..rest.len().min(LONGEST_TAG)]).filter(|_| is_doctype).map(|end| start + end + 1)
    }

    /// Where a script or style sheet ends, its end tag included.
    fn raw_end(&mut self, tag: &Tag) -> Option<usize> {
        let mut from = tag.end;
        while self.has_raw_end {
            let Some(found) = memmem::find(&self.text.as_bytes()[from..], b"</") else {
                self.has_raw_end = false;
                break;
            };
            from += found;
            if let Some(end) = self.parse(from)
                && std::ptr::eq(end.element, tag.element)
            {
                return Some(end.end);
            }
            from += 2;
        }
        None
    }

    /// Whether an element is closed somewhere in the text.
    fn is_closed(&mut self, element: &Element) -> bool {
        let closed = self.closed.unwrap_or_else(|| {
            let ends = memmem::find_iter(self.text.as_bytes(), b"</").filter_map(|at| self.parse(at));
            ends.fold(0, |closed, tag| closed | 1 << tag.element.number())
        });
        self.closed = Some(closed);
        closed >> element.number() & 1 == 1
    }

    /// Whether there is a tag that ends an element or a line.
    fn has_sure_tag(&self) -> bool {
        memchr::memchr_iter(b'<', self.text.as_bytes())
            .filter_map(|at| self.parse(at))
            .any(|tag| tag.is_end || tag.has_attributes || tag.element.shows == Shows::Line && !tag.element.is_word)
    }
}

/// Whether `name =` stands there.
fn begins_attribute(bytes: &[u8]) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_' | b'@');
    let len = bytes.iter().take_while(|byte| is_of_name(byte)).count();
    len > 0 && bytes[len..].trim_ascii_start().starts_with(b"=")
}

/// One past the `>` behind attributes: the first outside quotes, or the first at all where quotes do not close.
fn attributes_end(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if byte == open => quote = None,
            _ => {}
        }
    }
    memchr(b'>', bytes).map(|at| at + 1)
}
