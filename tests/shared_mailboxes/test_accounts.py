"""A shared mailbox has an account like a person's, and counts as a person nowhere."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from portal.audit.models import Actor
from portal.directory import apply_store
from portal.email import store as mailboxes
from portal.entra.models import Identity
from portal.errors import NotFound
from portal.microsoft365 import consent_store, coverage
from portal.microsoft365 import store as microsoft365
from portal.microsoft365.permissions import Feature
from portal.privacy import insiders
from portal.services import Services
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from portal.upkeep import store as upkeep
from portal.users import people_store, sign_in, store
from portal.users.models import Show
from tests.support import builders

PEOPLE = {"alex", "kim", "priya"}
ADDRESS = "jobs@northwind.example"


@pytest.mark.parametrize(
    "listed",
    [
        lambda rows: {each.user.id for each in people_store.people(rows)},
        lambda rows: {
            each.user.id for each in people_store.everybody(rows, search="", show=Show.ALL)
        },
        lambda rows: set(store.ids_without_password(rows, tenant_id="northwind")),
        lambda rows: upkeep.people(rows),
        lambda rows: upkeep.people_disconnected_in(rows),
    ],
)
def test_lists_of_people_leave_it_out(team: Rows, listed: Callable[[Rows], set[str]]) -> None:
    assert listed(team) == PEOPLE


@pytest.mark.parametrize(
    "counted",
    [
        people_store.count,
        upkeep.people_count,
        lambda rows: apply_store.count_enabled(rows, "northwind"),
    ],
)
def test_counts_of_people_leave_it_out(team: Rows, counted: Callable[[Rows], int]) -> None:
    assert counted(team) == len(PEOPLE)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/users",
        "/admin/users?q=jobs&show=disabled",
        "/admin/users/roles",
        "/admin/integrations/microsoft-365/user-sync",
        "/admin/integrations/microsoft-365/user-sync/choice",
        "/admin/integrations/microsoft-365/rooms/delegate",
    ],
)
def test_pages_about_people_leave_it_out(alex: FlaskClient, path: str) -> None:
    page = alex.get(path)

    assert page.status_code == 200
    assert ADDRESS not in page.text


def test_nobody_reaches_it_as_a_person(team: Rows) -> None:
    with pytest.raises(NotFound):
        store.user(team, "jobs")
    assert store.people_at(team, ADDRESS) == []
    assert sign_in.active_user(team, "jobs") is None


def test_its_own_account_cannot_sign_in(services: Services, now: datetime) -> None:
    identity = Identity("northwind", "object-jobs", ADDRESS, "Jobs")
    actor = Actor(id=None, name="somebody", peer="192.0.2.1", request_id="r1")
    with pytest.raises(store.IsSharedMailbox) as refused:
        sign_in.arrive(services, identity, platform=Platform.MICROSOFT_365, actor=actor, now=now)

    assert str(refused.value) == (
        f"{ADDRESS} is a shared mailbox, so nobody signs in to this portal with it. "
        "Sign in with your own account."
    )


def test_its_mailbox_is_one_that_consent_opens(team: Rows, now: datetime) -> None:
    builders.consent(team, at=now, tenant_id="northwind")
    builders.insert(team, "consent_roles", {"role": "Mail.Read", "granted_at": now})

    assert coverage.covers(team, "jobs", Feature.EMAIL_SYNC) == "object-jobs"
    assert microsoft365.is_enabled(team, "jobs")
    assert not consent_store.has_opted_out(team, "jobs")
    assert mailboxes.owner_of(team, ADDRESS) == "jobs"


def test_its_address_is_the_organizations(team: Rows) -> None:
    assert insiders.among(team, [ADDRESS, "rosa@mail.example"]) == [ADDRESS]
