"""User sync by one person's own permission, where the organization has not consented."""

import pytest

from portal.directory import settings as user_sync
from portal.directory.flash_texts import DirectoryFlash
from portal.directory.group_access import GroupAccess, group_access
from portal.flows.flash_texts import ConnectionFlash
from portal.flows.outcomes import ConnectionOutcome
from portal.storage.claims import ClaimLost
from tests.claims.checks import claims
from tests.directory.environment import NORTHWIND, Environment
from tests.microsoft365 import at_microsoft
from tests.support.environments import address_on
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor

PAGE = "/admin/integrations/microsoft-365"
BELOW = f"{PAGE}/user-sync"
CHOICE = f"{BELOW}/choice"
ALEX = "alex@northwind.example"


@pytest.fixture
def alone(env: Environment) -> Environment:
    """A tenant without consent. Alex administers Portal and the tenant."""
    raw(env.rows).execute("delete from consents")
    raw(env.rows).execute("delete from consent_roles")
    env.withdraw()
    env.invited("alex", role="admin", display_name="Alex Berg")
    return env


@pytest.fixture
def alex(alone: Environment) -> Visitor:
    return visitor(alone.app, "user-alex")


def authorize(env: Environment, alex: Visitor, path: str = f"{BELOW}/authorization") -> str:
    """The page on which Alex ends after the round trip to Microsoft."""
    there = address_on(alex.post(path))
    assert "User.Read.All" in there
    answer = alex.get(at_microsoft.came_back(env.sandbox, there, ALEX))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_connection_alone_imports_no_people(alone: Environment, alex: Visitor) -> None:
    there = address_on(alex.post("/settings/microsoft-365/connect"))
    alex.get(at_microsoft.came_back(alone.sandbox, there, ALEX))

    assert alone.claim() is None
    assert "Nobody has authorized it." in alex.text(PAGE)


@claims(ConnectionFlash.USER_SYNC)
def test_authorization_by_one_person_imports_people(alone: Environment, alex: Visitor) -> None:
    assert authorize(alone, alex) == PAGE
    page = alex.text(PAGE)
    assert f"{ALEX} is connected, and user sync reads the directory by it." in page
    assert "The directory is read as Alex Berg" in page
    alone.import_people()

    assert alone.names("is_enabled = 1") == NORTHWIND
    assert alone.audited("user sync authorized") == [ALEX]


def test_reconnecting_keeps_the_authorization(alone: Environment, alex: Visitor) -> None:
    authorize(alone, alex)
    assert authorize(alone, alex, "/settings/microsoft-365/connect") == "/settings/microsoft-365"

    assert user_sync.overview(alone.rows).is_authorized


def test_revoking_stops_sync_and_disables_no_one(alone: Environment, alex: Visitor) -> None:
    authorize(alone, alex)
    alone.import_people()
    alex.post("/settings/microsoft-365/revocation")

    assert alone.claim() is None
    assert alone.names("is_enabled = 1") == NORTHWIND
    said = alex.text(PAGE)
    assert "User sync has stopped: Alex Berg revoked the connection" in said
    assert "ask another administrator" in said


def test_disabling_the_authorizer_stops_sync(alone: Environment, alex: Visitor) -> None:
    authorize(alone, alex)
    alone.import_people()
    alone.change("alex", accountEnabled=False)
    with pytest.raises(ClaimLost):
        alone.sync()

    assert alone.claim() is None
    shown = user_sync.overview(alone.rows).authorization
    assert shown is not None
    assert shown.stopped_because == "Alex Berg is disabled here."


@claims(DirectoryFlash.NOT_AUTHORIZED)
def test_withdrawn_authorization_stops_sync(alone: Environment, alex: Visitor) -> None:
    authorize(alone, alex)
    alone.import_people()
    assert alex.post(f"{BELOW}/authorization/withdrawal").status_code == 303

    assert alone.claim() is None
    assert user_sync.overview(alone.rows).authorization is None
    assert "Nobody authorizes user sync in their own name any more." in alex.text(PAGE)
    assert alone.names("is_enabled = 1") == NORTHWIND


@claims(ConnectionOutcome.ROLE_LOST)
def test_former_administrator_authorizes_nothing(alone: Environment, alex: Visitor) -> None:
    there = address_on(alex.post(f"{BELOW}/authorization"))
    back = at_microsoft.came_back(alone.sandbox, there, ALEX)
    raw(alone.rows).execute("update users set role = 'member'")
    place = alex.get(back).location

    assert user_sync.overview(alone.rows).authorization is None
    assert list(raw(alone.rows).query("select 1 from connections")) == []
    assert "You are not an administrator any more" in alex.text(place)


def test_choice_by_groups_asks_for_their_permission_too(alone: Environment, alex: Visitor) -> None:
    authorize(alone, alex)
    before = group_access(alone.rows)

    alex.post(CHOICE, {"whom": "groups"})
    chosen = alex.text(CHOICE)
    page = alex.text(PAGE)
    leaving = alex.post(f"{BELOW}/authorization")
    back = at_microsoft.came_back(alone.sandbox, address_on(leaving), ALEX)
    alex.get(back)

    assert before is GroupAccess.NOT_BY_PERSON
    assert "Portal may not read groups." in chosen
    assert "Authorize user sync again." in chosen
    assert "Authorize again" in page
    assert "Reads the groups of your organization" in leaving.text
    assert group_access(alone.rows) is GroupAccess.GRANTED
    assert "Portal may not read groups." not in alex.text(CHOICE)
    assert "Hiring" in alex.text(f"{CHOICE}?q=Hiring")


def test_authorization_without_groups_asks_for_people_alone(
    alone: Environment, alex: Visitor
) -> None:
    assert group_access(alone.rows) is GroupAccess.NOT_CONNECTED
    assert "GroupMember.Read.All" not in address_on(alex.post(f"{BELOW}/authorization"))
    assert "Not needed, since people are not chosen by group." in alex.text(PAGE)
