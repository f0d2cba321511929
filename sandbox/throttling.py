"""Exchange's limit of concurrent requests for one application and one mailbox.

https://learn.microsoft.com/graph/throttling-limits
"""

import re
import threading
from collections import Counter

from flask import Flask, g, request

from sandbox.access import caller
from sandbox.database import current_state
from sandbox.directory import store
from sandbox.errors import GraphError

MAILBOX = re.compile(r"^/v1\.0/(?:me|users/(?P<user>[^/]+))/(?:mail|message|calendar|sendMail)")
Key = tuple[str, str]


def install(app: Flask) -> None:
    """Limit concurrent requests. An injected delay counts too."""
    running: Counter[Key] = Counter()
    lock = threading.Lock()

    def enter() -> None:
        limit = current_state().setting("mailboxConcurrency")
        found = MAILBOX.match(request.path)
        if not limit or found is None:
            return
        key = _key(found["user"])
        with lock:
            if running[key] >= limit:
                raise GraphError(
                    429,
                    "ApplicationThrottled",
                    "Application is over its MailboxConcurrency limit.",
                    headers={"Retry-After": "1"},
                )
            running[key] += 1
            g.occupied = key

    def leave(_: BaseException | None) -> None:
        key = g.pop("occupied", None)
        if key is not None:
            with lock:
                running[key] -= 1

    app.before_request(enter)
    app.teardown_request(leave)


def _key(user: str | None) -> Key:
    """Identify application and mailbox, however the mailbox is named."""
    who = caller()
    reference = user or who.oid or ""
    row = store.person(current_state(), reference)
    return who.client_id, row["id"] if row else reference
