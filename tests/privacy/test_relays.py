"""Relay domains: what is accepted, and whose mail they bring."""

from datetime import datetime
from pathlib import Path

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.errors import Conflict, Invalid
from portal.privacy import never_sync, store
from portal.privacy_settings import relays
from portal.storage.rows import Rows
from portal.users import domain_store
from tests.email import search_runs
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_of_two, visitor, words

BOARD = "jobboard.example"


def act(rows: Rows, now: datetime) -> Act:
    return Act(rows, Actor.system("test"), now)


def relayed(
    subject: str = "Application", *, answers: str = ROSA, sender: str = f"a1@{BOARD}"
) -> bytes:
    return f"Reply-To: {answers}\r\n".encode() + raw_message(subject, sender=sender)


@pytest.mark.parametrize("typed", [" JobBoard.Example ", "@jobboard.example"])
def test_domain_is_named_once(rows: Rows, now: datetime, typed: str) -> None:
    relays.add(act(rows, now), typed)
    relays.add(act(rows, now), BOARD)

    assert [each.name for each in store.relays(rows)] == [BOARD]
    assert [each["action"] for each in raw(rows)["audit_log"].rows] == ["relay domain added"]


@pytest.mark.parametrize("typed", ["", "board", "a@jobboard.example", "job board.example"])
def test_anything_else_is_refused(rows: Rows, now: datetime, typed: str) -> None:
    with pytest.raises(Invalid, match="Enter a domain"):
        relays.add(act(rows, now), typed)


@pytest.mark.parametrize("typed", ["gmail.com", "co.uk"])
def test_public_mail_provider_is_refused(rows: Rows, now: datetime, typed: str) -> None:
    with pytest.raises(Invalid, match="public mail provider"):
        relays.add(act(rows, now), typed)


@pytest.mark.parametrize("typed", ["northwind.example", "mail.northwind.example"])
def test_own_domain_is_refused(rows: Rows, now: datetime, typed: str) -> None:
    with rows.write():
        domain_store.save(rows, "northwind", ["northwind.example"], now=now)

    with pytest.raises(Invalid, match="belongs to your organization"):
        relays.add(act(rows, now), typed)


def test_list_is_bounded(rows: Rows, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relays, "MOST_RELAYS", 1)
    relays.add(act(rows, now), BOARD)

    with pytest.raises(Conflict):
        relays.add(act(rows, now), "other.example")


def test_candidate_in_reply_to_counts_from_a_relay_alone(
    env: EmailEnvironment, now: datetime
) -> None:
    priya, rosa = env.connect(PRIYA), env.candidate("Rosa Ortega", ROSA)
    relays.add(act(env.rows, now), BOARD)
    env.arrives(PRIYA, relayed("Through the board"))
    env.arrives(PRIYA, relayed("Forged", sender="evil@mail.example"))
    env.arrives(PRIYA, relayed("Forged", sender=f"evil@not{BOARD}"))

    env.sync(priya)

    (message,) = raw(env.rows)["messages"].rows
    assert env.subjects(rosa) == ["Through the board"]
    assert message["through"] == BOARD
    assert env.left_out() == {"no_candidate": 2}


def test_candidate_in_sender_counts_from_a_relay_alone(
    env: EmailEnvironment, now: datetime
) -> None:
    priya, rosa = env.connect(PRIYA), env.candidate("Rosa Ortega", ROSA)
    relays.add(act(env.rows, now), BOARD)
    for address in (f"a1@{BOARD}", "evil@mail.example"):
        message = raw_message(f"From {address}", sender=address)
        env.arrives(PRIYA, f"Sender: {ROSA}\r\n".encode() + message)

    env.sync(priya)

    assert env.subjects(rosa) == [f"From a1@{BOARD}"]


def test_colleague_in_reply_to_of_a_relay_is_no_candidate(
    env: EmailEnvironment, now: datetime
) -> None:
    sam = "sam@northwind.example"
    priya = env.connect(PRIYA)
    env.candidate("Sam Okafor", sam)
    builders.user(env.rows, "Sam Okafor", address=sam)
    relays.add(act(env.rows, now), BOARD)
    env.arrives(PRIYA, relayed(answers=sam))

    env.sync(priya)

    assert env.count("messages") == 0
    assert env.left_out() == {"inside": 1}


def test_never_sync_holds_for_reply_to(env: EmailEnvironment, now: datetime) -> None:
    priya = env.connect(PRIYA)
    env.candidate("Rosa Ortega", ROSA)
    relays.add(act(env.rows, now), BOARD)
    never_sync.add(act(env.rows, now), ROSA, owner=priya)
    env.arrives(PRIYA, relayed())

    env.sync(priya)

    assert env.count("messages") == 0
    assert env.left_out() == {"never_sync": 1}


def test_new_domain_brings_earlier_mail_and_its_removal_keeps_it(
    env: EmailEnvironment, now: datetime
) -> None:
    priya, rosa = env.connect(PRIYA), env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, relayed())
    env.sync(priya)
    before = env.subjects(rosa)

    count = relays.add(act(env.rows, now), BOARD)
    search_runs.run(env)
    found = env.subjects(rosa)
    relays.remove(act(env.rows, now), BOARD)
    env.sync(priya)

    assert (before, count, found) == ([], 1, ["Application"])
    assert env.subjects(rosa) == ["Application"]
    assert store.relays(env.rows) == []


def test_relayed_mail_is_of_the_address_that_it_names(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor, now: datetime
) -> None:
    relays.add(act(env.rows, now), BOARD)
    env.arrives(PRIYA, relayed())
    env.sync(connected_priya)
    (rosa,) = [each["id"] for each in raw(env.rows)["candidates"].rows]

    page = visit_connected.text(f"/candidates/{rosa}")

    assert f"through {BOARD}" in page
    assert "Remove this mail" not in page


def test_administrator_keeps_the_list(rows: Rows, instance: Path) -> None:
    app = portal_of_two(rows, instance)
    raw(rows).execute("update users set role = 'admin' where id = 'priya'")
    priya, kim = visitor(app, "priya"), visitor(app, "kim")

    added = words(priya.post("/admin/privacy/relays", {"domain": BOARD}, follow_redirects=True))
    refused = priya.post("/admin/privacy/relays", {"domain": "gmail.com"})
    forbidden = kim.post("/admin/privacy/relays", {"domain": "other.example"})
    removed = words(
        priya.post("/admin/privacy/relays/removal", {"name": BOARD}, follow_redirects=True)
    )

    assert BOARD in added
    assert "It holds for new mail." in added
    assert (refused.status_code, forbidden.status_code) == (422, 403)
    assert "Mail that it brought stays." in removed
    assert store.relays(rows) == []
