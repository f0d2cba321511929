"""Sync and the outbox meet: a sent message stands once in each feed, whichever is first."""

from dataclasses import replace

from portal import clock
from portal.candidates import feed_store
from portal.email import removal_store
from portal.outbox import store
from portal.outbox.models import Mail
from portal.outbox.sync import bindings
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed.hidden import copy_for
from tests.outbox import sent_mail
from tests.outbox.mails import TALENT
from tests.support.raw_rows import raw

SUBJECT = "Your interview"


def entries(rows: Rows, candidate_id: str = "rosa") -> list[tuple[str, str]]:
    found = feed_store.feed(rows, candidate_id, kinds=["email", "outbox"], hidden=[])
    return sorted((each.kind, each.subject_id) for each in found.entries)


def synced_copy(rows: Rows, **changes: object) -> str:
    copy = Message("copy", subject=SUBJECT, sender=("Priya Kaur", TALENT))
    return messages.keep(rows, replace(copy, **changes), now=clock.utc_now())  # type: ignore[arg-type]  # any field


def mail_of_copy(rows: Rows, **changes: object) -> Mail:
    """The mail whose copy it is: its ids are those of `synced_copy`."""
    usual = {"internet_message_id": "<copy@mail.example>", "graph_id": "copy-priya"}
    return sent_mail.seen("m1", now=clock.utc_now(), **usual | changes)


def test_copy_that_is_found_first_gets_no_second_entry(team: Rows) -> None:
    sent_mail.keep(team, mail_of_copy(team))
    synced_copy(team)

    with team.write():
        bindings.bind(team, "priya", {"copy-priya": "copy"})

    assert entries(team) == [("outbox", "m1")]
    assert store.mail(team, "m1").message_id == "copy"


def test_copy_that_is_synced_first_loses_its_entry(team: Rows) -> None:
    sent_mail.keep(team, mail_of_copy(team))
    synced_copy(team)

    with team.write():
        found = bindings.found(team, store.mail(team, "m1"))

    assert entries(team) == [("outbox", "m1")]
    assert found == store.mail(team, "m1")
    assert found.message_id == "copy"


def test_copy_in_another_mailbox_gets_no_entry(team: Rows) -> None:
    """Ben got it in Cc; his mailbox is synced after the copy was found."""
    sent_mail.keep(team, mail_of_copy(team, graph_id="other"))
    synced_copy(team, brought=(("ben", None),))

    with team.write():
        bindings.bind(team, "ben", {"copy-ben": "copy"})

    assert entries(team) == [("outbox", "m1")]


def test_foreign_message_with_our_message_id_keeps_its_entry(team: Rows) -> None:
    """A recipient of a mail can write its Message-ID into another one."""
    sent_mail.keep(team, mail_of_copy(team, graph_id="other"))
    synced_copy(team, sender=("Rosa Ortega", sent_mail.ROSA))

    with team.write():
        bindings.bind(team, "priya", {"copy-priya": "copy"})
        bindings.found(team, store.mail(team, "m1"))

    assert entries(team) == [("email", "copy"), ("outbox", "m1")]
    assert store.mail(team, "m1").message_id is None


def test_other_message_with_our_message_id_keeps_its_entry(team: Rows) -> None:
    sent_mail.keep(team, mail_of_copy(team, graph_id="other"))
    synced_copy(team, subject="Another matter")

    with team.write():
        bindings.bind(team, "priya", {"copy-priya": "copy"})

    assert entries(team) == [("email", "copy"), ("outbox", "m1")]


def test_candidate_added_later_gets_the_mail_itself(team: Rows) -> None:
    """A search for earlier mail finds the copy for Mei, to whom it went too."""
    sent_mail.keep(team, mail_of_copy(team))
    synced_copy(team, candidates=("rosa", "mei"))

    with team.write():
        bindings.bind(team, "priya", {"copy-priya": "copy"})

    assert entries(team, "mei") == [("outbox", "m1")]


def test_entry_stays_when_the_mailbox_is_emptied(team: Rows) -> None:
    sent_mail.keep(team, mail_of_copy(team))
    synced_copy(team)
    with team.write():
        bindings.bind(team, "priya", {"copy-priya": "copy"})
        removal_store.delete_messages_without_entry(team)
    assert raw(team)["messages"].count == 1

    with team.write():
        removal_store.delete_copies_from_person(team, "priya")
        assert removal_store.messages_without_copy(team) == ["copy"]
        raw(team).execute("delete from messages")

    assert entries(team) == [("outbox", "m1")]
    assert store.mail(team, "m1").message_id is None


def test_second_copy_of_the_shared_mailbox_stays_one_entry(team: Rows) -> None:
    sent_mail.keep(team, mail_of_copy(team))
    synced_copy(team)
    copy_for(team, "copy", "jobs")

    with team.write():
        bindings.bind(team, "priya", {"copy-priya": "copy"})
        bindings.bind(team, "jobs", {"copy-jobs": "copy"})

    assert entries(team) == [("outbox", "m1")]
