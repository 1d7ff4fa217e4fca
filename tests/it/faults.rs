//! Disks that are full or cannot be read, files that may not be touched, readers that went away.
#![cfg(unix)]

use std::{
    fs::{self, File, Permissions},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    process::{Command, Stdio},
};

use crate::support::{Scratch, with_model};

/// Rows of about a kilobyte.
fn table(rows: usize) -> String {
    let note = "x".repeat(1_000);
    let rows = (0..rows).map(|row| format!("{row},Nurse for the night shift,{note}\n"));
    std::iter::once("id,text,note\n".to_owned()).chain(rows).collect()
}

/// Exit code and stderr of `score`.
fn ended(command: &mut Command) -> String {
    let run = command.output().unwrap();
    format!("exit {}\n{}", run.status.code().unwrap(), String::from_utf8(run.stderr).unwrap())
}

#[test]
fn a_limit_of_file_sizes_is_a_full_disk() {
    let scratch = Scratch::new("file limit").file("jobs.csv", table(3_000));
    let expected = scratch.scored(&["jobs.csv", "--quiet"]);
    for (kilobytes, is_kept) in [(1, false), (100, false), (700, true), (3_000, true)] {
        let args = with_model(&["jobs.csv", "-o", "out.csv", "--quiet"]);
        let limited = format!("ulimit -f {kilobytes}; exec \"$0\" \"$@\"");
        let mut command = Command::new("bash");
        command.args(["-c", &limited, env!("CARGO_BIN_EXE_lurewatch")]).args(args).current_dir(scratch.path(""));
        let seen = ended(&mut command);
        let fault = "lurewatch: out.csv: cannot write: File too large (os error 27)\n\
                     hint: raise the limit of file sizes (`ulimit -f`) or write to another disk";
        assert!(seen.starts_with("exit 2\nlurewatch: ") && seen.contains(fault), "{kilobytes}: {seen}");
        assert_eq!(seen.contains("the same command with `--resume` goes on"), is_kept, "{kilobytes}: {seen}");
        let kept: &[&str] =
            if is_kept { &["jobs.csv", "out.csv.partial", "out.csv.partial.json"] } else { &["jobs.csv"] };
        assert_eq!(scratch.names(), kept, "{kilobytes}");
        let seen = scratch.score(&["jobs.csv", "-o", "out.csv", "--quiet", "--resume"]);
        assert_eq!(seen, "exit 0\n--- stdout\n--- stderr\n", "{kilobytes}");
        assert!(scratch.read("out.csv") == expected, "{kilobytes}");
        assert_eq!(scratch.names(), ["jobs.csv", "out.csv"], "{kilobytes}");
        fs::remove_file(scratch.path("out.csv")).unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_said() {
    let scratch = Scratch::new("full device").file("jobs.csv", table(10));
    let fault = |path: &str| {
        format!(
            "lurewatch: {path}: cannot write: No space left on device (os error 28)\n\
             hint: make room, or write to another disk; an output that ends in `.gz` is smaller\n"
        )
    };
    let cases: [(&[&str], &str); 3] =
        [(&["-o", "/dev/full"], "/dev/full"), (&["-o", "out.csv", "--rejects", "/dev/full"], "/dev/full"), (&[], "-")];
    for (more, path) in cases {
        let args: Vec<&str> = ["jobs.csv", "--quiet"].iter().chain(more).copied().collect();
        let full = File::options().write(true).open("/dev/full").unwrap();
        let child = scratch.command(&with_model(&args)).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let run = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(run.stderr).unwrap(), fault(path), "{more:?}");
        assert_eq!(run.status.code(), Some(2), "{more:?}");
        assert_eq!(scratch.names(), ["jobs.csv"], "{more:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_cannot_be_read_is_said() {
    let scratch = Scratch::new("read error");
    // The first page of a process is nowhere, which the system reports as it does a bad disk.
    let seen = scratch.score(&["/proc/self/mem", "-o", "out.csv"]);
    assert_eq!(
        seen,
        "exit 2\n--- stdout\n--- stderr\n\
         lurewatch: /proc/self/mem: cannot read: Input/output error (os error 5)\n\
         hint: copy the file to another disk and read the copy; if that fails too, the disk or the net is at fault\n"
    );
    assert!(scratch.names().is_empty());
}

/// The user `nobody`, whom root can be for a test.
const NOBODY: u32 = 65534;

#[test]
fn missing_rights_are_said() {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|run| run.stdout == b"0\n");
    let scratch = Scratch::new("rights").file("jobs.csv", table(2)).file("secret.csv", table(2)).folder("locked");
    for (name, mode) in [("secret.csv", 0o000), ("locked", 0o555)] {
        fs::set_permissions(scratch.path(name), Permissions::from_mode(mode)).unwrap();
    }
    let run = |args: &[&str]| {
        let mut command = scratch.command(args);
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output()
    };
    if !run(&with_model(&["jobs.csv", "--quiet"])).is_ok_and(|run| run.status.success()) {
        // The program or the model lies where nobody else may read: nothing can be tested here.
        return;
    }
    let cases: [(&[&str], &str); 2] = [
        (
            &["secret.csv"],
            "lurewatch: secret.csv: cannot read: Permission denied (os error 13)\n\
             hint: get the right to read it (`ls -l` shows who has), or read a copy\n",
        ),
        (
            &["jobs.csv", "-o", "locked/out.csv"],
            "lurewatch: locked/out.csv: cannot write: Permission denied (os error 13)\n\
             hint: write to a folder that is yours, or get the right to write there\n",
        ),
    ];
    for (args, expected) in cases {
        let args: Vec<&str> = args.iter().copied().chain(["--quiet"]).collect();
        let seen = run(&with_model(&args)).unwrap();
        assert_eq!(String::from_utf8(seen.stderr).unwrap(), expected, "{args:?}");
        assert_eq!(seen.status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn a_reader_of_rows_may_go_but_not_one_of_rejects() {
    let scratch = Scratch::new("readers").file("jobs.csv", format!("id,text\n1,x\n{}", "ragged\n".repeat(50_000)));
    assert!(Command::new("mkfifo").arg(scratch.path("pipe")).status().unwrap().success());
    let reader = |name: &str| {
        Command::new("head")
            .args(["-c", "10", name])
            .current_dir(scratch.path(""))
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut head = reader("pipe");
    let seen = scratch.score(&["jobs.csv", "-o", "out.csv", "--rejects", "pipe", "--quiet"]);
    head.wait().unwrap();
    assert!(seen.starts_with("exit 2\n"), "{seen}");
    assert!(seen.contains("lurewatch: pipe: cannot write: the program that read it has ended\nhint: "), "{seen}");

    fs::write(scratch.path("jobs.csv"), table(2_000)).unwrap();
    let mut head = reader("pipe");
    let seen = scratch.score(&["jobs.csv", "-o", "pipe", "--rejects", "bad.csv", "--quiet"]);
    head.wait().unwrap();
    assert_eq!(seen, "exit 0\n--- stdout\n--- stderr\n");
    assert_eq!(scratch.names(), ["jobs.csv", "pipe"]);
}
