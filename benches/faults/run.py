#!/usr/bin/env python3
"""Runs that are killed and disks that are full: no row may be lost, doubled or changed.

    python3 benches/faults/run.py [RUNS] [SEED]      # default: 200 runs, seed 1

Each run of `lurewatch score` is killed with SIGKILL at a random moment and gone on with by `--resume`, half of them killed
again meanwhile; then its outputs must be the bytes of a run that nobody disturbed. Then the disk is full at 20 random points:
by a limit of file sizes, and on a small tmpfs where one can be mounted. Wants `cargo build --release` before; exit 1 when
anything is wrong.
"""

import csv
import gzip
import io
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import zlib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
PROGRAM = TARGET / "release" / "lurewatch"
ROWS = 4000
FULL_DISKS = 20

# Name, inputs, output, rejects.
JOBS = [
    ("csv", ["ads.csv"], "out.csv", "bad.csv"),
    ("csv.gz", ["ads.csv.gz"], "out.csv.gz", "bad.csv"),
    ("jsonl, zst", ["ads.jsonl"], "out.jsonl.zst", "bad.csv.gz"),
    ("two inputs", ["ads.csv", "ads.csv.gz"], "out.jsonl", "bad.csv"),
]


def make_inputs(folder):
    """Made-up adverts, every 97th of which cannot be read."""
    text = subprocess.run(
        [PROGRAM, "bench", "--generate", str(ROWS), "--seed", "1"], check=True, stdout=subprocess.PIPE
    ).stdout.decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    lines, objects = io.StringIO(newline=""), []
    write = csv.writer(lines, lineterminator="\n")
    for at, row in enumerate(rows):
        broken = at % 97 == 96
        write.writerow(row + ["one more"] if broken else row)
        if at > 0:
            text = json.dumps(dict(zip(rows[0], row)), ensure_ascii=False)
            objects.append(text[:-1] if broken else text)
    (folder / "ads.csv").write_bytes(lines.getvalue().encode())
    (folder / "ads.jsonl").write_bytes("".join(line + "\n" for line in objects).encode())
    (folder / "ads.csv.gz").write_bytes(gzip.compress(lines.getvalue().encode(), 1))


class Job:
    """A run and what it must come to."""

    def __init__(self, folder, name, inputs, output, rejects):
        self.folder, self.name, self.outputs = folder, name, (output, rejects)
        self.command = [PROGRAM, "score", *inputs, "-o", output, "--rejects", rejects, "--quiet"]
        begun = time.monotonic()
        ended = self.run()
        self.seconds = time.monotonic() - begun
        assert ended.returncode == 1, f"{name}: {ended.stderr}"
        self.expected = [(folder / one).read_bytes() for one in self.outputs]
        self.clear()

    def begin(self, *more, **how):
        return subprocess.Popen([*self.command, *more], cwd=self.folder, stderr=subprocess.PIPE, text=True, **how)

    def run(self, *more, **how):
        process = self.begin(*more, **how)
        process.stderr, (_, said) = None, process.communicate()
        process.said = said
        return subprocess.CompletedProcess(self.command, process.returncode, "", said)

    def clear(self):
        for one in self.outputs:
            for end in ("", ".partial", ".partial.json", ".partial.json.new"):
                (self.folder / (one + end)).unlink(missing_ok=True)
        for path in self.folder.glob("*.partial*"):
            path.unlink()

    def names(self):
        return [one for one in self.outputs if (self.folder / one).exists()]

    def left_behind(self):
        return sorted(path.name for path in self.folder.glob("*.partial*"))

    def half(self):
        """Counts final names with anything else under them than the whole."""
        half = [
            one
            for one, expected in zip(self.outputs, self.expected)
            if one in self.names() and (self.folder / one).read_bytes() != expected
        ]
        if half:
            print(f"  {self.name}: half files under the final names {half}")
        return len(half)

    def wrong(self, rows):
        """Counts what is wrong with the rows of the outputs."""
        faults = 0
        for one, expected in zip(self.outputs, self.expected):
            path = self.folder / one
            seen = path.read_bytes() if path.exists() else b""
            if seen != expected:
                faults += 1
                before, now = Counter(lines(one, expected)), Counter(lines(one, seen))
                rows["lost or changed"] += sum((before - now).values())
                rows["doubled or changed"] += sum((now - before).values())
                print(f"  {self.name}: {one} is not as it should be ({len(seen)} bytes, not {len(expected)})")
        return faults


