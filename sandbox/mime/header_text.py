"""Header values as Unicode: encoded words, raw bytes and addresses, even malformed ones."""

import binascii
import email.utils
import inspect
import re

Address = tuple[str, str]

SPACES = re.compile(r"\s+")
ENCODED = re.compile(r"(?i)=\?([^?\s]*)\?([bq])\?([^?]*)\?=")
# Newer Pythons are strict unless told otherwise; older ones lack the argument.
LENIENT = (
    {"strict": False} if "strict" in inspect.signature(email.utils.getaddresses).parameters else {}
)

# Programs name the smaller charset and write the larger one.
CHARSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
}
# A header's addresses end in one in angle brackets. What is before the bracket is its name.
NAMED = re.compile(r'\s*((?:"(?:[^"\\]|\\.)*"|[^",<>()]){0,200})<([^<>]*)>\s*(?:,|;|$)')


def clean(text: str) -> str:
    """Drop NUL and replace surrogates, which JSON cannot carry."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    return SPACES.sub(" ", clean(text)).strip()


def in_charset(content: bytes, charset: str | None) -> str:
    """Decode with the named charset, a wrong byte as a replacement character.

    Without a known charset, the first common one that fits is taken.
    """
    named = (charset or "").partition("*")[0].strip("\"' ").lower()
    # Programs that write ASCII say so for anything.
    named = "" if named in ("us-ascii", "ascii") else named
    try:
        return content.decode(CHARSETS.get(named, named), "replace")
    except (LookupError, ValueError):
        pass
    for name in ("utf-8", "cp1252"):
        try:
            return content.decode(name)
        except ValueError:
            continue
    return content.decode("latin-1")


def unescaped(raw: str) -> str:
    """Decode a header as the parser stores it, with surrogates for bytes beyond ASCII."""
    try:
        return in_charset(raw.encode("utf-8", "surrogateescape"), None)
    except UnicodeEncodeError:
        return raw


def decoded(raw: str) -> str:
    """Decode a header's encoded words into one line."""
    if raw.isascii() and "=?" not in raw:
        return one_line(raw)
    text, place = unescaped(raw), 0
    pieces: list[tuple[bytes, str]] = []
    done: list[str] = []
    for match in ENCODED.finditer(text):
        between = text[place : match.start()]
        if pieces and between.strip():
            done.append(_joined(pieces))
            pieces = []
        if between.strip() or place == 0:
            done.append(between)
        pieces.append((_bytes(match[2], match[3]), match[1].lower()))
        place = match.end()
    return one_line("".join([*done, _joined(pieces), text[place:]]))


def _joined(pieces: list[tuple[bytes, str]]) -> str:
    """Decode adjacent words of one charset together: some programs split a character in two."""
    text, held, charset = "", b"", ""
    for content, named in pieces:
        if held and named != charset:
            text, held = text + in_charset(held, charset), b""
        held, charset = held + content, named
    return text + in_charset(held, charset)


def _bytes(kind: str, text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    if kind.lower() == "q":
        return binascii.a2b_qp(content, header=True)
    try:
        return binascii.a2b_base64(content + b"==")
    except binascii.Error:
        return content


def addresses_in(values: list[str]) -> list[Address]:
    """Return (name, address) pairs. Names are decoded last, since they may hold commas."""
    found = [one for value in values for one in _mailboxes(unescaped(value))]
    return [(decoded(name), one_line(address)) for name, address in found if address.strip()]


def _mailboxes(value: str) -> list[Address]:
    try:
        found = email.utils.getaddresses([_with_quoted_names(value)], **LENIENT)
    except (TypeError, ValueError, IndexError, AttributeError, RecursionError):
        return []
    return [_whole(name, address) for name, address in found]


def _with_quoted_names(value: str) -> str:
    """Quote a name that looks like an address, which else would be taken for one."""
    return NAMED.sub(
        lambda match: (
            f'"{match[1].strip()}" <{match[2]}>, '
            if "@" in match[1] and '"' not in match[1]
            else match[0]
        ),
        value,
    )


def _whole(name: str, address: str) -> Address:
    """Decode an address that was encoded together with its name, as some programs do."""
    if not ENCODED.search(address):
        return name, address
    inner = email.utils.parseaddr(decoded(address), **LENIENT)
    return (inner[0] or name, inner[1]) if inner[1] else (name, decoded(address))
