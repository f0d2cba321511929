"""Checks of the record of use: permissions that the organization grants and nothing uses."""

from collections.abc import Iterator
from datetime import date, datetime

from portal.diagnostics.models import Check, advice, ok, skipped
from portal.microsoft365 import authorization_store, authorizations
from portal.microsoft365.models import UNUSED_AFTER, GrantedRole
from portal.microsoft365.permission_texts import permission
from portal.storage.rows import Rows

NAME = "Use of permissions"
DAYS = UNUSED_AFTER.days
IN_ENTRA = (
    "If you do not need it: in Entra, under Enterprise applications, Portal, Permissions, remove "
    "it, and take it out of the app registration too. Everything else goes on. "
)
IN_EXCHANGE = (
    "If you do not need it: Exchange grants it, so an administrator of Exchange removes its role "
    "assignment, and the other permissions stay. "
)
BACK = (
    "Checks then says that it is missing. To have it back, register it again, and consent under "
    "Integrations, Microsoft 365."
)
IN_PLACE = "Until that is granted, this permission does its work."
NARROW = (
    "Register {0} as an application permission in Entra, and consent again under Integrations, "
    "Microsoft 365. Then remove {1}, there and under Enterprise applications, Portal, Permissions."
)
NOTHING_LOST = "Portal uses it for nothing, so nothing stops without it."


def checks(rows: Rows, *, now: datetime) -> Iterator[Check]:
    """One check for each permission that nothing has used for 30 days, or one for all."""
    if not authorization_store.granted(rows):
        yield skipped(NAME, "The organization has not consented, so there is nothing to use.")
        return
    found, wide = authorizations.unused(rows, now.date()), authorizations.broader_than_needed(rows)
    if not found and not wide:
        yield ok(NAME, f"Each permission was used, or granted, in the last {DAYS} days.")
    for each in found:
        yield advice(f"{NAME}: {each.role}", f"{_since(each)} {_lost(each.role)}", _cure(each))

    for role, part in wide.items():
        yield advice(f"{NAME}: {role}", _too_wide(rows, role, part), NARROW.format(part, role))


def _too_wide(rows: Rows, role: str, part: str) -> str:
    has_both = any(each.role == part for each in authorization_store.granted(rows))
    said = f"{part} is granted too, so nothing stops without it." if has_both else IN_PLACE
    return f"Portal writes no interviews by it: of {role} it needs {part} alone. {said}"


def _since(unused: GrantedRole) -> str:
    if unused.last_used_on is None:
        return f"Nothing has used {unused.role} for {DAYS} days or longer."
    return f"Nothing has used {unused.role} since {_told(unused.last_used_on)}."


def _told(day: date) -> str:
    return f"{day} (UTC)"


def _lost(role: str) -> str:
    return permission(role).lost or NOTHING_LOST


def _cure(unused: GrantedRole) -> str:
    where = IN_EXCHANGE if unused.is_in_exchange else IN_ENTRA
    return f"{where}{BACK}" if permission(unused.role).lost else where.strip()
