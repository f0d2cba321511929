"""Decisions about a mail: take it back, send it again, leave it, or hide its conversation."""

from dataclasses import replace
from typing import Protocol

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import CANDIDATE, AuditedCandidate
from portal.candidates.models import Candidate
from portal.conversations import store as conversations
from portal.conversations import visibility
from portal.conversations.models import ShownAgain
from portal.errors import Conflict, Invalid, NotAllowed
from portal.outbox import store
from portal.outbox.feed import store as feed_store
from portal.outbox.intake import queue
from portal.outbox.models import DID_NOT_GO, UNDO, Kind, Mail, Queued, State
from portal.storage.ids import new_id, new_ordered_id
from portal.storage.rows import Rows

MAY_GO_AGAIN = (*DID_NOT_GO, State.ASKS)
TOO_LATE = "This message is already on its way, so it cannot be taken back."
FILES_GONE = "The files of this message are no longer kept. Write it again and attach them."


class Decider(Protocol):
    """A person at a page."""

    @property
    def id(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def is_admin(self) -> bool: ...


def may_decide(rows: Rows, mail: Mail, user_id: str, is_admin: bool) -> bool:
    """Whether a user decides about a mail: its author, or an owner of the shared mailbox.

    An administrator does where no such person is left, and for automated mail.
    """
    account_id = deciding_account(mail)
    known = feed_store.deciders(rows, [account_id] if account_id else [])
    return decides(known.get(account_id or "", set()), user_id, is_admin)


def deciding_account(mail: Mail) -> str | None:
    """The account whose deciders decide about a mail. None if only administrators do."""
    if mail.kind is Kind.AUTOMATED:
        return mail.author_id if mail.is_no_reply else None
    return mail.account_id


def decides(deciders: set[str], user_id: str, is_admin: bool) -> bool:
    return user_id in deciders if deciders else is_admin


def take_back(act: Act, mail_id: str, *, user: Decider) -> Mail:
    """Take back a mail that waits. Conflict if a worker was faster."""
    with act.rows.write():
        mail = _mail(act, mail_id, user)
        if mail.state is State.WITHDRAWN and not mail.may_have_gone:
            return mail
        if mail.state is not State.WAITING:
            raise Conflict(TOO_LATE)
        changed = _ended(act, mail, user, may_have_gone=False)
        _record(act, Action.MESSAGE_TAKEN_BACK, mail)
    return changed


def leave_it(act: Act, mail_id: str, *, user: Decider) -> Mail:
    """Leave a mail that may have gone out. It is never sent again."""
    with act.rows.write():
        mail = _mail(act, mail_id, user)
        if mail.state is State.WITHDRAWN and mail.may_have_gone:
            return mail
        if mail.state is not State.ASKS:
            raise Conflict("This message no longer needs a decision.")
        changed = _ended(act, mail, user, may_have_gone=True)
        _record(act, Action.MESSAGE_LEFT_UNCERTAIN, mail)
    return changed


def send_again(act: Act, mail_id: str, *, user: Decider) -> Mail:
    """Send a mail again in a new row. Repeated, it answers the row of the first time."""
    with act.rows.write():
        mail = _mail(act, mail_id, user)
        if known := store.repeated_by(act.rows, mail.id):
            return known
        if mail.state not in MAY_GO_AGAIN:
            raise Conflict("This message went out, or is on its way.")
        again = queue(act.rows, _again(act, mail, user), now=act.now)
        if mail.state is State.ASKS:
            _ended(act, mail, user, may_have_gone=True)
        _record(act, Action.MESSAGE_SENT_AGAIN, mail)
    return again


def hide_conversation(act: Act, candidate: Candidate, mail_id: str, *, viewer: str) -> int:
    """Hide the conversation of a mail that a mailbox of the viewer has."""
    mail = feed_store.mail(act.rows, candidate.id, mail_id, viewer=viewer)
    own = feed_store.own_accounts(act.rows, [mail.id], viewer=viewer).get(mail.id, [])
    message_id = feed_store.conversation_ids(act.rows, [mail.id])[mail.id]
    return visibility.hide_from_feed(act, message_id, own, candidate=AuditedCandidate(candidate.id))


def show_conversation(act: Act, candidate: Candidate, mail_id: str, *, viewer: str) -> ShownAgain:
    """Show a conversation that the viewer hid. NotFound if they did not."""
    mail = feed_store.mail(act.rows, candidate.id, mail_id, viewer=viewer)
    hides = conversations.hides_of(act.rows, [mail.id], viewer=viewer).get(mail.id, [])
    message_id = feed_store.conversation_ids(act.rows, [mail.id])[mail.id]
    return visibility.show_in_feed(act, message_id, hides, candidate=AuditedCandidate(candidate.id))


def _mail(act: Act, mail_id: str, user: Decider) -> Mail:
    """The mail about which this user decides."""
    mail = store.mail(act.rows, mail_id)
    if not may_decide(act.rows, mail, user.id, user.is_admin):
        raise NotAllowed("Only its author, or an owner of the mailbox, decides about this message.")
    return mail


def _ended(act: Act, mail: Mail, user: Decider, *, may_have_gone: bool) -> Mail:
    changed = replace(
        mail,
        state=State.WITHDRAWN,
        ended_at=act.now,
        ended_by=user.display_name,
        may_have_gone=may_have_gone,
    )
    if not store.save(act.rows, changed, was=mail.state):
        raise Conflict(TOO_LATE)
    return changed


def _again(act: Act, mail: Mail, user: Decider) -> Queued:
    """The same mail, written now by the person who sends it again."""
    if not mail.is_written:
        raise Conflict("Only messages that people wrote can be sent again.")
    files = store.files(act.rows, mail.id)
    if any(each.content is None for each in files):
        raise Invalid(FILES_GONE)
    free_at = act.now + UNDO
    again = Mail(
        id=new_ordered_id(),
        kind=mail.kind,
        route=mail.route,
        author_id=user.id,
        author_name=user.display_name,
        account_id=mail.account_id,
        through_id=mail.account_id,
        candidate_id=mail.candidate_id,
        alias_id=mail.alias_id,
        from_address=mail.from_address,
        from_name=mail.from_name,
        answers_message_id=mail.answers_message_id,
        is_in_thread=mail.is_in_thread,
        subject=mail.subject,
        text=mail.text,
        signature=mail.signature,
        state=State.WAITING,
        created_at=act.now,
        free_at=free_at,
        due_at=free_at,
        again_of=mail.id,
        is_no_reply=mail.is_no_reply,
    )
    recipients = store.recipients(act.rows, [mail.id]).get(mail.id, [])
    fresh = (replace(each, bounce=None, status=None, bounced_at=None) for each in recipients)
    return Queued(again, tuple(fresh), tuple(replace(each, id=new_id()) for each in files))


def _record(act: Act, action: Action, mail: Mail) -> None:
    """Record it about the candidate, or else about the mailbox. Never with a subject."""
    about = AuditedCandidate(mail.candidate_id) if mail.candidate_id else None
    act.record(action, CANDIDATE if about else mail.from_address, candidate=about)
