#!/usr/bin/env python3
"""Measures callkit-tool against DuckDB and Polars, side by side, and prints the table of docs/internals/speed.md.

    python3 benches/compare.py [--calls 200000] [--runs 7] [--work DIR]

What it does, in order: builds the tool; installs the peers (PyPI: duckdb-cli, polars) into the working directory;
simulates the logs; checks that the peers and the tool come to the same calls; runs everything in turn, so that a slow
moment of the machine hits all; prints medians, ratios and peak memory. Goes out: Markdown on standard output, progress
on standard error. Times are seconds from start to end of the process, memory the peak resident set in megabytes.
"""

import argparse
import csv
import gzip
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The columns that the event family has, with the types that a careful user would declare.
COLUMNS = {
    "UserId": "VARCHAR", "RoomId": "VARCHAR", "TotalNum": "BIGINT", "MediaType": "VARCHAR", "CallType": "VARCHAR",
    "CallId": "VARCHAR", "Role": "VARCHAR", "Event": "VARCHAR", "CallResult": "VARCHAR", "EventTime": "BIGINT",
    "StartCallTs": "BIGINT", "AcceptTs": "BIGINT", "EndTs": "BIGINT",
}

# Containers and wrappers of `simulate --format` that are measured to bare lines.
WRAPPED = {
    "array": "a JSON array", "docker": "Docker json-file lines", "text": "text before JSON", "cri": "CRI lines",
    "cloudwatch": "CloudWatch events", "apigateway": "API Gateway events", "csv": "CSV rows", "har": "HAR files",
    "gor": "GoReplay files",
}

# One row for each call: what of the tool's table a plain GROUP BY can say.
DUCKDB = """
SET threads=2; SET preserve_insertion_order=false;
COPY (
  SELECT CallId AS call_id, any_value(RoomId) AS room_id, any_value(MediaType) AS media_type,
    any_value(CallType) AS call_type, min(CASE WHEN Role='caller' THEN UserId END) AS caller,
    string_agg(DISTINCT CASE WHEN Role='callee' THEN UserId END, ';') AS callees,
    count(DISTINCT UserId) AS participants, max(TotalNum) AS total_num,
    coalesce(max(CASE WHEN CallResult<>'' THEN CallResult END), 'incomplete') AS result,
    bool_or(Event IN ('call_accepted', 'accept_call')) AS answered,
    min(nullif(StartCallTs, 0)) AS start, min(nullif(AcceptTs, 0)) AS accept, max(nullif(EndTs, 0)) AS "end",
    min(EventTime) AS first, max(EventTime) AS last, count(*) AS callbacks
  FROM read_json('{log}', format='newline_delimited', columns={columns}) GROUP BY CallId
) TO '{out}' (HEADER);
"""

POLARS = """
import sys, polars as pl
log, out = sys.argv[1:]
names = {"UserId": pl.String, "RoomId": pl.String, "TotalNum": pl.Int64, "MediaType": pl.String,
    "CallType": pl.String, "CallId": pl.String, "Role": pl.String, "Event": pl.String, "CallResult": pl.String,
    "EventTime": pl.Int64, "StartCallTs": pl.Int64, "AcceptTs": pl.Int64, "EndTs": pl.Int64}
callee = pl.col("UserId").filter(pl.col("Role") == "callee").drop_nulls().unique().sort().str.join(";")
(pl.scan_ndjson(log, schema=names).group_by("CallId").agg(
    pl.col("RoomId").first(), pl.col("MediaType").first(), pl.col("CallType").first(),
    pl.col("UserId").filter(pl.col("Role") == "caller").min().alias("caller"), callee.alias("callees"),
    pl.col("UserId").n_unique().alias("participants"), pl.col("TotalNum").max(),
    pl.col("CallResult").filter(pl.col("CallResult") != "").max().alias("result"),
    pl.col("StartCallTs").min(), pl.col("AcceptTs").min(), pl.col("EndTs").max(),
    pl.len().alias("callbacks")).collect().write_csv(out))
"""


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, **options):
    """Runs a command that has to succeed; gives its standard output."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"compare: `{' '.join(map(str, command))}` failed:\n{done.stderr}")
    return done.stdout


# Runs a command and prints its seconds from start to end and its peak memory in kilobytes. A process of its own, and a
# small one: the peak of a command counts from the fork, so it is never below that of whoever starts it.
METER = """
import os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


