#!/usr/bin/env python3
"""Licences, sources, native code and `unsafe` of all that Cargo.lock names, without a network.

    python3 .ci/dependencies.py

Fails when a licence is not allowed by .ci/deny.toml, a crate comes from elsewhere than crates.io or without a checksum,
a crate that compiles C or links a system library is not among NATIVE below, or the crate itself has `unsafe`.
The count of `unsafe` in dependencies is told and fails nothing: it says where to look first when one has an advisory.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"
# Crates that the program is built from on this machine and that compile or link something that is not Rust.
NATIVE = set()
# They look like it and compile and link nothing: `links` keeps two versions of rayon-core apart, and the other holds constants.
LINKS_NOTHING = {"rayon-core", "linux-raw-sys"}
C_BUILDERS = {"cc", "cmake", "bindgen", "pkg-config", "vcpkg", "nasm-rs"}


def metadata(*more):
    command = ["cargo", "metadata", "--offline", "--locked", "--format-version", "1", *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def satisfied(expression, allowed):
    """Whether an SPDX expression can be met; `/` is the old way to write OR."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def any_of():
        met = all_of()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            met = all_of() or met
        return met

    def all_of():
        met = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            met = one() and met
        return met

    def one():
        name = tokens.pop(0)
        if name == "(":
            met = any_of()
            assert tokens.pop(0) == ")", expression
            return met
        if tokens and tokens[0] == "WITH":
            name = f"{name} WITH {tokens[1]}"
            del tokens[:2]
        return name in allowed

    met = any_of()
    assert not tokens, expression
    return met


def check_itself():
    for expression, expected in [
        ("MIT", True),
        ("GPL-3.0", False),
        ("MIT/GPL-3.0", True),
        ("GPL-3.0 OR (MIT AND X)", False),
        ("(MIT OR X) AND Zlib", True),
        ("MIT AND X OR Zlib", True),
        ("MIT WITH x", False),
    ]:
        assert satisfied(expression, {"MIT", "Zlib"}) == expected, expression


def shipped(graph):
    """Ids of what is inside the program: reached from the root by other than build and test dependencies,
    macros apart."""
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}
    is_macro = lambda package: any("proc-macro" in target["kind"] for target in package["targets"])
    macros = {package["id"] for package in graph["packages"] if is_macro(package)}
    seen, waiting = set(), [graph["resolve"]["root"]]
    while waiting:
        one = waiting.pop()
        if one not in seen and one not in macros:
            seen.add(one)
            waiting += [dep["pkg"] for dep in nodes[one]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
    return seen


def built_with(graph, package):
    """Names of the crates that a package's build script uses."""
    node = next(node for node in graph["resolve"]["nodes"] if node["id"] == package["id"])
    names = {one["id"]: one["name"] for one in graph["packages"]}
    return {names[dep["pkg"]] for dep in node["deps"] if any(kind["kind"] == "build" for kind in dep["dep_kinds"])}


def unsafe_in(folder):
    """How often `unsafe` stands in the code of a folder, comments and texts apart."""
    aside = re.compile(r'//[^\n]*|/\*.*?\*/|r(#*)".*?"\1|"(?:\\.|[^"\\])*"', re.S)
    count = 0
    for path in sorted(folder.rglob("*.rs")):
        if not {"tests", "benches", "examples"} & set(path.relative_to(folder).parts):
            count += len(re.findall(r"\bunsafe\b(?!_)", aside.sub(" ", path.read_text(errors="replace"))))
    return count


def main():
    check_itself()
    faults = []
    allowed = set(tomllib.loads((ROOT / ".ci/deny.toml").read_text())["licenses"]["allow"])
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
    for package in lock:
        source = package.get("source")
        if source is not None and (source != CRATES_IO or "checksum" not in package):
            faults.append(f"{package['name']} {package['version']}: from {source}, not from crates.io with a checksum")

    host = re.search(r"host: (\S+)", subprocess.run(["rustc", "-vV"], capture_output=True, text=True).stdout)[1]
    here = metadata("--filter-platform", host)
    if here.returncode != 0:
        sys.exit(f"cargo metadata: {here.stderr.strip()}\nhint: build once, or `cargo fetch`")
    here = json.loads(here.stdout)
    everywhere = metadata()
    if everywhere.returncode == 0:
        packages, of = json.loads(everywhere.stdout)["packages"], "every platform"
    else:
        packages, of = here["packages"], f"{host} alone; `cargo fetch` brings the others"
    foreign = [package for package in packages if package["source"] is not None]
    for package in foreign:
        licence = package["license"] or ""
        if not licence or not satisfied(licence, allowed):
            faults.append(f"{package['name']} {package['version']}: licence `{licence}`; .ci/deny.toml allows {sorted(allowed)}")
    print(f"licences: {len(foreign)} crates of {len(lock) - 1} in Cargo.lock looked at ({of})")

    inside = shipped(here)
    parts = [package for package in here["packages"] if package["id"] in inside and package["source"] is not None]
    native, scripts, counts = set(), [], []
    for package in parts:
        kinds = {kind for target in package["targets"] for kind in target["kind"]}
        if "custom-build" in kinds:
            scripts.append(package["name"])
        links = package.get("links") or package["name"].endswith("-sys")
        if (links and package["name"] not in LINKS_NOTHING) or built_with(here, package) & C_BUILDERS:
            native.add(package["name"])
        counts.append((unsafe_in(Path(package["manifest_path"]).parent), package["name"]))
    for name in sorted(native ^ NATIVE):
        faults.append(f"{name}: {'compiles or links native code' if name in native else 'is no longer there'}; see NATIVE")
    print(f"native code: {', '.join(sorted(native)) or 'none'}; build scripts: {', '.join(sorted(scripts))}")

    own = sum(unsafe_in(ROOT / folder) for folder in ["src"])
    forbidden = re.search(r'^unsafe_code = "forbid"', (ROOT / "Cargo.toml").read_text(), re.M)
    if own or not forbidden:
        faults.append(f"own code: {own} times `unsafe`; 0 and the lint `unsafe_code = \"forbid\"` are wanted")
    counts.sort(reverse=True)
    without = sum(count == 0 for count, _ in counts)
    print(f"unsafe: own code {own}; {sum(count for count, _ in counts)} times in {len(counts)} crates, {without} have none")
    print("  most:", ", ".join(f"{name} {count}" for count, name in counts[:12]))

    for fault in faults:
        print(f"fault: {fault}")
    sys.exit(1 if faults else 0)


main()
