"""Facts read from a statement's text: whether it changes rows, and which lists it takes."""

import re
from dataclasses import dataclass
from functools import lru_cache

CHANGES = re.compile(
    r"\s*(insert|update|delete|replace|with\b.*?\)\s*(insert|update|delete))\b", re.I | re.S
)
LIST = re.compile(r"\bin\s+:(\w+)")
TABLES = re.compile(r"\b(?:from|join|into|update)\s+(\w+)", re.I)


@dataclass(frozen=True)
class Statement:
    """`text` is written for both engines; `lists` are the names that stand behind `in`."""

    text: str
    changes_rows: bool
    lists: tuple[str, ...]

    def with_lists(self, in_list: str) -> str:
        """Each `in :name` as the engine writes it; `in_list` has a `{name}`."""
        return LIST.sub(lambda found: in_list.format(name=found[1]), self.text)

    @property
    def tables(self) -> list[str]:
        """The tables it names, in the order of the text, including views and names of `with`."""
        return TABLES.findall(self.text)


def has_word(column: str, word: str) -> str:
    """A condition: the column's words, separated by spaces, include this one in any case.

    False for null. No `like '% word %'`, since drivers of PostgreSQL take `%` for the start of a
    parameter, and PostgreSQL minds the case where SQLite does not.
    """
    words = f"' ' || lower({column}) || ' '"
    return f"(replace({words}, ' {word.lower()} ', '') <> {words})"


@lru_cache(maxsize=4096)
def parse(sql: str) -> Statement:
    """The statement of one text; a text is parsed once for each process."""
    return Statement(sql, bool(CHANGES.match(sql)), tuple(LIST.findall(sql)))


def containing(text: str) -> str:
    """A pattern for `lower(column) like :pattern escape '!'`: the text, anywhere in it."""
    quoted = text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{quoted}%"
