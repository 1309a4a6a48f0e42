#!/usr/bin/env python3
"""The CSV of a log of hostile strings through Python's csv, and DuckDB where it is installed: both give the strings.

Usage: csv_readers.py BINARY [STRINGS.json], the latter an array of strings, such as the big list of naughty strings."""

import csv
import io
import json
import subprocess
import sys
import tempfile

OWN = ["\x1b[31m", "a\u202eb", "line\rback", "line\nfeed", "both\r\n", "nul\0byte", "\ttab", 'quo"te', "co,mma",
       "semi;colon\\", "=1+1", "-1", "@x", "\ufeffmark", " blank ", "''", '""', "\\N", "NULL"]


def main():
    strings = OWN + (json.load(open(sys.argv[2], encoding="utf-8")) if len(sys.argv) > 2 else [])
    strings = [text for text in strings if text and not any(0xD800 <= ord(letter) < 0xE000 for letter in text)]
    lines = [json.dumps({"UserId": text, "RoomId": text, "TotalNum": 2, "MediaType": "audio", "CallType": "single",
                         "CallId": f"c-{number}", "Role": "caller", "Event": "start_call", "CallResult": "",
                         "EventTime": 1704856873}) for number, text in enumerate(strings)]
    command = [sys.argv[1], "export", "--columns", "call_id,caller,room_id", "-"]
    table = subprocess.run(command, input="\n".join(lines).encode(), capture_output=True, check=True).stdout
    wanted = [[f"c-{number}", text, text] for number, text in enumerate(strings)]
    rows = list(csv.reader(io.StringIO(table.decode(), newline="")))[1:]
    assert rows == wanted, next(pair for pair in zip(rows, wanted) if pair[0] != pair[1])
    print(f"Python's csv: {len(rows)} rows")
    try:
        import duckdb
    except ImportError:
        return print("DuckDB is not installed")
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(table)
        file.flush()
        query = ("select * from read_csv(?, header=true, all_varchar=true, delim=',', quote='\"', escape='\"', "
                 "nullstr='\x01', strict_mode=true)")
        rows = [list(row) for row in duckdb.execute(query, [file.name]).fetchall()]
    differing = [pair for pair in zip(rows, wanted) if pair[0] != pair[1]]
    assert len(rows) == len(wanted) and not differing, (len(rows), differing[:3])
    print(f"DuckDB {duckdb.__version__}: {len(rows)} rows")


main()
