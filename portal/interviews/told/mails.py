"""Mail to those who may have the old time: plain, once, by the person who presses."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from portal import clock
from portal.addresses import fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict
from portal.interviews import store
from portal.interviews.audited import audited
from portal.interviews.changes import checks
from portal.interviews.microsoft import work
from portal.interviews.models import Attends, Certainty, Interview, Told, ToldBy
from portal.interviews.told import texts
from portal.interviews.told.models import Fate, Reached, Tell
from portal.interviews.told.old_times import old_times, reads_at
from portal.interviews.told.texts import Text
from portal.outbox import automated, senders
from portal.outbox import store as outbox
from portal.outbox.automated import NO_ROUTE, Notice
from portal.outbox.intake import queue
from portal.outbox.models import UNDO, Bounce, Field, Kind, Mail, Queued, Recipient, Route, State
from portal.outbox.senders import Sender
from portal.services import Services
from portal.storage.ids import new_ordered_id
from portal.storage.rows import Rows
from portal.users import store as users
from portal.wording import listed

FATES = {
    State.WAITING: Fate.WAITS,
    State.SENDING: Fate.WAITS,
    State.UNKNOWN: Fate.UNSURE,
    State.ASKS: Fate.UNSURE,
    State.ACCEPTED: Fate.SENT,
    State.SEEN: Fate.SENT,
    State.REFUSED: Fate.FAILED,
    State.WITHDRAWN: Fate.FAILED,
}
NOBODY = "Nobody has the old time any more."


def fates(rows: Rows, ledger: Iterable[Told]) -> dict[str, Fate]:
    """How far the mail to each person came whom a mail told last, by folded address."""
    numbers = {number(each): each.folded for each in ledger if each.told_by is ToldBy.MAIL}
    several = outbox.by_forms(rows, numbers) if numbers else []
    people = outbox.recipients(rows, [each.id for each in several]) if several else {}
    return {
        numbers[each.form_number or ""]: _fate(each, people.get(each.id, ())) for each in several
    }


def _fate(mail: Mail, people: Iterable[Recipient]) -> Fate:
    if any(each.bounce is Bounce.FAILED for each in people):
        return Fate.FAILED
    return FATES[mail.state]


def number(told: Told) -> str:
    """The form number of the mail that told somebody: the same for the same row."""
    name = f"portal:{told.interview_id}:{told.folded}:{clock.text(told.told_at)}"
    return str(uuid5(NAMESPACE_URL, name))


def tell(services: Services, interview_id: str, *, user_id: str) -> Tell:
    """Those whom this person's press of the button would tell, and from which address."""
    rows = services.rows
    known = work.known(rows, interview_id)
    people = old_times(known, fates(rows, known.ledger), now=clock.utc_now())
    reached = [_reached(services, each, user_id) for each in people]
    return Tell(
        tuple(each for each in reached if not each.lack),
        tuple(each for each in reached if each.lack),
        known.interview.version,
        reads_at(known),
    )


def _reached(services: Services, told: Told, user_id: str) -> Reached:
    """The candidate hears from the person's own address; everybody else by automated mail."""
    own = _own_sender(services, user_id) if told.role is Attends.CANDIDATE else None
    if own is not None:
        return Reached(told, own.address)
    target = automated.target(services.rows, services.vault, services.config)
    return Reached(told, target.address) if target.is_usable else Reached(told, lack=NO_ROUTE)


def _own_sender(services: Services, user_id: str) -> Sender | None:
    several = senders.senders_of(services.rows, services.microsoft365, user_id)
    return next((each for each in several if each.lack is None and not each.is_shared), None)


def send(
    act: Act, services: Services, interview_id: str, *, version: int, chosen: Collection[str]
) -> list[Told]:
    """Mail the new time to those of the chosen who may still have the old one. Once each.

    Raises Outdated for a page that shows another version, Conflict if nobody is left, and Invalid
    for a mail that may not go out.
    """
    with act.rows.write():
        one = checks.current(act.rows, interview_id, version=version)
        found = tell(services, interview_id, user_id=act.actor.id or "")
        people = [each for each in found.people if each.told.folded in chosen]
        if not people:
            raise Conflict(NOBODY)
        told = [_told(act, one, each.told) for each in people]
        for before, after in zip(people, told, strict=True):
            _send(act, services, one, before.told, after)
        store.save_told(act.rows, told)
        names = listed(each.name for each in told)
        act.record(Action.INTERVIEW_TIME_MAILED, one.label, new=names, candidate=audited(one))
    return told


def _told(act: Act, one: Interview, told: Told) -> Told:
    return replace(
        told,
        version=one.version,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        told_by=ToldBy.MAIL,
        certainty=Certainty.ASKED,
        told_at=act.now,
    )


def _send(act: Act, services: Services, one: Interview, before: Told, after: Told) -> None:
    """Put one mail into the outbox. It carries no calendar file."""
    known = work.known(act.rows, one.id)
    is_candidates = after.role is Attends.CANDIDATE
    if not is_candidates:
        words = texts.to_panelist(
            one,
            before,
            zone=_zone(act.rows, after, one),
            url=f"{services.config.base_url}/interviews/{one.id}",
            author=act.actor.name,
        )
        notice = Notice(
            after.address,
            after.name,
            words.subject,
            words.text,
            useless_at=one.starts_at,
            form_number=number(after),
        )
        automated.queue_automated(act.rows, services.vault, services.config, notice, now=act.now)
        return
    words = texts.to_candidate(known, before, author=act.actor.name)
    own = _own_sender(services, act.actor.id or "")
    queued = _queued(act, one, after, words, own)
    if own is not None:
        queue(act.rows, queued, now=act.now)
    else:
        automated.queue_no_reply(act.rows, services.vault, services.config, queued, now=act.now)


def _zone(rows: Rows, told: Told, one: Interview) -> str:
    return users.user(rows, told.user_id).time_zone if told.user_id else one.zone


def _queued(act: Act, one: Interview, told: Told, words: Text, own: Sender | None) -> Queued:
    free_at = act.now + UNDO
    mail = Mail(
        id=new_ordered_id(),
        kind=Kind.PERSON,
        route=Route.MICROSOFT,
        author_id=act.actor.id,
        author_name=act.actor.name,
        account_id=own.account_id if own else None,
        through_id=own.account_id if own else None,
        candidate_id=one.candidate_id,
        alias_id=own.alias_id if own else None,
        from_address=own.address if own else "",
        from_name=own.name if own else "",
        answers_message_id=None,
        is_in_thread=False,
        subject=words.subject,
        text=words.text,
        signature="",
        state=State.WAITING,
        created_at=act.now,
        free_at=free_at,
        due_at=free_at,
        useless_at=one.starts_at,
        form_number=number(told),
    )
    return Queued(mail, (Recipient(told.address, fold(told.address), told.name, Field.TO),))
