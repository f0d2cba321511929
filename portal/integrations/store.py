"""All SQL of the consent receipt: permissions granted by people's connections."""

from dataclasses import dataclass
from datetime import datetime

from portal.storage.rows import Rows


@dataclass(frozen=True)
class Granted:
    """How many people granted one scope, since when, and its last use."""

    count: int
    first_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class _Grant:
    scopes: str
    connected_at: datetime
    last_used_at: datetime | None


def delegated(rows: Rows) -> dict[str, Granted]:
    """Grants of working connections, by scope in lower case."""
    found: dict[str, Granted] = {}
    for grant in rows.all(
        _Grant, "select scopes, connected_at, last_used_at from working_connections"
    ):
        for scope in grant.scopes.casefold().split():
            before = found.get(scope, Granted(0, grant.connected_at, None))
            used = (before.last_used_at, grant.last_used_at)
            found[scope] = Granted(
                count=before.count + 1,
                first_at=min(before.first_at, grant.connected_at),
                last_used_at=max((at for at in used if at), default=None),
            )
    return found
