"""Statements of the product in PostgreSQL's words."""

import re

PARTS = re.compile(
    r"(?P<literal>'(?:[^']|'')*')"
    r"|(?P<unlisted>\bnot\s+in\s+:(?P<absent>\w+))|(?P<listed>\bin\s+:(?P<present>\w+))"
    r"|(?P<cast>::)|:(?P<name>[a-z]\w*)|(?P<place>\?)",
    re.IGNORECASE,
)


def in_postgres(sql: str) -> str:
    """Number the parameters: `?` by position, `:name` by name, `in :list` as an array."""
    names: list[str] = []
    places = 0

    def numbered(part: re.Match[str]) -> str:
        nonlocal places
        if part["literal"] or part["cast"]:
            return part[0]
        if part["place"]:
            places += 1
            return f"${places}"
        name = part["absent"] or part["present"] or part["name"]
        if name not in names:
            names.append(name)
        number = f"${names.index(name) + 1}"
        if part["name"]:
            return number
        return f"<> all({number}::text[])" if part["unlisted"] else f"= any({number}::text[])"

    return PARTS.sub(numbered, sql)
