"""PidLidAppointmentRecur, the recurrence as Outlook keeps it, which alone names the calendar type.

[MS-OXOCAL] 2.2.1.44
"""

import base64
import struct
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.calendars import recurrence as rules
from sandbox.calendars.recurrence import DAYS, INDEXES, Recurrence

ID = "Binary {00062002-0000-0000-c000-000000000046} Id 0x8216"
EPOCH = datetime.fromisoformat("1601-01-01")
DAY = 24 * 60
NO_END = 0x5AE980DF
FREQUENCIES = {"daily": 0x200A, "weekly": 0x200B, "Monthly": 0x200C, "Yearly": 0x200D}
ENDS = {"endDate": 0x2021, "numbered": 0x2022, "noEnd": 0x2023}
# Outlook writes this count for a series without an end.
COUNT_WITHOUT_END = 10
HIJRI = 6


@dataclass(frozen=True)
class Series:
    """The facts of a series that its blob tells. Times are those of its own zone."""

    recurrence: Recurrence
    starts_at: datetime
    ends_at: datetime
    calendar_type: int = 0
    deleted: tuple[date, ...] = ()
    # The original date of each exception, and its own times.
    modified: tuple[tuple[date, datetime, datetime], ...] = ()


def written(series: Series) -> str:
    """Write the blob of a series, in the base64 in which Graph carries it."""
    changed = [day for day, _, _ in series.modified]
    pattern = series.recurrence["pattern"]
    parts = [
        struct.pack("<HHH", 0x3004, 0x3004, FREQUENCIES[_family(pattern)]),
        _pattern(series),
        struct.pack("<III", *_end(series.recurrence), (DAYS.index(_first_day(pattern)) + 1) % 7),
        _days(sorted({*series.deleted, *changed})),
        _days(sorted(changed)),
        struct.pack("<II", *_span(series.recurrence)),
        struct.pack("<IIII", 0x3006, 0x3009, *_offsets(series)),
        _exceptions(series),
    ]
    return base64.b64encode(b"".join(parts)).decode()


def _family(pattern: dict[str, Any]) -> str:
    kind: str = pattern["type"]
    return kind.removeprefix("absolute").removeprefix("relative")


def _first_day(pattern: dict[str, Any]) -> str:
    return str(pattern.get("firstDayOfWeek") or "sunday")


def _pattern(series: Series) -> bytes:
    """Write type, calendar, first time, period, and what is special to the type."""
    pattern = series.recurrence["pattern"]
    start = date.fromisoformat(series.recurrence["range"]["startDate"])
    kind, interval = pattern["type"], pattern["interval"]
    head = (_pattern_type(series), series.calendar_type)
    if kind == "daily":
        period = interval * DAY
        return struct.pack("<HHIII", *head, _minutes(start) % period, period, 0)
    if kind == "weekly":
        back = (start.weekday() - DAYS.index(_first_day(pattern))) % 7
        first = _minutes(start - timedelta(days=back)) % (interval * 7 * DAY)
        return struct.pack("<HHIIII", *head, first, interval, 0, _mask(pattern["daysOfWeek"]))
    months = interval * (12 if kind.endswith("Yearly") else 1)
    offset = ((start.year - EPOCH.year) * 12 + start.month - 1) % months
    first = _minutes(date(EPOCH.year + offset // 12, offset % 12 + 1, 1))
    return struct.pack("<HHIII", *head, first, months, 0) + _day_of_month(pattern)


def _day_of_month(pattern: dict[str, Any]) -> bytes:
    if pattern["type"].startswith("absolute"):
        return struct.pack("<I", pattern["dayOfMonth"])
    number = INDEXES.index(pattern.get("index") or "first") + 1
    return struct.pack("<II", _mask(pattern["daysOfWeek"]), number)


def _pattern_type(series: Series) -> int:
    kind = series.recurrence["pattern"]["type"]
    plain = {"daily": 0, "weekly": 1}.get(kind, 2 if kind.startswith("absolute") else 3)
    # Hijri months have pattern types of their own: 2 is 0xA there, and 3 is 0xB.
    return plain + 8 if plain >= 2 and series.calendar_type == HIJRI else plain


def _mask(days: list[str]) -> int:
    return sum(1 << (DAYS.index(day) + 1) % 7 for day in days)


def _end(recurrence: Recurrence) -> tuple[int, int]:
    kind = recurrence["range"]["type"]
    if kind == "noEnd":
        return ENDS[kind], COUNT_WITHOUT_END
    return ENDS[kind], sum(1 for _ in rules.dates(recurrence, upto=date.max))


def _span(recurrence: Recurrence) -> tuple[int, int]:
    start = date.fromisoformat(recurrence["range"]["startDate"])
    if recurrence["range"]["type"] == "noEnd":
        return _minutes(start), NO_END
    return _minutes(start), _minutes(rules.last_date(recurrence) or start)


def _offsets(series: Series) -> tuple[int, int]:
    """Minutes from midnight to start and end. An event over midnight ends past 24 hours."""
    start = series.starts_at.hour * 60 + series.starts_at.minute
    return start, start + int((series.ends_at - series.starts_at).total_seconds() // 60)


def _days(days: list[date]) -> bytes:
    return struct.pack(f"<I{len(days)}I", len(days), *(_minutes(day) for day in days))


def _exceptions(series: Series) -> bytes:
    """Write exceptions that differ in time alone, and the reserved blocks around them."""
    start, _ = _offsets(series)
    told = [
        struct.pack(
            "<IIIH", _moment_minutes(begins), _moment_minutes(ends), _minutes(day) + start, 0
        )
        for day, begins, ends in sorted(series.modified)
    ]
    extended = struct.pack("<III", 4, 0, 0) * len(told)
    head = struct.pack("<H", len(told)) + b"".join(told)
    return head + struct.pack("<I", 0) + extended + struct.pack("<I", 0)


def _minutes(day: date) -> int:
    return (day - EPOCH.date()).days * DAY


def _moment_minutes(moment: datetime) -> int:
    return int((moment - EPOCH).total_seconds() // 60)
