#!/usr/bin/env bash
# lurewatch beside other programs, on one generated file, in one run.
#
#     benches/peers/run.sh [ROWS]        (default 20000)
#
# Installs the peers from Debian and PyPI into target/peers (fastText's program comes from Debian; Vowpal Wabbit's from Debian
# where it is packed, else it is built from the source archive on PyPI, some ten minutes), makes ROWS adverts, runs everything in
# turn three times and prints a Markdown table of medians. What each peer does stands in peers.py.
#
# PEERS_ROUNDS=N rounds (3); PEERS_TRAINED=N rows to train on for the clock (10000); LUREWATCH=PATH a built
# program instead of building one; PEERS_DIR=FOLDER in place of target/peers; CARGO_TARGET_DIR as for cargo.
set -euo pipefail
cd "$(dirname "$0")/../.."
rows=${1:-20000}
target=${CARGO_TARGET_DIR:-target}
work=$(realpath -m "${PEERS_DIR:-$target/peers}")
venv=$work/venv
mkdir -p "$work"

say() { echo "peers: $*" >&2; }

install_debian() { # PACKAGE: true if it could be installed
    [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || return 1
    apt-get install -y -qq "$1" > "$work/apt-$1.log" 2>&1 ||
        { apt-get update -qq && apt-get install -y -qq "$1"; } > "$work/apt-$1.log" 2>&1
}

build_vw() {
    say "building Vowpal Wabbit from its source archive on PyPI"
    "$venv/bin/pip" -q install wheel setuptools pybind11 cmake ninja
    "$venv/bin/pip" -q download --no-deps --no-binary vowpalwabbit -d "$work" vowpalwabbit==9.11.9
    tar xzf "$work/vowpalwabbit-9.11.9.tar.gz" -C "$work"
    "$venv/bin/cmake" -S "$work/vowpalwabbit-9.11.9" -B "$work/vw-build" -G Ninja \
        -DCMAKE_MAKE_PROGRAM="$venv/bin/ninja" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF -DWARNINGS=OFF \
        -DVW_ZLIB_SYS_DEP=OFF -DVW_FEAT_LAS_SIMD=OFF -DVW_FEAT_SEARCH=OFF -DVW_FEAT_LDA=OFF -DVW_FEAT_NETWORKING=OFF \
        -DVW_BUILD_VW_C_WRAPPER=OFF > "$work/vw-build.log"
    "$venv/bin/cmake" --build "$work/vw-build" --target vw_cli_bin >> "$work/vw-build.log"
    cp "$work/vw-build/vowpalwabbit/cli/vw" "$work/vw"
}

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import sklearn, tokenizers' 2> /dev/null ||
    "$venv/bin/pip" -q install scikit-learn==1.7.2 tokenizers==0.22.2
command -v fasttext > /dev/null || install_debian fasttext || say "no program fasttext: left out"
if ! command -v vw > /dev/null && [ ! -x "$work/vw" ]; then
    install_debian vowpal-wabbit || build_vw || say "no program vw: left out"
fi

lurewatch=${LUREWATCH:-}
if [ -z "$lurewatch" ]; then
    cargo build --release --quiet
    lurewatch=$target/release/lurewatch
fi
file=$work/ads-$rows.csv
[ -s "$file" ] || "$lurewatch" bench --generate "$rows" --seed 5 -o "$file"
PATH=$work:$PATH exec "$venv/bin/python" benches/peers/peers.py run \
    "$(realpath "$lurewatch")" "$file" "$work" "${PEERS_ROUNDS:-3}"
