#!/usr/bin/env bash
# Counts the branches of framing, decode, rules, calls and report that the tests take, a line for each folder; with
# `--missing` also those that they do not. Less than 90 % in any folder is a failure.
# Needs Python, cargo-llvm-cov (`cargo install cargo-llvm-cov`), and llvm-cov and llvm-profdata of the compiler's LLVM
# (`rustc -vV` says which): from `rustup component add llvm-tools`, or named in LLVM_COV and LLVM_PROFDATA.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The compiler counts branches only where unstable options are allowed.
export RUSTC_BOOTSTRAP=1
# Thousands of runs share a few profiles instead of writing one each.
export LLVM_PROFILE_FILE_NAME='callkit-tool-%4m.profraw'
report="${CARGO_TARGET_DIR:-target}/coverage.json"
cargo llvm-cov --locked --branch --lib --bins --tests --json --output-path "$report"

python3 - "$report" "$@" <<'END'
import collections, json, sys

FOLDERS = ["framing", "decode", "rules", "calls", "report"]
counts = collections.defaultdict(lambda: [0, 0, 0, 0])
missing = []
with open(sys.argv[1]) as report:
    files = json.load(report)["data"][0]["files"]
for file in files:
    name = file["filename"].split("/src/")[-1]
    folder = name.split("/")[0]
    if folder not in FOLDERS:
        continue
    summary = file["summary"]
    for index, (kind, what) in enumerate([("branches", "covered"), ("branches", "count"), ("lines", "covered"), ("lines", "count")]):
        counts[folder][index] += summary[kind][what]
    # A branch is told of once for each time that its code was compiled.
    taken = collections.defaultdict(lambda: [0, 0])
    for line, column, _, _, as_true, as_false, *_ in file["branches"]:
        taken[line, column][0] += as_true
        taken[line, column][1] += as_false
    for (line, column), (as_true, as_false) in sorted(taken.items()):
        never = [word for word, times in (("true", as_true), ("false", as_false)) if times == 0]
        if never:
            missing.append(f"src/{name}:{line}:{column} never {' nor '.join(never)}")
low = False
for folder in FOLDERS:
    taken, branches, covered, lines = counts[folder]
    low |= taken < 0.9 * branches
    print(f"{folder:8} {taken:4} of {branches:4} branches, {taken / branches:.1%}; {covered / lines:.1%} of its lines")
if "--missing" in sys.argv[2:]:
    print("\n".join(missing))
sys.exit(low)
END
