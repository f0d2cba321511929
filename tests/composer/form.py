"""The form for writing, as a browser sends it."""

import re
from typing import Any

from werkzeug.test import TestResponse

from portal.storage.rows import Rows
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

WRITE = "/candidates/rosa/write"
ROSA = "rosa.ortega@mail.example"
HIDDEN = re.compile(
    r'<input[^>]*name="(number|answers|repeats|filled_address|no_reply)"[^>]*value="([^"]*)"'
)
TEXT = "Hi Rosa,\n\nsee you on Thursday."


def opened(visitor: Visitor, path: str = WRITE, **changes: Any) -> dict[str, Any]:
    """The values of the form on this page, with those that a person types."""
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    usual = {"sender": "talent", "to": ROSA, "subject": "Thursday", "text": TEXT, "do": "send"}
    return dict(HIDDEN.findall(answer.text)) | usual | changes


def send(visitor: Visitor, path: str = WRITE, **changes: Any) -> TestResponse:
    return visitor.post(WRITE, opened(visitor, path, **changes))


def mails(rows: Rows) -> list[dict[str, Any]]:
    return list(raw(rows)["outbox"].rows)


def counts(rows: Rows) -> list[int]:
    """How many mails, recipients, entries of mail sent here, and drafts there are."""
    tables = [raw(rows)[name].count for name in ("outbox", "outbox_recipients")]
    entries = raw(rows)["feed_entries"].count_where("kind = 'outbox'")
    return [*tables, entries, raw(rows)["drafts"].count]
