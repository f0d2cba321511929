"""/outlook/supportedTimeZones below /me and /users/{id}: the names of zones that Exchange takes.

https://learn.microsoft.com/graph/api/outlookuser-supportedtimezones
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response
from tzlocal.windows_tz import win_tz

from sandbox import odata
from sandbox.access import mailbox_of, needs
from sandbox.calendars import zones
from sandbox.database import current_state
from sandbox.errors import GraphError
from sandbox.mailbox_paths import below_mailbox

bp = Blueprint("time_zones", __name__, url_prefix="/v1.0")
OWN = ("User.Read", "User.Read.All", "User.ReadBasic.All")
OTHERS = ("User.Read.All", "User.ReadBasic.All")
STANDARDS: dict[str, Iterable[str]] = {"windows": win_tz, "iana": zones.IANA}


@below_mailbox(
    bp,
    "outlook/supportedTimeZones",
    "outlook/supportedTimeZones()",
    "outlook/supportedTimeZones/<standard>",
)
@needs(delegated=OWN, application=OTHERS)
def supported_time_zones(user: str | None, standard: str = "windows") -> Response:
    odata.refuse_unknown_options(set())
    mailbox_of(user)
    if standard.lower() not in STANDARDS:
        raise GraphError(400, "BadRequest", f"'{standard}' is no timeZoneStandard.")
    context = odata.context_address("Collection(microsoft.graph.timeZoneInformation)")
    year = current_state().now().year
    found = [(_offset(name, year), name) for name in STANDARDS[standard.lower()]]
    value = [
        {"alias": name, "displayName": f"{_written(offset)} {name}"}
        for offset, name in sorted(found)
    ]
    return odata.answer({"@odata.context": context, "value": value})


def _offset(name: str, year: int) -> timedelta:
    """Find how far a zone is from UTC outside of summer time."""
    at = datetime(year, 1, 1, tzinfo=UTC).astimezone(zones.zone(name))
    return (at.utcoffset() or timedelta()) - (at.dst() or timedelta())


def _written(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"(UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02})" if minutes else "(UTC)"