def lines(name, data):
    if name.endswith(".gz"):
        try:
            data = gzip.decompress(data) if data else b""
        except (OSError, EOFError, zlib.error):
            pass  # Damaged: its bytes are counted as they are.
    elif name.endswith(".zst") and shutil.which("zstd"):
        data = subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE, check=False).stdout
    return data.split(b"\n")


def kill(job, chance):
    """Starts a run and kills it at a random moment; whether it was still at work."""
    process = job.begin("--resume")
    if chance.random() < 0.8:
        # Most moments are to be of the work itself, not of loading the model.
        partial = job.folder / (job.outputs[0] + ".partial")
        while not partial.exists() and process.poll() is None:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, job.seconds * 0.8))
    else:
        time.sleep(chance.uniform(0, job.seconds))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def killed_runs(jobs, runs, chance):
    count, rows, faults = Counter(), Counter(), 0
    while count["runs"] < runs:
        job = chance.choice(jobs)
        job.clear()
        kills = 0
        while kills == 0 or chance.random() < 0.5:
            if not kill(job, chance):
                break
            kills += 1
            faults += job.half()
        journal = job.folder / (job.outputs[0] + ".partial.json")
        count["gone on with"] += journal.exists()
        ended = job.run("--resume")
        if ended.returncode != 1 or job.left_behind():
            print(f"  {job.name}: exit {ended.returncode}, {job.left_behind()} left behind: {ended.stderr}")
            faults += 1
        faults += job.wrong(rows)
        count["runs"] += kills > 0
        count["kills"] += kills
        count["killed again"] += kills > 1
        if kills and count["runs"] % 20 == 0:
            print(f"  {count['runs']} runs …", flush=True)
    print(
        f"killed: {count['runs']} runs, {count['kills']} kills with SIGKILL, {count['killed again']} runs more than once; "
        f"{count['gone on with']} had rows done to go on with"
    )
    print(f"rows lost or changed {rows['lost or changed']}, doubled or changed {rows['doubled or changed']}")
    return faults


def limited(job, most):
    def set_limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    return job.run(preexec_fn=set_limit)


def full_disks(jobs, folder, chance):
    count, rows, faults = Counter(), Counter(), 0
    disk = folder / "disk"
    disk.mkdir(exist_ok=True)
    for at in range(FULL_DISKS):
        job = chance.choice(jobs)
        job.clear()
        room = chance.randrange(1, len(job.expected[0]))
        is_mounted = at % 2 == 1 and mount(disk, room)
        if is_mounted:
            room = max(room // 4096 * 4096, 4096)
            tight = [one if not one.startswith("out") else f"disk/{one}" for one in job.command[1:]]
            ended = subprocess.run(
                [PROGRAM, *tight], cwd=folder, stderr=subprocess.PIPE, text=True, check=False
            )
            names = [one for one in job.outputs if (disk / one).exists() or (folder / one).exists()]
            said = "No space left on device"
        else:
            ended = limited(job, room)
            names, said = job.names(), "File too large"
        if ended.returncode != 2 or said not in ended.stderr or "hint: " not in ended.stderr or names:
            print(f"  {job.name}, {room} bytes: exit {ended.returncode}, {names}: {ended.stderr}")
            faults += 1
        if is_mounted:
            count["on a full tmpfs"] += 1
            subprocess.run(["umount", disk], check=True)
        else:
            count["at a limit of file sizes"] += 1
            # With room again, the run is gone on with.
            ended = job.run("--resume")
            faults += ended.returncode != 1 or bool(job.left_behind())
            faults += job.wrong(rows)
        job.clear()
    where = ", ".join(f"{number} {name}" for name, number in sorted(count.items()))
    print(f"disk full: {sum(count.values())} runs ({where}): exit 2 with a message and nothing under the final names")
    return faults


def mount(disk, size):
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={max(size // 4096 * 4096, 4096)}", "tmpfs", disk]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    folder = TARGET / "faults"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.*"):
        path.unlink()
    make_inputs(folder)
    jobs = [Job(folder, *one) for one in JOBS]
    begun = time.monotonic()
    faults = killed_runs(jobs, runs, chance)
    faults += full_disks(jobs, folder, chance)
    print(f"faults: {faults} ({time.monotonic() - begun:.0f} s)")
    sys.exit(faults > 0)


main()
