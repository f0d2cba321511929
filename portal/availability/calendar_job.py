"""Read a person's calendar by what permits it, and replace what is kept of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from portal import clock
from portal.availability import calendar_view, free_busy, store
from portal.availability.calendar_view import Window
from portal.availability.models import Event, Person, Series, Source
from portal.errors import NotAllowed
from portal.graph.client import GraphClient
from portal.graph.errors import (
    Gone,
    GraphError,
    MailboxFenced,
    MailboxMissing,
    NeedsReconnect,
    NotConnected,
    PermissionMissing,
    Refused,
    TokenRefused,
)
from portal.microsoft365 import connections
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.permissions import Feature
from portal.storage.claims import Claim
from portal.storage.rows import Rows

EVERY = timedelta(minutes=15)
# Exchange keeps a refusal in its cache for that long, and asking earlier may prolong it.
EVERY_WHEN_REFUSED = timedelta(minutes=30)
# Several may have mailboxes that Exchange closes too, which only asking shows. Each is a request.
MOST_COLLEAGUES = 10
# What stands in the way of one calendar and not of free/busy.
NOT_READABLE = (NeedsReconnect, PermissionMissing, TokenRefused)
NO_CALENDAR = (
    "Microsoft has no mailbox of this account in Exchange Online, so there is no calendar to "
    "read. Portal tries again once a day."
)


class Stopped(Exception):
    """The worker was asked to end. Nothing of this read was kept."""


@dataclass(frozen=True)
class Found:
    """All times of one calendar, and the series that were checked."""

    source: Source
    events: tuple[Event, ...]
    series: tuple[Series, ...] = ()
    # Why only free/busy was read.
    refusal: str = ""


@dataclass(frozen=True)
class CalendarJob:
    """One claimed calendar. `should_stop` is asked between two requests."""

    rows: Rows
    microsoft365: Microsoft365
    claim: Claim
    person: Person
    should_stop: Callable[[], bool]

    def require_running(self) -> None:
        if self.should_stop():
            raise Stopped

    def read(self) -> None:
        """Read everything, then replace what was kept in one transaction."""
        found = self._found(Window.at(clock.utc_now()))
        with self.rows.write():
            now = clock.utc_now()
            store.CLAIMS.fence.renew(self.rows, self.claim, now=now)
            user_id = self.person.user_id
            store.replace_times(self.rows, user_id, found.events)
            store.save_series(self.rows, user_id, found.series, now=now)
            store.forget_absent_series(self.rows, user_id)
            connections.worked(self.rows, user_id, Feature.AVAILABILITY, now)
            wait = EVERY_WHEN_REFUSED if found.source is Source.FREE_BUSY else EVERY
            store.finish(
                self.rows,
                self.claim,
                found.source,
                refusal=found.refusal,
                due_at=now + wait,
                now=now,
            )

    def _found(self, window: Window) -> Found:
        """Read the calendar, or else free/busy. Raises why the calendar cannot be read."""
        try:
            return self._of_calendar(window)
        except (Gone, MailboxMissing) as refusal:
            raise MailboxMissing(NO_CALENDAR) from refusal
        except NOT_READABLE as refusal:
            found = self._of_free_busy(window)
            if found is None:
                raise
            return replace(found, refusal=str(refusal))

    def _of_calendar(self, window: Window) -> Found:
        client = self.microsoft365.client_for(Feature.AVAILABILITY, self.person.user_id)
        try:
            return self._read(client, window)
        except MailboxFenced as refusal:
            own = self._own_connection() if client.is_app_only else None
            if own is None:
                raise
            try:
                return self._read(own, window)
            except NOT_READABLE:
                raise refusal from None

    def _own_connection(self) -> GraphClient | None:
        """The person's own connection, where Exchange closes the mailbox to the organization."""
        try:
            return self.microsoft365.client_of_person(Feature.AVAILABILITY, self.person.user_id)
        except (GraphError, NotAllowed):
            return None

    def _read(self, client: GraphClient, window: Window) -> Found:
        events = calendar_view.events(client, window, self.require_running)
        now = clock.utc_now()
        known = store.series(self.rows, self.person.user_id)
        checked = calendar_view.check_series(
            client,
            calendar_view.unchecked(events, known, now=now),
            known,
            self.require_running,
            now=now,
        )
        source = Source.ORGANIZATION if client.is_app_only else Source.CONNECTION
        return Found(source, events, tuple(checked))

    def _of_free_busy(self, window: Window) -> Found | None:
        """Free/busy in the name of a colleague who may ask. None if no colleague is told."""
        for client in self._colleagues():
            self.require_running()
            try:
                events = free_busy.events(client, self.person.address, window)
            except (*NOT_READABLE, MailboxMissing, Gone, Refused):
                continue
            return Found(Source.FREE_BUSY, events)
        return None

    def _colleagues(self) -> Iterator[GraphClient]:
        for user_id in store.colleagues(self.rows, self.person, limit=MOST_COLLEAGUES):
            try:
                yield self.microsoft365.client_for(Feature.AVAILABILITY, user_id)
            except (GraphError, NotAllowed):
                continue


def forget(rows: Rows, claim: Claim, user_id: str) -> None:
    """Delete what was read of a calendar, and stop reading it. Belongs inside write()."""
    store.CLAIMS.fence.renew(rows, claim, now=clock.utc_now())
    store.forget_times(rows, user_id)
    store.delete_read(rows, user_id)


def forget_revoked(rows: Rows, claim: Claim, user_id: str) -> None:
    """Delete what was read by a connection that its owner revoked since."""
    with rows.write():
        store.CLAIMS.fence.renew(rows, claim, now=clock.utc_now())
        store.forget_times(rows, user_id)
    rows.forget_log()


def is_revoked(refusal: GraphError, source: Source | None) -> bool:
    return isinstance(refusal, NotConnected) and source is Source.CONNECTION
