"""Mail that somebody wrote in another's name: kept once, and shown with both names."""

import json
import zipfile
from datetime import datetime
from io import BytesIO

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.privacy import never_sync
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.email_why.answers import SUBJECT, ask
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

JOBS_ADDRESS = "jobs@northwind.example"
JOBS = f"Northwind Jobs <{JOBS_ADDRESS}>"
ONE = "<one@northwind.example>"


def on_behalf(subject: str, *, by: str = f"Priya Kaur <{PRIYA}>", of: str = JOBS) -> bytes:
    sent = raw_message(subject, sender=of, to=ROSA, message_id=ONE)
    return f"Sender: {by}\r\n".encode() + sent


def test_copy_of_a_delegate_is_kept_with_both_names(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    env.arrives(PRIYA, on_behalf("Interview"), folder="Sent Items")
    env.sync(connected_priya)

    (rosa,) = [each["id"] for each in raw(env.rows)["candidates"].rows]
    page = visit_connected.text(f"/candidates/{rosa}")

    assert env.subjects(rosa) == ["Interview"]
    assert env.left_out() == {}
    assert "Priya Kaur on behalf of Northwind Jobs from jobs@northwind.example" in page


def test_copies_of_delegate_and_principal_are_one_message(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    as_alex = f"Alex Berg <{ALEX}>"
    env.arrives(ALEX, raw_message("Interview", sender=as_alex, to=ROSA, message_id=ONE))
    env.arrives(PRIYA, on_behalf("Interview", of=as_alex), folder="Sent Items")

    env.sync(env.connect(ALEX))
    env.sync(env.connect(PRIYA))

    (message,) = raw(env.rows)["messages"].rows
    assert env.subjects(rosa) == ["Interview"]
    assert env.count("message_copies") == 2
    assert (message["sent_by_name"], message["sent_by_address"]) == ("Priya Kaur", PRIYA)


def test_own_alias_in_from_is_nobody_else(env: EmailEnvironment) -> None:
    env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, on_behalf("Interview", of="talent@northwind.example", by=PRIYA))
    env.arrives(PRIYA, on_behalf("Interview", of=PRIYA, by="talent@northwind.example"))

    env.sync(env.connect(PRIYA))

    assert {each["sent_by_address"] for each in raw(env.rows)["messages"].rows} == {""}


@pytest.mark.parametrize("sender", ["evil@mail.example", ROSA])
def test_member_in_sender_of_an_outsider_opens_nothing(env: EmailEnvironment, sender: str) -> None:
    env.candidate("Rosa Ortega", ROSA)
    forged = raw_message("Forged", sender=sender, to="team@northwind.example")
    env.arrives(PRIYA, f"Sender: {PRIYA}\r\n".encode() + forged)

    env.sync(env.connect(PRIYA))

    assert env.count("messages") == 0


def test_export_tells_who_wrote(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    env.arrives(PRIYA, on_behalf("Interview"), folder="Sent Items")
    env.sync(connected_priya)
    raw(env.rows).execute("update users set role = 'admin'")
    (rosa,) = [each["id"] for each in raw(env.rows)["candidates"].rows]

    answer = visit_connected.post(f"/candidates/{rosa}/export")
    told = json.loads(zipfile.ZipFile(BytesIO(answer.data)).read("candidate.json"))

    assert told["messages"][0]["from"]["address"] == "jobs@northwind.example"
    assert told["messages"][0]["sent_by"] == {"name": "Priya Kaur", "address": PRIYA}
    assert told["messages"][0]["through"] is None


def test_messages_kept_without_their_sender_learn_it_from_the_next_reading(
    env: EmailEnvironment, connected_priya: str
) -> None:
    env.arrives(PRIYA, on_behalf("Interview"), folder="Sent Items")
    env.sync(connected_priya)
    raw(env.rows).execute("update messages set sent_by_name = '', sent_by_address = ''")
    raw(env.rows).execute("update folders set cursor = null, stage = 'walking', walks_again = 1")

    env.sync(connected_priya)

    (message,) = raw(env.rows)["messages"].rows
    assert (message["sent_by_name"], message["sent_by_address"]) == ("Priya Kaur", PRIYA)
    assert env.count("message_copies") == 1


def jobs_are_shared(env: EmailEnvironment, *, is_included: bool = True) -> str:
    account = builders.shared_mailbox(env.rows, "Northwind Jobs", id="jobs")
    builders.alias(env.rows, account, JOBS_ADDRESS, is_primary=1, is_included=int(is_included))
    return account


def test_what_was_sent_as_a_shared_mailbox_is_that_mailboxs(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    jobs_are_shared(env)
    env.arrives(PRIYA, raw_message("Sent as", sender=JOBS, to=ROSA), folder="Sent Items")

    env.sync(env.connect(PRIYA))

    (message,), (copy,) = raw(env.rows)["messages"].rows, raw(env.rows)["message_copies"].rows
    assert env.subjects(rosa) == ["Sent as"]
    assert copy["alias_id"] == "jobs"
    assert (message["sent_by_name"], message["sent_by_address"]) == ("Priya Kaur", PRIYA)


def test_copies_of_two_delegates_and_the_shared_mailbox_are_one_message(
    env: EmailEnvironment,
) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    jobs_are_shared(env)
    sent = raw_message("Sent as", sender=JOBS, to=ROSA, message_id=ONE)
    env.arrives(PRIYA, sent, folder="Sent Items")
    env.arrives(ALEX, sent, folder="Sent Items")

    env.sync(env.connect(PRIYA))
    env.sync(env.connect(ALEX))

    assert env.subjects(rosa) == ["Sent as"]
    assert env.count("message_copies") == 2


@pytest.mark.parametrize("folder", ["Inbox", "Archive"])
def test_shared_mailbox_in_from_proves_nothing_outside_sent_items(
    env: EmailEnvironment, folder: str
) -> None:
    env.candidate("Rosa Ortega", ROSA)
    jobs_are_shared(env)
    env.arrives(PRIYA, raw_message("By Bcc", sender=JOBS, to=ROSA), folder=folder)

    env.sync(env.connect(PRIYA))

    assert env.count("messages") == 0


@pytest.mark.parametrize("listed_by", ["priya", "jobs"])
def test_never_sync_of_either_mailbox_keeps_it_out(
    env: EmailEnvironment, now: datetime, listed_by: str
) -> None:
    env.candidate("Rosa Ortega", ROSA)
    jobs_are_shared(env)
    never_sync.add(Act(env.rows, Actor.system("test"), now), ROSA, owner=listed_by)
    env.arrives(PRIYA, raw_message("Sent as", sender=JOBS, to=ROSA), folder="Sent Items")

    env.sync(env.connect(PRIYA))

    assert env.count("messages") == 0


def test_address_that_the_shared_mailbox_left_out_brings_nothing(env: EmailEnvironment) -> None:
    env.candidate("Rosa Ortega", ROSA)
    jobs_are_shared(env, is_included=False)
    env.arrives(PRIYA, raw_message("Sent as", sender=JOBS, to=ROSA), folder="Sent Items")

    env.sync(env.connect(PRIYA))

    assert env.count("messages") == 0
    assert env.left_out() == {"left_by_shared": 1}


def test_delegate_is_told_as_whom_they_sent(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    jobs_are_shared(env)
    env.arrives(PRIYA, raw_message(SUBJECT, sender=JOBS, to=ROSA), folder="Sent Items")
    env.sync(connected_priya)

    assert "You sent it as jobs@northwind.example , a shared mailbox." in ask(
        visit_connected, subject=SUBJECT
    )
