"""The reason why an attachment could not be fetched, for the person who wanted it."""

import pytest

from portal.email.models import AttachmentPlace
from portal.email_feed.attachments import refusal
from portal.errors import NotAllowed
from portal.graph.errors import (
    Gone,
    GraphError,
    MailboxMissing,
    NotConnected,
    PermissionMissing,
    Throttled,
    TooLarge,
    Unavailable,
)

PLACE = AttachmentPlace("priya", "Priya Kaur", "m", "a", "cv.pdf", "application/pdf", 10)


@pytest.mark.parametrize(
    ("error", "status", "begins"),
    [
        (Gone("gone"), 404, "This attachment is no longer in the mailbox of Priya Kaur"),
        (MailboxMissing("none"), 404, "This attachment is no longer in the mailbox of Priya Kaur"),
        (NotConnected(), 409, "This attachment lies in the mailbox of Priya Kaur, which is not"),
        (PermissionMissing("no"), 409, "This attachment lies in the mailbox of Priya Kaur"),
        (NotAllowed("off"), 409, "This attachment lies in the mailbox of Priya Kaur, who can no"),
        (TooLarge("big"), 413, "This attachment is larger than 25 MB."),
        (Throttled("slow"), 503, "Microsoft did not hand over this attachment within 10 seconds."),
        (Unavailable("away"), 503, "Microsoft did not hand over this attachment within"),
    ],
)
def test_failure_says_what_to_do(error: GraphError | NotAllowed, status: int, begins: str) -> None:
    refused = refusal(error, PLACE)

    assert refused.status == status
    assert str(refused).startswith(begins)
