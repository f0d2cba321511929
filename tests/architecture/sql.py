"""Rules about SQL: one owner for each table, and no words that PostgreSQL answers differently."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.architecture.sources import Module, modules, texts

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
TABLE = re.compile(r"\bcreate table (?:if not exists )?(\w+)")
# Stands for a value of an f-string; no SQL has it.
VALUE = "\0"
USE = re.compile(rf"\b(delete\s+from|from|join|into|update)\s+(\w+|{VALUE})", re.IGNORECASE)
READS = {"from", "join"}
DECLARATIONS = {"Fence", "Sealed"}
# Elsewhere than in stores, a sentence may have `from users`.
QUERY = re.compile(r"\bselect\s.+\sfrom\s|\b(insert\s+into|delete\s+from)\s", re.DOTALL)


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
    if module.program == "portal" and _holds_sql(module):
        yield from ((line, text) for line, text in texts(module) if SQL.search(text))


def _holds_sql(module: Module) -> bool:
    return module.is_store or module.parts[1] == "storage"


def tables_have_one_owner(module: Module) -> Iterator[str]:
    """A table belongs to the package that its file of the schema is named after.

    Others call the owner's functions or read its views, which are no tables. A table whose name
    a value puts in may be anyone's, so only `storage` writes such SQL.
    """
    if module.program != "portal":
        return
    own = _subject(module)
    for line, does, table in [*_uses(module), *_declared(module)]:
        if table == VALUE and module.parts[1] != "storage":
            yield f"{module.path}:{line} puts in the name of a table"
        elif owners().get(table, own) != own:
            yield f"{module.path}:{line} {does} {table} of {owners()[table]}"


@cache
def owners() -> dict[str, str]:
    """The tables of the schema, each with the package that owns it."""
    return {
        table: _subject(module)
        for module in modules("portal/storage/schema")
        for _, text in texts(module)
        for table in TABLE.findall(text)
    }


def _subject(module: Module) -> str:
    in_schema = module.parts[1:3] == ("storage", "schema")
    return module.parts[-1] if in_schema else module.parts[1]


def _uses(module: Module) -> Iterator[tuple[int, str, str]]:
    """Each table that SQL names, with the line and what is done to it."""
    for line, text in texts(module, value=VALUE):
        if _holds_sql(module) or QUERY.search(text):
            for verb, table in USE.findall(text):
                yield line, "reads" if verb.lower() in READS else "writes", table


def _declared(module: Module) -> Iterator[tuple[int, str, str]]:
    """The tables that storage is told to change: those with claims and those with sealed values."""
    for node in ast.walk(module.tree):
        called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if called in DECLARATIONS and isinstance(node, ast.Call) and node.args:
            table = node.args[0]
            name = table.value if isinstance(table, ast.Constant) else VALUE
            yield node.lineno, "writes", str(name)
