"""Close subscriptions at Microsoft with tokens that are already wiped from the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal import clock
from portal.errors import PortalError
from portal.graph.client import GraphClient
from portal.microsoft365 import connections, consent_store, store
from portal.microsoft365.clients import Microsoft365
from portal.storage.rows import Rows
from portal.subscriptions import store as subscription_store
from portal.subscriptions import subscriptions
from portal.vault import Vault

SECONDS_FOR_ONE = 3.0
SECONDS_FOR_ALL = 10.0


@dataclass(frozen=True)
class Open:
    """Subscriptions that one client can close."""

    graph: GraphClient
    microsoft_ids: tuple[str, ...]


def all_open(rows: Rows, vault: Vault, microsoft365: Microsoft365) -> list[Open]:
    """List open subscriptions before tokens are wiped. The others expire within a week."""
    by_person = subscription_store.open_by_person(rows)
    given = consent_store.consent(rows)
    if given is not None and given.is_working:
        ids = tuple(each for some in by_person.values() for each in some)
        return _by_organization(microsoft365, ids)
    return [
        Open(microsoft365.client_with(token, found.object_id, patience=SECONDS_FOR_ONE), ids)
        for user_id, ids in by_person.items()
        if (found := store.connection_of(rows, user_id)) is not None
        and (token := connections.last_token(vault, found)) is not None
    ]


def _by_organization(microsoft365: Microsoft365, ids: tuple[str, ...]) -> list[Open]:
    try:
        token = microsoft365.tokens.token(microsoft365.oauth).access_token
    except PortalError:
        return []
    return [Open(microsoft365.client_with(token, "", patience=SECONDS_FOR_ONE), ids)]


def close(opened: Sequence[Open]) -> None:
    """Close them as far as Microsoft answers in time."""
    deadline = clock.monotonic() + SECONDS_FOR_ALL
    for each in opened:
        for microsoft_id in each.microsoft_ids:
            if clock.monotonic() > deadline:
                return
            subscriptions.close(each.graph, [microsoft_id])
