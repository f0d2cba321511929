"""Text of strangers as text: nothing unseen in it, and links that show where they lead. Pure."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from portal.addresses import ascii_domain
from portal.characters import clean

LINK = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]{1,2000}", re.IGNORECASE)
AFTER_LINK = ".,;:!?)…»”*_\N{RIGHT SINGLE QUOTATION MARK}"
LINK_LENGTH = 80
LABEL = "[a-z0-9_-]{1,63}"
HOST = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})*\.?")
# Browsers take a host that ends in a number for an IPv4 address: https://url.spec.whatwg.org/#ends-in-a-number-checker
ENDS_IN_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?\Z")
LONGEST_HOST = 253
CONTROLS = r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"


@dataclass(frozen=True)
class Segment:
    """A piece of text; with `href`, a link whose text begins with the real host."""

    text: str
    href: str | None = None


def cleaned(text: str) -> str:
    """Without what hides in it, with one kind of line end and never two empty lines."""
    text = re.sub("\r\n?|[\u2028\u2029\u0085\v\f]", "\n", text)
    # A control between two letters is nothing, where a name would need a blank.
    text = clean(re.sub(CONTROLS, "", text))
    return re.sub(r"\n(?:[ \t\u00a0]*\n){2,}", "\n\n", text).strip("\n")


def segments(text: str, *, most_links: int) -> Iterator[Segment]:
    """The text with its first addresses of the web as links; everything else stays text."""
    done = count = 0
    for found in LINK.finditer(text):
        address = found[0].rstrip(AFTER_LINK)
        shown = _shown(address) if count < most_links else None
        if shown is not None:
            count += 1
            if found.start() > done:
                yield Segment(text[done : found.start()])
            yield Segment(shown, address)
            done = found.start() + len(address)
    if done < len(text):
        yield Segment(text[done:])


def _shown(address: str) -> str | None:
    """The address, cut, its host as it is really asked for; None when it should not be a link."""
    try:
        parts = urlsplit(address)
        host = _host(parts.hostname or "")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # a host or port that is none
        return None
    if not host or "@" in parts.netloc:
        return None
    rest = address[len(parts.scheme) + 3 + len(parts.netloc) :]
    shown = f"{parts.scheme.lower()}://{host}{port}{rest}"
    return shown if len(shown) <= LINK_LENGTH else f"{shown[:LINK_LENGTH]}…"


@lru_cache(maxsize=1_000)
def _host(name: str) -> str:
    """The host that a browser asks for. Empty for one it refuses or reads as another."""
    if len(name) > LONGEST_HOST:
        return ""
    host = ascii_domain(name) or ""
    if not HOST.fullmatch(host):
        return ""
    return host if not ENDS_IN_NUMBER.search(host) or _is_plain_ip(host) else ""


def _is_plain_ip(host: str) -> bool:
    """Whether the host is an IPv4 address as people write it, not a number such as 2130706433."""
    try:
        return str(ipaddress.IPv4Address(host)) == host
    except ValueError:
        return False
