"""One claimed interview: what is known of it, and how the outcome of a step is kept."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.interviews import store
from portal.interviews.findings import finding_store
from portal.interviews.microsoft import work_store
from portal.interviews.microsoft.models import Known, Pause
from portal.interviews.models import Event, Interview, State, Told
from portal.services import Services
from portal.storage.claims import Claim
from portal.storage.rows import Rows

SCHEDULER = Actor.system("interviews")
Change = Callable[[Interview], Interview]


def is_same(one: Interview, before: Interview) -> bool:
    """Whether people want the same still. A version is all that they are told."""
    return (one.version, one.generation, one.goal, one.state) == (
        before.version,
        before.generation,
        before.goal,
        before.state,
    )


def unchanged(one: Interview) -> Interview:
    return one


def known(rows: Rows, interview_id: str) -> Known:
    """Everything that the rows have of an interview now."""
    one = store.interview(rows, interview_id)
    return Known(
        one,
        tuple(store.panel(rows, interview_id)),
        tuple(store.events(rows, interview_id)),
        tuple(store.ledger(rows, interview_id)),
        store.kind_name(rows, one.kind_id),
        tuple(finding_store.written_back(rows, interview_id)),
    )


@dataclass(frozen=True)
class Work:
    """The work on one interview under a worker's claim. Nothing is kept once that was lost."""

    services: Services = field(repr=False)
    claim: Claim
    pause: Pause = time.sleep

    @property
    def rows(self) -> Rows:
        return self.services.rows

    @property
    def known(self) -> Known:
        return known(self.rows, self.claim.row_id)

    @property
    def act(self) -> Act:
        return Act(self.rows, SCHEDULER, clock.utc_now())

    def renew(self) -> None:
        """Belongs first in each transaction."""
        work_store.CLAIMS.fence.renew(self.rows, self.claim, now=clock.utc_now())

    def extend(self) -> None:
        """Keep the claim during a pause."""
        work_store.CLAIMS.fence.extend(self.rows, self.claim, now=clock.utc_now())

    def begin(self, event: Event, *, told: Iterable[Told] = ()) -> None:
        """Keep that a call is about to be made. A killed worker then leaves a row that says so.

        `told` are those whom the call tells, as far as Microsoft carries it out.
        """
        with self.rows.write():
            self.renew()
            store.save_event(self.rows, event)
            store.save_told(self.rows, told)

    def save(
        self, *events: Event, told: Iterable[Told] = (), interview: Change = unchanged
    ) -> Interview:
        """Keep what a step did. It ends a row of failures.

        A page may have changed the interview during the step, so `interview` changes it as it is.
        """
        with self.rows.write():
            self.renew()
            one = store.interview(self.rows, self.claim.row_id)
            for each in events:
                store.save_event(self.rows, each)
            store.save_told(self.rows, told)
            changed = interview(_without_failure(one))
            if changed != one:
                store.save(self.rows, changed)
            if one.failing_since is not None:
                work_store.forget_failure(self.rows, self.claim)
        return changed


def _without_failure(one: Interview) -> Interview:
    if one.failing_since is None or one.state not in (State.WRITING, State.CHANGING):
        return one
    return replace(one, failing_since=None, reason="")
