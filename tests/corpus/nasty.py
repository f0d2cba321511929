"""Malformed messages: as they are, and addressed to a candidate."""

import lzma
import tarfile
from collections.abc import Iterator

from tests.corpus.threads import CORPUS

REPLACED = (b"from:", b"to:", b"cc:", b"bcc:", b"message-id:", b"date:")


def untouched() -> Iterator[bytes]:
    """Each message as it is."""
    with lzma.open(CORPUS / "nasty.tar.xz") as packed, tarfile.open(fileobj=packed) as archive:
        for member in [each for each in archive if each.isfile()]:
            found = archive.extractfile(member)
            yield found.read() if found else b""


def messages(*, sender: str, to: str) -> Iterator[tuple[str, bytes]]:
    """Each message as (Message-ID, raw), otherwise unchanged."""
    for number, raw in enumerate(untouched()):
        mid = f"<nasty-{number}@mail.example>"
        yield mid, _addressed(raw, sender=sender, to=to, mid=mid)


def _addressed(raw: bytes, *, sender: str, to: str, mid: str) -> bytes:
    """Put our own headers first, and drop the originals of the same names."""
    end = "\r\n" if b"\r\n" in raw[:2000] else "\n"
    mark = end.encode() * 2
    head, _, body = raw.partition(mark)
    kept: list[bytes] = []
    is_struck = False
    for line in head.split(end.encode()):
        is_struck = is_struck if line[:1] in (b" ", b"\t") else line.lower().startswith(REPLACED)
        if not is_struck:
            kept.append(line)
    own = [f"From: Rosa Ortega <{sender}>", f"To: {to}", f"Message-ID: {mid}"]
    date = "Date: Mon, 23 Nov 2026 12:00:00 +0000"
    lines = [line.encode() for line in [*own, date]] + kept
    return end.encode().join(lines) + mark + body
