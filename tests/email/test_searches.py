"""Searches for earlier correspondence after a new candidate, address or alias."""

from typing import Any

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits
from portal.candidates import store as candidates
from portal.candidates.edits import Draft
from portal.email import aliases, removal, search_store, searches, settings_store
from portal.graph.errors import MailboxFenced
from portal.storage.claims import ClaimLost
from tests.email.environment import ALEX, PRIYA, ROSA, TALENT, EmailEnvironment, raw_message
from tests.email.search_runs import claim, run, run_one
from tests.support.raw_rows import raw


@pytest.fixture
def priya(env: EmailEnvironment) -> str:
    """Priya, synced, with mail from people who are not candidates yet."""
    env.arrives(PRIYA, raw_message("From Rosa"))
    env.arrives(PRIYA, raw_message("To Rosa", sender=PRIYA, to=ROSA), folder="SentItems")
    env.arrives(PRIYA, raw_message("Tagged", sender="rosa.ortega+jobs@mail.example"))
    env.arrives(PRIYA, raw_message("Loud", sender=ROSA.upper()))
    env.arrives(PRIYA, raw_message("Mentioned", sender="sam@mail.example", text=ROSA))
    env.arrives(PRIYA, raw_message("Thrown away"), folder="DeletedItems")
    priya = env.connect(PRIYA)
    env.sync(priya)
    # Candidates of these tests are added after the first sync, not in the same second.
    raw(env.rows).execute(
        "update mailboxes set first_sync_started_at = '2026-01-01T00:00:00Z', "
        "candidates_seen_at = '2026-01-01T00:00:00Z'"
    )
    return priya


def fault(env: EmailEnvironment, path: str, **plan: Any) -> None:
    env.sandbox.control("POST", "faults", {"path": path, **plan})


EARLIER = ["From Rosa", "Loud", "Tagged", "To Rosa"]


def test_new_candidate_starts_a_search(env: EmailEnvironment, priya: str) -> None:
    before = env.left_out()
    rosa = env.candidate("Rosa Ortega", ROSA)

    run(env)

    assert env.subjects(rosa) == EARLIER
    assert env.left_out() == before
    assert run(env) == 0


def test_each_mailbox_is_searched(env: EmailEnvironment, priya: str) -> None:
    env.arrives(ALEX, raw_message("To Alex", to=ALEX))
    env.sync(env.connect(ALEX))
    rosa = env.candidate("Rosa Ortega", ROSA)

    run(env)

    assert env.subjects(rosa) == sorted([*EARLIER, "To Alex"])


def test_new_address_starts_a_search(env: EmailEnvironment, priya: str) -> None:
    rosa = env.candidate("Rosa Ortega", "rosa@elsewhere.example")
    run(env)
    before = env.subjects(rosa)
    known = candidates.candidate(env.rows, rosa)
    draft = Draft(known.name, "", f"rosa@elsewhere.example\n{ROSA}")
    edits.change(
        Act(env.rows, Actor.system("program"), clock.utc_now()),
        rosa,
        draft,
        seen=known.updated_at,
    )

    run(env)

    assert (before, env.subjects(rosa)) == ([], EARLIER)


def test_second_candidate_with_the_address_gets_the_same_messages(
    env: EmailEnvironment, priya: str
) -> None:
    env.candidate("Rosa Ortega", ROSA)
    run(env)
    twin = env.candidate("Rosa Twin", ROSA)

    run(env)

    assert env.subjects(twin) == EARLIER
    assert env.count("messages") == len(EARLIER)


def test_candidate_of_before_the_first_sync_needs_no_search(env: EmailEnvironment) -> None:
    env.candidate("Rosa Ortega", ROSA)
    raw(env.rows).execute("update candidate_addresses set added_at = '2026-01-01T00:00:00Z'")
    env.sync(env.connect(PRIYA))

    assert run(env) == 0


def test_candidate_added_during_the_first_sync_is_searched(env: EmailEnvironment) -> None:
    """The sync may have passed a page just before the candidate was added."""
    env.arrives(PRIYA, raw_message("Early"))
    claimed = env.claim(env.connect(PRIYA))
    rosa = env.candidate("Rosa Ortega", ROSA)
    search_store.plan(env.rows, now=clock.utc_now())
    waits = claim(env)
    raw(env.rows).execute("update mailboxes set claimed_by = null, claimed_until = null")
    env.sync("priya")

    assert waits is None
    assert claimed.row_id != ""
    assert run(env) == 1
    assert env.subjects(rosa) == ["Early"]


def test_refused_search_becomes_a_walk(env: EmailEnvironment, priya: str) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    fault(env, "search", status=400, code="BadRequest")

    run(env)

    assert env.subjects(rosa) == EARLIER
    assert unfinished(env) == 0


def test_oversized_search_becomes_a_walk(
    env: EmailEnvironment, priya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "MOST_FOUND", 2)
    rosa = env.candidate("Rosa Ortega", ROSA)

    run(env)

    assert env.subjects(rosa) == EARLIER
    assert [row["stage"] for row in raw(env.rows)["searches"].rows] == ["walking", "walking"]


