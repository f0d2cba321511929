"""Plain text from HTML, roughly as Exchange makes it.

Lines break, cells stand apart, list items have a mark, and links keep their address.
"""

import html
import re

from sandbox.mime.header_text import clean

HIDDEN = re.compile(r"(?i)<!--|<(?:script|style|head)\b")
ENDS = {"<!--": "-->", "<script": "</script>", "<style": "</style>", "<head": "</head>"}
BREAKS = re.compile(
    r"(?i) ?<(?:br\s?/?|/(?:p|div|tr|li|h\d|blockquote)|(?:table|ul|ol)\b[^<>]*)> ?"
)
CELLS = re.compile(r"(?i) ?</t[dh]> ?")
ITEMS = re.compile(r"(?i)\n?<li\b[^<>]*> ?")
# Excludes "<" where it could run on, so that a page of nothing but "<" is read in linear time.
LINK = re.compile(r"(?is)<a\b([^<>]*)>([^<]*(?:<(?!/?a\b)[^<>]*>[^<]*){0,50})</a>")
ADDRESS = re.compile(r"(?i)\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
ANY_TAG = re.compile(r"<[^<>]*>")
SPACES = re.compile(r"[ \t\r\n\f]+")
CELL_END = "\t"


def text_of(page: str) -> str:
    """Convert a page in linear time: a page may hold a megabyte of unclosed tags."""
    flat = SPACES.sub(" ", _without_hidden(page))
    marked = ITEMS.sub("\n*   ", CELLS.sub(CELL_END, BREAKS.sub("\n", LINK.sub(_linked, flat))))
    lines = html.unescape(ANY_TAG.sub("", marked)).replace("\xa0", " ").split("\n")
    return clean("\n".join(line.strip() for line in lines)).strip()


def _linked(match: re.Match[str]) -> str:
    """Write a link as Exchange does: its text, and its address in angle brackets."""
    found = ADDRESS.search(match[1])
    address = html.unescape(next(filter(None, found.groups()), "")) if found else ""
    text = html.unescape(ANY_TAG.sub("", match[2])).strip()
    if not address.lower().startswith(("http:", "https:", "mailto:")) or address == text:
        return match[2]
    return f"{match[2]}&lt;{html.escape(address)}&gt;"


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
