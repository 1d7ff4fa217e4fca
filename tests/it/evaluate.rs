//! `lurewatch evaluate` as its user sees it: the table, the JSON, and what is refused.

use lurewatch::evaluate::metrics;
use serde_json::Value;

use crate::support::{Scratch, tiny_model, tiny_model_folder};

/// Twelve lopsided postings in two languages and one without a language; two labels are wrong on purpose, so that no figure is 1.
const JOBS: &str = "\
id,text,label,language,source,team
1,\"Typing work in Bavet, no experience needed, free visa, Telegram only\",lure,en,a,t1
2,\"Chat operators wanted in Myawaddy, easy job, we pay the ticket\",lure,en,a,t2
3,\"Night nurse at the county hospital, permanent contract\",lure,en,b,t3
4,\"招聘打字员 柬埔寨 高薪 包吃包住 包机票\",lure,zh,b,t4
5,\"Registered nurse for the night shift, apply through our careers page\",clean,en,a,t5
6,\"Carpenter in Galway, three years of experience and own tools\",clean,en,a,t6
7,\"Online casino in Bavet, high salary, free flight, passport handled by the company\",clean,en,a,t7
8,\"招聘会计 上海 三年以上经验 五险一金\",clean,zh,b,t8
9,\"北京 小学教师 需教师资格证\",clean,zh,b,t9
10,\"Waiter in Da Nang, uniform provided, interview in person\",clean,en,b,t10
11,\"Warehouse helper in Leeds, forklift licence welcome\",clean,en,b,t11
12,\"Hotel receptionist in Phuket, work permit after the interview\",clean,,b,t12
13,\"Not looked at yet\",,en,b,t13
";
const LURES: [bool; 12] = [true, true, true, true, false, false, false, false, false, false, false, false];

/// `evaluate` and its arguments with the tiny model.
fn args<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["evaluate", "--model", tiny_model_folder().to_str().unwrap()];
    all.extend(more);
    all
}

fn json(scratch: &Scratch, more: &[&str]) -> Value {
    let run = scratch.run(&args(&[&["jobs.csv", "--format", "json", "--quiet"], more].concat()));
    assert_eq!((run.status.code(), String::from_utf8(run.stderr).unwrap()), (Some(0), String::new()));
    serde_json::from_slice(&run.stdout).unwrap()
}

