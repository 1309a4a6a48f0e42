#!/usr/bin/env python3
"""How far verdicts can be relied on: simulated calls whose causes are known, in all families, with losses of 0, 5 and
20 %, silent sides, clocks that are off, and repeats.

Usage: calibrate.py TOOL [--calls N] [--before OLDER_TOOL] [--page FILE] [--verbose]

Of verdicts that say `certain` at most 1 in 10,000 may be wrong, of those that say `likely` at most 3 in 100; in every
setting. With `--before`, every cause must be named at least as often as that version of the tool names it. With `--page`
the page must have the table that comes out. Ends with 1 if anything is not so.
"""

import argparse
import collections
import csv
import io
import pathlib
import subprocess
import sys
import tempfile

LOSSES = [0, 0.05, 0.2]
OTHERS = {
    "nothing else": "",
    "silent sides": "one_sided=0.1",
    "clocks off": "skew=0.2",
    "repeats": "repeats=0.1,late=0.02",
    "all of it": "one_sided=0.1,skew=0.2,repeats=0.1,late=0.02,reorder=0.02",
}
FAMILIES = ["event", "status", "v4"]
MOST_WRONG = {"certain": 1 / 10_000, "likely": 0.03}
CAUSES = {}
COLUMNS = "call_id,cause,certainty,alternative"


def table(data):
    return list(csv.DictReader(io.StringIO(data)))


def verdicts(tool, log):
    command = [tool, "export", log, "--columns", COLUMNS]
    rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {row["call_id"]: row for row in table(rows)}


def simulate(tool, folder, family, loss, other, calls, seed):
    faults = ",".join(filter(None, [f"losses={loss}" if loss else "", other])) or "none"
    command = [tool, "simulate", "--family", family, "--causes", CAUSES.get(family, "all"), "--calls", str(calls), "--faults", faults]
    command += ["--seed", str(seed), "--rate", "6000", "--format", "envelope" if family == "v4" else "bare"]
    subprocess.run(command + ["--truth", "truth.csv", "-o", "log"], cwd=folder, check=True, capture_output=True)
    return table((pathlib.Path(folder) / "truth.csv").read_text())


def right(truth, verdict):
    return truth["cause"] == verdict["cause"]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("tool")
    arguments.add_argument("--calls", type=int, default=8_000)
    arguments.add_argument("--before")
    arguments.add_argument("--page")
    arguments.add_argument("--verbose", action="store_true")
    options = arguments.parse_args()
    tool = str(pathlib.Path(options.tool).resolve())
    counts = collections.defaultdict(collections.Counter)
    named, mistakes = collections.Counter(), collections.Counter()
    seed = 0
    for family in FAMILIES:
        for loss in LOSSES:
            for name, other in OTHERS.items():
                seed += 1
                with tempfile.TemporaryDirectory() as folder:
                    truth = simulate(tool, folder, family, loss, other, options.calls, seed)
                    log = folder + "/log"
                    found = verdicts(tool, log)
                    older = verdicts(options.before, log) if options.before else {}
                for call in truth:
                    verdict = found[call["call_id"]]
                    is_right = right(call, verdict)
                    counts[family, loss][verdict["certainty"], is_right] += 1
                    kind = (family, loss, call["cause"])
                    named["now", kind] += is_right
                    named["now, and sure", kind] += is_right and verdict["certainty"] != "cannot_tell"
                    if older:
                        before = older[call["call_id"]]
                        named["before", kind] += right(call, before)
                        named["before, and sure", kind] += right(call, before) and before["certainty"] != "cannot_tell"
                    if not is_right:
                        mistakes[verdict["certainty"], family, loss, name, call["cause"], verdict["cause"]] += 1
    failures = []
    lines = []
    for (family, loss), count in counts.items():
        calls = sum(count.values())
        cells = [f"`{family}`", f"{loss:.0%}", f"{calls:,}"]
        for certainty in ["certain", "likely"]:
            wrong, total = count[certainty, False], count[certainty, True] + count[certainty, False]
            share = wrong / total if total else 0
            cells += [f"{total / calls:.1%}", f"{wrong:,}", f"{share:.3%}" if certainty == "likely" else f"{share:.4%}"]
            if share > MOST_WRONG[certainty]:
                failures.append(f"{family}, losses {loss:.0%}: {wrong} of {total} `{certainty}` verdicts are wrong")
        total = count["cannot_tell", True] + count["cannot_tell", False]
        cells += [f"{total / calls:.1%}"]
        lines.append("| " + " | ".join(cells) + " |")
    print("\n".join(lines))
    if options.verbose:
        for key, count in sorted(((k, c) for k, c in mistakes.items() if k[0] != "cannot_tell"), key=lambda it: (it[0][0], -it[1]))[:80]:
            print(count, *key)
    if options.before:
        kinds = sorted({kind for _, kind in named})
        for kind in kinds:
            now, before = named["now", kind], named["before", kind]
            sure, sure_before = named["now, and sure", kind], named["before, and sure", kind]
            if now < before:
                failures.append(f"{kind}: named {now} times, before {before}")
            if options.verbose and (sure != sure_before or now != before):
                print(f"{kind}: named {before} -> {now}, and sure {sure_before} -> {sure}")
    if options.page:
        page = pathlib.Path(options.page).read_text()
        failures += [f"{options.page} lacks {line}" for line in lines if line not in page]
    for failure in failures:
        print("FAILED", failure, file=sys.stderr)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
