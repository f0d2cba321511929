"""What a Prefer header asks for."""

import re

from flask import request


def _asked() -> str:
    return ", ".join(request.headers.getlist("Prefer"))


def wants_immutable_ids() -> bool:
    return re.search(r'(?i)idtype\s*=\s*"?immutableid"?', _asked()) is not None


def wants_text() -> bool:
    return re.search(r'(?i)outlook\.body-content-type\s*=\s*"?text"?', _asked()) is not None


def page_size(default: int) -> int:
    """odata.maxpagesize; Graph caps it at 1,000."""
    found = re.search(r"(?i)odata\.maxpagesize\s*=\s*(\d+)", _asked())
    return min(max(int(found[1]), 1), 1000) if found else default


def applied() -> dict[str, str]:
    """The header that says which preferences were heard."""
    parts = []
    if wants_immutable_ids():
        parts.append('IdType="ImmutableId"')
    if wants_text():
        parts.append('outlook.body-content-type="text"')
    return {"Preference-Applied": ", ".join(parts)} if parts else {}
