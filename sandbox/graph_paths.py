"""Paths of Graph, which accepts several spellings of each: keys, names and types."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = re.compile(r"\((appId=)?'((?:[^']|'')*)'\)")
# The one function with an argument: outlook/supportedTimeZones(TimeZoneStandard=...'Iana').
STANDARD = re.compile(
    r"(?i)\(timeZoneStandard=(?:(?:microsoft\.)?graph\.timeZoneStandard)?'(\w+)'\)"
)
# `microsoft.` may be missing: Microsoft's own clients leave it out.
NAMESPACE = re.compile(r"^(?:microsoft\.)?graph\.(?=\w+(?:\(\))?$)")
NAMES = (
    "me", "users", "organization", "subscriptions", "mailFolders", "childFolders", "messages",
    "attachments", "delta", "delta()", "sendMail", "createReply", "createReplyAll", "reply",
    "replyAll", "send", "move", "copy", "reauthorize", "translateExchangeIds", "$value", "$batch",
    "$count", "places", "room", "roomList", "rooms", "calendar", "getSchedule", "mailboxSettings",
    "userPurpose", "domains", "servicePrincipals", "appRoleAssignments", "oauth2PermissionGrants",
    "groups", "members", "transitiveMembers", "contacts", "user", "group", "orgContact", "device",
    "conversations", "calendars", "calendarView", "events", "instances", "accept", "decline",
    "tentativelyAccept", "cancel", "owners", "team", "memberOf", "transitiveMemberOf",
    "ownedObjects", "checkMemberGroups", "outlook", "supportedTimeZones", "supportedTimeZones()",
    "onlineMeetings", "createOrGet",
)  # fmt: skip  # one to a line says no more
SPELLING = {name.lower(): name for name in NAMES}
# Graph writes these steps with the name of a type.
TYPES = ("room", "roomList", "user", "group", "orgContact", "device")
CASTS = {name: f"microsoft.graph.{name}" for name in TYPES}
COLLECTIONS = (
    "users",
    "mailFolders",
    "childFolders",
    "messages",
    "attachments",
    "calendars",
    "events",
)


# Holds the path in the client's spelling.
ORIGINAL_PATH = "sandbox.asked"


class NormalizePaths:
    """WSGI middleware that gives the app one spelling of each path below /v1.0."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/v1.0/"):
            environ[ORIGINAL_PATH] = path
            environ["PATH_INFO"] = normalized(path)
        return self.app(environ, start_response)


def normalized(path: str) -> str:
    """Rewrite users('x')/MailFolders('inbox') as users/x/mailFolders/inbox."""
    path = path.rstrip("/")
    path = STANDARD.sub(r"/\1", path)
    flat = KEY.sub(lambda m: f"/{m[1] or ''}" + m[2].replace("''", "'"), path)
    steps = [NAMESPACE.sub("", step) for step in flat.split("/")]
    return "/".join(SPELLING.get(step.lower(), step) for step in steps)


def canonical(path: str) -> str:
    """Spell a path as Graph does in its links, with keys in parentheses."""
    made: list[str] = []
    steps = path.split("/")
    for number, step in enumerate(steps):
        before = steps[number - 1] if number else ""
        if before in COLLECTIONS and step.lower() not in SPELLING:
            made[-1] = f"{before}('{quote(step.replace(chr(39), chr(39) * 2), safe='@')}')"
        else:
            made.append(CASTS.get(step, step.removesuffix("()")))
    return "/".join(made)
