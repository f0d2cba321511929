"""The text of a mail as its readers see it: paragraphs, lines and links. Pure."""

import re

from portal.outbox.requests import Span, spans

BREAK = re.compile(r"\n\s*\n")


Line = tuple[Span, ...]


def paragraphs(text: str) -> list[tuple[Line, ...]]:
    return [
        tuple(tuple(spans(line)) for line in part.split("\n"))
        for part in BREAK.split(text.strip())
        if part.strip()
    ]
