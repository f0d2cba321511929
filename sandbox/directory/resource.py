"""The user resource of Graph, built from a row of the directory."""

import uuid
from typing import Any

import orjson

from sandbox import quirks
from sandbox.database import Row, State
from sandbox.directory import licenses

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
# Begins the sign-in name of members while it differs from their mail.
SIGN_IN_PREFIX = "id-"
# A license of severalLicenses, besides Power BI: Mobility + Security.
MOBILITY = "efccb6f7-5641-4e0e-bd10-b4976e1bf68e"
# Plans that name the service Exchange and bring no mailbox: Foundation and Lockbox.
NO_MAILBOX_PLANS = (
    licenses.FOUNDATION,
    ("exchange", "9f431833-0334-42de-a7dc-70aa40db46db"),
)
PASSWORDS_CHANGED = "2026-01-09T08:00:00Z"


def principal_name(state: State, row: Row) -> str:
    """Return the name that a person signs in with. The quirk makes it differ from their mail."""
    if row["user_type"] == "Member" and quirks.PRINCIPAL_NAMES.is_on(state):
        return f"{SIGN_IN_PREFIX}{row['upn']}"
    return str(row["upn"])


def upn_of(state: State, reference: str) -> str:
    """Return the stored name behind a principal name. Any other reference stays as it is."""
    if not quirks.PRINCIPAL_NAMES.is_on(state) or "@" not in reference or "#EXT#" in reference:
        return reference
    stored = reference.lower().removeprefix(SIGN_IN_PREFIX)
    # Without the prefix it is an address, and Graph finds nobody by that.
    return stored if stored != reference.lower() else ""


def shown(state: State, row: Row) -> dict[str, Any]:
    """Build every selectable member of a user, as the tenant's quirks change them."""
    made = resource(row) | {"userPrincipalName": principal_name(state, row)}
    if (row["user_type"], row["purpose"]) == ("Member", "user") and (
        quirks.SEVERAL_LICENSES.is_on(state)
    ):
        own = made["assignedLicenses"]
        power_bi = licenses.BY_NAME["Power BI"].sku
        more = (power_bi, MOBILITY) if own else (power_bi,)
        made["assignedLicenses"] = [{"disabledPlans": [], "skuId": sku} for sku in more] + own
        made["assignedPlans"] = [
            *(licenses.plan_resource(row, plan, "Enabled") for plan in NO_MAILBOX_PLANS),
            *made["assignedPlans"],
        ]
    return made


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
        "assignedLicenses": licenses.assigned_licenses(row),
        "assignedPlans": licenses.assigned_plans(row),
        "createdDateTime": row["created_at"],
        "deletedDateTime": row["deleted_at"],
        "lastPasswordChangeDateTime": PASSWORDS_CHANGED,
        "creationType": "Invitation" if is_guest else None,
        "externalUserState": "Accepted" if is_guest else None,
        "mailNickname": row["upn"].partition("@")[0],
        "showInAddressList": None,
        "usageLocation": None,
        "onPremisesSyncEnabled": True if row["is_on_premises"] else None,
    }


MEMBERS = tuple(
    resource(
        {
            "id": str(uuid.UUID(int=0)), "display_name": "", "given_name": "", "job_title": "",
            "mail": "", "surname": "", "upn": "", "account_enabled": 1, "proxy_addresses": "[]",
            "other_mails": "[]", "user_type": "", "department": "", "licenses": "{}",
            "created_at": "", "deleted_at": None, "is_on_premises": 0,
        }
    )
)  # fmt: skip  # one to a line says no more
