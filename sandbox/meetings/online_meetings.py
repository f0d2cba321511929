"""Stored online meetings of Teams, which exist without an event.

https://learn.microsoft.com/graph/api/resources/onlinemeeting
"""

import base64
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sandbox.calendars.store import stamp
from sandbox.database import Row, State
from sandbox.meetings import teams

SCHEMA = """
    create table if not exists online_meetings (
        id text primary key,
        owner text not null,
        external_id text,
        join_url text not null,
        subject text,
        starts_at text not null,
        ends_at text not null,
        created_at text not null
    )
"""
# A meeting of Teams can be joined this long after its end.
LASTS = timedelta(days=60)
Times = tuple[datetime, datetime]


def add(
    state: State, owner: str, times: Times, *, subject: str | None, external_id: str | None
) -> Row:
    thread = f"19:meeting_{uuid.uuid4().hex}@thread.v2"
    row = {
        "id": base64.urlsafe_b64encode(f"1*{owner}*0**{thread}".encode()).decode(),
        "owner": owner,
        "external_id": external_id,
        "join_url": teams.join_address(state, owner),
        "subject": subject,
        "starts_at": stamp(times[0]),
        "ends_at": stamp(times[1]),
        "created_at": stamp(state.now()),
    }
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    state.execute(f"insert into online_meetings ({names}) values ({marks})", row)
    return row


def by_id(state: State, owner: str, meeting_id: str) -> Row | None:
    return state.row(
        "select * from online_meetings where owner = ? and id = ? and ends_at > ?",
        (owner, meeting_id, _oldest_end(state)),
    )


def by_external_id(state: State, owner: str, external_id: str) -> Row | None:
    """Find the meeting that its organizer calls so, unless it lapsed."""
    return state.row(
        "select * from online_meetings where owner = ? and external_id = ? and ends_at > ?",
        (owner, external_id, _oldest_end(state)),
    )


def _oldest_end(state: State) -> str:
    return stamp(state.now() - LASTS)


def change(state: State, row: Row, times: Times, subject: str | None) -> Row:
    changed = row | {
        "starts_at": stamp(times[0]),
        "ends_at": stamp(times[1]),
        "subject": subject,
    }
    state.execute(
        "update online_meetings set starts_at = :starts_at, ends_at = :ends_at,"
        " subject = :subject where id = :id",
        changed,
    )
    return changed


def shown(row: Row, organizer: Row) -> dict[str, Any]:
    """Build the resource of Graph."""
    page = f'<a href="{row["join_url"]}">Join Microsoft Teams Meeting</a>'
    thread = base64.urlsafe_b64decode(row["id"]).decode().rpartition("*")[2]
    user = {"id": organizer["id"], "displayName": organizer["display_name"]}
    return {
        "id": row["id"],
        "creationDateTime": row["created_at"],
        "startDateTime": row["starts_at"],
        "endDateTime": row["ends_at"],
        "joinUrl": row["join_url"],
        "joinWebUrl": row["join_url"],
        "subject": row["subject"],
        "externalId": row["external_id"],
        "isBroadcast": False,
        "isEntryExitAnnounced": True,
        "allowedPresenters": "everyone",
        "allowMeetingChat": "enabled",
        "allowAttendeeToEnableCamera": True,
        "allowAttendeeToEnableMic": True,
        "recordAutomatically": False,
        "lobbyBypassSettings": {"scope": "organization", "isDialInBypassEnabled": False},
        "chatInfo": {"threadId": thread, "messageId": "0", "replyChainMessageId": None},
        "joinInformation": {"content": f"data:text/html,{quote(page)}", "contentType": "html"},
        "participants": {
            "attendees": [],
            "organizer": {
                "upn": organizer["upn"],
                "role": "presenter",
                "identity": {"user": user},
            },
        },
    }
