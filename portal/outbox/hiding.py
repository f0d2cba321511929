"""Hide the conversation of sent mail from colleagues, as that of received mail."""

from portal.audit.act import Act
from portal.candidates.models import Candidate
from portal.conversations import visibility
from portal.conversations.models import ShownAgain
from portal.errors import NotAllowed
from portal.outbox import feed_store as store


def hide(act: Act, candidate: Candidate, mail_id: str, *, by: str) -> int:
    """Hide the conversation of a mail that the user holds; how many messages it has."""
    mail = store.mail(act.rows, candidate.id, mail_id, viewer=by)
    if mail.id not in store.held_by(act.rows, [mail.id], by):
        raise NotAllowed("Only its author, or an owner of the mailbox, can hide this message.")
    message_id = store.conversation_ids(act.rows, [mail.id])[mail.id]
    return visibility.hide(act, [message_id], by=by, target=candidate.name)


def show_again(act: Act, candidate: Candidate, mail_id: str, *, by: str) -> ShownAgain:
    mail = store.mail(act.rows, candidate.id, mail_id, viewer=by)
    message_id = store.conversation_ids(act.rows, [mail.id])[mail.id]
    return visibility.show_again(act, [message_id], by=by, target=candidate.name)
