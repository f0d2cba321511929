"""User sync as due work, and the token it reads with."""

from collections.abc import Callable
from datetime import datetime

from portal.directory import store as directory_store
from portal.directory import sync as directory
from portal.directory.listing_store import LISTING
from portal.directory.sync import Work
from portal.graph.client import GraphClient
from portal.graph.errors import NeedsReconnect
from portal.microsoft365 import connections, consent_store, coverage
from portal.microsoft365.permissions import Feature, is_covered
from portal.services import Services
from portal.storage.claims import Claim
from portal.worker.queue import ORGANIZATION, WorkKind


def sync_directory(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    graph, tenant_id = speaker(services)
    directory.follow_directory(
        Work(services.rows, graph, tenant_id, claim, should_stop),
        worked=lambda now: _note_success(services, graph, now),
    )


def speaker(services: Services) -> tuple[GraphClient, str]:
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
        coverage.worked(services.rows, Feature.USER_SYNC, now)
    elif authorized_by is not None:
        connections.worked(services.rows, authorized_by, Feature.USER_SYNC, now)


def note_failure(services: Services, _claim: Claim, sentence: str, now: datetime) -> None:
    """Show it also where the organization's consent is shown to work or not."""
    given = consent_store.consent(services.rows)
    if given is not None and given.is_working:
        coverage.failed(services.rows, Feature.USER_SYNC, sentence, now)


DIRECTORY = WorkKind(
    name="directory",
    part=ORGANIZATION,
    claims=directory_store.CLAIMS,
    listing=LISTING,
    work=sync_directory,
    note_failure=note_failure,
    stages={
        "waiting": "not begun",
        "reading": "reading the directory",
        "previewing": "read; waits for an administrator to import",
    },
)
