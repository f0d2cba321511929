"""Compressed answers: which encoding a browser takes, and pages on their way out."""

import zlib
from enum import StrEnum

import brotli
from flask import Response, request
from werkzeug.datastructures import Accept

# A browser reads one packet as fast as half of one.
SMALLEST = 1000
KINDS = {"text/html", "application/json"}
# Each page is written once and read once: a better compression would take longer than it saves.
PAGE_QUALITY = 4
WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS


class Encoding(StrEnum):
    BR = "br"
    GZIP = "gzip"


def chosen(accepted: Accept) -> Encoding | None:
    """The encoding that a browser likes best; Brotli of two alike. None: send it plain."""
    best = max(Encoding, key=accepted.quality)
    likes = accepted.quality(best)
    return best if likes > 0 and likes >= accepted.quality("identity") else None


def compressed(content: bytes, encoding: Encoding, *, quality: int) -> bytes:
    """The same bytes for the same content: no name and no time is written into it."""
    return PACKERS[encoding](content, quality)


def _brotli(content: bytes, quality: int) -> bytes:
    packed: bytes = brotli.compress(content, mode=brotli.MODE_TEXT, quality=quality)
    return packed


def _gzip(content: bytes, quality: int) -> bytes:
    packer = zlib.compressobj(min(quality, 9), zlib.DEFLATED, WITH_GZIP_HEADER)
    return packer.compress(content) + packer.flush()


PACKERS = {Encoding.BR: _brotli, Encoding.GZIP: _gzip}


def compress_page(response: Response) -> Response:
    """Compress a page. Downloads, and what is streamed or compressed already, stay as they are.

    No secret that is the same in two answers may stand in a page beside a visitor's words: the
    length of the answer would tell it. See `form_tokens`.
    """
    if not _may_be_compressed(response):
        return response
    response.vary.add("Accept-Encoding")
    encoding = chosen(request.accept_encodings)
    content = response.get_data()
    if encoding is not None and len(content) >= SMALLEST:
        response.set_data(compressed(content, encoding, quality=PAGE_QUALITY))
        response.headers["Content-Encoding"] = encoding.value
    return response


def _may_be_compressed(response: Response) -> bool:
    return (
        response.mimetype in KINDS
        and not response.is_streamed
        and not response.direct_passthrough
        and not {"Content-Encoding", "Content-Disposition", "ETag"} & {*response.headers.keys()}
    )
