//! The elements of HTML, and what a reader sees of their tags.

/// What a tag shows as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// The end of a line.
    Line,
    /// A gap between two cells.
    Gap,
    Nothing,
    /// Nothing, and neither does what stands between it and its end.
    NoContent,
}

impl Shows {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Line => "\n",
            Self::Gap => "\t",
            Self::Nothing | Self::NoContent => "",
        }
    }
}

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    name: &'static str,
    pub(super) shows: Shows,
    /// Whether people also write the name between brackets themselves.
    pub(super) is_word: bool,
}

const fn of(name: &'static str, shows: Shows) -> Element {
    Element { name, shows, is_word: false }
}

const fn word(name: &'static str, shows: Shows) -> Element {
    Element { name, shows, is_word: true }
}

/// Sorted by name.
static ELEMENTS: [Element; 107] = {
    use Shows::{Gap, Line, NoContent, Nothing};
    [
        of("a", Nothing),
        of("abbr", Nothing),
        word("address", Line),
        word("article", Line),
        word("aside", Line),
        word("audio", Nothing),
        of("b", Nothing),
        of("bdi", Nothing),
        of("bdo", Nothing),
        word("big", Nothing),
        of("blockquote", Line),
        word("body", Line),
        of("br", Line),
        word("button", Nothing),
        word("caption", Line),
        word("center", Line),
        word("cite", Nothing),
        word("code", Nothing),
        of("col", Nothing),
        of("colgroup", Nothing),
        word("data", Nothing),
        of("dd", Line),
        word("del", Nothing),
        word("details", Line),
        of("dfn", Nothing),
        word("dialog", Line),
        of("div", Line),
        of("dl", Line),
        of("dt", Line),
        of("em", Nothing),
        word("embed", Nothing),
        of("fieldset", Line),
        of("figcaption", Line),
        word("figure", Line),
        word("font", Nothing),
        word("footer", Line),
        word("form", Line),
        of("h1", Line),
        of("h2", Line),
        of("h3", Line),
        of("h4", Line),
        of("h5", Line),
        of("h6", Line),
        word("head", Line),
        word("header", Line),
        of("hr", Line),
        of("html", Line),
        of("i", Nothing),
        of("iframe", Nothing),
        of("img", Nothing),
        word("input", Nothing),
        of("ins", Nothing),
        of("kbd", Nothing),
        word("label", Nothing),
        word("legend", Line),
        of("li", Line),
        word("link", Nothing),
        word("main", Line),
        word("map", Nothing),
        word("mark", Nothing),
        word("menu", Line),
        of("meta", Nothing),
        word("nav", Line),
        of("nobr", Nothing),
        of("noscript", Nothing),
        of("o:p", Nothing),
        word("object", Nothing),
        of("ol", Line),
        word("option", Line),
        of("p", Line),
        word("picture", Nothing),
        of("pre", Line),
        word("q", Nothing),
        of("ruby", Nothing),
        word("s", Nothing),
        of("samp", Nothing),
        word("script", NoContent),
        word("section", Line),
        word("select", Nothing),
        word("small", Nothing),
        word("source", Nothing),
        of("span", Nothing),
        of("strike", Nothing),
        of("strong", Nothing),
        word("style", NoContent),
        of("sub", Nothing),
        word("summary", Line),
        of("sup", Nothing),
        of("svg", Nothing),
        word("table", Line),
        of("tbody", Line),
        of("td", Gap),
        word("template", Nothing),
        of("textarea", Nothing),
        of("tfoot", Line),
        of("th", Gap),
        of("thead", Line),
        word("time", Nothing),
        word("title", Line),
        of("tr", Line),
        of("tt", Nothing),
        of("u", Nothing),
        of("ul", Line),
        word("var", Nothing),
        word("video", Nothing),
        of("wbr", Nothing),
        of("xml", Nothing),
    ]
};

/// The element of a name, in any case.
pub(super) fn element(name: &[u8]) -> Option<&'static Element> {
    let lower = name.iter().map(u8::to_ascii_lowercase);
    ELEMENTS.binary_search_by(|element| element.name.bytes().cmp(lower.clone())).ok().map(|at| &ELEMENTS[at])
}

impl Element {
    /// Its place in the list, below 128.
    pub(super) fn number(&self) -> usize {
        ELEMENTS.iter().position(|one| std::ptr::eq(one, self)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_fits_the_bits() {
        assert!(ELEMENTS.is_sorted_by_key(|element| element.name));
        assert!(ELEMENTS.len() <= 128);
        assert!(ELEMENTS.iter().all(|element| element.name.len() <= 10));
        assert_eq!(element(b"UL").map(|element| element.shows), Some(Shows::Line));
        assert!(element(b"phone").is_none() && element(b"").is_none());
    }
}
