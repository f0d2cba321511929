"""Tell messages that programs sent from those that people wrote. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from portal.addresses import base

# Letters of local parts, without what stands between them.
BEGINNINGS = ("noreply", "donotreply", "mailerdaemon")
LOCAL_PARTS = {
    *("alert", "alerts", "auto", "automail", "automated", "autoreply", "bounce", "bounces"),
    *("daemon", "newsletter", "newsletters", "notification", "notifications", "postmaster"),
}
# A program that returns mail may number the message behind one of these words.
RETURNS = {"bounce", "bounces", "postmaster"}
LIST_HEADERS = {"list-id", "list-unsubscribe"}
BULK = {"bulk", "list", "junk"}


def is_automatic_address(address: str) -> bool:
    """Whether nobody reads what is sent to the address: `no-reply@`, `mailer-daemon@`."""
    local = base(address).rpartition("@")[0]
    plain = "".join(sign for sign in local if sign.isalnum())
    first = re.split("[^a-z]", local, maxsplit=1)[0]
    return plain.startswith(BEGINNINGS) or plain in LOCAL_PARTS or first in RETURNS


def is_automatic(item: Mapping[str, Any]) -> bool:
    """Whether the headers name a program, a list or a mass mailing.

    https://datatracker.ietf.org/doc/html/rfc3834#section-5
    """
    headers = item.get("internetMessageHeaders")
    pairs = [each for each in headers if isinstance(each, dict)] if headers else []
    return any(_is_automatic(str(each.get("name")), str(each.get("value"))) for each in pairs)


def _is_automatic(name: str, value: str) -> bool:
    name, word = name.strip().casefold(), value.partition(";")[0].strip().casefold()
    if name == "auto-submitted":
        return word != "no"
    return name in LIST_HEADERS or (name == "precedence" and word in BULK)
