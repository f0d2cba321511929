"""Sent mail in feeds and on its own page: one sentence for each state."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from portal import clock
from portal.outbox.models import Bounce, State
from portal.outbox.sync import store as sync_store
from portal.storage.rows import Rows
from tests.outbox import sent_mail
from tests.outbox.sent_mail import ROSA
from tests.support import builders
from tests.support.visitors import visitor

FEED = "/candidates/rosa"
LINK = (
    '<a href="https://northwind.example/jobs?a=1&amp;b=2" rel="noopener noreferrer" '
    'target="_blank">https://northwind.example/jobs?a=1&amp;b=2</a>.'
)


def shown(app: Flask, name: str = "priya") -> str:
    return unescape(visitor(app, name).text(FEED))


def test_waiting_mail_can_be_taken_back(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    sent_mail.keep(
        team,
        sent_mail.mail("m1", now=now, created_at=now, free_at=now + timedelta(seconds=10)),
    )

    page = shown(app)

    assert "Your interview" in page
    assert "see you on Thursday." in page
    assert "Waiting to go out. It leaves in a few seconds." in page
    assert "Take it back" in page
    assert "Take it back" not in shown(app, "ben")


def test_list_names_the_writer_of_the_last_mail(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now()))

    own, other = (visitor(app, name).text("/candidates") for name in ("priya", "ben"))

    assert "Your interview" in own
    assert "Your interview" in other
    assert re.search(r"\bYou\b", own)
    assert not re.search(r"\bYou\b", other)
    assert "Priya Kaur" in other


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"state": State.SENDING}, "It is going out now."),
        (
            {"state": State.UNKNOWN},
            "Microsoft's answer was lost. Portal is searching for the copy in your Sent Items.",
        ),
        (
            {"state": State.ASKS},
            "It may have gone out, and Portal cannot tell. Check your Sent Items, then decide.",
        ),
        (
            {"state": State.REFUSED, "failure": "Your mailbox is full."},
            "Not sent. Your mailbox is full.",
        ),
        (
            {"state": State.WITHDRAWN, "ended_by": "Ben Roth"},
            "Ben Roth took it back. It did not go out.",
        ),
        (
            {"state": State.WITHDRAWN, "ended_by": "Ben Roth", "may_have_gone": True},
            "Ben Roth left it. It may have gone out.",
        ),
        ({"failure": "Microsoft 365 is not connected."}, "Microsoft 365 is not connected."),
    ],
)
def test_each_state_has_its_sentence(
    app: Flask, team: Rows, changes: dict[str, object], sentence: str
) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now(), **changes))

    assert sentence in shown(app)


def test_accepted_mail_without_copy_says_so_after_an_hour(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    for name, minutes in (("young", 0), ("late", 10), ("old", 61)):
        at = now - timedelta(minutes=minutes)
        changes = {"state": State.ACCEPTED, "handed_at": at, "accepted_at": at}
        sent_mail.keep(team, sent_mail.mail(name, now=now, **changes))

    page = shown(app)

    assert "Microsoft took it. It usually shows up in your Sent Items within a minute." in page
    assert "Microsoft took it. It has not shown up in your Sent Items yet." in page
    assert "Microsoft took it, but no copy was found in your Sent Items." in page


def test_seen_mail_names_the_address_that_recipients_see(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now()))

    assert "Sent. It is in your Sent Items, from talent@northwind.example." in shown(app)
    assert "Sent. It is in Sent Items of priya@northwind.example" in shown(app, "ben")


def test_fallback_to_the_primary_address_is_said(app: Flask, team: Rows) -> None:
    fallen = sent_mail.seen("m1", now=clock.utc_now(), from_seen="priya@northwind.example")
    sent_mail.keep(team, fallen)

    page = shown(app)

    assert "Went out as priya@northwind.example" in page
    assert "Sent, but as priya@northwind.example and not as talent@northwind.example." in page


def test_mail_on_behalf_of_a_shared_mailbox_names_both(app: Flask, team: Rows) -> None:
    jobs = "jobs@northwind.example"
    sent_mail.keep(
        team,
        sent_mail.seen(
            "m1",
            now=clock.utc_now(),
            account_id="jobs",
            through_id="jobs",
            from_address=jobs,
            from_name="Jobs",
            from_seen=jobs,
            sender_seen="priya@northwind.example",
        ),
    )

    assert "Recipients see “Priya Kaur on behalf of Jobs”." in shown(app)


def test_page_of_one_mail_belongs_to_feeds_that_have_it(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now()))
    priya = visitor(app, "priya")

    assert priya.get(f"{FEED}/sent/m1").status_code == 200
    assert priya.get("/candidates/mei/sent/m1").status_code == 404
    assert priya.get(f"{FEED}/sent/other").status_code == 404
    assert visitor(app, "kim").get(f"{FEED}/sent/m1").status_code == 403


@pytest.mark.parametrize("status", ["5.1.1", "5.1.10"])
def test_notice_stands_at_the_mail_and_at_the_address(app: Flask, team: Rows, status: str) -> None:
    now = clock.utc_now()
    failed = sent_mail.recipient(ROSA, "rosa", bounce=Bounce.FAILED, status=status, bounced_at=now)
    sent_mail.keep(team, sent_mail.seen("m1", now=now))
    with team.write():
        sync_store.save_bounce(team, "m1", failed)

    page = shown(app)

    assert page.count(f"Not delivered to {ROSA}: the address does not exist.") == 3
    assert "Write anyway" in page


def test_notice_is_over_after_a_mail_that_arrived(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    early = now - timedelta(days=1)
    failed = sent_mail.recipient(
        ROSA, "rosa", bounce=Bounce.FAILED, status="4.2.2", bounced_at=early
    )
    sent_mail.keep(team, sent_mail.seen("m1", now=early))
    with team.write():
        sync_store.save_bounce(team, "m1", failed)
    sent_mail.keep(team, sent_mail.seen("m2", now=now))

    page = shown(app)

    assert f"Not delivered to {ROSA}: the mailbox is full." in page
    assert "Write anyway" not in page


def test_hidden_mail_marks_no_address(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    failed = sent_mail.recipient(ROSA, "rosa", bounce=Bounce.FAILED, status="5.1.1", bounced_at=now)
    sent_mail.keep(team, sent_mail.seen("m1", now=now))
    with team.write():
        sync_store.save_bounce(team, "m1", failed)
    visitor(app, "priya").post(f"{FEED}/sent/m1/hiding")

    assert "Write anyway" not in shown(app, "ben")
    assert "Write anyway" in shown(app, "priya")


def test_author_changes_what_did_not_go(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now(), state=State.REFUSED))

    assert "Change and send again" in shown(app)
    assert "Change and send again" not in shown(app, "ben")


def test_page_says_whether_answers_and_notices_are_seen(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now()))

    without_account = shown(app)
    builders.connection(team, "priya")
    connected = shown(app)

    assert "are not seen: email sync is off." in without_account
    assert "An answer will appear in the feed, or a notice that it did not arrive." in connected


def test_page_promises_no_answer_in_a_closed_feed(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now()))
    builders.connection(team, "priya")
    visitor(app, "priya").post("/candidates/rosa/closing", {"closed_as": "hired"})

    closed = shown(app)
    writing = visitor(app, "priya").text("/candidates/rosa/write")

    assert "An answer will not: this feed is closed." in closed
    assert "An answer will appear" not in closed
    assert "That feed is closed, so an answer will not appear in it." in writing


def test_links_are_those_of_the_mail(app: Flask, team: Rows) -> None:
    text = 'See https://northwind.example/jobs?a=1&b=2. <b> javascript:alert(1) "ftp://x.example"'
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now(), text=text))
    priya = visitor(app, "priya")

    for path in (FEED, f"{FEED}/sent/m1"):
        page = priya.get(path).text
        assert LINK in page
        assert "javascript:alert(1)" in page
        assert 'href="javascript:' not in page
        assert 'href="ftp:' not in page
        assert "&lt;b&gt;" in page


def test_a_link_that_is_cut_leads_nowhere(app: Flask, team: Rows) -> None:
    text = f"{'x' * 5_980} https://northwind.example/jobs"
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now(), text=text))
    priya = visitor(app, "priya")

    assert 'href="https://' not in priya.get(FEED).text
    assert 'href="https://northwind.example/jobs"' in priya.get(f"{FEED}/sent/m1").text
