#!/usr/bin/env python3
"""Measures callkit-tool against DuckDB, side by side on many logs, and prints the tables of docs/internals/speed.md.

    python3 benches/compare.py [--calls 200000] [--runs 7] [--only WORD] [--strict] [--work DIR]

What it does, in order: builds the tool, or takes the program that BINARY names, which must be a release build; installs
DuckDB's command line and its Python package (PyPI: duckdb-cli, duckdb) into the working directory; then for each log:
simulates it, with the program that SIMULATOR names if it is set; checks that DuckDB and the tool come to the same
calls; runs everything in turn, so that a slow moment of the machine hits all; deletes the log, unless --keep-logs is
given. Goes out: Markdown on standard output, progress on standard error. Times are medians of seconds from start to end
of a process, memory is the peak resident set; DuckDB is the faster of the two. With --strict, the exit status is 1 if a
goal does not hold.
"""

import argparse
import csv
import gzip
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from queries import query

ROOT = Path(__file__).resolve().parent.parent

BUSY = 90_000  # calls an hour, of three minutes each: 4,500 at once
QUIET = 600  # some thirty at once


@dataclass(frozen=True)
class Case:
    """A log; how many times as fast as DuckDB each command is to be on it, at least; and how much time its `export` is
    to take, to that of bare lines, at most."""

    family: str
    container: str = "bare"
    rate: int = BUSY
    style: str = "compact"
    zeros: bool = True
    share: float = 1  # of --calls
    goals: dict[str, float] = field(default_factory=dict, hash=False)
    to_bare: float | None = None

    @property
    def name(self):
        odd = [self.rate == QUIET and "quiet", self.style != "compact" and self.style, not self.zeros and "no zeros",
               self.share != 1 and "tenth"]
        return " ".join([self.family, self.container, *filter(None, odd)])


BASE = Case("event", goals={"export": 4.5, "summarize": 5, "validate": 4})

# Every dimension varied from the first case. Names are as in `--only`.
CASES = [
    BASE,
    Case("event", rate=QUIET),
    Case("event", zeros=False),
    Case("event", style="spaced"),
    Case("event", style="sorted", goals={"export": 4.5}),
    Case("event", share=0.1),
    Case("status"),
    Case("v4", goals={"export": 4}),
    Case("v4", "envelope"),
    Case("event", "envelope", to_bare=1.5),
    Case("event", "http", to_bare=1.6),
    Case("event", "array", to_bare=2),
    Case("event", "docker", to_bare=2),
    Case("event", "text", to_bare=2),
    *[Case("event", container) for container in ("cri", "csv", "apigateway", "cloudwatch", "har", "gor", "gzip")],
]


@dataclass
class Result:
    """The medians of a case by job, and facts of its log. The job `base` is `export` of the family's bare log."""

    case: Case
    calls: int
    callbacks: int
    size: int
    ids: int
    seconds: dict[str, float]
    memory: dict[str, float]
    peer: str | None

    def times(self, over, under):
        return self.seconds[over] / self.seconds[under]


@dataclass(frozen=True)
class Relation:
    """A figure out of a case's result, and what it is to be."""

    label: str
    case: str
    value: Callable[[Result], float]
    most: float | None = None
    least: float | None = None
    form: str = "{:.2f}"

    def goal(self):
        return f"at most {self.most:g}" if self.most else f"at least {self.least:g}" if self.least else ""

    def holds(self, value):
        return not (self.most and value > self.most or self.least and value < self.least)


RELATIONS = [
    Relation("4,500 calls at once, to 30", "event bare quiet", lambda r: r.times("base", "export"), most=1.1),
    Relation("gzip, to `gzip -dc` alone", "event gzip", lambda r: r.times("export", "gzip -dc")),
    Relation("second core, times as fast", BASE.name, lambda r: r.times("one thread", "export"), least=1.85),
    Relation("ten times the calls, times the time", "event bare tenth", lambda r: r.times("base", "export"), most=10.5),
    Relation("peak memory, to DuckDB's", BASE.name, lambda r: r.memory["export"] / r.memory[r.peer], most=0.25),
    Relation("bytes of memory a call beyond the text of its ids", BASE.name,
             lambda r: (r.memory["export"] - r.ids) / r.calls, most=200, form="{:.0f}"),
    Relation("`--version`, ms", BASE.name, lambda r: r.seconds["--version"] * 1000, most=10, form="{:.1f}"),
    Relation("`export` of one record, ms", BASE.name, lambda r: r.seconds["one record"] * 1000, most=10, form="{:.1f}"),
]

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
    """Seconds from start to end of a process, and its peak memory in bytes."""
    said = run([sys.executable, "-S", "-c", METER, *command], env=env).split()
    if said[2] not in ("0", "1"):
        sys.exit(f"compare: `{' '.join(map(str, command))}` failed")
    return float(said[0]), int(said[1]) * 1024


