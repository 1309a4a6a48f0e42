#!/usr/bin/env bash
# Runs each fuzz target for that many executions (default 10,000,000), an input at most a second and 512 MiB.
# Inputs are short, comparisons are not traced and inputs are chosen evenly: three times as many executions an hour.
# Needs cargo-fuzz (`cargo install cargo-fuzz`); what it finds lies in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../fuzz"
export RUSTC_BOOTSTRAP=1
# Large blocks come from the system: else the inputs that libFuzzer keeps come to lie between them, and gaps add up.
export MALLOC_MMAP_THRESHOLD_=280000

for target in framing_http framing_jsonl containers unwrapping quick_and_full commands gzip torn_log; do
    mkdir -p "work/$target"
    cargo fuzz run -O -a -s none --no-trace-compares "$target" "work/$target" "corpus/$target" -- \
        -runs="${1:-10000000}" -timeout=1 -rss_limit_mb=512 -max_len=768 -entropic=0 -close_fd_mask=3
done
