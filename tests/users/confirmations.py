"""Sessions whose sign-in is too old, and the form that a confirmed change waits in."""

import html
import re
from datetime import timedelta

from portal import clock
from portal.storage.rows import Rows
from tests.support.raw_rows import raw

CONFIRMATION = "/signin/confirmation"
AT_MICROSOFT = f"{CONFIRMATION}/microsoft"
PASSED = timedelta(minutes=11)
FORM = re.compile(r'<form method="post" action="([^"]+)">(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def grow_stale(rows: Rows, *, by: timedelta = PASSED) -> None:
    """Make every sign-in this old."""
    with rows.write():
        stored = clock.text(clock.utc_now() - by)
        raw(rows).execute("update sessions set fresh_at = ?", [stored])


def waiting_form(page: str) -> tuple[str, dict[str, str]]:
    """Address and fields of the form with the button "Yes, go on"."""
    address, content = next(found for found in FORM.findall(page) if "Yes, go on" in found[1])
    fields = {name: html.unescape(text) for name, text in HIDDEN.findall(content)}
    return html.unescape(address), fields
