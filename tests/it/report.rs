//! `lurewatch score --report`, and what is shown of foreign names on stderr.

use lurewatch::model::artifact::sha256_hex;

use crate::support::{Scratch, tiny_model, with_model};

const LURE: &str = "Typing work in Bavet, no experience needed, free visa, flight paid, Telegram @hrboss88";
const JOBS: &str = "id,title,text\n\
    1,Typist <b>now</b>,\"Typing work in Bavet, no experience needed, free visa, flight paid, Telegram @hrboss88\u{202e}<script>x</script>\"\n\
    2,Nurse,\"Registered nurse for the night shift at the county hospital, permanent contract\"\n\
    short\n\
    4,Chat,\"Chat operators wanted in Myawaddy, we pay ticket and visa, easy job, t.me/HRboss88, Ms. Lily 012 345 678\"\n";

fn report(scratch: &Scratch, args: &[&str], key: Option<&str>) -> (String, String) {
    let all = [&["jobs.csv", "--report", "r.html"], args].concat();
    let mut command = scratch.command(&with_model(&all));
    command.env_remove("LUREWATCH_REDACT_KEY").envs(key.map(|key| ("LUREWATCH_REDACT_KEY", key)));
    let run = command.output().unwrap();
    assert_eq!(run.status.code(), Some(1), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(run.stdout.is_empty());
    assert_eq!(scratch.names(), ["jobs.csv", "r.html"], "nothing is left beside it");
    (String::from_utf8(scratch.read("r.html")).unwrap(), String::from_utf8(run.stderr).unwrap())
}

#[test]
fn a_report_says_what_an_outsider_needs_and_holds_no_personal_data() {
    let scratch = Scratch::new("report").file("jobs.csv", JOBS);
    let (page, told) = report(&scratch, &[], None);
    let model = &tiny_model().manifest().id;
    for wanted in [
        "<h1>Possible recruitment lures: the 2 riskiest of 2 flagged postings</h1>",
        "Possible recruitment lure: needs review; this accuses nobody.",
        "jobs.csv<br>",
        &sha256_hex(JOBS.as_bytes()),
        "4 read = 3 scored + 1 rejected",
        &format!("lurewatch {}", env!("CARGO_PKG_VERSION")),
        &format!("<code>{model}</code>"),
        "jobs.csv, row 1 (line 2), id 1",
        "<strong>T1</strong> place known for compounds",
        "&lt;",
        "\\u{202e}",
        "<th>T1</th><td>place known for compounds: a town where compounds were found",
        "Names are found by signs",
        "t.me/",
        "[handle 1]",
        "[name 1]",
        "[phone 1]",
        "<mark>",
    ] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    for unwanted in
        ["boss88", "Lily", "345 678", "<script", "<b>", "href", "src=", "url(", "\u{202e}", "Registered", "@import"]
    {
        assert!(!page.contains(unwanted), "{unwanted} in {page}");
    }
    assert_eq!(page.matches("[handle 1]").count(), page.matches("[handle ").count(), "one handle in two adverts");
    assert!(
        told.contains("jobs.csv:4: row 3: 1 fields") && told.ends_with("r.html: the 2 riskiest of them\n"),
        "{told}"
    );
}

#[test]
fn the_same_bytes_always_and_on_any_number_of_threads() {
    let scratch = Scratch::new("report_threads").file("jobs.csv", JOBS);
    let first = report(&scratch, &["--threads", "1"], None).0;
    assert_eq!(first, report(&scratch, &["--threads", "5"], None).0);
}

#[test]
fn a_key_makes_hashes_and_no_redact_makes_nothing() {
    let scratch = Scratch::new("report_key").file("jobs.csv", JOBS);
    let keyed = report(&scratch, &[], Some("0123456789abcdef")).0;
    assert!(keyed.contains("keyed hashes") && keyed.contains("[handle:") && !keyed.contains("boss88"), "{keyed}");
    let open = report(&scratch, &["--no-redact"], Some("0123456789abcdef")).0;
    assert!(open.contains("not redacted") && open.contains("boss88") && !open.contains("[handle"), "{open}");
}

#[test]
fn top_bounds_it_and_the_riskiest_come_first() {
    let scratch = Scratch::new("report_top").file("jobs.csv", JOBS);
    let all = report(&scratch, &[], None).0;
    let one = report(&scratch, &["--top", "1"], None).0;
    assert_eq!((all.matches("<h2>").count(), one.matches("<h2>").count()), (3, 2), "and the legend");
    let first = all.split("<h2>").nth(1).unwrap().lines().next().unwrap();
    assert!(one.contains(first) && one.contains("the 1 riskiest of 2"), "{one}");
    let probabilities: Vec<f64> =
        all.split(". Probability ").skip(1).map(|rest| rest.split(',').next().unwrap().parse().unwrap()).collect();
    assert!(probabilities[0] >= probabilities[1], "{probabilities:?}");
}

#[test]
fn a_report_never_writes_over_its_input() {
    let scratch = Scratch::new("report_input").file("jobs.csv", JOBS);
    let seen = scratch.score(&["jobs.csv", "--report", "jobs.csv", "--quiet"]);
    assert!(seen.starts_with("exit 2\n--- stdout\n--- stderr\nlurewatch: jobs.csv: is the input"), "{seen}");
    assert_eq!(scratch.read("jobs.csv"), JOBS.as_bytes());
}

/// The name of a file and a header reach the terminal in messages.
#[test]
fn no_message_steers_a_terminal() {
    let evil = "\u{1b}]8;;x\u{7}\u{9b}31m\u{202e}";
    let name = format!("jobs{evil}.csv");
    let scratch = Scratch::new("steers").file(&name, format!("id,text,{evil}\n1,{LURE},\nshort\n"));
    for args in [
        &["--quiet"][..],
        &[],
        &["--column", "title=x"],
        &["--column", "title=text", "--column", "description=nothing"],
    ] {
        let seen = scratch.score(&[&[name.as_str(), "-o", "out.csv"], args].concat());
        let told = seen.split_once("--- stderr\n").unwrap().1;
        assert!(told.contains(r"jobs\u{1b}]8;;x\u{7}\u{9b}31m\u{202e}.csv"), "{told}");
        assert!(!told.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{told:?}");
    }
}
