#!/usr/bin/env python3
"""The steps of `shard` on one large split with `--max-memory`: the bytes of one process, within 64 MiB of the bound.

Usage: shard_memory.py BINARY [CALLS [SIZE]], 2000000 and 64M where they are not given: 5 GB in the temporary folder."""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from max_memory import MEASURED, write

BINARY = sys.argv[1]
CALLS = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000_000
SIZE = sys.argv[3] if len(sys.argv) > 3 else "64M"
PARTS = 3
COMMANDS = ["export", "export --table callbacks", "export --table records", "summarize --format json",
            "validate --format json", "why --all --format json"]


def step(words, output=None, given=None):
    """Runs a step; MiB at its peak."""
    command = [sys.executable, "-c", MEASURED, BINARY, *words]
    with open(output, "wb") as file:
        done = subprocess.run(command, stdin=given, stdout=file, stderr=subprocess.PIPE, check=True)
    _, memory, status = done.stderr.split()
    if int(status) not in (0, 1):
        sys.exit(f"`{' '.join(words[:3])}`: status {int(status)}")
    return int(memory)


def in_parts(command, log, folder):
    """The file with what is printed, and the peak of each step."""
    limit, peaks = ["--max-memory", SIZE], {}

    def at(name):
        return str(folder / name)

    def run(name, words, output, **more):
        peaks[name] = max(peaks.get(name, 0), step(["shard", *words], at(output), **more))

    run("plan", ["plan", log, "--split-size", "100G", "--", *command], "plan")
    split = (folder / "plan").read_text().strip()
    with open(log, "rb") as stream:
        run("map -", ["map", "--split", split, "--parts", str(PARTS), *limit, "-"], "frames", given=stream)
    run("map", ["map", "--split", split, "--parts", str(PARTS), *limit], "frames")
    files = [open(at(f"part-{part}"), "wb") for part in range(PARTS)]
    with open(at("frames"), "rb") as frames, open(at("told"), "wb") as told:
        for line in frames:
            name = line.split(b"\t", 1)[0]
            (told if name == b"facts" else files[int(name)]).write(line)
    for file in files:
        file.close()
    run("facts", ["facts", *limit, at("frames")], "facts")
    for part in range(PARTS):
        words = ["reduce", "--facts", at("facts"), *command, *limit, at(f"part-{part}")]
        run("reduce", words, f"result-{part}")
    results = [at(f"result-{part}") for part in range(PARTS)]
    run("finish", ["finish", *command, "--facts", at("facts"), *limit, *results], "output")
    return at("output"), peaks


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main():
    most = int(SIZE[:-1]) * {"M": 1, "G": 1024}[SIZE[-1]] + 64
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = str(folder / "log.jsonl")
        write(log, CALLS)
        for command in COMMANDS:
            step([*command.split(), log], folder / "expected")
            output, peaks = in_parts(command.split(), log, folder)
            same = digest(folder / "expected") == digest(output)
            told = ", ".join(f"{name} {memory}" for name, memory in peaks.items())
            print(f"{command}: MiB of {most}: {told};", "same" if same else "DIFFERENT", flush=True)
            if not same or max(peaks.values()) > most:
                wrong.append(command)
    sys.exit(f"too much memory, or another output: {', '.join(wrong)}" if wrong else 0)


if __name__ == "__main__":
    main()
