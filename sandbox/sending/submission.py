"""Submission of a message: the changes Exchange makes, and whether it is taken."""

from typing import Any

from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.errors import GraphError
from sandbox.mail import extended_properties
from sandbox.mail.extended_properties import Properties
from sandbox.mime import builder
from sandbox.mime.builder import Thread
from sandbox.rights.senders import Writer
from sandbox.sending import distribution, limits, switches
from sandbox.sending.distribution import Outgoing

REPLY_MEMBERS = {
    "properties": extended_properties.MEMBER,
    "headers": "internetMessageHeaders",
    "from": "from",
}


def submit(state: State, owner: Row, mail: Outgoing, *, save: bool = True) -> None:
    """Send a message at a mailbox, unless one of its limits is reached."""
    refusal = limits.check(state, owner, len(mail.require_recipients()))
    distribution.send(state, owner, mail, save=save)
    if refusal:
        raise refusal


def composed(
    state: State, owner: Row, message: dict[str, Any], writer: Writer, thread: Thread | None = None
) -> Outgoing:
    """Build a message from its JSON. With a thread it is a reply."""
    rules = switches.of_mailbox(state, owner["id"])
    if thread:
        dropped = [REPLY_MEMBERS[name] for name in rules.reply_drops]
        message = {name: value for name, value in message.items() if name not in dropped}
    properties = _properties(message, rules.properties_refused)
    raw = builder.build(state, owner, message, writer=writer, thread=thread)
    if rules.ignores_from and _is_from_another(state, owner, message):
        own = {name: value for name, value in message.items() if name != "from"}
        raw = builder.build(state, owner, own, writer=writer, thread=thread)
    return Outgoing(raw, properties)


def _properties(message: dict[str, Any], refused: int) -> Properties:
    found = extended_properties.of_message(message)
    if found and refused == 403:
        raise GraphError(
            403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
        )
    if found and refused:
        raise GraphError(refused, "ErrorInvalidProperty", "The extended property is not allowed.")
    return found


def _is_from_another(state: State, owner: Row, message: dict[str, Any]) -> bool:
    wanted = ((message.get("from") or {}).get("emailAddress") or {}).get("address")
    named = directory.owner_of(state, wanted) if wanted else None
    return named is not None and named["id"] != owner["id"]
