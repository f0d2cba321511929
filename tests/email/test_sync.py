"""Email sync against the practice tenant: what it stores, once, and what it leaves out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import orjson
import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import aliases, settings_store, store, sync
from portal.email.models import Stage
from portal.graph.client import GraphClient
from portal.storage.claims import ClaimLost
from tests.email.environment import (
    ALEX,
    PRIYA,
    ROSA,
    TALENT,
    EmailEnvironment,
    follow,
    never,
    raw_message,
)
from tests.support.raw_rows import raw


def test_first_sync_stores_only_messages_with_candidates(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("From Rosa"))
    env.arrives(PRIYA, raw_message("To Rosa", sender=PRIYA, to=ROSA), folder="SentItems")
    env.arrives(PRIYA, raw_message("Newsletter", sender="news@shop.example"))
    priya = env.connect(PRIYA)

    env.sync(priya)

    assert env.subjects(rosa) == ["From Rosa", "To Rosa"]
    assert env.count("messages") == 2
    assert env.left_out() == {"no_candidate": 1}
    status = settings_store.status(env.rows, priya, now=clock.utc_now())
    assert status is not None
    assert (status.stage, status.read_count, status.kept_count) == (Stage.FOLLOWING, 3, 2)
    assert status.first_sync_finished_at is not None


def test_second_sync_adds_only_new_messages(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("One"))
    priya = env.connect(PRIYA)
    env.sync(priya)
    env.arrives(PRIYA, raw_message("Two"))
    env.arrives(PRIYA, raw_message("News", sender="news@shop.example"))

    env.sync(priya)
    env.sync(priya)

    assert env.subjects(rosa) == ["One", "Two"]
    assert env.left_out() == {"no_candidate": 1}
    assert env.count("message_copies") == 2


def test_later_messages_and_entries_have_later_ids(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    priya = env.connect(PRIYA)
    for subject in ("One", "Two", "Three"):
        env.arrives(PRIYA, raw_message(subject))
        env.sync(priya)

    found = raw(env.rows).query(
        "select e.id as entry_id, m.id, m.subject from messages m "
        "join feed_entries e on e.subject_id = m.id and e.candidate_id = ? order by m.id",
        [rosa],
    )

    rows = list(found)
    assert [row["subject"] for row in rows] == ["One", "Two", "Three"]
    assert rows == sorted(rows, key=lambda row: str(row["entry_id"]))
    assert {UUID(row[key]).version for row in rows for key in ("id", "entry_id")} == {7}


def test_empty_mailbox_is_followed(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    priya = env.connect(PRIYA)
    env.sync(priya)
    env.arrives(PRIYA, raw_message("First of all"))

    env.sync(priya)

    assert env.subjects(rosa) == ["First of all"]


def test_same_message_in_two_mailboxes_is_one_entry(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    sent = raw_message("To both", to=f"{PRIYA}, {ALEX}", attachment=("cv.pdf", b"%PDF"))
    for person in (PRIYA, ALEX):
        env.arrives(person, sent)
        env.sync(env.connect(person))

    assert env.subjects(rosa) == ["To both"]
    assert (env.count("messages"), env.count("message_copies")) == (1, 2)
    assert [row["name"] for row in raw(env.rows)["attachments"].rows] == ["cv.pdf", "cv.pdf"]


def test_messages_without_an_id_are_stored_once_each(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    bare = b"\n".join(
        line for line in raw_message("No id").splitlines() if not line.startswith(b"Message-ID")
    )
    env.arrives(PRIYA, bare)
    env.arrives(PRIYA, bare)
    priya = env.connect(PRIYA)

    env.sync(priya)
    env.sync(priya)

    assert env.subjects(rosa) == ["No id", "No id"]


def test_alias_counts_from_its_start(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.sandbox.control("PATCH", "tenant", {"sendFromAlias": True})
    env.arrives(PRIYA, raw_message("Too early", to=TALENT))
    priya = env.connect(PRIYA)
    env.sync(priya)
    before = env.left_out()
    turn_on(env, priya, TALENT, from_now=True)
    env.arrives(PRIYA, raw_message("In time", to=TALENT))
    env.arrives(
        PRIYA, raw_message("Older", to=TALENT), received_at=clock.utc_now() - timedelta(hours=1)
    )

    env.sync(priya)

    assert before == {"alias_off": 1}
    assert env.subjects(rosa) == ["In time"]
    assert [
        row["seen_in_mail_at"] is not None
        for row in raw(env.rows)["aliases"].rows
        if row["folded"] == TALENT
    ] == [True]


def turn_on(env: EmailEnvironment, user_id: str, address: str, *, from_now: bool) -> None:
    (found,) = [a for a in settings_store.aliases_of(env.rows, user_id) if a.folded == address]
    aliases.set_inclusion(
        Act(env.rows, Actor.system("test"), clock.utc_now()),
        found,
        included=True,
        from_now=from_now,
    )


def test_body_attachments_and_recipients_are_stored_as_text(env: EmailEnvironment) -> None:
    env.candidate("Rosa Ortega", ROSA)
    sent = raw_message(
        "Long", cc="Sam Reed <sam@northwind.example>", text="a" * 1_200_000,
        attachment=("cv.pdf", b"%PDF-1"),
    )  # fmt: skip  # one to a line says no more
    env.arrives(PRIYA, sent)

    env.sync(env.connect(PRIYA))

    message = next(iter(raw(env.rows)["messages"].rows))
    assert (len(message["body"]), message["is_cut"]) == (1_000_000, 1)
    assert orjson.loads(message["recipients"]) == [
        {"name": PRIYA, "address": PRIYA, "kind": "to"},
        {"name": "Sam Reed", "address": "sam@northwind.example", "kind": "cc"},
    ]
    attachment = next(iter(raw(env.rows)["attachments"].rows))
    assert (attachment["name"], attachment["content_type"]) == ("cv.pdf", "application/pdf")


def test_candidate_among_thousands_of_recipients_is_found(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    crowd = ", ".join(f"person{number}@crowd.example" for number in range(3000))
    env.arrives(
        PRIYA,
        raw_message("Crowded", sender="sam@northwind.example", to=f"{crowd}, {ROSA}", cc=PRIYA),
    )

    env.sync(env.connect(PRIYA))

    assert env.subjects(rosa) == ["Crowded"]


def test_stopped_sync_keeps_saved_pages_and_resumes(
    env: EmailEnvironment,
) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    for number in range(3):
        env.arrives(PRIYA, raw_message(f"{number}"))
    priya = env.connect(PRIYA)

    follow(env, env.claim(priya), should_stop=lambda: True)
    row = next(iter(raw(env.rows)["mailboxes"].rows))
    env.sync(priya)

    assert (row["claimed_by"], row["first_sync_finished_at"]) == (None, None)
    assert env.subjects(rosa) == ["0", "1", "2"]


def test_lost_claim_saves_nothing(env: EmailEnvironment) -> None:
    env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Hello"))
    claim = env.claim(env.connect(PRIYA))
    raw(env.rows).execute("update mailboxes set claimed_by = 'somebody else'")

    with pytest.raises(ClaimLost):
        follow(env, claim)

    assert env.count("messages") == 0


@pytest.mark.parametrize(
    "stop",
    [
        "update users set is_enabled = 0",
        "update mailboxes set is_syncing = 0",
        "update connections set state = 'lapsed'",
        "delete from connections",
    ],
)
def test_sync_without_permission_saves_nothing(env: EmailEnvironment, stop: str) -> None:
    env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Hello"))
    priya = env.connect(PRIYA)
    graph = env.client(priya)()
    graph = replace(graph, token=graph_token(graph))
    claim = env.claim(priya)
    raw(env.rows).execute(stop)

    with pytest.raises(ClaimLost):
        sync.follow_mailbox(env.rows, lambda: graph, claim, should_stop=never)

    assert env.count("messages") == 0
    assert store.CLAIMS.claim(env.rows, "test", now=clock.utc_now()) is None


def graph_token(graph: GraphClient) -> Callable[[bool], str]:
    """A client whose token was fetched before access ended."""
    token = graph.token(False)
    return lambda _refused: token


def test_long_folder_is_read_ahead(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "PAGE_SIZE", "odata.maxpagesize=3")
    rosa = env.candidate("Rosa Ortega", ROSA)
    for number in range(10):
        env.arrives(PRIYA, raw_message(f"{number}"))

    env.sync(env.connect(PRIYA))

    assert env.subjects(rosa) == [str(number) for number in range(10)]


@pytest.mark.parametrize("listed", [{}, {"proxyAddresses": []}])
def test_directory_entry_without_addresses_removes_none(
    env: EmailEnvironment, listed: dict[str, list[str]]
) -> None:
    priya = env.connect(PRIYA)
    env.sync(priya)
    known = addresses(env, priya)
    raw(env.rows).execute("update mailboxes set addresses_read_at = null")
    body = {"mail": PRIYA} | listed
    env.sandbox.control("POST", "faults", {"path": r"/v1.0/me\?", "status": 200, "body": body})

    env.sync(priya)

    assert addresses(env, priya) == known
    assert len(known) == 3


def addresses(env: EmailEnvironment, user_id: str) -> list[str]:
    known = settings_store.aliases_of(env.rows, user_id)
    return [each.folded for each in known if not each.is_gone]


def test_new_alias_in_the_directory_is_found_within_a_day(env: EmailEnvironment) -> None:
    priya = env.connect(PRIYA)
    env.sync(priya)
    env.sandbox.control(
        "PATCH",
        f"users/{PRIYA}",
        {"proxyAddresses": [f"SMTP:{PRIYA}", "smtp:new@northwind.example"]},
    )
    env.sync(priya)
    same_day = addresses(env, priya)
    raw(env.rows).execute("update mailboxes set addresses_read_at = '2026-01-01T00:00:00Z'")

    env.sync(priya)

    assert "new@northwind.example" not in same_day
    assert addresses(env, priya) == [PRIYA, "new@northwind.example"]
