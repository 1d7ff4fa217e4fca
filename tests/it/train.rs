//! `lurewatch train` as its user sees it: exit code, stdout, stderr and the model folder.

use lurewatch::Model;
use serde_json::Value;

use crate::support::Scratch;

/// Seven lures and as many clean postings, no two alike, each with a group of its own and one without a label.
pub(crate) const JOBS: &str = "\
id,text,label,team,language
1,\"Typing work in Bavet. No experience needed, free visa and flight. Telegram only.\",lure,a,en
2,\"Chat operators wanted abroad! Easy job, the boss pays your ticket. Passport stays at the office.\",lure,b,en
3,\"招聘打字员。柬埔寨高薪,包吃包住,包机票。无需经验!\",lure,c,zh
4,\"Online casino staff, Poipet border. Weekly pay in dollars; room is free. Do not tell your agency.\",lure,d,en
5,\"Tuyển nhân viên gõ máy tính tại Campuchia. Lương cao, bao vé máy bay.\",lure,e,vi
6,\"Crypto marketing in the Golden Triangle. Tourist visa first. No skills asked!\",lure,f,en
7,\"Lowongan admin judi online. Gaji besar, tanpa pengalaman. Tiket ditanggung.\",lure,g,id
8,\"Night nurse at the county hospital. Permanent contract. Apply through our careers page.\",clean,h,en
9,\"Carpenter in Galway with own tools. Permanent contract, pay by the collective agreement.\",clean,i,en
10,\"招聘会计,上海。三年以上经验,五险一金。\",clean,j,zh
11,\"Waiter for a seaside restaurant. Uniform provided. Interview in person, shifts of eight hours.\",clean,k,en
12,\"Tuyển kế toán tại Hà Nội. Đóng bảo hiểm đầy đủ, phỏng vấn trực tiếp.\",clean,l,vi
13,\"Police warn of adverts that promise free flights. Victims report being held.\",clean,m,en
14,\"Lowongan guru matematika di Bandung. Wawancara di sekolah. Gaji sesuai aturan.\",clean,n,id
15,\"Not looked at yet\",,o,en
";

const OTHER_CLASS: &str =
    "hint: add a file with the other class, or name the value that means lure: `--lure-value VALUE`\n";
const MORE_LABELS: &str = "hint: label more postings, or say which header holds the labels: `--label NAME`\n";
/// Said on stderr, quiet or not.
const NO_BACKGROUND: &str =
    "lurewatch: no background: expect false alarms on long ordinary postings; `--background FILE` gives some\n";

/// A cue that stands in eight of [`JOBS`].
const MORE_CUES: &str = "\
id,language,pattern,kind,frameworks,source,status
ZZ9,en,in,cue,,drafted,drafted
ZZ9,id,di,cue,,drafted,drafted
ZZ9,vi,tại,cue,,drafted,drafted
";

/// What is seen, with times left out.
fn seen(scratch: &Scratch, args: &[&str]) -> String {
    let all: Vec<&str> = ["train"].iter().chain(args).copied().collect();
    let text = scratch.lurewatch(&all);
    let without_time = |line: &str| match (line.starts_with('['), line.split_once(" s] ")) {
        (true, Some((_, said))) => format!("[…] {said}"),
        _ => line.to_owned(),
    };
    text.split_inclusive('\n').map(without_time).collect()
}

fn manifest(scratch: &Scratch, folder: &str) -> Value {
    serde_json::from_slice(&scratch.read(&format!("{folder}/manifest.json"))).unwrap()
}

/// [`JOBS`] with another label in rows that `changed` picks by id.
fn relabelled(changed: impl Fn(u32) -> Option<&'static str>) -> String {
    let mut lines = JOBS.lines();
    let mut text = format!("{}\n", lines.next().unwrap());
    for line in lines {
        let id = line.split(',').next().unwrap().parse().unwrap();
        let label = if line.contains(",lure,") { ",lure," } else { ",clean," };
        match changed(id) {
            Some(other) if line.contains(label) => text += &line.replace(label, &format!(",{other},")),
            _ => text += line,
        }
        text.push('\n');
    }
    text
}

/// Name, file, arguments besides, everything on stderr.
type Refused<'a> = (&'a str, String, &'a [&'a str], String);

fn refused(cases: &[Refused]) {
    for (name, file, more, expected) in cases {
        let scratch = Scratch::new(&format!("train {name}")).file("jobs.csv", file);
        let args: Vec<&str> = ["jobs.csv", "--out", "model", "--quiet"].iter().chain(*more).copied().collect();
        assert_eq!(seen(&scratch, &args), format!("exit 2\n--- stdout\n--- stderr\n{expected}"), "{name}");
        assert_eq!(scratch.names(), ["jobs.csv"], "{name}: nothing is left behind");
    }
}

