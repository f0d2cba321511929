"""Conversations: the thread of a mailbox that a message belongs to."""

import base64
import hashlib
import re

from sandbox.database import State
from sandbox.mime.parser import Parsed

SCHEMA = """
    create table if not exists threads (
        oid text not null,
        mark text not null,
        conversation_id text not null,
        primary key (oid, mark)
    )
"""
PREFIXES = re.compile(r"(?i)^\s*(?:(?:re|aw|fwd?|wg|sv|antw)\s*(?:\[\d+\])?:\s*)+")
# A chain may be longer; its nearest ancestors are enough to find the thread.
MAX_REFERENCES = 50


def conversation_id(state: State, oid: str, parsed: Parsed, message_id: str) -> str:
    """Find the conversation by reference, then by a reply's subject; otherwise start a new one."""
    marks = [message_id, *_references(parsed)]
    subject = parsed.header("subject")
    topic = f"topic {PREFIXES.sub('', subject).lower()}"[:500]
    asked = [*marks, topic] if PREFIXES.match(subject) else marks
    found = _known(state, oid, asked) or _new(oid, marks)
    state.execute_many(
        "insert into threads (oid, mark, conversation_id) values (?, ?, ?)"
        " on conflict (oid, mark) do nothing",
        [(oid, mark, found) for mark in [*marks, topic]],
    )
    return found


def _references(parsed: Parsed) -> list[str]:
    """List the message ids it refers to, the nearest ancestor first."""
    chain = f"{parsed.header('references')} {parsed.header('in-reply-to')}".split()
    return [mark[:500] for mark in reversed(chain)][:MAX_REFERENCES]


def _known(state: State, oid: str, marks: list[str]) -> str | None:
    places = ",".join("?" * len(marks))
    rows = state.rows(
        f"select mark, conversation_id from threads where oid = ? and mark in ({places})",
        [oid, *marks],
    )
    found = {row["mark"]: row["conversation_id"] for row in rows}
    return next((found[mark] for mark in marks if mark in found), None)


def _new(oid: str, marks: list[str]) -> str:
    digest = hashlib.sha256(f"{oid}/{marks[-1]}".encode()).digest()
    return "AAQkAD" + base64.urlsafe_b64encode(digest).decode()
