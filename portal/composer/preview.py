"""A mail as its readers see it: addresses, paragraphs, lines and links. Pure."""

import re

from portal.composer.models import Fields
from portal.composer.no_reply import NoReplyRoute
from portal.composer.openings import Opening
from portal.composer.signatures import text_of
from portal.outbox.alias_tests.texts import sender_text
from portal.outbox.requests import Span, spans

BREAK = re.compile(r"\n\s*\n")


Line = tuple[Span, ...]


def preview(opened: Opening, typed: Fields, by_route: NoReplyRoute | None) -> dict[str, object]:
    """Everything that the preview shows, besides recipients and files."""
    sender = opened.sender(typed.sender)
    name, seen_as = (sender.name, sender_text(sender).seen_as) if sender else ("", "")
    if by_route is not None:
        name, seen_as = by_route.name, by_route.address
    return {
        "name": name,
        "seen_as": seen_as,
        "answers_to": by_route.answers_to if by_route else "",
        "paragraphs": paragraphs(typed.text),
        "signature": paragraphs(text_of(opened.signatures, typed.signature)),
    }


def paragraphs(text: str) -> list[tuple[Line, ...]]:
    return [
        tuple(tuple(spans(line)) for line in part.split("\n"))
        for part in BREAK.split(text.strip())
        if part.strip()
    ]
