"""A claim: a row that one worker works on until a time, whatever the row is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal import clock
from portal.errors import Conflict
from portal.storage.rows import Rows

LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Claim:
    """A row that one worker works on; `by` is of this claim alone, so a late worker is noticed."""

    row_id: str
    by: str


class ClaimLost(Conflict):
    """Somebody else works on it now, or it may no longer be worked on: nothing was kept."""

    def __init__(self) -> None:
        super().__init__("This work was taken over or called off.")


@dataclass(frozen=True)
class Claims:
    """What befalls claims on the rows of one table; each does nothing to a claim that was lost."""

    table: str
    lease: timedelta = LEASE

    def extend(self, rows: Rows, claim: Claim, *, now: datetime) -> None:
        """A worker that still lives keeps its claim while Microsoft makes it wait."""
        with rows.write():
            self._change(rows, claim, "claimed_until = ?", clock.text(now + self.lease))

    def release(self, rows: Rows, claim: Claim, *, now: datetime) -> None:
        """Stopped half-way on purpose: due at once, for this worker or another."""
        changes = "claimed_by = null, claimed_until = null, due_at = ?"
        with rows.write():
            self._change(rows, claim, changes, clock.text(now))

    def fail(
        self,
        rows: Rows,
        claim: Claim,
        sentence: str,
        *,
        waits: Callable[[int], timedelta],
        is_throttled: bool,
        now: datetime,
    ) -> bool:
        """`waits` says for how long, from how often it failed in a row. False without the claim."""
        with rows.write():
            sql = f"select failure_count from {self.table} where id = ?"  # noqa: S608  # a store's constant
            times = (rows.one(tuple, sql, [claim.row_id]) or [0])[0] + 1
            return self._change(
                rows,
                claim,
                "claimed_by = null, claimed_until = null, failure = ?, "
                "failed_at = coalesce(failed_at, ?), failure_count = ?, is_throttled = ?, "
                "due_at = ?",
                sentence,
                clock.text(now),
                times,
                int(is_throttled),
                clock.text(now + waits(times)),
            )

    def _change(self, rows: Rows, claim: Claim, changes: str, *values: str | int) -> bool:
        sql = f"update {self.table} set {changes} where id = ? and claimed_by = ?"  # noqa: S608  # constants
        return bool(rows.execute(sql, [*values, claim.row_id, claim.by]) == 1)
