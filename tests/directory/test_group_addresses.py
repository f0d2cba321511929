"""Addresses of groups, which belong to the organization also outside its verified domains."""

from datetime import timedelta

import pytest

from portal import clock
from portal.directory.group_access import GroupAccess, group_access
from portal.errors import Invalid
from portal.privacy import insiders
from tests.directory.environment import Environment
from tests.support.raw_rows import raw

NEWS, POST = "office-news@lists.northwind.example", "post@lists.northwind.example"
OUTSIDE = ("somebody@lists.northwind.example", "ines@agency.example")
WITHOUT = ("Mail.Read", "User.Read.All", "Place.Read.All", "Calendars.ReadWrite")


def inside(env: Environment) -> list[str]:
    return insiders.among(env.rows, [NEWS, POST, *OUTSIDE])


def asked(env: Environment) -> int:
    found = env.sandbox.state.rows("select path from requests")
    return sum(row["path"].partition("?")[0] == "/v1.0/groups" for row in found)


def a_day_passes(env: Environment) -> None:
    before = clock.text(clock.utc_now() - timedelta(days=1, seconds=5))
    raw(env.rows).execute("update directory_sync set facts_read_at = ?", [before])


def test_addresses_of_groups_are_inside(env: Environment) -> None:
    before = inside(env)

    env.sync()

    assert before == []
    assert inside(env) == [NEWS, POST]
    with pytest.raises(Invalid, match="belongs to your organization"):
        insiders.require_outsiders(env.rows, [f"{POST[:4]}+jobs{POST[4:]}"])


def test_they_are_read_once_a_day(env: Environment) -> None:
    env.sync()
    first = asked(env)
    env.sandbox.control("POST", "groups", {"displayName": "Press", "mail": "press@pr.example"})
    env.sync()
    before = insiders.among(env.rows, ["press@pr.example"])

    a_day_passes(env)
    env.sync()

    assert (first, asked(env)) == (1, 2)
    assert before == []
    assert insiders.among(env.rows, ["press@pr.example"]) == ["press@pr.example"]


def test_address_of_a_deleted_group_is_outside_again(env: Environment) -> None:
    env.sync()
    env.sandbox.control("DELETE", "groups/Office news")

    a_day_passes(env)
    env.sync()

    assert inside(env) == [POST]


def test_without_the_permission_groups_are_not_asked_for(env: Environment) -> None:
    env.withdraw()
    env.consent(*WITHOUT)

    env.sync()

    assert asked(env) == 0
    assert inside(env) == []


def test_known_addresses_stay_when_the_permission_goes(env: Environment) -> None:
    env.sync()
    env.withdraw()
    env.consent(*WITHOUT)

    a_day_passes(env)
    env.sync()

    assert inside(env) == [NEWS, POST]


@pytest.mark.parametrize("answer", [{"body": {"value": []}}, {"status": 403}])
def test_empty_answer_and_a_refusal_leave_them(env: Environment, answer: dict[str, object]) -> None:
    env.sync()
    refusal = {"path": "/groups", "status": 200, "code": "Authorization_RequestDenied", **answer}
    env.sandbox.control("POST", "faults", refusal)

    a_day_passes(env)
    env.sync()

    assert inside(env) == [NEWS, POST]


def test_another_permission_that_reads_groups_is_enough(env: Environment) -> None:
    env.withdraw()
    env.consent(*WITHOUT, "Group.Read.All")

    env.sync()

    assert group_access(env.rows) is GroupAccess.GRANTED
    assert inside(env) == [NEWS, POST]


def test_another_organization_begins_without_them(env: Environment) -> None:
    env.sync()
    raw(env.rows).execute("update directory_sync set tenant_id = 'another'")
    env.sandbox.control("DELETE", "groups/Facilities")

    env.sync()

    assert inside(env) == [NEWS]
