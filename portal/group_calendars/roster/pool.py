"""The pool of members' tokens: whose is used next, and what follows from a refusal."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from portal import clock
from portal.errors import NotAllowed
from portal.graph.client import GraphClient
from portal.graph.errors import GraphError, NeedsReconnect, PermissionMissing, TokenRefused
from portal.group_calendars.roster import store, watch_store
from portal.group_calendars.roster.models import Probe, Scheduler
from portal.microsoft365.permissions import Feature
from portal.services import Services
from portal.storage.claims import Claim, Fence

# The person's token is of no use now. Anything else would meet the next one too.
REFUSALS = (NeedsReconnect, PermissionMissing, TokenRefused, NotAllowed)
NOBODY = (
    "No connection of a member of the group reads this calendar now. An administrator can see on "
    "the page Group calendars who has to connect, or to be added to the group. Portal tries again "
    "as soon as a person connects."
)

T = TypeVar("T")
log = logging.getLogger(__name__)


class NobodyReads(GraphError):
    """Every token was refused, or there is none."""

    def __init__(self) -> None:
        super().__init__(NOBODY)


@dataclass(frozen=True)
class Pool:
    """The tokens for one calendar, under a worker's claim. Nothing is kept once it was lost."""

    services: Services = field(repr=False)
    claim: Claim
    calendar_id: str
    group_id: str
    fence: Fence = watch_store.CLAIMS.fence

    def renew(self) -> None:
        """Belongs first in each transaction."""
        self.fence.renew(self.services.rows, self.claim, now=clock.utc_now())

    def client(self, user_id: str) -> GraphClient:
        """A client by this person's own connection, since a group calendar takes no other."""
        return self.services.microsoft365.client_of_person(Feature.GROUP_CALENDARS, user_id)

    def read(self, call: Callable[[GraphClient, Scheduler], T]) -> T:
        """Read with the token that was unused longest. The next takes over after a refusal.

        Raises NobodyReads if none is left.
        """
        for person in store.readers(self.services.rows, self.calendar_id):
            if person.lacks:
                continue
            try:
                answer = call(self.client(person.user_id), person)
            except REFUSALS as refusal:
                self.save(person, Probe.REFUSED, str(refusal))
                continue
            self._note_use(person)
            return answer
        raise NobodyReads

    def save(self, person: Scheduler, state: Probe, reason: str = "") -> None:
        """Keep what a read by this person's token showed."""
        rows, now = self.services.rows, clock.utc_now()
        log.info("%s reads %s: %s %s", person.user_id, self.calendar_id, state, reason)
        with rows.write():
            self.renew()
            store.save_probe(rows, self.calendar_id, person.user_id, state, reason=reason, now=now)
            watch_store.note_watched(rows, self.calendar_id, now=now)

    def _note_use(self, person: Scheduler) -> None:
        rows = self.services.rows
        with rows.write():
            self.renew()
            store.save_use(rows, self.calendar_id, person.user_id, now=clock.utc_now())
