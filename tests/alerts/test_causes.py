"""Causes and their texts, and the pages that end the mail about them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from werkzeug.routing import MapAdapter

from portal.alerts import causes, openings, texts
from portal.alerts.models import Cause, Failing, Findings, Kind, Lapsed, Opening
from portal.microsoft365.models import Expiry

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def findings(**changes: object) -> Findings:
    usual: dict[str, object] = {
        "now": NOW,
        "consent": None,
        "expiry": None,
        "doubts": 0,
        "asked_at": None,
        "lapsed": (),
        "failing": (),
        "user_sync_failed_at": None,
    }
    return Findings(**(usual | changes))  # type: ignore[arg-type]  # a test names what it changes


def cause(since: datetime = NOW) -> Cause:
    return Cause(Kind.GUARD, since, "It asks.", "Nothing goes on.", "Decide.", causes.USER_SYNC)


@pytest.mark.parametrize(("left", "told", "stops"), [(15, 0, 0), (14, 1, 0), (0, 1, 0), (-1, 1, 1)])
def test_expiry_is_told_for_two_weeks_before(left: int, told: int, stops: int) -> None:
    ends = NOW.date() + timedelta(days=left)

    found = causes.of_admins(findings(expiry=Expiry("id", "client secret", ends, False)))

    assert len(found) == told
    assert sum(each.stops_microsoft for each in found) == stops


def test_unknown_expiry_is_not_told() -> None:
    assert causes.of_admins(findings(expiry=Expiry("id", "certificate", None, True))) == []


def test_own_cause_of_an_administrator_is_told_once() -> None:
    lapsed = (Lapsed("alex", "alex@n.example", NOW), Lapsed("kim", "kim@n.example", NOW))
    failing = (Failing("alex", "alex@n.example", False, NOW - 4 * HOUR, ("alex",)),)
    found = findings(lapsed=lapsed, failing=failing)

    shared, own = causes.of_admins(found, but="alex"), causes.of_person(found, "alex")

    assert [each.title for each in shared] == ["1 person has to reconnect with Microsoft."]
    assert [each.path for each in own] == ["/settings/microsoft-365", "/settings/email"]


def test_many_people_are_counted() -> None:
    people = tuple(Lapsed(f"p{n}", f"p{n}@n.example", NOW) for n in range(7))

    [found] = causes.of_admins(findings(lapsed=people))

    assert found.title == "7 people have to reconnect with Microsoft."
    assert "p4@n.example and 2 more" in found.meaning


@pytest.mark.parametrize(
    ("path", "opened_at", "is_told"),
    [
        (causes.USER_SYNC, NOW, False),
        (openings.NEEDS_YOU, NOW + HOUR, False),
        (causes.JOBS, NOW, True),
        (causes.USER_SYNC, NOW - HOUR, True),
    ],
)
def test_cause_is_unseen_until_its_page_was_opened(
    path: str, opened_at: datetime, is_told: bool
) -> None:
    opened = [Opening(path, opened_at)]

    assert bool(openings.unseen([cause()], opened, now=NOW + 2 * HOUR)) is is_told
    assert openings.unseen([cause()], opened, now=NOW + 26 * HOUR) == (cause(),)


def test_mail_names_cause_meaning_cure_and_page() -> None:
    found = texts.draft([cause()], base_url="https://portal.example", time_zone="Europe/Berlin")

    assert found.subject == "Needs you: It asks"
    assert found.text == (
        "It asks.\n"
        "Since 24 November 2026, 15:00 (Europe/Berlin). Nothing goes on.\n"
        "Decide.\n"
        "https://portal.example/admin/integrations/microsoft-365/user-sync\n\n"
        "Portal writes about this once a day at most, and not for a day after you opened the "
        "page. You can turn these mails off:\nhttps://portal.example/settings/needs-you"
    )


def test_mail_of_several_counts_them() -> None:
    found = texts.draft([cause(), cause()], base_url="", time_zone="No/Such")

    assert found.subject == "Needs you: 2 things"
    assert "14:00 (UTC)" in found.text


def test_pages_of_causes_exist(app: Flask) -> None:
    router: MapAdapter = app.url_map.bind("localhost")
    shared = f"{causes.SHARED}jobs"

    for path in (*openings.PAGES, shared):
        assert openings.is_page(path)
        assert router.match(path, method="GET")
    assert not openings.is_page(f"{shared}/applicants")


def test_day_of_expiry_is_named() -> None:
    [found] = causes.of_admins(
        findings(expiry=Expiry("i", "certificate", date(2026, 11, 30), True))
    )

    assert found.title == "The certificate expires on 2026-11-30."
    assert "into the settings of the server" in found.cure