#[test]
fn labels_that_teach_nothing_are_refused() {
    let head = "id,text,label\n";
    let few = format!("{head}1,Typing work,lure\n2,Nurse,clean\n3,Cook,clean\n4,Welder,clean\n");
    let cases: [Refused; 8] = [
        (
            "unknown value",
            relabelled(|id| (id == 12).then_some("maybe")),
            &[],
            "lurewatch: jobs.csv:13: row 12: column `label`: `maybe` is not a label; allowed are `lure` or `1`, \
             `clean` or `0` or an empty cell\n\
             hint: name the value that means lure: `--lure-value VALUE`; every other value is then clean\n"
                .to_owned(),
        ),
        (
            "only lures",
            relabelled(|id| (id > 7).then_some("1")),
            &[],
            format!(
                "{NO_BACKGROUND}lurewatch: jobs.csv: all 14 labelled postings are `lure`; both classes are needed\n{OTHER_CLASS}"
            ),
        ),
        (
            "only clean",
            relabelled(|id| (id < 8).then_some("0")),
            &[],
            format!(
                "{NO_BACKGROUND}lurewatch: jobs.csv: all 14 labelled postings are `clean`; both classes are needed\n{OTHER_CLASS}"
            ),
        ),
        (
            "a lure value that nobody has",
            JOBS.to_owned(),
            &["--lure-value", "bad"],
            format!(
                "{NO_BACKGROUND}lurewatch: jobs.csv: all 14 labelled postings are `clean`; both classes are needed\n{OTHER_CLASS}"
            ),
        ),
        (
            "too few",
            few,
            &[],
            format!(
                "{NO_BACKGROUND}lurewatch: jobs.csv: 1 lures and 3 clean postings; at least 5 of each are needed\n{MORE_LABELS}"
            ),
        ),
        (
            "no label filled in",
            format!("{head}1,Typing work,\n2,Nurse,\n"),
            &[],
            format!(
                "{NO_BACKGROUND}lurewatch: jobs.csv: no labelled posting; lures and clean postings are needed\n{MORE_LABELS}"
            ),
        ),
        (
            "no row",
            head.to_owned(),
            &[],
            format!(
                "{NO_BACKGROUND}lurewatch: jobs.csv: no labelled posting; lures and clean postings are needed\n{MORE_LABELS}"
            ),
        ),
        (
            "all lures in one group",
            (1..=7).fold(JOBS.to_owned(), |text, at| {
                text.replace(&format!(",lure,{},", char::from(b'a' + at - 1)), ",lure,a,")
            }),
            &["--group", "team"],
            format!(
                "{NO_BACKGROUND}lurewatch: jobs.csv: all 7 lures are in groups that end up in one fold; lures of \
                 at least 2 groups are needed\nhint: label postings of more groups, or leave out `--group`\n"
            ),
        ),
    ];
    refused(&cases);
}

#[test]
fn columns_that_are_not_there_are_named() {
    let cases: [Refused; 4] = [
        (
            "no label column",
            "id,text,verdict\n1,Typing work,lure\n".to_owned(),
            &[],
            "lurewatch: jobs.csv: no column for label; the header has `id`, `text`, `verdict`\n\
             hint: say which header holds the labels: `--label NAME`\n"
                .to_owned(),
        ),
        (
            "a label column that is not there",
            "id,text,Verdict\n1,Typing work,lure\n".to_owned(),
            &["--label", "outcome"],
            "lurewatch: jobs.csv: no column `outcome`; the header has `id`, `text`, `Verdict`\n\
             hint: write a header as it stands in the file\n"
                .to_owned(),
        ),
        (
            "a group column that is not there",
            "id,text,label\n1,Typing work,lure\n".to_owned(),
            &["--group", "team"],
            "lurewatch: jobs.csv: no column `team`; the header has `id`, `text`, `label`\n\
             hint: write a header as it stands in the file\n"
                .to_owned(),
        ),
        (
            "no text column",
            "id,words,label\n1,Typing work,lure\n".to_owned(),
            &[],
            "lurewatch: jobs.csv: no column for the text of a posting (`title`, `description`, `requirements` or \
             `benefits`); the header has `id`, `words`, `label`\n\
             hint: say which header holds the text: `--column description=NAME`; a file without a header row needs \
             one\n"
                .to_owned(),
        ),
    ];
    refused(&cases);
}

