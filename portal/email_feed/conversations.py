"""The conversation of a message in a feed: hide it, or show it again."""

from portal.audit.act import Act
from portal.candidates.models import Candidate
from portal.conversations import visibility
from portal.conversations.models import ShownAgain
from portal.email_feed import store
from portal.errors import NotAllowed


def hide(act: Act, candidate: Candidate, message_id: str, *, viewer: str) -> int:
    """Hide the conversation of a message that the viewer's mailbox brought; how many it holds.

    It is hidden for the viewer's own mailbox, or else for the shared one that brought it.
    """
    entry = store.entry(act.rows, candidate.id, message_id, viewer=viewer)
    if not entry.own_accounts:
        raise NotAllowed("Only people whose own mailbox brought a message can hide it.")
    by = entry.own_accounts[0].id
    return visibility.hide(act, [entry.internet_message_id], by=by, target=candidate.name)


def show_again(act: Act, candidate: Candidate, message_id: str, *, viewer: str) -> ShownAgain:
    """Show it, for every account for which the viewer decides. NotFound if none hid it."""
    entry = store.entry(act.rows, candidate.id, message_id, viewer=viewer)
    by = [each.account_id for each in entry.hides if each.is_own and each.account_id]
    return visibility.show_again(act, [entry.internet_message_id], by=by, target=candidate.name)
