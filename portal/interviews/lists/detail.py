"""One interview as its page shows it: its state, panel, ledger, time and place."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from portal.addresses import fold
from portal.candidates import store as candidates
from portal.candidates.models import Candidate
from portal.errors import NotFound
from portal.interviews import store
from portal.interviews.findings.shown import Shown, shown
from portal.interviews.lists import (
    answers,
    left_texts,
    list_store,
    meeting_texts,
    places,
    platform_texts,
    state_texts,
    time_texts,
)
from portal.interviews.lists.answers import Words
from portal.interviews.lists.state_texts import Offer, Said, Scene
from portal.interviews.lists.ways import Way, ways
from portal.interviews.models import (
    Attends,
    CalendarSource,
    Certainty,
    Home,
    Interview,
    Panelist,
    Place,
    Proof,
    Reply,
    State,
    Told,
    ToldBy,
)
from portal.interviews.rooms import alert as room_alert
from portal.interviews.rooms import room_store
from portal.interviews.told import mails
from portal.interviews.told.models import Fate
from portal.storage.rows import Rows
from portal.wording import initials, place_of_zone

SOURCES = {
    CalendarSource.ORGANIZATION: "The organization's choice.",
    CalendarSource.KIND: "The choice for this kind of interview.",
    CalendarSource.INTERVIEW: "Chosen for this interview.",
}
TELLERS = {ToldBy.PORTAL: "Portal", ToldBy.OUTLOOK: "Outlook", ToldBy.MAIL: "Mail from Portal"}
OLD_REPLIES = {
    Reply.ACCEPTED: "Yes to the old time",
    Reply.TENTATIVE: "Maybe to the old time",
    Reply.DECLINED: "No to the old time",
}
# States in which invitations were withdrawn, and no new ones are meant.
OVER = (State.CANCELLED, State.NEEDS_TIME, State.FAILED)
CERTAINTIES = {
    Certainty.ASKED: "Microsoft took it",
    Certainty.SEEN: "On their calendar",
    Certainty.UNKNOWN: "Not certain",
}


@dataclass(frozen=True)
class When:
    """The time for a reader. `theirs`: the candidate's, where it is known and another."""

    day: str
    hours: str
    city: str
    theirs: str
    their_city: str
    is_theirs_known: bool


@dataclass(frozen=True)
class PanelRow:
    name: str
    initials: str
    is_required: bool
    words: Words


@dataclass(frozen=True)
class LedgerRow:
    """The last news to one person or room, its certainty, and their answer."""

    name: str
    is_room: bool
    last_told: str
    is_old: bool
    by: str
    told_at: datetime
    certainty: str
    words: Words
    replied_at: datetime | None


@dataclass(frozen=True)
class Detail:
    """An interview with everything its page says. `candidate` is None once deleted."""

    one: Interview
    candidate: Candidate | None
    said: Said
    actions: tuple[Offer, ...]
    ways: tuple[Way, ...]
    words: Words | None
    when: When
    panel: tuple[PanelRow, ...]
    ledger: tuple[LedgerRow, ...]
    has_hidden_replies: bool
    place: str
    join_url: str
    room_words: Words | None
    room_hint: str
    calendar: str
    source: str
    is_under_way: bool
    left_meeting: Said | None
    findings: tuple[Shown, ...] = ()

    @property
    def first_name(self) -> str:
        return time_texts.first_name(self.one.candidate_name)


@dataclass(frozen=True)
class Invitation:
    """The contents of a panelist's own invitation."""

    one: Interview
    title: str
    when: When
    panel: tuple[str, ...]
    place: str
    number: str
    join_url: str
    told_at: datetime | None

    @property
    def first_name(self) -> str:
        return time_texts.first_name(self.one.candidate_name)


def detail(
    rows: Rows, interview_id: str, zone: tzinfo, city: str, *, now: datetime, on_loopback: bool
) -> Detail:
    """Everything about one interview, for people who recruit."""
    one = store.interview(rows, interview_id)
    people, ledger = store.panel(rows, interview_id), store.ledger(rows, interview_id)
    events = store.events(rows, interview_id)
    is_unseen = any(
        each.generation == one.generation and each.proof is Proof.NOT_SEEN for each in events
    )
    work = list_store.work(rows, interview_id)
    found = tuple(shown(rows, interview_id, now=now))
    scene = Scene(now, ledger, _expected(one, people), work, is_unseen)
    allowed = _allowed(one, found, now)
    shows_withdrawn = one.state in OVER
    fates = mails.fates(rows, ledger)
    heard = {each.folded: each for each in ledger if shows_withdrawn or each.withdrawn_at is None}
    return Detail(
        one=one,
        candidate=_candidate(rows, one),
        said=platform_texts.with_platform(
            rows, one, left_texts.with_left(rows, state_texts.said(one, scene), events)
        ),
        actions=allowed,
        ways=ways(one.reason, allowed) if one.state in answers.UNDECIDED else (),
        words=answers.of_state(one),
        when=when(one, one.starts_at, one.ends_at, zone, city),
        panel=tuple(_panel_row(one, each, heard.get(fold(each.address))) for each in people),
        ledger=tuple(_ledger_row(one, each, zone, now, fates.get(each.folded)) for each in ledger),
        has_hidden_replies=one.calendar is Home.GROUP
        and any(each.reply is Reply.UNKNOWN and not each.withdrawn_at for each in ledger),
        place=places.in_short(one),
        join_url=places.join_url(one, on_loopback=on_loopback),
        room_words=_room_words(one, heard.get(fold(one.room_address))),
        room_hint=room_alert.hint(one, ledger, room_store.check(rows, one.id)),
        calendar=places.calendar(rows, one),
        source=SOURCES[one.calendar_source],
        is_under_way=one.state in (State.WRITING, State.CHANGING)
        or any(each.is_being_written for each in found),
        findings=found,
        left_meeting=meeting_texts.of_left_meeting(rows, one, now=now),
    )


