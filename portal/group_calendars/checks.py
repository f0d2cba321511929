"""The seven checks that show whether interviews can go on the calendar of a group.

Facts of the directory and of Exchange are two reads. If one fails, only its checks are unknown.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from portal import clock
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, GraphError, NeedsReconnect, Throttled, Unavailable
from portal.group_calendars import facts
from portal.group_calendars.models import (
    Check,
    CheckName,
    Checks,
    DirectoryFacts,
    ExchangeFacts,
    GroupKind,
    Outcome,
)
from portal.users.models import User

T = TypeVar("T")
# A page ends within ten seconds, also while one of its reads hangs.
SECONDS = 9.0
SECONDS_EACH = 3.0
NO_WORD = (
    "Exchange does not say. The mailbox of a new group can take minutes to appear, and other "
    "groups have none."
)
NOT_FOUND = "Microsoft finds no group when Portal asks for this. That may be a passing error."
ALSO_SECURITY = "It is a security group as well, which does no harm."


@dataclass(frozen=True)
class Reader:
    """Reads of one group, which share the seconds that there are."""

    graph: GraphClient
    group_id: str
    deadline: float
    raises: tuple[type[GraphError], ...]

    def read(self, what: Callable[[GraphClient], T], *raises: type[GraphError]) -> T | GraphError:
        """The answer of Microsoft, or the reason for none. Raises what concerns all reads."""
        left = max(0.0, self.deadline - clock.monotonic())
        try:
            return what(replace(self.graph, patience=min(left, SECONDS_EACH)))
        except GraphError as error:
            if isinstance(error, (*self.raises, *raises)):
                raise
            return GraphError(NOT_FOUND) if isinstance(error, Gone) else error


def check(graph: GraphClient, *, group_id: str, user: User, is_repeated: bool = False) -> Checks:
    """Check one group in the name of the person whose connection reads it.

    Gone if the directory knows no group of this id: Exchange may lag behind. Where the check
    `is_repeated` after a failure, throttling and a directory that is down are raised too.
    """
    raises = (NeedsReconnect, Throttled) if is_repeated else (NeedsReconnect,)
    reader = Reader(graph, group_id, clock.monotonic() + SECONDS, raises)
    directory = reader.read(
        lambda graph: facts.directory_facts(graph, group_id),
        *((Gone, Unavailable) if is_repeated else (Gone,)),
    )
    exchange = reader.read(lambda graph: facts.exchange_facts(graph, group_id))
    known = next((each for each in (directory, exchange) if not isinstance(each, GraphError)), None)
    return Checks(
        group_id=group_id,
        name=(known.name if known else "") or group_id,
        address=known.address if known else "",
        checks=(
            *_of_directory(reader, directory),
            _listed(exchange),
            _outcome(CheckName.ADMIN_HERE, user.is_admin and user.may_sign_in),
            _member(reader),
        ),
        takes_outside_mail=None
        if isinstance(exchange, GraphError)
        else exchange.takes_outside_mail,
        is_described=known is not None,
    )


def _of_directory(reader: Reader, found: DirectoryFacts | GraphError) -> Iterator[Check]:
    if isinstance(found, GraphError):
        names = (CheckName.UNIFIED, CheckName.MAIL_ENABLED, CheckName.PUBLIC, CheckName.TEAMS)
        yield from (Check(name, Outcome.UNKNOWN, str(found)) for name in names)
        return
    is_unified = found.kind is GroupKind.MICROSOFT_365
    yield _outcome(CheckName.UNIFIED, is_unified, "" if is_unified else f"It is a {found.kind}.")
    note = ALSO_SECURITY if is_unified and found.is_security else ""
    yield _outcome(CheckName.MAIL_ENABLED, found.has_mail, note)
    yield _outcome(CheckName.PUBLIC, found.is_public)
    yield _teams(reader, found)


def _teams(reader: Reader, found: DirectoryFacts) -> Check:
    if found.has_team:
        return Check(CheckName.TEAMS, Outcome.OK)
    answer = reader.read(lambda graph: facts.has_team(graph, reader.group_id))
    return _answered(CheckName.TEAMS, answer)


def _listed(found: ExchangeFacts | GraphError) -> Check:
    if isinstance(found, GraphError):
        return Check(CheckName.LISTED, Outcome.UNKNOWN, str(found))
    if found.is_hidden is None:
        return Check(CheckName.LISTED, Outcome.UNKNOWN, NO_WORD)
    return _outcome(CheckName.LISTED, not found.is_hidden)


def _member(reader: Reader) -> Check:
    own_id = reader.graph.object_id or ""
    answer = reader.read(lambda graph: facts.is_in(graph, reader.group_id, own_id))
    return _answered(CheckName.MEMBER, answer)


def _answered(name: CheckName, answer: bool | GraphError) -> Check:
    if isinstance(answer, GraphError):
        return Check(name, Outcome.UNKNOWN, str(answer))
    return _outcome(name, answer)


def _outcome(name: CheckName, holds: bool, detail: str = "") -> Check:
    return Check(name, Outcome.OK if holds else Outcome.FAILED, detail)
