"""Masks for what differs from run to run."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

ID = "ID"
SINGLE_USE = {"code", "code_challenge", "nonce", "session_state", "state"}
DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
LONG_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
RULES = [
    (re.compile(shape, re.MULTILINE), word)
    for shape, word in (
        (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", ID),
        # Anything long in which letters and digits mix: ids of Microsoft, tokens, codes.
        (r"(?<![\w@.-])(?=[\w~-]*\d)(?=[\w~-]*[A-Za-z])[\w~-]{20,}=*(?![\w@-])", ID),
        (r"\breference [0-9a-f]{12}\b", f"reference {ID}"),
        (r"\bWORKER-[0-9a-f]{4}\b", "WORKER"),
        (rf"\b\d{{4}}-\d\d-\d\d(?:[T ]{CLOCK}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?", "TIME"),
        (rf"\b(?:today|yesterday) {CLOCK}", "TIME"),
        (rf"\b(?:{DAYS}) \d{{1,2}} (?:{MONTHS}) {CLOCK}", "TIME"),
        (rf"\b\d{{1,2}} (?:{LONG_MONTHS})(?: \d{{4}})?(?: {CLOCK})?", "TIME"),
        (r"\b\d+ (?:second|minute|hour|day)s? ago\b|\bjust now\b", "TIME"),
        # How many of the demo's messages are of this week depends on the day of the week.
        (
            r"\b\d+ messages? looked at this week, \d+ kept",
            "N messages looked at this week, N kept",
        ),
        (rf"(?:^\| (?:{DAYS}) TIME \| \d+\n)+", "| DAY | N\n"),
        (r"^Why \d+ messages? of the last seven days", "Why N messages of the last seven days"),
        (r"^(\| [^|\n]+ \| )\d+( \| (?:Add the person|Turn the alias))", r"\1N\2"),
    )
]


def masked(text: str, names: Mapping[str, str]) -> str:
    """First the names of this run, such as its addresses and its machine; then what has a shape."""
    for name, word in names.items():
        text = text.replace(name, word)
    for shape, word in RULES:
        text = shape.sub(word, text)
    return text


def address(url: str, names: Mapping[str, str]) -> str:
    """A URL with its parameters in one order, and masked in each of its parts."""
    parts = urlsplit(url)
    start = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    query = "&".join(
        f"{name}={ID if name in SINGLE_USE else masked(value, names)}"
        for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True))
    )
    path = masked(f"{start}{parts.path}", names)
    return f"{path}?{query}" if query else path
