"""Sent mail goes with its candidate, by “Never sync”, and with addresses that were removed."""

import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

from flask import Flask

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits
from portal.candidates import store as candidates
from portal.candidates.edits import Draft
from portal.email import removal, removal_store
from portal.outbox import removal_store as outbox_removal
from portal.outbox import store
from portal.outbox.models import Kind, State
from portal.outbox.sync import bindings
from portal.privacy import never_sync
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.outbox import sent_mail
from tests.outbox.mails import TALENT
from tests.outbox.sent_mail import ROSA
from tests.support.raw_rows import raw
from tests.support.visitors import visitor, words

BOTH = (sent_mail.recipient(ROSA, "rosa"), sent_mail.recipient("mei@mail.example", "mei"))


def act(rows: Rows) -> Act:
    return Act(rows, Actor("priya", "Priya Kaur"), clock.utc_now())


def rows_of(rows: Rows, columns: str = "id, state") -> list[tuple[object, ...]]:
    found = raw(rows).execute(f"select {columns} from outbox order by id")  # noqa: S608  # ours
    return [tuple(each) for each in found.fetchall()]


def delete(rows: Rows, candidate_id: str = "rosa") -> int:
    return removal.delete_candidate(act(rows), candidates.candidate(rows, candidate_id))


def test_deleted_candidate_ends_what_waits_and_takes_the_rest(team: Rows) -> None:
    now = clock.utc_now()
    for state in (State.WAITING, State.SENDING, State.UNKNOWN, State.ASKS, State.SEEN):
        meant = sent_mail.mail(state.value, now=now, state=state)
        file = sent_mail.file(f"{state}.pdf")
        sent_mail.keep(team, meant, files=(file,))

    count = delete(team)

    assert count == 5
    assert rows_of(team, "id, state, may_have_gone, subject, text") == [
        ("asks", "withdrawn", 1, "", ""),
        ("sending", "withdrawn", 1, "", ""),
        ("unknown", "withdrawn", 1, "", ""),
        ("waiting", "withdrawn", 0, "", ""),
    ]
    assert raw(team)["outbox_recipients"].count == 0
    assert raw(team)["outbox_files"].count == 0


def test_late_answer_of_a_deleted_mail_changes_nothing(team: Rows) -> None:
    meant = sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now(), state=State.SENDING))
    delete(team)

    with team.write():
        assert not store.save(team, meant, was=State.SENDING)


def test_mail_to_two_candidates_stays_with_the_other(team: Rows) -> None:
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now()), recipients=BOTH)

    assert delete(team, "mei") == 0

    assert rows_of(team) == [("m1", "seen")]
    assert [each.address for each in store.recipients(team, ["m1"])["m1"]] == [
        ROSA,
        "mei@mail.example",
    ]


def test_deleted_mail_is_counted_once_with_its_copy(team: Rows) -> None:
    now = clock.utc_now()
    copy = Message("copy", subject="Your interview", sender=("Priya", TALENT))
    messages.keep(team, copy, now=now)
    mail = sent_mail.seen("m1", now=now, internet_message_id="<copy@mail.example>")
    sent_mail.keep(team, mail)
    with team.write():
        bindings.found(team, mail)

    assert delete(team) == 1

    assert (raw(team)["messages"].count, raw(team)["outbox"].count) == (0, 0)


def test_pages_count_sent_mail_in_a_deletion(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now()))
    priya = visitor(app, "priya")

    asked = priya.text("/candidates/rosa")
    answer = priya.post("/candidates/rosa/deletion", follow_redirects=True)

    assert "Rosa Ortega and 1 message will be removed" in asked
    assert "Rosa Ortega and 1 message are deleted here." in words(answer)


