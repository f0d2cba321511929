"""Hide conversations from colleagues whose own mailbox has no copy, and show them again."""

from collections.abc import Collection, Sequence

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import CANDIDATE, AuditedCandidate
from portal.conversations import store
from portal.conversations.models import HiddenConversation, Hide, OwnAccount, ShownAgain
from portal.conversations.threads import threads_of
from portal.errors import NotAllowed, NotFound
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.wording import counted


def kept_counts(rows: Rows, message_ids: Collection[str], *, viewer: str) -> dict[str, int]:
    """How many messages of the conversation of each of these messages the viewer may see."""
    found = threads_of(rows, message_ids)
    counts = store.kept_counts(rows, {each for part in found for each in part}, viewer=viewer)
    return {each: sum(counts.get(one, 0) for one in part) for part in found for each in part}


def hide_from_feed(
    act: Act, message_id: str, own: Sequence[OwnAccount], *, candidate: AuditedCandidate
) -> int:
    """Hide the conversation of a message in a feed; how many messages are hidden.

    It is hidden for the viewer's own mailbox, or else for the shared one that has the message.
    """
    if not own:
        raise NotAllowed("Only owners of a mailbox that has this message can hide it.")
    return hide(act, [message_id], by=own[0].id, candidate=candidate)


def show_in_feed(
    act: Act, message_id: str, hides: Sequence[Hide], *, candidate: AuditedCandidate
) -> ShownAgain:
    """Show it, for every account for which the viewer decides. NotFound if none hid it."""
    by = [each.account_id for each in hides if each.is_own and each.account_id]
    return show_again(act, [message_id], by=by, candidate=candidate)


def hide(act: Act, message_ids: Collection[str], *, by: str, candidate: AuditedCandidate) -> int:
    """Hide the conversations of these messages for one account; how many messages are hidden.

    Repeated, it adds what the conversations have won since. The audit row has no content.
    """
    with act.rows.write():
        hidden = {_hide(act, part, by) for part in threads_of(act.rows, message_ids)}
        count = len(store.kept_in(act.rows, hidden, viewer=_viewer(act)))
        act.record(
            Action.CONVERSATION_HIDDEN,
            CANDIDATE,
            new=f"{counted(count, 'message')} hidden",
            candidate=candidate,
        )
    return count


def _hide(act: Act, message_ids: set[str], by: str) -> str:
    """Hide one conversation, in a new row unless this account has hidden a part of it."""
    known = store.hidden_by(act.rows, [by], message_ids)
    conversation_id = min({each for found in known.values() for each in found}, default=None)
    if conversation_id is None:
        conversation_id = new_id()
        store.hide(act.rows, HiddenConversation(conversation_id, by, act.now), message_ids)
    else:
        store.add_hidden(act.rows, [(conversation_id, each) for each in message_ids])
    return conversation_id


def show_again(
    act: Act, message_ids: Collection[str], *, by: Collection[str], candidate: AuditedCandidate
) -> ShownAgain:
    """Show what these accounts hid of these messages' conversations. NotFound if that is nothing.

    The person who does it decides for each of the accounts.
    """
    with act.rows.write():
        known = store.hidden_by(act.rows, by, message_ids)
        if not known:
            raise NotFound
        conversation_ids = {each for found in known.values() for each in found}
        kept = store.kept_in(act.rows, conversation_ids, viewer=_viewer(act))
        store.show_again(act.rows, conversation_ids)
        still_hidden = len(store.hides_of(act.rows, kept, viewer=_viewer(act)))
        act.record(
            Action.CONVERSATION_SHOWN_AGAIN,
            CANDIDATE,
            candidate=candidate,
            new=f"{counted(len(kept), 'message')} shown again",
        )
    return ShownAgain(len(kept), still_hidden)


def _viewer(act: Act) -> str:
    return act.actor.id or ""
