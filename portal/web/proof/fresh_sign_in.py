"""The sign-in of the last ten minutes that an unattended browser cannot give."""

from datetime import datetime

from flask import request, session

from portal.clock import utc_now
from portal.errors import PortalError
from portal.web import sessions
from portal.web.proof import carried_changes

PEOPLE = "people.people"
CONFIRMS_FOR = "confirms_for"
# The question about a form that was not kept.
LOST = "confirms_what"
# Pages whose forms take a secret. Their people can confirm before they type it.
FORMS_WITH_SECRETS = ("application.edit", "google.settings", "sending_settings.sending")
CONFIRM = "users.confirm_identity"


class StaleSignIn(PortalError):
    """This action needs a fresh sign-in."""

    status = 403


def require_fresh_sign_in(question: str, *, back: str = PEOPLE, has_secret: bool = False) -> None:
    """Require a fresh sign-in to save what this form asks for.

    Its fields are kept until the person has confirmed, unless it `has_secret`; `question` asks
    whether to go on, and `back` is the endpoint of the form's page.
    """
    if not must_confirm():
        return
    session[CONFIRMS_FOR] = back
    carried_changes.forget()
    session.pop(LOST, None)
    if has_secret or not carried_changes.keep(question):
        session[LOST] = question
    raise StaleSignIn("Confirm that it is you first. Nothing has changed yet.")


def prove_session(now: datetime) -> None:
    """The person at this session has just proved who they are."""
    session.pop(LOST, None)
    sessions.prove_session(now)
    carried_changes.renew(now)


def must_confirm() -> bool:
    """Whether this session's sign-in is too old for what an unattended browser must not do."""
    return not sessions.is_fresh(utc_now())


def asked_question() -> str:
    """The question about what the person was about to do. Empty if nothing was asked."""
    if "place" in request.values:
        return ""
    waiting = carried_changes.waiting()
    return waiting[1].question if waiting else str(session.get(LOST, ""))


def confirmed_place() -> str:
    """The endpoint for which the person confirms their identity."""
    named = request.values.get("place", "")
    return named if named in FORMS_WITH_SECRETS else str(session.get(CONFIRMS_FOR, PEOPLE))


def place_after_proof() -> str:
    """Where a person goes on who has confirmed: the change that waits, or the form's page."""
    is_waiting = carried_changes.waiting() is not None
    return CONFIRM if is_waiting and "place" not in request.values else confirmed_place()


def confirms_for(endpoint: str) -> dict[str, str]:
    """Arguments of the page that confirms before a form with a secret, if the session has not."""
    is_named = endpoint in FORMS_WITH_SECRETS and session.get(CONFIRMS_FOR) != endpoint
    return {"place": endpoint} if is_named else {}