#[test]
fn paths_that_cannot_be_used() {
    let in_the_way = "the output would be a model folder\nhint: write to another folder with `--out`\n";
    let cases: [(&str, &[&str], String); 6] = [
        (
            "missing",
            &["none.csv", "--out", "model"],
            "none.csv: cannot read: No such file or directory (os error 2)\n\
             hint: check the name; `-` is standard input\n"
                .to_owned(),
        ),
        (
            "missing background",
            &["jobs.csv", "--out", "model", "--background", "none.csv"],
            "none.csv: cannot read: No such file or directory (os error 2)\n\
             hint: check the name; `-` is standard input\n"
                .to_owned(),
        ),
        (
            "a folder as input",
            &["other", "--out", "model"],
            "other: is a folder; a file is wanted\nhint: give a file in that folder\n".to_owned(),
        ),
        (
            "a file in the way",
            &["jobs.csv", "--out", "jobs.csv"],
            format!("jobs.csv: a file stands there already; {in_the_way}"),
        ),
        (
            "another folder in the way",
            &["jobs.csv", "--out", "other"],
            format!("other: a folder that holds something else than a model stands there already; {in_the_way}"),
        ),
        (
            "the way is told before anything is read",
            &["none.csv", "--out", "jobs.csv"],
            format!("jobs.csv: a file stands there already; {in_the_way}"),
        ),
    ];
    let scratch = Scratch::new("train paths").file("jobs.csv", JOBS).folder("other").file("other/diary.txt", "x");
    for (name, args, expected) in cases {
        let args: Vec<&str> = args.iter().copied().chain(["--quiet"]).collect();
        assert_eq!(seen(&scratch, &args), format!("exit 2\n--- stdout\n--- stderr\nlurewatch: {expected}"), "{name}");
    }
    assert_eq!(scratch.names(), ["jobs.csv", "other"]);
    assert_eq!(scratch.read("jobs.csv"), JOBS.as_bytes());
    assert_eq!(scratch.read("other/diary.txt"), b"x");
}

#[test]
fn every_row_is_accounted_for() {
    let file = format!("{JOBS}16,ragged\n17,,lure,p,en\n18,\"open,lure,q,en\n");
    let scratch = Scratch::new("train rows").file("jobs.csv", file);
    let seen = seen(&scratch, &["jobs.csv", "--out", "model"]);
    let stderr = seen.split_once("--- stderr\n").unwrap().1;
    assert!(
        seen.starts_with("exit 1\n--- stdout\nHeld-out figures (5 folds by group: 14 postings, 7 lures, 14 groups)\n"),
        "{seen}"
    );
    let head = format!(
        "jobs.csv: UTF-8\njobs.csv: id ← id, description ← text, language ← language, label ← label\n\
         lurewatch: jobs.csv:17: row 16: 2 fields, but the header has 5\n\
         lurewatch: jobs.csv:19: row 18: column `text`: a quote opens the field and never closes; a closing quote is \
         wanted\n\
         jobs.csv: 18 rows = 14 used + 2 rejected + 1 unlabelled + 1 without text; 7 lures\n\
         {NO_BACKGROUND}\
         […] looking for near-duplicates\n\
         […] learning subwords\n\
         […] learning features\n\
         […] making rows\n"
    );
    assert!(stderr.starts_with(&head), "{stderr}");
    assert!(stderr.ends_with("model written to model\n"), "{stderr}");
    let manifest = manifest(&scratch, "model");
    let record = &manifest["training"]["labelled"][0];
    assert_eq!((&record["name"], &record["rows"], &record["lures"]), (&"jobs.csv".into(), &14.into(), &7.into()));
    assert!(Model::load(&scratch.path("model")).is_ok());
}

