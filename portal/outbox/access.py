"""The clients that send a mail and search for its copy: whose token, and by which path.

docs/sending.md has the table. No mail goes out with another person's token.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.graph.client import GraphClient
from portal.graph.links import segment
from portal.microsoft365 import coverage, store
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.permissions import Feature
from portal.storage.rows import Rows


class Path(StrEnum):
    """A path by which mail is handed over. They are tried in this order."""

    CONSENT = "consent"
    OWN = "own"
    SHARED = "shared"
    # From a shared mailbox, through the author's own.
    AS_SHARED = "as_shared"


@dataclass(frozen=True)
class Access:
    """One path for a mail, and the mailbox that takes it."""

    path: Path
    through_id: str
    client: Callable[[], GraphClient]


def accesses(
    rows: Rows,
    microsoft365: Microsoft365,
    author_id: str | None,
    account_id: str,
    *,
    closed: Collection[str] = (),
) -> Iterator[Access]:
    """The paths that are open to a mail, without those that Exchange kept closed to it.

    A mail without an author goes by the organization's consent alone.
    """
    if Path.CONSENT not in closed and _is_covered(rows, account_id, author_id):
        yield Access(
            Path.CONSENT,
            account_id,
            lambda: microsoft365.client_for(Feature.SENDING, account_id),
        )
    if author_id is not None:
        own = _of_person(rows, microsoft365, author_id, account_id)
        yield from (each for each in own if each.path not in closed)


def _of_person(
    rows: Rows, microsoft365: Microsoft365, author_id: str, account_id: str
) -> Iterator[Access]:
    """The paths of the author's own connection, for their mailbox or for a shared one."""
    if author_id == account_id:
        yield Access(
            Path.OWN,
            author_id,
            lambda: microsoft365.client_of_person(Feature.SENDING, author_id),
        )
        return
    yield Access(
        Path.SHARED,
        account_id,
        lambda: _in_shared(rows, microsoft365, Feature.SENDING_SHARED, author_id, account_id),
    )
    yield Access(
        Path.AS_SHARED,
        author_id,
        lambda: microsoft365.client_of_person(Feature.SENDING_SHARED, author_id),
    )


def _is_covered(rows: Rows, account_id: str, author_id: str | None) -> bool:
    """Whether the organization's consent sends from a mailbox, for people who may use Portal."""
    if author_id is not None and not store.is_enabled(rows, author_id):
        return False
    return coverage.covers(rows, account_id, Feature.SENDING) is not None


def clients_to_look(
    rows: Rows, microsoft365: Microsoft365, author_id: str | None, through_id: str
) -> Iterator[Callable[[], GraphClient]]:
    """Clients that search a mailbox for a copy: by consent, then by the author's connection."""
    if coverage.covers(rows, through_id, Feature.SENT_COPIES) is not None:
        yield lambda: microsoft365.client_for(Feature.SENT_COPIES, through_id)
    if author_id is None or author_id == through_id:
        yield lambda: microsoft365.client_of_person(Feature.SENT_COPIES, through_id)
    else:
        yield lambda: _in_shared(
            rows, microsoft365, Feature.SHARED_MAILBOXES, author_id, through_id
        )


def _in_shared(
    rows: Rows, microsoft365: Microsoft365, feature: Feature, author_id: str, account_id: str
) -> GraphClient:
    """A client for a shared mailbox with the author's token."""
    object_id = store.object_id_of_shared(rows, account_id) or ""
    own = microsoft365.client_of_person(feature, author_id)
    return replace(own, mailbox_path=f"/users/{segment(object_id)}", object_id=object_id)
