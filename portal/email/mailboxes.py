"""The sync switch of a mailbox, requests to sync now, and mailboxes that are left out."""

from datetime import datetime, timedelta

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.email import search_store
from portal.email import settings_store as store
from portal.email import store as mailbox_store
from portal.email.sync_job import CONTROL
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, GraphError, MailboxMissing
from portal.storage.claims import Claim
from portal.storage.rows import Rows
from portal.users import store as users
from portal.wording import counted

DAY = timedelta(days=1)
CHART_DAYS = 14
DELETED = (
    "Microsoft no longer has this mailbox. Its mail in Portal stays, and sync goes on if it is "
    "restored."
)


def kept_per_day(rows: Rows, mailbox_id: str, *, now: datetime) -> tuple[int, ...]:
    """Kept messages of each of the last days, today last."""
    days = [now - DAY * back for back in reversed(range(CHART_DAYS))]
    kept = store.kept_per_day(rows, mailbox_id, since=days[0])
    return tuple(kept.get(day.date().isoformat(), 0) for day in days)


def set_syncing(act: Act, user_id: str, *, is_syncing: bool) -> None:
    """Turn sync on or off, which also answers a role notice. Alias choices and mail stay."""
    with act.rows.write():
        users.forget_role_notice(act.rows, user_id)
        if store.is_syncing(act.rows, user_id) == is_syncing:
            return
        store.set_syncing(act.rows, user_id, is_syncing=is_syncing, now=act.now)
        if is_syncing:
            read_sent_as(act.rows, user_id, now=act.now)
        act.record(
            Action.EMAIL_SYNC_TURNED_ON if is_syncing else Action.EMAIL_SYNC_TURNED_OFF,
            store.name_of_shared(act.rows, user_id) or act.actor.name,
        )


def read_sent_as(rows: Rows, user_id: str, *, now: datetime) -> None:
    """Read the other mailboxes again for mail sent as a shared one. Belongs inside write().

    What its owners left out of them may be kept now. Nobody sends as a person's own mailbox.
    """
    if store.name_of_shared(rows, user_id):
        search_store.walk_everywhere(rows, now=now, besides=[user_id])


def owners_with_mail_of(rows: Rows, user_id: str) -> list[str]:
    """The accounts in whose mailboxes mail of this one lies: members send as a shared one."""
    others = (
        search_store.owners_of_read_mailboxes(rows) if store.name_of_shared(rows, user_id) else []
    )
    return [user_id, *(each for each in others if each != user_id)]


def turn_off_after_role_change(rows: Rows, *, now: datetime) -> int:
    """Turn sync off for people with another role, until they turn it on themselves."""
    owners = mailbox_store.owners_to_turn_off(rows)
    act = Act(rows, Actor.system("email sync"), now)
    for user_id, label in owners:
        with rows.write():
            store.set_syncing(rows, user_id, is_syncing=False, now=now)
            act.record(Action.EMAIL_SYNC_TURNED_OFF, label, new="the role has changed")
    return len(owners)


def is_absent(graph: GraphClient, refusal: GraphError) -> bool:
    """Whether Microsoft has no such mailbox in Exchange Online.

    A mailbox on premises was seen to answer with the code of a deleted message in turn.
    """
    if isinstance(refusal, MailboxMissing):
        return True
    error = graph.batch([CONTROL])[CONTROL.id].error()
    is_unknown = isinstance(error, Gone) and error.code.casefold() == "resourcenotfound"
    return is_unknown or isinstance(error, MailboxMissing)


def deleted(refusal: GraphError) -> GraphError:
    """The refusal in words for a whole mailbox, which Microsoft no longer has."""
    refusal.args = (DELETED,)
    return refusal


def leave_out(rows: Rows, claim: Claim, *, now: datetime) -> None:
    """Leave a mailbox out that Microsoft does not have. It is tried again after a day."""
    with rows.write():
        mailbox_store.save_absent(rows, claim, due_at=now + DAY, now=now)


def ask(rows: Rows, mailbox_id: str, now: datetime, *, read_addresses: bool = False) -> None:
    """Sync as soon as a worker is free. `read_addresses` reads the addresses again too."""
    with rows.write():
        store.make_due(rows, mailbox_id, now=now, read_addresses=read_addresses)


def ask_for_aliases(act: Act) -> int:
    """Read everybody's aliases now. Returns the number of people."""
    with act.rows.write():
        count = store.read_all_addresses(act.rows, now=act.now)
        act.record(
            Action.ALIASES_OF_EVERYBODY_ASKED_FOR,
            counted(count, "mailbox"),
        )
    return count
