"""Find Microsoft's codes in a pasted text and say what they mean. Pure; nothing is kept."""

import re
from collections.abc import Iterator

from portal.diagnostics.meanings import GRAPH, PROTOCOL, SIGN_IN
from portal.diagnostics.models import Explanation

AADSTS = re.compile(r"AADSTS(\d{4,8})", re.IGNORECASE)
ERROR_CODES = re.compile(r'"error_codes"\s*:\s*\[([\d,\s]{1,200})\]')
WORD = re.compile(r"[A-Za-z_]{6,60}")
MOST = 5
UNKNOWN = "It is not among the codes that Portal knows."
LOOK_UP = (
    "Look it up at {authority}/error?code={code}, or hand it with its "
    "correlation ID to an administrator of Microsoft 365."
)


def explained(text: str, *, authority: str) -> tuple[Explanation, ...]:
    """Explain the codes in a text, the most specific first. Unknown codes are named as such.

    `authority` is the sign-in service, which has a page for every code.
    """
    numbers = list(dict.fromkeys(_numbers(text)))
    found = [_of_number(number, authority) for number in numbers]
    if not found:
        found = list(_of_words(text))
    return tuple(found[:MOST])


def _numbers(text: str) -> Iterator[str]:
    yield from AADSTS.findall(text)
    for listed in ERROR_CODES.findall(text):
        yield from re.findall(r"\d+", listed)
    bare = text.strip()
    if bare.isascii() and bare.isdigit() and 4 <= len(bare) <= 8:
        yield bare


def _of_number(number: str, authority: str) -> Explanation:
    unknown = (UNKNOWN, LOOK_UP.format(code=number, authority=authority))
    meaning, cure = SIGN_IN.get(number, unknown)
    return Explanation(f"AADSTS{number}", meaning, cure)


def _of_words(text: str) -> Iterator[Explanation]:
    for word in dict.fromkeys(WORD.findall(text)):
        known = GRAPH.get(word.lower()) or PROTOCOL.get(word.lower())
        if known is not None:
            yield Explanation(word, *known)
