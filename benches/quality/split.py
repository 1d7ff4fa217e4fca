"""Cuts the shared background into the part that models are trained on and the quarter that measures them.

    python3 benches/quality/split.py [OUT]      (default target/quality)

Reads clean_ads and classifieds_ie from $LUREWATCH_DATA (default ../shared/data) and writes OUT/background.csv (three
quarters of the groups of clean_ads) and OUT/held_out.csv (the rest). A group is held out when the first byte of the sha256 of its
name is below 64. Needs Python's standard library and the program `zstd`.
"""

import csv
import hashlib
import io
import os
import pathlib
import subprocess
import sys

csv.field_size_limit(1 << 24)
DATA = pathlib.Path(os.environ.get("LUREWATCH_DATA", "../shared/data"))


def rows(path):
    text = subprocess.run(["zstd", "-dcq", str(path)], check=True, capture_output=True).stdout.decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def is_held_out(group):
    return hashlib.sha256(group.encode()).digest()[0] < 64


def write(path, found):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    print(f"{path}: {len(found)} rows")


def main():
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/quality")
    out.mkdir(parents=True, exist_ok=True)
    ads = rows(DATA / "clean_ads" / "clean_ads.csv.zst")
    write(out / "background.csv", [row for row in ads if not is_held_out(row["dup_group"])])
    write(out / "held_out.csv", [row for row in ads if is_held_out(row["dup_group"])])
    write(out / "classifieds.csv", rows(DATA / "classifieds_ie" / "classifieds_ie.csv.zst"))


if __name__ == "__main__":
    main()
