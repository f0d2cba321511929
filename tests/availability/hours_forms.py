"""The form of meeting hours as a browser sends it, and what a page shows of it."""

import re

from portal.availability.hours import DAYS


def typed(**days: tuple[str, str]) -> dict[str, str]:
    """The form as a browser sends it: the times of every day, and a tick for each of these."""
    sent = {f"{day.lower()}_{end}": "" for day in DAYS for end in ("from", "to")}
    for day, (starts, ends) in days.items():
        sent |= {day: "y", f"{day}_from": starts, f"{day}_to": ends}
    return sent


def ticked(page: str) -> list[str]:
    boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)
    return [re.findall(r'name="(\w+)"', box)[0] for box in boxes if "checked" in box]
