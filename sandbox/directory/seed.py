"""Northwind: a small company with one of each kind of account."""

from sandbox.database import State
from sandbox.directory import store

TENANT_ID = "7c3c0d5e-0000-4000-8000-0000000000aa"
DOMAIN = "northwind.example"
SETTINGS = {
    "id": TENANT_ID,
    "displayName": "Northwind",
    "domain": DOMAIN,
    "domains": [],
    "timeZone": "W. Europe Standard Time",
    "sendFromAlias": True,
    "adminConsentRequired": False,
    "consentDelay": 0,
    "exchangeDelay": 0,
    "searchDelay": 0,
    "calendarDelay": 0,
    "eventDelay": 0,
    "staleReads": 0,
    "deletedAnswersFor": 0,
    "notificationCopies": 1,
    "rightsDelay": 0,
    "mailboxConcurrency": 0,
    "tokenLifetime": 4200,
    "deltaLifetime": 7 * 24 * 3600,
    "deltaErrorCode": "syncStateNotFound",
    "directoryDeltaErrorCode": "resyncRequired",
    "directoryPageSize": 200,
    "directoryReplay": False,
    "clockOffset": 0,
    "linksHere": False,
}


def seed(state: State) -> None:
    """Add Northwind's switches and people. Does nothing if they exist."""
    if state.setting("id"):
        return
    for name, value in SETTINGS.items():
        state.set_setting(name, value)
    for facts in PEOPLE:
        store.add_user(state, **facts)


def _at(name: str) -> str:
    return f"{name}@{DOMAIN}"


PEOPLE: tuple[dict[str, object], ...] = (
    {
        "upn": _at("alex"),
        "display_name": "Alex Berg",
        "job_title": "Head of People",
        "directory_roles": ["Global Administrator"],
    },
    {
        "upn": _at("priya"),
        "display_name": "Priya Kaur",
        "job_title": "Recruiter",
        "aliases": [_at("talent"), _at("p.kaur")],
    },
    {"upn": _at("kim"), "display_name": "Kim Lund", "job_title": "Engineer"},
    {"upn": _at("sam"), "display_name": "Sam Reed", "aliases": [_at("samuel.reed")]},
    {"upn": _at("frontdesk"), "display_name": "Front Desk"},
    {
        "upn": _at("jobs"),
        "display_name": "Northwind Jobs",
        "account_enabled": False,
        "purpose": "shared",
    },
    {
        "upn": f"guest_partner.example#EXT#@{DOMAIN}",
        "mail": "guest@partner.example",
        "display_name": "Gael Guest",
        "user_type": "Guest",
        "has_mailbox": False,
    },
    {"upn": _at("dana"), "display_name": "Dana Disabled", "account_enabled": False},
    {"upn": _at("noah"), "mail": None, "display_name": "Noah Nomailbox"},
)
