#!/usr/bin/env python3
"""Files as they should not be: mutated copies of real ones, each of which must end well.

    python3 benches/faults/mutate.py [COPIES] [SEED]      # default: 1,000 copies, seed 1

Copies of `tests/it/files`, `datasets/sample.csv` and, where it is there, the data at `$LUREWATCH_DATA` (else `../shared/data`)
get flipped bits, cuts, other encodings, doubled quotes and the like, or are blown up: a field of 100 MB, 100,000 columns, bombs of
gzip, zstd and zip. `lurewatch score` of each must end in time with exit 0, 1 or 2, say where when it is not 0, count every row
as scored or rejected, write as many rows as it says, and stay below 256 MB. Wants `cargo build --release` before; exit 1
when anything is wrong, and then the copies at fault stay in `$CARGO_TARGET_DIR/mutated`.
"""

import csv
import gzip
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("LUREWATCH_DATA") or ROOT / "../shared/data")
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
PROGRAM = TARGET / "release" / "lurewatch"
FOLDER = TARGET / "mutated"
SECONDS = 30
PEAK_MB = 256
# Of each file of real data so much: a copy is to take a moment.
MOST = 200_000
ADDRESS_SPACE = 8 << 30
MEGABYTE = 1 << 20
SUFFIXES = (".csv", ".jsonl", ".gz", ".zst", ".xlsx", ".parquet")


def originals():
    """Names and bytes, in a fixed order."""
    paths = [ROOT / "datasets" / "sample.csv", *sorted((ROOT / "tests" / "it" / "files").glob("*.*"))]
    found = [(path.name, path.read_bytes()) for path in paths if path.suffix in SUFFIXES]
    for path in sorted(DATA.glob("*/*")):
        if path.suffix == ".jsonl":
            found.append((path.name, head(path.read_bytes()[:MOST])))
        elif path.name.endswith(".csv.zst") and shutil.which("zstd"):
            unpack = subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE)
            found.append((path.name.removesuffix(".zst"), head(unpack.stdout.read(MOST))))
            unpack.stdout.close()
            unpack.wait()
    return found


def head(data):
    return data[: data.rfind(b"\n") + 1] or data


def place(data, chance):
    return chance.randrange(len(data) + 1)


def flipped(data, chance):
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 3, 30])):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def cut(data, chance):
    return data[: place(data, chance)]


def beheaded(data, chance):
    return data[place(data, chance) :]


def hole(data, chance):
    first, last = sorted([place(data, chance), place(data, chance)])
    return data[:first] + data[last:]