def unfinished(env: EmailEnvironment) -> int:
    return int(raw(env.rows)["searches"].count_where("finished_at is null"))


def test_large_import_walks_the_mailbox_once(env: EmailEnvironment, priya: str) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    for number in range(search_store.MOST_SEARCHES + 5):
        env.candidate(f"Person {number}", f"person{number}@crowd.example")

    walks = run(env)

    assert walks == 1
    assert env.subjects(rosa) == EARLIER
    assert unfinished(env) == 0


@pytest.mark.parametrize(
    "refusal",
    [{"status": 400, "code": "ErrorInvalidIdMalformed"}, {"status": 403, "code": "Odd"},
     {"status": 403, "code": "ErrorAccessDenied"}, {"status": 500}],
)  # fmt: skip  # two to a line say no more
def test_refused_folder_stops_no_walk(
    env: EmailEnvironment,
    priya: str,
    refusal: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inbox = folder_id_of(env, "Inbox")
    rosa = env.candidate("Rosa Ortega", ROSA)
    fault(env, "search", status=400, code="BadRequest")
    fault(env, f"{inbox}/messages/delta", **refusal)
    monkeypatch.setattr(searches, "TRIES_BEFORE_GOING_ON", 0)

    run(env)

    assert env.subjects(rosa) == ["To Rosa"]
    assert unfinished(env) == 0


def test_walk_of_a_closed_mailbox_is_not_finished(env: EmailEnvironment, priya: str) -> None:
    env.candidate("Rosa Ortega", ROSA)
    fault(env, "search", status=400, code="BadRequest")
    fault(env, "mailFolders", status=403, code="ErrorAccessDenied")

    with pytest.raises(MailboxFenced):
        run(env)

    assert unfinished(env) == 2


def folder_id_of(env: EmailEnvironment, name: str) -> str:
    (found,) = raw(env.rows).query("select graph_id from folders where name = ?", [name])
    return str(found["graph_id"])


def test_stopped_walk_resumes(
    env: EmailEnvironment, priya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "MOST_FOUND", 1)
    monkeypatch.setattr(searches, "PAGE_SIZE", 1)
    rosa = env.candidate("Rosa Ortega", ROSA)
    search_store.plan(env.rows, now=clock.utc_now())
    for _ in range(100):
        search_store.plan(env.rows, now=clock.utc_now())
        claimed = claim(env)
        if claimed is None:
            break
        searches.run_search(env.rows, env.client(priya), claimed, should_stop=lambda: True)

    assert env.subjects(rosa) == EARLIER
    assert unfinished(env) == 0


def test_deleting_the_candidate_ends_the_search(env: EmailEnvironment, priya: str) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    search_store.plan(env.rows, now=clock.utc_now())
    claimed = claim(env)
    assert claimed is not None
    removal.delete_candidate(
        Act(env.rows, Actor.system("test"), clock.utc_now()),
        candidates.candidate(env.rows, rosa),
    )

    with pytest.raises(ClaimLost):
        run_one(env, claimed)

    assert env.count("messages") == 0


def test_included_alias_brings_older_mail(env: EmailEnvironment) -> None:
    env.sandbox.control("PATCH", "tenant", {"sendFromAlias": True})
    env.arrives(PRIYA, raw_message("To the alias", to=TALENT))
    rosa = env.candidate("Rosa Ortega", ROSA)
    priya = env.connect(PRIYA)
    env.sync(priya)
    run(env)
    before = env.subjects(rosa)
    (talent,) = [a for a in settings_store.aliases_of(env.rows, priya) if a.folded == TALENT]
    aliases.set_inclusion(
        Act(env.rows, Actor.system("test"), clock.utc_now()),
        talent,
        included=True,
        from_now=False,
    )

    run(env)

    assert (before, env.subjects(rosa)) == ([], ["To the alias"])


def test_one_search_of_a_mailbox_at_a_time(env: EmailEnvironment, priya: str) -> None:
    env.candidate("Rosa Ortega", ROSA)
    env.candidate("Kim Post", "kim@post.example")
    search_store.plan(env.rows, now=clock.utc_now())

    first, second = claim(env), claim(env)

    assert first is not None
    assert second is None


def test_search_waits_while_sync_is_off(env: EmailEnvironment, priya: str) -> None:
    env.candidate("Rosa Ortega", ROSA)
    search_store.plan(env.rows, now=clock.utc_now())
    raw(env.rows).execute("update mailboxes set is_syncing = 0")

    assert claim(env) is None


def test_message_missing_from_the_index_is_found(env: EmailEnvironment, priya: str) -> None:
    env.sandbox.control("POST", "faults", {"path": "search", "status": 200, "body": {"value": []}})
    rosa = env.candidate("Rosa Ortega", ROSA)

    run(env)

    assert env.subjects(rosa) == EARLIER
    assert [row["stage"] for row in raw(env.rows)["searches"].rows] == ["searching"]
