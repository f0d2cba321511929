"""Lists of “Never sync”: what is accepted, what stays out, and what may be removed."""

from datetime import datetime
from pathlib import Path

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.errors import Conflict, Invalid
from portal.privacy import never_sync, store
from portal.privacy_settings.flash_texts import PrivacyFlash
from portal.storage.rows import Rows
from tests.claims.checks import claims
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_of_two, visitor, words

LAWYER = "sam@law.example"


def act(rows: Rows, now: datetime) -> Act:
    return Act(rows, Actor.system("test"), now)


@pytest.mark.parametrize(
    ("typed", "folded", "is_domain"),
    [
        (" Sam@Law.Example ", LAWYER, False),
        ("law.example", "law.example", True),
        ("@law.example", "law.example", True),
        ("*@law.example", "law.example", True),
        ("bär.example", "xn--br-via.example", True),
    ],
)
def test_addresses_and_domains_are_taken(
    rows: Rows, now: datetime, typed: str, folded: str, is_domain: bool
) -> None:
    added = never_sync.add(act(rows, now), typed, owner=None)

    assert (added.folded, added.is_domain) == (folded, is_domain)


@pytest.mark.parametrize("typed", ["", "law", "sam@", "sam@law", "a b@law.example", "law..example"])
def test_anything_else_is_refused(rows: Rows, now: datetime, typed: str) -> None:
    with pytest.raises(Invalid):
        never_sync.add(act(rows, now), typed, owner=None)


def test_public_provider_is_refused_with_the_candidates_it_would_silence(
    rows: Rows, now: datetime
) -> None:
    builders.user(rows, "Priya Kaur")
    builders.candidate(rows, "Rosa Ortega", "rosa@gmail.com", now=now)
    builders.candidate(rows, "Kai Sund", "kai@gmail.com", now=now)
    builders.candidate(rows, "Noa Levi", "noa@notgmail.com", now=now)

    with pytest.raises(Invalid, match="2 candidates write from it"):
        never_sync.add(act(rows, now), "gmail.com", owner=None)
    assert never_sync.add(act(rows, now), "rosa@gmail.com", owner=None).folded == "rosa@gmail.com"


def test_limited_person_does_not_learn_how_many_candidates_there_are(
    rows: Rows, instance: Path, now: datetime
) -> None:
    app = portal_of_two(rows, instance)
    builders.candidate(rows, "Rosa Ortega", "rosa@gmail.com", now=now)

    by_kim, by_priya = (
        words(visitor(app, name).post("/settings/email/never-sync", {"address": "gmail.com"}))
        for name in ("kim", "priya")
    )

    assert "gmail.com is a public mail provider" in by_kim
    assert "candidate writes" not in by_kim
    assert "1 candidate writes from it" in by_priya


def test_same_entry_is_added_once_to_a_list(rows: Rows, now: datetime) -> None:
    builders.user(rows, "Priya Kaur")
    first = never_sync.add(act(rows, now), LAWYER, owner=None)
    again = never_sync.add(act(rows, now), "SAM@law.example", owner=None)
    own = never_sync.add(act(rows, now), LAWYER, owner="priya")

    assert again == first
    assert own.id != first.id
    assert len(store.entries_for(rows, "priya")) == 2


