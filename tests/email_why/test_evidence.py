"""The deciding rule for a message that was found, with its evidence from the tables."""

from collections.abc import Callable

import pytest

from portal import clock
from tests.email.environment import (
    ALEX,
    PRIYA,
    ROSA,
    TALENT,
    EmailEnvironment,
    raw_message,
    skip_searches,
)
from tests.email_why.answers import SUBJECT, ask, long_ago
from tests.email_why.arrivals import (
    by_bcc,
    from_stranger,
    into_junk,
    to_talent,
    to_talent_before_inclusion,
)
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor


@pytest.mark.parametrize(
    ("arrive", "sentence", "link"),
    [
        (to_talent, f"{TALENT} is off.", "Turn it on"),
        (
            to_talent_before_inclusion,
            f"{TALENT} is included for what came later than this message. Included since",
            "Include older mail too",
        ),
        (by_bcc, "None of your addresses is in From, To or Cc.", "Open Email"),
        (
            from_stranger,
            "None of these is an address of a candidate: news@shop.example .",
            "Add candidate",
        ),
        (into_junk, "It lies in “ Junk Email ”.", "Move it to another folder"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_left_out_message_names_the_deciding_rule(
    env: EmailEnvironment,
    visit_connected: Visitor,
    connected_priya: str,
    arrive: Callable[[EmailEnvironment, str], None],
    sentence: str,
    link: str,
) -> None:
    arrive(env, connected_priya)
    env.sync(connected_priya)

    page = ask(visit_connected, subject="Zeppelin")

    assert "No, this decided" in page
    assert sentence in page, page
    assert link in page, page
    assert env.count("messages") == 0


def test_new_message_is_not_synced_yet(env: EmailEnvironment, visit_connected: Visitor) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT), received_at=clock.utc_now())

    page = ask(visit_connected, subject="Zeppelin")

    assert "On its way" in page
    assert "Portal will keep it, but has not read it yet. The last sync was" in page


def test_new_candidate_is_being_searched(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    sender = "mei@mail.example"
    env.arrives(PRIYA, raw_message(SUBJECT, sender=sender), received_at=long_ago())
    env.sync(connected_priya)
    skip_searches(env, until="2020-01-01T00:00:00Z")
    env.candidate("Mei Tan", sender)

    page = ask(visit_connected, subject="Zeppelin")

    assert "Portal is searching for past emails right now." in page


def test_message_of_a_colleague_is_in_the_feed(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    message_id = "<same@mail.example>"
    env.arrives(ALEX, raw_message(SUBJECT, to=f"{ALEX}, {TALENT}", message_id=message_id))
    env.arrives(PRIYA, raw_message(SUBJECT, to=f"{ALEX}, {TALENT}", message_id=message_id))
    env.sync(env.connect(ALEX))
    env.sync(connected_priya)

    page = ask(visit_connected, address=ROSA)

    assert f"{TALENT} is off." in page
    assert "Portal has it already, from a colleague's mailbox." in page


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("unreadable", "Microsoft did not hand over the text of a message"),
        ("vanished", "a message was gone before its text could be fetched"),
        ("no_candidate", "Other rules held when Portal read it"),
    ],
)
def test_missing_message_gets_the_probable_reason(
    env: EmailEnvironment,
    visit_connected: Visitor,
    connected_priya: str,
    reason: str,
    sentence: str,
) -> None:
    at = long_ago()
    env.arrives(PRIYA, raw_message(SUBJECT), received_at=at)
    env.sync(connected_priya)
    raw(env.rows).execute("delete from feed_entries")
    raw(env.rows).execute("delete from messages")
    (mailbox_id,) = builders.ids(env.rows, "mailboxes")
    day = at.date().isoformat()
    builders.left_out(env.rows, connected_priya, day, reason, 1, mailbox_id=mailbox_id)

    page = ask(visit_connected, subject="Zeppelin")

    assert sentence in page


def test_limited_person_sees_no_name_of_a_candidate(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT))
    env.sync(connected_priya)
    raw(env.rows).execute("update users set role = 'limited' where id = ?", [connected_priya])

    page = ask(visit_connected, address=ROSA)

    assert "Portal has it from your mailbox." in page
    assert "A candidate stands in From" in page
    assert "Rosa Ortega" not in page
