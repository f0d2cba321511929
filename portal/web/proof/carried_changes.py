"""Carry a change through a confirmation of identity: kept sealed, and used once.

Its id stands in the session that asked for it, so no other session and no other person can use it.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.flash_texts import WARNING, FlashText
from portal.storage import carried_changes as store
from portal.vault import Unreadable, Where
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.sessions import FRESH

FIELD = "carried_change"
# Of a form's text, with names. A longer one is entered again.
LONGEST = 20_000
OWN_FIELDS = ("csrf_token", FIELD)


class CarriedFlash(FlashText):
    """Changes that a confirmation was to carry through."""

    OVER = (
        "This was done before, or waited for more than ten minutes. Nothing more was changed. Look "
        "at the page, and do it again where it is still needed.",
        WARNING,
    )


@dataclass(frozen=True)
class CarriedChange:
    """A form as it was sent, and the question that its person answers before it is done."""

    endpoint: str
    arguments: Mapping[str, Any]
    fields: list[tuple[str, str]]
    question: str


def keep(question: str) -> bool:
    """Keep the form of this request. False for one with a file, or longer than `LONGEST`."""
    fields = [(name, text) for name, text in request.form.items(multi=True)]
    own = [(name, text) for name, text in fields if name not in OWN_FIELDS]
    change = CarriedChange(request.endpoint or "", request.view_args or {}, own, question)
    text, rows, now = json.dumps(asdict(change)), services.rows, utc_now()
    if len(text) > LONGEST or any(file.filename for file in request.files.values()):
        return False
    id = secrets.token_urlsafe(32)
    sealed = services.vault.seal(text, where=_place(id))
    with rows.write():
        store.delete_before(rows, now - FRESH)
        store.add(rows, id, user_id=current_user.id, content=sealed, now=now)
    session[FIELD] = id
    return True


def waiting() -> tuple[str, CarriedChange] | None:
    """The change of this session that waits, with its id."""
    id = session.get(FIELD)
    if not isinstance(id, str):
        return None
    found = store.content(services.rows, id, user_id=current_user.id, since=utc_now() - FRESH)
    try:
        return (id, _opened(id, found)) if found else None
    except Unreadable:
        return None


def _opened(id: str, content: str) -> CarriedChange:
    known = json.loads(services.vault.open(content, where=_place(id)))
    fields = [(name, text) for name, text in known["fields"]]
    return CarriedChange(**{**known, "fields": fields})


def renew(now: datetime) -> None:
    """Let the change wait as long as the sign-in that was just confirmed is fresh."""
    if isinstance(id := session.get(FIELD), str):
        with services.rows.write():
            store.renew(services.rows, id, user_id=current_user.id, now=now)


def forget() -> None:
    """Drop the change of this session. Only the newest one waits."""
    _take(session.pop(FIELD, None))


def spend() -> Response | None:
    """Use up the change that this form carries out. One that was used leads away instead."""
    sent = request.form.get(FIELD)
    if sent is None:
        return None
    if sent == session.get(FIELD) and _take(session.pop(FIELD)):
        return None
    tell(CarriedFlash.OVER)
    return redirect(url_for("users.home"), 303)


def _take(id: object) -> bool:
    if not isinstance(id, str):
        return False
    rows, since = services.rows, utc_now() - FRESH
    with rows.write():
        return store.take(rows, id, user_id=current_user.id, since=since)


def _place(id: str) -> Where:
    return Where("carried_changes", "content", id, "")