def test_list_is_bounded(rows: Rows, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(never_sync, "MOST_ENTRIES", 1)
    never_sync.add(act(rows, now), LAWYER, owner=None)

    with pytest.raises(Conflict):
        never_sync.add(act(rows, now), "other@law.example", owner=None)


def test_own_entries_are_not_named_in_the_audit_log(rows: Rows, now: datetime) -> None:
    builders.user(rows, "Priya Kaur")
    entry = never_sync.add(act(rows, now), LAWYER, owner="priya")
    never_sync.remove(act(rows, now), entry)

    targets = [each["target"] for each in raw(rows)["audit_log"].rows]
    assert targets == ["own list", "own list"]


@pytest.mark.parametrize(
    "message",
    [
        raw_message("Secret", sender=ROSA, cc=LAWYER),
        raw_message("Secret", sender=ROSA, to=f"{PRIYA}, {LAWYER}"),
        raw_message("Secret", sender=ROSA, cc="anna@office.law.example"),
    ],
    ids=["Cc", "To", "subdomain"],
)
def test_message_with_a_listed_address_is_not_kept(
    env: EmailEnvironment, now: datetime, message: bytes
) -> None:
    priya = env.connect(PRIYA)
    rosa = env.candidate("Rosa Ortega", ROSA)
    never_sync.add(act(env.rows, now), "law.example", owner=priya)
    env.arrives(PRIYA, message)
    env.arrives(PRIYA, raw_message("Open"))
    env.sync(priya)

    assert env.subjects(rosa) == ["Open"]
    assert env.count("messages") == 1
    assert env.left_out() == {"never_sync": 1}


def test_reply_to_a_listed_address_keeps_a_message_out(
    env: EmailEnvironment, now: datetime
) -> None:
    priya = env.connect(PRIYA)
    rosa = env.candidate("Rosa Ortega", ROSA)
    never_sync.add(act(env.rows, now), LAWYER, owner=priya)
    env.arrives(PRIYA, b"Reply-To: " + LAWYER.encode() + b"\r\n" + raw_message("Secret"))
    env.sync(priya)

    assert env.subjects(rosa) == []


def test_list_of_one_owner_does_not_hold_for_another(env: EmailEnvironment, now: datetime) -> None:
    priya, alex = env.connect(PRIYA), env.connect(ALEX)
    rosa = env.candidate("Rosa Ortega", ROSA)
    never_sync.add(act(env.rows, now), ROSA, owner=priya)
    env.arrives(PRIYA, raw_message("Of Priya"))
    env.arrives(ALEX, raw_message("Of Alex", to=ALEX))
    env.sync(priya)
    env.sync(alex)

    assert env.subjects(rosa) == ["Of Alex"]


def test_own_alias_on_the_list_of_the_organization_silences_nobody(
    env: EmailEnvironment, now: datetime
) -> None:
    priya = env.connect(PRIYA)
    rosa = env.candidate("Rosa Ortega", ROSA)
    never_sync.add(act(env.rows, now), "northwind.example", owner=None)
    env.arrives(PRIYA, raw_message("To me"))
    env.sync(priya)

    assert env.subjects(rosa) == ["To me"]


@claims(PrivacyFlash.LISTED, PrivacyFlash.REMOVED)
def test_owner_adds_an_entry_and_removes_what_is_there(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    env.arrives(PRIYA, raw_message("Secret", cc=LAWYER))
    env.arrives(PRIYA, raw_message("Open"))
    env.sync(connected_priya)
    count = "select count(*) as n from messages"
    at_microsoft = env.sandbox.state.rows(count)[0]["n"]

    added = visit_connected.post("/settings/email/never-sync", {"address": "law.example"})
    page = visit_connected.text(added.location)
    removed = visit_connected.post(f"{added.location}/mail/removal")

    assert "1 message of your mailbox carries it in From, Sender, Reply-To, To or Cc." in page
    assert "Removed: 1 message." in words(visit_connected.get(removed.location))
    assert env.sandbox.state.rows(count)[0]["n"] == at_microsoft
    env.arrives(PRIYA, raw_message("Secret again", cc=LAWYER))
    env.sync(connected_priya)
    assert [each["subject"] for each in raw(env.rows)["messages"].rows] == ["Open"]
    assert (
        "No message of your mailbox carries it in From, Sender, Reply-To, To or Cc."
        in visit_connected.text(added.location)
    )


def test_owner_removes_only_what_no_colleague_brought(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    alex = env.connect(ALEX)
    env.arrives(PRIYA, raw_message("Both", to=f"{PRIYA}, {ALEX}", message_id="<both@mail.example>"))
    env.arrives(ALEX, raw_message("Both", to=f"{PRIYA}, {ALEX}", message_id="<both@mail.example>"))
    env.sync(connected_priya)
    env.sync(alex)

    added = visit_connected.post("/settings/email/never-sync", {"address": ROSA})
    visit_connected.post(f"{added.location}/mail/removal")

    kept = [each["mailbox_id"] for each in raw(env.rows)["message_copies"].rows]
    owners = {each["id"]: each["user_id"] for each in raw(env.rows)["mailboxes"].rows}
    assert [owners[each] for each in kept] == [alex] * len(kept)
    assert kept


def test_entries_of_others_are_not_found(rows: Rows, instance: Path, now: datetime) -> None:
    app = portal_of_two(rows, instance)
    of_kim = never_sync.add(act(rows, now), LAWYER, owner="kim")
    priya = visitor(app, "priya")

    assert priya.get(f"/settings/email/never-sync/{of_kim.id}").status_code == 404
    assert priya.post(f"/settings/email/never-sync/{of_kim.id}/removal").status_code == 404
    assert priya.post(f"/settings/email/never-sync/{of_kim.id}/mail/removal").status_code == 404
    assert priya.get("/admin/privacy").status_code == 403
    assert LAWYER in visitor(app, "kim").text("/settings/email/never-sync")


def test_owner_reads_which_candidates_brought_mail_and_who_added_them(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    alex = env.connect(ALEX)
    kai = env.candidate("Kai Sund", "kai@mail.example")
    raw(env.rows).execute("update candidates set created_by = ? where id = ?", [alex, kai])
    for subject in ("One", "Two"):
        env.arrives(PRIYA, raw_message(subject, sender="kai@mail.example"))
    env.arrives(ALEX, raw_message("Of Alex", to=ALEX))
    env.sync(connected_priya)
    env.sync(alex)

    page = visit_connected.text("/settings/email/candidates")

    assert "Kai Sund 2 messages. Added by Alex Berg ," in page
    assert "Rosa Ortega" not in page


def test_owner_never_syncs_a_candidate_with_all_their_addresses(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    kai = env.candidate("Kai Sund", "kai@mail.example", "kai@home.example")
    env.arrives(PRIYA, raw_message("One", sender="kai@mail.example"))
    env.sync(connected_priya)

    answer = visit_connected.post(f"/settings/email/candidates/{kai}/never-sync")
    env.arrives(PRIYA, raw_message("Two", sender="kai@home.example"))
    env.sync(connected_priya)

    assert "kai@home.example" in visit_connected.text(answer.location)
    assert env.subjects(kai) == ["One"]


def test_candidates_of_other_mailboxes_are_not_found(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    rosa = next(iter(raw(env.rows)["candidates"].rows))["id"]

    answer = visit_connected.post(f"/settings/email/candidates/{rosa}/never-sync")

    assert answer.status_code == 404
    assert env.count("never_sync") == 0
