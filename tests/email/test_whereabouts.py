"""A walk, and asking by id, find what Microsoft's changes left out: messages and their counts."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.email import search_store, searches
from portal.email_feed import store as email_feed
from portal.email_feed.models import CopyPlace
from sandbox import quirks
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
from tests.email.search_runs import claim, run
from tests.support.raw_rows import raw
from tests.support.visitors import visitor

LOST = "Lost on the way"


@pytest.fixture
def rosa(env: EmailEnvironment) -> str:
    return env.candidate("Rosa Ortega", ROSA)


def place(env: EmailEnvironment) -> CopyPlace:
    (message_id,) = [row["id"] for row in raw(env.rows)["messages"].rows]
    return email_feed.entries_by_id(env.rows, [message_id], viewer="")[message_id].place


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
    make_walk_due(env)
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


@pytest.fixture
def priya(env: EmailEnvironment, rosa: str) -> str:
    """Priya, synced a month ago. One message came since."""
    env.arrives(PRIYA, raw_message("First"))
    user_id = env.connect(PRIYA)
    env.sync(user_id)
    skip_searches(env)
    env.arrives(PRIYA, raw_message(LOST))
    make_walk_due(env)
    return user_id


def make_walk_due(env: EmailEnvironment) -> None:
    long_ago = clock.text(clock.utc_now() - timedelta(days=31))
    raw(env.rows).execute(
        "update mailboxes set first_sync_finished_at = ?, walked_at = ?", [long_ago, long_ago]
    )


def inbox(env: EmailEnvironment) -> str:
    (row,) = raw(env.rows).query("select graph_id from folders where name = 'Inbox'")
    return str(row["graph_id"])


def drop(env: EmailEnvironment, *, times: int) -> None:
    """Let Microsoft leave a message out of so many pages of the Inbox, and count it."""
    quirks.turn(env.sandbox.state, {quirks.EMPTY_PAGES.name: False})
    path = f"{inbox(env)}/messages/delta"
    edit = {"do": "drop", "item": {"subject": LOST}}
    env.sandbox.control("POST", "faults", {"path": path, "times": times, "edit": edit})


def missing(env: EmailEnvironment) -> dict[str, int]:
    found = raw(env.rows).query("select name, missing_count from folders where missing_count > 0")
    return {row["name"]: row["missing_count"] for row in found}


def readings(env: EmailEnvironment) -> int:
    """How many times the Inbox was read from its beginning."""
    called = env.sandbox.control("GET", "requests")["value"]
    chains = [each for each in called if f"{inbox(env)}/messages/delta" in each["path"]]
    return len([each for each in chains if "token" not in each["query"]])


def test_folder_that_lists_less_than_counted_is_read_again(
    env: EmailEnvironment, rosa: str, priya: str
) -> None:
    drop(env, times=1)
    env.sandbox.control("DELETE", "requests")

    run(env)

    assert env.subjects(rosa) == ["First", LOST]
    assert (missing(env), readings(env)) == ({}, 2)


def test_lasting_difference_is_noted_until_a_walk_without_one(
    env: EmailEnvironment,
    rosa: str,
    priya: str,
    connected_app: Flask,
    caplog: pytest.LogCaptureFixture,
) -> None:
    visit = visitor(connected_app, priya)
    sentence = "Microsoft counts 1 more item in Inbox than it lists"
    drop(env, times=2)
    env.sandbox.control("DELETE", "requests")

    run(env)

    assert (env.subjects(rosa), missing(env), readings(env)) == (["First"], {"Inbox": 1}, 2)
    assert sentence in visit.text("/settings/email")
    assert "1 item that Microsoft counts and does not list." in jobs_page(env, connected_app)
    assert f"1 of 2 items are not listed in {inbox(env)}" in caplog.text
    make_walk_due(env)
    run(env)
    assert (env.subjects(rosa), missing(env)) == (["First", LOST], {})
    assert sentence not in visit.text("/settings/email")


def jobs_page(env: EmailEnvironment, app: Flask) -> str:
    alex = env.connect("alex@northwind.example")
    raw(env.rows).execute("update users set role = 'admin' where id = ?", [alex])
    return visitor(app, alex).text("/admin/jobs")


def run_walk(env: EmailEnvironment, priya: str, should_stop: Callable[[], bool]) -> None:
    """Run the walk that is due, as often as it stops."""
    search_store.plan(env.rows, now=clock.utc_now())
    while (claimed := claim(env)) is not None:
        searches.run_search(env.rows, env.client(priya), claimed, should_stop=should_stop)


def deliver(env: EmailEnvironment) -> None:
    env.arrives(PRIYA, raw_message("During the walk"))


def delete(env: EmailEnvironment) -> None:
    (row,) = raw(env.rows).query("select graph_id from message_copies")
    forget(env, row["graph_id"])


@pytest.mark.parametrize("happen", [deliver, delete])
def test_mail_that_comes_and_goes_is_no_difference(
    env: EmailEnvironment,
    rosa: str,
    priya: str,
    monkeypatch: pytest.MonkeyPatch,
    happen: Callable[[EmailEnvironment], None],
) -> None:
    monkeypatch.setattr(searches, "PAGE_SIZE", 1)
    env.sandbox.control("DELETE", "requests")

    def happenings() -> Iterator[bool]:
        happen(env)
        while True:
            yield False

    run_walk(env, priya, happenings().__next__)

    assert LOST in env.subjects(rosa)
    assert (missing(env), readings(env)) == ({}, 1)


def test_walk_that_stops_after_each_page_counts_right(
    env: EmailEnvironment, rosa: str, priya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "PAGE_SIZE", 1)
    drop(env, times=1)
    env.sandbox.control("DELETE", "requests")

    run_walk(env, priya, lambda: True)

    assert env.subjects(rosa) == ["First", LOST]
    assert missing(env) == {}


@pytest.mark.parametrize("status", [400, 403, 500])
def test_refused_count_loses_no_message(
    env: EmailEnvironment, rosa: str, priya: str, status: int
) -> None:
    path = rf"mailFolders/{inbox(env)}\?"
    env.sandbox.control("POST", "faults", {"path": path, "times": 20, "status": status})

    run(env)

    assert (env.subjects(rosa), missing(env)) == (["First", LOST], {})
    assert raw(env.rows)["searches"].count_where("finished_at is null") == 0