def measure(command, env):
    """Seconds from start to end of a process, and its peak memory in megabytes."""
    said = run([sys.executable, "-S", "-c", METER, *command], env=env).split()
    if said[2] not in ("0", "1"):
        sys.exit(f"compare: `{' '.join(map(str, command))}` failed")
    return float(said[0]), int(said[1]) * 1024 / 1e6


def install(work, package):
    """Installs a package from PyPI into a folder of its own; gives the folder."""
    folder = work / package
    if not folder.exists():
        say(f"installing {package}")
        run([sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, package])
    return folder


def simulate(tool, work, calls, form, rate):
    path = work / f"{calls}-{form}.log"
    if not path.exists():
        say(f"simulating {path.name}")
        run([tool, "simulate", "--calls", calls, "--format", form, "--rate", rate, "-o", path])
    return path


def check_same(tool, log, peer_rows, name):
    """The peer's rows against the tool's: what both say in the same terms has to be the same for every call."""
    ours = run([tool, "export", log, "--time-format", "epoch"])
    wanted = {}
    for row in csv.DictReader(ours.splitlines()):
        # The peers join ids as they are, so one that holds a `;` is compared in its parts.
        people = sorted(re.sub(r"\\(.)", r"\1", row["callees"]).split(";"))
        wanted[row["call_id"]] = (row["room_id"], row["caller"], people, row["participants"], row["callbacks"])
    seen = 0
    with open(peer_rows, newline="") as rows:
        for row in csv.DictReader(rows):
            people = sorted(row["callees"].split(";"))
            room = row.get("room_id", row.get("RoomId"))
            call = row.get("call_id", row.get("CallId"))
            found = (room, row["caller"], people, row["participants"], row["callbacks"])
            if wanted.get(call) != found:
                sys.exit(f"compare: {name} and the tool differ on call {call}: {found} and {wanted.get(call)}")
            seen += 1
    if seen != len(wanted):
        sys.exit(f"compare: {name} has {seen} calls, the tool {len(wanted)}")
    say(f"{name} and the tool agree on {seen} calls")


