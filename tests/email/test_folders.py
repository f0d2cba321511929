"""Folders: every folder but a few is synced, also when new, renamed, moved or deleted."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.email import folder_store, settings_store, sync
from portal.email_feed import presentation
from portal.email_feed import store as email_feed
from portal.email_feed.models import CopyPlace
from portal.email_settings import overview
from portal.graph.errors import ForeignLink
from sandbox.database import Row
from sandbox.mail import folders
from sandbox.mail import store as mail
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, follow, move_message, raw_message
from tests.support.raw_rows import raw


def folder(env: EmailEnvironment, name: str, *, inside: str = "msgfolderroot") -> Row:
    state, oid = env.sandbox.state, env.sandbox.oid(PRIYA)
    parent = folders.named(state, oid, inside)
    assert parent is not None
    with state.write():
        return folders.create(state, oid, parent["id"], name)


def change(env: EmailEnvironment, do: Callable[..., None], *details: object) -> None:
    with env.sandbox.state.write():
        do(env.sandbox.state, *details)


@pytest.fixture
def rosa(env: EmailEnvironment) -> str:
    return env.candidate("Rosa Ortega", ROSA)


@pytest.mark.parametrize(
    "name", ["Drafts", "Deleted Items", "Junk Email", "Outbox", "Conversation History"]
)
def test_left_out_folder_leaves_out_its_children(
    env: EmailEnvironment, rosa: str, name: str
) -> None:
    folder(env, "Within", inside=name)
    folder(env, "Deeper", inside="Within")
    for place in (name, "Within", "Deeper"):
        env.arrives(PRIYA, raw_message(place), folder=place)
    env.arrives(PRIYA, raw_message("Archived"), folder="Archive")

    env.sync(env.connect(PRIYA))

    assert env.subjects(rosa) == ["Archived"]


def test_new_folder_is_synced(env: EmailEnvironment, rosa: str) -> None:
    priya = env.connect(PRIYA)
    env.sync(priya)
    folder(env, "Candidates", inside="Inbox")
    env.arrives(PRIYA, raw_message("Filed"), folder="Candidates")

    env.sync(priya)
    env.arrives(PRIYA, raw_message("Filed later"), folder="Candidates")
    env.sync(priya)

    assert env.subjects(rosa) == ["Filed", "Filed later"]


def test_renamed_folder_keeps_its_cursor(env: EmailEnvironment, rosa: str) -> None:
    made = folder(env, "Candidates")
    env.arrives(PRIYA, raw_message("One"), folder="Candidates")
    priya = env.connect(PRIYA)
    env.sync(priya)
    change(env, folders.rename, made, "People")
    env.arrives(PRIYA, raw_message("Two"), folder="People")

    env.sync(priya)

    known = folder_store.folders(env.rows, next(iter(raw(env.rows)["mailboxes"].rows))["id"])
    assert [each.name for each in known if each.graph_id == made["id"]] == ["People"]
    assert env.subjects(rosa) == ["One", "Two"]


def test_folder_moved_to_deleted_items_is_left_out(env: EmailEnvironment, rosa: str) -> None:
    made = folder(env, "Candidates")
    priya = env.connect(PRIYA)
    env.sync(priya)
    deleted = folders.folder_id(env.sandbox.oid(PRIYA), "deleteditems")
    change(env, folders.move, made, deleted)
    env.sync(priya)
    env.arrives(PRIYA, raw_message("Late"), folder="Candidates")
    env.sync(priya)
    before = env.subjects(rosa)
    change(env, folders.move, made, folders.folder_id(env.sandbox.oid(PRIYA), "inbox"))

    env.sync(priya)

    assert (before, env.subjects(rosa)) == ([], ["Late"])


def test_deleted_folder_leaves_its_messages(env: EmailEnvironment, rosa: str) -> None:
    made = folder(env, "Candidates")
    env.arrives(PRIYA, raw_message("Kept"), folder="Candidates")
    priya = env.connect(PRIYA)
    env.sync(priya)
    change(env, folders.remove, made)
    env.arrives(PRIYA, raw_message("Goes on"))

    env.sync(priya)
    env.sync(priya)

    assert env.subjects(rosa) == ["Goes on", "Kept"]
    gone = [
        row["gone_at"] is not None
        for row in raw(env.rows)["folders"].rows_where("graph_id = ?", [made["id"]])
    ]
    assert gone == [True]


def test_folder_in_the_bin_is_told_from_one_that_is_gone(env: EmailEnvironment, rosa: str) -> None:
    made = folder(env, "Candidates")
    env.arrives(PRIYA, raw_message("Filed"), folder="Candidates")
    priya = env.connect(PRIYA)
    env.sync(priya)
    (message_id,) = [row["id"] for row in raw(env.rows)["messages"].rows]
    state, oid = env.sandbox.state, env.sandbox.oid(PRIYA)
    root, bin_id = (folders.folder_id(oid, name) for name in ("msgfolderroot", "deleteditems"))
    steps = (
        (folders.move, (made, bin_id), CopyPlace.DELETED),
        (folders.move, (made, root), CopyPlace.KEPT),
        (folders.move, (made, bin_id), CopyPlace.DELETED),
        (folders.remove, (made,), CopyPlace.GONE),
    )

    for do, details, place in steps:
        change(env, do, *details)
        env.sync(priya)
        env.sync(priya)
        entry = email_feed.entries_by_id(env.rows, [message_id], viewer="")[message_id]
        link = presentation.outlook_address(entry, viewer=priya, on_loopback=False)

        assert (entry.place, link is None) == (place, place is CopyPlace.GONE)
    assert folders.by_id(state, oid, made["id"]) is None


def test_moved_message_is_one_copy_in_its_new_folder(env: EmailEnvironment, rosa: str) -> None:
    made = folder(env, "Candidates")
    graph_id = env.arrives(PRIYA, raw_message("Moved"))
    priya = env.connect(PRIYA)
    env.sync(priya)
    move_message(env, graph_id, made)

    env.sync(priya)

    (copy,) = raw(env.rows)["message_copies"].rows
    assert (copy["folder_id"], copy["gone_at"]) == (made["id"], None)
    assert env.subjects(rosa) == ["Moved"]


def test_deleted_message_stays_in_the_feed(env: EmailEnvironment, rosa: str) -> None:
    graph_id = env.arrives(PRIYA, raw_message("Deleted"))
    priya = env.connect(PRIYA)
    env.sync(priya)
    row = mail.message(env.sandbox.state, env.sandbox.oid(PRIYA), graph_id)
    change(env, mail.note_change, row and row["folder_id"], graph_id, "deleted")
    change(env, mail.remove_message, row)

    env.sync(priya)

    (copy,) = raw(env.rows)["message_copies"].rows
    assert copy["gone_at"] is not None
    assert env.subjects(rosa) == ["Deleted"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "ErrorInvalidIdMalformed"), (403, "Odd"),
     (404, "MailboxNotEnabledForRESTAPI"), (500, "ErrorInternalServerError")],
)  # fmt: skip  # two to a line say no more
def test_refused_folder_is_set_aside_and_the_others_go_on(
    env: EmailEnvironment, rosa: str, status: int, code: str
) -> None:
    bad, good = folder(env, "AAA bad"), folder(env, "ZZZ good")
    for each in (bad, good):
        env.arrives(PRIYA, raw_message(each["name"]), folder=each["name"])
    plan = {"path": f"{bad['id']}/messages/delta", "status": status, "code": code}
    env.sandbox.control("POST", "faults", plan)
    priya = env.connect(PRIYA)

    env.sync(priya)

    seen = settings_store.status(env.rows, priya, now=clock.utc_now())
    assert seen is not None
    assert (seen.failure, seen.is_first_sync) == (None, False)
    (refused,) = folder_store.folders_set_aside(env.rows, seen.mailbox_id)
    account = overview.Account(priya, PRIYA, hindrance="")
    page = overview.of_person(env.rows, account, seen, now=clock.utc_now())
    assert [each.name for each in page.refused_folders] == [refused.name] == ["AAA bad"]
    assert env.subjects(rosa) == ["ZZZ good"]
    env.arrives(PRIYA, raw_message("Later"), folder="ZZZ good")
    env.sync(priya)
    assert env.subjects(rosa) == ["Later", "ZZZ good"]
    env.sandbox.control("DELETE", "faults")
    env.sync(priya)
    assert folder_store.folders_set_aside(env.rows, seen.mailbox_id) == []
    assert env.subjects(rosa) == ["AAA bad", "Later", "ZZZ good"]


@pytest.mark.parametrize("happens", ["goes on", "stops"])
def test_message_told_twice_is_counted_once(
    env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch, happens: str
) -> None:
    """Mail that arrives while a folder is first read is told by that reading and the next one."""
    monkeypatch.setattr(sync, "PAGE_SIZE", "odata.maxpagesize=1")
    rosa = env.candidate("Rosa Ortega", ROSA)
    for subject in ("One", "Two"):
        env.arrives(PRIYA, raw_message(subject), received_at=clock.utc_now() - timedelta(hours=1))
    priya = env.connect(PRIYA)
    later = clock.utc_now() + timedelta(seconds=2)

    def arrive() -> bool:
        if env.subjects(rosa) == ["One"] or env.subjects(rosa) == ["Two"]:
            for sender in (ROSA, "news@shop.example"):
                env.arrives(PRIYA, raw_message("Between", sender=sender), received_at=later)
            return happens == "stops"
        return False

    follow(env, env.claim(priya), should_stop=arrive)
    for _ in range(3):
        env.sync(priya)

    assert env.subjects(rosa) == ["Between", "One", "Two"]
    assert env.left_out() == {"no_candidate": 1}
    (row,) = raw(env.rows)["mailboxes"].rows
    assert (row["read_count"], row["kept_count"]) == (4, 3)


def test_link_to_another_host_is_not_kept(env: EmailEnvironment, rosa: str) -> None:
    env.arrives(PRIYA, raw_message("Before"))
    priya = env.connect(PRIYA)
    env.sync(priya)
    cursors = cursors_of(env)
    env.arrives(PRIYA, raw_message("After"))
    env.sandbox.control("POST", "faults", {"path": "/messages/delta", "edit": {"do": "leadAway"}})

    with pytest.raises(ForeignLink):
        env.sync(priya)
    kept = cursors_of(env)
    env.sandbox.control("DELETE", "faults")
    raw(env.rows).execute("update mailboxes set claimed_until = '2026-01-01T00:00:00Z'")
    env.sync(priya)

    assert kept == cursors
    assert env.subjects(rosa) == ["After", "Before"]


def cursors_of(env: EmailEnvironment) -> dict[str, str | None]:
    folders = raw(env.rows)["folders"].rows
    return {each["graph_id"]: each["cursor"] for each in folders}


def test_kept_link_to_another_host_heals(env: EmailEnvironment, rosa: str) -> None:
    env.arrives(PRIYA, raw_message("Before"))
    priya = env.connect(PRIYA)
    env.sync(priya)
    elsewhere = "https://elsewhere.example/v1.0/me/messages?$deltatoken=1"
    raw(env.rows).execute("update folders set cursor = ? where cursor is not null", [elsewhere])
    raw(env.rows).execute("update mailboxes set folders_cursor = ?", [elsewhere])
    env.arrives(PRIYA, raw_message("After"))

    env.sync(priya)

    assert env.subjects(rosa) == ["After", "Before"]
    assert not {each for each in cursors_of(env).values() if each and "elsewhere" in each}
    assert env.count("message_copies") == 2
