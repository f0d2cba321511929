"""Earlier correspondence: what a new candidate, address or alias brings from synced mailboxes."""

from typing import Any

import pytest

from portal import clock
from portal.audit.log import Actor
from portal.candidates import editing
from portal.candidates import store as candidates
from portal.candidates.editing import Draft
from portal.email import aliases, forgetting, search_store, searches, settings_store
from portal.storage.claims import Claim, ClaimLost
from tests.email.office import ALEX, PRIYA, ROSA, TALENT, Office, never, raw_message


@pytest.fixture
def priya(office: Office) -> str:
    """Synced, with mail from people who are not candidates yet."""
    office.arrives(PRIYA, raw_message("From Rosa"))
    office.arrives(PRIYA, raw_message("To Rosa", sender=PRIYA, to=ROSA), folder="SentItems")
    office.arrives(PRIYA, raw_message("Tagged", sender="rosa.ortega+jobs@mail.example"))
    office.arrives(PRIYA, raw_message("Loud", sender=ROSA.upper()))
    office.arrives(PRIYA, raw_message("Mentioned", sender="sam@mail.example", text=ROSA))
    office.arrives(PRIYA, raw_message("Thrown away"), folder="DeletedItems")
    priya = office.connect(PRIYA)
    office.sync(priya)
    # Candidates of these tests come after the first sync, not in the same second.
    office.db.execute(
        "update mailboxes set first_sync_started_at = '2026-01-01T00:00:00Z', "
        "candidates_seen_at = '2026-01-01T00:00:00Z'"
    )
    return priya


def claim(office: Office) -> Claim | None:
    return search_store.claim_due(office.db, "test", now=clock.utc_now())


def run(office: Office) -> int:
    """Everything that is due, as a worker does it; how many pieces of work that was."""
    search_store.plan(office.db, now=clock.utc_now())
    count = 0
    while (claimed := claim(office)) is not None:
        run_one(office, claimed)
        search_store.plan(office.db, now=clock.utc_now())
        count += 1
    return count


def run_one(office: Office, claimed: Claim) -> None:
    user_id = search_store.search(office.db, claimed.row_id).user_id
    searches.run_search(office.db, office.client(user_id), claimed, should_stop=never)


def fault(office: Office, path: str, **plan: Any) -> None:
    office.sandbox.control("POST", "faults", {"path": path, **plan})


EARLIER = ["From Rosa", "Loud", "Tagged", "To Rosa"]


def test_new_candidate_brings_earlier_correspondence(office: Office, priya: str) -> None:
    before = office.left_out()
    rosa = office.candidate("Rosa Ortega", ROSA)

    run(office)

    assert office.subjects(rosa) == EARLIER
    assert office.left_out() == before
    assert run(office) == 0


def test_each_mailbox_is_searched(office: Office, priya: str) -> None:
    office.arrives(ALEX, raw_message("To Alex", to=ALEX))
    office.sync(office.connect(ALEX))
    rosa = office.candidate("Rosa Ortega", ROSA)

    run(office)

    assert office.subjects(rosa) == sorted([*EARLIER, "To Alex"])


def test_new_address_brings_what_is_with_it(office: Office, priya: str) -> None:
    rosa = office.candidate("Rosa Ortega", "rosa@elsewhere.example")
    run(office)
    before = office.subjects(rosa)
    known = candidates.candidate(office.db, rosa)
    draft = Draft(known.name, "", f"rosa@elsewhere.example\n{ROSA}")
    editing.change(office.db, rosa, draft, seen=known.updated_at, now=clock.utc_now())

    run(office)

    assert (before, office.subjects(rosa)) == ([], EARLIER)


def test_second_candidate_with_the_address_gets_the_same_messages(
    office: Office, priya: str
) -> None:
    office.candidate("Rosa Ortega", ROSA)
    run(office)
    twin = office.candidate("Rosa Twin", ROSA)

    run(office)

    assert office.subjects(twin) == EARLIER
    assert office.count("messages") == len(EARLIER)


def test_candidate_of_before_the_first_sync_needs_no_search(office: Office) -> None:
    office.candidate("Rosa Ortega", ROSA)
    office.db.execute("update candidate_addresses set added_at = '2026-01-01T00:00:00Z'")
    office.sync(office.connect(PRIYA))

    assert run(office) == 0


