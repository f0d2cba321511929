"""A reason that says what to choose stands beside the button that chooses it."""

import ast
import re
from datetime import datetime
from pathlib import Path

import pytest

from portal.interviews import models
from portal.interviews.lists.state_texts import Offer
from portal.interviews.lists.ways import NAMED, PAGES, ways
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.visitors import Visitor

# Reasons are written here. Other folders hold sentences of forms, which stand at their fields.
SOURCES = ("microsoft", "effects", "access.py")
CASES = (
    ("Priya may no longer sign in to Portal. Choose another organizer.", "organizer", "calendar"),
    ("Microsoft no longer lists the room Aurora. Choose another room.", "room", "reschedule"),
    ("Nobody who must attend is left. Choose another panel.", "panel", "panel"),
)


def test_every_choice_that_a_reason_names_has_a_page() -> None:
    below = Path(models.__file__).parent
    files = [
        file
        for each in SOURCES
        for file in ([below / each] if each.endswith(".py") else (below / each).glob("*.py"))
    ]
    texts = [
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    named = {
        noun
        for text in texts
        if re.search(r"[Cc]hoose another", text)
        for noun in NAMED.findall(text)
    }

    assert {"organizer", "place", "room", "panel"} <= named <= set(PAGES)


@pytest.mark.parametrize(("reason", "noun", "page"), CASES)
def test_the_page_and_the_list_lead_there(
    rows: Rows, priya: Visitor, at: datetime, reason: str, noun: str, page: str
) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"], state="asks", reason=reason)

    for path in ("/interviews/first", "/interviews"):
        html = priya.get(path).text
        link = rf'href="/interviews/first/{page}">\s*Choose another {noun}'
        assert re.search(link, html), path
    assert priya.get(f"/interviews/first/{page}").status_code == 200


def test_one_without_a_link_may_choose_another_organizer_or_place(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    reason = "There is no Teams link. Choose another organizer or another place."
    builders.interview(rows, "first", at=at, panel=["kim"], state="failed", reason=reason)

    html = priya.get("/interviews/first").text

    assert re.search(r'/calendar">\s*Choose another organizer', html)
    assert re.search(r'/place">\s*Choose another place', html)
    assert priya.get("/interviews/first/place").status_code == 200


def test_a_way_that_is_not_possible_is_left_out() -> None:
    said = "Choose another room, or another time. Choose another room."
    assert [each.action for each in ways(said, [Offer.PLACE])] == [Offer.PLACE]
    assert ways("Microsoft answered with an error.", [*Offer]) == ()
