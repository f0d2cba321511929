"""Licenses: only plans with a mailbox count, and a change holds for a day before it disables."""

from datetime import timedelta

import pytest

from portal import clock
from portal.directory import apply_store, plans
from portal.users.models import LeftOut
from tests.directory.environment import NORTHWIND, Environment
from tests.support.raw_rows import raw

PLAN_2 = "efb87545-963c-4e0d-99df-69c6916d9eb0"
FOUNDATION = "113feb6c-3fe4-4440-bddc-54d774bf0318"


def plan(plan_id: str, status: str = "Enabled", service: str = "exchange") -> dict[str, str]:
    return {"servicePlanId": plan_id, "capabilityStatus": status, "service": service}


@pytest.mark.parametrize(
    ("assigned", "expected"),
    [
        ([plan(PLAN_2)], True),
        ([plan(PLAN_2.upper(), "Warning")], True),
        ([plan(FOUNDATION), plan("57ff2da0-773e-42df-b2af-ffb7a2317929", service="Teams")], False),
        ([plan(PLAN_2, "Suspended")], False),
        ([plan(PLAN_2, "Deleted")], False),
        ([plan("0b9d0d3f-0000-4000-8000-000000000001")], True),
        ([], False),
    ],
)
def test_usable_plan_of_exchange_online_is_a_mailbox(
    assigned: list[dict[str, str]], expected: bool
) -> None:
    assert plans.has_mailbox({"assignedPlans": assigned}) is expected


def test_license_without_a_list_of_plans_counts() -> None:
    assert plans.has_mailbox({"assignedLicenses": [{"skuId": "x"}]})


def test_plan_without_a_mailbox_leaves_a_person_out(env: Environment) -> None:
    env.change("kim", licenses=["Power BI"])
    env.change("sam", licenses=["Power BI"], onPremises=True)

    env.import_people()

    assert env.names("source = 'directory'") == NORTHWIND - {"Kim Lund", "Sam Reed"}
    reasons = (LeftOut.NO_MAILBOX, LeftOut.ON_PREMISES)
    kim, sam = (
        {each.display_name for each in apply_store.left_out(env.rows, reason, limit=9, offset=0)}
        for reason in reasons
    )
    assert "Kim Lund" in kim
    assert sam == {"Sam Reed"}


def a_day_passes(env: Environment) -> None:
    before = clock.text(clock.utc_now() - timedelta(days=1, seconds=5))
    raw(env.rows).execute("update directory_entries set pending_since = ?", [before])


def test_lost_license_disables_after_a_day(env: Environment) -> None:
    env.import_people()

    env.change("kim", licensed=False)
    env.sync()
    at_first = env.user("kim")["is_enabled"]
    a_day_passes(env)
    env.sync()

    assert at_first == 1
    assert (env.user("kim")["is_enabled"], env.user("kim")["kept_out"]) == (0, "no_mailbox")


def test_exchanged_license_disables_nobody(env: Environment) -> None:
    env.import_people()

    env.change("kim", licenses=[])
    env.sync()
    env.change("kim", licenses=["Business Basic"])
    env.sync()
    a_day_passes(env)
    env.sync()

    assert env.user("kim")["is_enabled"] == 1


def test_second_loss_begins_a_day_of_its_own(env: Environment) -> None:
    env.import_people()
    env.change("kim", licenses=[])
    env.sync()
    a_day_passes(env)

    env.change("kim", licenses=["E3"], displayName="Kim Lindqvist")
    env.sync()
    env.change("kim", licenses=[])
    env.sync()

    assert env.user("kim")["is_enabled"] == 1


def test_person_who_is_blocked_has_no_such_day(env: Environment) -> None:
    env.import_people()

    env.change("kim", accountEnabled=False)
    env.sync()

    assert env.user("kim")["is_enabled"] == 0
