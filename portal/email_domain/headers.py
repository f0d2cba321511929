"""Header lines of a mail. No text of others can end a line or begin another one. Pure.

`email.policy` parses each header before it folds it. That fails on some names and addresses and
can lose quotes, so a line is made of parts that need no parser.
"""

import re
import unicodedata
from collections.abc import Iterable
from email.header import Header

from portal.addresses import ascii_domain
from portal.email_domain.models import Mailbox
from portal.errors import Invalid

LINE_END = "\r\n"
FOLD = f"{LINE_END} "
# Line breaks of every kind, controls, and halves of characters.
UNWANTED = {"Cc", "Cs", "Zl", "Zp"}
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?")
LONGEST_PLAIN = 255
VALUE = re.compile(r"[ -~]*(?:\r\n [ -~]*)*")
# A file name is split into so many bytes a line: https://datatracker.ietf.org/doc/html/rfc2231#section-3
NAME_BYTES = 20


def field(name: str, value: str) -> str:
    """One field with its line end. Refuses a value that is not ours to the last sign."""
    if not VALUE.fullmatch(value):
        raise Invalid(f"The field {name} of a mail cannot hold this.")
    return f"{name}: {value}{LINE_END}"


def one_line(text: str, what: str) -> str:
    """The text, if it stays on its line. Raises Invalid otherwise."""
    if any(unicodedata.category(sign) in UNWANTED for sign in text):
        raise Invalid(f"{what} has a line break or another invisible character in it.")
    return text


def words(text: str, name: str) -> str:
    """Text as a field holds it: as it stands, or in encoded words."""
    is_plain = PLAIN.fullmatch(text) and len(text) <= LONGEST_PLAIN and "=?" not in text
    return text if is_plain or not text else _encoded(text, name)


def mailboxes(several: Iterable[Mailbox], name: str) -> str:
    return f",{FOLD}".join(_mailbox(each, name) for each in several)


def ascii_address(address: str) -> str:
    """An address as every server takes it. Raises Invalid if there is no such form.

    Some readers decode encoded words in addresses too, and would then show another one.
    """
    local, _, domain = address.rpartition("@")
    plain = ascii_domain(domain) or ""
    if not LOCAL.fullmatch(local) or "=?" in local or not DOMAIN.fullmatch(plain):
        raise Invalid("The email domain cannot deliver to an address with such characters.")
    return f"{local}@{plain}"


def file_name(name: str) -> str:
    """The parameter that names a file, with any characters in the name."""
    raw = one_line(name, "A file name").encode() or b"file"
    pieces = [raw[start : start + NAME_BYTES] for start in range(0, len(raw), NAME_BYTES)]
    charset = "utf-8''"
    return f";{FOLD}".join(
        f"filename*{place}*={_percent(piece) if place else charset + _percent(piece)}"
        for place, piece in enumerate(pieces)
    )


def _mailbox(mailbox: Mailbox, name: str) -> str:
    address = ascii_address(mailbox.address)
    shown = one_line(mailbox.name, "A name").strip()
    if not shown:
        return address
    return f"{_phrase(shown, name)} <{address}>"


def _phrase(text: str, name: str) -> str:
    if PLAIN.fullmatch(text) and len(text) <= LONGEST_PLAIN and "=?" not in text:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _encoded(text, name)


def _encoded(text: str, name: str) -> str:
    return Header(text, "utf-8", header_name=name).encode(linesep=LINE_END)


def _percent(piece: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in piece)
