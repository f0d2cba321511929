"""The consent receipt: every permission, its purpose, who asked for it, and its last use."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from portal.integrations import store
from portal.microsoft365 import authorization_store, authorizations, consent_store
from portal.microsoft365.coverage import SEND
from portal.microsoft365.models import Consent, ConsentRoute, FeatureUse, GrantedRole
from portal.microsoft365.permission_texts import permission
from portal.microsoft365.permissions import (
    PERSONAL_FEATURES,
    Feature,
    broader,
    missing,
    permissions_of,
    reads_for_all,
)
from portal.storage.rows import Rows
from portal.wording import counted

ROUTES = {
    ConsentRoute.HERE: "Admin consent, asked for in Portal",
    ConsentRoute.LINK: "Admin consent, by a link that was handed on",
}
BY_PERSON = "Each person's own connection"


@dataclass(frozen=True)
class Row:
    """One granted permission. `asked_by` is empty if it does not hold.

    Microsoft does not tell which of its accounts accepted.
    """

    permission: str
    is_application: bool
    powers: str
    reads: str
    stores: str
    asked_by: str
    holds_since: datetime | None
    route: str
    last_used_at: datetime | None = None
    last_used_on: date | None = None
    failure: str = ""

    @property
    def kind(self) -> str:
        return "application" if self.is_application else "delegated"


@dataclass(frozen=True)
class Change:
    """A change of the set of permissions that is asked for."""

    asked_at: datetime
    asked_by: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


def changes(rows: Rows) -> list[Change]:
    """Each change of the set that was asked for, newest first. The first set is all added."""
    asked = consent_store.requests(rows)
    before = [*(each.roles for each in asked[1:]), ()]
    return [
        Change(
            each.asked_at,
            each.asked_by,
            added=tuple(role for role in each.roles if role not in former),
            removed=tuple(role for role in former if role not in each.roles),
        )
        for each, former in zip(asked, before, strict=False)  # nothing was asked for: no change
    ]


def rows(rows: Rows) -> list[Row]:
    """List permissions, the organization's first, and name those that power nothing."""
    given = consent_store.consent(rows)
    return [*_organizations(rows, given), *_unused(rows, given), *_peoples(rows)]


def _organizations(rows: Rows, given: Consent | None) -> list[Row]:
    granted = {each.role: each for each in authorization_store.granted(rows)}
    uses = consent_store.uses(rows)
    found = []
    wanted = _wanted(rows, granted)
    for role in _names(wanted, is_application=True):
        features = _features(role, wanted, is_application=True)
        there, whole = _granted_as(role, granted)
        found.append(
            Row(
                permission=role,
                is_application=True,
                powers=_powers(features),
                reads=reads_for_all(role),
                stores=permission(role).stores,
                asked_by=_asked(given) if there else "",
                holds_since=there.granted_at if there else None,
                route=_route(given, role, whole) if given and there else "",
                last_used_on=authorization_store.last_use(rows, role) if there else None,
                failure=_failure(uses[each] for each in features if each in uses),
            )
        )
    return found


def _granted_as(
    role: str, granted: Mapping[str, GrantedRole]
) -> tuple[GrantedRole | None, str | None]:
    """A permission as it was granted, or another one that includes it, which is named too."""
    if role in granted:
        return granted[role], None
    whole = next((each for each, part in broader(granted) if part == role), None)
    return (granted[whole], whole) if whole else (None, None)


def _wanted(rows: Rows, granted: Collection[str]) -> tuple[Feature, ...]:
    """The features asked for, and the optional ones that work because they are granted."""
    asked = authorizations.features_asked(rows)
    groups = permissions_of(Feature.GROUPS).application
    # Sending is used only while an administrator has it turned on.
    optional = () if missing(granted, groups) else (Feature.GROUPS,)
    return tuple(dict.fromkeys((*asked, *optional)))


def _failure(uses: Iterable[FeatureUse]) -> str:
    """Why a feature that needs the permission fails at the moment. Empty if none does."""
    return next((each.failure for each in uses if each.failure), "")


def _route(given: Consent, role: str, whole: str | None) -> str:
    """How the permission was given, and by which read it shows if no token carries it."""
    if whole is not None:
        return f"{ROUTES[given.route]}: included in {whole}"
    read_at = next((each.read_at for each in given.proofs if each.role == role), None)
    if read_at is None:
        return ROUTES[given.route]
    shown = "a mail to nobody that was refused as empty" if role == SEND else "reading a mailbox"
    return f"Granted in Exchange, shown by {shown} on {read_at.date()} (UTC)"


def _asked(given: Consent | None) -> str:
    return given.asked_by if given is not None else ""


def _unused(rows: Rows, given: Consent | None) -> list[Row]:
    """A permission that is granted but unused. It should leave the registration."""
    granted = authorization_store.granted(rows)
    used = _names(_wanted(rows, [each.role for each in granted]), is_application=True)
    parts = dict(broader(each.role for each in granted))
    return [
        Row(
            permission=each.role,
            is_application=True,
            powers="Nothing here" if each.role not in parts else "More than is needed",
            reads=_advice(parts.get(each.role), {other.role for other in granted}),
            stores="Nothing.",
            asked_by=_asked(given),
            holds_since=each.granted_at,
            route=ROUTES[given.route] if given else "",
        )
        for each in granted
        if each.role not in used
    ]


def _advice(part: str | None, granted: Collection[str]) -> str:
    """Advice on a permission that is not needed, or of which a part is enough."""
    if part is None or part in granted:
        return "Not used. Take it out of the application's registration."
    return f"{part} is enough. Register that, consent again, and then take this one away."


def _peoples(rows: Rows) -> list[Row]:
    granted = store.delegated(rows)
    found = []
    wanted = tuple(dict.fromkeys((*authorizations.features_in_use(rows), *_personal(granted))))
    for scope in _names(wanted, is_application=False):
        who = granted.get(scope.casefold())
        features = _features(scope, wanted, is_application=False)
        found.append(
            Row(
                permission=scope,
                is_application=False,
                powers=_powers(features),
                reads=permission(scope).reads,
                stores=permission(scope).stores,
                asked_by=counted(who.count, "person") if who else "",
                holds_since=who.first_at if who else None,
                route=BY_PERSON if who else "",
                last_used_at=who.last_used_at if who else None,
            )
        )
    return found


def _personal(granted: Collection[str]) -> tuple[Feature, ...]:
    """The features that a person is asked for when they first need them, where one granted it."""
    return tuple(
        each for each in PERSONAL_FEATURES if not missing(granted, permissions_of(each).delegated)
    )


def _names(features: tuple[Feature, ...], *, is_application: bool) -> tuple[str, ...]:
    every = [permissions_of(each) for each in features]
    listed = [each.application if is_application else each.delegated for each in every]
    return tuple(dict.fromkeys(name for names in listed for name in names))


def _features(
    name: str, features: tuple[Feature, ...], *, is_application: bool
) -> tuple[Feature, ...]:
    return tuple(
        each
        for each in features
        if name
        in (permissions_of(each).application if is_application else permissions_of(each).delegated)
    )


def _powers(features: tuple[Feature, ...]) -> str:
    return ", ".join(permissions_of(each).powers for each in features)
