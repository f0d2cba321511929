"""The list on its page: who wrote last, what is new since a visit, filters and page numbers."""

import re
from datetime import datetime, timedelta

import pytest

from portal import clock
from portal.candidates import list_page
from portal.storage.rows import Rows
from tests import pages
from tests.candidates.form_fields import only_candidate
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, words

FROM_ROSA = ("Rosa Ortega", "rosa.ortega@mail.example")


def page(priya: Visitor, query: str = "") -> str:
    return priya.get(f"/candidates{query}").text


def is_new(priya: Visitor) -> bool:
    return "row-link unread" in page(priya)


def answer(rows: Rows, own_id: str, *, sender: tuple[str, str] = FROM_ROSA) -> None:
    """A message of this very moment, later than all before it."""
    later = clock.utc_now() + timedelta(minutes=raw(rows)["messages"].count)
    messages.keep(rows, Message(own_id, subject=f"About {own_id}", sender=sender), now=later)


def test_row_says_who_wrote_last(rows: Rows, priya: Visitor, rosa: str) -> None:
    assert "You : Portfolio review" in priya.text("/candidates")

    answer(rows, "question")

    shown = priya.get("/candidates")
    assert "Rosa Ortega : About question" in words(shown)
    assert re.search(r'<time datetime="[^"]+"', shown.text)
    assert pages.complaints(shown.text) == []


def test_own_mail_is_never_new(rows: Rows, priya: Visitor, rosa: str) -> None:
    answer(rows, "reply", sender=("Priya Kaur", "priya@northwind.example"))

    assert not is_new(priya)


def test_mail_is_new_until_the_page_is_opened(rows: Rows, priya: Visitor, rosa: str) -> None:
    answer(rows, "question")
    assert is_new(priya)

    priya.get("/candidates/rosa")
    assert not is_new(priya)

    answer(rows, "another")
    assert is_new(priya)
    assert raw(rows)["candidate_visits"].count == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"Purpose": "refresh"},
        {"Sec-Fetch-Dest": "empty"},
    ],
)
def test_reading_ahead_or_again_is_no_visit(
    rows: Rows, priya: Visitor, rosa: str, headers: dict[str, str]
) -> None:
    answer(rows, "question")

    assert priya.client.get("/candidates/rosa", headers=headers).status_code == 200
    assert priya.client.head("/candidates/rosa").status_code == 200

    assert is_new(priya)
    assert raw(rows)["candidate_visits"].count == 0


def test_visit_counts_for_one_person(rows: Rows, priya: Visitor, kim: Visitor, rosa: str) -> None:
    answer(rows, "question")

    assert kim.get("/candidates/rosa").status_code == 403
    priya.get("/candidates/rosa")

    assert [each["user_id"] for each in raw(rows)["candidate_visits"].rows] == ["priya"]


def test_older_mail_that_sync_finds_later_is_not_new(rows: Rows, priya: Visitor, rosa: str) -> None:
    priya.get("/candidates/rosa")
    added = only_candidate(rows).created_at

    early = Message("early", sender=FROM_ROSA, minutes_ago=60)
    messages.keep(rows, early, now=added - timedelta(days=2))

    assert not is_new(priya)


def test_filters_combine_and_stay_with_the_search(
    rows: Rows, priya: Visitor, rosa: str, now: datetime
) -> None:
    builders.candidate(rows, "Mei Tan", "mei@mail.example", now=now)
    answer(rows, "question")

    both = page(priya, "?mine=1&waiting=1")
    assert "Rosa Ortega" in both
    assert "Mei Tan" not in both
    assert both.count('aria-current="true"') == 2
    assert 'name="waiting" value="1"' in both
    assert "1 candidate" in words(priya.get("/candidates?mine=1"))
    assert "No candidate matches these filters." in words(
        priya.get("/candidates?mine=1&search=mei")
    )


def test_pages_have_numbers(
    rows: Rows, priya: Visitor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        builders.candidate(rows, f"No{number} Person", f"p{number}@mail.example", now=now)
    monkeypatch.setattr(list_page, "PAGE_SIZE", 1)

    shown = priya.get("/candidates?page=5")

    assert re.findall(r"Page</span> (\d+)", shown.text) == ["1", "4", "5", "6", "9"]
    assert shown.text.count("…") == 2
    assert "9 candidates" in words(shown)
    assert priya.get("/candidates?page=10").status_code == 404
    assert pages.complaints(shown.text) == []
