"""Ask "Why is this message not here?" as Priya."""

from datetime import datetime, timedelta
from html import unescape

from portal import clock
from tests import pages
from tests.support.visitors import Visitor, words

WHY = "/settings/email/why"
SUBJECT = "Zeppelin portfolio"


def ask(visit: Visitor, **fields: str) -> str:
    """The text of the answer page."""
    answer = visit.post(WHY, fields)
    assert answer.status_code == 200, words(answer)
    assert pages.complaints(answer.text) == []
    return unescape(words(answer))


def today() -> str:
    return clock.utc_now().date().isoformat()


def long_ago() -> datetime:
    return clock.utc_now() - timedelta(days=200)
