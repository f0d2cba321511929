"""The MAPI properties that Exchange makes of a message's own headers, as extended properties.

Unlike internetMessageHeaders, they are also on copies in Sent Items.
"""

import email.parser
import email.policy
from collections.abc import Iterable, Iterator

from sandbox.mime.header_text import clean, unescaped

# By property tag: https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxprops
HEADERS = {0x1035: "message-id", 0x1039: "references", 0x1042: "in-reply-to"}


def shown(raw: bytes, tags: Iterable[int]) -> list[dict[str, str]]:
    """The wanted properties that the message has, each with the lines of its header as sent."""
    return [{"id": f"String 0x{tag:04x}", "value": value} for tag, value in _found(raw, tags)]


def _found(raw: bytes, tags: Iterable[int]) -> Iterator[tuple[int, str]]:
    parser = email.parser.BytesHeaderParser(policy=email.policy.compat32)
    headers = [
        (str(name).lower(), str(value)) for name, value in parser.parsebytes(raw).raw_items()
    ]
    for tag in sorted(tags):
        values = (value for name, value in headers if name == HEADERS.get(tag))
        if value := next(values, "").strip():
            yield tag, clean(unescaped(value))
