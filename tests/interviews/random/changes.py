"""Everything that people do with an interview, in Portal and in Outlook, each by a number."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from requests import HTTPError

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.errors import PortalError
from portal.interviews import store
from portal.interviews.changes import moves, panels, places, retries, withdrawals
from portal.interviews.findings import decisions, finding_store
from portal.interviews.findings.choices import Way
from portal.interviews.models import Event, Interview, Panelist, Place, Role
from portal.interviews.outside import move_store, undo
from portal.interviews.watch import watch_store
from portal.storage.rows import Rows
from tests.interviews.outlook_hand import OutlookHand
from tests.support.sandbox_server import Sandbox

HOURS = (3, -2, 24, 26, 1, -20)
GUEST = "ben@other.example"


@dataclass
class Changing:
    """An interview that people change, and what they did in Outlook.

    `touched` are the numbers of mails between which somebody changed an event in Outlook, and
    `odd` the addresses that somebody put on an event there or took off.
    """

    rows: Rows
    sandbox: Sandbox
    interview_id: str
    people: Mapping[str, Panelist]
    by: Actor
    now: Callable[[], datetime]
    touched: list[tuple[int, int]] = field(default_factory=list)
    odd: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)

    @property
    def hand(self) -> OutlookHand:
        return OutlookHand(self.sandbox)

    @property
    def one(self) -> Interview:
        return store.interview(self.rows, self.interview_id)

    @property
    def act(self) -> Act:
        return Act(self.rows, self.by, self.now())

    @property
    def mails(self) -> int:
        """The number of the last mail of the tenant."""
        row = self.sandbox.state.row("select coalesce(max(id), 0) as last from invitations")
        return int(row["last"]) if row else 0

    def event(self, role: Role) -> Event | None:
        """The present event of a role, if Microsoft has it still."""
        generation = self.one.generation
        for each in store.events(self.rows, self.interview_id):
            if each.role is role and each.generation == generation and each.graph_id:
                return each if self.hand.is_there(each) else None
        return None


Change = Callable[[Changing, int], object]


def _role(number: int) -> Role:
    return Role.CANDIDATE if number % 2 else Role.INTERNAL


def _times(made: Changing, event: Event, number: int) -> tuple[datetime, datetime]:
    one, by = made.one, timedelta(hours=HOURS[number])
    starts_at = event.agreed_starts_at or one.starts_at
    return starts_at + by, (event.agreed_ends_at or one.ends_at) + by


def move(made: Changing, number: int) -> None:
    one, by = made.one, timedelta(hours=HOURS[number])
    starts_at, ends_at = one.starts_at + by, one.ends_at + by
    moves.move(
        made.act,
        one.id,
        version=one.version,
        starts_at=starts_at,
        ends_at=ends_at,
        room=None,
        override=True,
    )


def change_panel(made: Changing, number: int) -> None:
    several = [*made.people.values()]
    chosen = several[:1], several[1:], several
    panels.change_panel(
        made.act, made.interview_id, version=None, panel=chosen[number % 3], override=True
    )


def call_instead(made: Changing, number: int) -> None:
    wanted = places.Chosen(Place.PHONE, f"+46 70 000 00 0{number}")
    places.change_place(made.act, made.interview_id, version=None, wanted=wanted, override=True)


def cancel(made: Changing, _number: int) -> None:
    withdrawals.cancel(made.act, made.interview_id, version=None, comment="We are sorry.")


def find_time(made: Changing, _number: int) -> None:
    withdrawals.find_time(made.act, made.interview_id, version=None)


def try_again(made: Changing, _number: int) -> None:
    retries.try_again(made.act, made.interview_id, version=None, override=True)


def undo_move(made: Changing, _number: int) -> None:
    for each in move_store.of_interview(made.rows, made.interview_id)[:1]:
        version = made.one.version
        undo.undo(made.act, made.interview_id, each.id, version=version, override=True)


def keep_move(made: Changing, _number: int) -> None:
    for each in move_store.of_interview(made.rows, made.interview_id)[:1]:
        undo.keep(made.act, made.interview_id, each.id)


def check_now(made: Changing, _number: int) -> None:
    with made.rows.write():
        events = store.events(made.rows, made.interview_id)
        watch_store.ask(made.rows, {watch_store.id_of(each) for each in events}, now=made.now())


def take_over(made: Changing, number: int) -> None:
    _decide(made, Way.TAKE_OVER, number)


def put_back(made: Changing, number: int) -> None:
    _decide(made, Way.PUT_BACK, number)


def _decide(made: Changing, way: Way, number: int) -> None:
    """Decide about one of the other changes in Outlook."""
    found = finding_store.of_interview(made.rows, made.interview_id)
    several = [each for each in found if each.is_open]
    for each in several[number % len(several) :][:1] if several else ():
        decisions.decide(
            made.act, made.interview_id, each.id, way, version=made.one.version, override=True
        )


IN_PORTAL: Mapping[str, Change] = {
    each.__name__: each
    for each in (
        move, change_panel, call_instead, cancel, find_time, try_again, undo_move, keep_move,
        check_now, take_over, put_back,
    )
}  # fmt: skip  # one to a line says no more


def drag(made: Changing, event: Event, number: int) -> None:
    made.hand.move(event, *_times(made, event, number), send=number < 3)


def drag_both(made: Changing, event: Event, number: int) -> None:
    """Both events, to the same time or to two."""
    drag(made, event, number)
    for role in Role:
        other = made.event(role)
        if other is not None and other.id != event.id:
            drag(made, other, number if number < 4 else 0)


def there_and_back(made: Changing, event: Event, number: int) -> None:
    found = made.hand.read(event)
    made.hand.move(event, *_times(made, event, number), send=False)
    before = (datetime.fromisoformat(found[each][:19] + "+00:00") for each in ("start", "end"))
    made.hand.move(event, *before, send=False)


def drag_into_past(made: Changing, event: Event, number: int) -> None:
    past = made.now() - timedelta(hours=number + 1)
    made.hand.move(event, past, past + timedelta(hours=1), send=number < 3)


def make_all_day(made: Changing, event: Event, number: int) -> None:
    made.hand.make_all_day(event, made.one.starts_at.date(), send=number < 3)


def make_series(made: Changing, event: Event, number: int) -> None:
    made.hand.make_series(event, send=number < 3)


def delete(made: Changing, event: Event, number: int) -> None:
    made.hand.delete(event, send=number < 3)


def rename(made: Changing, event: Event, number: int) -> None:
    made.hand.edit(event, subject=f"Talk {number}", send=number < 3)


def send_update(made: Changing, event: Event, _number: int) -> None:
    made.hand.send_update(event)


def add_guest(made: Changing, event: Event, number: int) -> None:
    made.odd.add(GUEST)
    made.hand.edit(event, add=[GUEST], send=number < 3)


def _invited(made: Changing, event: Event, number: int) -> str:
    people = sorted(made.hand.read(event)["attendees"])
    ours = {each.address for each in made.people.values()} | {made.one.candidate_address}
    several = [each for each in people if each in ours]
    return several[number % len(several)] if several else ""


def remove_person(made: Changing, event: Event, number: int) -> None:
    if who := _invited(made, event, number):
        made.odd.add(who)
        made.hand.edit(event, remove=[who], send=number < 3)


def decline(made: Changing, event: Event, number: int) -> None:
    if who := _invited(made, event, number):
        made.hand.decline(event, who, send=number < 3)


def propose(made: Changing, event: Event, number: int) -> None:
    if who := _invited(made, event, number):
        made.hand.propose(event, who, *_times(made, event, number))


def delete_copy(made: Changing, event: Event, number: int) -> None:
    if who := _invited(made, event, number):
        made.hand.delete_copy(event, who, send=number < 3)


IN_OUTLOOK: Mapping[str, Callable[[Changing, Event, int], object]] = {
    each.__name__: each
    for each in (
        drag, drag_both, there_and_back, drag_into_past, make_all_day, make_series, delete, rename,
        send_update, add_guest, remove_person, decline, propose, delete_copy,
    )
}  # fmt: skip  # one to a line says no more
NAMES: Sequence[str] = (*IN_PORTAL, *IN_OUTLOOK)
NUMBERS = len(HOURS)
# Moves are most of what people do, and a cancellation ends it.
OFTEN = (
    *NAMES, "take_over", *["put_back"] * 2, "move", "undo_move", *["drag"] * 4, "drag_both",
    "change_panel", "try_again",
)  # fmt: skip  # one to a line says no more
# The next such call is lost, before or after Microsoft carried it out.
LOST_ONCE: Sequence[Mapping[str, Any]] = (
    {"method": "PATCH", "times": 1, "carriedOut": True, "reset": True},
    {"method": "POST", "times": 1, "carriedOut": True, "reset": True},
    {"method": "PATCH", "times": 1, "carriedOut": True, "status": 503},
    {"method": "POST", "times": 1, "carriedOut": True, "status": 504},
    {"method": "GET", "times": 3, "status": 503},
    {"method": "PATCH", "times": 1, "status": 429, "retryAfter": 5},
)


def change(made: Changing, name: str, number: int) -> None:
    """Do one of them, unless Portal or Outlook refuses it, or Outlook has no such event."""
    made.done.append(f"{name} {number}")
    if name in IN_PORTAL:
        with suppress(PortalError):
            IN_PORTAL[name](made, number)
        return
    event = made.event(_role(number)) or made.event(Role.INTERNAL)
    if event is not None:
        before = made.mails
        with suppress(HTTPError):
            IN_OUTLOOK[name](made, event, number)
        made.touched.append((before, made.mails))
