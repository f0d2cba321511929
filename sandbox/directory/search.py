"""$search over objects of the directory: quoted clauses, joined by AND and OR.

https://learn.microsoft.com/graph/search-query-parameter#use-search-on-directory-object-collections
"""

import re
from collections.abc import Callable
from typing import Any

from sandbox.errors import GraphError

Item = dict[str, Any]
Test = Callable[[Item], bool]

CLAUSE = re.compile(r'\s*(?:"(?P<member>\w+):(?P<value>(?:[^"\\]|\\.)*)"|(?P<mark>[()]|\w+))')
# Only these are split into words. Other members are compared from their beginning.
TOKENIZED = ("displayName", "description")
WORD = re.compile(r"[^\W\d_]+|\d+")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words(text: str) -> list[str]:
    """Split at spaces, marks, numbers and changes of case: HelloWorld1 has hello, world and 1."""
    whole = text.split()
    parts = [part for word in whole for part in WORD.findall(CAMEL.sub(" ", word))]
    return [word.lower() for word in (*whole, *parts)]


class Search:
    """A parsed $search. `members` are the names that a clause may search."""

    def __init__(self, text: str, *, members: tuple[str, ...]) -> None:
        self.members = {name.lower(): name for name in members}
        self.tokens = list(self._tokens(text))
        self.place = 0
        self.test = self._any_of()
        if self.place != len(self.tokens):
            raise invalid(text)

    def _tokens(self, text: str) -> list[re.Match[str]]:
        found, place = [], 0
        while place < len(text.rstrip()):
            match = CLAUSE.match(text, place)
            if match is None:
                raise invalid(text)
            found.append(match)
            place = match.end()
        return found

    def _any_of(self) -> Test:
        tests = [self._all_of()]
        while self._take("OR"):
            tests.append(self._all_of())
        return lambda item: any(test(item) for test in tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self._take("AND"):
            tests.append(self._one())
        return lambda item: all(test(item) for test in tests)

    def _one(self) -> Test:
        if self._take("("):
            inner = self._any_of()
            if not self._take(")"):
                raise invalid("a parenthesis is missing")
            return inner
        if self.place >= len(self.tokens) or self.tokens[self.place]["member"] is None:
            raise invalid('a clause is a quoted "property:value"')
        self.place += 1
        clause = self.tokens[self.place - 1]
        return self._clause(clause["member"], re.sub(r"\\(.)", r"\1", clause["value"]))

    def _clause(self, name: str, value: str) -> Test:
        member = self.members.get(name.lower())
        if member is None:
            raise invalid(f"property '{name}' cannot be searched")
        if member not in TOKENIZED:
            return lambda item: str(item.get(member) or "").lower().startswith(value.lower())
        wanted = [part.lower() for part in value.split()]
        return lambda item: _has_words(str(item.get(member) or ""), wanted)

    def _take(self, mark: str) -> bool:
        is_there = self.place < len(self.tokens) and self.tokens[self.place]["mark"] == mark
        self.place += is_there
        return is_there


def _has_words(text: str, wanted: list[str]) -> bool:
    present = words(text)
    return all(any(word.startswith(one) for word in present) for one in wanted)


def invalid(what: str) -> GraphError:
    return GraphError(400, "Request_BadRequest", f"Invalid $search clause: {what}")
