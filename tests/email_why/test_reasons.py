"""Each reason through the pages: a message it applies to, and the words shown."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits
from portal.candidates.models import ClosedAs
from portal.email.bodies import TRIES_BEFORE_GIVING_UP
from portal.email.models import LeftOut, Reason
from portal.email_settings import texts
from portal.privacy import hold_store, holds, never_sync
from portal.privacy_settings import earlier_mail, relays
from tests.email.environment import PRIYA, ROSA, TALENT, EmailEnvironment, raw_message
from tests.email_why.answers import SUBJECT, ask
from tests.email_why.arrivals import (
    by_bcc,
    from_stranger,
    into_junk,
    sent_as_shared_mailbox,
    sent_on_behalf,
    through_unknown_relay,
    to_talent,
    to_talent_before_inclusion,
)
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

KAI = "kai@mail.example"
SAM = "sam@northwind.example"
TEXTS = r"/me/messages/.*body"


def from_rosa(env: EmailEnvironment, user_id: str) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT))


def from_a_colleague(env: EmailEnvironment, user_id: str) -> None:
    env.candidate("Sam Okafor", SAM)
    builders.user(env.rows, "Sam Okafor", address=SAM)
    env.arrives(PRIYA, raw_message(SUBJECT, sender=SAM))


def from_one_who_was_hired(env: EmailEnvironment, user_id: str) -> None:
    rosa = next(iter(raw(env.rows)["candidates"].rows))["id"]
    act = Act(env.rows, Actor.system("test"), clock.utc_now())
    edits.close(act, rosa, ClosedAs.HIRED)
    env.arrives(PRIYA, raw_message(SUBJECT))


def from_one_who_is_never_synced(env: EmailEnvironment, user_id: str) -> None:
    never_sync.add(Act(env.rows, Actor.system("test"), clock.utc_now()), ROSA, owner=user_id)
    env.arrives(PRIYA, raw_message(SUBJECT))


def from_a_later_candidate(env: EmailEnvironment, user_id: str) -> None:
    act = Act(env.rows, Actor.system("test"), clock.utc_now())
    holds.set_asking(act, user_id, asks=True)
    env.candidate("Kai Sund", KAI)
    just_before = clock.utc_now() - timedelta(seconds=30)
    env.arrives(PRIYA, raw_message(SUBJECT, sender=KAI), received_at=just_before)


def from_one_whose_earlier_mail_stays(env: EmailEnvironment, user_id: str) -> None:
    from_a_later_candidate(env, user_id)
    (asked,) = hold_store.questions(env.rows, user_id, limit=2)
    earlier_mail.leave(Act(env.rows, Actor.system("test"), clock.utc_now()), user_id, asked)


def sent_as_one_that_is_off(env: EmailEnvironment, user_id: str) -> None:
    jobs = builders.shared_mailbox(env.rows, "Jobs")
    builders.alias(env.rows, jobs, "jobs@mail.example", is_primary=1, is_included=0)
    sent_as_shared_mailbox(env, user_id)


def gone_and_restored(env: EmailEnvironment, user_id: str) -> None:
    """Received long enough ago that the next sync is not the first attempt."""
    env.arrives(PRIYA, raw_message(SUBJECT), received_at=a_while_ago())
    env.sandbox.control("POST", "faults", {"path": TEXTS, "status": 404, "times": 1})


def text_unavailable(env: EmailEnvironment, user_id: str) -> None:
    graph_id = env.arrives(PRIYA, raw_message(SUBJECT), received_at=a_while_ago())
    env.sandbox.control("POST", "faults", {"path": TEXTS, "status": 500})
    builders.text_failures(env.rows, user_id, graph_id, TRIES_BEFORE_GIVING_UP)


def a_while_ago() -> datetime:
    return clock.utc_now() - timedelta(minutes=20)


# What happened, the last sentence of the page, and the cure it offers.
REACHED: dict[Reason, tuple[Callable[[EmailEnvironment, str], None], str, str]] = {
    Reason.KEPT: (from_rosa, "Portal has it from your mailbox.", "Open the feed of Rosa"),
    Reason.NO_CANDIDATE: (
        from_stranger,
        "None of these is an address of a candidate",
        "Add the person as a candidate",
    ),
    Reason.ALIAS_OFF: (to_talent, f"{TALENT} is off.", "Turn it on"),
    Reason.ALIAS_BEFORE_START: (
        to_talent_before_inclusion, "included for what came later", "Include older mail too",
    ),
    Reason.NOT_ADDRESSED: (
        by_bcc, "None of your addresses is in From, To or Cc.", "Look for new addresses",
    ),
    Reason.INSIDE: (
        from_a_colleague, f"{SAM} belongs to your organization.", "are never candidates",
    ),
    Reason.CLOSED: (
        from_one_who_was_hired, "Rosa Ortega was closed before it arrived.", "Reopen the candidate",
    ),
    Reason.NEVER_SYNC: (
        from_one_who_is_never_synced, f"{ROSA} is never synced from your mailbox.", "Never sync",
    ),
    Reason.WAITS_FOR_OWNER: (
        from_a_later_candidate, "you are asked before Portal syncs it", "Open “Earlier mail”",
    ),
    Reason.LEFT_BY_OWNER: (
        from_one_whose_earlier_mail_stays, "You decided that", "Open “Earlier mail”",
    ),
    Reason.LEFT_BY_SHARED: (
        sent_as_one_that_is_off, "a shared mailbox that leaves it out.", "Ask an owner of the",
    ),
    Reason.FOLDER_LEFT_OUT: (into_junk, "It lies in “ Junk Email ”.", "Move it to another folder"),
    Reason.VANISHED: (
        gone_and_restored, "was gone before its text could be fetched", texts.SEARCH_AGAIN,
    ),
    Reason.UNREADABLE: (
        text_unavailable, "Microsoft did not hand over the text", texts.SEARCH_AGAIN,
    ),
}  # fmt: skip  # one to a line says no more
# Such folders are not synced, and stored messages were not left out.
NOT_COUNTED = {Reason.KEPT, Reason.FOLDER_LEFT_OUT}


def test_sender_is_not_told_of_bcc(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    sent_as_shared_mailbox(env, connected_priya)
    env.sync(connected_priya)

    page = ask(visit_connected, subject=SUBJECT)

    assert "You sent it in the name of jobs@mail.example , which is not an address of" in page
    assert "You got it" not in page + unescape(visit_connected.text("/settings/email"))
    assert env.left_out()[Reason.NOT_ADDRESSED] == 1


def test_delegate_is_told_that_sender_brought_the_message(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    sent_on_behalf(env, connected_priya)
    env.sync(connected_priya)

    page = ask(visit_connected, subject=SUBJECT)

    assert f"Yours is {PRIYA} in Sender" in page
    assert "Portal has it" in page


def test_candidate_in_reply_to_alone_is_named_with_the_cure(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    through_unknown_relay(env, connected_priya)
    env.sync(connected_priya)
    before = ask(visit_connected, subject=SUBJECT)

    relays.add(Act(env.rows, Actor.system("test"), clock.utc_now()), "jobboard.example")
    after = ask(visit_connected, subject=SUBJECT)

    assert "Rosa Ortega stands in Reply-To only, which everybody can write" in before
    assert texts.NAME_RELAY in before
    assert "Rosa Ortega stands in Reply-To, through jobboard.example" in after


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_reached_through_the_pages(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str, reason: Reason
) -> None:
    happen, sentence, cure = REACHED[reason]
    happen(env, connected_priya)
    env.sync(connected_priya)
    env.sandbox.control("DELETE", "faults")

    asked = ask(visit_connected, subject="Zeppelin")

    assert sentence in asked, asked
    assert cure in asked, asked
    counts = {} if reason in NOT_COUNTED else {str(reason): 1}
    assert env.left_out() == counts
    overview = unescape(visit_connected.text("/settings/email"))
    row = f"{texts.reason(LeftOut(reason, 1))} 1 {texts.change(LeftOut(reason, 1))}"
    assert (row in overview) is bool(counts), overview
