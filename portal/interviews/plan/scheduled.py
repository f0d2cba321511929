"""Schedule an interview. The row and its claims come first, in one transaction; nobody is told."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.candidates import edits, feed
from portal.errors import Conflict, Invalid
from portal.interviews import claims, store, times
from portal.interviews.audited import audited
from portal.interviews.changes import generations
from portal.interviews.lists import places
from portal.interviews.models import FEED_KIND, Interview, Panelist
from portal.interviews.plan import conflicts
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.planned import Planned, planned
from portal.wording import listed, verb


class AddressChanged(Invalid):
    """The candidate's address is not the one that the page named."""


class Busy(Invalid):
    """People who must attend are busy, and nobody said that this does not matter."""


DIFFERS = "This form was sent already, for another candidate. Please open it again."


def schedule(act: Act, candidate_id: str, draft: Draft, *, address_seen: str = "") -> Interview:
    """Turn a draft into an interview that a worker writes to Microsoft.

    A form that was sent before answers with its interview. `address_seen` is the address that the
    page named; another one now is refused. Raises Invalid, Conflict or claims.Taken.
    """
    with act.rows.write():
        known = store.by_form(act.rows, draft.form_number)
        if known is not None:
            return _same(known, candidate_id)
        found = planned(act, candidate_id, draft)
        _require_address(found, address_seen)
        _save(act, found)
        one = found.interview
        claims.take(act.rows, one, found.panel, override=draft.override)
        _require_free(act, found, draft)
        act.record(Action.INTERVIEW_SCHEDULED, one.label, new=_said(found), candidate=audited(one))
    return one


def _same(known: Interview, candidate_id: str) -> Interview:
    """The interview that this form made before. A copied form number makes no second one."""
    if known.candidate_id not in (candidate_id, None):
        raise Conflict(DIFFERS)
    return known


def _require_address(found: Planned, seen: str) -> None:
    address = found.interview.candidate_address
    if seen and seen != address:
        raise AddressChanged(
            f"{found.candidate.name}'s address is {address} now. Check the invitation once more."
        )


def _require_free(act: Act, found: Planned, draft: Draft) -> None:
    """Refuse people who are busy until somebody said that they know."""
    if draft.override:
        return
    busy = conflicts.busy_people(act.rows, found, now=act.now)
    if busy:
        names = listed(each.name for each in busy)
        raise Busy(
            f"{names} {verb(len(busy), 'is', 'are')} busy at this time. Choose another time, or "
            "tick the box to schedule anyway.",
            field="override",
        )


def _save(act: Act, found: Planned) -> None:
    one = found.interview
    store.add(act.rows, one)
    store.save_panel(act.rows, one.id, found.panel)
    generations.plan(act.rows, one)
    store.make_due(act.rows, one.id, now=act.now)
    if one.candidate_id is not None:
        edits.set_time_zone(act, one.candidate_id, one.candidate_zone)
        entry = (one.candidate_id, one.id, act.now)
        feed.add_all(act.rows, [entry], kind=FEED_KIND, now=act.now)


def _said(found: Planned) -> str:
    """The interview in the audit log, with who organizes it on which calendar."""
    one = found.interview
    group = found.communication.group
    calendar = group.name if group else f"{one.organizer_name}'s calendar"
    return ", ".join(
        [
            times.span(one.starts_at, one.ends_at, one.zone),
            f"with {listed(map(_named, found.panel))}",
            places.in_short(one),
            f"organized by {one.organizer_name} on {calendar}",
        ]
    )


def _named(one: Panelist) -> str:
    return one.name if one.is_required else f"{one.name} (optional)"
