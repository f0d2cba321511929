"""The user resource of Graph, built from a row of the directory."""

import uuid
from typing import Any

import orjson

from sandbox.database import Row

# The members of an answer without $select.
DEFAULT = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
# Other services keep these members: a list of users cannot select them.
ELSEWHERE = frozenset(
    {
        "aboutme", "birthday", "hiredate", "interests", "mailboxsettings", "mysite",
        "pastprojects", "preferredname", "responsibilities", "schools", "skills",
    }
)  # fmt: skip  # one to a line says no more
# Microsoft 365 E3 and its plan for Exchange Online.
LICENSE = "05e9a617-0261-4cee-bb44-138d3ef5d965"
EXCHANGE_PLAN = "efb87545-963c-4e0d-99df-69c6916d9eb0"
PASSWORDS_CHANGED = "2026-01-09T08:00:00Z"


def resource(row: Row) -> dict[str, Any]:
    """Build every selectable member of a user."""
    is_guest = row["user_type"] == "Guest"
    return {
        "id": row["id"],
        "businessPhones": [],
        "displayName": row["display_name"],
        "givenName": row["given_name"],
        "jobTitle": row["job_title"],
        "mail": row["mail"],
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": row["surname"],
        "userPrincipalName": row["upn"],
        "accountEnabled": bool(row["account_enabled"]),
        "proxyAddresses": orjson.loads(row["proxy_addresses"]),
        "otherMails": orjson.loads(row["other_mails"]),
        "userType": row["user_type"],
        "department": row["department"],
        "companyName": None,
        "assignedLicenses": _licenses(row),
        "assignedPlans": _plans(row),
        "createdDateTime": row["created_at"],
        "deletedDateTime": row["deleted_at"],
        "lastPasswordChangeDateTime": PASSWORDS_CHANGED,
        "creationType": "Invitation" if is_guest else None,
        "externalUserState": "Accepted" if is_guest else None,
        "mailNickname": row["upn"].partition("@")[0],
        "showInAddressList": None,
        "usageLocation": None,
    }


def _licenses(row: Row) -> list[dict[str, Any]]:
    return [{"disabledPlans": [], "skuId": LICENSE}] if row["is_licensed"] else []


def _plans(row: Row) -> list[dict[str, Any]]:
    """List the plan for Exchange, also after its removal, as Microsoft does."""
    if not row["is_licensed"] and not row["was_licensed"]:
        return []
    return [
        {
            "assignedDateTime": row["created_at"],
            "capabilityStatus": "Enabled" if row["is_licensed"] else "Deleted",
            "service": "exchange",
            "servicePlanId": EXCHANGE_PLAN,
        }
    ]


MEMBERS = tuple(
    resource(
        {
            "id": str(uuid.UUID(int=0)), "display_name": "", "given_name": "", "job_title": "",
            "mail": "", "surname": "", "upn": "", "account_enabled": 1, "proxy_addresses": "[]",
            "other_mails": "[]", "user_type": "", "department": "", "is_licensed": 0,
            "was_licensed": 0, "created_at": "", "deleted_at": None,
        }
    )
)  # fmt: skip  # one to a line says no more
