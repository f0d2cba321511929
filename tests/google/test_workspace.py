"""Google Workspace as the only platform, and what disabling it keeps and ends."""

import threading
from datetime import datetime

import pytest
from flask import Flask

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.errors import Conflict, Invalid
from portal.google import store, workspace
from portal.google.models import Application
from portal.services import Services
from portal.storage import platforms, sessions
from portal.storage.platforms import Platform
from portal.storage.rows import ConstraintRefused
from portal.storage.sessions import SessionRow
from portal.users import store as users
from tests.support.raw_rows import raw
from tests.support.visitors import services_of
from tests.users.people import add, person

ALEX = Actor(id="alex", name="Alex Berg")
APPLICATION = Application("client-1", "GOCSPX-secret", "northwind.example")
ISSUER = "https://accounts.google.com"


@pytest.fixture
def services(app: Flask) -> Services:
    """Services with Microsoft 365 enabled by the settings."""
    return services_of(app)


@pytest.fixture
def free(services: Services, now: datetime) -> Services:
    """Services with no platform, and Google's application entered."""
    with services.rows.write():
        platforms.save(
            services.rows, Platform.MICROSOFT_365, is_enabled=False, changed_by="Alex", now=now
        )
    workspace.enter(
        Act(services.rows, ALEX, now),
        services.vault,
        APPLICATION,
    )
    return services


def audited(services: Services) -> list[tuple[str, str]]:
    rows = raw(services.rows).query("select action, target from audit_log order by rowid")
    return [(row["action"], row["target"]) for row in rows]


def session_of(services: Services, user_id: str, now: datetime) -> None:
    with services.rows.write():
        sessions.save(
            services.rows, SessionRow(f"hash-{user_id}", user_id, "{}", now, now, now, "127.0.0.1")
        )


def test_google_is_refused_while_microsoft_is_on(services: Services, now: datetime) -> None:
    workspace.enter(
        Act(services.rows, ALEX, now),
        services.vault,
        APPLICATION,
    )

    with pytest.raises(Conflict) as refusal:
        workspace.enable(
            Act(services.rows, ALEX, now),
        )

    assert str(refusal.value) == "One platform at a time: disable Microsoft 365 first."
    assert platforms.enabled(services.rows) is Platform.MICROSOFT_365
    assert ("platform enabled", "Google Workspace") not in audited(services)


def test_microsoft_is_refused_by_the_table_while_google_is_on(
    free: Services, now: datetime
) -> None:
    workspace.enable(
        Act(free.rows, ALEX, now),
    )

    with pytest.raises(ConstraintRefused), free.rows.write():
        platforms.save(
            free.rows, Platform.MICROSOFT_365, is_enabled=True, changed_by="Alex", now=now
        )

    assert platforms.enabled(free.rows) is Platform.GOOGLE_WORKSPACE


def test_two_enabled_at_once_leave_one_platform(free: Services, now: datetime) -> None:
    start = threading.Barrier(2)
    refused: list[Exception] = []

    def microsoft() -> None:
        start.wait()
        try:
            with free.rows.write():
                platforms.save(
                    free.rows, Platform.MICROSOFT_365, is_enabled=True, changed_by="A", now=now
                )
        except ConstraintRefused as error:
            refused.append(error)

    def google() -> None:
        start.wait()
        try:
            workspace.enable(
                Act(free.rows, ALEX, now),
            )
        except Conflict as error:
            refused.append(error)

    threads = [threading.Thread(target=one) for one in (microsoft, google)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert platforms.enabled(free.rows) is not None


def test_enabling_twice_is_recorded_once(free: Services, now: datetime) -> None:
    workspace.enable(
        Act(free.rows, ALEX, now),
    )
    workspace.enable(
        Act(free.rows, ALEX, now),
    )

    assert audited(free).count(("platform enabled", "Google Workspace")) == 1


def test_enabling_needs_an_application(services: Services, now: datetime) -> None:
    with pytest.raises(Conflict) as refusal:
        workspace.enable(
            Act(services.rows, ALEX, now),
        )

    assert "Enter the application first" in str(refusal.value)


def test_disabling_keeps_people_and_ends_the_sessions_of_google(
    free: Services, now: datetime
) -> None:
    workspace.enable(
        Act(free.rows, ALEX, now),
    )
    add(
        free.rows,
        person("Priya Kaur", now=now, tenant_id=ISSUER, object_id="1"),
        person("Kim Lund", now=now),
        person("Alex Berg", role="admin", now=now, tenant_id=None, object_id=None,
               password_hash="x"),
    )  # fmt: skip  # one person to a line
    for user_id in ("priya", "kim", "alex"):
        session_of(free, user_id, now)

    count = workspace.disable(
        Act(free.rows, ALEX, now),
        issuer=ISSUER,
    )

    left = {row["user_id"] for row in raw(free.rows).query("select user_id from sessions")}
    assert count == 1
    assert left == {"kim", "alex"}
    assert users.user(free.rows, "priya").is_enabled
    assert store.entered(free.rows) is not None
    assert workspace.in_force(free.rows, free.vault) is None
    assert (
        workspace.disable(
            Act(free.rows, ALEX, now),
            issuer=ISSUER,
        )
        == 0
    )
    assert audited(free).count(("platform disabled", "Google Workspace")) == 1


def test_secret_is_sealed_and_bound_to_its_place(free: Services) -> None:
    ((where, value),) = store.SEALED.values(free.rows, store.ID)

    assert "GOCSPX" not in value
    assert free.vault.open(value, where=where) == "GOCSPX-secret"
    assert where == workspace.SECRET_PLACE


def test_secret_under_another_key_is_not_used(free: Services, now: datetime) -> None:
    workspace.enable(
        Act(free.rows, ALEX, now),
    )
    with free.rows.write():
        raw(free.rows).execute("update google_applications set client_secret = 'broken'")

    assert workspace.in_force(free.rows, free.vault) is None


def test_empty_secret_keeps_the_one_of_the_same_client(free: Services) -> None:
    def completed(client_id: str) -> Application:
        return workspace.completed(
            free.rows,
            free.vault,
            client_id=client_id,
            client_secret="",
            hosted_domain="contoso.example",
        )

    assert completed("client-1") == Application("client-1", "GOCSPX-secret", "contoso.example")
    with pytest.raises(Invalid) as refusal:
        completed("client-2")
    assert refusal.value.field == "client_secret"


def test_another_application_must_be_proved_again(free: Services, now: datetime) -> None:
    with free.rows.write():
        store.save_proof(free.rows, client_id="client-1", at=now)
        store.save_proof(free.rows, client_id="another", at=now)
    before = store.entered(free.rows)

    workspace.enter(
        Act(free.rows, ALEX, now),
        free.vault,
        APPLICATION,
    )

    after = store.entered(free.rows)
    assert before is not None
    assert before.proven_at == now
    assert after is not None
    assert after.proven_at is None