#[test]
fn the_report_says_how_good_what_weighs_and_what_was_dropped() {
    let scratch = Scratch::new("train report").file("jobs.csv", JOBS);
    let seen = seen(&scratch, &["jobs.csv", "--out", "model", "--quiet"]);
    assert!(seen.starts_with("exit 0\n"), "{seen}");
    assert!(seen.ends_with(&format!("--- stderr\n{NO_BACKGROUND}")), "{seen}");
    let manifest = manifest(&scratch, "model");
    let figures = &manifest["held_out"];
    for (name, key) in [("ROC-AUC", "roc_auc"), ("Brier score", "brier"), ("PR-AUC (average precision)", "pr_auc")] {
        let line = format!("  {name:<58} {:.4}\n", figures[key].as_f64().unwrap());
        assert!(seen.contains(&line), "{line} in\n{seen}");
    }
    for text in [
        ", converged (dual gradient ",
        "Dropped: ",
        " gram in too few postings\n",
        "Background: 0 postings\n",
        "\nHeaviest for a lure:\n    +",
        "\nHeaviest against a lure:\n    -",
    ] {
        assert!(seen.contains(text), "{text} in\n{seen}");
    }
    // Labels that are not turned round: a word of lures weighs for them, one of clean postings against.
    let features = String::from_utf8(scratch.read("model/features.csv")).unwrap();
    let weight = |name: &str| -> f64 {
        let line = features.lines().find(|line| line.starts_with(&format!("gram,▁{name},"))).unwrap();
        line.rsplit(',').next().unwrap().parse().unwrap()
    };
    assert!(weight("visa") > 0.0 && weight("permanent") < 0.0, "{features}");
}

#[test]
fn another_label_column_and_value() {
    let file = JOBS.replace(",label,", ",verdict,").replace(",lure,", ",SCAM ,").replace(",clean,", ",fine,");
    let scratch = Scratch::new("train verdict").file("jobs.csv", file).file("plain.csv", JOBS);
    let args = ["jobs.csv", "--out", "model", "--label", "verdict", "--lure-value", "scam", "--quiet"];
    assert!(seen(&scratch, &args).starts_with("exit 0\n"));
    assert!(seen(&scratch, &["plain.csv", "--out", "plain", "--quiet"]).starts_with("exit 0\n"));
    assert_eq!(manifest(&scratch, "model")["training"]["labelled"][0]["lures"], 7);
    assert_eq!(scratch.read("model/features.csv"), scratch.read("plain/features.csv"));
}

#[test]
fn groups_come_from_the_column_and_from_near_duplicates() {
    // Row 16 repeats row 9 but for a word; teams h and i become one.
    let file = JOBS.replace(",clean,i,", ",clean,h,")
        + "16,\"Carpenter in Galway with own tools; permanent contract! Pay by the collective agreement\",clean,z,en\n";
    let scratch = Scratch::new("train groups").file("jobs.csv", file);
    for (name, more, groups) in [("alone", &[][..], 14), ("with teams", &["--group", "team"], 13)] {
        let args: Vec<&str> = ["jobs.csv", "--out", "model", "--quiet"].iter().chain(more).copied().collect();
        assert!(seen(&scratch, &args).starts_with("exit 0\n"), "{name}");
        let held_out = &manifest(&scratch, "model")["held_out"];
        assert_eq!((&held_out["rows"], &held_out["groups"]), (&15.into(), &groups.into()), "{name}");
    }
}

#[test]
fn several_files_and_a_background() {
    let ads = "text,label,source\n\
               \"Warehouse helper. Forklift licence welcome, weekly pay. Canteen on site.\",lure,x\n\
               ,,\n\
               \"Hotel receptionist. English required; work permit after the interview.\",,y\n\
               ragged\n";
    let cut = JOBS.match_indices('\n').nth(9).unwrap().0 + 1;
    let second = format!("id,text,label,team,language\n{}", &JOBS[cut..]);
    let scratch =
        Scratch::new("train background").file("a.csv", &JOBS[..cut]).file("b.csv", second).file("ads.csv", ads);
    let seen = seen(&scratch, &["a.csv", "b.csv", "--background", "ads.csv", "--out", "model"]);
    assert!(seen.starts_with("exit 1\n"), "{seen}");
    assert!(seen.contains("\nads.csv: 4 rows = 2 used + 1 rejected + 0 unlabelled + 1 without text\n"), "{seen}");
    assert!(seen.contains("\nBackground: 2 postings\n") && !seen.contains("no background"), "{seen}");
    let manifest = manifest(&scratch, "model");
    let names = |key: &str| -> Vec<(String, u64, u64)> {
        let files = manifest["training"][key].as_array().unwrap().iter();
        let number = |file: &Value, key: &str| file[key].as_u64().unwrap();
        files
            .map(|file| (file["name"].as_str().unwrap().to_owned(), number(file, "rows"), number(file, "lures")))
            .collect()
    };
    assert_eq!(names("labelled"), [("a.csv".to_owned(), 9, 7), ("b.csv".to_owned(), 5, 0)]);
    assert_eq!(names("background"), [("ads.csv".to_owned(), 2, 0)]);
    assert!(manifest["held_out"]["review_share_of_background"].is_f64());
    assert_eq!(manifest["training"]["background"][0]["sha256"], lurewatch::model::artifact::sha256_hex(ads.as_bytes()),);
}

