"""Messages as entries of a feed."""

from datetime import datetime

import pytest

from portal.candidates import store as candidates
from portal.candidates.feed import View
from portal.email_feed import kind
from portal.email_feed.models import CopyPlace, Participant
from portal.errors import NotFound
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed.entries import only
from tests.support.raw_rows import raw

pytestmark = pytest.mark.usefixtures("people")


def test_entry_says_who_wrote_to_whom(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)

    entry = only(rows)

    assert entry.sender == Participant("Priya Kaur", "priya@northwind.example")
    assert entry.recipients == (Participant("Rosa Ortega", "rosa.ortega@mail.example"),)
    assert (entry.subject, entry.body) == ("Portfolio review", messages.BODY)
    assert entry.sent_at == now


def test_message_of_another_candidate_is_not_found(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a"), now=now)

    with pytest.raises(NotFound):
        kind.whole(rows, "a", View(candidates.candidate(rows, "mei"), "priya", is_test_mode=False))


@pytest.mark.parametrize(
    ("brought", "alias"),
    [
        ((("priya", None),), None),
        ((("priya", "priya"),), None),
        ((("priya", "talent"),), "talent@northwind.example"),
        ((("priya", "talent"), ("alex", None)), None),
    ],
)
def test_alias_is_named_if_it_alone_brought_the_message(
    rows: Rows, now: datetime, brought: tuple[tuple[str, str | None], ...], alias: str | None
) -> None:
    messages.keep(rows, Message("a", brought=brought), now=now)

    assert only(rows).alias == alias


def test_message_is_gone_with_its_last_copy(rows: Rows, now: datetime) -> None:
    messages.keep(rows, Message("a", brought=(("priya", None), ("alex", None))), now=now)
    gone = "update message_copies set gone_at = '2026-11-24T14:00:00Z' where mailbox_id = ?"

    raw(rows).execute(gone, ["mailbox-priya"])
    after_one = only(rows).place
    raw(rows).execute(gone, ["mailbox-alex"])

    assert (after_one, only(rows).place) == (CopyPlace.KEPT, CopyPlace.GONE)


def test_attachments_of_two_copies_are_listed_once(rows: Rows, now: datetime) -> None:
    files = (("cv.pdf", "application/pdf", 1200), ("b.txt", "text/plain", 3))
    message = Message("a", brought=(("priya", None), ("alex", None)), attachments=files)
    messages.keep(rows, message, now=now)

    assert [(file.name, file.size) for file in only(rows).attachments] == [
        ("b.txt", 3),
        ("cv.pdf", 1200),
    ]
