#!/usr/bin/env python3
"""Outages of the backend that `simulate` plants in days of calls: how many `outages` finds, how near their ends are, and
how often days without any have one.

Usage: outages.py BINARY [OUTAGES [CLEAN [CALLS]]], 20, 10 and 14400 where they are not given. Fails if less than 95 % of
those over 10 s and 20 callbacks are found with a beginning and an end that are right to 6 s, or if a clean day has
one."""

import datetime
import json
import random
import subprocess
import sys

BINARY = sys.argv[1]
OUTAGES, CLEAN, CALLS = [int(value) for value in sys.argv[2:5]] + [20, 10, 14_400][len(sys.argv) - 2:]
START = datetime.datetime(2024, 5, 1, tzinfo=datetime.timezone.utc)
FAULTS = "repeats=2%,losses=1%,late=1%,reorder=1%"
RIGHT_TO = 6


def simulate(seed, faults):
    """The log of a day."""
    command = [BINARY, "simulate", "--calls", str(CALLS), "--rate", str(CALLS / 24), "--seed", str(seed), "--faults", faults]
    return subprocess.run(command, capture_output=True, check=True).stdout


def outages(log):
    """What `outages` finds in it."""
    ran = subprocess.run([BINARY, "outages", "-", "--format", "json"], input=log, capture_output=True, check=True)
    return json.loads(ran.stdout)["outages"]


def callbacks(log, since, until):
    """How many different callbacks come between two times."""
    since, until = ('{"received_at":"' + text(time) for time in (since, until))
    lines = [line for line in log.decode().splitlines() if since <= line < until]
    return len({line.partition('"body":')[2] for line in lines})


def text(time):
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def off(outage, since, until):
    """By how many seconds the beginning and the end are wrong."""
    time = datetime.datetime.fromisoformat
    ends = [(outage["begin"], since), (outage["end"], until)]
    return [abs((time(found) - planted).total_seconds()) if found else 1e9 for found, planted in ends]


def main():
    large = right = others = 0
    for seed in range(OUTAGES):
        rng = random.Random(seed)
        since = START + datetime.timedelta(seconds=rng.uniform(3600, 22 * 3600))
        until = since + datetime.timedelta(seconds=rng.choice([15, 30, 60, 120, 600, 1800]) * rng.uniform(0.8, 1.2))
        span = f"{text(since)}..{text(until)}"
        log = simulate(seed, f"{FAULTS},outage={span}")
        found, came = outages(log), callbacks(log, since, until)
        near = [it for it in found if max(off(it, since, until)) < RIGHT_TO]
        others += len(found) - len(near)
        if came > 20:
            large, right = large + 1, right + bool(near)
        if not near:
            print(f"{seed}: {span}: {[off(it, since, until) for it in found]}, {came} callbacks")
    false = sum(len(outages(simulate(seed, FAULTS))) for seed in range(10_000, 10_000 + CLEAN))
    print(f"{right} of {large} outages found with their ends, {others} others; {false} in {CLEAN} clean days")
    sys.exit(right < 0.95 * large or false > 0)


main()
