"""Read the recipients of a mail as people type them. Strict: anything unclear is refused. Pure."""

import re
from collections.abc import Iterable, Iterator

from email_validator import EmailNotValidError

from portal.addresses import checked, fold
from portal.characters import complaint
from portal.errors import Invalid
from portal.outbox.models import MOST_RECIPIENTS, Field, Recipient
from portal.wording import number

LONGEST_NAME = 200
LONGEST_ADDRESS = 254
ENCODED = "=?"
# One entry: a name in quotation marks may hold a comma. Nothing is read twice, or a line of blanks
# would take minutes.
ENTRY = re.compile(r'((?:"[^"]*+"|[^",;])*+)(?:[,;]|$)')
NAMED = re.compile(r'(?:"(?P<quoted>[^"]*+)"\s*+|(?P<plain>[^"<>]*+))<(?P<address>[^<>]*+)>')
EXAMPLE = "It looks like name@example.com, or Name <name@example.com>."


def read(to: str, cc: str) -> tuple[Recipient, ...]:
    """All recipients of both fields, each address once. An address in To is left out of Cc."""
    found: dict[str, Recipient] = {}
    for field, text in ((Field.TO, to), (Field.CC, cc)):
        for each in _read(text, field):
            found.setdefault(each.folded, each)
    recipients = tuple(found.values())
    require_count(recipients)
    return recipients


def require_count(recipients: Iterable[Recipient]) -> None:
    """Refuse a mail without recipients, and one with more than a mail of Portal may have."""
    fields = [each.field for each in recipients]
    if Field.TO not in fields:
        raise Invalid("Enter an address to write to.", field="to")
    if len(fields) > MOST_RECIPIENTS:
        raise Invalid(
            f"A mail may have {number(MOST_RECIPIENTS)} recipients, To and Cc together. "
            f"This one has {number(len(fields))}.",
            field="cc" if Field.CC in fields else "to",
        )


def _read(text: str, field: Field) -> Iterator[Recipient]:
    problem = complaint(text, 20_000, is_one_line=True)
    if problem:
        raise Invalid(problem, field=field)
    place = 0
    while place < len(text):
        entry = ENTRY.match(text, place)
        if entry is None:
            raise _unclear(text[place:], field)
        place = max(entry.end(), place + 1)
        if entry[1].strip():
            yield recipient(entry[1].strip(), field)


def recipient(entry: str, field: Field) -> Recipient:
    """One recipient: `rosa@mail.example`, or `Rosa Ortega <rosa@mail.example>`."""
    named = NAMED.fullmatch(entry)
    name, address = "", entry
    if named is not None:
        name = (named["quoted"] or named["plain"] or "").strip()
        address = named["address"].strip()
    return checked_recipient(name, address, field)


def checked_recipient(name: str, address: str, field: Field) -> Recipient:
    """A recipient whose name and address may go into a header. Invalid for any other."""
    is_line = not complaint(address, LONGEST_ADDRESS, is_one_line=True)
    # Some readers decode encoded words in addresses too, and would then show another one.
    if not is_line or len(address) > LONGEST_ADDRESS or ENCODED in address:
        raise _unclear(address, field)
    try:
        written = checked(address)
    except EmailNotValidError:
        raise _unclear(address, field) from None
    folded = fold(written)
    if fold(name) == folded:
        name = ""
    problem = complaint(name, LONGEST_NAME, is_one_line=True)
    if problem or any(sign in name for sign in '"<>@'):
        # A name that holds another address would show readers a recipient who gets nothing.
        raise Invalid(
            f"The name before {written} cannot be used: it may have no @, quotation marks or "
            "brackets.",
            field=field,
        )
    return Recipient(written, folded, name, field)


def written(recipients: Iterable[Recipient], field: Field) -> str:
    """The recipients of one field as people type them."""
    return ", ".join(_written(each) for each in recipients if each.field is field)


def _written(recipient: Recipient) -> str:
    if not recipient.name:
        return recipient.address
    name = f'"{recipient.name}"' if set(",;") & set(recipient.name) else recipient.name
    return f"{name} <{recipient.address}>"


def typed_name(name: str) -> str:
    """A name without the signs that a recipient's name may not have."""
    kept = (sign for sign in name[:LONGEST_NAME] if sign not in '"<>@')
    cleaned = " ".join("".join(kept).split())
    return "" if complaint(cleaned, LONGEST_NAME, is_one_line=True) else cleaned


def _unclear(entry: str, field: Field) -> Invalid:
    shown = "".join(sign if sign.isprintable() else "?" for sign in entry.strip()[:80])
    return Invalid(f"“{shown}” is not an email address. {EXAMPLE}", field=field)
