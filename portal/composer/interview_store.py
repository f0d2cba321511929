"""All SQL about a candidate's next interview. It reads the views of interviews."""

from dataclasses import replace
from datetime import datetime

from portal.composer.models import NextInterview
from portal.graph.links import kept_link
from portal.storage.rows import Rows

NEXT = """
select interview_id, title, starts_at, ends_at, place, place_text, room_name, join_url,
    zone, candidate_zone
from interviews_of_candidates where candidate_id = ? and starts_at > ?
order by starts_at, interview_id limit 1
"""
PANEL = """
select u.display_name from interview_panelists p join people u on u.id = p.user_id
where p.interview_id = ? order by p.position, u.display_name, u.id
"""


def next_interview(rows: Rows, candidate_id: str, *, now: datetime) -> NextInterview | None:
    """The next interview that has a time. None if there is none."""
    found = rows.one(NextInterview, NEXT, [candidate_id, now])
    if found is None:
        return None
    panel = tuple(rows.all(str, PANEL, [found.interview_id]))
    # One that was stored before links were checked may be no address at all.
    return replace(found, panel=panel, join_url=kept_link(found.join_url))
