"""The meaning of an error for a mail: surely not sent, unknown, or refused. Pure."""

from http import HTTPStatus

from portal.errors import PortalError
from portal.graph.errors import (
    GraphError,
    MailboxMissing,
    PermissionMissing,
    Throttled,
    TokenRefused,
)
from portal.outbox.models import Ended, Kind, Mail

# https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
SEND_AS_DENIED = "errorsendasdenied"
# A limit of the mailbox; its status is 400, 403 or 429.
FULL_MAILBOX = HTTPStatus.INSUFFICIENT_STORAGE
MESSAGE_LIMIT = "errorexceededmessagelimit"
NO_MAILBOX = "Microsoft has no mailbox of this account in Exchange Online, so it sends no mail."
TOO_LARGE = "Microsoft refused it as too large. Share a link instead of the files."
FULL = "The mailbox is full, so Microsoft sends nothing from it. Delete some mail there first."
HELD = "This mailbox reached Microsoft's limit of messages, so nothing goes out for an hour."


def ended(error: PortalError, *, is_marked: bool, is_reply: bool, is_last: bool) -> Ended:
    """The outcome of a call that raised. `is_last`: there is no other path to hand it over."""
    if error.is_unsent:
        return Ended.UNSENT
    if not isinstance(error, GraphError):
        return Ended.UNKNOWN
    if MESSAGE_LIMIT in _codes(error):
        return Ended.HELD
    if isinstance(error, Throttled):
        return Ended.THROTTLED
    if _tells_nothing(error.microsoft_status):
        return Ended.UNKNOWN
    return _refusal(error, is_marked=is_marked, is_reply=is_reply, is_last=is_last)


def _tells_nothing(status: int) -> bool:
    """Whether there was no answer, or one of a server that may have taken the mail."""
    is_refusal = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return not is_refusal and status != FULL_MAILBOX


def _refusal(error: GraphError, *, is_marked: bool, is_reply: bool, is_last: bool) -> Ended:
    """The outcome where Microsoft surely did nothing."""
    status, may_be_mark = error.microsoft_status, is_marked and not denies_address(error)
    if isinstance(error, TokenRefused):
        return Ended.TOKEN_REFUSED
    if isinstance(error, PermissionMissing):
        is_mark = is_last and may_be_mark and status == HTTPStatus.FORBIDDEN
        return Ended.MARK_REFUSED if is_mark else Ended.CLOSED
    if is_reply and status == HTTPStatus.NOT_FOUND and not isinstance(error, MailboxMissing):
        return Ended.NOT_THERE
    if may_be_mark and status in (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN):
        return Ended.MARK_REFUSED
    return Ended.REFUSED


def denies_address(error: PortalError) -> bool:
    """Whether the right to send as an address is missing."""
    return isinstance(error, GraphError) and SEND_AS_DENIED in _codes(error)


def _codes(error: GraphError) -> set[str]:
    return {error.code.casefold(), error.inner_code.casefold()}


def sentence(error: PortalError, mail: Mail) -> str:
    """Why a mail was refused, and the cure."""
    if denies_address(error):
        return (
            f"Exchange does not let you send as {mail.from_address}. An administrator allows it: "
            f"Exchange admin center → Recipients → Mailboxes → {mail.from_address} → Delegation "
            "→ Send as."
        )
    if isinstance(error, MailboxMissing):
        return NO_MAILBOX
    status = error.microsoft_status if isinstance(error, GraphError) else 0
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TOO_LARGE
    if status == FULL_MAILBOX:
        return FULL
    return str(error)


def closed(mail: Mail) -> str:
    """Why a mail is refused whose mailbox Exchange keeps closed to every path."""
    if mail.kind is Kind.AUTOMATED:
        return (
            f"Exchange keeps {mail.from_address} closed to the organization's consent, by which "
            "alone automated mail goes out. An administrator can choose another mailbox under "
            "Sending."
        )
    if mail.account_id == mail.author_id:
        return (
            "Exchange keeps your mailbox closed to Portal, or the permission Mail.Send is "
            "missing. An administrator can check which mailboxes Portal may open."
        )
    return (
        f"Exchange does not let you send from {mail.from_address}. You need Send as or Send on "
        f"behalf: Exchange admin center → Recipients → Mailboxes → {mail.from_address} → "
        "Delegation."
    )
