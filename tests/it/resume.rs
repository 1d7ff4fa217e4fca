//! Runs that are cut off, and runs that go on with them.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};

use crate::support::{Scratch, with_model};

/// Rows of about a kilobyte, each hundredth of which cannot be scored.
fn table(rows: usize) -> String {
    let note = "x".repeat(1_000);
    let texts = ["Nurse for the night shift", "Typing work in Bavet, free visa, Telegram", "招聘打字员 高薪 包吃包住"];
    let mut file = String::from("id,text,note\n");
    for row in 0..rows {
        let text = texts[row * 7 % texts.len()];
        let _ =
            if row % 100 == 99 { writeln!(file, "{row},ragged") } else { writeln!(file, "{row},\"{text}\",{note}") };
    }
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Of a packed file as much as is `percent` of it, so that reading it fails behind that.
fn cut_off(packed: &[u8], percent: usize) -> &[u8] {
    &packed[..packed.len() * percent / 100]
}

#[test]
fn going_on_ends_in_the_same_bytes() {
    // Long enough for packed outputs to have several members.
    let packed = gzip(table(13_000).as_bytes());
    let outputs: [(&str, &str, &[&str]); 5] = [
        ("out.csv", "bad.csv", &["--threads", "1"]),
        ("out.jsonl", "bad.csv.gz", &["--reasons", "all"]),
        ("out.csv.gz", "bad.csv", &["--threads", "2"]),
        ("out.csv.zst", "bad.csv.zst", &[]),
        ("out.csv.gz", "bad.csv.gz", &["--tier", "review"]),
    ];
    for (out, bad, more) in outputs {
        let name = format!("resume {out} {bad}");
        let scratch = Scratch::new(&name).file("first.csv", "id,text,note\n1,x,y\n2\n").file("jobs.csv.gz", &packed);
        let mut args = vec!["first.csv", "jobs.csv.gz", "-o", out, "--rejects", bad];
        args.extend(more);
        let whole = scratch.score(&args);
        assert!(whole.contains("rows: 13002 read = 12871 scored + 131 rejected\n"), "{name}: {whole}");
        let expected = (scratch.read(out), scratch.read(bad));
        args.push("--resume");
        for file in [out, bad] {
            std::fs::remove_file(scratch.path(file)).unwrap();
        }
        for percent in [5, 40, 80] {
            std::fs::write(scratch.path("jobs.csv.gz"), cut_off(&packed, percent)).unwrap();
            let seen = scratch.score(&args);
            assert!(seen.starts_with("exit 2\n"), "{name} {percent}: {seen}");
            assert!(seen.contains("jobs.csv.gz: cannot read: gzip data that is cut off\nhint: "), "{name}: {seen}");
            assert_eq!(seen.matches("rows: ").count(), 1, "{name} {percent}: {seen}");
            assert!(!scratch.path(out).exists() && !scratch.path(bad).exists(), "{name} {percent}");
            if out.ends_with('v') {
                assert!(seen.contains(&format!("{out}.partial: has the first ")), "{name} {percent}: {seen}");
                // What was written behind the last state that was noted down is none of the run that goes on.
                for file in [out, bad] {
                    let file = std::fs::File::options().append(true).open(scratch.path(&format!("{file}.partial")));
                    file.unwrap().write_all(b"half a r").unwrap();
                }
            }
        }
        std::fs::write(scratch.path("jobs.csv.gz"), &packed).unwrap();
        let seen = scratch.score(&args);
        assert!(seen.starts_with("exit 1\n"), "{name}: {seen}");
        assert!(seen.contains(" rows are done; goes on behind them\n"), "{name}: {seen}");
        assert!(seen.contains("rows: 13002 read = 12871 scored + 131 rejected\n"), "{name}: {seen}");
        assert!(scratch.read(out) == expected.0, "{name}: scored rows");
        assert!(scratch.read(bad) == expected.1, "{name}: rejected rows");
        let mut names = vec!["first.csv", "jobs.csv.gz", out, bad];
        names.sort_unstable();
        assert_eq!(scratch.names(), names, "{name}: nothing is left behind");
    }
}

/// A folder with a run that was cut off, and the packed input as it was.
fn cut_off_run(name: &str) -> (Scratch, Vec<u8>) {
    let packed = gzip(table(2_000).as_bytes());
    let scratch =
        Scratch::new(name).file("first.csv", "id,text,note\n1,x,y\n").file("jobs.csv.gz", cut_off(&packed, 60));
    let seen = scratch.score(&["first.csv", "jobs.csv.gz", "-o", "out.csv", "--tier", "watch", "--quiet"]);
    assert!(seen.starts_with("exit 2\n"), "{seen}");
    std::fs::write(scratch.path("jobs.csv.gz"), &packed).unwrap();
    (scratch, packed)
}

#[test]
fn what_does_not_fit_is_refused_and_kept() {
    type Change = fn(&Scratch);
    let other_input: Change = |scratch| {
        let other = table(2_000).replace("Nurse for the night", "Nurse for the light");
        std::fs::write(scratch.path("jobs.csv.gz"), gzip(other.as_bytes())).unwrap();
    };
    let cases: [(&str, &[&str], Change, &str); 7] = [
        (
            "other tier",
            &["--tier", "all"],
            |_| {},
            "out.csv.partial.json: cannot go on: it is of a run with tier `watch`, and this one has `none`",
        ),
        (
            "other format",
            &["--tier", "watch", "--format", "jsonl"],
            |_| {},
            "cannot go on: it is of a run with format `csv`",
        ),
        (
            "other columns",
            &["--tier", "watch", "--column", "benefits=note"],
            |_| {},
            "cannot go on: it is of a run with columns ``",
        ),
        ("other rows", &["--tier", "watch"], other_input, "jobs.csv.gz: cannot go on: its first "),
        (
            "an input that is done was changed",
            &["--tier", "watch"],
            |scratch| std::fs::write(scratch.path("first.csv"), "id,text,note\n1,xx,y\n").unwrap(),
            "out.csv.partial.json: cannot go on: first.csv was changed since it was read",
        ),
        (
            "a partial file that lost its end",
            &["--tier", "watch"],
            |scratch| {
                let bytes = scratch.read("out.csv.partial");
                std::fs::write(scratch.path("out.csv.partial"), &bytes[..bytes.len() - 1]).unwrap();
            },
            "out.csv.partial: cannot go on: its first ",
        ),
        (
            "no journal",
            &["--tier", "watch"],
            |scratch| std::fs::write(scratch.path("out.csv.partial.json"), "{}").unwrap(),
            "out.csv.partial.json: cannot go on: it is no journal of this version of lurewatch",
        ),
    ];
    for (name, more, change, expected) in cases {
        let (scratch, _) = cut_off_run(&format!("refused {name}"));
        change(&scratch);
        let before = ["out.csv.partial", "out.csv.partial.json"].map(|file| scratch.read(file));
        let args: Vec<&str> =
            ["first.csv", "jobs.csv.gz", "-o", "out.csv", "--quiet", "--resume"].iter().chain(more).copied().collect();
        let seen = scratch.score(&args);
        assert!(seen.starts_with("exit 2\n--- stdout\n--- stderr\n"), "{name}: {seen}");
        assert!(seen.contains(expected) && seen.contains("\nhint: "), "{name}: {seen}");
        assert!(seen.contains("leave out `--resume` to begin anew"), "{name}: {seen}");
        assert!(["out.csv.partial", "out.csv.partial.json"].map(|file| scratch.read(file)) == before, "{name}");
        let anew: Vec<&str> = args.into_iter().filter(|arg| *arg != "--resume").collect();
        assert!(scratch.score(&anew).starts_with("exit 1\n"), "{name}");
        assert_eq!(scratch.names(), ["first.csv", "jobs.csv.gz", "out.csv"], "{name}");
    }
}

#[test]
fn where_going_on_is_impossible_it_is_said() {
    let scratch = Scratch::new("no resume").file("jobs.csv", "id,text\n1,x\n");
    let cases: [(&[&str], &str); 4] = [
        (&["-", "-o", "out.csv"], "lurewatch: -: cannot go on: it cannot be read a second time; a file is wanted\n"),
        (
            &["jobs.csv", "-o", "-"],
            "lurewatch: -: cannot go on: what is written there cannot be taken back; a file is wanted\n",
        ),
        (
            &["jobs.csv", "-o", "/dev/null"],
            "lurewatch: /dev/null: cannot go on: what is written there cannot be taken back; a file is wanted\n",
        ),
        (
            &["jobs.csv", "-o", "out.csv", "--top", "1"],
            "lurewatch: out.csv: cannot go on: the riskiest rows are only known at the end",
        ),
    ];
    for (args, expected) in cases {
        let args: Vec<&str> = args.iter().copied().chain(["--quiet", "--resume"]).collect();
        let run = scratch.command(&with_model(&args)).stdin(Stdio::piped()).spawn_with("id,text\n1,x\n");
        assert!(run.starts_with(&format!("exit 2\n{expected}")), "{args:?}: {run}");
        assert_eq!(scratch.names(), ["jobs.csv"], "{args:?}");
    }
    let seen = scratch.score(&["jobs.csv", "-o", "out.csv", "--resume"]);
    assert!(seen.starts_with("exit 0\n"), "{seen}");
    assert!(seen.contains("out.csv: no earlier run to go on with; begins at the start\n"), "{seen}");
}

/// A command with standard input.
trait SpawnWith {
    fn spawn_with(&mut self, stdin: &str) -> String;
}

impl SpawnWith for Command {
    fn spawn_with(&mut self, stdin: &str) -> String {
        let mut child = self.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // It may have ended before it has read.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let run = child.wait_with_output().unwrap();
        format!("exit {}\n{}", run.status.code().unwrap(), String::from_utf8(run.stderr).unwrap())
    }
}

/// A run that has all its names to give is only given them.
#[test]
fn a_run_that_was_cut_off_between_names() {
    let file = table(500);
    let scratch = Scratch::new("between names").file("jobs.csv", &file);
    let args = ["jobs.csv", "-o", "out.csv", "--rejects", "bad.csv", "--quiet"];
    assert!(scratch.score(&args).starts_with("exit 1\n"));
    let expected = (scratch.read("out.csv"), scratch.read("bad.csv"));
    // A run that is stopped while it writes nothing: the journal it leaves is made complete here, as the last one is.
    let meta = std::fs::metadata(scratch.path("jobs.csv")).unwrap();
    let modified = meta.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let (scratch2, _) = cut_off_run("between names, a journal");
    let mut journal: serde_json::Value = serde_json::from_slice(&scratch2.read("out.csv.partial.json")).unwrap();
    let mark = |bytes: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        serde_json::json!({ "bytes": bytes.len(), "sum": sum.sum() })
    };
    journal["settings"]["inputs"] = "jobs.csv".into();
    journal["settings"]["rejects"] = "bad.csv".into();
    journal["settings"]["tier"] = "none".into();
    journal["inputs"] = serde_json::json!([{ "path": "jobs.csv", "bytes": meta.len(), "modified": modified as u64 }]);
    journal["state"]["inputs"] = 1.into();
    journal["state"]["is_complete"] = true.into();
    for (name, rows) in [("scored", 495), ("rejected", 5)] {
        journal["state"]["sums"][name] = rows.into();
    }
    journal["state"]["output"] = mark(&expected.0);
    journal["state"]["rejects"] = mark(&expected.1);
    for named in [false, true] {
        std::fs::write(scratch.path("out.csv.partial.json"), journal.to_string()).unwrap();
        std::fs::rename(scratch.path("out.csv"), scratch.path("out.csv.partial")).unwrap();
        if !named {
            std::fs::rename(scratch.path("bad.csv"), scratch.path("bad.csv.partial")).unwrap();
        }
        let seen = scratch.score(&["jobs.csv", "-o", "out.csv", "--rejects", "bad.csv", "--resume"]);
        assert!(seen.starts_with("exit 1\n"), "{seen}");
        assert!(seen.contains("rows: 500 read = 495 scored + 5 rejected\n"), "{seen}");
        assert!(expected == (scratch.read("out.csv"), scratch.read("bad.csv")));
        assert_eq!(scratch.names(), ["bad.csv", "jobs.csv", "out.csv"]);
    }
}

