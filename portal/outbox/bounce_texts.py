"""What a notice of non-delivery says of one recipient, in our words. Pure."""

import re

from portal.outbox.models import Bounce, Recipient

# Enhanced status codes: https://www.rfc-editor.org/rfc/rfc3463
REASONS = {
    "1.1": "the address does not exist",
    "1.2": "its domain does not exist",
    "1.3": "the address is not valid",
    "1.6": "the mailbox has moved and left no new address",
    "1.10": "its domain takes no mail",
    "2.0": "the mailbox takes no mail",
    "2.1": "the mailbox is disabled and takes no mail",
    "2.2": "the mailbox is full",
    "2.3": "the message is too large for the mailbox",
    "3.4": "the message is too large for its server",
    "4.1": "its server does not answer",
    "4.4": "no server takes mail for its domain",
    "4.6": "mail to it goes in circles",
    "4.7": "its server did not answer in time",
    "5.0": "the address does not exist",
    "7.0": "its server refused the message",
    "7.1": "its server refused the message",
    "7.23": "its server could not verify the sender",
    "7.26": "its server could not verify the sender",
}
PARTS = re.compile(r"[245]\.(\d{1,3}\.\d{1,3})")


def reason(status: str | None) -> str:
    """The meaning of a status. Empty for one without a usual meaning."""
    found = PARTS.match(status or "")
    return REASONS.get(found[1], "") if found else ""


def told_bounce(recipient: Recipient) -> str:
    """The sentence about one recipient to whom a notice refers."""
    why = reason(recipient.status)
    said = f": {why}" if why else (f" (status {recipient.status})" if recipient.status else "")
    match recipient.bounce:
        case Bounce.FAILED:
            return f"Not delivered to {recipient.address}{said}."
        case Bounce.DELAYED:
            return f"Delayed on the way to {recipient.address}{said}. Its server is tried again."
        case Bounce.UNCLEAR:
            return f"It may not have arrived at {recipient.address}."
        case None:
            return ""