def test_never_sync_removes_sent_mail_too(team: Rows) -> None:
    now = clock.utc_now()
    sent_mail.keep(team, sent_mail.seen("m1", now=now))
    sent_mail.keep(team, sent_mail.seen("m2", now=now, account_id="jobs", through_id="jobs"))
    own = never_sync.add(act(team), ROSA, owner="priya")
    shared = never_sync.add(act(team), "mail.example", owner=None, counts=False)

    assert removal.mail_on_list(team, own) == ["m1"]
    assert removal.mail_on_list(team, shared) == ["m1", "m2"]
    assert removal.remove_mail_on_list(act(team), own) == 1
    assert rows_of(team) == [("m2", "seen")]
    assert removal.remove_mail_on_list(act(team), shared) == 1
    assert rows_of(team) == []


def test_mail_to_a_removed_address_can_be_removed(team: Rows) -> None:
    now = clock.utc_now()
    sent_mail.keep(team, sent_mail.seen("m1", now=now))
    draft = Draft("Rosa Ortega", "", "rosa@new.example")
    rosa = candidates.candidate(team, "rosa")
    edits.change(act(team), "rosa", draft, seen=rosa.updated_at)

    assert removal.former_mail(team, candidates.candidate(team, "rosa")) == ["m1"]
    assert removal.remove_former_mail(act(team), "rosa") == 1
    assert rows_of(team) == []


def test_removal_of_a_mailbox_leaves_what_was_written_here(team: Rows) -> None:
    """Sync brought the copy alone; the mail is Portal's."""
    now = clock.utc_now()
    copy = Message("copy", subject="Your interview", sender=("Priya", TALENT))
    messages.keep(team, copy, now=now)
    mail = sent_mail.seen("m1", now=now, internet_message_id="<copy@mail.example>")
    sent_mail.keep(team, mail)
    with team.write():
        bindings.found(team, mail)
    raw(team).execute("update mailboxes set is_syncing = 0 where user_id = 'priya'")

    assert removal_store.count_only_from_person(team, "priya") == 0
    assert removal.remove_mailbox_mail(act(team), "priya") == 0

    assert rows_of(team) == [("m1", "seen")]
    assert raw(team)["messages"].count == 0


def test_export_has_sent_mail_with_its_files(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    sent_mail.keep(team, sent_mail.seen("m1", now=now), files=(sent_mail.file("cv.pdf"),))
    sent_mail.keep(team, sent_mail.seen("m2", now=now, subject="Secret"))
    visitor(app, "priya").post("/candidates/rosa/sent/m2/hiding")

    answer = visitor(app, "alex").post("/candidates/rosa/export")

    archive = zipfile.ZipFile(BytesIO(answer.data))
    told = json.loads(archive.read("candidate.json"))
    (sent,) = told["sent_from_portal"]
    assert (sent["subject"], sent["state"]) == ("Your interview", "seen")
    assert archive.read(sent["text"]).decode() == "Hi Rosa,\n\nsee you on Thursday."
    assert archive.read(sent["attachments"][0]["file"]) == b"hello"
    assert told["hidden_messages_left_out"] == 1


def test_old_tests_of_aliases_go_and_the_latest_stays(team: Rows) -> None:
    now = clock.utc_now()
    old, young = now - timedelta(days=30, seconds=1), now - timedelta(days=29)
    rows = {
        "1": ("talent", State.SEEN, old),
        "2": ("talent", State.WITHDRAWN, old),
        "3": ("talent", State.REFUSED, young),
        "4": ("talent", State.REFUSED, old),
        "5": (None, State.ACCEPTED, old),
        "6": (None, State.SEEN, young),
        "7": (None, State.SEEN, old),
        "8": (None, State.WAITING, None),
    }
    for name, (alias_id, state, ended_at) in rows.items():
        test = sent_mail.mail(
            name, now=now, kind=Kind.ALIAS_TEST, candidate_id=None, alias_id=alias_id
        )
        to = (sent_mail.recipient("priya@northwind.example"),)
        sent_mail.keep(team, replace(test, state=state, ended_at=ended_at), recipients=to)
    sent_mail.keep(team, sent_mail.seen("9", now=old, ended_at=old))

    with team.write():
        deleted = outbox_removal.delete_old_tests(team, now=now)

    kept = [name for name, _ in rows_of(team)]
    assert (deleted, kept) == (4, ["3", "4", "6", "8", "9"])
