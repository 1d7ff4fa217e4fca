#!/usr/bin/env bash
# Does scoring still cost what it did? Counts the instructions of scoring a fixed generated file on one thread, which other
# work on the machine does not change, and compares them with the figure in instructions.txt.
#
#     benches/instructions.sh            exit 0: at most 5 % dearer, or left out; 1: dearer; 2: could not be counted
#     benches/instructions.sh --update   writes the figure
#
# LUREWATCH=PATH takes a built program (release profile) instead of building one; CARGO_TARGET_DIR as for cargo.
set -euo pipefail
cd "$(dirname "$0")/.."
rows=2000
committed=benches/instructions.txt
target=${CARGO_TARGET_DIR:-target}

if ! command -v valgrind > /dev/null; then
    echo "instructions: left out, since there is no valgrind"
    exit 0
fi
lurewatch=${LUREWATCH:-}
if [ -z "$lurewatch" ]; then
    cargo build --release --quiet
    lurewatch=$target/release/lurewatch
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What starting costs, model and all, is counted on a file of one row and taken off.
count() { # ROWS
    "$lurewatch" bench --generate "$1" --seed 5 -o "$work/$1.csv"
    valgrind --tool=callgrind --callgrind-out-file="$work/$1.out" \
        "$lurewatch" score "$work/$1.csv" -o "$work/$1.scored" --threads 1 --quiet 2> "$work/log" || {
        cat "$work/log" >&2
        echo "instructions: scoring under valgrind failed" >&2
        exit 2
    }
    awk '/^(summary|totals):/ { sum = $2 } END { print sum }' "$work/$1.out"
}
start=$(count 1)
whole=$(count $rows)
found=$(((whole - start) / (rows - 1)))

if [ "${1:-}" = --update ]; then
    {
        echo "# Instructions for each generated ad (benches/instructions.sh --update); start: $start"
        echo "$found"
    } > "$committed"
fi
wanted=$(grep -v '^#' "$committed")
awk -v found="$found" -v wanted="$wanted" -v start="$start" 'BEGIN {
    change = 100 * (found / wanted - 1)
    printf "instructions: %d an ad, committed %d (%+.1f %%, allowed +5 %%); start %s: ", found, wanted, change, start
    if (change > 5) { print "FAIL: scoring became dearer"; exit 1 }
    print "pass" (change < -5 ? "; scoring became cheaper: commit benches/instructions.sh --update to keep it so" : "")
}'
