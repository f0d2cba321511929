"""Fetch an attachment from its mailbox when a person downloads it."""

from collections.abc import Callable, Sequence

from portal import clock
from portal.email.models import AttachmentKind, AttachmentPlace
from portal.errors import NotAllowed, NotFound, PortalError
from portal.graph.client import GraphClient
from portal.graph.errors import (
    Gone,
    GraphError,
    MailboxMissing,
    NeedsReconnect,
    PermissionMissing,
    TooLarge,
)
from portal.graph.links import segment

LARGEST = 25 * 1024 * 1024
SECONDS_AT_MOST = 10.0
OTHER_COPY_MAY_HELP = (Gone, MailboxMissing, NeedsReconnect, PermissionMissing, NotAllowed)


class NotFetched(PortalError):
    """The attachment could not be fetched. The sentence says why and what to do."""

    def __init__(self, sentence: str, *, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def content(
    places: Sequence[AttachmentPlace], client: Callable[[str, float], GraphClient]
) -> bytes:
    """Fetch the content from Microsoft, from another copy if one is gone.

    `client` is asked with whose mailbox it is and the seconds that are left of SECONDS_AT_MOST.
    """
    deadline = clock.monotonic() + SECONDS_AT_MOST
    refused: NotFetched | None = None
    for place in places:
        if not place.is_opened:
            refused = refused or _sync_is_off(place)
            continue
        try:
            return _content(client(place.user_id, max(0.0, deadline - clock.monotonic())), place)
        except OTHER_COPY_MAY_HELP as error:
            refused = refused or refusal(error, place)
        except GraphError as error:
            raise (refused or refusal(error, place)) from error
    raise refused or NotFound


def _content(graph: GraphClient, place: AttachmentPlace) -> bytes:
    if place.kind is AttachmentKind.CLOUD:
        raise NotFetched(
            "This is a link to a file in the cloud, which the message does not hold. Please open "
            "the message in Outlook to follow it.",
            status=409,
        )
    if place.size > LARGEST:
        raise _too_large()
    message, attachment = segment(place.graph_message_id), segment(place.graph_id)
    return graph.download(f"messages/{message}/attachments/{attachment}/$value", limit=LARGEST)


def refusal(error: GraphError | NotAllowed, place: AttachmentPlace) -> NotFetched:
    """Explain Microsoft's error to the person who wanted the file."""
    owner = place.owner_name
    if isinstance(error, TooLarge):
        return _too_large()
    if isinstance(error, Gone | MailboxMissing):
        return NotFetched(
            f"This attachment is no longer in the mailbox of {owner}, so it cannot be downloaded.",
            status=404,
        )
    if isinstance(error, NeedsReconnect | PermissionMissing):
        return NotFetched(
            f"This attachment lies in the mailbox of {owner}, which is not connected now. "
            f"It can be downloaded once {owner} reconnects Microsoft 365.",
            status=409,
        )
    if isinstance(error, NotAllowed):
        return NotFetched(
            f"This attachment lies in the mailbox of {owner}, who can no longer sign in, so it "
            "cannot be downloaded.",
            status=409,
        )
    return NotFetched(
        "Microsoft did not hand over this attachment within 10 seconds. Please try again later.",
        status=503,
    )


def _sync_is_off(place: AttachmentPlace) -> NotFetched:
    return NotFetched(
        f"This attachment lies in the mailbox of {place.owner_name}, whose email sync is off, so "
        "it cannot be downloaded.",
        status=409,
    )


def _too_large() -> NotFetched:
    return NotFetched(
        "This attachment is larger than 25 MB. Please open the message in Outlook to get it.",
        status=413,
    )
