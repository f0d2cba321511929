"""The gate to the outbox: what may go out, and what is refused with nothing stored."""

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits
from portal.candidates.models import ClosedAs
from portal.errors import Conflict, Invalid
from portal.outbox import intake, store
from portal.outbox.models import Field, File, Kind, Recipient, State
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from tests.outbox.mails import NOW, ROSA, cast, queue, queued
from tests.support import builders
from tests.support.raw_rows import raw


def stored(rows: Rows) -> list[int]:
    """How many mails, recipients, files, mailboxes and entries there are."""
    tables = ("outbox", "outbox_recipients", "outbox_files", "sending_mailboxes", "feed_entries")
    return [raw(rows)[table].count for table in tables]


def file(size: int = 4, name: str = "cv.pdf") -> File:
    return File(new_id(), name, "application/pdf", size, b64encode(b"x" * size).decode())


@pytest.fixture
def ready(rows: Rows) -> Rows:
    cast(rows)
    return rows


def test_a_mail_waits_ten_seconds_and_is_in_the_feed(ready: Rows) -> None:
    mail = queue(ready, to=f"Rosa Ortega <{ROSA}>", cc="sam@mail.example", files=[file()])

    assert store.mail(ready, mail.id) == mail
    assert mail.state is State.WAITING
    assert mail.due_at == NOW + timedelta(seconds=10)
    assert mail.give_up_at == NOW + timedelta(hours=24, seconds=10)
    assert store.recipients(ready, [mail.id])[mail.id] == [
        Recipient(ROSA, ROSA, "Rosa Ortega", Field.TO, "rosa"),
        Recipient("sam@mail.example", "sam@mail.example", "", Field.CC),
    ]
    assert [each.size for each in store.files(ready, mail.id)] == [4]
    entries = [
        (row["candidate_id"], row["kind"], row["subject_id"])
        for row in raw(ready)["feed_entries"].rows
    ]
    assert entries == [("rosa", "outbox", mail.id)]
    assert [(row["id"], row["due_at"]) for row in raw(ready)["sending_mailboxes"].rows] == [
        ("priya", "2026-11-24T10:15:10Z")
    ]


def test_a_form_sent_twice_is_one_mail(ready: Rows) -> None:
    first = queue(ready, form_number="form")
    again = queue(ready, form_number="form", subject="Another subject")

    assert again == first
    assert stored(ready) == [1, 1, 0, 1, 1]


def test_a_form_of_another_person_is_refused(ready: Rows) -> None:
    queue(ready, form_number="form")

    with pytest.raises(Conflict):
        queue(ready, form_number="form", author_id="sam", account_id="sam", alias_id=None)


def test_a_mail_is_repeated_once(ready: Rows) -> None:
    first = queue(ready)
    again = queue(ready, again_of=first.id)

    assert queue(ready, again_of=first.id) == again
    assert stored(ready)[0] == 2


def test_every_open_candidate_among_the_recipients_has_an_entry(ready: Rows) -> None:
    builders.candidate(ready, "Bo Ek", "bo@mail.example", now=NOW)
    builders.candidate(ready, "Ada Lund", "ada@mail.example", now=NOW)
    edits.close(Act(ready, Actor.system("program"), NOW), "ada", ClosedAs.HIRED)

    mail = queue(ready, cc="bo+jobs@mail.example, ada@mail.example")

    found = {row["candidate_id"] for row in raw(ready)["feed_entries"].rows}
    assert found == {"rosa", "bo"}
    kept = store.recipients(ready, [mail.id])[mail.id]
    assert [each.candidate_id for each in kept] == ["rosa", "bo", "ada"]


