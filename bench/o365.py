"""Goal 2 with python-o365: list a mailbox and read each message, without storing any."""

import sys
import time
from typing import Any

import orjson

from bench.canned_mailbox import PAGE


def read(root: str, token: str) -> dict[str, Any]:
    """Read a mailbox with its own paging and objects; bodies come with the pages."""
    from O365 import Account, MSGraphProtocol  # of requirements-clients.txt

    class Protocol(MSGraphProtocol):  # type: ignore[misc]  # O365 ships no types
        _protocol_url = f"{root}/"

    account = Account(("bench", "bench"), protocol=Protocol(), tenant_id="bench")
    session = account.con.get_session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {token}"
    account.con.session = session
    started = time.perf_counter()
    inbox = account.mailbox().inbox_folder()
    texts = sum(1 for each in inbox.get_messages(limit=None, batch=PAGE) if _text(each))
    return {"looked": texts, "seconds": time.perf_counter() - started}


def _text(message: Any) -> str:
    """Touch each field that the floor and Portal store."""
    people = [message.sender.address, *(each.address for each in message.to)]
    return f"{message.subject} {people} {message.received} {message.body}"


if __name__ == "__main__":
    print(orjson.dumps(read(sys.argv[1], sys.argv[2])).decode())
