//! The riskiest postings as one HTML file for people elsewhere: it opens without a network, runs no script, and prints.
//!
//! All that comes from outside (the adverts, names of files, words of a model) is escaped, and a policy in the file's head
//! forbids whatever might get through all the same. There is no time in it: the same rows give the same bytes.

use std::fmt::{self, Write as _};

use crate::{
    explain::Reason,
    features::cues::names,
    ingest::mended,
    model::Tier,
    posting::Field,
    redact::{Redacted, Redaction},
    report::{
        cases::Case,
        redacted,
        text::{printable, shortened, verdict},
    },
};

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111;background:#fff}\
h1{font-size:1.5em}h2{font-size:1.15em;margin:0 0 .3em}h3{font-size:.9em;margin:.8em 0 .1em;color:#444}\
table{border-collapse:collapse;margin:.6em 0}th,td{text-align:left;vertical-align:top;padding:.15em .8em .15em 0}\
td.weight{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
article{border-top:2px solid #888;margin-top:1.5em;padding-top:.8em}\
p.text{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}code{overflow-wrap:anywhere}\
mark{color:inherit;background:#fde2c8;border-bottom:2px solid #a33f00}\
mark.against{background:#dcebf7;border-bottom:2px dotted #00528f}\
.notice{border:2px solid #a33f00;padding:.6em 1em}\
@media print{body{margin:0;max-width:none;font-size:11pt}article{break-inside:avoid-page}}";

/// A file that was scored.
#[derive(Clone, Debug)]
pub struct FileFacts {
    /// Its name, without folders.
    pub name: String,
    /// sha256 of its bytes.
    pub sha256: Option<String>,
}

/// What is reported.
#[derive(Clone, Debug)]
pub struct HtmlReport<'a> {
    /// Version of the program.
    pub version: &'a str,
    /// Id of the model.
    pub model: &'a str,
    /// Share of lures that probabilities refer to, 0 to 1.
    pub prevalence: f64,
    /// The files.
    pub files: &'a [FileFacts],
    /// Rows scored.
    pub scored: u64,
    /// Rows that could not be.
    pub rejected: u64,
    /// Rows of tier `review`.
    pub review: u64,
    /// Rows of tier `watch`.
    pub watch: u64,
    /// The riskiest rows, the riskiest first.
    pub cases: &'a [Case],
}

impl HtmlReport<'_> {
    /// The file, with personal data replaced as `redaction` says.
    #[must_use]
    pub fn to_html(&self, redaction: &mut Redaction) -> String {
        let mut page = String::with_capacity(4096 * (self.cases.len() + 1));
        // Writing to a string does not fail.
        let _ = self.write(&mut page, redaction);
        page
    }

    fn write(&self, page: &mut String, redaction: &mut Redaction) -> fmt::Result {
        write!(
            page,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" \
             content=\"width=device-width\">\n<meta name=\"robots\" content=\"noindex\">\n<title>Possible recruitment lures\
             </title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        )?;
        self.head(page, redaction)?;
        for (at, case) in self.cases.iter().enumerate() {
            self.case(page, at + 1, case, redaction)?;
        }
        self.legend(page)?;
        page.write_str("</body>\n</html>\n")
    }

    fn head(&self, page: &mut String, redaction: &Redaction) -> fmt::Result {
        let Self { scored, rejected, review, watch, .. } = self;
        let (shown, flagged, read) = (self.cases.len(), review + watch, scored + rejected);
        writeln!(page, "<h1>Possible recruitment lures: the {shown} riskiest of {flagged} flagged postings</h1>")?;
        writeln!(
            page,
            "<p class=\"notice\"><strong>Possible recruitment lure: needs review; this accuses nobody.</strong> The \
             probabilities speak of the wording of a text, not of any person. A person reads before anything is done.</p>"
        )?;
        writeln!(page, "<table>")?;
        for file in self.files {
            let hash = file.sha256.as_deref().unwrap_or("not known");
            fact(page, "File", &format!("{}<br>sha256 <code>{hash}</code>", escaped(&file.name)))?;
        }
        fact(page, "Rows", &format!("{read} read = {scored} scored + {rejected} rejected"))?;
        fact(page, "Flagged", &format!("{review} in tier review, {watch} in tier watch"))?;
        fact(page, "Program", &format!("lurewatch {}", escaped(self.version)))?;
        fact(page, "Model", &format!("<code>{}</code>", escaped(self.model)))?;
        let prevalence = 100.0 * self.prevalence;
        fact(
            page,
            "Probabilities",
            &format!("as if {prevalence:.1} % of postings were lures; where fewer are, they rank"),
        )?;
        fact(page, "Personal data", told(redaction))?;
        writeln!(page, "</table>")?;
        writeln!(
            page,
            "<p><mark>Marked so</mark> is what speaks for a lure, <mark class=\"against\">so</mark> what speaks against \
             one. One sign alone says almost nothing: most honest adverts for work abroad have several.</p>"
        )
    }

    /// What the indicators of these cases mean.
    fn legend(&self, page: &mut String) -> fmt::Result {
        let is_here = |id: &str| self.cases.iter().any(|case| case.cues.iter().any(|cue| cue == id));
        let here: Vec<_> = names::CATALOGUE.iter().filter(|name| is_here(name.id)).collect();
        if here.is_empty() {
            return Ok(());
        }
        writeln!(page, "<article>\n<h2>What the indicators mean</h2>\n<table>")?;
        for name in here {
            fact(page, name.id, &format!("{}: {}", escaped(name.name), escaped(name.about)))?;
        }
        writeln!(page, "</table>\n</article>")
    }

    fn case(&self, page: &mut String, number: usize, case: &Case, redaction: &mut Redaction) -> fmt::Result {
        let Case { row, line, tier, probability, .. } = case;
        writeln!(page, "<article>")?;
        writeln!(page, "<h2>{number}. Probability {probability}, tier {}: {}</h2>", tier.name(), phrase(*tier))?;
        let file = self.files.get(case.file).map_or("", |file| file.name.as_str());
        write!(page, "<p>{}, row {row} (line {line})", escaped(file))?;
        if let Some(id) = &case.id {
            write!(page, ", id {}", escaped(&redaction.apply(&mended(Field::Title, id.as_str()), false).text))?;
        }
        writeln!(page, "</p>")?;
        cues(page, &case.cues)?;
        let texts: Vec<(Field, Redacted)> = case
            .texts
            .iter()
            .map(|(field, text)| {
                let piece = mended(*field, text.as_str());
                (*field, redaction.apply(&piece, *field == Field::Contact))
            })
            .collect();
        let mut reasons = case.reasons.clone();
        redacted::reasons(&mut reasons, |reason| texts.get(reason.piece).map(|(_, text)| text));
        for (at, (field, text)) in texts.iter().enumerate() {
            let here: Vec<&Reason> = reasons.iter().filter(|reason| reason.piece == at).collect();
            writeln!(
                page,
                "<h3>{}</h3>\n<p class=\"text\" dir=\"auto\">{}</p>",
                field.name(),
                marked(&text.text, &here)
            )?;
        }
        table(page, &reasons)?;
        writeln!(page, "</article>")
    }
}

/// A line of the table at the top; `html` is escaped.
fn fact(page: &mut String, name: &str, html: &str) -> fmt::Result {
    writeln!(page, "<tr><th>{name}</th><td>{html}</td></tr>")
}

fn told(redaction: &Redaction) -> &'static str {
    match redaction {
        Redaction::Off => "not redacted: this file holds what the adverts hold",
        Redaction::Keyed(_) => {
            "replaced by keyed hashes where found: equal data have equal hashes. Names are found by signs such as \u{201c}Ms.\u{201d} \
             only, so that some may be left"
        }
        Redaction::Numbered(_) => {
            "replaced by numbers where found: equal data have equal numbers within this file. Names are found by signs such as \
             \u{201c}Ms.\u{201d} only, so that some may be left"
        }
    }
}

fn phrase(tier: Tier) -> &'static str {
    match tier {
        Tier::Review => "possible recruitment lure, needs review",
        other => verdict(other),
    }
}

fn cues(page: &mut String, ids: &[String]) -> fmt::Result {
    let named: Vec<String> = ids
        .iter()
        .map(|id| match names::readable(id) {
            Some(name) => format!("<strong>{}</strong> {}", escaped(id), escaped(&name)),
            None => format!("<strong>{}</strong>", escaped(id)),
        })
        .collect();
    if named.is_empty() { Ok(()) } else { writeln!(page, "<p>Indicators: {}</p>", named.join("; ")) }
}

fn table(page: &mut String, reasons: &[Reason]) -> fmt::Result {
    if reasons.is_empty() {
        return Ok(());
    }
    writeln!(page, "<table>\n<tr><th>weight</th><th>reason</th><th>field, bytes</th><th>text</th></tr>")?;
    for reason in reasons {
        let Reason { weight, field, span, text, .. } = reason;
        let what = match (&reason.cue, &reason.feature) {
            (Some(cue), _) => {
                let name = names::readable(cue).map(|name| format!(" {}", escaped(&name))).unwrap_or_default();
                format!("<strong>{}</strong>{name}", escaped(cue))
            }
            (None, Some(feature)) => escaped(feature),
            (None, None) => String::new(),
        };
        writeln!(
            page,
            "<tr><td class=\"weight\">{weight:+.4}</td><td>{what}</td><td>{} {}\u{2013}{}</td><td dir=\"auto\">{}</td></tr>",
            field.name(),
            span.start,
            span.end,
            escaped(&shortened(text))
        )?;
    }
    writeln!(page, "</table>")
}

/// A text with the places of reasons marked; where they overlap, the heaviest decides.
fn marked(text: &str, reasons: &[&Reason]) -> String {
    let mut marks: Vec<Option<bool>> = vec![None; text.len()];
    // Two cues that meet hold everything between them.
    let is_meeting = |reason: &Reason| reason.cue.as_deref().is_some_and(|cue| cue.contains('+'));
    let mut lightest_first: Vec<&&Reason> = reasons.iter().filter(|reason| !is_meeting(reason)).collect();
    lightest_first.sort_by(|a, b| a.weight.abs().total_cmp(&b.weight.abs()));
    for reason in lightest_first {
        if let Some(place) = marks.get_mut(reason.span.start..reason.span.end) {
            place.fill(Some(reason.weight > 0.0));
        }
    }
    let mut html = String::with_capacity(2 * text.len());
    let mut rest = 0;
    while rest < text.len() {
        let mark = marks[rest];
        let run = marks[rest..].iter().take_while(|&&other| other == mark).count();
        let shown = escaped(&text[rest..rest + run]);
        match mark {
            None => html.push_str(&shown),
            Some(towards_lure) => {
                let class = if towards_lure { "" } else { " class=\"against\"" };
                // Writing to a string does not fail.
                let _ = write!(html, "<mark{class}>{shown}</mark>");
            }
        }
        rest += run;
    }
    html
}

/// A text as HTML: nothing in it is markup, steers the reading direction or hides; line ends stay.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            html.push('\n');
        }
        for c in printable(line.strip_suffix('\r').unwrap_or(line)).chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#39;"),
                c => html.push(c),
            }
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::posting::Span;

    fn reason(text: &str, place: (usize, usize), weight: f64, cue: Option<&str>) -> Reason {
        let (cue, feature) = (cue.map(str::to_owned), cue.is_none().then(|| "word".to_owned()));
        let span = Span::new(place.0, place.1);
        Reason { cue, feature, weight, piece: 0, field: Field::Title, span, text: span.of(text).to_owned() }
    }

    #[test]
    fn nothing_of_an_advert_is_markup() {
        let text = "<script>alert('1')</script>\u{202e}\u{1b}]8;;x\u{7}\u{9b}1m\r\nnext & \"last\"";
        assert_eq!(
            escaped(text),
            "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\\u{202e}\\u{1b}]8;;x\\u{7}\\u{9b}1m\nnext &amp; &quot;last&quot;"
        );
    }

    #[test]
    fn places_are_marked_by_the_heaviest() {
        let text = "free <visa> leave";
        let reasons = [
            reason(text, (0, 11), 0.5, Some("P4")),
            reason(text, (6, 10), -1.0, None),
            reason(text, (0, 17), 9.0, Some("P4+T1")),
        ];
        let all: Vec<&Reason> = reasons.iter().collect();
        assert_eq!(
            marked(text, &all),
            "<mark>free &lt;</mark><mark class=\"against\">visa</mark><mark>&gt;</mark> leave"
        );
    }
}
