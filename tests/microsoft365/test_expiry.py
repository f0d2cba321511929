"""Warnings before the end of an application's secret or certificate."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal import clock
from portal.config import MicrosoftConfig
from portal.microsoft365.application import registration as app_registration
from portal.microsoft365.application import store as application_store
from portal.microsoft365.models import WARNED_DAYS
from tests.microsoft365.environment import Environment
from tests.microsoft365.registration import (
    PAGE,
    alex,
    entered,
    env,
)
from tests.support.databases import put_database
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox
from tests.support.visitors import Visitor, portal_in

__all__ = ["alex", "env"]


def test_expiry_is_warned_about_on_each_of_its_days(env: Environment, alex: Visitor) -> None:
    today = datetime(2026, 11, 26, 12, tzinfo=UTC)
    entered(alex, expires_on=(today + timedelta(days=70)).date().isoformat())
    known = application_store.application(env.rows)
    assert known is not None
    written = 0

    expiry = env.services.microsoft365.expiry

    for days in range(72):
        day = today + timedelta(days=days)
        written += app_registration.warn_of_expiry(env.rows, expiry, now=day)
        assert not app_registration.warn_of_expiry(env.rows, expiry, now=day)

    assert written == len(WARNED_DAYS)


def test_expiry_is_shown_on_the_settings_page(env: Environment, alex: Visitor) -> None:
    alex.post(f"{PAGE}/enablement")
    soon = (clock.utc_now() + timedelta(days=6)).date().isoformat()

    entered(alex, expires_on=soon)

    assert "Expires soon" in alex.text(PAGE)
    assert "Needs attention" in alex.text("/admin/integrations/marketplace")


def test_expiry_in_the_settings_is_warned_about(instance: Path, sandbox: Sandbox) -> None:
    put_database(instance)
    now = clock.utc_now()
    named = MicrosoftConfig(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        client_secret_expires=(now + timedelta(days=6)).date(),
        tenant=TENANT_ID,
        authority=sandbox.url,
        graph=sandbox.url,
    )
    env = Environment(portal_in(instance, microsoft=named), sandbox)
    alex = env.visitor(env.person("alex"))

    warned = app_registration.warn_of_expiry(env.rows, env.services.microsoft365.expiry, now=now)

    assert warned
    assert "Expires soon" in alex.text(PAGE)
    assert "in 6 days" in alex.text(PAGE)
    assert "Needs attention" in alex.text("/admin/integrations/marketplace")
