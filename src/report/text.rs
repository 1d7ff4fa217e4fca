//! An explanation as text for a person, with colour where the output is a terminal.
//!
//! The text of a posting is foreign: whatever could steer a terminal or turn the reading direction is shown as an
//! escape (`\u{1b}`), never sent.

use std::{
    borrow::Cow,
    fmt::{self, Write as _},
};

use crate::{
    explain::{Explanation, Reason},
    features::cues::names,
    model::Tier,
    posting::{Piece, Posting},
    report::number::six_digits,
};

/// How marks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `[…]` towards a lure, `{…}` away from one.
    Plain,
    /// Bold magenta towards a lure, underlined cyan away from one.
    Colour,
}

impl Style {
    /// What stands before and after a text that speaks for or against a lure.
    fn marks(self, towards_lure: bool) -> (&'static str, &'static str) {
        match (self, towards_lure) {
            (Self::Plain, true) => ("[", "]"),
            (Self::Plain, false) => ("{", "}"),
            (Self::Colour, true) => ("\u{1b}[1;35m", "\u{1b}[0m"),
            (Self::Colour, false) => ("\u{1b}[4;36m", "\u{1b}[0m"),
        }
    }

    fn heading(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("\u{1b}[1m{text}\u{1b}[0m"),
        }
    }
}

/// A tier in the project's words.
///
/// ```
/// use lurewatch::{model::Tier, report::text::verdict};
///
/// assert_eq!(verdict(Tier::Review), "possible recruitment lure: needs review");
/// ```
#[must_use]
pub fn verdict(tier: Tier) -> &'static str {
    match tier {
        Tier::Review => "possible recruitment lure: needs review",
        Tier::Watch => "worth a look when there is time",
        Tier::None => "little in this text speaks for a recruitment lure",
    }
}

/// `text` with everything that a terminal would act on, or that turns the reading direction, as an escape, so too invisible
/// characters beside Latin letters and digits, where they can only disguise; a tab as a space.
///
/// ```
/// use lurewatch::report::text::printable;
///
/// assert_eq!(printable("50 %\u{1b}[2J off\r\n"), r"50 %\u{1b}[2J off\r\n");
/// assert_eq!(printable("fr\u{200b}ee"), r"fr\u{200b}ee");
/// assert_eq!(printable("包吃住 ✈️ 👩\u{200d}💻"), "包吃住 ✈️ 👩\u{200d}💻");
/// ```
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| steers(c) || is_invisible(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let beside_latin = before.is_ascii_alphanumeric() || chars.peek().is_some_and(char::is_ascii_alphanumeric);
        match c {
            '\t' => shown.push(' '),
            _ if steers(c) || (is_invisible(c) && beside_latin) => shown.extend(c.escape_default()),
            _ => shown.push(c),
        }
        before = c;
    }
    Cow::Owned(shown)
}

/// Control characters, and format characters that reorder or hide text: bidirectional controls, line and
/// paragraph separators, byte order mark, annotations, tags.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{180E}' | '\u{2061}'..='\u{2064}' | '\u{206A}'..='\u{206F}' | '\u{3164}' | '\u{FFA0}')
        || matches!(c, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Characters without width that some scripts and emoji need.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}')
}

/// A posting with its explanation, to be shown.
///
/// What it shows: the text piece by piece with the places of the listed reasons marked, the reasons, and what they sum to.
///
/// ```
/// use lurewatch::{
///     Model,
///     explain::explain,
///     features::Scratch,
///     posting::Posting,
///     report::text::{Explained, Style},
/// };
///
/// let model = Model::embedded()?;
/// let posting = Posting::from_text("Easy typing work, visa and flight paid");
/// let explained = Explained {
///     posting: &posting,
///     explanation: &explain(&model, &posting, &mut Scratch::default()),
///     prevalence: model.manifest().calibration.prevalence,
///     listed: 25,
///     style: Style::Plain,
/// };
/// assert!(explained.to_string().contains("sum: the decision value"));
/// # Ok::<(), lurewatch::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Explained<'a> {
    /// The posting.
    pub posting: &'a Posting<'a>,
    /// What was said of it.
    pub explanation: &'a Explanation,
    /// Share of lures that probabilities refer to, 0 to 1.
    pub prevalence: f64,
    /// How many of the heaviest reasons are listed; cues are listed always.
    pub listed: usize,
    /// How marks are made.
    pub style: Style,
}

impl fmt::Display for Explained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = self.listed();
        if self.posting.is_empty() {
            writeln!(f, "(no text)")?;
        }
        for (at, piece) in self.posting.pieces().iter().enumerate() {
            writeln!(f, "{}", self.style.heading(piece.field.name()))?;
            let here: Vec<&Reason> = listed.iter().copied().filter(|reason| reason.piece == at).collect();
            writeln!(f, "{}", self.marked(piece, &here))?;
        }
        if !listed.is_empty() {
            self.legend(f)?;
        }
        writeln!(f)?;
        self.table(&listed, f)?;
        self.verdict(f)
    }
}

