#!/usr/bin/env python3
"""Inputs made to cost more than they should, once and twice as long: processor time and peak memory of each command.

Usage: growth.py BINARY. Fails where twice the input takes more than 2.3 times the time (and over half a second), where
a run ends by a signal, where a record of nothing but faults takes more than 100 MiB or 6 seconds, or where a line of 1 GB
or a gzip bomb of 10 GB takes more than 64 MiB."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

BINARY = sys.argv[1]
COMMANDS = ["validate", "validate --format json", "summarize", "export --table participants",
            "export --table callbacks", "export --table records"]
URL = "/?sdkappid=1400000001&command=caller_start_call&contenttype=json&clientip=1.2.3.4&optplatform=iOS"


def callback(**members):
    body = {"UserId": "u", "RoomId": "r", "TotalNum": 2, "MediaType": "audio", "CallType": "group", "CallId": "c",
            "Role": "callee", "Event": "receive_call", "CallResult": "", "EventTime": 1704856873}
    return json.dumps(body | members, separators=(",", ":"))


def request(headers, body):
    return f"POST {URL} HTTP/1.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}\n"


EVENTS = ["receive_call", "accept_call", "call_end", "join_in_group_call", "invite_user", "call_interrupted"]
V4 = ('{{"CallbackCommand":"Call.CallbackAfterStartCall","EventTime":1704856873000,"CallInfo":{{"CallId":"c",'
      '"MediaType":"Audio","RoomId":"r","RoomIdType":1}},"UserList":[{}]}}\n')
CHUNKED = f"POST {URL} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
INPUTS = {
    "a call of users": (200_000, lambda n: "".join(
        callback(UserId=f"u{i}", RoomId=f"r{i}", EventTime=1704856873 + i) + "\n" for i in range(n))),
    "a call of events": (150_000, lambda n: "".join(
        callback(UserId=f"u{i % 1000}", Event=EVENTS[i % 6], TotalNum=i % 50, EndTs=1704856873 + i) + "\n"
        for i in range(n))),
    "headers": (100_000, lambda n: request("".join(f"X-{i}: v\r\n" for i in range(n)), callback())),
    "bad headers": (50_000, lambda n: request("bad\r\n" * n, callback())),
    "bad lines": (1_000_000, lambda n: "x\n" * n),
    "escapes": (1_000_000, lambda n: callback(UserId="X").replace('"X"', '"' + "\\u0000" * n + '"') + "\n"),
    "nesting": (1_000_000, lambda n: "[" * n + "]" * n + "\n" + '{"a":' * n + "1" + "}" * n + "\n"),
    "one key": (100_000, lambda n: "{" + '"UserId":"a",' * n + '"b":1}\n'),
    "keys": (100_000, lambda n: "{" + ",".join(f'"k{i}":"a"' for i in range(n)) + "}\n"),
    "named users": (50_000, lambda n: V4.format(
        ",".join(f'{{"User_Account":"u{i}","Status":"Waiting"}}' for i in range(n)))),
    "wrong values": (50_000, lambda n: V4.format(",".join(['{"User_Account":5,"Status":"Wat"}'] * n))),
    "cut requests": (50_000, lambda n: f"POST {URL} HTTP/1.1\r\n" * n),
    "lengths into white space": (10_000, lambda n: (
        f"POST / HTTP/1.1\r\nContent-Length: {n * 60}\r\n\r\n{{}}\n\n" * n + " " * n * 60)),
    "requests in chunks": (20_000, lambda n: CHUNKED + "\r\n" + f"{len(CHUNKED):x}\r\n{CHUNKED}\r\n" * n),
    "small chunks": (1_000_000, lambda n: CHUNKED + "\r\n" + "1\r\na\r\n" * n + "0\r\n\r\n"),
    "bodies without end": (50_000, lambda n: 'POST / HTTP/1.1\r\nContent-Length: 900000\r\n\r\n{"a":[\n' * n),
}


# Records as long as they may be of which every few bytes break a rule, and what they may take on a busy machine.
RECORD, MOST, LONGEST = (16 << 20) - 100, 100, 6
V4_END = ('{"CallbackCommand":"Call.CallbackAfterEndCall","EventTime":1704856873000,"CallRecord":{"CallId":"c",'
          '"CalleeList_Account":[')
V4_MEMBER = ('{"CallbackCommand":"Call.CallbackAfterMemberChanged","EventTime":1704856873000,"CallId":"c",'
             '"UserList":[],"ChangedUserList":[')


def filled(head, unit, tail):
    return head + unit * ((RECORD - len(head) - len(tail)) // len(unit)) + tail


def numbered(head, unit, tail):
    made, length, at = [head], len(head) + len(tail), 0
    while length + len(unit(at)) <= RECORD:
        made.append(unit(at))
        length, at = length + len(made[-1]), at + 1
    return "".join(made) + tail


HEAD_V4 = V4.split("{}")[0].replace("{{", "{").replace("}}", "}")
RECORDS = {
    "unknown members": lambda: numbered(callback()[:-1] + ",", lambda n: f'"{n:x}":1,', '"z":1}\n'),
    "repeated members": lambda: numbered(callback()[:-1] + ",", lambda n: f'"{n // 2:x}":1,', '"z":1}\n'),
    "repeated in elements": lambda: filled(callback()[:-1] + ',"x":[', '{"":0,"":0},', "0]}\n"),
    "wrong elements": lambda: filled(HEAD_V4, "0,", "0]}\n"),
    "empty elements": lambda: filled(HEAD_V4, "{},", "{}]}\n"),
    "empty changes": lambda: filled(V4_MEMBER, "{},", "{}]}\n"),
    "unknown in an object": lambda: numbered(HEAD_V4.split("}")[0] + ",", lambda n: f'"{n:x}":1,', '"z":1}}\n'),
    "one key": lambda: filled(callback()[:-1] + ",", '"":0,', '"z":1}\n'),
    "numeric accounts": lambda: filled(V4_END, "0,", "0]}}\n"),
    "empty accounts": lambda: filled(V4_END, '"",', '""]}}\n'),
    "wrong in a string": lambda: json.dumps({"url": "/?a=b", "body": filled(HEAD_V4, "0,", "0]}")[:RECORD - 500] + "0]}"}),
    "repeated in envelopes": lambda: numbered('{"body":{},', lambda n: f'"{n // 2:x}":1,', '"z":1}\n'),
    "bad header lines": lambda: filled(CHUNKED, "a\n", "\r\n0\r\n\r\n"),
    "single chunks": lambda: CHUNKED + "\r\n" + "".join(
        f"1\n{c}\n" for c in HEAD_V4 + "0," * 2_000_000 + "0]}") + "0\r\n\r\n",
}


def run(command, path):
    """Seconds of processor time, MiB at the peak, and the status."""
    code = ("import resource,subprocess,sys\n"
            "s=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL).returncode\n"
            "u=resource.getrusage(resource.RUSAGE_CHILDREN);print(u.ru_utime+u.ru_stime,u.ru_maxrss>>10,s)")
    made = subprocess.run([sys.executable, "-c", code, BINARY, *command.split(), path], capture_output=True, text=True)
    seconds, memory, status = made.stdout.split()
    return float(seconds), int(memory), int(status)


def main():
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (count, make) in INPUTS.items():
            paths = [str(Path(folder) / f"{times}") for times in (1, 2)]
            for times, path in enumerate(paths, 1):
                Path(path).write_text(make(count * times), newline="")
            for command in COMMANDS:
                grown = float("inf")
                # What other processes cost is not the tool's: of three attempts the best counts.
                for _ in range(3):
                    (once, _, _), (twice, memory, status) = run(command, paths[0]), run(command, paths[1])
                    grown = min(grown, twice / max(once, 0.02))
                    if grown <= 2.3:
                        break
                print(f"{name:26} {command:28} {once:6.2f} s  {twice:6.2f} s  x{grown:.1f}  {memory:4} MiB", flush=True)
                if status not in (0, 1) or (grown > 2.3 and twice > 0.5):
                    wrong.append((name, command, status, grown))
        for name, make in RECORDS.items():
            path = str(Path(folder) / "record")
            Path(path).write_text(make(), newline="")
            for command in ["validate --format concise", "export --table callbacks"]:
                seconds, memory, status = run(command, path)
                print(f"{name:26} {command:28} {seconds:6.2f} s  {memory:4} MiB", flush=True)
                # A call of millions of users takes memory for each of them.
                if status not in (0, 1) or seconds > LONGEST or (memory > MOST and name != "numeric accounts"):
                    wrong.append((name, command, status, seconds, memory))
        big = {"a line of 1 GB": "head -c 1G /dev/zero | tr '\\0' x",
               "a gzip bomb of 10 GB": "head -c 10G /dev/zero | gzip -1"}
        for name, made in big.items():
            path = str(Path(folder) / "big")
            subprocess.run(f"{made} > {path}", shell=True, check=True)
            for command in COMMANDS:
                seconds, memory, status = run(command, path)
                print(f"{name:26} {command:28} {seconds:6.2f} s  {memory:4} MiB", flush=True)
                if status not in (0, 1) or memory > 64:
                    wrong.append((name, command, status, memory))
    for what in wrong:
        print("too much:", *what)
    sys.exit(bool(wrong))


main()
