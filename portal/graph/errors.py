"""Microsoft's errors as ours. The only module that reads a status code."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from portal.errors import PortalError

RECONNECT = "Reconnect your Microsoft account under Microsoft 365 in your settings."
CLOSED = (
    "Exchange keeps this mailbox closed to Portal. Either an administrator limited which mailboxes "
    "Portal may open, or a grant has not reached Exchange yet, which can take two hours. Portal "
    "tries again every 30 minutes."
)
DEMANDED = (
    "A policy of your organization stops Portal's access at Microsoft. An administrator of your "
    "Microsoft 365 can see which one in the sign-in logs of service principals. Portal tries again "
    "automatically."
)
MISSING = (
    "Microsoft has no mailbox of this account in Exchange Online: it is on premises, on your "
    "organization's own servers, or it is not there yet. No mail is synced. Portal tries again "
    "once a day."
)
# https://learn.microsoft.com/entra/identity-platform/claims-challenge
INSUFFICIENT = 'error="insufficient_claims"'
CURSOR_CODES = ("syncstate", "invalidsyncstate", "resync")
MAILBOX_CODES = ("mailboxnot", "mailboxinactive", "mailboxsoftdeleted")
NO_PERMISSION = ("authorization_requestdenied", "nopermissionsinaccesstoken")
FENCED = ("erroraccessdenied",)
# Subscription calls wrap another service's answer in this code, and name its status in the text.
ENVELOPE = "extensionerror"
WRAPPED = re.compile(r"\[Status Code: (\w{1,40})")
STATUSES = {each.name.replace("_", "").casefold(): each.value for each in HTTPStatus}
CONFLICTS = (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
# Not worth a second try: 501 is a gap at Microsoft, 507 a full mailbox, 505 a bug of ours.
FINAL_SERVER_FAULTS = (501, 505, 507)


class GraphError(PortalError):
    """Microsoft did not do what was asked."""

    status = 502
    microsoft_status = 0
    code = ""
    # The innermost code, as far as it is one; compared without case.
    inner_code = ""
    # Other requests to the same mailbox failed as well.
    is_of_mailbox = False


class NeedsReconnect(GraphError):
    """The person's authorization has ended until they sign in at Microsoft again."""

    status = 409

    def __init__(self, sentence: str = f"Microsoft ended this authorization. {RECONNECT}") -> None:
        super().__init__(sentence)


class NotConnected(NeedsReconnect):
    """There is no authorization at all."""

    def __init__(self) -> None:
        super().__init__("Connect your Microsoft account under Microsoft 365 in your settings.")


class PermissionMissing(GraphError):
    """The authorization works but does not cover this."""

    status = 403


class MailboxFenced(PermissionMissing):
    """Microsoft keeps this app out of one mailbox. The connection itself works."""


class TokenRefused(GraphError):
    """Microsoft refused a valid token, even after it was renewed."""


class ClaimsDemanded(TokenRefused):
    """A policy of the organization asks for more than the token shows, such as a second factor."""


class CursorExpired(GraphError):
    """Microsoft no longer knows this cursor: read from the beginning."""


class Gone(GraphError):
    """The item was deleted, or moved and given another id."""

    status = 404


class MailboxMissing(GraphError):
    """This account has no mailbox in Exchange Online."""


class Throttled(GraphError):
    """Too many calls. `retry_after` is how many seconds Microsoft asks us to wait."""

    status = 503


class Unavailable(GraphError):
    """Microsoft cannot be reached or fails. A later try can succeed."""

    status = 503


class TooSlow(Unavailable):
    """Microsoft did not answer in the time there was."""

    def __init__(self, sentence: str = "Microsoft 365 took too long to answer.") -> None:
        super().__init__(sentence)


class Refused(GraphError):
    """Microsoft refuses the request itself. Repeating it changes nothing."""


class Conflicting(Refused):
    """A newer version of the item exists. Read it again before the next write."""


class TooLarge(GraphError):
    """The answer is longer than our limit."""


class ForeignLink(GraphError):
    """A link in an answer leads away from the mailbox we asked about. Nothing of it is kept."""


class ForeignCursor(CursorExpired):
    """A link that was kept leads away from the mailbox: read from the beginning."""


