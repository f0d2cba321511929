"""A message as each person sees it."""

from dataclasses import replace
from datetime import datetime

import pytest

from portal.candidates import store as candidates
from portal.candidates.feed import View
from portal.email_feed import presentation
from portal.email_feed.presentation import ShownMessage
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed.entries import only

pytestmark = pytest.mark.usefixtures("people")


@pytest.mark.parametrize(
    ("link", "is_offered"),
    [
        ("https://outlook.office365.com/owa/?ItemID=1", True),
        ("https://outlook.office.com/mail/1", True),
        ("http://outlook.office365.com/owa/", False),
        ("https://outlook.office365.com.evil.example/", False),
        ("https://outlook.office365.com@evil.example/", False),
        ("https://evil.example/outlook.office365.com", False),
        ("http://localhost:8365/mail/1", False),
        ("javascript:alert(1)", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_outlook_link_leads_to_hosts_of_microsoft_only(
    rows: Rows, now: datetime, link: str, is_offered: bool
) -> None:
    messages.keep(rows, Message("a", web_link=link), now=now)
    entry = only(rows)
    entry = replace(entry, copies=tuple(replace(copy, web_link=link) for copy in entry.copies))

    assert presentation.outlook_address(entry, viewer="priya", on_loopback=False) == (
        link if is_offered else None
    )


def test_outlook_link_to_the_practice_tenant_works_in_test_mode(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a", web_link="http://localhost:8365/mail/1"), now=now)

    link = presentation.outlook_address(only(rows), viewer="priya", on_loopback=True)

    assert link == "http://localhost:8365/mail/1-priya"


def test_outlook_link_is_for_the_owner_of_a_copy(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)

    assert presentation.outlook_address(only(rows), viewer="alex", on_loopback=False) is None


def view(rows: Rows, *, is_whole: bool = False) -> ShownMessage:
    view = View(candidates.candidate(rows, "rosa"), "priya", is_test_mode=False)
    return presentation.shown(only(rows), view, {}, is_whole=is_whole)


def test_candidate_is_shown_by_name_and_the_team_by_address(rows: Rows, now: datetime) -> None:
    people = (("R.", "ROSA.ortega@mail.example"), ("Priya Kaur", "talent@northwind.example"))
    messages.keep(rows, Message("a", recipients=people, brought=(("priya", "talent"),)), now=now)

    shown = view(rows)

    assert (shown.sender_name, shown.initials) == ("Priya Kaur", "PK")
    assert shown.recipients == ("Rosa Ortega", "talent@northwind.example")
    assert shown.notes == ("synced from alias",)
    assert [part.is_quoted for part in shown.parts] == [False, True]


def test_name_that_looks_like_an_address_is_not_shown(rows: Rows, now: datetime) -> None:
    forged = ("ceo@northwind.example", "somebody@else.example")
    messages.keep(rows, Message("a", sender=forged, subject=" "), now=now)

    assert (view(rows).sender_name, view(rows).initials) == ("", "S")
    assert view(rows).title == "(no subject)"


def test_candidate_without_a_name_in_the_message_is_named(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a", sender=("", "rosa.ortega+cv@mail.example")), now=now)

    assert (view(rows).sender_name, view(rows).initials) == ("Rosa Ortega", "RO")


def test_long_message_is_shortened_only_in_the_feed(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a", body="word " * 10_000), now=now)

    lengths = [len(view(rows, is_whole=whole).parts[0].segments[0].text) for whole in (False, True)]

    assert lengths == [6_000, 40_000]
    assert [view(rows, is_whole=whole).is_shortened for whole in (False, True)] == [True, False]
    assert [view(rows, is_whole=whole).missing_length for whole in (False, True)] == [0, 10_000]
