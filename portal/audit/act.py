"""One change: on which rows, by whom, when. It keeps its own entry in the audit log."""

from dataclasses import dataclass, replace
from datetime import datetime

from portal.audit import store
from portal.audit.models import Actor, AuditedCandidate, Entry
from portal.storage.ids import new_id
from portal.storage.rows import Rows


@dataclass(frozen=True)
class Act:
    """The context of a change: its rows, actor and time. Audit rows are append-only."""

    rows: Rows
    actor: Actor
    now: datetime

    def by(
        self, *, id: str | None = None, name: str | None = None, tenant_id: str | None = None
    ) -> "Act":
        """The same act by a person who became known during it."""
        known = replace(
            self.actor,
            id=id or self.actor.id,
            name=name or self.actor.name,
            tenant_id=tenant_id or self.actor.tenant_id,
        )
        return replace(self, actor=known)

    def record(
        self,
        action: str,
        target: str,
        *,
        result: str = "ok",
        old: str | None = None,
        new: str | None = None,
        candidate: AuditedCandidate | None = None,
    ) -> None:
        """Add an audit row to the transaction of the act: no row, no act.

        A row about a candidate keeps their id. Their names and addresses are taken out of it.
        """
        if not self.rows.is_writing:
            raise RuntimeError("An audit row belongs in the transaction of the act it tells of.")
        store.add(
            self.rows,
            Entry(
                id=new_id(),
                at=self.now,
                actor=self.actor,
                action=action,
                target=target,
                result=result,
                old=old,
                new=new,
                candidate=candidate,
            ),
        )
