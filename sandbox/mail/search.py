"""$search over a mailbox: the part of Exchange's query language that people use."""

import re
import shlex
from collections.abc import Callable
from typing import Any

import orjson

from sandbox.database import Row
from sandbox.errors import GraphFault

MOST = 1000
FIELDS = ("from", "to", "cc", "bcc", "participants", "recipients", "subject", "body", "received")
Test = Callable[[Row, dict[str, Any]], bool]


def found(rows: list[Row], query: str) -> list[Row]:
    """The messages that fit, newest first as they came, at most a thousand."""
    tests = [_test(term) for term in _terms(query)]
    fitting = []
    for row in rows:
        item = orjson.loads(row["item"])
        if all(test(row, item) for test in tests):
            fitting.append(row)
            if len(fitting) == MOST:
                break
    return fitting


def _terms(query: str) -> list[str]:
    inner = query.strip()
    if len(inner) >= 2 and inner[0] == inner[-1] == '"':
        inner = inner[1:-1].replace('\\"', '"')
    try:
        terms = shlex.split(inner, posix=True)
    except ValueError as error:
        raise GraphFault(
            400, "BadRequest", "Syntax error: the search clause is not well formed."
        ) from error
    return [term for term in terms if term.upper() != "AND"]


def _test(term: str) -> Test:
    name, colon, value = term.partition(":")
    if colon and name.lower() in FIELDS:
        # Words are found inside others here, so the mark for "begins with" changes nothing.
        return _field_test(name.lower(), value.lower().removesuffix("*"))
    words = term.lower()
    return lambda row, item: words in _everything(row, item)


def _field_test(name: str, value: str) -> Test:
    if name == "subject":
        return lambda _row, item: value in str(item["subject"]).lower()
    if name == "body":
        return lambda row, _item: value in str(row["text_body"]).lower()
    if name == "received":
        return _received(value)
    members = {
        "from": ("from",),
        "to": ("toRecipients",),
        "cc": ("ccRecipients",),
        "bcc": ("bccRecipients",),
        "recipients": ("toRecipients", "ccRecipients", "bccRecipients"),
        "participants": ("from", "toRecipients", "ccRecipients", "bccRecipients"),
    }[name]
    return lambda _row, item: any(value in _people(item.get(member)) for member in members)


def _received(value: str) -> Test:
    match = re.match(r"(>=|<=|>|<|=)?(\d{4}-\d{2}-\d{2})", value)
    if match is None:
        raise GraphFault(400, "BadRequest", f"Syntax error: received:{value}")
    mark, day = match[1] or "=", match[2]
    checks: dict[str, Callable[[str], bool]] = {
        ">=": lambda at: at >= day,
        "<=": lambda at: at <= day,
        ">": lambda at: at > day,
        "<": lambda at: at < day,
        "=": lambda at: at == day,
    }
    return lambda _row, item: checks[mark](str(item["receivedDateTime"])[:10])


def _people(value: Any) -> str:
    found = value if isinstance(value, list) else [value] if value else []
    return " ".join(
        f"{one['emailAddress']['name']} {one['emailAddress']['address']}" for one in found
    ).lower()


def _everything(row: Row, item: dict[str, Any]) -> str:
    members = ("from", "toRecipients", "ccRecipients", "bccRecipients")
    people = " ".join(_people(item.get(member)) for member in members)
    return f"{item['subject']} {people} {row['text_body']}".lower()
