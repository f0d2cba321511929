"""Claims: a row that one worker, or one renewal of a token, has until a time."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.errors import Conflict
from portal.storage.rows import Rows

LEASE = timedelta(seconds=60)
# Times are kept to the second: a request within the second of a claim must count as later.
TICK = timedelta(seconds=1)
# Clocks of machines that share the tables may differ by this much.
SKEW = timedelta(seconds=60)
# Work that failed waits a day at most.
LONGEST_WAIT = timedelta(hours=25)
ALWAYS = "1 = 1"
RELEASED = "claimed_by = null, claimed_until = null"


@dataclass(frozen=True)
class Claim:
    """One worker's hold on a row. `by` belongs to this claim alone, which exposes a late worker."""

    row_id: str
    by: str


class ClaimLost(Conflict):
    """Another worker has the claim, or the work may no longer be done. Nothing was kept."""

    def __init__(self) -> None:
        super().__init__("This work was taken over or called off.")


@dataclass(frozen=True)
class Fence:
    """Claims on the rows of one table, each until a time. A lost claim changes nothing.

    `may_work` is SQL that names the row by `alias`. Without it, no row is claimed and nothing done
    under a claim is kept.
    """

    table: str
    alias: str
    may_work: str = ALWAYS
    lease: timedelta = LEASE

    @property
    def is_free(self) -> str:
        """SQL: the row may be worked on and nobody has it at `:now`."""
        until = f"{self.alias}.claimed_until"
        return f"{self.may_work} and ({until} is null or {until} < :now)"

    def take(
        self,
        rows: Rows,
        row_id: str,
        worker: str,
        *,
        now: datetime,
        which: str = ALWAYS,
        also: str = "",
        **args: Any,
    ) -> Claim | None:
        """Claim one row. None if it is not free or not one of `which`. Belongs inside write()."""
        claim = Claim(row_id, f"{worker}/{secrets.token_hex(4)}")
        taken = rows.execute(
            f"update {self.table} as {self.alias} "  # noqa: S608  # a store's constants
            f"set claimed_by = :claimed_by, claimed_until = :claimed_until{also} "
            f"where {self.alias}.id = :row_id and {self.is_free} and ({which})",
            {
                **args,
                "row_id": row_id,
                "now": now,
                "claimed_by": claim.by,
                "claimed_until": now + self.lease,
            },
        )
        return claim if taken == 1 else None

    def renew(self, rows: Rows, claim: Claim, *, now: datetime) -> None:
        """Belongs first in each transaction of the claim, which ends with ClaimLost if it is."""
        a = self.alias
        renewed = rows.execute(
            f"update {self.table} as {a} set claimed_until = ? "  # noqa: S608  # a store's constants
            f"where {a}.id = ? and {a}.claimed_by = ? and {self.may_work}",
            [now + self.lease, claim.row_id, claim.by],
        )
        if renewed != 1:
            raise ClaimLost

    def extend(self, rows: Rows, claim: Claim, *, now: datetime) -> None:
        """A worker that is still alive keeps its claim while Microsoft makes it wait."""
        with rows.write():
            self._change(rows, claim, "claimed_until = ?", now + self.lease)

    def release(self, rows: Rows, claim: Claim, also: str = "", *values: Any) -> bool:
        """Give the claim back. False if it was lost. Belongs inside write()."""
        return self._change(rows, claim, f"{RELEASED}{also}", *values)

    def _change(self, rows: Rows, claim: Claim, changes: str, *values: Any) -> bool:
        sql = f"update {self.table} set {changes} where id = ? and claimed_by = ?"  # noqa: S608  # constants
        return rows.execute(sql, [*values, claim.row_id, claim.by]) == 1

    def free(self, rows: Rows) -> None:
        """Free every row, as after a restore. Belongs inside write()."""
        rows.execute(f"update {self.table} set {RELEASED}")  # noqa: S608  # a store's constant


