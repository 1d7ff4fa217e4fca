use super::*;
use crate::posting::{Posting, Span};

fn read(text: &str) -> String {
    piece(Field::Description, text).text.into_owned()
}

/// What a text is mended to.
const MENDED: &[(&str, &str, &str)] = &[
    ("paragraphs", "<p>Chat work</p><p>Good pay</p>", "\nChat work\n\nGood pay\n"),
    ("attributes", "<a class=\"x\" href='https://a.example/?b=1>2'>Apply</a>", "Apply"),
    ("attributes, unquoted and escaped", "<P ALIGN=center>Hi<IMG SRC=\\\"x y\\\">", "\nHi"),
    ("line breaks in all spellings", "A<br>B<BR/>C<br />D", "A\nB\nC\nD"),
    ("list", "<ul><li>Cook</li><li>Driver</li></ul>", "\n\nCook\n\nDriver\n\n"),
    ("inline tags inside a word", "Tele<b>gr</b>am", "Telegram"),
    ("cells", "<tr><td>Pay</td><td>500</td></tr>", "\n\tPay\t\t500\t\n"),
    ("script and style", "A<script>if (a < b) { x(\"</b>\") }</script>B<style>p{}</style >C", "ABC"),
    ("script without end", "A<script src=x>B", "AB"),
    ("comment", "A<!-- <b>no</b> -->B", "AB"),
    ("doctype", "<!DOCTYPE html>A", "A"),
    ("word that the text closes", "<title>Cook</title>", "\nCook\n"),
    ("Office", "<o:p></o:p>Work", "Work"),
    ("entities", "R&amp;D &ndash; caf&eacute; &quot;A&quot;", "R&D – café \"A\""),
    ("blanks", "Free&nbsp;visa&#160;now", "Free\u{a0}visa\u{a0}now"),
    ("numbers", "&#8217;&#x4E2D;&#x1f600;", "’中😀"),
    ("number of a Windows character", "we&#146;re", "we’re"),
    ("escaped twice", "R&amp;amp;D", "R&D"),
    ("escaped three times", "R&amp;amp;amp;D", "R&D"),
    ("page escaped as a whole", "&lt;p&gt;R&amp;amp;D&lt;/p&gt;", "\nR&D\n"),
    ("escaped tag in a page", "<p>use &lt;b&gt;</p>", "\nuse <b>\n"),
    ("somebody's tag", "write &lt;b&gt; for bold", "write <b> for bold"),
    ("line ends spelled out", "We hire\\nGood pay\\r\\n- visa\\t free", "We hire\nGood pay\n- visa\t free"),
    ("line ends, Chinese", "月薪\\n包吃住", "月薪\n包吃住"),
    ("line ends, one that is sure", "We hire\\ncooks\\n\\nApply", "We hire\ncooks\n\nApply"),
    ("line end before a tag", "A\\n<p>B</p>", "A\n\nB\n"),
    ("mojibake", "cafÃ© and weâ€™re", "café and we’re"),
    ("mojibake by Latin-1", "we\u{e2}\u{80}\u{99}re", "we’re"),
    ("mojibake of an emoji", "ðŸ˜€ job", "😀 job"),
    ("mojibake of Chinese", "æ‹›è\u{81}˜æ‰“å\u{ad}—å‘˜", "招聘打字员"),
    ("mojibake of Vietnamese", "Tuyá»ƒn dá»¥ng nhÃ¢n viÃªn", "Tuyển dụng nhân viên"),
    ("mojibake twice", "cafÃƒÂ©", "café"),
    ("mojibake of a mark", "ï»¿Cook", "Cook"),
    ("mark inside", "\u{feff}Cook\u{feff}s", "Cooks"),
    ("all at once", "\u{feff}<p>cafÃ© &amp;amp; bar\\nPay</p>", "\ncafé & bar\nPay\n"),
];