#[test]
fn two_runs_do_not_write_one_file() {
    let scratch = Scratch::new("two runs").file("jobs.csv", "id,text\n1,x\n");
    let mut command = scratch.command(&with_model(&["-", "-o", "out.csv", "--quiet"]));
    let mut first = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut rows = first.stdin.take().unwrap();
    rows.write_all(format!("id,text\n{}", "1,Nurse\n".repeat(100_000)).as_bytes()).unwrap();
    wait_for("the partial file", || scratch.path("out.csv.partial").exists());
    let seen = scratch.score(&["jobs.csv", "-o", "out.csv", "--quiet"]);
    assert_eq!(
        seen,
        "exit 2\n--- stdout\n--- stderr\nlurewatch: out.csv: another run is writing it; one at a time may\n\
         hint: wait for the other run, or name another file\n"
    );
    drop(rows);
    assert!(first.wait().unwrap().success());
    assert_eq!(lines(&scratch, "out.csv"), 100_001);
    assert_eq!(scratch.names(), ["jobs.csv", "out.csv"]);
}

/// Lines of a file.
fn lines(scratch: &Scratch, name: &str) -> usize {
    String::from_utf8(scratch.read(name)).unwrap().lines().count()
}

fn wait_for(what: &str, is_there: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_there() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} did not come");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(unix)]
mod signals {
    use super::*;