def error_from(status: int, headers: Mapping[str, str], body: Any, *, now: datetime) -> GraphError:
    """Make the error for a status, its headers and its parsed body (or None)."""
    codes = [*_codes(body)]
    wrapped = _wrapped_status(body, codes)
    status = wrapped or status
    error = _fenced() if wrapped == HTTPStatus.FORBIDDEN else _kind(status, codes)
    if isinstance(error, TokenRefused) and INSUFFICIENT in _challenge(headers):
        error = ClaimsDemanded(f"Microsoft asks you to sign in there again. {RECONNECT}")
    error.microsoft_status = status
    error.code = codes[0] if codes else ""
    error.inner_code = codes[-1] if codes else ""
    error.retry_after = retry_after(headers, now=now)
    return error


def _challenge(headers: Mapping[str, str]) -> str:
    return next((each for name, each in headers.items() if name.lower() == "www-authenticate"), "")


def _wrapped_status(body: Any, codes: list[str]) -> int | None:
    """The status inside an envelope, whose own status says nothing."""
    if not codes or codes[-1].casefold() != ENVELOPE:
        return None
    found = WRAPPED.search(str(body["error"].get("message", "")))
    return STATUSES.get(found[1].casefold()) if found else None


def _kind(status: int, codes: list[str]) -> GraphError:
    plain = [code.casefold() for code in codes]
    if status == 410 or (400 <= status < 500 and _any_starts(plain, CURSOR_CODES)):
        return CursorExpired("Microsoft no longer knows where the last sync stopped.")
    if 400 <= status < 500 and _any_starts(plain, MAILBOX_CODES):
        return MailboxMissing(MISSING)
    if status in (401, 403) and (refusal := _refusal_in(plain, status)):
        return refusal
    if status == 401:
        return TokenRefused(f"Microsoft did not accept the authorization. {RECONNECT}")
    if status == 404:
        return Gone("Microsoft no longer has this. It may have been deleted or moved.")
    if status == 429:
        return Throttled("Microsoft is receiving too many requests and asked us to wait.")
    if status >= 500 and status not in FINAL_SERVER_FAULTS:
        return Unavailable("Microsoft 365 has a problem at the moment. We will try again.")
    kind = Conflicting if status in CONFLICTS else Refused
    return kind(f"Microsoft refused ({_innermost(codes, status)}).")


def _refusal_in(codes: list[str], status: int) -> GraphError | None:
    """The refusal that the innermost known code names. None for an unknown code."""
    for code in reversed(codes):
        if code in NO_PERMISSION:
            return PermissionMissing(f"Microsoft says that a permission is missing. {RECONNECT}")
        if status == HTTPStatus.FORBIDDEN and code in FENCED:
            return _fenced()
    return None


def _fenced() -> MailboxFenced:
    return MailboxFenced(
        "Microsoft refuses access to this mailbox. A permission is missing, or an administrator "
        "limited which mailboxes this app may open."
    )


def _innermost(codes: list[str], status: int) -> str:
    """The innermost code as far as it may be shown. Numbers only repeat the status."""
    shown = (re.sub(r"[^\w.-]", "", code, flags=re.ASCII)[:64] for code in reversed(codes))
    return next((code for code in shown if code and not code.isdigit()), str(status))


def for_the_organization(error: GraphError) -> GraphError:
    """Reword an error for the organization's access, which has another cure."""
    if isinstance(error, MailboxFenced):
        error.args = (CLOSED,)
    elif isinstance(error, ClaimsDemanded):
        error.args = (DEMANDED,)
    elif isinstance(error, PermissionMissing | TokenRefused):
        error.args = (
            "Microsoft says that a permission is missing in your organization's consent. "
            "An administrator can check it under Integrations, Microsoft 365.",
        )
    return error


def _any_starts(codes: list[str], beginnings: tuple[str, ...]) -> bool:
    return any(code.startswith(beginnings) for code in codes)


def _codes(body: Any) -> Iterator[str]:
    """The codes of an error and of the errors nested in it, outermost first."""
    error = body.get("error") if isinstance(body, dict) else None
    for _ in range(5):
        if not isinstance(error, dict):
            return
        if isinstance(error.get("code"), str):
            yield error["code"]
        error = error.get("innerError") or error.get("innererror")


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds to wait, from a number or an HTTP date. None without the header."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(text)
    except ValueError:
        seconds = _until(text, now)
    return seconds if 0 <= seconds < float("inf") else None


def _until(text: str, now: datetime) -> float:
    try:
        wait = (parsedate_to_datetime(text) - now).total_seconds()
    except (TypeError, ValueError):
        return -1
    return max(0.0, wait)
