"""The mail of meetings in Outlook: of a person, a group, and somebody outside the tenant."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.calendars import store as events
from sandbox.calendars import zones
from sandbox.database import Row, State, current_state
from sandbox.directory import store as people
from sandbox.meetings import store
from sandbox.mime import html_text
from sandbox.outlook.desks import Desk, desk
from sandbox.outlook.meetings import answer_of_form

bp = Blueprint("outlook_invitations", __name__)
PLACES = ("/outlook/<reference>/invitations", "/outlook/<reference>/invitations/<group>")
OUTSIDE = "/outlook/outside/<address>"
SHOWN = 50
# What a mail says, before the name of its sender.
TITLES = {
    store.REQUEST: "Invitation",
    store.UPDATE: "Update",
    store.CANCEL: "Canceled",
    "accepted": "Accepted",
    "tentative": "Tentatively accepted",
    "declined": "Declined",
    store.PROPOSAL: "Another time is proposed",
}
ASKING = (store.REQUEST, store.UPDATE)


@bp.get(PLACES[0], defaults={"group": None})
@bp.get(PLACES[1])
def read(reference: str, group: str | None) -> str:
    at = desk(reference, group)
    rows = [row for address in at.addresses for row in store.of_address(at.state, address)]
    mails = _described(rows, at.zone)
    for mail in mails if at.group is None else ():
        mail |= _own_event(at, mail)
    return render_template(
        "invitations.html",
        desk=at,
        mails=mails,
        done=request.args.get("done"),
    )


def _own_event(at: Desk, mail: Row) -> dict[str, Any]:
    """Find the person's own copy of a meeting, if its latest mail asks them for an answer."""
    copy = events.copy_of(at.state, mail["ical_uid"], at.owner.id) if mail["is_asking"] else None
    item = events.item_of(copy) if copy else None
    if copy is None or item is None or item["isCancelled"]:
        return {}
    return {"copy_id": copy["id"], "may_propose": item["allowNewTimeProposals"]}


def _described(rows: list[Row], zone: str) -> list[dict[str, Any]]:
    """Describe mail for the page, the latest first. The latest of a meeting may ask."""
    rows = sorted(rows, key=lambda row: row["id"], reverse=True)
    latest: dict[str, int] = {}
    for row in rows:
        if row["kind"] in (*ASKING, store.CANCEL):
            latest.setdefault(row["ical_uid"], row["id"])
    return [
        row
        | {
            "title": TITLES[row["kind"]],
            "text": html_text.text_of(row["body"]).strip(),
            "when": _when(row["starts_at"], row["ends_at"], zone),
            "sent": f"{_local(row['at'], zone):%Y-%m-%d %H:%M}",
            "proposed": row["proposed_start"]
            and _when(row["proposed_start"], row["proposed_end"], zone),
            "day": f"{_local(row['starts_at'], zone):%Y-%m-%d}",
            "start": f"{_local(row['starts_at'], zone):%H:%M}",
            "end": f"{_local(row['ends_at'], zone):%H:%M}",
            "is_asking": row["kind"] in ASKING and latest[row["ical_uid"]] == row["id"],
        }
        for row in rows[:SHOWN]
    ]


def _when(start: str, end: str, zone: str) -> str:
    begins, ends = _local(start, zone), _local(end, zone)
    is_same_day = begins.date() == ends.date()
    until = f"{ends:%H:%M}" if is_same_day else f"{ends:%Y-%m-%d %H:%M}"
    return f"{begins:%A %Y-%m-%d %H:%M} to {until}"


def _local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(zones.zone(zone))


@bp.get(OUTSIDE)
def read_outside(address: str) -> str:
    state = _outside(address)
    zone = state.setting("timeZone")
    mails = _described(store.of_address(state, address), zone)
    for mail in mails:
        meeting = store.organizers(state, mail["ical_uid"]) if mail["is_asking"] else None
        mail["is_asking"] = meeting is not None
        mail["may_propose"] = meeting and events.item_of(meeting)["allowNewTimeProposals"]
        mail["answered"] = _answered(state, mail["ical_uid"], address)
    return render_template(
        "outside_meetings.html",
        address=address,
        zone=zone,
        mails=mails,
        done=request.args.get("done"),
    )


def _outside(address: str) -> State:
    """Refuse addresses of the tenant, whose people have a small Outlook of their own."""
    state = current_state()
    if "@" not in address or people.owner_of(state, address) is not None:
        abort(404)
    return state


def _answered(state: State, ical_uid: str, address: str) -> str | None:
    """Say the latest answer of somebody to a meeting, as its organizer has it."""
    sent = [
        TITLES[row["kind"]]
        for row in store.listed(state, ical_uid=ical_uid)
        if row["sender"].lower() == address.lower()
    ]
    return sent[-1] if sent else None


@bp.post(f"{OUTSIDE}/answer")
def answer_outside(address: str) -> Response:
    """Answer as somebody outside. An answer that is not sent reaches nobody."""
    state = _outside(address)
    uid = request.form.get("meeting", "")
    meeting = store.organizers(state, uid)
    if meeting is None or not any(
        row["ical_uid"] == uid for row in store.of_address(state, address)
    ):
        abort(404, f"{address} has no invitation to this meeting, or it is deleted.")
    zone = str(state.setting("timeZone"))
    given = answer_of_form(zone, may_propose=events.item_of(meeting)["allowNewTimeProposals"])
    if given.is_sent:
        store.answer(
            state, uid, address, given.response, comment=given.comment, proposed=given.proposed
        )
    target = url_for("outlook_invitations.read_outside", address=address, done=given.done)
    return redirect(target, 303)


def addresses_outside(state: State) -> list[str]:
    """List the addresses outside the tenant that have mail of meetings."""
    known = {row["address"].lower(): row["address"] for row in store.listed(state)}
    found = (known[key] for key in sorted(known) if people.owner_of(state, key) is None)
    return list(found)
