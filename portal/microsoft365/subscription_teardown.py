"""Close subscriptions at Microsoft with tokens that are already wiped from the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal import clock
from portal.errors import PortalError
from portal.graph.client import GraphClient
from portal.graph.time_limits import within
from portal.microsoft365 import connections, consent_store, store
from portal.microsoft365.clients import Microsoft365
from portal.storage.rows import Rows
from portal.subscriptions import store as subscription_store
from portal.subscriptions import subscriptions
from portal.subscriptions.models import OpenAtMicrosoft
from portal.vault import Vault

SECONDS_FOR_ONE = 3.0
SECONDS_FOR_TOKEN = 4.0
SECONDS_FOR_ALL = 8.0


@dataclass(frozen=True)
class Open:
    """Subscriptions of one identity, and the client that can close them. None if there is none."""

    graph: GraphClient | None
    microsoft_ids: tuple[str, ...]


def all_open(rows: Rows, vault: Vault, microsoft365: Microsoft365) -> list[Open]:
    """List open subscriptions by the identity that opened them, before tokens are wiped."""
    every = subscription_store.open_at_microsoft(rows)
    organizations = tuple(each.microsoft_id for each in every if not each.is_by_person)
    found = [_of_person(rows, vault, microsoft365, each) for each in every if each.is_by_person]
    if organizations:
        found.append(Open(_organization(rows, microsoft365), organizations))
    return found


def _of_person(
    rows: Rows, vault: Vault, microsoft365: Microsoft365, opened: OpenAtMicrosoft
) -> Open:
    connection = store.connection_of(rows, opened.user_id)
    token = connections.last_token(vault, connection) if connection else None
    if connection is None or token is None:
        return Open(None, (opened.microsoft_id,))
    graph = microsoft365.client_with(token, connection.object_id, patience=SECONDS_FOR_ONE)
    return Open(graph, (opened.microsoft_id,))


def _organization(rows: Rows, microsoft365: Microsoft365) -> GraphClient | None:
    """A client with a fresh token: a cached one may lack what was granted since."""
    if consent_store.consent(rows) is None:
        return None
    try:
        with within(SECONDS_FOR_TOKEN):
            token = microsoft365.tokens.fetch().access_token
    except PortalError:
        return None
    return microsoft365.client_with(token, "", patience=SECONDS_FOR_ONE)


def close(opened: Sequence[Open]) -> int:
    """Close them as far as Microsoft answers in time. Returns how many are still open there."""
    deadline, left = clock.monotonic() + SECONDS_FOR_ALL, 0
    for each in opened:
        for microsoft_id in each.microsoft_ids:
            if each.graph is None or clock.monotonic() > deadline:
                left += 1
            else:
                left += len(subscriptions.close(each.graph, [microsoft_id]))
    return left