def test_an_owner_writes_from_a_shared_mailbox(ready: Rows) -> None:
    jobs = {"account_id": "jobs", "through_id": "jobs", "alias_id": None}

    mail = queue(ready, from_address="jobs@northwind.example", **jobs)

    assert store.mail(ready, mail.id).through_id == "jobs"
    with pytest.raises(Invalid, match=r"You cannot write from jobs@northwind\.example"):
        queue(ready, from_address="jobs@northwind.example", author_id="sam", **jobs)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": "One\r\nBcc: sam@mail.example"}, "subject"),
        ({"subject": "One\nTwo"}, "subject"),
        ({"subject": "One\u0085Two"}, "subject"),
        ({"subject": "One\u2028Two"}, "subject"),
        ({"subject": "One\x00Two"}, "subject"),
        ({"subject": ""}, "subject"),
        ({"subject": "s" * 256}, "subject"),
        ({"from_name": "Priya\r\nX: y"}, "sender"),
        ({"text": " \n"}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "t" * 100_001}, "text"),
        ({"signature": "s" * 2_001}, "signature"),
        ({"to": "sam@mail.example"}, "to"),
        ({"candidate_id": None}, None),
        ({"candidate_id": "nobody"}, None),
        ({"alias_id": "p.kaur", "from_address": "p.kaur@northwind.example"}, "sender"),
        ({"from_address": "ceo@northwind.example"}, "sender"),
        ({"alias_id": None, "from_address": "sam@northwind.example"}, "sender"),
        ({"author_id": "sam"}, "sender"),
        ({"files": [file() for _ in range(11)]}, "files"),
        ({"files": [file(1_450_001), file(1_450_000)]}, "files"),
        ({"files": [file(name="cv\r\n.pdf")]}, "files"),
        ({"files": [file(2_900_000)], "text": "ä" * 30_000}, "files"),
    ],
)
def test_what_may_not_go_out_is_refused_and_not_stored(
    ready: Rows, changes: dict[str, Any], field: str | None
) -> None:
    with pytest.raises(Invalid) as refusal:
        queue(ready, **changes)

    assert refusal.value.field == field
    assert stored(ready) == [0, 0, 0, 0, 0]


def test_files_of_the_largest_size_go(ready: Rows) -> None:
    queue(ready, files=[file(1_450_000), file(1_450_000)])

    assert stored(ready)[2] == 2


@pytest.mark.parametrize("field", ["name", "address"])
@pytest.mark.parametrize("sign", ["\r", "\n", "\u0085", "\u2028", "\u2029", "\x00"])
def test_a_recipient_that_no_form_read_is_checked_too(ready: Rows, field: str, sign: str) -> None:
    meant = queued()
    broken = Recipient(ROSA, ROSA, "Rosa", Field.TO)
    broken = (
        replace(broken, name=f"Rosa{sign}x")
        if field == "name"
        else replace(broken, address=f"{ROSA}{sign}x")
    )

    with pytest.raises(Invalid):
        intake.queue(ready, replace(meant, recipients=(*meant.recipients, broken)), now=NOW)

    assert stored(ready) == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("owner", [None, "priya", "jobs"])
def test_a_recipient_on_never_sync_is_refused(ready: Rows, owner: str | None) -> None:
    entry = {"id": "never", "user_id": owner, "folded": "lawfirm.example", "is_domain": 1}
    builders.insert(ready, "never_sync", {**entry, "added_by": "", "added_at": builders.LONG_AGO})

    with pytest.raises(Invalid, match=r"Write from Outlook instead\.$"):
        queue(
            ready,
            cc="ada@lawfirm.example",
            account_id="jobs",
            through_id="jobs",
            alias_id=None,
            from_address="jobs@northwind.example",
        )

    assert stored(ready) == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "statement",
    [
        "update users set role = 'limited' where id = 'priya'",
        "update users set is_enabled = 0 where id = 'priya'",
        "update aliases set gone_at = '2026-11-24T10:00:00Z' where id = 'talent'",
    ],
)
def test_a_person_who_may_no_longer_write_is_refused(ready: Rows, statement: str) -> None:
    with ready.write():
        raw(ready).execute(statement)

    with pytest.raises(Invalid, match=r"You cannot write from talent@northwind\.example"):
        queue(ready)


def test_a_test_of_an_alias_needs_no_candidate_and_is_in_no_feed(ready: Rows) -> None:
    queue(ready, kind=Kind.ALIAS_TEST, candidate_id=None, to="priya@northwind.example")

    assert stored(ready) == [1, 1, 0, 1, 0]
