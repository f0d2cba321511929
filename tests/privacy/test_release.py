"""Mail that “Never sync” kept out comes once its entry is off the list. Some owners are asked."""

import re

import pytest

from portal.privacy import never_sync
from portal.privacy import store as privacy
from portal.privacy.models import Entry
from portal.privacy_settings import release
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.email.search_runs import run
from tests.privacy.owner_questions import PAGE, act, catch_up, texts_fetched
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, words

LAWYER = "sam@law.example"


def kept_out(env: EmailEnvironment, owner: str | None, text: str = "law.example") -> Entry:
    """Add an entry, and let messages arrive that it keeps out."""
    entry = never_sync.add(act(env), text, owner=owner)
    env.arrives(PRIYA, raw_message("In Cc", sender=ROSA, cc=LAWYER))
    reply_to = b"Reply-To: " + LAWYER.encode() + b"\r\n"
    env.arrives(PRIYA, reply_to + raw_message("In Reply-To", sender=ROSA))
    env.arrives(PRIYA, raw_message("Without the lawyer", sender=ROSA))
    return entry


def rosa_in(env: EmailEnvironment) -> str:
    return str(next(iter(raw(env.rows)["candidates"].rows))["id"])


@pytest.mark.parametrize("text", ["law.example", LAWYER])
def test_owner_takes_off_an_entry_and_its_mail_comes(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor, text: str
) -> None:
    entry = kept_out(env, asking_priya, text)
    catch_up(env, asking_priya)
    before = env.subjects(rosa_in(env))
    asked = visit_connected.text(f"/settings/email/never-sync/{entry.id}")

    sent = visit_connected.post(f"/settings/email/never-sync/{entry.id}/removal")
    said = words(visit_connected.get(sent.location))
    run(env)

    assert before == ["Without the lawyer"]
    assert "Portal reads your mailbox again for earlier mail" in asked
    assert "Your mailbox is read again for what it kept out." in said
    assert env.subjects(rosa_in(env)) == ["In Cc", "In Reply-To", "Without the lawyer"]


def test_entry_of_one_owner_reads_no_other_mailbox(
    env: EmailEnvironment, connected_priya: str
) -> None:
    alex = env.connect(ALEX)
    env.sync(alex)
    entry = kept_out(env, connected_priya)
    catch_up(env, connected_priya)
    release.take_off(act(env), entry)

    walked = raw(env.rows).query(
        "select b.user_id from searches s join mailboxes b on b.id = s.mailbox_id "
        "where s.address = '' and s.finished_at is null"
    )
    assert [row["user_id"] for row in walked] == [connected_priya]


def test_entry_of_the_organization_is_off_for_every_mailbox(
    env: EmailEnvironment, connected_priya: str
) -> None:
    alex = env.connect(ALEX)
    entry = kept_out(env, None)
    env.arrives(ALEX, raw_message("Of Alex", sender=ROSA, to=ALEX, cc=LAWYER))
    env.sync(alex)
    catch_up(env, connected_priya)

    release.take_off(act(env), entry)
    run(env)

    assert privacy.entries_of(env.rows, None) == []
    assert env.subjects(rosa_in(env)) == ["In Cc", "In Reply-To", "Of Alex", "Without the lawyer"]


def test_owner_who_asks_decides_about_an_entry_of_the_organization(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    entry = kept_out(env, None)
    catch_up(env, asking_priya)
    env.sandbox.control("DELETE", "requests")
    release.take_off(act(env), entry)
    # The messages arrived earlier, not in the second in which the entry was taken off.
    raw(env.rows).execute("update held_entries set asked_at = '2099-01-01T00:00:00Z'")
    raw(env.rows).execute("update mailboxes set walked_at = '2026-01-01T00:00:00Z'")
    run(env)
    waiting, fetched = env.subjects(rosa_in(env)), texts_fetched(env)

    page, settings = visit_connected.text(PAGE), visit_connected.text("/settings/email")
    answer_entry(visit_connected, "bring-in")
    run(env)

    assert (waiting, fetched) == (["Without the lawyer"], 0)
    assert "list kept out waits for you." in settings
    assert "No earlier mail waits for you." in visit_connected.text("/settings/email")
    assert "Everyone at law.example Taken off by Alex Berg" in page
    assert "Bringing it in adds at least 2 messages to the feeds." in page
    assert env.subjects(rosa_in(env)) == ["In Cc", "In Reply-To", "Without the lawyer"]


def answer_entry(visit: Visitor, text: str) -> str:
    form = re.search(rf'action="({PAGE}/entries/[^"]+)"', visit.get(PAGE).text)
    assert form is not None
    sent = visit.post(form[1], {"answer": text, "asked_at": "2026-01-01T00:00:00Z"})
    return words(visit.get(sent.location))


def test_owner_leaves_what_an_entry_kept_out(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    entry = kept_out(env, None)
    catch_up(env, asking_priya)
    release.take_off(act(env), entry)
    raw(env.rows).execute("update held_entries set asked_at = '2099-01-01T00:00:00Z'")

    said = answer_entry(visit_connected, "leave")
    raw(env.rows).execute("update mailboxes set walked_at = '2026-01-01T00:00:00Z'")
    catch_up(env, asking_priya)

    assert "Earlier mail with everyone at law.example stays in your mailbox." in said
    assert "Not from your mailbox" in said
    assert env.subjects(rosa_in(env)) == ["Without the lawyer"]


def test_entries_of_others_are_not_found(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    alex = env.connect(ALEX)
    release.take_off(act(env), kept_out(env, None))
    raw(env.rows).execute("update held_entries set user_id = ?", [alex])
    (row,) = raw(env.rows).query("select id from held_entries")
    form = {"answer": "bring-in", "asked_at": "2026-01-01T00:00:00Z"}

    sent = visit_connected.post(f"{PAGE}/entries/{row['id']}/answer", form)

    assert sent.status_code == 404
    assert env.count("held_entries") == 1
