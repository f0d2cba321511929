"""Mail that somebody wrote in another's name: kept once, and shown with both names."""

import json
import zipfile
from io import BytesIO

import pytest

from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

JOBS = "Northwind Jobs <jobs@northwind.example>"
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
