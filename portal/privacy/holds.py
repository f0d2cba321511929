"""Hold back earlier mail of candidates until the owner of each mailbox has decided."""

from collections.abc import Collection
from datetime import datetime

from portal.addresses import fold, stands_for
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.privacy import hold_store as store
from portal.privacy import store as privacy
from portal.privacy.models import Hold


def set_asking(act: Act, user_id: str, *, asks: bool) -> None:
    """Ask an owner about candidates that are added from now on, or stop asking.

    Stopping answers no question: what waits goes on waiting.
    """
    with act.rows.write():
        if asks and store.start_asking(act.rows, user_id, now=act.now):
            act.record(Action.ASKING_BEFORE_EARLIER_MAIL_TURNED_ON, _target(act, user_id))
        elif not asks and store.stop_asking(act.rows, user_id):
            act.record(Action.ASKING_BEFORE_EARLIER_MAIL_TURNED_OFF, _target(act, user_id))


def _target(act: Act, user_id: str) -> str:
    return privacy.address_of_shared(act.rows, user_id) or act.actor.name


def hold_added(act: Act, candidate_id: str, addresses: Collection[str]) -> None:
    """Hold new addresses of a candidate for the owners who ask. Belongs inside write().

    An owner's question or refusal about the same address of another candidate, even a deleted one,
    holds for this one too.
    """
    forms = [(form, fold(each)) for each in addresses for form in stands_for(each)]
    known = store.held_before(act.rows, {form for form, _ in forms})
    for form, folded in forms:
        if form in known:
            store.copy(act.rows, folded, held_as=form, to=candidate_id)
    _hold(act, candidate_id, addresses, closed_at=None)


def hold_reopened(
    act: Act, candidate_id: str, addresses: Collection[str], *, closed_at: datetime
) -> None:
    """Hold what arrived while a candidate was closed. Belongs inside write()."""
    _hold(act, candidate_id, addresses, closed_at=closed_at)


def _hold(
    act: Act, candidate_id: str, addresses: Collection[str], *, closed_at: datetime | None
) -> None:
    holds = [Hold(candidate_id, fold(each), act.now, closed_at) for each in addresses]
    asking = store.asking_owners(act.rows)
    store.add(
        act.rows,
        [(user_id, each) for user_id in asking for each in holds],
        asked_by=act.actor.name,
    )
