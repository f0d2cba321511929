"""The consent receipt, made from the table of permissions and their recorded use."""

import csv
import io

import pytest

from portal import clock
from portal.audit.models import Actor
from portal.integrations import receipt
from portal.microsoft365 import authorizations, coverage
from portal.microsoft365.permissions import BASIC_FEATURES, Feature, roles_needed, scopes_needed
from tests.microsoft365.environment import Environment
from tests.support import consents

PAGE = "/admin/integrations/microsoft-365/consent-receipt"


def give(env: Environment, *roles: str) -> None:
    env.sandbox.control("POST", "consent", {"roles": list(roles), "scopes": []})
    consents.prove(env.services, actor=Actor.system("Alex Berg"))


def row(env: Environment, permission: str, kind: str) -> receipt.Row:
    return next(
        each
        for each in receipt.rows(env.rows)
        if (each.permission, each.kind) == (permission, kind)
    )


def test_every_permission_in_use_is_listed_once(env: Environment) -> None:
    found = [(each.permission, each.kind) for each in receipt.rows(env.rows)]

    expected = [(each, "application") for each in roles_needed()]
    assert found == [*expected, *((each, "delegated") for each in scopes_needed(BASIC_FEATURES))]
    assert all(each.asked_by == "" for each in receipt.rows(env.rows))


def test_granted_permission_names_grantor_time_and_route(env: Environment) -> None:
    give(env, "Mail.Read")
    authorizations.Uses(env.rows).note("/users/1/messages", clock.utc_now().date())

    mail, people = (
        row(env, "Mail.Read", "application"),
        row(env, "User.Read.All", "application"),
    )

    assert "Alex Berg" in mail.asked_by
    assert mail.route == "Admin consent, by a link that was handed on"
    assert mail.holds_since is not None
    assert mail.last_used_on == clock.utc_now().date()
    assert (people.asked_by, people.last_used_on) == ("", None)


def test_last_use_is_of_the_permission_and_not_of_its_feature(env: Environment) -> None:
    give(env, "Place.Read.All", "Calendars.Read")
    coverage.worked(env.rows, Feature.ROOMS, clock.utc_now())
    coverage.failed(env.rows, Feature.ROOMS, "Microsoft 365 has a problem.", clock.utc_now())
    authorizations.Uses(env.rows).note("/places/microsoft.graph.room", clock.utc_now().date())

    places, times = (row(env, role, "application") for role in ("Place.Read.All", "Calendars.Read"))
    page = env.visitor(env.person("alex")).text(PAGE)

    assert (places.last_used_on, times.last_used_on) == (clock.utc_now().date(), None)
    assert places.failure == "Microsoft 365 has a problem."
    assert "Fails now: Microsoft 365 has a problem." in page


def test_changes_of_the_asked_set_are_told(
    env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert receipt.changes(env.rows) == []
    monkeypatch.setattr(
        authorizations, "roles_asked", lambda _rows: ("Mail.Read", "Calendars.Read")
    )
    give(env, "Mail.Read")
    give(env, "Mail.Read")
    monkeypatch.setattr(
        authorizations, "roles_asked", lambda _rows: ("Mail.Read", "Place.Read.All")
    )
    give(env, "Mail.Read")

    newest, first = receipt.changes(env.rows)

    assert (newest.added, newest.removed) == (("Place.Read.All",), ("Calendars.Read",))
    assert (first.added, first.removed) == (("Mail.Read", "Calendars.Read"), ())
    page = env.visitor(env.person("alex")).text(PAGE)
    assert "No longer asked for: Calendars.Read." in page
    assert page.count("Added:") == 2


def test_wider_permission_serves_the_part_of_it_that_is_needed(env: Environment) -> None:
    give(env, "Mail.Read", "Calendars.ReadWrite")

    part, whole = (
        row(env, role, "application") for role in ("Calendars.Read", "Calendars.ReadWrite")
    )
    page = env.visitor(env.person("alex")).text("/admin/integrations/microsoft-365")

    assert part.asked_by
    assert part.route.endswith("a link that was handed on: included in Calendars.ReadWrite")
    assert whole.powers == "More than is needed"
    assert whole.reads.startswith("Calendars.Read is enough. Register that, consent again")
    assert "Calendars.Read</code>" not in page.split("receipt")[0]


def test_unused_granted_permission_is_named(env: Environment) -> None:
    give(env, "Mail.Read", "Mail.Send")

    assert row(env, "Mail.Send", "application").powers == "Nothing here"


def test_granted_permission_of_an_optional_feature_is_used(env: Environment) -> None:
    give(env, "Mail.Read", "GroupMember.Read.All")
    authorizations.Uses(env.rows).note("/groups", clock.utc_now().date())

    groups = row(env, "GroupMember.Read.All", "application")

    assert groups.powers == "Choosing people by group, addresses of groups"
    assert groups.last_used_on == clock.utc_now().date()


def test_peoples_own_connections_are_counted(env: Environment) -> None:
    env.connect("priya")

    found = row(env, "Mail.Read", "delegated")

    assert (found.asked_by, found.route) == ("1 person", "Each person's own connection")
    assert row(env, "Mail.Read", "application").asked_by == ""


def test_page_and_file_match(env: Environment) -> None:
    give(env, "Mail.Read")
    alex = env.visitor(env.person("alex"))

    page = alex.get(PAGE).text
    answer = alex.post(f"{PAGE}/export")

    listed = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [each["permission"] for each in listed] == [
        each.permission for each in receipt.rows(env.rows)
    ]
    assert all(each["permission"] in page for each in listed)
    assert ("consent receipt exported", "consent-receipt.csv", "ok") in env.audited()
