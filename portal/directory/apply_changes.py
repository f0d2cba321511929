"""Apply directory changes to users: add, change, disable and enable them again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from portal import clock
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.directory import apply_store as settled
from portal.directory import store as directory_store
from portal.directory.models import Entry, Meeting
from portal.microsoft365 import consent
from portal.storage import sessions
from portal.storage.rows import Rows
from portal.users import invitation_store, store
from portal.users.models import WAITING, LeftOut, Source, User
from portal.wording import counted

# A run that would disable more than this stops and asks.
MOST_AT_ONCE = 5
LARGEST_SHARE = 0.2
OF_THE_SYNC = "User sync"


@dataclass(frozen=True)
class Batch:
    """A batch of entries applied in one transaction."""

    rows: Rows
    actor: Actor
    enables_new: bool
    now: datetime


def settle(
    rows: Rows,
    tenant_id: str,
    *,
    renew: Callable[[datetime], None],
    check: Callable[[], None],
) -> None:
    """Apply every pending change. Does nothing while the mass-change guard asks.

    Safe to kill at any point and run again: each batch marks what it did.
    """
    if _asks(rows, tenant_id, renew):
        return
    after = ""
    while (upto := settled.next_batch(rows, after)) is not None:
        # A power cut undoes the changes together with the marks.
        with rows.write(durable=False):
            now = clock.utc_now()
            renew(now)
            _settle_batch(rows, tenant_id, after=after, upto=upto, now=now)
        after = upto
        check()


def _asks(rows: Rows, tenant_id: str, renew: Callable[[datetime], None]) -> bool:
    """Whether so many would be disabled that an administrator must confirm first."""
    with rows.write():
        now = clock.utc_now()
        renew(now)
        count = settled.count_to_disable(rows, tenant_id)
        most = max(MOST_AT_ONCE, LARGEST_SHARE * settled.count_enabled(rows, tenant_id))
        if count <= most:
            settled.drop_open_doubts(rows)
            return False
        if settled.count_doubts(rows) == 0:
            Act(rows, _actor(tenant_id), now).record(
                Action.USER_SYNC_STOPPED_TO_ASK,
                "people of the organization",
                result="failed",
                new=f"{counted(count, 'person')} would be disabled",
            )
        settled.doubt(rows, tenant_id, now=now)
    return True


def _actor(tenant_id: str) -> Actor:
    return Actor(id=None, name=OF_THE_SYNC, tenant_id=tenant_id)


def _settle_batch(rows: Rows, tenant_id: str, *, after: str, upto: str, now: datetime) -> None:
    enables_new = directory_store.state(rows).enables_new
    batch = Batch(rows, _actor(tenant_id), enables_new, now)
    for meeting in settled.meetings(rows, tenant_id, after=after, upto=upto):
        if meeting.entry.left_out is None:
            _welcome(batch, meeting)
        else:
            _keep_out(batch, meeting, meeting.entry.left_out)
    count = store.add_from_directory(
        rows, tenant_id, after=after, upto=upto, enabled=enables_new, now=now
    )
    if count:
        Act(rows, batch.actor, now).record(
            Action.PEOPLE_ADDED_FROM_THE_DIRECTORY,
            counted(count, "person"),
            new="enabled" if enables_new else "waiting to be enabled",
        )
        # Their mailboxes may prove what Exchange grants and no token says.
        consent.check_at(rows, now)
    settled.save_settled(rows, tenant_id, after=after, upto=upto)


def _welcome(batch: Batch, meeting: Meeting) -> None:
    """Update an existing user. Matches by tenant and object id only, never by address."""
    user, entry = meeting.user, meeting.entry
    if user.source is Source.INVITATION:
        store.take_over(batch.rows, user.id)
        _note(
            batch, user, Action.TAKEN_OVER_BY_USER_SYNC, user.source.label, Source.DIRECTORY.label
        )
    _rename(batch, user, entry)
    if not user.is_enabled and user.kept_out not in (None, WAITING):
        _let_back_in(batch, user)


def _rename(batch: Batch, user: User, entry: Entry) -> None:
    """Take names from the directory. The address of a local password stays as it is."""
    named = replace(
        user,
        display_name=entry.display_name,
        address=entry.address,
        user_name=entry.user_name or user.user_name,
    )
    if named != user:
        store.save_names(batch.rows, named)
    if named.full_label != user.full_label:
        _note(batch, user, Action.NAME_OR_ADDRESS_CHANGED, user.full_label, named.full_label)


def _let_back_in(batch: Batch, user: User) -> None:
    """Enable a user the directory kept out. One disabled by an administrator stays disabled."""
    if batch.enables_new:
        store.save_enabled(batch.rows, user.id, enabled=True)
        _note(batch, user, Action.ENABLED_FOR_SIGN_IN, "disabled", "enabled: back in the directory")
    else:
        store.save_kept_out(batch.rows, user.id, WAITING)
        _note(batch, user, Action.WAITING_TO_BE_ENABLED, "disabled", "back in the directory")


def _keep_out(batch: Batch, meeting: Meeting, reason: LeftOut) -> None:
    """Disable a user, even the last administrator: a local administrator can still sign in."""
    user = meeting.user
    if not user.is_enabled:
        if user.kept_out is not None:
            store.save_kept_out(batch.rows, user.id, reason)
        return
    if meeting.decision == "keep" or not (user.source is Source.DIRECTORY or reason.is_blocked):
        return
    sessions.delete_of_user(batch.rows, user.id)
    invitation_store.withdraw_all_of(batch.rows, user.id, batch.now)
    store.save_kept_out(batch.rows, user.id, reason)
    _note(batch, user, Action.DISABLED_FOR_SIGN_IN, "enabled", f"disabled: {reason.label}")


def _note(batch: Batch, user: User, action: Action, old: str, new: str) -> None:
    Act(batch.rows, batch.actor, batch.now).record(
        action,
        user.label,
        old=old,
        new=new,
    )
