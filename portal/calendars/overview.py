"""An overview of rooms: whether they can be read now, and as whom. Only reads our tables."""

from dataclasses import dataclass

from portal.calendars import delegates, store
from portal.calendars.models import Access, Counts, Delegate, Refresh, Room
from portal.microsoft365 import consent_store
from portal.microsoft365.permissions import Feature, missing, permissions_of
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows

LIST_ROLE = "Place.Read.All"
EMPTY = (
    "Microsoft's list of rooms is empty at the moment, which happens for some hours after a "
    "change. The rooms that were known are kept; if it is still empty tomorrow, they go."
)
OFF = "Microsoft 365 is not enabled."
NOT_CHOSEN = "Choose a delegated room sync user first."
DISABLED = "{name} can no longer sign in. Choose another delegated room sync user."
NOT_OF_TENANT = "{name} does not belong to the connected organization. Choose somebody else."
NEITHER = (
    "Neither {name} nor the deputy, {deputy}, can sign in any more. Choose another delegated room "
    "sync user."
)
LACKING = "The organization's consent with {roles} is missing."


@dataclass(frozen=True)
class Overview:
    """The rooms section of the Microsoft 365 page. `acting` is as whom Microsoft is asked."""

    counts: Counts
    some: tuple[Room, ...]
    refresh: Refresh | None
    delegate: Delegate | None
    deputy: Delegate | None
    acting: Delegate | None
    access: Access

    @property
    def needs_successor(self) -> bool:
        """Whether none of those who were chosen is left to ask as."""
        return self.delegate is not None and self.acting is None

    @property
    def deputy_acts(self) -> bool:
        return self.acting is not None and self.acting == self.deputy

    @property
    def empty_list(self) -> str:
        """Why known rooms stay although Microsoft lists none. Empty if it lists some."""
        is_empty = self.refresh is not None and self.refresh.first_empty_at is not None
        return EMPTY if is_empty and self.counts.known else ""


def overview(rows: Rows, *, most: int = 8) -> Overview:
    return Overview(
        counts=store.counts(rows),
        some=tuple(store.rooms(rows, limit=most)),
        refresh=store.refresh(rows),
        delegate=store.delegate(rows),
        deputy=store.deputy(rows),
        acting=delegates.acting(rows),
        access=access(rows),
    )


def access(rows: Rows) -> Access:
    """Tell what can be read now."""
    if platforms.enabled(rows) is not Platform.MICROSOFT_365:
        return Access(OFF, OFF)
    return Access(_why_no_list(rows), _why_no_times(rows))


def _why_no_list(rows: Rows) -> str:
    if lists_by_consent(rows) or delegates.reader(rows) is not None:
        return ""
    return LACKING.format(roles=LIST_ROLE)


def lists_by_consent(rows: Rows) -> bool:
    return LIST_ROLE in _roles(rows)


def _why_no_times(rows: Rows) -> str:
    delegate = store.delegate(rows)
    if delegate is None:
        return NOT_CHOSEN
    lacking = roles_lacking(rows)
    if delegates.acting(rows) is None:
        return _why_nobody(rows, delegate)
    return LACKING.format(roles=" and ".join(lacking)) if lacking else ""


def _why_nobody(rows: Rows, delegate: Delegate) -> str:
    deputy = store.deputy(rows)
    if deputy is not None:
        return NEITHER.format(name=delegate.person.name, deputy=deputy.person.name)
    sentence = NOT_OF_TENANT if delegate.person.is_enabled else DISABLED
    return sentence.format(name=delegate.person.name)


def roles_lacking(rows: Rows) -> tuple[str, ...]:
    """Roles that rooms need and the organization's consent lacks."""
    return missing(_roles(rows), permissions_of(Feature.ROOMS).application)


def _roles(rows: Rows) -> frozenset[str]:
    given = consent_store.consent(rows)
    return given.roles if given is not None and given.is_working else frozenset()
