"""The meeting of sync and outbox: a message that Portal sent stands once in each feed."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from portal import clock
from portal.addresses import fold
from portal.candidates import feed
from portal.conversations import threads
from portal.outbox.feed import store as feed_store
from portal.outbox.models import FEED_KIND, Mail
from portal.outbox.sync import store
from portal.outbox.sync.store import Kept
from portal.storage.rows import Rows

RECEIVED = "email"
# Between the call and the time that Exchange writes into the message.
MOST_APART = timedelta(hours=1)


def bind(rows: Rows, account_id: str, ids: Mapping[str, str]) -> None:
    """Take the copies of sent mail out of the messages that sync saves in this transaction.

    `ids` has our id of each message of the mailbox by its Graph id. Call it after the messages
    have their feed entries.
    """
    if not ids:
        return
    exact = {each.graph_id: each for each in store.by_copies(rows, account_id, ids)}
    for graph_id, mail in exact.items():
        _join(rows, mail, [ids[graph_id or ""]])
    others = {*ids.values()} - {ids[graph_id or ""] for graph_id in exact}
    sent = store.by_message_ids(rows, others) if others else []
    if not sent:
        return
    for message in store.kept(rows, others):
        for mail in sent:
            if is_copy(mail, message):
                _join(rows, mail, [message.id])
                break


def found(rows: Rows, mail: Mail) -> Mail:
    """Join a mail whose copy was found with the message that sync kept before.

    Call it in the transaction that saves the copy's ids, before or after; save what it returns if
    you save the mail later.
    """
    if mail.internet_message_id:
        key = f"outbox/{mail.id}"
        before = feed_store.conversation_ids(rows, [mail.id]).get(mail.id, key)
        threads.connect(rows, {mail.internet_message_id: {before, key}})
    kept = store.kept_with(rows, mail.internet_message_id) if mail.internet_message_id else []
    same = [each.id for each in kept if is_copy(mail, each)]
    if mail.through_id and mail.graph_id:
        own = store.message_of_copy(rows, mail.through_id, mail.graph_id)
        same = [own, *(each for each in same if each != own)] if own else same
    return _join(rows, mail, same) if same else mail


def is_copy(mail: Mail, message: Kept) -> bool:
    """Whether a kept message is a copy of a mail: others may have used its Message-ID."""
    senders = {fold(each) for each in (mail.from_address, mail.from_seen, mail.sender_seen) if each}
    handed = mail.handed_at or mail.accepted_at or mail.created_at
    return (
        mail.internet_message_id == message.internet_message_id
        and fold(message.sender_address) in senders
        and _plain(mail.subject) == _plain(message.subject)
        and abs(message.sent_at - handed) <= MOST_APART
    )


def _plain(subject: str) -> list[str]:
    return subject.casefold().split()


def _join(rows: Rows, mail: Mail, message_ids: Collection[str]) -> Mail:
    """Show these messages as the mail alone. The first one is the mail's."""
    own = next(iter(message_ids))
    if mail.message_id is None:
        store.save_message(rows, mail.id, own)
    candidates = store.feeds_of(rows, message_ids)
    entries = [(candidate_id, mail.id, mail.created_at) for candidate_id in candidates]
    feed.add_all(rows, entries, kind=FEED_KIND, now=clock.utc_now())
    feed.remove_everywhere(rows, message_ids, kind=RECEIVED)
    return replace(mail, message_id=mail.message_id or own)
