"""Ask an owner whether a stranger in a conversation is its candidate. Nothing is added unasked."""

from collections.abc import Collection, Iterator, Mapping

from portal.addresses import fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import CANDIDATE, AuditedCandidate
from portal.candidates import edits
from portal.candidates import store as candidates
from portal.candidates.edits import Draft
from portal.candidates.models import Candidate
from portal.errors import NotFound
from portal.privacy import insiders
from portal.privacy import store as privacy
from portal.privacy.automatic import is_automatic_address
from portal.privacy.models import never_sync
from portal.storage.rows import Rows
from portal.suggested_addresses import store
from portal.suggested_addresses.models import Stranger, Suggestion


def note(
    rows: Rows, account_id: str, kept: Mapping[str, str], strangers: Collection[Stranger]
) -> None:
    """Save the conversations of kept messages, and the strangers who write in known ones.

    Of a stranger's message, Portal keeps who wrote and when. Belongs inside write().
    """
    store.add_conversations(rows, account_id, kept)
    ids = {each.conversation_id for each in strangers}
    known = store.candidates_of(rows, account_id, ids) if ids else {}
    if known:
        writers = [each for each in strangers if each.conversation_id in known]
        store.add(rows, account_id, _asked(rows, account_id, known, writers))


def _asked(
    rows: Rows, account_id: str, known: Mapping[str, list[str]], writers: Collection[Stranger]
) -> Iterator[tuple[str, str, Stranger]]:
    never = never_sync(privacy.entries_for(rows, account_id))
    allowed = [each for each in writers if not never.first_of(each.others)]
    outside = _askable(rows, account_id, {fold(each.address) for each in allowed})
    for each in allowed:
        folded = fold(each.address)
        if folded in outside:
            for candidate_id in known[each.conversation_id]:
                yield candidate_id, folded, each


def _askable(rows: Rows, account_id: str, folded: Collection[str]) -> set[str]:
    """Those of people outside, whom no list of “Never sync” keeps out of this mailbox."""
    people = {each for each in folded if "@" in each and not is_automatic_address(each)}
    never = never_sync(privacy.entries_for(rows, account_id))
    inside = set(insiders.among(rows, people))
    return {each for each in people - inside if not never.has(each)}


def suggestions_for(rows: Rows, candidate: Candidate, viewer: str) -> list[Suggestion]:
    """The questions about a candidate that this viewer may answer, as things stand now.

    Each address once. The lists of the mailbox in which it wrote decide, not the viewer's own.
    """
    written: dict[str, dict[str, Suggestion]] = {}
    for each in store.suggestions(rows, candidate.id, user_id=viewer):
        written.setdefault(each.account_id, {})[each.folded] = each
    open_ones: dict[str, Suggestion] = {}
    for account_id, found in written.items():
        for folded in _askable(rows, account_id, found):
            open_ones.setdefault(folded, found[folded])
    return [open_ones[folded] for folded in sorted(open_ones)]


def accept(act: Act, candidate_id: str, folded: str, *, by: str) -> str:
    """Add a suggested address to the candidate. Returns the address."""
    candidate = candidates.candidate(act.rows, candidate_id)
    found = _one_of(act.rows, candidate, folded, by)
    addresses = "\n".join([*candidate.addresses, found.address])
    draft = Draft(candidate.name, candidate.headline, addresses, candidate.time_zone)
    edits.change(act, candidate_id, draft, seen=candidate.updated_at)
    return found.address


def decline(act: Act, candidate_id: str, folded: str, *, by: str) -> str:
    """Never ask about this address and candidate again. Returns the address."""
    candidate = candidates.candidate(act.rows, candidate_id)
    found = _one_of(act.rows, candidate, folded, by)
    with act.rows.write():
        if store.decline(act.rows, candidate_id, folded, user_id=by, now=act.now):
            # The address is for the owner alone.
            about = AuditedCandidate(candidate.id, (found.address,))
            act.record(Action.SUGGESTED_ADDRESS_DECLINED, CANDIDATE, candidate=about)
    return found.address


def _one_of(rows: Rows, candidate: Candidate, folded: str, viewer: str) -> Suggestion:
    """A question that this viewer may answer; NotFound for any other."""
    for each in suggestions_for(rows, candidate, viewer):
        if each.folded == folded:
            return each
    raise NotFound
