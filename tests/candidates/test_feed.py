"""The feed of a candidate: its entries, and which of them each person sees."""

from dataclasses import replace
from datetime import datetime

import pytest

from portal.candidates import feed, feed_store, store
from portal.candidates import presentation as showing
from portal.candidates.models import EarlierMail, EmailEntry, Participant
from portal.errors import NotFound
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw


@pytest.fixture(autouse=True)
def _people(rows: Rows, now: datetime) -> None:
    for name in ("Priya Kaur", "Alex Berg"):
        builders.mailbox(rows, builders.user(rows, name))
    builders.alias(rows, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(rows, "priya", "talent@northwind.example", is_included=1)
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.candidate(rows, "Mei Tan", "mei@mail.example", now=now)


def only(rows: Rows) -> EmailEntry:
    (entry,) = feed_store.feed(rows, "rosa").entries
    return entry


def test_message_is_added_once(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)

    with rows.write():
        feed.add_all(rows, [("rosa", "a", now)], kind="email", now=now)

    assert feed_store.count(rows, "rosa") == 1


def test_entry_says_who_wrote_to_whom(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)

    entry = only(rows)

    assert entry.sender == Participant("Priya Kaur", "priya@northwind.example")
    assert entry.recipients == (Participant("Rosa Ortega", "rosa.ortega@mail.example"),)
    assert (entry.subject, entry.body) == ("Portfolio review", messages.BODY)
    assert entry.sent_at == now


def test_feed_has_pages_newest_first(rows: Rows, now: datetime) -> None:
    for number in range(5):
        messages.keep(rows, Message(f"m{number}", minutes_ago=number // 2), now=now)

    first = feed_store.feed(rows, "rosa", size=2)
    second = feed_store.feed(rows, "rosa", after=first.older, size=2)
    third = feed_store.feed(rows, "rosa", after=second.older, size=2)

    seen = [entry.message_id for page in (first, second, third) for entry in page.entries]
    assert sorted(seen) == ["m0", "m1", "m2", "m3", "m4"]
    assert [seen[:2], seen[4]] == [sorted(seen[:2], key=seen.index), "m4"]
    assert (first.total, third.older) == (5, None)


def test_message_of_another_candidate_is_not_found(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)

    with pytest.raises(NotFound):
        feed_store.entry(rows, "mei", "a")


@pytest.mark.parametrize(
    ("brought", "alias"),
    [
        ((("priya", None),), None),
        ((("priya", "priya"),), None),
        ((("priya", "talent"),), "talent@northwind.example"),
        ((("priya", "talent"), ("alex", None)), None),
    ],
)
def test_alias_is_named_if_it_alone_brought_the_message(
    rows: Rows, now: datetime, brought: tuple[tuple[str, str | None], ...], alias: str | None
) -> None:
    messages.keep(rows, Message("a", brought=brought), now=now)

    assert only(rows).alias == alias


def test_message_is_gone_with_its_last_copy(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a", brought=(("priya", None), ("alex", None))), now=now)
    gone = "update message_copies set gone_at = '2026-11-24T14:00:00Z' where mailbox_id = ?"

    raw(rows).execute(gone, ["mailbox-priya"])
    after_one = only(rows).is_gone
    raw(rows).execute(gone, ["mailbox-alex"])

    assert (after_one, only(rows).is_gone) == (False, True)


def test_attachments_of_two_copies_are_listed_once(rows: Rows, now: datetime) -> None:
    files = (("cv.pdf", "application/pdf", 1200), ("b.txt", "text/plain", 3))
    message = Message("a", brought=(("priya", None), ("alex", None)), attachments=files)
    messages.keep(rows, message, now=now)

    assert [(file.name, file.size) for file in only(rows).attachments] == [
        ("b.txt", 3),
        ("cv.pdf", 1200),
    ]


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

    assert showing.outlook_address(entry, viewer="priya", on_loopback=False) == (
        link if is_offered else None
    )


def test_outlook_link_to_the_practice_tenant_works_in_test_mode(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a", web_link="http://localhost:8365/mail/1"), now=now)

    link = showing.outlook_address(only(rows), viewer="priya", on_loopback=True)

    assert link == "http://localhost:8365/mail/1-priya"


def test_outlook_link_is_for_the_owner_of_a_copy(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)

    assert showing.outlook_address(only(rows), viewer="alex", on_loopback=False) is None


def test_count_of_messages_in_no_other_feed(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)
    messages.keep(rows, Message("b", candidates=("rosa", "mei")), now=now)

    assert feed_store.count(rows, "rosa") == 2
    assert feed_store.count_of_no_other(rows, "rosa") == 1


def test_search_for_earlier_mail_is_running_until_it_is_finished(rows: Rows, now: datetime) -> None:
    builders.mailbox(rows, builders.user(rows, "Kim Lund"), stage="headers")
    builders.mailbox(rows, builders.user(rows, "Sam Reed"), is_syncing=0)
    builders.mailbox(rows, builders.user(rows, "Jo Lapsed"), stage="headers")
    for user_id in ("priya", "alex", "kim", "sam"):
        builders.connection(rows, user_id)
    builders.connection(rows, "jo", state="lapsed")
    before = feed_store.earlier_mail(rows, "rosa")
    for user_id in ("priya", "alex"):
        builders.search(
            rows,
            user_id,
            mailbox_id=f"mailbox-{user_id}",
            candidate_id="rosa",
            stage="finished",
            at=now,
            finished_at=now,
        )

    assert before == EarlierMail(mailboxes=3, searching=3)
    assert feed_store.earlier_mail(rows, "rosa") == EarlierMail(mailboxes=3, searching=1)


def view(rows: Rows, *, is_whole: bool = False) -> showing.ShownEntry:
    rosa = store.candidate(rows, "rosa")
    return showing.shown(only(rows), rosa, viewer="priya", on_loopback=False, is_whole=is_whole)


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

    assert lengths == [6_000, 50_000]
    assert [view(rows, is_whole=whole).is_shortened for whole in (False, True)] == [True, False]
