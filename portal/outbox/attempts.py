"""One attempt to send a mail: its row is committed, then the call is made, once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal import clock
from portal.errors import PortalError
from portal.graph import once
from portal.graph.calls import Call
from portal.graph.client import GraphClient
from portal.graph.links import segment
from portal.outbox import (
    access,
    attempt_store,
    checks,
    limits,
    outcomes,
    requests,
    store,
)
from portal.outbox.access import Access
from portal.outbox.models import (
    GIVEN_UP_AFTER,
    AliasProof,
    Attempt,
    Ended,
    Kind,
    Mail,
    Outcome,
    Recipient,
    State,
)
from portal.outbox.work import FIRST_LOOK, Work, refused, unknown, waits

AFTER_NO_ACCESS = timedelta(minutes=1)
SHORTEST = timedelta(seconds=15)
LONGEST = timedelta(minutes=15)
HELD_FOR = timedelta(hours=1)
# A claim lasts twice as long, so another worker never takes over before a call is made.
LONGEST_CALL = timedelta(seconds=60)
LOST = "Microsoft's answer was lost."


@dataclass(frozen=True)
class Try:
    """One call, ready to be made."""

    mail: Mail
    access: Access
    graph: GraphClient
    is_marked: bool
    is_reply: bool
    is_last: bool
    call: Call


def send(work: Work, mail: Mail) -> None:
    """Make one attempt if the mail may still go. Every outcome is a row."""
    now = clock.utc_now()
    refusal = checks.still_allowed(work.rows, mail)
    if refusal is not None:
        work.save(refused(mail, refusal, now=now), was=State.WAITING)
        return
    recipients = store.recipients(work.rows, [mail.id]).get(mail.id, [])
    hold = limits.hold_for(work.rows, work.through_id, len(recipients), now=now)
    if hold is not None:
        _hold(work, mail, hold.sentence, until=hold.until, now=now)
        return
    made = _try(work, mail, recipients, now=now)
    if made is not None and _begin(work, made):
        _hand_over(work, replace(made, mail=store.mail(work.rows, mail.id)))


def _try(work: Work, mail: Mail, recipients: Sequence[Recipient], *, now: datetime) -> Try | None:
    """Prepare the call. None where the mail cannot go now, which is saved with the reason."""
    before = store.attempts(work.rows, mail.id)
    try:
        found = [*_accesses(work, mail, before)]
        if not found:
            work.save(refused(mail, outcomes.closed(mail), now=now), was=State.WAITING)
            return None
        graph = found[0].client()
    except PortalError as error:
        due_at = now + max(AFTER_NO_ACCESS, timedelta(seconds=error.retry_after or 0))
        work.save(waits(mail, str(error), due_at=due_at, now=now), was=State.WAITING)
        return None
    if found[0].through_id != work.through_id:
        _move(work, mail, found[0].through_id, now=now)
        return None
    mailbox = store.mailbox(work.rows, work.through_id)
    was_refused = any(each.outcome == Ended.MARK_REFUSED for each in before)
    is_marked = not (mailbox.refuses_mark or was_refused)
    return _prepared(work, mail, recipients, found, graph, is_marked=is_marked)


def _accesses(work: Work, mail: Mail, before: Sequence[Attempt]) -> Sequence[Access]:
    closed = {each.stage for each in before if each.outcome == Ended.CLOSED}
    found = access.accesses(
        work.rows,
        work.microsoft365,
        mail.connected_author,
        mail.account_id or work.through_id,
        closed=closed,
    )
    return [*found]


def _prepared(
    work: Work,
    mail: Mail,
    recipients: Sequence[Recipient],
    found: Sequence[Access],
    graph: GraphClient,
    *,
    is_marked: bool,
) -> Try:
    answered = _answered(work, mail)
    files = store.files(work.rows, mail.id)
    if answered is not None:
        path = f"messages/{segment(answered)}/reply"
        body = requests.answer(mail, recipients, files, is_marked=is_marked)
    else:
        path, meant = "sendMail", _as_new(mail)
        body = requests.new_mail(meant, recipients, files, is_marked=is_marked)
    return Try(
        mail=mail,
        access=found[0],
        graph=graph,
        is_marked=is_marked,
        is_reply=answered is not None,
        is_last=not any(map(_is_usable, found[1:])),
        call=graph.prepared("POST", path, body),
    )


def _is_usable(other: Access) -> bool:
    try:
        other.client()
    except PortalError:
        return False
    return True


def _answered(work: Work, mail: Mail) -> str | None:
    """The message that a mail answers, in the mailbox that it goes through."""
    if not mail.is_in_thread or mail.answers_message_id is None:
        return None
    return attempt_store.graph_id_in(work.rows, mail.answers_message_id, work.through_id)


def _as_new(mail: Mail) -> Mail:
    """An answer whose message is not in the mailbox goes as a new mail."""
    if mail.answers_message_id is None:
        return mail
    return replace(mail, subject=requests.as_new_subject(mail.subject), is_in_thread=False)


def _move(work: Work, mail: Mail, through_id: str, *, now: datetime) -> None:
    """Let a mail go through another mailbox. Another claim sends it there."""
    with work.rows.write():
        work.renew()
        store.make_due(work.rows, through_id, at=now)
        moved = replace(mail, through_id=through_id, due_at=now)
        store.save(work.rows, moved, was=State.WAITING)


def _begin(work: Work, made: Try) -> bool:
    """Commit the attempt before the call. A killed worker then leaves a mail that says so."""
    now = clock.utc_now()
    mail = made.mail if made.is_reply else _as_new(made.mail)
    sending = replace(
        mail,
        state=State.SENDING,
        attempts=mail.attempts + 1,
        handed_at=now,
        was_marked=made.is_marked,
        looks=0,
        failed_looks=0,
    )
    with work.rows.write():
        work.renew()
        if not store.save(work.rows, sending, was=State.WAITING):
            return False
        attempt_store.begin_attempt(
            work.rows,
            mail.id,
            sending.attempts,
            through_id=work.through_id,
            path=made.access.path,
            now=now,
        )
    return True


def _hand_over(work: Work, made: Try) -> None:
    try:
        begun_at = made.mail.handed_at or clock.utc_now()
        once.post(made.graph, made.call, not_after=begun_at + LONGEST_CALL)
    except PortalError as error:
        outcome = outcomes.ended(
            error, is_marked=made.is_marked, is_reply=made.is_reply, is_last=made.is_last
        )
        _end(work, made, outcome, error)
    else:
        _end(work, made, Ended.ACCEPTED, None)


def _end(work: Work, made: Try, outcome: Ended, error: PortalError | None) -> None:
    """Write the outcome of the call in one transaction of the claim."""
    now, rows, mail = clock.utc_now(), work.rows, made.mail
    with rows.write():
        work.renew()
        attempt_store.end_attempt(rows, mail.id, mail.attempts, outcome, now=now)
        if error is None:
            changed = _accepted(work, made, now)
        else:
            changed = _failed(work, made, outcome, error, now)
        store.save(rows, changed, was=State.SENDING)


def _accepted(work: Work, made: Try, now: datetime) -> Mail:
    if not made.is_marked:
        attempt_store.save_mark(work.rows, work.through_id, is_refused=True)
    return replace(
        made.mail,
        state=State.ACCEPTED,
        accepted_at=now,
        due_at=now + FIRST_LOOK,
        is_throttled=False,
        failure=None,
        failed_at=None,
    )


def _failed(work: Work, made: Try, outcome: Ended, error: PortalError, now: datetime) -> Mail:
    mail, said = made.mail, outcomes.sentence(error, made.mail)
    match outcome:
        case Ended.UNKNOWN:
            return unknown(work.rows, mail, LOST, now=now)
        case Ended.THROTTLED:
            until = now + max(timedelta(seconds=error.retry_after or 0), _pause(work, mail))
            attempt_store.throttle(work.rows, work.through_id, until=until)
            return replace(waits(mail, said, due_at=until, now=now), is_throttled=True)
        case Ended.HELD:
            until = now + max(timedelta(seconds=error.retry_after or 0), HELD_FOR)
            return _held(work, mail, outcomes.HELD, until=until, now=now)
        case Ended.UNSENT | Ended.TOKEN_REFUSED:
            return waits(mail, said, due_at=now + _pause(work, mail), now=now)
        case Ended.NOT_THERE:
            return waits(_as_new(mail), said, due_at=now, now=now)
        case Ended.CLOSED | Ended.MARK_REFUSED:
            return waits(mail, said, due_at=now, now=now)
        case _:
            _note_refused(work, mail, error, now)
            return refused(mail, said, now=now)


def _pause(work: Work, mail: Mail) -> timedelta:
    """Twice as long after each failure in a row. A token that was just renewed is tried at once."""
    outcomes_before = [each.outcome for each in store.attempts(work.rows, mail.id)]
    times = 0
    for each in reversed(outcomes_before):
        if each not in (Ended.UNSENT, Ended.TOKEN_REFUSED, Ended.THROTTLED):
            break
        times += 1
    if outcomes_before[-1:] == [Ended.TOKEN_REFUSED] and times == 1:
        return timedelta(0)
    return min(LONGEST, SHORTEST * (1 << min(max(times - 1, 0), 10)))


def _hold(work: Work, mail: Mail, sentence: str, *, until: datetime, now: datetime) -> None:
    with work.rows.write():
        work.renew()
        held = _held(work, mail, sentence, until=until, now=now)
        store.save(work.rows, held, was=State.WAITING)


def _held(work: Work, mail: Mail, sentence: str, *, until: datetime, now: datetime) -> Mail:
    """Hold the mailbox. Its mail has 24 hours after the hold. Belongs inside write()."""
    give_up_at = until + GIVEN_UP_AFTER
    attempt_store.hold(work.rows, work.through_id, until=until, give_up_at=give_up_at)
    return replace(
        waits(mail, sentence, due_at=until, now=now), give_up_at=give_up_at, is_throttled=True
    )


def _note_refused(work: Work, mail: Mail, error: PortalError, now: datetime) -> None:
    """Exchange does not let the author send as an address, or refused its test: its proof."""
    is_test = mail.kind is Kind.ALIAS_TEST
    if mail.alias_id is not None and (is_test or outcomes.denies_address(error)):
        proof = AliasProof(mail.alias_id, Outcome.REFUSED, "", "", is_test=is_test, seen_at=now)
        store.save_proof(work.rows, proof)
