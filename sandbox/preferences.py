"""The preferences of a Prefer header."""

import re

from flask import request


def _asked() -> str:
    return ", ".join(request.headers.getlist("Prefer"))


def wants_immutable_ids() -> bool:
    return re.search(r'(?i)idtype\s*=\s*"?immutableid"?', _asked()) is not None


def wants_text() -> bool:
    return re.search(r'(?i)outlook\.body-content-type\s*=\s*"?text"?', _asked()) is not None


def page_size(default: int) -> int:
    """Read odata.maxpagesize. Graph caps it at 1,000."""
    asked = _page_size()
    return min(max(asked, 1), 1000) if asked is not None else default


def _page_size() -> int | None:
    found = re.search(r"(?i)odata\.maxpagesize\s*=\s*\"?(\d{1,9})", _asked())
    return int(found[1]) if found else None


def applied() -> dict[str, str]:
    """Build the header that names the applied preferences."""
    parts = []
    if wants_immutable_ids():
        parts.append('IdType="ImmutableId"')
    if wants_text():
        parts.append('outlook.body-content-type="text"')
    if _page_size() is not None:
        parts.append(f"odata.maxpagesize={_page_size()}")
    return {"Preference-Applied": ", ".join(parts)} if parts else {}