fn scratch(name: &str) -> Scratch {
    Scratch::new(name).file("jobs.csv", JOBS)
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn json_has_the_keys_of_the_contract() {
    let found = json(&scratch("evaluate json"), &[]);
    let figures = [
        "rows",
        "lures",
        "roc_auc",
        "pr_auc",
        "recall_at_fpr",
        "brier",
        "ece",
        "intervals",
        "review_recall",
        "review_false_positive_rate",
    ];
    let whole = [&["model"][..], &figures, &["points", "languages", "sources", "lengths"]].concat();
    assert_eq!(keys(&found), whole);
    assert_eq!((&found["rows"], &found["lures"]), (&12.into(), &4.into()));
    assert_eq!(found["model"], tiny_model().manifest().id.as_str());
    assert_eq!(keys(&found["recall_at_fpr"]), ["0.01", "0.001"]);
    assert_eq!(keys(&found["intervals"]), ["roc_auc", "pr_auc", "recall_at_fpr", "brier", "ece"]);
    for key in ["roc_auc", "pr_auc", "brier", "ece"] {
        let [low, high] = [0, 1].map(|at| found["intervals"][key][at].as_f64().unwrap());
        let value = found[key].as_f64().unwrap();
        assert!(low < high && (0.0..=1.0).contains(&low) && high <= 1.0, "{key}: {low} to {high}");
        assert!(low <= value && value <= high || key == "ece", "{key}: {value} outside {low} to {high}");
    }
    let parts = [
        ("languages", &[("en", 8, 3), ("unknown", 1, 0), ("zh", 3, 1)][..]),
        ("sources", &[("a", 5, 2), ("b", 7, 2)]),
        ("lengths", &[("0–159 characters", 12, 4)]),
    ];
    for (what, expected) in parts {
        let slices = found[what].as_object().unwrap();
        let counted: Vec<_> = slices
            .iter()
            .map(|(name, slice)| (name.as_str(), slice["rows"].as_u64().unwrap(), slice["lures"].as_u64().unwrap()))
            .collect();
        assert_eq!(counted, expected, "{what}");
        for (name, slice) in slices {
            assert_eq!(keys(slice), figures, "{what} {name}");
        }
    }
    assert_eq!(found["languages"]["unknown"]["roc_auc"], Value::Null, "undefined, and so not a number");
}

/// The figures are those of the scores that `score` writes, by the metrics that are held to scikit-learn.
#[test]
fn figures_are_those_of_the_scores() {
    let scratch = scratch("evaluate scores");
    let found = json(&scratch, &[]);
    let mut reader = csv::Reader::from_reader(std::io::Cursor::new(scratch.scored(&["jobs.csv", "--quiet"])));
    let at = reader.headers().unwrap().iter().position(|name| name == "lure_probability").unwrap();
    let probability: Vec<f64> = reader.records().take(12).map(|row| row.unwrap()[at].parse().unwrap()).collect();
    let expected = [
        ("roc_auc", metrics::roc_auc(&probability, &LURES), 1e-12),
        ("pr_auc", metrics::average_precision(&probability, &LURES), 1e-12),
        // Written with six digits.
        ("brier", metrics::brier_score(&probability, &LURES), 1e-5),
        ("ece", metrics::expected_calibration_error(&probability, &LURES), 1e-5),
    ];
    for (key, expected, tolerance) in expected {
        let (seen, expected) = (found[key].as_f64().unwrap(), expected.unwrap());
        assert!((seen - expected).abs() <= tolerance, "{key}: {seen}, by the scores {expected}");
        assert!(0.0 < seen && seen < 1.0, "{key} = {seen} tests nothing");
    }
}

#[test]
fn the_table_says_the_same_as_the_json() {
    let scratch = scratch("evaluate table");
    let found = json(&scratch, &[]);
    let seen = scratch.lurewatch(&args(&["jobs.csv"]));
    let head = format!("exit 0\n--- stdout\n12 postings, 4 lures; model {}\n\n", tiny_model().manifest().id);
    assert!(seen.starts_with(&head), "{seen}");
    assert!(
        seen.ends_with(
            "--- stderr\njobs.csv: UTF-8\njobs.csv: id ← id, description ← text, language ← language, label ← label, source ← source\n"
        ),
        "{seen}"
    );
    for (name, key) in [
        ("ROC-AUC", "roc_auc"),
        ("PR-AUC (average precision)", "pr_auc"),
        ("Brier score", "brier"),
        ("expected calibration error", "ece"),
    ] {
        let number = |value: &Value| format!("{:.4}", value.as_f64().unwrap());
        let interval = &found["intervals"][key];
        let line = format!("{name:<34} {} ({}–{})\n", number(&found[key]), number(&interval[0]), number(&interval[1]));
        assert!(seen.contains(&line), "{line} in\n{seen}");
    }
    for part in ["\nBy language ", "\n   unknown ", "\nBy source ", "\nThreshold of tier `review`: probability "] {
        assert!(seen.contains(part), "{part} in\n{seen}");
    }
    assert!(!seen.contains("\nBy length"), "one slice says nothing new: {seen}");
    assert!(!seen.contains("NaN"), "{seen}");
}

#[test]
fn a_budget_flags_as_many_and_a_base_rate_gives_the_precision_of_bayes_rule() {
    let scratch = scratch("evaluate points");
    let found = json(&scratch, &["--review-budget", "3", "--base-rate", "0.01"]);
    let points = found["points"].as_array().unwrap();
    let chosen: Vec<&str> = points.iter().map(|point| point["chosen"].as_str().unwrap()).collect();
    assert_eq!(chosen, ["tier `review`", "tier `watch` or `review`", "at most 3 of these postings"]);
    let budget = &points[2];
    assert_eq!(budget["flagged"], 3);
    for point in points {
        assert_eq!(point["base_rate"], 0.01);
        let [recall, fpr] = ["recall", "false_positive_rate"].map(|key| point[key].as_f64().unwrap());
        let flagged = 0.01 * recall + 0.99 * fpr;
        let expected = (flagged > 0.0).then(|| 0.01 * recall / flagged);
        let seen = point["expected_precision"].as_f64();
        assert_eq!(seen.is_some(), expected.is_some(), "{point}");
        assert!(seen.zip(expected).is_none_or(|(seen, wanted)| (seen - wanted).abs() < 1e-12), "{point}");
    }
    // Flagged are lures 1 and 2 or 4 and the casino of row 7, or three lures: recall and precision agree with the count.
    let [recall, precision] = ["recall", "precision"].map(|key| budget[key].as_f64().unwrap());
    assert!((recall * 4.0 - precision * 3.0).abs() < 1e-9, "{budget}");

    let table = scratch.lurewatch(&args(&["jobs.csv", "--review-budget", "3", "--base-rate", "0.01", "--quiet"]));
    assert!(table.contains("\nThreshold of at most 3 of these postings: "), "{table}");
    assert!(table.contains(", 3 postings flagged\n"), "{table}");
    assert_eq!(table.matches("  expected precision where       1 % are lures  ").count(), 3, "{table}");
    assert!(!scratch.lurewatch(&args(&["jobs.csv"])).contains("expected precision"), "no precision without a rate");
}

#[test]
fn groups_widen_intervals_and_leave_figures() {
    // All rows of a source are one group: two pieces of evidence instead of twelve.
    let scratch = scratch("evaluate groups");
    let (alone, grouped) = (json(&scratch, &[]), json(&scratch, &["--group", "source"]));
    for key in ["roc_auc", "pr_auc", "brier", "ece", "recall_at_fpr"] {
        assert_eq!(alone[key], grouped[key], "{key}");
    }
    assert_ne!(alone["intervals"], grouped["intervals"]);
    assert_eq!(alone["intervals"], json(&scratch, &["--group", "team"])["intervals"], "every row its own group");
}

#[test]
fn the_same_on_any_number_of_threads() {
    let scratch = scratch("evaluate threads");
    let runs = ["1", "2", "7"].map(|threads| {
        let more = ["jobs.csv", "--threads", threads, "--base-rate", "0.001"];
        scratch.lurewatch(&args(&more)) + &scratch.lurewatch(&args(&[&more[..], &["--format", "json"]].concat()))
    });
    assert!(runs[0].starts_with("exit 0\n"), "{}", runs[0]);
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0], runs[2]);
}

