"""The table of permissions: what is requested, what is missing, and the state of a feature."""

from datetime import UTC, datetime

import pytest

from portal.entra.scopes import OF_THE_PROTOCOL, granted_in
from portal.microsoft365.models import Connection, ConnectionState, FeatureState, FeatureUse
from portal.microsoft365.permission_texts import PERMISSIONS, permission
from portal.microsoft365.permissions import (
    BASIC_FEATURES,
    FEATURES,
    Feature,
    is_covered,
    losses,
    missing,
    needs_reconnect,
    roles_needed,
    scopes_needed,
    state_of,
)

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def connection(*scopes: str, state: ConnectionState = ConnectionState.WORKING) -> Connection:
    return Connection(
        "c", "u", "t", "o", "priya@northwind.example", "Priya", frozenset(scopes), 1, state, NOW
    )


def test_first_connection_requests_only_permissions_in_use() -> None:
    assert scopes_needed(BASIC_FEATURES) == (
        "openid",
        "profile",
        "email",
        "offline_access",
        "User.Read",
        "Mail.Read",
    )


def test_every_feature_stands_in_the_table() -> None:
    assert {row.feature for row in FEATURES} == set(Feature)


def test_every_permission_stands_in_the_table_once() -> None:
    scopes = [row.scope for row in PERMISSIONS]

    assert len(scopes) == len(set(scopes))
    asked_for = {scope for row in FEATURES for scope in (*row.delegated, *row.application)}
    # Used where an administrator grants it, and never asked for.
    assert asked_for | {"MailboxSettings.Read"} == {*scopes}


@pytest.mark.parametrize("scope", sorted({*scopes_needed(BASIC_FEATURES), *roles_needed()}))
def test_permission_in_use_has_every_text(scope: str) -> None:
    row = permission(scope)

    assert row.reads
    assert row.stores
    assert bool(row.lost) is (scope not in OF_THE_PROTOCOL)


def test_permission_that_is_not_known_has_no_text() -> None:
    (lost,) = losses(["Tasks.Read"])

    assert lost.scope == "Tasks.Read"
    assert lost.meaning == ""


@pytest.mark.parametrize(
    ("granted", "expected"),
    [
        ("User.Read Mail.Read", ()),
        ("user.read MAIL.READ", ()),
        ("https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.Read", ()),
        ("User.Read", ("Mail.Read",)),
        ("", ("User.Read", "Mail.Read")),
        ("User.Read Mail.ReadBasic", ("Mail.Read",)),
    ],
)
def test_missing_permissions_ignore_case(granted: str, expected: tuple[str, ...]) -> None:
    assert missing(granted_in(granted), scopes_needed(BASIC_FEATURES)) == expected


def test_permission_to_write_calendars_includes_reading_them() -> None:
    wide = connection("User.Read", "Mail.Read", "calendars.readwrite")

    assert missing(["calendars.readwrite"], ["Calendars.Read"]) == ()
    assert missing(["Calendars.Read"], ["Calendars.ReadWrite"]) == ("Calendars.ReadWrite",)
    assert missing(["Calendars.ReadBasic"], ["Calendars.Read"]) == ("Calendars.Read",)
    assert state_of(Feature.AVAILABILITY, wide) is FeatureState.READY
    assert is_covered(Feature.ROOMS, ["Place.Read.All", "Calendars.ReadWrite"])
    assert not is_covered(Feature.GROUP_CALENDARS, ["Group.ReadWrite.All"])


def test_reconnect_is_the_difference_or_a_lapse() -> None:
    assert needs_reconnect(None, BASIC_FEATURES) is False
    assert needs_reconnect(connection("User.Read", "Mail.Read"), BASIC_FEATURES) is False
    assert needs_reconnect(connection("User.Read"), BASIC_FEATURES) is True
    assert needs_reconnect(
        connection("User.Read", "Mail.Read", state=ConnectionState.LAPSED), BASIC_FEATURES
    )


@pytest.mark.parametrize(
    ("held", "use", "expected"),
    [
        (None, None, FeatureState.NOT_CONNECTED),
        (connection("Mail.Read", state=ConnectionState.LAPSED), None, FeatureState.LAPSED),
        (connection("User.Read"), None, FeatureState.MISSING),
        (connection("Mail.Read"), None, FeatureState.READY),
        (
            connection("Mail.Read"),
            FeatureUse("email_sync", NOW, None, None),
            FeatureState.WORKING,
        ),
        (
            connection("Mail.Read"),
            FeatureUse("email_sync", NOW, "No mailbox.", NOW),
            FeatureState.FAILING,
        ),
    ],
)
def test_state_of_a_feature(
    held: Connection | None, use: FeatureUse | None, expected: FeatureState
) -> None:
    assert state_of(Feature.EMAIL_SYNC, held, use) is expected
    assert Feature.EMAIL_SYNC in BASIC_FEATURES


def test_right_to_send_names_automated_mail_for_the_organization_alone() -> None:
    sending = permission("Mail.Send")

    assert "automated mail from the mailbox that an administrator chose" in sending.for_all
    assert "automated" not in sending.reads
