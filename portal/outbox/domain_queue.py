"""Hand automated mail to the email domain: one at a time, and at most once.

There is no copy to search for, so `accepted` is the end. The stage `data` is committed just before
the server may take the mail: cut after that, only a person can tell.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from portal import clock
from portal.config import Config
from portal.email_domain import settings
from portal.email_domain.delivery import delivered
from portal.email_domain.messages import message_id
from portal.email_domain.models import Delivery, EmailDomain, Enclosure, Outgoing, Result
from portal.email_domain.models import Mailbox as Named
from portal.outbox import attempt_store, automated_store, checks, store
from portal.outbox.models import GIVEN_UP_AFTER, Ended, Field, File, Mail, Recipient, State
from portal.outbox.sync import bindings
from portal.outbox.work import refused, waits, withdrawn
from portal.storage.claims import Claim
from portal.storage.rows import Rows
from portal.vault import Vault

CONNECT, DATA = "connect", "data"
SHORTEST, LONGEST = timedelta(seconds=15), timedelta(minutes=15)
AFTER_NO_DOMAIN = timedelta(minutes=5)
INTERRUPTED = "Portal was interrupted while it handed this over. It may have gone out."
STOPPED = "Portal was interrupted before it handed this over."
NO_DOMAIN = "The email domain is not set up, or it was not tested yet."
GIVEN_UP = "It could not be sent within 24 hours."
USELESS = "It was not sent in time for what it is about."
OUTCOMES = {
    Result.ACCEPTED: Ended.ACCEPTED,
    Result.AGAIN: Ended.UNSENT,
    Result.REFUSED: Ended.REFUSED,
    Result.ASKS: Ended.UNKNOWN,
}


@dataclass(frozen=True)
class DomainWork:
    """A worker's hold on the queue. Nothing is kept once it was lost."""

    rows: Rows = field(repr=False)
    vault: Vault = field(repr=False)
    config: Config = field(repr=False)
    claim: Claim

    def renew(self) -> None:
        """Belongs first in each transaction."""
        automated_store.DOMAIN_FENCE.renew(self.rows, self.claim, now=clock.utc_now())

    def save(self, changed: Mail, *, was: State) -> bool:
        with self.rows.write():
            self.renew()
            return store.save(self.rows, changed, was=was)


def work_through(work: DomainWork, *, should_stop: Callable[[], bool]) -> None:
    """Hand over due mail, and give the claim back."""
    _take_over(work)
    while not should_stop():
        mail = automated_store.next_by_domain(work.rows, now=clock.utc_now())
        if mail is None:
            break
        _go(work, mail)
    with work.rows.write():
        automated_store.end_domain_work(work.rows, work.claim, now=clock.utc_now())


def _take_over(work: DomainWork) -> None:
    """Find mail that a former worker was handing over: its stage says whether it may be out."""
    for mail in automated_store.interrupted(work.rows):
        now = clock.utc_now()
        may_be_out = store.attempts(work.rows, mail.id)[-1].stage == DATA
        outcome = Ended.UNKNOWN if may_be_out else Ended.UNSENT
        with work.rows.write():
            work.renew()
            attempt_store.end_attempt(work.rows, mail.id, mail.attempts, outcome, now=now)
            changed = (
                _asks(mail, INTERRUPTED, now)
                if may_be_out
                else waits(mail, STOPPED, due_at=now, now=now)
            )
            store.save(work.rows, changed, was=State.SENDING)


def _go(work: DomainWork, mail: Mail) -> None:
    now = clock.utc_now()
    ended = _ended(work.rows, mail, now)
    if ended is not None:
        work.save(ended, was=State.WAITING)
        return
    domain = settings.in_force(work.rows, work.vault, work.config)
    if domain is None or domain.proven_at is None:
        until = now + AFTER_NO_DOMAIN
        held = waits(mail, NO_DOMAIN, due_at=until, now=now)
        work.save(replace(held, give_up_at=until + GIVEN_UP_AFTER), was=State.WAITING)
    elif begun := _begin(work, mail, now):
        _hand_over(work, begun, domain)


