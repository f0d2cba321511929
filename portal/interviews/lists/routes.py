"""The list of interviews and the page of one. Limited people see their own invitations alone."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request, url_for

from portal import clock
from portal.errors import NotFound
from portal.interviews import store, times
from portal.interviews.lists import agenda, detail
from portal.interviews.lists.models import Wanted, When, Whose
from portal.interviews.lists.state_texts import Offer
from portal.interviews.outside import card
from portal.interviews.outside.fit import Reader
from portal.interviews.rooms import alert
from portal.interviews.told import mails, sentences
from portal.interviews.watch import state
from portal.web.access import signed_in
from portal.web.current import current_user, services
from portal.web.forms import one_line, page_number
from portal.web.limits import limit
from portal.wording import place_of_zone

bp = Blueprint("interviews", __name__)
SEARCHES_A_MINUTE = 120


@bp.get("/interviews")
@signed_in
def interviews() -> str:
    wanted, page = _wanted(request.args), page_number(request.args)
    if wanted.search:
        limit(f"search:{current_user.id}", hits=SEARCHES_A_MINUTE, seconds=60)
    zone = times.known(current_user.time_zone)
    found = agenda.agenda(services.rows, wanted, zone, page=page)
    if page > 1 and not found.days:
        raise NotFound
    return render_template(
        "interviews/list.html",
        agenda=found,
        wanted=wanted,
        whose=list(Whose),
        spans=_spans(),
        city=place_of_zone(current_user.time_zone),
        previous_url=_url(wanted, page - 1) if page > 1 else "",
        next_url=_url(wanted, page + 1) if found.has_next else "",
        moved_url=url_for("interviews.interviews", when=When.MOVED.value),
        decisions_url=url_for("interviews.interviews", when=When.DECISION.value),
    )


def _wanted(values: Mapping[str, str]) -> Wanted:
    whose, when = values.get("whose", ""), values.get("when", "")
    return Wanted(
        reader_id=current_user.id,
        is_limited=not current_user.is_member,
        now=clock.utc_now(),
        search=one_line(values, "q"),
        whose=Whose(whose) if whose in [*Whose] else Whose.EVERYBODY,
        when=When(when) if when in _spans() else When.COMING,
    )


def _spans() -> list[When]:
    """The filters of a reader. Moves that a limited person was not told of are not theirs."""
    return [each for each in When if current_user.is_member or each is not When.MOVED]


def _url(wanted: Wanted, page: int) -> str:
    return url_for(
        "interviews.interviews",
        q=wanted.search or None,
        whose=wanted.whose.value or None,
        when=wanted.when.value or None,
        page=page,
    )


@bp.get("/interviews/<interview_id>")
@signed_in
def show(interview_id: str) -> str:
    city = current_user.time_zone
    zone = times.known(city)
    if not current_user.is_member:
        own = detail.invitation(
            services.rows,
            interview_id,
            zone,
            city,
            user_id=current_user.id,
            on_loopback=services.config.test_mode,
        )
        return render_template("interviews/invitation.html", invitation=own)
    return _page(interview_id, Reader(zone, place_of_zone(city)), city)


def _page(interview_id: str, reader: Reader, city: str) -> str:
    """The page of an interview for people who recruit."""
    rows, now = services.rows, clock.utc_now()
    found = detail.detail(
        rows,
        interview_id,
        reader.zone,
        city,
        now=now,
        on_loopback=services.config.test_mode,
    )
    events = store.events(rows, interview_id)
    tell = mails.tell(services, interview_id, user_id=current_user.id)
    return render_template(
        "interviews/interview.html",
        detail=found,
        card=card.card(services, found.one, reader, now=now),
        watching=state.of_interview(rows, found.one, events, now=now),
        tell=tell,
        tell_label=sentences.label(tell),
        tell_said=sentences.said(tell),
        Action=Offer,
        room_alert=alert.alert(services, interview_id, reader_id=current_user.id, now=now),
    )
