"""Claims: a row that one worker works on until a time, in whatever table of work it is."""

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
ALWAYS = "1 = 1"


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
class Claims:
    """Claim operations for one table of work. A lost claim is left alone.

    The conditions are SQL that names the row by `alias` and the present time by `:now`. Without
    `may_work`, no row is claimed and nothing done under a claim is kept. `restart` is what else
    changes when a row is made due before its time.
    """

    table: str
    alias: str
    may_work: str = ALWAYS
    is_due: str = ""
    order: str = ""
    lease: timedelta = LEASE
    restart: str = ""

    def claim(self, rows: Rows, worker: str, *, now: datetime, which: str = ALWAYS) -> Claim | None:
        """Claim the due row that comes first. Looking for it takes no lock."""
        due, args = self._due(which), {"now": now}
        first = f"{due} order by {self.order or self._by_due_time} limit 1"
        while (row_id := rows.value(str, first, args)) is not None:
            # A power cut that takes a claim back has ended its worker too.
            with rows.write(durable=False):
                still_due = f"{due} and {self.alias}.id = :id"
                if rows.value(str, still_due, {**args, "id": row_id}) is not None:
                    return self._take(rows, row_id, worker, now)
        return None

    def claim_row(self, rows: Rows, row_id: str, worker: str, *, now: datetime) -> Claim | None:
        """Claim one row, due or not. None while another worker has it, or it may not be worked."""
        free = f"{self._free} and {self.alias}.id = :id"
        with rows.write():
            found = rows.value(str, free, {"now": now, "id": row_id})
            return self._take(rows, row_id, worker, now) if found is not None else None

    @property
    def _free(self) -> str:
        a = self.alias
        return (
            f"select {a}.id from {self.table} {a} where {self.may_work} "  # noqa: S608  # a store's constants
            f"and ({a}.claimed_until is null or {a}.claimed_until < :now)"
        )

    def _due(self, which: str) -> str:
        return f"{self._free} and ({self.is_due or f'{self.alias}.due_at <= :now'}) and {which}"

    def _take(self, rows: Rows, row_id: str, worker: str, now: datetime) -> Claim:
        """The row stays due, so that a killed worker's is taken up as soon as its claim ends."""
        claim = Claim(row_id, f"{worker}/{secrets.token_hex(4)}")
        rows.execute(
            f"update {self.table} set claimed_by = ?, claimed_until = ?, last_attempt_at = ?, "  # noqa: S608  # a store's constant
            "due_at = case when due_at < ? then due_at else ? end where id = ?",
            [claim.by, now + self.lease, now, now - TICK, now - TICK, row_id],
        )
        return claim

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

    def release(self, rows: Rows, claim: Claim, *, due_at: datetime) -> None:
        """Give the claim back. Work that stopped half-way is due now, for any worker."""
        with rows.write():
            self._change(rows, claim, "claimed_by = null, claimed_until = null, due_at = ?", due_at)

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
            sql = f"select failure_count from {self.table} where id = ?"  # noqa: S608  # a store's constant
            times = (rows.value(int, sql, [claim.row_id]) or 0) + 1
            return self._change(
                rows,
                claim,
                "claimed_by = null, claimed_until = null, failure = ?, "
                "failed_at = coalesce(failed_at, ?), failure_count = ?, is_throttled = ?, "
                "due_at = ?",
                sentence,
                now,
                times,
                is_throttled,
                now + waits(times),
            )

    def _change(self, rows: Rows, claim: Claim, changes: str, *values: Any) -> bool:
        sql = f"update {self.table} set {changes} where id = ? and claimed_by = ?"  # noqa: S608  # constants
        return rows.execute(sql, [*values, claim.row_id, claim.by]) == 1

    def make_due(self, rows: Rows, row_id: str, *, which: str, now: datetime) -> bool:
        """End a failure's waiting time. False if there is no such row. Belongs inside write()."""
        changes = ", ".join(filter(None, ["due_at = :now", self.restart]))
        sql = (
            f"update {self.table} as {self.alias} set {changes} "  # noqa: S608  # a store's constants
            f"where {self.alias}.id = :id and {which}"
        )
        return rows.execute(sql, {"now": now, "id": row_id}) == 1

    def listed(self, columns: Iterable[str], *, joins: str, which: str, order: str) -> str:
        """A select of so many rows as its argument says, in `order` or by the time they are due."""
        return (
            f"select {', '.join(columns)} from {self.table} {self.alias} {joins} "  # noqa: S608  # a store's constants
            f"where {which} order by {order or self._by_due_time} limit ?"
        )

    @property
    def _by_due_time(self) -> str:
        return f"{self.alias}.due_at, {self.alias}.id"

    def free(self, rows: Rows) -> None:
        """Free every row, as after a restore. Belongs inside write()."""
        rows.execute(f"update {self.table} set claimed_by = null, claimed_until = null")  # noqa: S608  # a store's constant
