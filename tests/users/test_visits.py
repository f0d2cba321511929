"""The first sign-in takes the time zone of the browser; without one, times say UTC."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.storage.rows import Rows
from portal.time_zones import ZoneFrom
from portal.users import store
from portal.users.role_texts import UserFlash
from tests.claims.checks import claims
from tests.support.browser import ORIGIN, browser, send, token_on
from tests.users.people import LOCAL, PASSWORD, add, person

TIME = re.compile(r'<time datetime="([^"]+)"[^>]*>([^<]+)</time>')
SAID = "Times are in the time zone of your browser: America/Argentina/Buenos Aires."


def sign_in(app: Flask, zone: str) -> FlaskClient:
    client = app.test_client()
    fields = {"address": LOCAL, "password": PASSWORD, "browser_zone": zone}
    token = token_on(client.get("/signin").text)
    client.post("/signin", data={"csrf_token": token, **fields}, headers=ORIGIN)
    return client


def shows_times_of(client: FlaskClient, zone: str) -> bool:
    """Whether a page tells the time of one's own sign-in in this zone."""
    found = TIME.search(client.get("/settings/sign-in").text)
    assert found is not None
    at = datetime.fromisoformat(found[1]).astimezone(ZoneInfo(zone))
    return f"{at:%H:%M}" in found[2]


@claims(UserFlash.ZONE_TAKEN)
def test_first_sign_in_takes_the_zone_of_the_browser_and_says_so(
    app: Flask, people: Rows, local: str
) -> None:
    client = sign_in(app, "America/Argentina/Buenos_Aires")

    page = client.get("/settings/personal-info").text

    assert SAID in page
    assert "Your browser named this time zone" in page
    user = store.user(people, local)
    assert (user.time_zone, user.zone_from) == (
        "America/Argentina/Buenos_Aires",
        ZoneFrom.BROWSER,
    )
    assert shows_times_of(client, "America/Argentina/Buenos_Aires")


def test_later_sign_in_elsewhere_changes_nothing(app: Flask, people: Rows, local: str) -> None:
    sign_in(app, "Europe/Oslo")

    page = sign_in(app, "Asia/Tokyo").get("/settings/personal-info").text

    assert "time zone of your browser:" not in page
    assert store.user(people, local).time_zone == "Europe/Oslo"


@pytest.mark.parametrize("zone", ["", "Europe/Nowhere", "../../etc/passwd", "x" * 2000])
def test_without_a_zone_pages_say_utc_with_a_way_to_change_it(
    app: Flask, people: Rows, local: str, zone: str
) -> None:
    page = sign_in(app, zone).get("/settings/personal-info").text

    assert "Times are in UTC. Choose your time zone" in page
    assert 'href="/settings/personal-info#times"' in page
    assert store.user(people, local).zone_from is ZoneFrom.NOWHERE


def test_times_say_utc_until_a_zone_is_known(app: Flask, people: Rows, now: datetime) -> None:
    add(people, person("Una Utc", role="admin", now=now, zone_from=ZoneFrom.NOWHERE))
    add(people, person("Zoe Zoned", role="admin", now=now))
    paths = "/admin/audit-log"
    send(browser(app, "una"), "/admin/users/export")

    una, zoe = browser(app, "una").get(paths).text, browser(app, "zoe").get(paths).text

    assert " UTC</time>" in una
    assert " UTC</time>" not in zoe


@claims(UserFlash.ZONE_CHOSEN)
def test_chosen_zone_ends_the_notice(app: Flask, people: Rows, local: str) -> None:
    client = sign_in(app, "")
    page = "/settings/personal-info"
    token = token_on(client.get(page).text)
    client.post(page, data={"csrf_token": token, "time_zone": "UTC"}, headers=ORIGIN)

    after = client.get(page).text

    assert "Times are now in this time zone: UTC." in after
    assert "Choose your time zone" not in after
    assert "You chose this time zone." in after
    assert shows_times_of(client, "UTC")
    assert store.user(people, local).zone_from is ZoneFrom.PERSON