@dataclass(frozen=True)
class Claims:
    """Work on the rows behind one fence: which are due, and when they are due again.

    The conditions are SQL that names the row by the fence's alias and the present time by `:now`.
    `restart` is what else changes when a row is made due before its time. No row waits longer
    than `longest_wait`.
    """

    fence: Fence
    is_due: str = ""
    order: str = ""
    restart: str = ""
    longest_wait: timedelta = LONGEST_WAIT

    def claim(self, rows: Rows, worker: str, *, now: datetime, which: str = ALWAYS) -> Claim | None:
        """Claim the due row that comes first. Looking for it takes no lock."""
        a = self.fence.alias
        due = f"({self.is_due or f'{a}.due_at <= :now'}) and {which}"
        first = (
            f"select {a}.id from {self.fence.table} {a} where {self.fence.is_free} and {due} "  # noqa: S608  # constants
            f"order by {self.order or self._by_due_time} limit 1"
        )
        while (row_id := rows.value(str, first, {"now": now})) is not None:
            # A power cut that takes a claim back has ended its worker too.
            with rows.write(durable=False):
                claim = self._take(rows, row_id, worker, now=now, which=due)
            if claim is not None:
                return claim
        return None

    def claim_row(self, rows: Rows, row_id: str, worker: str, *, now: datetime) -> Claim | None:
        """Claim one row, due or not. None while another worker has it, or it may not be worked."""
        with rows.write():
            return self._take(rows, row_id, worker, now=now)

    def _take(
        self, rows: Rows, row_id: str, worker: str, *, now: datetime, which: str = ALWAYS
    ) -> Claim | None:
        """The row stays due, so that a killed worker's is taken up as soon as its claim ends."""
        return self.fence.take(
            rows,
            row_id,
            worker,
            now=now,
            which=which,
            also=", last_attempt_at = :now, "
            "due_at = case when due_at < :before then due_at else :before end",
            before=now - TICK,
        )

    def release(self, rows: Rows, claim: Claim, *, due_at: datetime) -> None:
        """Give the claim back. Work that stopped half-way is due now, for any worker."""
        with rows.write():
            self.fence.release(rows, claim, ", due_at = ?", due_at)

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
        """Record a failure. `waits` turns how often it failed in a row into a waiting time."""
        with rows.write():
            sql = f"select failure_count from {self.fence.table} where id = ?"  # noqa: S608  # a store's constant
            times = (rows.value(int, sql, [claim.row_id]) or 0) + 1
            return self.fence.release(
                rows,
                claim,
                ", failure = ?, failed_at = coalesce(failed_at, ?), failure_count = ?, "
                "is_throttled = ?, due_at = ?",
                sentence,
                now,
                times,
                is_throttled,
                now + waits(times),
            )

    def make_due(self, rows: Rows, row_id: str, *, which: str, now: datetime) -> bool:
        """End a failure's waiting time. False if there is no such row. Belongs inside write()."""
        a = self.fence.alias
        changes = ", ".join(filter(None, ["due_at = :now", self.restart]))
        sql = (
            f"update {self.fence.table} as {a} set {changes} "  # noqa: S608  # a store's constants
            f"where {a}.id = :id and {which}"
        )
        return rows.execute(sql, {"now": now, "id": row_id}) == 1

    def undo_future(self, rows: Rows, *, now: datetime) -> bool:
        """Make due what a clock that ran ahead put off. True if there was something.

        Nothing was attempted in the future, and no claim ends later than its lease from now. The
        clock may also have begun to run ahead after an attempt began.
        """
        ahead, latest = now + SKEW, now + self.fence.lease + SKEW
        which = (
            "last_attempt_at > :ahead or claimed_until > :latest or due_at > :longest "
            "or (last_attempt_at is null and due_at > :ahead)"
        )
        args = {"ahead": ahead, "latest": latest, "longest": now + self.longest_wait}
        found = f"select 1 from {self.fence.table} where {which} limit 1"  # noqa: S608  # constants
        if rows.value(int, found, args) is None:
            return False
        with rows.write():
            rows.execute(
                f"update {self.fence.table} set due_at = :now, last_attempt_at = :now, {RELEASED} "  # noqa: S608  # constants
                f"where {which}",
                args | {"now": now},
            )
        return True

    def listed(self, columns: Iterable[str], *, joins: str, which: str, order: str) -> str:
        """A select of so many rows as its argument says, in `order` or by the time they are due."""
        return (
            f"select {', '.join(columns)} from {self.fence.table} {self.fence.alias} {joins} "  # noqa: S608  # a store's constants
            f"where {which} order by {order or self._by_due_time} limit ?"
        )

    def counted(self, *, joins: str, which: str) -> str:
        """A select of how many rows these are."""
        fence = self.fence
        return f"select count(*) as found from {fence.table} {fence.alias} {joins} where {which}"  # noqa: S608  # a store's constants

    @property
    def _by_due_time(self) -> str:
        return f"{self.fence.alias}.due_at, {self.fence.alias}.id"
