"""The calls that the practice tenant was sent: which, with which parameters, and how often."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from tests.recorded.masks import SINGLE_USE, masked

Call = Mapping[str, str | int]
QUOTED = re.compile(r"'[^']*'")
PARTICIPANT = re.compile(r'"participants:[^"]*"')
LONG_ID = re.compile(r"/[\w=-]{40,}")
PLACES = ("$deltatoken", "$skiptoken")
# The number of polls depends on how long everything takes; a batch may poll too.
UNDETERMINED = ("$deltatoken", "/$batch")


def counted(calls: Iterable[Call]) -> list[str]:
    """One line for each kind of call, sorted: threads call in any order."""
    counts = Counter(_kind(call) for call in calls)
    return [
        f"{kind}  {'some' if any(mark in kind for mark in UNDETERMINED) else count}"
        for kind, count in sorted(counts.items())
    ]


def _kind(call: Call) -> str:
    path = masked(LONG_ID.sub("/ID", str(call["path"])), {})
    parameters = sorted(parse_qsl(str(call["query"]), keep_blank_values=True))
    query = "&".join(f"{name}={_value(name, value)}" for name, value in parameters)
    place = "part of a batch" if call["is_batch_part"] else "alone"
    who = "a person" if "@" in str(call["who"]) else str(call["who"]) or "nobody"
    address = f"{path}?{query}" if query else path
    return f"{call['method']} {address}  {call['status']}  {place}  {who}"


def _value(name: str, value: str) -> str:
    if name in SINGLE_USE:
        return "ID"
    if name in PLACES:
        return "PLACE"
    return masked(PARTICIPANT.sub('"participants:TEXT"', QUOTED.sub("'TEXT'", value)), {})
