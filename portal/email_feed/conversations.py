"""The conversation of a message in a feed: hide it, or show it again."""

from portal.audit.act import Act
from portal.candidates.models import Candidate
from portal.conversations import visibility
from portal.conversations.models import ShownAgain
from portal.email_feed import store
from portal.errors import NotAllowed


def hide(act: Act, candidate: Candidate, message_id: str, *, by: str) -> int:
    """Hide the conversation of a message that this user's mailbox brought; how many it holds."""
    entry = store.entry(act.rows, candidate.id, message_id, viewer=by)
    if not entry.is_own:
        raise NotAllowed("Only people whose own mailbox brought a message can hide it.")
    return visibility.hide(act, [entry.internet_message_id], by=by, target=candidate.name)


def show_again(act: Act, candidate: Candidate, message_id: str, *, by: str) -> ShownAgain:
    entry = store.entry(act.rows, candidate.id, message_id, viewer=by)
    return visibility.show_again(act, [entry.internet_message_id], by=by, target=candidate.name)