def _ended(rows: Rows, mail: Mail, now: datetime) -> Mail | None:
    """The mail as it ends, if it is too late or no longer allowed."""
    if mail.useless_at is not None and mail.useless_at <= now:
        return withdrawn(mail, USELESS, now=now)
    if (mail.give_up_at or mail.free_at + GIVEN_UP_AFTER) <= now:
        return refused(mail, f"{GIVEN_UP} {mail.failure or ''}".rstrip(), now=now)
    refusal = checks.still_allowed(rows, mail)
    return refused(mail, refusal, now=now) if refusal is not None else None


def _begin(work: DomainWork, mail: Mail, now: datetime) -> Mail | None:
    """Commit the attempt. None if a person was faster."""
    begun = replace(mail, state=State.SENDING, attempts=mail.attempts + 1, handed_at=now)
    with work.rows.write():
        work.renew()
        if not store.save(work.rows, begun, was=State.WAITING):
            return None
        attempt_store.begin_attempt(
            work.rows,
            mail.id,
            begun.attempts,
            through_id=automated_store.DOMAIN,
            path=CONNECT,
            now=now,
        )
    return begun


def _hand_over(work: DomainWork, mail: Mail, domain: EmailDomain) -> None:
    def note_stage() -> None:
        with work.rows.write():
            work.renew()
            automated_store.save_stage(work.rows, mail.id, mail.attempts, DATA)

    recipients = store.recipients(work.rows, [mail.id]).get(mail.id, [])
    found = deliver(
        work.config,
        domain,
        mail,
        recipients,
        store.files(work.rows, mail.id),
        before_data=note_stage,
    )
    now = clock.utc_now()
    with work.rows.write():
        work.renew()
        attempt_store.end_attempt(
            work.rows, mail.id, mail.attempts, OUTCOMES[found.result], now=now
        )
        for each in found.refused:
            automated_store.save_refused_recipient(
                work.rows, mail.id, each.address, status=each.status, now=now
            )
        changed = _changed(mail, found, message_id(domain.smtp, mail.id), now)
        if changed.internet_message_id:
            # A hidden conversation keeps it, and a copy that a colleague got becomes its entry.
            changed = bindings.found(work.rows, changed)
        store.save(work.rows, changed, was=State.SENDING)


def deliver(
    config: Config,
    domain: EmailDomain,
    mail: Mail,
    recipients: Sequence[Recipient],
    files: Sequence[File],
    *,
    before_data: Callable[[], object],
) -> Delivery:
    """Hand one mail to the email domain."""
    outgoing = Outgoing(
        id=mail.id,
        subject=mail.subject,
        text=mail.whole_text,
        to=_named(recipients, Field.TO),
        cc=_named(recipients, Field.CC),
        files=tuple(
            Enclosure(each.name, each.content_type, base64.b64decode(each.content or ""))
            for each in files
        ),
    )
    reach = settings.reach(config)
    now = clock.utc_now()
    return delivered(domain.smtp, outgoing, reach=reach, before_data=before_data, now=now)


def _named(recipients: Sequence[Recipient], which: Field) -> tuple[Named, ...]:
    return tuple(Named(each.address, each.name) for each in recipients if each.field is which)


def _changed(mail: Mail, found: Delivery, internet_message_id: str, now: datetime) -> Mail:
    match found.result:
        case Result.ACCEPTED:
            return replace(
                mail,
                state=State.ACCEPTED,
                accepted_at=now,
                internet_message_id=internet_message_id,
                is_throttled=False,
                failure=None,
                failed_at=None,
            )
        case Result.AGAIN:
            return waits(mail, found.sentence, due_at=now + _pause(mail), now=now)
        case Result.REFUSED:
            return refused(mail, found.sentence, now=now)
        case Result.ASKS:
            return replace(
                _asks(mail, found.sentence, now), internet_message_id=internet_message_id
            )


def _asks(mail: Mail, sentence: str, now: datetime) -> Mail:
    return replace(
        mail, state=State.ASKS, failure=sentence, failed_at=now, is_throttled=False, due_at=now
    )


def _pause(mail: Mail) -> timedelta:
    """Twice as long after each attempt, up to a quarter of an hour."""
    return min(LONGEST, SHORTEST * (1 << min(mail.attempts - 1, 10)))
