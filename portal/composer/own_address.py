"""Keep `{my_address}` right when another address is chosen after a template was filled in. Pure."""

import re
from dataclasses import replace

from portal.composer.models import Fields, Template
from portal.composer.openings import Opening
from portal.composer.placeholders import MY_ADDRESS
from portal.outbox.alias_tests.texts import sender_text


def seen_as(opening: Opening, typed: Fields, *, automated: str) -> str:
    """The address that recipients see, empty for none. Of “no reply” it is the automated one."""
    if typed.is_no_reply:
        return automated
    sender = opening.sender(typed.sender)
    return sender_text(sender).seen_as if sender else ""


def remembered(opening: Opening, filled: Fields, template: Template, *, automated: str) -> Fields:
    """The form with the address that a template has just put into it. Empty for none."""
    is_used = MY_ADDRESS in template.subject or MY_ADDRESS in template.text
    address = seen_as(opening, filled, automated=automated) if is_used else ""
    is_there = address and address in f"{filled.subject} {filled.text}"
    return replace(filled, filled_address=address if is_there else "")


def refreshed(opening: Opening, typed: Fields, *, automated: str) -> Fields:
    """The form with the address that recipients see now in place of the one filled in."""
    old, new = typed.filled_address, seen_as(opening, typed, automated=automated)
    if not old or not new or old == new:
        return typed
    # Neither a part of a longer address, nor of one that only begins alike.
    whole = re.compile(rf"(?<![\w.+-]){re.escape(old)}(?!\.?[\w-])")
    return replace(
        typed,
        subject=whole.sub(lambda _: new, typed.subject),
        text=whole.sub(lambda _: new, typed.text),
        filled_address=new,
    )