    fn send(signal: &str, to: u32) {
        assert!(Command::new("kill").args([signal, &to.to_string()]).status().unwrap().success());
    }

    #[test]
    fn a_signal_stops_where_a_later_run_goes_on() {
        for signal in ["-INT", "-TERM"] {
            let file = table(40_000);
            let scratch = Scratch::new(&format!("signal {signal}")).file("jobs.csv", &file);
            let args = ["jobs.csv", "-o", "out.csv", "--rejects", "bad.csv", "--quiet"];
            let mut command = scratch.command(&with_model(&args));
            let child = command.stderr(Stdio::piped()).spawn().unwrap();
            wait_for("the journal", || scratch.path("out.csv.partial.json").exists());
            send(signal, child.id());
            let run = child.wait_with_output().unwrap();
            assert_eq!(run.status.code(), Some(2));
            let said = String::from_utf8(run.stderr).unwrap();
            let rows = said.split_once("lurewatch: stopped by a signal after ").unwrap().1.split(' ').next().unwrap();
            let rows: usize = rows.parse().unwrap();
            let end = format!(
                "lurewatch: stopped by a signal after {rows} rows; out.csv.partial has them\n\
                 hint: give the same command with `--resume` to go on\n"
            );
            assert!(said.ends_with(&end), "{said}");
            let lines = |name: &str| lines(&scratch, name);
            // Each has a header; a rejected row has its own line end and that of its reason.
            let rejected = (lines("bad.csv.partial") - 1) / 2;
            assert_eq!(lines("out.csv.partial") - 1 + rejected, rows, "whole rows, and all of them");
            let seen = scratch.score(&["jobs.csv", "-o", "out.csv", "--rejects", "bad.csv", "--resume"]);
            assert!(seen.contains("rows: 40000 read = 39600 scored + 400 rejected\n"), "{seen}");
            assert_eq!((lines("out.csv"), lines("bad.csv")), (39_601, 801));
            assert_eq!(scratch.names(), ["bad.csv", "jobs.csv", "out.csv"]);
        }
    }

