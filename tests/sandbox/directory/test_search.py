"""$search over objects of the directory."""

from typing import Any

import pytest

from sandbox.directory.search import Search
from sandbox.errors import GraphError

MEMBERS = ("displayName", "description", "mail")
VIDEO: dict[str, Any] = {
    "displayName": "OneVideo team-2026",
    "description": None,
    "mail": "one.video@northwind.example",
}


@pytest.mark.parametrize(
    ("clause", "is_found"),
    [
        ('"displayName:one"', True),
        ('"displayName:VIDEO"', True),
        ('"displayName:vid tea"', True),
        ('"displayName:2026"', True),
        ('"displayName:deo"', False),
        ('"displayName:one missing"', False),
        ('"description:one"', False),
        ('"mail:one.vid"', True),
        ('"mail:video"', False),
        ('"displayName:missing" OR "mail:one"', True),
        ('"displayName:missing" AND "mail:one"', False),
        ('("displayName:missing" OR "displayName:team") AND "mail:one"', True),
    ],
)
def test_search_finds_words_by_their_beginning(clause: str, is_found: bool) -> None:
    assert Search(clause, members=MEMBERS).test(VIDEO) is is_found


@pytest.mark.parametrize(
    "clause",
    ["one", "displayName:one", '"one"', '"shoeSize:43"', '"mail:a" "mail:b"', '("mail:a"', "", "&"],
)
def test_unquoted_or_unknown_clause_is_refused(clause: str) -> None:
    with pytest.raises(GraphError) as refusal:
        Search(clause, members=MEMBERS)

    assert (refusal.value.status, refusal.value.code) == (400, "Request_BadRequest")
