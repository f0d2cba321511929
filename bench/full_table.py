"""Goal 7: the cost of saving a message in a full database, against an empty one."""

import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import canned_mailbox, full_database, product
from bench.measure import Outcome, folder, in_turns
from portal.clock import utc_now
from portal.email import message_pages, store
from portal.email.headers import header
from portal.email.models import Message
from portal.services import Services

FULL = 900_000
ROWS = 10_000
PLAN = canned_mailbox.Plan(port=0, every_nth_with_candidate=1)


def full_table() -> Iterator[Outcome]:
    """Match, save and commit pages of 200 messages; fetch nothing."""
    with folder() as place:
        full = _portal(place)
        full_database.fill(full, messages=FULL)
        empty_us, full_us = in_turns(_into_an_empty_one, lambda: _microseconds_a_row(full))
    ratio = full_us / empty_us
    yield Outcome(
        "7",
        f"a message kept, {FULL:,} there: {full_us:.0f} us, none: {empty_us:.0f} us",
        f"{ratio:.2f} x empty",
        "<= 1.8 x",
        ratio <= 1.8,
    )


def _portal(place: Path) -> Services:
    services = product.services_for(place, "http://localhost:9")
    user = product.add_mailbox(services, 1)
    product.add_candidates(services)
    product.add_alias(services, user)
    store.take_over_readable(services.rows, now=utc_now())
    # As in a transaction for a page of messages.
    services.rows.execute("pragma synchronous = NORMAL")
    return services


def _into_an_empty_one() -> float:
    with folder() as place:
        return _microseconds_a_row(_portal(place))


def _microseconds_a_row(services: Services) -> float:
    rows, spent, kept = services.rows, 0.0, 0
    mailbox = store.mailbox(rows, product.only_mailbox(rows))
    for start in range(0, ROWS, canned_mailbox.PAGE):
        page = [_message(number) for number in range(start, start + canned_mailbox.PAGE)]
        begun = time.perf_counter()
        with rows.write():
            kept += message_pages.save_matches(rows, mailbox, page, now=utc_now())
        spent += time.perf_counter() - begun
    if kept != ROWS:
        raise RuntimeError(f"{kept} of {ROWS} messages were kept")
    return spent / ROWS * 1_000_000


def _message(number: int) -> Message:
    """A message with unique ids in random order, like Microsoft's."""
    item: dict[str, Any] = canned_mailbox.header(PLAN, number)
    item |= {
        "id": secrets.token_hex(40),
        "internetMessageId": f"<{secrets.token_hex(12)}@mail.example>",
    }
    return Message(header(item), canned_mailbox.TEXT)
