"""The feed of a candidate: pages, counts, and entries of more than one kind."""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from portal.candidates import feed, feed_store, store
from portal.candidates.feed import FeedKind, Feeds, View
from portal.email_feed.kind import CORRESPONDENCE, EMAIL
from portal.interviews.effects.candidates import APPOINTMENTS
from portal.interviews.lists.feed import COMING_UP
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import portal_in, visitor

CALL_TEMPLATE = """
{% macro entry(shown, candidate_id, is_folded=false) %}<li><h3>{{ shown }}</h3></li>{% endmacro %}
"""


@pytest.fixture(autouse=True)
def _people(rows: Rows, now: datetime) -> None:
    for name in ("Priya Kaur", "Alex Berg"):
        builders.mailbox(rows, builders.user(rows, name))
    builders.alias(rows, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(rows, "priya", "talent@northwind.example", is_included=1)
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.candidate(rows, "Mei Tan", "mei@mail.example", now=now)


def test_message_is_added_once(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)

    with rows.write():
        feed.add_all(rows, [("rosa", "a", now)], kind="email", now=now)

    assert feed_store.count(rows, "rosa", kinds=["email"], hidden=[]) == 1


def test_feed_has_pages_newest_first(rows: Rows, now: datetime) -> None:
    for number in range(5):
        messages.keep(rows, Message(f"m{number}", minutes_ago=number // 2), now=now)

    first = feed_store.feed(rows, "rosa", kinds=["email"], hidden=[], size=2)
    second = feed_store.feed(rows, "rosa", kinds=["email"], hidden=[], after=first.older, size=2)
    third = feed_store.feed(rows, "rosa", kinds=["email"], hidden=[], after=second.older, size=2)

    seen = [entry.subject_id for page in (first, second, third) for entry in page.entries]
    assert sorted(seen) == ["m0", "m1", "m2", "m3", "m4"]
    assert [seen[:2], seen[4]] == [sorted(seen[:2], key=seen.index), "m4"]
    assert (first.total, third.older) == (5, None)


def test_count_of_messages_in_no_other_feed(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)
    messages.keep(rows, Message("b", candidates=("rosa", "mei")), now=now)

    assert feed_store.count(rows, "rosa", kinds=["email"], hidden=[]) == 2
    assert feed_store.count_of_no_other(rows, "rosa", kinds=["email"]) == 1


def load_calls(rows: Rows, ids: Collection[str], view: View) -> dict[str, str]:
    """A made-up kind of entry: a call has no table, and its id says when it was."""
    return {each: f"{view.candidate.name} called: {each}" for each in ids}


def all_shown(rows: Rows, view: View) -> list[str]:
    return []


CALL = FeedKind(name="call", load=load_calls, hidden=all_shown, template="call.html")


def keep_calls(rows: Rows, *minutes_ago: int, now: datetime) -> None:
    entries = [("rosa", f"call {each}", now - timedelta(minutes=each)) for each in minutes_ago]
    with rows.write():
        feed.add_all(rows, entries, kind=CALL.name, now=now)


def test_entries_of_two_kinds_share_the_pages_of_a_feed(rows: Rows, now: datetime) -> None:
    for number in (0, 2, 4):
        messages.keep(rows, Message(f"m{number}", minutes_ago=number), now=now)
    keep_calls(rows, 1, 3, now=now)
    view = View(store.candidate(rows, "rosa"), "priya", is_test_mode=False)

    first = feed.page(rows, (EMAIL, CALL), view, size=3)
    second = feed.page(rows, (EMAIL, CALL), view, after=first.older, size=3)

    kinds = [[each.template for each in page.entries] for page in (first, second)]
    assert kinds == [
        [EMAIL.template, CALL.template, EMAIL.template],
        [CALL.template, EMAIL.template],
    ]
    assert first.entries[1].shown == "Rosa Ortega called: call 1"
    assert (first.total, first.only_here, second.older) == (5, 5, None)


def test_kind_is_loaded_once_a_page(rows: Rows, now: datetime) -> None:
    keep_calls(rows, *range(30), now=now)
    asked: list[int] = []

    def load(rows: Rows, ids: Collection[str], view: View) -> dict[str, str]:
        asked.append(len(ids))
        return load_calls(rows, ids, view)

    kind = FeedKind(name="call", load=load, hidden=all_shown, template="call.html")
    feed.page(rows, (EMAIL, kind), View(store.candidate(rows, "rosa"), "priya", is_test_mode=False))

    assert asked == [20]


def test_same_subject_id_of_two_kinds_is_two_entries(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)
    with rows.write():
        feed.add_all(rows, [("rosa", "a", now), ("mei", "a", now)], kind="call", now=now)

    with rows.write():
        feed.remove_everywhere(rows, ["a"], kind="call")

    assert [each["kind"] for each in raw(rows)["feed_entries"].rows] == ["email"]


def test_kind_that_is_not_listed_is_not_shown(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)
    keep_calls(rows, 1, now=now)
    view = View(store.candidate(rows, "rosa"), "priya", is_test_mode=False)

    page = feed.page(rows, (EMAIL,), view)

    assert (len(page.entries), page.total, page.only_here) == (1, 1, 1)


@pytest.fixture
def app_with_calls(instance: Path, rows: Rows) -> Flask:
    """A portal in which calls are a second kind of feed entry."""
    app = portal_in(instance)
    feeds = Feeds((EMAIL, CALL), CORRESPONDENCE, COMING_UP, APPOINTMENTS)
    app.extensions[Feeds.__name__] = feeds
    own, added = app.jinja_loader, DictLoader({"call.html": CALL_TEMPLATE})
    app.jinja_loader = ChoiceLoader([own, added] if own else [added])
    return app


def test_page_shows_a_second_kind_between_messages(
    app_with_calls: Flask, rows: Rows, now: datetime
) -> None:
    messages.keep(rows, Message("new", subject="Newest letter"), now=now)
    keep_calls(rows, 1, now=now)
    messages.keep(rows, Message("old", subject="Oldest letter", minutes_ago=2), now=now)

    page = visitor(app_with_calls, "priya").text("/candidates/rosa")

    titles = ["Newest letter", "Rosa Ortega called: call 1", "Oldest letter"]
    assert sorted(titles, key=page.index) == titles
