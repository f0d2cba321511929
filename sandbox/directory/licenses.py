"""Licenses of people, and the service plans that they bring.

https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.database import Row

# A usable license keeps its mailbox open. A removed one leaves its plans behind as Deleted.
USABLE = ("Enabled", "Warning")
STATUSES = (*USABLE, "Suspended", "LockedOut", "Deleted")


@dataclass(frozen=True)
class License:
    """A product: its name in control, its id, and the ids of its plans by service."""

    name: str
    sku: str
    plans: tuple[tuple[str, str], ...]
    has_mailbox: bool
    disabled: tuple[tuple[str, str], ...] = ()


EXCHANGE_PLAN = ("exchange", "efb87545-963c-4e0d-99df-69c6916d9eb0")
FOUNDATION = ("exchange", "113feb6c-3fe4-4440-bddc-54d774bf0318")
E3 = License("E3", "05e9a617-0261-4cee-bb44-138d3ef5d965", (EXCHANGE_PLAN,), has_mailbox=True)
LICENSES = (
    E3,
    License(
        "E3 without Exchange",
        E3.sku,
        (("TeamspaceAPI", "57ff2da0-773e-42df-b2af-ffb7a2317929"),),
        has_mailbox=False,
        disabled=(EXCHANGE_PLAN,),
    ),
    License(
        "Business Basic",
        "3b555118-da6a-4418-894f-7df1e2096870",
        (
            ("exchange", "9aaf7827-d63c-4b61-89c3-182f06f82e5c"),
            ("TeamspaceAPI", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
        ),
        has_mailbox=True,
    ),
    License(
        "F3",
        "66b55226-6b4f-492c-910c-a3b7a3c9d993",
        (("exchange", "4a82b400-a79f-41a4-b4e2-e94f5787b113"), FOUNDATION),
        has_mailbox=True,
    ),
    License(
        "Exchange Essentials",
        "e8f81a67-bd96-4074-b108-cf193eb9433b",
        (("exchange", "1126bef5-da20-4f07-b45e-ad25d2581aa8"),),
        has_mailbox=True,
    ),
    License(
        "Power BI",
        "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235",
        (("PowerBI", "2049e525-b859-401b-b2a0-e0a31c4b1fe4"), FOUNDATION),
        has_mailbox=False,
    ),
    License(
        "Exchange archive",
        "ee02fd1b-340e-4a4b-b355-4a514e4c8943",
        (("exchange", "176a09a6-7ec5-4039-ac02-b2791c6ba793"),),
        has_mailbox=False,
    ),
    # A plan that no list names: only the mailbox itself tells.
    License(
        "New product",
        "b1f6f1c2-0000-4000-8000-000000000001",
        (("exchange", "b1f6f1c2-0000-4000-8000-000000000002"),),
        has_mailbox=True,
    ),
)
BY_NAME = {one.name: one for one in LICENSES}


def given(asked: Iterable[str] | Mapping[str, str]) -> dict[str, str]:
    """Read licenses: names, which are enabled, or names with their status."""
    found = dict(asked) if isinstance(asked, Mapping) else dict.fromkeys(asked, "Enabled")
    if set(found) - set(BY_NAME):
        raise ValueError(f"Licenses are {', '.join(BY_NAME)}.")
    if set(found.values()) - set(STATUSES):
        raise ValueError(f"The status of a license is {', '.join(STATUSES)}.")
    return found


def held(row: Row) -> dict[str, str]:
    """Read a person's licenses with their status, also those that were removed."""
    return dict(orjson.loads(row["licenses"]))


def exchanged(row: Row, wanted: dict[str, str]) -> dict[str, Any]:
    """The columns of a change: licenses not wanted are removed.

    The mailbox of a person follows. A shared one needs no license, and neither does a room.
    """
    kept = dict.fromkeys(held(row), "Deleted") | wanted
    columns: dict[str, Any] = {"licenses": orjson.dumps(kept).decode()}
    return columns | ({"has_mailbox": int(has_mailbox(kept))} if row["purpose"] == "user" else {})


def regained(row: Row) -> dict[str, Any]:
    """The columns of a license that comes back: the one held before, or Microsoft 365 E3."""
    before = [name for name in held(row) if BY_NAME[name].has_mailbox]
    return exchanged(row, given(before or [E3.name]))


def has_mailbox(licenses: dict[str, str]) -> bool:
    return any(BY_NAME[name].has_mailbox and status in USABLE for name, status in licenses.items())


def is_licensed(row: Row) -> bool:
    return any(status != "Deleted" for status in held(row).values())


def assigned_licenses(row: Row) -> list[dict[str, Any]]:
    present = [BY_NAME[name] for name, status in held(row).items() if status != "Deleted"]
    return [
        {"disabledPlans": [plan for _, plan in one.disabled], "skuId": one.sku} for one in present
    ]


def assigned_plans(row: Row) -> list[dict[str, Any]]:
    """List the plans, also those of removed licenses, as Microsoft does."""
    return [
        plan_resource(row, plan, status)
        for name, status in held(row).items()
        for plan, status in _plans(BY_NAME[name], status)
    ]


def _plans(one: License, status: str) -> list[tuple[tuple[str, str], str]]:
    return [(plan, status) for plan in one.plans] + [(plan, "Deleted") for plan in one.disabled]


def plan_resource(row: Row, plan: tuple[str, str], status: str) -> dict[str, Any]:
    return {
        "assignedDateTime": row["created_at"],
        "capabilityStatus": status,
        "service": plan[0],
        "servicePlanId": plan[1],
    }
