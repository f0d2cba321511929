"""The list of candidates, one candidate with their feed, and the forms to add and change them."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.candidates import edits, feed, list_page, store
from portal.candidates.feed import Feeds, View
from portal.candidates.flash_texts import CandidateFlash
from portal.candidates.forms import CandidateForm, ClosingForm, place, place_text
from portal.candidates.list_store import Wanted
from portal.candidates.models import Candidate, ClosedAs, Place
from portal.candidates.openings import is_opened
from portal.candidates.page_numbers import page_links
from portal.errors import Conflict, Invalid, NotFound
from portal.microsoft365 import hindrances
from portal.microsoft365.models import FeatureState
from portal.microsoft365.permissions import Feature
from portal.microsoft365.status import feature_state
from portal.privacy import insiders
from portal.storage.ids import new_id
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services, wired
from portal.web.flashes import tell
from portal.web.forms import one_line, page_number
from portal.web.limits import limit

bp = Blueprint("candidates", __name__)

# A message must appear within two seconds of its arrival.
LIVE_SECONDS = 2
SEARCHES_A_MINUTE = 120
# The list lets a candidate be chosen for this, and leads on to it.
INTERVIEW = "interview"
NOT_SYNCED = (FeatureState.NOT_CONNECTED, FeatureState.MISSING)


@bp.get("/candidates")
@member_only
def candidates() -> str:
    search = one_line(request.args, "search")
    if search:
        limit(f"search:{current_user.id}", hits=SEARCHES_A_MINUTE, seconds=60)
    wanted = Wanted(search, mine="mine" in request.args, waiting="waiting" in request.args)
    purpose = INTERVIEW if request.args.get("purpose") == INTERVIEW else ""
    page = list_page.page(
        services.rows,
        wired(Feeds).kinds,
        wanted,
        viewer=current_user.id,
        number=page_number(request.args),
        size=list_page.PAGE_SIZE,
    )
    if page.number > page.page_count:
        raise NotFound
    state = feature_state(services.rows, current_user.id, Feature.EMAIL_SYNC)
    return render_template(
        "candidates/list.html",
        page=page,
        wanted=wanted,
        purpose=purpose,
        # People land on this page after their first sign-in.
        needs_connection=state in NOT_SYNCED,
        hindrance=hindrances.of_person(services.rows, state),
        has_lapsed=state is FeatureState.LAPSED,
        filters=_filters(wanted, purpose),
        links=page_links(
            page.number, page.page_count, lambda number: _list_url(wanted, purpose, number)
        ),
    )


def _filters(wanted: Wanted, purpose: str) -> tuple[tuple[str, str, bool], ...]:
    """Each filter with the address that turns it on or off, and whether it is on."""
    mine = _list_url(replace(wanted, mine=not wanted.mine), purpose)
    waiting = _list_url(replace(wanted, waiting=not wanted.waiting), purpose)
    return (
        ("With me", mine, wanted.mine),
        ("Waiting for an answer", waiting, wanted.waiting),
    )


def _list_url(wanted: Wanted, purpose: str, number: int = 1) -> str:
    return url_for(
        "candidates.candidates",
        search=wanted.search or None,
        mine=1 if wanted.mine else None,
        waiting=1 if wanted.waiting else None,
        purpose=purpose or None,
        page=number if number > 1 else None,
    )


@bp.get("/candidates/new")
@member_only
def new() -> str:
    return _form_page(CandidateForm(number=new_id()), None)


@bp.post("/candidates")
@member_only
def add() -> Response | tuple[str, int]:
    form = CandidateForm(request.form)
    try:
        form.check()
        added = edits.add(
            act(),
            form.draft,
            candidate_id=form.new_id,
            by=current_user.id,
        )
    except Invalid as refusal:
        return _form_page(form.refuse(refusal), None), 422
    _say_saved(added, CandidateFlash.ADDED)
    return redirect(url_for("candidates.show", candidate_id=added.id), 303)


@bp.get("/candidates/<candidate_id>/details")
@member_only
def edit(candidate_id: str) -> str:
    candidate = store.candidate(services.rows, candidate_id)
    form = CandidateForm(
        number=clock.text(candidate.updated_at),
        name=candidate.name,
        headline=candidate.headline,
        addresses="\n".join(candidate.addresses),
        time_zone=candidate.time_zone,
    )
    return _form_page(form, candidate)


@bp.post("/candidates/<candidate_id>/details")
@member_only
def change(candidate_id: str) -> Response | tuple[str, int]:
    candidate = store.candidate(services.rows, candidate_id)
    form = CandidateForm(request.form)
    try:
        form.check()
        changed = edits.change(
            act(),
            candidate_id,
            form.draft,
            seen=form.seen,
        )
    except Invalid as refusal:
        return _form_page(form.refuse(refusal), candidate), 422
    except Conflict as refusal:
        return _form_page(form.refuse(Invalid(str(refusal))), candidate), refusal.status
    _say_saved(changed, CandidateFlash.SAVED)
    _say_what_stays(candidate, changed)
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)


def _say_saved(candidate: Candidate, what: CandidateFlash) -> None:
    tell(what.of(name=candidate.name))
    for sharer in store.sharers(services.rows, candidate.addresses, besides=candidate.id):
        tell(CandidateFlash.ADDRESS_SHARED.of(address=sharer.address, name=sharer.name))


def _say_what_stays(before: Candidate, after: Candidate) -> None:
    removed = edits.removed_addresses(before, after)
    for address in removed:
        tell(CandidateFlash.ADDRESS_REMOVED.of(address=address, name=after.name))
    known = _count_of_former_mail(before)
    if removed and _count_of_former_mail(after) > known:
        tell(CandidateFlash.MAIL_STAYS)


def _count_of_former_mail(candidate: Candidate) -> int:
    return len(wired(Feeds).correspondence.former(services.rows, candidate))


def _form_page(form: CandidateForm, candidate: Candidate | None) -> str:
    if candidate is None:
        cancel, save = url_for("candidates.candidates"), url_for("candidates.add")
    else:
        cancel = url_for("candidates.show", candidate_id=candidate.id)
        save = url_for("candidates.change", candidate_id=candidate.id)
    return render_template(
        "candidates/edit.html",
        form=form,
        candidate=candidate,
        cancel_url=cancel,
        save_url=save,
        former=_count_of_former_mail(candidate) if candidate else 0,
        inside=insiders.among(services.rows, candidate.addresses) if candidate else (),
        hidden=_count_of_hidden(candidate) if candidate and current_user.is_admin else 0,
    )


def _count_of_hidden(candidate: Candidate) -> int:
    """How many entries the export leaves out, which are hidden from this administrator."""
    view = View(candidate, current_user.id, services.config.test_mode)
    return len(feed.hidden_from(services.rows, wired(Feeds).kinds, view))


@bp.post("/candidates/<candidate_id>/closing")
@member_only
def close(candidate_id: str) -> Response:
    form = ClosingForm(request.form)
    form.check()
    closed = edits.close(act(), candidate_id, ClosedAs(form.closed_as.data))
    tell(CandidateFlash.CLOSED.of(name=closed.name))
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)


@bp.post("/candidates/<candidate_id>/reopening")
@member_only
def reopen(candidate_id: str) -> Response:
    opened = edits.reopen(act(), candidate_id)
    tell(CandidateFlash.REOPENED.of(name=opened.name))
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)


@bp.get("/candidates/<candidate_id>")
@member_only
def show(candidate_id: str) -> str:
    candidate = store.candidate(services.rows, candidate_id)
    after = place(request.args)
    feeds = wired(Feeds)
    view = View(
        candidate,
        current_user.id,
        services.config.test_mode,
        after=request.args.get("after"),
        time_zone=current_user.time_zone,
        person=request.args.get("person") or None,
    )
    team = feed.team(services.rows, feeds.kinds, view)
    if view.person and view.person not in dict(team):
        raise NotFound
    found = feed.page(services.rows, feeds.kinds, view, after=after)
    if after is None and view.person is None and is_opened(request.method, dict(request.headers)):
        list_page.note_visit(services.rows, feeds.kinds, candidate_id, viewer=current_user.id)
    return render_template(
        "candidates/candidate.html",
        candidate=candidate,
        hour=candidate.hour(clock.utc_now()),
        sharers=store.sharers(services.rows, candidate.addresses, besides=candidate_id),
        inside=insiders.among(services.rows, candidate.addresses),
        suggestions=feeds.correspondence.suggested_addresses(
            services.rows, candidate, current_user.id
        ),
        undelivered=feeds.correspondence.undelivered(services.rows, candidate, current_user.id),
        coming=feeds.coming.load(services.rows, view),
        coming_template=feeds.coming.template,
        closing=ClosingForm(),
        entries=found.entries,
        interviews=feeds.appointments.coming(services.rows, candidate_id, clock.utc_now()),
        earlier=feeds.correspondence.earlier(services.rows, candidate_id),
        total=found.total,
        only_here=found.only_here,
        elsewhere=found.elsewhere,
        hidden=found.hidden,
        team=team,
        person=view.person,
        newest_url=_feed_url(candidate_id, None, person=view.person) if after else "",
        older_url=_feed_url(candidate_id, found.older, person=view.person) if found.older else "",
        # Only the top of the feed refreshes automatically.
        refresh_seconds=0 if after else LIVE_SECONDS,
    )


def _feed_url(
    candidate_id: str,
    after: Place | None,
    *,
    person: str | None = None,
    anchor: str | None = None,
) -> str:
    return url_for(
        "candidates.show",
        candidate_id=candidate_id,
        after=place_text(after) if after else None,
        person=person,
        _anchor=anchor,
    )


def back_to_entry(candidate_id: str, anchor: str, *, whole: str) -> Response:
    """Return to the page that the person was on: the feed at one entry, or all of the message."""
    if "whole" in request.args:
        return redirect(whole, 303)
    return redirect(_feed_url(candidate_id, place(request.args), anchor=anchor), 303)
