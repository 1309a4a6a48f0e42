#!/usr/bin/env python3
"""Runs a command of callkit-tool over logs that are too many for one machine, on Apache Spark.

    spark-submit --files callkit-tool callkit_spark.py [options] INPUT... -- COMMAND [OPTIONS] > result

COMMAND is `export`, `summarize`, `validate` or `why --all`, with the options that it has on one machine, where it would
print the very same bytes. Inputs have to be readable by that name on the driver and on every executor: a shared folder,
or a mounted bucket. With --parquet they are whatever Spark reads as Parquet, and each row of the column is a line.

This program moves bytes, and never looks into them. It needs Python 3 and PySpark 3.5 or 4, and nothing else.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile


# Rounds of reading splits again, after which something else is wrong.
MOST_ROUNDS = 1000


def fail(message):
    """Ends with the status that the tool has for a job that could not be done."""
    print("error: %s" % message, file=sys.stderr)
    sys.exit(2)


def arguments():
    words = sys.argv[1:]
    if "--" not in words:
        fail("no command: callkit_spark.py [options] INPUT... -- COMMAND [OPTIONS]")
    parser = argparse.ArgumentParser(usage="callkit_spark.py [options] INPUT... -- COMMAND [OPTIONS]")
    parser.add_argument("inputs", nargs="+", metavar="INPUT")
    parser.add_argument("--tool", default="callkit-tool", help="the tool, where it is shipped with --files or installed")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the result to this file instead of standard output")
    parser.add_argument("--parquet", metavar="COLUMN", help="read this column of Parquet files, a line in each row")
    parser.add_argument("--split-size", default="128M", help="bytes of a split")
    parser.add_argument("--parts", type=int, default=64, help="how many parts the calls are spread over")
    parser.add_argument("--max-memory", default="1G", help="approximate memory of a step")
    cut = words.index("--")
    options, command = parser.parse_args(words[:cut]), words[cut + 1 :]
    if any(word == "-o" or word.startswith(("-o=", "--output")) for word in command):
        fail("the output is not an option of the command here: give `-o FILE` before `--`")
    return options, command


def find(tool):
    """The tool on this machine: as Spark has shipped it, or installed."""
    from pyspark import SparkFiles

    shipped = SparkFiles.get(os.path.basename(tool))
    path = shipped if os.path.exists(shipped) else shutil.which(tool) or tool
    if os.path.exists(shipped) and not os.access(path, os.X_OK):
        os.chmod(path, 0o755)
    return path


def step(tool, words, stdin=None, stdout=subprocess.PIPE, good=(0,)):
    """Runs a step, and returns what it prints. A step that fails fails the task, which Spark tries again."""
    command = [find(tool), "shard", *words]
    done = subprocess.run(command, input=stdin, stdout=stdout, stderr=subprocess.PIPE)
    if done.returncode not in good:
        message = done.stderr.decode("utf-8", "replace").strip()
        raise RuntimeError("%s: status %d: %s" % (" ".join(command[1:3]), done.returncode, message))
    return done.stdout


def line_of(value):
    """A row as a line: bytes as they are, text in UTF-8."""
    value = value.encode("utf-8") if isinstance(value, str) else bytes(value or b"")
    return value if value.endswith(b"\n") else value + b"\n"


def frames_of(output):
    """The frames of an output, each with its part: a number, or `facts`."""
    for line in output.split(b"\n"):
        if line:
            yield line[: line.index(b"\t")].decode("ascii"), line + b"\n"


def main():
    options, command = arguments()
    from pyspark import SparkContext, StorageLevel

    context = SparkContext.getOrCreate()
    tool, parts = options.tool, options.parts
    memory = "--max-memory=" + options.max_memory
    limit = [] if any(word.startswith("--max-memory") for word in command) else [memory]
    work = tempfile.mkdtemp(prefix="callkit-spark-")

    def mapped(splits):
        splits = [split for split in splits.decode("utf-8").split("\n") if split]
        words = ["map", "--parts", str(parts), memory, "--split"]
        lines = context.parallelize(splits, len(splits))
        frames = lines.flatMap(lambda split: frames_of(step(tool, words + [split])))
        return frames.persist(StorageLevel.DISK_ONLY)

    def mapped_rows():
        """The frames of a column's rows. Their order is that of Spark's partitions, and of the rows in them."""
        from pyspark.sql import SparkSession

        table = SparkSession.builder.getOrCreate().read.parquet(*options.inputs)
        rows = table.select(options.parquet).rdd.map(lambda row: line_of(row[0]))
        lengths = rows.mapPartitions(lambda lines: [sum(map(len, lines))]).collect()
        if not lengths:
            fail("the tables have no rows")
        offsets = [sum(lengths[:number]) for number in range(len(lengths))]
        name = "%s:%s" % (options.inputs[0], options.parquet)
        plan = step(tool, ["plan", "--lines-of", name, "--splits", str(len(lengths)), "--", *command])
        splits = plan.decode("utf-8").split("\n")
        words = ["map", "--positions", "--parts", str(parts), memory, "-", "--split"]

        def work_on(number, lines):
            text, offset = [], offsets[number]
            for line in lines:
                text.append(b"%d\t%s" % (offset, line))
                offset += len(line)
            return frames_of(step(tool, words + [splits[number]], b"".join(text)))

        return rows.mapPartitionsWithIndex(work_on).persist(StorageLevel.DISK_ONLY)

    def path(name, content=None):
        name = os.path.join(work, name)
        if content is not None:
            with open(name, "wb") as file:
                file.writelines(content)
        return name

    try:
        # Splits that do not begin where the one before ends are read again, from there.
        frames, told, again = context.emptyRDD(), [], True
        if not options.parquet:
            again = step(tool, ["plan", "--split-size", options.split_size, *options.inputs, "--", *command])
        rounds = 0
        while again:
            rounds += 1
            if rounds > MOST_ROUNDS or (options.parquet and rounds > 1):
                fail("the splits do not come to fit together")
            more = mapped_rows() if options.parquet else mapped(again)
            frames = frames.union(more)
            told += more.filter(lambda frame: frame[0] == "facts").values().collect()
            words = ["facts", path("told", told), "--again", path("again", []), "-o", path("facts")]
            step(tool, words, good=(0, 2))
            with open(path("again"), "rb") as file:
                again = file.read()
        if not os.path.exists(path("facts")):
            step(tool, ["facts", path("told")])

        by_part = frames.filter(lambda frame: frame[0] != "facts")
        by_part = by_part.map(lambda frame: (int(frame[0]), frame[1]))
        by_part = by_part.partitionBy(parts, lambda part: part).persist(StorageLevel.DISK_ONLY)

        def reduced(words):
            with open(path("facts"), "rb") as file:
                facts = context.broadcast(file.read())

            def work_on(frames):
                with tempfile.TemporaryDirectory(prefix="callkit-part-") as folder:
                    names = [os.path.join(folder, name) for name in ("facts", "part")]
                    with open(names[0], "wb") as file:
                        file.write(facts.value)
                    with open(names[1], "wb") as file:
                        file.writelines(line for _, line in frames)
                    yield step(tool, ["reduce", "--facts", names[0], *words, *limit, names[1]])

            return by_part.mapPartitions(work_on).toLocalIterator()

        while step(tool, ["facts", "--facts", path("facts"), "--lacking"]):
            tallies = path("tallies", reduced(["facts"]))
            step(tool, ["facts", "--facts", path("facts"), tallies, "-o", path("facts")])

        results = path("results", reduced(command))
        finish = [find(tool), "shard", "finish", *command, "--facts", path("facts"), results]
        if options.output:
            finish += ["-o", options.output]
        done = subprocess.run(finish, stderr=subprocess.PIPE)
        status = done.returncode
        # What this program writes to standard error, spark-submit puts into standard output.
        context._jvm.java.lang.System.err.print(done.stderr.decode("utf-8", "replace"))
    finally:
        shutil.rmtree(work, ignore_errors=True)
        context.stop()
    sys.exit(status)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        fail(error)