    #[test]
    fn a_signal_stops_a_run_that_waits_for_input() {
        let scratch = Scratch::new("signal stdin");
        let mut command = scratch.command(&with_model(&["-", "-o", "out.csv", "--quiet"]));
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut rows = child.stdin.take().unwrap();
        rows.write_all(format!("id,text\n{}", "1,Nurse\n".repeat(100_000)).as_bytes()).unwrap();
        wait_for("the partial file", || scratch.path("out.csv.partial").exists());
        send("-TERM", child.id());
        let run = child.wait_with_output().unwrap();
        drop(rows);
        assert_eq!(run.status.code(), Some(2));
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(said.starts_with("lurewatch: stopped by a signal after "), "{said}");
        assert!(said.contains(" rows\nhint: a run from files to a file"), "{said}");
        assert!(scratch.names().is_empty(), "{:?}", scratch.names());
    }

    #[test]
    fn the_second_signal_ends_it_at_once() {
        let scratch = Scratch::new("signal twice").file("jobs.csv", "id,text\n1,x\n");
        assert!(Command::new("mkfifo").arg(scratch.path("fifo")).status().unwrap().success());
        // Nobody reads the pipe, so that opening it waits for ever.
        let mut command = scratch.command(&with_model(&["jobs.csv", "-o", "fifo"]));
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        // What it says of the input comes after it began to listen for signals.
        let mut said = BufReader::new(child.stderr.take().unwrap());
        said.read_line(&mut String::new()).unwrap();
        send("-TERM", child.id());
        std::thread::sleep(Duration::from_millis(50));
        assert!(child.try_wait().unwrap().is_none(), "the first only asks");
        send("-TERM", child.id());
        assert_eq!(child.wait().unwrap().code(), Some(2));
    }
}
