"""Removing mail deletes only what no other person or alias brought."""

from datetime import datetime

import pytest
from sqlite_utils import Database

from portal.audit.log import Actor
from portal.candidates import editing
from portal.candidates import store as candidates
from portal.candidates.editing import Draft
from portal.email import forgetting, forgetting_store, settings_store
from portal.errors import Conflict
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders

ACTOR = Actor.system("test")
FILE = (("cv.pdf", "application/pdf", 10),)


@pytest.fixture(autouse=True)
def _mail(db: Database, now: datetime) -> None:
    for name in ("Priya Kaur", "Alex Berg"):
        builders.mailbox(db, builders.user(db, name))
    builders.alias(db, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(db, "priya", "talent@northwind.example")
    builders.candidate(db, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.candidate(db, "Mei Tan", "mei@mail.example", now=now)
    for message in (
        Message("primary", attachments=FILE),
        Message("alias", brought=(("priya", "talent"),), attachments=FILE),
        Message("both", brought=(("priya", "talent"), ("alex", None)), attachments=FILE),
        Message("alex", brought=(("alex", None),)),
        Message("shared", candidates=("rosa", "mei")),
    ):
        messages.keep(db, message, now=now)


def entries(db: Database) -> list[str]:
    return sorted(row["message_id"] for row in db["feed_entries"].rows)


def test_deleted_candidate_takes_their_messages(db: Database, now: datetime) -> None:
    count = forgetting.delete_candidate(db, candidates.candidate(db, "rosa"), actor=ACTOR, now=now)

    assert count == 4
    assert builders.ids(db, "candidates") == ["mei"]
    assert builders.ids(db, "messages") == ["shared"]
    assert entries(db) == ["shared"]
    assert db["message_copies"].count == 1
    assert db["attachments"].count == 0
    *_, row = db["audit_log"].rows
    assert (row["action"], row["target"]) == ("candidate deleted", "Rosa Ortega")


def test_removal_takes_messages_of_the_alias_alone(db: Database, now: datetime) -> None:
    talent = settings_store.alias(db, "talent", owner="priya")
    announced = forgetting_store.count_only_from_alias(db, "talent")

    count = forgetting.forget_alias(db, talent, actor=ACTOR, now=now)

    assert (announced, count) == (1, 1)
    assert builders.ids(db, "messages") == ["alex", "both", "primary", "shared"]
    assert entries(db) == ["alex", "both", "primary", "shared", "shared"]
    assert builders.ids(db, "attachments") == ["both-alex-cv.pdf", "primary-priya-cv.pdf"]


@pytest.mark.parametrize("alias_id", ["priya", "talent"])
def test_included_alias_keeps_its_messages(db: Database, now: datetime, alias_id: str) -> None:
    db.execute("update aliases set is_included = 1")
    alias = settings_store.alias(db, alias_id, owner="priya")

    with pytest.raises(Conflict):
        forgetting.forget_alias(db, alias, actor=ACTOR, now=now)

    assert db["messages"].count == 5


def test_removal_takes_messages_of_the_mailbox_alone(db: Database, now: datetime) -> None:
    db.execute("update mailboxes set is_syncing = 0 where user_id = 'priya'")
    announced = forgetting_store.count_only_from_person(db, "priya")

    count = forgetting.forget_mailbox(db, "priya", actor=ACTOR, now=now)

    assert (announced, count) == (3, 3)
    assert builders.ids(db, "messages") == ["alex", "both"]
    assert entries(db) == ["alex", "both"]


def test_syncing_mailbox_keeps_its_messages(db: Database, now: datetime) -> None:
    with pytest.raises(Conflict) as refused:
        forgetting.forget_mailbox(db, "priya", actor=ACTOR, now=now)

    assert str(refused.value) == "Email sync is on. Turn it off first, then remove its mail."
    assert db["messages"].count == 5


def test_failed_removal_changes_nothing(db: Database, now: datetime) -> None:
    db.execute(
        "create trigger refuse before delete on messages begin select raise(abort, 'no'); end"
    )

    with pytest.raises(Exception, match="no"):
        forgetting.delete_candidate(db, candidates.candidate(db, "rosa"), actor=ACTOR, now=now)

    assert builders.ids(db, "candidates") == ["mei", "rosa"]
    assert len(entries(db)) == 6


def test_former_mail_covers_messages_without_a_present_address(db: Database, now: datetime) -> None:
    to_work = (("Rosa Ortega", "rosa+jobs@work.example"),)
    to_mei = (("Rosa", "rosa.ortega@mail.example"), ("Mei Tan", "mei@mail.example"))
    messages.keep(db, Message("work", recipients=to_work), now=now)
    messages.keep(db, Message("of two", candidates=("rosa", "mei"), recipients=to_mei), now=now)
    draft = Draft("Rosa Ortega", "", "rosa@work.example")
    editing.change(db, "rosa", draft, seen=now, now=now)

    counts = [forgetting.forget_former_mail(db, "rosa", actor=ACTOR, now=now) for _ in range(2)]

    rosas = "select message_id from feed_entries where candidate_id = 'rosa'"
    assert counts == [6, 0]
    assert [row["message_id"] for row in db.query(rosas)] == ["work"]
    assert builders.ids(db, "messages") == ["of two", "shared", "work"]  # two are Mei's
    assert builders.ids(db, "attachments") == []
    told = [row["new_value"] for row in db["audit_log"].rows if "removed" in row["action"]]
    assert told == ["6 messages removed"]
