"""Mail about what needs people, against the tenant's own record of what each of them got."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal import clock
from portal.alerts import store
from portal.alerts.flash_texts import AlertFlash
from portal.alerts.jobs import ALERTS
from portal.storage.claims import ClaimLost
from tests.alerts.needs import NeedsOffice
from tests.claims.checks import claims
from tests.email.environment import ALEX, PRIYA, never
from tests.outbox.office import JOBS
from tests.support.visitors import HOME, visitor

DAY = timedelta(hours=24)


def test_nobody_is_told_while_nothing_needs_them(office: NeedsOffice) -> None:
    office.round()

    assert office.told() == Counter()
    assert office.env.rows.value(int, "select count(*) from alert_mails") == 0


def test_lapsed_connection_is_told_to_its_person_and_to_administrators(
    office: NeedsOffice,
) -> None:
    office.lapse()

    office.round()

    assert office.told() == Counter({ALEX: 1, PRIYA: 1})
    [to_priya], [to_alex] = office.texts_to(PRIYA), office.texts_to(ALEX)
    assert "Your connection with Microsoft 365 has lapsed." in to_priya
    assert "Press Reconnect under Microsoft 365 in your settings." in to_priya
    assert f"{HOME}/settings/microsoft-365" in to_priya
    assert "1 person has to reconnect with Microsoft." in to_alex
    assert f"{HOME}/admin/users?show=reconnect" in to_alex
    assert "priya@northwind.example" in to_alex


CAUSES: dict[str, tuple[Callable[[NeedsOffice], None], str, str]] = {
    "guard": (NeedsOffice.ask_by_guard, "User sync would disable 1 person", "user-sync"),
    "sync": (NeedsOffice.fail_sync, "Sync of 1 mailbox has failed for hours.", "/admin/jobs"),
    "user sync": (NeedsOffice.fail_user_sync, "User sync has failed for hours.", "/admin/jobs"),
    "secret": (
        lambda office: office.expire_on(clock.utc_now().date() + timedelta(days=14)),
        "The client secret expires on",
        "/application",
    ),
}


@pytest.mark.parametrize(("happen", "title", "page"), CAUSES.values(), ids=CAUSES)
def test_cause_is_told_to_administrators_with_its_page(
    office: NeedsOffice, happen: Callable[[NeedsOffice], None], title: str, page: str
) -> None:
    happen(office)

    office.round()

    [text] = office.texts_to(ALEX)
    assert title in text
    assert page in text
    assert "Rosa" not in text


def test_failing_mailbox_is_told_to_its_owners(office: NeedsOffice) -> None:
    office.fail_sync(office.jobs)

    office.round()

    [text] = office.texts_to(PRIYA)
    assert f"Sync of {JOBS} has failed for hours." in text
    assert f"{HOME}/settings/mailboxes/{office.jobs}" in text


def test_short_failure_is_not_told(office: NeedsOffice) -> None:
    office.fail_sync(since=clock.utc_now() - timedelta(hours=2))
    office.expire_on(clock.utc_now().date() + timedelta(days=15))

    office.round()

    assert office.told() == Counter()


def test_one_mail_a_day_lists_everything(office: NeedsOffice) -> None:
    office.ask_by_guard()
    office.round()

    office.pass_time(hours=23)
    office.lapse()
    office.round()
    assert office.told() == Counter({ALEX: 1, PRIYA: 1})
    office.pass_time(hours=1)
    office.round()

    first, second = office.texts_to(ALEX)
    assert "reconnect" not in first
    assert "1 person has to reconnect" in second
    assert "User sync would disable 1 person" in second


def test_opened_page_is_quiet_for_a_day(office: NeedsOffice, connected_app: Flask) -> None:
    office.ask_by_guard()
    office.round()
    office.pass_time(hours=20)
    alex = visitor(connected_app, "alex")
    assert alex.get("/admin/integrations/microsoft-365/user-sync").status_code == 200

    office.pass_time(hours=23)
    office.round()
    assert office.told() == Counter({ALEX: 1})
    office.pass_time(hours=1)
    office.round()

    assert office.told() == Counter({ALEX: 2})


def test_other_cause_is_told_in_spite_of_an_opened_page(
    office: NeedsOffice, connected_app: Flask
) -> None:
    office.ask_by_guard()
    visitor(connected_app, "alex").get("/settings/needs-you")
    office.pass_time(minutes=1)
    office.lapse()

    office.round()

    [text] = office.texts_to(ALEX)
    assert "1 person has to reconnect" in text
    assert "User sync" not in text


def test_page_of_another_person_is_nothing(office: NeedsOffice, connected_app: Flask) -> None:
    office.lapse()
    visitor(connected_app, "priya").get("/settings/microsoft-365")

    office.round()

    assert office.told() == Counter({ALEX: 1})


@claims(AlertFlash.MAIL_OFF, AlertFlash.MAIL_ON)
def test_person_who_turned_it_off_gets_none(office: NeedsOffice, connected_app: Flask) -> None:
    office.lapse()
    alex = visitor(connected_app, "alex")
    assert alex.post("/settings/needs-you/mail", {"on": "0"}).status_code == 303
    office.change("delete from alert_openings")

    office.round()
    assert office.told() == Counter({PRIYA: 1})
    alex.post("/settings/needs-you/mail", {"on": "1"})
    office.change("delete from alert_openings")
    office.round()

    assert office.told() == Counter({PRIYA: 1, ALEX: 1})


def test_day_is_taken_once(office: NeedsOffice) -> None:
    rows, now = office.env.rows, clock.utc_now()
    with rows.write():
        taken = [store.reserve_day(rows, "alex", now=now) for _ in range(2)]
        late = [
            store.reserve_day(rows, "alex", now=now + DAY - timedelta(seconds=1)),
            store.reserve_day(rows, "alex", now=now + DAY),
        ]

    assert taken == [True, False]
    assert late == [False, True]


def test_late_worker_tells_nobody(office: NeedsOffice) -> None:
    office.lapse()
    services = office.env.services
    late = ALERTS.claim(services, "late", now=clock.utc_now())
    assert late is not None
    assert ALERTS.claim(services, "other", now=clock.utc_now()) is None
    office.pass_time(minutes=2)
    office.round()

    with pytest.raises(ClaimLost):
        ALERTS.work(services, late, never)

    office.work()
    assert office.told() == Counter({ALEX: 1, PRIYA: 1})


def test_disabled_person_is_told_nothing(office: NeedsOffice) -> None:
    office.lapse()
    office.change("update users set is_enabled = 0 where id = 'priya'")

    office.round()

    assert office.told() == Counter()
