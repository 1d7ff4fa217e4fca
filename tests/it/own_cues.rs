//! Cues and a base rate of the user's own, at `score` and `explain`.

use crate::support::Scratch;

const ADS: &str = "id,text\n1,Zorgle work at the glass tower\n2,Typing in Bavet and zorgle pay\n";

/// `zorgle` is a word that no model knows.
const CUES: &str = "\
id,language,pattern,kind,frameworks,source,status
P5,en,zorgle pay,cue,,drafted,drafted
ZZ1,en,zorgle work,cue,,drafted,drafted
";

/// Exit code, stdout and stderr of a run.
struct Told {
    code: i32,
    stdout: String,
    stderr: String,
}

fn run(scratch: &Scratch, args: &[&str]) -> Told {
    let output = scratch.run(args);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Told { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn column(csv: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let at = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
    reader.records().map(|record| record.unwrap()[at].to_owned()).collect()
}

fn probabilities(csv: &str) -> Vec<f64> {
    column(csv, "lure_probability").iter().map(|cell| cell.parse().unwrap()).collect()
}

#[test]
fn patterns_of_known_indicators_weigh_and_new_ones_are_named() {
    let scratch = Scratch::new("own cues").file("ads.csv", ADS).file("more.csv", CUES);
    let plain = run(&scratch, &["score", "ads.csv", "--quiet"]);
    let with_cues = run(&scratch, &["score", "ads.csv", "--quiet", "--cues", "more.csv"]);
    assert_eq!((plain.code, with_cues.code), (0, 0), "{}", with_cues.stderr);
    let (before, after) = (probabilities(&plain.stdout), probabilities(&with_cues.stdout));
    assert_eq!(before[0].to_bits(), after[0].to_bits(), "an indicator that the model does not know weighs nothing");
    assert!(after[1] > before[1], "a known one does: {before:?} {after:?}");
    let cues = column(&with_cues.stdout, "lure_cues");
    assert_eq!(cues[0], "ZZ1");
    assert!(cues[1].split(';').any(|id| id == "P5"), "{cues:?}");
    let explained = run(&scratch, &["explain", "ads.csv", "--row", "2", "--cues", "more.csv"]);
    assert!(explained.stdout.contains("zorgle pay"), "{}", explained.stdout);
}

#[test]
fn a_broken_cue_file_is_an_error_with_its_line() {
    let scratch = Scratch::new("broken cues").file("ads.csv", ADS);
    let scratch = scratch.file("more.csv", CUES.replace("zorgle work", "(zorgle"));
    let run = run(&scratch, &["score", "ads.csv", "--cues", "more.csv", "-o", "out.csv"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("lurewatch: more.csv:3: `(zorgle`: `(` without `)`\nhint: mend that line"),
        "{}",
        run.stderr
    );
    assert!(!scratch.path("out.csv").exists());
}

#[test]
fn a_base_rate_moves_the_odds_and_nothing_else() {
    let scratch = Scratch::new("base rate").file("ads.csv", ADS);
    let plain = run(&scratch, &["score", "ads.csv", "--quiet"]);
    let rare = run(&scratch, &["score", "ads.csv", "--quiet", "--base-rate", "0.001"]);
    let rarer = run(&scratch, &["score", "ads.csv", "--quiet", "--base-rate", "0.0001"]);
    let odds = |csv: &str| probabilities(csv).into_iter().map(|p| p / (1.0 - p)).collect::<Vec<_>>();
    for (rare, rarer) in odds(&rare.stdout).into_iter().zip(odds(&rarer.stdout)) {
        let expected = (0.001 / 0.999) / (0.0001 / 0.9999);
        assert!((rare / rarer / expected - 1.0).abs() < 1e-3, "{rare} over {rarer} is not {expected}");
    }
    assert_eq!(column(&plain.stdout, "lure_tier"), column(&rare.stdout, "lure_tier"));
    let wrong = run(&scratch, &["score", "ads.csv", "--base-rate", "1"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("a share above 0 and below 1 is wanted"), "{}", wrong.stderr);
}
