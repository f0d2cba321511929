"""Record who changed what. Append only; never read to decide."""

from datetime import datetime

from portal.audit import store
from portal.audit.actions import Action
from portal.audit.models import Actor, Entry
from portal.storage.ids import new_id
from portal.storage.rows import Rows

__all__ = ["Actor", "record"]


def record(
    rows: Rows,
    *,
    actor: Actor,
    action: Action,
    target: str,
    result: str = "ok",
    old: str | None = None,
    new: str | None = None,
    at: datetime,
) -> None:
    """Part of the act's own transaction: no row, no act."""
    if not rows.is_writing:
        raise RuntimeError("An audit row belongs in the transaction of the act it tells of.")
    store.add(
        rows,
        Entry(
            id=new_id(),
            at=at,
            actor=actor,
            action=action,
            target=target,
            result=result,
            old=old,
            new=new,
        ),
    )
