"""$filter, as far as the tenant supports it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.errors import GraphError

Item = dict[str, Any]
Test = Callable[[Item], bool]

TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<word>[A-Za-z_][\w/.@]*)|"
    r"(?P<value>-?\d[\dT:.Z+-]*)|(?P<mark>[(),:]))"
)
TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?$")
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}
FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": lambda text, wanted: text.startswith(wanted),
    "endswith": lambda text, wanted: text.endswith(wanted),
    "contains": lambda text, wanted: wanted in text,
}


class Filter:
    """A recursive-descent parser. `names` lists the members of the condition, in order.

    Those within an any() are not among them: `lists` names the list instead.
    The directory accepts conditions on lists, mail on extended properties alone.
    """

    def __init__(self, text: str, *, takes_lists: bool = False) -> None:
        self.takes_lists = takes_lists
        self.tokens = self._tokens(text)
        self.place = 0
        self.names: list[str] = []
        self.lists: list[str] = []
        self.test = self._any_of()
        if self.place != len(self.tokens):
            raise invalid(self.tokens[self.place][1])

    def _tokens(self, text: str) -> list[tuple[str, str]]:
        found, place = [], 0
        while place < len(text.rstrip()):
            match = TOKEN.match(text, place)
            if match is None:
                raise invalid(text)
            found.append((str(match.lastgroup), match[str(match.lastgroup)]))
            place = match.end()
        return found

    def _any_of(self) -> Test:
        tests = [self._all_of()]
        while self._take("or"):
            tests.append(self._all_of())
        return lambda item: any(test(item) for test in tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return lambda item: all(test(item) for test in tests)

    def _one(self) -> Test:
        if self._take("not"):
            inner = self._one()
            return lambda item: not inner(item)
        if self._take("("):
            inner = self._any_of()
            self._expect(")")
            return inner
        name = self._next("word")
        if name.lower() in FUNCTIONS:
            return self._function(name.lower())
        if self.takes_lists and name.lower().endswith("/any"):
            return self._any_within(name[: -len("/any")])
        return self._comparison(name)

    def _any_within(self, name: str) -> Test:
        """Parse `proxyAddresses/any(p:p eq 'smtp:a@b.example')`: one value of a list must match."""
        self.names.append(name)
        self.lists.append(name)
        self._expect("(")
        variable = self._next("word")
        self._expect(":")
        before = len(self.names)
        inner = self._any_of()
        del self.names[before:]
        self._expect(")")
        return lambda item: any(inner({variable: one}) for one in value_at(item, name) or ())

    def _comparison(self, name: str) -> Test:
        self.names.append(name)
        operator = self._next("word").lower()
        if operator not in COMPARISONS:
            raise invalid(operator)
        wanted = self._literal()
        compare = COMPARISONS[operator]
        return lambda item: _compares(compare, value_at(item, name), wanted)

    def _function(self, name: str) -> Test:
        self._expect("(")
        member = self._next("word")
        self.names.append(member)
        self._expect(",")
        wanted = str(self._literal()).lower()
        self._expect(")")
        check = FUNCTIONS[name]
        return lambda item: check(str(value_at(item, member) or "").lower(), wanted)

    def _literal(self) -> Any:
        kind, text = self._any()
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "value":
            return _moment(text) if TIME.match(text) else _number(text)
        known: dict[str, Any] = {"true": True, "false": False, "null": None}
        if text.lower() not in known:
            raise invalid(text)
        return known[text.lower()]

    def _any(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise invalid("end of the expression")
        self.place += 1
        return self.tokens[self.place - 1]

    def _next(self, kind: str) -> str:
        found, text = self._any()
        if found != kind:
            raise invalid(text)
        return text

    def _take(self, word: str) -> bool:
        is_there = self.place < len(self.tokens) and self.tokens[self.place][1].lower() == word
        self.place += is_there
        return is_there

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise invalid(f"expected {mark}")


def value_at(item: Item, path: str) -> Any:
    """Read a member, or a nested one: `from/emailAddress/address`."""
    value: Any = item
    for number, name in enumerate(path.split("/")):
        if value is None:
            return None
        members = {key.lower(): key for key in value} if isinstance(value, dict) else {}
        if name.lower() not in members:
            if number == 0 and name.lower() in ("from", "sender"):
                return None  # a draft has none
            raise invalid(f"Could not find a property named '{name}'")
        value = value[members[name.lower()]]
    return value


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text  # an identifier without quotes


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid(text) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _compares(compare: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    if isinstance(wanted, datetime):
        value = _moment(value) if isinstance(value, str) and TIME.match(value) else None
    elif isinstance(value, str) and isinstance(wanted, str):
        value, wanted = value.lower(), wanted.lower()
    try:
        return compare(value, wanted)
    except TypeError:
        return False


def invalid(what: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Invalid filter clause: {what}")