#[test]
fn bad_rows_are_named_and_the_rest_is_measured() {
    let scratch = scratch("evaluate bad rows").file("more.csv", "text,label\nragged\n\"Typing work abroad\",1\n,0\n");
    let seen = scratch.lurewatch(&args(&["jobs.csv", "more.csv", "--quiet"]));
    assert!(seen.starts_with("exit 1\n--- stdout\n13 postings, 5 lures; model "), "{seen}");
    assert!(seen.ends_with("--- stderr\nlurewatch: more.csv:2: row 1: 1 fields, but the header has 2\n"), "{seen}");
}

#[test]
fn one_class_is_measured_as_far_as_it_goes() {
    let scratch = Scratch::new("evaluate one class").file("jobs.csv", "text,label\nNurse in Galway,clean\nCook,0\n");
    let found = json(&scratch, &["--base-rate", "0.01"]);
    assert_eq!(
        (&found["roc_auc"], &found["pr_auc"], &found["review_recall"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert!(found["brier"].is_f64() && found["review_false_positive_rate"].is_f64());
    let table = scratch.lurewatch(&args(&["jobs.csv", "--quiet"]));
    assert!(table.starts_with("exit 0\n") && table.contains("ROC-AUC                            –"), "{table}");
}

#[test]
fn what_cannot_be_measured_is_refused() {
    // Name, file, arguments besides, everything on stderr.
    let cases: [(&str, &str, &[&str], &str); 4] = [
        (
            "no label filled in",
            "text,label\nNurse,\n",
            &[],
            "lurewatch: jobs.csv: no labelled posting with text; at least one is needed\n\
             hint: label more postings, or say which header holds the labels: `--label NAME`\n",
        ),
        (
            "unknown value",
            "text,label\nNurse,2\n",
            &[],
            "lurewatch: jobs.csv:2: row 1: column `label`: `2` is not a label; allowed are `lure` or `1`, `clean` or \
             `0` or an empty cell\n\
             hint: name the value that means lure: `--lure-value VALUE`; every other value is then clean\n",
        ),
        (
            "no label column",
            "text,verdict\nNurse,0\n",
            &[],
            "lurewatch: jobs.csv: no column for label; the header has `text`, `verdict`\n\
             hint: say which header holds the labels: `--label NAME`\n",
        ),
        (
            "a group column that is not there",
            "text,label\nNurse,0\n",
            &["--group", "team"],
            "lurewatch: jobs.csv: no column `team`; the header has `text`, `label`\n\
             hint: write a header as it stands in the file\n",
        ),
    ];
    for (name, file, more, expected) in cases {
        let scratch = Scratch::new(&format!("evaluate {name}")).file("jobs.csv", file);
        let seen = scratch.lurewatch(&args(&[&["jobs.csv", "--quiet"], more].concat()));
        assert_eq!(seen, format!("exit 2\n--- stdout\n--- stderr\n{expected}"), "{name}");
    }
    for (rate, scratch) in
        ["0", "1", "-0.1", "nan", "x"].into_iter().zip(std::iter::repeat_with(|| scratch("evaluate rate")))
    {
        let rate = format!("--base-rate={rate}");
        let seen = scratch.lurewatch(&args(&["jobs.csv", &rate]));
        assert!(seen.starts_with("exit 2\n--- stdout\n--- stderr\nerror: invalid value "), "{seen}");
        assert!(seen.contains(": a share above 0 and below 1 is wanted\n"), "{seen}");
    }
}
