"""Everything put back as people know it, after Microsoft refused a change."""

from dataclasses import replace

from portal import clock
from portal.audit.actions import Action
from portal.calendars import store as rooms
from portal.errors import PortalError
from portal.interviews import store
from portal.interviews.audited import audited
from portal.interviews.microsoft import comparison
from portal.interviews.microsoft.models import Known
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Attends, Event, Interview, Panelist, Told
from portal.storage.rows import Rows


def put_back(work: Work, known: Known, event: Event, refusal: PortalError) -> None:
    """Give the interview the time, room and panel that its event has, under a new version.

    Does nothing if a page changed the interview during the write: that is written first.
    """
    told = comparison.surely_told(known, event)
    earlier = {each.folded for each in known.ledger}
    asked = {each.folded for each in comparison.asked(known, event, now=clock.utc_now())}
    with work.rows.write():
        work.renew()
        one = store.interview(work.rows, known.interview.id)
        if one.version != known.interview.version:
            return
        version = one.version + 1
        reason = f"Microsoft refused the change, so everything is as before. {refusal}"
        back = _as_told(work.rows, one, event, told)
        # Nobody whom the refused write was to invite knows of it.
        store.forget_told(work.rows, one.id, asked - earlier)
        store.save_panel(work.rows, one.id, _panel(known, told))
        work.save(
            replace(event, asked_starts_at=None, asked_ends_at=None),
            told=[replace(each, version=version) for each in told],
            interview=lambda _: replace(back, version=version, reason=reason, failing_since=None),
        )
        work.act.record(
            Action.INTERVIEW_NOT_WRITTEN,
            one.label,
            result="failed",
            new=reason,
            candidate=audited(one),
        )


def _as_told(rows: Rows, one: Interview, event: Event, told: list[Told]) -> Interview:
    """The interview at the time and in the room that its event has."""
    room = next((each for each in told if each.role is Attends.ROOM), None)
    return replace(
        one,
        starts_at=event.agreed_starts_at or one.starts_at,
        ends_at=event.agreed_ends_at or one.ends_at,
        room_id=rooms.id_at(rows, room.address) if room else None,
        room_name=room.name if room else "",
        room_address=room.address if room else "",
    )


def _panel(known: Known, told: list[Told]) -> list[Panelist]:
    """Everybody of the panel who has an invitation."""
    present = {each.user_id: each for each in known.panel}
    return [
        replace(
            present.get(each.user_id, Panelist(each.user_id, each.name, each.address)),
            is_required=each.is_required,
        )
        for each in told
        if each.role is Attends.PANEL and each.user_id is not None
    ]
