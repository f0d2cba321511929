"""Attempts of a member to make a conversation visible that a colleague hid."""

import re
from datetime import datetime

import pytest
from flask import Flask

from portal import clock
from portal.candidates import edits, feed
from portal.candidates import store as candidates
from portal.candidates.edits import Draft
from portal.conversations import store
from portal.email import removal, settings_store
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed import hidden
from tests.email_feed.hidden import CV, OTHER, SECRET
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import visitor, words

FEED = "/candidates/rosa"
SECRET_PAGE = f"{FEED}/messages/answer"
LATER = re.compile(r'href="(/candidates/rosa\?after=[^"]+)"')
SECRET_FILE = f"{SECRET_PAGE}/attachments/answer-priya-cv.pdf"


def test_second_candidate_with_the_address_shows_nothing_of_it(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    builders.candidate(team, "Twin", "rosa.ortega@mail.example", now=now, by="ben")
    with team.write():
        entries = [("twin", each, now) for each in ("first", "answer", "open")]
        feed.add_all(team, entries, kind="email", now=now)
    ben = visitor(app, "ben")

    assert not hidden.reads_secret(ben, "twin")
    assert OTHER in ben.text("/candidates/twin")


def test_address_added_to_another_candidate_shows_nothing_of_it(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    known = candidates.candidate(team, "mei")
    draft = Draft("Mei Tan", "", "mei@mail.example\nrosa.ortega@mail.example")
    edits.change(hidden.act(team, now, "ben"), "mei", draft, seen=known.updated_at)
    with team.write():
        feed.add_all(team, [("mei", "first", now), ("mei", "answer", now)], kind="email", now=now)

    assert not hidden.reads_secret(visitor(app, "ben"), "mei")


def test_candidate_deleted_and_added_again_shows_nothing_of_it(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    removal.delete_candidate(hidden.act(team, now, "ben"), candidates.candidate(team, "rosa"))
    assert raw(team)["messages"].count == 0

    builders.candidate(team, "Rosa Ortega", "rosa.ortega@mail.example", now=now, by="ben")
    hidden.keep_mail(team, now)

    assert not hidden.reads_secret(visitor(app, "ben"))
    assert hidden.reads_secret(visitor(app, "priya"))


OWNER_GOES = {
    "sync is off": "update mailboxes set is_syncing = 0 where user_id = 'priya'",
    "disabled": "update users set is_enabled = 0 where id = 'priya'",
    "limited": "update users set role = 'limited' where id = 'priya'",
    "deleted in the mailbox": "update message_copies set gone_at = '2026-11-24T14:00:00Z'",
}


@pytest.mark.parametrize("sql", OWNER_GOES.values(), ids=[*OWNER_GOES])
def test_it_stays_hidden_whatever_becomes_of_its_owner(app: Flask, team: Rows, sql: str) -> None:
    raw(team).execute(sql)

    assert not hidden.reads_secret(visitor(app, "ben"))


def test_it_stays_hidden_once_its_owner_has_left(app: Flask, team: Rows) -> None:
    """Alex's mailbox has the messages too, so that they are kept."""
    for own_id in ("first", "answer"):
        hidden.copy_for(team, own_id, "alex")
    with team.write():
        raw(team).execute("update candidates set created_by = null")
        raw(team).execute("delete from users where id = 'priya'")

    assert not hidden.reads_secret(visitor(app, "ben"))
    shown = visitor(app, "alex").text(FEED)
    assert SECRET in shown
    assert "Hidden by somebody who has left" in shown


def test_colleague_with_a_copy_sees_that_message_alone(app: Flask, team: Rows) -> None:
    hidden.copy_for(team, "first", "ben")
    ben = visitor(app, "ben")

    page = ben.get(FEED).text

    assert page.count(f"<bdi>{SECRET}</bdi>") == 1
    assert ben.get(f"{FEED}/messages/first").status_code == 200
    assert ben.get(SECRET_PAGE).status_code == 404
    assert ben.get(SECRET_FILE).status_code == 404
    assert "Hidden by Priya Kaur" in ben.text(FEED)


def test_copy_that_is_deleted_shows_nothing(app: Flask, team: Rows) -> None:
    hidden.copy_for(team, "first", "ben")
    raw(team).execute("update message_copies set gone_at = '2026-11-24T14:00:00Z'")

    assert not hidden.reads_secret(visitor(app, "ben"))


def test_files_of_a_hidden_message_come_from_ones_own_copy(app: Flask, team: Rows) -> None:
    """Ben's copy has no file, and Priya's file is none of his."""
    hidden.copy_for(team, "answer", "ben")
    ben = visitor(app, "ben")

    assert SECRET in ben.text(SECRET_PAGE)
    assert "cv.pdf" not in ben.text(SECRET_PAGE)
    assert ben.get(SECRET_FILE).status_code == 404


def test_own_file_of_a_hidden_message_is_listed(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    both = (("priya", None), ("ben", None))
    messages.keep(team, Message("shared", brought=both, attachments=(CV,)), now=now)
    hidden.hide(team, now, own_id="shared")

    page = visitor(app, "ben").get(f"{FEED}/messages/shared").text

    assert "attachments/shared-ben-cv.pdf" in page
    assert "shared-priya-cv.pdf" not in page


def test_forged_message_with_the_same_id_shows_only_itself(app: Flask, team: Rows) -> None:
    """Another text is another message, although it says it is the same one."""
    forged = Message("forged", subject="Forged", brought=(("ben", None),))
    messages.keep(team, forged, now=clock.utc_now())
    raw(team).execute(
        "update messages set internet_message_id = ? where id = 'forged'",
        [hidden.message_id("first")],
    )
    ben = visitor(app, "ben")

    assert "Forged" in ben.text(FEED)
    assert not hidden.reads_secret(ben)


def test_hiding_it_as_well_opens_nothing(app: Flask, team: Rows) -> None:
    """Ben has one message of the conversation and hides all of it: the others stay hidden."""
    hidden.copy_for(team, "first", "ben")
    ben = visitor(app, "ben")

    said = words(ben.post(f"{FEED}/messages/first/hiding", follow_redirects=True))

    assert "1 message is hidden from colleagues" in said
    assert "also by Priya Kaur" in said
    assert ben.get(SECRET_PAGE).status_code == 404


def test_hiding_it_first_opens_nothing_later(app: Flask, rows: Rows, now: datetime) -> None:
    hidden.hire(rows, now)
    hidden.keep_mail(rows, now)
    hidden.copy_for(rows, "first", "ben")
    hidden.hide(rows, now, by="ben")
    hidden.hide(rows, now, by="priya")

    assert visitor(app, "ben").get(SECRET_PAGE).status_code == 404


def test_alias_turned_off_and_on_opens_nothing(app: Flask, team: Rows) -> None:
    """Its mail is removed and comes again, as other rows with the same Message-IDs."""
    now = clock.utc_now()
    builders.alias(team, "priya", "talent@northwind.example")
    raw(team).execute("update message_copies set alias_id = 'talent'")
    alias = settings_store.alias(team, "talent", owner="priya")
    removal.remove_alias_mail(hidden.act(team, now), alias)
    assert raw(team)["messages"].count == 0

    hidden.keep_mail(team, now)

    assert not hidden.reads_secret(visitor(app, "ben"))


def test_later_message_of_the_conversation_is_hidden(app: Flask, team: Rows) -> None:
    """Whichever mailbox brings it."""
    now = clock.utc_now()
    messages.keep(team, Message("late", subject=SECRET, brought=(("alex", None),)), now=now)
    with team.write():
        found = store.hidden_among(team, [hidden.message_id("first")])
        parts = [(each, hidden.message_id("late")) for each in found[hidden.message_id("first")]]
        store.add_hidden(team, parts)

    assert visitor(app, "ben").get(f"{FEED}/messages/late").status_code == 404
    assert visitor(app, "alex").get(f"{FEED}/messages/late").status_code == 200
    assert visitor(app, "priya").get(f"{FEED}/messages/late").status_code == 200
