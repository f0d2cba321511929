"""Start the test of an alias: one mail from it to the primary address of its mailbox."""

from datetime import datetime, timedelta

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict, Invalid, TooMany
from portal.outbox import sender_store, store
from portal.outbox.alias_tests.results import is_running
from portal.outbox.intake import queue
from portal.outbox.models import Field, Kind, Mail, Queued, Recipient, Route, State
from portal.outbox.senders import Sender
from portal.storage.ids import new_ordered_id
from portal.storage.rows import Rows
from portal.wording import counted

MOST = 5
WITHIN = timedelta(hours=1)
# A test that could not go out by then is over.
USEFUL_FOR = timedelta(hours=1)
TEXT = (
    "This message tests whether Microsoft sends as {address}. {author} started the test in "
    "Portal. The address in From is its result. Nobody needs to answer, and it may be deleted."
)


def start(act: Act, sender: Sender) -> Mail:
    """Send a test mail, and return the one under way if there is one.

    Invalid for a primary address, Conflict where nothing can be sent, TooMany past five an hour.
    """
    if sender.is_primary or sender.alias_id is None:
        raise Invalid("A primary address needs no test.", field="sender")
    if sender.lack is not None:
        raise Conflict(f"{sender.address} cannot be tested now. {sender.lack}")
    rows = act.rows
    with rows.write():
        # First: of two requests at once, the second waits for the first one's test.
        store.make_due(rows, sender.account_id, at=act.now)
        known = sender_store.latest_tests(rows, [sender.alias_id]).get(sender.alias_id)
        if known is not None and is_running(known):
            return known
        _require_few(rows, act.actor.id or "", act.now)
        act.record(Action.ALIAS_TESTED, sender.address)
        return queue(rows, _mail(act, sender), now=act.now)


def _require_few(rows: Rows, author_id: str, now: datetime) -> None:
    times = sender_store.times_of_tests(rows, author_id, since=now - WITHIN)
    if len(times) < MOST:
        return
    wait = times[-MOST] + WITHIN - now
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    raise TooMany(
        f"You started {counted(MOST, 'test')} within an hour, which is the most. "
        f"The next test can start in {counted(minutes, 'minute')}.",
        retry_after=wait.total_seconds(),
    )


def _mail(act: Act, sender: Sender) -> Queued:
    mail = Mail(
        id=new_ordered_id(),
        kind=Kind.ALIAS_TEST,
        route=Route.MICROSOFT,
        author_id=act.actor.id,
        author_name=act.actor.name,
        account_id=sender.account_id,
        through_id=sender.account_id,
        candidate_id=None,
        alias_id=sender.alias_id,
        from_address=sender.address,
        from_name=sender.name,
        answers_message_id=None,
        is_in_thread=False,
        subject=f"Test of {sender.address}",
        text=TEXT.format(address=sender.address, author=act.actor.name),
        signature="",
        state=State.WAITING,
        created_at=act.now,
        free_at=act.now,
        due_at=act.now,
        useless_at=act.now + USEFUL_FOR,
    )
    primary = sender.primary_address
    return Queued(mail, (Recipient(primary, primary, "", Field.TO),))
