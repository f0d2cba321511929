"""Removing mail deletes only what no other person or alias brought."""

from datetime import datetime

import pytest

from portal.audit.act import Act
from portal.audit.models import CANDIDATE, Actor
from portal.candidates import edits
from portal.candidates import store as candidates
from portal.candidates.edits import Draft
from portal.email import removal, removal_store, settings_store
from portal.errors import Conflict
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw

ACTOR = Actor.system("test")
FILE = (("cv.pdf", "application/pdf", 10),)


@pytest.fixture(autouse=True)
def _mail(rows: Rows, now: datetime) -> None:
    for name in ("Priya Kaur", "Alex Berg"):
        builders.mailbox(rows, builders.user(rows, name))
    builders.alias(rows, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(rows, "priya", "talent@northwind.example")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.candidate(rows, "Mei Tan", "mei@mail.example", now=now)
    for message in (
        Message("primary", attachments=FILE),
        Message("alias", brought=(("priya", "talent"),), attachments=FILE),
        Message("both", brought=(("priya", "talent"), ("alex", None)), attachments=FILE),
        Message("alex", brought=(("alex", None),)),
        Message("shared", candidates=("rosa", "mei")),
    ):
        messages.keep(rows, message, now=now)


def entries(rows: Rows) -> list[str]:
    return sorted(row["subject_id"] for row in raw(rows)["feed_entries"].rows)


def test_deleted_candidate_takes_their_messages(rows: Rows, now: datetime) -> None:
    count = removal.delete_candidate(
        Act(rows, ACTOR, now),
        candidates.candidate(rows, "rosa"),
    )

    assert count == 4
    assert builders.ids(rows, "candidates") == ["mei"]
    assert builders.ids(rows, "messages") == ["shared"]
    assert entries(rows) == ["shared"]
    assert raw(rows)["message_copies"].count == 1
    assert raw(rows)["attachments"].count == 0
    *_, row = raw(rows)["audit_log"].rows
    assert (row["action"], row["target"]) == ("candidate deleted", CANDIDATE)


def test_removal_takes_messages_of_the_alias_alone(rows: Rows, now: datetime) -> None:
    talent = settings_store.alias(rows, "talent", owner="priya")
    announced = removal_store.counts_only_from(rows, ["talent"])["talent"]

    count = removal.remove_alias_mail(
        Act(rows, ACTOR, now),
        talent,
    )

    assert (announced, count) == (1, 1)
    assert builders.ids(rows, "messages") == ["alex", "both", "primary", "shared"]
    assert entries(rows) == ["alex", "both", "primary", "shared", "shared"]
    assert builders.ids(rows, "attachments") == ["both-alex-cv.pdf", "primary-priya-cv.pdf"]


@pytest.mark.parametrize("alias_id", ["priya", "talent"])
def test_included_alias_keeps_its_messages(rows: Rows, now: datetime, alias_id: str) -> None:
    raw(rows).execute("update aliases set is_included = 1")
    alias = settings_store.alias(rows, alias_id, owner="priya")

    with pytest.raises(Conflict):
        removal.remove_alias_mail(
            Act(rows, ACTOR, now),
            alias,
        )

    assert raw(rows)["messages"].count == 5


def test_removal_takes_messages_of_the_mailbox_alone(rows: Rows, now: datetime) -> None:
    raw(rows).execute("update mailboxes set is_syncing = 0 where user_id = 'priya'")
    announced = removal_store.count_only_from_person(rows, "priya")

    count = removal.remove_mailbox_mail(
        Act(rows, ACTOR, now),
        "priya",
    )

    assert (announced, count) == (3, 3)
    assert builders.ids(rows, "messages") == ["alex", "both"]
    assert entries(rows) == ["alex", "both"]


def test_syncing_mailbox_keeps_its_messages(rows: Rows, now: datetime) -> None:
    with pytest.raises(Conflict) as refused:
        removal.remove_mailbox_mail(
            Act(rows, ACTOR, now),
            "priya",
        )

    assert str(refused.value) == "Email sync is on. Turn it off first, then remove its mail."
    assert raw(rows)["messages"].count == 5


def test_failed_removal_changes_nothing(rows: Rows, now: datetime) -> None:
    raw(rows).execute(
        "create trigger refuse before delete on messages begin select raise(abort, 'no'); end"
    )

    with pytest.raises(Exception, match="no"):
        removal.delete_candidate(
            Act(rows, ACTOR, now),
            candidates.candidate(rows, "rosa"),
        )

    assert builders.ids(rows, "candidates") == ["mei", "rosa"]
    assert len(entries(rows)) == 6


def test_former_mail_covers_messages_without_a_present_address(rows: Rows, now: datetime) -> None:
    to_work = (("Rosa Ortega", "rosa+jobs@work.example"),)
    to_mei = (("Rosa", "rosa.ortega@mail.example"), ("Mei Tan", "mei@mail.example"))
    messages.keep(rows, Message("work", recipients=to_work), now=now)
    messages.keep(rows, Message("of two", candidates=("rosa", "mei"), recipients=to_mei), now=now)
    draft = Draft("Rosa Ortega", "", "rosa@work.example")
    edits.change(
        Act(rows, Actor.system("program"), now),
        "rosa",
        draft,
        seen=now,
    )

    counts = [
        removal.remove_former_mail(
            Act(rows, ACTOR, now),
            "rosa",
        )
        for _ in range(2)
    ]

    rosas = "select subject_id from feed_entries where candidate_id = 'rosa'"
    assert counts == [6, 0]
    assert [row["subject_id"] for row in raw(rows).query(rosas)] == ["work"]
    assert builders.ids(rows, "messages") == ["of two", "shared", "work"]  # two are Mei's
    assert builders.ids(rows, "attachments") == []
    told = [row["new_value"] for row in raw(rows)["audit_log"].rows if "removed" in row["action"]]
    assert told == ["6 messages removed"]
