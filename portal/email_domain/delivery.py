"""One attempt to hand a mail to the email domain, and its result."""

import logging
import re
import secrets
import smtplib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from portal.email_domain.connection import (
    NoCommonEncryption,
    NotEncrypted,
    NotVerified,
    Server,
    opened,
)
from portal.email_domain.headers import ascii_address
from portal.email_domain.messages import composed
from portal.email_domain.models import Delivery, Outgoing, RefusedRecipient, Result
from portal.email_domain.rules import Reach, require_usual
from portal.errors import Invalid
from portal.smtp_config import SmtpConfig

log = logging.getLogger(__name__)

INSECURE = (NotEncrypted, NotVerified, NoCommonEncryption)
STATUS = re.compile(rb"\b[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")
NOT_ENCRYPTED = (
    "{host} offers no STARTTLS, so nothing was sent to it. Check the port, and whether something "
    "between Portal and the server takes encryption out."
)
WRONG_CERTIFICATE = (
    "The certificate of {host} could not be verified, so nothing was sent to it. It may belong to "
    "another name, have expired, or come from an authority that this machine does not trust."
)
NO_TLS = "{host} and Portal found no encryption that both know at port {port}. Nothing was sent."
NO_LOGIN = "{host} offers no sign-in with a password. Nothing was sent."
LOGIN_REFUSED = (
    "{host} refused the user name or the password ({status}). Nothing was sent. Enter them again "
    "under “Email domain”."
)
UNREACHABLE = "{host} could not be reached at port {port}. Nothing was sent."
CUT_BEFORE = "{host} ended the connection before it took the mail. Nothing was sent."
CUT_AFTER = (
    "The connection to {host} broke while it took the mail, so the mail may have gone out. No copy "
    "exists that could tell."
)
LATER = "{host} cannot take the mail at the moment ({status})."
REFUSED = "{host} refused the mail ({status})."


def delivered(
    smtp: SmtpConfig,
    mail: Outgoing,
    *,
    reach: Reach,
    before_data: Callable[[], object],
    now: datetime,
) -> Delivery:
    """Hand over one mail. `before_data` is called when the server may take it from now on."""
    try:
        require_usual(smtp, reach)
        content = composed(smtp, mail, boundary=f"portal-{secrets.token_hex(16)}", now=now)
        wanted = {ascii_address(each.address): each.address for each in mail.recipients}
        with opened(smtp, reach) as server:
            return _sent(server, smtp, wanted, content, before_data)
    except Invalid as refusal:
        return Delivery(Result.REFUSED, str(refusal))
    except (*INSECURE, smtplib.SMTPException, OSError) as error:
        return _not_sent(smtp, error)


def _sent(
    server: Server,
    smtp: SmtpConfig,
    wanted: Mapping[str, str],
    content: bytes,
    before_data: Callable[[], object],
) -> Delivery:
    """Announce the recipients, then the mail. A recipient put off puts off the whole mail."""
    code, reply = server.mail(ascii_address(smtp.from_address))
    if code != 250:
        return _judged(smtp, code, reply)
    refused = []
    for address, written in wanted.items():
        code, reply = server.rcpt(address)
        if code not in (250, 251):
            found = _judged(smtp, code, reply)
            if found.result is not Result.REFUSED:
                return found
            refused.append(RefusedRecipient(written, _status(code, reply)))
    if len(refused) == len(wanted):
        return Delivery(Result.REFUSED, _say(REFUSED, smtp, refused[0].status), tuple(refused))
    before_data()
    return _handed_over(server, smtp, content, tuple(refused))


def _handed_over(
    server: Server, smtp: SmtpConfig, content: bytes, refused: tuple[RefusedRecipient, ...]
) -> Delivery:
    try:
        code, reply = server.data(content)
    except smtplib.SMTPDataError as error:
        code, reply = error.smtp_code, _bytes(error)
    except (smtplib.SMTPException, OSError) as error:
        _log(smtp, error)
        return Delivery(Result.ASKS, _say(CUT_AFTER, smtp))
    if 200 <= code < 300:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        return Delivery(Result.ACCEPTED, refused=refused)
    if 400 <= code < 600:
        return _judged(smtp, code, reply)
    return Delivery(Result.ASKS, _say(CUT_AFTER, smtp))


def _judged(smtp: SmtpConfig, code: int, reply: bytes) -> Delivery:
    """The meaning of an answer from before the server took anything."""
    status = _status(code, reply)
    if 500 <= code < 600:
        return Delivery(Result.REFUSED, _say(REFUSED, smtp, status))
    return Delivery(Result.AGAIN, _say(LATER, smtp, status))


def _not_sent(smtp: SmtpConfig, error: Exception) -> Delivery:
    """The meaning of a failure before DATA. The order matters: some errors are kinds of others."""
    _log(smtp, error)
    match error:
        case NotEncrypted():
            return Delivery(Result.REFUSED, _say(NOT_ENCRYPTED, smtp))
        case NotVerified():
            return Delivery(Result.REFUSED, _say(WRONG_CERTIFICATE, smtp))
        case NoCommonEncryption():
            return Delivery(Result.AGAIN, _say(NO_TLS, smtp))
        case smtplib.SMTPNotSupportedError():
            return Delivery(Result.REFUSED, _say(NO_LOGIN, smtp))
        case smtplib.SMTPAuthenticationError():
            # An administrator cures it, and nothing was sent: it waits like a lapsed connection.
            status = _status(error.smtp_code, _bytes(error))
            return Delivery(Result.AGAIN, _say(LOGIN_REFUSED, smtp, status))
        case smtplib.SMTPServerDisconnected():
            return Delivery(Result.AGAIN, _say(CUT_BEFORE, smtp))
        case smtplib.SMTPResponseException():
            return _judged(smtp, error.smtp_code, _bytes(error))
        case _:
            return Delivery(Result.AGAIN, _say(UNREACHABLE, smtp))


def _bytes(error: smtplib.SMTPResponseException) -> bytes:
    reply = error.smtp_error
    return reply if isinstance(reply, bytes) else reply.encode("utf-8", "replace")


def _status(code: int, reply: bytes) -> str:
    """`550 5.1.1`. The words of a server are never kept."""
    found = STATUS.search(reply)
    return f"{code} {found[0].decode('ascii')}" if found else str(code)


def _say(sentence: str, smtp: SmtpConfig, status: str = "") -> str:
    return sentence.format(host=smtp.host, port=smtp.port, status=status)


def _log(smtp: SmtpConfig, error: Exception) -> None:
    log.info("mail was not handed to %s: %s", smtp.server, type(error).__name__)
