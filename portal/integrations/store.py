"""All SQL of the consent receipt: what people granted by their own connections."""

from dataclasses import dataclass
from datetime import datetime

from portal import clock
from portal.storage.rows import Rows


@dataclass(frozen=True)
class Granted:
    """How many people granted one scope, since when, and when it was last used."""

    count: int
    first_at: datetime
    last_used_at: datetime | None


def delegated(rows: Rows) -> dict[str, Granted]:
    """By scope in lower case, of the connections that work."""
    found: dict[str, Granted] = {}
    answer = rows.all(
        dict, "select scopes, connected_at, last_used_at from connections where state = 'working'"
    )
    for row in answer:
        at = clock.moment(row["connected_at"])
        used = clock.moment(row["last_used_at"]) if row["last_used_at"] else None
        for scope in row["scopes"].casefold().split():
            before = found.get(scope, Granted(0, at, None))
            last = max((each for each in (before.last_used_at, used) if each), default=None)
            found[scope] = Granted(before.count + 1, min(before.first_at, at), last)
    return found
