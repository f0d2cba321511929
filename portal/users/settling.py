"""What changed in the directory takes hold here: who comes, changes, is disabled or returns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from portal import clock
from portal.audit.log import Actor, record
from portal.storage import sessions
from portal.storage.database import write, write_what_comes_again
from portal.users import directory_store, invitation_store, store
from portal.users import settling_store as settled
from portal.users.models import WAITING, LeftOut, Meeting, Source, User

# A run that would disable more than this stops and asks.
MOST_AT_ONCE = 5
LARGEST_SHARE = 0.2
OF_THE_SYNC = "User sync"


@dataclass(frozen=True)
class Batch:
    """Some entries whose changes take hold in one transaction."""

    db: Database
    actor: Actor
    enables_new: bool
    now: datetime


def settle(
    db: Database,
    tenant_id: str,
    *,
    renew: Callable[[datetime], None],
    check: Callable[[], None],
) -> None:
    """Everything that changed and has not taken hold; nothing while the guard asks.

    May be killed at any point and run again: each batch is marked with what it did.
    """
    if _asks(db, tenant_id, renew):
        return
    after = ""
    while (upto := settled.next_batch(db, after)) is not None:
        # A power cut takes back what was done together with the mark that it was done.
        with write_what_comes_again(db):
            now = clock.utc_now()
            renew(now)
            _settle_batch(db, tenant_id, after=after, upto=upto, now=now)
        after = upto
        check()


def _asks(db: Database, tenant_id: str, renew: Callable[[datetime], None]) -> bool:
    """Whether so many would be disabled that an administrator has to say yes first."""
    with write(db):
        now = clock.utc_now()
        renew(now)
        count = settled.count_to_disable(db, tenant_id)
        most = max(MOST_AT_ONCE, LARGEST_SHARE * settled.count_enabled(db, tenant_id))
        if count <= most:
            settled.drop_open_doubts(db)
            return False
        if settled.count_doubts(db) == 0:
            record(
                db,
                actor=_actor(tenant_id),
                action="user sync stopped to ask",
                target="people of the organization",
                result="failed",
                new=f"{count} people would be disabled",
                at=now,
            )
        settled.doubt(db, tenant_id, now=now)
    return True


def _actor(tenant_id: str) -> Actor:
    return Actor(id=None, name=OF_THE_SYNC, tenant_id=tenant_id)


def _settle_batch(db: Database, tenant_id: str, *, after: str, upto: str, now: datetime) -> None:
    enables_new = directory_store.state(db).enables_new
    batch = Batch(db, _actor(tenant_id), enables_new, now)
    for meeting in settled.meetings(db, tenant_id, after=after, upto=upto):
        if meeting.entry.left_out is None:
            _welcome(batch, meeting)
        else:
            _keep_out(batch, meeting, meeting.entry.left_out)
    count = settled.add_new(db, tenant_id, after=after, upto=upto, enabled=enables_new, now=now)
    if count:
        record(
            db,
            actor=batch.actor,
            action="people added from the directory",
            target="1 person" if count == 1 else f"{count} people",
            new="enabled" if enables_new else "waiting to be enabled",
            at=now,
        )
    settled.save_settled(db, tenant_id, after=after, upto=upto)


def _welcome(batch: Batch, meeting: Meeting) -> None:
    """Somebody who is here: taken over by their identity alone, and never by an address."""
    user, entry = meeting.user, meeting.entry
    if user.source is Source.INVITATION:
        settled.take_over(batch.db, user.id)
        _note(batch, user, "taken over by user sync", user.source.label, Source.DIRECTORY.label)
    if not user.is_local and (user.display_name, user.address) != (
        entry.display_name,
        entry.address,
    ):
        store.save_name(batch.db, user.id, display_name=entry.display_name, address=entry.address)
        _note(batch, user, "name or address changed", user.label, entry.label)
    if not user.is_enabled and user.kept_out not in (None, WAITING):
        _let_back_in(batch, user)


def _let_back_in(batch: Batch, user: User) -> None:
    """Only whom the directory kept out; whom an administrator disabled stays disabled."""
    if batch.enables_new:
        store.save_enabled(batch.db, user.id, enabled=True)
        _note(batch, user, "enabled for sign-in", "disabled", "enabled: back in the directory")
    else:
        settled.save_kept_out(batch.db, user.id, WAITING)
        _note(batch, user, "waiting to be enabled", "disabled", "back in the directory")


def _keep_out(batch: Batch, meeting: Meeting, reason: LeftOut) -> None:
    """The last administrator too: the local administrator is the way back."""
    user = meeting.user
    if not user.is_enabled:
        if user.kept_out is not None:
            settled.save_kept_out(batch.db, user.id, reason)
        return
    if meeting.decision == "keep" or not (user.source is Source.DIRECTORY or reason.is_blocked):
        return
    sessions.delete_of_user(batch.db, user.id)
    invitation_store.withdraw_all_of(batch.db, user.id, batch.now)
    settled.save_kept_out(batch.db, user.id, reason)
    _note(batch, user, "disabled for sign-in", "enabled", f"disabled: {reason.label}")


def _note(batch: Batch, user: User, action: str, old: str, new: str) -> None:
    record(
        batch.db,
        actor=batch.actor,
        action=action,
        target=user.label,
        old=old,
        new=new,
        at=batch.now,
    )
