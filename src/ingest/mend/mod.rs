//! Accidents of scrapers and exports, undone in the text that is read.
//!
//! A row is not to blame for the way that it took: a page saved with its tags, a text escaped once too often, UTF-8 taken
//! for Windows-1252. What is mended is only what the posting is read from; the user's columns stay as they are, and spans
//! lead back to them.
//!
//! | accident | written | read |
//! | --- | --- | --- |
//! | HTML tags | `<p>Chat work</p>` | `Chat work`, in a sentence of its own |
//! | HTML entities, also escaped again | `AT&amp;amp;T&#39;s` | `AT&T's` |
//! | line ends spelled out | `We hire\nGood pay` | two lines |
//! | mojibake, also doubled | `cafÃ©`, `weâ€™re` | `café`, `we’re` |
//! | byte order marks inside | `\u{feff}Cook` | `Cook` |
//!
//! The rule for each is that no honest text is touched: where a person could have written it so, it stays. A field without
//! the bytes that any of these begin with is not looked at twice.

mod html;
mod mojibake;
mod spelled;

use std::borrow::Cow;

use memchr::{memchr2, memchr3, memmem};

use crate::posting::{Edits, Field, Mend, Origin, Piece, Rewriter};

/// How often a text may have been spoilt in the same way: escaped text escaped again, mojibake of mojibake.
const MOST_TIMES: usize = 3;

const BOM: &str = "\u{feff}";

/// A text with its accidents undone.
pub(crate) fn piece<'a>(field: Field, text: impl Into<Cow<'a, str>>) -> Piece<'a> {
    let text = text.into();
    if !may_be_spoilt(text.as_bytes()) {
        return (field, text).into();
    }
    let mut read = Reading { text: Cow::Borrowed(&*text), layers: Vec::new() };
    // Mojibake of a byte order mark is one; and no text with one inside is mojibake as a whole.
    for _ in 0..MOST_TIMES {
        read.undo(Mend::Bom, without_marks);
        if !read.undo(Mend::Mojibake, mojibake::undone) {
            break;
        }
    }
    read.undo(Mend::Spelled, spelled::undone);
    for time in 0..MOST_TIMES {
        if !read.undo(Mend::Html, |text| html::undone(text, time > 0)) {
            break;
        }
    }
    let Reading { text: mended, layers } = read;
    if layers.is_empty() {
        return (field, text).into();
    }
    let mended = mended.into_owned();
    Piece { field, text: mended.into(), origin: Some(Box::new(Origin::new(text, layers))) }
}

/// The quick look: whether a byte is there that an accident needs.
fn may_be_spoilt(text: &[u8]) -> bool {
    // Mojibake has a letter of À to ÿ, whose first byte is 0xC3; a byte order mark begins with 0xEF.
    memchr3(b'<', b'&', b'\\', text).is_some() || memchr2(0xc3, 0xef, text).is_some()
}

struct Reading<'t> {
    text: Cow<'t, str>,
    layers: Vec<(Mend, Edits)>,
}

impl Reading<'_> {
    fn undo(&mut self, mend: Mend, undone: impl Fn(&str) -> Option<(String, Edits)>) -> bool {
        let Some((text, edits)) = undone(&self.text) else { return false };
        self.text = Cow::Owned(text);
        self.layers.push((mend, edits));
        true
    }
}

fn without_marks(text: &str) -> Option<(String, Edits)> {
    let mut rewriter = Rewriter::new(text);
    for at in memmem::find_iter(text.as_bytes(), BOM) {
        rewriter.replace(at..at + BOM.len(), "");
    }
    rewriter.finish()
}

/// A header without the byte order marks that exports leave before and behind it, mojibake of one included.
pub(super) fn header(name: &str) -> &str {
    let mut name = name.trim_matches('\u{feff}');
    while let Some(rest) = name.strip_prefix("ï»¿") {
        name = rest.trim_start_matches('\u{feff}');
    }
    name
}

#[cfg(test)]
mod tests;
