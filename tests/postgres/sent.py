"""Compare the statements of the stores with those that the tests have sent."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tests.architecture.doors import SQL
from tests.architecture.sources import Module, importing, texts

# Stands for a value of an f-string; no SQL has it.
VALUE = "\0"


@dataclass(frozen=True)
class Written:
    """A statement in the source, or the part of one that stands in one text."""

    place: str
    text: str

    def is_part_of(self, statement: str) -> bool:
        return self._pattern.search(statement) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(".*".join(map(re.escape, in_one_line(self.text).split(VALUE))))


def written(modules: Iterable[Module]) -> Iterator[Written]:
    """Every statement of the stores, and of those in portal/storage that know no engine."""
    for module in modules:
        if module.is_store or _is_storage_of_any_engine(module):
            for line, text in texts(module, value=VALUE):
                if SQL.match(text):
                    yield Written(f"{module.path}:{line}", text)


def unsent(statements: Iterable[Written], sent: Collection[str]) -> list[Written]:
    """The statements that no test has sent."""
    lines = [in_one_line(statement) for statement in sent]
    return [each for each in statements if not any(map(each.is_part_of, lines))]


def in_one_line(sql: str) -> str:
    return " ".join(sql.split())


def _is_storage_of_any_engine(module: Module) -> bool:
    """The schema is left out too: the check sends it whole, before every statement."""
    is_storage = module.path.startswith("portal/storage/") and "schema" not in module.parts
    engine = {"sqlite_utils", "portal.storage.database"}
    return is_storage and not any(importing(module, engine))
