"""User sync as due work, and the token it reads with."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.directory import store as directory_store
from portal.directory import sync as directory
from portal.directory.sync import Work
from portal.graph.client import GraphClient
from portal.graph.errors import NeedsReconnect
from portal.microsoft365 import connections, consent, consent_store
from portal.microsoft365.permissions import Feature, is_covered
from portal.services import Services
from portal.storage.claims import Claim


def claim_directory(services: Services, worker: str, now: datetime) -> Claim | None:
    return directory_store.claim_due(services.rows, worker, now=now)


def sync_directory(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    graph, tenant_id = _speaker(services)
    directory.follow_directory(
        Work(services.rows, graph, tenant_id, claim, should_stop),
        worked=lambda now: _note_success(services, graph, now),
    )


def _speaker(services: Services) -> tuple[GraphClient, str]:
    """The organization's client, or that of the person who authorized user sync."""
    given = consent_store.consent(services.rows)
    if given and given.is_working and is_covered(Feature.USER_SYNC, given.roles):
        return services.microsoft365.organization_client(), given.tenant_id
    user_id = directory_store.state(services.rows).authorized_by
    if user_id is None:
        raise NeedsReconnect("Nobody has authorized user sync.")
    connection = connections.usable(services.rows, user_id, Feature.USER_SYNC)
    return services.microsoft365.directory_client_of_person(user_id), connection.tenant_id


def _note_success(services: Services, graph: GraphClient, now: datetime) -> None:
    authorized_by = directory_store.state(services.rows).authorized_by
    if graph.is_app_only:
        consent.worked(services.rows, Feature.USER_SYNC, now)
    elif authorized_by is not None:
        connections.worked(services.rows, authorized_by, Feature.USER_SYNC, now)


def extend_directory(services: Services, claim: Claim, now: datetime) -> None:
    directory_store.CLAIMS.extend(services.rows, claim, now=now)


def fail_directory(
    services: Services,
    claim: Claim,
    sentence: str,
    *,
    waits: Callable[[int], timedelta],
    is_throttled: bool,
    now: datetime,
) -> None:
    """Also records the failure with the organization's consent."""
    with services.rows.write():
        is_ours = directory_store.CLAIMS.fail(
            services.rows, claim, sentence, waits=waits, is_throttled=is_throttled, now=now
        )
        given = consent_store.consent(services.rows)
        if is_ours and not is_throttled and given is not None and given.is_working:
            consent.failed(services.rows, Feature.USER_SYNC, sentence, now)