impl Explained<'_> {
    fn legend(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [towards, away] = [true, false].map(|towards_lure| {
            let (open, close) = self.style.marks(towards_lure);
            format!("{open}…{close}")
        });
        writeln!(f, "\n{towards} speaks for a lure, {away} against one")
    }

    /// The reasons to list, heaviest towards a lure first: all cues, and of the rest the heaviest.
    fn listed(&self) -> Vec<&Reason> {
        let reasons = &self.explanation.reasons;
        let mut weights: Vec<f64> = reasons.iter().map(|reason| reason.weight.abs()).collect();
        weights.sort_by(|a, b| b.total_cmp(a));
        let least = weights.get(self.listed).copied().unwrap_or(0.0);
        reasons.iter().filter(|reason| reason.cue.is_some() || reason.weight.abs() > least).collect()
    }

    /// The text of a piece, indented, with the places of reasons marked; where places overlap, the heaviest decides.
    fn marked(&self, piece: &Piece<'_>, reasons: &[&Reason]) -> String {
        let mut marks: Vec<Option<bool>> = vec![None; piece.written().len()];
        let mut lightest_first: Vec<&&Reason> = reasons.iter().filter(|reason| !is_meeting(reason)).collect();
        lightest_first.sort_by(|a, b| a.weight.abs().total_cmp(&b.weight.abs()));
        for reason in lightest_first {
            marks[reason.span.start..reason.span.end].fill(Some(reason.weight > 0.0));
        }
        let mut shown = String::from("  ");
        for (number, (start, line)) in lines(piece.written()).enumerate() {
            if number > 0 {
                shown.push_str("\n  ");
            }
            let mut rest = 0;
            while rest < line.len() {
                let mark = marks[start + rest];
                let run = marks[start + rest..start + line.len()].iter().take_while(|&&other| other == mark).count();
                let (open, close) = mark.map_or(("", ""), |towards_lure| self.style.marks(towards_lure));
                let _ = write!(shown, "{open}{}{close}", printable(&line[rest..rest + run]));
                rest += run;
            }
        }
        shown
    }

    fn table(&self, listed: &[&Reason], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.style.heading("  weight  field, bytes            reason"))?;
        for reason in listed {
            let place = format!("{} {}-{}", reason.field.name(), reason.span.start, reason.span.end);
            writeln!(f, "{:+8.4}  {place:<22}  {}", reason.weight, wording(reason))?;
        }
        let rest = self.explanation.reasons.len() - listed.len();
        if rest > 0 {
            let sum: f64 = listed.iter().map(|reason| reason.weight).sum();
            let all: f64 = self.explanation.reasons.iter().map(|reason| reason.weight).sum();
            writeln!(f, "{:+8.4}  {:<22}  {rest} lighter ones together", all - sum, "")?;
        }
        writeln!(f, "{:+8.4}  {:<22}  intercept, the same for every posting", self.explanation.intercept, "")?;
        writeln!(f, "{:+8.4}  {:<22}  sum: the decision value", self.explanation.score.decision, "")
    }

    fn verdict(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let score = &self.explanation.score;
        let prevalence = 100.0 * self.prevalence;
        let probability = six_digits(score.probability);
        writeln!(f, "\nprobability {probability}, where {prevalence:.1} % of postings are lures")?;
        writeln!(f, "tier {}: {}", score.tier.name(), verdict(score.tier))?;
        writeln!(f, "The score is about this text, not about any person.")
    }
}

/// Whether a reason is two cues that meet; their place holds everything between them.
fn is_meeting(reason: &Reason) -> bool {
    reason.cue.as_deref().is_some_and(|cue| cue.contains('+'))
}

/// What a reason is, and the text that shows it.
fn wording(reason: &Reason) -> String {
    let text = printable(&reason.text);
    match (&reason.cue, &reason.feature) {
        (Some(cue), _) => {
            let name = names::readable(cue).map(|name| format!(" {name}")).unwrap_or_default();
            format!("{}{name}: \"{}\"", printable(cue), shortened(&text))
        }
        (None, Some(feature)) if folded(feature) == folded(&reason.text) => format!("\"{}\"", shortened(&text)),
        (None, Some(feature)) => format!("`{}`: \"{}\"", printable(feature), shortened(&text)),
        (None, None) => format!("\"{}\"", shortened(&text)),
    }
}

/// A text without case and blanks.
fn folded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Beginning and end of a text that is too long for a line.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 60;
    let length = text.chars().count();
    if length <= LONGEST {
        return Cow::Borrowed(text);
    }
    let head: String = text.chars().take(LONGEST / 2).collect();
    let tail: String = text.chars().skip(length - LONGEST / 2).collect();
    Cow::Owned(format!("{head} … {tail}"))
}