def invitation(
    rows: Rows, interview_id: str, zone: tzinfo, city: str, *, user_id: str, on_loopback: bool
) -> Invitation:
    """A person's own invitation. NotFound for those who have none."""
    invited = list_store.invited(rows, interview_id, user_id=user_id)
    if invited is None:
        raise NotFound
    one = replace(store.interview(rows, interview_id), room_name=invited.room_name)
    is_told = invited.is_place_told
    names = list_store.told_names(rows, [interview_id], user_id=user_id)
    return Invitation(
        one=one,
        title=invited.title,
        when=when(one, invited.starts_at, invited.ends_at, zone, city),
        panel=tuple(names.get(interview_id, ())),
        place=places.in_short(one) if is_told else places.AS_INVITED,
        number=one.place_text if is_told and one.place is Place.PHONE else "",
        join_url=places.join_url(one, on_loopback=on_loopback) if is_told else "",
        told_at=invited.told_at,
    )


def _allowed(one: Interview, found: tuple[Shown, ...], now: datetime) -> tuple[Offer, ...]:
    """The changes that are possible. An event that was deleted is put back, not tried again."""
    is_deleted = any(each.is_deleted for each in found)
    allowed = state_texts.actions(one, now)
    return tuple(each for each in allowed if not (is_deleted and each is Offer.RETRY))


def _candidate(rows: Rows, one: Interview) -> Candidate | None:
    return candidates.candidate(rows, one.candidate_id) if one.candidate_id else None


def _expected(one: Interview, people: list[Panelist]) -> dict[str, str]:
    """The first names of everybody who is to be told, and the room by its name."""
    found = {fold(one.candidate_address): time_texts.first_name(one.candidate_name)}
    found |= {fold(each.address): time_texts.first_name(each.name) for each in people}
    if one.room_address:
        found[fold(one.room_address)] = one.room_name
    return found


def when(one: Interview, starts_at: datetime, ends_at: datetime, zone: tzinfo, city: str) -> When:
    theirs = time_texts.zone_of(one.candidate_zone)
    text = ""
    if theirs is not None and time_texts.is_elsewhere(starts_at, theirs, zone):
        day = time_texts.other_day(starts_at, theirs, zone)
        part = time_texts.part_of_day(starts_at.astimezone(theirs))
        text = f"{day}{time_texts.hours(starts_at, ends_at, theirs)}{part}"
    return When(
        day=time_texts.day(starts_at, zone),
        hours=time_texts.hours(starts_at, ends_at, zone),
        city=place_of_zone(city),
        theirs=text,
        their_city=place_of_zone(one.candidate_zone),
        is_theirs_known=theirs is not None,
    )


def _panel_row(one: Interview, person: Panelist, told: Told | None) -> PanelRow:
    untold = "Was not told" if one.state is State.CANCELLED else "Not told yet"
    words = Words(untold) if told is None else _reply(one, told)
    return PanelRow(person.name, initials(person.name), person.is_required, words)


def _room_words(one: Interview, told: Told | None) -> Words | None:
    if not one.room_address:
        return None
    unbooked = "Was not booked" if one.state is State.CANCELLED else "Not booked yet"
    return Words(unbooked) if told is None else _reply(one, told)


def _reply(one: Interview, told: Told) -> Words:
    """An answer, and whether it was given to another time than the present one."""
    if told.withdrawn_at is not None:
        return Words("Withdrawn")
    words = answers.of_reply(told.reply)
    if not _is_old(one, told):
        return words
    return Words(OLD_REPLIES.get(told.reply, "Has the old time"), "warn")


def _is_old(one: Interview, told: Told) -> bool:
    return (told.starts_at, told.ends_at) != (one.starts_at, one.ends_at)


def _ledger_row(
    one: Interview, told: Told, zone: tzinfo, now: datetime, fate: Fate | None
) -> LedgerRow:
    is_withdrawn = told.withdrawn_at is not None
    certainty = fate.label if fate else CERTAINTIES[told.certainty]
    return LedgerRow(
        name=told.name,
        is_room=told.role is Attends.ROOM,
        last_told="Invitation withdrawn" if is_withdrawn else time_texts.at_once(told, zone, now),
        is_old=not is_withdrawn and _is_old(one, told),
        by=TELLERS[told.told_by],
        told_at=told.withdrawn_at or told.told_at,
        certainty="" if is_withdrawn else certainty,
        words=_reply(one, told),
        replied_at=None if is_withdrawn else told.replied_at,
    )
