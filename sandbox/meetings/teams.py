"""Teams meetings of events: the link, its block in the text, and what takes it away.

https://learn.microsoft.com/graph/outlook-calendar-online-meetings
"""

import uuid
import zlib
from typing import Any

from sandbox.database import State
from sandbox.groups import store as groups
from sandbox.meetings import switches

Item = dict[str, Any]
PROVIDER = "teamsForBusiness"
NONE = {"isOnlineMeeting": False, "onlineMeetingProvider": "unknown", "onlineMeeting": None}
DROPPED = "_linkDropped"
EMPTY = "<html><head></head><body>\r\n</body></html>\r\n"
BLOCK = """<div style="width:100%; height:20px"><span style="white-space:nowrap">\
________________________________________________________________________________</span></div>\r
<div class="me-email-text"><a class="me-email-headline" href="{link}" target="_blank">\
Join Microsoft Teams Meeting</a></div>\r
<div><span>Conference ID: {conference}#</span></div>\r
<div>________________________________________________________________________________</div>\r
"""


def mode(state: State, owner_id: str) -> str:
    """Say what becomes of Teams meetings on a calendar: one of `switches.LINKS`."""
    found = switches.present(state)
    is_group = groups.group(state, owner_id) is not None
    return found.group_teams if is_group else found.teams


def providers(state: State, owner_id: str) -> list[str]:
    """List the providers that a calendar allows."""
    return [] if mode(state, owner_id) == switches.REFUSED else [PROVIDER]


def begun(state: State, owner_id: str, item: Item) -> Item:
    """Return the members of an event that a client wants as a Teams meeting."""
    chosen = mode(state, owner_id)
    if chosen == switches.REFUSED:
        return NONE
    waiting = {**NONE, "isOnlineMeeting": True, "onlineMeetingProvider": PROVIDER}
    return waiting | (linked(state, owner_id, item) if chosen == switches.NOW else {})


def linked(state: State, owner_id: str, item: Item) -> Item:
    """Return the members of a Teams meeting that gets its link, which the text then has too."""
    link = join_address(state, owner_id)
    conference = str(100_000_000 + zlib.crc32(link.encode()) % 900_000_000)
    page = item["body"]["content"] or EMPTY
    before, end, after = page.rpartition("</body>")
    block = BLOCK.format(link=link, conference=conference)
    content = f"{before}{block}{end}{after}" if end else f"{page}{block}"
    return {
        "onlineMeeting": {
            "joinUrl": link,
            "conferenceId": conference,
            "tollNumber": "+46 40 555 01 66",
        },
        "body": {"contentType": "html", "content": content},
        DROPPED: False,
    }


def join_address(state: State, owner_id: str) -> str:
    context = f"%7b%22Tid%22%3a%22{state.setting('id')}%22%2c%22Oid%22%3a%22{owner_id}%22%7d"
    thread = f"19%3ameeting_{uuid.uuid4().hex}%40thread.v2"
    return f"https://teams.microsoft.com/l/meetup-join/{thread}/0?context={context}"


def kept(state: State, owner_id: str, before: Item, item: Item, given: Item) -> Item:
    """Return the members that a change leaves. What was a Teams meeting once remains one.

    A text without the link takes it away, and the next text brings another link.
    """
    if not before["isOnlineMeeting"]:
        is_wanted = bool(given.get("isOnlineMeeting")) and before["isOrganizer"]
        return begun(state, owner_id, item) if is_wanted else NONE
    found = {name: before[name] for name in NONE}
    if "body" not in given:
        return found
    if before.get(DROPPED):
        return found | linked(state, owner_id, item)
    link = (before["onlineMeeting"] or {}).get("joinUrl")
    if link and link not in item["body"]["content"]:
        return found | {"onlineMeeting": None, DROPPED: True}
    return found


def body_without_link(item: Item) -> Item:
    """Return the text of a Teams meeting as somebody leaves it who deletes the block of Teams."""
    meeting = item["onlineMeeting"]
    link = meeting["joinUrl"]
    block = BLOCK.format(link=link, conference=meeting["conferenceId"])
    content = item["body"]["content"].replace(block, "").replace(link, "")
    return {"contentType": "html", "content": content}