/// Lines with the byte at which they start, without their ends.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |whole| {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        start += whole.len();
        (start - whole.len(), line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::Score,
        posting::{Field, Span},
    };

    fn reason(posting: &Posting<'_>, name: &str, weight: f64, (start, end): (usize, usize)) -> Reason {
        let is_cue = name.starts_with(|c: char| c.is_ascii_uppercase());
        let name = Some(name.to_owned());
        let (cue, feature) = if is_cue { (name, None) } else { (None, name) };
        let span = Span::new(start, end);
        let Piece { field, text, .. } = &posting.pieces()[0];
        Reason { cue, feature, weight, piece: 0, field: *field, span, text: span.of(text).to_owned() }
    }

    fn shown(text: &str, reasons: &[(&str, f64, (usize, usize))], style: Style, listed: usize) -> String {
        let posting = Posting::from_pieces([(Field::Title, text.into())]);
        let reasons: Vec<Reason> =
            reasons.iter().map(|&(name, weight, place)| reason(&posting, name, weight, place)).collect();
        let decision = -1.5 + reasons.iter().map(|reason| reason.weight).sum::<f64>();
        let score = Score { decision, probability: 0.25, tier: Tier::Watch };
        let explanation = Explanation { score, intercept: -1.5, reasons };
        Explained { posting: &posting, explanation: &explanation, prevalence: 0.5, listed, style }.to_string()
    }

    #[test]
    fn plain_text_is_marked_listed_and_summed() {
        let text = "Free visa, typing test\nAnnual leave";
        let reasons = [
            ("R2", 0.75, (11, 22)),
            ("P4+R2", 0.5, (0, 22)),
            ("visa", 0.25, (5, 9)),
            ("typing", 0.125, (11, 17)),
            ("annual leave", -0.25, (23, 35)),
            ("tset", 0.1875, (18, 22)),
        ];
        assert_eq!(
            shown(text, &reasons, Style::Plain, 5),
            r#"title
  Free [visa], [typing test]
  {Annual leave}

[…] speaks for a lure, {…} against one

  weight  field, bytes            reason
 +0.7500  title 11-22             R2 typing is the test: "typing test"
 +0.5000  title 0-22              P4+R2 everything paid + typing is the test: "Free visa, typing test"
 +0.2500  title 5-9               "visa"
 -0.2500  title 23-35             "Annual leave"
 +0.1875  title 18-22             `tset`: "test"
 +0.1250                          1 lighter ones together
 -1.5000                          intercept, the same for every posting
 +0.0625                          sum: the decision value

probability 0.250000, where 50.0 % of postings are lures
tier watch: worth a look when there is time
The score is about this text, not about any person.
"#
        );
    }

    #[test]
    fn the_heavier_of_two_places_decides_and_lines_are_marked_one_by_one() {
        let text = "easy\r\nwork abroad";
        let reasons = [("P6", 0.5, (0, 10)), ("work abroad", -0.75, (6, 17))];
        let shown = shown(text, &reasons, Style::Plain, 9);
        assert!(shown.starts_with("title\n  [easy]\n  {work abroad}\n"), "{shown}");
    }

    #[test]
    fn colour_differs_in_more_than_colour_and_no_escape_of_the_posting_passes() {
        let text = "\u{1b}[31mvisa leave\u{202e}";
        let shown = shown(text, &[("visa", 0.5, (5, 9)), ("leave", -0.5, (10, 15))], Style::Colour, 9);
        let line = shown.lines().nth(1).unwrap();
        assert_eq!(line, "  \\u{1b}[31m\u{1b}[1;35mvisa\u{1b}[0m \u{1b}[4;36mleave\u{1b}[0m\\u{202e}");
    }

    /// C0, delete, C1 (of which one byte alone begins a sequence in some terminals), what turns the reading direction, and
    /// the hidden link of OSC 8.
    #[test]
    fn nothing_that_steers_gets_through() {
        let bidi = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        let controls = ('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}').filter(|&c| c != '\t').chain(bidi.chars());
        for c in controls {
            let text = format!("a{c}b visa");
            let escape = c.escape_default().to_string();
            assert_eq!(printable(&text), format!("a{escape}b visa"));
            let seen = shown(&text, &[("P4", 0.5, (0, text.len()))], Style::Plain, 9);
            assert!(!seen.contains(c) || c == '\n', "{escape}: {seen}");
        }
        let link = "\u{1b}]8;;https://example.com\u{1b}\\safe\u{1b}]8;;\u{1b}\\";
        assert_eq!(printable(link), r"\u{1b}]8;;https://example.com\u{1b}\safe\u{1b}]8;;\u{1b}\");
    }

    #[test]
    fn long_places_show_their_ends() {
        let text = "包".repeat(100);
        let shown = shown(&text, &[("P4+R2", 1.0, (0, 300))], Style::Plain, 9);
        let expected = format!("\"{0} … {0}\"", "包".repeat(30));
        assert!(shown.contains(&expected), "{shown}");
        assert!(shown.contains(&format!("\n  {text}\n")), "two that meet mark nothing: {shown}");
    }

    #[test]
    fn no_verdict_speaks_of_persons_or_crimes() {
        for tier in [Tier::None, Tier::Watch, Tier::Review] {
            for word in ["traffick", "guilty", "criminal", "fraud", "person"] {
                assert!(!verdict(tier).contains(word), "{tier:?}");
            }
        }
    }
}