/// What stays as it is.
const HONEST: &[(&str, &str)] = &[
    ("less than", "a < b and c > d, <3, < 18 years, x<y"),
    ("address in brackets", "write to <hr@example.com> or <https://a.example/p>"),
    ("masked contacts", "call <phone>, <email>, <name>"),
    ("words in brackets", "subject: <title> <address> <label> <time>"),
    ("unclosed tag", "<p class=\"x\" and so on"),
    ("comparison that reads like a tag", "if a <b and c> d"),
    ("unclosed comment", "A <!-- B"),
    ("ampersands", "R&D; AT&T, Q&A;, M&M; a&b;c &; &#; &#x; &#0; &#xD800; &#99999999999999999999;"),
    ("address with parameters", "https://a.example/?a=1&copy=2&lt=3"),
    ("paths", "C:\\new\\table and \\\\server\\new folder, D:\\n"),
    ("backslash for slash", "and\\or, salary\\negotiable, n\\a, day\\night"),
    ("salary, negotiable", "salary\\négociable"),
    ("formulas", "\\nabla \\textbf{x} \\begin\\n\\nA"),
    ("French", "Café, RTÉ’s crêpes à Nîmes: « voilà… »"),
    ("letter and mark", "RTÉ’s"),
    ("trade mark", "CAFÉ™ CAFÉ®"),
    ("Portuguese capitals", "AMANHÃ… AMANHÃ\u{a0}À NOITE"),
    ("Portuguese, only that", "AMANHÃ…"),
    ("Italian", "disponibilità»."),
    ("quoted", "allé…”"),
    ("Vietnamese", "trợ, tổng đài, tự động hoá…)"),
    ("Spanish capitals", "JOSÉ¹ CAFÉ¡"),
    ("Czech", "ÍŠEK ÚŠ"),
    ("mojibake beside a letter that is itself", "cafÃ© and café"),
    ("Chinese", "招聘打字员，月薪一万。"),
];

#[test]
fn accidents_by_hand() {
    for (name, written, expected) in MENDED {
        let piece = piece(Field::Description, *written);
        assert_eq!(piece.text, *expected, "{name}");
        assert_eq!(piece.written(), *written, "{name}");
        if !expected.contains('<') {
            assert_eq!(read(expected), *expected, "{name}: mended once, there is nothing left to mend");
        }
    }
}

#[test]
fn honest_text_stays() {
    for (name, written) in HONEST {
        let piece = piece(Field::Description, *written);
        assert!(piece.origin.is_none(), "{name}: {written:?} became {:?}", piece.text);
    }
}

#[test]
fn spans_lead_back_through_all_layers() {
    let written = "\u{feff}<p>cafÃ© &amp;amp; <b>b</b>ar\\nPay</p>";
    let piece = piece(Field::Description, written);
    let back = |word: &str| {
        let at = piece.text.find(word).unwrap();
        piece.written_span(Span::new(at, at + word.len())).of(written)
    };
    let cases =
        [("café", "cafÃ©"), ("é", "Ã©"), ("&", "&amp;amp;"), ("bar", "b</b>ar"), ("Pay", "Pay"), ("\nPay", "\\nPay")];
    for (word, expected) in cases {
        assert_eq!(back(word), expected);
    }
    assert_eq!(piece.written_span(Span::new(0, piece.text.len())).of(written), &written[3..]);
}

#[test]
fn what_is_only_markup_is_no_text() {
    assert!(Posting::from_pieces([piece(Field::Title, "<br>&nbsp;")]).is_empty());
}

#[test]
fn headers_without_marks() {
    assert_eq!(header("\u{feff}id"), "id");
    assert_eq!(header("ï»¿\u{feff}id\u{feff}"), "id");
    assert_eq!(header(" título "), " título ");
}

mod at_random {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    fn parts() -> impl Strategy<Value = String> {
        let parts = [
            "<",
            ">",
            "</",
            "/>",
            "p",
            "<br>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<a href=\"",
            "\"",
            "'",
            "=",
            " ",
            "&",
            "amp;",
            "&lt;",
            "&gt;",
            "&#",
            "146;",
            ";",
            "\\",
            "n",
            "\\r\\n",
            "A",
            "é",
            "Ã",
            "©",
            "â",
            "€",
            "™",
            "\u{feff}",
            "ï",
            "»",
            "¿",
            "中",
            "\u{80}",
        ];
        vec(select(parts.to_vec()), 0..30).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        /// Every span of what is read leads to whole characters of what was written, in order.
        #[test]
        fn spans_stay_inside(text in parts()) {
            let piece = piece(Field::Description, text.as_str());
            let borders: Vec<usize> = (0..=piece.text.len()).filter(|&at| piece.text.is_char_boundary(at)).collect();
            let mut last = Span::default();
            for ends in borders.windows(2) {
                let span = piece.written_span(Span::new(ends[0], ends[1]));
                prop_assert!(text.get(span.start..span.end).is_some(), "{span:?}");
                prop_assert!(span.start >= last.start && span.end >= last.end, "{last:?} {span:?}");
                if piece.origin.is_none() {
                    prop_assert_eq!(span, Span::new(ends[0], ends[1]));
                }
                last = span;
            }
        }

        /// What is read from text as people write it is that text, whatever was made of it on the way.
        #[test]
        fn mojibake_goes_forth_and_back(text in "[a-z ]{0,4}[éèüñ’“”–中文тя😀]{1,6}[a-z]{0,4}") {
            let spoilt: String = text.bytes().map(char::from).collect();
            let read = read(&spoilt);
            prop_assert!(read == text || read == spoilt);
        }
    }
}
