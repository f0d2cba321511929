"""OData as Graph speaks it: $select, $filter, $top, paging, and the envelope of an answer."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request

from sandbox.database import current_state
from sandbox.errors import GraphFault

Item = dict[str, Any]


def option(name: str) -> str | None:
    """A query option; Graph reads its name without regard to case, and also without the dollar."""
    for key, value in request.args.items():
        if key.lower() == name or key.lower() == name.removeprefix("$"):
            return value
    return None


def refuse_unknown_options(known: set[str]) -> None:
    """A parameter that is not built answers 501 with its name, so that the gap is seen."""
    for key in request.args:
        name = key.lower()
        if name not in known and f"${name}" not in known:
            raise GraphFault(
                501, "NotImplemented", f"{request.path} with {key} is not part of the tenant."
            )


def selected(sample: Item, *, kind: str) -> tuple[str, ...] | None:
    """The names of $select in the schema's spelling; None when nothing was selected."""
    wanted = option("$select")
    if not wanted:
        return None
    spelling = {name.lower(): name for name in sample}
    names = []
    for name in (part.strip() for part in wanted.split(",")):
        if name.lower() not in spelling:
            raise GraphFault(
                400,
                "BadRequest",
                "Parsing OData Select and Expand failed: Could not find a property named"
                f" '{name}' on type 'microsoft.graph.{kind}'.",
            )
        names.append(spelling[name.lower()])
    return tuple(dict.fromkeys(names))


def project(item: Item, names: Iterable[str]) -> Item:
    """Only the selected members; `id` and annotations are always there."""
    wanted = set(names) | {"id"}
    return {k: v for k, v in item.items() if k in wanted or k.startswith("@odata")}


def of(names: Sequence[str] | None) -> str:
    """The part of a context address that repeats the selection."""
    return f"({','.join(names)})" if names else ""


def context_address(tail: str) -> str:
    return f"{current_state().base_url}/v1.0/$metadata#{tail}"


def entity(item: Item, *, context: str) -> Response:
    return answer({"@odata.context": context_address(context), **item})


def answer(body: Any, status: int = 200) -> Response:
    return Response(
        orjson.dumps(body),
        status,
        content_type="application/json; odata.metadata=minimal; odata.streaming=true;"
        "IEEE754Compatible=false;charset=utf-8",
    )


def top(*, default: int, most: int) -> int:
    """$top as a number; Graph refuses what is none, and caps what is too large."""
    text = option("$top")
    if text is None:
        return default
    if not text.isdigit() or int(text) < 1:
        raise GraphFault(400, "BadRequest", f"Invalid value '{text}' for $top query option found.")
    return min(int(text), most)


def page(items: Sequence[Item], *, context: str, size: int, mark: str) -> Response:
    """One page of a list that is held whole; the next one is told by `mark`."""
    told = option(mark) or "0"
    if not (told.isascii() and told.isdigit()):
        raise GraphFault(400, "BadRequest", f"Invalid value '{told}' for {mark}.")
    start = int(told)
    body: Item = {"@odata.context": context_address(context)}
    if (option("$count") or "").lower() == "true":
        body["@odata.count"] = len(items)
    if start + size < len(items):
        body["@odata.nextLink"] = next_link({mark: str(start + size)})
    return answer(body | {"value": list(items[start : start + size])})


def next_link(changes: dict[str, str]) -> str:
    """This request's address with some parameters changed."""
    names = {name.lower() for name in changes}
    kept = {k: v for k, v in request.args.items() if k.lower() not in names}
    return f"{current_state().base_url}{request.path}?{urlencode({**kept, **changes}, safe='$')}"


# --- $filter -------------------------------------------------------------------------------

TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<word>[A-Za-z_][\w/.@]*)|"
    r"(?P<value>-?\d[\dT:.Z+-]*)|(?P<mark>[(),]))"
)
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}
Test = Callable[[Item], bool]


def filtered(items: Iterable[Item]) -> list[Item]:
    """The items that $filter lets through."""
    text = option("$filter")
    if not text:
        return list(items)
    test = Filter(text).parsed()
    return [item for item in items if test(item)]


class Filter:
    """A recursive-descent reader of the part of $filter that is built; the rest is refused."""

    def __init__(self, text: str) -> None:
        self.tokens = self._tokens(text)
        self.place = 0

    def _tokens(self, text: str) -> list[tuple[str, str]]:
        found, place = [], 0
        while place < len(text.rstrip()):
            match = TOKEN.match(text, place)
            if match is None:
                raise invalid_filter(text)
            found.append((str(match.lastgroup), match[str(match.lastgroup)]))
            place = match.end()
        return found

    def parsed(self) -> Test:
        test = self._any_of()
        if self.place != len(self.tokens):
            raise invalid_filter(self.tokens[self.place][1])
        return test

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
        name = self._next()[1]
        if name.lower() in ("startswith", "contains", "endswith"):
            return self._function(name.lower())
        operator = self._next()[1].lower()
        if operator not in COMPARISONS:
            raise invalid_filter(operator)
        wanted = self._literal()
        compare = COMPARISONS[operator]
        return lambda item: _compares(compare, value_at(item, name), wanted)

    def _function(self, name: str) -> Test:
        self._expect("(")
        member = self._next()[1]
        self._expect(",")
        wanted = str(self._literal())
        self._expect(")")
        checks: dict[str, Callable[[str], bool]] = {
            "startswith": lambda text: text.startswith(wanted),
            "endswith": lambda text: text.endswith(wanted),
            "contains": lambda text: wanted in text,
        }
        return lambda item: checks[name](str(value_at(item, member) or "").lower())

    def _literal(self) -> Any:
        kind, text = self._next()
        if kind == "string":
            return text[1:-1].replace("''", "'").lower()
        known: dict[str, Any] = {"true": True, "false": False, "null": None}
        return known.get(text.lower(), text)

    def _next(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise invalid_filter("end of the expression")
        self.place += 1
        return self.tokens[self.place - 1]

    def _take(self, word: str) -> bool:
        is_there = self.place < len(self.tokens) and self.tokens[self.place][1].lower() == word
        self.place += is_there
        return is_there

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise invalid_filter(f"expected {mark}")


def value_at(item: Item, path: str) -> Any:
    """A member, or a member of a member: `from/emailAddress/address`."""
    value: Any = item
    for name in path.split("/"):
        if value is None:
            return None
        members = {key.lower(): key for key in value} if isinstance(value, dict) else {}
        if name.lower() not in members:
            raise invalid_filter(f"Could not find a property named '{name}'")
        value = value[members[name.lower()]]
    return value


def _compares(compare: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return compare(value.lower(), wanted.lower())
    try:
        return compare(value, wanted)
    except TypeError:
        return False


def invalid_filter(what: str) -> GraphFault:
    return GraphFault(400, "BadRequest", f"Invalid filter clause: {what}")