def check_same(tool, log, peer_rows, name):
    """The peer's rows against the tool's, in what both say in the same terms. Gives the number of callbacks, and of
    bytes of ids."""
    wanted, callbacks, ids = {}, 0, 0
    for row in csv.DictReader(run([tool, "export", log]).splitlines()):
        # The peer joins ids as they are, so one that holds a `;` is compared in its parts.
        people = sorted(re.sub(r"\\(.)", r"\1", row["callees"]).split(";"))
        wanted[row["call_id"]] = (row["room_id"], row["caller"], people, row["participants"], row["callbacks"])
        callbacks += int(row["callbacks"])
        ids += len(row["call_id"]) + len(row["room_id"])
    if peer_rows:
        with open(peer_rows, newline="") as rows:
            found = {row["call_id"]: (row["room_id"], row["caller"], sorted(row["callees"].split(";")),
                                      row["participants"], row["callbacks"]) for row in csv.DictReader(rows)}
        for call in wanted.keys() | found.keys():
            if wanted.get(call) != found.get(call):
                sys.exit(f"compare: {name}: DuckDB and the tool differ on call {call}: {found.get(call)} and "
                         f"{wanted.get(call)}")
        say(f"{name}: DuckDB and the tool agree on {len(found)} calls")
    return callbacks, ids


class Bench:
    """The programs, the working directory, and what is run in it."""

    def __init__(self, args):
        self.args = args
        args.work.mkdir(parents=True, exist_ok=True)
        if "BINARY" not in os.environ:
            say("building")
            run(["cargo", "build", "--release", "--locked"], cwd=ROOT)
        self.tool = Path(os.environ.get("BINARY", ROOT / "target" / "release" / "callkit-tool")).resolve()
        self.simulator = Path(os.environ.get("SIMULATOR", self.tool)).resolve()
        self.cli = self.install("duckdb-cli") / "duckdb_cli" / "duckdb"
        self.cli.chmod(0o755)
        self.env = dict(os.environ, PYTHONPATH=str(self.install("duckdb")))
        self.out = args.work / "out.csv"
        if not args.keep_logs:
            self.forget_logs()

    def install(self, package):
        """Installs a package from PyPI into a folder of its own; gives the folder."""
        folder = self.args.work / package
        if not folder.exists():
            say(f"installing {package}")
            run([sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, package])
        return folder

    def forget_logs(self):
        for case in CASES:
            self.path(case).unlink(missing_ok=True)

    def calls(self, case):
        return round(self.args.calls * case.share)

    def path(self, case):
        end = ".log.gz" if case.container == "gzip" else ".log"
        return self.args.work / (f"{self.args.calls} {case.name}".replace(" ", "-") + end)

    def log(self, case):
        """The log of a case, simulated unless it is there."""
        path = self.path(case)
        if path.exists():
            return path
        say(f"simulating {path.name}")
        if case.container == "gzip":
            with open(self.log(base_of(case)), "rb") as plain, gzip.open(path, "wb", compresslevel=6) as packed:
                shutil.copyfileobj(plain, packed, 1 << 20)
            return path
        zeros = [] if case.zeros else ["--no-zero-timestamps"]
        run([self.simulator, "simulate", "--calls", self.calls(case), "--family", case.family,
             "--format", case.container, "--rate", case.rate, "--style", case.style, *zeros, "-o", path])
        return path

    def peers(self, case, log):
        """DuckDB's jobs; none for a container that it does not read."""
        sql = query(case.family, case.container, log, self.out)
        if sql is None:
            return {}
        path = self.args.work / "query.sql"
        path.write_text(sql)
        python = f"import duckdb; duckdb.connect().execute(open({str(path)!r}).read())"
        return {"duckdb": [self.cli, "-c", f".read {path}"], "duckdb in Python": [sys.executable, "-c", python]}

    def jobs(self, case, log):
        def ours(*arguments, threads=2):
            return [self.tool, *arguments, "--threads", threads]

        def export(log, **options):
            return ours("export", log, "-o", self.out, **options)

        jobs = {"export": export(log), "summarize": ours("summarize", log), "validate": ours("validate", log)}
        base = base_of(case)
        if case == base == BASE:
            one = self.args.work / "one.log"
            with open(log) as lines:
                one.write_text(lines.readline())
            jobs["one thread"] = export(log, threads=1)
            jobs |= {"--version": [self.tool, "--version"], "one record": ours("export", one)}
        if case.container == "gzip":
            jobs["gzip -dc"] = [shutil.which("gzip") or "gzip", "-dc", log]
        if case != base:
            jobs["base"] = export(self.log(base))
        return jobs

    def measure(self, case):
        log = self.log(case)
        peers = self.peers(case, log)
        jobs = peers | self.jobs(case, log)
        for job in peers.values():
            measure(job, self.env)
            callbacks, ids = check_same(self.tool, log, self.out, case.name)
        if not peers:
            callbacks, ids = check_same(self.tool, log, None, case.name)
        runs = {job: [] for job in jobs}
        for _ in range(self.args.runs):
            for job, command in jobs.items():
                runs[job].append(measure(command, self.env))
        seconds = {job: statistics.median(run[0] for run in of) for job, of in runs.items()}
        memory = {job: statistics.median(run[1] for run in of) for job, of in runs.items()}
        peer = min(peers, key=seconds.get, default=None)
        result = Result(case, self.calls(case), callbacks, log.stat().st_size, ids, seconds, memory, peer)
        say(f"{case.name}: " + ", ".join(f"{job} {seconds[job]:.2f}" for job in jobs))
        if not self.args.keep_logs and case != base_of(case):
            log.unlink()
        return result


