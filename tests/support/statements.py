"""Listens to the SQL statements that a portal in this process sends."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from portal.storage.rows import Rows
from tests.support.raw_rows import raw

# Not what a page asks: transactions, settings, and what a trigger does, told as a comment.
NOT_ASKED = re.compile(r"\s*(?:begin|commit|rollback|savepoint|release|pragma)\b|--", re.IGNORECASE)


@contextmanager
def heard(app: Flask) -> Iterator[list[str]]:
    """Each statement that a portal sends inside the block, in its order."""
    with sent_by(app.extensions["portal"].rows) as sent:
        yield sent


@contextmanager
def sent_by(rows: Rows) -> Iterator[list[str]]:
    """Each statement that the calling thread sends inside the block, in its order."""
    sent: list[str] = []

    def listen(statement: str) -> None:
        if NOT_ASKED.match(statement) is None:
            sent.append(statement)

    connection = raw(rows).conn
    connection.set_trace_callback(listen)
    try:
        yield sent
    finally:
        connection.set_trace_callback(None)
