"""The room pages: access, content and the calls they make to Microsoft."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from portal import clock
from portal.calendars import overview, room_times, store
from tests.calendars.conftest import ROLES, House
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, words

PAGE = "/admin/integrations/microsoft-365"
ROOMS = f"{PAGE}/rooms"
AURORA = "room-aurora@northwind.example"


@pytest.fixture
def alex(house: House) -> Visitor:
    return house.env.visitor(house.env.person("alex"))


def ready(house: House) -> str:
    house.consent(*ROLES)
    house.refresh()
    return house.choose("priya")


def asked(alex: Visitor) -> str:
    answer = alex.post(ROOMS)
    assert answer.status_code == 200, answer.text
    return words(answer)


def test_section_shows_the_rooms(house: House, alex: Visitor) -> None:
    ready(house)

    text = alex.text(PAGE)

    assert "5 rooms . Last refreshed" in text or "5 rooms. Last refreshed" in text
    assert "Aurora" in text
    assert "8 seats" in text
    assert "Priya Kaur" in text


def test_page_says_why_rooms_stay_while_the_list_is_empty(house: House, alex: Visitor) -> None:
    ready(house)
    before = unescape(alex.text(ROOMS))
    for room in house.rooms():
        house.env.sandbox.control("DELETE", f"rooms/{room.address}")

    house.refresh()
    empty = unescape(alex.text(ROOMS))
    raw(house.env.rows).execute("update room_refreshes set first_empty_at = '2026-11-01T00:00:00Z'")
    house.refresh()
    gone = unescape(alex.text(ROOMS))

    assert overview.EMPTY not in before
    assert overview.EMPTY in empty
    assert "Aurora" in empty
    assert overview.EMPTY not in gone


def test_refresh_now_makes_the_list_due(house: House, alex: Visitor) -> None:
    ready(house)
    assert house.claim() is None

    answer = alex.post(f"{ROOMS}/refresh")

    assert answer.status_code == 303
    assert house.claim() is not None
    assert ("rooms refreshed", "Meeting rooms", "ok") in house.env.audited()


def test_refresh_without_permission_is_refused(house: House, alex: Visitor) -> None:
    answer = alex.post(f"{ROOMS}/refresh")

    assert answer.status_code == 409
    assert "Place.Read.All" in answer.text


def test_delegate_is_searched_and_chosen(house: House, alex: Visitor) -> None:
    house.consent(*ROLES)
    priya = house.env.person("priya")
    assert "Priya Kaur" in alex.text(f"{ROOMS}/delegate?q=PRIYA%40")
    assert "Nobody found" in alex.text(f"{ROOMS}/delegate?q=%25")
    assert "Met" in alex.text(f"{ROOMS}/delegate")

    answer = alex.post(f"{ROOMS}/delegate", {"user_id": priya})

    assert answer.status_code == 303
    found = store.delegate(house.env.rows)
    assert found is not None
    assert (found.person.id, found.chosen_by) == (priya, "Alex Berg")
    assert alex.post(f"{ROOMS}/delegate", {"user_id": "nobody"}).status_code == 404
    assert alex.post(f"{ROOMS}/delegate").status_code == 422


def test_page_of_the_delegate_names_missing_consent(house: House, alex: Visitor) -> None:
    house.consent("Place.Read.All")

    assert "Missing: Calendars.Read" in alex.text(f"{ROOMS}/delegate")


def test_today_shows_when_rooms_are_taken(house: House, alex: Visitor) -> None:
    priya = ready(house)
    now = clock.utc_now()
    event = {
        "start": clock.text(now - timedelta(hours=1)),
        "end": clock.text(now + timedelta(days=2)),
    }
    house.env.sandbox.control("POST", f"mailboxes/{AURORA}/events", event)

    text = asked(alex)

    assert "Taken for the rest of today" in text
    assert text.count("Free for the rest of today") == 4
    oid = house.env.sandbox.oid("priya@northwind.example")
    assert house.env.calls(f"/users/{oid}/calendar/getSchedule") == ["POST"]
    rows = raw(house.env.rows).query("select user_id, feature from organization_accesses")
    assert [(row["user_id"], row["feature"]) for row in rows] == [(priya, "rooms")]


def test_twenty_rooms_are_requested_at_once(house: House, alex: Visitor) -> None:
    house.env.sandbox.control("POST", "rooms/bulk", {"count": 40})
    ready(house)

    assert asked(alex).count("for the rest of today") == 40
    assert len(house.env.calls("getSchedule")) == 2
    second = words(alex.post(f"{ROOMS}?page=2"))
    assert second.count("for the rest of today") == 5


def test_room_that_microsoft_forgot_says_so_beside_the_others(house: House, alex: Visitor) -> None:
    ready(house)
    raw(house.env.rows).execute(
        "update rooms set address = 'nobody@northwind.example' where address = ?", [AURORA]
    )

    text = asked(alex)

    assert "Microsoft does not know this address any more" in text
    assert text.count("Free for the rest of today") == 4


def test_timeout_is_explained(house: House, alex: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(house)
    monkeypatch.setattr(room_times, "PATIENCE_SECONDS", 0.4)
    fault = {"path": "getSchedule", "delayMs": 1500, "times": 1}
    house.env.sandbox.control("POST", "faults", fault)

    assert asked(alex).count("Microsoft did not answer within 10 seconds") == 5


def test_refusal_of_the_mailbox_is_shown_for_each_room(house: House, alex: Visitor) -> None:
    ready(house)
    control = house.env.sandbox.control
    control("PATCH", "users/priya@northwind.example", {"fenced": True})

    assert asked(alex).count("Exchange keeps this mailbox closed to Portal") == 5


def test_throttling_is_explained(house: House, alex: Visitor) -> None:
    ready(house)
    fault = {"path": "getSchedule", "status": 429, "retryAfter": 120}
    house.env.sandbox.control("POST", "faults", fault)

    assert "too many requests" in asked(alex)


def no_consent(house: House) -> None:
    house.consent("Mail.Read")


def no_calendars(house: House) -> None:
    house.consent("Place.Read.All")


def disabled(house: House) -> None:
    raw(house.env.rows).execute("update users set is_enabled = 0 where display_name = 'Priya Kaur'")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (no_consent, "Place.Read.All and Calendars.Read is missing"),
        (no_calendars, "Calendars.Read is missing"),
        (disabled, "Choose another delegated room sync user"),
    ],
)
def test_obstacle_is_named_without_a_call_to_microsoft(
    house: House, alex: Visitor, change: Callable[[House], None], sentence: str
) -> None:
    ready(house)
    house.env.sandbox.control("DELETE", "consent")
    change(house)

    answer = alex.post(ROOMS)

    assert answer.status_code == 409 or change is disabled
    assert sentence in words(answer)
    assert house.env.calls("getSchedule") == []


def test_pages_open_without_consent_and_with_a_disabled_delegate(
    house: House, alex: Visitor
) -> None:
    ready(house)
    raw(house.env.rows).execute("delete from consent_roles")
    disabled(house)

    assert "A successor is needed." in alex.text(PAGE)
    assert "can no longer sign in" in alex.text(ROOMS)
    assert "Kim Lund" not in alex.text(f"{ROOMS}/delegate")


@pytest.mark.parametrize("path", [ROOMS, f"{ROOMS}/delegate"])
def test_pages_are_for_administrators(house: House, path: str) -> None:
    house.consent(*ROLES)
    kim = house.env.visitor(house.env.person("kim"))

    assert kim.get(path).status_code == 403
    assert kim.post(path, {"user_id": "x"}).status_code == 403
    assert kim.post(f"{ROOMS}/refresh").status_code == 403
    assert house.env.stranger().get(path).status_code in (302, 303)
