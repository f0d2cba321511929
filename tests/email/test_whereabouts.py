"""Messages that a folder no longer lists are asked for by id before anything is said of them."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.email_feed import store as email_feed
from portal.email_feed.models import CopyPlace
from sandbox.database import Row
from sandbox.mail import folders, store
from tests.email.environment import (
    PRIYA,
    ROSA,
    EmailEnvironment,
    move_message,
    raw_message,
    skip_searches,
)
from tests.email.search_runs import run
from tests.support.raw_rows import raw


@pytest.fixture
def rosa(env: EmailEnvironment) -> str:
    return env.candidate("Rosa Ortega", ROSA)


def place(env: EmailEnvironment) -> CopyPlace:
    (message_id,) = [row["id"] for row in raw(env.rows)["messages"].rows]
    return email_feed.entries_by_id(env.rows, [message_id])[message_id].place


def folder_named(env: EmailEnvironment, name: str) -> Row:
    found = folders.named(env.sandbox.state, env.sandbox.oid(PRIYA), name)
    assert found is not None
    return found


def inbox_tells(env: EmailEnvironment, *entries: dict[str, Any]) -> None:
    """Let the next page of changes in the Inbox be these entries."""
    (folder,) = raw(env.rows).query("select cursor from folders where name = 'Inbox'")
    mark = folder["cursor"].rpartition("/v1.0")[2].partition("?")[0].split("/")[-3]
    body = {"value": list(entries), "@odata.deltaLink": folder["cursor"]}
    plan = {"path": f"{mark}.*deltatoken", "status": 200, "body": body, "times": 1}
    env.sandbox.control("POST", "faults", plan)


def removed(graph_id: str) -> dict[str, Any]:
    return {"id": graph_id, "@removed": {"reason": "deleted"}}


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("junkemail", CopyPlace.JUNK), ("deleteditems", CopyPlace.DELETED),
     ("archive", CopyPlace.KEPT)],
)  # fmt: skip  # one to a line says no more
def test_moved_message_is_told_apart(
    env: EmailEnvironment, rosa: str, folder: str, expected: CopyPlace
) -> None:
    graph_id = env.arrives(PRIYA, raw_message("Hello"))
    priya = env.connect(PRIYA)
    env.sync(priya)
    move_message(env, graph_id, folder_named(env, folder))

    env.sync(priya)

    assert (place(env), env.subjects(rosa)) == (expected, ["Hello"])


def test_message_that_came_back_before_the_sync_is_not_deleted(
    env: EmailEnvironment, rosa: str
) -> None:
    graph_id = env.arrives(PRIYA, raw_message("Known"))
    priya = env.connect(PRIYA)
    env.sync(priya)
    inbox_tells(env, removed(graph_id))

    env.sync(priya)

    assert place(env) is CopyPlace.KEPT


@pytest.mark.parametrize("edit", ["repeat", "removeFirst"])
def test_message_named_twice_in_a_page_is_taken_once(
    env: EmailEnvironment, rosa: str, edit: str
) -> None:
    priya = env.connect(PRIYA)
    env.sync(priya)
    env.arrives(PRIYA, raw_message("CV", attachment=("cv.pdf", b"%PDF")))
    env.arrives(PRIYA, raw_message("News", sender="news@shop.example"))
    plan = {"path": "/messages/delta.*token", "edit": {"do": edit}}
    env.sandbox.control("POST", "faults", plan)

    env.sync(priya)

    assert (env.subjects(rosa), place(env)) == (["CV"], CopyPlace.KEPT)
    assert (env.count("attachments"), env.left_out()) == (1, {"no_candidate": 1})


def test_new_message_that_is_told_as_removed_only_is_kept(env: EmailEnvironment, rosa: str) -> None:
    priya = env.connect(PRIYA)
    env.sync(priya)
    skip_searches(env)
    graph_id = env.arrives(PRIYA, raw_message("New"))
    inbox_tells(env, removed(graph_id))

    env.sync(priya)

    assert env.subjects(rosa) == ["New"]


def test_walk_of_the_month_finds_what_was_never_told(env: EmailEnvironment, rosa: str) -> None:
    lost = env.arrives(PRIYA, raw_message("Lost"))
    priya = env.connect(PRIYA)
    env.sync(priya)
    skip_searches(env)
    env.arrives(PRIYA, raw_message("Never told"))
    forget(env, lost)
    long_ago = clock.utc_now() - timedelta(days=31)
    raw(env.rows).execute("update mailboxes set first_sync_finished_at = ?", [clock.text(long_ago)])
    raw(env.rows).execute("update message_copies set seen_at = ?", [clock.text(long_ago)])

    assert run(env) == 1

    assert env.subjects(rosa) == ["Lost", "Never told"]
    gone = raw(env.rows).query("select graph_id from message_copies where gone_at is not null")
    assert [row["graph_id"] for row in gone] == [lost]
    assert run(env) == 0


def forget(env: EmailEnvironment, graph_id: str) -> None:
    """Delete a message at Microsoft for good, without a word in any page of changes."""
    state, oid = env.sandbox.state, env.sandbox.oid(PRIYA)
    row = store.message(state, oid, graph_id)
    assert row is not None
    with state.write():
        state.execute("delete from messages where immutable_id = ?", (row["immutable_id"],))
