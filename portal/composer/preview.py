"""The text of a mail as its readers see it: paragraphs, lines and links. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.outbox.requests import LINK

BREAK = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Span:
    """A piece of a line. `is_link`: its text is the address that it opens."""

    text: str
    is_link: bool = False


Line = tuple[Span, ...]


def paragraphs(text: str) -> list[tuple[Line, ...]]:
    return [
        tuple(tuple(_spans(line)) for line in part.split("\n"))
        for part in BREAK.split(text.strip())
        if part.strip()
    ]


def _spans(line: str) -> Iterator[Span]:
    place = 0
    for link in LINK.finditer(line):
        if link.start() > place:
            yield Span(line[place : link.start()])
        yield Span(link[0], is_link=True)
        place = link.end()
    if place < len(line):
        yield Span(line[place:])
