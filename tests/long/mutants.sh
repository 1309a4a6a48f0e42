#!/usr/bin/env bash
# Changes framing, decode, rules, calls and report in one place at a time; each time a test should fail. There are some
# 5,000 such changes, of minutes each, so name a part of them: `tests/long/mutants.sh --shard 1/200`, or
# `tests/long/mutants.sh -F is_blank` for those whose description has that word.
# Needs cargo-mutants (`cargo install cargo-mutants`).
#
# Measured on 1,073 of the 5,036 places, drawn by chance, with all changes compiled into one build and each switched on at
# run time: 817 were caught at first, and 985 (91.8 %) once the tests had what was missing. The 88 that are left, and why:
#   framing/mod.rs: < with <= in byte_order_mark: the same result
#   calls/days.rs: > with >= in Days::span: the same result
#   calls/entry.rs: | with ^ in Code::with_numbers: the same result
#   calls/entry.rs: | with ^ in <impl From<Facts> for KeptFacts>::from: the same result
#   calls/entry.rs: | with ^ in <impl From<KeptFacts> for Facts>::from: the same result
#   calls/shard.rs: match guard position < call.base with true in Shard::append: no test yet
#   calls/summary.rs: < with <= in Figures::add: differs at that very bound, which no test has
#   calls/table.rs: == with != in TableBuilder::gather: only memory or speed
#   calls/texts.rs: < with > in Arena::push: only memory or speed
#   calls/texts.rs: Texts::is_empty -> true: nobody asks for it
#   calls/texts.rs: == with != in Texts::is_empty: nobody asks for it
#   calls/timeline.rs: Step::takes_part -> false: no test yet
#   calls/timeline.rs: <= with > in all_differ: only memory or speed
#   calls/timeline.rs: + with * in small: only memory or speed
#   calls/totals.rs: += with *= in Totals::merge: only tests that take too long to be run for it
#   decode/flat.rs: && with || in read_flat: no test yet
#   decode/json.rs: < with == in culprit: no test yet
#   decode/json.rs: <impl Visitor<'a> for ArrayVisitor<'a>>::expecting -> Ok(Default::default()): nobody asks for it
#   decode/json.rs: <impl Visitor<'a> for KeyVisitor>::expecting -> Ok(Default::default()): nobody asks for it
#   decode/fast/mod.rs: |= with &= in read_record: only speed, the full path says the same
#   decode/fast/mod.rs: && with || in read_request: only speed, the full path says the same
#   decode/read.rs: suits -> false: no test yet
#   framing/body.rs: match guard next < near.len() with true in leads_on: no test yet
#   framing/body.rs: || with && in leads_on: no test yet
#   framing/extent.rs: == with != in scalar: no test yet
#   framing/http.rs: > with >= in Framer::frame_requests: differs at that very bound, which no test has
#   framing/http.rs: < with <= in Framer::frame_requests: differs at that very bound, which no test has
#   framing/http.rs: > with == in Framer::skip_to_request: no test yet
#   framing/http.rs: > with >= in Framer::skip_to_request: differs at that very bound, which no test has
#   framing/http.rs: delete ! in begins_alike: no test yet
#   framing/request.rs: > with >= in ends_with_method: differs at that very bound, which no test has
#   report/status.rs: > with < in status_line: shows on a terminal alone
#   rules/callback.rs: delete match arm "AcceptTs" in pointer: no test yet
#   calls/cause/case.rs: > with >= in Case<'c, 't>::may_lack_the_answer: differs at that very bound, which no test has
#   calls/cause/contributing.rs: && with || in is_one_sided: no test yet
#   calls/cause/contributing.rs: || with && in is_one_sided: no test yet
#   calls/cause/facts.rs: < with <= in stronger: the same result
#   calls/cause/main_cause.rs: match guard least <= greatest with false in crossed: no test yet
#   calls/cause/main_cause.rs: match guard greatest < 0 with false in crossed: no test yet
#   calls/cause/main_cause.rs: + with * in crossed: no test yet
#   calls/cause/main_cause.rs: > with >= in crossed: differs at that very bound, which no test has
#   calls/cause/main_cause.rs: < with <= in crossed: differs at that very bound, which no test has
#   calls/cause/main_cause.rs: + with * in declined: no test yet
#   calls/cause/main_cause.rs: + with - in declined_by_server: no test yet
#   calls/cause/main_cause.rs: match guard seconds >= person with true in declined_by_server: no test yet
#   calls/cause/main_cause.rs: + with * in declined_by_server: no test yet
#   decode/fast/body.rs: & with ^ in read_key: only speed, the full path says the same
#   decode/fast/bytes.rs: | with ^ in special: the same result
#   decode/fast/bytes.rs: | with ^ in eight_digits: the same result
#   decode/fast/envelope.rs: + with - in url: only speed, the full path says the same
#   decode/fast/envelope.rs: + with * in url: only speed, the full path says the same
#   decode/fast/envelope.rs: + with - in body: only speed, the full path says the same
#   decode/fast/envelope.rs: + with * in body: only speed, the full path says the same
#   decode/fast/envelope.rs: + with * in body: only speed, the full path says the same
#   decode/fast/envelope.rs: < with <= in is_rfc3339: only speed, the full path says the same
#   decode/fast/query.rs: - with + in read_query: only speed, the full path says the same
#   decode/fast/query.rs: == with != in literal: only speed, the full path says the same
#   decode/fast/query.rs: word -> Some(("xyzzy", 0)): only speed, the full path says the same
#   decode/fast/query.rs: += with -= in word: only speed, the full path says the same
#   report/ladder/measure.rs: > with >= in clip: differs at that very bound, which no test has
#   report/ladder/rows.rs: delete field own from struct Key expression in rows: no test yet
#   report/ladder/text/mod.rs: + with * in Page<'_>::sources: no test yet
#   report/replay/comparison.rs: > with >= in changes: differs at that very bound, which no test has
#   report/replay/plan.rs: match guard view.length_by_rate() == length with false in start_note: no test yet
#   report/replay/plan.rs: > with < in start_note: differs at that very bound, which no test has
#   report/replay/plan.rs: > with < in plan_text: differs at that very bound, which no test has
#   report/replay/report.rs: > with >= in troubled: differs at that very bound, which no test has
#   report/replay/report.rs: > with < in progress: shows on a terminal alone
#   report/replay/report_json.rs: / with % in report_json: no test yet
#   report/table/cell.rs: < with <= in epoch_millis: differs at that very bound, which no test has
#   report/table/writer.rs: >= with < in TableOptions::tells_causes: only tests that take too long to be run for it
#   report/table/writer.rs: + with * in Day::write: no test yet
#   report/why/causes_table.rs: + with - in columns_that_fit: no test yet
#   report/why/causes_table.rs: != with == in columns_that_fit: no test yet
#   report/why/deliveries.rs: &= with |= in of_one: no test yet
#   rules/call/course.rs: && with || in Judge<'_, '_>::negative_duration: no test yet
#   report/ladder/svg/call.rs: && with || in Lanes<'l, 't>::arrows: no test yet
#   report/ladder/svg/pen.rs: < with <= in Pen::arrow: differs at that very bound, which no test has
#   report/ladder/text/lanes.rs: || with && in Lanes<'l, 't>::fitting: no test yet
#   report/ladder/text/lanes.rs: > with == in Lanes<'l, 't>::fitting: no test yet
#   report/ladder/text/lanes.rs: > with >= in Lanes<'l, 't>::head: differs at that very bound, which no test has
#   report/ladder/text/lanes.rs: + with * in Lanes<'l, 't>::head: no test yet
#   report/ladder/text/lanes.rs: < with <= in Lanes<'l, 't>::arrow: differs at that very bound, which no test has
#   report/ladder/text/lanes.rs: > with >= in Lanes<'l, 't>::arrow: differs at that very bound, which no test has
#   report/ladder/text/line.rs: + with * in Line::put: no test yet
#   report/ladder/text/line.rs: delete ! in Line::uncover: no test yet
#   report/ladder/text/line.rs: + with * in Line::uncover: no test yet
#   report/ladder/text/rails.rs: + with * in Rails<'l, 't>::fitting: no test yet
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Not those that take too long, or test nothing of these folders.
skipped=(bounds:: causes:: fuzz_corpus:: max_memory:: docs:: capture::)
cargo mutants --baseline skip --timeout 300 --build-timeout 1800 -o target \
    -f 'src/framing/**' -f 'src/decode/**' -f 'src/rules/**' -f 'src/calls/**' -f 'src/report/**' \
    "$@" -- --locked --lib --test=cli --test=golden --test=library --test=live -- "${skipped[@]/#/--skip=}"
