"""Every page opens for a permitted user and keeps the page rules."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.calendars import store as rooms_store
from portal.calendars.models import Room
from portal.candidates import import_store
from portal.candidates.models import ImportRow
from portal.privacy import hold_store
from portal.privacy import store as privacy_store
from portal.privacy.models import Entry
from portal.storage.rows import Rows
from tests import pages
from tests.email import messages
from tests.email.messages import Message
from tests.outbox import sent_mail
from tests.pages import PAGES
from tests.support import builders
from tests.support.browser import browser
from tests.support.raw_rows import raw

# These answer with something other than a page, or only during a flow.
NOT_PAGES = {
    "static",
    "users.home",  # redirects to the user's first page
    "users.health",
    "personal.settings",  # redirects to the first page below it
    "integrations.administration",  # as before
    "users.set_up",  # gone once there is an administrator; tested with users
    "users.invitation",  # needs a link that works; tested with users
    "email_feed.attachment",
    "email_feed.text",  # a download
    "outbox.text",  # likewise
    "outbox.file",  # a download
    "imports.sample",  # a download
    "shared_mailboxes.confirm",  # asks Microsoft; tested with shared_mailboxes
    "flows.callback",  # redirects; tested with flows
    "flows.google_callback",  # redirects; tested with flows
}
TABLES_OF_VISITS = {
    "candidate_visits",
    "sessions",
    "rate_limits",
    "settings",
    "sqlite_sequence",
    "alert_openings",
    "calendar_reads",
}


@pytest.fixture
def rows(rows: Rows, now: datetime) -> Rows:
    """A team: Priya has mail with Rosa, Alex administers, Kim is limited."""
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")
    builders.user(rows, "Kim Lund", role="limited")
    builders.mailbox(rows, "priya")
    builders.shared_mailbox(rows, "Jobs", owners=["priya"])
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.alias(rows, "priya", "talent@northwind.example")
    builders.template(rows, "Thanks", owner="priya")
    builders.group_calendar(rows, "Hiring", is_default=1)
    builders.group_calendar(rows, "Graduates")
    place = Room("aurora", "Aurora", "aurora@northwind.example", "Harbour House")
    with rows.write():
        rooms_store.replace_rooms(rows, [place, Room("attic", "Attic", None)], now=now)
    with rows.write():
        rooms_store.save_delegate(rows, "priya", chosen_by="Alex Berg", now=now)
    with rows.write():
        import_store.add(
            rows,
            "list",
            [ImportRow(2, "Noa Levi", "", ("noa@mail.example",))],
            user_id="priya",
            now=clock.utc_now(),
        )
    for entry_id, owner in (("lawyer", "priya"), ("competitor", None)):
        with rows.write():
            privacy_store.add(rows, Entry(entry_id, owner, "law.example", True, "Priya", now))
    with rows.write():
        hold_store.start_asking(rows, "priya", now=now)
    at = clock.utc_now() + timedelta(days=2)
    builders.interview(rows, "planned", at=at, panel=["priya", "kim"])
    builders.outside_move(rows, "planned", before=at + timedelta(hours=1), at=at)
    builders.interview_event(rows, "planned")
    kim = {"subject": "kim@northwind.example", "before_text": "Kim Lund"}
    builders.difference(rows, "planned", "attendee_removed", id="removed0", **kim)
    times = {"starts_at": at + timedelta(hours=1), "ends_at": at + timedelta(hours=2)}
    builders.difference(rows, "planned", "proposal", id="proposal", now_text="Kim Lund", **times)
    builders.interview(rows, "stuck", at=at, panel=["priya"], state="failed")
    builders.candidate(rows, "Kai Sund", "kai@mail.example", now=now)
    messages.keep(
        rows, Message("portfolio", attachments=(("cv.pdf", "application/pdf", 9),)), now=now
    )
    sent_mail.keep(rows, sent_mail.seen("interview", now=now))
    builders.interview(rows, "first", at=now, panel=["kim", "priya"])
    return rows


@pytest.mark.parametrize("path", PAGES)
def test_page_keeps_the_rules_of_all_pages(rows: Rows, app: Flask, path: str) -> None:
    answer = browser(app, PAGES[path]).get(path)

    assert answer.status_code == (404 if path == "/no/such-page" else 200)
    assert pages.complaints(answer.text) == []
    assert answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_every_page_is_opened(app: Flask) -> None:
    reading = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    matcher = app.url_map.bind("localhost")

    opened = {matcher.match(path)[0] for path in PAGES if path != "/no/such-page"}

    assert reading - opened == NOT_PAGES


def test_address_above_a_page_leads_to_one(rows: Rows, app: Flask) -> None:
    admin = browser(app, "alex")
    # A page of one entry may stand below an address that only takes what is sent to it.
    fixed = {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments}
    paths = [path for path in PAGES if path in fixed and path.startswith(("/settings/", "/admin/"))]
    above = {path[:at] for path in paths for at, sign in enumerate(path) if at and sign == "/"}

    answers = {path: admin.get(path, follow_redirects=True).status_code for path in above}

    assert {"/settings", "/admin", "/admin/integrations"} <= above
    assert {path for path, status in answers.items() if status != 200} == set()


@pytest.mark.parametrize("path", PAGES)
def test_reading_a_page_changes_nothing(rows: Rows, app: Flask, path: str) -> None:
    client = browser(app, PAGES[path])
    before = dict(content(rows))

    client.get(path)

    assert dict(content(rows)) == before


def content(rows: Rows) -> Iterator[tuple[str, list[dict[str, object]]]]:
    for table in raw(rows).tables:
        if table.name not in TABLES_OF_VISITS:
            yield table.name, list(table.rows)
