"""A message's text in parts: what its writer says, and what they only quote. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from portal.email_feed.plain_text import Segment, cleaned, segments

# `>5 years` is nobody's quotation; some programs write no blank between the lines that have one.
QUOTED = re.compile(r" ?>(?=[\s>]|$)")
LOOSE = re.compile(r" ?>")
# What mail programs write above a quoted message; the words in between are in many languages.
ORIGINAL = re.compile(
    r"\s*-{2,}\s?(original message|original appointment|forwarded message|forwarded by"
    r"|urspr.ngliche nachricht|weitergeleitete nachricht|message d.origine|message transf.r."
    r"|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht"
    r"|oprindelig meddelelse|ursprungligt meddelande)",
    re.IGNORECASE,
)
RULE = re.compile(r"\s*_{20,}\s*")
HEADER = re.compile(r"\s*\*?([^\W\d_][\w .-]{0,20}?)\s?:\*?\s+\S")
FROM_WORDS = {"from", "von", "de", "da", "van", "fra", "från", "lähettäjä", "od", "от", "差出人"}
FROM_WORDS |= {"kimden", "feladó", "expeditor"}
# Without an address or a whole date, three lines with colons are the writer's own, as of a trip.
ADDRESS_OR_DATE = re.compile(r"@|\b\d{4}\b.*\b\d{1,2}[:.]\d\d|\b\d{1,2}[:.]\d\d.*\b\d{4}\b")
TIME = re.compile(r"\d{1,2}[:.]\d\d")
HEADER_LINES = 6
# Of one message.
MOST_PARTS = 100
MOST_LINKS = 200
# A message that only points at the answers between the quoted lines.
POINTER = re.compile(
    r"\b(below|in-?line|in (red|blue|bold|green)|unten|ci-dessous|abajo|abaixo|sotto|hieronder"
    r"|nedenfor|nedan|alla|poniżej|ниже)\b",
    re.IGNORECASE,
)
POINTER_LENGTH = 300
SOMEBODY = re.compile(r"\d{1,2}[:.]\d\d|\d{4}|@|wrote|schrieb|écrit|escribi|escreveu|scritto")
ATTRIBUTION_LENGTH = 300


@dataclass(frozen=True)
class Part:
    """Lines that belong together; quoted ones are folded away."""

    is_quoted: bool
    segments: tuple[Segment, ...]
    line_count: int


def parts(text: str, *, most_links: int = MOST_LINKS) -> list[Part]:
    """In order. A text that is nothing but quotation is left unfolded, to be read.

    Past the bounds, quotes are not folded and addresses are no links: each costs time and space.
    """
    lines = cleaned(text).split("\n")
    folded = _joined(zip(_marks(lines), lines, strict=True))
    folded = [(is_quoted, block.strip("\n")) for is_quoted, block in folded]
    folded = [(is_quoted, block) for is_quoted, block in folded if block.strip()]
    hides_all = all(is_quoted for is_quoted, _ in folded)
    found = []
    for is_quoted, block in _few(folded):
        shown = tuple(segments(block, most_links=most_links))
        most_links -= sum(each.href is not None for each in shown)
        found.append(Part(is_quoted and not hides_all, shown, block.count("\n") + 1))
    return found


def _few(folded: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    rest = "\n".join(block for _, block in folded[MOST_PARTS:])
    return [*folded[:MOST_PARTS], (False, rest)] if rest else folded


def _marks(lines: list[str]) -> list[bool]:
    """For each line whether it is quoted."""
    end = _original(lines)
    marks = [QUOTED.match(line) is not None for line in lines]
    _mark_neighbours(lines, marks)
    own = "\n".join(
        line for line, is_quoted in zip(lines[:end], marks, strict=False) if not is_quoted
    )
    if len(own.strip()) > POINTER_LENGTH or not POINTER.search(own):
        marks[end:] = [True] * (len(lines) - end)
    for number in range(1, len(lines)):
        if marks[number] and not marks[number - 1]:
            _mark_attribution(lines, marks, before=number)
    return marks


def _mark_neighbours(lines: list[str], marks: list[bool]) -> None:
    """Lines with a bare `>` belong to quoted ones beside them, and to what announces them."""
    for number, line in enumerate(lines):
        is_announced = number > 0 and _announces(lines[number - 1])
        if LOOSE.match(line) and (is_announced or (number > 0 and marks[number - 1])):
            marks[number] = True
    for number in range(len(lines) - 2, -1, -1):
        if LOOSE.match(lines[number]) and marks[number + 1]:
            marks[number] = True


def _announces(line: str) -> bool:
    return line.rstrip().endswith(":") and SOMEBODY.search(line) is not None


def _original(lines: list[str]) -> int:
    """The line from which on everything is the message that was answered."""
    for number, line in enumerate(lines):
        if ORIGINAL.match(line) or _is_header_block(lines, number):
            return number
        if RULE.fullmatch(line) and _is_three_headers(lines, _next_filled(lines, number)):
            return number
    return len(lines)


def _next_filled(lines: list[str], number: int) -> int:
    following = (at for at in range(number + 1, min(number + 4, len(lines))) if lines[at].strip())
    return next(following, len(lines))


def _is_header_block(lines: list[str], start: int) -> bool:
    """`From:` and two more headers right below it, as Outlook writes them."""
    if not _is_three_headers(lines, start):
        return False
    headers = [*takewhile(HEADER.match, lines[start : start + HEADER_LINES])]
    if any(ADDRESS_OR_DATE.search(line) for line in headers):
        return True
    has_subject = len(headers) > 3
    return has_subject and TIME.search(headers[0]) is None and any(map(TIME.search, headers))


def _is_three_headers(lines: list[str], start: int) -> bool:
    block = [HEADER.match(line) for line in lines[start : start + 3]]
    first = block[0] if block else None
    if first is None or first[1].lower() not in FROM_WORDS:
        return False
    return len(block) == 3 and all(block)


def _mark_attribution(lines: list[str], marks: list[bool], *, before: int) -> None:
    """`On Tuesday Rosa Ortega wrote:`, on one or two lines, belongs to what it announces."""
    last = before - 1
    while last >= 0 and not lines[last].strip():
        last -= 1
    if last < 0 or marks[last] or not lines[last].rstrip().endswith(":"):
        return
    first = last
    if last > 0 and lines[last - 1].strip() and not marks[last - 1]:
        above = last - 1
        is_start = above == 0 or not lines[above - 1].strip() or marks[above - 1]
        first = above if is_start and not SOMEBODY.search(lines[last]) else last
        if is_start and lines[above].startswith(("On ", "Am ", "Le ", "El ", "Il ", "Op ")):
            first = above
    announced = " ".join(lines[first : last + 1])
    if len(announced) <= ATTRIBUTION_LENGTH and SOMEBODY.search(announced):
        marks[first:before] = [True] * (before - first)


def _joined(marked: Iterator[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """Neighbours of one kind as one block; an empty line belongs to what stands above it."""
    blocks: list[tuple[bool, list[str]]] = []
    for is_quoted, line in marked:
        if blocks and (blocks[-1][0] == is_quoted or not line.strip()):
            blocks[-1][1].append(line)
        else:
            blocks.append((is_quoted, [line]))
    return [(is_quoted, "\n".join(lines)) for is_quoted, lines in blocks]
