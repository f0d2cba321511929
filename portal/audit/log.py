"""Record who changed what. Append only; never read to decide."""

from datetime import datetime

from sqlite_utils import Database

from portal.audit import store
from portal.audit.models import Actor, Entry
from portal.storage.ids import new_id

__all__ = ["Actor", "record"]


def record(
    db: Database,
    *,
    actor: Actor,
    action: str,
    target: str,
    result: str = "ok",
    old: str | None = None,
    new: str | None = None,
    at: datetime,
) -> None:
    """Part of the act's own transaction: no row, no act."""
    if not db.conn.in_transaction:
        raise RuntimeError("An audit row belongs in the transaction of the act it tells of.")
    store.add(
        db,
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
