#!/usr/bin/env python3
"""Runs the driver of `shard driver spark` on a standalone cluster on the loopback interface: a master and two workers.

    tests/long/spark.py TOOL

Each command has to print what one process prints, byte for byte: as it is, with speculation, and with a worker and its
executor killed in the map stage and in the reduce stage; and out of a column of Parquet files. Needs a Java, which `.ci/long` installs; PySpark is put into a
virtual environment of its own unless it is there.
"""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import venv

COMMANDS = ["export", "summarize --format json", "validate --format json", "why --all --format json"]
# Run once, as it is.
TABLES = ["export --table callbacks", "export --table records"]
OF_PARQUET = ["export", "export --table callbacks", "validate --format json", "why --all --format json"]
MASTER = "spark://127.0.0.1:%d"


def spark_home(folder):
    find = "import os, pyspark; print(os.path.dirname(pyspark.__file__))"
    python = sys.executable
    found = subprocess.run([python, "-c", find], capture_output=True, text=True)
    if found.returncode:
        venv.create(os.path.join(folder, "venv"), with_pip=True)
        python = os.path.join(folder, "venv", "bin", "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pyspark>=3.5,<5"], check=True)
        found = subprocess.run([python, "-c", find], capture_output=True, text=True, check=True)
    return python, found.stdout.strip()


class Cluster:
    def __init__(self, folder, python, home):
        self.folder, self.home, self.port = folder, home, 17077
        self.environment = dict(os.environ, SPARK_HOME=home, SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=python)
        self.environment["PYSPARK_DRIVER_PYTHON"] = python
        self.workers = []
        self.master = self.start("master", "Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", "0")
        time.sleep(5)
        self.fill()

    def start(self, name, kind, *words):
        log = open(os.path.join(self.folder, name + ".log"), "ab")
        spark_class = os.path.join(self.home, "bin", "spark-class")
        package = "org.apache.spark.deploy.%s.%s" % (kind.lower(), kind)
        command = [spark_class, package, *words]
        return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)

    def fill(self):
        """Two workers, each in a session of its own, which its executors share."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < 2:
            work = tempfile.mkdtemp(dir=self.folder)
            words = ["--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", work, MASTER % self.port]
            self.workers.append(self.start("worker", "Worker", *words))
        time.sleep(5)

    def kill_worker(self):
        """Kills a worker and everything that it has started."""
        os.killpg(self.workers.pop(0).pid, signal.SIGKILL)

    def stop(self):
        for process in [*self.workers, self.master]:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)

    def submit(self, driver, tool, inputs, command, conf=(), kill_in=None, more=()):
        submit = [os.path.join(self.home, "bin", "spark-submit"), "--master", MASTER % self.port]
        settings = ["spark.ui.enabled=false", "spark.ui.showConsoleProgress=false", "spark.executor.memory=512m", *conf]
        for setting in settings:
            submit += ["--conf", setting]
        submit += ["--files", tool, driver, "--tool", os.path.basename(tool), "--split-size", "300K", "--parts", "8", *more]
        with open(os.path.join(self.folder, "driver.log"), "ab") as log:
            process = subprocess.Popen(
                [*submit, *inputs, "--", *command.split()], env=self.environment, stdout=subprocess.PIPE, stderr=log
            )
            killed = kill_in is None
            while not killed and process.poll() is None:
                processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
                if any("shard %s " % kill_in in line for line in processes.split("\n")):
                    self.kill_worker()
                    killed = True
                time.sleep(0.02)
            output = process.communicate(timeout=900)[0]
        if not killed:
            sys.exit("no `shard %s` was seen, so that no worker was killed in it" % kill_in)
        self.fill()
        return hashlib.md5(output).hexdigest(), process.returncode


def main():
    tool = os.path.abspath(sys.argv[1])
    failed = 0
    with tempfile.TemporaryDirectory(prefix="callkit-spark-test-") as folder:
        inputs = [os.path.join(folder, name) for name in ("a.log", "b.log")]
        for name, options in zip(inputs, (["--faults", "all"], ["--family", "v4", "--format", "http"])):
            with open(name, "wb") as log:
                subprocess.run([tool, "simulate", "--calls", "4000", "--seed", "9", *options], stdout=log, check=True)
        driver = os.path.join(folder, "callkit_spark.py")
        with open(driver, "wb") as file:
            subprocess.run([tool, "shard", "driver", "spark"], stdout=file, check=True)
        python, home = spark_home(folder)
        cluster = Cluster(folder, python, home)
        ways = [
            ("as it is", {}),
            ("with a worker killed in the map stage", {"kill_in": "map"}),
            ("with a worker killed in the reduce stage", {"kill_in": "reduce"}),
            ("with speculation", {"conf": ["spark.speculation=true", "spark.speculation.quantile=0.1"]}),
        ]
        try:
            parquet = os.path.join(folder, "parquet")
            write = "from pyspark.sql import SparkSession as S; s = S.builder.master('local[1]').getOrCreate(); "
            clean = os.path.join(folder, "clean.log")
            with open(clean, "wb") as log:
                subprocess.run([tool, "simulate", "--calls", "4000", "--seed", "9"], stdout=log, check=True)
            write += "s.read.text(%r, lineSep=chr(10)).coalesce(1).write.parquet(%r)" % (clean, parquet)
            subprocess.run([python, "-c", write], env=cluster.environment, stderr=subprocess.DEVNULL, check=True)
            for command in OF_PARQUET:
                one = subprocess.run([tool, *command.split(), clean], capture_output=True)
                # There the input has another name.
                renamed = one.stdout.replace(clean.encode(), (parquet + ":value").encode())
                expected = (hashlib.md5(renamed).hexdigest(), one.returncode)
                found = cluster.submit(driver, tool, [parquet], command, more=["--parquet", "value"])
                print("%s: `%s` of Parquet" % ("ok" if found == expected else "DIFFERENT", command), flush=True)
                failed += found != expected
            for command in COMMANDS + TABLES:
                one = subprocess.run([tool, *command.split(), *inputs], capture_output=True)
                expected = (hashlib.md5(one.stdout).hexdigest(), one.returncode)
                for how, options in ways if command in COMMANDS else ways[:1]:
                    found = cluster.submit(driver, tool, inputs, command, **options)
                    print("%s: `%s` %s" % ("ok" if found == expected else "DIFFERENT", command, how), flush=True)
                    failed += found != expected
        finally:
            cluster.stop()
        if failed:
            for name in os.listdir(folder):
                if name == "driver.log":
                    with open(os.path.join(folder, name), errors="replace") as log:
                        print(log.read()[-4000:], file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
