"""Plain text from HTML, roughly as Exchange makes it: without tags, with line breaks."""

import html
import re

from sandbox.mime.header_text import clean

HIDDEN = re.compile(r"(?i)<!--|<(?:script|style|head)\b")
ENDS = {"<!--": "-->", "<script": "</script>", "<style": "</style>", "<head": "</head>"}
BREAKS = re.compile(r"(?i) ?<(?:br\s?/?|/(?:p|div|tr|li|h\d|blockquote))> ?")
# Excludes "<", so that a page of nothing but "<" is searched in linear time.
ANY_TAG = re.compile(r"<[^<>]*>")
SPACES = re.compile(r"[ \t\r\n\f]+")


def text_of(page: str) -> str:
    """Convert a page in one pass: a page may hold a megabyte of unclosed tags."""
    flat = SPACES.sub(" ", _without_hidden(page))
    bare = ANY_TAG.sub("", BREAKS.sub("\n", flat))
    lines = html.unescape(bare).replace("\xa0", " ").split("\n")
    return clean("\n".join(line.strip() for line in lines)).strip()


def _without_hidden(page: str) -> str:
    """Drop comments, scripts, styles and the head, which readers never see."""
    lower, place = page.lower(), 0
    kept: list[str] = []
    unclosed: set[str] = set()
    while match := HIDDEN.search(page, place):
        start = match[0].lower()
        end = -1 if start in unclosed else lower.find(ENDS[start], match.end())
        if end < 0:
            unclosed.add(start)
            kept.append(page[place : match.end()])
            place = match.end()
            continue
        kept.append(page[place : match.start()])
        place = end + len(ENDS[start])
    return "".join([*kept, page[place:]])
