#!/usr/bin/env python3
"""A log of very many calls with `--max-memory` and without: the same output, within 64 MiB of the bound.

Usage: max_memory.py BINARY [CALLS [SIZE]], 10000000 and 256M where they are not given: 5 GB in the temporary folder."""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

BINARY = sys.argv[1]
CALLS = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000
SIZE = sys.argv[3] if len(sys.argv) > 3 else "256M"
COMMANDS = ["summarize", "export", "export --table participants --format jsonl", "export --table callbacks --result cancel",
            "validate --format concise", "why --all", "show --result cancel --limit 3"]
MEASURED = ("import resource,subprocess,sys\n"
            "s=subprocess.run(sys.argv[1:],stderr=subprocess.DEVNULL).returncode\n"
            "u=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
            "print(u.ru_utime+u.ru_stime,u.ru_maxrss>>10,s,file=sys.stderr)")


def line(number, time, event, result, **more):
    body = {"UserId": f"user{number % 1_000_000}", "RoomId": f"room{number}", "TotalNum": 2, "MediaType": "audio",
            "CallType": "single", "CallId": f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128):032x}",
            "Role": "caller", "Event": event, "CallResult": result, "EventTime": time}
    return json.dumps(body | more, separators=(",", ":")) + "\n"


def write(path, calls):
    """Every tenth call never ends, which is a finding; every tenth is given up."""
    with open(path, "w", encoding="utf-8", buffering=1 << 20) as log:
        for number in range(calls):
            begun = 1_600_000_000 + number * 3
            log.write(line(number, begun, "start_call", ""))
            if number % 10 == 1:
                log.write(line(number, begun + 9, "cancel_call", "cancel", StartCallTs=begun, EndTs=begun + 9))
            elif number % 10:
                log.write(line(number, begun + 60, "call_end", "normal_end", StartCallTs=begun, AcceptTs=begun + 5,
                               EndTs=begun + 60))


def run(command, path):
    """What the output is, seconds of processor time, MiB at the peak, and the status."""
    command = [sys.executable, "-c", MEASURED, BINARY, *command.split(), path]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=False)
    output = hashlib.sha256()
    while block := process.stdout.read(1 << 20):
        output.update(block)
    seconds, memory, status = process.stderr.read().split()
    return output.hexdigest(), float(seconds), int(memory), int(status)


def main():
    most = int(SIZE[:-1]) * {"M": 1, "G": 1024}[SIZE[-1]] + 64
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "log.jsonl")
        write(path, CALLS)
        for command in COMMANDS:
            free, seconds, memory, status = run(command, path)
            bounded, more, least, other = run(f"{command} --max-memory {SIZE}", path)
            same = (free, status) == (bounded, other)
            print(f"{command}: {memory} MiB, {least} MiB with {SIZE} in {more / seconds:.2f} of the time,",
                  "same" if same else "DIFFERENT", flush=True)
            if not same or least > most or status not in (0, 1):
                wrong.append(command)
    sys.exit(f"too much memory, or another output: {', '.join(wrong)}" if wrong else 0)


if __name__ == "__main__":
    main()
