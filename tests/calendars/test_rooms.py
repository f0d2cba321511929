"""Room sync by a worker, and its failures."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.act import Act
from portal.calendars import delegates, jobs, overview, store
from portal.errors import Conflict, NotFound
from portal.microsoft365 import consent_store, consent_verification
from portal.microsoft365.permissions import Feature
from portal.storage.claims import ClaimLost
from portal.users import administration
from portal.users import store as people
from portal.worker import store as worker_store
from tests.calendars.conftest import BY, ROLES, House
from tests.support.raw_rows import raw

SEEDED = ["Aurora", "Borealis", "Cirrus", "Dune", "Attic"]


def control(house: House, method: str, path: str, body: object = None) -> None:
    house.env.sandbox.control(method, path, body)


def test_all_pages_are_read(house: House) -> None:
    house.consent(*ROLES)
    control(house, "POST", "rooms/bulk", {"count": 250, "building": "Tower"})

    house.refresh()

    assert len(house.names) == 255
    uses = consent_store.uses(house.env.rows)
    assert uses[Feature.ROOMS].last_success_at is not None
    assert len(house.env.calls("/places/")) == 3


def test_list_is_read_automatically_and_again_the_next_day(house: House) -> None:
    house.consent("Place.Read.All")
    claim = house.claim()
    assert claim is not None

    jobs.refresh_rooms(house.env.services, claim, lambda: False)

    assert sorted(house.names) == sorted(SEEDED)
    assert house.claim() is None
    tomorrow = clock.utc_now() + timedelta(days=1)
    assert jobs.ROOMS.claim(house.env.services, "test", now=tomorrow) is not None


def test_nothing_is_due_without_permission(house: House) -> None:
    house.consent("Mail.Read")

    assert house.claim() is None
    assert "Place.Read.All" in overview.access(house.env.rows).lists_because_not


def test_room_without_an_address_is_left_out(house: House) -> None:
    house.consent(*ROLES)
    control(house, "POST", "rooms", {"displayName": "Broom cupboard", "emailAddress": None})

    house.refresh()

    assert "Broom cupboard" not in house.names
    (bare,) = store.left_out(house.env.rows, limit=9)
    assert bare.name == "Broom cupboard"
    assert bare.left_out_because


def test_missing_room_is_kept_as_gone_and_comes_back(house: House) -> None:
    house.consent(*ROLES)
    house.refresh()
    control(house, "DELETE", "rooms/room-dune@northwind.example")

    house.refresh()

    assert "Dune" not in house.names
    (gone,) = store.left_out(house.env.rows, limit=9)
    assert gone.name == "Dune"
    assert gone.gone_at is not None

    control(
        house, "POST", "rooms", {"displayName": "Ebb", "emailAddress": "room-ebb@northwind.example"}
    )
    house.refresh()
    assert "Ebb" in house.names
    with house.env.rows.write():
        store.replace_rooms(house.env.rows, [gone], now=clock.utc_now())
    assert house.names == ["Dune"]


def test_empty_list_is_believed_only_when_it_stays_empty(house: House) -> None:
    house.consent(*ROLES)
    house.refresh()
    for name in SEEDED:
        control(house, "DELETE", f"rooms/room-{name.lower()}@northwind.example")

    house.refresh()
    assert len(house.names) == 5

    long_ago = clock.text(clock.utc_now() - timedelta(days=2))
    raw(house.env.rows).execute("update room_refreshes set first_empty_at = ?", [long_ago])
    house.refresh()
    assert house.names == []
    gone = raw(house.env.rows).execute("select count(*) from rooms where gone_at is not null")
    assert gone.fetchone()[0] == 5


def test_refusal_is_stored_and_retried(house: House) -> None:
    house.consent(*ROLES)
    fault = {"path": "/places/", "status": 403, "times": 1}
    control(house, "POST", "faults", fault)

    house.refresh()

    assert "permission" in house.failure
    assert consent_store.uses(house.env.rows)[Feature.ROOMS].failure == house.failure
    house.refresh()
    assert house.failure == ""
    assert len(house.names) == 5


def test_throttling_sets_the_next_attempt(house: House) -> None:
    house.consent(*ROLES)
    control(house, "POST", "faults", {"path": "/places/", "status": 429, "retryAfter": 300})

    house.refresh()

    found = store.refresh(house.env.rows)
    assert found is not None
    assert "too many requests" in house.failure
    wait = found.due_at - clock.utc_now()
    assert timedelta(seconds=280) < wait <= timedelta(seconds=300)


def test_withdrawn_consent_stops_work_and_starts_it_again(house: House) -> None:
    house.consent(*ROLES)
    house.refresh()
    control(house, "DELETE", "consent")
    consent_verification.look_again(house.env.rows, house.env.services.microsoft365)
    with house.env.rows.write():
        store.make_due(house.env.rows, now=clock.utc_now())

    assert house.claim() is None
    assert len(house.names) == 5

    house.consent(*ROLES)
    assert house.claim() is not None


def test_failure_is_due_as_soon_as_the_permission_returns(house: House) -> None:
    house.consent(*ROLES)
    control(house, "POST", "faults", {"path": "/places/", "status": 403, "times": 1})
    house.refresh()
    assert house.claim() is None

    earlier = clock.text(clock.utc_now() - timedelta(seconds=2))
    raw(house.env.rows).execute("update room_refreshes set last_attempt_at = ?", [earlier])
    raw(house.env.rows).execute(
        "update consent_roles set granted_at = ?", [clock.text(clock.utc_now())]
    )

    assert house.claim() is not None


def test_refused_list_is_tried_again_after_a_minute_like_mail(house: House) -> None:
    house.consent(*ROLES)
    control(house, "POST", "faults", {"path": "/places/", "status": 403})
    waits = []

    for _ in range(3):
        house.refresh()
        found = store.refresh(house.env.rows)
        assert found is not None
        waits.append(round((found.due_at - clock.utc_now()) / timedelta(minutes=1)))

    assert waits == [1, 2, 4]
    assert "mailbox" not in house.failure


def test_list_is_claimed_by_one_worker(house: House) -> None:
    house.consent(*ROLES)
    first = house.claim()
    assert first is not None
    assert house.claim() is None

    late = clock.utc_now() + timedelta(minutes=5)
    assert jobs.ROOMS.claim(house.env.services, "other", now=late) is not None
    with pytest.raises(ClaimLost):
        jobs.refresh_rooms(house.env.services, first, lambda: False)
    assert house.names == []


def test_delegate_is_chosen_with_an_audit_row(house: House) -> None:
    house.consent(*ROLES)
    kim = house.choose("kim")
    house.choose("priya")

    delegates.choose(
        Act(house.env.rows, BY, clock.utc_now()),
        kim,
    )

    chosen = [row for row in house.env.audited() if row[0] == "delegated room sync user chosen"]
    assert len(chosen) == 3
    delegate = store.delegate(house.env.rows)
    assert delegate is not None
    assert (delegate.person.id, delegate.person.role) == (kim, "limited")


def test_delegate_cannot_be_disabled_without_a_successor(house: House) -> None:
    house.consent(*ROLES)
    priya, now = house.choose("priya"), clock.utc_now()

    with pytest.raises(Conflict, match="Choose another delegated room sync user first"):
        administration.set_enabled(
            Act(house.env.rows, BY, now),
            priya,
            enabled=False,
        )
    assert people.user(house.env.rows, priya).is_enabled

    house.choose("kim")
    administration.set_enabled(
        Act(house.env.rows, BY, now),
        priya,
        enabled=False,
    )
    assert not people.user(house.env.rows, priya).is_enabled


def test_disabled_or_foreign_person_cannot_be_delegate(house: House) -> None:
    house.consent(*ROLES)
    priya = house.env.person("priya")
    alex = house.env.person("alex", has_account=False)
    now = clock.utc_now()
    administration.set_enabled(
        Act(house.env.rows, BY, now),
        priya,
        enabled=False,
    )

    for user_id in (priya, alex, "nobody"):
        with pytest.raises(NotFound):
            delegates.choose(
                Act(house.env.rows, BY, now),
                user_id,
            )


def test_without_consent_the_delegates_own_connection_reads_the_list(house: House) -> None:
    scopes = ("openid", "profile", "email", "offline_access", "User.Read", "Place.Read.All")
    user_id, _ = house.env.connect()
    raw(house.env.rows).execute("update connections set scopes = ?", [" ".join(scopes)])
    assert house.claim() is None

    delegates.choose(
        Act(house.env.rows, BY, clock.utc_now()),
        user_id,
    )

    access = overview.access(house.env.rows)
    assert access.can_list
    assert "Calendars.Read" in access.times_because_not
    assert house.claim() is not None


def test_delegate_whom_microsoft_disabled_needs_a_successor(house: House) -> None:
    house.consent(*ROLES)
    priya = house.choose("priya")
    raw(house.env.rows).execute("update users set is_enabled = 0 where id = ?", [priya])

    seen = overview.overview(house.env.rows)

    assert seen.needs_successor
    assert "Choose another" in seen.access.times_because_not
    assert seen.access.can_list


def test_list_is_not_planned_before_something_permits_it(house: House) -> None:
    assert house.claim() is None
    before = store.refresh(house.env.rows)
    house.consent(*ROLES)

    assert before is None
    assert house.claim() is not None


def test_jobs_page_says_when_nothing_permits_reading_the_list(house: House) -> None:
    house.consent(*ROLES)
    house.refresh()
    permitted = worker_store.jobs(house.env.rows, [jobs.ROOMS])

    raw(house.env.rows).execute("delete from consent_roles where role = 'Place.Read.All'")
    refused = worker_store.jobs(house.env.rows, [jobs.ROOMS])

    assert [job.off_because for job in permitted] == [None]
    assert [job.off_because for job in refused] == ["nothing permits reading the list of rooms"]
