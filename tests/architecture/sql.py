"""Rules about SQL that PostgreSQL accepts, but answers differently when it runs."""

import re
from collections.abc import Iterator

from tests.architecture.sources import Module, texts

# SQLite takes any number for a condition: `case when ? = 1 then`.
BARE = re.compile(r"\bcase\s+when\s+(\?|:\w+)\s+then\b", re.IGNORECASE)
SQL = re.compile(r"\b(select|insert\s+into|update\s+\w+\s+set|delete\s+from|like)\s", re.IGNORECASE)
# SQLite's lower() knows only A to Z, PostgreSQL's every letter.
LOWER_EQUALS = re.compile(
    r"\blower\([^()]*\)\s*(?:=|<>|(?:not\s+)?in\b)|(?:=|<>)\s*lower\("
    r"|\bindex\s+\w+\s+on\s+\w+\s*\([^;]*\blower\(",
    re.IGNORECASE,
)
PERCENT = re.compile(r"'[^']*%[^']*'")


def conditions_compare(module: Module) -> Iterator[str]:
    for line, text in _sql(module):
        if BARE.search(text):
            yield f"{module.path}:{line} takes a parameter for a condition"


def percent_signs_are_bound(module: Module) -> Iterator[str]:
    """Drivers of PostgreSQL take `%` for the start of a parameter. The schema has none."""
    for line, text in _sql(module):
        if "schema" not in module.parts and PERCENT.search(text):
            yield f"{module.path}:{line} has % in a literal"


def equality_is_of_folded_columns(module: Module) -> Iterator[str]:
    """Refuse `lower(x) = …` and unique indexes of it. Columns keep what `fold()` answers."""
    for line, text in texts(module):
        if module.program == "portal" and LOWER_EQUALS.search(text):
            yield f"{module.path}:{line} compares lower(), which differs between the engines"


def _sql(module: Module) -> Iterator[tuple[int, str]]:
    if module.program == "portal" and (module.is_store or module.parts[1] == "storage"):
        yield from ((line, text) for line, text in texts(module) if SQL.search(text))
