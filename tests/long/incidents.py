#!/usr/bin/env python3
"""Incidents that `simulate` plants in days of very many calls: how many `why --all` finds, how near their beginning is,
and how often days without any raise an alarm.

Usage: incidents.py BINARY [INCIDENTS [CLEAN [CALLS]]], 40, 20 and 100000 where they are not given. An incident hits 1 to
20 % of all calls, all of them with callers on one platform. Fails if less than 95 % of those above 2 % are found with a
beginning that is right to 5 minutes, or if there is more than one alarm in a hundred days without any."""

import datetime
import json
import random
import subprocess
import sys

BINARY = sys.argv[1]
INCIDENTS, CLEAN, CALLS = [int(value) for value in sys.argv[2:5]] + [40, 20, 100_000][len(sys.argv) - 2:]
START = datetime.datetime(2024, 5, 1, tzinfo=datetime.timezone.utc)
CAUSES = ["gave_up", "no_answer", "declined", "busy", "dropped", "ignored", "gave_up_before_ring", "not_placed", "offline",
          "dropped_before_answer", "declined_by_device", "sides_disagree"]
# The part of the callers that are on a platform is that of the people, which differs from seed to seed.
PLATFORMS = {"iOS": 0.38, "Android": 0.40, "Web": 0.14, "miniProgram": 0.08}


def incidents(seed, *options):
    """What `why --all` finds in a day."""
    command = [BINARY, "simulate", "--calls", str(CALLS), "--rate", str(CALLS / 24), "--seed", str(seed), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as log:
        ran = subprocess.run([BINARY, "why", "--all", "-", "--format", "json"], stdin=log.stdout, capture_output=True,
                             check=True)
    return json.loads(ran.stdout)["incidents"]


def time(minutes):
    return (START + datetime.timedelta(minutes=minutes)).isoformat()


def planted(seed):
    """A cause, a platform, a beginning, an end or none, and a part of all calls."""
    rng = random.Random(seed)
    cause, platform = rng.choice(CAUSES), rng.choice(list(PLATFORMS))
    since = rng.randrange(60, 22 * 60)
    until = min(since + rng.randrange(120, 361), 24 * 60) if rng.random() < 0.5 else None
    return cause, platform, since, until, rng.uniform(0.01, 0.20)


def main():
    large = found = near = others = 0
    for seed in range(INCIDENTS):
        cause, platform, since, until, share = planted(seed)
        part = min(share / PLATFORMS[platform], 0.9)
        span = time(since) + (f"..{time(until)}" if until else "")
        raised = incidents(seed, "--incident", f"{cause}:{platform}:{part}:{span}")
        hits = [it for it in raised if (it["cause"], it["side"], it["platform"]) == (cause, "caller", platform)]
        off = [(datetime.datetime.fromisoformat(it["since"]) - START).total_seconds() / 60 - since for it in hits]
        is_near = bool(off) and abs(off[0]) <= 5
        others += len(raised) - len(hits[:1])
        if share > 0.02:
            large, found, near = large + 1, found + bool(hits), near + is_near
        if not is_near or len(raised) != 1:
            print(f"{seed}: {cause} on {platform}, {share:.1%} of all calls, {span}: {off}; raised "
                  + "; ".join(f"{it['cause']} {it['side']} {it['platform']} {it['since']}" for it in raised))
    alarms = sum(len(incidents(1_000_000 + seed)) for seed in range(CLEAN))
    print(f"{large} incidents above 2 %: {found} found, {near} within 5 minutes; {others} other alarms")
    print(f"{CLEAN} days without incidents: {alarms} alarms")
    sys.exit(near < 0.95 * large or alarms > max(1, CLEAN / 100))


main()
