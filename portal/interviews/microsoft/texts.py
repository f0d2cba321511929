"""Subject, text and place of the events of an interview. Pure.

A group's calendar is public: its events have no phone number, and the panel's no words. Notes,
feedback, files and mail never go into an event.
"""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.characters import LINE_BREAKS, is_control
from portal.graph.links import kept_link
from portal.interviews.microsoft.models import Known
from portal.interviews.models import Interview, Place, Role
from portal.outbox.requests import as_html

USUAL_KIND = "Interview"
TEAMS = "Microsoft Teams"
PHONE = "Phone"


@dataclass(frozen=True)
class Text:
    """The words of one event."""

    subject: str
    html: str
    location: dict[str, Any]


def text(known: Known, role: Role, *, join_url: str, base_url: str) -> Text:
    """The words of an event. `join_url` is empty while Microsoft puts its own link there."""
    link = kept_link(join_url)
    if role is Role.CANDIDATE:
        return _candidates(known, link)
    return _internal(known, link, base_url)


def _internal(known: Known, join_url: str, base_url: str) -> Text:
    """The panel's event. With one event for all, the candidate reads it too."""
    one = known.interview
    parts = [as_html(one.words)] if one.is_one_event else [_portal_link(one, base_url)]
    if one.is_one_event or not known.is_on_group:
        parts += _place_words(known)
    return Text(
        _line(f"{_name(known)}: {one.candidate_name}"),
        _joined([*parts, *_joins(join_url)]),
        _location(one, join_url, has_room=True),
    )


def _candidates(known: Known, join_url: str) -> Text:
    one = known.interview
    return Text(
        _line(_name(known)),
        _joined([as_html(one.words), *_place_words(known), *_joins(join_url)]),
        _location(one, join_url, has_room=one.place is Place.ROOM),
    )


def _line(text: str) -> str:
    """A text without a break or a control: Outlook writes it into a line of its mail."""
    return "".join(" " if is_control(sign) or LINE_BREAKS.match(sign) else sign for sign in text)


def _name(known: Known) -> str:
    """The kind, where everybody may read it; the title that the team chose, elsewhere."""
    if known.is_on_group:
        return known.kind_name or USUAL_KIND
    return known.interview.title


def _portal_link(one: Interview, base_url: str) -> str:
    address = html.escape(f"{base_url}/interviews/{one.id}")
    return f'<p><a href="{address}">Open in Portal</a></p>'


def _place_words(known: Known) -> Iterator[str]:
    """Directions, such as an address, or the number to call where it is not public."""
    one = known.interview
    is_hidden = one.place is Place.TEAMS or (one.place is Place.PHONE and known.is_on_group)
    if one.place_text and not is_hidden:
        yield as_html(one.place_text)


def _joins(join_url: str) -> Iterator[str]:
    if join_url:
        address = html.escape(join_url)
        yield f'<p>Join in Microsoft Teams: <a href="{address}">{address}</a></p>'


def _joined(parts: Iterable[str]) -> str:
    return "".join(filter(None, parts))


def _location(one: Interview, join_url: str, *, has_room: bool) -> dict[str, Any]:
    """The place in one line. A room is named with its address, as Outlook does."""
    room = one.room_name if has_room else ""
    names = [room, _place_name(one, join_url)]
    found: dict[str, Any] = {"displayName": _line(", ".join(filter(None, names)))}
    if room:
        found["locationEmailAddress"] = one.room_address
    return found


def _place_name(one: Interview, join_url: str) -> str:
    if one.place is Place.TEAMS:
        return join_url or TEAMS
    if one.place is Place.PHONE:
        return PHONE
    return one.place_text if one.place is Place.ADDRESS else ""
