"""The record of use of each permission of the organization's consent, and what Checks says."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import clock
from portal.diagnostics import permission_checks, remote_checks
from portal.diagnostics.models import Check, Verdict
from portal.graph.errors import PermissionMissing
from portal.microsoft365 import authorization_store, authorizations
from portal.microsoft365.models import GrantedRole
from portal.microsoft365.permission_texts import permission, role_opening
from portal.microsoft365.permissions import Feature, roles_needed
from tests.email.conftest import env
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support.raw_rows import raw

__all__ = ["env"]
DAYS = timedelta(days=1)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def used(env: EmailEnvironment) -> set[str]:
    return {each.role for each in authorization_store.granted(env.rows) if each.last_used_on}


def checked(env: EmailEnvironment, *, days: int) -> dict[str, Check]:
    found = permission_checks.checks(env.rows, now=clock.utc_now() + days * DAYS)
    return {each.name.rpartition(": ")[2]: each for each in found}


@pytest.fixture
def consented(env: EmailEnvironment) -> EmailEnvironment:
    """A mailbox that the organization's consent opens, with one message in a feed."""
    env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("From Rosa"))
    priya = env.hire(PRIYA)
    env.consent(*roles_needed(), "OrgContact.Read.All")
    env.sync(priya)
    return env


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/users/1/messages/2?$select=id", "Mail.Read"),
        ("/users/1/mailFolders/delta", "Mail.Read"),
        ("/users/1/calendar/getSchedule", "Calendars.Read"),
        ("/users/1?$select=proxyAddresses", "User.Read.All"),
        ("/users?$top=999", "User.Read.All"),
        ("/users/delta?$deltatoken=latest", "User.Read.All"),
        ("/groups/1/transitiveMembers/microsoft.graph.user", "GroupMember.Read.All"),
        ("/users/1/mailboxSettings/userPurpose", "MailboxSettings.Read"),
        ("/places/microsoft.graph.room", "Place.Read.All"),
        ("/subscriptions", None),
        ("/me/messages", None),
        ("/$batch", None),
    ],
)
def test_path_tells_the_permission(path: str, role: str | None) -> None:
    assert role_opening(path) == role


def test_every_permission_asked_of_the_organization_has_its_paths() -> None:
    assert [role for role in roles_needed(Feature) if not permission(role).opens] == []


def test_sync_is_recorded_as_a_use(consented: EmailEnvironment) -> None:
    assert used(consented) == {"Mail.Read", "User.Read.All"}


def test_use_is_written_once_a_day(consented: EmailEnvironment) -> None:
    uses, written = authorizations.Uses(consented.rows), []

    for days in (0, 0, 0, 1, 1):
        raw(consented.rows).execute("delete from permission_uses")
        uses.note("/places/microsoft.graph.room", (NOON + days * DAYS).date())
        written.append(used(consented))

    assert written == [{"Place.Read.All"}, set(), set(), {"Place.Read.All"}, set()]


def test_refusal_is_no_use(consented: EmailEnvironment) -> None:
    consented.sandbox.control(
        "POST", "faults", {"path": "/places", "status": 403, "code": "Authorization_RequestDenied"}
    )
    client = consented.services.microsoft365.organization_client()

    with pytest.raises(PermissionMissing):
        client.get("/places/microsoft.graph.room")

    assert "Place.Read.All" not in used(consented)


def test_reads_of_checks_are_no_use(consented: EmailEnvironment) -> None:
    found = {each.name: each for each in remote_checks.checks(consented.services)}

    assert found["Meeting rooms"].verdict is Verdict.OK
    assert "Place.Read.All" not in used(consented)


def test_unused_permissions_are_named_after_30_days(consented: EmailEnvironment) -> None:
    early, late = checked(consented, days=29), checked(consented, days=30)

    assert {name: each.verdict for name, each in early.items()} == {
        "Use of permissions": Verdict.OK
    }
    assert {"Calendars.Read", "OrgContact.Read.All", "Place.Read.All"} <= set(late)
    rooms = late["Calendars.Read"]
    assert rooms.verdict is Verdict.ADVICE
    assert "for 30 days or longer" in rooms.found
    assert permission("Calendars.Read").lost in rooms.found
    assert "under Enterprise applications, Portal, Permissions, remove it" in rooms.cure
    assert "nothing stops without it" in late["OrgContact.Read.All"].found


@pytest.mark.parametrize(
    ("also", "sentence"),
    [
        ((), "Until that is granted, this permission does its work."),
        (("Calendars.Read",), "Calendars.Read is granted too, so nothing stops without it."),
    ],
)
def test_wider_permission_than_needed_is_named_at_once(
    consented: EmailEnvironment, also: tuple[str, ...], sentence: str
) -> None:
    consented.consent("Mail.Read", "Calendars.ReadWrite", "Calendars.Read")
    if not also:
        sql = "delete from consent_roles where role = 'Calendars.Read'"
        raw(consented.rows).execute(sql)

    (told,) = [each for each in checked(consented, days=0).values() if each.cure]

    assert told.found == (
        "Portal writes no interviews by it: of Calendars.ReadWrite it needs Calendars.Read alone. "
        + sentence
    )
    assert "Register Calendars.Read as an application permission" in told.cure
    assert "Calendars.ReadWrite" in checked(consented, days=40)


def test_unused_right_to_ask_for_the_purpose_says_what_it_is_for(
    consented: EmailEnvironment,
) -> None:
    consented.consent(*roles_needed(), "MailboxSettings.Read")

    found = checked(consented, days=30)["MailboxSettings.Read"].found

    assert "does not notice that a shared mailbox became a person's own" in found
    assert "nothing stops" not in found


def test_use_counts_from_its_last_day(consented: EmailEnvironment) -> None:
    raw(consented.rows).execute(
        "update consent_roles set granted_at = ?", [clock.text(NOON - 300 * DAYS)]
    )
    raw(consented.rows).execute(
        "update permission_uses set last_used_on = '2026-11-24', recorded_since = '2026-01-01'"
    )

    found = [
        {each.name for each in permission_checks.checks(consented.rows, now=NOON + days * DAYS)}
        for days in (29, 30)
    ]

    assert ["Use of permissions: Mail.Read" in each for each in found] == [False, True]
    told = permission_checks.checks(consented.rows, now=NOON + 30 * DAYS)
    assert any("since 2026-11-24 (UTC)" in each.found for each in told)


def test_permission_granted_before_the_record_waits_too() -> None:
    long_ago, began = NOON - 300 * DAYS, NOON.date()
    known = GrantedRole("Mail.Read", long_ago, False, recorded_since=began, last_used_on=None)

    assert [known.is_unused(began + days * DAYS) for days in (29, 30)] == [False, True]


def test_permission_that_exchange_grants_is_taken_away_there(consented: EmailEnvironment) -> None:
    raw(consented.rows).execute(
        "update consent_roles set read_at = granted_at where role = 'Mail.Read'"
    )

    cure = checked(consented, days=31)["Mail.Read"].cure

    assert "an administrator of Exchange" in cure
    assert "Entra" not in cure


def test_without_consent_nothing_is_said_of_use(env: EmailEnvironment) -> None:
    found = checked(env, days=60)

    assert [each.verdict for each in found.values()] == [Verdict.SKIPPED]
