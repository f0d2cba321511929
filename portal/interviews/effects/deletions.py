"""A candidate is deleted: their interviews are cancelled first, and forget them afterwards."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.interviews.audited import audited
from portal.interviews.changes import withdrawals
from portal.interviews.effects import effect_store


def cancel_all(act: Act, candidate_id: str) -> int:
    """Cancel a candidate's coming interviews; how many. Belongs inside the deletion's write().

    A worker cancels them at Microsoft, for which they keep the name and the address.
    """
    found = effect_store.of_candidate(act.rows, candidate_id, now=act.now)
    for one in found:
        withdrawals.cancel(act, one.id, version=None)
    return len(found)


def cancel_left(act: Act) -> int:
    """Cancel coming interviews whose candidate was deleted in any other way; how many."""
    with act.rows.write():
        found = effect_store.without_candidate(act.rows, now=act.now)
        for one in found:
            withdrawals.cancel(act, one.id, version=None)
    return len(found)


def forget(act: Act) -> int:
    """Remove deleted candidates from interviews that are cancelled or past; how many interviews."""
    found = effect_store.forgettable(act.rows, now=act.now)
    for one in found:
        with act.rows.write():
            effect_store.forget_candidate(act.rows, one.id)
            act.record(Action.DELETED_CANDIDATE_FORGOTTEN, one.title, candidate=audited(one))
    return len(found)
