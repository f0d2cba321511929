"""The delegated room sync user and their deputy: chosen by administrators, one of them acts."""

from collections.abc import Iterator

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.calendars import store
from portal.calendars.models import Delegate, Person
from portal.errors import Conflict, NotAllowed, NotFound
from portal.graph.errors import GraphError
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature
from portal.storage.rows import Rows

NOT_HERE = "This person cannot be chosen: they are not here, or cannot sign in."
SAME = "{name} is the delegated room sync user. A deputy is somebody else."
NO_DELEGATE = "Choose a delegated room sync user first, then a deputy."
ACTS = "{name} stands in now. Choose another delegated room sync user first."


def acting(rows: Rows) -> Delegate | None:
    """The one as whom Microsoft is asked: the delegate, or the deputy where they cannot be."""
    return next((each for each in chosen(rows) if store.eligible(rows, each.person.id)), None)


def reader(rows: Rows) -> Delegate | None:
    """The one whose own connection reads the list of rooms without the organization's consent."""
    return next((each for each in chosen(rows) if _has_connection(rows, each)), None)


def chosen(rows: Rows) -> Iterator[Delegate]:
    """The delegate and the deputy, in this order, as far as they were chosen."""
    yield from (each for each in (store.delegate(rows), store.deputy(rows)) if each is not None)


def _has_connection(rows: Rows, one: Delegate) -> bool:
    try:
        connections.usable(rows, one.person.id, Feature.ROOMS)
    except (GraphError, NotAllowed):
        return False
    return True


def choose(act: Act, user_id: str) -> Person:
    """Replace the delegate. Refuses a person who cannot sign in or is not of the organization.

    A deputy who is chosen is the deputy no longer.
    """
    with act.rows.write():
        person = _eligible(act, user_id)
        before = store.delegate(act.rows)
        if before is not None and before.person.id == user_id:
            return person
        store.save_delegate(act.rows, user_id, chosen_by=act.actor.name, now=act.now)
        act.record(
            Action.DELEGATED_ROOM_SYNC_USER_CHOSEN,
            person.label,
            old=before.person.label if before else None,
            new=person.label,
        )
        deputy = store.deputy(act.rows)
        if deputy is not None and deputy.person.id == user_id:
            _remove(act, deputy)
    return person


def choose_deputy(act: Act, user_id: str) -> Person:
    """Replace the deputy, who takes over when the delegate can no longer be asked as."""
    with act.rows.write():
        person, delegate = _eligible(act, user_id), store.delegate(act.rows)
        if delegate is None:
            raise Conflict(NO_DELEGATE)
        if delegate.person.id == user_id:
            raise Conflict(SAME.format(name=person.name))
        before = store.deputy(act.rows)
        if before is not None and before.person.id == user_id:
            return person
        store.save_deputy(act.rows, user_id, chosen_by=act.actor.name, now=act.now)
        act.record(
            Action.ROOM_SYNC_DEPUTY_CHOSEN,
            person.label,
            old=before.person.label if before else None,
            new=person.label,
        )
    return person


def remove_deputy(act: Act) -> Person | None:
    """Do without a deputy. Refuses while the deputy stands in. None if there was none."""
    with act.rows.write():
        deputy, now_asked = store.deputy(act.rows), acting(act.rows)
        if deputy is None:
            return None
        if now_asked is not None and now_asked.person.id == deputy.person.id:
            raise Conflict(ACTS.format(name=deputy.person.name))
        _remove(act, deputy)
    return deputy.person


def _remove(act: Act, deputy: Delegate) -> None:
    store.delete_deputy(act.rows)
    act.record(Action.ROOM_SYNC_DEPUTY_REMOVED, deputy.person.label, old=deputy.person.label)


def _eligible(act: Act, user_id: str) -> Person:
    person = store.eligible(act.rows, user_id)
    if person is None:
        raise NotFound(NOT_HERE)
    return person
