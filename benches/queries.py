"""What DuckDB is asked by compare.py: the calls of a log, for each family and container.

Comes in: a family, a container, the paths of the log and of the table. Goes out: SQL, or nothing for a container that
DuckDB has no reader for.
"""

import json

# The columns of each family, with the types that a careful user would declare.
COMMON = dict.fromkeys(["UserId", "RoomId", "MediaType", "CallType", "CallId", "Role", "CallResult"], "VARCHAR")
COMMON |= dict.fromkeys(["TotalNum", "EventTime", "StartCallTs", "AcceptTs", "EndTs"], "BIGINT")
COLUMNS = {
    "event": COMMON | {"Event": "VARCHAR"},
    "status": COMMON,
    "v4": {
        "CallbackCommand": "VARCHAR", "CallId": "VARCHAR", "EventTime": "BIGINT",
        "CallInfo": "STRUCT(CallId VARCHAR, MediaType VARCHAR, CallMediaType VARCHAR, RoomId VARCHAR)",
        "UserList": "STRUCT(User_Account VARCHAR, Status VARCHAR)[]",
        "CallRecord": "STRUCT(CallId VARCHAR, Caller_Account VARCHAR, MediaType VARCHAR, CallMediaType VARCHAR, "
                      "CallType VARCHAR, StartTime BIGINT, EndTime BIGINT, AcceptTime BIGINT, CallResult VARCHAR, "
                      "CalleeList_Account VARCHAR[], RoomId VARCHAR)",
    },
}

# One row for each call: what of the tool's table a plain GROUP BY can say. That of v4 takes a call's users from its
# record, without the lists of every callback.
OLDER = """
  SELECT CallId AS call_id, any_value(RoomId) AS room_id, any_value(MediaType) AS media_type,
    any_value(CallType) AS call_type, min(CASE WHEN Role='caller' THEN UserId END) AS caller,
    string_agg(DISTINCT CASE WHEN Role='callee' THEN UserId END, ';') AS callees,
    count(DISTINCT UserId) AS participants, max(TotalNum) AS total_num,
    coalesce(max(CASE WHEN CallResult<>'' THEN CallResult END), 'incomplete') AS result,
    bool_or({answered}) AS answered,
    min(nullif(StartCallTs, 0)) AS start, min(nullif(AcceptTs, 0)) AS accept, max(nullif(EndTs, 0)) AS "end",
    min(EventTime) AS first, max(EventTime) AS last, count(*) AS callbacks
  FROM {source} GROUP BY 1"""
CALLS = {
    "event": OLDER.replace("{answered}", "Event IN ('call_accepted', 'accept_call')"),
    "status": OLDER.replace("{answered}", "AcceptTs > 0"),
    "v4": """
  SELECT coalesce(CallId, CallInfo.CallId, CallRecord.CallId) AS call_id,
    any_value(coalesce(CallInfo.RoomId, CallRecord.RoomId)) AS room_id,
    any_value(coalesce(CallInfo.MediaType, CallInfo.CallMediaType)) AS media_type,
    any_value(CallRecord.CallType) AS call_type, any_value(CallRecord.Caller_Account) AS caller,
    any_value(array_to_string(CallRecord.CalleeList_Account, ';')) AS callees,
    any_value(len(CallRecord.CalleeList_Account)) + 1 AS participants, max(len(UserList)) AS total_num,
    coalesce(any_value(CallRecord.CallResult), 'incomplete') AS result,
    any_value(CallRecord.AcceptTime) > 0 AS answered, any_value(CallRecord.StartTime) AS start,
    any_value(nullif(CallRecord.AcceptTime, 0)) AS accept, any_value(CallRecord.EndTime) AS "end",
    min(EventTime) AS first, max(EventTime) AS last, count(*) AS callbacks
  FROM {source} GROUP BY 1""",
}

# Where DuckDB finds the bodies of a container; it has no reader for the others.
LINES = "read_json('{log}', format='newline_delimited', columns={columns})"
UNNESTED = "(SELECT unnest(from_json({body}, '{structure}')) FROM {rows})"
OBJECTS = "read_json('{log}', format='newline_delimited', columns={{'%s': 'VARCHAR'}})"
TEXTS = "read_csv('{log}', auto_detect=false, header=false, delim='\x01', quote='', escape='', " \
    "columns={{'line': 'VARCHAR'}})"
CELLS = "read_csv('{log}', header=true, quote='\"', escape='\"', " \
    "columns={{'received_at': 'VARCHAR', 'method': 'VARCHAR', 'url': 'VARCHAR', 'body': 'VARCHAR'}})"
SOURCES = {"bare": LINES, "gzip": LINES, "array": LINES.replace("newline_delimited", "array")} | {
    container: UNNESTED.replace("{body}", body).replace("{rows}", rows) for container, body, rows in (
        ("envelope", "body", OBJECTS % "body"),
        ("apigateway", "body", OBJECTS % "body"),
        ("docker", "log", OBJECTS % "log"),
        ("text", "substr(line, strpos(line, '{{'))", TEXTS),
        ("cri", "substr(line, strpos(line, '{{'))", TEXTS),
        ("csv", "body", CELLS),
    )
}


def query(family, container, log, out):
    """SQL that writes the calls of a log as CSV, in any order; none if DuckDB cannot read that container."""
    if container not in SOURCES:
        return None
    structure = json.dumps(COLUMNS[family])
    source = SOURCES[container].format(log=log, columns=structure.replace('"', "'"), structure=structure)
    calls = CALLS[family].replace("{source}", source)
    return f"SET threads=2; SET preserve_insertion_order=false;\nCOPY ({calls}\n) TO '{out}' (HEADER);\n"