#[test]
fn cues_of_the_user_become_features_and_travel_with_the_model() {
    let bom = format!("\u{feff}\n{}", MORE_CUES.replace('\n', "\r\n"));
    for (name, file) in [("plain", MORE_CUES), ("no end of line", MORE_CUES.trim_end()), ("mark and blank line", &bom)]
    {
        let scratch = Scratch::new(&format!("cues {name}")).file("jobs.csv", JOBS).file("more.csv", file);
        let seen = seen(&scratch, &["jobs.csv", "--cues", "more.csv", "--out", "model", "--quiet"]);
        assert!(seen.starts_with("exit 0\n"), "{name}: {seen}");
        let features = String::from_utf8(scratch.read("model/features.csv")).unwrap();
        assert!(features.contains("\ncue,ZZ9,8,1,"), "{name}: {features}");
        let cues = String::from_utf8(scratch.read("model/cues.csv")).unwrap();
        assert!(cues.ends_with("\nZZ9,vi,tại,cue,,drafted,drafted\n"), "{name}");
        assert_eq!(cues.matches("id,language,pattern").count(), 1, "{name}: one header");
        let model = Model::load(&scratch.path("model")).unwrap();
        assert!(model.extractor().matcher().ids().contains(&"ZZ9".to_owned()), "{name}");
    }
}

#[test]
fn cues_that_do_not_follow_their_form_are_refused() {
    let head = "id,language,pattern,kind,frameworks,source,status\n";
    let cases: [(&str, String, &str); 6] = [
        (
            "open bracket",
            format!("{head}ZZ1,en,fine,cue,,drafted,drafted\nZZ9,en,free (visa,cue,,drafted,drafted\n"),
            "more.csv:3: `free (visa`: `(` without `)`",
        ),
        ("ragged", format!("{head}ZZ9,en\n"), "more.csv:2: 2 fields, but the header has 7"),
        (
            "an id that means several",
            format!("{head}A+B,en,fine,cue,,drafted,drafted\n"),
            "more.csv:2: `A+B` cannot be an id; letters, digits, `-` and `_` can",
        ),
        (
            "unknown kind",
            format!("{head}ZZ9,en,fine,clue,,drafted,drafted\n"),
            "more.csv:2: unknown variant `clue`, expected one of `cue`, `counter`, `report`, `negator-before`, \
             `negator-after`; a row is id, language, pattern, kind (cue, counter, report, negator-before, \
             negator-after), frameworks, source, status (attested, drafted)",
        ),
        // Such a file would be read by its headers and written by its places: a model that cannot be loaded.
        (
            "columns in another order",
            "language,id,pattern,kind,frameworks,source,status\nen,ZZ9,fine,cue,,drafted,drafted\n".to_owned(),
            "more.csv:1: the header is `language,id,pattern,kind,frameworks,source,status`; \
             `id,language,pattern,kind,frameworks,source,status` is wanted",
        ),
        (
            "a further column",
            "id,language,pattern,kind,frameworks,source,status,note\nZZ9,en,fine,cue,,drafted,drafted,x\n".to_owned(),
            "more.csv:1: the header is `id,language,pattern,kind,frameworks,source,status,note`; \
             `id,language,pattern,kind,frameworks,source,status` is wanted",
        ),
    ];
    for (name, file, expected) in cases {
        let scratch = Scratch::new(&format!("bad cues {name}")).file("jobs.csv", JOBS).file("more.csv", file);
        let seen = seen(&scratch, &["jobs.csv", "--cues", "more.csv", "--out", "model", "--quiet"]);
        let hint = "mend that line; `models/lure/cues.csv` has the same form, and the documentation of \
                    `lurewatch::features::cues::pattern` the language of patterns";
        let expected = format!("exit 2\n--- stdout\n--- stderr\nlurewatch: {expected}\nhint: {hint}\n");
        assert_eq!(seen, expected, "{name}");
        assert_eq!(scratch.names(), ["jobs.csv", "more.csv"], "{name}");
    }
    let scratch = Scratch::new("no cues").file("jobs.csv", JOBS);
    let seen = seen(&scratch, &["jobs.csv", "--cues", "none.csv", "--out", "model", "--quiet"]);
    assert!(
        seen.starts_with("exit 2\n--- stdout\n--- stderr\nlurewatch: none.csv: cannot read: No such file"),
        "{seen}"
    );
}
