"""All SQL for what a person decides about their mail: aliases, and what their mailbox page says."""

from datetime import datetime
from typing import Any

from sqlite_utils import Database

from portal import clock
from portal.email.models import Alias
from portal.errors import NotFound


def aliases_of(db: Database, user_id: str) -> list[Alias]:
    """The primary address first, those that are gone last."""
    rows = db.query(
        "select * from aliases where user_id = ? "
        "order by gone_at is not null, is_primary desc, folded",
        [user_id],
    )
    return [_alias(row) for row in rows]


def alias(db: Database, alias_id: str, *, owner: str) -> Alias:
    rows = list(db.query("select * from aliases where id = ? and user_id = ?", [alias_id, owner]))
    if not rows:
        raise NotFound
    return _alias(rows[0])


def _alias(row: dict[str, Any]) -> Alias:
    return Alias(
        id=row["id"],
        user_id=row["user_id"],
        address=row["address"],
        folded=row["folded"],
        is_primary=bool(row["is_primary"]),
        is_included=bool(row["is_included"]),
        included_from=_moment(row["included_from"]),
        found_at=clock.moment(row["found_at"]),
        gone_at=_moment(row["gone_at"]),
        seen_in_mail_at=_moment(row["seen_in_mail_at"]),
    )


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else clock.moment(stored)


def save_alias(db: Database, changed: Alias) -> None:
    """New or changed; `seen_in_mail_at` belongs to the sync and is left. Belongs inside write()."""
    db.execute(
        "insert into aliases (id, user_id, address, folded, is_primary, is_included, "
        "included_from, found_at, gone_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (id) do update set address = excluded.address, "
        "is_primary = excluded.is_primary, is_included = excluded.is_included, "
        "included_from = excluded.included_from, gone_at = excluded.gone_at",
        [
            changed.id,
            changed.user_id,
            changed.address,
            changed.folded,
            int(changed.is_primary),
            int(changed.is_included),
            _text(changed.included_from),
            clock.text(changed.found_at),
            _text(changed.gone_at),
        ],
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else clock.text(moment)
