#!/usr/bin/env bash
# Changes framing, decode, rules, calls and render in one place at a time; each time a test should fail. There are some
# 5,000 such changes, of minutes each, so name a part of them: `tests/long/mutants.sh --shard 1/200`, or
# `tests/long/mutants.sh -F is_blank` for those whose description has that word.
# Needs cargo-mutants (`cargo install cargo-mutants`).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tests=(corpora golden hostile invariance odd output recovery regress replay resync rules show truth why why_output)
cargo mutants --baseline skip --timeout 300 --build-timeout 1800 -o target \
    -f 'src/framing/**' -f 'src/decode/**' -f 'src/rules/**' -f 'src/calls/**' -f 'src/render/**' \
    "$@" -- --locked --lib "${tests[@]/#/--test=}"