def machine():
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as info:
            names = [line.split(":")[1].strip() for line in info if line.startswith("model name")]
        model = names[0] if names else model
    except OSError:
        pass
    return f"{os.cpu_count()} cores, {model}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--rate", type=int, default=20_000, help="calls an hour (default: %(default)s)")
    parser.add_argument("--work", type=Path, default=ROOT / "target" / "compare")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)

    say("building")
    run(["cargo", "build", "--release", "--locked"], cwd=ROOT)
    tool = ROOT / "target" / "release" / "callkit-tool"
    duckdb = next((install(args.work, "duckdb-cli") / "duckdb_cli").glob("duckdb*"))
    duckdb.chmod(0o755)
    polars = install(args.work, "polars")

    bare = simulate(tool, args.work, args.calls, "bare", args.rate)
    envelope = simulate(tool, args.work, args.calls, "envelope", args.rate)
    http = simulate(tool, args.work, args.calls, "http", args.rate)
    wrapped = {form: simulate(tool, args.work, args.calls // 10, form, args.rate) for form in WRAPPED}
    tenth = simulate(tool, args.work, args.calls // 10, "bare", args.rate)
    packed = bare.with_suffix(".log.gz")
    if not packed.exists():
        with open(bare, "rb") as plain, gzip.open(packed, "wb", compresslevel=6) as file:
            shutil.copyfileobj(plain, file, 1 << 20)
    one = args.work / "one.log"
    with open(bare) as log:
        one.write_text(log.readline())

    out = args.work / "out.csv"
    columns = json.dumps(COLUMNS).replace('"', "'")
    query = args.work / "query.sql"
    query.write_text(DUCKDB.format(log=bare, out=out, columns=columns))
    script = args.work / "group.py"
    script.write_text(POLARS)
    env = dict(os.environ, POLARS_MAX_THREADS="2", PYTHONPATH=str(polars))

    def ours(*arguments):
        return [tool, *arguments, "--threads", "2"]

    jobs = {
        "duckdb": [duckdb, "-c", f".read {query}"],
        "polars": [sys.executable, script, bare, out],
        "export": ours("export", bare, "-o", out),
        "export, one thread": [tool, "export", bare, "-o", out, "--threads", "1"],
        "export, a tenth of the calls": ours("export", tenth, "-o", out),
        "summarize": ours("summarize", bare),
        "validate": ours("validate", bare),
        "export of envelopes": ours("export", envelope, "-o", out),
        "export of raw HTTP": ours("export", http, "-o", out),
        "export of gzip": ours("export", packed, "-o", out),
        **{f"export of {form}": ours("export", log, "-o", out) for form, log in wrapped.items()},
        "gzip alone": [shutil.which("gzip") or "gzip", "-dc", packed],
        "--version": [tool, "--version"],
        "one record": ours("export", one),
    }
    for name in ("duckdb", "polars"):
        measure(jobs[name], env)
        check_same(tool, bare, out, name)

    results = {name: [] for name in jobs}
    for number in range(args.runs):
        say(f"run {number + 1} of {args.runs}")
        for name, command in jobs.items():
            results[name].append(measure(command, env))
    seconds = {name: statistics.median(run[0] for run in runs) for name, runs in results.items()}
    memory = {name: statistics.median(run[1] for run in runs) for name, runs in results.items()}
    report(args, tool, duckdb, polars, bare, seconds, memory)


def report(args, tool, duckdb, polars, bare, seconds, memory):
    with open(bare, "rb") as log:
        callbacks = sum(chunk.count(b"\n") for chunk in iter(lambda: log.read(1 << 20), b""))
    ids = 0
    for row in csv.DictReader(run([tool, "export", bare]).splitlines()):
        ids += len(row["call_id"]) + len(row["room_id"])
    version = run([duckdb, "--version"]).split()[0]
    polars_version = next(polars.glob("polars-*.dist-info")).name.split("-")[1].removesuffix(".dist")
    print(f"{machine()}; DuckDB {version}, Polars {polars_version}; {args.calls:,} calls, {callbacks:,} callbacks, "
          f"{bare.stat().st_size / 1e6:.0f} MB of bare JSON Lines; two threads; medians of {args.runs} runs in turn.")
    print()
    print("| job | seconds | against DuckDB | peak memory |")
    print("|---|---:|---:|---:|")

    def line(name, label):
        times = seconds["duckdb"] / seconds[name]
        print(f"| {label} | {seconds[name]:.2f} | {times:.1f} x | {memory[name]:.0f} MB |")

    line("duckdb", "DuckDB, grouping")
    line("polars", "Polars, grouping")
    line("export", "`export`")
    line("summarize", "`summarize`")
    line("validate", "`validate`")
    print()
    export = seconds["export"]
    print("| relation | measured |")
    print("|---|---:|")
    print(f"| `export` of envelopes, to bare lines | {seconds['export of envelopes'] / export:.2f} |")
    print(f"| `export` of raw HTTP, to bare lines | {seconds['export of raw HTTP'] / export:.2f} |")
    for form, label in WRAPPED.items():
        ratio = seconds[f"export of {form}"] / seconds["export, a tenth of the calls"]
        print(f"| `export` of {label}, to bare lines | {ratio:.2f} |")
    print(f"| `export` of gzip, to `gzip -dc` alone | {seconds['export of gzip'] / seconds['gzip alone']:.2f} |")
    print(f"| ten times the calls | {export / seconds['export, a tenth of the calls']:.1f} times the time |")
    print(f"| second core | {seconds['export, one thread'] / export:.2f} times as fast |")
    print(f"| peak memory, to DuckDB's | {memory['export'] / memory['duckdb']:.2f} |")
    beyond = (memory["export"] * 1e6 - ids) / args.calls
    print(f"| memory for a call beyond the text of its ids | {beyond:.0f} bytes |")
    print(f"| `--version` | {seconds['--version'] * 1000:.1f} ms |")
    print(f"| `export` of one record | {seconds['one record'] * 1000:.1f} ms |")


if __name__ == "__main__":
    main()
