"""Rewriting of aliases to the primary address, for tenants that do not send from aliases."""

import re
from collections.abc import Callable

from sandbox.database import State
from sandbox.directory import store as directory

HEADERS = (b"from:", b"sender:", b"reply-to:", b"to:", b"cc:", b"bcc:")
LINE = re.compile(rb"[^\n]*(?:\n|$)")


def rewrite_aliases(state: State, raw: bytes) -> bytes:
    """Rewrite aliases in a raw message, unless the tenant sends from them."""
    if state.setting("sendFromAlias"):
        return raw
    primaries = _primaries(state)
    if not primaries:
        return raw
    names = b"|".join(re.escape(alias) for alias in primaries)
    pattern = re.compile(rb"(?i)(?<![\w.+-])(?:" + names + rb")(?![\w.-])")
    return _in_addresses(raw, lambda line: pattern.sub(lambda m: primaries[m[0].lower()], line))


def _primaries(state: State) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for person in directory.people(state):
        primary, *aliases = directory.addresses_of(person) or [""]
        found |= {alias.lower().encode(): primary.encode() for alias in aliases}
    return found


def _in_addresses(raw: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change each line of the address headers, folded lines included."""
    made: list[bytes] = []
    is_address, place = False, 0
    while place < len(raw):
        match = LINE.match(raw, place)
        line = match[0] if match else raw[place:]
        if not line.strip(b"\r\n"):
            break
        if line[:1] not in b" \t":
            is_address = line.lower().startswith(HEADERS)
        made.append(change(line) if is_address else line)
        place += len(line)
    return b"".join(made) + raw[place:]
