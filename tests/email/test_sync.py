"""Following a mailbox against the practice tenant: what comes, once, and what stays away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import orjson
import pytest

from portal import clock
from portal.audit.log import Actor
from portal.email import aliases, settings_store, store, sync
from portal.email.models import Stage
from portal.microsoft365.graph import GraphClient
from portal.storage.claims import ClaimLost
from tests.email.office import ALEX, PRIYA, ROSA, TALENT, Office, follow, never, raw_message


def test_first_sync_keeps_what_is_with_candidates_and_nothing_else(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, raw_message("From Rosa"))
    office.arrives(PRIYA, raw_message("To Rosa", sender=PRIYA, to=ROSA), folder="SentItems")
    office.arrives(PRIYA, raw_message("Newsletter", sender="news@shop.example"))
    priya = office.connect(PRIYA)

    office.sync(priya)

    assert office.subjects(rosa) == ["From Rosa", "To Rosa"]
    assert office.count("messages") == 2
    assert office.left_out() == {"no_candidate": 1}
    status = settings_store.status(office.db, priya, since=clock.utc_now() - timedelta(days=7))
    assert status is not None
    assert (status.stage, status.looked_count, status.kept_count) == (Stage.FOLLOWING, 3, 2)
    assert status.first_sync_finished_at is not None


def test_second_look_brings_what_arrived_and_nothing_twice(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, raw_message("One"))
    priya = office.connect(PRIYA)
    office.sync(priya)
    office.arrives(PRIYA, raw_message("Two"))
    office.arrives(PRIYA, raw_message("News", sender="news@shop.example"))

    office.sync(priya)
    office.sync(priya)

    assert office.subjects(rosa) == ["One", "Two"]
    assert office.left_out() == {"no_candidate": 1}
    assert office.count("message_copies") == 2


def test_later_messages_and_entries_have_later_ids(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    priya = office.connect(PRIYA)
    for subject in ("One", "Two", "Three"):
        office.arrives(PRIYA, raw_message(subject))
        office.sync(priya)

    found = office.db.query(
        "select e.id as entry_id, m.id, m.subject from messages m "
        "join feed_entries e on e.message_id = m.id and e.candidate_id = ? order by m.id",
        [rosa],
    )

    rows = list(found)
    assert [row["subject"] for row in rows] == ["One", "Two", "Three"]
    assert rows == sorted(rows, key=lambda row: str(row["entry_id"]))
    assert {UUID(row[key]).version for row in rows for key in ("id", "entry_id")} == {7}


def test_empty_mailbox_is_followed(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    priya = office.connect(PRIYA)
    office.sync(priya)
    office.arrives(PRIYA, raw_message("First of all"))

    office.sync(priya)

    assert office.subjects(rosa) == ["First of all"]


def test_same_message_in_two_mailboxes_is_one_entry(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    raw = raw_message("To both", to=f"{PRIYA}, {ALEX}", attachment=("cv.pdf", b"%PDF"))
    for person in (PRIYA, ALEX):
        office.arrives(person, raw)
        office.sync(office.connect(person))

    assert office.subjects(rosa) == ["To both"]
    assert (office.count("messages"), office.count("message_copies")) == (1, 2)
    assert [row["name"] for row in office.db["attachments"].rows] == ["cv.pdf", "cv.pdf"]


def test_messages_without_id_are_each_kept_once(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    bare = b"\n".join(
        line for line in raw_message("No id").splitlines() if not line.startswith(b"Message-ID")
    )
    office.arrives(PRIYA, bare)
    office.arrives(PRIYA, bare)
    priya = office.connect(PRIYA)

    office.sync(priya)
    office.sync(priya)

    assert office.subjects(rosa) == ["No id", "No id"]


def test_alias_brings_mail_from_its_choice_on(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.sandbox.control("PATCH", "tenant", {"sendFromAlias": True})
    office.arrives(PRIYA, raw_message("Too early", to=TALENT))
    priya = office.connect(PRIYA)
    office.sync(priya)
    before = office.left_out()
    turn_on(office, priya, TALENT, from_now=True)
    office.arrives(PRIYA, raw_message("In time", to=TALENT))
    office.arrives(
        PRIYA, raw_message("Older", to=TALENT), received_at=clock.utc_now() - timedelta(hours=1)
    )

    office.sync(priya)

    assert before == {"alias_off": 1}
    assert office.subjects(rosa) == ["In time"]
    assert [
        row["seen_in_mail_at"] is not None
        for row in office.db["aliases"].rows
        if row["folded"] == TALENT
    ] == [True]


def turn_on(office: Office, user_id: str, address: str, *, from_now: bool) -> None:
    (found,) = [a for a in settings_store.aliases_of(office.db, user_id) if a.folded == address]
    aliases.set_inclusion(
        office.db,
        found,
        included=True,
        from_now=from_now,
        actor=Actor.system("test"),
        now=clock.utc_now(),
    )


def test_text_attachments_and_recipients_are_kept_as_text(office: Office) -> None:
    office.candidate("Rosa Ortega", ROSA)
    raw = raw_message(
        "Long", cc="Sam Reed <sam@northwind.example>", text="a" * 1_200_000,
        attachment=("cv.pdf", b"%PDF-1"),
    )  # fmt: skip  # one to a line says no more
    office.arrives(PRIYA, raw)

    office.sync(office.connect(PRIYA))

    message = next(iter(office.db["messages"].rows))
    assert (len(message["body"]), message["is_cut"]) == (1_000_000, 1)
    assert orjson.loads(message["recipients"]) == [
        {"name": PRIYA, "address": PRIYA, "kind": "to"},
        {"name": "Sam Reed", "address": "sam@northwind.example", "kind": "cc"},
    ]
    attachment = next(iter(office.db["attachments"].rows))
    assert (attachment["name"], attachment["content_type"]) == ("cv.pdf", "application/pdf")


def test_thousands_of_recipients_hide_nobody(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    crowd = ", ".join(f"person{number}@crowd.example" for number in range(3000))
    office.arrives(
        PRIYA,
        raw_message("Crowded", sender="sam@northwind.example", to=f"{crowd}, {ROSA}", cc=PRIYA),
    )

    office.sync(office.connect(PRIYA))

    assert office.subjects(rosa) == ["Crowded"]


def test_stopping_between_pages_keeps_what_is_saved_and_goes_on_later(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    for number in range(3):
        office.arrives(PRIYA, raw_message(f"{number}"))
    priya = office.connect(PRIYA)

    follow(office, office.claim(priya), should_stop=lambda: True)
    row = next(iter(office.db["mailboxes"].rows))
    office.sync(priya)

    assert (row["claimed_by"], row["first_sync_finished_at"]) == (None, None)
    assert office.subjects(rosa) == ["0", "1", "2"]


def test_claim_that_was_taken_over_keeps_nothing(office: Office) -> None:
    office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, raw_message("Hello"))
    claim = office.claim(office.connect(PRIYA))
    office.db.execute("update mailboxes set claimed_by = 'somebody else'")

    with pytest.raises(ClaimLost):
        follow(office, claim)

    assert office.count("messages") == 0


@pytest.mark.parametrize(
    "stop",
    [
        "update users set is_enabled = 0",
        "update mailboxes set is_syncing = 0",
        "update connections set state = 'lapsed'",
        "delete from connections",
    ],
)
def test_what_may_no_longer_sync_keeps_nothing(office: Office, stop: str) -> None:
    office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, raw_message("Hello"))
    priya = office.connect(PRIYA)
    graph = office.client(priya)()
    graph = replace(graph, token=graph_token(graph))
    claim = office.claim(priya)
    office.db.execute(stop)

    with pytest.raises(ClaimLost):
        sync.follow_mailbox(office.db, lambda: graph, claim, should_stop=never)

    assert office.count("messages") == 0
    assert store.claim_due(office.db, "test", follows=False, now=clock.utc_now()) is None


def graph_token(graph: GraphClient) -> Callable[[bool], str]:
    """A token that was fetched before somebody was shut out."""
    token = graph.token(False)
    return lambda _refused: token


def test_long_folder_is_read_ahead(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "PAGE_SIZE", "odata.maxpagesize=3")
    rosa = office.candidate("Rosa Ortega", ROSA)
    for number in range(10):
        office.arrives(PRIYA, raw_message(f"{number}"))

    office.sync(office.connect(PRIYA))

    assert office.subjects(rosa) == [str(number) for number in range(10)]


def test_directory_that_leaves_out_the_addresses_takes_none_away(office: Office) -> None:
    priya = office.connect(PRIYA)
    office.sync(priya)
    known = addresses(office, priya)
    office.db.execute("update mailboxes set addresses_read_at = null")
    office.sandbox.control(
        "POST", "faults", {"path": r"/v1.0/me\?", "status": 200, "body": {"mail": PRIYA}}
    )

    office.sync(priya)

    assert addresses(office, priya) == known
    assert len(known) == 3


def addresses(office: Office, user_id: str) -> list[str]:
    known = settings_store.aliases_of(office.db, user_id)
    return [each.folded for each in known if not each.is_gone]


def test_new_alias_in_the_directory_is_found_within_a_day(office: Office) -> None:
    priya = office.connect(PRIYA)
    office.sync(priya)
    office.sandbox.control(
        "PATCH",
        f"users/{PRIYA}",
        {"proxyAddresses": [f"SMTP:{PRIYA}", "smtp:new@northwind.example"]},
    )
    office.sync(priya)
    same_day = addresses(office, priya)
    office.db.execute("update mailboxes set addresses_read_at = '2026-01-01T00:00:00Z'")

    office.sync(priya)

    assert "new@northwind.example" not in same_day
    assert addresses(office, priya) == [PRIYA, "new@northwind.example"]
