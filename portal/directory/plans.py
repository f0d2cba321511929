"""Mailboxes in Exchange Online, told by the plans of a license. Pure.

https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
"""

from collections.abc import Mapping
from typing import Any

# Kiosk, Essentials, Plan 1 and Plan 2, also of the US government.
WITH_MAILBOX = frozenset(
    {
        "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
        "e9b4930a-925f-45e2-ac2a-3f7788ca6fdd",
        "efb87545-963c-4e0d-99df-69c6916d9eb0",
        "4a82b400-a79f-41a4-b4e2-e94f5787b113",
        "1126bef5-da20-4f07-b45e-ad25d2581aa8",
    }
)
# They name the service Exchange too: Foundation, the archive add-on and Customer Lockbox.
WITHOUT_MAILBOX = frozenset(
    {
        "113feb6c-3fe4-4440-bddc-54d774bf0318",
        "176a09a6-7ec5-4039-ac02-b2791c6ba793",
        "9f431833-0334-42de-a7dc-70aa40db46db",
    }
)
USABLE = ("enabled", "warning")


def has_mailbox(entry: Mapping[str, Any]) -> bool:
    """Whether a usable plan of this person brings a mailbox.

    A plan of Exchange that Portal does not know may bring one: then the mailbox itself tells.
    Without a list of plans, any license counts.
    """
    plans = entry.get("assignedPlans")
    if not isinstance(plans, list):
        return bool(entry.get("assignedLicenses"))
    return any(_brings_mailbox(plan) for plan in plans if isinstance(plan, dict))


def _brings_mailbox(plan: Mapping[str, Any]) -> bool:
    if str(plan.get("capabilityStatus") or "").casefold() not in USABLE:
        return False
    plan_id = str(plan.get("servicePlanId") or "").casefold()
    is_exchange = str(plan.get("service") or "").casefold() == "exchange"
    return plan_id in WITH_MAILBOX or (is_exchange and plan_id not in WITHOUT_MAILBOX)
