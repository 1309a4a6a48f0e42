#!/usr/bin/env bash
# Ends `export -o` at 200 random moments by Ctrl-C, and at 200 by kill -9.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
CALLKIT_MOMENTS=200 cargo test --locked --test cli a_run_that_is_ended_at_any_moment
