"""The conversation of a message in a feed: hide it, or show it again."""

from portal.audit.act import Act
from portal.audit.models import AuditedCandidate
from portal.candidates.models import Candidate
from portal.conversations import visibility
from portal.conversations.models import ShownAgain
from portal.email_feed import store


def hide(act: Act, candidate: Candidate, message_id: str, *, viewer: str) -> int:
    """Hide the conversation of a message that a mailbox of the viewer brought."""
    entry = store.entry(act.rows, candidate.id, message_id, viewer=viewer)
    return visibility.hide_from_feed(
        act, entry.internet_message_id, entry.own_accounts, candidate=AuditedCandidate(candidate.id)
    )


def show_again(act: Act, candidate: Candidate, message_id: str, *, viewer: str) -> ShownAgain:
    """Show a conversation that the viewer hid. NotFound if they did not."""
    entry = store.entry(act.rows, candidate.id, message_id, viewer=viewer)
    return visibility.show_in_feed(
        act, entry.internet_message_id, entry.hides, candidate=AuditedCandidate(candidate.id)
    )