def base_of(case):
    """The case that a case is measured to: bare lines of its family."""
    return BASE if case.family == "event" else next(other for other in CASES if other.family == case.family)


def with_goal(value, goal):
    return f"{value:.2f}" + (f" ({goal:g})" if goal else "")


def report_cases(results):
    """The table of logs; gives the goals that do not hold."""
    missed = []
    print("| log | MB | DuckDB | `export` | x | to bare | `summarize` | x | `validate` | x |\n|---|" + "---:|" * 9)
    for result in results:
        case, cells = result.case, {}
        for command in ("export", "summarize", "validate"):
            goal = case.goals.get(command)
            times = result.times(result.peer, command) if result.peer else None
            if goal and times < goal:
                missed.append(f"`{command}` of {case.name}: {times:.2f}, goal {goal:g}")
            cells[command] = f"{result.seconds[command]:.2f} | {with_goal(times, goal) if times else ''}"
        bare = result.times("export", "base") if case != base_of(case) and case.share == 1 else None
        if case.to_bare and bare > case.to_bare:
            missed.append(f"{case.name} to bare: {bare:.2f}, goal {case.to_bare:g}")
        duckdb = f"{result.seconds[result.peer]:.2f}" if result.peer else ""
        print(f"| {case.name} | {result.size / 1e6:.0f} | {duckdb} | {cells['export']} | "
              f"{with_goal(bare, case.to_bare) if bare else ''} | {cells['summarize']} | {cells['validate']} |")
    return missed


def report_relations(results):
    """The table of relations; gives the goals that do not hold."""
    missed = []
    by_name = {result.case.name: result for result in results}
    relations = [relation for relation in RELATIONS if relation.case in by_name]
    if relations:
        print("\n| `export` | measured | goal |\n|---|---:|---:|")
    for relation in relations:
        value = relation.value(by_name[relation.case])
        if not relation.holds(value):
            missed.append(f"{relation.label}: {relation.form.format(value)}, goal {relation.goal()}")
        print(f"| {relation.label} | {relation.form.format(value)} | {relation.goal()} |")
    return missed


def machine():
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as info:
            model = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), model)
    except OSError:
        pass
    return f"{os.cpu_count()} cores, {model}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--only", metavar="WORD", default="", help="only logs whose name contains it, as `v4 bare`")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a goal does not hold")
    parser.add_argument("--keep-logs", action="store_true", help="10 GB with the default number of calls")
    parser.add_argument("--work", type=Path, default=ROOT / "target" / "compare")
    args = parser.parse_args()
    cases = [case for case in CASES if args.only in case.name]
    if not cases:
        sys.exit(f"compare: no log has `{args.only}` in its name: {', '.join(case.name for case in CASES)}")
    bench = Bench(args)
    results = [bench.measure(case) for case in cases]
    if not args.keep_logs:
        bench.forget_logs()

    first = results[0]
    package = next((args.work / "duckdb").glob("duckdb-*.dist-info")).stem.split("-")[1]
    print(f"{machine()}; DuckDB {run([bench.cli, '--version']).split()[0]}, in Python {package}; {first.calls:,} calls "
          f"({first.case.name}: {first.callbacks:,} callbacks); two threads; medians of {args.runs} runs in turn.\n")
    missed = report_cases(results) + report_relations(results)
    for miss in missed:
        say(f"does not hold: {miss}")
    return 1 if missed and args.strict else 0


if __name__ == "__main__":
    sys.exit(main())