def test_candidate_who_comes_during_the_first_sync_is_searched_for(office: Office) -> None:
    """A page may have been looked at a moment before the candidate was there."""
    office.arrives(PRIYA, raw_message("Early"))
    claimed = office.claim(office.connect(PRIYA))
    rosa = office.candidate("Rosa Ortega", ROSA)
    search_store.plan(office.db, now=clock.utc_now())
    waits = claim(office)
    office.db.execute("update mailboxes set claimed_by = null, claimed_until = null")
    office.sync("priya")

    assert waits is None
    assert claimed.row_id != ""
    assert run(office) == 1
    assert office.subjects(rosa) == ["Early"]


def test_search_that_is_refused_becomes_a_walk(office: Office, priya: str) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    fault(office, "search", status=400, code="BadRequest")

    run(office)

    assert office.subjects(rosa) == EARLIER
    assert unfinished(office) == 0


def test_search_that_finds_too_much_becomes_a_walk(
    office: Office, priya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "MOST_FOUND", 2)
    rosa = office.candidate("Rosa Ortega", ROSA)

    run(office)

    assert office.subjects(rosa) == EARLIER
    assert [row["stage"] for row in office.db["searches"].rows] == ["walking", "walking"]


def unfinished(office: Office) -> int:
    return int(office.db["searches"].count_where("finished_at is null"))


def test_import_of_many_goes_through_the_mailbox_once(office: Office, priya: str) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    for number in range(search_store.MOST_SEARCHES + 5):
        office.candidate(f"Person {number}", f"person{number}@crowd.example")

    walks = run(office)

    assert walks == 1
    assert office.subjects(rosa) == EARLIER
    assert unfinished(office) == 0


def test_walk_that_is_stopped_goes_on_where_it_was(
    office: Office, priya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "MOST_FOUND", 1)
    monkeypatch.setattr(searches, "PAGE_SIZE", 1)
    rosa = office.candidate("Rosa Ortega", ROSA)
    search_store.plan(office.db, now=clock.utc_now())
    for _ in range(100):
        search_store.plan(office.db, now=clock.utc_now())
        claimed = claim(office)
        if claimed is None:
            break
        searches.run_search(office.db, office.client(priya), claimed, should_stop=lambda: True)

    assert office.subjects(rosa) == EARLIER
    assert unfinished(office) == 0


def test_candidate_who_is_deleted_during_the_search_ends_it(office: Office, priya: str) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    search_store.plan(office.db, now=clock.utc_now())
    claimed = claim(office)
    assert claimed is not None
    forgetting.delete_candidate(
        office.db,
        candidates.candidate(office.db, rosa),
        actor=Actor.system("test"),
        now=clock.utc_now(),
    )

    with pytest.raises(ClaimLost):
        run_one(office, claimed)

    assert office.count("messages") == 0


def test_alias_that_is_turned_on_brings_what_is_there_already(office: Office) -> None:
    office.sandbox.control("PATCH", "tenant", {"sendFromAlias": True})
    office.arrives(PRIYA, raw_message("To the alias", to=TALENT))
    rosa = office.candidate("Rosa Ortega", ROSA)
    priya = office.connect(PRIYA)
    office.sync(priya)
    run(office)
    before = office.subjects(rosa)
    (talent,) = [a for a in settings_store.aliases_of(office.db, priya) if a.folded == TALENT]
    aliases.set_inclusion(
        office.db,
        talent,
        included=True,
        from_now=False,
        actor=Actor.system("test"),
        now=clock.utc_now(),
    )

    run(office)

    assert (before, office.subjects(rosa)) == ([], ["To the alias"])


def test_one_search_of_a_mailbox_at_a_time(office: Office, priya: str) -> None:
    office.candidate("Rosa Ortega", ROSA)
    office.candidate("Kim Post", "kim@post.example")
    search_store.plan(office.db, now=clock.utc_now())

    first, second = claim(office), claim(office)

    assert first is not None
    assert second is None


def test_search_waits_while_sync_is_off(office: Office, priya: str) -> None:
    office.candidate("Rosa Ortega", ROSA)
    search_store.plan(office.db, now=clock.utc_now())
    office.db.execute("update mailboxes set is_syncing = 0")

    assert claim(office) is None


def test_what_is_not_in_the_index_yet_is_found_all_the_same(office: Office, priya: str) -> None:
    office.sandbox.control(
        "POST", "faults", {"path": "search", "status": 200, "body": {"value": []}}
    )
    rosa = office.candidate("Rosa Ortega", ROSA)

    run(office)

    assert office.subjects(rosa) == EARLIER
    assert [row["stage"] for row in office.db["searches"].rows] == ["searching"]
