"""$search over a mailbox: the common part of Exchange's query language (KQL)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.database import Row
from sandbox.errors import GraphError

MAX_RESULTS = 1000
PEOPLE = {
    "from": ("from",),
    "to": ("toRecipients",),
    "cc": ("ccRecipients",),
    "bcc": ("bccRecipients",),
    "recipients": ("toRecipients", "ccRecipients", "bccRecipients"),
    "participants": ("from", "toRecipients", "ccRecipients", "bccRecipients"),
}
FIELDS = (*PEOPLE, "subject", "body", "received", "sent", "hasattachments", "importance", "kind")
TOKEN = re.compile(
    r'\s*(?:(?P<mark>[()])|(?P<field>[A-Za-z]+)(?P<how>:|>=|<=|<|>|=)\s*(?P<value>"[^"]*"|[^\s()"]+)'
    r'|(?P<text>"[^"]*"|[^\s()"]+))'
)
WORD = re.compile(r"\w+")
# Marks that a value of a strict search may hold in quotes only.
STRANGE = re.compile(r"[^\w\s*@.+:<>=-]")
RANGE = re.compile(r"(>=|<=|>|<|=)?(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?")
Test = Callable[[Row, dict[str, Any]], bool]


def found(rows: list[Row], query: str, *, is_strict: bool = False) -> list[Row]:
    """Return the messages that match, newest first, at most a thousand.

    A strict search takes a value with marks in quotes only, and a prefix with `*` only.
    """
    test = Query(_inner(query), is_strict=is_strict).test
    fitting = []
    for row in rows:
        if test(row, orjson.loads(row["item"])):
            fitting.append(row)
            if len(fitting) == MAX_RESULTS:
                break
    return fitting


def _inner(query: str) -> str:
    """Strip the quotes of a clause. Without quotes it may hold plain words only."""
    text = query.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        inner = re.sub(r"\\(.)", r"\1", text[1:-1])
        # python-o365 adds a second pair of quotes, which Exchange accepts.
        return inner[1:-1] if re.fullmatch(r"'[^']*'", inner) else inner
    strange = re.search(r"[^\w\s*]", text)
    if strange:
        raise refused(
            f"character '{strange[0]}' is not valid at position {strange.start()} in '{text}'."
        )
    return text


class Query:
    """A parsed query: adjacent terms must all match; AND, OR, NOT and parentheses combine them."""

    def __init__(self, text: str, *, is_strict: bool = False) -> None:
        self.is_strict = is_strict
        self.tokens = [match for match in TOKEN.finditer(text) if match[0].strip()]
        self.place = 0
        self.text = text
        if not self.tokens:
            raise refused("the search clause is empty.")
        self.test = self._any_of()
        if self.place != len(self.tokens):
            raise refused(f"')' is not expected in '{text}'.")

    def _any_of(self) -> Test:
        tests = [self._all_of()]
        while self._take("OR"):
            tests.append(self._all_of())
        return lambda row, item: any(test(row, item) for test in tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self._next() not in (None, "OR", ")"):
            self._take("AND")
            tests.append(self._one())
        return lambda row, item: all(test(row, item) for test in tests)

    def _one(self) -> Test:
        if self._take("NOT"):
            inner = self._one()
            return lambda row, item: not inner(row, item)
        if self._take("("):
            inner = self._any_of()
            if not self._take(")"):
                raise refused(f"')' is missing in '{self.text}'.")
            return inner
        if self._next() is None or self._next() == ")":
            raise refused(f"a term is missing in '{self.text}'.")
        self.place += 1
        return _term(self.tokens[self.place - 1], is_strict=self.is_strict)

    def _next(self) -> str | None:
        return self.tokens[self.place][0].strip() if self.place < len(self.tokens) else None

    def _take(self, word: str) -> bool:
        is_there = self._next() == word
        self.place += is_there
        return is_there


def _term(token: re.Match[str], *, is_strict: bool) -> Test:
    name = (token["field"] or "").lower()
    if is_strict:
        _refuse_marks(token["value"] or token["text"] or token[0].strip())
    if name not in FIELDS:
        return _words(token[0].strip(), is_strict=is_strict)
    value = token["value"].strip('"')
    how = "" if token["how"] == ":" else token["how"]
    if name in ("received", "sent"):
        return _on_day(name, how + value)
    if name == "hasattachments":
        return lambda _row, item: item["hasAttachments"] == (value.lower() in ("true", "1", "yes"))
    if name == "importance":
        return lambda _row, item: str(item["importance"]) == value.lower()
    if name == "kind":
        return lambda _row, _item: value.lower() in ("email", "message")
    return _in_field(name, value, is_strict=is_strict)


def _refuse_marks(value: str) -> None:
    strange = None if value.startswith('"') else STRANGE.search(value)
    if strange:
        raise refused(
            f"character '{strange[0]}' is not valid at position {strange.start()} in '{value}'."
        )


def _in_field(name: str, value: str, *, is_strict: bool) -> Test:
    wanted = _Phrase.of(value, is_strict=is_strict)
    if name == "subject":
        return lambda _row, item: _holds(str(item["subject"]), wanted)
    if name == "body":
        return lambda row, _item: _holds(str(row["text_body"]), wanted)
    members = PEOPLE[name]
    return lambda _row, item: any(
        _holds(person, wanted) for member in members for person in _people(item.get(member))
    )


def _words(term: str, *, is_strict: bool) -> Test:
    wanted = _Phrase.of(term.strip('"'), is_strict=is_strict)

    def test(row: Row, item: dict[str, Any]) -> bool:
        people = (one for names in PEOPLE["participants"] for one in _people(item.get(names)))
        return any(_holds(text, wanted) for text in (item["subject"], *people, row["text_body"]))

    return test


def _on_day(name: str, value: str) -> Test:
    match = RANGE.match(value)
    if match is None:
        raise refused(f"'{value}' is no date.")
    mark, day, last = match[1] or "=", match[2], match[3]
    member = f"{name}DateTime"
    if last:
        return lambda _row, item: day <= str(item[member])[:10] <= last
    checks: dict[str, Callable[[str], bool]] = {
        ">=": lambda at: at >= day,
        "<=": lambda at: at <= day,
        ">": lambda at: at > day,
        "<": lambda at: at < day,
        "=": lambda at: at == day,
    }
    return lambda _row, item: checks[mark](str(item[member])[:10])


def _people(value: Any) -> list[str]:
    """List names and addresses separately, so that no phrase spans two of them."""
    found = value if isinstance(value, list) else [value] if value else []
    return [
        text
        for one in found
        for text in (one["emailAddress"]["name"], one["emailAddress"]["address"])
    ]


def _tokens(text: str) -> list[str]:
    return WORD.findall(text.lower())


@dataclass(frozen=True)
class _Phrase:
    """Words that stand side by side. The last may be the start of a word."""

    words: list[str]
    is_prefix: bool

    @classmethod
    def of(cls, text: str, *, is_strict: bool) -> "_Phrase":
        return cls(_tokens(text), text.endswith("*") or not is_strict)


def _holds(text: str, wanted: _Phrase) -> bool:
    if not wanted.words:
        return False
    words, size = _tokens(text), len(wanted.words)
    return any(
        words[start : start + size - 1] == wanted.words[:-1]
        and _fits(words[start + size - 1], wanted)
        for start in range(len(words) - size + 1)
    )


def _fits(word: str, wanted: _Phrase) -> bool:
    last = wanted.words[-1]
    return word.startswith(last) if wanted.is_prefix else word == last


def refused(what: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Syntax error: {what}")
