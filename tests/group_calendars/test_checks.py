"""The seven checks of a group: each fails, is cured at Microsoft, or cannot be made."""

from typing import Any

import pytest

from portal.graph.errors import Gone
from portal.group_calendars import checks
from portal.group_calendars.models import CheckName, Outcome
from tests.group_calendars.conftest import Admin
from tests.support.raw_rows import raw

FINE = dict.fromkeys(CheckName, Outcome.OK)
FAILED, UNKNOWN = Outcome.FAILED, Outcome.UNKNOWN


def test_group_that_meets_everything_is_fine(admin: Admin) -> None:
    found = admin.checks(admin.group())

    assert {each.name: each.outcome for each in found.checks} == FINE
    assert (found.name, found.address) == ("Hiring Team", "hiring-team@northwind.example")
    assert found.takes_outside_mail is True


# For each check what is wrong at Microsoft, what cures it, and which others fail with it.
CURES: dict[CheckName, tuple[dict[str, Any], dict[str, Any], dict[CheckName, Outcome]]] = {
    CheckName.UNIFIED: (
        {"groupTypes": []},
        {"groupTypes": ["Unified"]},
        # Exchange says nothing about the other kinds.
        {CheckName.LISTED: UNKNOWN},
    ),
    CheckName.MAIL_ENABLED: ({"mail": None}, {"mail": "hiring-team@northwind.example"}, {}),
    CheckName.PUBLIC: ({"visibility": "Private"}, {"visibility": "Public"}, {}),
    CheckName.TEAMS: (
        {"resourceProvisioningOptions": []},
        {"resourceProvisioningOptions": ["Team"]},
        {},
    ),
    CheckName.LISTED: ({"hideFromAddressLists": True}, {"hideFromAddressLists": False}, {}),
    CheckName.MEMBER: ({"members": []}, {"members": ["alex@northwind.example"]}, {}),
}


def test_each_check_fails_until_it_is_cured(admin: Admin) -> None:
    for name, (wrong, cure, besides) in CURES.items():
        group_id = admin.group(name, **wrong)

        before = admin.outcomes(group_id)
        admin.change(name, **cure)
        after = admin.outcomes(group_id)

        assert before == {**FINE, name: FAILED, **besides}
        assert after == FINE


def test_only_an_administrator_of_portal_may_add(admin: Admin) -> None:
    group_id = admin.group()
    demoted = "update users set role = 'member' where id = ?"
    with admin.env.rows.write():
        raw(admin.env.rows).execute(demoted, [admin.user_id])

    assert admin.outcomes(group_id) == {**FINE, CheckName.ADMIN_HERE: FAILED}


def test_owner_who_is_no_member_is_in_the_group(admin: Admin) -> None:
    group_id = admin.group(members=[], owners=["alex@northwind.example"])

    assert admin.outcomes(group_id) == FINE


def test_team_that_the_options_do_not_name_counts(admin: Admin) -> None:
    group_id = admin.group(resourceProvisioningOptions=[], hasOldTeam=True)

    assert admin.outcomes(group_id) == FINE


def test_group_without_a_mailbox_yet_is_not_known_to_be_listed(admin: Admin) -> None:
    group_id = admin.group(isFresh=True)

    found = admin.checks(group_id)

    assert [each.name for each in found.unknown] == [CheckName.LISTED]
    assert "new group can take minutes" in found.unknown[0].detail


def test_group_that_is_a_security_group_too_is_noted(admin: Admin) -> None:
    group_id = admin.group(securityEnabled=True)

    found = admin.checks(group_id)

    assert {each.name: each.outcome for each in found.checks} == FINE
    assert "security group as well" in found.checks[1].detail


def test_failure_names_the_other_kind(admin: Admin) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "distribution list": {"groupTypes": []},
        "mail-enabled security group": {"groupTypes": [], "securityEnabled": True},
        "security group": {"groupTypes": [], "securityEnabled": True, "mail": None},
    }

    details = {
        kind: admin.checks(admin.group(kind, **facts)).failed[0].detail
        for kind, facts in kinds.items()
    }

    assert details == {kind: f"It is a {kind}." for kind in kinds}


def test_only_checks_of_exchange_are_unknown_without_exchange(admin: Admin) -> None:
    group_id = admin.group()
    admin.fault(r"/groups/[^/]+\?.*hideFromAddressLists", status=429, retryAfter=60)

    assert admin.outcomes(group_id) == {**FINE, CheckName.LISTED: UNKNOWN}


def test_only_checks_of_the_directory_are_unknown_without_it(admin: Admin) -> None:
    group_id = admin.group()
    admin.fault(r"/groups/[^/]+\?.*groupTypes", status=403, code="Authorization_RequestDenied")

    found = admin.checks(group_id)

    assert [each.name for each in found.unknown] == [
        CheckName.UNIFIED,
        CheckName.MAIL_ENABLED,
        CheckName.PUBLIC,
        CheckName.TEAMS,
    ]
    assert found.name == "Hiring Team"
    assert not found.failed


def test_member_check_alone_is_unknown_without_the_list(admin: Admin) -> None:
    group_id = admin.group()
    admin.fault(r"/groups/[^/]+/members", status=429, retryAfter=60)

    found = admin.checks(group_id)

    assert {each.name: each.outcome for each in found.checks} == {
        **FINE,
        CheckName.MEMBER: UNKNOWN,
    }
    assert "asked us to wait" in found.unknown[0].detail


def test_member_on_a_later_page_is_found(admin: Admin) -> None:
    group_id = admin.group()
    admin.env.sandbox.control("POST", "enlarge")
    people = admin.env.sandbox.state.rows("select upn from users")
    admin.change(members=[each["upn"] for each in people])

    assert admin.outcomes(group_id)[CheckName.MEMBER] is Outcome.OK


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (r"/groups/[^/]+\?.*hideFromAddressLists", CheckName.LISTED),
        (r"/groups/[^/]+/members", CheckName.MEMBER),
    ],
)
def test_only_the_directory_says_that_a_group_is_gone(
    admin: Admin, path: str, name: CheckName
) -> None:
    group_id = admin.group()
    admin.fault(path, status=404)

    found = admin.checks(group_id)

    assert {each.name: each.outcome for each in found.checks} == {**FINE, name: UNKNOWN}
    assert found.unknown[0].detail == checks.NOT_FOUND


def test_group_that_is_not_there_is_gone(admin: Admin) -> None:
    with pytest.raises(Gone):
        admin.checks("9f2b61c4-77a0-4d0e-9a53-0c1d5be0e7aa")