def moved(data, chance):
    first, second, third = sorted(place(data, chance) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def doubled_quotes(data, chance):
    return data.replace(b'"', b'""', chance.choice([1, 5, -1]))


def stray_quotes(data, chance):
    for _ in range(chance.choice([1, 3])):
        at = place(data, chance)
        data = data[:at] + b'"' + data[at:]
    return data


def other_delimiter(data, chance):
    return data.replace(chance.choice([b",", b";", b"\t", b":"]), chance.choice([b",", b";", b"\t", b"|", b"\x1f"]))


def other_line_ends(data, chance):
    return data.replace(b"\n", chance.choice([b"\r", b"\r\n", b"\n\r", b"\n\n", b"\\n", b"\xe2\x80\xa8", b""]))


def nuls(data, chance):
    at = place(data, chance)
    return data[:at] + bytes(chance.choice([1, 1000, 70_000])) + data[at:]


def other_encoding(data, chance):
    text = data.decode("utf-8", "replace")
    names = ["utf-16", "utf-16-be", "utf-32", "utf-7", "gb18030", "big5", "shift_jis", "euc-kr", "cp1252", "cp1258", "cp874", "cp037"]
    return text.encode(chance.choice(names), "replace")


def two_encodings(data, chance):
    at = place(data, chance)
    return data[:at] + other_encoding(data[at:], chance)


def spoilt_twice(data, chance):
    return data.decode("latin-1").encode()


def marks(data, chance):
    at = chance.choice([0, place(data, chance)])
    return data[:at] + b"\xef\xbb\xbf" * chance.choice([1, 2, 9]) + data[at:]


def deep_json(data, chance):
    depth = chance.choice([100, 5_000, 1_000_000])
    left, right = chance.choice([(b"[", b"]"), (b'{"a":', b"}")])
    return head(data) + b'{"text":' + left * depth + b"1" + right * chance.choice([0, depth]) + b"}\n"


def huge_numbers(data, chance):
    return head(data) + b'{"id":' + chance.choice([b"1e999", b"-" * 9, b"9" * 100_000]) + b',"text":"x"}\n'


def repeated(data, chance):
    return data * chance.choice([2, 7])


def packed(data, chance):
    """Packed, and then damaged."""
    data = gzip.compress(data, mtime=0)
    return chance.choice([cut, flipped, nuls, repeated, doubled_gzip])(data, chance)


def doubled_gzip(data, chance):
    return gzip.compress(data, mtime=0)


def noise(data, chance):
    at = place(data, chance)
    return data[:at] + chance.randbytes(chance.choice([10, 1_000, 100_000])) + data[at:]


MUTATORS = [
    flipped, flipped, flipped, cut, cut, beheaded, hole, moved, doubled_quotes, stray_quotes, other_delimiter, other_line_ends,
    nuls, other_encoding, other_encoding, two_encodings, spoilt_twice, marks, deep_json, huge_numbers, repeated, packed, packed, noise,
]  # fmt: skip


def pieces(start, unit, size, end=b""):
    """`size` bytes of `unit` in pieces, between `start` and `end`."""
    yield start
    chunk = unit * (MEGABYTE // len(unit))
    for _ in range(size // len(chunk)):
        yield chunk
    yield end


def huge_field(path, chance):
    quote = chance.choice([b"", b'"'])
    ends = chance.choice([(b"", b"\n3,Cook\n"), (quote, b"\n3,Cook\n")])
    unit = chance.choice([b"x", b"free visa ", "包吃住".encode(), b"<b>", b"&amp;"])
    write(path, pieces(b"id,text\n1,Nurse\n2," + quote, unit, 100 * MEGABYTE, b"".join(ends)))


def huge_json(path, chance):
    start, end = chance.choice([(b'{"text":"', b'"}\n'), (b'{"text":"a"}\n{"text":"', b'"}\n{"text":"b"}'), (b'{"text":[', b"1]}")])
    write(path, pieces(start, chance.choice([b"x,", b"\\u0041", b"[", b"1,"]), 100 * MEGABYTE, end))


def wide(path, chance):
    columns = chance.choice([100_000, 100_000, 1_000_000])
    row = chance.choice([b"Cook" + b"," * (columns - 1), b",".join([b"a"] * columns), b"Cook"])
    header = b"text," + b",".join(b"c%d" % at for at in range(1, columns))
    write(path, [chance.choice([header, b"text" + b"," * (columns - 1), b"id,text"]), b"\n", row, b"\n", row, b"\n"])


def wide_json(path, chance):
    members = b",".join(b'"k%d":%d' % (at, at) for at in range(100_000))
    write(path, [b'{"text":"a"}\n', b'{"text":"b",', members, b"}\n"] if chance.random() < 0.5 else [b"{", members, b"}\n"])


def empty_lines(path, chance):
    write(path, pieces(b"id,text\n1,Cook\n", chance.choice([b"\n", b"\r", b" \n", b"\0", b",\n"]), 4 * MEGABYTE, b"2,Nurse\n"))


BOMB = 512 * MEGABYTE


def bomb_pieces(chance):
    start = chance.choice([b"", b"id,text\n", b'id,text\n1,"', b'{"text":"', b"PK\x03\x04", b"PAR1"])
    return pieces(start, chance.choice([b"x", b"\0", b'"', b" ", b",", b"{"]), BOMB)


def gzip_bomb(path, chance):
    def squeezed(chunks):
        press = zlib.compressobj(9, wbits=31)
        for chunk in chunks:
            yield press.compress(chunk)
        yield press.flush()

    chunks = squeezed(bomb_pieces(chance))
    write(path, squeezed(chunks) if chance.random() < 0.2 else chunks)


def zstd_bomb(path, chance):
    """A frame of blocks that each repeat one byte 128 KiB times, by hand: Python cannot write zstd."""
    window = chance.choice([0x58, 0x58, 0xF8])
    start = chance.choice([b"id,text\n", b'{"text":"', b""])
    frame = b"\x28\xb5\x2f\xfd\x00" + bytes([window]) + (len(start) << 3).to_bytes(3, "little") + start
    block = (1 << 1 | (128 << 10) << 3).to_bytes(3, "little") + chance.choice([b"x", b"\0", b" "])
    write(path, [frame, block * (BOMB >> 17), chance.choice([b"\x01\x00\x00", b""])])


def zip_bomb(path, chance):
    """A workbook whose sheet, or table of strings, unpacks to far more than it should."""
    swollen = chance.choice(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"])
    with zipfile.ZipFile(ROOT / "tests/it/files/xlsxwriter.xlsx") as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            with new.open(name, "w", force_zip64=True) as part:
                at = data.rfind(b"</row>") + 6 if b"</row>" in data else data.rfind(b"</")
                unit = chance.choice([b'<row><c t="inlineStr"><is><t>Cook</t></is></c></row>', b"<si><t>x</t></si>", b" ", b"<a>"])
                for chunk in pieces(data[:at], unit, BOMB // 2 if name == swollen else 0, data[at:]):
                    part.write(chunk)


BLOWN_UP = [huge_field, huge_field, huge_json, wide, wide_json, empty_lines, gzip_bomb, gzip_bomb, zstd_bomb, zip_bomb]
# One copy in so many is blown up.
ONE_IN = 12


def write(path, chunks):
    with open(path, "wb") as file:
        file.writelines(chunks)


def mutated(files, at, chance):
    """Makes a copy; its path and what was done to it."""
    if at % ONE_IN == ONE_IN - 1:
        made = BLOWN_UP[at // ONE_IN % len(BLOWN_UP)]
        path = FOLDER / f"{at}-{made.__name__}"
        made(path, chance)
        return path, made.__name__
    name, data = chance.choice(files)
    done = [chance.choice(MUTATORS) for _ in range(chance.choice([1, 1, 2, 3]))]
    for mutator in done:
        data = mutator(data, chance)
    path = FOLDER / f"{at}-{name}"
    path.write_bytes(data)
    return path, " + ".join([name, *(mutator.__name__ for mutator in done)])


def run(command):
    """Exit code (negative: signal; None: out of time), what was said, seconds and peak memory in MB."""
    said = FOLDER / "said"
    begun = time.monotonic()
    with open(said, "wb") as errors:
        process = subprocess.Popen(
            command,
            cwd=FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE)),
        )
        ended, pause = (0, 0, None), 0.001
        while ended[0] == 0 and time.monotonic() - begun < SECONDS:
            time.sleep(pause)
            pause = min(pause * 1.5, 0.1)
            ended = os.wait4(process.pid, os.WNOHANG)
        in_time = ended[0] != 0
        if not in_time:
            process.kill()
            ended = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    seconds = time.monotonic() - begun
    return process.returncode if in_time else None, said.read_text(errors="replace"), seconds, ended[2].ru_maxrss / 1024


def rows_of(path, delimiter):
    """Rows of an output, its header not counted."""
    if path.suffix == ".jsonl":
        with open(path, "rb") as file:
            return sum(1 for _ in file)
    with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
        return sum(1 for row in csv.reader(file, delimiter=delimiter) if row) - 1


def delimiter_of(path):
    """What stands before the first of our columns."""
    with open(path, "rb") as file:
        found = re.search(rb'(.)"?lure_probability', file.read(2 * MEGABYTE), re.DOTALL)
    return found[1].decode() if found else ","


COUNTED = re.compile(r"^rows: (\d+) read = (\d+) scored \+ (\d+) rejected$", re.MULTILINE)


def wrong(path, output, rejects, ended):
    """What is wrong with a run, in words."""
    code, said, _, peak = ended
    if code is None:
        yield f"not at an end after {SECONDS} s"
        return
    if code not in (0, 1, 2):
        yield f"exit {code}"
    if "panicked" in said or "RUST_BACKTRACE" in said:
        yield "a panic"
    if peak >= PEAK_MB:
        yield f"{peak:.0f} MB"
    if code != 0 and f"lurewatch: {path.name}" not in said:
        yield "a message that names no place"
    counts = COUNTED.search(said)
    if counts is None:
        if code in (0, 1):
            yield "no count of rows"
        return
    read, scored, rejected = map(int, counts.groups())
    if read != scored + rejected:
        yield f"{read} rows are not {scored} + {rejected}"
    if code in (0, 1):
        if code != (rejected > 0):
            yield f"exit {code} with {rejected} rows rejected"
        if (rows := rows_of(output, delimiter_of(output))) != scored:
            yield f"{rows} rows written, {scored} scored"
        if (rows := rows_of(rejects, ",") if rejects.exists() else 0) != rejected:
            yield f"{rows} rows in the rejects, {rejected} rejected"
    elif output.exists():
        yield "a half file under the final name"


def clear(path):
    for one in FOLDER.glob("out.*"):
        one.unlink()
    path.unlink(missing_ok=True)


def main():
    copies = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    csv.field_size_limit(sys.maxsize)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    files = originals()
    exits, faults, slowest, highest, rows = Counter(), 0, (0.0, ""), (0.0, ""), Counter()
    begun = time.monotonic()
    for at in range(copies):
        # Each copy has its own chance, so that one can be made again alone.
        chance = random.Random(f"{seed}/{at}")
        path, what = mutated(files, at, chance)
        output, rejects = FOLDER / chance.choice(["out.csv", "out.jsonl"]), FOLDER / "out.rejects.csv"
        ended = run([PROGRAM, "score", path.name, "-o", output.name, "--rejects", rejects.name])
        exits[ended[0]] += 1
        slowest, highest = max(slowest, (ended[2], what)), max(highest, (ended[3], what))
        if counts := COUNTED.search(ended[1]):
            rows.update(dict(zip(("read", "scored", "rejected"), map(int, counts.groups()))))
        if found := list(wrong(path, output, rejects, ended)):
            faults += 1
            last = ended[1].strip().splitlines()[-4:]
            print(f"copy {at}, {what}: {'; '.join(found)}\n  " + "\n  ".join(line[:300] for line in last), flush=True)
            path.rename(FOLDER / f"fault-{path.name}")
        clear(path)
        if at % 100 == 99:
            print(f"  {at + 1} copies …", flush=True)
    print(f"copies: {copies} of {len(files)} files; exits " + ", ".join(f"{code}: {n}" for code, n in sorted(exits.items(), key=str)))
    print(f"rows: {rows['read']} read = {rows['scored']} scored + {rows['rejected']} rejected")
    print(f"longest {slowest[0]:.1f} s ({slowest[1]}); most memory {highest[0]:.0f} MB ({highest[1]})")
    print(f"faults: {faults} ({time.monotonic() - begun:.0f} s)")
    sys.exit(faults > 0)


main()
