//! Which column is read as what, as the user sees it.

use crate::support::Scratch;

#[test]
fn mapping_is_shown_and_quiet_hides_it() {
    let scratch = Scratch::new("mapping").file("jobs.csv", "id,jobTitle,jobDescription\n1,Nurse,Night shift\n");
    let seen = scratch.score(&["jobs.csv", "-o", "out.csv"]);
    assert_eq!(
        seen,
        "exit 0\n--- stdout\n--- stderr\n\
         jobs.csv: UTF-8\n\
         jobs.csv: id ← id, title ← jobTitle, description ← jobDescription\n\
         rows: 1 read = 1 scored + 0 rejected\n\
         possible recruitment lures: 0 need review, 0 to watch\n\
         time: …\n"
    );
    assert_eq!(scratch.score(&["jobs.csv", "-o", "out.csv", "--quiet"]), "exit 0\n--- stdout\n--- stderr\n");
}

/// Name, header, further arguments, the one line of the error and the hint.
type Case = (&'static str, &'static str, &'static [&'static str], &'static str);

const REFUSED: &[Case] = &[
    (
        "two candidates",
        "id,description,generated_text",
        &[],
        "lurewatch: jobs.csv: `description`, `generated_text` all fit the role `description`; one may; \
         the header has `id`, `description`, `generated_text`\n\
         hint: say which one it is: `--column description=generated_text`\n",
    ),
    (
        "twins",
        "text,text",
        &["--column", "description=text"],
        "lurewatch: jobs.csv: `text`, `text` all fit the role `description`; one may; the header has `text`, `text`\n\
         hint: say which one it is: `--column description=text`\n",
    ),
    (
        "no text",
        "id,colour,size",
        &[],
        "lurewatch: jobs.csv: no column for the text of a posting (`title`, `description`, `requirements` or \
         `benefits`); the header has `id`, `colour`, `size`\n\
         hint: say which header holds the text: `--column description=NAME`; a file without a header row needs one\n",
    ),
    (
        "text switched off",
        "id,text,x",
        &["--column", "description="],
        "lurewatch: jobs.csv: no column for the text of a posting (`title`, `description`, `requirements` or \
         `benefits`); the header has `id`, `text`, `x`\n\
         hint: say which header holds the text: `--column description=NAME`; a file without a header row needs one\n",
    ),
    (
        "unknown header",
        "id,job text,x",
        &["--column", "description=job-text"],
        "lurewatch: jobs.csv: no column `job-text`; the header has `id`, `job text`, `x`\n\
         hint: write the header as it stands in the file: `job text`\n",
    ),
    (
        "taken",
        "id,text,lure_tier",
        &[],
        "lurewatch: jobs.csv: the column `lure_tier` is there already; the output would have it twice\n\
         hint: score the file that you scored before, or rename or remove that column; lurewatch adds it itself\n",
    ),
    (
        "JSON with twins",
        "id,text,x,x",
        &["--format", "jsonl"],
        "lurewatch: jobs.csv: two columns are called `x`; one may be\n\
         hint: rename one of them, or write CSV: `--format csv`\n",
    ),
];

#[test]
fn what_is_not_sure_is_refused() {
    for (name, header, more, expected) in REFUSED {
        let scratch = Scratch::new(&format!("refused {name}")).file("jobs.csv", format!("{header}\n1,2,3\n"));
        let mut args = vec!["jobs.csv", "-o", "out.csv", "--quiet"];
        args.extend(*more);
        assert_eq!(scratch.score(&args), format!("exit 2\n--- stdout\n--- stderr\n{expected}"), "{name}");
        assert_eq!(scratch.names(), ["jobs.csv"], "{name}: nothing is left behind");
    }
}

#[test]
fn an_unknown_role_lists_the_roles() {
    let seen = Scratch::new("unknown_role").score(&["jobs.csv", "--column", "colour=red"]);
    assert!(seen.starts_with("exit 2\n"), "{seen}");
    assert!(seen.contains("there is no role `colour`; the roles are id, title, company, location"), "{seen}");
}

#[test]
fn a_choice_decides() {
    let scratch = Scratch::new("choice")
        .file("jobs.csv", "id,description,Generated Text\n1,Nurse,Typing work in Bavet free visa Telegram\n");
    let seen = scratch.score(&["jobs.csv", "-o", "out.csv", "--column", "description=generated text"]);
    assert!(seen.contains("jobs.csv: id ← id, description ← Generated Text\n"), "{seen}");
}

#[test]
fn other_delimiters_are_kept() {
    for (name, delimiter) in [("semicolon", ';'), ("tab", '\t'), ("bar", '|')] {
        let header = format!("id{delimiter}text\n");
        let row = format!("1{delimiter}Nurse, night shift\n");
        let scratch = Scratch::new(name).file("jobs.csv", format!("{header}{row}"));
        let out = String::from_utf8(scratch.scored(&["jobs.csv", "--quiet"])).unwrap();
        let start = format!("id{delimiter}text{delimiter}lure_probability{delimiter}lure_tier{delimiter}");
        assert!(out.starts_with(&start), "{name}: {out}");
        assert!(out.contains(&format!("\n1{delimiter}Nurse, night shift{delimiter}0.")), "{name}: {out}");
    }
}
