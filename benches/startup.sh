#!/usr/bin/env bash
# What starting costs: one advert scored with the model that comes with lurewatch, beside `true` and `python3 -c pass`.
#
#     benches/startup.sh [ROUNDS]
#
# In every round each program is run 20 times in a row; the medians over the rounds are compared. The wall clock of a shared
# machine is noise: only the ratios mean anything. LUREWATCH=PATH takes a built program (release profile) instead of building one.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-15}
runs=20
lurewatch=${LUREWATCH:-}
if [ -z "$lurewatch" ]; then
    cargo build --release --quiet
    lurewatch=${CARGO_TARGET_DIR:-target}/release/lurewatch
fi
# The interpreter itself, not a script that looks for it.
python=$(python3 -c 'import sys; print(sys.executable)')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$lurewatch" bench --generate 1 --seed 5 -o "$work/one.csv"

TIMEFORMAT=%R
took() { # NAME COMMAND...
    local name=$1
    shift
    { time for ((run = 0; run < runs; run++)); do "$@" > "$work/out"; done; } 2>> "$work/$name"
}
for ((round = 0; round < rounds; round++)); do
    took true "$(type -P true)"
    took python "$python" -c pass
    took lurewatch "$lurewatch" score "$work/one.csv" --quiet
done
median() { sort -n "$work/$1" | awk -v runs="$runs" '{ at[NR] = $1 } END { print 1000 * at[int((NR + 1) / 2)] / runs }'; }
awk -v t="$(median true)" -v p="$(median python)" -v l="$(median lurewatch)" 'BEGIN {
    printf "start to first result: %.2f ms; true %.2f ms, python3 -c pass %.2f ms\n", l, t, p
    printf "  %.1f x true (wanted: at most 25), %.2f x python3 (wanted: at most 1)\n", l / t, l / p
}'
